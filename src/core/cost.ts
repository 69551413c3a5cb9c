/** Money folded from `called` events; never kept beside them. All figures are US dollars. */
import type { EventOf } from "./event.ts";
import { tierName } from "./order.ts";
import type { Attempt, Money, Spending, Took, WorkOrder } from "./state.ts";
import { NO_MONEY } from "./state.ts";

export const addCall = (money: Money, call: EventOf<"called">): Money => ({
  spent: money.spent + (call.cost ?? 0),
  calls: money.calls + 1,
  unpriced: money.unpriced + (call.cost === null ? 1 : 0),
  reported: money.reported + (call.reported ? 1 : 0),
  top: money.top === null || call.top === null ? null : money.top + call.top,
});

/** A clock that jumped during a call must not teach that its model is slow. Milliseconds. */
const LONGEST_CALL = 1_800_000;

/** Waiting for a rate limit is none of the model's doing; `waitedMs` is a part of the call's `ms`. */
const ownTime = ({ ms, waitedMs = 0 }: EventOf<"called">): number =>
  Math.min(LONGEST_CALL, Math.max(0, ms - waitedMs));

export const addTook = (took: Took, call: EventOf<"called">): Took => ({
  dollars: took.dollars + (call.cost ?? 0),
  unpriced: took.unpriced + (call.cost === null ? 1 : 0),
  ms: took.ms + ownTime(call),
});

export const addMoney = (a: Money, b: Money): Money => ({
  spent: a.spent + b.spent,
  calls: a.calls + b.calls,
  unpriced: a.unpriced + b.unpriced,
  reported: a.reported + b.reported,
  top: a.top === null || b.top === null ? null : a.top + b.top,
});

/** Known dollars, or null when nothing was priced. */
export const spentOrUnknown = (money: Money): number | null =>
  money.unpriced > 0 && money.spent === 0 ? null : money.spent;

/** Share saved against the top tier for the same tokens; null when a price is unknown or nothing was spent. */
export function saving(money: Money): number | null {
  if (money.top === null || money.top === 0 || money.unpriced > 0) return null;
  return 1 - money.spent / money.top;
}

const dollars = (amount: number): string => `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)}`;

/** That costs are the endpoints' own word, where some are; "" where none is. */
export function reportedWords({ reported, calls, unpriced }: Money): string {
  if (reported === 0) return "";
  const all = reported === calls - unpriced;
  const which = all ? "Costs are" : `The cost of ${reported} of ${calls} calls is`;
  return `${which} as reported by the provider${all ? "." : "; the rest is reckoned from tokens and prices."}`;
}

/** Tiers that were the top one after another: "p/huge, then p/middle". */
export const inTurn = (tiers: readonly string[]): string => tiers.join(", then ");

/** How the saving against `top`, which stands for the tiers `tops`, was computed, in one sentence; empty while there is nothing to compare. */
export function savingWords({ calls, spent, unpriced, top }: Money, tops: readonly string[]): string {
  if (tops.length === 0 || calls === 0) return "";
  if (top === null || unpriced > 0)
    return `What the same tokens would have cost on ${inTurn(tops)} is unknown: not every price is.`;
  const whose = tops.length === 1 ? inTurn(tops) : `the top tier of the time (${inTurn(tops)})`;
  return `The same tokens of all ${calls} calls, cached ones as they were cached, at the prices of ${whose}: ${dollars(top)} against ${dollars(spent)}.`;
}

export const failedAttempt = (attempt: Attempt): boolean =>
  attempt.fault !== null || attempt.rejected !== null || attempt.verdicts.at(-1)?.result === "fail";

/** Attempts that are over and did not land. */
const failedAttempts = ({ slices }: WorkOrder): Attempt[] =>
  slices.flatMap(({ attempts, progress }) =>
    attempts.filter(
      (one) => !one.open && failedAttempt(one) && !(progress.at === "done" && progress.attempt === one.n),
    ),
  );

const sum = (all: readonly Money[]): Money => all.reduce(addMoney, NO_MONEY);

/** What went into attempts that did not land, verifying them included. */
export const failedMoney = (order: WorkOrder): Money => sum(failedAttempts(order).map(({ money }) => money));

/** The order's money in four parts that do not overlap: what failed attempts took is in `failed` alone. */
export type Parts = Record<"planning" | "executing" | "verifying" | "failed", Money>;

export function partsOf(order: WorkOrder): Parts {
  const { planner, executor, reviewer } = order.roles;
  const failed = failedAttempts(order);
  const [all, verifying] = [sum(failed.map(({ money }) => money)), sum(failed.map((one) => one.verifying))];
  return {
    planning: planner,
    executing: less(executor, less(all, verifying)),
    verifying: less(reviewer, verifying),
    failed: all,
  };
}

const less = (a: Money, b: Money): Money => ({
  spent: Math.max(0, a.spent - b.spent),
  calls: a.calls - b.calls,
  unpriced: a.unpriced - b.unpriced,
  reported: a.reported - b.reported,
  top: a.top === null || b.top === null ? null : Math.max(0, a.top - b.top),
});

/** The order with one call more in its sums. */
export function called(order: WorkOrder, call: EventOf<"called">, at: string): WorkOrder {
  const name = tierName(call.tier);
  const models = order.models[call.role];
  return {
    ...order,
    money: addCall(order.money, call),
    roles: { ...order.roles, [call.role]: addCall(order.roles[call.role], call) },
    models: { ...order.models, [call.role]: { ...models, [name]: addCall(models[name] ?? NO_MONEY, call) } },
    tops: topsAfter(order, call),
    spending: addSpending(order.spending, { at, dollars: call.cost ?? 0 }),
  };
}

/** An event does not name the tier its `top` was reckoned on: it is the last of the ladder that was configured then. */
function topsAfter({ tops, config }: WorkOrder, call: EventOf<"called">): readonly string[] {
  const name = tierName(config?.tiers.at(-1) ?? call.tier);
  return tops.at(-1) === name ? tops : [...tops, name];
}

/** A picture holds no more. */
const MOST_STRETCHES = 96;

/** When there are too many stretches every two become one. A call that was free or unpriced is no point of the picture. */
function addSpending(all: readonly Spending[], { at, dollars }: Spending): readonly Spending[] {
  if (dollars === 0) return all;
  if (all.length < MOST_STRETCHES) return [...all, { at, dollars }];
  const halved = all.flatMap((one, i) => {
    const next = all[i + 1];
    if (i % 2 === 1) return [];
    return [next ? { at: next.at, dollars: one.dollars + next.dollars } : one];
  });
  return [...halved, { at, dollars }];
}

/** The attempt with one call more. */
export const paid = (attempt: Attempt, call: EventOf<"called">): Attempt => ({
  ...attempt,
  money: addCall(attempt.money, call),
  took: call.role === "executor" ? addTook(attempt.took, call) : attempt.took,
  ...(call.role === "reviewer" && { verifying: addCall(attempt.verifying, call) }),
});
