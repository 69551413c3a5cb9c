/** The routes' own part of the snapshot: what was or would be chosen, among what, and what a slice is expected to take. */
import { choose } from "../core/choose.ts";
import type { Forecast } from "../core/forecast.ts";
import { type Tier, tierName } from "../core/order.ts";
import type { Decision } from "../core/router/decide.ts";
import type { RouteDecision } from "../core/router/logged.ts";
import type { Prediction } from "../core/router/predict.ts";
import type { SliceState, WorkOrder } from "../core/state.ts";
import { type Tried, checksMs } from "./plan.ts";
import type { AlternativeView, Range, SliceView } from "./view.ts";

/** Further tiers shown beside the chosen one. */
const MOST_ALTERNATIVES = 3;
/** Significant digits of a figure in the view. */
const DIGITS = 4;

export type Extra = {
  /** Lines under *Assumptions* of scope.md. */
  assumptions: string[];
  /** Of a model the ladder does not have: dollars one attempt is expected to cost, null when unknown, and its milliseconds. */
  predict(state: SliceState, tier: Tier): number | null;
  expectMs(state: SliceState, tier: Tier): number;
};

type Reckoning = { extra: Extra; forecast: Forecast; tried: Tried };

const short = (amount: number): number => Number(amount.toPrecision(DIGITS));
const shortOrNull = (amount: number | null): number | null => (amount === null ? null : short(amount));

/** What a slice takes until it is done; of a model the ladder does not have, what its next attempt does. */
export function expected(
  { forecast, extra, tried }: Reckoning,
  state: SliceState,
  { chosen, alternatives }: Pick<SliceView, "chosen" | "alternatives">,
) {
  const { whole, left } = forecast.slices.get(state.slice.id) ?? { whole: null, left: null };
  const checks = checksMs(state.slice, tried);
  const strange = alternatives.length === 0 && state.progress.at === "waiting" ? chosen : null;
  const ahead = left === null ? 0 : secondsToMs(left.seconds);
  const ms = strange ? extra.expectMs(state, strange.tier) : ahead;
  return {
    predicted: strange ? extra.predict(state, strange.tier) : (whole?.cost?.expected ?? null),
    predictedRange: rangeOf(whole?.cost ?? null, 1),
    predictedMs: ms === null ? null : ms + (left === null ? 0 : checks),
    predictedMsRange: rangeOf(left?.seconds ?? null, 1000, checks),
  };
}

const secondsToMs = (of: Prediction | null): number | null => (of === null ? null : 1000 * of.expected);

export const rangeOf = (of: Prediction | null, unit: number, more = 0): Range | null =>
  of === null ? null : { low: unit * of.low + more, high: unit * of.high + more };

/** The tiers the router reckoned with, in its order: the best first, and what was chosen in any case. */
function alternativesOf(decision: RouteDecision | Decision | null, tier: string): AlternativeView[] {
  const all = (decision?.alternatives ?? []).map(
    ({ tier: name, right, attempt, cost, seconds }): AlternativeView => ({
      ...{ tier: name, right: short(right), attempt: shortOrNull(attempt), cost: shortOrNull(cost) },
      ...{ ms: shortOrNull(seconds === null ? null : 1000 * seconds), chosen: name === tier },
    }),
  );
  return all.filter(({ chosen }, at) => chosen || at < MOST_ALTERNATIVES).slice(0, MOST_ALTERNATIVES + 1);
}

/** What was chosen for the attempt under way or the next one; what would be chosen while nothing is. */
export function routeOf(order: WorkOrder, state: SliceState): Pick<SliceView, "chosen" | "alternatives"> {
  const last = state.attempts.at(-1);
  const isWaiting = state.progress.at === "waiting";
  if (state.route || (last && !isWaiting)) {
    const lastRoute = last && { tier: last.tier, why: "tier of its last attempt", predicted: null };
    const chosen = state.route ?? lastRoute ?? null;
    return { chosen, alternatives: chosen ? alternativesOf(state.decision, tierName(chosen.tier)) : [] };
  }
  const choice = choose(order, state);
  if (!choice) return { chosen: null, alternatives: [] };
  const { tier, why, decision } = choice;
  const chosen = { tier, why, predicted: null };
  return { chosen, alternatives: alternativesOf(decision, tierName(tier)) };
}
