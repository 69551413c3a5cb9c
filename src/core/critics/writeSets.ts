/**
 * Who may write what, by the plain beginning of each glob: two globs can only name the same path when the beginning of one
 * leads to that of the other. So not every pair of a thousand slices has to be compared.
 */
import { type Globs, type Work, compile, expanded, folded, isNamed, overlapping } from "../globs.ts";
import type { Slice } from "../order.ts";

/**
 * One glob without braces, folded. `start` is its plain beginning as a path: all of it when it `isPlain`; `end` is what
 * stands after its last star. A plain path that `isFile` is no folder for others to write in.
 */
export type Entry = {
  slice: number;
  glob: string;
  text: string;
  start: string;
  end: string;
  isPlain: boolean;
  isFile: boolean;
  globs: () => Globs;
};
type Entries = { reads: Entry[]; writes: Entry[] };
/** What starts in one place: `paths` are plain writes, `globs` the others. */
type Shelf = { reads: Entry[]; paths: Entry[]; globs: Entry[] };
export type WriteSets = {
  shelves: ReadonlyMap<string, Shelf>;
  /** By slice. */
  all: readonly Entries[];
  /** Slices by the last parts of the plain paths they write, folded. */
  names: ReadonlyMap<string, readonly Entry[]>;
  work: Work;
};

/** Comparisons for one plan; after that, globs may overlap. */
const WORK = 4_000_000;
/** Characters of globs that are read, of one plan; what comes after may overlap with everything. */
const CHARACTERS = 2_000_000;

/** What the plan's paths are taken for: `reads` are only the globs that count as reading. */
export type Taken = { reads: (slice: Slice) => readonly string[]; isFile: (path: string) => boolean };

export function writeSets(slices: readonly Slice[], { reads, isFile }: Taken): WriteSets {
  const shelves = new Map<string, Shelf>();
  const names = new Map<string, Entry[]>();
  const budget = { left: CHARACTERS };
  const all = slices.map((slice, at): Entries => ({
    reads: reads(slice).flatMap((glob) => entriesOf(at, glob, budget, isFile)),
    writes: slice.writes.flatMap((glob) => entriesOf(at, glob, budget, isFile)),
  }));
  for (const { reads: read, writes } of all) {
    for (const entry of read) shelfAt(shelves, entry.start).reads.push(entry);
    for (const entry of writes) {
      shelfAt(shelves, entry.start)[entry.isPlain ? "paths" : "globs"].push(entry);
      if (entry.isPlain) listAt(names, lastOf(entry.text)).push(entry);
    }
  }
  return { shelves, all, names, work: { left: WORK } };
}

function listAt<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  if (list.length === 0) map.set(key, list);
  return list;
}

function shelfAt(shelves: Map<string, Shelf>, start: string): Shelf {
  const shelf = shelves.get(start) ?? { reads: [], paths: [], globs: [] };
  shelves.set(start, shelf);
  return shelf;
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const BEYOND: Globs = { paths: [], beyond: true };
const PATTERN = /[*?{]/;

function entriesOf(slice: number, glob: string, budget: { left: number }, isFile: Taken["isFile"]): Entry[] {
  const plain = PATTERN.test(glob) ? null : [glob];
  const alternatives = plain ?? (budget.left < 0 ? null : expanded(glob));
  // What was refused took its time, too.
  if (alternatives === null) budget.left -= CHARACTERS / 100;
  if (alternatives === null)
    return [
      { slice, glob, text: glob, start: "", end: "", isPlain: false, isFile: false, globs: () => BEYOND },
    ];
  return alternatives.map((one) => {
    budget.left -= one.length;
    const text = folded(one);
    const parts = text.split("/").filter((part) => part !== "" && part !== ".");
    const wild = parts.findIndex((part) => PATTERN.test(part));
    const start = (wild === -1 ? parts : parts.slice(0, wild)).join("/");
    const whole = parts.join("/");
    let compiled: Globs | null = null;
    const globs = (): Globs => (compiled ??= compile([text]));
    const isPlain = wild === -1;
    const end = isPlain ? whole : whole.slice(Math.max(whole.lastIndexOf("*"), whole.lastIndexOf("?")) + 1);
    return { slice, glob, text: whole, start, end, isPlain, isFile: isPlain && isFile(one), globs };
  });
}

/** A path and the folders it stands in, the root first. */
export function* ways(path: string): Generator<string> {
  yield "";
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) yield path.slice(0, at);
  if (path !== "") yield path;
}

/** `above` starts where `entry` does, or in a folder on the way there. A plain path stands for what is below it, too. */
function meets(above: Entry, entry: Entry, work: Work): boolean {
  if (above.isPlain || above.text === entry.text) return true;
  if (!entry.isFile) return overlapping(above.globs(), entry.globs(), work);
  return entry.text.endsWith(above.end) && isNamed(above.globs(), entry.text, work);
}

/** Whether both name some path. */
export const isMet = (a: Entry, b: Entry, work: Work): boolean =>
  leadsTo(a.start, b.start) ? meets(a, b, work) : leadsTo(b.start, a.start) && meets(b, a, work);
const leadsTo = (above: string, start: string): boolean =>
  above === "" || above === start || start.startsWith(`${above}/`);

/** The slices that write one path, for each path that several write. */
export const together = ({ shelves }: WriteSets): number[][] =>
  [...shelves.values()]
    .map(({ paths }) => [...new Set(paths.map(({ slice }) => slice))])
    .filter((all) => all.length > 1);

/** Called with each other pair of entries of two slices that meet; the second one is always a writer. */
export function meetings(
  { shelves, work }: WriteSets,
  found: (one: Entry, writer: Entry, oneReads: boolean) => void,
): void {
  const compare = (
    above: readonly Entry[],
    entry: Entry,
    reader: "above" | "entry" | null,
    upTo = above.length,
  ): void => {
    for (let at = 0; at < upTo; at += 1) {
      const one = above[at];
      if (!one || one.slice === entry.slice || !meets(one, entry, work)) continue;
      if (reader === "entry") found(entry, one, true);
      else found(one, entry, reader === "above");
    }
  };
  for (const [start, here] of shelves)
    for (const way of ways(start)) {
      const shelf = shelves.get(way);
      if (!shelf) continue;
      const isHere = way === start;
      for (const entry of here.paths) {
        if (!isHere) compare(shelf.paths, entry, null);
        compare(shelf.globs, entry, null);
        compare(shelf.reads, entry, "above");
      }
      for (const [at, entry] of here.globs.entries()) {
        if (!isHere) compare(shelf.paths, entry, null);
        compare(shelf.globs, entry, null, isHere ? at : undefined);
        compare(shelf.reads, entry, "above");
      }
      for (const entry of isHere ? [] : here.reads) {
        compare(shelf.paths, entry, "entry");
        compare(shelf.globs, entry, "entry");
      }
    }
}

/** The slices that may write this path or something below it. */
export const writersBelow = (sets: WriteSets, path: string): number[] => [
  ...new Set([
    ...writersOf(sets, path),
    ...sets.all.flatMap(({ writes }, at) =>
      writes.some(({ start }) => leadsTo(folded(path), start)) ? [at] : [],
    ),
  ]),
];

/** The slices that name a file whose path ends with these parts. */
export function writersOfEnding({ names }: WriteSets, ending: string): number[] {
  const text = folded(ending);
  const below = `/${text}`;
  const found = names.get(lastOf(text)) ?? [];
  return found.filter((one) => one.text === text || one.text.endsWith(below)).map(({ slice }) => slice);
}

/** The slices that may write this file; those that name it exactly come first. */
export function writersOf({ shelves, work }: WriteSets, path: string): number[] {
  const given = folded(path).replace(/^(\.\/)+|\/+$/g, "");
  const exact: number[] = [];
  const others: number[] = [];
  for (const way of ways(given)) {
    const { paths = [], globs = [] } = shelves.get(way) ?? {};
    for (const { start, slice } of paths) (start === given ? exact : others).push(slice);
    for (const one of globs)
      if (given.endsWith(one.end) && isNamed(one.globs(), given, work)) others.push(one.slice);
  }
  return [...new Set([...exact, ...others])];
}
