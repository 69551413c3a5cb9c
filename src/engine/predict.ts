/** What an attempt is expected to cost and to take before there is experience: tokens and turns by class, more with more effort. */
import { CLASSES, type Effort, NO_USAGE, type SliceClass, type Tier, tierName } from "../core/order.ts";
import { type Panel, chooseReviewer } from "../core/reviewer.ts";
import type { Config, Policy, RoutingConfig, TierFacts } from "../core/settings.ts";
import type { SliceState } from "../core/state.ts";
import type { Catalogue } from "./ports.ts";

/** One attempt: its turns send the prefix again, so most input is cached. Rough; the log teaches better. */
const EXPECTED: Record<SliceClass, { turns: number; input: number; cacheRead: number; output: number }> = {
  C1: { turns: 4, input: 4_000, cacheRead: 6_000, output: 1_500 },
  C2: { turns: 8, input: 8_000, cacheRead: 25_000, output: 4_000 },
  C3: { turns: 15, input: 15_000, cacheRead: 80_000, output: 10_000 },
  C4: { turns: 30, input: 30_000, cacheRead: 250_000, output: 25_000 },
};

/**
 * Output, thinking included, against medium effort: one model at three efforts wrote 0.53, 1 and 1.79 times as much in a public
 * table of 225 tasks each; the rest goes on from there.
 */
const WORDY: Record<Effort, number> = {
  none: 0.4,
  minimal: 0.45,
  low: 0.53,
  medium: 1,
  high: 1.79,
  xhigh: 2.5,
  max: 3.5,
};

/**
 * Having a slice's patch judged by another model: once, and for hard classes a second time by an adversary. `thinking` is at
 * medium effort, and goes with effort as {@link WORDY} says. Rough: prompts as the verifier's bench has them, thinking assumed.
 */
const JUDGED: Record<SliceClass, { input: number; answer: number; thinking: number }> = {
  C1: { input: 3_000, answer: 200, thinking: 500 },
  C2: { input: 4_500, answer: 200, thinking: 800 },
  C3: { input: 20_000, answer: 1_500, thinking: 2_500 },
  C4: { input: 30_000, answer: 2_000, thinking: 4_000 },
};

/** What models of all vendors write in about a second, and what a turn takes besides: the first token, the tools. */
const OUTPUT_PER_SECOND = 60;
const TURN_MS = 3_000;

/** So many times what it writes, thinking included, at medium effort. */
export const wordiness = ({ effort }: Pick<Tier, "effort">): number => (effort === null ? 1 : WORDY[effort]);

const outputOf = (kind: SliceClass, tier: Pick<Tier, "effort">): number =>
  EXPECTED[kind].output * wordiness(tier);

const costOf = (catalogue: Catalogue, tier: Tier, kind: SliceClass): number | null => {
  const { input, cacheRead } = EXPECTED[kind];
  return catalogue.cost(tier, {
    input,
    cacheRead,
    output: outputOf(kind, tier),
    cacheWrite: 0,
    reasoning: 0,
  });
};

const secondsOf = (kind: SliceClass, tier: Pick<Tier, "effort">): number =>
  outputOf(kind, tier) / OUTPUT_PER_SECOND + (EXPECTED[kind].turns * TURN_MS) / 1000;

/** Dollars of one attempt on any tier; null when its price is unknown. */
export const expectedCost =
  (catalogue: Catalogue) =>
  ({ slice }: { slice: { class: SliceClass } }, tier: Tier): number | null =>
    costOf(catalogue, tier, slice.class);

/** Milliseconds of one attempt, without its checks. */
export const expectedMs = ({ slice }: Pick<SliceState, "slice">, tier: Pick<Tier, "effort">): number =>
  1000 * secondsOf(slice.class, tier);

const DIGITS = 4;

const short = (amount: number | null): number | null =>
  amount === null ? null : Number(amount.toPrecision(DIGITS));

/** Dollars of having a slice of each class judged by this tier; null when its price is unknown. */
export const reviewCosts = (catalogue: Catalogue, tier: Tier): (number | null)[] =>
  CLASSES.map((kind) => {
    const { input, answer, thinking } = JUDGED[kind];
    const output = answer + thinking * wordiness(tier);
    return short(catalogue.cost(tier, { ...NO_USAGE, input, output }));
  });

/** Dollars by class; absent where nobody judges any. */
function reviewFacts(catalogue: Catalogue, panel: Panel, author: Tier): Pick<TierFacts, "review"> {
  const chosen = CLASSES.map((kind) => chooseReviewer(panel, author, kind));
  if (chosen.every((one) => "none" in one)) return {};
  return {
    review: chosen.map((one, at) => ("none" in one ? null : (reviewCosts(catalogue, one.tier)[at] ?? null))),
  };
}

/**
 * What is held of every rung, and of every other effort its model is known to take; what is paid for judging what it makes
 * follows from who would.
 */
export function routingOf(
  catalogue: Catalogue,
  policy: Policy,
  ladder: Pick<Config, "tiers" | "reviewer" | "reviewers">,
): RoutingConfig {
  const all = ladder.tiers.flatMap((tier) => {
    const { efforts, defaultEffort } = catalogue.info(tier) ?? { efforts: null, defaultEffort: null };
    const known = (tier.effort ?? defaultEffort) === null ? [] : (efforts ?? []);
    return [tier, ...known.map((effort) => ({ ...tier, effort }))];
  });
  const own = all.map((tier): [string, TierFacts] => [
    tierName(tier),
    {
      cost: CLASSES.map((kind) => short(costOf(catalogue, tier, kind))),
      seconds: CLASSES.map((kind) => short(secondsOf(kind, tier))),
      rate: catalogue.rate?.(tier) ?? null,
    },
  ]);
  const panel = { ...ladder, routing: { policy, facts: Object.fromEntries(own) } };
  const judged = all.map((tier) => reviewFacts(catalogue, panel, tier));
  return {
    policy,
    facts: Object.fromEntries(own.map(([name, facts], at) => [name, { ...facts, ...judged[at] }])),
  };
}
