/** The pure parts of the code map: names, imports, graph, ranks, and the text that comes of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CodeSymbol } from "../../src/engine/ports.ts";
import { joined, symbolsOf } from "../../src/node/codeMap/facts.ts";
import { definersOf, type Edges, type Graph, type GraphFile, graphOf } from "../../src/node/codeMap/graph.ts";
import { languageOf } from "../../src/node/codeMap/languages/languages.ts";
import { namesIn } from "../../src/node/codeMap/names.ts";
import {
  matchNames,
  type NameMatches,
  nameScores,
  type NameWords,
  nameWords,
  pageRank,
  partsOf,
  pathScores,
  pathWords,
  wordsOf,
} from "../../src/node/codeMap/rank.ts";
import { render } from "../../src/node/codeMap/render.ts";
import { resolver } from "../../src/node/codeMap/resolve.ts";

type Edge = readonly [from: number, to: number, weight: number];
function graph(size: number, edges: readonly Edge[]): Edges {
  const sorted = edges.toSorted(([a], [b]) => a - b);
  const start = Int32Array.from(
    { length: size + 1 },
    (_, node) => sorted.filter(([from]) => from < node).length,
  );
  const to = Int32Array.from(sorted, ([, other]) => other);
  return { start, to, weight: Float64Array.from(sorted, ([, , weight]) => weight) };
}
const sum = (values: Float64Array): number => values.reduce((all, one) => all + one, 0);

describe("page rank", () => {
  const anyGraph = fc.integer({ min: 1, max: 30 }).chain((size) => {
    const node = fc.integer({ min: 0, max: size - 1 });
    const edge = fc.tuple(
      node,
      node,
      fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })),
    );
    const seed = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: size, maxLength: size });
    return fc.tuple(fc.constant(size), fc.array(edge, { maxLength: 120 }), seed);
  });

  test("shares are shares: none is negative, and they add up to 1", () =>
    fc.assert(
      fc.property(anyGraph, ([size, edges, seed]) => {
        const rank = pageRank(graph(size, edges), Float64Array.from(seed));
        expect(rank.every((one) => one >= 0 && one <= 1.000001)).toBe(true);
        expect(sum(rank)).toBeCloseTo(1, 6);
      }),
    ));
  test("the same graph gives the same ranks, in whatever order its edges come", () =>
    fc.assert(
      fc.property(anyGraph, ([size, edges, seed]) => {
        const one = pageRank(graph(size, edges), Float64Array.from(seed));
        const other = pageRank(graph(size, edges.toReversed()), Float64Array.from(seed));
        for (const [at, rank] of one.entries()) expect(other[at]).toBeCloseTo(rank, 6);
      }),
    ));
  test("a cycle settles, and its members are equal", () => {
    const rank = pageRank(graph(3, [[0, 1, 1], [1, 2, 1], [2, 0, 1]]), new Float64Array(3)); // prettier-ignore
    for (const one of rank) expect(one).toBeCloseTo(1 / 3, 6);
  });
  test("what many lean on comes first, and what the seed names before what it does not", () => {
    const star = graph(4, [[1, 0, 1], [2, 0, 1], [3, 0, 1]]); // prettier-ignore
    const plain = pageRank(star, new Float64Array(4));
    expect(plain[0]).toBeGreaterThan(2 * plain[1]!);
    const seeded = pageRank(star, Float64Array.of(0, 0, 0, 1));
    expect(seeded[3]).toBeGreaterThan(seeded[1]!);
    expect(seeded[1]).toBe(0);
  });
  test("nothing is nothing", () => expect([...pageRank(graph(0, []), new Float64Array(0))]).toEqual([]));
});

describe("graph", () => {
  const file = (defines: number[], uses: [number, number][], imports: number[] = []): GraphFile => ({
    defines: Int32Array.from(defines),
    uses: Int32Array.from(uses, ([name]) => name),
    counts: Uint16Array.from(uses, ([, count]) => count),
    imports,
  });
  function check(files: GraphFile[], worth: (name: number) => number, expected: string[]): void {
    expect(drawn(made(files, worth, null))).toEqual(expected);
  }
  const made = (files: GraphFile[], worth: (name: number) => number, before: Graph | null): Graph =>
    graphOf(
      files,
      definersOf(files, 40),
      Float64Array.from({ length: 40 }, (_, name) => worth(name)),
      before,
    );
  const drawn = ({ files, edges: { start, to, weight } }: Graph): string[] =>
    files.flatMap((_, from) =>
      Array.from({ length: start[from + 1]! - start[from]! }, (__, k) => start[from]! + k).map(
        (k) => `${from}→${to[k]} ${weight[k]?.toFixed(2)}`,
      ),
    );
  const plain = (): number => 1;

  test("a reference leads to its definition, its weight the root of how often", () =>
    check([file([], [[7, 9]]), file([7], [])], plain, ["0→1 0.90"]));
  test("it is shared among all who define the name", () =>
    check([file([], [[7, 1]]), file([7], []), file([7], [])], plain, ["0→1 0.15", "0→2 0.15"]));
  test("of these only the imported ones are meant", () =>
    check([file([], [[7, 1]], [2]), file([7], []), file([7], [])], plain, ["0→2 2.00"]));
  test("a name of its own leads nowhere", () => check([file([7], [[7, 3]]), file([7], [])], plain, []));
  test("a name that very many define leads nowhere, but for an import", () => {
    const many = Array.from({ length: 25 }, () => file([7], []));
    check([file([], [[7, 1]]), ...many], plain, []);
    check([file([], [[7, 1]], [3]), ...many], plain, ["0→3 2.00"]);
  });
  test("a name that tells nothing leads nowhere", () =>
    check([file([], [[7, 1], [8, 1]]), file([7, 8], [])], (name) => (name === 7 ? 0 : 4), ["0→1 1.20"])); // prettier-ignore
  test("made from the one before it is the one made anew, whatever changed", () => {
    const name = fc.integer({ min: 0, max: 39 });
    const some = fc.record({
      defines: fc.uniqueArray(name, { maxLength: 4 }),
      uses: fc.uniqueArray(fc.tuple(name, fc.integer({ min: 1, max: 9 })), { maxLength: 8, selector: ([one]) => one }),
      imports: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }),
    }); // prettier-ignore
    const worths = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 40, maxLength: 40 });
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), some, fc.option(worths)), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 8, maxLength: 8 }), worths, changes, (first, worth, later) => {
        const fileOf = (one: (typeof first)[number]) => file(one.defines, one.uses, one.imports);
        let files = first.map(fileOf);
        let before = made(files, (at) => worth[at]!, null);
        for (const [at, one, others] of later) {
          files = files.with(at, fileOf(one));
          const worthOf = (name: number): number => (others ?? worth)[name]!;
          before = made(files, worthOf, before);
          expect(drawn(before)).toEqual(drawn(made(files, worthOf, null)));
        }
      }),
    );
  });
  test("imports in a circle, and of oneself, are plain edges and none", () =>
    check([file([], [], [1]), file([], [], [0, 1])], plain, ["0→1 1.00", "1→0 0.71"]));
});

describe("imports", () => {
  const said = (path: string, text: string): string[] => languageOf(path)?.imports(text) ?? [];
  test.each([
    ["a.ts", 'import { a } from "./b/c.ts"', ["./b/c.ts"]],
    ["a.ts", "export * from '../x'", ["../x"]],
    ["a.ts", 'import "side"', ["side"]],
    ["a.ts", 'import w = require("w")', ["w"]],
    ["a.py", "from . import a, b as c", ["./a", "./b"]],
    ["a.py", "from ..a.b import (c,\n  d, # why\n)", ["../a/b/c", "../a/b/d"]],
    ["a.py", "from a.b import *", ["a/b"]],
    ["a.py", "import a.b as x, c", ["a/b", "c"]],
    ["a.go", 'import ( "fmt"; x "example.org/a/b" )', ["fmt/", "example.org/a/b/"]],
    ["a.rs", "pub(crate) use crate::a::{b, c::{d, e}, f as g};", ["a/b", "a/c::".replace("::", "/"), "a/f"]],
    ["a.rs", "use super::x::*;", ["x"]],
    ["A.java", "import static a.b.C.d;", ["a/b/C/d"]],
    ["A.java", "import a.b.*;", ["a/b/"]],
    ["a.c", '#include "x/y.h"', ["./x/y.h"]],
    ["a.c", "#include <x/y.h>", ["x/y.h"]],
    ["a.php", "use App\\X\\{Y, Z as W};", ["App/X/Y", "App/X/Z"]],
    ["a.php", "use function App\\go;", ["App/go"]],
    ["a.php", "require_once __DIR__ . '/b.php'", ["./b.php"]],
    ["a.rb", 'require_relative "a/b"', ["./a/b"]],
    ["a.rb", "require('set')", ["set"]],
    ["a.rb", 'puts "require"', []],
  ])("%s: %s", (path, text, expected) => expect(said(path, text)).toEqual(expected));

  const PATHS = [
    ...[
      "src/a.ts",
      "src/b/index.ts",
      "src/b/c.tsx",
      "app/models/user.py",
      "app/models/__init__.py",
      "app/util.py",
    ],
    ...["pkg/store/store.go", "pkg/store/disk.go", "other/store/x.go", "src/net/mod.rs", "src/net/tcp.rs"],
    ...[
      "java/org/shop/Cart.java",
      "java/org/shop/Item.java",
      "include/shop/cart.h",
      "lib/shop/cart.rb",
      "one/cart.h",
    ],
    ...["two/cart.h", "two/main.c"],
  ];
  const resolve = resolver(PATHS);
  test.each([
    ["src/a.ts", "./b", ["src/b/index.ts"]],
    ["src/a.ts", "./b/c.js", ["src/b/c.tsx"]],
    ["src/b/c.tsx", "../a.ts", ["src/a.ts"]],
    ["src/a.ts", "./gone", []],
    ["src/a.ts", "react", []],
    ["src/a.ts", "@app/b/c", ["src/b/c.tsx"]],
    ["app/util.py", "app/models/user/User", ["app/models/user.py"]],
    ["app/models/user.py", "./user/User", ["app/models/user.py"]],
    ["app/models/user.py", "../util", ["app/util.py"]],
    ["app/util.py", "app/models", ["app/models/__init__.py"]],
    ["pkg/main.go", "example.org/pkg/store/", ["pkg/store/store.go", "pkg/store/disk.go"]],
    ["src/main.rs", "net/tcp", ["src/net/tcp.rs"]],
    ["java/org/shop/Cart.java", "org/shop/Item", ["java/org/shop/Item.java"]],
    ["java/Main.java", "org/shop/", ["java/org/shop/Cart.java", "java/org/shop/Item.java"]],
    ["two/main.c", "./cart.h", ["two/cart.h"]],
    ["src/x.c", "shop/cart.h", ["include/shop/cart.h"]],
    ["bin/x.rb", "shop/cart", ["lib/shop/cart.rb"]],
    ["../../etc/passwd", "./../../../etc/shadow", []],
  ])("%s imports %s", (from, spec, expected) =>
    expect(resolve(from, spec).map((at) => PATHS[at])).toEqual(expected),
  );
});

describe("names in a text", () => {
  const used = (path: string, text: string): string => {
    const language = languageOf(path);
    if (language === null) throw new Error(`no language reads ${path}`);
    const { counts, required } = namesIn(text, language);
    return [
      ...[...counts].map(([name, count]) => `${name}:${count}`),
      ...required.map((one) => `<${one}>`),
    ].join(" ");
  };
  test.each([
    ["a.ts", "foo(bar, foo)", "foo:2 bar:1"],
    ["a.ts", "foo // bar\n/* baz */ qux \"str\" 'chr'", "foo:1 qux:1"],
    [
      "a.ts",
      'const x = require("./a"), y = await import("./b")',
      "const:1 require:1 await:1 import:1 <./a> <./b>",
    ],
    ["a.ts", 'let a = "never closed\nnext', "let:1 next:1"],
    ["a.ts", '"a \\" b" after', "after:1"],
    ["a.py", '"""doc\nstring""" foo # bar\n\'x y\' baz', "foo:1 baz:1"],
    ["a.rs", "fn get<'abc>(x: &'abc str) { 'q' }", "get:1 abc:2 str:1"],
    ["a.php", "<?php $name # one\n// two\nfoo()", "php:1 $name:1 foo:1"],
    ["a.ts", "ab 12abc größe", "größe:1"],
    ["a.c", "/* never closed foo", ""],
  ])("%s: %j", (path, text, expected) => expect(used(path, text)).toBe(expected));

  test("whatever stands in it, every name is part of the text and none is counted too often", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."ab\"'`/*\\\n #({".split("")), maxLength: 200 }),
        (text) => {
          const language = languageOf("a.ts");
          if (language === null) throw new Error("no TypeScript");
          for (const [name, count] of namesIn(text, language).counts)
            expect(text.split(name).length - 1).toBeGreaterThanOrEqual(count);
        },
      ),
    ));
});

describe("words of a goal", () => {
  test.each([
    ["parseHTTPRequest_v2", ["parse", "http", "request", "v2"]],
    ["src/engine/toolLoop.ts", ["src", "engine", "tool", "loop", "ts"]],
    ["ÉcoleÉtat", ["école", "état"]],
    ["", []],
  ])("%s", (name, expected) => expect(partsOf(name)).toEqual(expected));
  test("words that every goal has are none", () =>
    expect([...wordsOf("Add the new limit to a file").parts]).toEqual(["limit"]));

  const PATHS = ["src/limit.ts", "src/toolLoop.ts", "docs/limits.md", "src/other.ts"];
  test.each([
    ["change src/other.ts", "src/other.ts"],
    ["change toolLoop", "src/toolLoop.ts"],
    ["raise the limit", "src/limit.ts"],
  ])("%s → %s", (goal, first) => {
    const scores = pathScores(PATHS.map(pathWords), goal);
    expect(PATHS[scores.indexOf(Math.max(...scores))]).toBe(first);
  });
  test("a name of several words says more than a plain one, and one that shares a word says least", () => {
    const names = ["openStore", "store", "storeSize", "other", "Store"].map(nameWords);
    const scores = nameScores(matchNames(names, "openStore: a store"), () => true);
    expect([...scores].map(([at, score]) => `${at} ${score}`)).toEqual(["0 8", "1 3", "4 3", "2 2"]);
  });
  const GOAL = "openStore: a limit of stores";
  test.each<[string, (names: (NameWords | undefined)[]) => NameMatches | null]>([
    ["none", () => null],
    ["the same names", (names) => matchNames(names, GOAL)],
    ["another goal", (names) => matchNames(names, "limit")],
    ["other names", (names) => matchNames([...names], GOAL)],
  ])("what is known from before is added to: %s", (_, known) => {
    const names: (NameWords | undefined)[] = [nameWords("openStore"), undefined, nameWords("other")];
    const before = known(names);
    names[1] = nameWords("limitOf");
    names.push(nameWords("storesOf"));
    const { exact, related } = matchNames(names, GOAL, before);
    expect([...exact]).toEqual([[0, 8]]);
    expect([...related]).toEqual([
      [1, ["limit"]],
      [3, ["store", "stores"]],
    ]);
  });
});

describe("what is drawn", () => {
  const symbol = (line: number, signature: string): CodeSymbol => {
    const rest = { endLine: line, exported: true, parent: null } as const;
    return { name: signature, kind: "function", line, signature, ...rest };
  };
  const file = (path: string, symbols: CodeSymbol[] = []) => ({
    path,
    size: 1234,
    lines: symbols.length * 10,
    symbols: () => symbols,
  });

  test("files in their order, their signatures by line, sizes of what is no code", () =>
    expect(render([file("a.ts", [symbol(9, "late()"), symbol(2, "early()")]), file("b.bin")], 1000)).toBe(
      "2 files, 20 lines of code; likeliest first, with line numbers:\na.ts (20 lines)\n  2: early()\n  9: late()\nb.bin (1 kB)",
    ));
  test("what does not fit is counted", () => {
    const many = Array.from({ length: 100 }, (_, at) => file(`file${at}.ts`));
    const text = render(many, 400);
    const shown = text.split("\n").filter((line) => line.startsWith("file")).length;
    expect(text.endsWith(`[${100 - shown} more: use list]`)).toBe(true);
    expect(shown).toBeGreaterThan(5);
  });
  test("it never takes more room than it has, and names no file twice", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 120, max: 5000 }),
        fc.array(fc.string({ maxLength: 80 }), { maxLength: 40 }),
        (count, room, signatures) => {
          const symbols = signatures.map((text, at) => symbol(at + 1, text.replace(/\s/g, " ")));
          const files = Array.from({ length: count }, (_, at) => file(`dir/file${at}.ts`, symbols));
          const text = render(files, room);
          expect(text.length).toBeLessThanOrEqual(room);
          const paths = text.split("\n").filter((line) => line.startsWith("dir/"));
          expect(new Set(paths).size).toBe(paths.length);
        },
      ),
    ));
  test("a path cannot break out of its line", () =>
    expect(render([file("a\nb\u001b[31m.ts")], 1000).split("\n")[1]).toBe("a?b?[31m.ts (1 kB)"));
  test("symbols come back from their line as they were", () => {
    const one: CodeSymbol = {
      ...symbol(3, "f(a: b)"),
      exported: false,
      parent: "Store",
      kind: "method",
      endLine: 9,
    };
    expect(symbolsOf({ symbols: joined([one, symbol(1, "g")]) })).toEqual([one, symbol(1, "g")]);
  });
});
