/** Amendments of a plan as the fold sees them: task files a person edited, or what the planner made of the evidence. */
import { cutOff, restart } from "./attempts.ts";
import type { EventOf, FiledSlice } from "./event.ts";
import { type Amended, type SliceState, type WorkOrder, newSlice, sliceOf } from "./state.ts";

type AmendedEvent = EventOf<"amended">;

/** An id stands for one slice, the last one of its name. */
export function placed(all: readonly SliceState[]): Pick<WorkOrder, "slices" | "index"> {
  const slices = [...new Map(all.map((state) => [state.slice.id, state])).values()];
  return { slices, index: new Map(slices.map(({ slice }, at) => [slice.id, at])) };
}

/** What has landed, or is being written into the user's files, is not touched. */
const isFixed = (state: SliceState | undefined): boolean =>
  state?.progress.at === "done" || state?.progress.at === "landing";

export function amend(order: WorkOrder, event: AmendedEvent, at: string): WorkOrder {
  const dropped = new Map(event.dropped.map(({ slice, why }) => [slice, why]));
  const changed = new Map(event.changed.map((one) => [one.slice.id, one]));
  const kept = order.slices.map((state) => {
    const why = dropped.get(state.slice.id);
    const now = changed.get(state.slice.id);
    if (isFixed(state)) return state;
    if (why !== undefined)
      return { ...cutOff(state, at, "Its slice was dropped."), progress: { at: "dropped" as const, why } };
    return now ? edited(state, now, event.by, at) : state;
  });
  const added = event.changed.filter(({ slice }) => !order.index.has(slice.id)).map(newSlice);
  const all = placed([...kept, ...added]);
  // A question of an attempt that was cut off is asked no longer.
  const executing = new Set(
    kept.filter(({ progress }) => progress.at === "executing").map(({ slice }) => slice.id),
  );
  const asks = order.asks.filter(({ slice }) => executing.has(slice));
  const functions = event.functions ?? order.functions;
  const isSame = event.changed.length + event.dropped.length === 0 && event.functions === undefined;
  // A person asks for another look at a plan that nobody changed: its checks may do something else now.
  const tried = isSame && event.by === "user" ? null : order.tried;
  // While the planner is at it nobody can tell its files, written before a crash, from a person's: somebody looks at them.
  const approved = order.approved && (order.replan === null || isSame);
  const amended = { ...order, ...all, asks, functions, tried, approved, moved: [], findings: null };
  return event.by === "planner" ? replanned(amended, order, event) : amended;
}

/**
 * An edit by the user takes effect with the slice's next attempt; an amendment by the planner starts it afresh, because
 * what is under way works on a task that no longer stands.
 */
function edited(state: SliceState, now: FiledSlice, by: AmendedEvent["by"], at: string): SliceState {
  const filed = { ...state, slice: now.slice, hash: now.hash };
  const idle = state.progress.at === "waiting" || state.progress.at === "stuck";
  if (by === "planner")
    return restart(cutOff(filed, at, "Its task was amended by the planner."), state.attempts.length);
  return idle ? restart(filed, state.attempts.length) : filed;
}

/** The planner's amendment of an approved plan is approved again by whoever approved the plan: see `gate` in next.ts. */
function replanned(amended: WorkOrder, before: WorkOrder, event: AmendedEvent): WorkOrder {
  const changes = changesOf(before, event);
  return {
    ...amended,
    replan: null,
    replanFault: null,
    approved: changes.length === 0 && before.approved,
    rejectedPaths: [...before.rejectedPaths, ...(event.rejected ?? [])],
    amendments: [...before.amendments, { seq: before.seq + 1, why: event.why, changes }],
  };
}

function changesOf(before: WorkOrder, event: AmendedEvent): Amended["changes"] {
  const reasons = new Map([...(event.reasons ?? []), ...event.dropped].map(({ slice, why }) => [slice, why]));
  const after = new Map(event.changed.map(({ slice }) => [slice.id, slice]));
  const ids = [...after.keys(), ...event.dropped.map(({ slice }) => slice)];
  return ids
    .filter((id) => !isFixed(sliceOf(before, id)))
    .map((id) => ({
      slice: id,
      why: reasons.get(id) ?? event.why,
      before: sliceOf(before, id)?.slice ?? null,
      after: after.get(id) ?? null,
    }));
}
