/** A plan and its base tree, prepared once for all critics. Slices are known by their place in the list. */
import type { Slice, TriedCheck } from "../order.ts";
import { type Base, baseOf } from "./base.ts";
import { type Install, installedBy } from "./installs.ts";
import { type Index, indexOf } from "./names.ts";
import { type Started, startedBy } from "./commands.ts";
import type { BaseFacts } from "./finding.ts";
import { type Edge, type Reach, reachOf } from "./reach.ts";
import { type WriteSets, writeSets } from "./writeSets.ts";

export type Ground = {
  slices: readonly Slice[];
  facts: BaseFacts | null;
  base: Base | null;
  /** Where critics look: all that has not landed. */
  open: readonly { at: number; slice: Slice }[];
  isLanded(at: number): boolean;
  idOf(at: number): string;
  /** `needs` as edges, and what follows from them. */
  edges: readonly Edge[];
  before: Reach;
  writeSets: WriteSets;
  /** What a command starts; nothing when it cannot be read. */
  started: (command: string) => readonly Started[];
  /** What a check's command did on the base tree; undefined when it was not tried. */
  tried: (command: string) => TriedCheck | undefined;
  /** Set-up that each slice asks for, by place. */
  installs: readonly (readonly Install[])[];
  /** What slices produce and consume. */
  made: Index;
  used: Index;
};

export function groundOf(
  slices: readonly Slice[],
  facts: BaseFacts | null,
  landed: ReadonlySet<string>,
): Ground {
  const base = facts && baseOf(facts.files);
  const isLanded = slices.map(({ id }) => landed.has(id));
  const read = new Map<string, readonly Started[]>();
  const tried = new Map((facts?.tried ?? []).map((one) => [one.command.trim(), one]));
  const started = (command: string): readonly Started[] => {
    const known = read.get(command) ?? startedBy(command) ?? [];
    read.set(command, known);
    return known;
  };
  const places = new Map(slices.map(({ id }, at) => [id, at]).reverse() as [string, number][]);
  const edges = slices.flatMap(({ needs }, after) =>
    [...new Set(needs)].flatMap((need): Edge[] => {
      const before = places.get(need);
      return before === undefined ? [] : [[before, after]];
    }),
  );
  return {
    slices,
    facts,
    base,
    open: slices.map((slice, at) => ({ at, slice })).filter(({ slice }) => !landed.has(slice.id)),
    isLanded: (at) => isLanded[at] === true,
    idOf: (at) => slices[at]?.id ?? "",
    edges,
    before: reachOf(slices.length, edges),
    made: indexOf(slices, "produces"),
    used: indexOf(slices, "consumes"),
    writeSets: writeSets(slices, {
      reads: ({ reads }) => reads.filter((glob) => isNarrow(glob, base)),
      isFile: (path) =>
        base === null ? isFileName(path) : base.isFile(path) || (isFileName(path) && !base.isFolder(path)),
    }),
    started,
    tried: (command) => tried.get(command.trim()),
    installs: slices.map((slice) => installedBy(slice, started)),
  };
}

/** A glob of more files is read for orientation: no premise is drawn from each of them. */
const NARROW = 12;
const isFileName = (path: string): boolean => !/[*?{]/.test(path) && /[^/]\.[^/.]+$/.test(path);
const isNarrow = (glob: string, base: Base | null): boolean =>
  isFileName(glob) || (base !== null && (base.count(glob, NARROW + 1) ?? NARROW + 1) <= NARROW);
