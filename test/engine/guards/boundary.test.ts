/** What changes only when a slice names it, and what no slice may change at all. */
import { describe, expect, test } from "vitest";
import { GUARDS, guard, refusal } from "../../../src/engine/guards.ts";
import { change, slice } from "../../core/orders.ts";
import { bench } from "../bench.ts";

/** The tool and the guard agree on what may be written. */
function check(path: string, writes: string[], may: boolean): void {
  const why = refusal({ writes }, [])(path);
  expect(why === null).toBe(may);
  const found = guard(GUARDS, slice("01", { writes }), [change(path)], []);
  const failed = found.filter(({ result }) => result === "fail");
  expect(failed.length === 0).toBe(may);
  for (const one of failed) expect(one.why).toContain(path);
}

describe("files that must be named", () => {
  test.each([
    ["package-lock.json", ["**"], false],
    ["package-lock.json", ["*.json"], false],
    ["package-lock.json", ["package-lock.json"], true],
    ["app/package-lock.json", ["**/package-lock.json"], true],
    ["app/package-lock.json", ["app"], false],
    ["Cargo.lock", ["*"], false],
    ["Cargo.lock", ["*.lock"], true],
    ["go.sum", ["go.*"], false],
    [".github/workflows/ci.yml", ["**"], false],
    [".github/workflows/ci.yml", [".github/workflows/**"], true],
    [".github/workflows/ci.yml", [".github"], true],
    [".gitlab-ci.yml", ["*.yml"], false],
    ["Jenkinsfile", ["*"], false],
    ["jest.config.js", ["**"], false],
    ["jest.config.js", ["jest.config.*"], true],
    ["web/vitest.config.mts", ["web/**"], false],
    ["pytest.ini", ["**"], false],
    [".eslintrc.json", ["**"], false],
    ["eslint.config.js", ["eslint.config.js"], true],
    ["mypy.ini", ["*.ini"], false],
    ["src/config.ts", ["src"], true],
    ["src/lock.ts", ["**"], true],
    ["docs/github/workflows.md", ["docs"], true],
    ["test/jest.test.js", ["test"], true],
    ["package.json", ["**"], true],
  ])("%s with %j", (path, writes, may) => check(path, writes, may));
});

test("the order's own folder is never a slice's to change", () => {
  for (const path of [".slicewise/orders/a/checks/01-x.mjs", ".slicewise/rules.md", ".SliceWise/rules.md"])
    for (const writes of [["**"], [path], [".slicewise"]]) check(path, writes, false);
});

test("the executor's tools refuse at once, and say why", async () => {
  const rules = [
    { path: "r.md", folder: "", text: "", enforced: { protect: ["db/schema.sql"], forbid: [] } },
  ];
  const one = bench({ "db/schema.sql": "a", "yarn.lock": "a", "src/a.ts": "a" }, { writes: ["**"], rules });
  const edits = [{ old: "a", new: "b" }];
  expect(await one.call("edit", { path: "db/schema.sql", edits })).toEqual({
    failed: true,
    text: "db/schema.sql is protected by the team's rules. Solve the task without it, or finish with blocked.",
  });
  expect((await one.call("write", { path: "./yarn.lock", text: "b" })).text).toMatch(/is a lock file: only/);
  await one.call("edit", { path: "src/a.ts", edits });
  expect(Object.fromEntries(one.files)).toEqual({ "db/schema.sql": "a", "yarn.lock": "a", "src/a.ts": "b" });
  expect(one.refused).toHaveLength(2);
});

describe("size and kind", () => {
  const named = (found: ReturnType<typeof guard>) =>
    found.filter(({ result }) => result !== "pass").map(({ name, result }) => `${name}: ${result}`);
  const sized = (files: number, added: number, minutes: number, path = "src/f") =>
    named(
      guard(
        GUARDS,
        slice("01", { writes: ["**"], minutes }),
        Array.from({ length: files }, (_, at) => ({ ...change(`${path}${at}.ts`), added })),
        [],
      ),
    );
  test.each([
    ["an ordinary patch", 3, 100, 20, []],
    ["a long one for a long slice", 10, 200, 60, []],
    ["out of proportion", 10, 200, 20, ["size in proportion: unknown"]],
    ["too many files", 100, 1, 20, ["size in proportion: unknown"]],
    ["at the limit", 8, 100, 15, []],
  ])("%s", (_name, files, added, minutes, expected) =>
    expect(sized(files, added, minutes)).toEqual(expected),
  );
  test("what a program writes does not count", () => {
    const patch = [
      { ...change("package-lock.json"), added: 9000 },
      { ...change("src/a.snap"), added: 9000 },
    ];
    const writes = ["package-lock.json", "src/a.snap"];
    expect(named(guard(GUARDS, slice("01", { writes }), patch, []))).toEqual([]);
  });

  test.each<[string, string | null, string[], string[]]>([
    ["a new picture", null, ["**"], ["no binary file: fail"]],
    ["a new picture that is asked for", null, ["media/*.png"], []],
    ["a picture by its name", null, ["media/a.png"], []],
  ])("%s", (_name, before, writes, expected) => {
    const changed = [{ path: "media/a.png", before, after: "\x89PNG\0\0" }];
    expect(named(guard(GUARDS, slice("01", { writes }), [change("media/a.png")], changed))).toEqual(expected);
  });
});
