import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evidenceFor, failureIn } from "../../src/core/failure.ts";
import { evidence } from "./orders.ts";

const outputOf = (name: string): string =>
  readFileSync(new URL(`../outputs/${name}.txt`, import.meta.url), "utf8");

/** Every one of `has` stands in what is kept of a real output, none of `hasNot` does; the place is where a person would look. */
type Row = [file: string, place: string | null, has: string[], hasNot: string[]];

describe("the smallest useful evidence of", () => {
  test.each<Row>([
    [
      "jest",
      "limit.test.js:4",
      ["● limit › bad", '-   "limit": 4', '+   "limit": 3', "no limit"],
      ["Test Suites", "✓ ok"],
    ],
    ["jest-broken", "j/broken.test.js:1", ["SyntaxError: Cannot use import"], ["jest-runtime"]],
    [
      "vitest",
      "a.test.ts:4",
      ["a.test.ts > bad", '-   "limit": 4', "a.test.ts:4:55"],
      ["Duration", "\u001b"],
    ],
    [
      "mocha",
      "m/limit.js:2",
      ["bad:", "+   limit: 3", "m/limit.js:2:70"],
      ["passing", "✔ ok", "processImmediate"],
    ],
    [
      "node-spec",
      "t/node.test.mjs:3",
      ["✖ limits", "3 !== 4"],
      ["✔ adds", "runInAsyncScope", "node:internal"],
    ],
    [
      "node-tap",
      "t/node.test.mjs:3",
      ["not ok 2 - limits", "expected: 4", "actual: 3"],
      ["ok 1 - adds", "# SKIP", "node:internal"],
    ],
    ["tape", "tpe/limit.mjs:2", ["expected: 4", "actual:   3"], ["ok 1", "lib/test.js"]],
    ["ava", "av/limit.mjs:2", ["bad", "+   limit: 4"], ["✔ ok", "1 test skipped"]],
    ["jasmine", "spec/limit.mjs:1", ["Expected 3 to be 4."], ["<Jasmine>", "Temporarily disabled"]],
    [
      "pytest",
      "test_limit.py:4",
      ["E   AssertionError: assert 3 == 4", "test_limit.py:4"],
      ["rootdir", "1 passed"],
    ],
    ["pytest-q", "test_limit.py:4", ["E   AssertionError"], ["short test summary"]],
    ["unittest", "utest.py:5", ["ValueError: no limit", "AssertionError: 3 != 4"], ["Ran 5 tests"]],
    ["go", "limit_test.go:4", ["Parse(3) = 3, want 4"], ["no test files"]],
    ["go-v", "limit_test.go:4", ["Parse(3) = 3, want 4", "--- FAIL: TestBad"], ["later", "TestOk"]],
    ["go-json", "limit_test.go:4", ["Parse(3) = 3, want 4"], ["Action", "later"]],
    ["go-build", "broken_test.go:2", ["undefined: testing"], ["build failed"]],
    ["cargo", "src/lib.rs:4", ["left: 3", "right: 4"], ["core::panicking", "/rustc/"]],
    ["cargo-compile", "src/lib.rs:3", ["can't compare `String`"], ["= help"]],
    ["surefire", "LimitTest.java:34", ["expected: <4> but was: <3>"], ["AssertionUtils", "OtherTest"]],
    ["gradle", "LimitTest.java:34", ["LimitTest > bad() FAILED"], ["What went wrong"]],
    ["rspec", "limit_spec.rb:4", ["expected: 4", "got: 3"], ["Pending", "Failed examples"]],
    ["minitest", "mini.rb:4", ["Expected: 4", "Actual: 3"], ["Run options"]],
    ["phpunit", "LimitTest.php:5", ["Failed asserting that 3 is identical to 4."], ["Memory"]],
    ["dotnet", "LimitTest.cs:12", ["Expected: 4", "Actual:   3"], ["xUnit.net"]],
    ["tsc", "src/b.ts:1", ["TS2322", "TS2339"], []],
    ["tsc-pretty", "src/b.ts:1", ["TS2322", "TS2339"], ["Found 2 errors", "\u001b"]],
    ["eslint", "src/limit.js:1", ["src/limit.js:1:11 'b' is not defined", "eqeqeq"], ["problems"]],
  ])("%s", (file, place, has, hasNot) => {
    const found = failureIn(outputOf(file), "/repo");
    expect(found?.place && `${found.place.path}:${found.place.line}`).toBe(place);
    for (const part of has) expect(found?.text).toContain(part);
    for (const part of hasNot) expect(found?.text).not.toContain(part);
    expect(found?.text.split("\n").length).toBeLessThan(55);
    expect(found?.text).not.toContain("/repo/");
  });

  test.each([
    "jest-green",
    "vitest-green",
    "mocha-green",
    "node-spec-green",
    "pytest-green",
    "unittest-green",
    "go-green",
    "cargo-green",
    "rspec-green",
    "phpunit-green",
    "gradle-events",
    "ava-green",
  ])("%s is none", (file) => expect(failureIn(outputOf(file), "/repo")).toBe(null));
  test("a thousand failures is three of them", () => {
    const many = Array.from({ length: 1000 }, (_, at) => `a.ts(${at + 1},1): error TS1: no`).join("\n");
    expect(failureIn(many)?.text.match(/TS1/g)).toHaveLength(3);
  });
  test("a place leads nowhere outside", () => {
    expect(failureIn("../../etc/passwd(1,1): error no")?.place).toBe(null);
    expect(failureIn("src/../../x.ts(1,1): error no")?.place ?? null).toBe(null);
  });
  test("any text is looked through in time that grows with its length alone", () => {
    for (const line of [
      "  ● ",
      "not ok 1\n",
      "1) a\n",
      "E   a",
      "FAIL: a\n",
      "--- FAIL: \n",
      " ",
      "\n",
      "a(1,1",
      "_",
    ])
      failureIn(line.repeat(300_000 / line.length));
  });
});

test("only failures go back, in the order they were found", () =>
  expect(
    evidenceFor({
      result: "fail",
      strong: false,
      evidence: [
        evidence({ name: "lint" }),
        evidence({ name: "npm test", result: "fail", why: "exit 1\n3 !== 4" }),
      ],
    }),
  ).toEqual([{ name: "npm test", why: "exit 1\n3 !== 4" }]));
