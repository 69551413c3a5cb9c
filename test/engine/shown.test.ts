/** What a reviewer is shown: the whole change, the less beside it the easier the slice, and never more than there is room for. */
import { expect, test } from "vitest";
import { CLASSES, type SliceClass } from "../../src/core/order.ts";
import { tokens } from "../../src/engine/tokens.ts";
import { shownOf } from "../../src/engine/verify/shown.ts";
import { slice } from "../core/orders.ts";

const numbered = (count: number, word = "line"): string =>
  Array.from({ length: count }, (_, at) => `${word} ${at + 1}\n`).join("");

type Files = Record<string, string>;
const treeOf = (files: Files) => ({
  list: async (glob: string) => Object.keys(files).filter((path) => path === glob || glob === "**"),
  read: async (path: string) => ({ text: files[path] ?? "", hash: "", lines: 0 }),
});

async function shown(
  of: SliceClass,
  changed: [string, string],
  files: Files,
  body = "",
  criterion = "It is so.",
) {
  const what = slice("01", { class: of, reads: ["**"], body, checks: [{ expect: criterion }] });
  const one = { path: "src/a.js", before: changed[0], after: changed[1] };
  const found = await shownOf({ changed: [one], slice: what }, treeOf(files) as never);
  if ("none" in found) throw new Error(found.none);
  return found;
}

test.each<[SliceClass, number]>([
  ["C1", 13],
  ["C2", 21],
  ["C3", 41],
  ["C4", 41],
])("of a large file %s is shown %i lines", async (of, lines) => {
  const before = numbered(400);
  const { changes } = await shown(of, [before, before.replace("line 200\n", "line two hundred\n")], {});
  expect(changes).toContain("200 + line two hundred");
  expect(changes.match(/ line \d+$/gm)?.length).toBe(lines);
});

test("no line of a change is left out, however long it is", async () => {
  for (const of of CLASSES) {
    const { changes } = await shown(of, ["", numbered(900, "new")], {});
    expect(changes.match(/ \+ new \d+$/gm)).toHaveLength(900);
  }
});

test.each<[SliceClass, number]>([
  ["C1", 1000],
  ["C2", 2000],
  ["C3", 8000],
])("%s: at most %i tokens of other files; what was left out is said", async (of, most) => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`src/f${at}.js`, numbered(220)]));
  const found = await shown(of, ["a\n", "b\n"], files);
  expect(tokens(found.files)).toBeLessThanOrEqual(most);
  expect(found.files.match(/^## /gm)?.length ?? 0).toBe(12 - found.unshown.length);
});

test("what a criterion names is shown before what the task names, and that before all else", async () => {
  const files = { "src/one.js": numbered(120), "src/task.js": numbered(120), "src/said.js": numbered(120) };
  const found = await shown("C1", ["a\n", "b\n"], files, "See task.js.", "It is as in `src/said.js`.");
  expect(found.files).toContain("## src/said.js");
  expect(found.unshown).toEqual(["src/task.js", "src/one.js"]);
});
