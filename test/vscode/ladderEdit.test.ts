import { describe, expect, test } from "vitest";
import { type Tier, tierName } from "../../src/core/order.ts";
import { type Draft, type Edit, chosen, edited, sameDraft } from "../../src/vscode/ladderEdit.ts";

const tier = (model: string): Tier => ({ provider: "p", model, effort: null });
const ladder = (names: string): Tier[] => [...names].map(tier);
const text = (tiers: readonly Tier[]): string => tiers.map(({ model }) => model).join("");
const draft = (names: string): Draft => ({ tiers: ladder(names), planner: null, reviewer: null });

test.each<[string, Edit, string]>([
  ["abc", { do: "up", at: 0 }, "bac"],
  ["abc", { do: "up", at: 2 }, "abc"],
  ["abc", { do: "down", at: 2 }, "acb"],
  ["abc", { do: "down", at: 0 }, "abc"],
  ["abc", { do: "down", at: 9 }, "abc"],
  ["abc", { do: "remove", at: 1 }, "ac"],
  ["a", { do: "remove", at: 0 }, ""],
  ["abc", { do: "choose", tiers: ladder("xy") }, "xy"],
  ["abc", { do: "planner", tier: tier("x") }, "abc"],
])("%s, %j: %s", (before, edit, after) => expect(text(edited(draft(before), edit).tiers)).toBe(after));

test("a role is changed alone, and back", () => {
  const one = edited(draft("ab"), { do: "reviewer", tier: tier("x") });
  expect([one.planner, one.reviewer && tierName(one.reviewer)]).toEqual([null, "p/x"]);
  expect(sameDraft(one, draft("ab"))).toBe(false);
  expect(sameDraft(edited(one, { do: "reviewer", tier: null }), draft("ab"))).toBe(true);
});

describe("chosen: what stays keeps its order, what is new stands by its cost", () => {
  const COST: Record<string, number> = { a: 1, b: 2, c: 3, d: 4, f: 0 };
  const cost = ({ model }: Tier): number | null => COST[model] ?? null;
  test.each([
    ["abd", "abcd", "abcd"],
    ["abd", "ad", "ad"],
    ["dba", "abcd", "cdba"],
    ["", "dbca", "abcd"],
    ["ab", "abx", "abx"],
    ["xa", "xab", "bxa"],
    ["ab", "abf", "fab"],
    ["ab", "", ""],
  ])("%s, taken %s: %s", (now, taken, after) =>
    expect(text(chosen(ladder(now), ladder(taken), cost))).toBe(after),
  );
});
