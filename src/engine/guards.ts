/** Guards: what no patch may do, found by reading it. Pure functions over the patch and its texts. */
import { matcher } from "../core/globs.ts";
import type { Evidence, Patch, Slice } from "../core/order.ts";
import type { TeamRules } from "./ports.ts";

/**
 * A changed file with its text before and after the patch; null when there is none. A link's text is its target. What a
 * file already held is nobody's fault now.
 */
export type Changed = { path: string; before?: string | null; after: string | null; isLink?: boolean };
export type Guard = {
  name: string;
  find(slice: Slice, patch: Patch, changed: readonly Changed[]): string | null;
};

const writeSet: Guard = {
  name: "write set",
  find: ({ writes }, patch) => {
    const inside = matcher(writes);
    const outside = patch.map(({ path }) => path).filter((path) => !inside(path));
    if (outside.length === 0) return null;
    const tests = outside.filter((path) =>
      /(^|[/._-])(tests?|spec|__tests__|__snapshots__)([/._-]|$)/i.test(path),
    );
    const what =
      tests.length > 0
        ? ` (${tests.length === outside.length ? "tests" : `tests: ${tests.join(", ")}`})`
        : "";
    return `Changed outside the write set: ${outside.join(", ")}${what}. ${outside.length === 1 ? "It was" : "They were"} put back: do the task without.`;
  },
};

/** Two looks instead of one pattern over both markers: that one takes the square of the file's length. */
function isMarked(text: string): boolean {
  const start = text.search(/^<{7} /m);
  return start >= 0 && /^>{7} /m.test(text.slice(start));
}

const noConflictMarkers: Guard = {
  name: "no conflict markers",
  find: (_slice, _patch, changed) => {
    const marked = changed.find(
      ({ before, after }) => after !== null && isMarked(after) && !isMarked(before ?? ""),
    );
    return marked ? `${marked.path} holds conflict markers.` : null;
  },
};

/** Bytes after which a changed file is no source file any more. */
const SIZE_LIMIT = 1_000_000;
const noHugeFile: Guard = {
  name: "no huge file",
  find: (_slice, _patch, changed) => {
    const isHuge = (text: string | null = ""): boolean => (text ?? "").length > SIZE_LIMIT;
    const huge = changed.find(({ before, after }) => isHuge(after) && !isHuge(before));
    return huge ? `${huge.path} is larger than ${SIZE_LIMIT / 1_000_000} MB.` : null;
  },
};

/** Whoever later writes to a link's name would write to where it leads. */
const noLinkOut: Guard = {
  name: "no link out",
  find: (_slice, _patch, changed) => {
    const out = changed.find(({ path, after, isLink }) => isLink && after !== null && leadsOut(path, after));
    return out ? `${out.path} is a link that leads out of the workspace, to ${out.after}.` : null;
  },
};

function leadsOut(path: string, target: string): boolean {
  if (/^([/\\~]|[A-Za-z]:)/.test(target)) return true;
  let depth = path.split("/").length - 1;
  for (const part of target.split(/[/\\]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

export const GUARDS: readonly Guard[] = [writeSet, noConflictMarkers, noHugeFile, noLinkOut];

/** A secret is found by whether redaction would change the text: the same patterns, in one place. */
export const secretGuard = (redact: (text: string) => string): Guard => ({
  name: "no secret",
  find: (_slice, _patch, changed) => {
    const leaking = changed.find((one) => {
      const added = addedLines(one);
      return redact(added) !== added;
    });
    if (leaking) return `${leaking.path} holds what looks like a key or token.`;
    // A model is shown no keys, so it cannot write down again what it read.
    const blotted = changed.find(
      (one) => addedLines(one).includes("[redacted]") && redact(one.before ?? "") !== (one.before ?? ""),
    );
    return blotted
      ? `${blotted.path} had a key where it now says [redacted]. Leave that line as it is: change the lines around it with edit.`
      : null;
  },
});

/** Some file systems do not tell these spellings apart. */
const folded = (path: string): string => path.normalize("NFC").toLowerCase();

type Enforced = Required<TeamRules>["enforced"];
const enforcedBy = (rules: readonly TeamRules[]): Enforced => ({
  protect: rules.flatMap(({ enforced }) => enforced?.protect ?? []),
  forbid: rules.flatMap(({ enforced }) => enforced?.forbid ?? []),
});

/** Protected files change only when a slice names the very path. */
function keeps({ writes }: Pick<Slice, "writes">, { protect }: Enforced): (path: string) => boolean {
  const isProtected = matcher(protect.map(folded));
  return (path) => isProtected(folded(path)) && !writes.includes(path);
}

/** What a slice may change: what its write set names, but for what the team's rules protect. */
export function mayWrite(
  slice: Pick<Slice, "writes">,
  rules: readonly TeamRules[],
): (path: string) => boolean {
  const isInside = matcher(slice.writes);
  const isKept = keeps(slice, enforcedBy(rules));
  return (path) => isInside(path) && !isKept(path);
}

/** What the team's rules enforce: protected files stay, forbidden text is not added. */
export const rulesGuard = (enforced: Enforced): Guard => ({
  name: "team rules",
  find: (slice, patch, changed) => {
    const isKept = keeps(slice, enforced);
    const kept = patch.find(({ path }) => isKept(path));
    if (kept)
      return `${kept.path} is protected by the team's rules: only a slice whose write set names it may change it. It was put back: do the task without.`;
    for (const text of enforced.forbid) {
      const adding = changed.find(
        ({ before, after }) => occurrences(after, text) > occurrences(before, text),
      );
      const isMoved = total(changed, "after", text) <= total(changed, "before", text);
      if (adding && !isMoved) return `${adding.path} adds \`${text}\`, which the team's rules forbid.`;
    }
    return null;
  },
});

const occurrences = (whole: string | null | undefined, text: string): number =>
  (whole ?? "").split(text).length - 1;
/** In all changed files: what only moved from one to another is not new. */
const total = (changed: readonly Changed[], side: "before" | "after", text: string): number =>
  changed.reduce((sum, one) => sum + occurrences(one[side], text), 0);

/** Evidence that the team's rules are kept; unknown when they cannot be read, so that nothing lands unguarded. */
export function teamEvidence(
  rules: readonly TeamRules[],
  slice: Slice,
  patch: Patch,
  changed: readonly Changed[],
): Evidence[] {
  const unread = rules.flatMap(({ problems = [] }) => problems)[0];
  const enforced = enforcedBy(rules);
  if (!unread && enforced.protect.length + enforced.forbid.length === 0) return [];
  const evidence = guard([rulesGuard(enforced)], slice, patch, changed);
  if (!unread) return evidence;
  const { path, line, key, message } = unread;
  const why = `${path}:${line}${key === null ? "" : ` ${key}`}: ${message}. Mend the file, then try again.`;
  return evidence.map((one) => (one.result === "pass" ? { ...one, result: "unknown", why } : one));
}

/** Lines that are nowhere in the file before. */
function addedLines({ before, after }: Changed): string {
  const old = new Set((before ?? "").split("\n"));
  return (after ?? "")
    .split("\n")
    .filter((line) => !old.has(line))
    .join("\n");
}

export function guard(
  guards: readonly Guard[],
  slice: Slice,
  patch: Patch,
  changed: readonly Changed[],
): Evidence[] {
  return guards.map(({ name, find }) => {
    const why = find(slice, patch, changed);
    return {
      kind: "guard",
      name,
      result: why === null ? "pass" : "fail",
      why: why ?? "",
      before: null,
      flaky: false,
      ms: 0,
      output: null,
    };
  });
}
