/** A second opinion: the same SDK providers against a model server somebody else wrote. Each case is set up with its own API. */
import { LLMock } from "@copilotkit/aimock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/order.ts";
import type { ModelEvent } from "../../src/engine/ports.ts";
import { anthropic } from "../../src/providers/anthropic.ts";
import { compatible } from "../../src/providers/compatible.ts";
import { openai } from "../../src/providers/openai.ts";
import { MODEL, PROMPT } from "./cases.ts";

const MAKE = { openai, compatible, anthropic };
type Name = keyof typeof MAKE;
const NAMES = Object.keys(MAKE) as Name[];

let mock: LLMock;
beforeEach(async () => {
  mock = await LLMock.create({ port: 0, logLevel: "silent" });
});
afterEach(() => mock.stop());

type Case = {
  name: string;
  set(mock: LLMock): void;
  expect: {
    text?: string;
    calls?: [string, unknown][];
    fault?: Fault["kind"];
    waits?: number[];
    requests: number;
  };
};

const ANY = /[\s\S]/;
const CASES: Case[] = [
  {
    name: "text",
    set: (on) => on.onMessage(ANY, { content: "Hello from the other side." }),
    expect: { text: "Hello from the other side.", requests: 1 },
  },
  {
    name: "text after reasoning",
    set: (on) => on.onMessage(ANY, { content: "Done.", reasoning: "Let me see." }),
    expect: { text: "Done.", requests: 1 },
  },
  {
    name: "tool calls in parallel",
    set: (on) =>
      on.onMessage(ANY, {
        toolCalls: [
          { name: "read", arguments: '{"path":"a"}' },
          { name: "read", arguments: '{"path":"b"}' },
        ],
      }),
    expect: {
      calls: [
        ["read", { path: "a" }],
        ["read", { path: "b" }],
      ],
      requests: 1,
    },
  },
  {
    name: "text, then a call",
    set: (on) =>
      on.onMessage(ANY, { content: "Well.", toolCalls: [{ name: "finish", arguments: '{"done":"x"}' }] }),
    expect: { text: "Well.", calls: [["finish", { done: "x" }]], requests: 1 },
  },
  {
    name: "401",
    set: (on) =>
      on.onMessage(ANY, { error: { message: "bad key", type: "authentication_error" }, status: 401 }),
    expect: { fault: "auth", requests: 1 },
  },
  {
    name: "404",
    set: (on) =>
      on.onMessage(ANY, {
        error: { message: "model not found", type: "not_found_error", code: "model_not_found" },
        status: 404,
      }),
    expect: { fault: "unknown-model", requests: 1 },
  },
  {
    name: "429 once, with retry-after",
    set: (on) =>
      on
        .onMessage(ANY, { content: "ok" })
        .nextRequestError(429, { message: "slow down", type: "rate_limit_error" }),
    expect: { text: "ok", waits: [1000], requests: 2 },
  },
  {
    name: "429 without end",
    set: (on) =>
      on.onMessage(ANY, {
        error: { message: "slow down", type: "rate_limit_error" },
        status: 429,
        retryAfter: 7,
      }),
    expect: { fault: "rate-limited", waits: [7000, 7000, 7000], requests: 4 },
  },
  {
    name: "500 once",
    set: (on) =>
      on.onMessage(ANY, { content: "ok" }).nextRequestError(500, { message: "oops", type: "server_error" }),
    expect: { text: "ok", waits: [500], requests: 2 },
  },
  {
    name: "529 without end",
    set: (on) => on.onMessage(ANY, { error: { message: "busy", type: "overloaded_error" }, status: 529 }),
    expect: { fault: "overloaded", waits: [500, 1000, 2000], requests: 4 },
  },
  {
    name: "a stream cut in the middle",
    set: (on) =>
      on.onMessage(
        ANY,
        { content: "a long text that will never be complete, however long one waits for its last word" },
        { chunkSize: 4, truncateAfterChunks: 12, latency: 20 },
      ),
    expect: { fault: "network", requests: 1 },
  },
  {
    name: "a body that is no event stream",
    set: (on) => on.onMessage(ANY, { content: "ok" }, { chaos: { malformedRate: 1 } }),
    expect: { fault: "bad-request", requests: 1 },
  },
];

async function check(name: Name, { set, expect: expected }: Case): Promise<void> {
  set(mock);
  const baseUrl = name === "anthropic" ? mock.url : `${mock.url}/v1`;
  const provider = MAKE[name]({ id: name, baseUrl, apiKey: "sk-test", sleep: () => Promise.resolve() });
  const events: ModelEvent[] = [];
  const tier = { provider: name, model: MODEL.id, effort: null };
  for await (const event of provider.stream(tier, PROMPT, new AbortController().signal)) events.push(event);
  const last = events.at(-1);
  const calls = last?.type === "done" ? last.message.calls.map((call) => [call.name, call.args]) : [];
  expect(last?.type === "fault" ? last.fault.kind : undefined).toBe(expected.fault);
  if (expected.text !== undefined)
    expect(last).toMatchObject({ type: "done", message: { text: expected.text } });
  expect(calls).toEqual(expected.calls ?? []);
  expect(events.flatMap((event) => (event.type === "retrying" ? [event.waitMs] : []))).toEqual(
    expected.waits ?? [],
  );
  expect(mock.getRequests().length).toBe(expected.requests);
}

describe.each(NAMES)("%s against aimock", (name) => {
  for (const one of CASES) test(one.name, () => check(name, one));
});
