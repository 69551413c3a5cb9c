import fc from "fast-check";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PlanTexts } from "../../src/engine/ports.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { completeRules, completeScope } from "../../src/node/scopeText.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { renderTask } from "../../src/node/taskFile.ts";
import { anySlice } from "./anySlice.ts";
import { ID, SLICE, TASK, WHERE, workspace } from "./orderFixture.ts";

const PLAN: PlanTexts = {
  scope: "## Context\nKnown.\n\n## Assumptions\n- one\n",
  rules: "- keep it small\n",
  slices: [SLICE],
  functions: [{ path: "checks/01-limit.mjs", code: "planned" }],
};

function open(files: Record<string, string | Uint8Array>) {
  const root = workspace({ "order.md": "x", ...files });
  const at = (name: string) => join(root, WHERE, name);
  const text = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : null);
  return { order: openOrderFiles(root, ID), at, text };
}

/** What a task file has become, and the slice that was planned for it. */
describe("a task somebody began", () => {
  const check = (name: string, begun: string, expected: string, file = "01-mine.md") =>
    it(name, async () => {
      const { order, text, at } = open({ [`tasks/${file}`]: begun });
      expect(await order.drafts()).toEqual(new Map([[`tasks/${file}`, begun]]));
      const done = await order.completePlan(PLAN);
      expect(text(`tasks/${file}`)).toBe(expected);
      expect(readdirSync(at("tasks"))).toEqual([file]);
      expect((await order.read()).tasks).toEqual(done.tasks);
      expect(await order.completePlan(PLAN)).toEqual(done);
    });
  const planned = renderTask(SLICE);
  const keys = planned.split("---\n")[1] ?? "";
  const without = (...names: string[]) =>
    names.reduce((left, name) => left.replace(new RegExp(`^${name}:.*\\n( .*\\n)*`, "m"), ""), keys);

  check("that is whole stays as it is", TASK, TASK);
  check("as prose gets its front matter", "Limit it.\n\nWell.", `---\n${keys}---\nLimit it.\n\nWell.`);
  check("as an empty file becomes the planned one", "", planned);
  check("as a name alone, with a byte order mark", "\uFEFF", `\uFEFF${planned}`);
  check(
    "with some keys gets the others after them, comments kept",
    "---\n# mine\nclass: C4 # hard\nwrites: [lib/**]\n---\n\nDo it.\n",
    `---\n# mine\nclass: C4 # hard\nwrites: [lib/**]\n${without("class", "writes")}---\n\nDo it.\n`,
  );
  check(
    "with empty keys gets them filled in their places",
    "---\ntitle:   # later\nwrites: []\nchecks:\nneeds: []\n---\n",
    `---\ntitle: Parse --limit   # later\nwrites: [src/limit.js, test/limit.test.js]\n${/^checks:[^]*/m.exec(keys)?.[0]}needs: []\n${without("title", "writes", "checks", "needs")}---\n${SLICE.body}\n`,
  );
  check(
    "with checks of its own keeps them",
    TASK.replace(/ {2}- script[^]*?---/, "---"),
    TASK.replace(/ {2}- script[^]*?---/, "---"),
  );
  check(
    "in CRLF stays in CRLF",
    "---\r\nclass: C4\r\n---\r\n",
    `---\nclass: C4\n${without("class")}---\n${SLICE.body}\n`.replaceAll("\n", "\r\n"),
  );
  check(
    "is known by its name",
    "---\nminutes: 50\n---\nx\n",
    `---\nminutes: 50\n${without("minutes")}---\nx\n`,
    "01.md",
  );

  it("stays, when the planner left it alone, and others are added", async () => {
    const own = TASK.replace('"01"', '"07"');
    const { order, text, at } = open({ "tasks/07-own.md": own, "checks/01-limit.mjs": "mine" });
    const done = await order.completePlan(PLAN);
    expect(readdirSync(at("tasks"))).toEqual(["01-parse-limit.md", "07-own.md"]);
    expect(text("tasks/07-own.md")).toBe(own);
    expect(done.tasks.map(({ slice }) => slice.id)).toEqual(["07", "01"]);
    expect(text("checks/01-limit.mjs")).toBe("mine");
    expect(done.functions).toEqual({ "checks/01-limit.mjs": sha256("mine") });
  });

  it("keeps every line, and can be read afterwards, whatever keys are there", async () => {
    await fc.assert(
      fc.asyncProperty(
        anySlice,
        anySlice,
        fc.string(),
        fc.infiniteStream(fc.boolean()),
        async (mine, slice, prose, coin) => {
          const own = renderTask({ ...mine, id: "01", body: prose.replaceAll("\0", "") }).split(
            /(?<=^---\n)/m,
          );
          const kept = (own[1] ?? "")
            .split(/\n(?! )/)
            .filter((line) => line.startsWith("---") || coin.next().value);
          const begun = `---\n${kept.join("\n")}${kept.at(-1) === "---" ? "" : "\n---"}\n${own.slice(2).join("")}`;
          const { order, text } = open({ "tasks/01-x.md": begun });
          const done = await order.completePlan({ ...PLAN, slices: [{ ...slice, id: "01" }] });
          const left = text("tasks/01-x.md")?.split("\n") ?? [];
          for (const line of begun
            .split("\n")
            .filter((one) => one.trim() !== "" && !/^(writes|checks): \[\]$/.test(one))) {
            expect(left).toContain(line);
            left.splice(0, left.indexOf(line) + 1);
          }
          expect(await order.readTask("01")).toEqual(done.tasks[0]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a draft no planner can fill in is an error at its place", () => {
  const check = (name: string, files: Record<string, string | Uint8Array>, ...problems: string[]) =>
    it(name, async () => {
      const { order, text } = open(files);
      const said = {
        message: problems.map((problem) => `${WHERE}/${problem}`).join("\n"),
        fault: { kind: "bad-file" },
      };
      await expect(order.drafts()).rejects.toMatchObject(said);
      await expect(order.completePlan(PLAN)).rejects.toMatchObject(said);
      expect([text("scope.md"), text("tasks/01-parse-limit.md")]).toEqual([null, null]);
    });
  check(
    "no YAML",
    { "tasks/01-a.md": "---\nclass: C1\nneeds: [\n---\n" },
    "tasks/01-a.md:4 needs: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  );
  check(
    "half saved",
    { "tasks/01-a.md": "---\nclass: C1\nne" },
    'tasks/01-a.md:1 the front matter does not end; put a line "---" after its last key',
  );
  check(
    "an unknown key",
    { "tasks/01-a.md": "---\nclas: C1\n---\n" },
    "tasks/01-a.md:2 clas: is not a key of a task file; remove or rename it",
  );
  check(
    "a wrong value",
    { "tasks/01-a.md": "---\n\nclass: C9\n---\n" },
    "tasks/01-a.md:3 class: must be one of C1, C2, C3, C4",
  );
  check(
    "a path that leads out",
    { "tasks/01-a.md": "---\nwrites: [../x]\n---\n" },
    'tasks/01-a.md:2 writes[0]: "../x" leads outside the repository with ".."; give a glob below its root',
  );
  check(
    "keys in braces",
    { "tasks/01-a.md": "---\n{class: C1}\n---\n" },
    "tasks/01-a.md:2 cannot be completed: write each of its keys on a line of its own",
  );
  check("a name without an id", { "tasks/-a.md": "" }, "tasks/-a.md:2 id: must be a short id such as 01");
  check(
    "no text",
    { "tasks/01-a.md": Uint8Array.from([0xff, 0xfe]) },
    "tasks/01-a.md:1 is no UTF-8 text; save it as UTF-8",
  );
  check(
    "all of them at once",
    { "tasks/01-a.md": "---\n- a\n---\n", "tasks/02-b.md": "---\n" },
    'tasks/01-a.md:2 must be lines of the form "key: value"',
    'tasks/02-b.md:1 the front matter does not end; put a line "---" after its last key',
  );
  it("5,000 task files", async () => {
    const { order, at } = open({ "tasks/0.md": "" });
    for (let n = 1; n < 5000; n++) writeFileSync(at(`tasks/${n}.md`), "");
    const message = "holds 5000 task files; an order takes 1000 at most";
    await expect(order.drafts()).rejects.toThrow(`${WHERE}/tasks:1 ${message}`);
    expect(await order.read()).toMatchObject({
      tasks: [],
      problems: [{ path: `${WHERE}/tasks`, line: 1, key: null, message }],
    });
  });

  it("two drafts of one id", async () => {
    const { order } = open({ "tasks/01-a.md": "", "tasks/01-b.md": "" });
    await expect(order.completePlan(PLAN)).rejects.toThrow(
      `${WHERE}/tasks/01-a.md:2 id: "01" is the id of ${WHERE}/tasks/01-b.md, too; give one of them another id`,
    );
  });
  it("scope.md that is no text", async () => {
    const { order } = open({ "scope.md": Uint8Array.from([0]) });
    await expect(order.drafts()).rejects.toMatchObject({ fault: { kind: "bad-file" } });
  });
});

describe("scope.md and rules.md somebody began", () => {
  it("are drafts by their names, and are completed", async () => {
    const { order, text } = open({ "scope.md": "# My scope\n\n## Assumptions\n", "rules.md": "- mine" });
    expect([...(await order.drafts())]).toEqual([
      ["scope.md", "# My scope\n\n## Assumptions\n"],
      ["rules.md", "- mine"],
    ]);
    await order.completePlan(PLAN);
    expect(text("scope.md")).toBe("# My scope\n\n## Assumptions\n- one\n\n## Context\nKnown.\n");
    expect(text("rules.md")).toBe("- mine\n- keep it small\n");
  });
  it("are the planned ones when there are none", async () => {
    const { order, text } = open({});
    expect(await order.drafts()).toEqual(new Map());
    const done = await order.completePlan(PLAN);
    expect([text("scope.md"), text("rules.md")]).toEqual([PLAN.scope, PLAN.rules]);
    expect((await order.read()).tasks).toEqual(done.tasks);
  });

  it.each<[string, string, string, string]>([
    [
      "a section somebody wrote stays",
      "## Context\nMine.\n",
      "## Context\nPlanned.\n",
      "## Context\nMine.\n",
    ],
    [
      "at another level and in other case, too",
      "# CONTEXT\nMine.",
      "## Context\nPlanned.\n",
      "# CONTEXT\nMine.",
    ],
    [
      "an empty one is filled",
      "## Context\n\n\n## B\nb\n",
      "## Context\nPlanned.\n",
      "## Context\nPlanned.\n\n## B\nb\n",
    ],
    ["CRLF stays", "## B\r\nb\r\n", "## Context\nPlanned.\n", "## B\r\nb\r\n\r\n## Context\r\nPlanned.\r\n"],
    ["only blanks are nothing", " \n", "## A\na\n", "## A\na\n"],
    ["nothing is planned", "mine", "", "mine"],
  ])("%s", (_name, begun, planned, expected) => expect(completeScope(begun, planned)).toBe(expected));

  it.each<[string, string, string, string]>([
    [
      "a rule that stands there is not said twice",
      "* keep  it small\n",
      "- keep it small\n- b\n",
      "* keep  it small\n- b\n",
    ],
    ["CRLF stays", "- a\r\n", "- b\n", "- a\r\n- b\r\n"],
    ["nothing new", "- a", "- a\n", "- a"],
  ])("%s", (_name, begun, planned, expected) => expect(completeRules(begun, planned)).toBe(expected));
});
