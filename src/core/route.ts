/** The rule of the ladder: what may come next on it. What of that is taken, expected cost decides (choose.ts). Pure. */
import { EFFORTS, type Effort, type Tier, modelName } from "./order.ts";
import type { Config } from "./settings.ts";

/** Further models tried after the first one failed; beyond that a person or a replan is cheaper. */
const FURTHER_TIERS = 2;

const sameModel = (a: Tier, b: Tier): boolean => modelName(a) === modelName(b);

const strongerThan = (effort: Effort | null): Effort[] =>
  effort === null ? [] : EFFORTS.slice(EFFORTS.indexOf(effort) + 1);

/** Stronger efforts of a model that the ladder names, weakest first. */
function namedEfforts(tier: Tier, { tiers }: Config): Effort[] {
  const named = new Set(tiers.filter((rung) => sameModel(rung, tier)).map(({ effort }) => effort));
  return strongerThan(tier.effort).filter((effort) => named.has(effort));
}

/** The next stronger effort: one the ladder names for this model, else one it accepts, else null. Unknown ones are not guessed. */
export function raisedEffort(tier: Tier, config: Config): Effort | null {
  const accepted = config.efforts[modelName(tier)] ?? [];
  const next = strongerThan(tier.effort).find((effort) => accepted.includes(effort));
  return namedEfforts(tier, config)[0] ?? next ?? null;
}

/** The rungs above a tier's model; of one that is not on the ladder, the top rung. */
function rungsAbove(tier: Tier, tiers: readonly Tier[]): Tier[] {
  const at = tiers.findLastIndex((rung) => sameModel(rung, tier));
  return (at < 0 ? tiers.slice(-1) : tiers.slice(at + 1)).filter((rung) => !sameModel(rung, tier));
}

/** One step up: more effort of the same model, else the next model's rung; null at the top. */
export function higher(tier: Tier, config: Config): Tier | null {
  const effort = raisedEffort(tier, config);
  if (effort !== null) return { ...tier, effort };
  return rungsAbove(tier, config.tiers)[0] ?? null;
}

/**
 * What may follow these tries, lowest first: the same model once with more effort, then a model above that was not tried, two
 * further models at most. Empty when the ladder is used up.
 */
export function mayFollow(tried: readonly Tier[], config: Config): Tier[] {
  const last = tried.at(-1);
  if (!last) return [...config.tiers];
  if (tried.filter((tier) => sameModel(tier, last)).length === 1) {
    const named = namedEfforts(last, config);
    const raised = raisedEffort(last, config);
    const efforts = named.length > 0 || raised === null ? named : [raised];
    if (efforts.length > 0) return efforts.map((effort) => ({ ...last, effort }));
  }
  if (new Set(tried.map(modelName)).size > FURTHER_TIERS) return [];
  return rungsAbove(last, config.tiers).filter((rung) => !tried.some((tier) => sameModel(tier, rung)));
}

/**
 * The ladder with what may be climbed besides: the next effort each model takes that the ladder does not name, and those of
 * `more` whose model stands on it.
 */
export function wholeLadder(config: Config, more: readonly Tier[]): Tier[] {
  const named = [...config.tiers];
  const raised = named.flatMap((tier) => {
    const effort = namedEfforts(tier, config).length > 0 ? null : raisedEffort(tier, config);
    return effort === null ? [] : [{ ...tier, effort }];
  });
  return [...raised, ...more].reduce((ladder, tier) => withRung(ladder, tier), named);
}

/** Above the weaker efforts of its model. */
function withRung(ladder: Tier[], tier: Tier): Tier[] {
  const own = ladder.flatMap((rung, at) => (sameModel(rung, tier) ? [{ rung, at }] : []));
  const first = own[0];
  if (!first || own.some(({ rung }) => rung.effort === tier.effort)) return ladder;
  const strength = ({ effort }: Tier): number => (effort === null ? -1 : EFFORTS.indexOf(effort));
  const below = own.findLast(({ rung }) => strength(rung) < strength(tier));
  return ladder.toSpliced(below ? below.at + 1 : first.at, 0, tier);
}

/** The two lowest rungs need strong evidence before anything lands by itself. */
export const isLowTier = (tier: Tier, { tiers }: Config): boolean =>
  tiers.slice(0, 2).some((rung) => sameModel(rung, tier));
