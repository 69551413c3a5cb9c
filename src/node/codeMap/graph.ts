/** Who leans on whom: files as nodes, imports and references as edges. Pure, over numbers: names are interned before. */

/** A file by the numbers of its names. `imports` are numbers of files. */
export type GraphFile = {
  defines: Int32Array;
  uses: Int32Array;
  counts: Uint16Array;
  imports: readonly number[];
};
/** Edges by where they lead from: those of node `n` stand at `start[n] … start[n + 1]`. */
export type Edges = { start: Int32Array; to: Int32Array; weight: Float64Array };

/** A name that more files define than this says nothing about which of them is meant. */
const COMMON = 24;
const IMPORT = 1;
/** References to what a file imports mean that for sure; others may. */
const NOT_IMPORTED = 0.3;

/** Who defines each name: files `list[start[name]] … list[start[name + 1]]`. */
export type Definers = { start: Int32Array; list: Int32Array };

export function definersOf(files: readonly GraphFile[], names: number): Definers {
  const start = new Int32Array(names + 1);
  for (const { defines } of files) for (const name of defines) start[name + 1]! += 1;
  for (let at = 0; at < names; at += 1) start[at + 1]! += start[at]!;
  const list = new Int32Array(start[names] ?? 0);
  const next = start.slice();
  for (const [at, { defines }] of files.entries()) for (const name of defines) list[next[name]!++] = at;
  return { start, list };
}

/** What edges were made of, kept so that they need not be made again. */
export type Graph = { files: readonly GraphFile[]; definers: Definers; worth: Float64Array; edges: Edges };

/**
 * Edges from the one that uses to the one that defines. A reference weighs the root of how often it is made, shared among
 * all who define the name, times what the name is `worth` (0: it tells nothing); of definers that the file imports only those are meant.
 * Those of a file that is the same object as `before`, and whose names mean what they meant, are taken from there.
 */
export function graphOf(
  files: readonly GraphFile[],
  definers: Definers,
  worth: Float64Array,
  before: Graph | null,
): Graph {
  const imported = new Int32Array(files.length).fill(-1);
  const old = before?.files.length === files.length ? before : null;
  const edges = growing(files.length, old?.edges.start[files.length] ?? 0);
  const other = old && changedNames(old, { definers, worth });
  const stays = (at: number): boolean =>
    old !== null && other !== null && old.files[at] === files[at] && !anyOf(files[at]!.uses, other);
  for (let at = 0; at < files.length; at += 1) {
    const from = at;
    while (at < files.length && stays(at)) at += 1;
    if (old !== null && at > from) edges.take(old.edges, from, at);
    if (at < files.length) lead(at, files[at]!);
  }
  return { files, definers, worth, edges: edges.done() };

  function lead(at: number, { imports, uses, counts }: GraphFile): void {
    for (const to of imports) {
      if (to === at) continue;
      imported[to] = at;
      edges.add(to, IMPORT / Math.sqrt(imports.length));
    }
    for (let k = 0; k < uses.length; k += 1) refer(at, uses[k]!, counts[k]!);
    edges.end(at);
  }

  function refer(at: number, name: number, count: number): void {
    if (worth[name] === 0) return;
    const from = definers.start[name]!;
    const to = definers.start[name + 1]!;
    let sure = 0;
    for (let k = from; k < to; k += 1) {
      const definer = definers.list[k]!;
      if (definer === at) return; // its own
      if (imported[definer] === at) sure += 1;
    }
    if (sure === 0 && to - from > COMMON) return;
    const share = (Math.sqrt(count) * worth[name]! * (sure > 0 ? 1 : NOT_IMPORTED)) / (sure || to - from);
    for (let k = from; k < to; k += 1) {
      const definer = definers.list[k]!;
      if (sure === 0 || imported[definer] === at) edges.add(definer, share);
    }
  }
}

/** 1 for each name that is worth something else than before, or that others define. */
function changedNames(
  old: Pick<Graph, "definers" | "worth">,
  now: Pick<Graph, "definers" | "worth">,
): Uint8Array {
  const changed = new Uint8Array(now.worth.length);
  for (let name = 0; name < changed.length; name += 1) {
    const isSame = old.worth[name] === now.worth[name] && sameList(old.definers, now.definers, name);
    changed[name] = isSame ? 0 : 1;
  }
  return changed;
}

function anyOf(names: Int32Array, chosen: Uint8Array): boolean {
  for (let k = 0; k < names.length; k += 1) if (chosen[names[k]!] === 1) return true;
  return false;
}

function sameList(a: Definers, b: Definers, name: number): boolean {
  const from = a.start[name]!;
  const to = b.start[name]!;
  const length = a.start[name + 1]! - from;
  if (length !== b.start[name + 1]! - to) return false;
  for (let k = 0; k < length; k += 1) if (a.list[from + k] !== b.list[to + k]) return false;
  return true;
}

/** Gathers what leads out of one node after the other; several edges to the same node become one. As many as `expected` fit at once. */
function growing(size: number, expected: number) {
  const start = new Int32Array(size + 1);
  let to = new Int32Array(expected + 4096);
  let weight = new Float64Array(expected + 4096);
  let count = 0;
  const sums = new Float64Array(size);
  const touched: number[] = [];
  const makeRoom = (more: number): void => {
    if (count + more <= to.length) return;
    const copied = <T extends Int32Array | Float64Array>(old: T, made: T): T => (made.set(old), made);
    const room = Math.max(2 * to.length, count + more);
    to = copied(to, new Int32Array(room));
    weight = copied(weight, new Float64Array(room));
  };
  return {
    add: (node: number, more: number): void => {
      if (sums[node] === 0) touched.push(node);
      sums[node]! += more;
    },
    end: (node: number): void => {
      makeRoom(touched.length);
      for (const other of touched) {
        to[count] = other;
        weight[count] = sums[other]!;
        sums[other] = 0;
        count += 1;
      }
      touched.length = 0;
      start[node + 1] = count;
    },
    /** Those of the nodes `from … until` as they were. */
    take: (old: Edges, from: number, until: number): void => {
      const first = old.start[from]!;
      const end = old.start[until]!;
      makeRoom(end - first);
      to.set(old.to.subarray(first, end), count);
      weight.set(old.weight.subarray(first, end), count);
      for (let node = from; node < until; node += 1) start[node + 1] = old.start[node + 1]! - first + count;
      count += end - first;
    },
    done: (): Edges => ({ start, to, weight }),
  };
}
