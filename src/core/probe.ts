/**
 * One further test in a project: where it may stand, how the project's own runner runs it alone, and what its output says.
 * Pure. Commands are made of plain words only: paths and flags come from a repository.
 */

type Name = keyof typeof RUNNERS;
/** `hint` is what a test must keep to so that it is run; "" for nothing. */
export type Probe = { runner: Name; path: string; command: string; hint: string };
/** `error` is any end that is no failed assertion: it could not be loaded, threw, hung or was killed. */
export type Ran = "green" | "assertion" | "error";

const PLAIN = /^[\w@%+=:,./-]+$/;
const isPlain = (words: readonly string[]): boolean => words.every((word) => PLAIN.test(word));

const TEST = /(^|\/)(tests?|specs?|__tests__)\/|(^|[/._-])(test|spec)([._-]|(?=\.)|$)|_(test|spec)\.\w+$/i;
/** Where tests are classes, a word at the end of the name tells. */
const TEST_CLASS = /[a-z0-9](Tests?|Spec|IT)\.\w+$/;
const SOURCE = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|php)$/;
export const isTest = (path: string): boolean =>
  (TEST.test(path) || TEST_CLASS.test(path)) && SOURCE.test(path);

/** `before` stands before the runner's own words; `flags` are what it is given anyway. */
type Run = { runner: Name; before: string[]; flags: string[] };

type Runner = {
  /** Which tests it reads. */
  reads: RegExp;
  /** The words that run one file, which is at `path`. */
  words(path: string, flags: readonly string[]): string[];
  /** Says that a test was loaded and what it demands was not so. */
  asserted: RegExp;
  /** Says that it was not loaded, or that there was none. */
  unloaded: RegExp;
  hint?: string;
};

const npx = (...words: string[]): string[] => ["npx", "--no-install", ...words];
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
/** Java's and .NET's runners know tests by the names of their classes. */
const CLASS = "SlicewiseProbeTest";
const CLASS_HINT = `Name its class ${CLASS}.`;
/** The project of several that a path of Maven's or Gradle's usual places belongs to. */
const moduleOf = (path: string): string => /^(.+?)\/src\//.exec(path)?.[1] ?? "";

const RUNNERS = {
  node: {
    reads: /\.[cm]?[jt]s$/,
    words: (path, flags) => ["node", ...flags, path],
    asserted: /ERR_ASSERTION|AssertionError/,
    unloaded: /SyntaxError|ERR_MODULE_NOT_FOUND|Cannot find (module|package)/,
  },
  vitest: {
    reads: /\.[cm]?[jt]sx?$/,
    words: (path, flags) => npx("vitest", "run", ...flags, path),
    asserted: /AssertionError/,
    unloaded:
      /SyntaxError|Failed to (load|resolve)|Cannot find (module|package)|No test files|Transform failed/,
  },
  jest: {
    reads: /\.[cm]?[jt]sx?$/,
    words: (path, flags) => npx("jest", ...flags, "--runTestsByPath", path),
    asserted: /expect\(.*\)|AssertionError|ERR_ASSERTION/,
    unloaded: /SyntaxError|Test suite failed to run|Cannot find module|No tests found/,
  },
  mocha: {
    reads: /\.[cm]?[jt]s$/,
    words: (path, flags) => npx("mocha", ...flags, path),
    asserted: /AssertionError|ERR_ASSERTION/,
    unloaded: /SyntaxError|ERR_MODULE_NOT_FOUND|Cannot find (module|package)/,
  },
  pytest: {
    reads: /\.py$/,
    words: (path) => ["pytest", "-q", path],
    asserted: /^E\s+(assert\b|AssertionError|Failed: DID NOT RAISE)/m,
    unloaded:
      /ERROR collecting|SyntaxError|ImportError|ModuleNotFoundError|fixture '[^']*' not found|no tests ran/,
  },
  unittest: {
    reads: /\.py$/,
    words: (path) => ["unittest", path],
    asserted: /AssertionError/,
    unloaded: /SyntaxError|ImportError|ModuleNotFoundError|Ran 0 tests/,
  },
  go: {
    reads: /_test\.go$/,
    words: (path) => ["go", "test", "-count=1", "-run", "SlicewiseProbe", `./${folderOf(path)}`],
    asserted: /--- FAIL: TestSlicewiseProbe/,
    unloaded: /\[(build|setup) failed\]|^panic:|no tests to run/m,
    hint: "Name its functions TestSlicewiseProbe…",
  },
  cargo: {
    reads: /^(.*\/)?tests\/[^/]+\.rs$/,
    words: () => ["cargo", "test", "--test", "slicewise_probe"],
    asserted: /panicked at[^]*assert/,
    unloaded: /could not compile|error\[E\d+\]|running 0 tests/,
  },
  rspec: {
    reads: /_spec\.rb$/,
    words: (path) => ["rspec", path],
    asserted: /Failure\/Error:[^]*expected/,
    unloaded: /outside of examples|LoadError|SyntaxError|0 examples/,
  },
  minitest: {
    reads: /(_test|(^|\/)test_\w+)\.rb$/,
    words: (path, flags) => [...flags, path],
    asserted: /^\s*\d+\) Failure:$|^Failure:$/m,
    unloaded: /LoadError|SyntaxError|syntax error|\b0 (runs|tests),|^\s*\d+\) Error:$|^Error:$/m,
    hint: "Require what the test shown requires, minitest/autorun or its test_helper.",
  },
  maven: {
    reads: /\w(Tests?|IT)\.(java|kt)$/,
    words: (path, flags) => {
      const module = moduleOf(path);
      // Of other modules that are built with it, none has this test.
      const only = module === "" ? [] : ["-pl", module, "-am", "-Dsurefire.failIfNoSpecifiedTests=false"];
      return [...flags, `-Dtest=${CLASS}`, ...only, "test"];
    },
    asserted: /<<< FAILURE!/,
    unloaded:
      /COMPILATION ERROR|No tests (were executed|matching)|Tests run: 0,|<<< ERROR!|Could not resolve/,
    hint: CLASS_HINT,
  },
  gradle: {
    reads: /\w(Tests?|IT)\.(java|kt)$/,
    words: (path, flags) => [...flags, ...gradleTask(path), "--tests", CLASS],
    asserted:
      /FAILED\s+(org\.opentest4j\.\w+|(java|kotlin)\.lang\.AssertionError|org\.junit\.ComparisonFailure)/,
    unloaded: /Compilation (failed|error)|compileTest\w+ FAILED|No tests found|Could not resolve/,
    hint: CLASS_HINT,
  },
  phpunit: {
    reads: /Test\.php$/,
    words: (path, flags) => [...flags, path],
    asserted: /^There (was|were) \d+ failures?:$/m,
    unloaded:
      /No tests executed|Parse error|^There (was|were) \d+ errors?:$|(cannot|could not) be found|not found/m,
    hint: CLASS_HINT,
  },
  dotnet: {
    reads: /\w(Tests?|Spec)\.cs$/,
    words: (_, flags) => ["dotnet", "test", ...flags, "--filter", `FullyQualifiedName~${CLASS}`],
    asserted: /Assert\.\w+(\(\) Failure| failed)|AssertionException|Assert\.That\(/,
    unloaded: /error (CS|MSB|NETSDK)\d+|No test (is available|matches)|Could not find|MissingMethodException/,
    hint: CLASS_HINT,
  },
} satisfies Record<string, Runner>;

const gradleTask = (path: string): string[] => {
  const module = moduleOf(path);
  return [module === "" ? "test" : `:${module.replaceAll("/", ":")}:test`];
};

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
  const own = ownRun(program, rest);
  if (own) return { ...own, before };
  if (program !== "bundle" || rest[0] !== "exec") return null;
  const inner = runOf(rest.slice(1).join(" "), scripts, depth + 1);
  return inner && { ...inner, before: [...before, "bundle", "exec", ...inner.before] };
}

/** Runners whose program may be the repository's own: `flags` begin with it. */
function ownRun(program: string, rest: readonly string[]): Omit<Run, "before"> | null {
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (/^mvnw?$/.test(name) && rest.some((word) => word === "test" || word === "verify"))
    return { runner: "maven", flags: [program, "-q"] };
  if (/^gradlew?$/.test(name) && rest.some((word) => /(^|:)(test|check)$/.test(word)))
    return { runner: "gradle", flags: [program] };
  if (name === "phpunit") return { runner: "phpunit", flags: [program] };
  if (program === "dotnet" && rest[0] === "test")
    return { runner: "dotnet", flags: rest.filter((word) => /\.(sln|slnx|csproj)$/.test(word)) };
  if (name === "rails" && rest[0] === "test") return { runner: "minitest", flags: [program, "test"] };
  if (program === "rake" && (rest[0] ?? "test") === "test")
    return { runner: "minitest", flags: ["ruby", "-Ilib", "-Itest"] };
  const folders = rest.filter((word) => /^-I./.test(word));
  return program === "ruby" && rest.some((word) => word.endsWith(".rb"))
    ? { runner: "minitest", flags: ["ruby", ...folders] }
    : null;
}

function scriptOf(program: string, [verb = "", name]: readonly string[]): string | null {
  if (!["npm", "pnpm", "yarn"].includes(program)) return null;
  if (verb === "test" || verb === "t") return "test";
  if (verb === "run" || verb === "run-script") return name ?? null;
  return program === "npm" ? null : verb;
}

/** A name of ours beside the test it takes after. */
function pathBeside(like: string): string {
  const folder = folderOf(like);
  const name = like.slice(folder.length);
  if (/\.py$/.test(name))
    return `${folder}${name.startsWith("test_") ? "test_slicewise_probe" : "slicewise_probe_test"}.py`;
  if (/\.go$/.test(name)) return `${folder}slicewise_probe_test.go`;
  if (/\.rs$/.test(name)) return `${folder}slicewise_probe.rs`;
  if (/\.rb$/.test(name)) {
    const kind = name.endsWith("_spec.rb") ? "spec" : "test";
    return `${folder}${name.startsWith("test_") ? "test_slicewise_probe" : `slicewise_probe_${kind}`}.rb`;
  }
  if (/\.(java|kt|cs|php)$/.test(name)) return `${folder}${CLASS}${name.slice(name.lastIndexOf("."))}`;
  const ending = /([._-](test|spec))?\.[cm]?[jt]sx?$/.exec(name)?.[0] ?? ".js";
  return `${folder}slicewise-probe${ending}`;
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
    const like = run
      ? tests.find((path) => RUNNERS[run.runner].reads.test(path) && isOwnPath(path))
      : undefined;
    if (!run || like === undefined) continue;
    const path = pathBeside(like);
    const { words, hint = "" }: Runner = RUNNERS[run.runner];
    const line = [...run.before, ...words(path, run.flags)].join(" ");
    return { runner: run.runner, path, command: line, hint, like };
  }
  return null;
}

const isOwnPath = (path: string): boolean =>
  PLAIN.test(path) && !/^[-/]/.test(path) && !path.split("/").includes("..");

/** `status` is null when it was killed; `exited` when it ended by itself. */
export function ran(runner: Name, end: { status: number | null; exited: boolean; output: string }): Ran {
  const { asserted, unloaded } = RUNNERS[runner];
  if (!end.exited || unloaded.test(end.output)) return "error";
  if (end.status === 0) return "green";
  return asserted.test(end.output) ? "assertion" : "error";
}
