/** The nouns of a work order, as zod schemas. Everything that enters the log or leaves a file is one of these. */
import * as z from "zod";
import { Counts } from "./testCounts.ts";

/** Hex SHA-256 of some bytes; names a blob. */
export const Sha = z.string().regex(/^[0-9a-f]{64}$/);
export type Sha = z.infer<typeof Sha>;

/** C1 mechanical, C2 bounded, C3 non-trivial but scoped, C4 architecture or ambiguity. */
export const CLASSES = ["C1", "C2", "C3", "C4"] as const;
export const SliceClass = z.enum(CLASSES);
export type SliceClass = z.infer<typeof SliceClass>;

/** Reasoning efforts, weakest first. A model accepts some of them; `null` on a tier means "do not send one". */
export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
export const Effort = z.enum(EFFORTS);
export type Effort = z.infer<typeof Effort>;

/** One rung of the ladder. */
export const Tier = z.strictObject({
  provider: z.string().min(1),
  model: z.string().min(1),
  effort: Effort.nullable(),
});
export type Tier = z.infer<typeof Tier>;

const ROUTE = /^[^/@\s]+\/[^@\s]+(@(none|minimal|low|medium|high|xhigh|max))?$/;
/** What a task file asks for: "auto", or "provider/model@effort". */
export const RouteChoice = z.union([
  z.literal("auto"),
  z.string().regex(ROUTE, 'must be "auto" or "provider/model@effort"'),
]);
export type RouteChoice = z.infer<typeof RouteChoice>;

/** The tier chosen for an attempt, and why. `predicted` is US dollars; null when the model's price is unknown. */
export const Route = z.strictObject({ tier: Tier, why: z.string(), predicted: z.number().nullable() });
export type Route = z.infer<typeof Route>;

/** What a command check must do on the base tree. */
export const Before = z.enum(["fail", "pass", "any"]);
export type Before = z.infer<typeof Before>;

/** One way to verify, as it stands in a task file. */
export const Check = z.union([
  z.strictObject({ run: z.string().min(1), before: Before.default("any") }),
  z.strictObject({ script: z.string().min(1) }),
  z.strictObject({ expect: z.string().min(1) }),
]);
export type Check = z.infer<typeof Check>;

export const SliceId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, "must be a short id such as 01");
export type SliceId = z.infer<typeof SliceId>;

/** One bounded task. `reads` and `writes` are globs relative to the workspace root; `body` is the prose of the task file. */
export const Slice = z.strictObject({
  id: SliceId,
  title: z.string().min(1).max(120),
  class: SliceClass,
  needs: z.array(SliceId).default([]),
  reads: z.array(z.string().min(1)).default([]),
  writes: z.array(z.string().min(1)).min(1),
  consumes: z.array(z.string().min(1)).default([]),
  produces: z.array(z.string().min(1)).default([]),
  minutes: z.number().positive().default(30),
  route: RouteChoice.default("auto"),
  checks: z.array(Check).default([]),
  body: z.string().default(""),
});
export type Slice = z.infer<typeof Slice>;

/** What the planner proposes. All keys are required and nullable, so that every vendor's strict mode takes the schema. */
const PlannedCheck = z.strictObject({
  kind: z.enum(["run", "script", "expect"]),
  text: z
    .string()
    .min(1)
    .describe(
      "run: a shell command that must exit 0. script: path of one of `functions`. expect: one criterion for a reviewer",
    ),
  before: Before.nullable().describe("run only: what the command does on the tree as it is now"),
});
const PlannedSlice = z.strictObject({
  id: SliceId.describe("01, 02, …"),
  title: z.string().min(1).max(120),
  class: SliceClass,
  needs: z.array(SliceId).describe("ids that must land first; only what is truly needed"),
  reads: z.array(z.string()).describe("globs the executor must see"),
  writes: z.array(z.string()).min(1).describe("globs it may write, nothing else"),
  consumes: z.array(z.string()),
  produces: z.array(z.string()),
  minutes: z.number(),
  checks: z.array(PlannedCheck),
  body: z.string().min(1).describe("objective, context, decisions; readable without the goal"),
});
/** A verification function written with the plan, before anything is executed, and frozen by its hash. */
const PlannedFunction = z.strictObject({
  path: z
    .string()
    .regex(/^checks\/[A-Za-z0-9][A-Za-z0-9._-]*\.mjs$/, "must be checks/NN-name.mjs")
    .describe("checks/NN-name.mjs"),
  code: z
    .string()
    .min(1)
    .describe("export default async ({ read, run, assert, root }) => {…}; throws when the work is wrong"),
});
export const Plan = z.strictObject({
  context: z.string(),
  invariants: z.array(z.string()),
  nonGoals: z.array(z.string()),
  decisions: z.array(z.string()),
  assumptions: z.array(z.string()),
  rejected: z.array(z.string()).describe("paths considered and rejected, with the reason"),
  rules: z.array(z.string()).describe("guardrails every slice must keep"),
  functions: z.array(PlannedFunction).max(200).default([]).describe("verification functions the checks name"),
  slices: z.array(PlannedSlice).min(1).max(200),
});
export type Plan = z.infer<typeof Plan>;

const Reason = z.strictObject({ slice: SliceId, why: z.string().min(1) });
/** What the planner returns when evidence says the plan is wrong: only what is left can change. */
export const Amendment = z.strictObject({
  why: z.string().min(1).describe("what the evidence shows, in one or two sentences"),
  slices: z.array(PlannedSlice).max(200).describe("added and changed slices, each whole"),
  reasons: z.array(Reason).describe("for every added or changed slice: why"),
  dropped: z.array(Reason).describe("slices that are no longer to be done"),
  rejected: z
    .array(z.string())
    .describe("paths the evidence rules out, with the reason; later attempts see them"),
  decisions: z.array(z.string()).describe("decisions taken now that all later slices must know"),
  functions: z.array(PlannedFunction).max(200).default([]),
});
export type Amendment = z.infer<typeof Amendment>;

/**
 * Tokens of model calls. `input` is what was billed at the full input price: cached reads and cache writes are *not*
 * in it. `output` contains `reasoning`.
 */
export const Usage = z.strictObject({
  input: z.number().nonnegative(),
  cacheRead: z.number().nonnegative(),
  cacheWrite: z.number().nonnegative(),
  output: z.number().nonnegative(),
  reasoning: z.number().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;
export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** git's file modes: a file, an executable, a symbolic link (whose content is its target). */
export const FileMode = z.enum(["100644", "100755", "120000"]);
export type FileMode = z.infer<typeof FileMode>;

/** One changed file. `before` and `after` are blobs with the whole content; null means the file does not exist on that side. */
export const FileChange = z.strictObject({
  path: z.string().min(1),
  before: Sha.nullable(),
  after: Sha.nullable(),
  mode: FileMode,
  /** Only when the file existed before with another mode. */
  modeBefore: FileMode.optional(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type FileChange = z.infer<typeof FileChange>;
/** A file as it stands after a landing; null content means it was deleted. */
export const LandedFile = FileChange.pick({ path: true, after: true, mode: true });
export type LandedFile = z.infer<typeof LandedFile>;
export const Patch = z.array(FileChange);
export type Patch = z.infer<typeof Patch>;

export const FAULTS = [
  "missing-key",
  "auth",
  "unknown-model",
  "unsupported",
  "bad-request",
  "context-overflow",
  "refusal",
  "malformed",
  "rate-limited",
  "overloaded",
  "network",
  "stalled",
  "turn-limit",
  "token-limit",
  "money-limit",
  "time-limit",
  "blocked",
  "no-change",
  "command",
  "git",
  "disk",
  "bad-file",
  "interrupted",
  "cancelled",
  "bug",
] as const;
/** The budget a call could have exceeded, and what it would have to be for that call to be made. US dollars. */
export const Over = z.strictObject({
  what: z.enum(["order", "slice", "day"]),
  budget: z.number().nonnegative(),
  needs: z.number().nonnegative(),
});
export type Over = z.infer<typeof Over>;
/** The world let us down, as data. `message` says what happened, where, and the next step; `detail` is a blob-sized extra. */
export const Fault = z.strictObject({
  kind: z.enum(FAULTS),
  message: z.string(),
  retryAfter: z.number().nonnegative().optional().describe("milliseconds the vendor asked us to wait"),
  waitedMs: z.number().nonnegative().optional().describe("milliseconds we had waited for its rate limit"),
  over: Over.optional().describe("money-limit: which budget"),
});
export type Fault = z.infer<typeof Fault>;

/**
 * What a fault of an attempt means for its slice: `again` costs no try and starts afresh; `climb` counts as a failed
 * try, so the next attempt has more effort or a higher tier; `person` stops the slice until somebody acts.
 */
export const AFTER_FAULT: Record<Fault["kind"], "again" | "climb" | "person"> = {
  "missing-key": "person",
  auth: "person",
  "unknown-model": "person",
  unsupported: "person",
  "bad-request": "person",
  "context-overflow": "climb",
  refusal: "climb",
  malformed: "climb",
  "rate-limited": "person",
  overloaded: "person",
  network: "person",
  stalled: "climb",
  "turn-limit": "climb",
  "token-limit": "climb",
  "money-limit": "person",
  "time-limit": "climb",
  blocked: "climb",
  "no-change": "climb",
  command: "person",
  git: "person",
  disk: "person",
  "bad-file": "person",
  interrupted: "again",
  cancelled: "again",
  bug: "person",
};

/** What a check's command did on the base tree, before anybody was paid. `unknown`: it hung, could not start, or was not tried. */
export const TriedCheck = z.strictObject({
  command: z.string(),
  result: z.enum(["pass", "fail", "unknown"]),
  /** Exit status; null when it was killed, could not be started or was not tried. */
  status: z.number().int().nullable(),
  why: z.string().describe("one line: the first failing line, or why it was not tried"),
  ms: z.number().nonnegative(),
  output: Sha.nullable(),
});
export type TriedCheck = z.infer<typeof TriedCheck>;

/** Why the plan of what is left has to be thought over. `slice` is the one the evidence comes from. */
export const ReplanReason = z.strictObject({
  kind: z.enum(["failed", "blocked", "rejected", "moved", "asked"]),
  slice: SliceId.nullable(),
  why: z.string(),
});
export type ReplanReason = z.infer<typeof ReplanReason>;

/** A line of a file of the repository, from 1. */
export const Place = z.strictObject({ path: z.string().min(1), line: z.number().int().positive() });
export type Place = z.infer<typeof Place>;

export const Result = z.enum(["pass", "fail", "unknown"]);
export type Result = z.infer<typeof Result>;

/** Lines of the patched tree that a finding rests on, found there as they are quoted. `line` is the first, from 1. */
export const Quote = z.strictObject({
  path: z.string(),
  line: z.number().int().positive(),
  text: z.string(),
});
export type Quote = z.infer<typeof Quote>;

/**
 * One check's outcome. `kind` names the guard, command, script or criterion; `output` is a blob with the whole output. An
 * `adversary` tried to refute what had passed: only a test of its that is red says something.
 */
export const Evidence = z.strictObject({
  kind: z.enum(["guard", "command", "script", "reviewer", "adversary"]),
  name: z.string(),
  result: Result,
  why: z.string().describe("one line a person can act on; for a failure the first failing lines"),
  before: z
    .enum(["fail", "pass"])
    .nullable()
    .describe("commands: what it did on the base tree, null when not run there"),
  flaky: z.boolean(),
  ms: z.number().nonnegative(),
  output: Sha.nullable(),
  /** The model that judged; `kin` when its family is the author's. `note` is what else is to be known of its independence. */
  reviewer: z.strictObject({ tier: Tier, family: z.string(), kin: z.boolean(), note: z.string() }).optional(),
  /** Adversaries: a test that failed, to be run again on what is made next. */
  test: z.strictObject({ path: z.string(), command: z.string(), code: Sha }).optional(),
  quotes: z.array(Quote).optional(),
  /** Dollars; null when the price is unknown. Absent where no model was asked. */
  cost: z.number().nonnegative().nullable().optional(),
  /** Not asked, or not to the end, because a call could have exceeded this budget: it is asked once that allows it. */
  over: Over.optional(),
  /** Commands whose runner is known: what was executed on the base tree and with the patch. Null: not known there. */
  tests: z.strictObject({ before: Counts.nullable(), after: Counts }).optional(),
  /** Whether what was run was confined. Absent where nothing was run, and in older logs. */
  sandboxed: z.boolean().optional(),
  /** The first failing line. */
  place: Place.optional(),
  /**
   * Guards of tests: changed test files of a language without a grammar. Their tests were counted by patterns, so that less is
   * seen; where they `existed`, less of what they lost.
   */
  patterns: z.array(z.strictObject({ path: z.string(), existed: z.boolean() })).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Verdict = z.strictObject({ result: Result, strong: z.boolean(), evidence: z.array(Evidence) });
export type Verdict = z.infer<typeof Verdict>;

/** The executor's own words at its end. Never evidence. */
export const Report = z.strictObject({
  done: z.string(),
  learned: z.string(),
  blocked: z.string().nullable(),
});
export type Report = z.infer<typeof Report>;

export const Autonomy = z.enum(["review", "supervised", "full"]);
export type Autonomy = z.infer<typeof Autonomy>;

/** US dollars; null means no limit. */
export const Budget = z.strictObject({
  order: z.number().positive().nullable().default(null),
  slice: z.number().positive().nullable().default(null),
  day: z.number().positive().nullable().default(null),
});
export type Budget = z.infer<typeof Budget>;

/** A remedy that needs no judgement: an edit of task files that a machine can make. `check` is an index into `checks`. */
export const Fix = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("addNeed"), slice: z.string(), need: z.string() }),
  z.strictObject({ do: z.literal("removeNeed"), slice: z.string(), need: z.string() }),
  z.strictObject({ do: z.literal("setBefore"), slice: z.string(), check: z.number().int(), before: Before }),
  z.strictObject({ do: z.literal("drop"), slice: z.string() }),
  z.strictObject({ do: z.literal("merge"), into: z.string(), from: z.string() }),
]);
export type Fix = z.infer<typeof Fix>;

/** A finding of a critic or of the structural check; blocks approval when `severity` is "error". */
export const Finding = z.strictObject({
  critic: z.string(),
  severity: z.enum(["error", "warning"]),
  slices: z.array(z.string()),
  message: z.string(),
  remedy: z.string(),
  /** Files the finding is about, relative to the workspace root. */
  files: z.array(z.string()).optional(),
  /** The front-matter key of the first slice it is about: "needs", "writes.0", "checks.1.run". */
  key: z.string().optional(),
  /** Where that stands: the task file, relative to the workspace root, and its line, from 1. */
  at: z.strictObject({ path: z.string(), line: z.number().int().positive() }).optional(),
  fix: Fix.optional(),
});
export type Finding = z.infer<typeof Finding>;

/** "provider/model". */
export const modelName = ({ provider, model }: Pick<Tier, "provider" | "model">): string =>
  `${provider}/${model}`;

export const tierName = (tier: Tier): string =>
  `${tier.provider}/${tier.model}${tier.effort === null ? "" : `@${tier.effort}`}`;

/** Reads "provider/model@effort" back; the caller has validated it with {@link RouteChoice}. */
export function parseTier(route: string): Tier {
  const slash = route.indexOf("/");
  const at = route.lastIndexOf("@");
  const end = at > slash ? at : route.length;
  const effort = at > slash ? Effort.parse(route.slice(at + 1)) : null;
  return { provider: route.slice(0, slash), model: route.slice(slash + 1, end), effort };
}
