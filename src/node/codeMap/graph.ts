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

/**
 * Edges from the one that uses to the one that defines. A reference weighs the root of how often it is made, shared among
 * all who define the name, times what the name is `worth` (0: it tells nothing); of definers that the file imports only those are meant.
 */
export function edgesOf(files: readonly GraphFile[], definers: Definers, worth: Float64Array): Edges {
  const edges = growing(files.length);
  const imported = new Int32Array(files.length).fill(-1);
  for (const [at, { imports, uses, counts }] of files.entries()) {
    for (const to of imports) {
      if (to === at) continue;
      imported[to] = at;
      edges.add(to, IMPORT / Math.sqrt(imports.length));
    }
    for (let k = 0; k < uses.length; k += 1) refer(at, uses[k]!, counts[k]!);
    edges.end(at);
  }
  return edges.done();

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

/** Gathers what leads out of one node after the other; several edges to the same node become one. */
function growing(size: number) {
  const start = new Int32Array(size + 1);
  let to = new Int32Array(4096);
  let weight = new Float64Array(4096);
  let count = 0;
  const sums = new Float64Array(size);
  const touched: number[] = [];
  const grow = (): void => {
    const twice = <T extends Int32Array | Float64Array>(old: T, made: T): T => (made.set(old), made);
    to = twice(to, new Int32Array(2 * count));
    weight = twice(weight, new Float64Array(2 * count));
  };
  return {
    add: (node: number, more: number): void => {
      if (sums[node] === 0) touched.push(node);
      sums[node]! += more;
    },
    end: (node: number): void => {
      for (const other of touched) {
        if (count === to.length) grow();
        to[count] = other;
        weight[count] = sums[other]!;
        sums[other] = 0;
        count += 1;
      }
      touched.length = 0;
      start[node + 1] = count;
    },
    done: (): Edges => ({ start, to, weight }),
  };
}
