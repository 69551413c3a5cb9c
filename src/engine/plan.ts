/** Plans an order, or completes what a person began: one proposal, checked, written to disk, and only then a fact. */
import type { Event } from "../core/event.ts";
import { type Fault, type Finding, Plan, type Sha } from "../core/order.ts";
import { judge } from "./judge.ts";
import { type Performer, type Performing, isFault, orFault } from "./performer.ts";
import { type Proposed, contextFor, plannerOf, propose, whereKept } from "./planner.ts";
import { PLANNER_SYSTEM, planRequest } from "./plannerPrompts.ts";
import type { Planned } from "./ports.ts";
import { ordered, readPlan, rulesText, scopeText, toSlice } from "./proposal.ts";

export const plan: Performer<"plan"> = async (_step, run, signal) => {
  const { world } = run;
  const planner = plannerOf(run);
  if (isFault(planner)) return [failed(planner)];
  const drafts = await world.files.drafts();
  const request = planRequest(await contextFor(run, signal), drafts);
  const read = new Map<string, Sha>();
  const proposed = await propose<Plan>(
    run,
    {
      ...planner,
      ...{ root: world.workspaceRoot, system: PLANNER_SYSTEM, request, schema: Plan, read },
      accept: (args) => Promise.resolve(accepted(drafts, args)),
      criticise: (value, going) => criticised(run, value, going),
    },
    signal,
  );
  if (isFault(proposed)) return [failed(proposed)];
  // Stopped or not, it was paid for; only a discarded order has no use for it.
  if (run.order().discarded !== null) return [];
  return written(run, proposed, drafts, read);
};

const failed = (fault: Fault): Event => ({
  type: "faulted",
  slice: null,
  attempt: null,
  during: "plan",
  fault,
});

function accepted(drafts: ReadonlyMap<string, string>, args: unknown): Plan | { wrong: string } {
  const value = readPlan(args);
  if ("wrong" in value) return value;
  const missing = [...idsIn(drafts)].filter((id) => !value.slices.some((slice) => slice.id === id));
  if (missing.length === 0) return value;
  return {
    wrong: `- slices: ${missing.join(", ")} was begun by hand and is missing. Keep it, under its id.`,
  };
}

async function criticised(
  run: Performing,
  { slices, functions }: Plan,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { functions: begun } = await run.world.files.read();
  const paths = [...Object.keys(begun), ...functions.map(({ path }) => path)];
  const draft = { slices: slices.map(toSlice), landed: new Set<string>(), functions: paths };
  return (await judge(run, draft, signal)).findings;
}

/** The ids of the task files a person began, whole or not: what they say, else what they are called. */
export function idsIn(drafts: ReadonlyMap<string, string>): Set<string> {
  const ids = [...drafts].flatMap(([path, text]) => {
    const name = /(?:^|\/)tasks\/([^/-]+)[^/]*\.md$/.exec(path)?.[1];
    const said = /^id:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]{0,31})["']?\s*(?:#.*)?$/m.exec(text)?.[1];
    return name === undefined ? [] : [said ?? name];
  });
  return new Set(ids);
}

async function written(
  run: Performing,
  { value, findings }: Proposed<Plan>,
  drafts: ReadonlyMap<string, string>,
  read: ReadonlyMap<string, Sha>,
): Promise<Event[]> {
  const { files, repo } = run.world;
  const { slices, words } = ordered(value.slices.map(toSlice), findings);
  const texts = { scope: scopeText(value), rules: rulesText(value), slices, functions: value.functions };
  const made: Planned | Fault = await orFault(
    drafts.size > 0 ? files.completePlan(texts) : files.writePlan(texts),
  );
  if (isFault(made)) {
    const where = await whereKept(run, JSON.stringify(value, null, 1));
    return [failed({ ...made, message: `${made.message}${where}` })];
  }
  const planned: Event = {
    type: "planned",
    slices: made.tasks.map(({ slice, hash }) => ({ slice, hash })),
    stamp: { commit: await repo.head(), files: Object.fromEntries(read) },
    by: "planner",
    functions: made.functions,
  };
  return [planned, ...words.map((message): Event => ({ type: "warned", message }))];
}
