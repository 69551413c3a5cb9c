import { expect, test } from "vitest";
import { checksSeen } from "../../src/core/checks.ts";
import type { Tried } from "../../src/core/router/terms.ts";

const tried = (seconds: number, cost: number | null = null, kind: Tried["class"] = "C1"): Tried => ({
  class: kind,
  trials: [{ tier: "a", accepted: true, cost: 1, seconds: 1, check: { cost, seconds } }],
});
const many = (count: number, one: Tried): Tried[] => Array.from({ length: count }, () => one);

/** A judge's work on what "a" made is foreseen to cost 0.1 $. */
const check = (seen: readonly Tried[], expected: { seconds: number; times: number }) => {
  const found = checksSeen(seen, "C1", (tier) => (tier === "a" ? 0.1 : null));
  expect(found.seconds).toBeCloseTo(expected.seconds, 6);
  expect(found.times).toBeCloseTo(expected.times, 6);
};

test("nothing seen: no time, and the price that is foreseen", () => check([], { seconds: 0, times: 1 }));
test("the mean of the class", () => check([tried(10), tried(30)], { seconds: 20, times: 1 }));
test("of other classes where the class was not checked yet", () =>
  check([tried(40, 9, "C4")], { seconds: 40, times: 1 }));
test("what was not checked says nothing", () =>
  check([{ class: "C1", trials: [{ tier: "a", accepted: false, cost: 1, seconds: 1 }] }], {
    seconds: 0,
    times: 1,
  }));
test("twice as dear as foreseen: believed slowly", () => {
  check([tried(1, 0.2)], { seconds: 1, times: (0.2 + 0.4) / 0.5 });
  check(many(96, tried(1, 0.2)), { seconds: 1, times: 1.96 });
});
test("what was judged at an unknown price, or not foreseen, says nothing of prices", () =>
  check(
    [
      tried(1, null),
      {
        class: "C1",
        trials: [{ tier: "b", accepted: true, cost: 1, seconds: 1, check: { cost: 5, seconds: 1 } }],
      },
    ],
    { seconds: 1, times: 1 },
  ));
test("the newest hundred count", () =>
  check([...many(500, tried(99)), ...many(100, tried(5))], { seconds: 5, times: 1 }));
