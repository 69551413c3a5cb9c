/** What an attempt is expected to cost and to take before there is experience: tokens and turns by class. */
import type { SliceClass, Tier } from "../core/order.ts";
import type { SliceState } from "../core/state.ts";
import type { Catalogue } from "./ports.ts";

/** One attempt: its turns send the prefix again, so most input is cached. Rough; refined from the log later. */
const EXPECTED: Record<SliceClass, { turns: number; input: number; cacheRead: number; output: number }> = {
  C1: { turns: 4, input: 4_000, cacheRead: 6_000, output: 1_500 },
  C2: { turns: 8, input: 8_000, cacheRead: 25_000, output: 4_000 },
  C3: { turns: 15, input: 15_000, cacheRead: 80_000, output: 10_000 },
  C4: { turns: 30, input: 30_000, cacheRead: 250_000, output: 25_000 },
};

/** What models of all vendors write in about a second, and what a turn takes besides: the first token, the tools. */
const OUTPUT_PER_SECOND = 60;
const TURN_MS = 3_000;

export const expectedCost =
  (catalogue: Catalogue) =>
  ({ slice }: Pick<SliceState, "slice">, tier: Tier): number | null => {
    const { input, cacheRead, output } = EXPECTED[slice.class];
    return catalogue.cost(tier, { input, cacheRead, output, cacheWrite: 0, reasoning: 0 });
  };

/** Milliseconds of one attempt on any tier, with what its checks take once (`checksMs`). */
export function expectedMs({ slice }: Pick<SliceState, "slice">, checksMs: number): number {
  const { turns, output } = EXPECTED[slice.class];
  return (output / OUTPUT_PER_SECOND) * 1000 + turns * TURN_MS + checksMs;
}
