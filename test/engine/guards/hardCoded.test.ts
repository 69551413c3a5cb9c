/** Answers to the test's own questions, written down in the program; and tables that only have much in common with their tests. */
import { expect, test } from "vitest";
import { notHardCoded } from "../../../src/engine/guards/hardCoded.ts";
import { changedOf, factsOf } from "./reading.ts";
import { slice } from "../../core/orders.ts";

const JS = `test("a", () => { expect(translate("the quick brown fox")).toBe("le renard brun rapide"); });
test("b", () => { expect(translate("jumps over a lazy dog")).toBe("saute par-dessus un chien"); });
test("c", () => { expect(factor(10403)).toEqual([101, 103]); expect(factor(99400891)).toEqual([9967, 9973]); });`;
const COLOURS = `test("a", () => { expect(code("black")).toBe(0); expect(code("white")).toBe(9); expect(code("orange")).toBe(3); });`;
const PY = `import pytest
@pytest.mark.parametrize("text,want", [("the quick brown fox", "le renard brun"), ("a lazy dog, asleep", "un chien paresseux")])
def test_a(text, want):
    assert translate(text) == want
`;
const GO = `package a
func TestA(t *testing.T) {
	tests := []struct{ in, want string }{ {"the quick brown fox", "le renard brun"}, {"a lazy dog, asleep", "un chien paresseux"} }
	for _, tt := range tests { if got := F(tt.in); got != tt.want { t.Error(got) } }
}
`;

test.each<[string, [path: string, text: string], [path: string, text: string], RegExp | null]>([
  [
    "an if for each",
    ["a.test.js", JS],
    [
      "a.js",
      'function translate(t) {\n  if (t === "the quick brown fox") return "le renard brun rapide";\n  if (t === "jumps over a lazy dog") return "saute par-dessus un chien";\n  return t;\n}',
    ],
    /^fail: a\.js:[23]/,
  ],
  [
    "a switch",
    ["a.test.js", JS],
    [
      "a.js",
      'function translate(t) { switch (t) { case "the quick brown fox": return "le renard brun rapide"; default: return t; } }',
    ],
    /^fail/,
  ],
  [
    "a map",
    ["a.test.js", JS],
    [
      "a.js",
      'const known = { "the quick brown fox": "le renard brun rapide", "jumps over a lazy dog": "saute par-dessus un chien" };',
    ],
    /^fail/,
  ],
  [
    "a list of pairs",
    ["a.test.js", JS],
    [
      "a.js",
      'const known = new Map([["the quick brown fox", "le renard brun rapide"], ["jumps over a lazy dog", "saute par-dessus un chien"]]);',
    ],
    /^fail/,
  ],
  [
    "a ternary",
    ["a.test.js", JS],
    ["a.ts", 'const f = (t: string) => t === "the quick brown fox" ? "le renard brun rapide" : t;'],
    /^fail/,
  ],
  [
    "numbers",
    ["a.test.js", JS],
    [
      "a.js",
      "function factor(n) { if (n === 10403) return [101, 103]; if (n === 99400891) return [9967, 9973]; }",
    ],
    /^fail/,
  ],
  [
    "Python",
    ["test_a.py", PY],
    [
      "a.py",
      'def translate(t):\n    if t == "the quick brown fox":\n        return "le renard brun"\n    return t\n',
    ],
    /^fail: a\.py:2/,
  ],
  [
    "Python's match",
    ["test_a.py", PY],
    [
      "a.py",
      'def translate(t):\n    match t:\n        case "the quick brown fox":\n            return "le renard brun"\n',
    ],
    /^fail: a\.py:3/,
  ],
  [
    "a dictionary",
    ["test_a.py", PY],
    [
      "a.py",
      'KNOWN = {"the quick brown fox": "le renard brun", "a lazy dog, asleep": "un chien paresseux"}\n',
    ],
    /^fail/,
  ],
  [
    "Go",
    ["a_test.go", GO],
    [
      "a.go",
      'package a\nfunc F(s string) string {\n\tif s == "the quick brown fox" {\n\t\treturn "le renard brun"\n\t}\n\treturn s\n}\n',
    ],
    /^fail: a\.go:3/,
  ],
  [
    "Go's map",
    ["a_test.go", GO],
    ["a.go", 'package a\nvar known = map[string]string{"the quick brown fox": "le renard brun"}\n'],
    /^fail/,
  ],
  [
    "Go's switch",
    ["a_test.go", GO],
    [
      "a.go",
      'package a\nfunc F(s string) string {\n\tswitch s {\n\tcase "the quick brown fox":\n\t\treturn "le renard brun"\n\t}\n\treturn s\n}\n',
    ],
    /^fail/,
  ],
  [
    "Java",
    [
      "ATest.java",
      'class ATest { @Test void a() { assertEquals("le renard brun", A.f("the quick brown fox")); } }',
    ],
    [
      "A.java",
      'class A { static String f(String s) { if (s.equals("the quick brown fox")) return "le renard brun"; return s; } }',
    ],
    /^fail/,
  ],
  [
    "Rust",
    ["tests/a.rs", '#[test]\nfn a() { assert_eq!(f("the quick brown fox"), "le renard brun"); }'],
    ["src/a.rs", 'fn f(s: &str) -> &str { match s { "the quick brown fox" => "le renard brun", _ => s } }'],
    /^fail/,
  ],
  [
    "a table of its domain",
    ["a.test.js", COLOURS],
    [
      "a.js",
      "const COLOURS = { black: 0, brown: 1, red: 2, orange: 3, yellow: 4, green: 5, blue: 6, violet: 7, grey: 8, white: 9 };",
    ],
    null,
  ],
  [
    "a base case",
    [
      "a.test.js",
      "test('a', () => { expect(fib(0)).toBe(0); expect(fib(1)).toBe(1); expect(fib(30)).toBe(832040); });",
    ],
    [
      "a.js",
      "function fib(n) { if (n === 0) return 0; if (n === 1) return 1; return fib(n - 1) + fib(n - 2); }",
    ],
    null,
  ],
  [
    "words of a language",
    ["a.test.js", 'test("a", () => { expect(run("push")).toBe("pushed"); });'],
    ["a.js", 'function run(c) { if (c === "push") return "pushed"; if (c === "pop") return "popped"; }'],
    null,
  ],
  [
    "the inputs without their answers",
    ["a.test.js", JS],
    ["a.js", 'if (t === "the quick brown fox") log("found");'],
    null,
  ],
  [
    "a computation",
    ["a.test.js", JS],
    ["a.js", "function factor(n) { for (let d = 2; d < n; d++) if (n % d === 0) return [d, n / d]; }"],
    null,
  ],
])("%s", async (_what, [testPath, testText], [path, text], expected) => {
  const { cases = [] } = (await factsOf(testPath, testText)) ?? {};
  const changed = await changedOf({ [path]: ["", text] });
  const found = notHardCoded(cases)
    .find(slice("01"), [], changed)
    .map(({ result, why }) => `${result}: ${why}`);
  if (expected === null) expect(found).toEqual([]);
  else expect(found.join("\n")).toMatch(expected);
});

test("what was there is nobody's fault now", async () => {
  const program =
    'function translate(t) { if (t === "the quick brown fox") return "le renard brun rapide"; }';
  const { cases = [] } = (await factsOf("a.test.js", JS)) ?? {};
  const changed = await changedOf({ "a.js": [program, `${program}\n`] });
  expect(notHardCoded(cases).find(slice("01"), [], changed)).toEqual([]);
});
