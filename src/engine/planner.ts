/**
 * A session with the planner: read-only tools and one structured proposal. What is wrong with a proposal goes back with the
 * exact errors, twice at most; the best one that can be read survives whatever ends the session.
 */
import * as z from "zod";
import { MOST_STAMPED } from "../core/drift.ts";
import type { Fault, Finding, Sha, Tier } from "../core/order.ts";
import { type Performing, isFault, orFault, providerFor, recordCall, watcher } from "./performer.ts";
import { type Context, couldBeBetter, notTaken } from "./plannerPrompts.ts";
import type { Provider, ToolSpec, Tree } from "./ports.ts";
import { type Answer, type Tool, toolLoop } from "./toolLoop.ts";
import { listTool, readTool, searchTool } from "./tools.ts";
import { tryProject } from "./tries.ts";

const MAP_TOKENS = 4000;
const MAX_OUTPUT = 32_000;
const PLANNER_TURNS = 60;
/** How often a proposal goes back to the planner. */
const REPAIRS = 2;

/** The value kept, with what is still wrong with it. */
export type Proposed<T> = { value: T; findings: Finding[] };

export type Planner = { tier: Tier; provider: Provider };

/** The planner of the settings, else the top of the ladder. */
export function plannerOf(run: Performing): Planner | Fault {
  const { config } = run.order();
  const tier = config?.planner ?? config?.tiers.at(-1);
  if (!tier)
    return {
      kind: "missing-key",
      message:
        "No model to plan with. Set an API key (ANTHROPIC_API_KEY or OPENAI_API_KEY in a terminal), or name an endpoint in `providers` and a ladder in `tiers`.",
    };
  const provider = providerFor(run, tier);
  return isFault(provider) ? provider : { tier, provider };
}

/** Built for each session, from what is there now. */
export async function contextFor(run: Performing, signal: AbortSignal): Promise<Context> {
  const { world, order } = run;
  const { goal, config } = order();
  const [map, rules, project] = await Promise.all([
    world.codeMap.map(goal, MAP_TOKENS, signal),
    world.files.teamRules(),
    world.project.facts(signal),
  ]);
  const tried = await tryProject(run, project, signal);
  return { goal, rules, project, tried, budget: config?.budget ?? null, map };
}

type Asking<T> = Planner & {
  /** What the planner looks at: the workspace, or a copy with what has landed. */
  root: string;
  system: string;
  request: string;
  schema: z.ZodType;
  /** Takes the hashes of the files the planner reads, for the stamp. */
  read: Map<string, Sha>;
  /** The proposal, or what is wrong with it: then nothing of it can be kept. */
  accept(args: unknown): Promise<T | { wrong: string }>;
  criticise(value: T, signal: AbortSignal): Promise<Finding[]>;
};

export async function propose<T extends object>(
  run: Performing,
  asking: Asking<T>,
  signal: AbortSignal,
): Promise<Proposed<T> | Fault> {
  const { world } = run;
  const { tier, provider } = asking;
  provider.warm?.();
  const rounds = roundsOf(asking);
  const session = toolLoop<"proposed">(
    {
      provider,
      tier,
      system: asking.system,
      tools: [...readingTools(run, asking), proposeTool(asking.schema, rounds)],
      messages: [{ role: "user", text: world.redact(asking.request) }],
      sharedPrefix: 0,
      cacheKey: `${world.orderId}/plan`,
      maxOutput: Math.min(MAX_OUTPUT, world.catalogue.info(tier)?.maxOutput ?? MAX_OUTPUT),
      limits: { ...world.settings.limits, turns: PLANNER_TURNS },
      clock: world.clock,
      reserve: (input, output) => run.reserve(null, tier, input, output),
      called: (usage, ms, told) =>
        recordCall(run, { slice: null, attempt: null, role: "planner", tier }, usage, ms, told),
      redact: world.redact,
      watch: watcher(run, null, null),
    },
    signal,
  );
  const end = await orFault(session).catch((error: unknown): Fault => {
    if (signal.aborted) return { kind: "cancelled", message: "Stopped before it ended." };
    throw error;
  });
  const kept = rounds.kept();
  if (kept) return kept;
  const fault = isFault(end) ? end : "fault" in end ? end.fault : refused(rounds);
  return { ...fault, message: `${fault.message}${await whereKept(run, rounds.raw())}` };
}

const refused = ({ wrong }: Pick<Rounds<unknown>, "wrong">): Fault => ({
  kind: "malformed",
  message: `The planner's proposal was refused ${REPAIRS + 1} times. Last errors:\n${wrong()}\nRun again, or choose another planner.`,
});

/** What was paid for is not thrown away. */
export async function whereKept({ world }: Performing, raw: string | null): Promise<string> {
  if (raw === null) return "";
  return ` Its last proposal is kept in ${world.blobs.path(await world.blobs.putText(raw))}.`;
}

type Rounds<T> = {
  take(args: unknown, signal: AbortSignal): Promise<Answer<"proposed">>;
  /** Arguments that were no JSON. */
  takeRaw(text: string): Answer<"proposed">;
  kept(): Proposed<T> | null;
  /** The last proposal as it came. */
  raw(): string | null;
  wrong(): string;
};

const isError = ({ severity }: Finding): boolean => severity === "error";
const listed = (findings: readonly Finding[]): string =>
  findings
    .slice(0, 40)
    .map(({ severity, message, remedy }) => `- ${severity}: ${message} ${remedy}`)
    .join("\n");

function roundsOf<T extends object>({ accept, criticise }: Asking<T>): Rounds<T> {
  let sentBack = 0;
  let wasWarned = false;
  let best: Proposed<T> | null = null;
  let raw: string | null = null;
  let wrong = "";
  const taken: Answer<"proposed"> = { text: "Noted.", end: "proposed" };
  const back = (text: string): Answer<"proposed"> => {
    if (sentBack >= REPAIRS) return taken;
    sentBack += 1;
    return { text, failed: true };
  };
  const refuse = (why: string): Answer<"proposed"> => {
    wrong = why;
    return back(notTaken(why));
  };
  const take: Rounds<T>["take"] = async (args, signal) => {
    raw = JSON.stringify(args, null, 1) ?? "";
    const value = await accept(args);
    if ("wrong" in value) return refuse(value.wrong);
    // From here on there is something to keep, whatever becomes of the session.
    best ??= { value, findings: [] };
    const findings = await criticise(value, signal);
    const isSound = !findings.some(isError);
    // A later one that is worse does not replace a sound one.
    if (isSound || best.value === value || best.findings.some(isError)) best = { value, findings };
    if (!isSound) return refuse(listed(findings));
    if (findings.length === 0 || wasWarned) return taken;
    wasWarned = true;
    return back(couldBeBetter(listed(findings)));
  };
  const takeRaw: Rounds<T>["takeRaw"] = (text) => {
    raw = text;
    return refuse(`- (all): the arguments were no valid JSON: …${text.slice(-200)}`);
  };
  return { take, takeRaw, kept: () => best, raw: () => raw, wrong: () => wrong };
}

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

function readingTools(
  { world }: Performing,
  { root, read }: Pick<Asking<unknown>, "root" | "read">,
): Tool<never>[] {
  const tree = watched(world.tree(root), read);
  const map: Tool<never> = {
    spec: MAP,
    args: z.strictObject({ topic: z.string() }),
    run: async (args, signal) => ({
      text: await world.codeMap.map((args as { topic: string }).topic, MAP_TOKENS, signal),
    }),
  };
  return [map, listTool({ tree }), readTool({ tree }, new Map()), searchTool({ tree })];
}

/** Remembers what the planner read. The order's own files are watched as such. */
const watched = (tree: Tree, read: Map<string, Sha>): Tree => ({
  ...tree,
  read: async (path) => {
    const file = await tree.read(path);
    const name = path.replace(/\/{2,}/g, "/").replace(/^(\.\/)+/, "");
    const isPlain = !name.startsWith(".slicewise/") && !name.split("/").includes("..");
    if (!("error" in file) && isPlain && read.size < MOST_STAMPED) read.set(name, file.sha);
    return file;
  },
});

const proposeTool = <T>(schema: z.ZodType, rounds: Rounds<T>): Tool<"proposed"> => ({
  spec: {
    name: "propose_plan",
    description: "Propose the whole plan, or amendment, once.",
    schema: z.toJSONSchema(schema, { target: "draft-7" }),
  },
  // Anything is taken here, so that what is wrong with it is answered, and counted, by us.
  args: z.unknown(),
  run: (args, signal) => rounds.take(args, signal),
  runRaw: (text) => Promise.resolve(rounds.takeRaw(text)),
});
