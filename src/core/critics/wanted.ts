/** What a started program asks of the tree: its own file, scripts of a package, targets of a Makefile. */
import { type Started, into, isProgram } from "./commands.ts";

export type Wanted =
  | { what: "program"; name: string }
  /** `isWhole`: the path as it stands; else a test runner looks for files whose path ends so. */
  | { what: "file"; path: string; name: string; isWhole: boolean }
  | { what: "folder"; path: string }
  | { what: "script"; folder: string; name: string }
  | { what: "target"; name: string };

export function wantedBy(started: Started): Wanted[] {
  const own: Wanted[] = isProgram(started.program) ? [{ what: "program", name: started.program }] : [];
  return [...own, ...fileOf(started, started.program), ...argumentsOf(unwrapped(started))];
}

/** A path that can be looked up: no pattern, no variable, not elsewhere. */
function fileOf({ folder }: Started, word: string, isWhole = true): Wanted[] {
  if (!word.includes("/") && !ENDING.test(word)) return [];
  if (isProgram(word) && !ENDING.test(word)) return [];
  const path = into(folder, word);
  const name = word.replace(/^\.\//, "");
  return path === null || path === "" ? [] : [{ what: "file", path, name, isWhole }];
}

const ENDING = /[^/]\.(?:[cm]?[jt]sx?|py|rb|php|pl|sh|bash|go|rs|java|cs|lua)$/;

/** What a program that only runs another one runs. */
function unwrapped(started: Started): Started {
  const { args, folder } = started;
  const wrapper = WRAPPERS.find(
    ([name, ...verbs]) => name === started.program && verbs.every((verb, at) => args[at] === verb),
  );
  if (!wrapper) return started;
  const rest = args.slice(wrapper.length - 1);
  const at = rest.findIndex((word) => !isFlag(word));
  const program = rest[at];
  if (program === undefined || rest.some((word) => word === "-p" || word.startsWith("--package")))
    return started;
  return unwrapped({ program, args: rest.slice(at + 1), folder });
}

const isFlag = (word: string): boolean => word.startsWith("-");
const WRAPPERS = [
  ["npx"],
  ["bunx"],
  ["c8"],
  ["nyc"],
  ["pnpm", "exec"],
  ["yarn", "exec"],
  ["npm", "exec", "--"],
  ["poetry", "run"],
  ["uv", "run"],
  ["pipenv", "run"],
  ["bundle", "exec"],
];

/** What they are given without a file's ending is a pattern. */
const RUNNERS = new Set(["jest", "vitest", "mocha", "ava", "tap"]);
/** What they are given is a file or a folder. */
const PATH_RUNNERS = new Set(["pytest", "py.test", "rspec", "phpunit"]);
const PLACE = /\/|[^/]\.(py|rb|php)$/;
const INTERPRETERS: Readonly<Record<string, RegExp>> = {
  node: /^--(test|check|no-warnings|enable-source-maps|experimental-strip-types|test-only|trace-warnings|[\w-]+=.*)$|^-c$/,
  deno: /^$/,
  bun: /^$/,
  tsx: /^$/,
  "ts-node": /^--esm$/,
  python: /^-[uBO]+$/,
  python3: /^-[uBO]+$/,
  ruby: /^-w$/,
  php: /^-f$/,
  perl: /^-w$/,
  sh: /^-[euxv]+$/,
  bash: /^-[euxv]+$/,
  zsh: /^-[euxv]+$/,
};

function argumentsOf(started: Started): Wanted[] {
  const { args } = started;
  const program = started.program.slice(started.program.lastIndexOf("/") + 1);
  if (/^python3?$/.test(program) && args[0] === "-m")
    return args[1] === "pytest" ? testPaths(started, args.slice(2), PLACE) : [];
  if (program === "go") return goPackages(started);
  if (PATH_RUNNERS.has(program)) return testPaths(started, args, PLACE);
  if (RUNNERS.has(program)) return testPaths(started, args, ENDING);
  if (program === "npm" || program === "pnpm" || program === "yarn") return scripts(started, program);
  if (program === "make") return targets(started);
  const plainFlag = INTERPRETERS[program];
  if (!plainFlag || !Object.hasOwn(INTERPRETERS, program)) return [];
  const first = args.findIndex((word) => !plainFlag.test(word));
  const files = args[0] === "--test" ? args.slice(first) : args.slice(first, first + 1);
  return first === -1 || files.some(isFlag) ? [] : files.flatMap((word) => fileOf(started, word));
}

/** Flags of test runners that take no value; what follows another one may be its value. */
const SWITCH = /^(--runTestsByPath|--run|--ci|--silent|--verbose|--bail|-[qvsx]+|--[\w-]+=.*)$/;

const testPaths = (started: Started, args: readonly string[], fits: RegExp): Wanted[] =>
  args.flatMap((word, at) => {
    const previous = args[at - 1] ?? "";
    if (isFlag(word) || (isFlag(previous) && !SWITCH.test(previous))) return [];
    const path = word.replace(/::.*$/, "");
    if (!fits.test(path)) return [];
    return ENDING.test(path) ? fileOf(started, path, false) : folderOf(started, path);
  });

function folderOf({ folder }: Started, word: string): Wanted[] {
  const path = into(folder, word);
  return path === null || path === "" ? [] : [{ what: "folder", path }];
}

/** Packages by path, "./internal/limit/..." */
const goPackages = (started: Started): Wanted[] =>
  /^(test|build|vet|run)$/.test(started.args[0] ?? "")
    ? started.args.flatMap((word) =>
        /^\.\/[\w./-]+$/.test(word) ? folderOf(started, word.replace(/\/?\.\.\.$/, "")) : [],
      )
    : [];

const PREFIX = /^(--prefix|-C|--dir|--cwd)(?:=(.*))?$/;
/** With these, it is not plain which package is meant, or that the script has to be there. */
const ELSEWHERE = /^(-w|--workspaces?|--filter|-F|-r|--recursive|--if-present|-g|--global|workspaces?)(=|$)/;

function scripts(started: Started, program: "npm" | "pnpm" | "yarn"): Wanted[] {
  const end = started.args.indexOf("--");
  const given = end === -1 ? started.args : started.args.slice(0, end);
  if (given.some((word) => ELSEWHERE.test(word))) return [];
  let folder = started.folder;
  const words: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? "";
    const prefix = PREFIX.exec(word);
    if (prefix) folder = into(folder, prefix[2] ?? given[(at += 1)]);
    else if (!isFlag(word)) words.push(word);
  }
  const name = scriptName(program, words);
  if (folder === null || name === null) return [];
  const rest = name === "test" && end !== -1 ? started.args.slice(end + 1) : [];
  return [{ what: "script", folder, name }, ...testPaths({ ...started, folder }, rest, ENDING)];
}

/** `yarn x` and `pnpm x` may be a program of a package; only what must be a script is said to be one. */
function scriptName(program: "npm" | "pnpm" | "yarn", [verb, name]: readonly string[]): string | null {
  if (verb === "test" || (program === "npm" && (verb === "t" || verb === "tst"))) return "test";
  const runs = (verb === "run" || verb === "run-script") && program !== "yarn";
  return runs && name !== undefined && /^[\w:.@/-]+$/.test(name) ? name : null;
}

function targets({ args, folder }: Started): Wanted[] {
  if (folder !== "" || args.some((word) => /^(-C|-f|--directory|--file|--makefile|-I)/.test(word))) return [];
  const names = args.filter((word) => /^[A-Za-z][\w-]*$/.test(word));
  return (names.length === 0 ? [""] : names).map((name) => ({ what: "target", name }));
}
