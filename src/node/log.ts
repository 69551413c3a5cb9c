import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { Event, type Entry } from "../core/event.ts";
import { LOG_VERSION } from "../core/upcast.ts";
import type { Log } from "../engine/ports.ts";
import { diskFault } from "./diskFault.ts";
import { badLog, parseLog } from "./readLog.ts";
import { sha256 } from "./sha256.ts";
import { writeWhole } from "./writeAtomic.ts";

export { readLog, verifyLog } from "./readLog.ts";

export type LogOptions = {
  order: string;
  app: string;
  /** ISO 8601 UTC, milliseconds. */
  now: () => string;
  /** Milliseconds this process was awake, see Clock; without it nothing is told of clocks that were set. */
  awake?: () => number;
  /** Applied to every text of every event before it is written; none by default. */
  redact?: (text: string) => string;
};
/** `entries` are the events found when the log was opened; `cut` the torn last line that was removed then. */
export type OpenLog = Log & {
  entries: readonly Entry[];
  cut: { bytes: number } | null;
  /** Waits for what is being appended. */
  close(): Promise<void>;
};

/** Where the next line goes. `dirty` means that bytes of a failed append may stand behind `good`. */
type End = { good: number; prev: string; seq: number; dirty: boolean };

/**
 * Opens or creates the log. The caller holds the order's lock. Rejects with a FaultError of kind "disk" that names file
 * and line when any line but a torn last one is wrong.
 */
export async function openLog(path: string, options: LogOptions): Promise<OpenLog> {
  const handle = await openFile(path);
  try {
    const { entries, end, cut } = await load(handle, path, options);
    return { entries, cut, ...appender(handle, path, options, end) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Never through a symbolic link: the order's folder came with the repository. */
async function openFile(path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT } = constants;
  const flags = O_RDWR | O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags, 0o644).catch((cause: unknown) => {
    throw diskFault(cause, "open", path);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw diskFault(new Error("it is no regular file"), "open", path);
}

async function load(handle: FileHandle, path: string, { order, app }: LogOptions) {
  const read = parseLog(await handle.readFile());
  if ("why" in read) throw badLog(path, read);
  const { header, entries, good, torn, prev } = read;
  if (header !== null && header.order !== order) {
    throw badLog(path, { line: 1, why: `it belongs to the order "${header.order}", not to "${order}"` });
  }
  const end: End = { good, prev, seq: entries.length, dirty: torn > 0 };
  if (header === null) await putLine(handle, path, JSON.stringify({ v: LOG_VERSION, order, app }), end);
  else if (end.dirty) await cutBack(handle, path, end);
  if (header === null) await syncFolder(dirname(path));
  return { entries, end, cut: torn > 0 ? { bytes: torn } : null };
}

/** Differences below are what reading two clocks takes. */
const SKEWED_MS = 1000;

/** By how much the time of day went further since it was asked last than the process was awake; 0 when that is next to nothing. */
function skewOf(awake: () => number): (at: string) => number {
  let before: { at: number; awake: number } | null = null;
  return (at) => {
    const now = { at: Date.parse(at), awake: awake() };
    const skew = before === null ? 0 : Math.round(now.at - before.at - (now.awake - before.awake));
    before = now;
    return Math.abs(skew) < SKEWED_MS ? 0 : skew;
  };
}

function appender(handle: FileHandle, path: string, { now, awake, redact }: LogOptions, end: End) {
  let last: Promise<unknown> = Promise.resolve();
  const skewAt = awake === undefined ? () => 0 : skewOf(awake);
  const write = async (event: Event): Promise<Entry> => {
    // A line that would not load again must not be written, so the event passes the schema on its way in, too.
    const clean = Event.parse(redact === undefined ? event : redactTexts(event, redact));
    const at = now();
    const skew = skewAt(at);
    const entry: Entry = { seq: end.seq + 1, at, ...(skew !== 0 && { skew }), ...clean };
    await putLine(handle, path, JSON.stringify({ ...entry, prev: end.prev }), end);
    end.seq = entry.seq;
    return entry;
  };
  return {
    append: (event: Event): Promise<Entry> => {
      const result = last.then(() => write(event));
      last = result.catch(() => undefined); // its own caller hears of it; the next append stands on its own
      return result;
    },
    close: async () => {
      await last;
      await handle.close();
    },
  };
}

/** Resolves when the line is on disk; else the file is as it was before, as far as the disk allows. */
async function putLine(handle: FileHandle, path: string, line: string, end: End): Promise<void> {
  await stillOurs(handle, path, end);
  if (end.dirty) await cutBack(handle, path, end);
  const bytes = Buffer.from(`${line}\n`);
  try {
    end.dirty = true;
    await writeWhole(handle, bytes, end.good);
    await handle.datasync();
  } catch (cause) {
    await cutBack(handle, path, end).catch(() => undefined); // it stays dirty: the next append cuts before it writes
    throw diskFault(cause, "append to", path);
  }
  end.dirty = false;
  end.good += bytes.length;
  end.prev = sha256(bytes.subarray(0, -1));
}

/** A removed log would take every line and keep none; one that grew or shrank has another writer. */
async function stillOurs(handle: FileHandle, path: string, end: End): Promise<void> {
  const { nlink, size } = await handle.stat();
  if (nlink === 0) throw diskFault(new Error("it was removed or replaced meanwhile"), "append to", path);
  if (end.dirty || size === end.good) return;
  throw diskFault(new Error("somebody else changed it meanwhile"), "append to", path);
}

async function cutBack(handle: FileHandle, path: string, end: End): Promise<void> {
  try {
    await handle.truncate(end.good);
    await handle.datasync();
    end.dirty = false;
  } catch (cause) {
    throw diskFault(cause, "cut an unfinished line off", path);
  }
}

/** A new file's name is safe only when its folder is; Windows cannot sync folders and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

const redactTexts = (value: unknown, redact: (text: string) => string): unknown => {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTexts(item, redact)]));
};
