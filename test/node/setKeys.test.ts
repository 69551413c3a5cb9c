import fc from "fast-check";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Slice } from "../../src/core/order.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { anyRoute, anySlice } from "./anySlice.ts";
import { ID, TASK, WHERE, workspace } from "./orderFixture.ts";

describe("setting a key", () => {
  const path = "tasks/01-a.md";
  const open = (task: string) => {
    const root = workspace({ "order.md": "x", [path]: task });
    const now = () => readFileSync(join(root, WHERE, path), "utf8");
    return { files: openOrderFiles(root, ID), now, file: join(root, WHERE, path) };
  };
  const check = (
    name: string,
    task: string,
    keys: Partial<Pick<Slice, "route" | "class">>,
    expected: string,
  ) =>
    it(name, async () => {
      const { files, now } = open(task);
      const answer = await files.setKeys("01", keys);
      expect(now()).toBe(expected);
      expect(answer).toMatchObject({ slice: keys, hash: sha256(expected) });
    });

  check("keeps comments and the rest", TASK, { class: "C4" }, TASK.replace("class: C2 ", "class: C4 "));
  check(
    "both keys",
    TASK,
    { class: "C1", route: "a/b:c@low" },
    TASK.replace("C2 ", "C1 ").replace("route: auto", "route: a/b:c@low"),
  );
  check(
    "a missing key is added last",
    TASK.replace(/route: .*\n/, ""),
    { route: "a/b" },
    TASK.replace(/route: .*\n/, "").replace("\n---\nThe", "\nroute: a/b\n---\nThe"),
  );
  check(
    "quotes where YAML needs them",
    TASK,
    { route: "a/#b," },
    TASK.replace("route: auto", 'route: "a/#b,"'),
  );
  check(
    "CRLF stays",
    TASK.replaceAll("\n", "\r\n"),
    { route: "a/b" },
    TASK.replace("route: auto", "route: a/b").replaceAll("\n", "\r\n"),
  );
  check(
    "CRLF for an added key",
    TASK.replace(/route: .*\n/, "").replaceAll("\n", "\r\n"),
    { route: "a/b" },
    TASK.replace(/route: .*\n/, "")
      .replace("\n---\nThe", "\nroute: a/b\n---\nThe")
      .replaceAll("\n", "\r\n"),
  );
  check(
    "in braces",
    '---\n{id: "01", title: T, class: C1, writes: [a], route: auto}\n---\n',
    { route: "a/b" },
    '---\n{id: "01", title: T, class: C1, writes: [a], route: a/b}\n---\n',
  );
  check(
    "a block value",
    TASK.replace(/route: auto.*/, "route: >-\n  auto"),
    { route: "a/b" },
    TASK.replace(/route: auto.*/, "route: a/b"),
  );

  it("keeps the file's mode and touches no other file", async () => {
    const { files, file } = open(TASK);
    const { mode } = statSync(file);
    await files.setKeys("01", { class: "C3" });
    expect(statSync(file).mode).toBe(mode);
    expect(readdirSync(dirname(file))).toEqual(["01-a.md"]);
  });

  it("says so when it cannot, and changes nothing", async () => {
    const task = '---\n{id: "01", title: T, class: C1, writes: [a]}\n---\n';
    const { files, now } = open(task);
    const answer = await files.setKeys("01", { route: "a/b" });
    expect(answer).toEqual([
      expect.objectContaining({ key: "route", message: expect.stringContaining("edit it by hand") }),
    ]);
    expect(now()).toBe(task);
  });

  it("refuses a file with a problem", async () => {
    const task = TASK.replace("C2 ", "C9 ");
    const { files, now } = open(task);
    expect(await files.setKeys("01", { route: "a/b" })).toEqual([
      expect.objectContaining({ line: 4, key: "class" }),
    ]);
    expect(now()).toBe(task);
  });

  it("changes that key's line and nothing else, in any file", async () => {
    const comment = fc.stringMatching(/^( {1,4}#[ -~äß…]{0,20})?$/);
    const eol = fc.constantFrom("\n", "\r\n");
    await fc.assert(
      fc.asyncProperty(
        anySlice,
        comment,
        fc.string(),
        eol,
        anyRoute,
        async (slice, note, body, newline, next) => {
          const lines = [
            ...[
              "---",
              `id: "01"${note}`,
              `title: ${JSON.stringify(slice.title)}`,
              `class: ${slice.class}${note}`,
            ],
            ...[
              "# a comment",
              `writes: ${JSON.stringify(slice.writes)}`,
              `route: ${JSON.stringify(slice.route)}${note}`,
              "",
              "---",
            ],
          ];
          const task = lines.join(newline) + newline + body.replaceAll("\0", "");
          const { files, now } = open(task);
          await files.setKeys("01", { class: slice.class, route: slice.route });
          expect(now()).toBe(task);
          const answer = await files.setKeys("01", { route: next });
          expect(answer).toMatchObject({ slice: { route: next } });
          const others = (whole: string) => whole.split("\n").filter((_, i) => i !== 6);
          expect(others(now())).toEqual(others(task));
          expect(
            now()
              .split("\n")[6]
              ?.replace(/^route: (?:"[^"]*"|\S+)/, ""),
          ).toBe(task.split("\n")[6]?.replace(/^route: "[^"]*"/, ""));
        },
      ),
      { numRuns: 100 },
    );
  });
});
