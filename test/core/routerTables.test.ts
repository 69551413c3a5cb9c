/** The generated tables have the marginals of the public one, and what could be reached on a table is reckoned right. */
import { describe, expect, test } from "vitest";
import type { Verifier } from "../../src/core/router/terms.ts";
import { attainable } from "../bench/router/attainable.ts";
import { PUBLIC, leaderboard } from "../bench/router/generate.ts";
import { type Instance, type Outcome, instancesOf } from "../bench/router/table.ts";

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe("a table like the public one", () => {
  const outcomes = leaderboard(77, PUBLIC, 6000);
  const instances = instancesOf(outcomes);
  const [frontier = "", cheap = "", cheapToo = ""] = ["a, largest", "f, thinking", "c, small"];
  const alone = mean(instances.map(({ tries }) => tries.get(frontier)?.cost ?? 0));
  /** What a climb resolves and costs when every failure is seen, and how much of what it is left with its last tier solves. */
  function climb(tiers: readonly string[]): { resolved: number; cost: number; last: number } {
    let [resolved, cost, left, last] = [0, 0, 0, 0];
    for (const { tries } of instances) {
      const made = tiers.map((tier) => tries.get(tier));
      const first = made.findIndex((one) => one?.resolved);
      const tried = first < 0 ? made : made.slice(0, first + 1);
      cost += tried.reduce((sum, one) => sum + (one?.cost ?? 0), 0);
      if (first >= 0) resolved += 1;
      if (tried.length === tiers.length) left += 1;
      if (first === tiers.length - 1) last += 1;
    }
    return {
      resolved: resolved / instances.length,
      cost: cost / instances.length / alone,
      last: last / left,
    };
  }
  const near = (value: number, published: number, by: number) =>
    expect(Math.abs(value - published)).toBeLessThanOrEqual(by);

  test("every model solves exactly its share", () => {
    for (const { model, rate } of PUBLIC) {
      const solved = outcomes.filter((one) => one.model === model && one.resolved).length;
      expect(solved).toBe(Math.round(rate * 6000));
    }
  });
  test("all of them together 87.2 %, at a tenth of the best one's cost", () => {
    const least = instances.flatMap(({ tries }) => {
      const costs = [...tries.values()].flatMap(({ resolved, cost }) =>
        resolved && cost !== null ? [cost] : [],
      );
      return costs.length > 0 ? [Math.min(...costs)] : [];
    });
    near(least.length / 6000, 0.872, 0.015);
    near(least.reduce((sum, cost) => sum + cost, 0) / 6000 / alone, 0.1, 0.03);
  });
  test("cheap, cheap, frontier 79.4 % at 0.49; the last solves 28 % of what is left", () => {
    const { resolved, cost, last } = climb([cheap, cheapToo, frontier]);
    near(resolved, 0.794, 0.015);
    near(cost, 0.49, 0.03);
    near(last, 0.28, 0.03);
  });
  test("cheap, middle, frontier 78.8 % at 0.67", () => {
    const { resolved, cost } = climb([cheapToo, "c, middle (high)", frontier]);
    near(resolved, 0.788, 0.015);
    near(cost, 0.67, 0.03);
  });
  test("failed attempts cost 1.4 to 1.8 times what solved ones do", () => {
    for (const { model } of PUBLIC) {
      const of = (resolved: boolean): number =>
        mean(
          outcomes.flatMap((one) =>
            one.model === model && one.resolved === resolved ? [one.cost ?? 0] : [],
          ),
        );
      expect(of(false) / of(true)).toBeGreaterThan(1.4);
      expect(of(false) / of(true)).toBeLessThan(1.8);
    }
  });
});

describe("the cheapest climb with hindsight", () => {
  const PERFECT: Verifier = { falseAccept: 0, falseReject: 0, cost: 0, seconds: 0 };
  const outcome = (instance: number, model: string, resolved: boolean): Outcome => ({
    suite: "s",
    instance: String(instance),
    model,
    effort: "",
    resolved,
    cost: { small: 1, middle: 3, large: 10 }[model] ?? 0,
    steps: null,
  });
  // Small solves the first of four, middle the first two, large the last two.
  const instances = instancesOf(
    [0, 1, 2, 3].flatMap((at) => [
      outcome(at, "small", at === 0),
      outcome(at, "middle", at < 2),
      outcome(at, "large", at > 1),
    ]),
  );
  const costOf = ({ tries }: Instance, tier: string): number => tries.get(tier)?.cost ?? 0;
  const check = (asked: number, expected: number, verifier = PERFECT, wrong = Infinity) =>
    expect(
      attainable(instances, ["small", "middle", "large"], () => verifier, costOf, { resolved: asked, wrong }),
    ).toBeCloseTo(expected, 10);
  test("one tier where it is enough", () => check(0.25, 1));
  test("the dearer one alone, when going over the cheap one costs more", () => check(0.5, 3));
  test("each on what is left; what only costs is left out", () => check(1, 3 + (2 * 10) / 4));
  test("a check of its own is paid at every try", () => check(0.25, 1.5, { ...PERFECT, cost: 0.5 }));
  test("nothing, when no climb gets there", () => check(1.01, Infinity));
  test("what slips through is bounded", () => {
    const leaky = { ...PERFECT, falseAccept: 0.5 };
    // Small lets through half of its three failures: 0.375.
    check(0.25, 1, leaky, 0.4);
    check(0.25, 3, leaky, 0.3);
    check(0.25, Infinity, leaky, 0.2);
  });
});
