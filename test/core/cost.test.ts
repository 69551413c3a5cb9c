import { describe, expect, test } from "vitest";
import {
  addCall,
  addMoney,
  addTook,
  failedMoney,
  reportedWords,
  saving,
  savingWords,
  spentOrUnknown,
} from "../../src/core/cost.ts";
import type { Event, EventOf } from "../../src/core/event.ts";
import { type Usage, NO_USAGE } from "../../src/core/order.ts";
import { type Money, NO_MONEY } from "../../src/core/state.ts";
import { LADDER, approved, config, done, failedTry, into, order, slice, tier } from "./orders.ts";

/** Dollars per million tokens. */
const PRICES: Record<string, { input: number; output: number }> = {
  top: { input: 15, output: 75 },
  middle: { input: 3, output: 15 },
  small: { input: 0.75, output: 4.5 },
  free: { input: 0, output: 0 },
};
const cost = (model: string, usage: Usage): number | null => {
  const price = PRICES[model];
  return price ? (usage.input * price.input + usage.output * price.output) / 1e6 : null;
};
const USAGE: Usage = { ...NO_USAGE, input: 200_000, output: 30_000 };
const call = (model: string, one: string | null = null): EventOf<"called"> => ({
  type: "called",
  slice: one,
  attempt: one === null ? null : 1,
  role: one === null ? "planner" : "executor",
  tier: tier(model),
  usage: USAGE,
  ms: 1,
  cost: cost(model, USAGE),
  top: cost("top", USAGE),
});
const sum = (...models: [string, number][]): Money =>
  models
    .flatMap(([model, times]) => Array.from({ length: times }, () => call(model)))
    .reduce(addCall, NO_MONEY);

test.each<[string, [string, number][], number | null, number | null]>([
  ["all on the top", [["top", 10]], 52.5, 0],
  [
    "two there, eight in the middle",
    [
      ["top", 2],
      ["middle", 8],
    ],
    18.9,
    0.64,
  ],
  [
    "two there, eight below",
    [
      ["top", 2],
      ["small", 8],
    ],
    12.78,
    0.757,
  ],
  ["nothing", [], 0, null],
  ["free is 0 and known", [["free", 3]], 0, 1],
  ["an unknown price is not 0", [["nobody's", 3]], null, null],
  [
    "what is known is shown beside it",
    [
      ["nobody's", 1],
      ["top", 2],
    ],
    10.5,
    null,
  ],
])("ten turns, %s", (_name, models, spent, saved) => {
  const money = sum(...models);
  const found = spentOrUnknown(money);
  if (spent === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(spent, 6);
  if (saved === null) expect(saving(money)).toBeNull();
  else expect(saving(money)).toBeCloseTo(saved, 3);
});

/** 32.06 against 14.15. The same turns with a cache that is hit for 90 %: a model's first turn writes it all, each later one a tenth of it. */
test.each<[string, [string, number][], number]>([
  ["all on the top", [["top", 10]], 32.055],
  [
    "two there, eight in the middle",
    [
      ["top", 2],
      ["middle", 8],
    ],
    14.148,
  ],
])("ten turns with 90 % cache hits, %s", (_name, models, spent) => {
  const cached = (model: string, turn: number): EventOf<"called"> => {
    const cacheRead = turn === 0 ? 0 : 180_000;
    const usage: Usage = { ...NO_USAGE, cacheRead, cacheWrite: 200_000 - cacheRead, output: 30_000 };
    const { input, output } = PRICES[model] ?? { input: Number.NaN, output: 0 };
    const dollars = usage.cacheRead * input * 0.1 + usage.cacheWrite * input * 1.25 + usage.output * output;
    return { ...call(model), usage, cost: dollars / 1e6 };
  };
  const calls = models.flatMap(([model, times]) =>
    Array.from({ length: times }, (_, turn) => cached(model, turn)),
  );
  expect(calls.reduce(addCall, NO_MONEY).spent).toBeCloseTo(spent, 9);
});

test("the top tier's price is unknown as soon as one call's is", () =>
  expect(addCall(sum(["top", 1]), { ...call("top"), top: null }).top).toBeNull());
test("adding is the same in one go and in parts", () =>
  expect(addMoney(sum(["top", 2]), sum(["nobody's", 1]))).toEqual(sum(["top", 2], ["nobody's", 1])));

describe("folded", () => {
  const ready = approved([slice("01"), slice("02")]);
  const calls = (events: Event[]): Event[] => [...into.executing("01"), ...events];
  test("every call is in the order, its role, its slice and its attempt, once", () => {
    const now = order([...ready, call("top"), ...calls([call("middle", "01"), call("small", "01")])]);
    const state = now.slices[0];
    const spent = [
      now.money,
      now.roles.planner,
      now.roles.executor,
      now.roles.reviewer,
      state?.money,
      state?.attempts[0]?.money,
    ];
    expect(spent.map((money) => Number(money?.spent.toFixed(3)))).toEqual([
      6.585, 5.25, 1.335, 0, 1.335, 1.335,
    ]);
    expect(now.money.calls).toBe(3);
  });
  test("what is odd about a vendor's count is said once", () => {
    const odd = { ...call("top"), odd: "reports no usage." };
    expect(order([...ready, odd, odd, call("top"), { ...odd, odd: "reports fractions." }]).warnings).toEqual([
      "p/top reports no usage.",
      "p/top reports fractions.",
    ]);
  });
  test("what failed is told apart from what landed", () => {
    const failed = order([
      ...ready,
      ...failedTry("01", 1, tier("small", "low")).slice(0, 2),
      call("top", "01"),
      ...failedTry("01", 1, tier("small", "low")).slice(2),
    ]);
    expect(failedMoney(failed).spent).toBeCloseTo(5.25);
    const [first, second, ...rest] = done("01");
    const landed = order([...ready, first as Event, second as Event, call("top", "01"), ...rest]);
    expect(failedMoney(landed).spent).toBe(0);
  });
});

test("money by role and model: who plans and who reviews is told apart, on the same model, too", () => {
  const asked = (role: EventOf<"called">["role"], model: string): Event => ({ ...call(model, "01"), role });
  const { models, money } = order([
    ...approved([slice("01")]),
    ...into.executing("01"),
    ...[asked("planner", "top"), asked("reviewer", "top"), asked("reviewer", "middle")],
    ...[asked("executor", "small"), asked("executor", "nobody's"), asked("executor", "small")],
  ]);
  const spent = (role: keyof typeof models) =>
    Object.entries(models[role]).map(([name, one]) => [name, one.calls, spentOrUnknown(one)]);
  expect(spent("planner")).toEqual([["p/top", 1, 5.25]]);
  expect(spent("reviewer")).toEqual([
    ["p/top", 1, 5.25],
    ["p/middle", 1, 1.05],
  ]);
  expect(spent("executor")).toEqual([
    ["p/small", 2, 0.57],
    ["p/nobody's", 1, null],
  ]);
  const all = Object.values(models).flatMap((of) => Object.values(of));
  expect(all.reduce(addMoney, NO_MONEY)).toEqual(money);
});

test.each<[string, Partial<Money>, string]>([
  ["none", { reported: 0, calls: 3 }, ""],
  ["all", { reported: 3, calls: 3 }, "Costs are as reported by the provider."],
  ["all that have any", { reported: 2, calls: 3, unpriced: 1 }, "Costs are as reported by the provider."],
  [
    "some",
    { reported: 2, calls: 3 },
    "The cost of 2 of 3 calls is as reported by the provider; the rest is reckoned from tokens and prices.",
  ],
])("%s is as the provider reported", (_name, money, words) =>
  expect(reportedWords({ ...NO_MONEY, ...money })).toBe(words),
);

test("the saving names the top tier each call was reckoned on, not the one of now", () => {
  const shorter: Event = { type: "configured", config: config({ tiers: LADDER.slice(0, 2) }) };
  const before = [...approved([slice("01")]), call("small")];
  expect(order(approved([slice("01")])).tops).toEqual([]);
  expect(order([...before, call("middle"), shorter]).tops).toEqual(["p/huge@high"]);
  const { money, tops } = order([...before, shorter, { ...call("small"), top: 1 }, call("small")]);
  expect(tops).toEqual(["p/huge@high", "p/middle@low"]);
  expect(savingWords(money, tops)).toBe(
    "The same tokens of all 3 calls, cached ones as they were cached, at the prices of the top tier of the time (p/huge@high, then p/middle@low): $11.50 against $0.85.",
  );
  expect(savingWords(money, tops.slice(0, 1))).toContain(", at the prices of p/huge@high: $11.50 against");
  expect(savingWords({ ...money, top: null }, tops)).toBe(
    "What the same tokens would have cost on p/huge@high, then p/middle@low is unknown: not every price is.",
  );
});

test.each<[string, number, number | undefined, number]>([
  ["none", 100_000, undefined, 100_000],
  ["a rate limit's wait says nothing of a model's speed", 1_000_000, 900_000, 100_000],
  ["a short one neither", 30_000, 20_000, 10_000],
  ["a clock that jumped", 9_000_000, undefined, 1_800_000],
  ["a long wait before a long call", 3_000_000, 1_000_000, 1_800_000],
  ["a clock that was set back meanwhile", 0, 900_000, 0],
])("time of a call: %s", (_name, ms, waitedMs, expected) =>
  expect(addTook({ dollars: 0, unpriced: 0, ms: 0 }, { ...call("small", "01"), ms, waitedMs }).ms).toBe(
    expected,
  ),
);
