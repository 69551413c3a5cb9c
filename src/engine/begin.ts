/** The facts that opening an order brings: what was torn, what changed since, what a dead process left open. */
import { apply } from "../core/apply.ts";
import { withRaises } from "../core/budget.ts";
import type { Event, Stamp } from "../core/event.ts";
import { isChecking, isWorking, landedLately } from "../core/mtbi.ts";
import type { Config } from "../core/settings.ts";
import type { SliceState, WorkOrder } from "../core/state.ts";
import { recall } from "../core/tested.ts";
import { driftOf, editedAfter, stampOf } from "./edits.ts";
import type { OrderOnDisk, World } from "./ports.ts";
import { unpricedWarning } from "./unpriced.ts";

/** The fold of the log, what the order's files say, and what of the log was cut off. */
export type Found = { loaded: WorkOrder; disk: OrderOnDisk; config: Config; cut: { bytes: number } | null };
export type Opening = {
  /** What task files without a plan are: a plan written by hand, or the beginning of one that the planner completes. */
  drafts: "plan" | "complete";
  /** Slices may be started at once, without a command at which the files would be looked at. */
  runs: boolean;
};

/** Task files that nobody planned are the plan. */
export const isByHand = (
  { loaded, disk }: Pick<Found, "loaded" | "disk">,
  drafts: Opening["drafts"],
): boolean => drafts === "plan" && loaded.planned === null && disk.tasks.length + disk.problems.length > 0;

export async function begin(world: World, found: Found, opening: Opening): Promise<WorkOrder> {
  const { loaded, cut, disk } = found;
  const config = { ...found.config, budget: withRaises(found.config.budget, loaded.raises) };
  // First of all: the time since the last event was nobody's work.
  const events = cutOff(loaded);
  if (loaded.openedAt === "") events.push({ type: "opened", goal: disk.goal });
  if (cut)
    events.push({
      type: "warned",
      message: `The last line of the log was torn (${cut.bytes} bytes, a crash while writing) and was cut off.`,
    });
  if (JSON.stringify(loaded.config) !== JSON.stringify(config)) events.push({ type: "configured", config });
  if (!loaded.ended) events.push(...unpricedWarning(world.catalogue, config, loaded.warnings));
  if (!loaded.ended) events.push(...(await recalledBy(world, loaded)));
  const tree = world.tree(world.workspaceRoot);
  if (isByHand(found, opening.drafts)) {
    const slices = disk.tasks.map(({ slice }) => slice);
    events.push(planByHand(disk, await stampOf(tree, world.repo, slices)));
  }
  const goesOn = opening.runs && loaded.approved && !loaded.halted && !loaded.ended;
  const drifted = goesOn
    ? await driftOf(tree, world.repo, loaded)
    : loaded.ended && landedLately(loaded, world.clock.now())
      ? await editedAfter(tree, world.repo, loaded)
      : null;
  if (drifted) events.push(drifted);
  let order = loaded;
  for (const event of events) order = apply(order, await world.log.append(event));
  return order;
}

/** What other orders showed meanwhile enters this log, because its routes are to be explained by it alone. */
async function recalledBy(world: World, loaded: WorkOrder): Promise<Event[]> {
  const { past, skipped } = await world.others.shown();
  const said = skipped
    .map(({ order, why }) => world.redact(`Nothing was learned from the order ${order}: ${why}`))
    .filter((message) => !loaded.warnings.includes(message))
    .map((message): Event => ({ type: "warned", message }));
  const before = loaded.recalled ?? recall([]);
  return JSON.stringify(before) === JSON.stringify(past) ? said : [...said, { type: "recalled", past }];
}

export const planByHand = ({ tasks, functions }: OrderOnDisk, stamp: Stamp): Event => ({
  type: "planned",
  slices: tasks.map(({ slice, hash }) => ({ slice, hash })),
  stamp,
  by: "file",
  functions,
});

/** What the end of the last process cut off. Checks and landings only begin again; that they stood still is a fact, too. */
function cutOff(loaded: WorkOrder): Event[] {
  const attempts = loaded.slices.flatMap(interrupted);
  if (attempts.length > 0 || !(isWorking(loaded) || isChecking(loaded))) return attempts;
  const message = "The process ended while work was under way. It goes on from here.";
  const fault = { kind: "interrupted" as const, message };
  return [{ type: "faulted", slice: null, attempt: null, during: "execute", fault }];
}

function interrupted({ slice, attempts }: SliceState): Event[] {
  const last = attempts.at(-1);
  if (!last?.open) return [];
  const message = "The process ended while this attempt was under way. It starts afresh; no try is used up.";
  return [
    {
      type: "faulted",
      slice: slice.id,
      attempt: last.n,
      during: "execute",
      fault: { kind: "interrupted", message },
    },
  ];
}
