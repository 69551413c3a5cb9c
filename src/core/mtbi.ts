/** MTBI = autonomous working time / interventions, with the exact Poisson interval. Definition: product.md. */
import type { Entry, Event, EventOf, EventType } from "./event.ts";
import type { Slice } from "./order.ts";
import { isPlanning, settled, showsWork, withStretch } from "./openWork.ts";
import { type Clockwork, type WorkOrder, awaitsPerson, isActive, sliceOf } from "./state.ts";

const MERGE_MS = 60_000;

/** A step is in flight and nobody is waited for. */
export const isWorking = (order: WorkOrder): boolean =>
  order.halted === null &&
  order.ended === null &&
  !awaitsPerson(order) &&
  (order.slices.some(isActive) || isPlanning(order));

/** The plan is being checked, which includes running its commands on the base tree. */
export const isChecking = (order: WorkOrder): boolean =>
  order.planned !== null && order.findings === null && order.halted === null && !awaitsPerson(order);

/**
 * What passes between two events while something runs is bounded by the limits; a longer gap was no work but a machine
 * asleep, or a clock set forward, where the log does not tell of it. Logs of before say nothing of their limits: these are the
 * defaults'.
 */
const QUIET_MS = 50 * 60_000;

const LANDED_FOR_MS = 24 * 3_600_000;

/** Adds the time since the last event when it was autonomous work, and what the event itself counts for. */
export function worked(order: WorkOrder, entry: Entry): Clockwork {
  const gap = worth(order, entry);
  const { open, idle } = settled(gap > 0 ? opened(order, entry, gap) : order.clock.open, entry);
  const dollars = entry.type === "called" ? (entry.cost ?? 0) : 0;
  const unpriced = entry.type === "called" && entry.cost === null ? 1 : 0;
  const accepted = lands(order, entry) ? 1 : 0;
  const reverted = takesBack(order, entry) ? 1 : 0;
  if (gap + dollars + unpriced + accepted + reverted === 0 && open === order.clock.open) return order.clock;
  const { clock } = order;
  const more = { workedMs: gap, accepted, reverted, dollars, unpriced };
  const now = {
    ...clock,
    open,
    workedMs: clock.workedMs + gap,
    accepted: clock.accepted + accepted,
    reverted: clock.reverted + reverted,
    landedAt: lands(order, entry) ? { ...clock.landedAt, [entry.slice]: entry.at } : clock.landedAt,
    weeks: inWeek(clock.weeks, weekOf(entry.at), more),
  };
  return idle.reduce(takenBack, now);
}

const placeOf = (order: WorkOrder, slice: string) => sliceOf(order, slice)?.progress.at;

/** The slice has landed by it: an event that says it once more is no second landing. */
const lands = (order: WorkOrder, event: Event): event is EventOf<"landed"> =>
  event.type === "landed" && ["landing", "conflict"].includes(placeOf(order, event.slice) ?? "");

/** It takes back what stood there. */
const takesBack = (order: WorkOrder, event: Event): boolean =>
  event.type === "reverted" && placeOf(order, event.slice) === "done";

/** Milliseconds of the gap before an entry that are taken for work. The gap before an interruption was found is not. */
function worth(order: WorkOrder, entry: Entry): number {
  const gap = Date.parse(entry.at) - Date.parse(order.at) - (entry.skew ?? 0);
  const dead = entry.type === "faulted" && entry.fault.kind === "interrupted";
  if (!(gap > 0) || dead || !(isWorking(order) || isTried(order, entry))) return 0;
  return gap > (order.config?.quietMs ?? QUIET_MS) ? 0 : gap;
}

/** Until then the checks' commands ran. */
const isTried = (order: WorkOrder, entry: Entry): boolean =>
  entry.type === "criticised" && entry.tried !== undefined && isChecking(order);

/** With the gap before the entry, in which everything that is open may have waited: commands do not. */
function opened(order: WorkOrder, entry: Entry, ms: number): Clockwork["open"] {
  const { open } = order.clock;
  if (isTried(order, entry) || showsWork(order, entry)) return open;
  const to = Date.parse(entry.at);
  const gap = { from: to - ms, to };
  return withStretch(open, order, gap, ({ to }) => weekAt(to) === weekAt(gap.to));
}

/** What was counted, and in which week, as if it had never been. */
function takenBack(clock: Clockwork, { from, to }: { from: number; to: number }): Clockwork {
  const less = { workedMs: from - to, accepted: 0, reverted: 0, dollars: 0, unpriced: 0 };
  return { ...clock, workedMs: clock.workedMs + from - to, weeks: inWeek(clock.weeks, weekAt(to), less) };
}

const DAY_MS = 86_400_000;

/** The Monday, UTC, of the week an instant lies in: "2026-11-23". */
export const weekOf = (at: string): string => weekAt(Date.parse(at));

function weekAt(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  return new Date((days - ((days + 3) % 7)) * DAY_MS).toISOString().slice(0, 10);
}

type Week = Clockwork["weeks"][number];

function inWeek(weeks: Clockwork["weeks"], week: string, more: Omit<Week, "week">): Clockwork["weeks"] {
  const at = weeks.findLastIndex((one) => one.week === week);
  if (at < 0) return [...weeks, { week, ...more }].toSorted((a, b) => (a.week < b.week ? -1 : 1));
  return weeks.map((one, i) => (i === at ? plus(one, more) : one));
}

const plus = (week: Week, more: Omit<Week, "week">): Week => ({
  week: week.week,
  workedMs: week.workedMs + more.workedMs,
  accepted: week.accepted + more.accepted,
  reverted: week.reverted + more.reverted,
  dollars: week.dollars + more.dollars,
  unpriced: week.unpriced + more.unpriced,
});

const isChange = ({ changed, dropped, functions }: EventOf<"amended">): boolean =>
  changed.length + dropped.length > 0 || functions !== undefined;

type Act = Clockwork["acts"][number];
type Acted = Omit<Act, "at">;
type Acts = {
  [T in EventType]?: (order: WorkOrder, event: EventOf<T>, at: string) => Acted | Acted[] | null;
};

const act = (what: string, slice: string | null): Acted => ({ what, slice });

/** The unplanned human acts, by the event that says so. What is not here is none: a planned gate without a change, for one. */
const ACTS: Acts = {
  answered: (order, { id }) =>
    act("answered a question", order.asks.find((ask) => ask.id === id)?.slice ?? null),
  stopped: (order, { by }) => {
    const [first, ...others] = order.slices.filter(isActive).map(({ slice }) => slice.id);
    return by === "user" && first !== undefined ? { ...act("stopped a run", first), others } : null;
  },
  rejected: (_order, { by, slice }) => (by === "user" ? act("rejected a result", slice) : null),
  discarded: (order) => (order.planned ? act("rejected a plan", null) : null),
  approved: (order, { by, slice }) => {
    const progress = sliceOf(order, slice)?.progress;
    const overridden = by === "user" && progress?.at === "approval" && progress.verdict.result === "unknown";
    return overridden ? act("overrode a verdict", slice) : null;
  },
  verifyAsked: (_order, { by, slice }) => (by === "user" ? act("had a slice verified again", slice) : null),
  rerun: (_order, { slice }) => act("forced a rerun", slice),
  reopened: (_order, { slice }) => act("settled a slice", slice),
  dropped: (order, { slice }) => (order.planned ? act("dropped a slice", slice) : null),
  reverted: (order, event, at) =>
    takesBack(order, event) && isFresh(order, event.slice, at) ? act("reverted a slice", event.slice) : null,
  replanAsked: (_order, { by, reason }) =>
    by === "user" && reason.kind === "asked" ? act("asked for changes of the plan", null) : null,
  amended: (order, event) => (event.by === "user" && isChange(event) ? amendment(order, event) : null),
  budgetRaised: (_order, { slice }) => act("raised a budget", slice),
  resumed: (order) => (order.halted?.over ? act("went on after a budget stopped it", null) : null),
  landed: (order, event) => (isEdited(order, event) ? act("edited a slice's files", event.slice) : null),
  drifted: (order, { files }, at) => {
    const edited = files.flatMap(({ path }) => landedLast(order, path, at) ?? []);
    return [...new Set(edited)].map((slice) => act("edited a slice's files", slice));
  },
};

/** Of slices that landed a file, the last: what it left there is what was edited. */
function landedLast(order: WorkOrder, file: string, at: string): string | undefined {
  const { landedAt } = order.clock;
  const all = order.slices.flatMap(({ slice, progress }) =>
    progress.at === "done" && isFresh(order, slice.id, at) && progress.patch.some(({ path }) => path === file)
      ? [slice.id]
      : [],
  );
  return all.toSorted((a, b) => ((landedAt[a] ?? "") < (landedAt[b] ?? "") ? -1 : 1)).at(-1);
}

/** Landed less than a day ago, by either clock. */
function isFresh({ clock }: WorkOrder, slice: string, at: string): boolean {
  const landed = clock.landedAt[slice];
  return landed !== undefined && Date.parse(at) - Date.parse(landed) <= LANDED_FOR_MS;
}

/** Whether an edit of what this order landed would still count. */
export const landedLately = (order: WorkOrder, at: string): boolean =>
  Object.keys(order.clock.landedAt).some((slice) => isFresh(order, slice, at));

/** What reached the workspace is not what was approved: somebody had edited the same files meanwhile. */
function isEdited(order: WorkOrder, { slice, into, files }: EventOf<"landed">): boolean {
  const progress = sliceOf(order, slice)?.progress;
  if (into !== "workspace" || progress?.at !== "landing") return false;
  const meant = new Map(progress.patch.map(({ path, after }) => [path, after]));
  return files.some(({ path, after }) => meant.has(path) && meant.get(path) !== after);
}

/** Each route that was changed is overridden; whatever else of the task files is, is one changed task: one edit may touch many. */
function amendment(order: WorkOrder, { changed, dropped, functions }: EventOf<"amended">): Acted[] {
  const isRoute = ({ slice }: { slice: Slice }): boolean => {
    const before = sliceOf(order, slice.id)?.slice;
    return before !== undefined && before.route !== slice.route;
  };
  const routes = changed.filter(isRoute).map(({ slice }) => act("overrode a route", slice.id));
  const [task] = [
    ...changed.filter((one) => !isRoute(one)).map(({ slice }) => slice.id),
    ...dropped.map(({ slice }) => slice),
  ];
  const isOther = task !== undefined || functions !== undefined;
  return isOther ? [...routes, act("changed a task", task ?? null)] : routes;
}

/** The unplanned human acts an entry stands for. */
export function actsOf(order: WorkOrder, entry: Entry): Act[] {
  // The one cast: what is found under `type` takes that very event.
  const found = ACTS[entry.type] as
    ((order: WorkOrder, event: Entry, at: string) => Acted | Acted[] | null) | undefined;
  return [found?.(order, entry, entry.at) ?? []].flat().map((one) => ({ at: entry.at, ...one }));
}

/** When each intervention began: acts within 60 s on one slice are one. A clock that was set back begins anew. */
export function interventionsAt(acts: readonly Omit<Act, "what">[]): string[] {
  const last = new Map<string | null, number>();
  const begun: string[] = [];
  for (const { at, slice, others = [] } of acts) {
    const time = Date.parse(at);
    const on = [slice, ...others];
    const isNear = on.some((one) => Math.abs(time - (last.get(one) ?? -Infinity)) <= MERGE_MS);
    if (!isNear) begun.push(at);
    for (const one of on) last.set(one, time);
  }
  return begun;
}

export const interventions = (acts: readonly Omit<Act, "what">[]): number => interventionsAt(acts).length;

/** What MTBI is computed from. */
export type Worked = Pick<Clockwork, "workedMs" | "acts" | "accepted" | "reverted">;
/** Hours per intervention with its 95 % interval; `hours` is null for n = 0, when only the bound holds. */
export type Mtbi = { hours: number | null; low: number; high: number | null; interventions: number };

/** With 95 % confidence no more than 3.0 events were to be expected where none was seen. */
const NO_EVENT = 3;

export function mtbi(workedHours: number, n: number): Mtbi {
  if (n === 0) return { hours: null, low: workedHours / NO_EVENT, high: null, interventions: 0 };
  return {
    hours: workedHours / n,
    low: (2 * workedHours) / chiSquareQuantile(0.975, 2 * n + 2),
    high: (2 * workedHours) / chiSquareQuantile(0.025, 2 * n),
    interventions: n,
  };
}

/**
 * P(X ≤ x) of a chi-square with an even number of degrees of freedom: 1 - e^(-x/2) Σ (x/2)^i / i!, i < df/2. Summed in
 * logarithms, so that hundreds of interventions do not overflow.
 */
function chiSquareCdf(x: number, df: number): number {
  const half = x / 2;
  let term = -half;
  let sum = Math.exp(term);
  for (let i = 1; i < df / 2; i += 1) {
    term += Math.log(half / i);
    sum += Math.exp(term);
  }
  return 1 - sum;
}

/** By bisection; `df` even, as in the Poisson interval. */
export function chiSquareQuantile(p: number, df: number): number {
  let low = 0;
  let high = df + 20 * Math.sqrt(2 * df) + 20;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (chiSquareCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
