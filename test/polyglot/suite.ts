/** The exercises of the polyglot suite: 25 of Exercism's, each with instructions, a stub, a test file and a solution. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** `stub` and `spec` are what the workspace starts from, `solution` is the reference. `id` is the slice's: "01" to "25". */
export type Exercise = {
  id: string;
  name: string;
  stub: string;
  spec: string;
  instructions: string;
  solution: string;
};

/** SLICEWISE_SUITE, or the folder that stands beside the repository. */
export const suiteFolder = (root: string): string =>
  process.env.SLICEWISE_SUITE ?? resolve(root, "../shared/suites/polyglot-js");

/** Null when there is a suite; else why the scenario is skipped, and what to do. */
export function whyNoSuite(root: string): string | null {
  const folder = suiteFolder(root);
  if (existsSync(join(folder, "zipper/zipper.spec.js"))) return null;
  return `The polyglot scenario is skipped: ${folder} holds no suite. Name its folder in SLICEWISE_SUITE.`;
}

const SKELETON = "throw new Error('Remove this statement and implement this function');";

/** `ledger` asks to tidy code that passes its tests already; without its body it is an exercise like the others. */
const LEDGER = ["createEntry(date, description, change)", "formatEntries(currency, locale, entries)"]
  .map((signature) => `export function ${signature} {\n  ${SKELETON}\n}\n`)
  .join("\n");

export function readSuite(folder: string): Exercise[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return names.map((name, at) => exercise(folder, name, String(at + 1).padStart(2, "0")));
}

function exercise(folder: string, name: string, id: string): Exercise {
  const text = (path: string): string => readFileSync(join(folder, name, path), "utf8");
  const docs = readdirSync(join(folder, name, ".docs")).sort();
  return {
    id,
    name,
    stub: name === "ledger" ? LEDGER : text(`${name}.js`),
    // All but the first test of each file come switched off.
    spec: text(`${name}.spec.js`).replace(/\bxtest\(/g, "test("),
    instructions: docs.map((file) => text(`.docs/${file}`)).join("\n"),
    // The guards let nobody switch off a rule, and two of the references do.
    solution: text(".meta/proof.ci.js").replace(/^.*eslint-disable.*\n/gm, ""),
  };
}

/** Jest and Babel as the lock file beside them says, installed at the first use. Their folder of packages. */
export function installHarness(root: string): string {
  const harness = join(root, "test/polyglot/harness");
  const packages = join(harness, "node_modules");
  if (!existsSync(join(packages, ".package-lock.json"))) {
    console.error("Installing Jest for the polyglot scenario…");
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["ci", ...quiet], { cwd: harness, stdio: ["ignore", 2, 2] });
  }
  return packages;
}
