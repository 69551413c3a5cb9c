/** A ladder for those who have set none, made of what their keys can reach: prices, efforts and what models are held to get right. */
import { familyOf } from "./core/family.ts";
import { CLASSES, type Effort, type Tier, tierName } from "./core/order.ts";
import { newLadder } from "./core/router/ladder.ts";
import type { ReviewerFacts, Settings } from "./core/settings.ts";
import type { Catalogue } from "./engine/ports.ts";
import { expectedCost, reviewCosts } from "./engine/predict.ts";
import type { KnownModels } from "./providers/catalogue.ts";
import { modelsOf } from "./providers/catalogueTable.ts";

/** Efforts a new ladder is made of, beside the one a model has by default. The extremes are for a person to choose. */
const USUAL: ReadonlySet<Effort> = new Set<Effort>(["low", "medium", "high"]);

/**
 * Cheapest first. `keyed` are providers with a key. Models whose end is announced or past, that their provider does not offer, that
 * call no tools, or of which price or quality is unknown do not stand on it: whoever wants them names them.
 */
export function ladderFor(
  keyed: readonly string[],
  providers: Settings["providers"],
  catalogue: KnownModels,
): Tier[] {
  const tiers = keyed.flatMap((provider) =>
    modelsOf(provider, providers).flatMap((model) => rungsOf(provider, model, catalogue)),
  );
  const candidates = tiers.map((tier) => ({
    rung: tier,
    tier: tierName(tier),
    model: `${tier.provider}/${tier.model}`,
    family: familyOf(tier),
    cost: attemptCost(catalogue, tier),
    rate: catalogue.rate?.(tier) ?? null,
  }));
  return newLadder(candidates.filter(({ cost, rate }) => cost !== null && rate !== null)).map(
    ({ rung }) => rung,
  );
}

/**
 * Who could review: the ladder's rungs, and the other models of `sources` (providers that code may be sent to), where price and
 * strength are known; of each family only those that none of it is cheaper and as strong as.
 */
export function reviewersFor(
  tiers: readonly Tier[],
  sources: readonly string[],
  providers: Settings["providers"],
  catalogue: KnownModels,
): ReviewerFacts[] {
  const others = sources.flatMap((provider) =>
    modelsOf(provider, providers).flatMap((model) => rungsOf(provider, model, catalogue)),
  );
  const all = new Map([...tiers, ...others].map((tier) => [tierName(tier), tier]));
  const known = [...all.values()].flatMap((tier): ReviewerFacts[] => {
    const [rate, cost] = [catalogue.rate?.(tier) ?? null, reviewCosts(catalogue, tier)];
    return rate === null || !cost.every((one) => one !== null) ? [] : [{ tier, rate, cost }];
  });
  const usual = CLASSES.indexOf("C2");
  const price = ({ cost }: ReviewerFacts): number => cost[usual] ?? Infinity;
  const isBetter = (a: ReviewerFacts, b: ReviewerFacts): boolean =>
    familyOf(a.tier) === familyOf(b.tier) &&
    (a.rate > b.rate ? price(a) <= price(b) : a.rate === b.rate && price(a) < price(b));
  return known.filter((one) => !known.some((other) => isBetter(other, one)));
}

/** US dollars of one attempt at a bounded slice (C2), at the dearest hour; null when a price it needs is unknown. */
export const attemptCost = (catalogue: Catalogue, tier: Tier): number | null =>
  expectedCost(catalogue)({ slice: { class: "C2" } }, tier);

function rungsOf(provider: string, model: string, catalogue: KnownModels): Tier[] {
  const facts = catalogue.facts({ provider, model });
  if (facts.ends !== null || facts.offered === false || facts.tools?.value === false) return [];
  const standard = facts.defaultEffort?.value;
  const efforts = (facts.efforts?.value ?? []).filter((one) => USUAL.has(one) || one === standard);
  return efforts.length === 0
    ? [{ provider, model, effort: null }]
    : efforts.map((effort) => ({ provider, model, effort }));
}
