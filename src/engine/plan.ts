/** Plans: read-only tools, one structured proposal, checked against its schema and its structure before it is written. */
import * as z from "zod";
import { criticise as structural } from "../core/critics.ts";
import type { Event } from "../core/event.ts";
import { type Check, type Fault, Plan, type Sha, Slice } from "../core/order.ts";
import {
  type Performer,
  type Performing,
  faultError,
  isFault,
  providerFor,
  recordCall,
  watcher,
} from "./performer.ts";
import type { ToolSpec, Tree } from "./ports.ts";
import { PLANNER_SYSTEM, planRequest } from "./prompts.ts";
import { type Answer, type Tool, problems, toolLoop } from "./toolLoop.ts";
import { listTool, readTool, searchTool } from "./tools.ts";

const MAP_TOKENS = 4000;
const MAX_OUTPUT = 32_000;
/** How often a proposal with errors goes back to the planner. */
const REPAIRS = 2;
const PLANNER_TURNS = 60;

export const plan: Performer<"plan"> = async (_step, run, signal) => {
  const { world } = run;
  const tier = run.order().config?.planner ?? run.order().config?.tiers.at(-1);
  if (!tier)
    return [
      failed({
        kind: "missing-key",
        message:
          "No model to plan with. Set an API key (ANTHROPIC_API_KEY or OPENAI_API_KEY in a terminal), or name an endpoint in `providers` and a ladder in `tiers`.",
      }),
    ];
  const provider = providerFor(run, tier);
  if (isFault(provider)) return [failed(provider)];
  const tree = world.tree(world.workspaceRoot);
  const read = new Map<string, Sha>();
  const [map, rules] = await Promise.all([
    world.codeMap.map(run.order().goal, MAP_TOKENS, signal),
    world.files.teamRules(),
  ]);
  const end = await toolLoop<Plan>(
    {
      provider,
      tier,
      system: PLANNER_SYSTEM,
      tools: plannerTools(run, watched(tree, read)),
      messages: [{ role: "user", text: world.redact(planRequest(run.order().goal, rules.map(({ path, text }) => `From ${path}:\n${text}`).join("\n\n"), map)) }],
      sharedPrefix: 0,
      cacheKey: `${world.orderId}/plan`,
      maxOutput: Math.min(MAX_OUTPUT, world.catalogue.info(tier)?.maxOutput ?? MAX_OUTPUT),
      limits: { ...world.settings.limits, turns: PLANNER_TURNS },
      clock: world.clock,
      reserve: (input, output) => run.reserve(null, tier, input, output),
      called: (usage, ms) =>
        recordCall(run, { slice: null, attempt: null, role: "planner", tier }, usage, ms),
      redact: world.redact,
      watch: watcher(run, null, null),
    },
    signal,
  );
  if ("fault" in end) return [failed(end.fault)];
  return [await written(run, end.ended, read)];
};

const failed = (fault: Fault): Event => ({
  type: "faulted",
  slice: null,
  attempt: null,
  during: "plan",
  fault,
});

/** Remembers what the planner read, for the stamp. */
const watched = (tree: Tree, read: Map<string, Sha>): Tree => ({
  ...tree,
  read: async (path) => {
    const file = await tree.read(path);
    if (!("error" in file)) read.set(path, file.sha);
    return file;
  },
});

async function written({ world }: Performing, proposal: Plan, read: Map<string, Sha>): Promise<Event> {
  const slices = proposal.slices.map(toSlice);
  const { tasks, functions } = await world.files.writePlan({
    scope: scopeText(proposal),
    rules: bullets(proposal.rules),
    slices,
    functions: proposal.functions,
  });
  const stamp = { commit: await world.repo.head(), files: Object.fromEntries(read) };
  return { type: "planned", slices: tasks.map(({ slice, hash }) => ({ slice, hash })), stamp, by: "planner", functions };
}

export function toSlice(planned: Plan["slices"][number]): Slice {
  const checks: Check[] = planned.checks.map(({ kind, text, before }) =>
    kind === "run"
      ? { run: text, before: before ?? "any" }
      : kind === "script"
        ? { script: text }
        : { expect: text },
  );
  return Slice.parse({ ...planned, checks, route: "auto" });
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join("");

/** `scope.md`: the headings are read again by people and by the sidebar (Assumptions). */
export function scopeText(proposal: Plan): string {
  const sections: [string, string][] = [
    ["Context", `${proposal.context.trim()}\n`],
    ["Invariants", bullets(proposal.invariants)],
    ["Non-goals", bullets(proposal.nonGoals)],
    ["Decisions", bullets(proposal.decisions)],
    ["Assumptions", bullets(proposal.assumptions)],
    ["Rejected paths", bullets(proposal.rejected)],
  ];
  return sections
    .filter(([, text]) => text.trim() !== "")
    .map(([title, text]) => `## ${title}\n${text}`)
    .join("\n");
}

const PROPOSE: ToolSpec = {
  name: "propose_plan",
  description: "Propose the whole plan, once.",
  schema: z.toJSONSchema(Plan, { target: "draft-7" }),
};
const MAP: ToolSpec = {
  name: "map",
  description: "Outline of the repository, ranked for a topic.",
  schema: {
    type: "object",
    properties: { topic: { type: "string" } },
    required: ["topic"],
    additionalProperties: false,
  },
};

function plannerTools({ world }: Performing, tree: Tree): Tool<Plan>[] {
  const reading = [listTool({ tree }), readTool({ tree }, new Map()), searchTool({ tree })];
  const map: Tool<Plan> = {
    spec: MAP,
    args: z.strictObject({ topic: z.string() }),
    run: async (args, signal) => ({
      text: await world.codeMap.map((args as { topic: string }).topic, MAP_TOKENS, signal),
    }),
  };
  let repairs = 0;
  const propose: Tool<Plan> = {
    spec: PROPOSE,
    // Anything is taken here, so that what is wrong with it is answered, and counted, by us.
    args: z.unknown(),
    run: async (args) => {
      const proposal = examine(args);
      if ("plan" in proposal) return { text: "Noted.", end: proposal.plan };
      repairs += 1;
      if (repairs > REPAIRS + 1) throw faultError(planRefused(proposal.wrong));
      return {
        text: `The plan was not taken:\n${proposal.wrong}\nPropose it again, whole.`,
        failed: true,
      } satisfies Answer<Plan>;
    },
  };
  return [map, ...reading, propose];
}

const planRefused = (wrong: string): Fault => ({
  kind: "malformed",
  message: `The planner's proposal was refused ${REPAIRS + 2} times. Last errors:\n${wrong}\nRun again, or choose another planner.`,
});

export function examine(args: unknown): { plan: Plan } | { wrong: string } {
  const parsed = Plan.safeParse(args);
  if (!parsed.success) return { wrong: problems(parsed.error) };
  const slices = parsed.data.slices.map((slice) => ({ ...slice, checks: [], route: "auto" }));
  const bad = z.object({ slices: z.array(Slice) }).safeParse({ slices });
  if (!bad.success) return { wrong: problems(bad.error) };
  const errors = structural(parsed.data.slices.map(toSlice)).filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    return { wrong: errors.map(({ message, remedy }) => `- ${message} ${remedy}`).join("\n") };
  return { plan: parsed.data };
}

/**
 * Reads the task files again and runs the critics over them; an edited file becomes an amendment first. Once the plan was
 * approved a broken file stops only its own slice, when that is to start: it may be half saved.
 */
export const criticise: Performer<"criticise"> = async (_step, run) => {
  const { changed, dropped, problems: wrong } = await drift(run);
  if (wrong.length > 0 && !run.order().approved) {
    const findings = wrong.map(({ path, line, key, message }) => ({
      critic: "task file",
      severity: "error" as const,
      slices: [],
      message: `${path}:${line}${key ? ` ${key}` : ""}: ${message}`,
      remedy: "Mend the file.",
    }));
    return [{ type: "criticised", findings }];
  }
  if (changed.length + dropped.length > 0)
    return [{ type: "amended", changed, dropped, by: "user", why: "task files were edited" }];
  return [
    {
      type: "criticised",
      findings: structural(
        run
          .order()
          .slices.filter(({ progress }) => progress.at !== "dropped")
          .map(({ slice }) => slice),
      ),
    },
  ];
};

/** How the task files differ from what the log knows. Slices that have landed, or were dropped, are let be. */
export async function drift({ world, order }: Performing) {
  const disk = await world.files.read();
  const now = order();
  const open = now.slices.filter(({ progress: { at } }) => at !== "done" && at !== "dropped");
  const known = new Map(now.slices.map((state) => [state.slice.id, state]));
  const there = new Set(disk.tasks.map(({ slice }) => slice.id));
  const changed = disk.tasks
    .filter(({ slice, hash }) => {
      const state = known.get(slice.id);
      return !state || (open.includes(state) && state.hash !== hash);
    })
    .map(({ slice, hash }) => ({ slice, hash }));
  const dropped = open
    .filter(({ slice }) => disk.problems.length === 0 && !there.has(slice.id))
    .map(({ slice }) => ({ slice: slice.id, why: "its task file was removed" }));
  return { changed, dropped, problems: disk.problems };
}
