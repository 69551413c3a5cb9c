/** Guards: what no patch may do, found by reading it. Pure functions over the patch and its texts. */
import { matcher } from "../core/globs.ts";
import type { Evidence, Patch, Slice } from "../core/order.ts";

/** A changed file with its text after the patch; null when it was deleted or is no text. */
export type Changed = { path: string; after: string | null };
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

const noConflictMarkers: Guard = {
  name: "no conflict markers",
  find: (_slice, _patch, changed) => {
    const marked = changed.find(({ after }) => after !== null && /^<{7} .*\n[^]*^>{7} /m.test(after));
    return marked ? `${marked.path} holds conflict markers.` : null;
  },
};

/** Bytes after which a changed file is no source file any more. */
const SIZE_LIMIT = 1_000_000;
const noHugeFile: Guard = {
  name: "no huge file",
  find: (_slice, _patch, changed) => {
    const huge = changed.find(({ after }) => after !== null && after.length > SIZE_LIMIT);
    return huge ? `${huge.path} is larger than ${SIZE_LIMIT / 1_000_000} MB.` : null;
  },
};

export const GUARDS: readonly Guard[] = [writeSet, noConflictMarkers, noHugeFile];

/** A secret is found by whether redaction would change the text: the same patterns, in one place. */
export const secretGuard = (redact: (text: string) => string): Guard => ({
  name: "no secret",
  find: (_slice, _patch, changed) => {
    const leaking = changed.find(({ after }) => after !== null && redact(after) !== after);
    return leaking ? `${leaking.path} holds what looks like a key or token.` : null;
  },
});

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
