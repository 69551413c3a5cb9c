import { expect, test } from "vitest";
import { criticise, isEscaping } from "../../src/core/critics.ts";
import type { Slice } from "../../src/core/order.ts";
import { slice } from "./orders.ts";

/** Findings as "critic: slices", errors with an exclamation mark. */
const check = (slices: readonly Slice[], expected: string[]): void =>
  expect(
    criticise(slices).map(
      ({ critic, severity, slices: ids }) => `${critic}${severity === "error" ? "!" : ""}: ${ids.join(" ")}`,
    ),
  ).toEqual(expected);

test.each<[string, Slice[], string[]]>([
  ["sound", [slice("01"), slice("02", { needs: ["01"] })], []],
  ["empty", [], ["empty!: "]],
  ["one id twice", [slice("01"), slice("01", { writes: ["x"] })], ["duplicate id!: 01"]],
  [
    "one id thrice is one finding",
    [slice("01"), slice("01", { writes: ["x"] }), slice("01", { writes: ["y"] })],
    ["duplicate id!: 01"],
  ],
  ["an unknown need", [slice("01", { needs: ["07"] })], ["unknown id!: 01"]],
  ["a need of itself", [slice("01", { needs: ["01"] })], ["cycle!: 01"]],
  [
    "two that wait for each other",
    [slice("01", { needs: ["02"] }), slice("02", { needs: ["01"] })],
    ["cycle!: 01 02"],
  ],
  [
    "who only depends on a cycle, or is only needed by it, is not in it",
    [
      slice("01"),
      slice("02", { needs: ["03", "01"] }),
      slice("03", { needs: ["02"] }),
      slice("04", { needs: ["03"] }),
      slice("05", { needs: ["04"] }),
    ],
    ["cycle!: 02 03"],
  ],
  [
    "a diamond is no cycle",
    [
      slice("01"),
      slice("02", { needs: ["01"] }),
      slice("03", { needs: ["01"] }),
      slice("04", { needs: ["02", "03"] }),
    ],
    [],
  ],
  [
    "the same file, no order",
    [slice("01", { writes: ["src/**"] }), slice("02", { writes: ["src/x.ts"] })],
    ["resolve conflicts: 01 02"],
  ],
  [
    "the same file, in order",
    [slice("01", { writes: ["x"] }), slice("02", { writes: ["x"], needs: ["01"] })],
    [],
  ],
  [
    "the same file, in order over a third",
    [
      slice("01", { writes: ["x"] }),
      slice("02", { needs: ["01"] }),
      slice("03", { writes: ["x"], needs: ["02"] }),
    ],
    [],
  ],
  [
    "the same file to a file system without case",
    [slice("01", { writes: ["A.ts"] }), slice("02", { writes: ["a.ts"] })],
    ["resolve conflicts: 01 02"],
  ],
  ["other files", [slice("01", { writes: ["src/*.ts"] }), slice("02", { writes: ["src/*.js"] })], []],
  [
    "two routes",
    [slice("01", { writes: ["app/[id]/page.tsx"] }), slice("02", { writes: ["app/i/page.tsx"] })],
    [],
  ],
  [
    "nothing executable",
    [slice("01", { checks: [{ expect: "is nice" }] }), slice("02", { checks: [] })],
    ["unverifiable: 01", "unverifiable: 02"],
  ],
  ["a script is executable", [slice("01", { checks: [{ script: "checks/01.mjs" }] })], []],
  [
    "leaving the workspace",
    [slice("01", { reads: ["../x"], writes: ["/etc/passwd"] })],
    ["escaping path!: 01", "escaping path!: 01"],
  ],
])("%s", (_name, slices, expected) => check(slices, expected));

test.each<[string, boolean]>([
  ["src/a.ts", false],
  ["src/..a.ts", false],
  ["src/a..b/c", false],
  [".github/workflows/x.yml", false],
  [".gitignore", false],
  ["src/.gitkeep", false],
  ["app/[...slug]/page.tsx", false],
  ["app/(..)photo/page.tsx", false],
  ["**", false],
  ["/etc/passwd", true],
  ["..", true],
  ["../x", true],
  ["src/../../x", true],
  ["src/..", true],
  ["C:/x", true],
  ["c:\\x", true],
  ["\\\\host\\x", true],
  ["~/x", true],
  [".git", true],
  [".git/hooks/pre-commit", true],
  ["sub/.GIT/config", true],
  ["src\\x", true],
  ["a\0b", true],
])("%j escapes: %s", (path, expected) => expect(isEscaping(path)).toBe(expected));

test("a thousand slices are read through in one go", () => {
  const name = (at: number): string => String(at).padStart(4, "0");
  const chain = Array.from({ length: 1000 }, (_, at) =>
    slice(name(at), { needs: at === 0 ? [] : [name(at - 1)], writes: ["src/**", `lib/${at}/*.ts`] }),
  );
  expect(criticise(chain)).toEqual([]);
  const apart = chain.map((one) => ({ ...one, needs: [], writes: [`lib/${one.id}/*.ts`] }));
  expect(criticise(apart)).toEqual([]);
  const ring = chain.map((one, at) => (at === 0 ? { ...one, needs: [name(999)] } : one));
  expect(criticise(ring).map(({ critic, slices }) => [critic, slices.length])).toEqual([["cycle", 1000]]);
});
