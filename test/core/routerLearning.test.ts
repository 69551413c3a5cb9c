/** The router in worlds of which everything is known: how far from the best, and how soon it leaves what is no good. */
import { describe, expect, test } from "vitest";
import type { Policy } from "../../src/core/router/policy.ts";
import { type KnownTier, knownSlices } from "../bench/router/generate.ts";
import { type KnownWorld, lifeOf, lossOf, optimum } from "../bench/router/world.ts";

const SEEDS = [1, 2, 3];
const SPREAD = 2;
const tier = (name: string, ability: number, dollars: number): KnownTier => ({
  name,
  ability,
  right: dollars,
  wrong: 1.6 * dollars,
});
const worldOf = (tiers: readonly KnownTier[], policy: Policy): KnownWorld => ({
  tiers,
  policy,
  verifier: { falseAccept: 0.05, falseReject: 0.05, cost: 0, seconds: 0 },
});

const LADDERS: Record<string, KnownTier[]> = {
  usual: [tier("a", 0.6, 0.03), tier("b", 1.8, 0.2), tier("c", 2.8, 0.7)],
  "weak at the bottom": [tier("a", -3, 0.05), tier("b", 1, 0.1), tier("c", 3, 0.7)],
  "no better at the top": [tier("a", 2, 0.05), tier("b", 2, 0.4), tier("c", 2.2, 0.8)],
  steep: [tier("a", -1, 0.01), tier("b", 0, 0.05), tier("c", 1, 0.25), tier("d", 4, 1)],
  close: [tier("a", 1, 0.3), tier("b", 2, 0.4), tier("c", 3, 0.5)],
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe("after 500 slices the router does nearly as well as the best fixed way", () => {
  /** How much more than the optimum the learned router loses on fresh slices, as a share. */
  function regret(name: string, policy: Policy, seed: number): number {
    const tiers = LADDERS[name] ?? [];
    const world = worldOf(tiers, policy);
    const { past } = lifeOf(world, knownSlices(seed, tiers, SPREAD, 500), seed + 50);
    const fresh = knownSlices(seed + 100, tiers, SPREAD, 1000);
    const { lived } = lifeOf(world, fresh, seed + 9, past, "frozen");
    return lossOf(world, lived) / optimum(world, fresh, seed + 9) - 1;
  }
  for (const policy of ["economy", "balanced", "quality"] as const)
    test(policy, () => {
      const regrets = Object.keys(LADDERS).flatMap((name) => SEEDS.map((seed) => regret(name, policy, seed)));
      expect(mean(regrets)).toBeLessThanOrEqual(0.05);
      expect(Math.max(...regrets)).toBeLessThanOrEqual(0.25);
    });
});

describe("a useless tier is used no more within 60 slices", () => {
  const usual = LADDERS["usual"] ?? [];
  for (const place of [0, 1])
    for (const seed of [1, 2, 3, 4, 5, 6])
      test(`rung ${place + 1}, seed ${seed}`, () => {
        const tiers = usual.map((one, at) => (at === place ? { ...one, ability: -8 } : one));
        const { lived } = lifeOf(
          worldOf(tiers, "balanced"),
          knownSlices(seed, tiers, SPREAD, 300),
          seed + 50,
        );
        const uses = lived.slice(60).filter(({ tried }) => tried.includes(tiers[place]?.name ?? ""));
        // Now and then it is asked whether it still is: one slice in twenty at most.
        expect(uses.length / 240).toBeLessThanOrEqual(0.05);
      });
});

describe("a tier that drops is left within 80 slices", () => {
  for (const seed of [1, 2, 3, 4, 5, 6])
    test(`seed ${seed}`, () => {
      const usual = LADDERS["usual"] ?? [];
      const [before, after] = [2.5, -6].map((ability) =>
        usual.map((one, at) => (at === 0 ? { ...one, ability } : one)),
      );
      const slices = [
        ...knownSlices(seed, before ?? [], SPREAD, 250),
        ...knownSlices(seed + 7, after ?? [], SPREAD, 200),
      ];
      const { lived } = lifeOf(worldOf(usual, "balanced"), slices, seed + 50);
      const starts = (from: number, to: number): number =>
        mean(lived.slice(from, to).map(({ tried }) => (tried[0] === "a" ? 1 : 0)));
      expect(starts(150, 250)).toBeGreaterThan(0.95);
      expect(starts(330, 450)).toBeLessThanOrEqual(0.05);
    });
});
