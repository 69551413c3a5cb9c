import { describe, expect, test } from "vitest";
import { familyOf } from "../../src/core/family.ts";
import { type Effort, tierName } from "../../src/core/order.ts";
import { ProviderSetting, Settings } from "../../src/core/settings.ts";
import type { ModelInfo } from "../../src/engine/ports.ts";
import { ladderFor } from "../../src/ladder.ts";
import { type Listed, catalogue } from "../../src/providers/catalogue.ts";
import table from "../../src/providers/catalogue.json" with { type: "json" };
import { qualityOf } from "../../src/providers/quality.ts";
import quality from "../../src/providers/quality.json" with { type: "json" };

const bare = Settings.parse({});
const ladder = (keyed: string[], settings: Partial<Settings> = {}, listed?: Listed): string[] => {
  const all = { ...bare, ...settings };
  return ladderFor(keyed, all.providers, catalogue(all, listed)).map(tierName);
};
const listing = (models: [string, Partial<ModelInfo>][]): ModelInfo[] =>
  models.map(([id, more]) => ({
    id,
    context: null,
    maxOutput: null,
    efforts: null,
    defaultEffort: null,
    tools: null,
    ...more,
  }));

describe("made from the keys that are there", () => {
  test.each([
    [[], []],
    [["nobody"], []],
    [["anthropic"], ["x"]],
    [["openai"], ["x"]],
    [["anthropic", "openai"], ["x"]],
    [["deepseek"], ["x"]],
  ])("%s", (keyed, _expected) => expect(ladder(keyed)).toMatchSnapshot());

  test("the order in which keys are found does not matter", () =>
    expect(ladder(["openai", "anthropic"])).toEqual(ladder(["anthropic", "openai"])));

  test("two families where there are two, for reviews", () => {
    const names = ladder(["anthropic", "openai"]).map((name) => name.split("/"));
    const families = names.map(([provider = "", model = ""]) => familyOf({ provider, model }));
    expect(new Set(families).size).toBe(2);
  });

  test("an endpoint of a vendor we know is that vendor", () => {
    const baseUrl = "https://api.deepseek.com/v1";
    const providers = { ds: ProviderSetting.parse({ kind: "openai-compatible", baseUrl }) };
    expect(ladder(["ds"], { providers })).toEqual(
      ladder(["deepseek"]).map((name) => name.replace("deepseek/", "ds/")),
    );
  });

  test("what its provider does not list does not stand on it; only efforts it lists do", () => {
    const listed = listing([["claude-haiku-5-5-20261001", { efforts: ["low"] }]]);
    expect(ladder(["anthropic"], {}, () => listed)).toEqual(["anthropic/claude-haiku-5-5@low"]);
  });

  test("a model whose end is announced or past does not stand on it", () => {
    const listed = listing([
      ["gpt-5", {}],
      ["gpt-6-luna", { efforts: [] }],
    ]);
    expect(ladder(["openai"], {}, () => listed)).toEqual(["openai/gpt-6-luna"]);
  });

  test("prices of the settings move its rungs", () => {
    const first = (prices: Settings["prices"]): string => ladder(["openai"], { prices })[0] ?? "";
    expect(first({})).toContain("gpt-6-luna");
    expect(first({ "gpt-6-luna": { input: 50, output: 500 } })).not.toContain("gpt-6-luna");
  });
});

describe("what models are held to get right", () => {
  const check = (model: string, effort: Effort | null): number | null =>
    qualityOf({ model, effort })?.rate ?? null;

  /** The public table has three efforts of this model; what is assumed of efforts must come close to it. */
  test.each<[Effort, number]>([
    ["low", 0.813],
    ["medium", 0.867],
    ["high", 0.88],
  ])("gpt-5 at %s is as measured", (effort, share) => expect(check("gpt-5", effort)).toBeCloseTo(share, 2));

  test.each([
    ["openai/gpt-5-2025-08-07", "gpt-5"],
    ["anthropic/claude-opus-5.5", "claude-opus-5-5"],
  ])("%s is %s", (one, other) => expect(check(one, "medium")).toBe(check(other, "medium")));

  test("more effort is never worse", () => {
    const rates = (["none", "low", "medium", "high", "xhigh", "max"] as const).map((effort) =>
      check("gpt-6-luna", effort),
    );
    expect(rates).toEqual(rates.toSorted());
  });

  test("a stranger's is unknown", () => {
    expect(qualityOf({ model: "qwen3-coder", effort: null })).toBeNull();
    expect(qualityOf({ model: "constructor", effort: null })).toBeNull();
  });

  test("every row is of a model the catalogue has, at an effort it takes, and says whether it was measured", () => {
    const models = table.models as Record<string, { efforts?: string[] }>;
    for (const [id, { rate, at, from }] of Object.entries(quality.rates)) {
      expect([id, models[id] !== undefined]).toEqual([id, true]);
      if (at !== null && models[id]?.efforts)
        expect([id, models[id].efforts]).toEqual([id, expect.arrayContaining([at])]);
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThan(1);
      expect(Object.keys(quality.sources)).toContain(from);
    }
  });
});
