/** A ladder for those who have set none, made of what their keys can reach: prices, efforts and what models are held to get right. */
import { familyOf } from "./core/family.ts";
import { type Effort, type Tier, tierName } from "./core/order.ts";
import { newLadder } from "./core/router/ladder.ts";
import type { Settings } from "./core/settings.ts";
import type { Catalogue } from "./engine/ports.ts";
import { expectedCost } from "./engine/predict.ts";
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
