import { expect, test } from "vitest";
import { mentions } from "../../src/core/scope.ts";
import { excerpt, excerpts, fairShares, isSmall } from "../../src/engine/excerpt.ts";
import type { CodeSymbol } from "../../src/engine/ports.ts";
import { tokens } from "../../src/engine/tokens.ts";

const symbol = (name: string, line: number, endLine: number, parent: string | null = null): CodeSymbol => ({
  ...{ name, line, endLine, parent },
  ...{ kind: "function", signature: `function ${name}(a)`, exported: true },
});
/** 300 lines: imports, then functions of 20 lines each with a comment above, each known as a symbol. */
const BIG_LINES = Array.from({ length: 300 }, (_, at) =>
  at < 3 ? `import x${at} from "x${at}";` : at % 20 === 9 ? `/** Makes f${at + 2}. */` : `  line ${at + 1};`,
);
const SYMBOLS = Array.from({ length: 14 }, (_, at) => symbol(`func${at}`, at * 20 + 11, at * 20 + 28));
const BIG = { path: "src/big.js", text: `${BIG_LINES.join("\n")}\n`, symbols: SYMBOLS };
const shownLines = (text: string): string =>
  [...text.matchAll(/^Lines (\d+-\d+):$/gm)].map(([, range]) => range).join(" ");

test("a small file whole, as it is", () =>
  expect(excerpt({ path: "a.js", text: "one\ntwo\n", symbols: [] }, mentions(""), 100)).toBe(
    "## a.js\n```\none\ntwo\n```",
  ));

test("a large file: outline, head and what the slice names, with lines", () => {
  const text = excerpt({ ...BIG, symbols: SYMBOLS.slice(0, 3) }, mentions("Change `func2`."), 1000);
  expect(text).toMatchInlineSnapshot(`
    "## src/big.js: its outline and lines 1-10, 50-68 of 300; read the rest if you need it
    Outline, with lines:
    \`\`\`
    11-28 function func0(a)
    31-48 function func1(a)
    51-68 function func2(a)
    \`\`\`
    Lines 1-10:
    \`\`\`
    import x0 from "x0";
    import x1 from "x1";
    import x2 from "x2";
      line 4;
      line 5;
      line 6;
      line 7;
      line 8;
      line 9;
    /** Makes f11. */
    \`\`\`
    Lines 50-68:
    \`\`\`
    /** Makes f51. */
      line 51;
      line 52;
      line 53;
      line 54;
      line 55;
      line 56;
      line 57;
      line 58;
      line 59;
      line 60;
      line 61;
      line 62;
      line 63;
      line 64;
      line 65;
      line 66;
      line 67;
      line 68;
    \`\`\`"
  `);
});

test.each<[string, string, number, string]>([
  ["two that are named, in the order of the file", "`func9` and `func1`", 1000, "1-10 30-48 190-208"],
  ["a line between two is shown with them", "`func1`, `func2`", 1000, "1-10 30-68"],
  ["nothing named: from the start, as far as it goes", "Improve it.", 700, "1-77"],
  ["what does not fit is cut short", "`func9`", 200, "190-203"],
])("parts of a large file: %s", (_name, words, most, expected) => {
  const text = excerpt(BIG, mentions(words), most);
  expect(shownLines(text)).toBe(expected);
  expect(tokens(text)).toBeLessThanOrEqual(most);
});

test.each<[string, string, number, string]>([
  ["lines that hold a name, with some around", "see `wanted`", 1000, "1-15 97-112"],
  ["no line holds it: from the start", "see `absent`", 300, "1-51"],
])("a large file without symbols: %s", (_name, words, most, expected) => {
  const lines = Array.from({ length: 400 }, (_, at) =>
    at === 99 || at === 108 ? "call wanted now" : "a b c",
  );
  expect(
    shownLines(excerpt({ path: "a.txt", text: lines.join("\n"), symbols: [] }, mentions(words), most)),
  ).toBe(expected);
});

test("a method that is named stands for its class", () => {
  const symbols = [symbol("Store", 1, 200), symbol("save", 50, 60, "Store"), symbol("load", 70, 80, "Store")];
  const text = Array.from({ length: 300 }, (_, at) => `line ${at + 1}`).join("\n");
  expect(shownLines(excerpt({ path: "a.ts", text, symbols }, mentions("`Store.save`"), 600))).toBe("50-60");
});

test("a line of two megabytes is cut, and costs no time", () => {
  const text = excerpt({ path: "min.js", text: "x".repeat(2_000_000), symbols: [] }, mentions(""), 500);
  expect(text.length).toBeLessThan(600);
  expect(text).toContain("[…]");
});

test.each<[string, number[], number, number[]]>([
  ["all have what they want", [10, 20], 100, [10, 20]],
  ["what small ones leave is shared", [10, 500, 400], 410, [10, 200, 200]],
  ["equal shares", [500, 500], 100, [50, 50]],
  ["nothing", [], 100, []],
])("fair shares: %s", (_name, wants, total, expected) => expect(fairShares(wants, total)).toEqual(expected));

test("many files: as many as there is room for, the rest named", () => {
  const files = Array.from({ length: 30 }, (_, at) => ({ ...BIG, path: `src/${at}.js`, symbols: [] }));
  const { shown, unshown } = excerpts(files, mentions(""), 1000);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.length + unshown.length).toBe(30);
  expect(shown[0]).toMatch(/^## src\/0\.js/);
  expect(tokens(shown.join("\n\n"))).toBeLessThanOrEqual(1000);
});

test.each([
  ["x\n".repeat(120), true],
  ["x\n".repeat(121), false],
  ["x".repeat(4001), false],
])("small or not", (text, small) => expect(isSmall(text)).toBe(small));
