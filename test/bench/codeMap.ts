/** The code map of 300,000 lines: from nothing, from its cache, after a change, and what memory that takes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeTree } from "./codeMapTree.ts";
import { type Figure, atMost, median, rounded } from "./figure.ts";
import { quiet } from "./quiet.ts";

const LINES = 300_000;
const RUNS = 3;
const CHANGES = 15;
/** Not ours, and of that size. */
const PACKAGE = "webpack@5.112.2";

type Said = { first: number; again: number[]; mb: number };
type Tree = { name: string; root: string; goal: string; example: string; lines: number };

export async function codeMapFigures(root: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "slicewise-bench-"));
  try {
    const program = await build(root, folder);
    const thread = pathToFileURL(join(root, "dist/codeMap.cjs")).href;
    const trees = [generated(join(folder, "made")), published(join(folder, "published"))];
    const measured: { figures: Figure[]; mb: number }[] = [];
    for (const tree of trees) measured.push(await measure(tree, { program, thread, folder }));
    const mb = measured.map((one) => one.mb);
    return [...measured.flatMap(({ figures }) => figures), memory(mb)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Loaded by address and not bundled, because it finds its binary beside itself. */
async function build(root: string, folder: string): Promise<string> {
  const address = pathToFileURL(join(root, "node_modules/esbuild/lib/main.js")).href;
  const esbuild = (await import(address)) as { build(options: object): Promise<unknown> };
  const outfile = join(folder, "program.mjs");
  const entryPoints = [join(root, "test/bench/codeMapProgram.ts")];
  const banner = {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  };
  await esbuild.build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", banner });
  return outfile;
}

function generated(root: string): Tree {
  const { lines, example } = writeTree(root, LINES);
  commit(root);
  return {
    name: "generated, 11 languages",
    root,
    goal: "let routeOrder7First check the limit",
    example,
    lines,
  };
}

function published(folder: string): Tree {
  mkdirSync(folder);
  const packed = execFileSync("npm", ["pack", PACKAGE, "--silent", "--pack-destination", folder], {
    cwd: folder,
  });
  execFileSync("tar", ["xzf", packed.toString().trim()], { cwd: folder });
  const root = join(folder, "package");
  commit(root);
  const sources = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".js"),
  );
  const lines = sources.reduce(
    (sum, path) => sum + readFileSync(join(root, "lib", path), "latin1").split("\n").length - 1,
    0,
  );
  const goal = "make SideEffectsFlagPlugin faster for large module graphs";
  return { name: PACKAGE, root, goal, example: "lib/Compiler.js", lines };
}

function commit(root: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], {
      cwd: root,
    });
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "-m", "all");
}

async function measure(
  tree: Tree,
  { program, thread, folder }: { program: string; thread: string; folder: string },
) {
  const run = async (storage: string, changes: number): Promise<Said> => {
    await quiet();
    const args = [
      program,
      tree.root,
      thread,
      storage,
      tree.goal,
      ...Array<string>(changes).fill(tree.example),
    ];
    return JSON.parse(execFileSync(process.execPath, args).toString()) as Said;
  };
  const cold: Said[] = [];
  const warm: Said[] = [];
  for (let at = 0; at < RUNS; at += 1) {
    const storage = mkdtempSync(join(folder, "storage-"));
    cold.push(await run(storage, CHANGES));
    warm.push(await run(storage, 0));
  }
  const what = `${tree.lines.toLocaleString("en-US")} lines (${tree.name})`;
  const seconds = (said: Said[]): number => rounded(median(said.map(({ first }) => first)) / 1000, 2);
  const changed = median(cold.flatMap(({ again }) => again));
  const how = `git's list of files and log included; median of ${RUNS}`;
  return {
    figures: [
      atMost({
        name: `code map, ${tree.name}, cold`,
        value: seconds(cold),
        unit: "s",
        reach: 4.5,
        how: `${what}, ${how}`,
      }),
      atMost({
        name: `code map, ${tree.name}, from its cache`,
        value: seconds(warm),
        unit: "s",
        reach: 0.5,
        how: `in a new process, ${how}`,
      }),
      atMost({
        ...{
          name: `code map, ${tree.name}, one file changed`,
          value: rounded(changed, 0),
          unit: "ms",
          reach: 50,
        },
        how: `the whole map again, git's list of files and log included; median of ${RUNS * CHANGES}`,
      }),
    ],
    mb: Math.max(...[...cold, ...warm].map(({ mb }) => mb)),
  };
}

const memory = (mb: readonly number[]): Figure =>
  atMost({
    ...{ name: "code map, peak memory", value: rounded(Math.max(...mb), 0), unit: "MB", reach: 300 },
    how: `resident, of the whole process with all threads; the largest of all runs (${mb.map((one) => rounded(one, 0)).join(", ")})`,
  });
