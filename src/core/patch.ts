/**
 * Changes of text as data: hunks, their inverse, and the 3-way merge. A line keeps its own terminator, so CRLF and a
 * missing final newline survive every operation byte for byte.
 */
import { diffArrays } from "diff";
import type { FileChange, Patch } from "./order.ts";

/** `removed` stood from line `at` (0-based) of the old text; `added` stands from line `atNew` of the new one. */
export type Hunk = { at: number; removed: string[]; atNew: number; added: string[] };

/** With `conflict`, `text` holds both sides between the usual markers. */
export type Merge = { conflict: boolean; text: string };

/** Beyond so many changed lines the search for a shorter diff is given up: its time grows with the square. */
const MAX_EDITS = 2000;

export const toLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const textOf = (lines: string[], from: number, to?: number): string => lines.slice(from, to).join("");

function commonEnds(a: string[], b: string[]): { head: number; tail: number } {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { head, tail };
}

function diffLines(before: string[], after: string[]): Hunk[] {
  const { head, tail } = commonEnds(before, after);
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  if (old.length === 0 && now.length === 0) return [];
  const whole: Hunk = { at: head, removed: old, atNew: head, added: now };
  if (old.length === 0 || now.length === 0) return [whole];
  const parts = diffArrays(old, now, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return [whole];
  const found: Hunk[] = [];
  let [at, atNew] = [head, head];
  let open: Hunk | null = null;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      atNew += part.value.length;
      open = null;
      continue;
    }
    if (open === null) found.push((open = { at, removed: [], atNew, added: [] }));
    if (part.removed) {
      open.removed.push(...part.value);
      at += part.value.length;
    } else {
      open.added.push(...part.value);
      atNew += part.value.length;
    }
  }
  return found;
}

/** The changes from `before` to `after`, in order; never touching each other. */
export const hunks = (before: string, after: string): Hunk[] => diffLines(toLines(before), toLines(after));

const fits = (lines: string[], hunk: Hunk): boolean =>
  hunk.removed.every((line, index) => lines[hunk.at + index] === line);

/** Applies some or all hunks of one diff to the text it was made from; null when one does not fit there. */
export function applyHunks(before: string, chosen: readonly Hunk[]): string | null {
  const lines = toLines(before);
  const ordered = chosen.toSorted((a, b) => a.at - b.at);
  const out: string[] = [];
  let done = 0;
  for (const hunk of ordered) {
    if (hunk.at < done || hunk.at > lines.length || !fits(lines, hunk)) return null;
    out.push(textOf(lines, done, hunk.at), hunk.added.join(""));
    done = hunk.at + hunk.removed.length;
  }
  return out.join("") + textOf(lines, done);
}

/** Hunks that lead back: they fit the new text when *all* of `chosen` were applied. */
export const invert = (chosen: readonly Hunk[]): Hunk[] =>
  chosen.map(({ at, removed, atNew, added }) => ({ at: atNew, removed: added, atNew: at, added: removed }));

/** Lines gained and lost; null stands for a file that does not exist. */
export function lineCounts(before: string | null, after: string | null): { added: number; removed: number } {
  const found = hunks(before ?? "", after ?? "");
  const sum = (side: "added" | "removed"): number =>
    found.reduce((total, hunk) => total + hunk[side].length, 0);
  return { added: sum("added"), removed: sum("removed") };
}

/** The patch that takes `patch` back out. */
export const invertPatch = (patch: Patch): Patch =>
  patch.map((change): FileChange => {
    const { modeBefore, ...rest } = change;
    return {
      ...rest,
      before: change.after,
      after: change.before,
      mode: modeBefore ?? change.mode,
      ...(modeBefore === undefined ? {} : { modeBefore: change.mode }),
      added: change.removed,
      removed: change.added,
    };
  });

type Region = { start: number; end: number; mine: Hunk[]; theirs: Hunk[] };

/** Groups the changes of both sides that overlap or touch: whatever touches was written without sight of the other. */
function regions(mine: Hunk[], theirs: Hunk[]): Region[] {
  const all = [
    ...mine.map((hunk) => ({ hunk, side: "mine" as const })),
    ...theirs.map((hunk) => ({ hunk, side: "theirs" as const })),
  ].sort((a, b) => a.hunk.at - b.hunk.at);
  const found: Region[] = [];
  for (const { hunk, side } of all) {
    const end = hunk.at + hunk.removed.length;
    let region = found.at(-1);
    if (region === undefined || hunk.at > region.end) {
      found.push((region = { start: hunk.at, end, mine: [], theirs: [] }));
    }
    region.end = Math.max(region.end, end);
    region[side].push(hunk);
  }
  return found;
}

/** What one side made of lines `start` to `end` of the base. */
function sideText(base: string[], region: Region, side: Hunk[]): string {
  const out: string[] = [];
  let done = region.start;
  for (const hunk of side) {
    out.push(textOf(base, done, hunk.at), hunk.added.join(""));
    done = hunk.at + hunk.removed.length;
  }
  return out.join("") + textOf(base, done, region.end);
}

function marked(mine: string, theirs: string, labels: MergeLabels): string {
  const newline = /\r\n/.test(mine + theirs) ? "\r\n" : "\n";
  const closed = (text: string): string => (text === "" || text.endsWith("\n") ? text : text + newline);
  return [
    `<<<<<<< ${labels.mine}${newline}`,
    closed(mine),
    `=======${newline}`,
    closed(theirs),
    `>>>>>>> ${labels.theirs}${newline}`,
  ].join("");
}

export type MergeLabels = { mine: string; theirs: string };

/** Merges two texts that both came from `base`. Equal changes on both sides are taken once. */
export function merge3(
  base: string,
  mine: string,
  theirs: string,
  labels: MergeLabels = { mine: "yours", theirs: "slice" },
): Merge {
  if (theirs === base || mine === theirs) return { conflict: false, text: mine };
  if (mine === base) return { conflict: false, text: theirs };
  const lines = toLines(base);
  const out: string[] = [];
  let done = 0;
  let conflict = false;
  for (const region of regions(hunks(base, mine), hunks(base, theirs))) {
    out.push(textOf(lines, done, region.start));
    done = region.end;
    const left = sideText(lines, region, region.mine);
    const right = sideText(lines, region, region.theirs);
    if (region.theirs.length === 0 || left === right) out.push(left);
    else if (region.mine.length === 0) out.push(right);
    else {
      conflict = true;
      out.push(marked(left, right, labels));
    }
  }
  return { conflict, text: out.join("") + textOf(lines, done) };
}

/** What some file systems do not see in a name: zero-width and direction marks. */
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/**
 * Why a patch may not touch this path, or null. Paths are relative to the workspace root with "/" between parts; git's
 * own folder and ours are closed under every spelling a file system may take for them.
 */
export function pathProblem(path: string): string | null {
  if (path === "" || path.includes("\0")) return "it is empty or has a NUL in it";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.includes("\\"))
    return "it is not a relative path with /";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "it does not stay in the workspace";
  const plain = parts.map((part) =>
    part
      .replace(INVISIBLE, "")
      .replace(/[. ]+$|:.*$/g, "")
      .toLowerCase(),
  );
  if (plain.some((part) => part === ".git" || part === "git~1")) return "it belongs to git";
  if (plain[0] === ".slicewise") return "it belongs to Slicewise";
  return null;
}
