/** What a screen reader is told: changes of state, never streaming text. */
import type { Phase, SliceAt, View } from "../src/protocol/view.ts";

export const AT: Record<SliceAt, string> = {
  waiting: "waiting",
  executing: "executing",
  verifying: "verifying",
  approval: "awaiting approval",
  landing: "landing",
  done: "done",
  conflict: "in conflict",
  stuck: "stuck",
  dropped: "dropped",
};

export const PHASE: Record<Phase, string> = {
  planning: "planning",
  gate: "plan gate",
  running: "running",
  paused: "paused",
  stopped: "stopped",
  ended: "ended",
  failed: "failed",
};

const SAID = 3;

/** "Order running. 03 Stream cut-off: awaiting approval." Empty when nothing changed that a person should hear. */
export function newsOf(before: View | null, after: View): string {
  const order = after.order;
  if (!order || !before || before.order?.id !== order.id) return "";
  const was = new Map(before.order.slices.map((slice) => [slice.id, slice.at]));
  const moved = order.slices.filter(({ id, at }) => was.has(id) && was.get(id) !== at);
  const asks = new Set(before.order.asks.map(({ id }) => id));
  const asked = order.asks.filter(({ id }) => !asks.has(id));
  const more = moved.length - SAID;
  return [
    ...(before.order.phase === order.phase ? [] : [`Order ${PHASE[order.phase]}.`]),
    ...(order.replanning !== null && before.order.replanning === null
      ? ["The planner is amending the plan."]
      : []),
    ...(order.amendments > before.order.amendments && order.amendment
      ? [`Plan amended: ${order.amendment.why.slice(0, 200)}`]
      : []),
    ...moved.slice(0, SAID).map(({ id, title, at }) => `${id} ${title.slice(0, 80)}: ${AT[at]}.`),
    ...(more > 0 ? [`${more} more changed.`] : []),
    ...asked.map(({ slice }) => `Slice ${slice} asks to run a command.`),
  ].join(" ");
}
