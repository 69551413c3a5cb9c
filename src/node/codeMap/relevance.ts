/** Which files concern a goal, and which of their names: the graph of the repository walked from what the goal names. Pure. */
import { type Definers, definersOf, type Graph, type GraphFile, graphOf } from "./graph.ts";
import type { Interning } from "./interned.ts";
import {
  matchNames,
  type NameMatches,
  nameScores,
  type NameWords,
  pageRank,
  pathScores,
  type PathWords,
  RELATED,
} from "./rank.ts";

/** A file of the graph with its path and the family of its language. */
export type Node = GraphFile & { words: PathWords; family: number };
/** `recent`: changed files, the last commit first, those of one commit together. */
export type Wanted = { goal: string; recent: readonly (readonly string[])[] };
/** How much the goal speaks of a name, and how many files use it. */
export type Spoken = (family: number, name: string) => { goal: number; users: number };
/** `found` makes the next question quicker, when most files are still the same objects. */
export type Relevance = { rank: Float64Array; spoken: Spoken; found: Found };
export type Found = { graph: Graph; matches: NameMatches; paths: PathMatches };
type PathMatches = { goal: string; words: readonly PathWords[]; scores: Float64Array };

export function relevance(
  nodes: readonly Node[],
  { count, families, words, find }: Interning,
  { goal, recent }: Wanted,
  before: Found | null = null,
): Relevance {
  const definers = definersOf(nodes, count());
  const users = usersOf(nodes, count());
  const sizes = sizesOf(nodes);
  const says = (name: number): number => telling(users[name]!, sizes.get(families[name]!) ?? 0);
  const isDefined = (name: number): boolean => definers.start[name] !== definers.start[name + 1];
  const matches = matchNames(words, goal, before?.matches);
  const scores = nameScores(matches, (name) => isDefined(name) && says(name) > 0);
  const worth = new Float64Array(words.length);
  for (let at = 0; at < words.length; at += 1) {
    const one = words[at];
    if (one !== undefined && isDefined(at)) worth[at] = says(at) * boostOf(one, scores.get(at) ?? 0);
  }
  const paths = matchPaths(nodes, goal, before?.paths);
  const spoken = paths.scores.map((score, at) => score + namedIn(nodes[at]!.defines, scores, definers));
  const graph = graphOf(nodes, definers, worth, before?.graph ?? null);
  return {
    found: { graph, matches, paths },
    rank: pageRank(graph.edges, seedOf(nodes, spoken, recent)),
    spoken: (family, name) => {
      const at = find(family, name) ?? -1;
      return { goal: scores.get(at) ?? 0, users: users[at] ?? 0 };
    },
  };
}

function matchPaths(nodes: readonly Node[], goal: string, before?: PathMatches): PathMatches {
  const isSame = ({ words }: Node, at: number): boolean => before?.words[at]?.path === words.path;
  if (before?.goal === goal && before.words.length === nodes.length && nodes.every(isSame)) return before;
  const words = nodes.map((node) => node.words);
  return { goal, words, scores: pathScores(words, goal) };
}

/** How many files use each name. */
function usersOf(nodes: readonly Node[], names: number): Uint32Array {
  const users = new Uint32Array(names);
  for (const { uses } of nodes) for (let k = 0; k < uses.length; k += 1) users[uses[k]!]! += 1;
  return users;
}

function sizesOf(nodes: readonly Node[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const { family } of nodes) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  return sizes;
}

/** What a name tells: less the more files use it; nothing when most do, as with the words of a language. */
const telling = (users: number, files: number): number =>
  files > 20 && users > files / 2 ? 0 : Math.log2(1 + files / Math.max(1, users));

/** References count for more when the goal speaks of the name, for less when it is private or short. */
function boostOf({ name, compound }: NameWords, goal: number): number {
  const own = name.startsWith("_") ? 0.2 : name.length < 5 ? 0.5 : compound ? 2 : 1;
  return own * (1 + goal);
}

/** A name that is in the goal counts by itself; of names that only share a word with it the best one, or length would win. */
function namedIn(defines: Int32Array, scores: ReadonlyMap<number, number>, { start }: Definers): number {
  let named = 0;
  let related = 0;
  for (let k = 0; k < defines.length; k += 1) {
    const name = defines[k]!;
    const score = scores.get(name) ?? 0;
    const share = score / (start[name + 1]! - start[name]!);
    if (score > RELATED) named += share;
    else related = Math.max(related, share);
  }
  return Math.min(named, 16) + related;
}

/** What the goal names, a fifth of it for what was worked on lately, and a little for everything. */
function seedOf(nodes: readonly Node[], spoken: Float64Array, recent: Wanted["recent"]): Float64Array {
  const total = spoken.reduce((sum, one) => sum + one, 0) || 1;
  const lately = recency(recent);
  const latest = [...lately.values()].reduce((sum, one) => sum + one, 0) || 1;
  return spoken.map((score, at) => {
    const worked = lately.get(nodes[at]!.words.path) ?? 0;
    return score / total + (0.2 * worked) / latest + 0.05 / nodes.length;
  });
}

/** A commit's weight is shared among its files, and each older commit weighs less. */
function recency(recent: Wanted["recent"]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [age, paths] of recent.entries())
    for (const path of paths) found.set(path, (found.get(path) ?? 0) + 0.93 ** age / paths.length);
  return found;
}
