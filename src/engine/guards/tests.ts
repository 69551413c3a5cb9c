/**
 * Tests are kept: none is deleted, skipped, focused, emptied or weakened. A name in the write set is consent to change
 * what a test expects, if a person looks; nothing but the slice's own words is consent to weaken one, and then, too, a
 * person looks. What the slice itself states may be expected without asking.
 */
import type { Evidence, Slice } from "../../core/order.ts";
import { type Changed, fail, type Finding, type Guard, unsure } from "./guard.ts";
import { type Kind, type Loss, losses } from "./match.ts";
import { isStem, isTestPath, stemOf } from "./paths.ts";
import { asksToChangeTests, states } from "./said.ts";

const DO: Record<Kind, string> = {
  deleted: "Put it back.",
  skipped: "Let it run.",
  focused: "Take the focus off.",
  removed: "Put it back.",
  weakened: "Put it back as it was.",
  unreached: "Put it back as it was.",
  void: "Demand something of the program.",
  changed: "Put it back, or name in the slice what is right now.",
};

export const testsKept: Guard = {
  name: "tests kept",
  find: (slice, _patch, changed) => [
    ...losses(changed).flatMap((one) => judged(slice, one)),
    ...changed.flatMap((one) => unread(one)),
  ],
};

/** Says of this guard's evidence which tests were not parsed: it is weaker there. */
export function withPatterns(evidence: readonly Evidence[], changed: readonly Changed[]): Evidence[] {
  const patterns = changed.flatMap(({ path, before, facts }) =>
    isTestPath(path) && [facts?.before, facts?.after].some((one) => one?.by === "patterns")
      ? [{ path, existed: (before ?? null) !== null }]
      : [],
  );
  if (patterns.length === 0) return [...evidence];
  const why = `Weaker: tests of ${named(patterns)} were counted by patterns, for there is no grammar of its language.`;
  return evidence.map((one) =>
    one.name === testsKept.name ? { ...one, patterns, why: `${one.why}\n${why}`.trim() } : one,
  );
}

const NAMED = 3;
const named = (files: readonly { path: string }[]): string => {
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : "";
  return `${files
    .slice(0, NAMED)
    .map(({ path }) => path)
    .join(", ")}${more}`;
};

function judged(slice: Slice, one: Loss): Finding[] {
  const what = `${one.path}:${one.line} ${titled(one)} ${one.what}.`;
  if (one.kind !== "changed") {
    if (one.kind !== "focused" && one.kind !== "void" && asksToChangeTests(slice))
      return [unsure(`${what} The slice speaks of changing tests: look whether this is meant.`)];
    return [fail(`${what} ${DO[one.kind]}`)];
  }
  if (one.values.length > 0 && states(slice, one.values)) return [];
  const isNamed = slice.writes.includes(one.path);
  if (one.values.length === 0 || isNamed || asksToChangeTests(slice))
    return [unsure(`${what} Look whether this is what it should demand.`)];
  return [fail(`${what} The slice does not say so. ${DO.changed}`)];
}

const titled = ({ test }: Loss): string =>
  test === "code beside the tests" ? test : `the test "${test.slice(0, 120)}"`;

/** Fails closed: what could not be read may be anything. */
function unread({ path, facts, before, after }: Changed): Finding[] {
  if (!isTestPath(path) || !facts) return [];
  const isUnread = facts.before?.by === "unread" || facts.after?.by === "unread";
  if (!isUnread || (before ?? null) === null) return [];
  return after === null
    ? [fail(`${path} is gone, and it could not be read what it tested. Put it back.`)]
    : [
        unsure(
          `${path} is too large, too deep or no text: nobody could compare its tests. Look at it yourself.`,
        ),
      ];
}

/** A test that replaces what it is about shows nothing. */
export const subjectNotMocked: Guard = {
  name: "subject not mocked",
  find: (_slice, _patch, changed) =>
    changed.flatMap(({ path, facts }) => {
      if (!isTestPath(path)) return [];
      const had = new Set(facts?.before?.marks.filter(({ kind }) => kind === "mock").map(({ what }) => what));
      return (facts?.after?.marks ?? [])
        .filter(({ kind, what }) => kind === "mock" && !had.has(what) && isAbout(path, what, changed))
        .map(({ what, line }) =>
          fail(`${path}:${line} replaces \`${what}\`, which is what it tests, by a mock. Test the real one.`),
        );
    }),
};

/** By name: `foo.test.ts` is about `./foo`, `test_foo.py` about what `foo` defines, `FooTest` about `Foo`. */
function isAbout(path: string, what: string, changed: readonly Changed[]): boolean {
  const subject = stemOf(path);
  if (subject === "") return false;
  if (/[/\\]/.test(what) || what.startsWith(".")) {
    const last =
      what
        .replace(/\/index(\.\w+)?$/, "")
        .split("/")
        .at(-1) ?? "";
    return /^[./~@#]/.test(what) && isStem(last.replace(/\.[cm]?[jt]sx?$/, ""), subject);
  }
  if (/\.class$/.test(what)) return isStem(what.replace(/\.class$/, ""), subject);
  const parts = what.split(".");
  const name = parts.at(-1) ?? "";
  if (parts.length < 2 || !isStem(parts.at(-2) ?? "", subject)) return false;
  return changed.some(
    (one) =>
      !isTestPath(one.path) && stemOf(one.path) === subject && one.facts?.after?.defines.includes(name),
  );
}
