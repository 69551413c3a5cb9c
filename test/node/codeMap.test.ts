/** The code map over real folders: what it says, what it keeps, and what can be done to it. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import type { CodeMap } from "../../src/engine/ports.ts";
import { openCodeMap } from "../../src/node/codeMap/codeMap.ts";
import { codeMaps, NEVER } from "./codeMapFixture.ts";
import { type Files, places, put, userGit } from "./gitFixture.ts";
import { scratchFolder } from "./scratchFolder.ts";

const maps = codeMaps();
const place = places();

const SHOP: Files = {
  "src/cart.ts":
    'import { priceOf } from "./price.ts";\nexport function addToCart(id: string): number {\n  return priceOf(id);\n}\n',
  "src/price.ts":
    "export const VAT = 0.2;\nexport function priceOf(id: string): number {\n  return id.length * (1 + VAT);\n}\n",
  "src/other.ts": "export class Other {\n  run(): void {}\n}\n",
  "lib/tax.py": "def tax_of(amount):\n    return amount\n",
  "README.md": "# Shop\n",
  "logo.png": Buffer.from([137, 80, 78, 71, 0, 1, 2]),
};

const lines = (text: string): string[] => text.split("\n");
const paths = (text: string): string[] => lines(text).flatMap((line) => /^(\S+) \(/.exec(line)?.[1] ?? []);
/** The files and their definitions, as the map has them. */
const drawn = async (map: CodeMap, goal = ""): Promise<string> => map.map(goal, 4000, NEVER);

describe("what it says", () => {
  test("files and signatures, what the goal names first and what that leans on next", async () => {
    await put(place.root, SHOP);
    expect(lines(await drawn(maps.open(place.root), "let addToCart take an amount"))).toEqual([
      "6 files, 13 lines of code; likeliest first, with line numbers:",
      "src/cart.ts (4 lines)",
      "  2: export function addToCart(id: string): number",
      "src/price.ts (4 lines)",
      "  1: export const VAT = 0.2",
      "  2: export function priceOf(id: string): number",
      ...["README.md (7 B)", "lib/tax.py (2 lines)", "  1: def tax_of(amount)", "logo.png (7 B)"],
      ...["src/other.ts (3 lines)", "  1: export class Other", "  2: Other › run(): void"],
    ]);
  });

  test("what was changed lately comes before what was not", async () => {
    await put(place.root, {
      "a.ts": "export const a = 1;\n",
      "b.ts": "export const b = 1;\n",
      "c.ts": "export const c = 1;\n",
    });
    userGit(place.root, "init", "-q");
    userGit(place.root, "add", "-A");
    const commit = ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m"];
    userGit(place.root, ...commit, "all");
    await put(place.root, { "c.ts": "export const c = 2;\n" });
    userGit(place.root, ...commit, "one", "-a");
    expect(paths(await drawn(maps.open(place.root)))).toEqual(["c.ts", "a.ts", "b.ts"]);
  });

  test("what git ignores is not there", async () => {
    await put(place.root, { ...SHOP, ".gitignore": "lib/\n" });
    userGit(place.root, "init", "-q");
    expect(paths(await drawn(maps.open(place.root)))).not.toContain("lib/tax.py");
  });

  test("it is cut to the room it has, and says how much is left out", async () => {
    const many = Array.from(
      { length: 300 },
      (_, at) => [`src/f${at}.ts`, `export function f${at}() {}\n`] as const,
    );
    await put(place.root, Object.fromEntries(many));
    const text = await maps.open(place.root).map("change f77", 500, NEVER);
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(text).toMatch(/\n\[\d+ more: use list\]$/);
    expect(paths(text)[0]).toBe("src/f77.ts");
  });

  test("definitions are found wherever they are, and names that nobody defines are left out", async () => {
    await put(place.root, { ...SHOP, "b/price.ts": "export const priceOf = 1;\n" });
    const found = await maps.open(place.root).definitions(["priceOf", "tax_of", "nothing"], NEVER);
    const told = [...found].map(([name, where]) => [
      name,
      where.map(({ path, symbol }) => `${path}:${symbol.line} ${symbol.kind}`),
    ]);
    expect(Object.fromEntries(told)).toEqual({
      priceOf: ["b/price.ts:1 constant", "src/price.ts:2 function"],
      tax_of: ["lib/tax.py:1 function"],
    });
  });

  test("one that is stopped rejects, and the next is answered", async () => {
    await put(place.root, SHOP);
    const map = maps.open(place.root);
    await expect(map.map("", 4000, AbortSignal.abort())).rejects.toMatchObject({
      fault: { kind: "cancelled" },
    });
    expect(paths(await drawn(map))).toHaveLength(6);
  });
});

describe("what it keeps", () => {
  /** A map whose parsers cannot start: what it knows, it knows from the disk. */
  function withoutParsers(root: string, storage: string): CodeMap {
    const folder = join(storage, "no-grammars");
    mkdirSync(folder, { recursive: true });
    return openCodeMap({
      repo: { files: async () => Object.keys(SHOP).sort() },
      root,
      storage,
      thread: bundleIn(folder),
    });
  }
  const bundleIn = (folder: string): URL => {
    writeFileSync(join(folder, "codeMap.cjs"), readFileSync(new URL(maps.thread())));
    return pathToFileURL(join(folder, "codeMap.cjs"));
  };
  const cacheOf = (storage: string): string => {
    const [name] = readdirSync(join(storage, "maps"));
    return join(storage, "maps", name ?? "");
  };
  async function kept(): Promise<string> {
    await put(place.root, SHOP);
    // Long ago: what was just written may be written again in the same moment, and is not trusted.
    for (const path of Object.keys(SHOP)) utimesSync(join(place.root, path), 1000, 1000);
    const map = maps.open(place.root, { storage: place.storage });
    const text = await drawn(map);
    await map.close();
    return text;
  }

  test("a second process parses nothing again", async () => {
    const text = await kept();
    const map = withoutParsers(place.root, place.storage);
    expect(await drawn(map)).toBe(text);
    await map.close();
  });

  test("a file with another time but the same content is not parsed again, one with other content is", async () => {
    await kept();
    const before = readFileSync(cacheOf(place.storage), "utf8");
    utimesSync(join(place.root, "src/price.ts"), 2000, 2000);
    await put(place.root, { "src/other.ts": "export class Another {}\n", "lib/tax.py": null });
    const map = maps.open(place.root, { storage: place.storage });
    const text = await drawn(map);
    expect(text).toContain("export class Another");
    expect(paths(text)).not.toContain("lib/tax.py");
    await map.close();
    const after = readFileSync(cacheOf(place.storage), "utf8");
    const line = (cache: string, path: string): string =>
      lines(cache).find((one) => one.startsWith(`["${path}"`)) ?? "";
    expect(line(after, "src/cart.ts")).toBe(line(before, "src/cart.ts"));
    expect(line(after, "src/price.ts")).toBe(line(before, "src/price.ts").replace(",1000000,", ",2000000,"));
    expect(line(after, "lib/tax.py")).toBe("");
  });

  test("a file that changes without a new size is seen", async () => {
    await put(place.root, { "a.ts": "export const one = 1;\n" });
    const map = maps.open(place.root);
    expect(await drawn(map)).toContain("one = 1");
    for (const name of ["two", "six", "ten"]) {
      await put(place.root, { "a.ts": `export const ${name} = 1;\n` });
      expect(await drawn(map)).toContain(`${name} = 1`);
    }
  });

  test.each([
    ["empty", () => ""],
    ["torn", (text: string) => text.slice(0, text.length / 2)],
    ["of another version", (text: string) => text.replace('"version":', '"version":9')],
    ["no JSON", (text: string) => text.replace('["src/cart.ts"', '["src/cart.ts')],
    ["of other shape", (text: string) => text.replace('["src/cart.ts"', '["src/cart.ts",[]')],
    ["binary", () => "\u0000\u0001\u0002"],
  ])("what it kept is made again when it is %s", async (_, spoil) => {
    const text = await kept();
    const file = cacheOf(place.storage);
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    const map = maps.open(place.root, { storage: place.storage });
    expect(await drawn(map)).toBe(text);
    await map.close();
    const again = withoutParsers(place.root, place.storage);
    expect(await drawn(again)).toBe(text);
    await again.close();
  });

  test("a storage that cannot be written costs nothing but time", async () => {
    await put(place.root, SHOP);
    writeFileSync(place.storage, "a file where the folder should be");
    const map = maps.open(place.root, { storage: place.storage });
    expect(paths(await drawn(map))).toHaveLength(6);
    await map.close();
  });

  test("maps of many workspaces do not pile up", async () => {
    mkdirSync(join(place.storage, "maps"), { recursive: true });
    for (let at = 0; at < 30; at += 1) {
      writeFileSync(join(place.storage, "maps", `${at}.jsonl`), "");
      utimesSync(join(place.storage, "maps", `${at}.jsonl`), at, at);
    }
    await kept();
    const left = readdirSync(join(place.storage, "maps"));
    expect(left).toHaveLength(16);
    expect(left).not.toContain("14.jsonl");
  });
});

describe("what can be done to it", () => {
  const GOOD = "export function good() {}\n";
  /** All files are listed, and the good ones are read in spite of the others. */
  async function check(files: Files, unread: readonly string[], more?: { fileMs?: number }): Promise<string> {
    await put(place.root, { ...files, "good/a.ts": GOOD, "good/b.py": "def good():\n    pass\n" });
    const text = await drawn(maps.open(place.root, more));
    expect(text).toContain("good/a.ts (1 lines)\n  1: export function good()");
    expect(text).toContain("good/b.py (2 lines)\n  1: def good()");
    for (const path of unread)
      expect(text).toMatch(new RegExp(`^${path.replaceAll(".", "\\.")} \\([\\d.]+ [kM]?B\\)$`, "m"));
    return text;
  }

  test("a line of 2 MB, a binary, what is no UTF-8, an empty file", () =>
    check(
      {
        "long.js": `const a = "${"x".repeat(2_000_000)}";\n`,
        "minified.js": "function a(){};".repeat(20_000),
        "binary.c": Buffer.from([0, 1, 2, 3, 255]),
        "latin.py": Buffer.from("# caf\xe9\ndef a(): pass\n", "latin1"),
        "empty.go": "",
      },
      ["long.js", "minified.js", "binary.c", "latin.py", "empty.go"],
    ));

  test("imports in a circle, and of themselves", async () => {
    const text = await check(
      {
        "a.ts": 'import { b } from "./b";\nexport const a = () => b();\n',
        "b.ts": 'import { c } from "./c";\nexport const b = () => c();\n',
        "c.ts": 'import { a } from "./a";\nimport * as self from "./c";\nexport const c = () => a();\n',
      },
      [],
    );
    expect(paths(text)).toHaveLength(5);
  });

  test.skipIf(process.getuid?.() === 0)("a file and a folder that may not be read", async () => {
    await put(place.root, { "secret.ts": GOOD, "shut/a.ts": GOOD });
    chmodSync(join(place.root, "secret.ts"), 0);
    chmodSync(join(place.root, "shut"), 0);
    await check({}, []).finally(() => chmodSync(join(place.root, "shut"), 0o755));
  });

  test("links that lead out, to folders, nowhere and to themselves", async () => {
    await put(place.outside, {
      "secret.ts": "export const stolen = 1;\n",
      "dir/deep.ts": "export const stolen = 2;\n",
    });
    await put(place.root, { "good/a.ts": GOOD, "good/b.py": "def good():\n    pass\n" });
    await put(place.root, {
      "file.ts": { link: join(place.outside, "secret.ts") },
      folder: { link: join(place.outside, "dir") },
      "nowhere.ts": { link: "gone.ts" },
      "circle.ts": { link: "circle.ts" },
      "inside.ts": { link: "good/a.ts" },
    });
    const list = () => ["circle.ts", "file.ts", "folder/deep.ts", "good/a.ts", "inside.ts", "nowhere.ts"];
    const text = await drawn(maps.open(place.root, { list }));
    expect(paths(text)).toEqual(["good/a.ts"]);
  });

  test("paths that lead out, pipes, and files that are gone", async () => {
    await put(place.outside, { "secret.ts": "export const stolen = 1;\n" });
    await put(place.root, { "good/a.ts": GOOD });
    execFileSync("mkfifo", [join(place.root, "pipe.ts")]);
    const list = () => ["../outside/secret.ts", "good", "good/a.ts", "gone.ts", "pipe.ts", "good/a.ts/x.ts"];
    expect(paths(await drawn(maps.open(place.root, { list })))).toEqual(["good/a.ts"]);
  });

  test("a file that vanishes or becomes another while the others are read", async () => {
    await put(place.root, { "good/a.ts": GOOD, "gone.ts": GOOD });
    const map = maps.open(place.root, { list: () => ["gone.ts", "good/a.ts"] });
    expect(paths(await drawn(map))).toHaveLength(2);
    rmSync(join(place.root, "gone.ts"));
    expect(paths(await drawn(map))).toEqual(["good/a.ts"]);
    mkdirSync(join(place.root, "gone.ts"));
    expect(paths(await drawn(map))).toEqual(["good/a.ts"]);
  });

  test("nesting that overflows the parser's stack ends a thread, and no other file is lost", () =>
    check(
      {
        "deep.rs": "mod a {".repeat(14_000) + "\n".repeat(300),
        "deep.js": `${"[".repeat(60_000)}\n`.repeat(2) + "\n".repeat(600),
        "deep.rb": "class A\n".repeat(60_000),
        "deep.php": `<?php ${"if(1){\n".repeat(60_000)}`,
      },
      [],
    ));

  test("a file that takes too long ends its thread, and is not read", () =>
    check({ "slow.cpp": `${"a<".repeat(100)}\n`.repeat(4000) }, ["slow.cpp"], { fileMs: 1500 }));

  test("threads that all end over their only file leave none of the others waiting", async () => {
    const names = ["a.ts", "a.js", "a.py", "a.go", "a.rs", "a.java", "a.cs", "a.c", "a.cpp", "a.php", "a.rb"];
    await put(place.root, Object.fromEntries(names.map((name) => [name, "x\n".repeat(50_000)])));
    expect(paths(await drawn(maps.open(place.root, { fileMs: 1 }))).sort()).toEqual(names.sort());
  });

  test("one that needs too much memory, too", () => check({ "wide.ts": "x={a:\n".repeat(150_000) }, []));

  test("threads that cannot be started are told with their file", async () => {
    await put(place.root, SHOP);
    const thread = pathToFileURL(join(place.outside, "codeMap.cjs"));
    const map = openCodeMap({
      repo: { files: async () => ["src/cart.ts"] },
      root: place.root,
      storage: null,
      thread,
    });
    await expect(drawn(map)).rejects.toThrow(/codeMap\.cjs/);
    await map.close();
  });
});

test("it keeps no process alive, is not started before it is asked, and can be opened again", async () => {
  await put(place.root, SHOP);
  const folder = scratchFolder();
  const outfile = join(folder, "program.mjs");
  const source = `import { openCodeMap } from "./src/node/codeMap/codeMap.ts";
    const [root, thread, storage] = process.argv.slice(2);
    const repo = { files: async () => ["src/cart.ts"] };
    const open = (at) => openCodeMap({ repo, root, storage, thread: new URL(at) });
    open("file:///nowhere.cjs");
    const map = open(thread);
    for (const goal of ["", "again"]) {
      console.log((await map.map(goal, 1000, new AbortController().signal)).split("\\n")[1]);
      await map.close();
    }
    console.log((await map.map("", 1000, new AbortController().signal)).split("\\n")[1]);`;
  const stdin = { contents: source, resolveDir: process.cwd() };
  await build({ stdin, outfile, bundle: true, platform: "node", format: "esm" });
  const said = execFileSync(process.execPath, [outfile, place.root, maps.thread(), place.storage], {
    timeout: 30_000,
  });
  expect(said.toString()).toBe("src/cart.ts (4 lines)\n".repeat(3));
  expect(existsSync(join(place.storage, "maps"))).toBe(true);
});
