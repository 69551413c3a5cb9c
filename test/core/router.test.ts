import { describe, expect, test } from "vitest";
import { decide, replay, type Question } from "../../src/core/router/decide.ts";
import { type Candidate, makeLadder, rightAfter } from "../../src/core/router/ladder.ts";
import { believe, emptyPast, fold, resultOf } from "../../src/core/router/past.ts";
import { calibration, predict } from "../../src/core/router/predict.ts";
import type { Failure, Rung, Tried, Verifier } from "../../src/core/router/terms.ts";
import { checkedTwice, verifiersOf } from "../../src/core/router/verifiers.ts";
import { WEIGHTS } from "../../src/core/router/policy.ts";
import { POLICIES } from "../../src/core/settings.ts";
import { seeded } from "../bench/router/generate.ts";

const PERFECT: Verifier = { falseAccept: 0, falseReject: 0, cost: 0, seconds: 0 };
const ONCE: Verifier = { falseAccept: 0.05, falseReject: 0.05, cost: 0, seconds: 0 };

const rung = (tier: string, cost: number | null, rate: number | null = null): Rung => ({
  tier,
  model: tier.split("@")[0] ?? tier,
  cost,
  seconds: cost === null ? null : 100 * cost,
  rate,
});

const USUAL = [rung("small", 0.03, 0.6), rung("middle", 0.25, 0.7), rung("large", 0.7, 0.76)];

function ask(ladder: readonly Rung[], more: Partial<Question> & { past?: readonly Tried[] } = {}) {
  const { past = [], ...rest } = more;
  const verifiers = rest.verifiers ?? verifiersOf(ladder, ONCE, null);
  const belief = rest.belief ?? believe("C2", ladder, fold(past), verifiers);
  return decide({ ladder, belief, verifiers, policy: "balanced", failed: [], ...rest });
}

const failure = (tier: string, result: Failure["result"] = "usual"): Failure => ({ tier, result });
const slice = (tier: string, accepted: boolean, cost: number | null = null): Tried => ({
  class: "C2",
  trials: [{ tier, accepted, cost, seconds: null }],
});
const times = (n: number, one: Tried): Tried[] => Array.from({ length: n }, () => one);

describe("a decision", () => {
  test("starts cheap only where that pays: (c₁ + v) / c₂ < a₁", () => {
    const check = (cost: number, expected: string) =>
      expect(ask([rung("small", cost, 0.3), rung("large", 0.7, 0.76)], { policy: "economy" }).tier).toBe(
        expected,
      );
    check(0.02, "small");
    check(0.68, "large");
  });
  test("expects E(t) = c + v + w·L + (1 - a)·E(next), at its simplest by hand", () => {
    const verifier = { falseAccept: 0.1, falseReject: 0, cost: 0.5, seconds: 0 };
    const made = ask([rung("only", 1, 0.6)], { verifiers: [verifier] });
    const [one] = made.alternatives;
    const believed = made.question.belief.tiers[0]?.cost;
    if (!one || !believed) throw new Error("no alternative");
    const accept = one.right + (1 - one.right) * 0.1;
    const top = (believed.accepted + believed.rejected) / 2;
    const attempt = accept * believed.accepted + (1 - accept) * believed.rejected + 0.5;
    expect(one.attempt).toBeCloseTo(attempt, 12);
    expect(one.wrong).toBeCloseTo((1 - one.right) * 0.1, 12);
    expect(made.beyond).toBeCloseTo(WEIGHTS.balanced.beyond * top, 12);
    expect(one.expected).toBeCloseTo(
      attempt + (one.wrong * (WEIGHTS.balanced.wrong[0] ?? 0) + (1 - accept) * WEIGHTS.balanced.beyond) * top,
      12,
    );
  });
  test("shares of all ends are one, and their mean is the cost", () => {
    const { ends, alternatives } = ask(USUAL);
    expect(ends.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(ends.reduce((sum, { share, cost }) => sum + share * cost, 0)).toBeCloseTo(
      alternatives[0]?.cost ?? 0,
      9,
    );
  });
  test("made again from what was logged is the same, and a change is seen", () => {
    for (const policy of POLICIES) {
      const made = ask(USUAL, { policy, past: times(20, slice("small", false, 0.05)) });
      const logged = JSON.parse(JSON.stringify(made)) as typeof made;
      expect(replay(logged)).toBe(true);
      expect(replay({ ...logged, tier: "another" })).toBe(false);
    }
  });
  test("quality pays for more to come out right than economy does", () => {
    const lessons = Array.from({ length: 100 }, (_, at): Tried => {
      const of = (tier: string, accepted: boolean) => ({ tier, accepted, cost: null, seconds: null });
      return {
        class: "C2",
        trials: [of("small", at % 20 < 12), of("middle", at % 20 < 12), of("large", at % 20 < 14)],
      };
    });
    const [least, most] = (["economy", "quality"] as const).map(
      (policy) => ask(USUAL, { policy, past: lessons }).alternatives[0],
    );
    expect(most?.resolved ?? 0).toBeGreaterThan(least?.resolved ?? 1);
  });
  test("what is little known is tried when it may well be the least", () => {
    const past = times(300, slice("large", true, 0.7));
    const made = ask([rung("new", 0.3), rung("large", 0.7)], { past });
    expect(made.tier).toBe("new");
    expect(made.why).toMatch(/not tried here yet/);
  });
  test("speed counts seconds instead of dollars", () => {
    const ladder = [
      { ...rung("slow", 0.01, 0.7), seconds: 5000 },
      { ...rung("fast", 1, 0.72), seconds: 20 },
    ];
    expect(ask(ladder).tier).toBe("slow");
    expect(ask(ladder, { policy: "speed" }).tier).toBe("fast");
  });
});

test.each<[number, string]>([
  [0, "$0 expected"],
  [1e-7, "less than $0.0001 expected"],
  [0.004, "$0.004 expected"],
  [0.25, "$0.25 expected"],
  [130, "$130.51 expected"],
])("an attempt of %d dollars that is always right: %s until done", (cost, words) =>
  expect(ask([{ ...rung("only", cost), rate: 1 }], { verifiers: [PERFECT] }).why).toContain(words),
);

describe("climbing", () => {
  const rungs = ["a@low", "a@medium", "a@high", "b", "c", "d"].map((tier, at) => ({
    ...rung(tier, 0.01 * 4 ** at),
    ...(tier.startsWith("a") && { effort: at }),
  }));
  const check = (failed: string[], expected: string[], ladder: readonly Rung[] = rungs, doubted?: number) =>
    expect(
      ask(ladder, {
        ...(doubted && { doubted }),
        policy: "quality",
        failed: failed.map((tier) => failure(tier)),
      })
        .alternatives.map(({ tier }) => tier)
        .toSorted(),
    ).toEqual(expected);
  test("same model once with more effort, then other models, three models in all", () => {
    check(["a@low"], ["a@high", "a@medium"]);
    check(["a@low", "a@medium"], ["b", "c", "d"]);
    check(["a@low", "b"], ["c", "d"]);
    check(["a@low", "b", "c"], []);
    check(["d"], []);
  });
  test("what the ladder does not name is only raised to, and goes behind what it names", () => {
    const unnamed = (...tiers: string[]): Rung[] =>
      rungs.map((one) => (tiers.includes(one.tier) ? { ...one, unnamed: true } : one));
    check([], ["a@low", "b", "c", "d"], unnamed("a@medium", "a@high"));
    check(["a@low"], ["a@medium"], unnamed("a@medium", "a@high"));
    check(["a@low"], ["a@high"], unnamed("a@medium"));
  });
  test("an effort nobody knows is not raised", () => {
    const unknown = rungs.map(({ effort: _, ...one }) => one);
    check(["a@low"], ["b", "c", "d"], unknown);
  });
  test("a plan that is doubted is not climbed further", () => {
    check(["a@low", "a@high"], ["b", "c", "d"], rungs, 2);
    check(["a@low", "b"], [], rungs, 2);
  });
  test("a ladder used up, or not worth going on with, means replan or ask, and says so", () => {
    expect(ask(USUAL, { failed: [failure("large")] })).toMatchObject({ tier: null, then: [] });
    const hopeless = times(60, {
      class: "C2",
      trials: ["small", "large"].map((tier) => ({ tier, accepted: false, cost: 1, seconds: 1 })),
    });
    const made = ask(USUAL, {
      past: hopeless,
      failed: [failure("small"), failure("middle")],
      policy: "economy",
    });
    expect(made.tier).toBeNull();
    expect(made.why).toMatch(
      /^small and middle failed, and large would get \d+ % of such slices right: replan or ask$/,
    );
  });
  test("what failed makes the next tier less likely to be right; long failures more so, once lengths are known to tell", () => {
    const right = (failed: Failure[], past: Tried[] = []) =>
      ask(USUAL, { failed, past }).alternatives.find(({ tier }) => tier === "large")?.right ?? NaN;
    expect(right([failure("small")])).toBeLessThan(right([]));
    expect(right([failure("small"), failure("middle")])).toBeLessThan(right([failure("small")]));
    const told = Array.from({ length: 200 }, (_, at): Tried => {
      const hard = at % 2 === 0;
      const of = (tier: string, accepted: boolean, cost: number) => ({ tier, accepted, cost, seconds: null });
      return {
        class: "C2",
        trials: [of("small", false, hard ? 0.1 : 0.02), of("middle", !hard, 0.3), of("large", !hard, 0.7)],
      };
    });
    expect(right([failure("small", "long")], told)).toBeLessThan(
      0.7 * right([failure("small", "short")], told),
    );
  });
  test("pairs are learned: a tier that never solves what another failed is left out after it", () => {
    const pair = (tier: string, accepted: boolean) => ({ tier, accepted, cost: null, seconds: null });
    const past = Array.from({ length: 150 }, (_, at): Tried[] => [
      { class: "C2", trials: [pair("small", at % 5 < 3)] },
      { class: "C2", trials: [pair("middle", at % 5 < 4)] },
      { class: "C2", trials: [pair("small", false), pair("middle", false), pair("large", at % 2 === 0)] },
    ]).flat();
    expect(ask(USUAL, { past, failed: [failure("small")] }).tier).toBe("large");
  });
});

describe("learning", () => {
  test("verdicts move what is believed, and the verifier's errors are taken out", () => {
    const past = Array.from({ length: 100 }, (_, at) => slice("small", at % 10 < 7));
    const made = ask([rung("small", 0.1)], { past });
    // 0.7 = p · 0.95 + (1 - p) · 0.05 at p = 0.722
    expect(made.alternatives[0]?.right).toBeGreaterThan(0.68);
    expect(made.alternatives[0]?.right).toBeLessThan(0.77);
  });
  test("what other classes showed counts a little", () => {
    const other = times(50, { ...slice("small", false), class: "C1" as const });
    const right = (past: Tried[]) => ask([rung("small", 0.1)], { past }).alternatives[0]?.right ?? NaN;
    expect(right(other)).toBeLessThan(right([]));
    expect(right(times(50, slice("small", false)))).toBeLessThan(right(other));
  });
  test("harder classes are expected to go worse", () => {
    const right = (["C1", "C2", "C3", "C4"] as const).map(
      (kind) =>
        ask(USUAL, {
          belief: believe(kind, [rung("small", 0.1)], emptyPast(), [ONCE]),
          ladder: [rung("small", 0.1)],
        }).alternatives[0]?.right ?? NaN,
    );
    expect(right).toEqual(right.toSorted((a, b) => b - a));
  });
  test("costs are learned from what was spent, accepted and rejected apart", () => {
    const past = [...times(50, slice("small", true, 2)), ...times(50, slice("small", false, 5))];
    const { cost } = believe("C2", [rung("small", 1)], fold(past), [ONCE]).tiers[0] ?? {};
    expect(cost?.accepted).toBeCloseTo(2, 0);
    expect(cost?.rejected).toBeCloseTo(5, 0);
  });
  test("a rejected attempt is short or long beside what is usual", () => {
    const check = (cost: number | null, expected: string) =>
      expect(resultOf({ tier: "a", accepted: false, cost, seconds: null }, { cost: 1, seconds: null })).toBe(
        expected,
      );
    check(0.5, "short");
    check(1, "usual");
    check(1.5, "long");
    check(null, "usual");
    check(-1, "usual");
  });
  test("old slices fade, and folding in parts is folding at once", () => {
    const all = [...times(300, slice("small", false, 1)), ...times(300, slice("small", true, 1))];
    const believed = (past: Tried[]) => believe("C2", [rung("small", 1)], fold(past), [ONCE]).tiers[0];
    expect(believed(all)?.ability).toBeGreaterThan(believed(all.toReversed())?.ability ?? NaN);
    const parts = fold(all.slice(100), fold(all.slice(0, 100)));
    const at = (past: ReturnType<typeof fold>) =>
      believe("C2", [rung("small", 1)], past, [ONCE]).tiers[0]?.ability ?? NaN;
    expect(at(parts)).toBeCloseTo(at(fold(all)), 9);
  });
});

describe("bad input is safe", () => {
  const isFinite = (made: ReturnType<typeof ask>) =>
    expect(
      made.alternatives.every(({ expected, right }) => Number.isFinite(expected) && right >= 0 && right <= 1),
    ).toBe(true);
  test("no tier", () =>
    expect(ask([])).toMatchObject({ tier: null, why: "no tier is configured: add one to slicewise.tiers" }));
  test("one tier", () => expect(ask([rung("only", 1)]).tier).toBe("only"));
  test("equal prices: the better one first", () =>
    expect(ask([rung("a", 0.5, 0.5), rung("b", 0.5, 0.8)]).tier).toBe("b"));
  test("nothing costs anything: the best one first", () => {
    const made = ask([rung("a", 0, 0.5), rung("b", 0, 0.8)]);
    isFinite(made);
    expect(made.tier).not.toBeNull();
  });
  test("a model that was removed: what it did is left out, also of this slice", () => {
    const made = ask(USUAL, { past: times(30, slice("gone", false, 1)), failed: [failure("gone")] });
    isFinite(made);
    expect(made.tier).not.toBeNull();
  });
  test("an unknown price is unknown, never 0: the place on the ladder decides, and it is said", () => {
    const made = ask([rung("a", null), rung("b", null), rung("c", null)]);
    isFinite(made);
    expect(made.tier).toBe("a");
    expect(made.alternatives.map(({ cost }) => cost)).toEqual([null, null, null]);
    expect(made.why).toContain("price of a and b and c unknown: ranked by its place on the ladder");
    expect(predict([made], "cost")).toBeNull();
  });
  test("one unknown price among known ones takes nothing from the others", () => {
    const made = ask([rung("a", 0.1, 0.6), rung("b", null, 0.7), rung("c", 1, 0.8)]);
    expect(made.alternatives.find(({ tier }) => tier === "c")?.cost).toBeGreaterThan(0);
    expect(made.alternatives.find(({ tier }) => tier === "b")?.cost).toBeNull();
  });
  test("negative, absent and endless amounts are unknown, and do not spoil what is known", () => {
    const past = [-1, NaN, Infinity, null].flatMap((cost) => times(5, slice("small", false, cost)));
    const { cost } = believe("C2", [rung("small", 1)], fold(past), [ONCE]).tiers[0] ?? {};
    expect(cost).toMatchObject({ n: 0 });
    expect(believe("C2", [rung("small", -1)], fold(past), [ONCE]).tiers[0]?.cost).toBeNull();
    isFinite(ask(USUAL, { past }));
  });
  test("any past at all", () => {
    const random = seeded(4);
    const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    for (let round = 0; round < 60; round += 1) {
      const trial = () => ({
        tier: any(["small", "middle", "large", "gone", ""]),
        accepted: random() < 0.5,
        cost: any([null, 0, 0.1, 1e9, -3, NaN]),
        seconds: any([null, 0, 60, -1]),
      });
      const past = Array.from({ length: Math.floor(random() * 40) }, (): Tried => ({
        class: any(["C1", "C2", "C3", "C4"]),
        trials: Array.from({ length: Math.floor(random() * 5) }, trial),
      }));
      const made = ask(USUAL, {
        past,
        policy: any(POLICIES),
        failed: any([[], [failure("small", any(["short", "long"]))]]),
      });
      isFinite(made);
      expect(replay(JSON.parse(JSON.stringify(made)) as typeof made)).toBe(true);
    }
  });
});

describe("two checks", () => {
  test("errors that go together 0.3 of the way", () => {
    const twice = checkedTwice(ONCE, { cost: 0.02, seconds: 3, correlation: 0.3 });
    expect(twice.falseAccept).toBeCloseTo(0.05 ** 2 + 0.3 * 0.05 * 0.95, 12);
    expect(twice.falseReject).toBeCloseTo(1 - (0.95 ** 2 + 0.3 * 0.05 * 0.95), 12);
    expect(twice).toMatchObject({ cost: 0.02, seconds: 3 });
  });
  test("only the two lowest rungs have them", () =>
    expect(verifiersOf(USUAL, ONCE, { cost: 1, seconds: 0, correlation: 0 }).map(({ cost }) => cost)).toEqual(
      [1, 1, 0],
    ));
});

describe("a ladder of candidates", () => {
  const one = (tier: string, cost: number | null, rate: number | null): Candidate => ({
    tier,
    model: tier.split("@")[0] ?? "",
    cost,
    rate,
  });
  const check = (candidates: Candidate[], expected: string[]) =>
    expect(makeLadder(candidates).map(({ tier }) => tier)).toEqual(expected);
  test("cheapest first, dominated rungs left out", () => {
    check(
      [one("c", 1, 0.8), one("a", 0.1, 0.5), one("b", 0.4, 0.7), one("worse", 0.9, 0.6)],
      ["a", "b", "c"],
    );
    check([one("a", 1, 0.5), one("b", 1, 0.8)], ["b"]);
    check([], []);
  });
  test("efforts of one model stand where their price puts them", () =>
    check([one("a@high", 0.3, 0.7), one("b", 0.5, 0.8), one("a@low", 0.1, 0.5)], ["a@low", "a@high", "b"]));
  test("a second cheap model stays when trying it before the dear one pays", () => {
    check([one("a", 0.03, 0.6), one("b", 0.04, 0.58), one("c", 0.7, 0.75)], ["a", "b", "c"]);
    check([one("a", 0.03, 0.6), one("b", 0.4, 0.58), one("c", 0.7, 0.75)], ["a", "c"]);
    check([one("a@low", 0.03, 0.6), one("a@high", 0.04, 0.58), one("c", 0.7, 0.75)], ["a@low", "c"]);
  });
  test("what has no price keeps its place among those before it", () =>
    check([one("a", 0.1, 0.5), one("local", null, null), one("b", 0.4, 0.7)], ["a", "local", "b"]));
  test("after a failure the next is right less often, and still now and then", () => {
    expect(rightAfter(0.6, 0.6)).toBeGreaterThan(0.15);
    expect(rightAfter(0.6, 0.6)).toBeLessThan(0.4);
  });
});

describe("predictions", () => {
  test("of an order lie relatively closer than those of a slice", () => {
    const made = ask(USUAL, { past: times(200, slice("small", true, 0.03)) });
    const width = (n: number) => {
      const predicted = predict(
        Array.from({ length: n }, () => made),
        "cost",
      );
      if (!predicted) throw new Error("no prediction");
      expect(predicted.low).toBeLessThan(predicted.expected);
      expect(predicted.high).toBeGreaterThan(predicted.expected);
      return (predicted.high - predicted.low) / predicted.expected;
    };
    expect(width(40)).toBeLessThan(0.6 * width(2));
  });
  test("an interval holds what is expected, also where a rare dear end draws it up", () => {
    const cheap = [rung("small", 0.001, 0.93), rung("large", 1, 0.95)];
    const predicted = predict([ask(cheap)], "cost");
    expect(predicted?.expected).toBeGreaterThan(0.01);
    expect(predicted?.low).toBeLessThanOrEqual(predicted?.expected ?? 0);
    expect(predicted?.high).toBeGreaterThanOrEqual(predicted?.expected ?? Infinity);
  });
  test("nothing to predict, and no tier", () => {
    expect(predict([], "cost")).toBeNull();
    expect(predict([ask([])], "cost")).toBeNull();
  });
  test("calibration is the share inside and spent over predicted", () => {
    const predicted = { expected: 2, low: 1, high: 3 };
    expect(calibration([1, 2, 5].map((spent) => ({ predicted, spent })))).toEqual({
      n: 3,
      inside: 2 / 3,
      ratio: 8 / 6,
    });
    expect(calibration([{ predicted, spent: NaN }])).toBeNull();
  });
});
