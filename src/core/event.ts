/**
 * The vocabulary of the log (Event) and of the user (Command). A log line is `{ seq, at, skew?, type, …, prev }`; events are in
 * the past tense, because they are facts. Shapes only ever grow; old ones are brought up to date by upcast.ts.
 */
import * as z from "zod";
import {
  LandedFile,
  Fault,
  Over,
  Finding,
  Patch,
  ReplanReason,
  Report,
  Route,
  RouteChoice,
  Sha,
  Slice,
  SliceClass,
  SliceId,
  Tier,
  TriedCheck,
  Usage,
  Verdict,
} from "./order.ts";
import { RouteDecision } from "./router/logged.ts";
import { Config } from "./settings.ts";
import { Recalled } from "./tested.ts";

const By = z.enum(["user", "policy"]);
const slice = SliceId;
const attempt = z.number().int().positive();
const round = z.number().int().nonnegative();
export const Role = z.enum(["planner", "executor", "reviewer"]);
export type Role = z.infer<typeof Role>;

/** The commit a plan was made for and the hashes of the files it read. */
export const Stamp = z.strictObject({ commit: z.string().nullable(), files: z.record(z.string(), Sha) });
export type Stamp = z.infer<typeof Stamp>;
/** A slice with the hash of the task file it was read from. */
export const FiledSlice = z.strictObject({ slice: Slice, hash: Sha });
export type FiledSlice = z.infer<typeof FiledSlice>;

const Why = z.strictObject({ slice, why: z.string() });

/** Where a person's words stand: a reviewer's criterion at a line of the proposed file. */
export const About = z.strictObject({
  check: z.string(),
  path: z.string(),
  line: z.number().int().positive(),
});
export type About = z.infer<typeof About>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });

export const Event = z.discriminatedUnion("type", [
  event("opened", { goal: z.string().min(1) }),
  event("configured", { config: Config }),
  /** What the workspace's other orders have shown of models by now. */
  event("recalled", { past: Recalled }),
  /** `functions` are the verification functions with their hashes: an executor reads them, nobody changes them unseen. */
  event("planned", {
    slices: z.array(FiledSlice),
    stamp: Stamp,
    by: z.enum(["planner", "file"]),
    functions: z.record(z.string(), Sha).optional(),
  }),
  /** One amendment of what is left. `functions` are all that stand then; `reasons`, `rejected` only by the planner. */
  event("amended", {
    changed: z.array(FiledSlice),
    dropped: z.array(Why),
    by: z.enum(["user", "planner"]),
    why: z.string(),
    reasons: z.array(Why).optional(),
    rejected: z.array(z.string()).optional(),
    functions: z.record(z.string(), Sha).optional(),
  }),
  /** Evidence says the plan of what is left has to be thought over: by policy, or in the user's own words. */
  event("replanAsked", { reason: ReplanReason, by: By }),
  /** The files the plan was made from are no longer what they were. `now` is null for a file that is gone. */
  event("drifted", {
    files: z.array(z.strictObject({ path: z.string(), now: Sha.nullable() })),
    commit: z.string().nullable(),
  }),
  /** `tried` is what the checks' commands did on the tree `base`. */
  event("criticised", {
    findings: z.array(Finding),
    tried: z.array(TriedCheck).optional(),
    base: z.string().optional(),
  }),
  event("planApproved", { by: By }),
  event("discarded", { reason: z.string() }),
  /** `decision` is absent where the router had nothing to say, and in logs of before it decided. */
  event("routed", {
    slice,
    attempt,
    route: Route,
    by: z.enum(["router", "user", "climb"]),
    decision: RouteDecision.optional(),
  }),
  /** Written before the model is called. Found open at load, it becomes `faulted: interrupted`. */
  /** `base` is the snapshot the attempt works from. */
  event("attempted", { slice, attempt, round, tier: Tier, briefing: Sha, base: z.string() }),
  /** `top` is what the same tokens would have cost on the order's top tier. Dollars; null when the price is unknown. */
  event("called", {
    slice: slice.nullable(),
    attempt: attempt.nullable(),
    role: Role,
    tier: Tier,
    usage: Usage,
    ms: z.number().nonnegative(),
    cost: z.number().nonnegative().nullable(),
    top: z.number().nonnegative().nullable(),
    /** `cost` is what the endpoint itself said it charges; otherwise it is reckoned from the tokens. */
    reported: z.literal(true).optional(),
    /** What was wrong with the vendor's own count, in words that follow the model's name. */
    odd: z.string().optional(),
    /** How long of `ms` a rate limit kept it waiting. */
    waitedMs: z.number().nonnegative().optional(),
  }),
  event("refused", { slice, attempt, tool: z.string(), what: z.string(), why: z.string() }),
  event("asked", { id: z.string(), slice, attempt, command: z.string() }),
  event("answered", { id: z.string(), answer: z.enum(["once", "order", "no"]) }),
  event("produced", {
    slice,
    attempt,
    round,
    patch: Patch,
    report: Report,
    transcript: Sha,
    ms: z.number().nonnegative(),
  }),
  event("judged", { slice, attempt, round, verdict: Verdict, ms: z.number().nonnegative() }),
  event("faulted", {
    slice: slice.nullable(),
    attempt: attempt.nullable(),
    during: z.enum(["plan", "replan", "execute", "verify", "land"]),
    fault: Fault,
    /** What a session that ran out of money had come to: the next attempt on that tier goes on from there. */
    kept: z.strictObject({ transcript: Sha, patch: Patch }).optional(),
  }),
  event("approved", { slice, attempt, by: By }),
  event("rejected", { slice, attempt, reason: z.string(), by: By }),
  /** Words of a person on what was made: the next attempt is told. */
  event("noted", { slice, attempt, about: About.nullable(), text: z.string().min(1), by: By }),
  /**
   * The verdict is taken back, and what was made is verified once more: no attempt is paid for. By policy when the money did not
   * last for a reviewer and does now: then only who was not asked is.
   */
  event("verifyAsked", { slice, attempt, by: By }),
  event("rerun", { slice, tier: Tier, why: z.string() }),
  /** `files` is what really stands there now, merges included. */
  event("landed", {
    slice,
    attempt,
    commit: z.string(),
    into: z.enum(["branch", "workspace"]),
    files: z.array(LandedFile),
  }),
  event("conflicted", { slice, attempt, paths: z.array(z.string()) }),
  event("reopened", { slice, why: z.string() }),
  event("pushed", { commit: z.string(), remote: z.string() }),
  event("pushFailed", { commit: z.string(), remote: z.string(), why: z.string() }),
  event("stuck", { slice, why: z.union([Fault, Verdict]) }),
  event("dropped", { slice, why: z.string() }),
  event("reverted", {
    slice,
    commit: z.string(),
    into: z.enum(["branch", "workspace"]),
    files: z.array(LandedFile),
  }),
  event("paused", { why: z.string(), by: By }),
  event("resumed", {}),
  /** A person lets an order spend more than its settings say. Dollars; `from` is what the settings said. */
  event("budgetRaised", {
    what: Over.shape.what,
    slice: slice.nullable(),
    from: z.number().nonnegative().nullable(),
    to: z.number().positive(),
  }),
  event("stopped", { why: z.string(), by: By }),
  event("warned", { message: z.string() }),
  event("ended", { result: z.enum(["done", "discarded"]), report: Sha }),
]);
export type Event = z.infer<typeof Event>;
export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/**
 * An event with its place in the log. `seq` rises by one from 1; `at` is ISO 8601 UTC. `skew` says by how many milliseconds the
 * time of day went further since the entry before than the process was awake: the machine slept, or its clock was set.
 */
export type Entry = Event & { seq: number; at: string; skew?: number };

/** What a user can want. `slice` is an id; the engine answers with events or with a Refusal. */
export const Command = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("approvePlan") }),
  z.strictObject({ do: z.literal("discard"), reason: z.string() }),
  /** Ask the planner for changes of what is left, in words. */
  z.strictObject({ do: z.literal("askChanges"), words: z.string().min(1) }),
  /** The order's files were edited: take in what they say now, and check the plan again. */
  z.strictObject({ do: z.literal("reread") }),
  z.strictObject({ do: z.literal("run") }),
  z.strictObject({ do: z.literal("pause") }),
  z.strictObject({ do: z.literal("stop") }),
  z.strictObject({ do: z.literal("approve"), slice }),
  z.strictObject({ do: z.literal("approveAll") }),
  /** `replan`: the reason concerns the plan, not only this attempt. */
  z.strictObject({ do: z.literal("reject"), slice, reason: z.string(), replan: z.boolean().optional() }),
  z.strictObject({
    do: z.literal("note"),
    slice,
    about: About.nullable(),
    text: z.string().min(1).max(10_000),
  }),
  /** Verify what was made once more, when its verdict awaits a person. */
  z.strictObject({ do: z.literal("verify"), slice }),
  /** `tier: null` means the next one up. */
  z.strictObject({ do: z.literal("rerun"), slice, tier: Tier.nullable() }),
  z.strictObject({ do: z.literal("reroute"), slice, route: RouteChoice }),
  z.strictObject({ do: z.literal("reclass"), slice, class: SliceClass }),
  z.strictObject({ do: z.literal("drop"), slice, why: z.string() }),
  /** After the user settled a conflict or a cause of being stuck: try again. */
  z.strictObject({ do: z.literal("retry"), slice }),
  z.strictObject({ do: z.literal("revert"), slice }),
  /** Spend more than the budget, and go on. `slice` is the one that is stopped by its own. */
  z.strictObject({
    do: z.literal("raiseBudget"),
    what: Over.shape.what,
    slice: slice.nullable(),
    to: z.number().positive().finite(),
  }),
  z.strictObject({ do: z.literal("answer"), id: z.string(), answer: z.enum(["once", "order", "no"]) }),
]);
export type Command = z.infer<typeof Command>;

/** Why a command cannot be done now, and the next step. Data, never thrown. */
export type Refusal = { refused: string };
