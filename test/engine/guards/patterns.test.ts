/** Tests of a language without a grammar: what is said of them. */
import { describe, expect, test } from "vitest";
import { guard, withPatterns } from "../../../src/engine/guards.ts";
import { subjectNotMocked, testsKept } from "../../../src/engine/guards/tests.ts";
import { change, slice } from "../../core/orders.ts";
import { changedOf, type Files } from "./reading.ts";

describe("of a language without a grammar it is said that tests were counted by patterns", () => {
  const KOTLIN = "class LimitTest {\n  @Test fun keeps() { assertEquals(1, limit(1)) }\n}\n";
  const of = async (files: Files) => {
    const changed = await changedOf(files);
    const patch = changed.map(({ path }) => change(path));
    const all = guard([testsKept, subjectNotMocked], slice("01", { writes: ["**"] }), patch, changed);
    return withPatterns(all, changed);
  };
  test.each<[string, Files, { path: string; existed: boolean }[] | undefined]>([
    [
      "changed",
      { "src/LimitTest.kt": [KOTLIN, `${KOTLIN}// more\n`] },
      [{ path: "src/LimitTest.kt", existed: true }],
    ],
    ["new", { "src/LimitTest.kt": [null, KOTLIN] }, [{ path: "src/LimitTest.kt", existed: false }]],
    ["no test", { "src/Limit.kt": [null, "fun limit(n: Int) = n\n"] }, undefined],
    [
      "read by a grammar",
      { "test/limit.test.js": [null, "test('a', () => assert(limit(1)));\n"] },
      undefined,
    ],
  ])("%s", async (_name, files, patterns) => {
    const [kept, other] = await of(files);
    expect(kept?.patterns).toEqual(patterns);
    expect(kept?.why ?? "").toMatch(
      patterns ? /^Weaker: tests of src\/LimitTest\.kt were counted by patterns/ : /^$/,
    );
    expect(other).not.toHaveProperty("patterns");
  });
  test("a failure is said first", async () => {
    const [kept] = await of({ "src/LimitTest.kt": [KOTLIN, "class LimitTest\n"] });
    expect(kept?.result).toBe("fail");
    expect(kept?.why).toMatch(/^src\/LimitTest\.kt:2 [^]*\nWeaker: /);
  });
});
