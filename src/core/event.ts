/**
 * The vocabulary of the log (Event) and of the user (Command). A log line is `{ seq, at, type, …, prev }`; events are in
 * the past tense, because they are facts. Shapes only ever grow; old ones are brought up to date by upcast.ts.
 */
import * as z from "zod";
import {
  LandedFile,
  Fault,
  Finding,
  Patch,
  Report,
  Route,
  RouteChoice,
  Sha,
  Slice,
  SliceClass,
  SliceId,
  Tier,
  Usage,
  Verdict,
} from "./order.ts";
import { Config } from "./settings.ts";

const By = z.enum(["user", "policy"]);
const slice = SliceId;
const attempt = z.number().int().positive();
const round = z.number().int().nonnegative();
export const Role = z.enum(["planner", "executor", "reviewer"]);
export type Role = z.infer<typeof Role>;

/** The commit a plan was made for and the hashes of the files it read. */
export const Stamp = z.strictObject({ commit: z.string().nullable(), files: z.record(z.string(), Sha) });
/** A slice with the hash of the task file it was read from. */
export const FiledSlice = z.strictObject({ slice: Slice, hash: Sha });
export type FiledSlice = z.infer<typeof FiledSlice>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });

export const Event = z.discriminatedUnion("type", [
  event("opened", { goal: z.string().min(1) }),
  event("configured", { config: Config }),
  event("planned", { slices: z.array(FiledSlice), stamp: Stamp, by: z.enum(["planner", "file"]) }),
  event("amended", {
    changed: z.array(FiledSlice),
    dropped: z.array(z.strictObject({ slice, why: z.string() })),
    by: z.enum(["user", "planner"]),
    why: z.string(),
  }),
  event("criticised", { findings: z.array(Finding) }),
  event("planApproved", { by: By }),
  event("discarded", { reason: z.string() }),
  event("routed", { slice, attempt, route: Route, by: z.enum(["router", "user", "climb"]) }),
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
    during: z.enum(["plan", "execute", "verify", "land"]),
    fault: Fault,
  }),
  event("approved", { slice, attempt, by: By }),
  event("rejected", { slice, attempt, reason: z.string(), by: By }),
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
  event("stopped", { why: z.string(), by: By }),
  event("warned", { message: z.string() }),
  event("ended", { result: z.enum(["done", "discarded"]), report: Sha }),
]);
export type Event = z.infer<typeof Event>;
export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** An event with its place in the log. `seq` rises by one from 1; `at` is ISO 8601 UTC. */
export type Entry = Event & { seq: number; at: string };

/** What a user can want. `slice` is an id; the engine answers with events or with a Refusal. */
export const Command = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("approvePlan") }),
  z.strictObject({ do: z.literal("discard"), reason: z.string() }),
  z.strictObject({ do: z.literal("run") }),
  z.strictObject({ do: z.literal("pause") }),
  z.strictObject({ do: z.literal("stop") }),
  z.strictObject({ do: z.literal("approve"), slice }),
  z.strictObject({ do: z.literal("approveAll") }),
  z.strictObject({ do: z.literal("reject"), slice, reason: z.string() }),
  /** `tier: null` means the next one up. */
  z.strictObject({ do: z.literal("rerun"), slice, tier: Tier.nullable() }),
  z.strictObject({ do: z.literal("reroute"), slice, route: RouteChoice }),
  z.strictObject({ do: z.literal("reclass"), slice, class: SliceClass }),
  z.strictObject({ do: z.literal("drop"), slice, why: z.string() }),
  /** After the user settled a conflict or a cause of being stuck: try again. */
  z.strictObject({ do: z.literal("retry"), slice }),
  z.strictObject({ do: z.literal("revert"), slice }),
  z.strictObject({ do: z.literal("answer"), id: z.string(), answer: z.enum(["once", "order", "no"]) }),
]);
export type Command = z.infer<typeof Command>;

/** Why a command cannot be done now, and the next step. Data, never thrown. */
export type Refusal = { refused: string };
