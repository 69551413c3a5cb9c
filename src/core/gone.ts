/** Models their vendors no longer know: left out of later routes until the ladder is changed, or one answers all the same. */
import type { EventOf } from "./event.ts";
import { modelName } from "./order.ts";
import type { Config } from "./settings.ts";
import { type SliceState, type WorkOrder, lastAttempt, sliceOf } from "./state.ts";

/** What was routed to this model and has not begun is routed again; a tier the user named is chosen again, and said to fail. */
const withoutRoute = (state: SliceState, model: string): SliceState =>
  state.progress.at === "waiting" && state.route && modelName(state.route.tier) === model
    ? { ...state, route: null }
    : state;

export function withGone(order: WorkOrder, { slice, fault }: EventOf<"faulted">): WorkOrder {
  const state = slice === null ? undefined : sliceOf(order, slice);
  const tier = state?.route?.tier ?? (state && lastAttempt(state)?.tier);
  if (fault.kind !== "unknown-model" || !tier) return order;
  const model = modelName(tier);
  if (order.gone.includes(model)) return order;
  const slices = order.slices.map((one) => withoutRoute(one, model));
  return { ...order, slices, gone: [...order.gone, model] };
}

/** Whoever named other tiers has said what there is. */
export const goneUnder = ({ config, gone }: WorkOrder, { tiers }: Config): readonly string[] =>
  JSON.stringify(config?.tiers) === JSON.stringify(tiers) ? gone : [];

/** Where no other is left, there is nothing to lose by trying them once more. */
export const goneWhenRetried = ({ config, gone }: WorkOrder): readonly string[] =>
  config?.tiers.every((tier) => gone.includes(modelName(tier))) ? [] : gone;

/** It is there again. */
export const thereAgain = (order: WorkOrder, { tier }: EventOf<"called">): WorkOrder =>
  order.gone.includes(modelName(tier))
    ? { ...order, gone: order.gone.filter((model) => model !== modelName(tier)) }
    : order;
