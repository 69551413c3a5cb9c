import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/order.ts";
import { faultAt, faultOf, type Where } from "../../src/providers/faults.ts";
import { strictSchema } from "../../src/providers/schema.ts";

const WHERE: Where = {
  provider: "acme",
  model: "m1",
  baseUrl: "https://acme.example",
  setKey: "Set ACME_KEY.",
  key: "sk-secret",
};

const thrown = (fields: object, cause?: Error): Error => Object.assign(new Error("said", { cause }), fields);
const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

const CASES: [string, unknown, Fault["kind"]][] = [
  [
    "an overload inside a stream",
    thrown({ error: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } } }),
    "overloaded",
  ],
  [
    "a rate limit inside a stream",
    thrown({ error: { code: "rate_limit_exceeded", message: "slow" } }),
    "rate-limited",
  ],
  ["a numeric code inside a stream", thrown({ error: { code: 502, message: "upstream" } }), "overloaded"],
  ["an error object without a status", { error: { code: "server_error", message: "oops" } }, "overloaded"],
  ["a policy", { error: { code: "bio_policy", message: "no" } }, "refusal"],
  ["a content filter", thrown({ status: 400, error: { code: "content_filter", message: "no" } }), "refusal"],
  ["402", thrown({ status: 402 }), "auth"],
  ["an unknown path", thrown({ status: 404, message: "404 page not found" }), "bad-request"],
  [
    "a model named in a 400",
    thrown({ status: 400, error: { message: "The requested model 'x' does not exist" } }),
    "unknown-model",
  ],
  [
    "a model that was switched off",
    thrown({
      status: 400,
      error: { code: "model_decommissioned", message: "The model `m` has been decommissioned" },
    }),
    "unknown-model",
  ],
  [
    "a model that is gone",
    thrown({ status: 410, error: { message: "This model is deprecated and no longer available" } }),
    "unknown-model",
  ],
  ["413", thrown({ status: 413 }), "context-overflow"],
  [
    "a tool choice",
    thrown({ status: 400, error: { message: "deepseek-reasoner does not support this tool_choice" } }),
    "unsupported",
  ],
  ["a broken connection", Object.assign(new TypeError("terminated"), { cause: reset }), "network"],
  [
    "a redirect",
    Object.assign(new TypeError("fetch failed"), { cause: new Error("unexpected redirect") }),
    "bad-request",
  ],
  ["no JSON", new SyntaxError("Unexpected token"), "malformed"],
  ["nonsense", "nonsense", "bug"],
  ["nothing", undefined, "bug"],
];

describe("faultOf", () => {
  test.each(CASES)("%s", (_name, error, kind) => {
    const fault = faultOf(error, WHERE);
    expect(fault.kind).toBe(kind);
    expect(fault.message).toMatch(/^acme\/m1: .+\./);
  });

  test("says what, where and what to do", () => {
    expect(faultOf(thrown({ status: 401, error: { message: "bad key" } }), WHERE).message).toBe(
      "acme/m1: the endpoint refused the key or the account (401 bad key). Set ACME_KEY.",
    );
  });

  test("keeps our key, control characters and floods out", () => {
    const { message } = faultAt(WHERE, "bad-request", `sk-secret\u001b[31m\n${"x".repeat(5000)}`);
    expect(message).not.toMatch(/sk-secret|\u001b|\n/);
    expect(message.length).toBeLessThan(600);
  });

  test.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%j", (headers, ms) => {
    expect(
      faultOf(thrown({ status: 429, headers: new Headers(headers as Record<string, string>) }), WHERE)
        .retryAfter,
    ).toBe(ms);
  });
});

describe("strictSchema", () => {
  const text = { type: "string" };
  test.each([
    [
      "drops what strict modes do not know",
      { type: "object", properties: { a: { type: "string", minLength: 1, pattern: "^x" } }, required: ["a"] },
      { type: "object", properties: { a: text }, required: ["a"], additionalProperties: false },
    ],
    [
      "a property may be named like a keyword",
      { type: "object", properties: { pattern: text }, required: ["pattern"] },
      { type: "object", properties: { pattern: text }, required: ["pattern"], additionalProperties: false },
    ],
    [
      "reaches into lists and choices",
      { type: "array", items: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] } },
      { type: "array", items: { anyOf: [{ type: "integer" }, { type: "null" }] } },
    ],
    ["optional keys cannot be strict", { type: "object", properties: { a: text } }, null],
    ["nor can they further in", { type: "array", items: { type: "object", properties: { a: text } } }, null],
    ["maps cannot be strict", { type: "object", additionalProperties: text }, null],
    [
      "an object without keys",
      { type: "object" },
      { type: "object", properties: {}, required: [], additionalProperties: false },
    ],
  ])("%s", (_name, schema, made) => expect(strictSchema(schema)).toEqual(made));
});
