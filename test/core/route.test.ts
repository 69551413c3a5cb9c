import { describe, expect, test } from "vitest";
import type { Fault, SliceClass, Tier } from "../../src/core/order.ts";
import { tierName } from "../../src/core/order.ts";
import { chooseTier, higher, isLowTier, rerunTier, startTier } from "../../src/core/route.ts";
import type { Config } from "../../src/core/settings.ts";
import { type SliceState, sliceOf } from "../../src/core/state.ts";
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

test.each<[SliceClass, number, number | null]>([
  ["C1", 0, null],
  ["C4", 0, null],
  ["C1", 1, 0],
  ["C4", 1, 0],
  ["C1", 2, 0],
  ["C2", 2, 0],
  ["C3", 2, 0],
  ["C4", 2, 1],
  ["C1", 3, 0],
  ["C2", 3, 0],
  ["C3", 3, 1],
  ["C4", 3, 2],
  ["C1", 4, 0],
  ["C2", 4, 1],
  ["C3", 4, 2],
  ["C4", 4, 3],
  ["C2", 6, 1],
  ["C3", 6, 3],
  ["C4", 6, 5],
])("%s on a ladder of %i starts on rung %s", (k, rungs, expected) =>
  expect(startTier(k, ladder(rungs))?.model ?? null).toBe(expected === null ? null : String(expected)),
);

/** The slice after it was tried on these tiers in vain. */
function triedOn(tiers: readonly Tier[], given: Partial<Config>, route = "auto"): [SliceState, Config] {
  const events = tiers.flatMap((on, at) => failedTry("01", at + 1, on));
  const now = order([...approved([slice("01", { route })], given), ...events]);
  const state = sliceOf(now, "01");
  if (!state || !now.config) throw new Error("no slice");
  return [state, now.config];
}

describe("climb", () => {
  /** Every tier a slice gets until there is none left. */
  function check(given: Partial<Config>, expected: string[], route?: string): void {
    const tried: Tier[] = [];
    for (let next = chooseTier(...triedOn(tried, given, route)); next;) {
      tried.push(next.tier);
      if (tried.length > 20) break;
      next = chooseTier(...triedOn(tried, given, route));
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
  test("weaker rungs of the same model are no way up", () =>
    check({ tiers: [tier("a", "high"), tier("a", "low"), tier("b")] }, ["a@high", "b"]));
  test("one rung", () => check({ tiers: [tier("a")] }, ["a"]));
  test("one rung with effort left", () =>
    check({ tiers: [tier("a", "low")], efforts: { "p/a": ["low", "xhigh"] } }, ["a@low", "a@xhigh"]));
  test("no rung", () => check({ tiers: [] }, []));
  test("a named route goes first, then up from there", () =>
    check({}, ["middle@low", "big@medium", "huge@high"], "p/middle@low"));
  test("a named route that is not on the ladder, then the top", () =>
    check({}, ["other@low", "huge@high"], "p/other@low"));
  test("a named route runs without any ladder", () => check({ tiers: [] }, ["other"], "p/other"));
  test("a model without an effort is given none", () =>
    check({ tiers: [tier("a"), tier("b")], efforts: { "p/a": ["low", "high"] } }, ["a", "b"]));
});

describe("what counts as a try", () => {
  const check = (kind: Fault["kind"], expected: string): void => {
    const now = order([...approved([slice("01")]), routed("01"), attempted("01"), faulted("01", kind)]);
    const state = sliceOf(now, "01");
    expect(state && name(chooseTier(state, config())?.tier)).toBe(expected);
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

  test("a new start by the user forgets the tries before it", () => {
    const now = order([
      ...approved([slice("01")]),
      ...failedTry("01", 1, LADDER[0] as Tier),
      { type: "stuck", slice: "01", why: { kind: "blocked", message: "" } },
      { type: "reopened", slice: "01", why: "" },
    ]);
    const state = sliceOf(now, "01");
    expect(state && name(chooseTier(state, config())?.tier)).toBe("small@low");
  });
  test("a wish is used for one attempt", () => {
    const wished = [
      ...approved([slice("01")]),
      { type: "rerun" as const, slice: "01", tier: tier("huge", "high"), why: "" },
    ];
    const state = sliceOf(order(wished), "01");
    expect(state && name(chooseTier(state, config())?.tier)).toBe("huge@high");
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
  expect(name(higher(from, config(over)))).toBe(expected);
  const [state, given] = triedOn([from], over);
  expect(name(rerunTier(state, given))).toBe(expected);
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
