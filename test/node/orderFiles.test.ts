import fc from "fast-check";
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Slice } from "../../src/core/order.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { anySlice } from "./anySlice.ts";
import { buildProgram, runProgram } from "./childProgram.ts";
import { folder, ID, LINES, SLICE, TASK, WHERE, workspace } from "./orderFixture.ts";

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
      tasks: [{ slice: SLICE, hash: sha256(TASK), path: `${WHERE}/tasks/01-parse.md`, lines: LINES }],
      functions: {},
      problems: [],
    });
  });

  it("needs no front matter in order.md, and no other file", async () => {
    const order = await openOrderFiles(workspace({ "order.md": "\uFEFFDo it.\n" }), ID).read();
    const nothing = { scope: "", rules: "", tasks: [], functions: {}, problems: [] };
    expect(order).toEqual({ goal: "Do it.", overrides: {}, ...nothing });
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
  const plan = {
    scope: "# Scope",
    rules: "- keep\n",
    slices: [SLICE],
    functions: [{ path: "checks/01-limit.mjs", code: "export default async () => {};" }],
  };

  it("writes the plan's files, and the same again without a change", async () => {
    const root = workspace({ "order.md": "x" });
    const files = openOrderFiles(root, ID);
    const written = await files.writePlan(plan);
    expect(await files.writePlan(plan)).toEqual(written);
    const read = await files.read();
    expect(read).toMatchObject({ scope: "# Scope\n", rules: "- keep\n", problems: [], ...written });
    expect(written.functions).toEqual({ "checks/01-limit.mjs": sha256(`${plan.functions[0]?.code}\n`) });
    expect(written.tasks[0]).toMatchObject({ slice: SLICE, path: `${WHERE}/tasks/01-parse-limit.md` });
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
    expect(readdirSync(join(root, WHERE)).sort()).toEqual([
      "checks",
      "order.md",
      "rules.md",
      "scope.md",
      "tasks",
    ]);
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

  refused(
    "never over another function",
    { "checks/01-limit.mjs": "mine" },
    {},
    `${WHERE}/checks/01-limit.mjs ${taken}`,
  );

  it.each(["checks/../01.mjs", "../01.mjs", "/tmp/01.mjs", "checks/a/b.mjs", "checks/01.js", "checks/.mjs"])(
    "never a function at %s",
    async (path) => {
      const root = workspace({ "order.md": "x" });
      const functions = [{ path, code: "x" }];
      await expect(openOrderFiles(root, ID).writePlan({ ...plan, functions })).rejects.toMatchObject({
        message: `the plan cannot be written: ${JSON.stringify(path)} must be checks/NN-name.mjs`,
        fault: { kind: "malformed" },
      });
      expect(readdirSync(join(root, WHERE))).toEqual(["order.md"]);
    },
  );

  it("never a task file that could not be read again", async () => {
    const root = workspace({ "order.md": "x" });
    const slices = [{ ...SLICE, body: "x".repeat(256_000) }];
    await expect(openOrderFiles(root, ID).writePlan({ ...plan, slices })).rejects.toThrow(
      `${WHERE}/tasks/01-parse-limit.md would be larger than 256 kB: shorten it.`,
    );
    expect(readdirSync(join(root, WHERE)).sort()).toEqual(["order.md"]);
  });

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
        const { tasks } = await files.writePlan({ scope: "", rules: "", slices: [slice], functions: [] });
        const [written] = tasks;
        expect(written?.slice).toEqual(slice);
        expect(await files.readTask(slice.id)).toEqual(written);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves no half of a plan on a disk that takes no more", async () => {
    const program = buildProgram(
      folder,
      "plan",
      `import { openOrderFiles } from "./orderFiles.ts";
       const [, , root, plan] = process.argv;
       const said = await openOrderFiles(root, "${ID}").writePlan(JSON.parse(plan)).catch((e) => e.fault);
       console.log(JSON.stringify(said));`,
    );
    const root = workspace({ "order.md": "x" });
    const slices = [SLICE, { ...SLICE, id: "02", body: "x".repeat(20_000) }];
    // The system's own limit on a file's size: the second task file does not fit, as on a full disk.
    const command = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
    const words = [process.execPath, program, root, JSON.stringify({ ...plan, slices })];
    const { output } = await runProgram("/bin/bash", ["-c", command, ...words]).ended;
    expect(JSON.parse(output)).toMatchObject({
      kind: "disk",
      message: expect.stringContaining("the file would be larger than this system allows"),
    });
    expect(readdirSync(join(root, WHERE)).sort()).toEqual(["checks", "order.md", "rules.md", "scope.md"]);
  });

  it("writes the report over the last one", async () => {
    const root = workspace({ "order.md": "x", "report.md": "old" });
    await openOrderFiles(root, ID).writeReport("new\n");
    expect(readFileSync(join(root, WHERE, "report.md"), "utf8")).toBe("new\n");
  });
});
