/** Tests that are deleted, skipped, focused, emptied or weakened, as five languages write them; and what only looks so. */
import { describe, expect, test } from "vitest";
import { testsKept } from "../../../src/engine/guards/tests.ts";
import { type Files, findings } from "./reading.ts";

type Change = [what: string, from: string | RegExp, to: string, expected: RegExp | null];

/** Each change by itself: what is found, or nothing. */
function changes(name: string, path: string, text: string, rows: Change[]): void {
  describe(name, () => {
    test.each(rows)("%s", async (_what, from, to, expected) => {
      const after = text.replace(from, () => to);
      expect(after).not.toBe(text);
      check(await findings(testsKept, { [path]: [text, after] }), expected);
    });
  });
}
function check(found: string[], expected: RegExp | null): void {
  if (expected === null) expect(found).toEqual([]);
  else {
    expect(found).not.toEqual([]);
    expect(found.join("\n")).toMatch(expected);
    for (const one of found) expect(one).toMatch(/^(fail|unknown): \S+:\d+ the test "[^"]*.*\. [A-Z][^]*\.$/);
  }
}

const JEST = `import { add, parse } from "../src/add.js";

describe("add", () => {
  it("adds", () => {
    const sum = add(1, 2);
    expect(sum).toBe(3);
    expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);
    expect(parse("a=1")).toEqual({ a: 1 });
  });
  it("refuses", () => {
    expect(() => add("x", 1)).toThrow("no number");
  });
  test.each([
    [1, 2],
    [3, 4],
  ])("%i is less than %i", (a, b) => {
    expect(a).toBeLessThan(b);
  });
});
`;
changes("jest, vitest", "test/add.test.js", JEST, [
  ["it waits", /expect\(parse\("a=1"\)\)/, 'expect(await parse("a=1"))', null],
  ["it waits, said otherwise", 'expect(parse("a=1"))', 'await expect(parse("a=1")).resolves', null],
  [
    "it leaves",
    "const sum = add(1, 2);",
    "const sum = add(1, 2);\n    process.exit(0);",
    /^fail.*never reached/,
  ],
  [
    "the subject is made up in the test",
    'describe("add"',
    'const parse = () => ({ a: 1 });\ndescribe("add"',
    /^unknown.*makes up/,
  ],
  ["another is commented out", 'expect(parse("a=1"))', '// expect(parse("a=1"))', /^fail.*is commented out/],
  ["the subject is written down", "const sum = add(1, 2);", "const sum = 3;", /^unknown/],
  ["a value gets a name", "toEqual({ a: 1 })", "toEqual(wanted)", /^fail|^unknown/],
  [
    "a value gets a name, which says it",
    'expect(parse("a=1")).toEqual({ a: 1 })',
    'const wanted = { a: 1 };\n    expect(parse("a=1")).toEqual(wanted)',
    null,
  ],
  ["a name is no longer needed", /const sum = add\(1, 2\);\n {4}expect\(sum\)/, "expect(add(1, 2))", null],
  [
    "it is deleted",
    / {2}it\("refuses"[^]*?\n {2}\}\);\n/,
    "",
    /^fail: test\/add\.test\.js:10 the test "add > refuses" is gone\. Put it back\.$/,
  ],
  ["it is skipped", 'it("adds"', 'it.skip("adds"', /^fail: .*:4 .* is skipped\. Let it run\.$/],
  ["xit", 'it("adds"', 'xit("adds"', /^fail.*is skipped/],
  ["its group is skipped", 'describe("add"', 'describe.skip("add"', /^fail.*is skipped/],
  ["xdescribe", 'describe("add"', 'xdescribe("add"', /^fail.*is skipped/],
  ["todo", /it\("refuses", [^]*?\n {2}\}\);/, 'it.todo("refuses");', /^fail.*is skipped/],
  ["skipIf", 'it("adds"', 'it.skipIf(process.env.CI)("adds"', /^fail.*under some condition/],
  ["only", 'it("adds"', 'it.only("adds"', /^fail.*is focused/],
  ["fit", 'it("adds"', 'fit("adds"', /^fail.*is focused/],
  ["describe.only", 'describe("add"', 'describe.only("add"', /^fail.*is focused/],
  [
    "an assertion is deleted",
    "    expect(sum).toBe(3);\n",
    "",
    /^fail: .*`add\(1,2\) toBe 3` is gone \(it was at line 6\)\. Put it back/,
  ],
  [
    "an assertion is commented out",
    "expect(sum).toBe(3);",
    "// expect(sum).toBe(3);",
    /^fail.*`add\(1,2\) toBe 3` is gone/,
  ],
  ["it is emptied", / {4}expect\(\(\) =>.*\n/, "", /^fail.*is gone/],
  ["toBe becomes toBeTruthy", "toBe(3)", "toBeTruthy()", /^fail.*demands less/],
  ["toBe becomes toBeDefined", "toBe(3)", "toBeDefined()", /^fail.*demands less/],
  ["toBe becomes not", "toBe(3)", "not.toBe(4)", /^fail.*demands less/],
  ["toEqual becomes toMatchObject", "toEqual({ a: 1 })", "toMatchObject({})", /^fail.*demands less/],
  ["anything goes", "toEqual({ a: 1 })", "toEqual(expect.anything())", /^fail.*takes anything/],
  ["any value goes", "{ a: 1 }", "{ a: expect.any(Number) }", /^fail.*takes anything/],
  ["toThrow of what", 'toThrow("no number")', "toThrow()", /^fail.*(leaves open|less)/],
  ["fewer digits", "toBeCloseTo(0.3, 5)", "toBeCloseTo(0.3, 1)", /^fail.*further off/],
  ["digits left out", "toBeCloseTo(0.3, 5)", "toBeCloseTo(0.3)", /^fail.*further off/],
  ["more digits", "toBeCloseTo(0.3, 5)", "toBeCloseTo(0.3, 8)", null],
  ["no longer exact", "expect(sum).toBe(3)", "expect(sum).toBeCloseTo(3)", /^fail/],
  [
    "another value",
    "toBe(3)",
    "toBe(4)",
    /^fail.*`add\(1,2\) toBe 3` became `add\(1,2\) toBe 4`\. The slice does not say so/,
  ],
  ["another input", "add(1, 2)", "add(1, 3)", /^unknown/],
  ["always true", "expect(sum).toBe(3)", "expect(true).toBe(true)", /^fail.*always holds/],
  ["itself", "expect(sum).toBe(3)", "expect(sum).toBe(sum)", /^fail.*always holds/],
  ["a row is deleted", "    [3, 4],\n", "", /^fail.*`\[3,4\]` is gone/],
  ["a row is changed", "[3, 4]", "[3, 5]", /^fail.*became/],
  [
    "a failure is caught",
    "expect(sum).toBe(3);",
    "try { expect(sum).toBe(3); } catch (error) { console.log(error); }",
    /^fail.*may fail unseen/,
  ],
  [
    "a failure is caught and told",
    "expect(sum).toBe(3);",
    "try { expect(sum).toBe(3); } catch (error) { throw new Error(`add: ${error}`); }",
    null,
  ],
  [
    "made conditional",
    "expect(sum).toBe(3);",
    "if (process.env.FULL) expect(sum).toBe(3);",
    /^fail.*no longer always reached/,
  ],
  ["never", "expect(sum).toBe(3);", "if (false) { expect(sum).toBe(3); }", /^fail.*never reached/],
  [
    "an early return",
    "const sum = add(1, 2);",
    "const sum = add(1, 2);\n    return;",
    /^fail.*never reached/,
  ],
  [
    "a return under some condition",
    "const sum = add(1, 2);",
    "const sum = add(1, 2);\n    if (sum !== 3) return;",
    /^fail.*no longer always reached/,
  ],
  [
    "the test is made conditional",
    '  it("refuses"',
    '  if (process.env.CI) it("refuses"',
    /^fail.*under some condition/,
  ],
  ["the subject made up in the test", 'describe("add"', 'const fake = () => 3;\ndescribe("add"', null],
  [
    "another subject, made up in the test",
    /describe\("add"([^]*)parse\("a=1"\)/,
    'const fake = () => ({ a: 1 });\ndescribe("add", () => {\n  it("adds", () => {\n    const sum = add(1, 2);\n    expect(sum).toBe(3);\n    expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);\n    expect(fake("a=1")',
    /^unknown/,
  ],
  // What is fine.
  [
    "a new test",
    '  it("refuses"',
    '  it("is new", () => {\n    expect(add(2, 2)).toBe(4);\n  });\n  it("refuses"',
    null,
  ],
  ["one more assertion", "expect(sum).toBe(3);", "expect(sum).toBe(3);\n    expect(sum).not.toBe(4);", null],
  ["one more row", "[3, 4],", "[3, 4],\n    [5, 6],", null],
  ["another name", 'it("adds"', 'it("adds numbers"', null],
  ["another name of its group", 'describe("add"', 'describe("addition"', null],
  ["other names of variables", /\bsum\b/g, "total", null],
  ["the import renamed", /\badd\(/g, "plus(", null],
  [
    "formatted otherwise",
    JEST,
    JEST.replaceAll('"', "'")
      .replaceAll(";\n", "\n")
      .replaceAll("    ", "\t\t")
      .replace("{ a: 1 }", "{\n  'a': 1,\n}"),
    null,
  ],
  ["stricter", "toEqual({ a: 1 })", "toStrictEqual({ a: 1 })", null],
  ["comments", "const sum", "// expect nothing\n    const sum", null],
  ["async", 'it("adds", () =>', 'it("adds", async () =>', null],
  [
    "in another order",
    /( {4}expect\(sum\).*\n)( {4}expect\(add\(0.*\n)/,
    "    expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);\n    expect(sum).toBe(3);\n",
    null,
  ],
  [
    "cut in two",
    "    expect(add(0.1, 0.2))",
    '  });\n  it("adds fractions", () => {\n    expect(add(0.1, 0.2))',
    null,
  ],
  [
    "a skipped new test",
    '  it("refuses"',
    '  it.skip("is new", () => {});\n  it("refuses"',
    /^fail.*is new, and skipped/,
  ],
  [
    "a new test that shows nothing",
    '  it("refuses"',
    '  it("is new", () => {\n    expect(1).toBe(1);\n  });\n  it("refuses"',
    /^fail.*is new, and holds/,
  ],
  [
    "a new test that is focused",
    '  it("refuses"',
    '  it.only("is new", () => {\n    expect(add(2, 2)).toBe(4);\n  });\n  it("refuses"',
    /^fail.*is focused/,
  ],
]);

changes(
  "mocha and chai, node:assert, node:test, tap",
  "test/list.spec.ts",
  `import { expect } from "chai";
suite("list", () => {
  test("chai", () => {
    expect(list(1)).to.be.an("array").that.has.lengthOf(1);
    expect(isEmpty([])).to.be.true;
    list(2).should.have.length(2);
  });
  test("assert", (t) => {
    assert.deepStrictEqual(list(3), [1, 2, 3], "three");
    assert(list(0));
    t.assert.equal(list(1)[0], 1);
  });
  test("tap", async (t) => {
    t.same(await list(1), [1]);
    t.plan(1);
    await t.test("inner", (t) => { t.ok(list(5)); t.equal(list(5).length, 5); });
  });
  test("http", () => request(app).get("/").expect(200).expect("Content-Type", /json/));
});
`,
  [
    ["a part of a chain is deleted", ".that.has.lengthOf(1)", "", /^fail.*lengthOf.*is gone/],
    ["a property is deleted", "    expect(isEmpty([])).to.be.true;\n", "", /^fail.*is gone/],
    [
      "deepStrictEqual becomes ok",
      "assert.deepStrictEqual(list(3), [1, 2, 3], ",
      "assert.ok(list(3), ",
      /^fail.*demands less/,
    ],
    ["the message changes", '"three"', '"four"', null],
    ["an inner test loses an assertion", " t.equal(list(5).length, 5);", "", /^fail.*is gone/],
    ["an option skips it", 'test("assert", (t)', 'test("assert", { skip: true }, (t)', /^fail.*is skipped/],
    [
      "an option with a reason skips it",
      'test("assert", (t)',
      'test("assert", { skip: "later" }, (t)',
      /^fail.*is skipped/,
    ],
    ["an option focuses it", 'test("assert", (t)', 'test("assert", { only: true }, (t)', /^fail.*is focused/],
    ["it skips itself", "    t.same(await", "    t.skip();\n    t.same(await", /^fail.*is skipped/],
    [
      "it skips itself, in mocha",
      'test("chai", () => {',
      'test("chai", function () {\n    this.skip();',
      /^fail.*is skipped/,
    ],
    ["a status is no longer looked at", ".expect(200)", "", /^fail.*is gone/],
    ["another status", ".expect(200)", ".expect(500)", /^fail.*became/],
    ["an inner test is deleted", / {4}await t\.test.*\n/, "", /^fail.*is gone/],
    ["assert is dropped", "    assert(list(0));\n", "", /^fail.*is gone/],
    [
      "a rejection is caught",
      /(request\(app\).*json\/\))/,
      'request(app).get("/").expect(200).expect("Content-Type", /json/).catch(() => {})',
      /^fail/,
    ],
  ],
);

changes(
  "pytest and unittest",
  "tests/test_money.py",
  `import pytest
from money import parse, rate


class TestParse:
    def test_parses(self):
        result = parse("1.50")
        assert result == 150, "cents"
        assert "x" not in parse("2")
        assert rate(1) == pytest.approx(0.3, rel=1e-6)

    @pytest.mark.parametrize("text, cents", [("1", 100), ("2", 200)])
    def test_table(self, text, cents):
        assert parse(text) == cents

    def test_refuses(self):
        with pytest.raises(ValueError, match="no number"):
            parse("x")


class MoneyTest(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(parse("3"), 300)
        self.assertAlmostEqual(rate(2), 0.6, places=5)
        self.assertTrue(parse("1") > 0)
`,
  [
    [
      "it is deleted",
      / {4}def test_refuses[^]*?parse\("x"\)\n/,
      "",
      /^fail.*TestParse > test_refuses" is gone/,
    ],
    ["it is renamed away", "def test_refuses", "def check_refuses", /^fail.*test_refuses" is gone/],
    ["its class is renamed away", "class TestParse", "class Parse", /^fail.*is gone/],
    [
      "mark.skip",
      "    def test_parses",
      '    @pytest.mark.skip(reason="x")\n    def test_parses',
      /^fail.*is skipped\./,
    ],
    [
      "mark.skipif",
      "    def test_parses",
      '    @pytest.mark.skipif(CI, reason="x")\n    def test_parses',
      /^fail.*some condition/,
    ],
    ["mark.xfail", "    def test_parses", "    @pytest.mark.xfail\n    def test_parses", /^fail.*is skipped/],
    [
      "its class is skipped",
      "class TestParse",
      '@pytest.mark.skip("x")\nclass TestParse',
      /^fail.*is skipped/,
    ],
    [
      "unittest.skip",
      "    def test_equal",
      '    @unittest.skip("x")\n    def test_equal',
      /^fail.*is skipped/,
    ],
    [
      "skipTest",
      "        self.assertEqual(",
      '        self.skipTest("x")\n        self.assertEqual(',
      /^fail.*is skipped/,
    ],
    [
      "pytest.skip",
      '        result = parse("1.50")',
      '        pytest.skip("x")\n        result = parse("1.50")',
      /^fail.*is skipped/,
    ],
    [
      "its file is skipped",
      "\n\nclass TestParse",
      "\npytestmark = pytest.mark.skip\n\nclass TestParse",
      /^fail.*is skipped/,
    ],
    ["an assertion is deleted", '        assert result == 150, "cents"\n', "", /^fail.*is gone/],
    ["== becomes in", "result == 150", "result in (150, 151)", /^fail.*demands less/],
    ["== becomes !=", "result == 150", "result != 0", /^fail.*demands less/],
    ["== becomes is not None", "result == 150", "result is not None", /^fail.*demands less/],
    ["== becomes truth", "assert result == 150", "assert result", /^fail.*demands less/],
    ["assert True", "assert result == 150", "assert True", /^fail.*always holds/],
    ["assertTrue(True)", 'assertEqual(parse("3"), 300)', "assertTrue(True)", /^fail.*always holds/],
    ["assertIsNotNone", 'assertEqual(parse("3"), 300)', 'assertIsNotNone(parse("3"))', /^fail.*demands less/],
    ["rel is raised", "rel=1e-6", "rel=0.1", /^fail.*further off/],
    ["rel is lowered", "rel=1e-6", "rel=1e-9", null],
    ["fewer places", "places=5", "places=1", /^fail.*further off/],
    ["match is dropped", ', match="no number"', "", /^fail/],
    [
      "any exception",
      'pytest.raises(ValueError, match="no number")',
      "pytest.raises(Exception)",
      /^fail|^unknown/,
    ],
    ["another value", "== 150", "== 151", /^fail.*became/],
    ["a row is deleted", ', ("2", 200)', "", /^fail.*is gone/],
    ["a row is changed", '("2", 200)', '("2", 201)', /^fail.*became/],
    [
      "a failure is passed over",
      '        assert result == 150, "cents"',
      '        try:\n            assert result == 150, "cents"\n        except Exception:\n            pass',
      /^fail.*may fail unseen/,
    ],
    [
      "a failure is suppressed",
      '        assert result == 150, "cents"',
      '        with contextlib.suppress(AssertionError):\n            assert result == 150, "cents"',
      /^fail.*may fail unseen/,
    ],
    [
      "an early return",
      '        result = parse("1.50")',
      '        result = parse("1.50")\n        return',
      /^fail.*never reached/,
    ],
    [
      "under a condition",
      '        assert result == 150, "cents"',
      '        if result:\n            assert result == 150, "cents"',
      /^fail.*no longer always/,
    ],
    [
      "a new test",
      "    def test_refuses",
      "    def test_new(self):\n        assert parse('4') == 400\n\n    def test_refuses",
      null,
    ],
    ["another name", "def test_refuses", "def test_refuses_words", null],
    ["another variable", /\bresult\b/g, "value", null],
    ["black", '"1.50"', "'1.50'", null],
    ["another message", '"cents"', '"in cents"', null],
    ["no message", ', "cents"', "", null],
    [
      "over several lines",
      'assert result == 150, "cents"',
      'assert (\n            result == 150\n        ), "cents"',
      null,
    ],
    ["one more assertion", '        assert "x"', '        assert result > 0\n        assert "x"', null],
  ],
);

changes(
  "testing and testify",
  "money_test.go",
  `package money

import "testing"

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"1", 100},
		{"2", 200},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("Parse(%q) = %d, want %d", tt.text, got, tt.want)
			}
		})
	}
}

func TestRate(t *testing.T) {
	assert.Equal(t, 3, Rate(2), "rate")
	require.NoError(t, Check())
	assert.InDelta(t, 0.3, Rate(1), 0.001)
	if !reflect.DeepEqual(All(), []int{1, 2}) {
		t.Fatalf("all: %v", All())
	}
}
`,
  [
    ["it is deleted", /func TestRate[^]*$/, "", /^fail.*"TestRate" is gone/],
    ["it is renamed away", "func TestRate(", "func xTestRate(", /^fail.*is gone/],
    ["t.Skip", "	assert.Equal(t", '	t.Skip("later")\n	assert.Equal(t', /^fail.*is skipped\./],
    ["t.SkipNow", "	assert.Equal(t", "	t.SkipNow()\n	assert.Equal(t", /^fail.*is skipped\./],
    [
      "t.Skip when short",
      "	assert.Equal(t",
      '	if testing.Short() {\n		t.Skip("short")\n	}\n	assert.Equal(t',
      /^fail.*some condition/,
    ],
    ["a build tag", "package money\n", "//go:build ignore\n\npackage money\n", /^fail.*is skipped/],
    ["a case is deleted", '		{"2", 200},\n', "", /^fail.*is gone/],
    ["a case is changed", '{"2", 200}', '{"2", 201}', /^fail.*became/],
    ["an if is deleted", /\t\t\tif got != [^]*?\n\t\t\t\}\n/, "", /^fail.*is gone/],
    ["an error is only logged", "t.Errorf(", "t.Logf(", /^fail.*is gone/],
    ["the condition never holds", "if got != tt.want", "if false", /^fail/],
    ["the condition says less", "if got != tt.want", "if got == 0", /^fail.*demands less/],
    [
      "Equal becomes NotNil",
      'assert.Equal(t, 3, Rate(2), "rate")',
      "assert.NotNil(t, Rate(2))",
      /^fail.*demands less/,
    ],
    [
      "Equal becomes True",
      'assert.Equal(t, 3, Rate(2), "rate")',
      "assert.True(t, true)",
      /^fail.*always holds/,
    ],
    ["another value", "assert.Equal(t, 3,", "assert.Equal(t, 4,", /^fail.*became/],
    ["a larger delta", "0.001", "0.5", /^fail.*further off/],
    ["a smaller delta", "0.001", "0.0001", null],
    ["NoError is dropped", "	require.NoError(t, Check())\n", "", /^fail.*is gone/],
    [
      "an early return",
      "	assert.Equal(t",
      '	if os.Getenv("CI") != "" {\n		return\n	}\n	assert.Equal(t',
      /^fail.*no longer always/,
    ],
    ["another message", '"rate"', '"the rate"', null],
    ["another format", '"Parse(%q) = %d, want %d", tt.text, got, tt.want', '"got %d", got', null],
    ["another variable", /\bgot\b/g, "have", null],
    ["one more case", '{"2", 200},', '{"2", 200},\n		{"3", 300},', null],
    [
      "a new test",
      "func TestRate",
      "func TestNew(t *testing.T) {\n	assert.Equal(t, 1, Rate(0))\n}\n\nfunc TestRate",
      null,
    ],
    ["another name", "func TestRate(", "func TestRates(", null],
    ["parallel", "	assert.Equal(t", "	t.Parallel()\n	assert.Equal(t", null],
  ],
);

changes(
  "Rust",
  "src/money.rs",
  `pub fn parse(text: &str) -> u32 { text.len() as u32 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        let result = parse("1.50");
        assert_eq!(result, 150, "cents of {}", 1);
        assert!(parse("2") > 0);
        assert!(matches!(kind("x"), Kind::Word));
        assert!((rate(1) - 0.3).abs() < 1e-6);
    }

    #[test]
    #[should_panic(expected = "no number")]
    fn refuses() {
        parse("x");
    }
}
`,
  [
    [
      "it is deleted",
      / {4}#\[test\]\n {4}#\[should_panic[^]*?\n {4}\}\n/,
      "",
      /^fail.*tests > refuses" is gone/,
    ],
    ["its attribute is deleted", "    #[test]\n    fn parses", "    fn parses", /^fail.*is gone/],
    [
      "ignore",
      "    #[test]\n    fn parses",
      "    #[test]\n    #[ignore]\n    fn parses",
      /^fail.*is skipped/,
    ],
    [
      "ignore with a reason",
      "    #[test]\n    fn parses",
      '    #[test]\n    #[ignore = "slow"]\n    fn parses',
      /^fail.*is skipped/,
    ],
    [
      "another cfg",
      "    #[test]\n    fn parses",
      '    #[test]\n    #[cfg(feature = "slow")]\n    fn parses',
      /^fail.*some condition/,
    ],
    ["an assertion is deleted", / {8}assert_eq!.*\n/, "", /^fail.*is gone/],
    [
      "assert_eq becomes assert_ne",
      'assert_eq!(result, 150, "cents of {}", 1)',
      "assert_ne!(result, 0)",
      /^fail.*demands less/,
    ],
    [
      "assert_eq becomes assert",
      'assert_eq!(result, 150, "cents of {}", 1)',
      "assert!(result > 0)",
      /^fail.*demands less/,
    ],
    ["assert!(true)", 'assert_eq!(result, 150, "cents of {}", 1)', "assert!(true)", /^fail.*always holds/],
    ["another value", "result, 150,", "result, 151,", /^fail.*became/],
    ["a larger tolerance", "1e-6", "0.5", /^fail.*further off/],
    ["a smaller tolerance", "1e-6", "1e-9", null],
    ["should_panic is dropped", '    #[should_panic(expected = "no number")]\n', "", /^fail.*is gone/],
    ["any panic", '#[should_panic(expected = "no number")]', "#[should_panic]", /^fail/],
    [
      "a panic is caught",
      'assert!(parse("2") > 0);',
      'let _ = std::panic::catch_unwind(|| { assert!(parse("2") > 0); });',
      /^fail.*may fail unseen/,
    ],
    [
      "under a condition",
      'assert!(parse("2") > 0);',
      'if result > 1 { assert!(parse("2") > 0); }',
      /^fail.*no longer always/,
    ],
    [
      "an early return",
      'let result = parse("1.50");',
      'let result = parse("1.50");\n        return;',
      /^fail.*never reached/,
    ],
    ["another message", '"cents of {}", 1', '"cents"', null],
    ["another variable", /\bresult\b/g, "value", null],
    ["another name", "fn refuses", "fn refuses_words", null],
    ["code beside it", "text.len() as u32", "text.len() as u32 * 100", null],
    [
      "a new test",
      "    #[test]\n    fn parses",
      '    #[test]\n    fn new() {\n        assert_eq!(parse("3"), 300);\n    }\n\n    #[test]\n    fn parses',
      null,
    ],
  ],
);

changes(
  "JUnit and AssertJ",
  "src/test/java/MoneyTest.java",
  `import org.junit.jupiter.api.Test;

class MoneyTest {
    @Test
    void parses() {
        int result = Money.parse("1.50");
        assertEquals(150, result, "cents");
        assertThat(Money.all()).as("all").isNotEmpty().containsExactly(1, 2);
        assertEquals(0.3, Money.rate(1), 0.001);
    }

    @ParameterizedTest
    @CsvSource({"1,100", "2,200"})
    void table(String text, int cents) {
        assertEquals(cents, Money.parse(text));
    }

    @Test
    void refuses() {
        assertThrows(NumberFormatException.class, () -> Money.parse("x"));
    }
}
`,
  [
    [
      "it is deleted",
      / {4}@Test\n {4}void refuses[^]*?\n {4}\}\n/,
      "",
      /^fail.*MoneyTest > refuses" is gone/,
    ],
    ["its annotation is deleted", "    @Test\n    void refuses", "    void refuses", /^fail.*is gone/],
    [
      "Disabled",
      "    @Test\n    void parses",
      '    @Test\n    @Disabled("later")\n    void parses',
      /^fail.*is skipped/,
    ],
    ["Ignore", "    @Test\n    void parses", "    @Ignore\n    @Test\n    void parses", /^fail.*is skipped/],
    ["its class is disabled", "class MoneyTest", "@Disabled\nclass MoneyTest", /^fail.*is skipped/],
    [
      "disabled on one system",
      "    @Test\n    void parses",
      "    @Test\n    @DisabledOnOs(OS.LINUX)\n    void parses",
      /^fail.*some condition/,
    ],
    [
      "an assumption",
      "        int result",
      "        assumeTrue(false);\n        int result",
      /^fail.*some condition/,
    ],
    ["an assertion is deleted", '        assertEquals(150, result, "cents");\n', "", /^fail.*is gone/],
    [
      "assertEquals becomes assertNotNull",
      'assertEquals(150, result, "cents")',
      "assertNotNull(result)",
      /^fail.*demands less/,
    ],
    [
      "assertEquals becomes assertTrue(true)",
      'assertEquals(150, result, "cents")',
      "assertTrue(true)",
      /^fail.*always holds/,
    ],
    ["a part of a chain is deleted", ".containsExactly(1, 2)", "", /^fail.*is gone/],
    ["a part of a chain says less", "containsExactly(1, 2)", "isNotNull()", /^fail.*demands less/],
    ["another value", "assertEquals(150,", "assertEquals(151,", /^fail.*became/],
    ["a larger delta", "0.001", "0.5", /^fail.*further off/],
    ["a row is deleted", ', "2,200"', "", /^fail.*is gone/],
    [
      "a failure is caught",
      'assertEquals(150, result, "cents");',
      'try { assertEquals(150, result, "cents"); } catch (Throwable e) { }',
      /^fail.*may fail unseen/,
    ],
    ["any exception", "NumberFormatException.class", "Exception.class", /^fail|^unknown/],
    ["another message", '"cents"', '"in cents"', null],
    ["another variable", /\bresult\b/g, "value", null],
    ["another name", "void refuses()", "void refusesWords()", null],
    ["public", "    void parses", "    public void parses", null],
    [
      "a new test",
      "    @Test\n    void refuses",
      '    @Test\n    void isNew() {\n        assertEquals(400, Money.parse("4"));\n    }\n\n    @Test\n    void refuses',
      null,
    ],
  ],
);

changes(
  "xUnit",
  "tests/MoneyTests.cs",
  `public class MoneyTests {
    [Fact]
    public void Parses() {
        Assert.Equal(150, Money.Parse("1.50"));
        Money.All().Should().HaveCount(2);
    }
    [Theory]
    [InlineData("1", 100)]
    [InlineData("2", 200)]
    public void Table(string text, int cents) { Assert.Equal(cents, Money.Parse(text)); }
}
`,
  [
    ["it is deleted", / {4}\[Fact\][^]*?\n {4}\}\n/, "", /^fail.*Parses" is gone/],
    ["it is skipped", "[Fact]", '[Fact(Skip = "later")]', /^fail.*is skipped/],
    ["an assertion is deleted", / {8}Assert\.Equal\(150.*\n/, "", /^fail.*is gone/],
    ["a fluent one is deleted", / {8}Money\.All.*\n/, "", /^fail.*is gone/],
    [
      "Equal becomes NotNull",
      'Assert.Equal(150, Money.Parse("1.50"))',
      'Assert.NotNull(Money.Parse("1.50"))',
      /^fail.*demands less/,
    ],
    ["a row is deleted", '    [InlineData("2", 200)]\n', "", /^fail.*is gone/],
    [
      "a new test",
      "    [Theory]",
      '    [Fact]\n    public void New() { Assert.Equal(1, Money.Parse("0.01")); }\n    [Theory]',
      null,
    ],
  ],
);

changes(
  "PHPUnit",
  "tests/MoneyTest.php",
  `<?php
class MoneyTest extends TestCase {
    public function testParses() {
        $this->assertSame(150, parse("1.50"));
        self::assertTrue(isMoney("1"));
    }
    /** @test */
    public function refuses() { $this->expectException(ValueError::class); parse("x"); }
}
`,
  [
    ["it is renamed away", "testParses", "parses", /^fail.*is gone/],
    [
      "it skips itself",
      "        $this->assertSame",
      '        $this->markTestSkipped("later");\n        $this->assertSame',
      /^fail.*is skipped/,
    ],
    ["an assertion is deleted", / {8}\$this->assertSame.*\n/, "", /^fail.*is gone/],
    [
      "assertSame becomes assertNotNull",
      'assertSame(150, parse("1.50"))',
      'assertNotNull(parse("1.50"))',
      /^fail.*demands less/,
    ],
    ["another message", 'parse("1.50"))', 'parse("1.50"), "cents")', null],
  ],
);

changes(
  "RSpec and minitest",
  "spec/money_spec.rb",
  `describe "money" do
  it "parses" do
    result = parse("1.50")
    expect(result).to eq(150)
  end
end
class MoneyTest < Minitest::Test
  def test_refuses
    assert_equal 3, rate(1)
    assert_raises(ArgumentError) { parse("x") }
  end
end
`,
  [
    ["it is deleted", / {2}it "parses"[^]*?\n {2}end\n/, "", /^fail.*money > parses" is gone/],
    ["xit", 'it "parses"', 'xit "parses"', /^fail.*is skipped/],
    ["fit", 'it "parses"', 'fit "parses"', /^fail.*is focused/],
    ["an assertion is deleted", "    expect(result).to eq(150)\n", "", /^fail.*is gone/],
    ["eq becomes be_truthy", "eq(150)", "be_truthy", /^fail/],
    ["another value", "eq(150)", "eq(151)", /^fail.*became/],
    ["minitest's is deleted", "    assert_equal 3, rate(1)\n", "", /^fail.*is gone/],
    ["another variable", /\bresult\b/g, "value", null],
  ],
);

changes(
  "Kotlin, by patterns",
  "src/test/kotlin/MoneyTest.kt",
  `class MoneyTest {
    @Test
    fun parses() {
        assertEquals(150, parse("1.50"))
        assertTrue(isMoney("1"))
    }
    @Test
    fun refuses() {
        assertThrows<NumberFormatException> { parse("x") }
    }
}
`,
  [
    ["it is deleted", / {4}@Test\n {4}fun refuses[^]*?\n {4}\}\n/, "", /^fail.*is gone/],
    [
      "it is disabled",
      "    @Test\n    fun parses",
      "    @Disabled\n    @Test\n    fun parses",
      /^fail.*is skipped/,
    ],
    ["an assertion is deleted", / {8}assertEquals.*\n/, "", /^fail.*is gone/],
    ["one more", "        assertTrue", "        assertEquals(1, 1)\n        assertTrue", null],
    ["formatted otherwise", "assertEquals(150, parse", "assertEquals( 150,  parse", null],
  ],
);

describe("across files, and by the slice's words", () => {
  const found = (files: Files, over: Parameters<typeof findings>[2] = {}) => findings(testsKept, files, over);
  const changed = JEST.replace("toBe(3)", "toBe(4)");
  const weaker = JEST.replace("toBe(3)", "toBeTruthy()");
  const path = "test/add.test.js";
  test("a test that moved to another file is kept", async () => {
    const [first, second] = [
      JEST.replace(/ {2}it\("refuses"[^]*?\n {2}\}\);\n/, ""),
      `import { add } from "./x.js";\nit("refuses", () => {\n  expect(() => add("x", 1)).toThrow("no number");\n});\n`,
    ];
    expect(await found({ [path]: [JEST, first], "test/refuses.test.js": [null, second] })).toEqual([]);
  });
  test("a file that its runner no longer finds is gone", async () => {
    check(await found({ [path]: [JEST, null], "test/add.helper.js": [null, JEST] }), /^fail.*is gone/);
    check(await found({ [path]: [JEST, null], "test/add.test.js.bak": [null, JEST] }), /^fail.*is gone/);
    expect(await found({ [path]: [JEST, null], "test/sum.test.js": [null, JEST] })).toEqual([]);
  });
  test("what a helper that the test calls demands is demanded", async () => {
    const helped = JEST.replace("expect(sum).toBe(3);", "check(sum);").replace(
      "describe(",
      "function check(sum) {\n  expect(sum).toBe(3);\n}\ndescribe(",
    );
    expect(await found({ [path]: [JEST, helped] })).toEqual([]);
    check(await found({ [path]: [JEST, helped.replace("check(sum);", "")] }), /^fail.*is gone/);
  });
  test("a name is consent to change, if a person looks; a glob is none", async () => {
    check(await found({ [path]: [JEST, changed] }), /^fail/);
    check(await found({ [path]: [JEST, changed] }, { writes: [path] }), /^unknown/);
  });
  test("what the slice states may be expected", async () => {
    expect(await found({ [path]: [JEST, changed] }, { body: "`add(1, 2)` must now be 4." })).toEqual([]);
    check(await found({ [path]: [JEST, changed] }, { body: "`add(1, 2)` must now be 45." }), /^fail/);
  });
  test("a weaker test is never passed, whatever the slice says", async () => {
    check(await found({ [path]: [JEST, weaker] }, { writes: [path] }), /^fail/);
    check(await found({ [path]: [JEST, weaker] }, { body: "Remove the tests of add." }), /^unknown/);
    check(await found({ [path]: [JEST, weaker] }, { body: "Do not remove tests." }), /^fail/);
    check(
      await found({ [path]: [JEST, weaker] }, { checks: [{ expect: "Outdated tests are removed" }] }),
      /^unknown/,
    );
  });
});
