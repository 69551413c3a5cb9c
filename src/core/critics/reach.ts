/** Which of `size` things come before which, as a matrix of bits: row `after`, column `before`. */
export type Reach = { size: number; words: number; bits: Uint32Array };

export const none = (size: number): Reach => {
  const words = Math.ceil(size / 32);
  return { size, words, bits: new Uint32Array(size * words) };
};

export const copyOf = (reach: Reach): Reach => ({ ...reach, bits: reach.bits.slice() });

export const isBefore = ({ words, bits }: Reach, before: number, after: number): boolean =>
  (((bits[after * words + (before >>> 5)] ?? 0) >>> (before & 31)) & 1) === 1;

export const areOrdered = (reach: Reach, a: number, b: number): boolean =>
  isBefore(reach, a, b) || isBefore(reach, b, a);

export function mark({ words, bits }: Reach, before: number, after: number): void {
  const at = after * words + (before >>> 5);
  bits[at] = (bits[at] ?? 0) | (1 << (before & 31));
}

/** Each of these before each other one. */
export function markAll(reach: Reach, all: readonly number[]): void {
  const row = none(reach.size);
  for (const at of all) mark(row, at, 0);
  for (const at of all)
    for (let word = 0; word < reach.words; word += 1) {
      const place = at * reach.words + word;
      reach.bits[place] = (reach.bits[place] ?? 0) | (row.bits[word] ?? 0);
    }
}

/** Whatever comes before `from` comes before `to`, too. */
export function inherit({ words, bits }: Reach, from: number, to: number): void {
  for (let word = 0; word < words; word += 1)
    bits[to * words + word] = (bits[to * words + word] ?? 0) | (bits[from * words + word] ?? 0);
}

/** Whether in the row of `after` all that is marked in `wanted`, and in the first row of `among`, is marked in `reach`. */
export function isCovered(wanted: Reach, among: Reach, reach: Reach, after: number): boolean {
  const { words } = reach;
  for (let word = 0; word < words; word += 1) {
    const at = after * words + word;
    if ((wanted.bits[at] ?? 0) & (among.bits[word] ?? 0) & ~(reach.bits[at] ?? 0)) return false;
  }
  return true;
}

export type Edge = readonly [before: number, after: number];

/** All marks of one row. */
export function rowOf({ words, bits }: Reach, after: number): number[] {
  const found: number[] = [];
  for (let word = 0; word < words; word += 1)
    for (let rest = bits[after * words + word] ?? 0; rest !== 0; rest &= rest - 1)
      found.push(word * 32 + 31 - Math.clz32(rest & -rest));
  return found;
}

/** All that follows from these edges (Warshall); what stands in a cycle comes before itself. */
export function reachOf(size: number, edges: readonly Edge[]): Reach {
  const reach = none(size);
  const { words, bits } = reach;
  for (const [before, after] of edges) mark(reach, before, after);
  for (let middle = 0; middle < size; middle += 1) {
    if (bits.subarray(middle * words, (middle + 1) * words).every((word) => word === 0)) continue;
    for (let after = 0; after < size; after += 1)
      if (isBefore(reach, middle, after)) inherit(reach, middle, after);
  }
  return reach;
}

/** One more edge, with all that follows from it. */
export function link(reach: Reach, before: number, after: number): void {
  for (let at = 0; at < reach.size; at += 1) {
    if (at !== after && !isBefore(reach, after, at)) continue;
    inherit(reach, before, at);
    mark(reach, before, at);
  }
}
