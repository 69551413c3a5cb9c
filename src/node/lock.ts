/**
 * One writer per order. The lock is a file with its owner's token; its modification time is the heartbeat. A stale lock is
 * replaced, never removed: whoever wants to succeed token T must first create the file "<lock>.T.claim", then finds T still
 * there, then renames its own lock over it. So two contenders that both saw T stale cannot both win.
 */
import { randomUUID } from "node:crypto";
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { codeOf, diskFault } from "./diskFault.ts";
import { writeAtomic } from "./writeAtomic.ts";

const BEAT_MS = 3_000;
const STALE_MS = 15_000;
const TRIES = 10;

const Content = z.object({
  token: z.uuid(),
  pid: z.number().int().positive(),
  host: z.string(),
  since: z.string(),
});
export type Holder = { pid: number; host: string; since: string };
export type Lease = {
  /** Gives the lock back, unless somebody else has it by now. */
  release(): Promise<void>;
};
/** `refused` says who holds the lock and what to do; `holder` is null when its file cannot be read. */
export type LockResult = { lease: Lease } | { refused: string; holder: Holder | null };

export type LockOptions = {
  /** ISO 8601 UTC. */
  now: () => string;
  /** Called once, when the lock is no longer ours: nothing may be written from then on. */
  onLost: (why: string) => void;
  /** Between two heartbeats; 3 s by default. */
  beatMs?: number;
};

/** A live holder is refused at once; a dead process on this host is succeeded at once; another after 15 s without heartbeat. */
export async function takeLock(path: string, options: LockOptions): Promise<LockResult> {
  const mine = { token: randomUUID(), pid: process.pid, host: hostname(), since: options.now() };
  for (let tries = 0; tries < TRIES; tries++) {
    if (await createNew(path, JSON.stringify(mine))) return { lease: hold(path, mine.token, options) };
    const seen = await look(path);
    if (seen === null) continue;
    if (seen.holder === null && seen.age < 1_000)
      await sleep(20); // its owner is just writing it
    else if (!isStale(seen)) return { holder: seen.holder, refused: refusal(path, seen.holder) };
    else if (await succeed(path, seen, mine)) return { lease: hold(path, mine.token, options) };
    else await sleep(20);
  }
  const holder = (await look(path))?.holder ?? null;
  return { holder, refused: refusal(path, holder) };
}

type Seen = { token: string; holder: Holder | null; age: number };

/** Null when the file is gone. */
async function look(path: string): Promise<Seen | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const content = Content.safeParse(parseJson(text));
    const age = Date.now() - mtimeMs;
    if (!content.success) return { token: "unreadable", holder: null, age };
    const { token, ...holder } = content.data;
    return { token, holder, age };
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    throw diskFault(cause, "read", path);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // half written, or not ours: judged by its age
  }
}

function isStale({ holder, age }: Seen): boolean {
  if (age > STALE_MS) return true;
  return holder !== null && holder.host === hostname() && !isAlive(holder.pid);
}

/** Whether somebody has the lock and shows it. One that cannot be looked at is held, as far as we know. */
export async function isHeld(path: string): Promise<boolean> {
  const seen = await look(path).catch(() => "hidden" as const);
  return seen === "hidden" || (seen !== null && !isStale(seen));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

async function succeed(path: string, seen: Seen, mine: z.infer<typeof Content>): Promise<boolean> {
  const claim = `${path}.${seen.token}.claim`;
  if (!(await createNew(claim, ""))) {
    await dropOldClaim(claim);
    return false;
  }
  try {
    if ((await look(path))?.token !== seen.token) return false;
    await writeAtomic(path, JSON.stringify(mine));
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** A claim is held for milliseconds; an old one is left from a crash. */
async function dropOldClaim(claim: string): Promise<void> {
  const found = await stat(claim).catch(() => null);
  if (found !== null && Date.now() - found.mtimeMs > STALE_MS) await rm(claim, { force: true });
}

/** False when the file exists. */
async function createNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    // Made, but not written: an empty lock would shut everybody out until it is stale.
    await rm(path, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw diskFault(cause, "create", path);
  }
}

function hold(path: string, token: string, { onLost, beatMs = BEAT_MS }: LockOptions): Lease {
  let lastBeat = Date.now();
  let held = true;
  const stop = () => {
    held = false;
    clearInterval(timer);
  };
  // A beat may still be under way when the lock was given back, or when another has found it lost.
  const lose = (why: string) => {
    if (!held) return;
    stop();
    onLost(why);
  };
  const beat = async () => {
    const seen = await look(path);
    if (seen === null) return lose(`${path} was removed`);
    if (seen.token !== token) return lose(`${path} was taken over by ${nameOf(seen.holder)}`);
    await utimes(path, new Date(), new Date());
    lastBeat = Date.now();
  };
  const timer = setInterval(() => {
    beat().catch((error: unknown) => {
      // One failed beat harms nobody; without any for so long, others may take the order over.
      if (Date.now() - lastBeat > STALE_MS) lose(`${path} could not be kept: ${String(error)}`);
    });
  }, beatMs);
  timer.unref();
  const release = async () => {
    stop();
    if ((await look(path))?.token === token) await rm(path, { force: true });
  };
  return { release };
}

const nameOf = (holder: Holder | null): string =>
  holder === null
    ? "another process"
    : `process ${holder.pid} on ${holder.host}, since ${holder.since.slice(0, 16).replace("T", " ")} UTC`;

const refusal = (path: string, holder: Holder | null): string =>
  `The order is open elsewhere (${nameOf(holder)}). Close that window or stop that run; if it died, the order is free within 15 s. Lock file: ${path}`;
