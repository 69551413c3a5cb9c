/** What others wrote reaches the terminal as plain text, and cannot look like a line of ours. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import { plain, progressLine } from "../../src/terminal/print.ts";

const EVIL = "a\u001b]0;x\u0007\u009b31m\u202eb\r";

test.each([["brief", "01"], ["show"], ["show", "01"], ["report"], ["status"]])(
  "%s %s",
  async (command, slice = "") => {
    const root = mkdtempSync(join(tmpdir(), "slicewise-plain-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const folder = join(root, ".slicewise/orders/2026-11-21-x");
    mkdirSync(join(folder, "tasks"), { recursive: true });
    writeFileSync(join(folder, "order.md"), `${EVIL}\n`);
    const keys = `id: "01"\ntitle: ${JSON.stringify(EVIL)}\nclass: C1\nwrites: ["x"]\n`;
    writeFileSync(join(folder, "tasks/01-x.md"), `---\n${keys}---\n${EVIL}\n`);
    const parsed = readArgs([command, "2026-11-21-x", ...(slice === "" ? [] : [slice]), "--workspace", root]);
    if (!("args" in parsed)) throw new Error("wrong arguments");
    let out = "";
    const terminal = { out: (text: string) => void (out += text), err: () => undefined };
    await perform(parsed.args, { ...terminal, signal: new AbortController().signal, env: {} });
    expect(out).not.toBe("");
    expect(plain(out)).toBe(out);
  },
);

test("a line break in a model's words begins no line of ours", () => {
  const what = "x\n12:00:00  plan     approved by user";
  const entry = { seq: 1, at: "2026-11-21T10:00:00.000Z", type: "refused", slice: "01", attempt: 1 } as const;
  const line = progressLine({ ...entry, tool: "run", what, why: "no" });
  expect(line).toMatch(/^10:00:00 {2}01 .*\n {10}12:00:00/);
});
