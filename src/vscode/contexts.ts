/** The context keys `slicewise.can.…` behind every `when` clause: what may be done now. */
import type { OrderView, View } from "../protocol/view.ts";
import { FITS, SLICE_ACTS, needsEngine } from "./fits.ts";

const ORDER_ACTS = {
  openPlan: ({ total }) => total > 0,
  openLog: () => true,
  showReport: ({ can }) => can.report,
  approvePlan: ({ can }) => can.approvePlan,
  run: ({ can }) => can.run,
  pause: ({ can }) => can.pause,
  stop: ({ can }) => can.stop,
  approveAll: ({ can }) => can.approveAll,
  discard: ({ can }) => can.discard,
  askChanges: ({ can }) => can.askChanges,
  checkPlan: ({ phase, total }) => total > 0 && ["gate", "running", "paused", "stopped"].includes(phase),
  showPlanChanges: ({ amendments }) => amendments > 0,
} satisfies Record<string, (order: OrderView) => boolean>;

const ONLY_LOOK: ReadonlySet<string> = new Set(["openPlan", "openLog", "showReport"]);

/** Every key each time, so that none is left standing from before. */
export function contextsOf({ order, orders, host }: View): Record<string, boolean> {
  const engine = host === "ready" || host === "no-models";
  const can: Record<string, boolean> = { resume: orders.some(({ id }) => id !== order?.id) };
  for (const [act, fits] of Object.entries(ORDER_ACTS)) {
    can[act] = order !== null && (engine || ONLY_LOOK.has(act)) && fits(order);
  }
  for (const act of SLICE_ACTS) {
    const some = order?.slices.some((slice) => FITS[act](slice, order)) ?? false;
    can[act] = some && (engine || !needsEngine(act));
  }
  return can;
}
