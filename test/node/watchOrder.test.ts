import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { watchOrder } from "../../src/node/watchOrder.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();

/** Does each act and waits until it was heard; a quiet act is followed by one that is heard, and counts alone. */
async function heard(acts: readonly [what: string, act: (root: string) => void][]): Promise<string[]> {
  const root = mkdtempSync(join(folder, "order-"));
  let wake: () => void = () => undefined;
  const stop = watchOrder(
    root,
    () => wake(),
    (error) => {
      throw error;
    },
  );
  const order: string[] = [];
  for (const [what, act] of acts) {
    const woken = new Promise<void>((resolve) => (wake = resolve));
    act(root);
    await woken;
    order.push(what);
    // What is still to come of this act must not pass for the next one.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stop();
  return order;
}

const write = (name: string) => (root: string) => writeFileSync(join(root, name), String(Math.random()));

describe("watching an order's files", () => {
  it("hears of files in folders that were made after it began, and made again", async () => {
    const acts: [string, (root: string) => void][] = [
      ["scope", write("scope.md")],
      ["tasks and a task at once", (root) => (mkdirSync(join(root, "tasks")), write("tasks/01.md")(root))],
      ["a task", write("tasks/01.md")],
      [
        "a saved task",
        (root) => (
          write("tasks/.new")(root),
          renameSync(join(root, "tasks/.new"), join(root, "tasks/01.md"))
        ),
      ],
      ["a task gone", (root) => rmSync(join(root, "tasks/01.md"))],
      ["tasks gone", (root) => rmSync(join(root, "tasks"), { recursive: true })],
      ["tasks again", (root) => mkdirSync(join(root, "tasks"))],
      ["a task again", write("tasks/02.md")],
      ["a check", (root) => (mkdirSync(join(root, "checks")), write("checks/01.mjs")(root))],
    ];
    expect(await heard(acts)).toEqual(acts.map(([what]) => what));
  });

  it("does not hear of the log, of blobs and of other files", async () => {
    const root = mkdtempSync(join(folder, "order-"));
    for (const name of ["tasks", "blobs"]) mkdirSync(join(root, name));
    let calls = 0;
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const stop = watchOrder(
      root,
      () => {
        calls += 1;
        wake();
      },
      () => undefined,
    );
    for (const name of ["log.jsonl", "report.md", "blobs/a.md", "tasks/note.txt"]) write(name)(root);
    mkdirSync(join(root, "checks"));
    await woken;
    expect(calls).toBe(1);
    stop();
  });
});
