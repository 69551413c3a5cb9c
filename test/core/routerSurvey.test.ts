/** A ladder chosen from a survey: few rungs that climb well together, and no luck taken for quality. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeLadder } from "../../src/core/router/ladder.ts";
import { believe, emptyPast } from "../../src/core/router/past.ts";
import { decide } from "../../src/core/router/decide.ts";
import { type Surveyed, chooseLadder } from "../../src/core/router/survey.ts";
import type { Rung, Verifier } from "../../src/core/router/terms.ts";
import { verifierAt, verifiersOf } from "../../src/core/router/verifiers.ts";
import { WEIGHTS, priced } from "../../src/core/router/policy.ts";
import { knownSlices, seeded } from "../bench/router/generate.ts";
import { parseCsv } from "../bench/router/table.ts";

const ONCE: Verifier = { falseAccept: 0.05, falseReject: 0.05, cost: 0, seconds: 0 };

const rung = (tier: string, cost: number | null, rate: number | null = null): Rung => ({
  tier,
  model: tier.split("@")[0] ?? tier,
  cost,
  seconds: null,
  rate,
});

/** Tiers of these abilities and prices on the same slices, which are hard for all of them alike. */
function surveyOf(tiers: readonly [string, number, number][], slices = 300, seed = 1): Surveyed[] {
  const known = tiers.map(([name, ability, dollars]) => ({
    name,
    ability,
    right: dollars,
    wrong: 1.6 * dollars,
  }));
  const made = knownSlices(seed, known, 2, slices);
  return known.map(({ name, right, wrong }, at) => ({
    rung: rung(name, right),
    tries: made.map((slice) => ({
      right: slice.right[at] === true,
      cost: slice.right[at] === true ? right : wrong,
    })),
  }));
}

const chosen = (surveyed: Surveyed[], verifierOf: (place: number) => Verifier = () => ONCE): string[] =>
  chooseLadder(surveyed, verifierOf).map(({ tier }) => tier);

describe("a ladder from a survey", () => {
  test("cheap ones first, the best single tier on top, what is useless or overpriced left out", () => {
    const rungs = chosen(
      surveyOf([
        ["useless", -8, 0.01],
        ["small", 0.6, 0.03],
        ["small too", 0.5, 0.04],
        ["overpriced", 0.4, 0.9],
        ["large", 2.4, 0.7],
      ]),
    );
    expect(rungs).toEqual(["small", "small too", "large"]);
  });
  test("alike prices and abilities, one tier, and none", () => {
    expect(chosen(surveyOf([["a", 1, 0.5]]))).toEqual(["a"]);
    expect(chosen([])).toEqual([]);
    const same = chosen(
      surveyOf([
        ["a", 1, 0.5],
        ["b", 1, 0.5],
        ["c", 1, 0.5],
      ]),
    );
    expect(same.length).toBeGreaterThan(0);
    expect(same.length).toBeLessThanOrEqual(4);
  });
  test("what has no price or was tried on nothing is left out; gaps are no failures", () => {
    const survey = surveyOf([
      ["small", 0.6, 0.03],
      ["large", 2.4, 0.7],
    ]);
    const free = (one: Surveyed, tier: string): Surveyed => ({
      rung: rung(tier, null),
      tries: one.tries.map((tried) => tried && { ...tried, cost: null }),
    });
    const untried = { rung: rung("untried", 0.1), tries: survey[0]?.tries.map(() => null) ?? [] };
    const more = survey.flatMap((one) => [one, free(one, `${one.rung.tier}, free`)]);
    expect(chosen([...more, untried])).toEqual(["small", "large"]);
    const random = seeded(5);
    const gaps = survey.map((one) => ({
      ...one,
      tries: one.tries.map((tried) => (random() < 0.3 ? null : tried)),
    }));
    expect(chosen(gaps)).toEqual(["small", "large"]);
  });
  test("the luckiest of many alike small ones is not taken for a large one", () => {
    // 20 tiers that are all the same by truth, on few slices, beside one that is better and dearer.
    const many = Array.from({ length: 20 }, (_, at): [string, number, number] => [`s${at}`, 0, 0.05]);
    const rungs = chooseLadder(surveyOf([...many, ["large", 3, 0.3]], 60, 3), () => ONCE);
    expect(rungs.at(-1)?.tier).toBe("large");
    for (const { rate } of rungs.slice(0, -1)) expect(rate).toBeLessThan(0.7);
  });
  test("where the lowest two are checked twice, less slips through on the way", () => {
    const survey = surveyOf([
      ["small", 0.6, 0.03],
      ["small too", 0.5, 0.04],
      ["middle", 1.6, 0.25],
      ["large", 2.4, 0.7],
    ]);
    const second = { cost: 0.02, seconds: 1, correlation: 0.3 };
    const wrong = (check: typeof second | null): number => {
      const ladder = chooseLadder(survey, (place) => verifierAt(place, ONCE, check));
      const verifiers = verifiersOf(ladder, ONCE, check);
      const belief = believe("C2", ladder, emptyPast(), verifiers);
      const made = decide({ ladder, belief, verifiers, policy: "balanced", failed: [] });
      return made.alternatives.find(({ tier }) => tier === made.tier)?.wrong ?? NaN;
    };
    expect(wrong(second)).toBeLessThan(0.6 * wrong(null));
  });
});

describe("the price of a wrong slice", () => {
  const [lowest = 0] = WEIGHTS.balanced.wrong;
  const check = (surest: number, wrongAt: (price: number) => number, expected: number) =>
    expect(
      priced("balanced", { right: 0.75, falseAccept: 0.05, surest }, (price) => ({ wrong: wrongAt(price) }))
        .wrong,
    ).toBe(expected);
  // What the best tier alone lets through is 0.0125; 1.5 times that is 0.01875.
  test("stays the lowest while its share is within bounds", () => check(0.01, () => 0.018, lowest));
  test("is raised until it is", () => check(0.01, (price) => (price < 16 ? 0.03 : 0.015), 16));
  test("stays the lowest where none would do", () => check(0.01, () => 0.03, lowest));
  test("stays the lowest where no rung has a better check", () =>
    check(0.05, (price) => (price < 16 ? 0.03 : 0.015), lowest));
});

const AIDER = new URL("../../../shared/data/aider_polyglot.csv", import.meta.url);

describe.skipIf(!existsSync(AIDER))("beside a real table of aggregates", () => {
  const [head = [], ...rows] = existsSync(AIDER) ? parseCsv(readFileSync(AIDER, "utf8")) : [];
  const models = rows.flatMap((fields) => {
    const of = (name: string): string => fields[head.indexOf(name)] ?? "";
    const [cost, rate] = [Number(of("total_cost")) / 225, Number(of("pass_rate_2")) / 100];
    return cost > 0 && rate > 0 ? [{ tier: of("model"), model: of("model"), cost, rate }] : [];
  });
  const ladder = makeLadder(models.filter(({ rate }) => rate > 0.4));
  test("priors from the place on a ladder are near what its tiers really get right", () => {
    expect(ladder.length).toBeGreaterThan(3);
    const rungs = ladder.map(({ tier, cost }) => rung(tier, cost));
    const verifiers = rungs.map(() => ONCE);
    const belief = believe("C2", rungs, emptyPast(), verifiers);
    const made = decide({ ladder: rungs, belief, verifiers, policy: "balanced", failed: [] });
    const off = ladder.map(({ tier, rate }) =>
      Math.abs((made.alternatives.find((one) => one.tier === tier)?.right ?? NaN) - (rate ?? NaN)),
    );
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(0.12);
    // A cheap one first, on so wide a spread of prices.
    const place = ladder.findIndex(({ tier }) => tier === made.tier);
    expect(place).toBeLessThan(ladder.length / 2);
  });
});
