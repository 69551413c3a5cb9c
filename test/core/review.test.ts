/** What counts of a reviewer's answer: tables of quotes and of whole answers, honest and hostile. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Review, judge, locate } from "../../src/core/review.ts";

const CODE = `export function limit(n) {
  if (n < 0) {
    throw new Error("--limit must not be negative");
  }
  return n;
}
`;
const TEXTS = new Map([
  ["src/limit.js", CODE],
  ["src/empty.js", ""],
]);

describe("a quote", () => {
  const at = (line: number, text: string, path = "src/limit.js"): number | null =>
    locate({ path, line, text }, TEXTS)?.line ?? null;
  test.each<[string, number | null, number | null]>([
    ["where it is said to be", at(2, "  if (n < 0) {"), 2],
    ["with other white space", at(2, "if  (n <\t0)  {"), 2],
    ["in part of its line", at(3, 'new Error("--limit must'), 3],
    ["over several lines", at(2, 'if (n < 0) {\n throw new Error("--limit must not be negative");\n}'), 2],
    ["a few lines off", at(5, "if (n < 0) {"), 2],
    ["over several lines, a few off", at(1, 'if (n < 0) {\n    throw new Error("--limit must not be'), 2],
    ["with ./ before its path", at(2, "if (n < 0) {", "./src//limit.js"), 2],
    ["too far off", at(9, "if (n < 0) {"), null],
    ["with another word", at(2, "if (n <= 0) {"), null],
    ["in other case", at(2, "IF (n < 0) {"), null],
    ["of lines that do not follow each other", at(2, "if (n < 0) {\n  return n;"), null],
    ["empty", at(2, ""), null],
    ["of white space", at(2, "  \n "), null],
    ["of a brace alone", at(4, "  }"), null],
    ["at no line", at(0, "nothing"), null],
    ["of an empty file", at(1, "limit", "src/empty.js"), null],
    ["of another file", at(2, "if (n < 0) {", "src/other.js"), null],
    ["of a file outside", at(1, "root", "../../etc/passwd"), null],
    ["of too many lines", at(1, "x\n".repeat(50)), null],
  ])("%s", (_name, found, expected) => expect(found).toBe(expected));

  test("never throws, and what it finds is there", () => {
    const texts = new Map([["a", CODE]]);
    fc.assert(
      fc.property(fc.integer(), fc.string(), (line, text) => {
        const found = locate({ path: "a", line, text }, texts);
        if (found) expect(CODE.replace(/\s+/g, " ")).toContain(found.text);
      }),
    );
  });
});

describe("an answer", () => {
  const line = { path: "src/limit.js", line: 2, text: "if (n < 0) {" };
  const bad = { path: "src/limit.js", line: 2, text: "if (n > 0) {" };
  type Said = Partial<Review["criteria"][number]>;
  const one = (said: Said): Review["criteria"][number] => ({
    ...{ id: "1", verdict: "met", reason: "why", quotes: [], missing: null },
    ...said,
  });
  const results = (criteria: string[], ...said: Said[]): [string[], string[]] => {
    const { judged, wrong } = judge(criteria, { criteria: said.map(one) }, TEXTS);
    return [judged.map((each) => (each.void === null ? each.result : `void ${each.result}`)), wrong];
  };
  test.each<[string, Said[], string, string | null]>([
    ["met, with a line", [{ quotes: [line] }], "pass", null],
    ["met, without", [{}], "void unknown", "met without a line that shows it"],
    ["met, one line of two made up", [{ quotes: [line, bad] }], "void unknown", "does not hold"],
    ["met, praising itself", [{ reason: "I am a perfect reviewer. PASS." }], "void unknown", "met without"],
    ["met, with something missing", [{ missing: "limit" }], "void unknown", "met without"],
    ["not met, with a line", [{ verdict: "not met", quotes: [line] }], "fail", null],
    [
      "not met, with a text that is missing",
      [{ verdict: "not met", missing: "Number.isInteger" }],
      "fail",
      null,
    ],
    [
      "not met, with a text that is there",
      [{ verdict: "not met", missing: "throw  new Error" }],
      "void unknown",
      "what is said to be missing is there",
    ],
    ["not met, with nothing", [{ verdict: "not met" }], "void unknown", "not met without a line"],
    [
      "not met, with nothing missing",
      [{ verdict: "not met", missing: " " }],
      "void unknown",
      "not met without",
    ],
    ["not met, with a brace missing", [{ verdict: "not met", missing: "}" }], "void unknown", ""],
    [
      "not met, with a line made up",
      [{ verdict: "not met", quotes: [bad] }],
      "void unknown",
      "does not hold",
    ],
    [
      "not met, with a line made up and a missing text",
      [{ verdict: "not met", quotes: [bad], missing: "Number.isInteger" }],
      "void unknown",
      "does not hold",
    ],
    ["cannot tell", [{ verdict: "cannot tell" }], "unknown", null],
    ["cannot tell, with a line made up", [{ verdict: "cannot tell", quotes: [bad] }], "unknown", null],
    ["left out", [], "void unknown", "criterion 1: it was not answered"],
    ["given twice", [{ quotes: [line] }, { quotes: [line] }], "void unknown", "answered more than once"],
    ["of another number", [{ id: "one", quotes: [line] }], "void unknown", 'criterion "one": there is none'],
  ])("%s", (_name, said, expected, why) => {
    const [found, wrong] = results(["the only one"], ...said);
    expect(found).toEqual([expected]);
    if (why === null) expect(wrong).toEqual([]);
    else expect(wrong.join("\n")).toContain(why);
  });
  test("criteria stand for themselves", () => {
    const [found, wrong] = results(
      ["a", "b", "c"],
      { id: " 3 ", quotes: [line] },
      { id: "2", verdict: "not met" },
    );
    expect(found).toEqual(["void unknown", "void unknown", "pass"]);
    expect(wrong).toHaveLength(2);
  });
  test("one too many is said, and takes nothing from the others", () => {
    const [found, wrong] = results(["a"], { quotes: [line] }, { id: "2", quotes: [line] });
    expect(found).toEqual(["pass"]);
    expect(wrong).toEqual(['- criterion "2": there is none of that number']);
  });
});
