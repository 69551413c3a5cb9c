import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { clipped, fitting, tokens } from "../../src/engine/tokens.ts";

const ROOT = join(import.meta.dirname, "../..");
const sources = ["src/core", "src/engine", "test/core", "media/sample/src"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => /\.(ts|js)$/.test(name))
    .map((name) => join(ROOT, folder, name)),
);
const prose = ["README.md", "ARCHITECTURE.md", "package.nls.json", "LICENSE"].map((name) => join(ROOT, name));

test("source and prose: never less than o200k counts, and at most 70 % more", () => {
  expect(sources.length).toBeGreaterThan(40);
  for (const path of [...sources, ...prose]) {
    const text = readFileSync(path, "utf8");
    const real = countTokens(text);
    const ratio = tokens(text) / real;
    if (real < 300) continue;
    expect(ratio, path).toBeGreaterThanOrEqual(1);
    expect(ratio, path).toBeLessThan(1.7);
  }
});

const char = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((code) => String.fromCodePoint(code));
const many = (one: fc.Arbitrary<string>) =>
  fc.array(one, { minLength: 2000, maxLength: 2000 }).map((all) => all.join(""));

test.each<[string, fc.Arbitrary<string>, number]>([
  [
    "base64",
    fc.uint8Array({ minLength: 3000, maxLength: 3000 }).map((bytes) => Buffer.from(bytes).toString("base64")),
    1.05,
  ],
  [
    "hex",
    fc.uint8Array({ minLength: 3000, maxLength: 3000 }).map((bytes) => Buffer.from(bytes).toString("hex")),
    1.05,
  ],
  ["letters", many(char(97, 122)), 1.05],
  ["capitals", many(char(65, 90)), 1.05],
  ["ASCII", many(char(32, 126)), 1.05],
  ["white space", many(fc.constantFrom(" ", "\t", "\n", "\r")), 1.05],
  ["control characters", many(char(0, 31)), 1.05],
  ["Chinese", many(char(0x4e00, 0x9fff)), 1.05],
  ["Greek", many(char(0x391, 0x3c9)), 1.05],
  ["any plane", many(char(0x10000, 0x10ffff)), 1.05],
  [
    "one character again and again",
    fc.tuple(char(32, 126), fc.constant(5000)).map(([one, times]) => one.repeat(times)),
    1.05,
  ],
  // The bound of what is said of made-up words.
  ["syllables", many(fc.constantFrom("ba ", "ku", "zo", "pi ", "le", "xe", "vy", "or ")), 2.5],
])("%s: not more than o200k allows", (_name, text, most) =>
  fc.assert(
    fc.property(text, (words) => {
      expect(countTokens(words)).toBeLessThanOrEqual(tokens(words) * most);
    }),
    { numRuns: 10, seed: 1 },
  ),
);

test("the cost of lines is the sum of theirs, or less", () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("", "a", "  b()", "日本"))), (lines) => {
      const sum = lines.reduce((all, line) => all + tokens(line) + 1, 0);
      expect(tokens(lines.join("\n"))).toBeLessThanOrEqual(sum);
      expect(fitting(lines, sum)).toBe(lines.length);
    }),
  ));

test.each([
  ["short", "a\nb", 10, "a\nb"],
  ["nothing", "", 10, ""],
  ["no room for a note", "word ".repeat(40), 10, ""],
  ["a long one", "one two\n".repeat(40), 26, "one two\none two\n[305 more characters left out]"],
])("clipped: %s", (_name, text, most, expected) => expect(clipped(text, most)).toBe(expected));

test("what is clipped fits, however long its lines are", () =>
  fc.assert(
    fc.property(fc.string({ maxLength: 3000 }), fc.integer({ min: 0, max: 300 }), (text, most) => {
      expect(tokens(clipped(text.repeat(30), most))).toBeLessThanOrEqual(most);
    }),
  ));
