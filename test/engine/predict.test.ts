import { expect, test } from "vitest";
import { CLASSES, type Effort, type Tier } from "../../src/core/order.ts";
import { RoutingConfig, Settings } from "../../src/core/settings.ts";
import { expectedMs, routingOf } from "../../src/engine/predict.ts";
import { catalogue } from "../../src/providers/catalogue.ts";
import { slice, tier } from "../core/orders.ts";

test.each<[(typeof CLASSES)[number], Effort | null, number]>([
  ["C1", null, 37],
  ["C2", "medium", 91],
  ["C3", null, 212],
  ["C4", "medium", 507],
  ["C4", "low", 311],
  ["C4", "high", 836],
])("an attempt at %s with effort %s takes about %i s", (of, effort, seconds) =>
  expect(Math.round(expectedMs({ slice: slice("01", { class: of }) }, { effort }) / 1000)).toBe(seconds),
);

test("a harder class takes longer, and so does more effort", () => {
  const all = CLASSES.flatMap((of) => [
    expectedMs({ slice: slice("01", { class: of }) }, { effort: "low" }),
    expectedMs({ slice: slice("01", { class: of }) }, { effort: "max" }),
  ]);
  expect(all.filter((_, at) => at % 2 === 0)).toEqual(
    all.filter((_, at) => at % 2 === 0).toSorted((a, b) => a - b),
  );
  for (let at = 0; at < all.length; at += 2) expect(all[at]).toBeLessThan(all[at + 1] ?? 0);
});

test("facts are of every rung and every effort its model takes; an unknown price is unknown, never 0", () => {
  const settings = Settings.parse({ prices: { "p/priced": { input: 1, output: 10 } } });
  const tiers: Tier[] = [
    { provider: "anthropic", model: "claude-haiku-5-5", effort: "low" },
    tier("priced"),
    tier("strange", "low"),
  ];
  const { facts } = routingOf(catalogue(settings), "balanced", { tiers, reviewer: tier("priced") });
  expect(() => RoutingConfig.parse({ policy: "balanced", facts })).not.toThrow();
  expect(Object.keys(facts)).toContain("anthropic/claude-haiku-5-5@high");
  expect(facts["p/priced"]?.cost).toEqual([0.025, 0.073, 0.195, 0.53]);
  expect(facts["anthropic/claude-haiku-5-5@low"]?.review).toEqual([0.01, 0.0145, 0.06, 0.09]);
  expect(facts["p/strange@low"]?.cost).toEqual([null, null, null, null]);
});
