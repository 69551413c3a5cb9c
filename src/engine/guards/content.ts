/** What no changed file may hold, whatever its language. */
import type { Patch } from "../../core/order.ts";
import { type Changed, fail, type Guard, unsure } from "./guard.ts";

/** Two looks instead of one pattern over both markers: that one takes the square of the file's length. */
function isMarked(text: string): boolean {
  const start = text.search(/^<{7} /m);
  return start >= 0 && /^>{7} /m.test(text.slice(start));
}

export const noConflictMarkers: Guard = {
  name: "no conflict markers",
  find: (_slice, _patch, changed) =>
    changed.flatMap(({ path, before, after }) =>
      after !== null && isMarked(after) && !isMarked(before ?? "")
        ? [fail(`${path}:${lineOf(after, /^<{7} /m)} holds conflict markers. Resolve them.`)]
        : [],
    ),
};

export const lineOf = (text: string, pattern: RegExp): number =>
  text.slice(0, Math.max(0, text.search(pattern))).split("\n").length;

/** Characters after which a changed file is no source file any more. */
const SIZE_LIMIT = 1_000_000;
export const noHugeFile: Guard = {
  name: "no huge file",
  find: (_slice, _patch, changed) => {
    const isHuge = (text: string | null = ""): boolean => (text ?? "").length > SIZE_LIMIT;
    return changed.flatMap(({ path, before, after }) =>
      isHuge(after) && !isHuge(before)
        ? [fail(`${path} is larger than ${SIZE_LIMIT / 1_000_000} MB. Leave it out.`)]
        : [],
    );
  },
};

/** Nobody can review it, and no guard reads it: only a write set that says what it is lets it in. */
export const noBinary: Guard = {
  name: "no binary file",
  find: ({ writes }, _patch, changed) =>
    changed.flatMap(({ path, before, after }) => {
      if (!isBinary(after) || (isBinary(before) && before === after)) return [];
      const extension = /\.\w+$/.exec(path)?.[0];
      const isNamed = writes.some((glob) => glob === path || (extension && glob.endsWith(extension)));
      return isNamed ? [] : [fail(`${path} is no text, and the write set does not name it. Leave it out.`)];
    }),
};
const isBinary = (text: string | null | undefined): boolean => text?.includes("\0") ?? false;

/** Changed lines for each minute a person would take, and what is always fine. */
const LINES_A_MINUTE = 40;
const ALWAYS_FINE = 800;
const FILES_A_MINUTE = 2;

/** What nobody writes line by line. */
const GENERATED =
  /(^|\/)(package-lock\.json|[^/]*\.lock|[^/]*-lock\.\w+|go\.sum)$|\.(snap|svg|csv|min\.\w+)$/i;

/** A patch out of proportion is no proof of anything: a person should look why. */
export const sizeInProportion: Guard = {
  name: "size in proportion",
  find: ({ minutes }, patch) => {
    const written: Patch = patch.filter(({ path }) => !GENERATED.test(path));
    const lines = written.reduce((sum, { added, removed }) => sum + added + removed, 0);
    const most = Math.max(ALWAYS_FINE, minutes * LINES_A_MINUTE);
    const mostFiles = Math.max(20, minutes * FILES_A_MINUTE);
    if (lines <= most && written.length <= mostFiles) return [];
    const size = `${written.length} ${written.length === 1 ? "file" : "files"}, ${lines} lines`;
    return [
      unsure(
        `The patch changes ${size}; for ${minutes} minutes of work at most ${mostFiles} files and ${most} lines were to be expected. Look at it, or split the slice.`,
      ),
    ];
  },
};

/** A secret is found by whether redaction would change the text: the same patterns, in one place. */
export const secretGuard = (redact: (text: string) => string): Guard => ({
  name: "no secret",
  find: (_slice, _patch, changed) => {
    const leaking = changed.find((one) => {
      const added = addedLines(one);
      return redact(added) !== added;
    });
    if (leaking) return [fail(`${leaking.path} holds what looks like a key or token.`)];
    // A model is shown no keys, so it cannot write down again what it read.
    const blotted = changed.find(
      (one) => addedLines(one).includes("[redacted]") && redact(one.before ?? "") !== (one.before ?? ""),
    );
    return blotted
      ? [
          fail(
            `${blotted.path} had a key where it now says [redacted]. Leave that line as it is: change the lines around it with edit.`,
          ),
        ]
      : [];
  },
});

/** Lines that are nowhere in the file before. */
function addedLines({ before, after }: Changed): string {
  const old = new Set((before ?? "").split("\n"));
  return (after ?? "")
    .split("\n")
    .filter((line) => !old.has(line))
    .join("\n");
}
