import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Effort, NO_USAGE, type Usage } from "../../src/core/order.ts";
import { ProviderSetting, Settings } from "../../src/core/settings.ts";
import { catalogue, CATALOGUE_DATE } from "../../src/providers/catalogue.ts";
import data from "../../src/providers/catalogue.json" with { type: "json" };

const bare = Settings.parse({});
const usage = (some: Partial<Usage>): Usage => ({ ...NO_USAGE, ...some });
const M = 1_000_000;

type CostCase = {
  name: string;
  model: [string, string];
  usage: Usage;
  dollars: number | null;
  settings?: Partial<Settings>;
  at?: string;
};

/** Dollars worked out by hand from the vendors' price per million. */
const COSTS: CostCase[] = [
  {
    name: "input and output",
    model: ["anthropic", "claude-opus-5-5"],
    usage: usage({ input: 50_000, output: 10_000 }),
    dollars: 0.05 * 4 + 0.01 * 20,
  },
  {
    name: "cached input and cache writes",
    model: ["anthropic", "claude-opus-5-5"],
    usage: usage({ input: M, cacheRead: M, cacheWrite: M, output: M }),
    dollars: 4 + 0.2 + 5 + 20,
  },
  {
    name: "reasoning is part of the output",
    model: ["anthropic", "claude-opus-5-5"],
    usage: usage({ output: 10_000, reasoning: 9_000 }),
    dollars: 0.2,
  },
  { name: "no tokens cost nothing", model: ["anthropic", "claude-opus-5-5"], usage: NO_USAGE, dollars: 0 },
  {
    name: "just at the long-context threshold",
    model: ["anthropic", "claude-haiku-5-5"],
    usage: usage({ input: 60_000, cacheRead: 40_000 }),
    dollars: 0.06 * 0.1 + 0.04 * 0.01,
  },
  {
    name: "beyond it the whole request costs more",
    model: ["anthropic", "claude-haiku-5-5"],
    usage: usage({ input: 60_000, cacheRead: 60_000, output: 1000 }),
    dollars: 0.06 * 0.5 + 0.06 * 0.05 + 0.001 * 2.5,
  },
  {
    name: "a dated name",
    model: ["openai", "gpt-5-mini-2025-08-07"],
    usage: usage({ input: M, output: M }),
    dollars: 0.25 + 2,
  },
  {
    name: "a model with a known effort and no known price",
    model: ["anthropic", "claude-fable-5-2"],
    usage: usage({ input: 1 }),
    dollars: null,
  },
  {
    name: "a price that is needed and unknown",
    model: ["openai", "gpt-6.1-sol"],
    usage: usage({ input: 10, cacheRead: 10 }),
    dollars: null,
  },
  { name: "the same, not needed", model: ["openai", "gpt-6.1-sol"], usage: usage({ input: M }), dollars: 2 },
  {
    name: "an unknown model",
    model: ["anthropic", "claude-nine"],
    usage: usage({ input: 1 }),
    dollars: null,
  },
  { name: "an unknown provider", model: ["local", "qwen3-coder"], usage: usage({ input: 1 }), dollars: null },
  {
    name: "a name of Object's own",
    model: ["anthropic", "constructor"],
    usage: usage({ input: 1 }),
    dollars: null,
  },
  {
    name: "an alias of a vendor",
    model: ["xai", "grok-4.5"],
    usage: usage({ input: 100_000 }),
    dollars: 0.2,
  },
  {
    name: "a price from settings, by provider and model",
    model: ["local", "qwen3-coder"],
    usage: usage({ input: M, cacheRead: M, output: M }),
    settings: { prices: { "local/qwen3-coder": { input: 1, output: 2 } } },
    dollars: 1 + 1 + 2,
  },
  {
    name: "a price from settings wins over the table",
    model: ["anthropic", "claude-opus-5-5"],
    usage: usage({ input: M, cacheRead: M }),
    settings: { prices: { "claude-opus-5-5": { input: 3, output: 9, cacheRead: 0.5 } } },
    dollars: 3.5,
  },
  {
    name: "another endpoint may bill the same model otherwise",
    model: ["gateway", "claude-opus-5-5"],
    usage: usage({ input: 1 }),
    settings: {
      providers: {
        gateway: ProviderSetting.parse({
          kind: "openai-compatible",
          baseUrl: "https://gateway.example.com/v1",
        }),
      },
    },
    dollars: null,
  },
  {
    name: "a vendor known by its host",
    model: ["ds", "deepseek-v4-pro"],
    usage: usage({ input: M }),
    settings: {
      providers: {
        ds: ProviderSetting.parse({ kind: "openai-compatible", baseUrl: "https://api.deepseek.com/v1" }),
      },
    },
    at: "2026-11-21T12:00:00.000Z",
    dollars: 0.66,
  },
  {
    name: "without a time, the dearest hour",
    model: ["deepseek", "deepseek-v4-pro"],
    usage: usage({ input: M }),
    dollars: 1.32,
  },
  {
    name: "at a dear hour",
    model: ["deepseek", "deepseek-v4-pro"],
    usage: usage({ input: M, cacheRead: M, output: M }),
    at: "2026-11-21T01:00:00.000Z",
    dollars: 1.32 + 0.044 + 3.96,
  },
  {
    name: "just after it",
    model: ["deepseek", "deepseek-v4-pro"],
    usage: usage({ input: M, cacheRead: M, output: M }),
    at: "2026-11-21T04:00:00.000Z",
    dollars: 0.66 + 0.022 + 1.98,
  },
  {
    name: "in hours that pass midnight",
    model: ["deepseek", "deepseek-chat"],
    usage: usage({ input: M }),
    at: "2026-11-21T23:59:00.000Z",
    dollars: 0.135,
  },
  {
    name: "a second account of a vendor",
    model: ["work", "claude-opus-5-5"],
    usage: usage({ input: M }),
    settings: { providers: { work: ProviderSetting.parse({ kind: "anthropic" }) } },
    dollars: 4,
  },
];

describe("cost", () => {
  test.each(COSTS)("$name", ({ model: [provider, model], usage, dollars, settings, at }) => {
    const cost = catalogue({ ...bare, ...settings }).cost({ provider, model }, usage, at);
    if (dollars === null) expect(cost).toBeNull();
    else expect(cost).toBeCloseTo(dollars, 10);
  });

  /**
   * The same with 90 % cache hits: a model's first turn writes all 200k to its cache, every later one reads 180k and writes
   * 20k. Another model starts with an empty cache.
   */
  test.each([
    ["all on the frontier", [10, 0], 32.055],
    ["two there, eight on the middle", [2, 8], 14.148],
  ])("ten turns with cache hits, %s", (_name, turns, dollars) => {
    const prices = {
      top: { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
      middle: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    };
    const table = catalogue({ ...bare, prices });
    const first = usage({ cacheWrite: 200_000, output: 30_000 });
    const later = usage({ cacheRead: 180_000, cacheWrite: 20_000, output: 30_000 });
    const ofModel = (model: string, n: number): number =>
      Array.from({ length: n }, (_, turn) => (turn === 0 ? first : later))
        .map((turn) => table.cost({ provider: "any", model }, turn) ?? Number.NaN)
        .reduce((sum, cost) => sum + cost, 0);
    const spent = Object.keys(prices).map((model, at) => ofModel(model, turns[at] ?? 0));
    expect(spent.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(dollars, 10);
  });

  /** The known answer of the design: ten turns of 200k in and 30k out, all on one model or mixed over two. */
  test.each([
    ["all on the frontier", [10, 0, 0], 52.5],
    ["two there, eight on the middle", [2, 8, 0], 18.9],
    ["two there, eight on the cheap one", [2, 0, 8], 12.78],
  ])("ten turns, %s", (_name, turns, dollars) => {
    const prices = {
      top: { input: 15, output: 75 },
      middle: { input: 3, output: 15 },
      cheap: { input: 0.75, output: 4.5 },
    };
    const table = catalogue({ ...bare, prices });
    const turn = usage({ input: 200_000, output: 30_000 });
    const each = Object.keys(prices).map(
      (model) => table.cost({ provider: "any", model }, turn) ?? Number.NaN,
    );
    expect(each.reduce((sum, cost, at) => sum + cost * (turns[at] ?? 0), 0)).toBeCloseTo(dollars, 10);
  });
});

describe("info", () => {
  const table = catalogue(bare);
  test.each([
    [
      ["anthropic", "claude-haiku-4-5-20251001"],
      { context: 200_000, maxOutput: 64_000, efforts: [], defaultEffort: null, tools: true },
    ],
    [
      ["openai", "gpt-5.1"],
      { context: 400_000, efforts: ["none", "low", "medium", "high"], defaultEffort: "none" },
    ],
    [["openai", "gpt-6.1-sol"], { context: null, maxOutput: null, defaultEffort: "medium" }],
  ])("%s", ([provider = "", model = ""], known) => {
    expect(table.info({ provider, model })).toMatchObject({ id: model, ...known });
  });
  test("unknown is null", () => expect(table.info({ provider: "local", model: "gpt-5" })).toBeNull());
});

test("the table is dated, compact and of one shape", () => {
  const price = z.number().nonnegative().optional();
  const prices = { input: price, output: price, cacheRead: price, cacheWrite: price };
  const hour = z.string().regex(/^\d\d:\d\d$/);
  const entry = z.strictObject({
    ...prices,
    long: z.strictObject({ ...prices, over: z.number().positive() }).optional(),
    peak: z.array(z.strictObject({ ...prices, from: hour, to: hour })).optional(),
    context: z.number().positive().optional(),
    maxOutput: z.number().positive().optional(),
    tools: z.boolean().optional(),
    efforts: z.array(Effort).optional(),
    effort: Effort.optional(),
  });
  expect(z.record(z.string(), entry).safeParse(data.models).error).toBeUndefined();
  expect(CATALOGUE_DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(JSON.stringify(data).length).toBeLessThan(60_000);
});
