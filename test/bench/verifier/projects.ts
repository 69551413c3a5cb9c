/** The projects of the bench: exercises of the polyglot suite, and published packages with their own tests. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installHarness, readSuite, suiteFolder, type Exercise } from "../../polyglot/suite.ts";
import { seeded } from "../router/generate.ts";
import type { Style } from "./tamper.ts";
import { cutOut, edited, parse } from "./source.ts";
import { type TestFile, split, testsIn } from "./tests.ts";

/**
 * One thing to do in a project. `reference` is the right text of `source`. `stub` is what an exercise starts from; a package
 * starts from a planted bug instead. `command` runs the visible tests.
 */
export type Task = {
  id: string;
  title: string;
  source: string;
  reference: string;
  stub: string | null;
  tests: TestFile[];
  style: Style;
  command: string;
};

/** `files` are all of a project but its tests; `packages` is the node_modules folder it runs with. */
export type Project = {
  name: string;
  files: Readonly<Record<string, string>>;
  packages: string;
  tasks: Task[];
};

/** What of a test file is seen by checks, and what by the planner; the rest is held out from everybody. */
const PARTS = { visible: 0.7, planned: 0.15 };

/** The folder of this bench, below the root of the repository. */
const HERE = "test/bench/verifier";
export const cacheFolder = (root: string): string => join(root, HERE, ".cache");

// ── Exercises ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Exercises stand together by what they are about; one group runs under Jest, the others under Node's own runner. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "polyglot-text": [
    "affine-cipher",
    "beer-song",
    "house",
    "phone-number",
    "transpose",
    "twelve-days",
    "ledger",
  ],
  "polyglot-numbers": [
    "book-store",
    "sum-of-multiples",
    "palindrome-products",
    "variable-length-quantity",
    "scale-generator",
    "resistor-color-trio",
    "meetup",
  ],
  "polyglot-games": ["connect", "grade-school", "poker", "queen-attack", "robot-name", "zipper", "forth"],
  "polyglot-jest": ["bowling", "react", "space-age", "wordy"],
};

const NODE_SETUP = `import { afterEach, beforeEach, describe, test } from 'node:test';
import { expect } from 'expect';

Object.assign(globalThis, { afterEach, beforeEach, describe, expect, it: test, test });
`;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function groupOf(name: string, exercises: readonly Exercise[], packages: string, seed: number): Project {
  const jest = name === "polyglot-jest";
  const files: Record<string, string> = jest
    ? {
        "package.json": json({
          name,
          private: true,
          scripts: { test: "jest" },
          jest: { testEnvironment: "node", maxWorkers: 1 },
        }),
        "babel.config.cjs": 'module.exports = { plugins: ["@babel/plugin-transform-modules-commonjs"] };\n',
      }
    : {
        "package.json": json({
          name,
          private: true,
          type: "module",
          scripts: { test: "node --import ./test-setup.js --test" },
        }),
        "test-setup.js": NODE_SETUP,
      };
  const command = (spec: string): string =>
    jest ? `node_modules/.bin/jest --runTestsByPath ${spec}` : `node --import ./test-setup.js ${spec}`;
  return {
    name,
    packages,
    files: {
      ".gitignore": "node_modules\n",
      ...files,
      ".github/workflows/test.yml": CI,
      "README.md": `# ${name}\n`,
    },
    tasks: exercises.map((one) => exerciseTask(one, command(`${one.name}/${one.name}.spec.js`), seed)),
  };
}

const CI =
  "name: test\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n";

function exerciseTask({ name, spec, solution, stub }: Exercise, command: string, seed: number): Task {
  const path = `${name}/${name}.spec.js`;
  // Node asks for the ending of a module's name; Jest takes both.
  const text = withoutSkipped(spec.replace(/from '(\.[^']*)'/, "from '$1.js'"));
  return {
    id: name,
    title: `Implement ${name}`,
    source: `${name}/${name}.js`,
    // No slice may switch a rule off, not even one that does all else right.
    reference: solution.replace(/^.*eslint-disable.*\n/gm, ""),
    stub,
    tests: split([{ path, text }], PARTS, seeded(hash(`${seed}:${name}`))),
    style: "expect",
    command,
  };
}

/** Tests that come switched off, for people to switch on, are none. */
const withoutSkipped = (text: string): string =>
  edited(
    text,
    testsIn(parse(text))
      .filter(({ call }) => call.expression.getText().endsWith(".skip"))
      .map(({ statement }) => cutOut(statement)),
  );

// ── Packages ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Package = { name: string; source: string; tests: RegExp; more: RegExp; style: Style; command: string };

const TAPE = "node_modules/.bin/tape 'test/*.js'";
const PACKAGES: readonly Package[] = [
  {
    name: "minimist",
    source: "index.js",
    tests: /^test\/[^/]+\.js$/,
    more: /^$/,
    style: "tape",
    command: TAPE,
  },
  {
    name: "traverse",
    source: "index.js",
    tests: /^test\/[^/]+\.js$/,
    more: /^test\/lib\//,
    style: "tape",
    command: TAPE,
  },
  {
    name: "json-stable-stringify",
    source: "index.js",
    tests: /^test\/[^/]+\.js$/,
    more: /^$/,
    style: "tape",
    command: TAPE,
  },
  // One of its tests needs another package for colours; it is left out.
  {
    name: "text-table",
    source: "index.js",
    tests: /^test\/(?!ansi)[^/]+\.js$/,
    more: /^$/,
    style: "tape",
    command: TAPE,
  },
  {
    name: "sprintf-js",
    source: "src/sprintf.js",
    tests: /^test\/test\.js$/,
    more: /^$/,
    style: "assert",
    command: "node_modules/.bin/mocha test/test.js",
  },
];

const PERMISSIVE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];

function packageProject(one: Package, packages: string, seed: number): Project {
  const folder = join(packages, one.name);
  const text = (path: string): string => readFileSync(join(folder, path), "utf8");
  const manifest = JSON.parse(text("package.json")) as { version: string; license?: string };
  if (!PERMISSIVE.includes(manifest.license ?? ""))
    throw new Error(
      `${one.name} is under ${manifest.license ?? "no licence"}; wanted is one of ${PERMISSIVE.join(", ")}`,
    );
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
    path.replaceAll("\\", "/"),
  );
  const tests = paths.filter((path) => one.tests.test(path)).toSorted();
  const more = paths.filter((path) => one.more.test(path) && /\.js$/.test(path));
  const parts = split(
    tests.map((path) => ({ path, text: text(path) })),
    PARTS,
    seeded(hash(`${seed}:${one.name}`)),
  );
  const { name, source, style, command } = one;
  const task = {
    id: name,
    title: `Mend ${name}`,
    source,
    reference: text(source),
    stub: null,
    tests: parts,
    style,
    command,
  };
  return {
    name,
    packages,
    files: {
      ".gitignore": "node_modules\n",
      "package.json": json({
        name,
        version: manifest.version,
        license: manifest.license,
        scripts: { test: command },
      }),
      ".github/workflows/test.yml": CI,
      ...Object.fromEntries(
        [...more, ...["README.md"].filter((path) => paths.includes(path))].map((path) => [path, text(path)]),
      ),
    },
    tasks: [task],
  };
}

/** Packages and runners as the lock file beside them says, installed at the first use. */
function installPackages(root: string): string {
  const harness = join(root, HERE, "harness");
  const packages = join(harness, "node_modules");
  if (!existsSync(join(packages, ".package-lock.json"))) {
    console.error("Installing the packages of the bench…");
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["ci", ...quiet], { cwd: harness, stdio: ["ignore", 2, 2] });
  }
  return packages;
}

/** All projects; without the suite only the packages. */
export function readProjects(root: string, seed: number, hasSuite: boolean): Project[] {
  const packages = installPackages(root);
  const own = PACKAGES.map((one) => packageProject(one, packages, seed));
  if (!hasSuite) return own;
  const exercises = readSuite(suiteFolder(root));
  const groups = Object.entries(GROUPS).map(([name, names]) => {
    const jest = name === "polyglot-jest" ? installHarness(root) : packages;
    return groupOf(
      name,
      exercises.filter((one) => names.includes(one.name)),
      jest,
      seed,
    );
  });
  return [...groups, ...own];
}

/** FNV-1a: a number from a text, the same everywhere. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
