/** Files and globs that slices read and the base tree does not have. */
import { compileFolded, overlapping } from "../globs.ts";
import { type Base, isUnlisted } from "./base.ts";
import type { Ground } from "./ground.ts";
import type { Missing, Requirement } from "./requirements.ts";
import { isEscaping } from "./structure.ts";
import { writersOf } from "./writeSets.ts";

export function readFiles(ground: Ground): Requirement[] {
  const { base, open } = ground;
  if (base === null) return [];
  return open.flatMap(({ at, slice }) =>
    slice.reads.flatMap((glob, place): Requirement[] => {
      const path = glob.replace(/^(\.\/)+/, "");
      const lack = isEscaping(glob) ? null : lackOf(ground, base, slice.id, path);
      if (lack === null) return [];
      const { providers, missing } = lack;
      const { severity } = missing;
      return [
        {
          at,
          key: `reads.${place}`,
          kind: "file",
          what: path,
          providers,
          isThere: false,
          severity,
          missing,
          files: [path],
        },
      ];
    }),
  );
}

type Lack = { providers: number[]; missing: Missing };

function lackOf(ground: Ground, base: Base, id: string, path: string): Lack | null {
  if (/[*?{]/.test(path)) {
    if (isUnlisted(path) || base.count(path, 1) !== 0 || isWritten(ground, path)) return null;
    const message = `Slice ${id} reads ${path}, which names no file.`;
    return {
      providers: [],
      missing: { severity: "warning", message, remedy: "Correct the glob, or take it out." },
    };
  }
  if (base.has(path)) return null;
  const near = base.endingWith(path.slice(path.lastIndexOf("/") + 1));
  const message = `Slice ${id} reads ${path}, which does not exist and no slice makes.`;
  const remedy = near === null ? "Correct the path, or take it out." : `Correct the path: there is ${near}.`;
  return { providers: writersOf(ground.writeSets, path), missing: { severity: "error", message, remedy } };
}

function isWritten({ writeSets: { all, work } }: Ground, glob: string): boolean {
  const globs = compileFolded([glob]);
  return all.some(({ writes }) => writes.some((entry) => overlapping(entry.globs(), globs, work)));
}
