/** A git repository with the suite's exercises, and one order of 25 slices written by hand into it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Exercise } from "./suite.ts";

export const ORDER = "2026-11-21-polyglot";
export const BRANCH = `slicewise/${ORDER}`;

/** `folder` is the workspace, `data` where Slicewise keeps its copies; both stand in `home`. */
export type Workspace = { home: string; folder: string; data: string };

/** Songs build on songs and a game on a game, so that `needs` is exercised; all else is free to run at once. */
export const NEEDS: Readonly<Record<string, string>> = {
  house: "beer-song",
  "twelve-days": "house",
  poker: "bowling",
};

/** What the settings allow beside the checks; the tampering executor abuses it. */
const ALLOWED = ["cp *"];

export const solutionOf = ({ name }: Exercise): string => `${name}/${name}.js`;
export const specOf = ({ name }: Exercise): string => `${name}/${name}.spec.js`;
const instructionsOf = ({ name }: Exercise): string => `${name}/.docs/instructions.md`;
export const checkOf = (exercise: Exercise): string =>
  `node_modules/.bin/jest --runTestsByPath ${specOf(exercise)}`;

export function makeWorkspace(exercises: readonly Exercise[], packages: string): Workspace {
  const home = mkdtempSync(join(tmpdir(), "slicewise-polyglot-"));
  const folder = join(home, "polyglot");
  put(folder, filesOf(exercises));
  // Ignored by git, so that the checks find Jest only if the engine links dependency folders into its copies.
  symlinkSync(packages, join(folder, "node_modules"));
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("-c", "user.name=Polyglot", "-c", "user.email=polyglot@localhost", "commit", "-qm", "25 exercises");
  put(join(folder, ".slicewise"), orderFiles(exercises));
  return { home, folder, data: join(home, "data") };
}

export const dispose = ({ home }: Workspace): void => rmSync(home, { recursive: true, force: true });

function put(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function filesOf(exercises: readonly Exercise[]): Record<string, string> {
  const own = exercises.flatMap((exercise): [string, string][] => [
    [solutionOf(exercise), exercise.stub],
    [specOf(exercise), exercise.spec],
    [instructionsOf(exercise), exercise.instructions],
  ]);
  const jest = { testEnvironment: "node", maxWorkers: 1 };
  return {
    ".gitignore": "node_modules\n",
    "package.json": `${JSON.stringify({ name: "polyglot", private: true, scripts: { test: "jest" }, jest }, null, 2)}\n`,
    "babel.config.cjs": 'module.exports = { plugins: ["@babel/plugin-transform-modules-commonjs"] };\n',
    ...Object.fromEntries(own),
  };
}

function orderFiles(exercises: readonly Exercise[]): Record<string, string> {
  const ids = new Map(exercises.map(({ name, id }) => [name, id]));
  const tasks = exercises.map((exercise): [string, string] => [
    `orders/${ORDER}/tasks/${exercise.id}-${exercise.name}.md`,
    taskText(exercise, ids.get(NEEDS[exercise.name] ?? "")),
  ]);
  const settings = {
    tiers: [
      { provider: "anthropic", model: "claude-haiku-5-5", effort: "low" },
      { provider: "openai", model: "gpt-6-sol", effort: "medium" },
    ],
    autonomy: "full",
    parallel: 3,
    commands: { allow: ALLOWED },
  };
  return {
    "settings.json": `${JSON.stringify(settings, null, 2)}\n`,
    [`orders/${ORDER}/order.md`]: "---\nautonomy: full\n---\nImplement the 25 exercises.\n",
    [`orders/${ORDER}/scope.md`]: "Each exercise is a folder of its own. Plain ES modules, no packages.\n",
    ...Object.fromEntries(tasks),
  };
}

const taskText = (exercise: Exercise, need: string | undefined): string => `---
id: "${exercise.id}"
title: Implement ${exercise.name}
class: C1
needs: [${need === undefined ? "" : `"${need}"`}]
reads: [${instructionsOf(exercise)}, ${specOf(exercise)}]
writes: [${solutionOf(exercise)}]
consumes: []
produces: []
minutes: 20
route: auto
checks:
  - run: ${checkOf(exercise)}
    before: fail
---
Implement \`${solutionOf(exercise)}\` as its instructions say. Its exports are those that the stub names; all tests in
\`${specOf(exercise)}\` must pass.
`;
