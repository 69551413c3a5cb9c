/** Names as numbers, for graphs of hundreds of thousands of references. A name of another family of languages is another name. */
import type { FileFacts } from "./facts.ts";
import { nameWords, type NameWords } from "./rank.ts";

export type FileNames = { defines: Int32Array; uses: Int32Array; counts: Uint16Array };
export const NO_NAMES: FileNames = {
  defines: new Int32Array(0),
  uses: new Int32Array(0),
  counts: new Uint16Array(0),
};

export type Interning = {
  /** How many numbers there are, the family of each, and the words of those that are defined somewhere, or once were. */
  count(): number;
  families: readonly number[];
  words: readonly (NameWords | undefined)[];
  /** Undefined for a name that no file of the family has. */
  find(family: number, name: string): number | undefined;
  read(family: number, facts: FileFacts): FileNames;
};

export function interning(): Interning {
  const numbers = new Map<number, Map<string, number>>();
  const families: number[] = [];
  const words: (NameWords | undefined)[] = [];
  const numbering = (family: number): ((name: string) => number) => {
    const known = numbers.get(family) ?? new Map<string, number>();
    numbers.set(family, known);
    return (name) => {
      const number = known.get(name);
      if (number !== undefined) return number;
      known.set(name, families.length);
      words.push(undefined);
      return families.push(family) - 1;
    };
  };
  return {
    count: () => families.length,
    families,
    words,
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
      const definitions = Int32Array.from(new Set(defined), (name) => {
        const number = numberOf(name);
        words[number] ??= nameWords(name);
        return number;
      });
      return { defines: definitions, uses: numbered, counts };
    },
  };
}
