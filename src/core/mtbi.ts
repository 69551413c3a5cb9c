/** MTBI = autonomous working time / interventions, with the exact Poisson interval. Definition: product.md. */
import type { Entry, EventOf } from "./event.ts";
import { type Clockwork, type WorkOrder, awaitsPerson, isActive, sliceOf } from "./state.ts";

const MERGE_MS = 60_000;

/** A step is in flight and nobody is waited for. */
export const isWorking = (order: WorkOrder): boolean =>
  order.halted === null &&
  order.ended === null &&
  !awaitsPerson(order) &&
  (order.slices.some(isActive) || order.replan !== null || (order.openedAt !== "" && order.planned === null));

/** The plan is being checked, which includes running its commands on the base tree. */
export const isChecking = (order: WorkOrder): boolean =>
  order.planned !== null && order.findings === null && order.halted === null && !awaitsPerson(order);

/** Adds the time since the last event when it was autonomous work. The gap before an interruption was found is not. */
export function worked(order: WorkOrder, entry: Entry): Clockwork {
  const clock = counted(order, entry);
  const gap = Date.parse(entry.at) - Date.parse(order.at);
  const dead = entry.type === "faulted" && entry.fault.kind === "interrupted";
  const tried = entry.type === "criticised" && entry.tried !== undefined && isChecking(order);
  if (!(gap > 0) || dead || !(isWorking(order) || tried)) return clock;
  return { ...clock, workedMs: clock.workedMs + gap };
}

function counted({ clock }: WorkOrder, entry: Entry): Clockwork {
  if (entry.type === "landed") return { ...clock, accepted: clock.accepted + 1 };
  if (entry.type === "reverted") return { ...clock, reverted: clock.reverted + 1 };
  return clock;
}

const isChange = ({ changed, dropped, functions }: EventOf<"amended">): boolean =>
  changed.length + dropped.length > 0 || functions !== undefined;

type Act = Clockwork["acts"][number];

/** The unplanned human act an entry stands for, or null. Planned gates without a change are none. */
export function actOf(order: WorkOrder, entry: Entry): Act | null {
  const act = (what: string, slice: string | null): Act => ({ at: entry.at, slice, what });
  switch (entry.type) {
    case "answered":
      return act("answered a question", order.asks.find((ask) => ask.id === entry.id)?.slice ?? null);
    case "stopped":
      return entry.by === "user" && order.slices.some(isActive) ? act("stopped a run", null) : null;
    case "rejected":
      return entry.by === "user" ? act("rejected a result", entry.slice) : null;
    case "approved": {
      const progress = sliceOf(order, entry.slice)?.progress;
      const overridden =
        entry.by === "user" && progress?.at === "approval" && progress.verdict.result === "unknown";
      return overridden ? act("overrode a verdict", entry.slice) : null;
    }
    case "rerun":
      return act("forced a rerun", entry.slice);
    case "reopened":
      return act("settled a slice", entry.slice);
    case "dropped":
      return order.approved ? act("dropped a slice", entry.slice) : null;
    case "reverted":
      return act("reverted a slice", entry.slice);
    case "replanAsked":
      return entry.by === "user" && order.approved && entry.reason.kind === "asked"
        ? act("asked for changes of the plan", null)
        : null;
    case "amended":
      return entry.by === "user" && order.approved && isChange(entry)
        ? act("changed a task", entry.changed[0]?.slice.id ?? entry.dropped[0]?.slice ?? null)
        : null;
    default:
      return null;
  }
}

/** Acts within 60 s on one slice are one. */
export function interventions(acts: readonly Act[]): number {
  const last = new Map<string | null, number>();
  let count = 0;
  for (const { at, slice } of acts) {
    const time = Date.parse(at);
    const before = last.get(slice);
    if (before === undefined || time - before > MERGE_MS) count += 1;
    last.set(slice, time);
  }
  return count;
}

/** Hours per intervention with its 95 % interval; `hours` is null for n = 0, when only the bound holds. */
export type Mtbi = { hours: number | null; low: number; high: number | null; interventions: number };

export function mtbi(workedHours: number, n: number): Mtbi {
  if (n === 0) return { hours: null, low: workedHours / -Math.log(0.05), high: null, interventions: 0 };
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
