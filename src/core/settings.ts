/** One settings schema for both hosts: `slicewise.*` in VS Code, `.slicewise/settings.json` in the terminal. */
import * as z from "zod";
import { Autonomy, Budget, Effort, Tier } from "./order.ts";

/** A named endpoint. `keyEnv` names the environment variable that holds its key; keys themselves never stand in settings. */
export const ProviderSetting = z.strictObject({
  kind: z.enum(["openai", "openai-compatible", "anthropic"]),
  baseUrl: z.string().url().optional(),
  keyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
});
export type ProviderSetting = z.infer<typeof ProviderSetting>;

/** A price is always of US dollars per million tokens: a number, so that nobody has to guess a currency. */
const Price = z
  .number({
    error: ({ input }) =>
      input === undefined
        ? "is missing: US dollars per million tokens, such as 2.5"
        : `must be a number of US dollars per million tokens, such as 2.5, without a currency; it is ${JSON.stringify(input)}`,
  })
  .nonnegative("must not be negative: US dollars per million tokens; 0 says that it costs nothing");
const priceKeys = {
  input: Price,
  output: Price,
  cacheRead: Price.optional(),
  cacheWrite: Price.optional(),
};
/**
 * US dollars per million tokens, overriding the catalogue. `long` is what a request costs that has more than `over` input
 * tokens. Without cache prices, cached tokens cost what others do.
 */
export const PriceSetting = z.strictObject({
  ...priceKeys,
  long: z.strictObject({ over: z.number().positive(), ...priceKeys }).optional(),
});
export type PriceSetting = z.infer<typeof PriceSetting>;

/** What a model takes, overriding the catalogue. `effort` is the one it has when none is sent. */
export const ModelSetting = z.strictObject({
  context: z.number().int().positive().optional(),
  maxOutput: z.number().int().positive().optional(),
  efforts: z.array(Effort).optional(),
  effort: Effort.optional(),
  tools: z.boolean().optional(),
});
export type ModelSetting = z.infer<typeof ModelSetting>;

/** The bounds of one attempt. */
export const Limits = z.strictObject({
  turns: z.number().int().min(1).max(500).default(40),
  tokens: z.number().int().min(1000).default(1_000_000),
  minutes: z.number().positive().default(20),
  checkSeconds: z.number().positive().default(300),
});
export type Limits = z.infer<typeof Limits>;

/** What commands of a repository may do. `auto` confines them where the machine can; `require` runs none where it cannot. */
export const SandboxSetting = z.strictObject({
  mode: z.enum(["auto", "off", "require"]).default("auto"),
  network: z.boolean().default(false),
});

/** No call outlasts a session, and a verification seldom more than this many commands at their limit. */
const COMMANDS_AT_LIMIT = 6;
export const quietMs = ({ minutes, checkSeconds }: Limits): number =>
  minutes * 60_000 + COMMANDS_AT_LIMIT * checkSeconds * 1000;

export const POLICIES = ["economy", "balanced", "quality", "speed"] as const;
export const Policy = z.enum(POLICIES);
export type Policy = z.infer<typeof Policy>;

export const Settings = z.strictObject({
  tiers: z.array(Tier).default([]),
  planner: Tier.nullable().default(null),
  reviewer: Tier.nullable().default(null),
  providers: z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i), ProviderSetting).default({}),
  prices: z.record(z.string(), PriceSetting).default({}),
  models: z.record(z.string(), ModelSetting).default({}),
  autonomy: Autonomy.default("review"),
  parallel: z.number().int().min(1).max(16).default(3),
  policy: Policy.default("balanced"),
  budget: Budget.default({ order: null, slice: null, day: null }),
  limits: Limits.default({ turns: 40, tokens: 1_000_000, minutes: 20, checkSeconds: 300 }),
  commands: z.strictObject({ allow: z.array(z.string()).default([]) }).default({ allow: [] }),
  sandbox: SandboxSetting.default({ mode: "auto", network: false }),
  git: z.strictObject({ push: z.string().nullable().default(null) }).default({ push: null }),
});
export type Settings = z.infer<typeof Settings>;

const Four = z.array(z.number().nonnegative().nullable()).length(4);
/**
 * What is held of one tier before anything was learned of it: dollars and seconds of an attempt at C1 to C4, and the share of
 * bounded slices (C2) it is held to get right. Null is unknown.
 */
export const TierFacts = z.strictObject({
  cost: Four,
  seconds: Four,
  rate: z.number().min(0).max(1).nullable(),
  /** Dollars of having what it made judged by a model, where a slice is; absent where no model judges. */
  review: Four.optional(),
});
export type TierFacts = z.infer<typeof TierFacts>;
/**
 * One that could judge what others made: the share of bounded slices (C2) it is held to get right itself, and dollars of
 * judging one slice of C1 to C4.
 */
export const ReviewerFacts = z.strictObject({
  tier: Tier,
  rate: z.number().min(0).max(1),
  cost: z.array(z.number().nonnegative()).length(4),
});
export type ReviewerFacts = z.infer<typeof ReviewerFacts>;
/** What routes are decided by. `facts` are by tier name: the ladder's rungs, and every effort their models take. */
export const RoutingConfig = z.strictObject({ policy: Policy, facts: z.record(z.string(), TierFacts) });
export type RoutingConfig = z.infer<typeof RoutingConfig>;

/** What of the settings an order's decisions depend on; logged, so that the log alone explains every decision. */
export const Config = z.strictObject({
  tiers: z.array(Tier),
  planner: Tier.nullable(),
  autonomy: Autonomy,
  parallel: z.number().int().min(1),
  budget: Budget,
  /** Accepted efforts by "provider/model"; absent when unknown. */
  efforts: z.record(z.string(), z.array(Effort)),
  /** What a model does when no effort is said, by "provider/model"; absent when unknown. */
  defaultEfforts: z.record(z.string(), Effort).optional(),
  push: z.string().nullable(),
  /** Absent in logs of before it was used. */
  reviewer: Tier.nullable().optional(),
  /** Who could review, where price and strength are known, on the ladder or not; absent in logs of before prices counted. */
  reviewers: z.array(ReviewerFacts).optional(),
  /** Absent in logs of before routes were decided by expected cost. */
  routing: RoutingConfig.optional(),
  /** The longest time between two events that the limits allow while something runs, in milliseconds. */
  quietMs: z.number().positive().optional(),
});
export type Config = z.infer<typeof Config>;

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Later layers win, key by key and one level down (budget, limits, commands, sandbox, git, providers, prices, models). */
export function layered(
  layers: readonly Json[],
): { settings: Settings } | { problems: { key: string; message: string }[] } {
  // A map, because a file may name a key "__proto__".
  const merged = new Map<string, unknown>();
  for (const [key, value] of layers.flatMap((layer) => Object.entries(layer))) {
    if (value === undefined) continue;
    const below = merged.get(key);
    const joined = isObject(below) && isObject(value) && key !== "planner" && key !== "reviewer";
    merged.set(key, joined ? { ...below, ...value } : value);
  }
  const parsed = Settings.safeParse(Object.fromEntries(merged));
  if (parsed.success) return { settings: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => ({ key: path.join("."), message })) };
}
