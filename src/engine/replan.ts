/** Amends what is left of a plan, on evidence: the planner sees the plan, the evidence and what has landed. */
import type { Event, EventOf } from "../core/event.ts";
import { Amendment, type Fault, type Finding, type Sha, type Slice } from "../core/order.ts";
import { type SliceState, type WorkOrder, isSettled, sliceOf } from "../core/state.ts";
import { editsOf } from "./edits.ts";
import { draftOf, judge } from "./judge.ts";
import { producedBy } from "./landed.ts";
import { type Performer, type Performing, isFault, orFault } from "./performer.ts";
import { type Planner, type Proposed, contextFor, plannerOf, propose, whereKept } from "./planner.ts";
import { AMENDER_SYSTEM, amendRequest, sliceText } from "./plannerPrompts.ts";
import { ordered, readAmendment, toSlice } from "./proposal.ts";

type Step = Parameters<Performer<"replan">>[0];
/** An amendment with its slices in our own shape; those that would change nothing are left out. */
type Amending = Omit<Amendment, "slices"> & { slices: Slice[] };

export const replan: Performer<"replan"> = async (step, run, signal) => {
  const planner = plannerOf(run);
  if (isFault(planner)) return [failed(planner)];
  // What the user edited is part of the plan; it is taken in, and then this step begins anew.
  const { event } = await editsOf(run.world.files, run.order);
  if (event) return [event];
  const proposed = await amended(step, run, planner, signal);
  if (isFault(proposed)) return [failed(proposed)];
  if (run.order().replan === null || run.order().discarded !== null) return [];
  return written(run, proposed);
};

const failed = (fault: Fault): Event => ({
  type: "faulted",
  slice: null,
  attempt: null,
  during: "replan",
  fault,
});

/** Looks at a copy with everything that has landed, wherever it landed. */
async function amended(
  { reason }: Step,
  run: Performing,
  planner: Planner,
  signal: AbortSignal,
): Promise<Proposed<Amending> | Fault> {
  const { world, order } = run;
  const base = await world.repo.snapshot(order().overlay, signal);
  const scratch = await world.repo.scratch(base, [], signal);
  try {
    const request = await requestFor(reason, run, signal);
    return await propose<Amending>(
      run,
      {
        ...planner,
        ...{ root: scratch.root, system: AMENDER_SYSTEM, request, schema: Amendment, read: new Map() },
        accept: (args) => accepted(run, args),
        criticise: (value, going) => criticised(run, value, going),
      },
      signal,
    );
  } finally {
    await scratch.dispose();
  }
}

/** Errors of the plan as it would be; warnings only of what the amendment changes: the others were lived with. */
async function criticised(run: Performing, value: Amending, signal: AbortSignal): Promise<Finding[]> {
  const order = run.order();
  const functions = [...Object.keys(order.functions), ...value.functions.map(({ path }) => path)];
  const { landed } = draftOf(order, []);
  const { findings } = await judge(run, { slices: slicesAfter(order, value), landed, functions }, signal);
  const touched = new Set(value.slices.map(({ id }) => id));
  return findings.filter(
    ({ severity, slices }) => severity === "error" || slices.some((id) => touched.has(id)),
  );
}

async function requestFor(reason: Step["reason"], run: Performing, signal: AbortSignal): Promise<string> {
  const order = run.order();
  const [context, disk, landed] = await Promise.all([
    contextFor(run, signal),
    run.world.files.read(),
    producedBy(run, order),
  ]);
  return amendRequest(context, {
    reason,
    slice: reason.slice === null ? null : (sliceOf(order, reason.slice) ?? null),
    scope: disk.scope,
    landed,
    open: order.slices.filter((state) => !isSettled(state)),
    rejected: order.rejectedPaths,
  });
}

/** Takes in what the user edited meanwhile, then says what an amendment may not do. */
async function accepted(run: Performing, args: unknown): Promise<Amending | { wrong: string }> {
  const read = readAmendment(args);
  if ("wrong" in read) return read;
  const { event } = await editsOf(run.world.files, run.order);
  if (event) await run.record(event);
  const order = run.order();
  const wrong = [...(event ? overlaps(read, event) : []), ...breaches(order, read)];
  if (wrong.length > 0) return { wrong: wrong.map((line) => `- ${line}`).join("\n") };
  const slices = read.slices.map((planned) => kept(toSlice(planned), sliceOf(order, planned.id)));
  return { ...read, slices: slices.filter((slice) => isNew(slice, sliceOf(order, slice.id))) };
}

/** The route is the user's word, and stays. */
const kept = (slice: Slice, state: SliceState | undefined): Slice =>
  state ? { ...slice, route: state.slice.route } : slice;

const isNew = (slice: Slice, state: SliceState | undefined): boolean =>
  !state || sliceText(slice) !== sliceText(state.slice);

function overlaps({ slices, dropped }: Amendment, edited: EventOf<"amended">): string[] {
  const proposed = new Set([...slices.map(({ id }) => id), ...dropped.map(({ slice }) => slice)]);
  return edited.changed
    .filter(({ slice }) => proposed.has(slice.id))
    .map(({ slice }) => `the user edited ${slice.id} meanwhile. It now says: ${sliceText(slice)}`);
}

/** What no amendment may do, in words for the planner. */
export function breaches(order: WorkOrder, { slices, dropped, functions }: Amendment): string[] {
  const ids = slices.map(({ id }) => id);
  const gone = dropped.map(({ slice }) => slice);
  const twice = [...new Set([...ids, ...gone].filter((id, at, all) => all.indexOf(id) !== at))];
  return [
    ...twice.map((id) => `slices: ${id} is named twice; change it or drop it, once.`),
    ...[...ids, ...gone].flatMap((id) => settledWords(id, sliceOf(order, id))),
    ...gone.filter((id) => !order.index.has(id)).map((id) => `dropped: there is no slice ${id}.`),
    ...functions
      .filter(({ path }) => Object.hasOwn(order.functions, path))
      .map(({ path }) => `functions: ${path} exists and is frozen; give the new one another name.`),
  ];
}

function settledWords(id: string, state: SliceState | undefined): string[] {
  switch (state?.progress.at) {
    case "done":
    case "landing":
      return [`slices: ${id} has landed and stands. Add another slice for what is still to be done.`];
    case "dropped":
      return [`slices: ${id} was dropped. Give what is to be done a new id.`];
    default:
      return [];
  }
}

/** The plan as it would be, landed slices included. */
function slicesAfter(order: WorkOrder, { slices, dropped }: Pick<Amending, "slices" | "dropped">): Slice[] {
  const gone = new Set(dropped.map(({ slice }) => slice));
  const now = new Map(slices.map((slice) => [slice.id, slice]));
  const left = draftOf(order, []).slices.filter(({ id }) => !gone.has(id));
  const added = slices.filter(({ id }) => !order.index.has(id));
  return [...left.map((slice) => now.get(slice.id) ?? slice), ...added];
}

async function written(run: Performing, { value, findings }: Proposed<Amending>): Promise<Event[]> {
  const order = run.order();
  // A slice may have landed since the planner was heard: then it stands.
  const isOpen = (id: string): boolean => settledWords(id, sliceOf(order, id)).length === 0;
  const dropped = value.dropped.filter(({ slice }) => isOpen(slice));
  const { slices, words } = ordered(slicesAfter(order, { ...value, dropped }), findings);
  const changed = slices
    .filter(({ id }) => isOpen(id))
    .filter((slice) => isNew(slice, sliceOf(order, slice.id)));
  const { decisions, rejected, functions } = value;
  const gone = dropped.map(({ slice }) => slice);
  const texts = { slices: changed, dropped: gone, expected: hashesOf(order), functions, decisions, rejected };
  const made = await orFault(run.world.files.amendPlan(texts));
  if (isFault(made)) {
    const where = await whereKept(run, JSON.stringify(value, null, 1));
    return [failed({ ...made, message: `${made.message}${where}` })];
  }
  const event: Event = {
    type: "amended",
    changed: made.tasks.map(({ slice, hash }) => ({ slice, hash })),
    ...{
      dropped,
      by: "planner",
      why: value.why,
      reasons: value.reasons,
      rejected,
      functions: made.functions,
    },
  };
  return [event, ...words.map((message): Event => ({ type: "warned", message }))];
}

const hashesOf = ({ slices }: WorkOrder): Map<string, Sha> =>
  new Map(slices.map(({ slice, hash }) => [slice.id, hash]));
