/** Whether the planner may still be asked to think a plan over, and when it is. */
import type { SliceState, WorkOrder } from "./state.ts";

/** By policy an order is thought over this often, and once for each slice; then a person is asked. */
const MOST_REPLANS = 3;

/** Models that failed a slice when its plan is doubted. */
const DOUBTFUL_MODELS = 2;

/** There is a planner whose plan this is, or whom the settings name; and it has not been asked too often. */
export const canReplan = (order: WorkOrder): boolean =>
  order.planned !== null &&
  (order.planned.by === "planner" || (order.config?.planner ?? null) !== null) &&
  order.amendments.length < MOST_REPLANS;

/** Once so many models failed a slice its plan is thought over, before any other is tried; null: it is not. */
export const doubtedAfter = (order: WorkOrder, { replans }: Pick<SliceState, "replans">): number | null =>
  replans === 0 && canReplan(order) ? DOUBTFUL_MODELS : null;
