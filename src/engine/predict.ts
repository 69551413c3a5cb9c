/** What an attempt is expected to cost before there is experience: tokens by class, priced by the catalogue. */
import type { SliceClass, Tier } from "../core/order.ts";
import type { SliceState } from "../core/state.ts";
import type { Catalogue } from "./ports.ts";

/** Tokens of one attempt: turns send the prefix again, so most input is cached. Rough; refined from the log later. */
const EXPECTED: Record<SliceClass, { input: number; cacheRead: number; output: number }> = {
  C1: { input: 4_000, cacheRead: 6_000, output: 1_500 },
  C2: { input: 8_000, cacheRead: 25_000, output: 4_000 },
  C3: { input: 15_000, cacheRead: 80_000, output: 10_000 },
  C4: { input: 30_000, cacheRead: 250_000, output: 25_000 },
};

export const expectedCost =
  (catalogue: Catalogue) =>
  ({ slice }: Pick<SliceState, "slice">, tier: Tier): number | null =>
    catalogue.cost(tier, { ...EXPECTED[slice.class], cacheWrite: 0, reasoning: 0 });
