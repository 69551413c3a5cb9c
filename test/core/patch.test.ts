import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileChange } from "../../src/core/order.ts";
import {
  applyHunks,
  hunks,
  invert,
  invertPatch,
  lineCounts,
  merge3,
  pathProblem,
  toLines,
} from "../../src/core/patch.ts";

/** Few different lines, all line ends, sometimes none at the end: where diffs go wrong. */
const line = fc.tuple(
  fc.constantFrom("a", "b", "c", "", "}", "__proto__", "é"),
  fc.constantFrom("\n", "\r\n"),
);
const text = fc
  .tuple(
    fc.array(
      line.map(([words, end]) => words + end),
      { maxLength: 14 },
    ),
    fc.constantFrom("", "a", "last"),
  )
  .map(([lines, tail]) => lines.join("") + tail);
const property = (...args: Parameters<typeof fc.property<[string, string]>>) =>
  fc.assert(fc.property(...args), { numRuns: 500 });

describe("hunks", () => {
  test("all of them make the new text, none the old one", () =>
    property(text, text, (before, after) => {
      const all = hunks(before, after);
      expect(applyHunks(before, all)).toBe(after);
      expect(applyHunks(before, [])).toBe(before);
    }));
  test("their inverse leads back, twice inverted they are themselves", () =>
    property(text, text, (before, after) => {
      const all = hunks(before, after);
      expect(applyHunks(after, invert(all))).toBe(before);
      expect(invert(invert(all))).toEqual(all);
    }));
  test("any part of them applies, and the rest is what is left to do", () =>
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (before, after, picks) => {
          const part = hunks(before, after).filter((_, index) => picks[index]);
          const half = applyHunks(before, part);
          expect(half).not.toBeNull();
          const lines = toLines(before).length;
          const { added, removed } = lineCounts(before, after);
          expect(toLines(half ?? "").length).toBeLessThanOrEqual(lines + added);
          expect(toLines(half ?? "").length).toBeGreaterThanOrEqual(lines - removed);
        },
      ),
      { numRuns: 500 },
    ));
  test("a hunk of another text does not fit", () => {
    expect(applyHunks("x\ny\n", hunks("a\ny\n", "b\ny\n"))).toBeNull();
    expect(applyHunks("", hunks("a\n", ""))).toBeNull();
  });
  test("a rewritten file of 20,000 lines is one hunk, found at once", () => {
    const all = (word: string): string =>
      Array.from({ length: 20_000 }, (_, at) => `${word}${at}\n`).join("");
    const found = hunks(`head\n${all("x")}tail\n`, `head\n${all("y")}tail\n`);
    expect(found.map(({ at, removed, added }) => [at, removed.length, added.length])).toEqual([
      [1, 20_000, 20_000],
    ]);
  });
});

describe("merge3", () => {
  test("a side that changed nothing yields to the other", () =>
    property(text, text, (base, side) => {
      expect(merge3(base, side, base)).toEqual({ conflict: false, text: side });
      expect(merge3(base, base, side)).toEqual({ conflict: false, text: side });
      expect(merge3(base, side, side)).toEqual({ conflict: false, text: side });
    }));
  test("who is asked first does not matter", () =>
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const [one, other] = [merge3(base, mine, theirs), merge3(base, theirs, mine)];
        expect(one.conflict).toBe(other.conflict);
        if (!one.conflict) expect(one.text).toBe(other.text);
      }),
      { numRuns: 500 },
    ));

  const cases: [name: string, base: string, mine: string, theirs: string, result: string][] = [
    [
      "changes far apart",
      "1\n2\n3\n4\n5\n",
      "one\n2\n3\n4\n5\n",
      "1\n2\n3\n4\nfive\n",
      "one\n2\n3\n4\nfive\n",
    ],
    ["CRLF is kept", "1\r\n2\r\n3\r\n", "one\r\n2\r\n3\r\n", "1\r\n2\r\nthree\r\n", "one\r\n2\r\nthree\r\n"],
    ["a missing newline at the end is kept", "1\n2\n3", "one\n2\n3", "1\n2\nthree", "one\n2\nthree"],
    ["the same change on both sides", "1\n2\n3\n", "1\nx\n3\n", "1\nx\n3\n", "1\nx\n3\n"],
    [
      "the same change, and another",
      "1\n2\n3\n4\n5\n",
      "x\n2\n3\n4\n5\n",
      "x\n2\n3\n4\ny\n",
      "x\n2\n3\n4\ny\n",
    ],
    ["the same line", "1\n2\n3\n", "1\nx\n3\n", "1\ny\n3\n", "conflict"],
    ["neighbouring lines", "1\n2\n3\n", "x\n2\n3\n", "1\ny\n3\n", "conflict"],
    ["two insertions at one place", "1\n2\n", "1\na\n2\n", "1\nb\n2\n", "conflict"],
    ["one deletes what the other changes", "1\n2\n3\n", "1\n3\n", "1\ntwo\n3\n", "conflict"],
  ];
  test.each(cases)("%s", (_name, base, mine, theirs, result) => {
    const merged = merge3(base, mine, theirs);
    expect(merged.conflict ? "conflict" : merged.text).toBe(result);
  });
  test("a conflict shows both sides between markers, in the file's line ends", () => {
    expect(merge3("1\r\n2\r\n3", "1\r\nx\r\n3", "1\r\ny\r\n3").text).toBe(
      "1\r\n<<<<<<< yours\r\nx\r\n=======\r\ny\r\n>>>>>>> slice\r\n3",
    );
  });
  test("many equal lines do not make it slow: 12,000 lines, a third of them blank", () => {
    const base = Array.from({ length: 12_000 }, (_, at) =>
      at % 3 === 0 ? "\n" : at % 3 === 1 ? "}\n" : `line ${at}\n`,
    );
    const mine = ["first\n", ...base.slice(1)].join("");
    const theirs = [...base.slice(0, -1), "last\n"].join("");
    expect(merge3(base.join(""), mine, theirs)).toEqual({
      conflict: false,
      text: ["first\n", ...base.slice(1, -1), "last\n"].join(""),
    });
  });
});

test("a file of 400,000 lines merges", () => {
  const lines = Array.from({ length: 400_000 }, (_, at) => `${at}\n`);
  const base = lines.join("");
  const merged = merge3(base, `first\n${base}`, `${base}last\n`);
  expect(merged).toEqual({ conflict: false, text: `first\n${base}last\n` });
});

test("lineCounts counts a new and a deleted file", () => {
  expect(lineCounts(null, "a\nb")).toEqual({ added: 2, removed: 0 });
  expect(lineCounts("a\nb\n", null)).toEqual({ added: 0, removed: 2 });
  expect(lineCounts("a\nb\n", "a\nc\n")).toEqual({ added: 1, removed: 1 });
});

test("invertPatch swaps the sides, modes too, and is its own inverse", () => {
  const [one, two] = ["1".repeat(64), "2".repeat(64)];
  const patch: FileChange[] = [
    { path: "a", before: one, after: two, mode: "100755", modeBefore: "100644", added: 1, removed: 2 },
    { path: "b", before: null, after: two, mode: "100644", added: 3, removed: 0 },
  ];
  expect(invertPatch(patch)).toEqual([
    { path: "a", before: two, after: one, mode: "100644", modeBefore: "100755", added: 2, removed: 1 },
    { path: "b", before: two, after: null, mode: "100644", added: 0, removed: 3 },
  ]);
  expect(invertPatch(invertPatch(patch))).toEqual(patch);
});

describe("pathProblem", () => {
  const hostile = [
    "", "/etc/x", "../x", "a/../../x", "a/./b", "a//b", "C:/x", "a\\b", "a\0b", ".git/config", ".GIT/hooks/pre-commit",
    "sub/.git/config", ".git", "git~1/config", ".git./x", ".git /x", ".g\u200cit/config", ".git:stream", ".slicewise/orders/x",
    ".Slicewise/x", "a/",
  ]; // prettier-ignore
  test.each(hostile)("%j is refused", (path) => expect(pathProblem(path)).not.toBeNull());
  const fine = [
    "a",
    "a/b.ts",
    ".gitignore",
    ".github/x.yml",
    "src/.slicewise/x",
    "a b/ü.md",
    "..a/b",
    "...",
    ".gitmodules",
  ];
  test.each(fine)("%j is allowed", (path) => expect(pathProblem(path)).toBeNull());
});
