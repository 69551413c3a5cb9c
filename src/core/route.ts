/** Which tier an attempt gets: the class table first, then up on evidence (effort, then tier). Pure; expected cost comes later. */
import {
  EFFORTS,
  type Effort,
  type Route,
  type SliceClass,
  type Tier,
  parseTier,
  tierName,
} from "./order.ts";
import type { Config } from "./settings.ts";
import { AFTER_FAULT } from "./order.ts";
import type { Attempt, SliceState } from "./state.ts";

/** Where on the ladder a class starts, as a share of its height: C1 at the bottom, C4 at the top. */
const START: Record<SliceClass, number> = { C1: 0, C2: 0.34, C3: 0.67, C4: 1 };

/** Further tiers tried after the first one failed; beyond that a person or a replan is cheaper. */
const FURTHER_TIERS = 2;

type Choice = { tier: Tier; why: string };

const sameModel = (a: Tier, b: Tier): boolean => a.provider === b.provider && a.model === b.model;
const sameTier = (a: Tier, b: Tier): boolean => sameModel(a, b) && a.effort === b.effort;

export const startTier = (k: SliceClass, tiers: readonly Tier[]): Tier | undefined =>
  tiers[Math.floor(START[k] * (tiers.length - 1))];

/** An attempt says something of its tier unless the world cut it off. */
export const isTry = (attempt: Attempt): boolean =>
  attempt.fault === null || AFTER_FAULT[attempt.fault.kind] === "climb";

/** The next stronger effort: one the ladder names for this model, else one it accepts, else null. Unknown ones are not guessed. */
export function raisedEffort(tier: Tier, config: Config): Effort | null {
  const now = tier.effort === null ? -1 : EFFORTS.indexOf(tier.effort);
  if (now < 0) return null;
  const named = config.tiers.filter((rung) => sameModel(rung, tier)).map(({ effort }) => effort);
  const accepted = config.efforts[`${tier.provider}/${tier.model}`] ?? [];
  const stronger = EFFORTS.slice(now + 1);
  return (
    stronger.find((effort) => named.includes(effort)) ??
    stronger.find((effort) => accepted.includes(effort)) ??
    null
  );
}

/** The next rung of another model above this one; when the tier is not on the ladder, the top rung if it is another model. */
function rungAbove(tier: Tier, tiers: readonly Tier[]): Tier | undefined {
  const at = tiers.findLastIndex((rung) => sameModel(rung, tier));
  if (at < 0) return tiers.at(-1);
  return tiers.slice(at + 1).find((rung) => !sameModel(rung, tier));
}

/** One step up: more effort of the same model, else the next model's rung; null at the top. */
export function higher(tier: Tier, config: Config): Tier | null {
  const effort = raisedEffort(tier, config);
  if (effort !== null) return { ...tier, effort };
  return rungAbove(tier, config.tiers) ?? null;
}

function climb(tried: readonly Tier[], config: Config): Choice | null {
  const last = tried.at(-1);
  if (!last) return null;
  const ofModel = tried.filter((tier) => sameModel(tier, last));
  const effort = raisedEffort(last, config);
  if (ofModel.length === 1 && effort !== null) {
    return { tier: { ...last, effort }, why: `${tierName(last)} failed: same model with more effort` };
  }
  const models = tried.filter((tier, at) => tried.findIndex((one) => sameModel(one, tier)) === at);
  const up = rungAbove(last, config.tiers);
  if (!up || models.length > FURTHER_TIERS || tried.some((tier) => sameTier(tier, up))) return null;
  return { tier: up, why: `${tierName(last)} failed: next tier` };
}

/**
 * The tier of the slice's next attempt, or null when the ladder is used up (or empty). What the user named comes first,
 * then what its tries have shown, then its class.
 */
export function chooseTier(state: SliceState, config: Config): Choice | null {
  if (state.wish) return { tier: state.wish, why: "rerun asked for by the user" };
  const tried = state.attempts.slice(state.since).filter(isTry);
  if (tried.length > 0)
    return climb(
      tried.map(({ tier }) => tier),
      config,
    );
  if (state.slice.route !== "auto")
    return { tier: parseTier(state.slice.route), why: "named in the task file" };
  const tier = startTier(state.slice.class, config.tiers);
  return tier ? { tier, why: `${state.slice.class} starts here (${position(tier, config)})` } : null;
}

const position = (tier: Tier, { tiers }: Config): string =>
  `rung ${tiers.findIndex((rung) => sameTier(rung, tier)) + 1} of ${tiers.length}`;

/** The two lowest rungs need strong evidence before anything lands by itself. */
export const isLowTier = (tier: Tier, { tiers }: Config): boolean =>
  tiers.slice(0, 2).some((rung) => sameModel(rung, tier));

/** The tier a rerun "one higher" takes: above the last attempt's, else above the one it would start on. */
export function rerunTier(state: SliceState, config: Config): Tier | null {
  const from = state.attempts.at(-1)?.tier ?? chooseTier(state, config)?.tier;
  return from ? higher(from, config) : null;
}

/** What a decision is logged as; the first form predicts nothing of its own. */
export const asRoute = (choice: Choice, predicted: number | null): Route => ({ ...choice, predicted });
