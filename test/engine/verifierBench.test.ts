/** The bench of the verifier: its statistics, what it makes of right and wrong code, and a few cases from start to end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case, KINDS } from "../bench/verifier/cases.ts";
import { exportedFunctions, specialCased, table } from "../bench/verifier/hardcode.ts";
import { Bench, type Outcome } from "../bench/verifier/judge.ts";
import { chosen, readArguments } from "../bench/verifier/main.ts";
import type { OPERATORS } from "../bench/verifier/mutate.ts";
import { mutants } from "../bench/verifier/mutate.ts";
import { plannedFunction } from "../bench/verifier/planned.ts";
import type { Project } from "../bench/verifier/projects.ts";
import { STAGES, answerAt, json, report, told } from "../bench/verifier/report.ts";
import { REWRITES } from "../bench/verifier/rewrite.ts";
import { isSound } from "../bench/verifier/source.ts";
import { share } from "../bench/verifier/statistics.ts";
import { type Style, TAMPERINGS, TIDIED, tampered } from "../bench/verifier/tamper.ts";
import { examplesIn, split } from "../bench/verifier/tests.ts";
import { Trial } from "../bench/verifier/truth.ts";
import { seeded } from "../bench/router/generate.ts";

describe("exact bounds", () => {
  test.each<[number, number, number, number]>([
    [0, 10, 0, 0.3085],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [1, 100, 0.0003, 0.0545],
    [3, 200, 0.0031, 0.0432],
    [0, 300, 0, 0.0122],
    [50, 1000, 0.0373, 0.0654],
  ])("%i of %i", (count, of, low, high) => {
    const made = share(count, of);
    expect(made.share).toBe(count / of);
    expect(made.low).toBeCloseTo(low, 4);
    expect(made.high).toBeCloseTo(high, 4);
  });
  test("of nothing nothing is known", () => expect(share(0, 0)).toMatchObject({ low: 0, high: 1 }));
});

describe("mutations", () => {
  const SOURCES: Record<keyof typeof OPERATORS, [from: string, to: string]> = {
    arithmetic: ["f(a + b);", "f(a - b);"],
    boundary: ["f(a < b);", "f(a <= b);"],
    comparison: ["f(a < b);", "f(a >= b);"],
    equality: ["f(a === b);", "f(a !== b);"],
    logical: ["f(a && b);", "f(a || b);"],
    assignment: ["a += b;", "a -= b;"],
    boolean: ["f(true);", "f(false);"],
    condition: ["if (a) f();", "if (!(a)) f();"],
    string: ["f('a');", 'f("");'],
    array: ["f([a, b]);", "f([a]);"],
    block: ["function g() { f(); }", "function g() {}"],
    case: ["switch (a) { case 1: f(); }", "switch (a) { case 1: }"],
    statement: ["{ f(); g(); }", "{ ; g(); }"],
    method: ["f(a.some(b));", "f(a.every(b));"],
    return: ["function g() { return a; }", "function g() { return undefined; }"],
    "off by one": ["f(3);", "f(2);"],
    regex: ["f(/^a$/);", "f(/a$/);"],
    update: ["a++;", "a--;"],
    optional: ["f(a?.b);", "f(a.b);"],
  };
  test.each(Object.entries(SOURCES))("%s", (operator, [from, to]) => {
    const mine = mutants(from).filter((one) => one.operator === operator);
    expect(mine.map(({ text }) => text)).toContain(to);
    for (const { text } of mine) expect(text).not.toBe(from);
  });
  test("names of modules and 'use strict' are left alone", () =>
    expect(mutants("'use strict';\nconst a = require('a');\nimport b from './b.js';\n")).toEqual([]));
});

const SUM = `const double = (n) => {
  let made = 0;
  for (let at = 0; at < 12; at += 1) {
    if (at === n) {
      made += n + at;
    } else {
      made += 0;
    }
  }
  return made * 1 + 0 * 10;
};
export function sum(list) {
  return list.reduce((all, one) => all + double(one) / 2, 0);
}
`;

describe("rewrites", () => {
  test.each(Object.entries(REWRITES))("%s: other words, the same program", async (_name, rewrite) => {
    const text = await rewrite(SUM);
    expect(text).not.toBeNull();
    expect(text).not.toBe(SUM);
    expect(isSound(text ?? "(")).toBe(true);
    const asModule = (code: string): Promise<{ sum: (list: number[]) => number }> =>
      import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`) as never;
    const [a, b] = [await asModule(SUM), await asModule(text ?? "")];
    for (const list of [[], [1, 2], [11, 3], [40]]) expect(b.sum(list)).toBe(a.sum(list));
  });
});

const FILES: Record<Style, string> = {
  expect:
    "test('adds', () => {\n  expect(sum([1, 2])).toEqual(3);\n});\ntest('throws', () => {\n  expect(() => sum()).toThrow('no');\n});\n",
  tape: "test('adds', function (t) {\n  t.plan(1);\n  t.equal(sum([1, 2]), 3);\n});\n",
  assert: "it('adds', function () {\n  assert.equal(3, sum([1, 2]));\n});\n",
};

describe("tampering", () => {
  const ways = Object.entries(TAMPERINGS).flatMap(([kind, all]) =>
    Object.entries(all).map(([name, way]) => [`${kind}: ${name}`, way] as const),
  );
  test.each(ways)("%s", (_name, way) => {
    const made = (Object.keys(FILES) as Style[]).map((style) =>
      tampered(FILES[style], way, style, () => true),
    );
    expect(made.some((text) => text !== null)).toBe(true);
    for (const text of made) if (text !== null) expect(isSound(text)).toBe(true);
    for (const [at, style] of (Object.keys(FILES) as Style[]).entries())
      expect(made[at]).not.toBe(FILES[style]);
  });
  test("one test of several", () => {
    const text = tampered(
      FILES.expect,
      TAMPERINGS.skipped["test.skip"]!,
      "expect",
      ({ name }) => name === "throws",
    );
    expect(text).toBe(FILES.expect.replace("test('throws'", "test.skip('throws'"));
  });
  test.each(Object.entries(TIDIED))("tidied: %s", (_name, way) => {
    const text = way(FILES.expect, "expect");
    expect(isSound(text ?? "(")).toBe(true);
  });
});

describe("tests held out", () => {
  const text = Array.from(
    { length: 20 },
    (_, at) => `test('${at}', () => {\n  expect(${at}).toBe(${at});\n});\n`,
  ).join("");
  const [file] = split([{ path: "a.spec.js", text }], { visible: 0.7, planned: 0.15 }, seeded(1));
  const count = (part: string | null): number => part?.match(/^test\(/gm)?.length ?? 0;
  test("are dealt to check, planner and nobody", () => {
    expect([count(file?.visible ?? null), count(file?.planned ?? null)]).toEqual([14, 3]);
    expect(file?.full).toBe(text);
    for (const name of file?.planned?.match(/'\d+'/g) ?? [])
      expect(file?.visible).not.toContain(`test(${name}`);
  });
  test("long lists of assertions are split by assertion", () => {
    const lines = Array.from({ length: 20 }, (_, at) => `  assert.equal(f(${at}), ${at})`).join("\n");
    const [long] = split(
      [{ path: "t.js", text: `it('f', () => {\n${lines}\n})\n` }],
      { visible: 0.7, planned: 0.15 },
      seeded(1),
    );
    expect(long?.visible?.match(/assert/g)).toHaveLength(14);
    expect(isSound(long?.visible ?? "(")).toBe(true);
  });
});

describe("hard-coded answers", () => {
  const examples = examplesIn(FILES.expect, ["sum"]);
  test("are read from assertions of any style", () => {
    const wanted = { callee: "sum", args: ["[1, 2]"], expected: "3", test: "adds" };
    for (const style of Object.keys(FILES) as Style[])
      expect(examplesIn(FILES[style], ["sum"])).toEqual([wanted]);
  });
  test("are put into a table, or before code", () => {
    expect(exportedFunctions(SUM).map(({ name }) => name)).toEqual(["sum"]);
    expect(table(SUM, examples)).toContain("[JSON.stringify([[1, 2]]), 3]");
    expect(specialCased(SUM, examples)).toContain(
      "if (JSON.stringify([list]) === JSON.stringify([[1, 2]])) return 3;",
    );
  });
});

describe("the words", () => {
  test("arguments", () => {
    expect(readArguments(["--json", "--limit", "5", "--only", "stub", "--seed", "7"])).toEqual({
      ...{ only: "stub", limit: 5, seed: 7, json: true },
    });
    expect(() => readArguments(["--only", "all"])).toThrow(new RegExp(`kinds are ${KINDS[0]}`));
    expect(() => readArguments(["--limit", "some"])).toThrow(/--limit is "some"/);
    expect(() => readArguments(["--what"])).toThrow(/Unknown option '--what'/);
  });
});

// ── A few cases from start to end ───────────────────────────────────────────────────────────────────────────────────

const RIGHT =
  "exports.clamp = function (n, low, high) {\n  if (n < low) return low;\n  return n > high ? high : n;\n};\n";
const STUB = "exports.clamp = function () {\n  throw new Error('not implemented');\n};\n";
const HEAD =
  "const assert = require('node:assert');\nconst test = require('node:test');\nconst { clamp } = require('./clamp.js');\n";
const example = (name: string, call: string, value: number): string =>
  `test('${name}', () => {\n  assert.equal(${call}, ${value});\n});\n`;
const [VISIBLE, PLANNED, HIDDEN] = [
  example("in between", "clamp(2, 1, 3)", 2) + example("above", "clamp(9, 1, 3)", 3),
  example("below", "clamp(0, 1, 3)", 1),
  example("below by much", "clamp(-7, -5, 3)", -5),
];
const SPEC = "clamp.test.js";
const PROJECT: Project = {
  name: "clamp",
  files: { ".gitignore": "node_modules\n", "package.json": '{ "name": "clamp" }\n' },
  packages: `${import.meta.dirname}/../../node_modules`,
  tasks: [
    {
      ...{
        id: "clamp",
        title: "Implement clamp",
        source: "clamp.js",
        reference: RIGHT,
        stub: STUB,
        style: "assert",
      },
      tests: [
        {
          path: SPEC,
          full: HEAD + VISIBLE + PLANNED + HIDDEN,
          visible: HEAD + VISIBLE,
          planned:
            "const assert = require('node:assert');\nconst { clamp } = require('./clamp.js');\n" + PLANNED,
        },
      ],
      command: `node ${SPEC}`,
    },
  ],
};
const FORGETS = RIGHT.replace("  if (n < low) return low;\n", "");
const made = (kind: Case["kind"], files: Case["files"], writes = ["clamp.js"]): Case => ({
  ...{ name: `clamp: ${kind}`, kind, project: "clamp", task: "clamp", base: STUB, writes, files },
  right: ["reference", "rewrite", "with tests"].includes(kind),
});
const CASES: Case[] = [
  made("reference", { "clamp.js": RIGHT }),
  made("partial", { "clamp.js": FORGETS }),
  made("mutation", { "clamp.js": RIGHT.replace("? high : n", "? n : high") }),
  made("rules", { "clamp.js": RIGHT, "README.md": "Better.\n" }),
];

describe("from start to end", () => {
  const bench = new Bench(PROJECT);
  const outcomes: Outcome[] = [];
  beforeAll(async () => {
    await bench.open({ finds: 1, accuses: 0 }, 1);
    for (const one of CASES) outcomes.push(await bench.judge(one));
  });
  afterAll(() => bench.close());

  test("what is true of a candidate is told by all its tests", async () => {
    const [task] = PROJECT.tasks;
    const trial = new Trial(PROJECT);
    const truth = (source: string) => trial.truthOf({ ...task!, tests: [tapeless()] }, source);
    try {
      expect(await truth(RIGHT)).toEqual({ is: "right", failed: [] });
      expect(await truth(FORGETS)).toEqual({ is: "hidden", failed: ["below", "below by much"] });
      expect(await truth(STUB)).toEqual({ is: "seen", failed: ["in between", "above"] });
    } finally {
      trial.dispose();
    }
  });

  test("a stage accepts by the evidence it has", () => {
    const answers = (kind: Case["kind"]): string[] => {
      const one = outcomes.find((each) => each.case.kind === kind);
      return STAGES.map((stage) => answerAt(stage, one?.evidence ?? []));
    };
    expect(answers("rules")).toEqual(STAGES.map(() => "rejected"));
    expect(answers("mutation")).toEqual(["accepted", "rejected", "rejected", "rejected"]);
    expect(answers("reference").slice(0, 2)).toEqual(["accepted", "accepted"]);
    expect(answers("partial").slice(0, 2)).toEqual(["accepted", "accepted"]);
  });

  test("the report counts them, in words and as one object", () => {
    const all = report(outcomes);
    const told2 = JSON.parse(json(all)) as {
      cases: number;
      stages: Record<string, unknown>[];
      slipped: string[];
    };
    expect(Object.keys(told2)).toEqual(["cases", "stages", "slipped"]);
    expect(told2.cases).toBe(4);
    expect(told2.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
    expect(Object.keys(told2.stages[0] ?? {})).toEqual([
      ...["stage", "falseAccept", "falseAcceptHigh", "falseReject", "falseRejectHigh", "costShare"],
    ]);
    expect(told2.stages[1]).toMatchObject({ falseAccept: 0.3333, falseReject: 0 });
    expect(told(all)).toContain("wrong: partial          1       1       1");
  });

  test("a sample is the same for the same seed", () => {
    const options = { only: null, limit: 2, seed: 3, json: false };
    expect(chosen(CASES, options)).toHaveLength(2);
    expect(chosen(CASES, options)).toEqual(chosen(CASES, options));
    expect(chosen(CASES, { ...options, only: "rules" }).map(({ kind }) => kind)).toEqual(["rules"]);
  });

  test("the planner's function is a program", () => {
    const code = plannedFunction("clamp", PROJECT.tasks[0]?.tests ?? []);
    expect(isSound(code ?? "(")).toBe(true);
    expect(code).toContain("clamp(0, 1, 3)");
    expect(code).not.toContain("clamp(-7");
  });
});

/** The same tests without a runner of their own, as the quick look reads them. */
function tapeless(): Project["tasks"][0]["tests"][0] {
  const head = "const assert = require('node:assert');\nconst { clamp } = require('./clamp.js');\n";
  return {
    ...{
      path: SPEC,
      planned: head + PLANNED,
      visible: head + VISIBLE,
      full: head + VISIBLE + PLANNED + HIDDEN,
    },
  };
}
