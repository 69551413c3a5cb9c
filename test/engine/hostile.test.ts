/** Endpoints and models that keep to no rule, and what a report makes of their words. */
import * as z from "zod";
import { expect, test } from "vitest";
import { NO_USAGE, type Usage } from "../../src/core/order.ts";
import type { Catalogue, Message, ModelEvent, Provider } from "../../src/engine/ports.ts";
import { reportText } from "../../src/engine/report.ts";
import { noReservations, reserve } from "../../src/engine/reserve.ts";
import { toolLoop } from "../../src/engine/toolLoop.ts";
import { approved, order, slice, tier } from "../core/orders.ts";

const provider = (stream: () => AsyncIterable<ModelEvent>): Provider => ({
  id: "p",
  models: async () => [],
  stream,
});

/** One session over `stream`, with a tool that answers with `read`. */
async function play(stream: () => AsyncIterable<ModelEvent>, read = "") {
  const messages: Message[] = [{ role: "user", text: "go" }];
  const called: Usage[] = [];
  const end = await toolLoop<string>(
    {
      provider: provider(stream),
      tier: tier("m"),
      system: "",
      tools: [
        {
          spec: { name: "read", description: "", schema: {} },
          args: z.unknown(),
          run: async () => ({ text: read, end: "read" }),
        },
      ],
      messages,
      sharedPrefix: 0,
      cacheKey: "k",
      maxOutput: 100,
      limits: { turns: 2, tokens: 1e9, minutes: 1 },
      clock: { now: () => new Date(0).toISOString(), awake: () => 0, sleep: async () => undefined },
      reserve: () => ({ release: () => undefined }),
      called: async (usage) => void called.push(usage),
      redact: (text) => text.replaceAll("key", "[redacted]"),
      watch: () => undefined,
    },
    new AbortController().signal,
  );
  return { end, messages, called };
}

const done = (usage: Usage): ModelEvent => ({
  type: "done",
  message: { role: "assistant", text: "", calls: [{ id: "1", name: "read", args: {} }] },
  stop: "tools",
  usage,
});

test("a reply without an end is cut off, and its request closed", async () => {
  let open = true;
  const { end } = await play(async function* () {
    try {
      for (;;) yield { type: "text", delta: "x".repeat(1000) };
    } finally {
      open = false;
    }
  });
  expect(end).toMatchObject({ fault: { kind: "malformed" } });
  expect(open).toBe(false);
});

test("numbers of tokens that are none count as none", async () => {
  const odd = { input: Number.NaN, cacheRead: -5, cacheWrite: Infinity, output: 7, reasoning: Number.NaN };
  const { called } = await play(async function* () {
    yield done(odd);
  });
  expect(called).toEqual([{ ...NO_USAGE, output: 7 }]);
});

test("the model sees an answer without keys, and not without end", async () => {
  const { messages } = await play(
    async function* () {
      yield done(NO_USAGE);
    },
    `key${"x".repeat(100_000)}`,
  );
  const [answer] =
    messages.at(-1)?.role === "tool" ? (messages.at(-1) as { results: { text: string }[] }).results : [];
  expect(answer?.text).toMatch(/^\[redacted\]x+\n\[\d+ more characters left out\]$/);
  expect(answer?.text.length).toBeLessThan(61_000);
});

test("what is written to a cache counts at its own price", () => {
  const catalogue: Catalogue = {
    info: () => null,
    cost: (_tier, { input, cacheWrite }) => input + 2 * cacheWrite,
  };
  const now = order(approved([slice("01")], { budget: { order: 15, slice: null, day: null } }));
  const held = noReservations();
  const call = { slice: "01", tier: tier("m"), input: 10, output: 0 };
  expect(reserve(held, now, catalogue, call)).toMatchObject({ kind: "money-limit" });
});

test("a report is plain text, whatever the goal and the titles say", () => {
  const evil = "a\u001b[31m\u202e|<img src=x>![x](http://x)\nb";
  const text = reportText({ ...order(approved([slice("01", { title: evil })])), goal: evil });
  const shown = "a [31m \\|&lt;img src=x>!\\[x](http://x) b";
  expect(text.startsWith(`# ${shown}\n`)).toBe(true);
  expect(text).toContain(`| 01 | ${shown} |`);
});
