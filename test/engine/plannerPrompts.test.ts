import { expect, test } from "vitest";
import type { TriedCheck } from "../../src/core/order.ts";
import { sliceOf } from "../../src/core/state.ts";
import {
  type Context,
  amendRequest,
  couldBeBetter,
  notTaken,
  planRequest,
  sliceText,
} from "../../src/engine/plannerPrompts.ts";
import { LADDER, approved, done, failedTry, order, slice } from "../core/orders.ts";

const tried = (command: string, over: Partial<TriedCheck> = {}): TriedCheck => ({
  command,
  result: "pass",
  status: 0,
  why: "",
  ms: 1234,
  output: null,
  ...over,
});
const context = (over: Partial<Context> = {}): Context => ({
  goal: " Add --limit \n",
  rules: [
    { path: "AGENTS.md", folder: "", text: "Use tabs." },
    { path: "packages/a/AGENTS.md", folder: "packages/a", text: "Use spaces." },
  ],
  project: {
    kinds: ["npm"],
    shape: "command line",
    hasTests: true,
    commands: [
      { does: "test", command: "npm test", from: "package.json scripts.test" },
      { does: "lint", command: "npm run lint", from: "package.json scripts.lint" },
      { does: "start", command: "npm start", from: "package.json scripts.start" },
    ],
    scripts: {},
    targets: [],
    dependencies: [],
    git: { branch: "main", commit: "0123456789abcdef", changed: 2, recent: ["Mend the help"] },
  },
  tried: [tried("npm test"), tried("npm run lint", { result: "fail", status: 1, why: "3 errors" })],
  budget: { order: 5, slice: 0.5, day: null },
  map: "src/cli.js: main",
  ...over,
});
const bare = context({
  rules: [],
  tried: [],
  budget: null,
  map: "",
  project: { ...context().project, commands: [], git: null },
});

test("the request for a plan: what is known first, the goal last", () =>
  expect(planRequest(context(), new Map([["tasks/01-a.md", "---\nid: '01'\n---\nMine.\n"]])))
    .toBe(`# Rules of the team
From AGENTS.md:
Use tabs.

From packages/a/AGENTS.md (rules packages/a/ only):
Use spaces.

# Git
On main at 0123456789, 2 files uncommitted. Latest commits:
- Mend the help

# Commands of the project
- test: \`npm test\` (package.json scripts.test): passes on the tree as it is, 1.2 s
- lint: \`npm run lint\` (package.json scripts.lint): FAILS on the tree as it is: 3 errors
- start: \`npm start\` (package.json scripts.start)

# Budget
$5.00 for the whole order, $0.50 for each slice, models' work included. Plan no more than that is worth.

# Repository
src/cli.js: main

# Begun by hand
Complete this. Keep every slice under its id, and what is said of it; add what is missing: checks, files, needs, slices. What you leave out stays as it is.

## tasks/01-a.md
---
id: '01'
---
Mine.

# Goal
Add --limit`));

test("of what is not there nothing is said", () =>
  expect(planRequest(bare, new Map())).toBe("# Goal\nAdd --limit"));

test("the request for an amendment: what landed, what is open, what was tried, and why", () => {
  const now = order([
    ...approved([slice("01"), slice("02", { needs: ["01"], title: "Use it" })]),
    ...done("01"),
    ...failedTry("02", 1, LADDER[0] as never),
  ]);
  const text = amendRequest(bare, {
    reason: { kind: "failed", slice: "02", why: "Failed on p/small." },
    slice: sliceOf(now, "02") ?? null,
    scope: "## Decisions\n- Node 20\n",
    landed: [
      { id: "01", title: "Slice 01", files: ["src/01.ts"], signatures: ["src/01.ts: function a(): void"] },
    ],
    open: now.slices.slice(1),
    rejected: ["yargs: too big"],
  });
  expect(text).toBe(`# Goal
Add --limit

# Scope
## Decisions
- Node 20

# Landed
- 01 Slice 01: src/01.ts
  src/01.ts: function a(): void

# Open slices
{"id":"02","title":"Use it","class":"C1","needs":["01"],"reads":[],"writes":["src/02.ts"],"consumes":[],"produces":[],"minutes":30,"checks":[{"kind":"run","text":"npm test","before":"any"}],"body":"Do it."}

# Ruled out since
- yargs: too big

# What was tried for 02
Attempt 1 (p/small@low), changed src/02.ts:
It said: did it
npm test failed:

# Why the plan is doubted
The attempts at slice 02 failed. Failed on p/small.`);
});

test("a slice is shown in the shape it is proposed in", () => {
  const checks = [{ run: "a", before: "fail" as const }, { script: "checks/a.mjs" }, { expect: "good" }];
  expect((JSON.parse(sliceText(slice("01", { checks }))) as { checks: unknown }).checks).toEqual([
    { kind: "run", text: "a", before: "fail" },
    { kind: "script", text: "checks/a.mjs", before: null },
    { kind: "expect", text: "good", before: null },
  ]);
});

test("everything of others is bounded", () => {
  const long = "x".repeat(500_000);
  const rules = [{ path: "AGENTS.md", folder: "", text: long }];
  expect(planRequest({ ...bare, rules }, new Map([["scope.md", long]])).length).toBeLessThan(100_000);
  const evidence = { slice: null, landed: [], open: [], rejected: [], scope: long };
  const asked = amendRequest(bare, { ...evidence, reason: { kind: "asked", slice: null, why: "x" } });
  expect(asked.length).toBeLessThan(20_000);
});

test("what comes back to a proposal says what to do", () => {
  expect(notTaken("- a: b")).toBe("The plan was not taken:\n- a: b\nPropose it again, whole.");
  expect(couldBeBetter("- a: b")).toContain("can be taken, but:\n- a: b\n");
});
