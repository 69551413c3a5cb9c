import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sumOf, testCounts } from "../../src/core/testCounts.ts";

const outputOf = (name: string): string =>
  readFileSync(new URL(`../outputs/${name}.txt`, import.meta.url), "utf8");

type Row = [file: string, runner: string, passed: number, failed: number, skipped: number];

describe("what runners really print", () => {
  const check = (output: string, expected: Record<string, number[]>): void =>
    expect(
      Object.fromEntries(
        [...testCounts(output)].map(([name, { passed, failed, skipped }]) => [
          name,
          [passed, failed, skipped],
        ]),
      ),
    ).toEqual(expected);

  test.each<Row>([
    ["jest", "jest", 1, 2, 2],
    ["jest-green", "jest", 1, 0, 4],
    ["jest-broken", "jest", 0, 0, 0],
    ["jest-none", "jest", 0, 0, 0],
    ["vitest", "vitest", 1, 1, 2],
    ["vitest-green", "vitest", 1, 0, 3],
    ["mocha", "mocha", 1, 1, 2],
    ["mocha-green", "mocha", 1, 0, 0],
    ["mocha-none", "mocha", 0, 0, 0],
    ["node-spec", "node:test", 1, 1, 2],
    ["node-spec-green", "node:test", 1, 0, 0],
    ["node-tap", "node:test", 1, 1, 2],
    ["tap-raw", "tap report", 1, 1, 1],
    ["tape", "tap", 1, 1, 0],
    ["ava", "ava", 0, 1, 2],
    ["ava-green", "ava", 1, 0, 0],
    ["ava-tap", "tap", 1, 1, 2],
    ["jasmine", "jasmine", 1, 1, 1],
    ["pytest", "pytest", 2, 1, 1],
    ["pytest-q", "pytest", 2, 1, 1],
    ["pytest-green", "pytest", 1, 0, 0],
    ["pytest-none", "pytest", 0, 0, 0],
    ["unittest", "unittest", 2, 2, 1],
    ["unittest-green", "unittest", 1, 0, 0],
    ["go", "go packages", 0, 1, 0],
    ["go-v", "go test", 1, 2, 1],
    ["go-json", "go test", 1, 2, 1],
    ["go-green", "go packages", 1, 0, 0],
    ["go-none", "go packages", 0, 0, 0],
    ["go-build", "go packages", 0, 1, 0],
    ["cargo", "cargo test", 1, 1, 1],
    ["cargo-green", "cargo test", 1, 0, 0],
    ["surefire", "surefire", 3, 1, 1],
    ["surefire-old", "surefire", 2, 0, 0],
    ["gradle", "gradle", 3, 1, 1],
    ["gradle-events", "gradle", 2, 0, 1],
    ["rspec", "rspec", 1, 1, 1],
    ["rspec-green", "rspec", 1, 0, 0],
    ["minitest", "minitest", 1, 1, 1],
    ["phpunit", "phpunit", 1, 1, 1],
    ["phpunit-green", "phpunit", 1, 0, 0],
    ["phpunit-none", "phpunit", 0, 0, 0],
    ["dotnet", "dotnet test", 5, 1, 1],
    ["dotnet-terminal", "dotnet summary", 5, 0, 1],
    ["vstest", "vstest", 5, 1, 1],
  ])("%s is read by %s", (file, runner, ...counts) => check(outputOf(file), { [runner]: counts }));

  test.each<[string, string, Record<string, number[]>]>([
    ["nothing", "", {}],
    ["no runner", "Hello\n3 errors\nTests are fine\n", {}],
    ["a compiler", outputOf("tsc"), {}],
    ["a crate that does not build", outputOf("cargo-compile"), {}],
    [
      "one runner twice",
      "Tests:       1 failed, 2 total\n\nTests:       3 passed, 3 total\n",
      { jest: [3, 1, 0] },
    ],
    [
      "several crates",
      "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out\n",
      { "cargo test": [3, 0, 1] },
    ],
    [
      "two runners",
      `${outputOf("jest-green")}\n${outputOf("pytest-green")}`,
      { jest: [1, 0, 4], pytest: [1, 0, 0] },
    ],
    ["Windows line ends", outputOf("mocha").replaceAll("\n", "\r\n"), { mocha: [1, 1, 2] }],
    ["vitest without tests", "\n No test files found, exiting with code 0\n", { vitest: [0, 0, 0] }],
    [
      "Playwright",
      "  1 failed\n    [chromium] › a.spec.ts:3:1 › bad \n  2 skipped\n  5 passed (3.2s)\n",
      { playwright: [5, 1, 2] },
    ],
    ["a summary that only asks to be one", "Tests: some failed\n", {}],
  ])("%s", (_name, output, expected) => check(output, expected));

  test("what counts line by line is not believed of an output with a gap", () => {
    expect([...testCounts(outputOf("go-v"), false)]).toEqual([]);
    expect([...testCounts(outputOf("jest"), false).keys()]).toEqual(["jest"]);
  });
});

test("any text is read, in time that grows with its length alone", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400, unit: "binary" }), (text) => {
      const { passed, failed, skipped } = sumOf(testCounts(text).values());
      for (const count of [passed, failed, skipped]) expect(count).toBeGreaterThanOrEqual(0);
    }),
  );
  for (const line of [
    "Tests:  1 failed, ",
    "1 a, ",
    "  1 passing (1ms)\n",
    "  1 failed\n",
    "# pass 1\n",
    "--- PASS: ",
    " > ",
    "ok x 1s ",
    "\n",
    " ",
  ])
    expect(testCounts(line.repeat(200_000 / line.length)).size).toBeLessThan(3);
});
