import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choose, decideOn, rerunTier, triesOf } from "../../src/core/choose.ts";
import type { Effort, Fault, Tier } from "../../src/core/order.ts";
import { tierName } from "../../src/core/order.ts";
import { higher, isLowTier, mayFollow, wholeLadder } from "../../src/core/route.ts";
import { type Config, POLICIES } from "../../src/core/settings.ts";
import { type SliceState, type WorkOrder, sliceOf } from "../../src/core/state.ts";
import {
  LADDER,
  approved,
  attempted,
  config,
  failedTry,
  faulted,
  order,
  routed,
  slice,
  tier,
} from "./orders.ts";

const name = (one: Tier | null | undefined): string | null => (one ? tierName(one).replace("p/", "") : null);
const ladder = (count: number): Tier[] => Array.from({ length: count }, (_, at) => tier(String(at)));

/** The slice after it was tried on these tiers in vain. */
function triedOn(tiers: readonly Tier[], given: Partial<Config>, route = "auto"): [WorkOrder, SliceState] {
  const events = tiers.flatMap((on, at) => failedTry("01", at + 1, on));
  const now = order([...approved([slice("01", { route })], given), ...events]);
  const state = sliceOf(now, "01");
  if (!state) throw new Error("no slice");
  return [now, state];
}

/** What may come next, by what was tried. */
test.each<[string, Partial<Config>, Tier[], string[]]>([
  ["anything first", {}, [], ["small@low", "middle@low", "big@medium", "huge@high"]],
  ["a model above", {}, [tier("small", "low")], ["middle@low", "big@medium", "huge@high"]],
  [
    "the same model with more effort before another",
    { efforts: { "p/small": ["low", "medium", "high"] } },
    [tier("small", "low")],
    ["small@medium"],
  ],
  [
    "any stronger effort the ladder names",
    { tiers: [tier("a", "low"), tier("a", "medium"), tier("a", "high"), tier("b")] },
    [tier("a", "low")],
    ["a@medium", "a@high"],
  ],
  [
    "effort is raised once",
    { tiers: [tier("a", "low"), tier("a", "medium"), tier("a", "high"), tier("b")] },
    [tier("a", "low"), tier("a", "medium")],
    ["b"],
  ],
  [
    "weaker rungs of the same model are no way up",
    { tiers: [tier("a", "high"), tier("a", "low"), tier("b")] },
    [tier("a", "high")],
    ["b"],
  ],
  ["two further models", {}, [tier("small", "low"), tier("middle", "low")], ["big@medium", "huge@high"]],
  ["then nothing", {}, [tier("small", "low"), tier("middle", "low"), tier("big", "medium")], []],
  ["nothing above the top", {}, [tier("huge", "high")], []],
  ["of a model of its own, the top", {}, [tier("other")], ["huge@high"]],
])("the rule: %s", (_name, given, tried, expected) =>
  expect(mayFollow(tried, config(given)).map(name)).toEqual(expected),
);

test("what may be climbed besides stands above the weaker efforts of its model", () => {
  const given = config({ efforts: { "p/small": ["low", "high"], "p/huge": ["high"] } });
  const whole = wholeLadder(given, [tier("middle", "none"), tier("stranger")]).map(name);
  expect(whole).toEqual(["small@low", "small@high", "middle@none", "middle@low", "big@medium", "huge@high"]);
});

test.each<[string, Tier[], string[]]>([
  ["another model", [], ["middle@low", "big@medium", "huge@high"]],
  [
    "not the effort of a model that is gone",
    [tier("small", "low")],
    ["middle@low", "big@medium", "huge@high"],
  ],
])("a model that is gone: %s", (_name, tried, expected) => {
  const given = config({ efforts: { "p/small": ["low", "high"] } });
  expect(mayFollow(tried, given, ["p/small"]).map(name)).toEqual(expected);
});

describe("the climb that is reckoned with", () => {
  const EFFORT = fc.constantFrom<Tier["effort"]>(null, "low", "medium", "high", "max");
  const rung = fc
    .tuple(fc.constantFrom("a", "b", "c", "d"), EFFORT)
    .map(([model, effort]) => tier(model, effort));
  const efforts = fc.dictionary(
    fc.constantFrom("p/a", "p/b", "p/c"),
    fc.uniqueArray(fc.constantFrom<Effort>("low", "medium", "high", "max")),
  );
  const defaultEfforts = fc.dictionary(
    fc.constantFrom("p/a", "p/b"),
    fc.constantFrom<Effort>("low", "medium", "high"),
  );
  const given = fc.record({
    tiers: fc.uniqueArray(rung, { maxLength: 7, selector: tierName }),
    efforts,
    defaultEfforts,
    policy: fc.constantFrom(...POLICIES),
    doubted: fc.boolean(),
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  });

  test("is the rule's, whatever the ladder and whatever failed", () =>
    fc.assert(
      fc.property(given, ({ tiers, efforts, defaultEfforts, policy, doubted, picks }) => {
        const known = { tiers, efforts, defaultEfforts, planner: doubted ? tier("planner") : null };
        const facts = Object.fromEntries(
          tiers.map((one, at) => [
            tierName(one),
            { cost: [1, 2, 3, 4].map((by) => by * 2 ** at), seconds: [1, 2, 3, 4], rate: null },
          ]),
        );
        const routing = { ...known, routing: { policy, facts } };
        const tried: Tier[] = [];
        for (const pick of picks) {
          const may = mayFollow(tried, config(known));
          const next = may[pick % may.length];
          const [now, state] = triedOn(tried, routing);
          const failed = new Set(tried.map(({ model }) => model)).size;
          if (doubted && failed >= 2) {
            expect(choose(now, state)).toBeNull();
            return;
          }
          const on = next && { tried: triesOf(state), tier: next };
          const decision = on && decideOn(now, config(routing), state, on);
          expect(decision?.alternatives.map((one) => one.tier).toSorted()).toEqual(
            on && may.map(tierName).toSorted(),
          );
          if (!next) return;
          tried.push(next);
        }
      }),
    ));
});

describe("climb", () => {
  /** Every tier a slice gets until there is none left. */
  function check(given: Partial<Config>, expected: string[], route?: string): void {
    const tried: Tier[] = [];
    for (let next = choose(...triedOn(tried, given, route)); next;) {
      tried.push(next.tier);
      if (tried.length > 20) break;
      next = choose(...triedOn(tried, given, route));
    }
    expect(tried.map(name)).toEqual(expected);
  }

  test("the next tier, and at most two further ones", () =>
    check({}, ["small@low", "middle@low", "big@medium"]));
  test("the same model with more effort comes first", () =>
    check({ efforts: { "p/small": ["low", "high"], "p/middle": ["low"], "p/big": ["medium", "max"] } }, [
      "small@low",
      "small@high",
      "middle@low",
      "big@medium",
      "big@max",
    ]));
  test("an effort the ladder names is more effort too, known to the catalogue or not", () =>
    check({ tiers: [tier("a", "low"), tier("a", "high"), tier("b", "low")] }, ["a@low", "a@high", "b@low"]));
  test("the ladder's own effort goes before one nobody named", () =>
    check(
      {
        tiers: [tier("a", "low"), tier("a", "high"), tier("b", "low")],
        efforts: { "p/a": ["low", "medium", "high"] },
      },
      ["a@low", "a@high", "b@low"],
    ));
  test("efforts of a model are raised, whatever order they stand in", () =>
    check({ tiers: [tier("a", "high"), tier("a", "low"), tier("b")] }, ["a@low", "a@high", "b"]));
  test("one rung", () => check({ tiers: [tier("a")] }, ["a"]));
  test("one rung with effort left", () =>
    check({ tiers: [tier("a", "low")], efforts: { "p/a": ["low", "xhigh"] } }, ["a@low", "a@xhigh"]));
  test("no rung", () => check({ tiers: [] }, []));
  test("a named route goes first, then up from there", () =>
    check({}, ["middle@low", "big@medium", "huge@high"], "p/middle@low"));
  test("a named route that is not on the ladder, then the top", () =>
    check({}, ["other@low", "huge@high"], "p/other@low"));
  test("a named route runs without any ladder", () => check({ tiers: [] }, ["other"], "p/other"));
  test("a model without an effort is raised from the one it makes of itself", () =>
    check(
      {
        tiers: [tier("a"), tier("b")],
        efforts: { "p/a": ["low", "medium", "high"] },
        defaultEfforts: { "p/a": "medium" },
      },
      ["a", "a@high", "b"],
    ));
  test("a model without an effort is given none where nobody knows its own", () =>
    check({ tiers: [tier("a"), tier("b")], efforts: { "p/a": ["low", "high"] } }, ["a", "b"]));
});

describe("what counts as a try", () => {
  const check = (kind: Fault["kind"], expected: string): void => {
    const now = order([...approved([slice("01")]), routed("01"), attempted("01"), faulted("01", kind)]);
    const state = sliceOf(now, "01");
    expect(state && name(choose(now, state)?.tier)).toBe(expected);
  };
  test.each<[Fault["kind"], string]>([
    ["malformed", "middle@low"],
    ["turn-limit", "middle@low"],
    ["blocked", "middle@low"],
    ["no-change", "middle@low"],
    ["interrupted", "small@low"],
    ["cancelled", "small@low"],
    ["rate-limited", "small@low"],
    ["network", "small@low"],
    ["auth", "small@low"],
  ])("after %s: %s", check);

  test("a new start by the user is no climb; what was tried before is experience", () => {
    const now = order([
      ...approved([slice("01")]),
      ...failedTry("01", 1, LADDER[0] as Tier),
      { type: "stuck", slice: "01", why: { kind: "blocked", message: "" } },
      { type: "reopened", slice: "01", why: "" },
    ]);
    const state = sliceOf(now, "01");
    expect(state && choose(now, state)?.by).toBe("router");
  });
  test("a wish is used for one attempt", () => {
    const wished = [
      ...approved([slice("01")]),
      { type: "rerun" as const, slice: "01", tier: tier("huge", "high"), why: "" },
    ];
    const now = order(wished);
    const state = sliceOf(now, "01");
    expect(state && name(choose(now, state)?.tier)).toBe("huge@high");
    const huge = tier("huge", "high");
    const after = sliceOf(order([...wished, routed("01", 1, huge), attempted("01", 1, 0, huge)]), "01");
    expect(after?.wish).toBeNull();
  });
});

test.each<[Tier, Partial<Config>, string | null]>([
  [tier("small", "low"), {}, "middle@low"],
  [tier("small", "low"), { efforts: { "p/small": ["low", "max"] } }, "small@max"],
  [tier("huge", "high"), {}, null],
  [tier("huge", "high"), { efforts: { "p/huge": ["high", "max"] } }, "huge@max"],
  [tier("other"), {}, "huge@high"],
  [tier("other"), { tiers: [] }, null],
  [tier("small", "max"), { tiers: [tier("small", "max"), tier("small", "low")] }, null],
])("one higher than %j with %j: %s", (from, over, expected) => {
  expect(name(higher(from, config(over), []))).toBe(expected);
  expect(name(rerunTier(...triedOn([from], over)))).toBe(expected);
});

test.each<[Tier, readonly string[], string | null]>([
  [tier("small", "low"), ["p/middle"], "big@medium"],
  [tier("small", "low"), ["p/small"], "middle@low"],
  [tier("middle", "low"), ["p/big", "p/huge"], null],
])("one higher than %j never names what is gone, %j: %s", (from, gone, expected) => {
  const [order, state] = triedOn([from], {});
  expect(name(rerunTier({ ...order, gone }, state))).toBe(expected);
});

test.each<[string, number, boolean]>([
  ["0", 4, true],
  ["1", 4, true],
  ["2", 4, false],
  ["0", 2, true],
  ["1", 2, true],
  ["9", 4, false],
])("rung %s of %i is low: %s", (model, rungs, expected) =>
  expect(isLowTier(tier(model), config({ tiers: ladder(rungs) }))).toBe(expected),
);
