/** Money, budgets and autonomy as they are shown: figures and words folded from the state and nothing else. */
import { overOf, roundUp } from "../core/budget.ts";
import { partsOf, reportedWords, saving, savingWords, spentOrUnknown } from "../core/cost.ts";
import { type Worked, interventions, mtbi } from "../core/mtbi.ts";
import { tierName } from "../core/order.ts";
import type { WorkOrder } from "../core/state.ts";
import type { MoneyView, MtbiView, OverView, SliceView } from "./view.ts";

/** The four parts do not overlap: what failed attempts took is in `failed` alone. */
export function moneyView(order: WorkOrder): MoneyView {
  const top = order.config?.tiers.at(-1);
  const parts = partsOf(order);
  const {
    order: budget = null,
    slice: sliceBudget = null,
    day: dayBudget = null,
  } = order.config?.budget ?? {};
  let sum = 0;
  return {
    spent: spentOrUnknown(order.money),
    calls: order.money.calls,
    unpriced: order.money.unpriced,
    ...{ budget, sliceBudget, dayBudget },
    top: order.money.top,
    topTier: top ? tierName(top) : null,
    saving: saving(order.money),
    how: savingWords(order.money, top ? tierName(top) : null),
    planning: spentOrUnknown(parts.planning),
    executing: spentOrUnknown(parts.executing),
    verifying: spentOrUnknown(parts.verifying),
    failed: spentOrUnknown(parts.failed),
    roles: rolesOf(order),
    reported: reportedWords(order.money),
    line: order.spending.map(({ at, dollars }) => ({ at, dollars: (sum += dollars) })),
  };
}

const ROLES = ["planner", "executor", "reviewer"] as const;

const rolesOf = ({ models }: WorkOrder): MoneyView["roles"] =>
  ROLES.map((role) => ({
    role,
    models: Object.entries(models[role])
      .map(([name, money]) => ({ name, spent: spentOrUnknown(money), calls: money.calls }))
      .toSorted((a, b) => (b.spent ?? -1) - (a.spent ?? -1)),
  })).filter((one) => one.models.length > 0);

const dollars = (amount: number): string => `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)}`;

/** What stopped for want of money, what is left to do and what it would cost; null while nothing did. */
export function overView(order: WorkOrder, slices: readonly SliceView[]): OverView | null {
  const over = overOf(order);
  if (!over) return null;
  const stopped = order.slices.find(
    ({ progress }) => progress.at === "stuck" && "kind" in progress.why && progress.why.over,
  );
  const slice = over.what === "slice" ? (stopped?.slice.id ?? null) : null;
  const open = slices.filter(({ at }) => at !== "done" && at !== "dropped");
  const leftCost = open.reduce<number | null>(
    (sum, { predicted }) => (sum === null || predicted === null ? null : sum + predicted),
    0,
  );
  const more = {
    order: order.money.spent + (leftCost ?? 0),
    day: over.needs + (leftCost ?? 0),
    slice: over.budget * 2,
  };
  const suggested = roundUp(Math.max(over.needs, more[over.what]));
  return { ...over, slice, suggested, left: open.map(({ id }) => id), leftCost };
}

const NAMED = 8;

/** "Left: 03, 04, about $0.42 more." */
export function leftWords({ left, leftCost }: OverView): string {
  if (left.length === 0) return "";
  const names = left.length > NAMED ? `${left.length} slices` : left.join(", ");
  return `Left: ${names}, ${leftCost === null ? "cost unknown" : `about ${dollars(leftCost)} more`}.`;
}

export function duration(ms: number): string {
  const [seconds, minutes] = [Math.round(ms / 1000), Math.round(ms / 60_000)];
  if (seconds < 60) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** A bound is never shown as more than it is: 13.35 h is "13.3 h". */
function atLeast(ms: number): string {
  if (ms < 60_000) return duration(Math.floor(ms / 1000) * 1000);
  return ms < 3_600_000
    ? duration(Math.floor(ms / 60_000) * 60_000)
    : `${(Math.floor(ms / 360_000) / 10).toFixed(1)} h`;
}

/** Fewer interventions have a point estimate of no worth. */
export const ENOUGH = 5;

/** A bound of less than a second says nothing. */
const SHORT_MS = 3000;

/** The figure and its interval, as far as they say something. */
export function mtbiWords(workedMs: number, n: number): { text: string; interval: string } {
  const { hours, low, high } = mtbi(workedMs / 3_600_000, n);
  const ms = (h: number): string => duration(h * 3_600_000);
  const text = hours === null ? `≥ ${atLeast(low * 3_600_000)}` : n < ENOUGH ? "not enough data" : ms(hours);
  return {
    text: workedMs < SHORT_MS ? "not enough data" : text,
    interval: hours === null || high === null ? "" : `${ms(low)} – ${ms(high)}`,
  };
}

export const mtbiView = (clock: Worked): MtbiView =>
  mtbiOf({ ...clock, interventions: interventions(clock.acts) });

/** Of acts that are merged already: those of several orders never are. */
export const mtbiOf = ({
  workedMs,
  interventions: n,
  accepted,
  reverted,
}: Omit<Worked, "acts"> & { interventions: number }): MtbiView => ({
  ...mtbiWords(workedMs, n),
  interventions: n,
  workedMs,
  slicesPerIntervention: n === 0 ? null : accepted / n,
  reverted,
});
