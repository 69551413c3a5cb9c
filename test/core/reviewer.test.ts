/** Who reviews whom: tables over ladders and settings. */
import { describe, expect, test } from "vitest";
import { CLASSES, type SliceClass, type Tier, parseTier, tierName } from "../../src/core/order.ts";
import { type Panel, chooseReviewer } from "../../src/core/reviewer.ts";
import type { Policy, TierFacts } from "../../src/core/settings.ts";

const tiers = (text: string): Tier[] => (text === "" ? [] : text.split(" ").map(parseTier));
const MIXED = "a/claude-haiku@low o/gpt-luna@low a/claude-sonnet@medium o/gpt-sol@medium a/claude-opus@high";

/** "o/gpt-sol@medium" for a stranger, "kin o/…" for one of the family, "none" for nobody. */
function check(ladder: string, reviewer: string | null, author: string | null, expected: string): void {
  const config = { tiers: tiers(ladder), reviewer: reviewer === null ? null : parseTier(reviewer) };
  told(chooseReviewer(config, author === null ? null : parseTier(author), "C2"), expected);
}

function told(found: ReturnType<typeof chooseReviewer>, expected: string): void {
  if ("none" in found) return expect(`none: ${found.none}`).toContain(expected);
  expect(`${found.kin ? "kin " : ""}${tierName(found.tier)}${found.note ? `: ${found.note}` : ""}`).toBe(
    expected,
  );
}

describe("of the ladder", () => {
  test.each([
    ["the next one up of another family", MIXED, "a/claude-haiku@low", "o/gpt-luna@low"],
    ["as strong as the author, not below", MIXED, "a/claude-sonnet@medium", "o/gpt-sol@medium"],
    ["below a top author, the highest there is", MIXED, "a/claude-opus@high", "o/gpt-sol@medium"],
    ["at other effort, the author is the same model", MIXED, "a/claude-opus@low", "o/gpt-sol@medium"],
    ["an author that is no rung is above them all", MIXED, "x/glm-7", "a/claude-opus@high"],
    [
      "the same model by another way is of its family",
      "a/claude-haiku@low b/claude-haiku@low",
      "a/claude-haiku@low",
      "kin b/claude-haiku@low: Same family as the author (claude): no other on the ladder.",
    ],
    [
      "of its family where there is no other, and that is said",
      "a/claude-haiku@low a/claude-opus@high",
      "a/claude-haiku@low",
      "kin a/claude-opus@high: Same family as the author (claude): no other on the ladder.",
    ],
    [
      "nobody but the author, at whatever effort",
      "a/claude-opus@low a/claude-opus@high",
      "a/claude-opus@low",
      "No model but its author, claude-opus, is on the ladder.",
    ],
    ["an empty ladder", "", "a/claude-opus@low", "No model but its author"],
  ])("%s", (_name, ladder, author, expected) => check(ladder, null, author, expected));
  test("nobody can be another than an unknown author", () =>
    check(MIXED, "x/glm-7", null, "It is not known"));
});

describe("of the settings", () => {
  test.each([
    ["it is taken, wherever it stands", "a/claude-haiku@low", "x/glm-7"],
    [
      "of the author's family, and that is said",
      "x/glm-5",
      "kin x/glm-7: Same family as the author (glm): named in `slicewise.reviewer`.",
    ],
    [
      "it wrote the patch: another is, and that is said",
      "x/glm-7@high",
      "a/claude-opus@high: x/glm-7 of `slicewise.reviewer` wrote this itself.",
    ],
  ])("%s", (_name, author, expected) => check(MIXED, "x/glm-7", author, expected));
});

/** "tier rate cents-of-a-review", and "tier rate cents-of-an-attempt"; harder classes cost 2, 8 and 20 times as much as C1. */
const TIMES = [1, 2, 8, 20];
const costs = (cents: string): number[] => TIMES.map((times) => (Number(cents) * times) / 100);
const MODELS = [
  "a/claude-haiku@low 0.72 0.1",
  "a/claude-haiku@high 0.82 0.2",
  "a/claude-sonnet@low 0.85 1",
  "a/claude-sonnet@high 0.91 2",
  "a/claude-opus@high 0.93 6",
  "o/gpt-luna@low 0.74 0.05",
  "o/gpt-sol@medium 0.92 1.5",
];
const AUTHORS = [
  "o/gpt-luna@low 0.74 0.2",
  "o/gpt-terra@high 0.91 4",
  "o/gpt-sol@medium 0.92 8.1",
  "o/gpt-astra@high 0.97 60",
  "a/claude-opus@high 0.93 20",
];

function panel(models: readonly string[], policy: Policy, ladder: string): Panel {
  const read = (line: string) => line.split(" ") as [string, string, string];
  const facts = AUTHORS.map(read).map(([tier, rate, cents]) => {
    return [tier, { rate: Number(rate), cost: costs(cents), seconds: [1, 1, 1, 1] }] as [string, TierFacts];
  });
  return {
    tiers: tiers(ladder),
    reviewers: models.map(read).map(([tier, rate, cents]) => ({
      ...{ tier: parseTier(tier), rate: Number(rate), cost: costs(cents) },
    })),
    routing: { policy, facts: Object.fromEntries(facts) },
  };
}

const WEAK = (model: string): string =>
  `: ${model} is held to be weaker than the author; one as strong would cost too much beside this attempt.`;
const LOW = "a/claude-opus@high o/gpt-luna@low o/gpt-astra@high";

describe("by price and strength", () => {
  test.each<[string, string, SliceClass, Policy, string]>([
    [
      "the cheapest as strong as the author, on the ladder or not",
      "o/gpt-sol@medium",
      "C2",
      "balanced",
      "a/claude-sonnet@high",
    ],
    [
      "the strongest that is worth its price, when one as strong is not",
      "o/gpt-terra@high",
      "C2",
      "balanced",
      `a/claude-sonnet@low${WEAK("claude-sonnet")}`,
    ],
    ["more for quality", "o/gpt-terra@high", "C2", "quality", "a/claude-sonnet@high"],
    ["less for economy", "o/gpt-terra@high", "C2", "economy", `a/claude-haiku@high${WEAK("claude-haiku")}`],
    [
      "an author cheaper than any review: the cheapest there is",
      "o/gpt-luna@low",
      "C2",
      "balanced",
      "a/claude-haiku@low",
    ],
    ["and no weaker than its class asks for", "o/gpt-luna@low", "C3", "balanced", "a/claude-haiku@high"],
    ["which is more for a harder one", "o/gpt-luna@low", "C4", "balanced", "a/claude-sonnet@high"],
    [
      "stronger than all: the strongest there is",
      "o/gpt-astra@high",
      "C2",
      "balanced",
      "a/claude-opus@high: claude-opus is held to be weaker than the author; there is no other as strong.",
    ],
    ["and the other way round", "a/claude-opus@high", "C2", "balanced", "o/gpt-sol@medium"],
    ["an author of no known price: by rung", "o/gpt-nova@high", "C2", "balanced", "a/claude-opus@high"],
  ])("%s", (_name, author, of, policy, expected) =>
    told(chooseReviewer(panel(MODELS, policy, LOW), parseTier(author), of), expected),
  );

  test("none is strong enough for the class: the strongest, and that is said", () =>
    told(
      chooseReviewer(
        panel(["a/claude-haiku@low 0.72 0.1"], "balanced", LOW),
        parseTier("o/gpt-sol@medium"),
        "C4",
      ),
      "a/claude-haiku@low: claude-haiku is held to be weaker than the author; there is no other as strong.",
    ));
  test("a stranger of no known price is asked before one of the family of a known one", () =>
    told(
      chooseReviewer(
        panel(["o/gpt-sol@medium 0.92 1.5"], "balanced", "x/glm-7 o/gpt-terra@high"),
        parseTier("o/gpt-terra@high"),
        "C2",
      ),
      "x/glm-7",
    ));
  test("of the family, by price, where there is no stranger", () =>
    told(
      chooseReviewer(
        panel(MODELS.slice(5), "balanced", "o/gpt-terra@high"),
        parseTier("o/gpt-terra@high"),
        "C2",
      ),
      `kin o/gpt-luna@low: Same family as the author (gpt): no other on the ladder. ${WEAK("gpt-luna").slice(2)}`,
    ));
  test("whatever is known, nobody reviews what they wrote, and a stranger is found where there is one", () => {
    for (const author of AUTHORS.map((line) => parseTier(line.split(" ")[0] ?? "")))
      for (const of of CLASSES) {
        const found = chooseReviewer(panel(MODELS, "balanced", LOW), author, of);
        if ("none" in found) throw new Error(found.none);
        expect(found.kin).toBe(false);
        expect(found.tier.model).not.toBe(author.model);
      }
  });
});
