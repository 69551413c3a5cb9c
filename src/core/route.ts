/** The rule of the ladder: what may come next on it. What of that is taken, expected cost decides (choose.ts). Pure. */
import { EFFORTS, type Effort, type Tier, modelName } from "./order.ts";
import { MODELS } from "./router/terms.ts";
import type { Config } from "./settings.ts";

const sameModel = (a: Tier, b: Tier): boolean => modelName(a) === modelName(b);

/** The effort of a tier: where none is said, the one its model makes of itself; null when that is not known. */
const effortOf = (tier: Tier, { defaultEfforts }: Config): Effort | null =>
  tier.effort ?? defaultEfforts?.[modelName(tier)] ?? null;

/** Place of a tier's effort among all there are; -1 when it is not known. */
export function strengthOf(tier: Tier, config: Config): number {
  const effort = effortOf(tier, config);
  return effort === null ? -1 : EFFORTS.indexOf(effort);
}

/** Rungs of the model that take more effort, weakest first. */
function namedAbove(tier: Tier, config: Config): Tier[] {
  const least = strengthOf(tier, config);
  return config.tiers
    .filter((rung) => sameModel(rung, tier) && least >= 0 && strengthOf(rung, config) > least)
    .toSorted((a, b) => strengthOf(a, config) - strengthOf(b, config));
}

/** What a tier's effort may be raised to: all the ladder names for its model, else the next one it takes. Unknown ones are not guessed. */
function raised(tier: Tier, config: Config): Tier[] {
  const named = namedAbove(tier, config);
  if (named.length > 0) return named;
  const least = strengthOf(tier, config);
  const accepted = config.efforts[modelName(tier)] ?? [];
  const next = EFFORTS.slice(least + 1).find((effort) => least >= 0 && accepted.includes(effort));
  return next === undefined ? [] : [{ ...tier, effort: next }];
}

/** The rungs above a tier's model; of one that is not on the ladder, the top rung. */
function rungsAbove(tier: Tier, tiers: readonly Tier[]): Tier[] {
  const at = tiers.findLastIndex((rung) => sameModel(rung, tier));
  return (at < 0 ? tiers.slice(-1) : tiers.slice(at + 1)).filter((rung) => !sameModel(rung, tier));
}

/** One step up: more effort of the same model, else the next model's rung, of those not gone; null at the top. */
export const higher = (tier: Tier, config: Config, gone: readonly string[]): Tier | null =>
  [...raised(tier, config), ...rungsAbove(tier, config.tiers)].find(
    (rung) => !gone.includes(modelName(rung)),
  ) ?? null;

/**
 * What may follow these tries, lowest first: the same model once with more effort, then a model above that was not tried, up to
 * three. Models that are `gone` are left out. Empty when the ladder is used up.
 */
export function mayFollow(tried: readonly Tier[], config: Config, gone: readonly string[] = []): Tier[] {
  const isThere = (tier: Tier): boolean => !gone.includes(modelName(tier));
  const last = tried.at(-1);
  if (!last) return config.tiers.filter(isThere);
  if (isThere(last) && tried.filter((tier) => sameModel(tier, last)).length === 1) {
    const efforts = raised(last, config);
    if (efforts.length > 0) return efforts;
  }
  if (new Set(tried.map(modelName)).size >= MODELS) return [];
  return rungsAbove(last, config.tiers)
    .filter(isThere)
    .filter((rung) => !tried.some((tier) => sameModel(tier, rung)));
}

/**
 * The ladder with what may be climbed besides: those of `more` whose model stands on it, and the next effort of each that its
 * model takes and the ladder does not name.
 */
export function wholeLadder(config: Config, more: readonly Tier[]): Tier[] {
  const besides = [...config.tiers, ...more].flatMap((tier) =>
    namedAbove(tier, config).length > 0 ? [] : raised(tier, config),
  );
  return [...besides, ...more].reduce((ladder, tier) => withRung(ladder, tier, config), [...config.tiers]);
}

/** Above the weaker efforts of its model. */
function withRung(ladder: Tier[], tier: Tier, config: Config): Tier[] {
  const own = ladder.flatMap((rung, at) => (sameModel(rung, tier) ? [{ rung, at }] : []));
  const first = own[0];
  if (!first || own.some(({ rung }) => rung.effort === tier.effort)) return ladder;
  const below = own.findLast(({ rung }) => strengthOf(rung, config) < strengthOf(tier, config));
  return ladder.toSpliced(below ? below.at + 1 : first.at, 0, tier);
}

/** The two lowest rungs need strong evidence before anything lands by itself. */
export const isLowTier = (tier: Tier, { tiers }: Config): boolean =>
  tiers.slice(0, 2).some((rung) => sameModel(rung, tier));
