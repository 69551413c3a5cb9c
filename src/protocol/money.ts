/** Money and budgets as they are shown: figures and words folded from the state and nothing else. */
import { overOf, roundUp, stoppedBy } from "../core/budget.ts";
import { partsOf, reportedWords, saving, savingWords, spentOrUnknown } from "../core/cost.ts";
import { tierName } from "../core/order.ts";
import type { WorkOrder } from "../core/state.ts";
import type { MoneyView, OverView, SliceView } from "./view.ts";

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
    tops: [...order.tops],
    how: savingWords(order.money, order.tops),
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
  const stopped = order.slices.find((state) => stoppedBy(state)?.what === "slice");
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
