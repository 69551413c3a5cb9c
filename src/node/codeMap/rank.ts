/** What of a repository concerns a goal: PageRank that starts at what the goal names. Pure. */
import type { Edges } from "./graph.ts";

const DAMPING = 0.75;
const ENOUGH = 1e-5;
const MOST_ROUNDS = 60;

/**
 * The share of each node; they add up to 1. `seed` (a non-negative number for each) is where the walk starts and starts
 * again; all zero means everywhere alike. What leads nowhere starts again, too.
 */
export function pageRank({ start, to, weight }: Edges, seed: Float64Array): Float64Array {
  const size = seed.length;
  const first = asShares(seed);
  const out = new Float64Array(size);
  for (let at = 0; at < size; at += 1)
    for (let k = start[at]!; k < start[at + 1]!; k += 1) out[at]! += weight[k]!;
  let rank = first.slice();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = new Float64Array(size);
    let lost = 0;
    for (let at = 0; at < size; at += 1) {
      if (out[at] === 0) lost += rank[at]!;
      const share = out[at] === 0 ? 0 : rank[at]! / out[at]!;
      if (share > 0) for (let k = start[at]!; k < start[at + 1]!; k += 1) next[to[k]!]! += share * weight[k]!;
    }
    let moved = 0;
    for (let at = 0; at < size; at += 1) {
      next[at] = DAMPING * (next[at]! + lost * first[at]!) + (1 - DAMPING) * first[at]!;
      moved += Math.abs(next[at]! - rank[at]!);
    }
    rank = next;
    if (moved < ENOUGH) break;
  }
  return rank;
}

function asShares(seed: Float64Array): Float64Array {
  const sum = seed.reduce((all, one) => all + one, 0);
  return seed.map((one) => (sum > 0 ? one / sum : 1 / seed.length));
}

/** Words that stand in every goal and in many names. */
const EMPTY = new Set(
  "to of in is it on or by as at be do an if up we so no us the and for with that this from into its are not but all any can has have when then than one new add use make should must also only each every does give file files code".split(
    " ",
  ),
);

/** The words of a goal: as they stand, and the parts of compound ones in lower case. */
export function wordsOf(goal: string): { exact: ReadonlySet<string>; parts: ReadonlySet<string> } {
  const exact = new Set(goal.slice(0, 20_000).match(/[\p{L}_$][\p{L}\p{N}_$]+/gu) ?? []);
  const parts = new Set([...exact].flatMap(partsOf).filter((part) => part.length > 2 && !EMPTY.has(part)));
  for (const word of exact) if (EMPTY.has(word.toLowerCase())) exact.delete(word);
  return { exact, parts };
}

// Made once: they are asked for every path and name of a repository.
const HUMP = /([\p{Ll}\p{N}])(\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu;
const BETWEEN = /[^\p{L}\p{N}]+/u;
/** Names made of several words mean one thing; a plain word of a goal may only be English. */
const COMPOUND = /[\p{Ll}\p{N}]\p{Lu}|[\p{L}\p{N}][^\p{L}\p{N}]+[\p{L}\p{N}]/u;

/** "parseHTTPRequest_v2" → parse, http, request, v2. */
export const partsOf = (name: string): string[] =>
  name
    .replace(HUMP, "$1$3 $2")
    .toLowerCase()
    .split(BETWEEN)
    .filter((part) => part !== "");

/** A path as goals are held against it; made once for a path. */
export type PathWords = { path: string; file: string; stem: string; parts: readonly string[] };
export function pathWords(path: string): PathWords {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const stem = file.replace(/\..*$/, "").toLowerCase();
  return { path, file, stem, parts: [...new Set(partsOf(path))] };
}

/** What the goal says of each path: the path itself, its file's name, or words of it; rare words say more. */
export function pathScores(paths: readonly PathWords[], goal: string): Float64Array {
  const { exact, parts } = wordsOf(goal);
  const stems = new Map([...exact].map((word) => [word.toLowerCase(), COMPOUND.test(word) ? 12 : 4]));
  const found = new Map([...parts].map((part) => [part, 0]));
  for (const { parts: own } of paths)
    for (const part of own) if (parts.has(part)) found.set(part, (found.get(part) ?? 0) + 1);
  return Float64Array.from(paths, ({ path, file, stem, parts: own }) => {
    let words = 0;
    for (const part of own) if (parts.has(part)) words += 2 / Math.sqrt(found.get(part) ?? 1);
    const named = file.length > 3 && goal.includes(file) ? (goal.includes(path) ? 24 : 12) : 0;
    return words + Math.max(named, stems.get(stem) ?? 0);
  });
}

/** The most a name gets that only shares words with the goal. */
export const RELATED = 2;

/** A name as goals are held against it; made once for a name. */
export type NameWords = { name: string; lower: string; compound: boolean };
export const nameWords = (name: string): NameWords => ({
  name,
  lower: name.toLowerCase(),
  compound: COMPOUND.test(name),
});

/** `exact`: the names a goal speaks of with their score; `related`: others with the words of the goal that are in them. */
export type NameMatches = {
  goal: string;
  names: readonly (NameWords | undefined)[];
  /** 1 for each name that was looked at. */
  seen: Uint8Array;
  exact: ReadonlyMap<number, number>;
  related: ReadonlyMap<number, readonly string[]>;
};

/** `names` by number, to which more may come; those that `before` has seen for the same goal are not looked at again. */
export function matchNames(
  names: readonly (NameWords | undefined)[],
  goal: string,
  before: NameMatches | null = null,
): NameMatches {
  const known = before?.goal === goal && before.names === names ? before : null;
  const seen = new Uint8Array(names.length);
  seen.set(known?.seen ?? []);
  const exact = new Map(known?.exact);
  const related = new Map(known?.related);
  const words = wordsOf(goal);
  const lowered = new Set([...words.exact].map((word) => word.toLowerCase()));
  const parts = [...words.parts].filter((part) => part.length > 3);
  for (let at = 0; at < names.length; at += 1) {
    const one = names[at];
    if (one === undefined || seen[at] === 1) continue;
    seen[at] = 1;
    if (words.exact.has(one.name)) exact.set(at, one.compound ? 8 : 3);
    else if (lowered.has(one.lower)) exact.set(at, 3);
    else {
      const found = parts.filter((part) => one.lower.includes(part));
      if (found.length > 0) related.set(at, found);
    }
  }
  return { goal, names, seen, exact, related };
}

/**
 * How much the goal speaks of a name, by its number: 8 the name itself when it is a compound one, 3 another one or but for
 * upper and lower case, up to 2 for a part of it. `has` leaves names out.
 */
export function nameScores(
  { exact, related }: NameMatches,
  has: (name: number) => boolean,
): ReadonlyMap<number, number> {
  const score = new Map([...exact].filter(([name]) => has(name)));
  const had = [...related].filter(([name]) => has(name));
  const shared = new Map<string, number>();
  for (const [, parts] of had) for (const part of parts) shared.set(part, (shared.get(part) ?? 0) + 1);
  for (const [name, parts] of had) {
    const sum = parts.reduce((all, part) => all + RELATED / Math.sqrt(shared.get(part) ?? 1), 0);
    score.set(name, Math.min(RELATED, sum));
  }
  return score;
}
