/** The strict reader of log.jsonl. It never writes, and it skips nothing but an unfinished last line. */
import { Event, type Entry } from "../core/event.ts";
import { LogHeader, unreadableVersion, upcast } from "../core/upcast.ts";
import { readRegular } from "./confine.ts";
import { diskFault, faultError } from "./diskFault.ts";
import { sha256 } from "./sha256.ts";

/**
 * `good` is the length in bytes of all whole lines; what follows is a torn line of `torn` bytes. `prev` is the hash of the
 * last whole line, for the next one to carry. `header` is null when there is no whole line at all.
 */
export type ReadLog = {
  header: LogHeader | null;
  entries: Entry[];
  good: number;
  torn: number;
  prev: string;
};
export type BadLine = { line: number; why: string };

/** Reads without a lock, for `status` and `show`: an order that runs meanwhile is seen as of its last whole line. */
export async function readLog(path: string): Promise<ReadLog> {
  const read = parseLog(await bytesOf(path));
  if ("why" in read) throw badLog(path, read);
  return read;
}

/** Whether nothing in the log was altered. `torn` counts the bytes of an unfinished last line, which opening will cut off. */
export async function verifyLog(
  path: string,
): Promise<{ ok: true; lines: number; torn: number } | { ok: false; line: number; why: string }> {
  const read = parseLog(await bytesOf(path));
  if ("why" in read) return { ok: false, ...read };
  if (read.header === null) return { ok: false, line: 1, why: "the log has no header line" };
  return { ok: true, lines: read.entries.length + 1, torn: read.torn };
}

/** Larger than any order's log. */
const MOST_BYTES = 1_000_000_000;

/** Neither through a link nor from a pipe: the order's folder came with the repository. */
async function bytesOf(path: string): Promise<Buffer> {
  const read = await readRegular(path, path, MOST_BYTES);
  if ("error" in read) throw diskFault(new Error(read.error), "read", path);
  return read.bytes;
}

export const badLog = (path: string, { line, why }: BadLine): Error =>
  faultError({
    kind: "disk",
    message: `${path}:${line}: the log cannot be trusted: ${why}. Restore log.jsonl from a copy, or start a new order.`,
  });

/** Everything a log's bytes say, or the first line that is wrong. Lines count from 1; the header is line 1. */
export function parseLog(bytes: Buffer): ReadLog | BadLine {
  const good = bytes.lastIndexOf(0x0a) + 1;
  const torn = bytes.length - good;
  if (good === 0) return { header: null, entries: [], good, torn, prev: "" };
  let end = bytes.indexOf(0x0a);
  const header = parseHeader(bytes.subarray(0, end));
  if (typeof header === "string") return { line: 1, why: header };
  let prev = sha256(bytes.subarray(0, end));
  const entries: Entry[] = [];
  while (end + 1 < good) {
    const start = end + 1;
    end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end);
    const entry = parseEntry(line, { seq: entries.length + 1, prev, version: header.v });
    if (typeof entry === "string") return { line: entries.length + 2, why: entry };
    entries.push(entry);
    prev = sha256(line);
  }
  return { header, entries, good, torn, prev };
}

function parseHeader(line: Buffer): LogHeader | string {
  const raw = parseObject(line);
  if (typeof raw === "string") return raw;
  const version = raw["v"];
  const tooNew = typeof version === "number" ? unreadableVersion(version) : null;
  if (tooNew !== null) return tooNew;
  const header = LogHeader.safeParse(raw);
  return header.success ? header.data : `the header is not {"v":1,"order":"…","app":"…"}`;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
type Place = { seq: number; prev: string; version: number };

function parseEntry(line: Buffer, place: Place): Entry | string {
  const raw = parseObject(line);
  if (typeof raw === "string") return raw;
  const { seq, at, skew, prev, ...rest } = raw;
  if (seq !== place.seq) return `"seq" is ${JSON.stringify(seq)} and should be ${place.seq}`;
  if (prev !== place.prev)
    return `"prev" is not the SHA-256 of the line before it, so one of the two was altered`;
  if (typeof at !== "string" || !ISO.test(at) || Number.isNaN(Date.parse(at)))
    return `"at" is no time such as 2026-11-21T10:00:00.000Z`;
  if (skew !== undefined && (typeof skew !== "number" || !Number.isFinite(skew)))
    return `"skew" is ${JSON.stringify(skew)} and should be milliseconds`;
  const event = Event.safeParse(upcast(rest, place.version));
  if (event.success) return { seq: place.seq, at, ...(skew !== undefined && { skew }), ...event.data };
  const issue = event.error.issues[0];
  if (issue?.path[0] === "type") return `${JSON.stringify(rest["type"])} is no type of event`;
  const key = issue?.path.join(".") ?? "";
  return `"${String(rest["type"])}" does not fit its schema${key === "" ? "" : ` at "${key}"`}: ${issue?.message ?? ""}`;
}

function parseObject(line: Buffer): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no JSON object";
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return "it is no JSON";
    throw error;
  }
}
