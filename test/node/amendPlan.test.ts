import fc from "fast-check";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Slice } from "../../src/core/order.ts";
import type { OrderFiles } from "../../src/engine/ports.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { addItems } from "../../src/node/scopeText.ts";
import { renderTask } from "../../src/node/taskFile.ts";
import { anySlice } from "./anySlice.ts";
import { folder, ID, SLICE, TASK, WHERE, workspace } from "./orderFixture.ts";

type Amending = Parameters<OrderFiles["amendPlan"]>[0];
const NOTHING: Amending = {
  ...{ slices: [], dropped: [], expected: new Map(), functions: [], decisions: [], rejected: [] },
};
const PATH = "tasks/01-a.md";
const known = (hashes: Record<string, string>) => new Map(Object.entries(hashes));

function open(files: Record<string, string>) {
  const root = workspace({ "order.md": "x", ...files });
  const at = (name: string) => join(root, WHERE, name);
  const text = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : null);
  const all = () =>
    Object.fromEntries(
      readdirSync(at(""), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path, readFileSync(path, "utf8")]),
    );
  return { order: openOrderFiles(root, ID), at, text, all };
}

describe("a changed slice", () => {
  /** The task file after the slice in it was changed. */
  const check = (name: string, change: Partial<Slice>, expected: string, task = TASK) =>
    it(name, async () => {
      const { order, text } = open({ [PATH]: task });
      const slice = { ...SLICE, ...change };
      const amended = await order.amendPlan({
        ...NOTHING,
        slices: [slice],
        expected: known({ "01": sha256(task) }),
      });
      expect(text(PATH)).toBe(expected);
      expect(await order.readTask("01")).toEqual(amended.tasks[0]);
      const lf = (one: Slice) => ({ ...one, body: one.body.replaceAll("\r\n", "\n") });
      expect(amended.tasks.map((one) => lf(one.slice))).toEqual([slice]);
    });
  const crlf = TASK.replaceAll("\n", "\r\n");

  check("nothing differs: not a byte changes", {}, TASK);
  check("a word: the comment behind it stays", { class: "C4" }, TASK.replace("class: C2 ", "class: C4 "));
  check("a list", { needs: ["07"] }, TASK.replace("needs: [] ", "needs: [07] ".replace("07", '"07"')));
  check(
    "the checks: what stands around them stays",
    { checks: [{ run: "npm test", before: "any" }] },
    TASK.replace(/checks:\n[^]*?---\n/, "checks:\n  - run: npm test\n    before: any\n---\n"),
  );
  check(
    "a value that ends in white space YAML does not know as such",
    { checks: [] },
    TASK.replace(/checks:\n[^]*?---\n/, "# mine\nchecks: []\n---\n"),
    TASK.replace(/checks:\n[^]*?---\n/, "# mine\nchecks:\n  - expect: \u2000\n---\n"),
  );
  check(
    "white space YAML does not know as such",
    { title: "\u2000" },
    TASK.replace("Parse --limit", "\u2000"),
  );
  check("no checks", { checks: [] }, TASK.replace(/checks:\n[^]*?---\n/, "checks: []\n---\n"));
  check(
    "the body alone",
    { body: "New.\n\n---\nEnd." },
    TASK.replace(/The objective[^]*/, "New.\n\n---\nEnd.\n"),
  );
  check("a title: the file keeps its name", { title: "Other" }, TASK.replace("Parse --limit", "Other"));
  check(
    "a key that was left out",
    { minutes: 45 },
    TASK.replace(/minutes: .*\n/, "").replace("\n---\nThe", "\nminutes: 45\n---\nThe"),
    TASK.replace(/minutes: .*\n/, ""),
  );
  check(
    "CRLF stays",
    { needs: ["07"], body: "One\nTwo" },
    crlf.replace("needs: [] ", 'needs: ["07"] ').replace(/The objective[^]*/, "One\r\nTwo\r\n"),
    crlf,
  );
  check(
    "a comment between keys stays",
    { reads: [] },
    TASK.replace("reads: [src/cli.js]", "reads: []").replace("writes:", "# mine\nwrites:"),
    TASK.replace("writes:", "# mine\nwrites:"),
  );
  const braces = '---\n{id: "01", title: T, class: C1, writes: [a]} # mine\n---\nDo.\n';
  it("front matter in braces is written anew", async () => {
    const { order, text } = open({ [PATH]: braces });
    const expected = known({ "01": sha256(braces) });
    await order.amendPlan({ ...NOTHING, slices: [SLICE], expected });
    expect(text(PATH)).toMatch(/^---\nid: "01"\ntitle: Parse --limit\n/);
    expect(await order.readTask("01")).toMatchObject({ slice: SLICE });
  });

  it("reads back as it was amended, whatever was there, and a comment above stays", async () => {
    const note = fc.stringMatching(/^[a-z]{1,8}$/);
    await fc.assert(
      fc.asyncProperty(anySlice, anySlice, note, async (before, after, mark) => {
        const task = renderTask({ ...before, id: "01" }).replace("---\n", `---\n# ${mark}\n`);
        const { order, text } = open({ [PATH]: task });
        const slice = { ...after, id: "01" };
        const expected = known({ "01": sha256(task) });
        const { tasks } = await order.amendPlan({ ...NOTHING, slices: [slice], expected });
        expect(tasks.map((one) => one.slice)).toEqual([slice]);
        expect(await order.readTask("01")).toEqual(tasks[0]);
        expect(text(PATH)).toContain(`---\n# ${mark}\n`);
      }),
      { numRuns: 100 },
    );
  });
});

describe("an amendment", () => {
  const SECOND = TASK.replace('"01"', '"02"');
  const FILES = {
    [PATH]: TASK,
    "tasks/02-b.md": SECOND,
    "checks/01-limit.mjs": "old\n",
    "scope.md": "## Decisions\n- use commander\n\n## Other\ntext\n",
  };
  const changed = { ...SLICE, class: "C3" as const };
  const added = { ...SLICE, id: "03", title: "Third" };
  const whole: Amending = {
    slices: [changed, added],
    dropped: ["02"],
    expected: known({ "01": sha256(TASK), "02": sha256(SECOND) }),
    functions: [{ path: "checks/03-third.mjs", code: "new" }],
    decisions: ["keep it small"],
    rejected: ["a regular expression: it backtracks"],
  };

  it("changes, adds, drops and remembers", async () => {
    const { order, text, at } = open(FILES);
    const done = await order.amendPlan(whole);
    const read = await order.read();
    expect(read.tasks).toEqual(done.tasks);
    expect(done.tasks.map(({ slice }) => slice)).toEqual([changed, added]);
    expect(readdirSync(at("tasks"))).toEqual(["01-a.md", "03-third.md"]);
    expect(done.functions).toEqual(read.functions);
    expect(done.functions).toEqual({
      "checks/01-limit.mjs": sha256("old\n"),
      "checks/03-third.mjs": sha256("new\n"),
    });
    expect(text("scope.md")).toBe(
      "## Decisions\n- use commander\n- keep it small\n\n## Other\ntext\n\n" +
        "## Rejected paths\n- a regular expression: it backtracks\n",
    );
  });

  it("can be made again, and changes nothing then", async () => {
    const { order, all } = open(FILES);
    const done = await order.amendPlan(whole);
    const files = all();
    expect(await order.amendPlan(whole)).toEqual(done);
    expect(all()).toEqual(files);
  });

  it("makes scope.md when there is none", async () => {
    const { order, text } = open({});
    await order.amendPlan({ ...NOTHING, rejected: ["no"], decisions: ["yes", "yes"] });
    expect(text("scope.md")).toBe("## Decisions\n- yes\n\n## Rejected paths\n- no\n");
  });

  it("replaces a function only when its hash is the expected one", async () => {
    const { order, text } = open(FILES);
    const functions = [{ path: "checks/01-limit.mjs", code: "new\n" }];
    await expect(order.amendPlan({ ...NOTHING, functions })).rejects.toMatchObject({
      fault: { kind: "bad-file" },
    });
    const expected = known({ "checks/01-limit.mjs": sha256("old\n") });
    await order.amendPlan({ ...NOTHING, functions, expected });
    expect(text("checks/01-limit.mjs")).toBe("new\n");
  });

  /** What was done to the files meanwhile, and the fault that answers it; nothing else changes. */
  const refused = (
    name: string,
    meanwhile: (at: (name: string) => string) => void,
    message: string,
    amending: Partial<Amending> = {},
    kind = "bad-file",
  ) =>
    it(name, async () => {
      const { order, at, all } = open(FILES);
      meanwhile(at);
      const before = all();
      const said = await order.amendPlan({ ...whole, ...amending }).catch((error: unknown) => error);
      expect(said).toMatchObject({ fault: { kind } });
      expect((said as Error).message).toContain(message);
      expect(all()).toEqual(before);
    });
  const edited = (path: string) =>
    `${WHERE}/${path} was edited while the plan was amended. Nothing was written: take the edit in, then amend again.`;

  refused("a changed slice was edited", (at) => writeFileSync(at(PATH), `${TASK}more\n`), edited(PATH));
  refused(
    "a dropped slice was edited",
    (at) => writeFileSync(at("tasks/02-b.md"), `${SECOND}more\n`),
    edited("tasks/02-b.md"),
  );
  refused("a changed slice was deleted", (at) => rmSync(at(PATH)), edited("tasks/01-parse-limit.md"));
  refused(
    "a changed slice is half saved",
    (at) => writeFileSync(at(PATH), TASK.slice(0, 60)),
    `${WHERE}/${PATH}:1 the front matter does not end`,
  );
  refused(
    "a changed slice is empty now",
    (at) => writeFileSync(at(PATH), ""),
    `${WHERE}/${PATH}:1 has no front`,
  );
  refused(
    "somebody made the added slice",
    (at) => writeFileSync(at("tasks/03-mine.md"), TASK.replace('"01"', '"03"')),
    edited("tasks/03-mine.md"),
  );
  refused("a slice nobody told us of", () => undefined, edited(PATH), {
    expected: known({ "02": sha256(SECOND) }),
  });
  refused(
    "somebody made the function",
    (at) => writeFileSync(at("checks/03-third.mjs"), "mine"),
    `${WHERE}/checks/03-third.mjs exists with other content, and a verification function is frozen.`,
  );
  refused(
    "a function of no such name",
    () => undefined,
    "must be checks/NN-name.mjs",
    { functions: [{ path: "checks/../../x.mjs", code: "x" }] },
    "malformed",
  );
  refused(
    "scope.md is no text",
    (at) => writeFileSync(at("scope.md"), Uint8Array.from([0xff, 0xfe])),
    `${WHERE}/scope.md:1 is no UTF-8 text`,
  );
  refused(
    "scope.md would be too large to be read again",
    () => undefined,
    `${WHERE}/scope.md would be larger than 256 kB: shorten it.`,
    { rejected: ["x".repeat(256_000)] },
    "malformed",
  );
  refused(
    "checks/ is a link",
    (at) => {
      rmSync(at("checks"), { recursive: true });
      symlinkSync(mkdtempSync(join(folder, "else-")), at("checks"));
    },
    "could not write: ",
    {},
    "disk",
  );
  refused(
    "a task file is a link to another one",
    (at) => {
      rmSync(at(PATH));
      writeFileSync(at("kept.md"), TASK);
      symlinkSync("../kept.md", at(PATH));
    },
    "is a symbolic link",
    {},
    "disk",
  );
});

describe("what scope.md is given", () => {
  const check = (before: string, items: string[], expected: string) =>
    expect(addItems(before, "Rejected paths", items)).toBe(expected);
  it.each<[string, string, string[], string]>([
    ["nothing", "x", [], "x"],
    ["the section when it is missing", "x", ["a"], "x\n\n## Rejected paths\n- a\n"],
    [
      "nothing twice",
      "## Rejected paths\n* a\n-  b  c\n",
      ["a", "b c", "- a"],
      "## Rejected paths\n* a\n-  b  c\n",
    ],
    ["other case, other level", "#### REJECTED PATHS ##\n- a", ["b"], "#### REJECTED PATHS ##\n- a\n- b\n"],
    ["an empty section", "## Rejected paths\n## Next\n", ["a"], "## Rejected paths\n- a\n## Next\n"],
    ["an empty section at the end", "## Rejected paths", ["a"], "## Rejected paths\n- a\n"],
    [
      "one line an item, so that none begins a section",
      "",
      ["a\n# b\n\n## Decisions\n- c"],
      "## Rejected paths\n- a # b ## Decisions - c\n",
    ],
    [
      "a heading in a code block is none",
      "## Rejected paths\n```\n# x\n```\n",
      ["a"],
      "## Rejected paths\n```\n# x\n```\n- a\n",
    ],
    ["a code block that never ends", "```\n## Rejected paths\n", ["a"], "```\n## Rejected paths\n- a\n"],
    [
      "CRLF",
      "## Rejected paths\r\n- a\r\n\r\n## Next\r\n",
      ["b"],
      "## Rejected paths\r\n- a\r\n- b\r\n\r\n## Next\r\n",
    ],
    ["CRLF, a new section", "x\r\n", ["b"], "x\r\n\r\n## Rejected paths\r\n- b\r\n"],
  ])("%s", (_name, before, items, expected) => check(before, items, expected));

  it("keeps every line and can be given again", () => {
    const line = fc.constantFrom("## Rejected paths", "# A", "- a", "- b", "```", "", "text", "  # x");
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.constantFrom("a", "b", "c # d")), (lines, items) => {
        const before = lines.join("\n");
        const after = addItems(before, "Rejected paths", items);
        expect(addItems(after, "Rejected paths", items)).toBe(after);
        const left = after.split("\n");
        for (const one of lines.filter((text) => text !== "")) {
          expect(left).toContain(one);
          left.splice(0, left.indexOf(one) + 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
