/** How many tests a runner says it ran, read from its output. A runner is known by its summary; unknown ones count as none. */
import * as z from "zod";

const whole = z.number().int().nonnegative();
/** Executed tests are those that passed or failed. `skipped` are all that were found and not executed. */
export const Counts = z.strictObject({ passed: whole, failed: whole, skipped: whole });
export type Counts = z.infer<typeof Counts>;

/** By runner, summed over its summaries. What is counted (tests, packages) differs between runners, never within one. */
export type TestCounts = ReadonlyMap<string, Counts>;

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };
export const executed = ({ passed, failed }: Counts): number => passed + failed;
const plus = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
export const sumOf = (counts: Iterable<Counts>): Counts => [...counts].reduce(plus, NONE);

type Side = keyof Counts;
/** What runners call an outcome. Everything else in a summary (totals, assertions, warnings) is not counted. */
const SIDES: readonly [Side, RegExp][] = [
  ["passed", /^(pass(ed|es|ing)?|ok|succe(ss|ssful|eded)|xfail(ed)?|expected failures?|known failures?)$/],
  ["failed", /^(fail(ed|ing|ures?|s)?|errors?|error occurred|cancelled|xpass(ed)?|uncaught exceptions?)$/],
  ["skipped", /^(skip(ped|s)?|pending|todo|ignored|disabled|incomplete|excluded)$/],
];
const sideOf = (word: string): Side | null =>
  SIDES.find(([, words]) => words.test(word.trim().toLowerCase()))?.[0] ?? null;

const PARTS = {
  /** "1 failed, 2 passed" */
  "number first": /(\d+)\s+(?:tests?\s+)?([a-z]+(?: [a-z]+)?)/gi,
  /** "failures=1, skipped: 2" */
  "word first": /([a-z]+(?: [a-z]+)?)\s*[:=]\s*(\d+)/gi,
};

/** Adds up the outcomes that a summary names; `total` gives those that passed when it does not. */
function tally(text: string, parts: keyof typeof PARTS, total: number | null = null): Counts {
  const found = { ...NONE };
  for (const [, first = "", second = ""] of text.matchAll(PARTS[parts])) {
    const [number, word] = parts === "number first" ? [first, second] : [second, first];
    const side = sideOf(word);
    if (side !== null) found[side] += Number(number);
  }
  if (total === null) return found;
  return { ...found, passed: Math.max(0, total - found.failed - found.skipped) };
}

type Runner = {
  name: string;
  /** Every summary this runner left; none when it did not run. */
  read(text: string): Counts[];
};

/** All matches of a pattern, each read on its own. */
const summaries =
  (pattern: RegExp, read: (match: RegExpExecArray) => Counts | null) =>
  (text: string): Counts[] =>
    [...text.matchAll(pattern)].flatMap((match) => read(match) ?? []);

/** Like summaries, for a runner that has other words for no test at all. */
const orNone = (none: RegExp, ...[pattern, read]: Parameters<typeof summaries>) => {
  const found = summaries(pattern, read);
  return (text: string): Counts[] => (none.test(text) ? [NONE] : found(text));
};

/** One line a test: its outcomes are counted. Null when no line says so. */
function lines(text: string, pattern: RegExp): Counts[] {
  const found = { ...NONE };
  let isAny = false;
  for (const [, word = ""] of text.matchAll(pattern)) {
    const side = sideOf(word);
    if (side === null) continue;
    found[side] += 1;
    isAny = true;
  }
  return isAny ? [found] : [];
}

const number = (text: string | undefined): number => Number(text ?? 0);

/** node:test closes with a block of lines, "# pass 3" in TAP and "ℹ pass 3" in its own style. */
const NODE_BLOCK =
  /^(?:#|ℹ) tests (\d+)\n(?:(?:#|ℹ) suites \d+\n)?((?:(?:#|ℹ) (?:pass|fail|cancelled|skipped|todo) \d+\n?)+)/gm;
const TAP_POINT = /^(not ok|ok)\b[ \t]*(?:\d+)?[^\n#]*(?:#[ \t]*(skip|todo)\b)?/gim;

function nodeTest(text: string): Counts[] {
  return summaries(NODE_BLOCK, ([, , rows = ""]) => {
    if (!rows.includes(" cancelled ")) return null;
    const value = (word: string): number => number(new RegExp(`\\b${word} (\\d+)`).exec(rows)?.[1]);
    const failed = value("fail") + value("cancelled");
    return { passed: value("pass"), failed, skipped: value("skipped") + value("todo") };
  })(text);
}

/** Any TAP with a plan, but for what closes with a report of its own: there the points are suites. */
function tap(text: string): Counts[] {
  if (!/^(TAP version 1[34]|1\.\.\d+)/m.test(text) || nodeTest(text).length > 0) return [];
  if (/^# \{ total: /m.test(text)) return [];
  const found = { ...NONE };
  for (const [, ok = "", directive] of text.matchAll(TAP_POINT)) {
    if (directive !== undefined) found.skipped += 1;
    else found[ok.toLowerCase() === "ok" ? "passed" : "failed"] += 1;
  }
  return [found];
}

const GO_LINE = /^[ \t]*--- (PASS|FAIL|SKIP): /gm;
const GO_EVENT = /^\{"Time":[^\n]*?"Action":"(pass|fail|skip)"[^\n]*?"Test":"/gm;
const GO_PACKAGE = /^(ok|FAIL|---)[ \t]+(\S+)[ \t]+(\(cached\)|[\d.]+s|\[[^\]\n]+\])([^\n]*)/gm;

/** Without -v Go tells of packages only: they are counted then, under a name of their own. */
const isGoVerbose = (text: string): boolean => /^=== RUN /m.test(text) || GO_EVENT.test(text);
function goTests(text: string): Counts[] {
  const events = lines(text, GO_EVENT);
  if (events.length > 0) return events;
  return isGoVerbose(text) ? lines(text, GO_LINE) : [];
}
function goPackages(text: string): Counts[] {
  if (isGoVerbose(text)) return [];
  return summaries(GO_PACKAGE, ([, word, , , rest = ""]) => {
    if (rest.includes("[no tests to run]")) return NONE;
    return word === "ok" ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 };
  })(text);
}

const GRADLE_TOTAL = /^(\d+) tests? completed((?:, \d+ (?:failed|skipped))*)/gm;
function gradle(text: string): Counts[] {
  const totals = summaries(GRADLE_TOTAL, ([, total, rest = ""]) =>
    tally(rest, "number first", number(total)),
  )(text);
  if (totals.length > 0) return totals;
  const each = lines(text, /^\S[^\n>]* > [^\n]+ (PASSED|FAILED|SKIPPED)$/gm);
  if (each.length > 0) return each;
  return /^> Task \S*:test NO-SOURCE$/m.test(text) ? [NONE] : [];
}

/** Surefire says it for each class, and once for all; only the last of the two has no time. */
const SUREFIRE =
  /^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?!.*Time elapsed)/gm;

const mocha = (text: string): Counts[] =>
  summaries(
    /^ {2,}(\d+) passing \([^)\n]+\)((?:\n+ {2,}\d+ (?:pending|failing))*)/gm,
    ([, passed, rest = ""]) => ({
      ...tally(rest, "number first"),
      passed: number(passed),
    }),
  )(text);

/** Playwright lists what failed between its numbers. */
function playwright(text: string): Counts[] {
  const passed = summaries(/^ {2}(\d+) passed \([\d.]+m?s\)$/gm, ([, total]) => ({
    ...NONE,
    passed: number(total),
  }))(text);
  if (passed.length === 0) return [];
  return [
    ...passed,
    ...summaries(/^ {2}\d+ (?:failed|skipped)$/gm, ([row]) => tally(row, "number first"))(text),
  ];
}

/** phpunit says "OK (5 tests, …)" or lists what went wrong. */
function phpunit(text: string): Counts[] {
  if (/^No tests executed!/m.test(text)) return [NONE];
  const good = summaries(/^OK \((\d+) tests?, \d+ assertions?\)/gm, ([, total]) => ({
    ...NONE,
    passed: number(total),
  }))(text);
  const rest = summaries(/^Tests: (\d+), Assertions: \d+([^\n]*)\.$/gm, ([, total, more = ""]) =>
    tally(more, "word first", number(total)),
  )(text);
  return [...good, ...rest];
}

function unittest(text: string): Counts[] {
  const end = /^Ran (\d+) tests? in [\d.]+s\n+(OK|FAILED|NO TESTS RAN)(?: \(([^)\n]*)\))?/gm;
  return summaries(end, ([, total, , rest = ""]) =>
    tally(rest.replace(/expected failures=\d+,?/g, ""), "word first", number(total)),
  )(text);
}

const RUNNERS: readonly Runner[] = [
  {
    name: "jest",
    read: orNone(
      /^No tests found, exiting with code \d/m,
      /^Tests:[ \t]+((?:\d+ [a-z]+, )*)(\d+) total/gm,
      ([, rest = "", total]) => tally(rest, "number first", /\d/.test(rest) ? null : number(total)),
    ),
  },
  {
    name: "vitest",
    read: orNone(
      /^ ?No test files found, exiting with code \d/m,
      /^[ \t]*Tests[ \t]+(no tests|(?:\d+ [a-z ]+(?: \| )?)+)(?: \(\d+\))?[ \t]*$/gm,
      ([, rest = ""]) => tally(rest, "number first"),
    ),
  },
  { name: "mocha", read: mocha },
  { name: "node:test", read: nodeTest },
  { name: "tap", read: tap },
  {
    name: "tap report",
    read: summaries(/^# \{ total: \d+((?:, [a-z]+: \d+)*) \}/gm, ([, rest = ""]) =>
      tally(rest, "word first"),
    ),
  },
  {
    name: "ava",
    read: (text) =>
      summaries(
        /^ {2}(?:\d+ (?:tests?|known failures?|uncaught exceptions?|unhandled rejections?)[^\n]*\n?)+/gm,
        ([rows = ""]) => tally(rows, "number first"),
      )(/^ {2}─+$/m.test(text) ? text : ""),
  },
  {
    name: "bun",
    read: (text) =>
      /^Ran \d+ tests? across \d+ files?/m.test(text)
        ? summaries(/^(?: *\d+ (?:pass|fail|skip|todo)\n)+/gm, ([rows = ""]) => tally(rows, "number first"))(
            text,
          )
        : [],
  },
  {
    name: "deno",
    read: summaries(/^(?:ok|FAILED) \| (\d+ passed[^\n(]*)/gm, ([, rest = ""]) =>
      tally(rest, "number first"),
    ),
  },
  { name: "playwright", read: playwright },
  {
    name: "jasmine",
    read: summaries(/^(\d+) specs?, (\d+ failures?(?:, \d+ pending specs?)?)/gm, ([, total, rest = ""]) =>
      tally(rest.replace(" specs", "").replace(" spec", ""), "number first", number(total)),
    ),
  },
  {
    name: "pytest",
    read: summaries(
      /^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+|no tests (?:ran|collected)[^\n]*?) in [\d.]+s\b/gm,
      ([, rest = ""]) => tally(rest, "number first"),
    ),
  },
  { name: "unittest", read: unittest },
  { name: "go test", read: goTests },
  { name: "go packages", read: goPackages },
  {
    name: "cargo test",
    read: summaries(/^test result: (?:ok|FAILED)\. ([^\n]*)/gm, ([, rest = ""]) =>
      tally(rest.replaceAll(";", ","), "number first"),
    ),
  },
  {
    name: "nextest",
    read: summaries(/^ *Summary \[[^\]\n]*\] +(?:\d+\/)?\d+ tests? run: ([^\n]*)/gm, ([, rest = ""]) =>
      tally(rest, "number first"),
    ),
  },
  {
    name: "surefire",
    read: summaries(SUREFIRE, ([, total, failures, errors, skipped]) => {
      const failed = number(failures) + number(errors);
      return { passed: number(total) - failed - number(skipped), failed, skipped: number(skipped) };
    }),
  },
  { name: "gradle", read: gradle },
  {
    name: "rspec",
    read: summaries(/^(\d+) examples?, ([^\n]*)/gm, ([, total, rest = ""]) =>
      tally(rest.replace(/ occurred/g, ""), "number first", number(total)),
    ),
  },
  {
    name: "minitest",
    read: summaries(/^(\d+) (?:runs|tests), \d+ assertions, ([^\n]*)/gm, ([, total, rest = ""]) =>
      tally(rest, "number first", number(total)),
    ),
  },
  { name: "phpunit", read: phpunit },
  {
    name: "dotnet test",
    read: summaries(
      /^(?:Passed|Failed|Skipped)! +- (Failed: +\d+, Passed: +\d+, Skipped: +\d+)/gm,
      ([, rest = ""]) => tally(rest, "word first"),
    ),
  },
  {
    name: "dotnet summary",
    read: summaries(
      /^Test summary: total: \d+, (failed: \d+, succeeded: \d+, skipped: \d+)/gm,
      ([, rest = ""]) => tally(rest, "word first"),
    ),
  },
  {
    name: "vstest",
    read: summaries(/^Total tests: \d+\n((?: +(?:Passed|Failed|Skipped): \d+\n?)*)/gm, ([, rest = ""]) =>
      tally(rest, "word first"),
    ),
  },
  {
    name: "ctest",
    read: summaries(/^\d+% tests passed, (\d+) tests? failed out of (\d+)/gm, ([, failed, total]) => ({
      ...NONE,
      passed: number(total) - number(failed),
      failed: number(failed),
    })),
  },
  {
    name: "ExUnit",
    read: summaries(/^(?:\d+ doctests?, )?(\d+) tests?, (\d+ failures?[^\n]*)/gm, ([, total, rest = ""]) =>
      tally(rest, "number first", number(total)),
    ),
  },
];

// The escape character itself is what is looked for.
const COLOUR = /\u001b\[[\d;]*[A-Za-z]/g;
/** Runners that count line by line: their counts mean nothing when lines are missing. */
const BY_LINE = new Set(["tap", "go test", "go packages", "gradle"]);

/** Text as it is read: without colours and Windows line ends. */
export const plainOutput = (output: string): string => output.replace(COLOUR, "").replaceAll("\r\n", "\n");

/** What every runner known by its summary says it ran. `whole` is false when lines were left out of the output. */
export function testCounts(output: string, isWhole = true): TestCounts {
  const text = plainOutput(output);
  return new Map(
    RUNNERS.flatMap(({ name, read }): [string, Counts][] => {
      if (!isWhole && BY_LINE.has(name)) return [];
      const found = read(text);
      return found.length === 0 ? [] : [[name, sumOf(found)]];
    }),
  );
}
