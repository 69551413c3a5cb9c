import fc from "fast-check";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Slice } from "../../src/core/order.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { anySlice } from "./anySlice.ts";
import { folder, ID, SLICE, TASK, WHERE, workspace } from "./orderFixture.ts";

describe("reading an order", () => {
  it("gives goal, overrides, scope, rules and slices", async () => {
    const order = "---\nautonomy: full\nbudget: { order: 5 }\n---\nAdd a --limit flag.\r\nPlease.\n";
    const files = {
      "order.md": order,
      "scope.md": "# Scope\n",
      "rules.md": "- no\n",
      "tasks/01-parse.md": TASK,
    };
    expect(await openOrderFiles(workspace(files), ID).read()).toEqual({
      goal: "Add a --limit flag.\r\nPlease.",
      overrides: { autonomy: "full", budget: { order: 5, slice: null, day: null } },
      scope: "# Scope\n",
      rules: "- no\n",
      tasks: [{ slice: SLICE, hash: sha256(TASK), path: `${WHERE}/tasks/01-parse.md` }],
      problems: [],
    });
  });

  it("needs no front matter in order.md, and no other file", async () => {
    const order = await openOrderFiles(workspace({ "order.md": "\uFEFFDo it.\n" }), ID).read();
    expect(order).toEqual({ goal: "Do it.", overrides: {}, scope: "", rules: "", tasks: [], problems: [] });
  });

  it("fills in what a short task file leaves out", async () => {
    const short = '---\r\nid: "02"\r\ntitle: T\r\nclass: C1\r\nwrites: [a]\r\n---\r\nOne\r\nTwo\r\n';
    const root = workspace({ "order.md": "Do it.", "tasks/02.md": short });
    expect(await openOrderFiles(root, ID).readTask("02")).toMatchObject({
      slice: { minutes: 30, route: "auto", checks: [], needs: [], body: "One\r\nTwo" },
    });
  });
});

describe("writing", () => {
  const plan = { scope: "# Scope", rules: "- keep\n", slices: [SLICE] };

  it("writes the plan's files, and the same again without a change", async () => {
    const root = workspace({ "order.md": "x" });
    const files = openOrderFiles(root, ID);
    const written = await files.writePlan(plan);
    expect(await files.writePlan(plan)).toEqual(written);
    const read = await files.read();
    expect(read).toMatchObject({ scope: "# Scope\n", rules: "- keep\n", problems: [], tasks: written });
    expect(written[0]).toMatchObject({ slice: SLICE, path: `${WHERE}/tasks/01-parse-limit.md` });
    expect(readFileSync(join(root, WHERE, "tasks/01-parse-limit.md"), "utf8").split("---\n")[1]).toBe(
      [
        'id: "01"',
        "title: Parse --limit",
        "class: C2",
        "needs: []",
        "reads: [src/cli.js]",
        "writes: [src/limit.js, test/limit.test.js]",
        "consumes: []",
        'produces: ["src/limit.js#parseLimit(argv: string[]): number"]',
        "minutes: 20",
        "route: auto",
        "checks:",
        "  - run: npm test -- limit",
        "    before: fail",
        "  - script: checks/01-limit.mjs",
        '  - expect: "`parseLimit` rejects negative numbers"',
        "",
      ].join("\n"),
    );
    expect(readdirSync(join(root, WHERE)).sort()).toEqual(["order.md", "rules.md", "scope.md", "tasks"]);
  });

  const refused = (name: string, files: Record<string, string>, change: Partial<Slice>, message: string) =>
    it(name, async () => {
      const root = workspace({ "order.md": "x", ...files });
      const slices = [{ ...SLICE, ...change }];
      await expect(openOrderFiles(root, ID).writePlan({ ...plan, slices })).rejects.toThrow(message);
      for (const [path, content] of Object.entries(files)) {
        expect(readFileSync(join(root, WHERE, path), "utf8")).toBe(content);
      }
      expect(existsSync(join(root, WHERE, "rules.md"))).toBe(false);
    });
  const taken = "exists with other content and was not overwritten. Move it away, then plan again.";
  refused("never over another scope", { "scope.md": "mine" }, {}, `${WHERE}/scope.md ${taken}`);
  refused(
    "never over an edited slice",
    { "tasks/01-parse-limit.md": TASK },
    {},
    `${WHERE}/tasks/01-parse-limit.md ${taken}`,
  );
  refused(
    "never beside the same slice",
    { "tasks/01-old.md": TASK },
    {},
    `${WHERE}/tasks/01-old.md ${taken}`,
  );
  refused(
    "never a plan that cannot be read",
    {},
    { writes: ["../x"] },
    'writes[0]: "../x" leads outside the repository',
  );

  it("never through a link", async () => {
    const root = workspace({ "order.md": "x" });
    const elsewhere = mkdtempSync(join(folder, "else-"));
    symlinkSync(elsewhere, join(root, WHERE, "tasks"));
    await expect(openOrderFiles(root, ID).writePlan(plan)).rejects.toThrow(
      "a symbolic link that leads outside the repository",
    );
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("says that a place cannot be written", async () => {
    const root = workspace({ "order.md": "x", tasks: "a file" });
    await expect(openOrderFiles(root, ID).writePlan(plan)).rejects.toMatchObject({ fault: { kind: "disk" } });
    await expect(openOrderFiles("/proc/self", ID).writeReport("x")).rejects.toMatchObject({
      fault: { kind: "disk" },
    });
  });

  it("reads any slice back as it was planned", async () => {
    const root = workspace({ "order.md": "x" });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anySlice, async (slice) => {
        const id = `o-${count++}`;
        const files = openOrderFiles(root, id);
        const [written] = await files.writePlan({ scope: "", rules: "", slices: [slice] });
        expect(written?.slice).toEqual(slice);
        expect(await files.readTask(slice.id)).toEqual(written);
      }),
      { numRuns: 60 },
    );
  });

  it("writes the report over the last one", async () => {
    const root = workspace({ "order.md": "x", "report.md": "old" });
    await openOrderFiles(root, ID).writeReport("new\n");
    expect(readFileSync(join(root, WHERE, "report.md"), "utf8")).toBe("new\n");
  });
});

describe("the team's rules", () => {
  const rulesOf = (files: Record<string, string>, links: Record<string, string> = {}) => {
    const root = mkdtempSync(join(folder, "team-"));
    mkdirSync(join(root, ".slicewise"));
    for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
    return openOrderFiles(root, ID).teamRules();
  };
  it("are none where there are no files", async () => expect(await rulesOf({})).toBe(""));
  it("come from three places", async () => {
    const files = { ".slicewise/rules.md": "one\n", "AGENTS.md": "two\n", "CLAUDE.md": "three\n" };
    expect(await rulesOf(files)).toBe(
      "From .slicewise/rules.md:\none\n\nFrom AGENTS.md:\ntwo\n\nFrom CLAUDE.md:\nthree",
    );
  });
  it("are said once when one file is a link to the other", async () =>
    expect(await rulesOf({ "AGENTS.md": "two\n" }, { "CLAUDE.md": "AGENTS.md" })).toBe(
      "From AGENTS.md:\ntwo",
    ));
  it("say what was not read", async () =>
    expect(await rulesOf({}, { "CLAUDE.md": "/etc/passwd" })).toBe(
      '(Not read: "CLAUDE.md" leads outside the repository through a symbolic link; it cannot be read.)',
    ));
  it("are cut at 32 kB", async () => {
    const rules = await rulesOf({ "AGENTS.md": "x".repeat(100_000) });
    expect(rules).toContain("[… 68,000 bytes left out …]");
    expect(rules.length).toBeLessThan(32_100);
  });
});
