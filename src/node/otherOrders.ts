/**
 * What the other orders of a workspace have shown of models, read from their logs. A log that did not change since it was read
 * last is not read again: what it showed is kept in storage, and can always be made again.
 */
import { readFile, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { fold } from "../core/apply.ts";
import { SliceClass } from "../core/order.ts";
import { MOST_RECALLED, type Tested, recall } from "../core/tested.ts";
import type { OtherOrders } from "../engine/ports.ts";
import { codeOf } from "./diskFault.ts";
import { listOrders, orderPaths } from "./orders.ts";
import { readLog } from "./readLog.ts";
import { sha256 } from "./sha256.ts";
import { writeAtomic } from "./writeAtomic.ts";

/** Raised whenever something else is learned from a log. */
const VERSION = 2;
const LARGEST = 200_000_000;

const Count = z.number().int().nonnegative();
const Amount = z.number().nonnegative().nullable();
const Trial = z.strictObject({
  ...{ tier: z.string(), accepted: z.boolean(), cost: Amount, seconds: Amount },
  check: z.strictObject({ cost: Amount, seconds: z.number().nonnegative() }).optional(),
});
const Shown = z.strictObject({
  slice: z.string(),
  class: SliceClass,
  trials: z.array(Trial),
  passes: Count,
  wrong: Count,
});
/** `size` and `mtime` (ms) are those of the log; `why` says why nothing was learned from it. */
const Known = z.strictObject({
  size: Count,
  mtime: z.number(),
  shown: z.array(Shown),
  why: z.string().nullable(),
});
type Known = z.infer<typeof Known>;
const Cache = z.strictObject({ v: z.literal(VERSION), logs: z.record(z.string(), Known) });

type Place = { workspaceRoot: string; orderId: string; storage: string };

export const openOtherOrders = (place: Place): OtherOrders => ({ shown: () => shownBy(place) });

async function shownBy({ workspaceRoot, orderId, storage }: Place): ReturnType<OtherOrders["shown"]> {
  const file = join(storage, "shown", `${sha256(Buffer.from(workspaceRoot)).slice(0, 32)}.json`);
  const cache = await readCache(file);
  const newestFirst = (await listOrders(workspaceRoot)).filter((id) => id !== orderId).reverse();
  const found: { order: string; known: Known }[] = [];
  let slices = 0;
  for (const id of newestFirst) {
    if (slices >= MOST_RECALLED) break;
    const known = await knownOf(workspaceRoot, id, cache[id]);
    if (!known) continue;
    found.unshift({ order: id, known });
    slices += known.shown.length;
  }
  if (found.some(({ order, known }) => cache[order] !== known)) await writeCache(file, cache, found);
  return {
    past: recall(found.map(({ known }) => known.shown)),
    skipped: found.flatMap(({ order, known: { why } }) => (why === null ? [] : [{ order, why }])),
  };
}

/** Null for an order that has no log yet. */
async function knownOf(root: string, id: string, cached: Known | undefined): Promise<Known | null> {
  const { log } = orderPaths(root, id);
  const found = await stat(log).catch((error: unknown) => codeOf(error));
  if (typeof found === "string") {
    if (found === "ENOENT") return null;
    return { size: 0, mtime: 0, shown: [], why: `its log cannot be reached (${found})` };
  }
  const { size, mtimeMs: mtime } = found;
  if (cached?.size === size && cached.mtime === mtime) return cached;
  if (size > LARGEST) return { size, mtime, shown: [], why: "its log is larger than 200 MB" };
  return { size, mtime, ...(await learned(log, id)) };
}

async function learned(log: string, id: string): Promise<Pick<Known, "shown" | "why">> {
  try {
    const { header, entries } = await readLog(log);
    if (header !== null && header.order !== id)
      return { shown: [], why: `its log belongs to the order "${header.order}"` };
    const shown = fold(id, entries).tested.filter(({ trials }) => trials.length > 0);
    return { shown: shown.map(copied), why: null };
  } catch (error) {
    if (error instanceof Error && "fault" in error) return { shown: [], why: error.message };
    throw error;
  }
}

const copied = ({ trials, ...one }: Tested): Known["shown"][number] => ({ ...one, trials: [...trials] });

/** Empty when there is none, or it is of another version or broken. */
async function readCache(file: string): Promise<Record<string, Known>> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text === "") return {};
  try {
    const parsed = Cache.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.logs : {};
  } catch {
    return {}; // no JSON: somebody else's words
  }
}

/** A disk that refuses costs time at the next start and nothing else. */
async function writeCache(
  file: string,
  before: Record<string, Known>,
  found: readonly { order: string; known: Known }[],
): Promise<void> {
  const logs = { ...before, ...Object.fromEntries(found.map(({ order, known }) => [order, known])) };
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAtomic(file, JSON.stringify({ v: VERSION, logs }));
  } catch (error) {
    if (!(error instanceof Error) || (codeOf(error) === "" && !("fault" in error))) throw error;
  }
}
