/** The stamp of a plan, and what became of the files it names. Hashes come from the caller: core reads nothing. */
import type { EventOf, Stamp } from "./event.ts";
import type { Sha, Slice } from "./order.ts";
import type { WorkOrder } from "./state.ts";

/** `now` is null for a file that is gone. */
export type MovedFile = EventOf<"drifted">["files"][number];

/** A plan names this many files at most; to hash them must not be felt when a run starts. */
export const MOST_STAMPED = 500;

/** The files that slices name one by one, each once: those a plan that nobody stamped was made for. */
export function exactPaths(slices: readonly Pick<Slice, "reads" | "writes">[]): string[] {
  const named = slices.flatMap(({ reads, writes }) => [...writes, ...reads]);
  return [...new Set(named.filter((path) => !/[*?{}!]/.test(path)))].slice(0, MOST_STAMPED);
}

/** Stamped files that are neither as they were known nor as this order itself left them. `now` has all of them. */
export function movedFiles(order: WorkOrder, now: ReadonlyMap<string, Sha | null>): MovedFile[] {
  const own = ownContents(order);
  return Object.entries(order.planned?.stamp.files ?? {}).flatMap(([path, sha]) => {
    const found = now.get(path) ?? null;
    return found === sha || own.get(path)?.has(found) ? [] : [{ path, now: found }];
  });
}

/** Those of them that a slice of this order made. */
export function madeBySlices({ slices }: WorkOrder, files: readonly MovedFile[]): MovedFile[] {
  const made = slices.flatMap(({ progress }) => (progress.at === "done" ? progress.patch : []));
  const paths = new Set(made.map(({ path }) => path));
  return files.filter(({ path }) => paths.has(path));
}

/** What landed, on whatever way it reached the workspace: the branch may have been merged by hand. */
function ownContents({ slices, overlay }: WorkOrder): Map<string, Set<Sha | null>> {
  const own = new Map<string, Set<Sha | null>>();
  const landed = slices.flatMap(({ progress }) => (progress.at === "done" ? progress.patch : []));
  for (const { path, after } of [...overlay, ...landed])
    own.set(path, (own.get(path) ?? new Set<Sha | null>()).add(after));
  return own;
}

/** The stamp with these files as they are now; what slices made is known from then on, as long as there is room. */
export function restamped(stamp: Stamp, files: readonly MovedFile[]): Stamp {
  const known = new Map<string, Sha | null>(Object.entries(stamp.files));
  for (const { path, now } of files) if (known.has(path) || known.size < MOST_STAMPED) known.set(path, now);
  const there = [...known].flatMap(([path, sha]) => (sha === null ? [] : [[path, sha] as const]));
  return { ...stamp, files: Object.fromEntries(there) };
}

const NAMED = 5;

/** "Changed since the plan was made: a, b." in words for the user; `isOver`: nothing is to start any more. */
export function driftText(paths: readonly string[], isOver = false): string {
  const named = `${paths.slice(0, NAMED).join(", ")}${paths.length > NAMED ? ` and ${paths.length - NAMED} more` : ""}`;
  return isOver
    ? `Changed since it landed: ${named}.`
    : `Changed since the plan was made: ${named}. The plan is checked again before anything starts.`;
}
