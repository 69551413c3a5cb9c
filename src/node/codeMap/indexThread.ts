/** The thread that keeps the index: it answers the editor's or terminal's thread, and has files parsed by others. */
import { realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { MessagePort } from "node:worker_threads";
import { type CodeFacts, UNREAD } from "../../core/codeFacts.ts";
import type { CodeSymbol } from "../../engine/ports.ts";
import { oneByOne } from "../once.ts";
import { type FileFacts, NO_FACTS, symbolsOf } from "./facts.ts";
import { type IndexedFile, openIndexed } from "./indexed.ts";
import { NO_NAMES } from "./interned.ts";
import { familyOf } from "./languages/languages.ts";
import type { ParseFile } from "./parseThread.ts";
import { openPool } from "./pool.ts";
import { pathWords } from "./rank.ts";
import { type Found, type Node, relevance } from "./relevance.ts";
import { render } from "./render.ts";
import { type Resolve, resolver } from "./resolve.ts";

/** `file` is the bundle itself; `fileMs` the longest a file may take. */
export type IndexData = {
  file: string;
  root: string;
  cache: string | null;
  grammars: string;
  fileMs: number;
};

/** `recent`: changed files, the last commit first, those of one commit together. `room` in characters. */
export type MapWanted = { recent: string[][]; goal: string; room: number };
export type Ask =
  | ({ do: "map"; files: string[] } & MapWanted)
  | { do: "definitions"; files: string[]; names: string[] }
  | { do: "symbols"; path: string; text: string }
  | { do: "facts"; path: string; text: string }
  /** A question is about to come: likely for this map. */
  | { do: "look"; likely: MapWanted | null }
  | { do: "close" };
export type Answers = {
  look: null;
  map: string;
  definitions: [name: string, { path: string; symbol: CodeSymbol }[]][];
  symbols: CodeSymbol[];
  facts: CodeFacts;
  close: null;
};
export type Answer = { id: number } & ({ answer: Answers[keyof Answers] } | { error: string });

const MOST_THREADS = 4;
const MOST_DEFINITIONS = 100;

export function serveIndex(port: MessagePort, data: IndexData): void {
  const threads = Math.min(MOST_THREADS, availableParallelism());
  const { file, cache, grammars, fileMs } = data;
  const root = realpathSync(data.root);
  const pool = openPool({ file, data: { role: "parse", root, grammars }, threads, fileMs });
  const indexed = openIndexed({ root, cache, pool });
  const inTurn = oneByOne();
  /** Where imports lead, for as long as no file comes or goes. */
  let places: Places = { paths: [], resolve: () => [], nodes: new WeakMap() };
  const outlineOf = outlining();
  let found: Found | null = null;
  let last: Drawn | null = null;

  async function answer(ask: Ask): Promise<Answers[keyof Answers]> {
    switch (ask.do) {
      case "map":
        return inTurn(async () => drawn(await indexed.update(ask.files), wantedOf(ask)));
      case "definitions":
        return inTurn(async () => defined(await indexed.update(ask.files), ask.names));
      case "symbols":
        return symbolsOf(await parsed({ path: ask.path, hash: null, text: ask.text }));
      case "facts":
        return (await parsed({ path: ask.path, hash: null, text: ask.text, guarded: true })).read ?? UNREAD;
      case "look":
        return inTurn(async () => {
          const files = await indexed.look();
          if (ask.likely !== null) drawn(files, ask.likely);
          return null;
        });
      case "close":
        return inTurn(async () => {
          await indexed.flush();
          await pool.close();
          return null;
        });
    }
  }

  async function parsed(file: ParseFile): Promise<FileFacts> {
    let found = NO_FACTS;
    await pool.parse([file], (_, facts) => {
      if (facts !== null && facts !== "same") found = facts;
    });
    return found;
  }

  /** The same question about the same files has the same answer. */
  function drawn(files: readonly IndexedFile[], wanted: MapWanted): string {
    const isSame = last !== null && isDeepStrictEqual(last.wanted, wanted) && sameItems(last.files, files);
    last = isSame && last !== null ? last : { files, wanted, text: draw(files, wanted) };
    return last.text;
  }

  function draw(files: readonly IndexedFile[], wanted: MapWanted): string {
    const relevant = relevance(nodesOf(files), indexed.interned(), wanted, found);
    const { rank, spoken } = relevant;
    found = relevant.found;
    const order = [...files.keys()].sort(
      (a, b) => rank[b]! - rank[a]! || (files[a]!.path < files[b]!.path ? -1 : 1),
    );
    const ranked = order
      .flatMap((at) => files[at] ?? [])
      .map(({ path, size, facts }) => ({
        path,
        size,
        lines: facts?.lines ?? 0,
        symbols: () => (facts ? byWeight(outlineOf(facts), (name) => spoken(familyOf(path), name)) : []),
      }));
    return render(ranked, wanted.room);
  }

  function nodesOf(files: readonly IndexedFile[]): Node[] {
    if (files.length !== places.paths.length || files.some(({ path }, at) => path !== places.paths[at])) {
      const paths = files.map(({ path }) => path);
      places = { paths, resolve: resolver(paths), nodes: new WeakMap() };
    }
    return files.map((file) => {
      const node = places.nodes.get(file) ?? nodeOf(file, places.resolve);
      places.nodes.set(file, node);
      return node;
    });
  }

  port.on("message", ({ id, ...ask }: { id: number } & Ask) => {
    answer(ask).then(
      (found) => {
        port.postMessage({ id, answer: found } satisfies Answer);
        if (ask.do === "close") port.close();
      },
      (error: unknown) =>
        port.postMessage({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        } satisfies Answer),
    );
  });
}

/** Kept for the files that are drawn: the next map shows most of them again. */
function outlining(): (facts: FileFacts) => CodeSymbol[] {
  const outlines = new WeakMap<FileFacts, CodeSymbol[]>();
  return (facts) => {
    const outline = outlines.get(facts) ?? symbolsOf(facts);
    outlines.set(facts, outline);
    return outline;
  };
}

type Drawn = { files: readonly IndexedFile[]; wanted: MapWanted; text: string };
const wantedOf = ({ recent, goal, room }: MapWanted): MapWanted => ({ recent, goal, room });
const sameItems = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, at) => one === others[at]);

type Places = { paths: readonly string[]; resolve: Resolve; nodes: WeakMap<IndexedFile, Node> };

function nodeOf({ path, facts, names }: IndexedFile, resolve: Resolve): Node {
  const specs = facts === null || facts.imports === "" ? [] : facts.imports.split("\n");
  const imports = [...new Set(specs.flatMap((spec) => resolve(path, spec)))];
  return { ...(names ?? NO_NAMES), imports, words: pathWords(path), family: familyOf(path) };
}

/** What the goal speaks of, then what others use and can reach, then types before values, and in the order of the file. */
function byWeight(
  symbols: CodeSymbol[],
  spoken: (name: string) => { goal: number; users: number },
): CodeSymbol[] {
  const weight = ({ name, exported, kind, parent }: CodeSymbol): number => {
    const { goal, users } = spoken(name);
    const small = kind === "variable" || (kind === "constant" && !exported) ? -1 : 0;
    return goal * 2 + (exported ? 2 : 0) + Math.log2(1 + users) * 0.5 + small - (parent === null ? 0 : 1);
  };
  return symbols
    .map((symbol) => ({ symbol, weight: weight(symbol) }))
    .sort((a, b) => b.weight - a.weight || a.symbol.line - b.symbol.line)
    .map(({ symbol }) => symbol);
}

function defined(files: readonly IndexedFile[], wanted: readonly string[]): Answers["definitions"] {
  const found = new Map<string, { path: string; symbol: CodeSymbol }[]>();
  const names = new Set(wanted);
  for (const { path, facts } of files) {
    if (facts === null || !facts.defines.split(" ").some((name) => names.has(name))) continue;
    for (const symbol of symbolsOf(facts)) {
      if (!names.has(symbol.name)) continue;
      const known = found.get(symbol.name) ?? [];
      if (known.length < MOST_DEFINITIONS) known.push({ path, symbol });
      found.set(symbol.name, known);
    }
  }
  return [...found];
}
