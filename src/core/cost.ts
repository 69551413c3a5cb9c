/** Money folded from `called` events; never kept beside them. All figures are US dollars. */
import type { EventOf } from "./event.ts";
import type { Attempt, Money, Took, WorkOrder } from "./state.ts";
import { NO_MONEY } from "./state.ts";

export const addCall = (money: Money, call: EventOf<"called">): Money => ({
  spent: money.spent + (call.cost ?? 0),
  calls: money.calls + 1,
  unpriced: money.unpriced + (call.cost === null ? 1 : 0),
  top: money.top === null || call.top === null ? null : money.top + call.top,
});

/** A clock that jumped during a call must not teach that its model is slow. Milliseconds. */
const LONGEST_CALL = 1_800_000;

export const addTook = (took: Took, call: EventOf<"called">): Took => ({
  dollars: took.dollars + (call.cost ?? 0),
  unpriced: took.unpriced + (call.cost === null ? 1 : 0),
  ms: took.ms + Math.min(LONGEST_CALL, call.ms),
});

export const addMoney = (a: Money, b: Money): Money => ({
  spent: a.spent + b.spent,
  calls: a.calls + b.calls,
  unpriced: a.unpriced + b.unpriced,
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

export const failedAttempt = (attempt: Attempt): boolean =>
  attempt.fault !== null || attempt.rejected !== null || attempt.verdicts.at(-1)?.result === "fail";

/** What went into attempts that did not land. */
export const failedMoney = (order: WorkOrder): Money =>
  order.slices
    .flatMap(({ attempts, progress }) =>
      attempts.filter(
        (one) => !one.open && failedAttempt(one) && !(progress.at === "done" && progress.attempt === one.n),
      ),
    )
    .reduce((sum, { money }) => addMoney(sum, money), NO_MONEY);
