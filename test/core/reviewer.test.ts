/** Who reviews whom: tables over ladders and settings. */
import { describe, expect, test } from "vitest";
import { type Tier, parseTier, tierName } from "../../src/core/order.ts";
import { chooseReviewer } from "../../src/core/reviewer.ts";

const tiers = (text: string): Tier[] => (text === "" ? [] : text.split(" ").map(parseTier));
const MIXED = "a/claude-haiku@low o/gpt-luna@low a/claude-sonnet@medium o/gpt-sol@medium a/claude-opus@high";

/** "o/gpt-sol@medium" for a stranger, "kin o/…" for one of the family, "none" for nobody. */
function check(ladder: string, reviewer: string | null, author: string | null, expected: string): void {
  const config = { tiers: tiers(ladder), reviewer: reviewer === null ? null : parseTier(reviewer) };
  const found = chooseReviewer(config, author === null ? null : parseTier(author));
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
