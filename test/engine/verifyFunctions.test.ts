import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Check, Evidence } from "../../src/core/order.ts";
import type { FunctionResult, FunctionRunner, OrderFiles } from "../../src/engine/ports.ts";
import { type FunctionTrial, functions } from "../../src/engine/verify/functions.ts";
import { openTree } from "../../src/node/tree.ts";
import { verifyLab } from "./verifyLab.ts";

const shaOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const PATH = "checks/01-limit.mjs";
const script: Check = { script: PATH };
const result = (more: Partial<FunctionResult> = {}): FunctionResult => ({
  ended: "passed",
  message: "",
  line: null,
  output: "",
  ms: 5,
  ...more,
});

type Given = {
  /** What the function does in a copy, by what it reads there. */
  runs?: FunctionRunner["run"];
  checks?: Check[];
  frozen?: Record<string, string>;
  file?: Awaited<ReturnType<OrderFiles["readFunction"]>>;
};
const CODE = "export default () => {};";

/** Runs the stage on a base where a.txt is "old" and a patch that makes it "new". */
async function check(given: Given, expected: Partial<Evidence>[]) {
  const lab = verifyLab({
    base: { "a.txt": "old" },
    patch: { "a.txt": "new" },
    checks: given.checks ?? [script],
  });
  const world = {
    ...lab.world,
    functions: { run: given.runs ?? (async () => result()) },
    tree: (root: string) => openTree(root),
    files: {
      readFunction: async () =>
        given.file === undefined ? { path: PATH, code: CODE, hash: shaOf(CODE) } : given.file,
    } as unknown as OrderFiles,
  };
  const trial: FunctionTrial = { ...lab, world, frozen: given.frozen ?? { [PATH]: shaOf(CODE) } };
  const found = await functions(trial);
  expect(found).toEqual(expected.map((one) => expect.objectContaining(one)));
  return lab;
}

/** Fails unless the copy holds "new". */
const wantsNew: FunctionRunner["run"] = async (_check, { read }) =>
  (await read("a.txt")) === "new" ? result() : result({ ended: "failed", message: "want new", line: 3 });

describe("verification functions", () => {
  test("red to green", () =>
    check({ runs: wantsNew }, [{ kind: "script", name: PATH, result: "pass", before: "fail", why: "" }]));
  test("that pass before the change show nothing new", () =>
    check({}, [{ result: "pass", before: "pass", why: "Passes before the change, too." }]));
  test("that fail say where", () =>
    check({ runs: async () => result({ ended: "failed", message: "3 !== 4", line: 7 }) }, [
      { result: "fail", before: null, why: `${PATH}:7\n3 !== 4`, place: { path: PATH, line: 7 } },
    ]));
  test("that are wrong themselves wait for a person", () =>
    check({ runs: async () => result({ ended: "broken", message: "SyntaxError: no" }) }, [
      { result: "unknown", why: expect.stringMatching(/cannot be used: SyntaxError: no\nRepair it/) },
    ]));
  test("that never end fail", () =>
    check(
      { runs: async () => result({ ended: "timeout", message: "Took longer than 5 s and was ended." }) },
      [{ result: "fail" }],
    ));
  test("that could not be started wait for a person", () =>
    check({ runs: async () => result({ ended: "unstartable", message: "no" }) }, [
      { result: "unknown", why: "no" },
    ]));
  test("whose output is kept", async () => {
    const lab = await check({ runs: async () => result({ output: "hello" }) }, [{ output: shaOf("hello") }]);
    expect(lab.kept.get(shaOf("hello"))).toBe("hello");
  });
  test("ask commands that run in the copy, and files that are in it", () =>
    check(
      {
        runs: async (_check, { read, run }) => {
          expect(await run("cat a.txt; exit 3")).toEqual({
            status: 3,
            output: expect.stringMatching(/^(new|old)$/),
          });
          await expect(read("../base/a.txt")).rejects.toThrow("leads outside");
          await expect(read("nope")).rejects.toThrow("does not exist");
          return result();
        },
      },
      [{ result: "pass" }],
    ));
});

describe("a function that is not what was planned is not run", () => {
  const never: FunctionRunner["run"] = () => Promise.reject(new Error("it was run"));
  test.each<[string, Given, RegExp]>([
    [
      "changed",
      { file: { path: PATH, code: "export default () => 1;", hash: shaOf("export default () => 1;") } },
      /was changed after the plan was approved, so it was not run/,
    ],
    ["gone", { file: null }, /is gone/],
    ["unknown to the plan", { frozen: {} }, /The plan knows no function/],
    [
      "named like what every object has",
      { checks: [{ script: "constructor" }], frozen: {} },
      /The plan knows no function constructor/,
    ],
    [
      "a link",
      { file: { path: PATH, line: 1, key: null, message: "is a symbolic link" } },
      /is a symbolic link/,
    ],
  ])(
    "%s",
    async (_name, given, why) =>
      void (await check({ runs: never, ...given }, [{ result: "unknown", why: expect.stringMatching(why) }])),
  );
});
