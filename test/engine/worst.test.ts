/** What is set aside for a call's input, against what tokenizers make of it. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../../src/core/order.ts";
import type { Message } from "../../src/engine/ports.ts";
import { worstInput } from "../../src/engine/worst.ts";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
const bytes = randomBytes(6000);
const numbers = (of: (at: number) => string, between: string): string =>
  Array.from({ length: 4000 }, (_, at) => of(at * 7919)).join(between);

const TEXTS: Record<string, string> = {
  Chinese: "在软件工程中我们需要仔细地考虑每一个函数的边界条件和异常处理逻辑。".repeat(300),
  base64: bytes.toString("base64"),
  hex: bytes.toString("hex"),
  "hex in pairs": [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
  "dense JavaScript": read("node_modules/glob/dist/esm/index.min.js").slice(0, 20_000),
  decimals: numbers((at) => (at / 1e6).toFixed(6), ","),
  "a table of numbers": numbers((at) => String(at % 1000), " "),
  source: read("src/core/apply.ts"),
  "a lockfile": read("package-lock.json").slice(0, 40_000),
};
const user = (text: string): Message => ({ role: "user", text });
const asked = (messages: Message[], system = "") => ({ system, tools: [], output: null, messages });
const result = (text: string): Message => ({ role: "tool", results: [{ id: "1", text, failed: false }] });
const said = (text: string, opaque?: unknown): Message => ({
  role: "assistant",
  text,
  calls: [],
  ...(opaque !== undefined && { opaque: { provider: "p", items: opaque } }),
});

describe("never less than a tokenizer that cuts finer than o200k by a quarter", () => {
  const cases = Object.entries(TEXTS);
  test.each(cases)("%s, in what is asked", (_name, text) =>
    expect(worstInput(asked([user(text)])).input()).toBeGreaterThan(1.25 * countTokens(text)),
  );
  test.each(cases)("%s, in what a tool answered since", (_name, text) => {
    const messages: Message[] = [user("go")];
    const worst = worstInput(asked(messages));
    worst.input();
    worst.correct({ ...NO_USAGE, input: 900, output: 100 });
    messages.push(said("Reading."), result(text));
    expect(worst.input()).toBeGreaterThan(1000 + 1.25 * countTokens(text));
  });
});

test("system text, tools and the schema of the answer count as well", () => {
  const schema = { description: TEXTS["source"] };
  const none = worstInput(asked([])).input();
  const more = [
    worstInput(asked([], TEXTS["source"])),
    worstInput({ ...asked([]), tools: [{ name: "t", description: "", schema }] }),
    worstInput({ ...asked([]), output: { name: "o", schema } }),
  ];
  for (const one of more) expect(one.input()).toBeGreaterThan(none + countTokens(TEXTS["source"] ?? ""));
});

test("what the vendor counted goes before what we reckon, unless it is less than we know of", () => {
  const of = (input: number, cacheRead: number): number => {
    const worst = worstInput(asked([user("word ".repeat(1000))]));
    worst.input();
    worst.correct({ ...NO_USAGE, input, cacheRead });
    return worst.input();
  };
  expect(of(4000, 5000)).toBe(9000);
  expect(of(1, 0)).toBeGreaterThan(1000);
});

test("thinking that is sealed counts as the output it was; in a conversation taken up again, as long as it is", () => {
  const sealed = [{ type: "reasoning", encrypted_content: TEXTS["base64"] }];
  const messages: Message[] = [user("go")];
  const worst = worstInput(asked(messages));
  worst.input();
  worst.correct({ ...NO_USAGE, input: 900, output: 2000 });
  messages.push(said("x", sealed));
  expect(worst.input()).toBe(2900);
  expect(worstInput(asked(messages)).input()).toBeGreaterThan(countTokens(TEXTS["base64"] ?? ""));
});

test("a message is counted once, however often the conversation is sent", () => {
  let counted = 0;
  const listened = (text: string): Message => {
    const message = result(text);
    return Object.assign(message, { toJSON: () => ((counted += 1), { text }) });
  };
  const messages = Array.from({ length: 40 }, () => listened("word ".repeat(50)));
  const worst = worstInput(asked(messages));
  for (let turn = 0; turn < 5; turn += 1) {
    const before = worst.input();
    messages.push(listened("one more"));
    expect(worst.input()).toBeGreaterThan(before);
    worst.correct({ ...NO_USAGE, input: 9000 + turn });
  }
  expect(counted).toBe(45);
});
