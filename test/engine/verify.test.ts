import { describe, expect, test } from "vitest";
import { GUARDS, type Changed, guard, secretGuard } from "../../src/engine/guards.ts";
import { verdictOf } from "../../src/engine/verify.ts";
import type { Evidence } from "../../src/core/order.ts";
import { change, evidence, slice } from "../core/orders.ts";

const guardian = (result: Evidence["result"]): Evidence =>
  evidence({ kind: "guard", name: "write set", result });
const reviewer = (result: Evidence["result"]): Evidence =>
  evidence({ kind: "reviewer", name: "is nice", result });
const red = evidence({ before: "fail" });

test.each<[string, Evidence[], "pass" | "fail" | "unknown", boolean]>([
  ["nothing", [], "unknown", false],
  ["guards alone", [guardian("pass"), guardian("pass")], "unknown", false],
  ["a command", [guardian("pass"), evidence()], "pass", false],
  ["red to green", [red], "pass", true],
  ["red to green, but flaky", [evidence({ before: "fail", flaky: true })], "pass", false],
  ["green before", [evidence({ before: "pass" })], "pass", false],
  ["two kinds", [evidence(), reviewer("pass")], "pass", true],
  ["two kinds, one flaky", [evidence({ flaky: true }), reviewer("pass")], "pass", false],
  ["two of one kind", [evidence(), evidence({ name: "lint" })], "pass", false],
  ["a guard fails", [guardian("fail"), red], "fail", false],
  ["a command fails", [red, evidence({ result: "fail" })], "fail", false],
  ["something unknown", [red, reviewer("unknown")], "unknown", false],
  ["unknown and fail", [reviewer("unknown"), evidence({ result: "fail" })], "fail", false],
  ["only unknown", [evidence({ result: "unknown" })], "unknown", false],
])("%s", (_name, given, result, strong) =>
  expect(verdictOf(given)).toEqual({ result, strong, evidence: given }),
);

describe("guards", () => {
  const secret = secretGuard((text) => text.replaceAll("sk-live-1", "***"));
  /** The names of the guards that stop the patch. */
  function check(after: string | null, writes: string[], expected: string[], path = "src/a.ts"): void {
    const changed: Changed[] = [{ path, after }];
    const found = guard([...GUARDS, secret], slice("01", { writes }), [change(path)], changed);
    expect(found.filter(({ result }) => result !== "pass").map(({ name }) => name)).toEqual(expected);
    for (const { result, why } of found) expect(why === "").toBe(result === "pass");
  }
  const merge = (end: string): string =>
    `a${end}<<<<<<< HEAD${end}b${end}=======${end}c${end}>>>>>>> theirs${end}`;
  test.each<[string, string | null, string[]]>([
    ["sound", "export const a = 1;\n", []],
    ["deleted", null, []],
    ["conflict markers", merge("\n"), ["no conflict markers"]],
    ["conflict markers with CRLF", merge("\r\n"), ["no conflict markers"]],
    ["the start of one alone", "<<<<<<< HEAD\n", []],
    ["the end before the start", ">>>>>>> a\n<<<<<<< b\n", []],
    ["arrows in a text", "x <<<<<<< y\n >>>>>>> z\n", []],
    ["a heading of the same shape", "=======\n", []],
    ["huge", "x".repeat(1_000_001), ["no huge file"]],
    ["a secret", "const key = 'sk-live-1';", ["no secret"]],
    [
      "everything",
      `${merge("\n")}sk-live-1${"x".repeat(1_000_001)}`,
      ["no conflict markers", "no huge file", "no secret"],
    ],
    ["a file of starts, to keep us busy", "<<<<<<< \n".repeat(111_000), []],
  ])("%s", (_name, after, expected) => check(after, ["src"], expected));
  test("outside the write set", () => {
    check("", ["src/b.ts"], ["write set"]);
    check("", ["app/[id]/page.tsx"], ["write set"], "app/i/page.tsx");
    check("", ["app/[id]/page.tsx"], [], "app/[id]/page.tsx");
    check("", ["**"], ["write set"], "../x");
  });
  test("tests outside the write set are named as such", () => {
    const [found] = guard(GUARDS, slice("01"), [change("test/a.test.ts"), change("src/01.ts")], []);
    expect(found?.why).toMatch(/^Changed outside the write set: test\/a\.test\.ts \(tests\)\. /);
  });
});
