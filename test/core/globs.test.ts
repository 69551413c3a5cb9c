import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matcher, overlap } from "../../src/core/globs.ts";

describe("matcher", () => {
  const check = (globs: string[], inside: string[], outside: string[]): void => {
    const matches = matcher(globs);
    const wrong = {
      missed: inside.filter((path) => !matches(path)),
      taken: outside.filter((path) => matches(path)),
    };
    expect(wrong).toEqual({ missed: [], taken: [] });
  };

  test.each<[string, string[], string[], string[]]>([
    ["a file", ["src/a.ts"], ["src/a.ts"], ["src/b.ts", "a.ts", "src/a.ts.bak", "x/src/a.ts"]],
    ["a folder", ["src"], ["src/a.ts", "src/x/y.ts", "src/.env"], ["srcs/a.ts", "x/src/a.ts"]],
    ["a folder with a slash", ["src/"], ["src/a.ts", "src/x/y.ts"], ["src", "srcs/a.ts"]],
    ["the root", ["."], ["a.ts", "src/a.ts"], []],
    ["* stays in its part", ["src/*.ts"], ["src/a.ts", "src/.ts"], ["src/x/a.ts", "src/a.tsx"]],
    ["* is no folder", ["src/*"], ["src/a.ts", "src/.env"], ["src", "src/x/a.ts"]],
    ["**", ["src/**"], ["src/a.ts", "src/x/.y/z.ts"], ["src", "srcs/a.ts"]],
    ["** in the middle", ["src/**/*.ts"], ["src/a.ts", "src/x/y/a.ts"], ["src/a.js", "a.ts"]],
    ["** in front", ["**/*.md"], ["a.md", "x/y/a.md", ".github/a.md"], ["a.mdx"]],
    ["?", ["a?.ts"], ["ab.ts", "a?.ts"], ["a.ts", "abc.ts", "a/.ts"]],
    ["braces", ["src/{a,b}.{ts,tsx}"], ["src/a.ts", "src/b.tsx"], ["src/c.ts", "src/{a,b}.{ts,tsx}"]],
    ["nested braces", ["{a,b/{c,d}}/x"], ["a/x", "b/c/x", "b/d/x"], ["b/x", "c/x"]],
    ["braces without a choice", ["{a}/x.ts"], ["{a}/x.ts"], ["a/x.ts"]],
    ["./ and //", ["./src//a.ts", "././b/*.ts"], ["src/a.ts", "b/x.ts"], ["a.ts"]],
    ["several", ["a.ts", "b/**"], ["a.ts", "b/c"], ["c.ts"]],
    ["none", [], [], ["a", ""]],
    [
      "a route with brackets",
      ["app/[id]/(group)/page.tsx"],
      ["app/[id]/(group)/page.tsx"],
      ["app/i/group/page.tsx", "app/d/(group)/page.tsx"],
    ],
    ["a folder with brackets", ["app/[[...slug]]"], ["app/[[...slug]]/page.tsx"], ["app/s/page.tsx"]],
    [
      "brackets beside a star",
      ["app/[id]/(group)/*.tsx"],
      ["app/[id]/(group)/page.tsx"],
      ["app/i/(group)/page.tsx", "app/[id]/group/page.tsx"],
    ],
    [
      "parallel and intercepted routes",
      ["app/@modal/(..)photo/**"],
      ["app/@modal/(..)photo/x/page.tsx"],
      ["app/modal/photo/x"],
    ],
    ["no negation", ["!src/a.ts"], ["!src/a.ts"], ["src/a.ts", "src/b.ts"]],
    ["no extended globs", ["+(a|b)*.ts"], ["+(a|b)x.ts"], ["a.ts", "bb.ts"]],
    ["letters of regular expressions", ["a.b+c$/^x|y"], ["a.b+c$/^x|y"], ["aab+c$/^x|y"]],
    ["names with stars in them are only matched by stars", ["src/x"], [], ["src/*", "**/x"]],
    [
      "dot parts of a path do not widen it",
      ["src/**"],
      ["src/./a"],
      ["src/../a", "../src/a", "src/x/../../a", "/src/a"],
    ],
    ["more alternatives than we take", ["{a,b}".repeat(20)], [], ["a".repeat(20)]],
    ["longer than we take", ["*".repeat(2000)], [], ["a"]],
  ])("%s", (_name, globs, inside, outside) => check(globs, inside, outside));

  test("is a union, and never matches more than its globs together", () =>
    fc.assert(
      fc.property(fc.array(someGlob, { maxLength: 4 }), somePath, (globs, path) => {
        expect(matcher(globs)(path)).toBe(globs.some((glob) => matcher([glob])(path)));
      }),
    ));
});

/** A small world: whatever two globs over these names have in common, a path of it shows. */
const NAMES = ["a", "b", "ab", "ba"];
const PATHS = NAMES.flatMap((one) => [
  one,
  ...NAMES.flatMap((two) => [
    `${one}/${two}`,
    ...NAMES.flatMap((three) => [`${one}/${two}/${three}`, `${one}/${two}/${three}/a`]),
  ]),
]);
const somePart = fc.constantFrom(...NAMES, "*", "**", "?", "a*", "*b", "{a,b}", "{a/b,ba}");
const someGlob = fc
  .tuple(
    fc.constantFrom("", "./"),
    fc.array(somePart, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "/"),
  )
  .map(([start, parts, end]) => start + parts.join("/") + end);
const somePath = fc.constantFrom(...PATHS);

describe("overlap", () => {
  const check = (a: string[], b: string[], expected: boolean): void => {
    expect([overlap(a, b), overlap(b, a)]).toEqual([expected, expected]);
  };

  test.each<[string[], string[], boolean]>([
    [["src/a.ts"], ["src/a.ts"], true],
    [["src/a.ts"], ["src/b.ts"], false],
    [["src"], ["src/a.ts"], true],
    [["src"], ["srcs/a.ts"], false],
    [["src"], ["**/*.ts"], true],
    [["src/lib"], ["src/*/x.ts"], true],
    [["./src/*"], ["src/*"], true],
    [["src/"], ["src/x/**"], true],
    [["src/*.ts"], ["src/*.js"], false],
    [["src/a*.ts"], ["src/*b.ts"], true],
    [["src/**/*.test.ts"], ["src/x.md"], true],
    [["src/*.test.ts"], ["src/x.ts"], false],
    [["a", "b"], ["c", "b/x"], true],
    [[], ["**"], false],
    [["SRC/a.ts"], ["src/A.ts"], true],
    [["caf\u00e9.ts"], ["cafe\u0301.ts"], true],
    [["app/[id]/page.tsx"], ["app/i/page.tsx"], false],
    [["app/[id]/page.tsx"], ["app/[id]/*.tsx"], true],
    [["app/(a)/page.tsx"], ["app/(b)/page.tsx"], false],
    [["{a,b}".repeat(20)], ["c"], true],
    [["x".repeat(2000)], ["c"], true],
  ])("%j and %j: %s", check);

  test("says so whenever a path is named by both", () =>
    fc.assert(
      fc.property(someGlob, someGlob, (a, b) => {
        const [inA, inB] = [matcher([a]), matcher([b])];
        const shared = PATHS.find((path) => inA(path) && inB(path));
        if (shared !== undefined) expect(overlap([a], [b])).toBe(true);
        expect(overlap([a], [b])).toBe(overlap([b], [a]));
      }),
      { numRuns: 2000 },
    ));
  test("does not say so of plain files that differ", () =>
    fc.assert(
      fc.property(somePath, somePath, (a, b) => {
        const apart = a !== b && !a.startsWith(`${b}/`) && !b.startsWith(`${a}/`);
        expect(overlap([a], [b])).toBe(!apart);
      }),
    ));
});

/** Each of these takes longer than the universe has with a matcher that tries all ways; a counter would not show it. */
test.each([
  ["stars", `${"*a".repeat(60)}b`, "a".repeat(250)],
  ["folders", `${"**/a/".repeat(60)}b`, "a/".repeat(120)],
  ["braces in braces", "{".repeat(900), "{".repeat(900)],
  ["brace bombs", "{a,b}{c,d}".repeat(60), "ac".repeat(60)],
  ["extended globs", "+(+(+(+(a*)*)*)*)b", "a".repeat(200)],
])("a hostile glob of %s is answered", (_name, glob, path) => {
  expect(matcher([glob])(path)).toBe(glob === path);
  expect(overlap([glob], [`${glob}x`])).toBeTypeOf("boolean");
});
