/** Names as numbers, for graphs of hundreds of thousands of references. A name of another family of languages is another name. */
import type { FileFacts } from "./facts.ts";

export type FileNames = { defines: Int32Array; uses: Int32Array; counts: Uint16Array };
export const NO_NAMES: FileNames = {
  defines: new Int32Array(0),
  uses: new Int32Array(0),
  counts: new Uint16Array(0),
};

export type Interning = {
  /** By their numbers, and the family of each. */
  names: readonly string[];
  families: readonly number[];
  /** Undefined for a name that no file of the family has. */
  find(family: number, name: string): number | undefined;
  read(family: number, facts: FileFacts): FileNames;
};

export function interning(): Interning {
  const numbers = new Map<number, Map<string, number>>();
  const names: string[] = [];
  const families: number[] = [];
  const numbering = (family: number): ((name: string) => number) => {
    const known = numbers.get(family) ?? new Map<string, number>();
    numbers.set(family, known);
    return (name) => {
      const number = known.get(name);
      if (number !== undefined) return number;
      known.set(name, names.length);
      families.push(family);
      return names.push(name) - 1;
    };
  };
  return {
    names,
    families,
    find: (family, name) => numbers.get(family)?.get(name),
    read: (family, { defines, uses }) => {
      const numberOf = numbering(family);
      const used = uses === "" ? [] : uses.split(" ");
      const counts = new Uint16Array(used.length);
      const numbered = Int32Array.from(used, (entry, at) => {
        const colon = entry.indexOf(":");
        counts[at] = Math.min(65_535, Number(entry.slice(colon + 1)));
        return numberOf(entry.slice(0, colon));
      });
      // A name of two words, such as "operator ==", is nothing that is referred to.
      const defined = defines === "" ? [] : defines.split(" ");
      return { defines: Int32Array.from(new Set(defined), numberOf), uses: numbered, counts };
    },
  };
}
