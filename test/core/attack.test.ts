/** Which of an adversary's tests may be run at all. */
import { expect, test } from "vitest";
import { type Proposed, wrongWith } from "../../src/core/attack.ts";

const TASK = { title: "Halve", body: "Write half(n).\nIt throws a RangeError\n  for an odd number." };
const code = (line: string): string =>
  `import { half } from "../src/half.js";\nimport assert from "assert";\n${line}\n`;
const GOOD: Proposed = {
  basis: "It throws a RangeError for an odd number.",
  control: code("assert.equal(half(2), 1);"),
  attack: code("assert.throws(() => half(3));"),
};

test.each<[string, Partial<Proposed> | null, string | null]>([
  ["good", {}, null],
  ["none", null, null],
  ["resting on a criterion", { basis: "returns whole numbers only" }, null],
  ["resting on what nobody asked", { basis: "It throws a TypeError for a string." }, "test.basis"],
  ["resting on a word", { basis: "RangeError" }, "test.basis"],
  ["resting on nothing", { basis: " " }, "test.basis"],
  ["of nothing that was changed", { attack: "assert.equal(1, 2);" }, "test.attack: names none"],
  ["whose control is of nothing that was changed", { control: "ok" }, "test.control: names none"],
  ["like its control", { attack: ` ${GOOD.control}` }, "test.attack: is the same as control"],
  [
    "unlike its control",
    { attack: 'import * as half from "../src/half.js";\na();\nb();\nc();\nassert.fail();\n' },
    "differs in more than half",
  ],
  ["empty", { attack: "  " }, "test.attack: must be a test file"],
  ["endless", { attack: code("x".repeat(20_001)) }, "test.attack: must be a test file"],
])("a test %s", (_name, given, expected) => {
  const found = wrongWith(
    { why: "", test: given && { ...GOOD, ...given } },
    TASK,
    ["half returns whole numbers only"],
    ["src/half.js"],
  );
  if (expected === null) expect(found).toEqual([]);
  else expect(found.join("\n")).toContain(expected);
});

test("a file named index is known by its folder", () => {
  const named = {
    ...GOOD,
    control: code("1").replace("src/half.js", "src/half"),
    attack: code("2").replace("src/half.js", "src/half"),
  };
  expect(wrongWith({ why: "", test: named }, TASK, [], ["src/half/index.js"])).toEqual([]);
});
