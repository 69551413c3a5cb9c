/** What every provider must do, as data. A reply list answers request after request; its last entry answers all further ones. */
import type { EFFORTS } from "../../src/core/order.ts";
import { type Fault, type Usage } from "../../src/core/order.ts";
import type { ModelInfo, Prompt, ToolSpec } from "../../src/engine/ports.ts";
import type { Reply } from "../../src/providers/scripted.ts";

export const NAMES = ["openai", "compatible", "anthropic", "scripted", "vscode-lm"] as const;
export type Name = (typeof NAMES)[number];

export type Case = {
  name: string;
  replies: Reply[] | Record<Name, Reply[]>;
  prompt?: Partial<Prompt>;
  effort?: (typeof EFFORTS)[number] | null;
  /** What is done to the provider or its request. */
  given?: "no key" | "cancel at first text" | "cancelled before" | "short patience" | "cancel in the wait";
  /** Providers it says nothing about, each with the reason. */
  except?: Partial<Record<Name, string>>;
  expect: Expected;
};
export type Expected = {
  text?: string;
  thinking?: string;
  /** Name and arguments; arguments that are no JSON as `{ bad: raw }`. */
  calls?: [string, unknown][];
  stop?: "end" | "tools" | "length";
  usage?: Usage;
  fault?: Fault["kind"];
  /** Must stand in the fault's message. */
  says?: RegExp;
  retryAfter?: number;
  /** Waits between requests in ms. */
  waits?: number[];
  requests: number;
  ended?: "client" | "cut" | "complete";
};

export const MODEL: ModelInfo = {
  id: "model-a",
  context: 1000,
  maxOutput: 500,
  efforts: ["low", "medium", "high"],
  defaultEffort: "low",
  tools: true,
};

const properties = {
  path: { type: "string", description: "relative" },
  lines: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] },
};
export const READ: ToolSpec = {
  name: "read",
  description: "Reads a file.",
  schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties,
    required: ["path", "lines"],
    additionalProperties: false,
  },
};
export const FINISH: ToolSpec = {
  name: "finish",
  description: "Ends the work.",
  schema: {
    type: "object",
    properties: { done: { type: "string", maxLength: 500 } },
    required: ["done"],
    additionalProperties: false,
  },
};
export const PROMPT: Prompt = {
  tools: [READ, FINISH],
  system: "Do this task only.",
  messages: [
    { role: "user", text: "Shared rules." },
    { role: "user", text: "Fix the sum." },
  ],
  sharedPrefix: 1,
  mustCall: null,
  output: null,
  maxOutput: 1000,
  cacheKey: "order-1/model-a",
};
const OUTPUT = {
  name: "verdict",
  schema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
};

const COUNTED: Usage = { input: 100, cacheRead: 2000, cacheWrite: 300, output: 50, reasoning: 20 };
const OK: Reply = { text: "All good." };
const all = (reply: Reply): Record<Name, Reply[]> => ({
  openai: [reply],
  compatible: [reply],
  anthropic: [reply],
  scripted: [reply],
  "vscode-lm": [reply],
});
const two: Reply = {
  text: "Reading both.",
  calls: [
    { name: "read", args: { path: "a.js", lines: null } },
    { name: "read", args: { path: "b/ünï.js", lines: 20 } },
  ],
};

export const CASES: Case[] = [
  {
    name: "text",
    replies: [{ text: "Hello, wörld — 你好 in pieces." }],
    expect: { text: "Hello, wörld — 你好 in pieces.", stop: "end", requests: 1, ended: "complete" },
  },
  {
    name: "thinking",
    replies: [{ thinking: "First I look around a bit.", text: "Done." }],
    effort: "high",
    except: { "vscode-lm": "it shows none, and takes no effort" },
    expect: { thinking: "First I look around a bit.", text: "Done.", requests: 1 },
  },
  {
    name: "tool calls in parallel",
    replies: [two],
    expect: {
      text: "Reading both.",
      calls: [
        ["read", { path: "a.js", lines: null }],
        ["read", { path: "b/ünï.js", lines: 20 }],
      ],
      stop: "tools",
      requests: 1,
    },
  },
  {
    name: "a call without arguments",
    replies: [{ calls: [{ name: "read", raw: "" }] }],
    except: { "vscode-lm": "the editor parses them" },
    expect: { calls: [["read", {}]], stop: "tools", requests: 1 },
  },
  {
    name: "arguments that are no JSON",
    replies: [
      {
        calls: [
          { name: "read", raw: '{"path": "a' },
          { name: "finish", args: { done: "x" } },
        ],
      },
    ],
    except: { "vscode-lm": "the editor parses them" },
    expect: {
      calls: [
        ["read", { bad: '{"path": "a' }],
        ["finish", { done: "x" }],
      ],
      stop: "tools",
      requests: 1,
    },
  },
  {
    name: "a tool that does not exist is the caller's matter",
    replies: [{ calls: [{ name: "rm", args: [1] }] }],
    expect: { calls: [["rm", [1]]], stop: "tools", requests: 1 },
  },
  {
    name: "usage with cached and reasoning tokens",
    replies: [{ text: "x", usage: COUNTED }],
    except: { "vscode-lm": "it counts none" },
    expect: { text: "x", usage: COUNTED, requests: 1 },
  },
  {
    name: "the output limit",
    replies: [{ text: "half a sent", stop: "length" }],
    except: { "vscode-lm": "it does not say why it ended" },
    expect: { text: "half a sent", stop: "length", requests: 1 },
  },
  {
    name: "a forced call",
    replies: [{ calls: [{ name: "finish", args: { done: "x" } }] }],
    prompt: { mustCall: "finish" },
    expect: { calls: [["finish", { done: "x" }]], stop: "tools", requests: 1 },
  },
  {
    name: "structured output",
    replies: [{ text: '{"ok":true}' }],
    prompt: { output: OUTPUT, tools: [] },
    expect: { text: '{"ok":true}', stop: "end", requests: 1 },
  },
  {
    name: "structured output of the wrong schema is returned as it is",
    replies: [{ text: '{"ok":"maybe"}' }],
    prompt: { output: OUTPUT, tools: [] },
    expect: { text: '{"ok":"maybe"}', stop: "end", requests: 1 },
  },

  {
    name: "cancel mid-stream closes the request",
    replies: [{ breaks: "stall", text: "Hello" }],
    given: "cancel at first text",
    expect: { text: "Hello", fault: "cancelled", requests: 1, ended: "client" },
  },
  {
    name: "cancelled before it began",
    replies: [OK],
    given: "cancelled before",
    expect: { fault: "cancelled", requests: 0 },
  },
  {
    name: "cancel while waiting to retry",
    replies: [{ status: 500 }],
    given: "cancel in the wait",
    expect: { fault: "cancelled", waits: [500], requests: 1 },
  },
  {
    name: "a stalled stream",
    replies: [{ breaks: "stall", text: "Hel" }],
    given: "short patience",
    expect: { fault: "stalled", says: /went silent/, requests: 1, ended: "client" },
  },
  {
    name: "a stream that never begins",
    replies: [{ breaks: "stall" }],
    given: "short patience",
    expect: { fault: "stalled", requests: 1, ended: "client" },
  },
  {
    name: "a stream cut after some text",
    replies: [{ breaks: "cut", text: "Hel" }, OK],
    expect: { text: "Hel", fault: "network", says: /connection broke/, requests: 1, ended: "cut" },
  },
  {
    name: "a stream cut before anything, asked again",
    replies: [{ breaks: "cut" }, OK],
    except: { anthropic: "it has counted its input by then: the engine asks again" },
    expect: { text: "All good.", waits: [500], requests: 2 },
  },
  {
    name: "an event that is no JSON",
    replies: [{ breaks: "garbage", text: "He" }],
    except: { "vscode-lm": "the editor parses them" },
    expect: { fault: "malformed", says: /cannot be read/, requests: 1 },
  },

  {
    name: "401",
    replies: [{ status: 401, message: "invalid api key" }],
    expect: { fault: "auth", says: /model-a: .*401 invalid api key.*Set API Key/, requests: 1 },
  },
  { name: "403", replies: [{ status: 403, message: "not for you" }], expect: { fault: "auth", requests: 1 } },
  {
    name: "no credit left is no rate limit",
    replies: [{ status: 429, code: "insufficient_quota", message: "You exceeded your current quota" }],
    expect: { fault: "auth", requests: 1 },
  },
  {
    name: "429 with retry-after, then an answer",
    replies: [{ status: 429, retryAfter: 2 }, OK],
    expect: { text: "All good.", waits: [2000], requests: 2 },
  },
  {
    name: "429 without end",
    replies: [{ status: 429, retryAfter: 1 }],
    expect: { fault: "rate-limited", retryAfter: 1000, waits: [1000, 1000, 1000], requests: 4 },
  },
  {
    name: "429 for longer than a minute",
    replies: [{ status: 429, retryAfter: 3600 }, OK],
    expect: { fault: "rate-limited", retryAfter: 3_600_000, requests: 1 },
  },
  {
    name: "500, then an answer",
    replies: [{ status: 500 }, OK],
    expect: { text: "All good.", waits: [500], requests: 2 },
  },
  {
    name: "500 without end",
    replies: [{ status: 500 }],
    expect: { fault: "overloaded", waits: [500, 1000, 2000], requests: 4 },
  },
  { name: "529", replies: [{ status: 529 }, OK], expect: { text: "All good.", waits: [500], requests: 2 } },
  {
    name: "refusal",
    replies: [{ refusal: "I will not do that." }],
    except: { "vscode-lm": "a refusal is text" },
    expect: { fault: "refusal", says: /I will not do that/, requests: 1 },
  },
  {
    name: "context overflow",
    replies: {
      ...all({
        status: 400,
        code: "context_length_exceeded",
        message: "Your input exceeds the context window of this model.",
      }),
      compatible: [
        {
          status: 400,
          message: "This model's maximum context length is 8192 tokens. However, you requested 9000.",
        },
      ],
      anthropic: [{ status: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" }],
    },
    expect: { fault: "context-overflow", says: /smaller|longer context/, requests: 1 },
  },
  {
    name: "unknown model",
    replies: {
      ...all({ status: 404, code: "model_not_found", message: "The model model-z does not exist" }),
      anthropic: [{ status: 404, message: "model: model-z" }],
    },
    expect: { fault: "unknown-model", says: /Choose Models/, requests: 1 },
  },
  {
    name: "an effort the vendor refuses",
    replies: [{ status: 400, message: "Unsupported value: reasoning effort 'high'" }],
    effort: "high",
    except: { "vscode-lm": "any effort is refused before a request" },
    expect: { fault: "unsupported", says: /another effort/, requests: 1 },
  },
  {
    name: "any other bad request",
    replies: [{ status: 422, message: "temperature must be a number" }],
    expect: { fault: "bad-request", says: /temperature/, requests: 1 },
  },
  {
    name: "no key",
    replies: [OK],
    given: "no key",
    except: { "vscode-lm": "it needs none", scripted: "it needs none" },
    expect: { fault: "missing-key", says: /Set API Key/, requests: 0 },
  },
];
