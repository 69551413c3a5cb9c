/** Quick fixes as edits of task files, and where a key stands. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fix, Slice } from "../../src/core/order.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { applyFix, extentOf } from "../../src/node/taskEdit.ts";
import { parseTask, renderTask } from "../../src/node/taskFile.ts";
import { anySlice } from "./anySlice.ts";
import { TASK } from "./orderFixture.ts";

const PATH = "tasks/01-a.md";
const sliceOf = (path: string, text: string): Slice => {
  const file = parseTask(path, text, sha256(text));
  if (Array.isArray(file)) throw new Error(JSON.stringify(file));
  return file.slice;
};
const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
const BLOCK = `---
id: "01" # mine
title: Parse
class: C1
needs: # why these
  - "02" # the first
  # on its own
  - "03"
writes: [a.js] # one file
checks:
  # slow
  - run: npm test # all of them
  - { run: npm run lint, before: pass } # in braces
---
Prose: needs: ["02"].
`;
const FLOW = BLOCK.replace(/needs:[^]*"03"\n/, 'needs: ["02", "03"] # both\n');
const MANY = BLOCK.replace(/needs:[^]*"03"\n/, 'needs: [\n  "02", # the first\n  "03" # the second\n]\n');

describe("a fix of one file", () => {
  const check = (name: string, text: string, fix: Fix, expected: string): void => {
    it(name, () => expect(applyFix(new Map([[PATH, text]]), fix)).toEqual(new Map([[PATH, expected]])));
    it(`${name}, CRLF`, () =>
      expect(applyFix(new Map([[PATH, crlf(text)]]), fix)).toEqual(new Map([[PATH, crlf(expected)]])));
  };
  const add = (need: string): Fix => ({ do: "addNeed", slice: "01", need });
  const remove = (need: string): Fix => ({ do: "removeNeed", slice: "01", need });
  const before = (index: number, value: "fail" | "pass" | "any"): Fix => ({
    do: "setBefore",
    slice: "01",
    check: index,
    before: value,
  });

  check("a need into an empty list", TASK, add("02"), TASK.replace("needs: []", 'needs: ["02"]'));
  check("a need behind others", FLOW, add("04"), FLOW.replace('"03"]', '"03", "04"]'));
  check("a need into a block", BLOCK, add("04"), BLOCK.replace('  - "03"\n', '  - "03"\n  - "04"\n'));
  check("a need into brackets on many lines", MANY, add("x"), MANY.replace('"03" #', '"03", x #'));
  check(
    "a need where there is no list",
    FLOW.replace(/needs.*\n/, ""),
    add("04"),
    FLOW.replace(/needs.*\n/, "").replace("\n---\nProse", '\nneeds: ["04"]\n---\nProse'),
  );
  check("a need that is there", FLOW, add("03"), FLOW);
  check("the first need goes", FLOW, remove("02"), FLOW.replace('["02", "03"]', '["03"]'));
  check("the last need goes", FLOW, remove("03"), FLOW.replace('["02", "03"]', '["02"]'));
  check("the only need goes", FLOW.replace('"02", ', ""), remove("03"), FLOW.replace('"02", "03"', ""));
  check("a need of a block goes", BLOCK, remove("02"), BLOCK.replace('  - "02" # the first\n', ""));
  check(
    "the only need of a block goes",
    BLOCK.replace('  - "02" # the first\n', ""),
    remove("03"),
    BLOCK.replace('  - "02" # the first\n', "").replace("needs:", "needs: []").replace('  - "03"\n', ""),
  );
  check("one line of many goes", MANY, remove("02"), MANY.replace('  "02",', "  "));
  check("another line of many goes, comments stay", MANY, remove("03"), MANY.replace('  "03" #', "   #"));
  check("`before` is changed", TASK, before(0, "any"), TASK.replace("before: fail", "before: any"));
  check(
    "`before` is added to a block",
    BLOCK,
    before(0, "fail"),
    BLOCK.replace("# all of them\n", "# all of them\n    before: fail\n"),
  );
  check("`before` in braces", BLOCK, before(1, "any"), BLOCK.replace("before: pass", "before: any"));
  check(
    "`before` is added in braces",
    BLOCK.replace(", before: pass", ""),
    before(1, "fail"),
    BLOCK.replace("before: pass", "before: fail"),
  );
});

describe("a fix of several files", () => {
  const task = (id: string, needs: string[], more = ""): [string, string] => [
    `tasks/${id}-t.md`,
    `---\nid: "${id}"\ntitle: T${id} # t\nclass: C1\nneeds: ${JSON.stringify(needs)} # n\nwrites: [${id}.js]\n${more}---\nDo ${id}.\n`,
  ];
  const slicesAfter = (texts: Map<string, string>, fix: Fix): Record<string, Partial<Slice> | null> => {
    const after = applyFix(texts, fix);
    if ("error" in after) throw new Error(after.error);
    return Object.fromEntries(
      [...after].map(([path, text]) => [path, text === null ? null : sliceOf(path, text)]),
    );
  };

  it("a dropped slice goes, and who needed it needs what it needed", () =>
    expect(
      slicesAfter(new Map([task("01", []), task("02", ["01"]), task("03", ["02"]), task("04", [])]), {
        do: "drop",
        slice: "02",
      }),
    ).toMatchObject({ "tasks/02-t.md": null, "tasks/03-t.md": { needs: ["01"] } }));

  const pair = new Map([
    task("01", ["00"], "reads: [x]\nproduces: [f]\nminutes: 10\n"),
    task("02", ["01"], "reads: [x, y]\nconsumes: [f, g]\nchecks:\n  - run: npm test\n    before: fail\n"),
    task("03", ["02", "01"]),
    task("04", ["02"]),
    task("05", []),
  ]);
  const merge: Fix = { do: "merge", into: "01", from: "02" };
  it("two slices become one", () =>
    expect(slicesAfter(pair, merge)).toEqual({
      "tasks/02-t.md": null,
      "tasks/03-t.md": expect.objectContaining({ needs: ["01"] }),
      "tasks/04-t.md": expect.objectContaining({ needs: ["01"] }),
      "tasks/01-t.md": {
        id: "01",
        title: "T01; T02",
        class: "C1",
        needs: ["00"],
        reads: ["x", "y"],
        writes: ["01.js", "02.js"],
        consumes: ["g"],
        produces: ["f"],
        minutes: 40,
        route: "auto",
        checks: [{ run: "npm test", before: "fail" }],
        body: "Do 01.\n\n## T02\n\nDo 02.",
      },
    }));
  it("the merged file keeps its comments, and who needed both needs one", () => {
    const after = applyFix(pair, merge);
    if ("error" in after) throw new Error(after.error);
    expect(after.get("tasks/01-t.md")).toContain('needs: ["00"] # n\n');
    expect(after.get("tasks/03-t.md")).toBe(pair.get("tasks/03-t.md")?.replace('["02","01"]', '["01"]'));
  });

  it("any two slices: what stands in the file is what was wanted", () =>
    fc.assert(
      fc.property(anySlice, anySlice, fc.constantFrom("\n", "\r\n"), (one, other, newline) => {
        fc.pre(one.id !== other.id && one.title.trim() !== "" && other.title.trim() !== "");
        const texts = new Map(
          [one, other].map((slice) => [`tasks/${slice.id}.md`, renderTask(slice).replace(/\r?\n/g, newline)]),
        );
        const readable = [...texts].every(([path, text]) => !Array.isArray(parseTask(path, text, "")));
        fc.pre(readable);
        const after = applyFix(texts, { do: "merge", into: one.id, from: other.id });
        if ("error" in after) throw new Error(after.error);
        const whole = sliceOf(`tasks/${one.id}.md`, String(after.get(`tasks/${one.id}.md`)));
        expect(new Set(whole.writes)).toEqual(new Set([...one.writes, ...other.writes]));
        expect(whole.needs).not.toContain(other.id);
        expect(after.get(`tasks/${other.id}.md`)).toBeNull();
      }),
      { numRuns: 100 },
    ));
});

describe("a fix that cannot be made", () => {
  it.each<[string, string, Fix, RegExp]>([
    ["a slice without a file", TASK, { do: "addNeed", slice: "09", need: "01" }, /slice 09 cannot be read/],
    ["a broken file", TASK.replace("C2", "C9"), { do: "drop", slice: "01" }, /slice 01 cannot be read/],
    [
      "a list that is an alias of nothing we write",
      '---\n{id: "01", title: T, class: C1, writes: [a], needs: !!seq [x]}\n---\n',
      { do: "removeNeed", slice: "01", need: "x" },
      /cannot be read/,
    ],
  ])("%s", (_, text, fix, error) =>
    expect(applyFix(new Map([[PATH, text]]), fix)).toEqual({ error: expect.stringMatching(error) }),
  );
});

describe("where a key stands", () => {
  it.each<[string, string, string, string | null]>([
    ["a value", BLOCK, "class", "C1"],
    ["a list in brackets", FLOW, "needs", '["02", "03"]'],
    ["an item in brackets", FLOW, "needs.1", '"03"'],
    ["a list on many lines: its name", BLOCK, "needs", "needs"],
    ["an item of it", BLOCK, "needs.0", '"02"'],
    ["a command", BLOCK, "checks.0.run", "npm test"],
    ["brackets in the path", BLOCK, "checks[1].before", "pass"],
    ["a key that is missing in what is there", BLOCK, "checks.0.before", "run: npm test # all of them"],
    ["a missing key", BLOCK, "route", null],
    ["a broken file", BLOCK.replace("class: C1", "class: [C1"), "class", null],
  ])("%s", (_, text, key, expected) => {
    for (const [file, words] of [
      [text, expected],
      [crlf(text), expected],
    ] as const) {
      const span = extentOf(file, key);
      expect(span && file.slice(span.start, span.end)).toBe(words);
    }
  });
});
