import { describe, expect, test } from "vitest";
import type { ModelEvent, Prompt } from "../../src/engine/ports.ts";
import { answers, scripted, type ScriptedOptions } from "../../src/providers/scripted.ts";

const PROMPT: Prompt = {
  tools: [],
  system: "1234",
  messages: [],
  sharedPrefix: 0,
  mustCall: null,
  output: null,
  maxOutput: 10,
  cacheKey: "k",
};
const ask = async (
  options: Omit<ScriptedOptions, "id">,
  text: string,
  effort: "low" | "max" | null = null,
): Promise<ModelEvent[]> => {
  const provider = scripted({ id: "demo", sleep: () => Promise.resolve(), ...options });
  const events: ModelEvent[] = [];
  const prompt: Prompt = { ...PROMPT, messages: [{ role: "user", text }] };
  for await (const event of provider.stream(
    { provider: "demo", model: "m", effort },
    prompt,
    new AbortController().signal,
  ))
    events.push(event);
  return events;
};
const MODELS = [
  { id: "m", context: null, maxOutput: null, efforts: ["low" as const], defaultEffort: null, tools: true },
];

test("rules answer by the newest message, in order, as often as they may", async () => {
  const script = answers([
    { when: "sum", times: 1, reply: { text: "first" } },
    { when: /SUM/i, reply: ({ model }) => ({ text: `by ${model}` }) },
    { when: ({ toolNames }) => toolNames.length === 0, reply: { text: "no tools" } },
  ]);
  const said: unknown[] = [];
  for (const text of ["a sum", "a sum", "else"]) said.push((await ask({ script }, text)).at(-1));
  expect(said).toMatchObject([
    { message: { text: "first" } },
    { message: { text: "by m" } },
    { message: { text: "no tools" } },
  ]);
});

describe("faults", () => {
  const cases: [string, Omit<ScriptedOptions, "id">, "low" | "max" | null, string, RegExp][] = [
    ["no rule fits", { script: [] }, null, "bad-request", /no reply for: hello/],
    ["a script that throws", { script: () => Promise.reject(new Error("spoiled")) }, null, "bug", /spoiled/],
    ["a model it has not", { script: [], models: [] }, null, "unknown-model", /no model m/],
    ["an effort the model has not", { script: [], models: MODELS }, "max", "unsupported", /effort max/],
  ];
  test.each(cases)("%s", async (_name, options, effort, kind, says) => {
    expect(await ask(options, "hello", effort)).toMatchObject([
      { type: "fault", fault: { kind, message: expect.stringMatching(says) as string } },
    ]);
  });
});

test("usage is a quarter of the characters unless the script says otherwise", async () => {
  const done = (await ask({ script: () => ({ thinking: "12345678", text: "123456789012" }) }, "x")).at(-1);
  expect(done).toMatchObject({ usage: { cacheRead: 0, cacheWrite: 0, output: 5, reasoning: 2 } });
  const told = { input: 1, cacheRead: 2, cacheWrite: 3, output: 4, reasoning: 0 };
  expect((await ask({ script: () => ({ text: "y", usage: told }) }, "x")).at(-1)).toMatchObject({
    usage: told,
  });
});

test("text comes in pieces", async () => {
  const events = await ask({ script: () => ({ text: "a text of more than sixteen characters" }) }, "x");
  expect(events.filter(({ type }) => type === "text").length).toBeGreaterThan(2);
});
