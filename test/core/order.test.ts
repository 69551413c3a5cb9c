import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AFTER_FAULT,
  EFFORTS,
  FAULTS,
  RouteChoice,
  SliceId,
  Tier,
  parseTier,
  tierName,
} from "../../src/core/order.ts";

test.each<[string, Tier]>([
  ["openai/gpt@low", { provider: "openai", model: "gpt", effort: "low" }],
  ["openai/gpt", { provider: "openai", model: "gpt", effort: null }],
  ["router/meta/llama-4:free@max", { provider: "router", model: "meta/llama-4:free", effort: "max" }],
  ["router/a/b/c", { provider: "router", model: "a/b/c", effort: null }],
  ["local/qwen3-coder:30b@none", { provider: "local", model: "qwen3-coder:30b", effort: "none" }],
])("%s is a route and is written back as it was", (text, tier) => {
  expect(RouteChoice.parse(text)).toBe(text);
  expect(parseTier(text)).toEqual(tier);
  expect(tierName(tier)).toBe(text);
});

test("every tier with a speakable name survives the round trip", () => {
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9._:-]{0,8}$/);
  const model = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const tier = fc.record({ provider: word, model, effort: fc.option(fc.constantFrom(...EFFORTS)) });
  fc.assert(
    fc.property(tier, (one) => {
      expect(RouteChoice.safeParse(tierName(one)).success).toBe(true);
      expect(parseTier(tierName(one))).toEqual(one);
    }),
  );
});

describe("no route", () => {
  test.each([
    "",
    "Auto",
    "gpt",
    "openai/",
    "/gpt",
    "openai/gpt@",
    "openai/gpt@hard",
    "openai/gpt @low",
    "openai/gpt@low@high",
    "open ai/gpt",
    "openai/gpt\n@low",
    "openai/gpt@low\n",
  ])("%j", (text) => expect(RouteChoice.safeParse(text).success).toBe(false));
});

test.each<[string, boolean]>([
  ["01", true],
  ["a.b-c_d", true],
  ["a".repeat(32), true],
  ["a".repeat(33), false],
  ["", false],
  ["../x", false],
  ["a/b", false],
  [".hidden", false],
  ["01\n", false],
  ["__proto__", false],
])("%j is a slice id: %s", (text, expected) => expect(SliceId.safeParse(text).success).toBe(expected));

test("every fault says what it means for its slice", () =>
  expect(Object.keys(AFTER_FAULT).toSorted()).toEqual([...FAULTS].toSorted()));
test("a tier has no other keys", () =>
  expect(Tier.safeParse({ provider: "p", model: "m", effort: null, key: "x" }).success).toBe(false));
