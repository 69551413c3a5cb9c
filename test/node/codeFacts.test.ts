/** What guards ask of the threads: also of texts that were made to keep them busy. */
import { expect, test } from "vitest";
import { testsKept } from "../../src/engine/guards/tests.ts";
import { withFacts } from "../../src/engine/guards.ts";
import { slice } from "../core/orders.ts";
import { codeMaps } from "./codeMapFixture.ts";
import { scratchFolder } from "./scratchFolder.ts";

const maps = codeMaps();
const open = () => maps.open(scratchFolder(), { list: () => [] });

test("the threads answer what the grammars say", async () => {
  const map = open();
  const facts = await map.facts("a.test.js", 'it("a", () => { expect(f(1)).toBe(2); });\n');
  expect(facts).toMatchObject({
    by: "grammar",
    tests: [{ name: "a", assertions: [{ matcher: "toBe", expected: "2" }] }],
  });
  expect(await map.facts("a.kt", "fun testA() {}")).toBeNull();
});

const line = 'it("a", () => { expect(f(1)).toBe(2); });';
test.each<[string, string, "grammar" | "unread"]>([
  ["one line of two megabytes", line.repeat(50_000), "unread"],
  ["one long line", line.repeat(5_000), "unread"],
  ["brackets within brackets", `f(${"[\n".repeat(8_000)}${"]\n".repeat(8_000)})`, "unread"],
  ["calls within calls", `${"f(\n".repeat(8_000)}${")".repeat(8_000)}`, "unread"],
  ["a chain without end", `a${"\n.b()".repeat(8_000)};`, "unread"],
  ["a binary", "it(\0)", "unread"],
  ["nothing", "", "grammar"],
  ["no program at all", "}}}} ((( `${ it( expect(\n".repeat(200), "grammar"],
  ["replaced characters", 'it("\uFFFD", () => { expect(f("\uFFFD")).toBe("\uD800"); });\n', "grammar"],
  ["a thousand tests", `${line}\n`.repeat(1000), "grammar"],
])("%s", async (_name, text, by) => {
  const map = open();
  expect((await map.facts("a.test.js", text))?.by).toBe(by);
  // Whatever it was, the next text is read.
  expect((await map.facts("b.test.js", `${line}\n`))?.tests).toHaveLength(1);
});

test("a test that could not be read leaves it to a person; a program that could not, to its tests", async () => {
  const map = open();
  const long = line.repeat(5_000);
  const texts = (path: string, before: string | null, after: string | null) => ({ path, before, after });
  const judged = async (...files: ReturnType<typeof texts>[]) => {
    const changed = await withFacts({ codeMap: map }, files);
    return testsKept
      .find(slice("01", { writes: ["**"] }), [], changed)
      .map(({ result, why }) => `${result} ${why}`);
  };
  expect(await judged(texts("a.test.js", long, `${long}\n`))).toEqual([
    expect.stringMatching(/^unknown a\.test\.js/),
  ]);
  expect(await judged(texts("a.test.js", `${line}\n`, long))).toContainEqual(
    expect.stringMatching(/^unknown a\.test\.js/),
  );
  expect(await judged(texts("a.test.js", long, null))).toEqual([expect.stringMatching(/^fail a\.test\.js/)]);
  expect(await judged(texts("src/a.js", long, `${long}\n`))).toEqual([]);
});

test("a patch of thousands of files is read as far as is sensible", async () => {
  const map = open();
  const many = Array.from({ length: 3000 }, (_, at) => ({
    path: `src/${at}.js`,
    before: null,
    after: "f();\n",
  }));
  const own = { path: "test/a.test.js", before: `${line}\n`, after: "it.skip('a');\n" };
  const changed = await withFacts({ codeMap: map }, [...many, own]);
  expect(changed.map(({ path }) => path)).toEqual([...many, own].map(({ path }) => path));
  expect(testsKept.find(slice("01"), [], changed)).not.toEqual([]);
});
