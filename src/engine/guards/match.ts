/** Which test of before is which of after, and which of its demands were lost: across all files of a patch, whatever they are called now. */
import type { Assertion, CodeFacts, Reach, TestFact } from "../../core/codeFacts.ts";
import type { Changed } from "./guard.ts";
import { isTestPath, runsAs } from "./paths.ts";

export type Kind =
  "deleted" | "skipped" | "focused" | "removed" | "weakened" | "unreached" | "void" | "changed";
/** What a test demanded and no longer does. `values` are the new ones of a demand that was changed. */
export type Loss = { kind: Kind; path: string; line: number; test: string; what: string; values: string[] };

type Side = { path: string; facts: CodeFacts; test: TestFact; isShared: boolean; left: Assertion[] };

export function losses(changed: readonly Changed[]): Loss[] {
  const before = changed.flatMap((one) => sidesOf(one, one.facts?.before ?? null));
  const after = changed
    .flatMap((one) => sidesOf(one, one.facts?.after ?? null))
    .filter(({ path, isShared }) => isShared || stillRuns(path, before));
  const pairs = paired(before, after);
  const found: Loss[] = [];
  for (const [old, now] of pairs) found.push(...same(old, now));
  const loose = looseIn(after);
  for (const [old, now] of pairs) found.push(...(old.left.length > 0 ? remaining(old, now, loose) : []));
  const matched = new Set([...pairs.keys()]);
  const kept = new Set([...pairs.values()]);
  for (const old of before) if (!matched.has(old)) found.push(...gone(old, loose));
  for (const now of after) if (!kept.has(now) && !now.isShared) found.push(...added(now));
  return found;
}

function sidesOf({ path }: Changed, facts: CodeFacts | null): Side[] {
  if (facts === null) return [];
  const side = (test: TestFact, isShared: boolean): Side => ({
    path,
    facts,
    test,
    isShared,
    left: [...test.assertions],
  });
  const shared: TestFact = {
    name: "code beside the tests",
    line: 1,
    skipped: "no",
    focused: false,
    assertions: facts.shared,
    body: "",
    calls: [],
  };
  return [
    ...facts.tests.map((one) => side(one, false)),
    ...(isTestPath(path) && facts.shared.length > 0 ? [side(shared, true)] : []),
  ];
}

/** A file that its runner finds by its name must keep such a name. */
const stillRuns = (path: string, before: readonly Side[]): boolean =>
  runsAs(path) !== "folder" ||
  !before.some((one) => !one.isShared && runsAs(one.path) === "name" && one.path !== path);

function paired(before: readonly Side[], after: readonly Side[]): Map<Side, Side> {
  const pairs = new Map<Side, Side>();
  const free = new Set(after);
  const keys: ((one: Side) => string | null)[] = [
    ({ path, test, isShared }) => `${path}\n${isShared}\n${test.name}\n${test.body}`,
    ({ path, test, isShared }) => `${path}\n${isShared}\n${test.name}`,
    ({ path, test, isShared }) => (isShared ? null : `${path}\n${test.body}`),
    ({ test, isShared }) => (isShared ? null : `${test.name}\n${test.body}`),
    ({ test, isShared }) => (isShared ? null : test.name),
    ({ test, isShared }) => (isShared || test.assertions.length === 0 ? null : test.body),
  ];
  for (const keyOf of keys) {
    const byKey = grouped(free, keyOf);
    for (const old of before) {
      const key = pairs.has(old) ? null : keyOf(old);
      const now = key === null ? undefined : byKey.get(key)?.shift();
      if (!now) continue;
      pairs.set(old, now);
      free.delete(now);
    }
  }
  alike(before, free, pairs);
  return pairs;
}

/** A test under another name and with another body, by what it demands: most of that must be the same. */
function alike(before: readonly Side[], free: Set<Side>, pairs: Map<Side, Side>): void {
  const byDemand = new Map<string, Side[]>();
  for (const now of free)
    for (const one of now.isShared ? [] : now.test.assertions)
      byDemand.set(keyOf(one), [...(byDemand.get(keyOf(one)) ?? []), now].slice(0, 50));
  for (const old of before) {
    if (pairs.has(old) || old.isShared || old.test.assertions.length === 0) continue;
    const votes = new Map<Side, number>();
    for (const one of old.test.assertions)
      for (const now of new Set(byDemand.get(keyOf(one))))
        if (free.has(now)) votes.set(now, (votes.get(now) ?? 0) + 1);
    const [best] = [...votes].sort(([, a], [, b]) => b - a);
    if (!best || best[1] * 2 < old.test.assertions.length) continue;
    pairs.set(old, best[0]);
    free.delete(best[0]);
  }
}

function grouped<T, K>(all: Iterable<T>, key: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const known = groups.get(key(one));
    if (known) known.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
}

const keyOf = ({ matcher, subject, expected }: Assertion): string => `${matcher}\n${subject}\n${expected}`;
const REACHES: readonly Reach[] = ["always", "sometimes", "swallowed", "never"];
const SKIPS = ["no", "sometimes", "yes"];
const isBehind = (now: Reach, old: Reach): boolean => REACHES.indexOf(now) > REACHES.indexOf(old);

const loss = (kind: Kind, { path, test }: Side, line: number, what: string, values: string[] = []): Loss => ({
  kind,
  path,
  line,
  test: test.name,
  what,
  values,
});

/** Takes out of both what is the same, and what is but renamed. */
function same(old: Side, now: Side): Loss[] {
  const found: Loss[] = [];
  if (SKIPS.indexOf(now.test.skipped) > SKIPS.indexOf(old.test.skipped))
    found.push(
      loss(
        "skipped",
        now,
        now.test.line,
        now.test.skipped === "yes" ? "is skipped" : "is skipped under some condition",
      ),
    );
  if (now.test.focused && !old.test.focused)
    found.push(loss("focused", now, now.test.line, "is focused: no other test runs"));
  const renamed = renaming(old.facts, now.facts);
  const own = madeUp(old.facts, now.facts);
  take(
    old,
    now,
    (one) => keyOf(one),
    (a, b) => {
      renamed.take(a.names, b.names);
      if (calls(b, own))
        found.push(loss("changed", now, b.line, `${told(b)} is about what the test makes up`));
      if (isBehind(b.reach, a.reach)) found.push(loss("unreached", now, b.line, passedBy(b)));
      return true;
    },
  );
  take(
    old,
    now,
    ({ form, values }) => `${form}\n${values.join("\n")}`,
    (a, b) => {
      if (!renamed.fits(a.names, b.names)) return false;
      renamed.take(a.names, b.names);
      if (isBehind(b.reach, a.reach)) found.push(loss("unreached", now, b.line, passedBy(b)));
      return b.strength >= a.strength;
    },
  );
  return found;
}

/** What a file defines now and did not before. */
function madeUp(before: CodeFacts, after: CodeFacts): ReadonlySet<string> {
  const had = new Set(before.defines);
  return new Set(after.defines.filter((one) => !had.has(one)));
}
const calls = ({ subject, names }: Assertion, own: ReadonlySet<string>): boolean =>
  names.some((one) => own.has(one) && ` ${subject}`.includes(` ${one} (`));

const passedBy = ({ reach, ...one }: Assertion): string =>
  `${told(one)} ${reach === "swallowed" ? "may fail unseen: its failure is caught" : reach === "never" ? "is never reached" : "is no longer always reached"}`;

/** Pairs of the same key, first come first; `fits` may refuse one. Those with the same reach come first. */
function take(
  old: Side,
  now: Side,
  key: (one: Assertion) => string,
  fits: (a: Assertion, b: Assertion) => boolean,
): void {
  const byKey = grouped(now.left, key);
  const gone = new Set<Assertion>();
  old.left = old.left.filter((a) => {
    const all = byKey.get(key(a)) ?? [];
    const at = Math.max(
      0,
      all.findIndex((one) => !gone.has(one) && one.reach === a.reach),
    );
    const b = all[at];
    if (!b || gone.has(b) || !fits(a, b)) return true;
    gone.add(b);
    all.splice(at, 1);
    return false;
  });
  now.left = now.left.filter((one) => !gone.has(one));
}

/** Names may be others, as long as each stands for one, and none for what the test itself now makes up. */
function renaming(before: CodeFacts, after: CodeFacts) {
  const [to, from] = [new Map<string, string>(), new Map<string, string>()];
  const [had, has] = [new Set(before.defines), new Set(after.defines)];
  const fitsOne = (a: string, b: string): boolean =>
    (to.get(a) ?? b) === b &&
    (from.get(b) ?? a) === a &&
    (a === b || had.has(a) || !has.has(b) || had.has(b));
  return {
    fits: (a: readonly string[], b: readonly string[]): boolean => {
      const own = new Map<string, string>();
      const back = new Map<string, string>();
      return (
        a.length === b.length &&
        a.every((one, at) => {
          const other = b[at] ?? "";
          const isOk =
            fitsOne(one, other) && (own.get(one) ?? other) === other && (back.get(other) ?? one) === one;
          own.set(one, other);
          back.set(other, one);
          return isOk;
        })
      );
    },
    take: (a: readonly string[], b: readonly string[]): void => {
      for (const [at, one] of a.entries()) {
        to.set(one, b[at] ?? "");
        from.set(b[at] ?? "", one);
      }
    },
  };
}

/** What no test of before accounts for: demands may have moved there. */
type Loose = Map<string, { one: Assertion; side: Side }[]>;
const looseIn = (after: readonly Side[]): Loose =>
  grouped(
    after
      .filter(({ test }) => test.skipped !== "yes")
      .flatMap((side) => side.left.map((one) => ({ one, side }))),
    ({ one }) => keyOf(one),
  );

function moved(a: Assertion, loose: Loose, fits: (side: Side, one: Assertion) => boolean): boolean {
  const all = loose.get(keyOf(a)) ?? [];
  const at = all.findIndex(
    ({ one, side }) => !isBehind(one.reach, a.reach) && side.left.includes(one) && fits(side, one),
  );
  const [found] = at < 0 ? [] : all.splice(at, 1);
  if (!found) return false;
  found.side.left = found.side.left.filter((one) => one !== found.one);
  return true;
}

/** Demanded now by a function that the test calls, which has its own name for the subject. */
function helped(a: Assertion, now: Side, loose: Loose): boolean {
  for (const all of loose.values())
    for (const { one, side } of all) {
      const isCalled = side.isShared && one.within !== null && now.test.calls.includes(one.within);
      if (
        !isCalled ||
        one.matcher !== a.matcher ||
        one.expected !== a.expected ||
        isBehind(one.reach, a.reach)
      )
        continue;
      return one.expected !== "";
    }
  return false;
}

/** Demands of a test that goes on, and are not there as they were. */
function remaining(old: Side, now: Side, loose: Loose): Loss[] {
  if (now.test.skipped === "yes" && old.test.skipped !== "yes") return [];
  const fits = (side: Side, { within }: Assertion): boolean =>
    !side.isShared || within === null || old.isShared || now.test.calls.includes(within);
  const missing = old.left.filter((a) => !moved(a, loose, fits) && !helped(a, now, loose));
  return missing.flatMap((a) => {
    const b = nearest(a, now.left);
    if (!b) return [lost(now, a)];
    now.left = now.left.filter((one) => one !== b);
    return compared(a, b, now);
  });
}

/** Whether it still stands there, as a remark. */
const isRemark = ({ facts }: Side, { subject, expected }: Assertion): boolean =>
  facts.marks.some(({ kind, what }) => {
    const tight = what.replace(/\s/g, "");
    return (
      kind === "commented" && [subject, expected].every((one) => tight.includes(one.replaceAll(" ", "")))
    );
  });

function lost(now: Side, a: Assertion): Loss {
  const how = isRemark(now, a) ? "is commented out" : `is gone (it was at line ${a.line})`;
  return loss(a.matcher === "data" ? "changed" : "removed", now, now.test.line, `${told(a)} ${how}`);
}

function nearest(a: Assertion, left: readonly Assertion[]): Assertion | null {
  const score = (b: Assertion): number => {
    if ((a.matcher === "row" || a.matcher === "data") !== (b.matcher === "row" || b.matcher === "data"))
      return 0;
    const about = a.subject !== "" && a.subject === b.subject ? 4 : 0;
    const wanted = a.expected !== "" && a.expected === b.expected ? 3 : 0;
    return about + wanted + (a.form === b.form ? 2 : 0) + (a.matcher === b.matcher ? 1 : 0);
  };
  const best = left
    .slice(0, MOST_LOOKS)
    .map((b) => ({ b, at: score(b) }))
    .reduce<{ b: Assertion | null; at: number }>((top, one) => (one.at > top.at ? one : top), {
      b: null,
      at: 0,
    });
  if (best.b) return best.b;
  return a.matcher !== "row" && a.matcher !== "data"
    ? (left.find(({ matcher }) => matcher !== "row" && matcher !== "data") ?? null)
    : null;
}

/** A test with more demands that changed at once is hostile, or generated. */
const MOST_LOOKS = 500;
const WILD =
  /\b(expect \. \w+|anything|any|ANY|Any|objectContaining|arrayContaining|stringContaining|stringMatching)\b/g;
const wild = (one: Assertion): number => one.expected.match(WILD)?.length ?? 0;

/** The same demand made weaker, or another demand in its place. */
function compared(a: Assertion, b: Assertion, now: Side): Loss[] {
  const put = (kind: Kind, why: string): Loss =>
    loss(
      kind,
      now,
      b.line,
      `${told(a)} became ${told(b)}${why}`,
      b.values.filter((one) => !a.values.includes(one)),
    );
  if (isBehind(b.reach, a.reach)) return [loss("unreached", now, b.line, passedBy(b))];
  if (b.strength === 0 && a.strength > 0) return [put("void", ", which always holds")];
  if (b.strength < a.strength) return [put("weakened", ", which demands less")];
  if (a.expected !== "" && b.expected === "" && a.subject === b.subject)
    return [put("weakened", ", which leaves open what")];
  if (wild(b) > wild(a)) return [put("weakened", ", which takes anything")];
  if (a.tolerance === null && b.tolerance !== null && a.strength === 3)
    return [put("weakened", ", which is no longer exact")];
  if (a.tolerance !== null && b.tolerance !== null && a.tolerance !== b.tolerance)
    return b.tolerance > a.tolerance ? [put("weakened", ", which may be further off")] : [];
  if (a.strength === 3 && b.strength === 3 && a.subject === b.subject && a.expected === b.expected) return [];
  if (b.strength > a.strength && a.values.every((one) => b.values.includes(one))) return [];
  return [put("changed", "")];
}

/** A test that is no more: unless all it demanded is demanded by others. */
function gone(old: Side, loose: Loose): Loss[] {
  const all = old.test.assertions;
  const missing = all.filter((a) => !moved(a, loose, (side) => old.isShared || !side.isShared));
  if (old.isShared) return missing.map((a) => loss("removed", old, a.line, `${told(a)} is gone`));
  if (all.length > 0 && missing.length === 0) return [];
  return old.test.skipped === "yes" && all.length === 0
    ? []
    : [loss("deleted", old, old.test.line, "is gone")];
}

/** New tests are welcome, if they are tests. */
function added(now: Side): Loss[] {
  const { test } = now;
  if (test.focused) return [loss("focused", now, test.line, "is focused: no other test runs")];
  if (test.skipped === "yes") return [loss("skipped", now, test.line, "is new, and skipped")];
  const isVoid = test.assertions.length > 0 && test.assertions.every(({ strength }) => strength === 0);
  return isVoid ? [loss("void", now, test.line, "is new, and holds whatever the program does")] : [];
}

function told({ matcher, subject, expected }: Pick<Assertion, "matcher" | "subject" | "expected">): string {
  const tight = (one: string): string => one.replace(/ ?([.,;()[\]{}!]) ?/g, "$1");
  const cut = (one: string): string => (one.length > 70 ? `${one.slice(0, 67)}…` : one);
  const says = [subject, matcher === "row" || matcher === "data" ? "" : matcher, expected]
    .filter((one) => one !== "")
    .map((one) => cut(tight(one)));
  return `\`${says.join(" ")}\``;
}
