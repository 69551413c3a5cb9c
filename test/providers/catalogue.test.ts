import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Effort, NO_USAGE, type Usage } from "../../src/core/order.ts";
import { ProviderSetting, Settings } from "../../src/core/settings.ts";
import type { ModelInfo } from "../../src/engine/ports.ts";
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
    name: "cached tokens without a price of their own count as input",
    model: ["openai", "gpt-6.1-sol"],
    usage: usage({ input: M, cacheRead: M, cacheWrite: M }),
    dollars: 6,
  },
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
    name: "the last day before a price known to come",
    model: ["google", "gemini-3.8-flash"],
    usage: usage({ input: M, cacheRead: M, output: M }),
    at: "2026-12-31T23:59:59.999Z",
    dollars: 0.75 + 0.075 + 3.75,
  },
  {
    name: "from that day on",
    model: ["google", "gemini-3.8-flash"],
    usage: usage({ input: M, cacheRead: M, output: M }),
    at: "2027-01-01T00:00:00.000Z",
    dollars: 1.5 + 0.15 + 7.5,
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
  test.each([
    ["2026-12-31T12:00:00.000Z", 0.75],
    ["2027-02-01T12:00:00.000Z", 1.5],
  ])("of a call to come, on %s", (today, dollars) => {
    const then = catalogue(bare, undefined, () => today);
    const gemini = { provider: "google", model: "gemini-3.8-flash" };
    expect(then.cost(gemini, usage({ input: M }))).toBe(dollars);
  });

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

describe("facts: settings, then the provider's own listing, then the table", () => {
  const listing: ModelInfo[] = [
    {
      id: "claude-opus-5-5-20260901",
      context: 2_000_000,
      maxOutput: null,
      efforts: ["low", "high"],
      defaultEffort: "high",
      tools: true,
    },
    {
      id: "vendor/new-model",
      context: 50_000,
      maxOutput: null,
      efforts: null,
      defaultEffort: null,
      tools: null,
      prices: { input: 1, output: 2 },
    },
  ];
  const listed = (provider: string): ModelInfo[] | null => (provider === "anthropic" ? listing : null);
  const facts = (model: string, settings: Partial<Settings> = {}, provider = "anthropic") =>
    catalogue({ ...bare, ...settings }, listed).facts({ provider, model });

  test("a listing wins over the table, fact by fact", () =>
    expect(facts("claude-opus-5-5")).toMatchObject({
      prices: { value: { input: 4, cacheWriteHour: 8 }, from: "table checked by hand, 2026-11-21" },
      context: { value: 2_000_000, from: "the provider's own listing" },
      maxOutput: { value: 128_000, from: "table checked by hand, 2026-11-21" },
      efforts: { value: ["low", "high"], from: "the provider's own listing" },
      defaultEffort: { value: "high", from: "the provider's own listing" },
      ends: null,
      offered: true,
    }));

  test("settings win over both", () => {
    const settings = {
      models: { "anthropic/claude-opus-5-5": { efforts: ["max" as const], context: 9 } },
      prices: { "claude-opus-5-5": { input: 0, output: 0 } },
    };
    expect(facts("claude-opus-5-5", settings)).toMatchObject({
      prices: { value: { input: 0, output: 0 }, from: "your settings (claude-opus-5-5)" },
      context: { value: 9, from: "your settings (anthropic/claude-opus-5-5)" },
      efforts: { value: ["max"], from: "your settings (anthropic/claude-opus-5-5)" },
      // "high" is not accepted any more.
      defaultEffort: null,
      tools: { value: true },
    });
  });

  test("a model only its provider knows has the listing's price, and its cost", () => {
    expect(facts("vendor/new-model").prices).toEqual({
      value: { input: 1, output: 2 },
      from: "the provider's own listing",
    });
    const table = catalogue(bare, listed);
    const model = { provider: "anthropic", model: "vendor/new-model" };
    expect(table.cost(model, usage({ input: M, output: M }))).toBe(3);
    // Cached tokens without a price of their own are no reason to let a budget pass.
    expect(table.cost(model, usage({ cacheRead: M, cacheWrite: M }))).toBe(2);
    expect(table.info(model)).toMatchObject({ context: 50_000, efforts: null });
  });

  test("what is in no listing is not offered; without a listing nobody knows", () => {
    expect(facts("claude-haiku-5-5").offered).toBe(false);
    expect(facts("gpt-6-luna", {}, "openai").offered).toBeNull();
  });

  test.each([
    ["announced", "gpt-5-mini", "openai", { value: "2026-12-11" }],
    ["done", "claude-opus-4", "anthropic", { value: "" }],
    ["not known of", "gpt-6-luna", "openai", null],
  ])("an end that is %s", (_name, model, provider, ends) => {
    const found = facts(model, {}, provider).ends;
    if (ends === null) expect(found).toBeNull();
    else expect(found).toMatchObject(ends);
  });

  test("0 of the user's is 0, for cached tokens too; nothing of anybody's is null", () => {
    const table = catalogue({ ...bare, prices: { "local/qwen": { input: 0, output: 0 } } });
    const all = usage({ input: M, cacheRead: M, cacheWrite: M, output: M });
    expect(table.cost({ provider: "local", model: "qwen" }, all)).toBe(0);
    expect(table.cost({ provider: "local", model: "other" }, all)).toBeNull();
  });

  test("a price of the user's for long prompts", () => {
    const long = { over: 100, input: 10, output: 20 };
    const table = catalogue({ ...bare, prices: { m: { input: 1, output: 2, cacheRead: 0.1, long } } });
    const cost = (input: number): number | null =>
      table.cost({ provider: "p", model: "m" }, usage({ input, cacheRead: 10 }));
    expect(cost(90)).toBeCloseTo(91 / M, 12);
    expect(cost(91)).toBeCloseTo(1010 / M, 12);
  });
});

describe("the table", () => {
  test("is dated, compact and of one shape", () => {
    const price = z.number().positive().optional();
    const prices = {
      input: price,
      output: price,
      cacheRead: price,
      cacheWrite: price,
      cacheWriteHour: price,
    };
    const hour = z.string().regex(/^\d\d:\d\d$/);
    const source = z.enum(Object.keys(data.sources) as (keyof typeof data.sources)[]).optional();
    const entry = z.strictObject({
      ...prices,
      long: z.strictObject({ ...prices, over: z.number().positive() }).optional(),
      peak: z.array(z.strictObject({ ...prices, from: hour, to: hour })).optional(),
      later: z.array(z.strictObject({ ...prices, day: z.iso.date() })).optional(),
      context: z.number().positive().optional(),
      maxOutput: z.number().positive().optional(),
      tools: z.boolean().optional(),
      efforts: z.array(Effort).optional(),
      effort: Effort.optional(),
      retired: z.literal(true).optional(),
      ends: z.iso.date().optional(),
      from: z.strictObject({ prices: source, limits: source, efforts: source }),
    });
    expect(z.record(z.string(), entry).safeParse(data.models).error).toBeUndefined();
    expect(CATALOGUE_DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(JSON.stringify(data).length).toBeLessThan(60_000);
  });

  test("an effort that is the default is accepted", () => {
    const wrong = Object.entries(
      data.models as Record<string, { efforts?: string[]; effort?: string }>,
    ).filter(([, { efforts, effort }]) => effort !== undefined && efforts?.includes(effort) === false);
    expect(wrong).toEqual([]);
  });

  test("is what the script makes of the libraries, with the differences between the sources named", async () => {
    const { buildCatalogue, CHECKED } = await tool();
    const { text, conflicts } = buildCatalogue(JSON.parse(readFileSync(CHECKED, "utf8")));
    expect(text).toBe(readFileSync(new URL("../../src/providers/catalogue.json", import.meta.url), "utf8"));
    expect(conflicts).toMatchInlineSnapshot(`
      [
        "google/gemini-3.6-flash in/out: 1.5/7.5 (z) -> 0.75/3.75 (p)",
        "google/gemini-3-flash-preview in/out: 0.3/2.5 (z) -> 0.5/3 (p)",
        "deepseek/deepseek-v4-flash in/out: 0.15/0.6 (z) -> 0.22/0.66 (p)",
        "deepseek/deepseek-v4-pro in/out: 0.435/0.87 (z) -> 0.66/1.98 (p)",
        "deepseek/deepseek-chat in/out: 0.28/0.42 (z) -> 0.135/0.55 (p)",
        "deepseek/deepseek-reasoner in/out: 0.28/0.42 (z) -> 0.135/0.55 (p)",
        "minimax/minimax-m2 in/out: 0.255/1 (z) -> 0.3/1.2 (p)",
        "moonshotai/kimi-k2.6 in/out: 0.6/2.8 (z) -> 0.95/4 (p)",
        "deepseek/deepseek-v4-pro efforts:  -> low,high,max (c)",
        "deepseek/deepseek-v4-flash efforts:  -> low,high,max (c)",
        "zai/glm-5.2 efforts: none,minimal,low,medium,high,xhigh,max -> none,high,max (c)",
      ]
    `);
  });

  /** The shared table need not be there; where it is, the copy the script reads must say the same. */
  const shared = new URL("../../../shared/data/models.json", import.meta.url);
  test.skipIf(!existsSync(shared))("agrees with the shared table", async () => {
    const { CHECKED } = await tool();
    const theirs = JSON.parse(readFileSync(shared, "utf8")) as unknown;
    expect(JSON.parse(readFileSync(CHECKED, "utf8"))).toEqual(theirs);
  });
});

type Tool = {
  buildCatalogue(checked: unknown): { text: string; conflicts: string[] };
  CHECKED: URL;
};
const tool = async (): Promise<Tool> =>
  (await import(new URL("../tools/makeCatalogue.mjs", import.meta.url).href)) as Tool;
