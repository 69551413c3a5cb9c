/**
 * Who was at work when, as far as it is not known yet. A call says only when it is over that a rate limit kept it waiting, so
 * time counts at once, and is taken back when everything that was open then turns out to have waited.
 */
import type { Entry, EventType } from "./event.ts";
import type { WorkOrder } from "./state.ts";
import { isActive, sliceOf } from "./state.ts";

/** Milliseconds since 1970 that count as work because each of `who` may have worked then, and none is known to have. */
export type OpenSpan = { from: number; to: number; who: readonly string[] };

type Stretch = { from: number; to: number };

/** No slice is called that. */
const PLANNER = "";

/** A rate limit may keep a call waiting that long and it is still work. */
const WAIT_MS = 60_000;

/** Of a call that lasts while very many others come and go, what was long ago stays counted. */
const MOST_SPANS = 64;

/** The planner makes the plan, or amends it beside slices that go on. */
export const isPlanning = (order: WorkOrder): boolean =>
  order.replan !== null || (order.openedAt !== "" && order.planned === null);

const openIn = (order: WorkOrder): string[] => [
  ...order.slices.filter(isActive).map(({ slice }) => slice.id),
  ...(isPlanning(order) ? [PLANNER] : []),
];

/** Without a list of its own: it is asked at every event. */
function isStill(who: readonly string[], order: WorkOrder): boolean {
  let at = 0;
  for (const state of order.slices) if (isActive(state) && who[at++] !== state.slice.id) return false;
  if (isPlanning(order) && who[at++] !== PLANNER) return false;
  return at === who.length;
}

/** `joins` says whether what was counted for the last span and for this stretch may be taken back together. */
export function withStretch(
  spans: readonly OpenSpan[],
  order: WorkOrder,
  { from, to }: Stretch,
  joins: (last: OpenSpan) => boolean,
): readonly OpenSpan[] {
  const last = spans.at(-1);
  if (last?.to === from && joins(last) && isStill(last.who, order))
    return [...spans.slice(0, -1), { ...last, to }];
  return [...spans, { from, to, who: openIn(order) }].slice(-MOST_SPANS);
}

/** Events by which whoever they are of has worked since the one before, or waited as long as they say. */
const TELLING: ReadonlySet<EventType> = new Set(["called", "faulted", "produced", "judged"]);

/** Whoever it is of was open and did not wait: nothing of the time before it will be taken back. Most events are such. */
export function showsWork(order: WorkOrder, entry: Entry): boolean {
  if (!TELLING.has(entry.type) || !("slice" in entry) || waitOf(entry)) return false;
  if (entry.slice === null) return isPlanning(order);
  const state = sliceOf(order, entry.slice);
  return state !== undefined && isActive(state);
}

/** Takes in what an entry tells of the time before it: `idle` are stretches in which, as is known now, nobody worked. */
export function settled(
  spans: readonly OpenSpan[],
  entry: Entry,
): { open: readonly OpenSpan[]; idle: readonly Stretch[] } {
  if (spans.length === 0 || !TELLING.has(entry.type) || !("slice" in entry)) return { open: spans, idle: [] };
  const one = entry.slice ?? PLANNER;
  const wait = waitOf(entry);
  const known = spans.map((span) => (span.who.includes(one) ? waiting(span, one, wait) : span));
  const left = known.filter((span) => span !== null);
  return { open: left.filter(({ who }) => who.length > 0), idle: left.filter(({ who }) => who.length === 0) };
}

/** What of a span is still open when one of it is known: it worked, except while it waited. */
function waiting({ from, to, who }: OpenSpan, one: string, wait: Stretch | null): OpenSpan | null {
  if (!wait) return null;
  const both = { from: Math.max(from, wait.from), to: Math.min(to, wait.to) };
  return both.from < both.to ? { ...both, who: who.filter((other) => other !== one) } : null;
}

/** When it waited. A request is asked again only before its answer begins: a call waits first, a fault comes after the wait. */
function waitOf(entry: Entry): Stretch | null {
  const at = Date.parse(entry.at);
  if (entry.type === "called") {
    const { ms, waitedMs = 0 } = entry;
    const from = at - Math.max(ms, waitedMs);
    return waitedMs > WAIT_MS ? { from, to: from + waitedMs } : null;
  }
  const waitedMs = (entry.type === "faulted" && entry.fault.waitedMs) || 0;
  return waitedMs > WAIT_MS ? { from: at - waitedMs, to: at } : null;
}
