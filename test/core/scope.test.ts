import { expect, test } from "vitest";
import { concerns, mentions, parseScope, sortItems } from "../../src/core/scope.ts";
import { slice } from "./orders.ts";

test("scope.md as its sections", () =>
  expect(
    parseScope(`Before all.
# Scope
## Context
A tool.
### Invariants
- Stays
  as it is.
## Something else
More of it.
## NON-GOALS
- Speed
## Decisions
- One
  goes on
* Two

A paragraph
in two lines.
## rejected paths
1. kept as text
- A: too large
## constructor
x
`),
  ).toEqual({
    context: "Before all.\n# Scope\nA tool.\n## Something else\nMore of it.\n## constructor\nx",
    invariants: "- Stays\n  as it is.",
    nonGoals: "- Speed",
    decisions: ["One goes on", "Two", "A paragraph in two lines."],
    assumptions: [],
    rejected: ["1. kept as text", "A: too large"],
  }));

test.each<[string, string[], string[], string[]]>([
  ["plain words say nothing", [], [], []],
  ["`take` and `Store.add(x)`, not `npm test`", ["take", "Store", "add"], [], []],
  ["parseLimit, MAX_SIZE or select(x)", ["parseLimit", "MAX_SIZE", "select"], [], []],
  ["API and JSON are words", [], [], []],
  ["slice 01 and slices 02, b-3.", [], ["01", "02", "b-3", "and", "slices"], []],
  ["see ./src/a/b.ts.", [], [], ["src", "src/a", "src/a/b.ts", "b.ts"]],
])("mentions: %s", (text, said, ids, paths) => {
  const found = mentions(text);
  expect([...found.said].toSorted()).toEqual(said.toSorted());
  expect([...found.ids]).toEqual(expect.arrayContaining(ids.filter((id) => /\d/.test(id))));
  expect(paths.filter((path) => !found.paths.has(path))).toEqual([]);
});

const ONE = slice("01", { writes: ["src/limit.js"], produces: ["src/limit.js#parseLimit(argv)"] });
const TWO = slice("02", {
  writes: ["src/cli/**"],
  reads: ["docs/help.md"],
  consumes: ["src/limit.js#parseLimit"],
});
const THREE = slice("03", { writes: ["lib/x.js"] });

test.each<[string, string[]]>([
  ["Only for slice 01.", ["01"]],
  ["`parseLimit` throws.", ["01", "02"]],
  ["limit.js stays small.", ["01", "02"]],
  ["src/cli/main.js keeps its name.", ["02"]],
  ["docs/help.md says so.", ["02"]],
  ["Nobody is named.", []],
  ["2 tries, 03 of them", []],
])("who is concerned: %s", (text, ids) =>
  expect([ONE, TWO, THREE].filter((one) => concerns(text, one)).map(({ id }) => id)).toEqual(ids),
);

test("what names nothing that a slice makes is for all, the same for each; the rest for those it concerns", () => {
  const items = [
    "Be kind.",
    "docs/help.md is the specification.",
    "`parseLimit` throws.",
    "lib/x.js is legacy.",
  ];
  const all = ["Be kind.", "docs/help.md is the specification."];
  const slices = [ONE, TWO, THREE];
  expect(sortItems(items, ONE, slices)).toEqual({ all, own: ["`parseLimit` throws."] });
  expect(sortItems(items, TWO, slices)).toEqual({ all, own: ["`parseLimit` throws."] });
  expect(sortItems(items, THREE, slices)).toEqual({ all, own: ["lib/x.js is legacy."] });
});
