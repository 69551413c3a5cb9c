/** Gathers what a briefing is made of: the order's files, the tree the attempt starts from, and what landed in it. */
import { parseName, isSameName } from "../core/critics/names.ts";
import { promise, signatureIn } from "../core/promise.ts";
import { parseScope } from "../core/scope.ts";
import type { Slice } from "../core/order.ts";
import { type SliceState, type WorkOrder, sliceOf } from "../core/state.ts";
import { type Briefing, type Use, briefing, ruledOutBeside } from "./briefing.ts";
import { type SourceFile, isSmall } from "./excerpt.ts";
import type { CodeMap, OrderFiles, Tree } from "./ports.ts";
import type { Tried } from "./prompts.ts";

/** `tree` is what the attempt starts from, with everything in it that landed before. */
export type Sources = {
  files: Pick<OrderFiles, "read" | "teamRules">;
  tree: Pick<Tree, "list" | "read">;
  codeMap: Pick<CodeMap, "symbols">;
};

/** Files that are read for one briefing. */
const FILES = 30;
/** Things it uses that are looked up. */
const USES = 40;
/** Files of a landed patch in which a bare name is looked for. */
const LANDED_FILES = 10;

/** What an attempt at the slice starts from now. Not yet redacted. */
export async function briefingOf(
  { files, tree, codeMap }: Sources,
  order: WorkOrder,
  slice: Slice,
  tried: readonly Tried[],
): Promise<Briefing> {
  const reading = reader(tree, codeMap);
  const [disk, team, uses] = await Promise.all([
    files.read(),
    files.teamRules(),
    usesOf(reading, order, slice),
  ]);
  const used = uses.flatMap(({ entry }) => promise(entry).path ?? []);
  const paths = [...new Set([...(await pathsOf(tree, slice)), ...used])];
  const found = await Promise.all(paths.slice(0, FILES).map(reading));
  return briefing({
    slice,
    slices: order.slices.map((state) => (state.slice.id === slice.id ? slice : state.slice)),
    rules: disk.rules,
    team,
    scope: parseScope(disk.scope),
    uses,
    files: found.filter((file) => file !== null),
    further: paths.slice(FILES),
    rejected: [...order.rejectedPaths, ...ruledOutBeside(slice, order.slices)],
    tried,
  });
}

/** What it writes comes first: the first reply can then already be an edit. */
async function pathsOf(tree: Sources["tree"], { writes, reads }: Slice): Promise<string[]> {
  const lists = await Promise.all([...writes, ...reads].map((glob) => tree.list(glob)));
  return lists.flatMap((found) => ("error" in found ? [] : found));
}

type Reading = (path: string) => Promise<SourceFile | null>;

/** Reads each file once; null for what cannot be read. Symbols are asked for only where a file is too large to be shown whole. */
function reader(tree: Sources["tree"], codeMap: Sources["codeMap"]): Reading {
  const known = new Map<string, Promise<SourceFile | null>>();
  const load: Reading = async (path) => {
    const file = await tree.read(path);
    if ("error" in file) return null;
    return {
      path,
      text: file.text,
      symbols: isSmall(file.text) ? [] : await codeMap.symbols(path, file.text),
    };
  };
  return (path) => {
    const loading = known.get(path) ?? load(path);
    known.set(path, loading);
    return loading;
  };
}

// ── What it uses ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the slice consumes, then what else the slices made that it needs; what landed as it stands in the tree. */
async function usesOf(reading: Reading, order: WorkOrder, slice: Slice): Promise<Use[]> {
  const needed = slice.needs.flatMap((id) => sliceOf(order, id) ?? []).filter(hasLanded);
  const entries = [...slice.consumes, ...needed.flatMap((state) => state.slice.produces)];
  const once = entries.filter((entry, at) => entries.findIndex((other) => isSame(entry, other)) === at);
  return Promise.all(once.slice(0, USES).map((entry) => useOf(reading, order, slice, entry)));
}

const hasLanded = ({ progress }: SliceState): boolean => progress.at === "done";

function isSame(a: string, b: string): boolean {
  const [one, other] = [parseName(a), parseName(b)];
  return one && other ? isSameName(one, other) : a === b;
}

async function useOf(reading: Reading, order: WorkOrder, slice: Slice, entry: string): Promise<Use> {
  const made = ({ slice: other }: SliceState): string | undefined =>
    other.id === slice.id ? undefined : other.produces.find((one) => isSame(one, entry));
  const maker = order.slices.find((state) => made(state) !== undefined);
  const plan = promise(maker ? (made(maker) ?? entry) : entry);
  const { path: said, name, signature } = promise(entry);
  const landed = maker !== undefined && hasLanded(maker);
  const path = said ?? plan.path;
  const use = { entry: at(path, entry), planned: plan.signature || signature || null, landed };
  if (name === null || (maker && !landed)) return { ...use, real: null };
  for (const place of path === null ? patchOf(maker) : [path]) {
    const file = await reading(place);
    const real = file && signatureOf(file, name);
    if (real) return { ...use, entry: at(place, entry), real };
  }
  return { ...use, real: null };
}

/** A bare name with the path where it stands. */
const at = (path: string | null, entry: string): string =>
  path === null || parseName(entry)?.path ? entry : `${path}#${entry}`;

const patchOf = (state: SliceState | undefined): string[] =>
  state?.progress.at === "done" ? state.progress.patch.slice(0, LANDED_FILES).map(({ path }) => path) : [];

const signatureOf = ({ text, symbols }: SourceFile, name: string): string | null =>
  symbols.find((symbol) => symbol.name === name)?.signature ?? signatureIn(text, name);
