/**
 * Tests as a program of their own over a copy of the project: the verification function that a planner would have written from
 * its part of the held-out tests, and the quick look at all of them by which mutants are sorted. The few words of a test runner
 * that it needs stand in it, because it is to run where nothing else is.
 */
import { posix } from "node:path";
import type { TestFile } from "./tests.ts";

/* These run inside the function: they are written down as text and use nothing from around them. */

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date)
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof RegExp || b instanceof RegExp)
    return a instanceof RegExp && b instanceof RegExp && a.source === b.source && a.flags === b.flags;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  if (a instanceof Set && b instanceof Set) return same([...(a as Set<unknown>)], [...(b as Set<unknown>)]);
  if (a instanceof Map && b instanceof Map)
    return same([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)]);
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => same(left[key], right[key]));
}

function insist(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return String(value);
  }
}

function thrownBy(work: () => unknown): { error: unknown } | null {
  try {
    work();
    return null;
  } catch (error) {
    return { error };
  }
}

function fits(thrown: { error: unknown } | null, wanted: unknown): boolean {
  if (!thrown || wanted === undefined) return thrown !== null;
  const message = thrown.error instanceof Error ? thrown.error.message : String(thrown.error);
  if (typeof wanted === "string") return message.includes(wanted);
  if (wanted instanceof RegExp) return wanted.test(message);
  if (wanted instanceof Error) return message === wanted.message;
  return typeof wanted === "function" && thrown.error instanceof wanted;
}

function matchers(actual: unknown, turned: boolean): Record<string, unknown> {
  const check = (holds: boolean, words: string, wanted: unknown): void =>
    insist(holds !== turned, `expected ${shown(actual)} ${turned ? "not " : ""}${words} ${shown(wanted)}`);
  const throws = (wanted: unknown): void =>
    check(fits(thrownBy(actual as () => unknown), wanted), "to throw", wanted);
  return {
    toBe: (wanted: unknown) => check(Object.is(actual, wanted), "to be", wanted),
    toEqual: (wanted: unknown) => check(same(actual, wanted), "to equal", wanted),
    toMatch: (wanted: RegExp | string) => check(new RegExp(wanted).test(String(actual)), "to match", wanted),
    toBeNull: () => check(actual === null, "to be", null),
    toThrow: throws,
    toThrowError: throws,
  };
}

function expectation(actual: unknown): Record<string, unknown> {
  return { ...matchers(actual, false), not: matchers(actual, true) };
}

/** What tape gives a test. */
function taping(within: (name: string, ...rest: unknown[]) => void): Record<string, unknown> {
  const equal = (a: unknown, b: unknown): void => insist(Object.is(a, b), `${shown(a)} is not ${shown(b)}`);
  const deep = (a: unknown, b: unknown): void => insist(same(a, b), `${shown(a)} is not like ${shown(b)}`);
  const ok = (value: unknown): void => insist(Boolean(value), `${shown(value)} is not true`);
  const nothing = (): void => undefined;
  return {
    ...{ equal, equals: equal, is: equal, strictEqual: equal, ok, true: ok },
    ...{ deepEqual: deep, same: deep, deepEquals: deep },
    notOk: (value: unknown) => ok(!value),
    notEqual: (a: unknown, b: unknown) => insist(!Object.is(a, b), `${shown(a)} is ${shown(b)}`),
    notDeepEqual: (a: unknown, b: unknown) => insist(!same(a, b), `${shown(a)} is like ${shown(b)}`),
    throws: (work: () => unknown, wanted: unknown) =>
      insist(
        fits(thrownBy(work), typeof wanted === "string" ? undefined : wanted),
        "nothing like it was thrown",
      ),
    doesNotThrow: (work: () => unknown) => void work(),
    fail: (message: string) => insist(false, message),
    ...{ end: nothing, plan: nothing, comment: nothing, pass: nothing },
    test: within,
  };
}

/** Runs each test as it is told, the ones around it prepared; tests of other files see nothing of it. */
function runnerOf(failures: { test: string; why: string }[]) {
  let [before, after]: (() => unknown)[][] = [[], []];
  const waiting: (() => Promise<void>)[] = [];
  const once = (name: string, ...rest: unknown[]): void => {
    const body = rest.find((one) => typeof one === "function") as ((given: unknown) => unknown) | undefined;
    const options = rest.find((one) => typeof one === "object") as { skip?: unknown } | undefined;
    if (!body || options?.skip) return;
    const [first = [], last = []] = [before, after];
    waiting.push(async () => {
      try {
        for (const prepare of first) await prepare();
        const given = counted(taping(test));
        await body(given.words);
        await given.finish();
        for (const tidy of last) await tidy();
      } catch (error) {
        failures.push({ test: name, why: error instanceof Error ? error.message : String(error) });
      }
    });
  };
  const test = Object.assign(once, { skip: () => undefined, only: once });
  const describe = (_name: string, body: () => void): void => {
    const outside = [before, after];
    [before, after] = [[...(before ?? [])], [...(after ?? [])]];
    body();
    [before, after] = outside;
  };
  return {
    ...{ test, it: test, describe, expect: expectation },
    beforeEach: (work: () => unknown) => void before?.push(work),
    afterEach: (work: () => unknown) => void after?.push(work),
    finish: async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    },
  };
}

/** A tape test that says how many assertions it makes must make them. */
function counted(words: Record<string, unknown>): {
  words: Record<string, unknown>;
  finish: () => Promise<void>;
} {
  let [made, planned]: [number, number | null] = [0, null];
  const count =
    (name: string, word: (...given: unknown[]) => unknown) =>
    (...given: unknown[]): unknown => {
      if (!["end", "plan", "comment", "test"].includes(name)) made += 1;
      if (name === "test" && planned !== null) made += 1;
      if (name === "plan") planned = Number(given[0]);
      return word(...given);
    };
  const all = Object.entries(words).map(
    ([name, word]) => [name, count(name, word as () => unknown)] as const,
  );
  const isOpen = (): boolean => planned !== null && made < planned;
  const finish = async (): Promise<void> => {
    for (let wait = 0; isOpen() && wait < 100; wait += 1) await new Promise((go) => setTimeout(go, 10));
    insist(planned === null || made === planned, `${made} assertions of ${planned ?? 0}`);
  };
  return { words: Object.fromEntries(all), finish };
}

const WORDS = [same, insist, shown, thrownBy, fits, matchers, expectation, taping, counted, runnerOf];

const IMPORT = /^import (\{[^}]*\}|\w+) from ['"](\.[^'"]*)['"];?$/gm;

/** A test file as the body of a function: what it imports is read from the patched copy, its runner is ours. */
function bodyOf(path: string, text: string): string {
  const folder = posix.dirname(path);
  const imports = text.replace(
    IMPORT,
    (_all, names: string, from: string) =>
      `const ${names} = await import(pathToFileURL(join(root, ${JSON.stringify(posix.join(folder, from))})).href);`,
  );
  return [
    "  {",
    "    const { test, it, describe, expect, beforeEach, afterEach, finish } = runnerOf(failures);",
    `    const near = createRequire(join(root, ${JSON.stringify(path)}));`,
    "    const require = (name) => (name === 'tape' ? test : near(name));",
    "    await (async () => {",
    imports,
    "    })();",
    "    await finish();",
    "  }",
  ].join("\n");
}

const IMPORTS = [
  'import { createRequire } from "node:module";',
  'import { join } from "node:path";',
  'import { pathToFileURL } from "node:url";',
  "",
];

type Part = "planned" | "visible" | "full";

const bodiesOf = (tests: readonly TestFile[], part: Part): string[] =>
  tests.flatMap((one) => (one[part] === null ? [] : [bodyOf(one.path, one[part])]));

const program = (head: string[], bodies: string[], tail: string[]): string =>
  [
    ...head,
    "  const failures = [];",
    ...bodies,
    ...tail,
    "};",
    "",
    ...WORDS.map((word) => word.toString()),
    "",
  ].join("\n");

/**
 * `checks/NN-name.mjs`; null when no test was given to the planner. A function loads nothing of the repository itself: it asks
 * for a process in the copy, and believes it only when it says at its end, in a word it could not know, that all holds.
 */
export function plannedFunction(title: string, tests: readonly TestFile[]): string | null {
  const bodies = bodiesOf(tests, "planned");
  if (bodies.length === 0) return null;
  const examples = program([...IMPORTS, "export default async ({ root }) => {"], bodies, [
    "  return failures.map(({ test, why }) => `${test}: ${why}`);",
  ]).replace("export default", "const examples =");
  const end = "const failed = await examples({ root: process.cwd() });";
  const say = 'console.log(failed.length === 0 ? process.argv[2] : failed.join("\\n"));';
  return [
    `// ${title}: examples that no executor has seen.`,
    `const EXAMPLES = ${JSON.stringify([examples, end, say].join("\n"))};`,
    "",
    "export default async ({ run, assert }) => {",
    "  const word = `all of it holds ${Math.random()}`;",
    "  const here = `node --input-type=module - \"${word}\" <<'END_OF_EXAMPLES'`;",
    "  const { output } = await run(`${here}\\n${EXAMPLES}\\nEND_OF_EXAMPLES`);",
    "  assert(output.includes(word), output.slice(-1000));",
    "};",
    "",
  ].join("\n");
}

/** A module whose `default({ root })` answers which tests fail. */
export const failingTests = (tests: readonly TestFile[], part: Part): string =>
  program([...IMPORTS, "export default async ({ root }) => {"], bodiesOf(tests, part), [
    "  return failures.map(({ test }) => test);",
  ]);
