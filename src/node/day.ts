/**
 * The day's budget, held over all processes of this user: a folder a day, a file an order. A file says where the order's
 * log is and what is set aside for calls under way; what was spent is read from the logs, and nowhere else. Nobody writes
 * another's file, so nothing can be left locked: whoever wants money announces it, looks at all, and takes it back when it
 * was too much.
 */
import { mkdir, open, readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Day } from "../engine/ports.ts";
import { codeOf, diskFault } from "./diskFault.ts";
import { isAlive, isHeld } from "./lock.ts";
import { sha256 } from "./sha256.ts";
import { writeAtomic } from "./writeAtomic.ts";

const Entry = z.strictObject({
  log: z.string(),
  /** The order's lock, whose heartbeat tells a process from another that has its number now. */
  lock: z.string().optional(),
  pid: z.number().int(),
  host: z.string(),
  held: z.number().nonnegative(),
  /** What processes of this order had set aside that day when they died: nobody knows what of it was billed. */
  lost: z.number().nonnegative().optional(),
});
type Entry = z.infer<typeof Entry>;

/** `folder` is this user's on this machine; `log` and `lock` the order's own; `others` are logs of this workspace's other orders. */
export type DayParts = {
  folder: string;
  log: string;
  lock?: string;
  others: readonly string[];
  now(): string;
};

/** How often money that others have set aside is looked at again, at first and at last. */
const WAIT_MS = [20, 2000] as const;
/** Days that are kept: yesterday's may still be going on elsewhere. */
const DAYS_KEPT = 7;

/** "wait": it fits once the calls under way have ended. */
type Tried = "set aside" | "wait" | { spent: number; lost: number };

export function openDay({ folder, log, lock, others, now }: DayParts): Day {
  const spending = spentIn();
  let held = 0;
  /** One after the other: two slices of one process do not turn each other down. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined); // its own caller hears of it
    return done;
  };
  let made = "";
  let ownLost = 0;
  const announce = async (day: string): Promise<void> => {
    const place = join(folder, day);
    if (made !== place) {
      await makeDay(folder, day);
      ownLost = await lostBy(join(place, nameOf(log)));
    }
    made = place;
    const mine = { pid: process.pid, host: hostname(), held: Math.max(0, held) };
    const entry: Entry = {
      log,
      ...(lock !== undefined && { lock }),
      ...mine,
      ...(ownLost > 0 && { lost: ownLost }),
    };
    await writeAtomic(join(place, nameOf(log)), JSON.stringify(entry));
  };
  const tryOnce = async (dollars: number, budget: number, day: string): Promise<Tried> => {
    held += dollars;
    await announce(day);
    const seen = await look(join(folder, day), nameOf(log));
    const logs = new Set([...others, log, ...seen.map(({ entry }) => entry.log)]);
    const spent = await spending(logs, day);
    const before = seen.reduce((total, { entry }) => total + (entry.lost ?? 0), ownLost);
    const lost = before + sum(seen.filter(({ gone }) => gone));
    const set = held + sum(seen.filter(({ gone }) => !gone));
    if (spent + lost + set <= budget) return "set aside";
    held -= dollars;
    await announce(day);
    // What died with its process may have been billed; what runs will be known.
    return spent + lost + dollars > budget ? { spent: spent + lost, lost } : "wait";
  };
  return {
    async reserve(dollars, budget, signal) {
      if (budget === null) {
        const day = dayOf(now());
        if (made !== join(folder, day)) await inTurn(() => announce(day));
        return { release: () => Promise.resolve() };
      }
      for (let turn = 0; ; turn += 1) {
        const day = dayOf(now());
        const tried = await inTurn(() => tryOnce(dollars, budget, day));
        if (tried === "set aside") break;
        if (tried !== "wait") return tried;
        if (signal.aborted) return { spent: 0, lost: 0 };
        await pause(Math.min(WAIT_MS[1], WAIT_MS[0] * 2 ** turn) * (0.5 + Math.random()), signal);
      }
      const release = async (): Promise<void> => {
        held -= dollars;
        await inTurn(() => announce(dayOf(now()))).catch(() => undefined); // held too much, never too little
      };
      return { release };
    },
    close: async () => {
      await last;
      if (made !== "" && held > 0) await announce(dayOf(now()));
    },
  };
}

const sum = (all: readonly { entry: Entry }[]): number =>
  all.reduce((total, { entry }) => total + entry.held, 0);
const nameOf = (log: string): string => `${sha256(Buffer.from(log)).slice(0, 32)}.json`;

/** The local calendar day of an instant, "2026-11-28": budgets are thought of by the day one lives in. */
export function dayOf(at: string): string {
  const then = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

async function makeDay(folder: string, day: string): Promise<void> {
  try {
    await mkdir(join(folder, day), { recursive: true, mode: 0o700 });
    const days = (await readdir(folder)).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name)).sort();
    for (const old of days.slice(0, -DAYS_KEPT))
      await rm(join(folder, old), { recursive: true, force: true });
  } catch (cause) {
    throw diskFault(cause, "make", join(folder, day));
  }
}

type Seen = { entry: Entry; gone: boolean };

/** What the others have set aside; a file that cannot be read holds nothing that we could know. */
async function look(place: string, own: string): Promise<Seen[]> {
  const names = (await readdir(place)).filter((name) => name.endsWith(".json") && name !== own);
  const read = await Promise.all(names.map((name) => entryIn(join(place, name))));
  const entries = read.filter((entry) => entry !== null);
  return Promise.all(entries.map(async (entry) => ({ entry, gone: await isGone(entry) })));
}

/** Whoever wrote this order's file before had its lock, which is ours now: what it had set aside died with it. */
async function lostBy(path: string): Promise<number> {
  const before = await entryIn(path);
  if (before === null) return 0;
  return (before.lost ?? 0) + (before.pid === process.pid && before.host === hostname() ? 0 : before.held);
}

/** Nothing set aside needs no look at its lock: that is most of them. */
async function isGone({ pid, host, lock, held }: Entry): Promise<boolean> {
  if (held === 0) return false;
  if (host === hostname() && !isAlive(pid)) return true;
  return lock !== undefined && !(await isHeld(lock));
}

async function entryIn(path: string): Promise<Entry | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return Entry.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Dollars by local day in a log, and how far it was read. */
type Tally = { read: number; days: Map<string, number> };

/** What logs say was spent in a day. Each is read once, and then only what was added. */
function spentIn(): (logs: ReadonlySet<string>, day: string) => Promise<number> {
  const tallies = new Map<string, Tally>();
  return async (logs, day) => {
    let dollars = 0;
    for (const log of logs) {
      const before = tallies.get(log) ?? { read: 0, days: new Map<string, number>() };
      const tally = await readOn(log, before, day);
      tallies.set(log, tally);
      dollars += tally.days.get(day) ?? 0;
    }
    return dollars;
  };
}

/** A log that is gone keeps what was read of it; one that nobody wrote to on that day says nothing of it. */
async function readOn(log: string, before: Tally, day: string): Promise<Tally> {
  const handle = await open(log, "r").catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return null;
    throw diskFault(cause, "read", log);
  });
  if (handle === null) return before;
  try {
    const { size, mtime } = await handle.stat();
    if (size === before.read || dayOf(mtime.toISOString()) < day) return before;
    const from = size < before.read ? 0 : before.read;
    const days = from === 0 ? new Map<string, number>() : new Map(before.days);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    const whole = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    for (const line of bytes.toString("utf8", 0, whole).split("\n")) addLine(days, line);
    return { read: from + whole, days };
  } finally {
    await handle.close();
  }
}

const Called = z.object({ type: z.literal("called"), at: z.string(), cost: z.number().nonnegative() });

function addLine(days: Map<string, number>, line: string): void {
  if (!line.includes('"type":"called"')) return;
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return; // Its own order refuses to open with such a line, and says so.
  }
  const call = Called.safeParse(raw).data;
  if (call) days.set(dayOf(call.at), (days.get(dayOf(call.at)) ?? 0) + call.cost);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
