/** Which slices an act can be done on now. One table for the palette's context keys and for the question "which slice?". */
import type { OrderView, SliceAt, SliceView } from "../protocol/view.ts";

type Fits = (slice: SliceView, order: OrderView) => boolean;

const at =
  (...places: SliceAt[]): Fits =>
  (slice) =>
    places.includes(slice.at);

const wasApproved = ({ phase }: OrderView): boolean => phase !== "planning" && phase !== "gate";
const canRerun: Fits = (slice, order) =>
  wasApproved(order) && !at("done", "dropped", "landing")(slice, order);

export const FITS = {
  approve: at("approval"),
  reject: at("approval"),
  verify: (slice) => slice.at === "approval" && slice.verdict === "unknown",
  rerunHigher: (slice, order) => slice.higher !== null && canRerun(slice, order),
  rerunOn: canRerun,
  changeRoute: (slice) => slice.open,
  openTask: () => true,
  openBriefing: (slice) => slice.attempts.length > 0,
  copyBriefing: (slice) => slice.attempts.length > 0,
  openEvidence: (slice) => slice.checks.some(({ output }) => output !== null),
  review: (slice) => slice.files.length > 0,
  openConflict: at("conflict"),
  revert: at("done"),
  retry: at("stuck", "conflict"),
  drop: (slice, order) => wasApproved(order) && !at("done", "dropped", "landing")(slice, order),
} satisfies Record<string, Fits>;

/** An act on one slice; also the last part of its command's name. */
export type SliceAct = keyof typeof FITS;
export const SLICE_ACTS = Object.keys(FITS) as SliceAct[];

/** Acts that only look are possible wherever an order is shown; the others need its engine. */
const LOOKS: ReadonlySet<SliceAct> = new Set([
  "openTask",
  "openBriefing",
  "copyBriefing",
  "openEvidence",
  "review",
]);
export const needsEngine = (act: SliceAct): boolean => !LOOKS.has(act);
