import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Kin, newLadder } from "../../src/core/router/ladder.ts";

const rung = (tier: string, cost: number | null, rate: number | null, family = "a"): Kin => ({
  tier,
  model: tier.split("@")[0] ?? tier,
  cost,
  rate,
  family,
});

describe("a new ladder", () => {
  const check = (candidates: Kin[], expected: string[]): void =>
    expect(newLadder(candidates).map(({ tier }) => tier)).toEqual(expected);

  test.each<[string, Kin[], string[]]>([
    ["of nothing", [], []],
    ["of one", [rung("x", 1, 0.8)], ["x"]],
    ["is cheapest first", [rung("big", 10, 0.9), rung("small", 1, 0.6)], ["small", "big"]],
    [
      "efforts of one model before the next model where they are cheaper",
      [
        rung("big@low", 5, 0.86),
        rung("small@high", 3, 0.75),
        rung("small@low", 1, 0.6),
        rung("big@high", 20, 0.95),
      ],
      ["small@low", "small@high", "big@low", "big@high"],
    ],
    [
      "and after it where they are dearer",
      [rung("big@low", 5, 0.8), rung("small@max", 8, 0.88), rung("small@low", 1, 0.6)],
      ["small@low", "big@low", "small@max"],
    ],
    ["without what costs more and is worse", [rung("x", 1, 0.8), rung("y", 2, 0.7)], ["x"]],
    ["without what costs the same and is worse", [rung("x", 1, 0.7), rung("y", 1, 0.8)], ["y"]],
    ["with one of two that are alike in all, by name", [rung("y", 1, 0.8), rung("x", 1, 0.8)], ["x"]],
    [
      "without a rung that is hardly cheaper than a better one",
      [rung("x", 1, 0.7), rung("y", 1.2, 0.8)],
      ["y"],
    ],
    ["without a rung that is hardly better", [rung("x", 1, 0.8), rung("y", 5, 0.805)], ["x"]],
    ["without what has no price", [rung("x", null, 0.8), rung("y", 1, 0.7)], ["y"]],
    ["without what nobody has judged", [rung("x", 0.1, null), rung("y", 1, 0.7)], ["y"]],
    [
      "with a stranger, though another family dominates it, for reviews: the best",
      [rung("x", 1, 0.8), rung("y", 8, 0.95), rung("z", 7, 0.75, "b"), rung("w", 6, 0.5, "b")],
      ["x", "z", "y"],
    ],
    [
      "or the cheapest that is as good as the ladder's middle",
      [
        rung("x", 1, 0.8),
        rung("y", 8, 0.9),
        rung("t", 20, 0.99),
        rung("z", 9, 0.9, "b"),
        rung("w", 50, 0.98, "b"),
      ],
      ["x", "y", "z", "t"],
    ],
    [
      "with a stranger that is dearer than all, if there is no other",
      [rung("x", 1, 0.95), rung("z", 7, 0.75, "b")],
      ["x", "z"],
    ],
    [
      "with a dominated stranger that is so cheap that trying it first pays",
      [rung("x", 1, 0.6), rung("z", 1.5, 0.55, "b"), rung("y", 20, 0.9)],
      ["x", "z", "y"],
    ],
    ["of what costs nothing", [rung("x", 0, 0.5), rung("y", 0, 0.6)], ["y"]],
  ])("%s", (_name, candidates, expected) => check(candidates, expected));

  const many = Array.from({ length: 20 }, (_, at) =>
    rung(String(at).padStart(2, "0"), 2 ** at, 1 - 0.6 * 0.8 ** at),
  );
  test("has at most eight rungs, the bottom and the top among them", () => {
    const ladder = newLadder(many).map(({ tier }) => tier);
    expect(ladder).toHaveLength(8);
    expect([ladder[0], ladder.at(-1)]).toEqual(["00", "19"]);
  });

  const anyRung = fc
    .record({
      tier: fc.string({ minLength: 1, maxLength: 4 }),
      cost: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
      rate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      family: fc.constantFrom("a", "b", "c"),
    })
    .map((one): Kin => ({ ...one, model: one.tier }));
  const anyLadder = fc.uniqueArray(anyRung, { selector: ({ tier }) => tier, maxLength: 30 });

  test("does not depend on the order of its candidates, and is never empty without reason", () => {
    fc.assert(
      fc.property(anyLadder, (candidates) => {
        const ladder = newLadder(candidates);
        expect(newLadder(candidates.toReversed())).toEqual(ladder);
        const usable = candidates.filter(({ cost, rate }) => cost !== null && rate !== null);
        expect(ladder.length > 0).toBe(usable.length > 0);
        const families = (some: readonly Kin[]): number => new Set(some.map(({ family }) => family)).size;
        expect(families(ladder) >= Math.min(2, families(usable))).toBe(true);
        const costs = ladder.map(({ cost }) => cost ?? NaN);
        expect(costs).toEqual(costs.toSorted((a, b) => a - b));
      }),
    );
  });
});
