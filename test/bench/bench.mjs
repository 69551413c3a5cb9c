// npm run bench [-- --json] [-- tokens briefing times memory log codemap editor polyglot]
// Measures the built program and prints a table, or with --json an array of { name, value, unit, reach, ok } and nothing
// else. Exit status 1 when a figure misses its reach.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const json = process.argv.includes("--json");
const names = process.argv.slice(2).filter((word) => word !== "--json");

// What is installed on the way may be told, but not on standard output.
console.log = console.error;

/** Whatever is needed and not there is installed, and the program is built as it is now. */
function build() {
  for (const command of [
    ["test/setup.mjs", "deps"],
    ["esbuild.mjs", "--quiet"],
  ])
    execFileSync(process.execPath, command, { cwd: ROOT, stdio: ["ignore", 2, 2] });
}

/** The figures are TypeScript, as the model server they share with the tests. */
async function load() {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(path.join(tmpdir(), "slicewise-figures-"));
  const outfile = path.join(folder, "figures.mjs");
  const entryPoints = [path.join(ROOT, "test/bench/figures.ts")];
  // For packages that are CommonJS inside a module.
  const js =
    'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';
  const kind = { bundle: true, platform: "node", format: "esm", banner: { js }, logLevel: "warning" };
  await build({ entryPoints, outfile, ...kind });
  return import(pathToFileURL(outfile).href).finally(() => rmSync(folder, { recursive: true }));
}

/** @param {import("./figure.ts").Figure} figure */
function row({ name, value, unit, reach, bound, ok, how }) {
  const wanted = `${bound === "at most" ? "≤" : "≥"} ${reach}`;
  return `${ok ? "ok  " : "MISS"} ${name.padEnd(54)} ${String(value).padStart(7)} ${unit.padEnd(8)} ${wanted.padEnd(8)} ${how}`;
}

build();
const { figures } = await load();
const all = await figures(ROOT, names, (figure) => json || process.stdout.write(`${row(figure)}\n`));
if (json) {
  const lines = all.map(({ name, value, unit, reach, ok }) => ({ name, value, unit, reach, ok }));
  process.stdout.write(`${JSON.stringify(lines, null, 2)}\n`);
}
process.exitCode = all.every(({ ok }) => ok) ? 0 : 1;
