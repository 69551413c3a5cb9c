/**
 * One further test in a project: where it may stand, how the project's own runner runs it alone, and what its output says.
 * Pure. Commands are made of plain words only: paths and flags come from a repository.
 */

type Name = "node" | "vitest" | "jest" | "mocha" | "pytest" | "unittest" | "go" | "cargo" | "rspec";
/** `hint` is what a test must keep to so that it is run; "" for nothing. */
export type Probe = { runner: Name; path: string; command: string; hint: string };
/** `error` is any end that is no failed assertion: it could not be loaded, threw, hung or was killed. */
export type Ran = "green" | "assertion" | "error";

const PLAIN = /^[\w@%+=:,./-]+$/;
const isPlain = (words: readonly string[]): boolean => words.every((word) => PLAIN.test(word));

const TEST = /(^|\/)(tests?|specs?|__tests__)\/|(^|[/._-])(test|spec)([._-]|(?=\.)|$)|_(test|spec)\.\w+$/i;
const SOURCE = /\.([cm]?[jt]sx?|py|go|rs|rb)$/;
export const isTest = (path: string): boolean => TEST.test(path) && SOURCE.test(path);

type Run = { runner: Name; before: string[]; flags: string[] };

/** Flags whose value is a word of its own. */
const VALUED = new Set([
  "--import",
  "--require",
  "-r",
  "--loader",
  "--experimental-loader",
  "--config",
  "-c",
]);
const NOT_KEPT = /^--?(watch|test-name-pattern|testNamePattern|t|run|k|m)\b/;

function flagsOf(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [at, word] of words.entries()) {
    if (VALUED.has(words[at - 1] ?? "") && kept.at(-1) === words[at - 1]) kept.push(word);
    else if (word.startsWith("-") && !NOT_KEPT.test(word) && word !== "--") kept.push(word);
  }
  return kept;
}

/** What runs a command's tests; null when it cannot be told from its words. `scripts` are those of package.json. */
function runOf(command: string, scripts: ReadonlyMap<string, string>, depth = 0): Run | null {
  const words = command.trim().split(/\s+/);
  if (!isPlain(words) || depth > 2) return null;
  const first = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word));
  const before = words.slice(0, Math.max(0, first));
  const [program = "", ...rest] = words.slice(Math.max(0, first));
  const script = scriptOf(program, rest);
  if (script !== null) {
    const text = scripts.get(script);
    return text === undefined ? null : runOf([...before, text].join(" "), scripts, depth + 1);
  }
  if (program === "npx")
    return runOf(
      [...before, ...rest.filter((word) => word !== "--no-install")].join(" "),
      scripts,
      depth + 1,
    );
  const run = (runner: Name, from: readonly string[] = rest): Run => ({
    runner,
    before,
    flags: flagsOf(from),
  });
  if (program === "node" && rest.includes("--test")) return run("node");
  if (program === "vitest" || program === "jest" || program === "mocha" || program === "rspec")
    return run(program);
  if (program === "pytest") return run("pytest", []);
  if (/^python[\d.]*$/.test(program) && rest[0] === "-m" && (rest[1] === "pytest" || rest[1] === "unittest"))
    return { runner: rest[1], before: [...before, program, "-m"], flags: [] };
  if ((program === "go" || program === "cargo") && rest[0] === "test") return run(program, []);
  if (program !== "bundle" || rest[0] !== "exec") return null;
  const inner = runOf(rest.slice(1).join(" "), scripts, depth + 1);
  return inner && { ...inner, before: [...before, "bundle", "exec", ...inner.before] };
}

function scriptOf(program: string, [verb = "", name]: readonly string[]): string | null {
  if (!["npm", "pnpm", "yarn"].includes(program)) return null;
  if (verb === "test" || verb === "t") return "test";
  if (verb === "run" || verb === "run-script") return name ?? null;
  return program === "npm" ? null : verb;
}

/** Which tests a runner reads. */
const READS: Record<Name, RegExp> = {
  node: /\.[cm]?[jt]s$/,
  vitest: /\.[cm]?[jt]sx?$/,
  jest: /\.[cm]?[jt]sx?$/,
  mocha: /\.[cm]?[jt]s$/,
  pytest: /\.py$/,
  unittest: /\.py$/,
  go: /_test\.go$/,
  cargo: /^(.*\/)?tests\/[^/]+\.rs$/,
  rspec: /_spec\.rb$/,
};

/** A name of ours beside the test it takes after. */
function pathBeside(like: string): string {
  const folder = like.slice(0, like.lastIndexOf("/") + 1);
  const name = like.slice(folder.length);
  if (/\.py$/.test(name))
    return `${folder}${name.startsWith("test_") ? "test_slicewise_probe" : "slicewise_probe_test"}.py`;
  if (/\.go$/.test(name)) return `${folder}slicewise_probe_test.go`;
  if (/\.rs$/.test(name)) return `${folder}slicewise_probe.rs`;
  if (/\.rb$/.test(name)) return `${folder}slicewise_probe_spec.rb`;
  const ending = /([._-](test|spec))?\.[cm]?[jt]sx?$/.exec(name)?.[0] ?? ".js";
  return `${folder}slicewise-probe${ending}`;
}

function commandFor({ runner, before, flags }: Run, path: string): { command: string; hint: string } {
  const say = (...words: string[]): { command: string; hint: string } => ({
    command: [...before, ...words].join(" "),
    hint: "",
  });
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  switch (runner) {
    case "node":
      return say("node", ...flags, path);
    case "vitest":
      return say("npx", "--no-install", "vitest", "run", ...flags, path);
    case "jest":
      return say("npx", "--no-install", "jest", ...flags, "--runTestsByPath", path);
    case "mocha":
      return say("npx", "--no-install", "mocha", ...flags, path);
    case "pytest":
      return say("pytest", "-q", path);
    case "unittest":
      return say("unittest", path);
    case "go":
      return {
        ...say("go", "test", "-count=1", "-run", "SlicewiseProbe", `./${folder}`),
        hint: "Name its functions TestSlicewiseProbe…",
      };
    case "cargo":
      return say("cargo", "test", "--test", "slicewise_probe");
    case "rspec":
      return say("rspec", path);
  }
}

/**
 * Where a further test of the project can stand and how it is run: beside the first of `tests` that a runner of the
 * `commands` reads. Null when no runner is known.
 */
export function probeFor(
  commands: readonly string[],
  scripts: ReadonlyMap<string, string>,
  tests: readonly string[],
): (Probe & { like: string }) | null {
  for (const command of commands) {
    const run = runOf(command, scripts);
    const like = run ? tests.find((path) => READS[run.runner].test(path) && isOwnPath(path)) : undefined;
    if (!run || like === undefined) continue;
    const path = pathBeside(like);
    return { runner: run.runner, path, ...commandFor(run, path), like };
  }
  return null;
}

const isOwnPath = (path: string): boolean =>
  PLAIN.test(path) && !/^[-/]/.test(path) && !path.split("/").includes("..");

const ASSERTED: Record<Name, RegExp> = {
  node: /ERR_ASSERTION|AssertionError/,
  vitest: /AssertionError/,
  jest: /expect\(.*\)|AssertionError|ERR_ASSERTION/,
  mocha: /AssertionError|ERR_ASSERTION/,
  pytest: /^E\s+(assert\b|AssertionError|Failed: DID NOT RAISE)/m,
  unittest: /AssertionError/,
  go: /--- FAIL: TestSlicewiseProbe/,
  cargo: /panicked at[^]*assert/,
  rspec: /Failure\/Error:[^]*expected/,
};
const UNLOADED: Record<Name, RegExp> = {
  node: /SyntaxError|ERR_MODULE_NOT_FOUND|Cannot find (module|package)/,
  vitest: /SyntaxError|Failed to (load|resolve)|Cannot find (module|package)|No test files|Transform failed/,
  jest: /SyntaxError|Test suite failed to run|Cannot find module|No tests found/,
  mocha: /SyntaxError|ERR_MODULE_NOT_FOUND|Cannot find (module|package)/,
  pytest:
    /ERROR collecting|SyntaxError|ImportError|ModuleNotFoundError|fixture '[^']*' not found|no tests ran/,
  unittest: /SyntaxError|ImportError|ModuleNotFoundError|Ran 0 tests/,
  go: /\[(build|setup) failed\]|^panic:|no tests to run/m,
  cargo: /could not compile|error\[E\d+\]|running 0 tests/,
  rspec: /outside of examples|LoadError|SyntaxError|0 examples/,
};

/** `status` is null when it was killed; `exited` when it ended by itself. */
export function ran(runner: Name, end: { status: number | null; exited: boolean; output: string }): Ran {
  if (!end.exited || UNLOADED[runner].test(end.output)) return "error";
  if (end.status === 0) return "green";
  return ASSERTED[runner].test(end.output) ? "assertion" : "error";
}
