import { describe, expect, test } from "vitest";
import {
  GUARDS,
  type Changed,
  guard,
  rulesGuard,
  secretGuard,
  teamEvidence,
} from "../../src/engine/guards.ts";
import { verdictOf } from "../../src/core/verdict.ts";
import type { Evidence } from "../../src/core/order.ts";
import type { TeamRules } from "../../src/engine/ports.ts";
import { change, evidence, slice } from "../core/orders.ts";

const guardian = (result: Evidence["result"]): Evidence =>
  evidence({ kind: "guard", name: "write set", result });
const adversary = (result: Evidence["result"]): Evidence =>
  evidence({ kind: "adversary", name: "adversary", result });
const reviewer = (result: Evidence["result"]): Evidence =>
  evidence({ kind: "reviewer", name: "is nice", result });
const kin: Evidence = {
  ...reviewer("pass"),
  reviewer: { tier: { provider: "p", model: "m", effort: null }, family: "m", kin: true, note: "kin" },
};
const red = evidence({ before: "fail" });

test.each<[string, Evidence[], "pass" | "fail" | "unknown", boolean]>([
  ["nothing", [], "unknown", false],
  ["guards alone", [guardian("pass"), guardian("pass")], "unknown", false],
  ["a command", [guardian("pass"), evidence()], "pass", false],
  ["red to green", [red], "pass", true],
  ["red to green, but flaky", [evidence({ before: "fail", flaky: true })], "pass", false],
  ["green before", [evidence({ before: "pass" })], "pass", false],
  ["two kinds", [evidence(), reviewer("pass")], "pass", true],
  ["a reviewer of the author's family is no second kind", [evidence(), kin], "pass", false],
  ["a reviewer alone", [reviewer("pass")], "pass", false],
  ["an adversary that found nothing", [red, adversary("unknown")], "pass", true],
  ["an adversary whose test passes is no second kind", [evidence(), adversary("pass")], "pass", false],
  ["an adversary alone", [adversary("pass")], "unknown", false],
  ["an adversary whose test fails", [red, adversary("fail")], "fail", false],
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

describe("the team's rules", () => {
  const rules = rulesGuard({
    protect: ["*.lock", ".github/**", "db/{schema,seed}.sql"],
    forbid: ["debugger;", ".only("],
  });
  /** What stops a patch of these files, given as before and after; null when nothing does. */
  function check(
    files: Record<string, [string | null, string | null]>,
    writes: string[],
    expected: string | null,
  ): void {
    const changed = Object.entries(files).map(([path, [before, after]]) => ({ path, before, after }));
    const patch = changed.map(({ path }) => change(path));
    const found = rules.find(slice("01", { writes }), patch, changed);
    expect(found.map(({ why }) => why)).toEqual(expected === null ? [] : [expected]);
  }
  const kept = (path: string) =>
    `${path} is protected by the team's rules: only a slice whose write set names it may change it. It was put back: do the task without.`;
  const adds = (path: string, text: string) => `${path} adds \`${text}\`, which the team's rules forbid.`;

  test.each<[string, Record<string, [string | null, string | null]>, string[], string | null]>([
    ["other files", { "a.ts": ["a", "b"] }, ["**"], null],
    ["a protected file", { "yarn.lock": ["a", "b"] }, ["**"], kept("yarn.lock")],
    ["named by its folder only", { ".github/ci.yml": [null, "x"] }, [".github"], kept(".github/ci.yml")],
    ["named by a glob only", { "yarn.lock": ["a", "b"] }, ["yarn.loc?"], kept("yarn.lock")],
    ["named itself", { "yarn.lock": ["a", "b"] }, ["yarn.lock"], null],
    [
      "one named, one not",
      { "yarn.lock": ["a", "b"], "db/seed.sql": ["", "x"] },
      ["yarn.lock", "db"],
      kept("db/seed.sql"),
    ],
    ["deleted", { "db/schema.sql": ["x", null] }, ["db"], kept("db/schema.sql")],
    ["in other case", { ".GitHub/ci.yml": [null, "x"] }, ["**"], kept(".GitHub/ci.yml")],
    ["of the same name elsewhere", { "a/yarn.lock": [null, "x"] }, ["**"], null],
    ["forbidden text, added", { "a.ts": ["a", "a\ndebugger;\n"] }, ["**"], adds("a.ts", "debugger;")],
    ["forbidden text in a new file", { "a.ts": [null, "it.only(x)"] }, ["**"], adds("a.ts", ".only(")],
    [
      "forbidden text, once more",
      { "a.ts": ["debugger;", "debugger; debugger;"] },
      ["**"],
      adds("a.ts", "debugger;"),
    ],
    ["forbidden text that was there", { "a.ts": ["debugger;", "debugger; // why"] }, ["**"], null],
    ["forbidden text, taken out", { "a.ts": ["debugger;", ""] }, ["**"], null],
    ["forbidden text that moved", { "a.ts": ["debugger;", null], "b.ts": [null, "debugger;"] }, ["**"], null],
    [
      "forbidden text that moved, and more of it",
      { "a.ts": ["debugger;", null], "b.ts": [null, "debugger;debugger;"] },
      ["**"],
      adds("b.ts", "debugger;"),
    ],
  ])("%s", (_name, files, writes, expected) => check(files, writes, expected));

  const team = (more: Partial<TeamRules>): TeamRules => ({ path: "r.md", folder: "", text: "", ...more });
  const problem = {
    path: "r.md",
    line: 3,
    key: "protec",
    message: "is not a key of r.md; remove or rename it",
  };
  const results = (given: TeamRules[]) =>
    teamEvidence(given, slice("01", { writes: ["**"] }), [change("a")], [{ path: "a", after: "x" }]).map(
      ({ name, result, why }) => [name, result, why],
    );
  test("are no evidence when they enforce nothing", () => expect(results([team({})])).toEqual([]));
  test("of all files count", () => {
    const files = [
      team({ enforced: { protect: ["b"], forbid: [] } }),
      team({ enforced: { protect: ["a"], forbid: [] } }),
    ];
    expect(results(files)).toEqual([["team rules", "fail", kept("a")]]);
    expect(results(files.slice(0, 1))).toEqual([["team rules", "pass", ""]]);
  });
  test("that cannot be read leave it unknown", () => {
    const why = "r.md:3 protec: is not a key of r.md; remove or rename it. Mend the file, then try again.";
    expect(results([team({ problems: [problem] })])).toEqual([["team rules", "unknown", why]]);
    const broken = [team({ problems: [problem] }), team({ enforced: { protect: ["a"], forbid: [] } })];
    expect(results(broken)).toEqual([["team rules", "fail", kept("a")]]);
  });
});
