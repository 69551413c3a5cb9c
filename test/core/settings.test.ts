import { describe, expect, test } from "vitest";
import { Settings, layered } from "../../src/core/settings.ts";

type Json = { [key: string]: unknown };
const DEFAULTS = Settings.parse({});
const json = (text: string): Json => JSON.parse(text) as Json;

describe("layers", () => {
  const check = (layers: Json[], expected: Partial<Settings>): void =>
    expect(layered(layers)).toEqual({ settings: { ...DEFAULTS, ...expected } });
  const small = { provider: "p", model: "small", effort: "low" } as const;
  const big = { provider: "p", model: "big", effort: null };

  test.each<[string, Json[], Partial<Settings>]>([
    ["none", [], {}],
    ["empty", [{}, {}], {}],
    ["the later wins", [{ autonomy: "full" }, { autonomy: "review" }], { autonomy: "review" }],
    ["what is not named is left", [{ parallel: 5 }, { autonomy: "full" }], { parallel: 5, autonomy: "full" }],
    ["undefined names nothing", [{ parallel: 5 }, { parallel: undefined }], { parallel: 5 }],
    ["null is a value", [{ planner: small }, { planner: null }], { planner: null }],
    ["a tier is whole", [{ planner: small }, { planner: big }], { planner: big }],
    ["a ladder is whole", [{ tiers: [small, big] }, { tiers: [big] }], { tiers: [big] }],
    [
      "budgets one by one",
      [{ budget: { order: 5 } }, { budget: { slice: 1 } }],
      { budget: { order: 5, slice: 1, day: null } },
    ],
    [
      "a limit taken away",
      [{ budget: { order: 5 } }, { budget: { order: null } }],
      { budget: { order: null, slice: null, day: null } },
    ],
    [
      "limits one by one",
      [{ limits: { turns: 7 } }, { limits: { minutes: 1 } }],
      { limits: { ...DEFAULTS.limits, turns: 7, minutes: 1 } },
    ],
    [
      "providers by name",
      [{ providers: { a: { kind: "openai" } } }, { providers: { b: { kind: "anthropic" } } }],
      { providers: { a: { kind: "openai" }, b: { kind: "anthropic" } } },
    ],
    [
      "one provider is whole",
      [
        { providers: { a: { kind: "openai-compatible", keyEnv: "SECRET", baseUrl: "https://x.example" } } },
        { providers: { a: { kind: "openai" } } },
      ],
      { providers: { a: { kind: "openai" } } },
    ],
  ])("%s", (_name, layers, expected) => check(layers, expected));
});

describe("a price is a number of US dollars", () => {
  const check = (price: unknown): string => {
    const result = layered([{ prices: { "local/m": price } }]);
    return "problems" in result
      ? result.problems.map(({ key, message }) => `${key} ${message}`).join("; ")
      : "";
  };
  test.each([
    ["", { input: 0, output: 0 }],
    [
      "prices.local/m.input must not be negative: US dollars per million tokens; 0 says that it costs nothing",
      { input: -1, output: 1 },
    ],
    ["prices.local/m.output is missing: US dollars per million tokens, such as 2.5", { input: 1 }],
    [
      'prices.local/m.input must be a number of US dollars per million tokens, such as 2.5, without a currency; it is "3 EUR"',
      { input: "3 EUR", output: 1 },
    ],
    [
      "prices.local/m.long.cacheRead must be a number of US dollars per million tokens, such as 2.5, without a currency; it is null",
      { input: 1, output: 1, long: { over: 1, input: 1, output: 1, cacheRead: null } },
    ],
  ])("%s", (expected, price) => expect(check(price)).toBe(expected));
});

describe("problems name the key", () => {
  const check = (layers: Json[], keys: string[]): void => {
    const result = layered(layers);
    expect("problems" in result ? result.problems.map(({ key }) => key) : result).toEqual(keys);
  };
  test.each<[string, Json[], string[]]>([
    ["unknown", [{ autonomi: "full" }], [""]],
    ["unknown, deeper", [{ budget: { ordr: 1 } }], ["budget"]],
    ["a wrong word", [{ autonomy: "yolo" }], ["autonomy"]],
    ["a wrong type", [{ parallel: "3" }], ["parallel"]],
    ["out of range", [{ parallel: 0 }], ["parallel"]],
    ["no number", [{ budget: { order: -1 } }], ["budget.order"]],
    ["in a ladder", [{ tiers: [{ provider: "p", model: "m", effort: "hard" }] }], ["tiers.0.effort"]],
    ["a name that is none", [{ providers: { "../x": { kind: "openai" } } }], ["providers.../x"]],
    [
      "a key that stands in a file",
      [{ providers: { a: { kind: "openai", apiKey: "sk-1" } } }],
      ["providers.a"],
    ],
    [
      "an object in place of a word, over a word",
      [{ autonomy: "full" }, { autonomy: { a: 1 } }],
      ["autonomy"],
    ],
    ["an effort there is not", [{ models: { m: { efforts: ["hard"] } } }], ["models.m.efforts.0"]],
    ["a context that is none", [{ models: { m: { context: 0 } } }], ["models.m.context"]],
    ["a prototype", [json('{"__proto__": {"autonomy": "full"}}')], [""]],
    [
      "a prototype, deeper",
      [{ budget: { order: 1 } }, { budget: json('{"__proto__": {"order": 9}}') }],
      ["budget"],
    ],
  ])("%s", (_name, layers, keys) => check(layers, keys));
  test("several are told at once", () => check([{ autonomy: 1, parallel: 99 }], ["autonomy", "parallel"]));
  test("a prototype sets nothing for anybody", () => {
    layered([json('{"__proto__": {"polluted": 1}}'), { budget: json('{"__proto__": {"polluted": 1}}') }]);
    expect(({} as Json)["polluted"]).toBeUndefined();
  });
});
