import * as z from "zod";
import { describe, expect, test } from "vitest";
import { type Fault, NO_USAGE, type Usage } from "../../src/core/order.ts";
import type { Message } from "../../src/engine/ports.ts";
import { type Session, type SessionEnd, type Tool, toolLoop } from "../../src/engine/toolLoop.ts";
import { type Reply, scripted } from "../../src/providers/scripted.ts";
import { tier } from "../core/orders.ts";

const echo: Tool<string> = {
  spec: { name: "echo", description: "", schema: {} },
  args: z.strictObject({ text: z.string() }),
  run: async (args) => ({ text: `heard ${(args as { text: string }).text}` }),
};
const finish: Tool<string> = {
  spec: { name: "finish", description: "", schema: {} },
  args: z.strictObject({ done: z.string() }),
  run: async (args) => ({ text: "Noted.", end: (args as { done: string }).done }),
};
const USAGE = { ...NO_USAGE, input: 900, output: 100 };
const call = (name: string, args: unknown): Reply => ({ calls: [{ name, args }], usage: USAGE });
const DONE = call("finish", { done: "all" });

type Ran = {
  end: SessionEnd<string>;
  messages: Message[];
  said: string[];
  called: number;
  reserved: [number, number][];
  released: number;
  used: Usage[];
  waits: number[];
};

/** Plays the replies in order, the last one for ever. Said is what the model was told after its replies. */
async function play(
  replies: Reply[],
  over: Partial<Session<string>> = {},
  signal = new AbortController().signal,
): Promise<Ran> {
  const messages: Message[] = [{ role: "user", text: "go" }];
  const reserved: [number, number][] = [];
  const used: Usage[] = [];
  const waits: number[] = [];
  let [turn, released] = [0, 0];
  const session: Session<string> = {
    provider: scripted({
      id: "p",
      script: () => replies[Math.min(turn++, replies.length - 1)] as Reply,
      retries: 0,
    }),
    tier: tier("m"),
    system: "system",
    tools: [echo, finish],
    messages,
    sharedPrefix: 0,
    cacheKey: "k",
    maxOutput: 500,
    limits: { turns: 10, tokens: 100_000, minutes: 10 },
    clock: {
      now: () => new Date(0).toISOString(),
      awake: () => turn * 60_000,
      sleep: async (ms) => void waits.push(ms),
    },
    reserve: (input, output) => {
      reserved.push([input, output]);
      return { release: () => void (released += 1) };
    },
    called: async (usage) => void used.push(usage),
    redact: (text) => text.replaceAll("secret", "***"),
    watch: () => undefined,
    ...over,
  };
  const end = await toolLoop(session, signal);
  const said = messages.slice(1).flatMap((message) => {
    if (message.role === "assistant") return [];
    return message.role === "user" ? [message.text] : message.results.map(({ text }) => text);
  });
  return { end, messages, said, called: used.length, reserved, released, used, waits };
}

describe("answers that are no good are answered", () => {
  test.each<[string, Reply, RegExp]>([
    ["an unknown tool", call("rm", {}), /^There is no tool "rm"\. Tools: echo, finish\.$/],
    ["a tool of a prototype", call("constructor", {}), /^There is no tool "constructor"/],
    [
      "arguments that are no JSON",
      { calls: [{ name: "echo", raw: '{"text": ' }] },
      /^The arguments of echo were no valid JSON: \{"text": $/,
    ],
    ["a wrong type", call("echo", { text: 7 }), /^Wrong arguments for echo:\n- text: /],
    ["a missing key", call("echo", {}), /^Wrong arguments for echo:\n- text: /],
    ["a key too many", call("echo", { text: "a", x: 1 }), /^Wrong arguments for echo:\n- \(all\): .*"x"/],
    ["no object", call("echo", "text"), /^Wrong arguments for echo:\n- \(all\): /],
    ["null", { calls: [{ name: "echo", raw: "null" }] }, /^Wrong arguments for echo:\n- \(all\): /],
    ["no call", { text: "I think…" }, /^Go on with a tool call\. .* call finish\.$/],
    ["a reply that was cut off", { text: "I thi", stop: "length" }, /^Your reply was cut off/],
  ])("%s", async (_name, reply, expected) => {
    const { end, said } = await play([reply, DONE]);
    expect(said[0]).toMatch(expected);
    expect(end).toEqual({ ended: "all" });
  });
});

describe("a session ends", () => {
  const check = async (
    replies: Reply[],
    over: Partial<Session<string>>,
    kind: Fault["kind"],
    calls: number,
  ): Promise<void> => {
    const { end, called } = await play(replies, over);
    expect([end, called]).toMatchObject([{ fault: { kind } }, calls]);
  };
  const ECHO = call("echo", { text: "a" });
  test.each<[string, Reply[], Partial<Session<string>>, Fault["kind"], number]>([
    ["by talking on", [{ text: "hm", usage: USAGE }], {}, "malformed", 3],
    ["by its turns", [ECHO], { limits: { turns: 4, tokens: 1e9, minutes: 1e9 } }, "turn-limit", 4],
    ["by its tokens", [ECHO], { limits: { turns: 99, tokens: 2500, minutes: 1e9 } }, "token-limit", 3],
    ["by its time", [ECHO], { limits: { turns: 99, tokens: 1e9, minutes: 3 } }, "time-limit", 3],
    ["by its budget", [ECHO], { reserve: () => ({ kind: "money-limit", message: "" }) }, "money-limit", 0],
    ["by a fault, whose usage counts", [ECHO, { refusal: "no", usage: USAGE }], {}, "refusal", 2],
    ["by the endpoint", [{ status: 401 }], {}, "auth", 0],
  ])("%s", (_name, replies, over, kind, calls) => check(replies, over, kind, calls));

  test("by an abort before it begins", async () => {
    const { end } = await play([DONE], {}, AbortSignal.abort());
    expect(end).toMatchObject({ fault: { kind: "cancelled" } });
  });
  test("by an abort while a tool runs: what follows is not run", async () => {
    const abort = new AbortController();
    const ran: string[] = [];
    const stopping: Tool<string> = {
      ...echo,
      run: async (args) => {
        ran.push((args as { text: string }).text);
        abort.abort();
        return { text: "" };
      },
    };
    const both: Reply = { calls: ["a", "b"].map((text) => ({ name: "echo", args: { text } })) };
    const { end } = await play([both], { tools: [stopping, finish] }, abort.signal);
    expect([end, ran]).toMatchObject([{ fault: { kind: "cancelled" } }, ["a"]]);
  });
});

test("calls of one reply run in order, and each is answered, also after the end", async () => {
  const reply: Reply = {
    calls: [
      { name: "echo", args: { text: "1" } },
      { name: "finish", args: { done: "all" } },
      { name: "echo", args: { text: "2" } },
    ],
  };
  const { end, said, messages } = await play([reply]);
  expect(end).toEqual({ ended: "all" });
  expect(said).toEqual(["heard 1", "Noted.", "Not run: the session had ended."]);
  const [asked, answered] = messages.slice(-2);
  expect(answered?.role === "tool" && answered.results.map(({ id }) => id)).toEqual(
    asked?.role === "assistant" && asked.calls.map(({ id }) => id),
  );
});

test("what a tool answers is redacted before the model sees it", async () =>
  expect((await play([call("echo", { text: "a secret" }), DONE])).said[0]).toBe("heard a ***"));

test("a call is reserved from what the vendor counted and what came since", async () => {
  const { reserved } = await play([call("echo", { text: "word ".repeat(1000) }), DONE]);
  const [first, second] = reserved;
  expect(first?.[1]).toBe(500);
  expect(first?.[0]).toBeLessThan(800);
  // The argument, which the vendor counted as 100 of output, and the answer, which nobody counted.
  expect(second?.[0]).toBeGreaterThan(900 + 1000 + 1300);
  expect(second?.[0]).toBeLessThan(900 + 1300 + 1800);
});

test("money stays set aside until what was spent is in the log", async () => {
  const order: string[] = [];
  await play([DONE], {
    reserve: () => ({ release: () => void order.push("released") }),
    called: async () => {
      await Promise.resolve();
      order.push("logged");
    },
  });
  expect(order).toEqual(["logged", "released"]);
});

describe("a call that broke off after part of its answer came", () => {
  /** 4,000 characters of arguments that did not end: 1,000 tokens. */
  const BROKEN: Reply = { breaks: "cut", open: { name: "echo", raw: `{"text":"${"x".repeat(4000)}` } };

  test("is asked again as a call of its own: reserved, logged, and without a turn", async () => {
    const limits = { turns: 1, tokens: 1e9, minutes: 1e9 };
    const ran = await play([BROKEN, BROKEN, DONE], { limits });
    expect(ran.end).toEqual({ ended: "all" });
    expect([ran.reserved.length, ran.released, ran.waits]).toEqual([3, 3, [500, 1000]]);
    expect(ran.used.map(({ output }) => output > 1000)).toEqual([true, true, false]);
    expect(ran.used[2]).toEqual(USAGE);
    expect(ran.messages).toHaveLength(3);
  });
  test("is asked again three times; then its fault ends the session", async () => {
    const ran = await play([BROKEN]);
    expect(ran.end).toMatchObject({ fault: { kind: "network" } });
    expect([ran.reserved.length, ran.called, ran.waits]).toEqual([4, 4, [500, 1000, 2000]]);
  });
  test("each turn has its own three", async () => {
    const ECHO = call("echo", { text: "a" });
    const ran = await play([BROKEN, BROKEN, BROKEN, ECHO, BROKEN, BROKEN, BROKEN, DONE]);
    expect(ran.end).toEqual({ ended: "all" });
  });
  test("is not asked again when that could exceed the budget", async () => {
    let asked = 0;
    const over: Fault = { kind: "money-limit", message: "" };
    const ran = await play([BROKEN, DONE], {
      reserve: () => ((asked += 1) > 1 ? over : { release: () => undefined }),
    });
    expect([ran.end, ran.called]).toEqual([{ fault: over }, 1]);
  });
  test("counts towards the tokens of the session", async () => {
    const ran = await play([BROKEN], { limits: { turns: 9, tokens: 1500, minutes: 1e9 } });
    expect([ran.end, ran.called]).toMatchObject([{ fault: { kind: "token-limit" } }, 2]);
  });
  test("is no measure for what the next one may take", async () => {
    const ECHO = call("echo", { text: "a" });
    const { reserved } = await play([ECHO, BROKEN, DONE]);
    expect(reserved[2]).toEqual(reserved[1]);
  });
  test("stopped in the wait, it is cancelled", async () => {
    const abort = new AbortController();
    const clock = { now: () => new Date(0).toISOString(), awake: () => 0, sleep: async () => abort.abort() };
    const ran = await play([BROKEN, DONE], { clock }, abort.signal);
    expect([ran.end, ran.called]).toMatchObject([{ fault: { kind: "cancelled" } }, 1]);
  });
  test("by a fault that stays, it is not asked again", async () => {
    const ran = await play([{ breaks: "garbage", text: "x" }, DONE]);
    expect([ran.end, ran.called]).toMatchObject([{ fault: { kind: "malformed" } }, 1]);
  });
});
