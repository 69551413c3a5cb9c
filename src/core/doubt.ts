/** Whether the planner may still be asked to think a plan over. */
import type { WorkOrder } from "./state.ts";

/** By policy an order is thought over this often, and once for each slice; then a person is asked. */
const MOST_REPLANS = 3;

/** There is a planner whose plan this is, or whom the settings name; and it has not been asked too often. */
export const canReplan = (order: WorkOrder): boolean =>
  order.planned !== null &&
  (order.planned.by === "planner" || (order.config?.planner ?? null) !== null) &&
  order.amendments.length < MOST_REPLANS;
