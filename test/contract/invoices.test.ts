/**
 * What a call costs, by the vendors' own usage as they send it, through the real SDKs: against invoices worked out by hand.
 * Prices: 2 $ per million tokens of input, 10 of output, 0.2 of cache reads, 2.5 of cache writes.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Usage } from "../../src/core/order.ts";
import { CUT_OFF, UNSAID } from "../../src/core/usage.ts";
import type { ModelEvent, Provider } from "../../src/engine/ports.ts";
import { anthropic } from "../../src/providers/anthropic.ts";
import { catalogue } from "../../src/providers/catalogue.ts";
import { compatible } from "../../src/providers/compatible.ts";
import { openai } from "../../src/providers/openai.ts";
import { PROMPT } from "./cases.ts";
import { type ModelServer, startModelServer } from "./modelServer.ts";
import type { Json } from "./requestChecks.ts";

const MAKE = { openai, compatible, anthropic };
type Vendor = keyof typeof MAKE;
const PRICES = { m: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 } };
const { cost } = catalogue({ prices: PRICES, providers: {} });
const servers: ModelServer[] = [];

beforeAll(() => Promise.all([import("openai"), import("@anthropic-ai/sdk")]));
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

type Reply = Parameters<typeof startModelServer>[0]["reply"];
async function serve(
  vendor: Vendor,
  usage: Json | null | undefined,
  reply: Reply,
  stallMs?: number,
): Promise<Provider> {
  const server = await startModelServer({ usage, reply });
  servers.push(server);
  const baseUrl = vendor === "anthropic" ? server.urls.anthropic : server.urls.openai;
  const sleep = () => Promise.resolve();
  return MAKE[vendor]({ id: vendor, baseUrl, apiKey: "sk-x", sleep, ...(stallMs && { stallMs }) });
}

/** Stopped at the word, or some time after it, in ms. */
async function lastOf(
  provider: Provider,
  signal = new AbortController(),
  after = 0,
): Promise<ModelEvent | undefined> {
  const tier = { provider: provider.id, model: "m", effort: null };
  let last: ModelEvent | undefined;
  for await (const event of provider.stream(tier, PROMPT, signal.signal)) {
    last = event;
    if (event.type !== "text" || !event.delta.includes("stop")) continue;
    if (after === 0) signal.abort();
    else setTimeout(() => signal.abort(), after);
  }
  return last;
}

type Bill = {
  usage: Usage | null;
  dollars: number | null;
  reported: number | undefined;
  odd: string | undefined;
};
async function bill(vendor: Vendor, said: Json | null): Promise<Bill> {
  const last = await lastOf(await serve(vendor, said, () => ({ text: "Good.", calls: [] })));
  if (last?.type !== "done") throw new Error(`no answer but ${JSON.stringify(last)}`);
  const dollars = cost({ provider: vendor, model: "m" }, last.usage);
  return { usage: last.usage, dollars, reported: last.reported, odd: last.odd };
}

describe("by the invoice", () => {
  /** Per line: what the vendor sends; input, cache reads, cache writes, output (with reasoning), reasoning; dollars. */
  type Line = [string, Vendor, Json, [number, number, number, number, number], number];
  test.each<Line>([
    [
      "OpenAI: cached tokens are inside the input, reasoning inside the output",
      "openai",
      {
        input_tokens: 100_000,
        input_tokens_details: { cached_tokens: 90_000 },
        output_tokens: 5000,
        output_tokens_details: { reasoning_tokens: 4000 },
        total_tokens: 105_000,
      },
      [10_000, 90_000, 0, 5000, 4000],
      // 10,000 × 2 + 90,000 × 0.2 + 5,000 × 10 = 20,000 + 18,000 + 50,000, of a million
      0.088,
    ],
    [
      "OpenAI: what is written to the cache is inside the input, too",
      "openai",
      {
        input_tokens: 100_000,
        input_tokens_details: { cached_tokens: 60_000, cache_write_tokens: 30_000 },
        output_tokens: 1000,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 101_000,
      },
      [10_000, 60_000, 30_000, 1000, 0],
      // 20,000 + 12,000 + 75,000 + 10,000
      0.117,
    ],
    [
      "Anthropic: cache reads and writes are beside the input",
      "anthropic",
      {
        input_tokens: 1000,
        cache_read_input_tokens: 90_000,
        cache_creation_input_tokens: 9000,
        output_tokens: 5000,
        output_tokens_details: { thinking_tokens: 4000 },
      },
      [1000, 90_000, 9000, 5000, 4000],
      // 2,000 + 18,000 + 22,500 + 50,000
      0.0925,
    ],
    [
      "Anthropic: all input from the cache",
      "anthropic",
      { input_tokens: 0, cache_read_input_tokens: 50_000, cache_creation_input_tokens: 0, output_tokens: 10 },
      [0, 50_000, 0, 10, 0],
      0.0101,
    ],
    [
      "DeepSeek: its own names",
      "compatible",
      {
        prompt_tokens: 100_000,
        prompt_cache_hit_tokens: 90_000,
        prompt_cache_miss_tokens: 10_000,
        completion_tokens: 5000,
        completion_tokens_details: { reasoning_tokens: 4000 },
        total_tokens: 105_000,
      },
      [10_000, 90_000, 0, 5000, 4000],
      0.088,
    ],
    [
      "OpenRouter: details, and writes to the cache",
      "compatible",
      {
        prompt_tokens: 100_000,
        prompt_tokens_details: { cached_tokens: 60_000, cache_write_tokens: 30_000, audio_tokens: 0 },
        completion_tokens: 1000,
        total_tokens: 101_000,
        cost: 0.117,
      },
      [10_000, 60_000, 30_000, 1000, 0],
      0.117,
    ],
    [
      "xAI: reasoning beside the completion, as the total shows",
      "compatible",
      {
        prompt_tokens: 1000,
        completion_tokens: 200,
        completion_tokens_details: { reasoning_tokens: 800 },
        total_tokens: 2000,
      },
      [1000, 0, 0, 1000, 800],
      0.012,
    ],
    [
      "an endpoint that counts cached tokens beside the prompt, as the total shows",
      "compatible",
      {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 90_000 },
        completion_tokens: 100,
        total_tokens: 91_100,
      },
      [1000, 90_000, 0, 100, 0],
      0.021,
    ],
    [
      "an endpoint that counts cached tokens beside the prompt, fewer than that, as the total shows",
      "compatible",
      {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 500 },
        completion_tokens: 100,
        total_tokens: 1600,
      },
      [1000, 500, 0, 100, 0],
      // 2,000 + 100 + 1,000
      0.0031,
    ],
    [
      "cached tokens beside the prompt and reasoning beside the completion, as the total shows",
      "compatible",
      {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 500 },
        completion_tokens: 100,
        completion_tokens_details: { reasoning_tokens: 200 },
        total_tokens: 1800,
      },
      [1000, 500, 0, 300, 200],
      // 2,000 + 100 + 3,000
      0.0051,
    ],
    [
      "cached tokens or as much reasoning beside the rest, which the total cannot tell apart: the dearer",
      "compatible",
      {
        prompt_tokens: 1000,
        prompt_tokens_details: { cached_tokens: 500 },
        completion_tokens: 100,
        completion_tokens_details: { reasoning_tokens: 500 },
        total_tokens: 1600,
      },
      [500, 500, 0, 600, 500],
      // 1,000 + 100 + 6,000
      0.0071,
    ],
    [
      "cached tokens inside the prompt, without a total",
      "compatible",
      { prompt_tokens: 1000, prompt_tokens_details: { cached_tokens: 500 }, completion_tokens: 100 },
      [500, 500, 0, 100, 0],
      0.0021,
    ],
    [
      "Ollama: no details at all",
      "compatible",
      { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, prompt_tokens_details: null },
      [1000, 0, 0, 100, 0],
      0.003,
    ],
  ])("%s", async (_name, vendor, said, [input, cacheRead, cacheWrite, output, reasoning], dollars) => {
    const found = await bill(vendor, said);
    expect(found.usage).toEqual({ input, cacheRead, cacheWrite, output, reasoning });
    expect(found.dollars).toBeCloseTo(dollars, 9);
    expect(found.odd).toBeUndefined();
  });
});

const names = {
  openai: ["input_tokens", "output_tokens", "input_tokens_details", "cached_tokens"],
  compatible: ["prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens"],
} as const;
/** The same figures in the words of a vendor. */
function said(vendor: Vendor, input: unknown, cached: unknown, output: unknown): Json {
  if (vendor === "anthropic")
    return { input_tokens: input, cache_read_input_tokens: cached, output_tokens: output };
  const [into, out, details, read] = names[vendor];
  return { [into]: input, [out]: output, [details]: { [read]: cached } };
}

const VENDORS = Object.keys(MAKE) as Vendor[];
describe.each(VENDORS)("%s: counts that cannot be right", (vendor) => {
  test("none at all: estimated from the text, and said", async () => {
    const { usage, dollars, odd } = await bill(vendor, null);
    expect([odd?.replace(/input |output /, "")]).toEqual([
      vendor === "anthropic" ? "reports no usable count of tokens: they are estimated." : UNSAID,
    ]);
    expect(usage?.input).toBeGreaterThan(10);
    expect(usage?.output).toBe(2);
    expect(dollars).toBeGreaterThan(0);
  });
  test.each([-5, Number.MAX_VALUE, "many", null, true])("an input of %s is estimated", async (input) => {
    const { usage, dollars, odd } = await bill(vendor, said(vendor, input, 0, 100));
    expect(odd).toMatch(/no usable count of input tokens/);
    expect(usage?.input).toBeGreaterThan(10);
    expect(usage?.input).toBeLessThan(1000);
    expect(dollars).toBeGreaterThan(0.001);
  });
  test.each([-1, "x", null])("an output of %s is estimated", async (output) => {
    const { usage, odd } = await bill(vendor, said(vendor, 100, 0, output));
    expect(odd).toMatch(/no usable count of output tokens/);
    expect(usage?.output).toBe(2);
  });
  test("a negative cached count is left out", async () => {
    const { usage, odd } = await bill(vendor, said(vendor, 100, -40, 10));
    expect(usage).toMatchObject({ input: 100, cacheRead: 0, output: 10 });
    expect(odd).toMatch(/cached tokens that is none/);
  });
  test("fractions are rounded up", async () => {
    const { usage, odd } = await bill(vendor, said(vendor, 100.2, 0.5, 9.01));
    expect(usage?.output).toBe(10);
    expect((usage?.input ?? 0) + (usage?.cacheRead ?? 0)).toBe(vendor === "anthropic" ? 102 : 101);
    expect(odd).toMatch(/fractions/);
  });
});

describe("what OpenRouter says a call cost", () => {
  /** 1,000 × 2 + 100 × 10, of a million: 0.003 by the tokens. */
  const counts = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
  const NONE = "reports a cost that is none: it is reckoned from the tokens.";
  test.each<[string, Json, number | undefined, string | undefined]>([
    ["is taken, with its discount", { cost: 0.0021 }, 0.0021, undefined],
    ["not said", {}, undefined, undefined],
    ["0 is what is said by who does not know", { cost: 0 }, undefined, undefined],
    ["null", { cost: null }, undefined, undefined],
    ["negative", { cost: -0.5 }, undefined, NONE],
    ["more than any call costs", { cost: 1e9 }, undefined, NONE],
    ["of another shape, as other vendors have it", { cost: { total_cost: 0.2 } }, undefined, undefined],
    ["in words, with a currency or without", { cost: "0.0021" }, undefined, undefined],
    [
      "with what upstream is estimated at: that is in it already",
      { cost: 0.0021, is_byok: false, cost_details: { upstream_inference_cost: 0.002 } },
      ...([0.0021, undefined] as const),
    ],
    [
      "a fee on one's own key: what upstream bills is beside it",
      { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
      ...([0.0021, undefined] as const),
    ],
    [
      "no fee on one's own key",
      { cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
      ...([0.002, undefined] as const),
    ],
    [
      "a fee without what it is the fee of is no cost",
      { cost: 0.0001, is_byok: true, cost_details: null },
      ...([undefined, undefined] as const),
    ],
  ])("%s", async (_name, more, reported, odd) => {
    const found = await bill("compatible", { ...counts, ...more });
    expect(found.reported ?? -1).toBeCloseTo(reported ?? -1, 9);
    expect([found.dollars, found.odd]).toEqual([0.003, odd]);
  });
  test("other vendors' own dialects have no such word", async () => {
    const openai = { input_tokens: 10, output_tokens: 1, total_tokens: 11, cost: 5 };
    expect((await bill("openai", openai)).reported).toBeUndefined();
    expect(
      (await bill("anthropic", { input_tokens: 10, output_tokens: 1, cost: 5 })).reported,
    ).toBeUndefined();
  });
});

test.each(["openai", "compatible"] as const)(
  "%s: more cached tokens than input: never negative, never cheaper",
  async (vendor) => {
    const { usage, odd } = await bill(vendor, said(vendor, 100, 500, 10));
    expect(usage).toMatchObject({ input: 100, cacheRead: 0, output: 10 });
    expect(odd).toMatch(/more cached tokens than input/);
  },
);

describe.each(VENDORS)("%s: a call that breaks off was paid for", (vendor) => {
  const long = `${"word ".repeat(80)}stop ${"more ".repeat(200)}`;
  test("stopped in the middle", async () => {
    const last = await lastOf(await serve(vendor, undefined, () => ({ breaks: "stall", text: long })));
    if (last?.type !== "fault") throw new Error("no fault");
    expect([last.fault.kind, last.odd]).toEqual(["cancelled", CUT_OFF]);
    expect(last.usage?.input).toBeGreaterThan(10);
    expect(last.usage?.output).toBeGreaterThan(95);
  });
  test("refused before anything came: nothing", async () => {
    const last = await lastOf(await serve(vendor, undefined, () => ({ status: 500 })));
    expect(last).toMatchObject({ type: "fault", usage: null });
  });
  test("a refusal in words has its count", async () => {
    const reply = {
      refusal: "No.",
      usage: { input: 70, cacheRead: 20, cacheWrite: 0, output: 3, reasoning: 0 },
    };
    const last = await lastOf(await serve(vendor, undefined, () => reply));
    expect(last).toMatchObject({
      type: "fault",
      fault: { kind: "refusal" },
      usage: { input: 70, cacheRead: 20, output: 3 },
    });
  });
});

/** Arguments of so many tokens whose end never came. */
const open = (tokens: number) => ({ name: "read", raw: `{"path":"${"a/".repeat(tokens * 2)}` });
const LEAST = 12_800;
const OPEN = open(LEAST);

describe.each(VENDORS)("%s: a call that breaks off in the middle of a tool's arguments", (vendor) => {
  test("is not asked again without a word: it ends with its fault and what it took", async () => {
    let asked = 0;
    const provider = await serve(vendor, undefined, () => ((asked += 1), { breaks: "cut", open: OPEN }));
    const last = await lastOf(provider);
    if (last?.type !== "fault") throw new Error("no fault");
    expect([asked, last.fault.kind, last.odd]).toEqual([1, "network", CUT_OFF]);
    expect(last.usage?.input).toBeGreaterThan(10);
    expect(last.usage?.output).toBeGreaterThanOrEqual(LEAST);
    expect(last.usage?.output).toBeLessThan(LEAST * 1.1);
  });
  test("has what came before counted, too", async () => {
    const reply = { breaks: "cut", text: "x".repeat(4000), open: OPEN } as const;
    const last = await lastOf(await serve(vendor, undefined, () => reply));
    expect(last?.type === "fault" && last.usage?.output).toBeGreaterThanOrEqual(LEAST + 1000);
  });
  test("counts when the user stops it there", async () => {
    const last = await lastOf(
      await serve(vendor, undefined, () => ({ breaks: "stall", text: "stop", open: open(1600) })),
      new AbortController(),
      500,
    );
    if (last?.type !== "fault") throw new Error("no fault");
    expect([last.fault.kind, last.odd]).toEqual(["cancelled", CUT_OFF]);
    expect(last.usage?.output).toBeGreaterThanOrEqual(1600);
  });
  test("counts when it goes silent there", async () => {
    const provider = await serve(vendor, undefined, () => ({ breaks: "stall", open: open(1600) }), 500);
    const last = await lastOf(provider);
    expect(last).toMatchObject({ type: "fault", fault: { kind: "stalled" } });
    expect(last?.type === "fault" && last.usage?.output).toBeGreaterThanOrEqual(1600);
  });
  test("does not count what was refused before it, nor twice what came", async () => {
    const replies = [{ status: 500 }, { status: 429 }, { text: "ok" }] as const;
    let at = 0;
    const again = await lastOf(await serve(vendor, undefined, () => replies[at++] ?? { status: 500 }));
    const once = await lastOf(await serve(vendor, undefined, () => ({ text: "ok" })));
    expect([at, again]).toEqual([3, once]);
  });
});

test.each(VENDORS)("%s: arguments that are no JSON are counted as they came", async (vendor) => {
  const call = { name: "read", raw: "x".repeat(40_000) };
  const last = await lastOf(await serve(vendor, null, () => ({ calls: [call] })));
  if (last?.type !== "done") throw new Error("no answer");
  expect(last.message.calls[0]?.badArgs).toHaveLength(40_000);
  expect(last.usage.output).toBeGreaterThanOrEqual(10_000);
  expect(last.usage.output).toBeLessThan(10_020);
});

test("anthropic: input it has counted was paid for, so the call is not asked again without a word", async () => {
  let asked = 0;
  const provider = await serve("anthropic", undefined, () =>
    (asked += 1) === 1 ? { breaks: "cut" } : { text: "ok" },
  );
  const last = await lastOf(provider);
  expect([asked, last?.type]).toEqual([1, "fault"]);
  expect(last?.type === "fault" && last.usage?.input).toBeGreaterThan(10);
});

/** An endpoint that sends these events and breaks off. */
async function cutAfter(vendor: Vendor, events: Json[]): Promise<Provider> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    response.write(text, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  servers.push({ urls: { openai: baseUrl, anthropic: baseUrl }, journal: [], close });
  return MAKE[vendor]({ id: vendor, baseUrl, apiKey: "sk-x", sleep: () => Promise.resolve() });
}

test("compatible: figures that come along with the answer are its least", async () => {
  const piece = {
    choices: [{ index: 0, delta: { content: "x".repeat(4000) }, finish_reason: null }],
    usage: { prompt_tokens: 700, completion_tokens: 1, total_tokens: 701 },
  };
  const last = await lastOf(await cutAfter("compatible", [piece]));
  expect(last).toMatchObject({ type: "fault", odd: CUT_OFF, usage: { input: 700, output: 1000 } });
});

test("openai: reasoning that is only seen sealed was paid for", async () => {
  const item = { type: "reasoning", id: "rs_1", summary: [] };
  const sealed = (length: number): Json => ({ ...item, encrypted_content: "x".repeat(length) });
  const begun = { type: "response.output_item.added", output_index: 0, item: sealed(400) };
  const ended = { type: "response.output_item.done", output_index: 0, item: sealed(4000) };
  const short = await lastOf(await cutAfter("openai", [begun]));
  expect(short).toMatchObject({ type: "fault", odd: CUT_OFF, usage: { output: 100, reasoning: 100 } });
  const long = await lastOf(await cutAfter("openai", [begun, ended]));
  expect(long).toMatchObject({ type: "fault", odd: CUT_OFF, usage: { output: 1000, reasoning: 1000 } });
});
