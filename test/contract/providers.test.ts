/** All providers run one table: the three real SDKs against our model server, the scripted and the editor's ones natively. */
import { describe, expect, test } from "vitest";
import type { Tier } from "../../src/core/order.ts";
import type { Message, ModelEvent, Prompt, Provider } from "../../src/engine/ports.ts";
import { languageModels } from "../../src/providers/languageModel.ts";
import { type Reply, scripted, type ScriptRequest } from "../../src/providers/scripted.ts";
import type { ProviderOptions } from "../../src/providers/stream.ts";
import { chatModel } from "./chatModels.ts";
import { type Case, CASES, MODEL, type Name, NAMES, PROMPT } from "./cases.ts";
import { type ModelServer, startModelServer } from "./modelServer.ts";
import type { Json } from "./requestChecks.ts";
import { KEY, modelServers, type Vendor, vendor, VENDORS } from "./vendors.ts";

const start = modelServers();
const serve = (replies: Reply[], key: string | null = KEY): Promise<ModelServer> =>
  start({ key, reply: nextOf(replies) });

function nextOf(replies: Reply[]): (request: ScriptRequest) => Reply {
  let at = 0;
  return () => replies[Math.min(at++, replies.length - 1)] ?? { status: 500 };
}

const tierOf = (provider: string, effort: Tier["effort"] = null): Tier => ({
  provider,
  model: MODEL.id,
  effort,
});

async function collect(
  provider: Provider,
  tier: Tier,
  prompt: Prompt,
  control = new AbortController(),
  at?: ModelEvent["type"],
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of provider.stream(tier, prompt, control.signal)) {
    events.push(event);
    if (event.type === at) control.abort();
  }
  return events;
}

type Subject = { provider: Provider; requests: () => number; ended: () => Promise<string> | undefined };

async function subjectOf(name: Name, given: Case["given"], replies: Reply[]): Promise<Subject> {
  const sleep: ProviderOptions["sleep"] = () =>
    given === "cancel in the wait" ? new Promise(() => undefined) : Promise.resolve();
  const more = { sleep, ...(given === "short patience" && { stallMs: 250 }) };
  if (name === "scripted") {
    let count = 0;
    const next = nextOf(replies);
    const script = (request: ScriptRequest): Reply => (count++, next(request));
    return {
      provider: scripted({ id: name, script, ...more }),
      requests: () => count,
      ended: () => undefined,
    };
  }
  if (name === "vscode-lm") {
    const sent: Parameters<typeof chatModel>[2] = [];
    const next = nextOf(replies);
    const model = chatModel(MODEL.id, () => next(NO_REQUEST), sent);
    return {
      provider: languageModels(() => Promise.resolve([model]), more),
      requests: () => sent.length,
      ended: () => undefined,
    };
  }
  const server = await serve(replies);
  // A remote host: a local one needs no key.
  const noKey =
    given === "no key"
      ? { apiKey: null, ...(name === "compatible" && { baseUrl: "https://models.example.com/v1" }) }
      : {};
  return {
    provider: vendor(name, server, { ...more, ...noKey }),
    requests: () => server.journal.length,
    ended: () => server.journal.at(-1)?.ended,
  };
}

const NO_REQUEST: ScriptRequest = {
  api: "scripted",
  system: "",
  messages: [],
  toolNames: [],
  mustCall: null,
  output: null,
  headers: {},
  model: MODEL.id,
  effort: null,
};

const CANCEL_AT: Partial<Record<NonNullable<Case["given"]>, ModelEvent["type"]>> = {
  "cancel at first text": "text",
  "cancel in the wait": "retrying",
};

async function check(name: Name, { replies, prompt, effort, given, expect: expected }: Case): Promise<void> {
  const subject = await subjectOf(name, given, Array.isArray(replies) ? replies : replies[name]);
  const control = new AbortController();
  if (given === "cancelled before") control.abort();
  const events = await collect(
    subject.provider,
    tierOf(name, effort),
    { ...PROMPT, ...prompt },
    control,
    given && CANCEL_AT[given],
  );
  const said = (type: "text" | "thinking"): string =>
    events.map((event) => (event.type === type ? event.delta : "")).join("");
  const calls = events.flatMap((event) => (event.type === "call" ? [event.call] : []));
  const last = events.at(-1);
  expect(events.filter(({ type }) => type === "done" || type === "fault")).toEqual([last]);
  expect(subject.requests()).toBe(expected.requests);
  expect(events.flatMap((event) => (event.type === "retrying" ? [event.waitMs] : []))).toEqual(
    expected.waits ?? [],
  );
  if (expected.text !== undefined) expect(said("text")).toBe(expected.text);
  if (expected.thinking !== undefined) expect(said("thinking")).toBe(expected.thinking);
  expect(
    calls.map((call) => [call.name, call.badArgs === undefined ? call.args : { bad: call.badArgs }]),
  ).toEqual(expected.calls ?? []);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  if (last?.type === "fault") checkFault(name, last, expected);
  else checkDone(last, { ...expected, calls: calls as unknown as [string, unknown][] });
  const ended = await subject.ended();
  if (ended !== undefined && expected.ended !== undefined) expect(ended).toBe(expected.ended);
}

function checkFault(
  name: Name,
  last: Extract<ModelEvent, { type: "fault" }>,
  expected: Case["expect"],
): void {
  expect(last.fault.kind).toBe(expected.fault);
  expect(last.fault.message).toContain(`${name}/${MODEL.id}: `);
  expect(last.fault.message).not.toContain(KEY);
  if (expected.says !== undefined && name !== "scripted" && name !== "vscode-lm")
    expect(last.fault.message).toMatch(expected.says);
  expect(last.fault.retryAfter).toBe(expected.retryAfter);
}

function checkDone(last: ModelEvent | undefined, expected: Case["expect"]): void {
  if (last?.type !== "done") throw new Error(`the last event is ${last?.type ?? "none"}, not done`);
  expect(expected.fault).toBeUndefined();
  expect(last.message.text).toBe(expected.text ?? "");
  expect(last.message.calls).toEqual(expected.calls);
  if (expected.stop !== undefined) expect(last.stop).toBe(expected.stop);
  if (expected.usage !== undefined) expect(last.usage).toEqual(expected.usage);
  expect(last.usage.input + last.usage.cacheRead).toBeGreaterThan(0);
}

describe.each(NAMES)("%s", (name) => {
  for (const one of CASES) if (one.except?.[name] === undefined) test(one.name, () => check(name, one));
});

/** The body of the only (or last) request a prompt makes. */
async function bodyOf(
  name: Vendor,
  effort: Tier["effort"],
  prompt: Partial<Prompt>,
  model = MODEL.id,
): Promise<Json> {
  const server = await serve([{ text: "ok" }]);
  await collect(vendor(name, server), { ...tierOf(name, effort), model }, { ...PROMPT, ...prompt });
  return server.journal.at(-1)?.body ?? {};
}

const past = (opaque?: { provider: string; items: unknown }): Message[] => [
  ...PROMPT.messages,
  {
    role: "assistant",
    text: "",
    calls: [{ id: "c1", name: "read", args: null, badArgs: "{oops" }],
    ...(opaque && { opaque }),
  },
  { role: "tool", results: [{ id: "c1", text: "no such file", failed: true }] },
];

test.each(VENDORS)("%s: arguments that do not end are cut off, and what came is counted", async (name) => {
  const server = await serve([
    { text: "", calls: [{ name: "read", raw: `{"path":"${"x".repeat(300_000)}"}` }] },
  ]);
  const provider = vendor(name, server, { mostBytes: 100_000 });
  const [last] = (await collect(provider, tierOf(name), PROMPT)).slice(-1);
  expect(last).toMatchObject({
    type: "fault",
    fault: { kind: "malformed", message: expect.stringContaining("far more than any answer") as string },
  });
  if (last?.type === "fault") expect(last.usage?.output).toBeGreaterThan(1000);
  expect(server.journal).toHaveLength(1);
});

describe("what is sent", () => {
  const effort: [Vendor, unknown][] = [
    ["openai", { reasoning: { effort: "high" } }],
    ["compatible", { reasoning_effort: "high" }],
    [
      "anthropic",
      { output_config: { effort: "high" }, thinking: { type: "adaptive", display: "summarized" } },
    ],
  ];
  test.each(effort)("%s: effort", async (name, wanted) => {
    expect(await bodyOf(name, "high", {})).toMatchObject(wanted as Json);
    const none = await bodyOf(name, null, {});
    for (const key of ["reasoning", "reasoning_effort", "output_config", "thinking"])
      expect(none).not.toHaveProperty(key);
  });

  const forced: [Vendor, string, unknown][] = [
    ["openai", MODEL.id, { type: "function", name: "finish" }],
    ["compatible", MODEL.id, { type: "function", function: { name: "finish" } }],
    ["anthropic", "claude-haiku-4-5", { type: "tool", name: "finish" }],
  ];
  test.each(forced)("%s: a forced call on %s", async (name, model, wanted) => {
    expect((await bodyOf(name, null, { mustCall: "finish" }, model)).tool_choice).toEqual(wanted);
  });

  test("anthropic: models that always think are asked in words, after the cached part", async () => {
    const body = await bodyOf("anthropic", "high", { mustCall: "finish" }, "claude-opus-5-5");
    expect(body).not.toHaveProperty("tool_choice");
    expect(JSON.stringify((body.messages as Json[]).at(-1))).toContain("calling the tool finish");
  });

  test("anthropic: markers at the end of the fixed part, of the shared part and of the newest message", async () => {
    const { system, messages } = await bodyOf("anthropic", null, { messages: past() });
    const marks = [system, ...(messages as Json[]).map(({ content }) => content)].map(
      (blocks) => (blocks as Json[]).at(-1)?.cache_control !== undefined,
    );
    expect(marks).toEqual([true, true, false, false, true]);
  });

  test.each([
    ["short", "short"],
    ["k".repeat(65), expect.stringMatching(/^[0-9a-f]{64}$/) as string],
  ])("openai: cache key %s", async (cacheKey, sent) => {
    expect((await bodyOf("openai", null, { cacheKey })).prompt_cache_key).toEqual(sent);
  });

  test("openai: an explicit cache breakpoint only where the model has them", async () => {
    const sent = async (model: string): Promise<boolean> =>
      JSON.stringify(await bodyOf("openai", null, {}, model)).includes("prompt_cache_breakpoint");
    expect([await sent("gpt-5.5"), await sent("gpt-5.6-sol"), await sent("gpt-6-luna")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test.each(VENDORS)(
    "%s: a past call that was no JSON, and another provider's opaque, make no bad request",
    async (name) => {
      const body = await bodyOf(name, null, {
        messages: past({ provider: "other", items: [{ type: "reasoning", secret: true }] }),
      });
      expect(JSON.stringify(body)).toContain("unparsed");
      expect(JSON.stringify(body)).not.toContain("secret");
    },
  );

  const sealed: Record<Vendor, string> = {
    openai: "sealed:Hm.",
    compatible: '"reasoning_content":"Hm."',
    anthropic: "signed:Hm.",
  };
  test.each(VENDORS)("%s: thinking goes back unchanged", async (name) => {
    const server = await serve([
      { thinking: "Hm.", text: "I read.", calls: [{ name: "read", args: { path: "a", lines: null } }] },
      { text: "ok" },
    ]);
    const provider = vendor(name, server);
    const last = (await collect(provider, tierOf(name, "high"), PROMPT)).at(-1);
    if (last?.type !== "done") throw new Error("no answer");
    const kept = JSON.parse(JSON.stringify(last.message)) as typeof last.message;
    const results = kept.calls.map(({ id }) => ({ id, text: "content", failed: false }));
    await collect(provider, tierOf(name, "high"), {
      ...PROMPT,
      messages: [...PROMPT.messages, kept, { role: "tool", results }],
    });
    const body = server.journal[1]?.body;
    expect(JSON.stringify(body)).toContain(sealed[name]);
    expect(JSON.stringify(body).split("I read.").length).toBe(2);
  });

  test.each([
    ["finish", undefined],
    [null, { provider: "anthropic", items: expect.objectContaining({ model: MODEL.id }) as unknown }],
  ])(
    "anthropic: thinking that saw words the next request will not hold is not kept (forced: %s)",
    async (mustCall, kept) => {
      const server = await serve([{ thinking: "Hm.", text: "x" }]);
      const last = (
        await collect(vendor("anthropic", server), tierOf("anthropic", "high"), { ...PROMPT, mustCall })
      ).at(-1);
      expect(last?.type === "done" ? last.message.opaque : "no answer").toEqual(kept);
    },
  );

  test("compatible: a local endpoint gets no key when there is none, whatever the environment holds", async () => {
    const server = await serve([{ text: "ok" }], null);
    const held = process.env.OPENAI_API_KEY;
    process.env.OPENAI_API_KEY = "sk-of-somebody-else";
    try {
      expect(
        (await collect(vendor("compatible", server, { apiKey: null }), tierOf("compatible"), PROMPT)).at(-1)
          ?.type,
      ).toBe("done");
    } finally {
      if (held === undefined) delete process.env.OPENAI_API_KEY;
      else process.env.OPENAI_API_KEY = held;
    }
  });

  test.each(["none", "minimal"] as const)(
    "anthropic: effort %s is refused without a request",
    async (effort) => {
      const server = await serve([{ text: "ok" }]);
      expect(await collect(vendor("anthropic", server), tierOf("anthropic", effort), PROMPT)).toMatchObject([
        { type: "fault", fault: { kind: "unsupported" } },
      ]);
      expect(server.journal).toEqual([]);
    },
  );
});

describe("vscode-lm", () => {
  type Sent = NonNullable<Parameters<typeof chatModel>[2]>;
  async function check(
    prompt: Partial<Prompt>,
    reply: Reply = { text: "ok" },
  ): Promise<[Sent, ModelEvent[]]> {
    const sent: Sent = [];
    const provider = languageModels(() => Promise.resolve([chatModel(MODEL.id, () => reply, sent)]));
    return [sent, await collect(provider, tierOf("vscode-lm"), { ...PROMPT, ...prompt })];
  }
  const failing = (error: Error): Provider =>
    languageModels(() =>
      Promise.resolve([{ name: MODEL.id, maxInputTokens: 1, send: () => Promise.reject(error) }]),
    );

  test("the system text is the first message, results answer their calls", async () => {
    const [[first]] = await check({ messages: past() });
    expect(first?.request.messages).toEqual([
      { role: "user", text: PROMPT.system },
      { role: "user", text: "Shared rules." },
      { role: "user", text: "Fix the sum." },
      { role: "assistant", text: "", calls: [{ id: "c1", name: "read", input: { unparsed: "{oops" } }] },
      { role: "results", results: [{ id: "c1", text: "no such file" }] },
    ]);
    expect(first?.request.tools.map(({ name }) => name)).toEqual(["read", "finish"]);
  });
  test("the one tool that must be called is the only one; a schema is asked for in words", async () => {
    const [[forced]] = await check({ mustCall: "finish" });
    expect([forced?.request.mustCall, forced?.request.tools.map(({ name }) => name)]).toEqual([
      true,
      ["finish"],
    ]);
    const [[shaped]] = await check({ tools: [], output: { name: "x", schema: { type: "object" } } });
    expect(shaped?.request.messages.at(-1)).toEqual({
      role: "user",
      text: 'Answer with one JSON value of this JSON Schema and nothing else:\n{"type":"object"}',
    });
  });
  test("usage is estimated, and says so", async () => {
    const [, events] = await check({}, { text: "x".repeat(400) });
    expect(events.at(-1)).toMatchObject({
      type: "done",
      usage: { output: 100, cacheRead: 0, reasoning: 0 },
      odd: "reports no usage: its tokens are estimated from the text.",
    });
  });
  test("an effort is refused without a request", async () => {
    const sent: Sent = [];
    const provider = languageModels(() => Promise.resolve([chatModel(MODEL.id, () => ({ text: "" }), sent)]));
    expect(await collect(provider, tierOf("vscode-lm", "high"), PROMPT)).toMatchObject([
      {
        type: "fault",
        fault: { kind: "unsupported", message: expect.stringContaining("take no effort") as string },
      },
    ]);
    expect(sent).toEqual([]);
  });
  test.each([
    ["NoPermissions", "auth", /Manage Language Model Access/],
    ["Blocked", "auth", /not now/],
    ["NotFound", "unknown-model", /Choose Models/],
  ])("the editor's error %s is a fault with the next step", async (code, kind, says) => {
    const provider = failing(Object.assign(new Error("not now"), { code }));
    const [fault] = await collect(provider, tierOf("vscode-lm"), PROMPT);
    expect(fault).toMatchObject({ fault: { kind, message: expect.stringMatching(says) as string } });
  });
  test("a model that has gone is unknown", async () => {
    const provider = languageModels(() => Promise.resolve([]));
    expect(await collect(provider, tierOf("vscode-lm"), PROMPT)).toMatchObject([
      { fault: { kind: "unknown-model" } },
    ]);
  });
  test("an answer of nothing broke off", async () => {
    const sleep = (): Promise<void> => Promise.resolve();
    const model = chatModel(MODEL.id, () => ({ text: "" }));
    const provider = languageModels(() => Promise.resolve([model]), { sleep });
    expect((await collect(provider, tierOf("vscode-lm"), PROMPT)).at(-1)).toMatchObject({
      fault: { kind: "network" },
    });
  });
  test("lists its models, with no effort to choose", async () => {
    const provider = languageModels(() => Promise.resolve([chatModel("copilot/a", () => ({ text: "" }))]));
    expect(provider.listed?.()).toBeNull();
    const listed = await provider.models(new AbortController().signal);
    expect(listed).toMatchObject([{ id: "copilot/a", efforts: [], context: 200_000 }]);
    expect(provider.listed?.()).toEqual(listed);
  });
});

describe("models", () => {
  const signal = new AbortController().signal;
  const wanted: Record<Vendor, unknown> = {
    openai: { id: "model-a", efforts: null, context: null },
    compatible: {
      id: "model-a",
      efforts: ["low", "medium", "high"],
      defaultEffort: "medium",
      context: 200_000,
      tools: true,
      prices: { input: 2.5, output: 10, cacheRead: 0.25 },
    },
    anthropic: { id: "model-a", efforts: ["low", "medium", "high"], context: 200_000, maxOutput: 64_000 },
  };
  test.each(VENDORS)("%s lists them", async (name) => {
    expect(await vendor(name, await serve([])).models(signal)).toMatchObject([
      wanted[name],
      { id: "model-b" },
    ]);
  });
  test("compatible: a price that varies is unknown, not below 0", async () => {
    const [, varies] = await vendor("compatible", await serve([])).models(signal);
    expect(varies).not.toHaveProperty("prices");
  });
  test.each(["in euros", "of endless price"])("compatible: a price %s is no price", async (odd) => {
    const server = await startModelServer({ reply: () => ({ status: 500 }), models: [odd] });
    const [listed] = await vendor("compatible", server).models(signal);
    await server.close();
    expect(listed).not.toHaveProperty("prices");
  });
  test("compatible: a limit of nothing is none", async () => {
    const server = await startModelServer({ reply: () => ({ status: 500 }), models: ["of no limits"] });
    const [listed] = await vendor("compatible", server).models(signal);
    await server.close();
    expect(listed).toMatchObject({ context: null, maxOutput: null });
  });
  test.each(VENDORS)("%s rejects with a fault", async (name) => {
    const gone = await startModelServer({ reply: () => ({ status: 500 }) });
    await gone.close();
    await expect(vendor(name, gone).models(signal)).rejects.toMatchObject({
      kind: "network",
      message: expect.stringContaining(`${name}/models`) as string,
    });
  });
});
