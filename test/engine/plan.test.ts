import { describe, expect, test } from "vitest";
import { Plan } from "../../src/core/order.ts";
import { idsIn } from "../../src/engine/plan.ts";
import { ordered, readPlan, scopeText, toSlice } from "../../src/engine/proposal.ts";
import { criticise } from "../../src/core/critics.ts";
import { slice } from "../core/orders.ts";

type Json = Record<string, unknown>;
const planned = (id: string, over: Json = {}): Json => ({
  id,
  title: `Slice ${id}`,
  class: "C1",
  needs: [],
  reads: [],
  writes: [`src/${id}.ts`],
  consumes: [],
  produces: [],
  minutes: 30,
  checks: [{ kind: "run", text: "npm test", before: "fail" }],
  body: "Do it.",
  ...over,
});
const plan = (slices: unknown = [planned("01")], over: Json = {}): Json => ({
  context: "c",
  invariants: [],
  nonGoals: [],
  decisions: [],
  assumptions: [],
  rejected: [],
  rules: [],
  slices,
  ...over,
});
const without = (value: Json, key: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
const two = (over: Json, other: Json = {}): Json => plan([planned("01", over), planned("02", other)]);

describe("a proposal that is no plan is told what is wrong with it", () => {
  const check = (args: unknown, expected: string | RegExp): void => {
    const answer = readPlan(args);
    const wrong = "wrong" in answer ? answer.wrong : "taken";
    if (typeof expected === "string") expect(wrong).toBe(expected);
    else expect(wrong).toMatch(expected);
  };
  test.each<[string, unknown, string | RegExp]>([
    ["nothing", undefined, "- (all): Invalid input: expected object, received undefined"],
    ["null", null, "- (all): Invalid input: expected object, received null"],
    ["text", "a plan", "- (all): Invalid input: expected object, received string"],
    ["a list", [], "- (all): Invalid input: expected object, received array"],
    [
      "without slices",
      without(plan(), "slices"),
      "- slices: Invalid input: expected array, received undefined",
    ],
    ["with no slice", plan([]), /^- slices: Too small/],
    ["with a key too many", plan(undefined, { steps: [] }), '- (all): Unrecognized key: "steps"'],
    ["a slice with a key too many", two({}, { route: "auto" }), '- slices.1: Unrecognized key: "route"'],
    ["a slice without a body", two({}, { body: "" }), /^- slices\.1\.body: Too small/],
    ["a slice without files", two({}, { writes: [] }), /^- slices\.1\.writes: Too small/],
    ["an empty file name", two({}, { writes: [""] }), /^- slices\.1\.writes\.0: Too small/],
    ["an unknown class", two({}, { class: "C5" }), /^- slices\.1\.class: Invalid option/],
    [
      "a number as text",
      two({}, { minutes: "30" }),
      "- slices.1.minutes: Invalid input: expected number, received string",
    ],
    ["no time at all", two({}, { minutes: -5 }), /^- slices\.1\.minutes: Too small/],
    ["a title of a page", two({}, { title: "x".repeat(121) }), /^- slices\.1\.title: Too big/],
    ["an id that is a path", two({}, { id: "../02" }), "- slices.1.id: must be a short id such as 01"],
    [
      "a check of no kind",
      two({}, { checks: [{ kind: "shell", text: "x", before: null }] }),
      /^- slices\.1\.checks\.0\.kind: Invalid option/,
    ],
    [
      "an empty check",
      two({}, { checks: [{ kind: "run", text: "", before: null }] }),
      /^- slices\.1\.checks\.0\.text: Too small/,
    ],
    [
      "one id twice",
      plan([planned("01"), planned("01", { writes: ["x"] })]),
      "- slices: the id 01 is used by more than one slice.",
    ],
    [
      "paths that lead out",
      two({ reads: ["/etc/passwd"] }, { writes: ["../x", ".git/hooks/y"] }),
      "- slices: 01 names /etc/passwd, which leaves the workspace.\n- slices: 02 names ../x, which leaves the workspace.\n- slices: 02 names .git/hooks/y, which leaves the workspace.",
    ],
  ])("%s", (_name, args, expected) => check(args, expected));
  test("not all of it at once", () => {
    const answer = readPlan(plan(Array.from({ length: 100 }, () => ({}))));
    expect("wrong" in answer && answer.wrong.split("\n").length).toBe(20);
  });
});

test("a plan is taken as it is; what the critics say of it is another matter", () => {
  const given = plan([planned("01"), planned("02", { needs: ["07"], writes: ["**"], checks: [] })]);
  expect(readPlan(given)).toEqual({ ...given, functions: [] });
});

test("edges that conflicts demand are added, with words for the user; nothing else is", () => {
  const slices = [
    slice("01", { writes: ["src/a.ts"] }),
    slice("02", { writes: ["src/a.ts"] }),
    slice("03", { checks: [] }),
  ];
  const findings = criticise(slices);
  const { slices: now, words } = ordered(slices, findings);
  const edges = now.flatMap(({ id, needs }) => needs.map((need) => `${id} needs ${need}`));
  expect(edges).toHaveLength(1);
  expect(words).toEqual([expect.stringContaining("which the planner left out")]);
  expect(ordered(now, criticise(now))).toEqual({ slices: now, words: [] });
});

test("ids that a person gave are known, however unfinished the file", () => {
  const check = (path: string, text: string, expected: string[]): void =>
    expect([...idsIn(new Map([[path, text]]))]).toEqual(expected);
  check("tasks/01-a.md", '---\nid: "01"\n---\n', ["01"]);
  check("tasks/01-a.md", "---\nid: api # mine\n---\n", ["api"]);
  check("tasks/07-only-words.md", "Do it.\n", ["07"]);
  check("tasks/x.md", "---\nid: [\n", ["x"]);
  check("scope.md", "id: 9\n", []);
});

test("checks become what a task file says", () => {
  const checks = [
    { kind: "run", text: "npm test", before: "fail" },
    { kind: "run", text: "npm run lint", before: null },
    { kind: "expect", text: "reads well", before: null },
  ];
  const slice = toSlice(Plan.parse(plan([planned("01", { checks })])).slices[0] as Plan["slices"][number]);
  expect(slice.checks).toEqual([
    { run: "npm test", before: "fail" },
    { run: "npm run lint", before: "any" },
    { expect: "reads well" },
  ]);
  expect(slice.route).toBe("auto");
});

test("scope.md has only the sections there is something to say in", () => {
  const given = Plan.parse(
    plan(undefined, { context: " A tool. \n", assumptions: ["Node 20"], rejected: ["yargs: too big"] }),
  );
  expect(scopeText(given)).toBe(
    "## Context\nA tool.\n\n## Assumptions\n- Node 20\n\n## Rejected paths\n- yargs: too big\n",
  );
});
