/** What changed around a plan since the log last knew it: its own files, and the files of the repository it was made from. */
import { exactPaths, madeBySlices, movedFiles } from "../core/drift.ts";
import type { Event, EventOf, Stamp } from "../core/event.ts";
import type { Sha, Slice } from "../core/order.ts";
import { type WorkOrder, isSettled } from "../core/state.ts";
import type { OrderFiles, OrderOnDisk, Repo, Tree } from "./ports.ts";

/** Edits of the order's files as an amendment, or null. `disk` has the problems of files that cannot be read now. */
export type Edits = { event: EventOf<"amended"> | null; disk: OrderOnDisk };

/** How the order's files differ from what the log knows. Slices that have landed, or were dropped, are let be. */
export async function editsOf(files: Pick<OrderFiles, "read">, order: () => WorkOrder): Promise<Edits> {
  const disk = await files.read();
  const now = order();
  const changed = changedIn(disk, now);
  const dropped = droppedIn(disk, now);
  const functions = isSame(disk.functions, now.functions) ? null : disk.functions;
  if (changed.length + dropped.length === 0 && !functions) return { event: null, disk };
  const event = userAmended(changed, dropped, "the order's files were edited");
  return { event: functions ? { ...event, functions } : event, disk };
}

const userAmended = (
  changed: EventOf<"amended">["changed"],
  dropped: EventOf<"amended">["dropped"],
  why: string,
): EventOf<"amended"> => ({ type: "amended", changed, dropped, by: "user", why });

/** Nothing differs, and yet the plan is to be checked again. */
export const reread = (): Event => userAmended([], [], "the order's files were read again");

function changedIn({ tasks }: OrderOnDisk, { slices }: WorkOrder): EventOf<"amended">["changed"] {
  const known = new Map(slices.map((state) => [state.slice.id, state]));
  return tasks
    .filter(({ slice, hash }) => {
      const state = known.get(slice.id);
      return !state || (!isSettled(state) && state.hash !== hash);
    })
    .map(({ slice, hash }) => ({ slice, hash }));
}

/** While a file cannot be read nobody knows whose it is: then none is missed. */
function droppedIn({ tasks, problems }: OrderOnDisk, { slices }: WorkOrder): EventOf<"amended">["dropped"] {
  if (problems.length > 0) return [];
  const there = new Set(tasks.map(({ slice }) => slice.id));
  return slices
    .filter((state) => !isSettled(state) && !there.has(state.slice.id))
    .map(({ slice }) => ({ slice: slice.id, why: "its task file was removed" }));
}

function isSame(a: Readonly<Record<string, Sha>>, b: Readonly<Record<string, Sha>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

type Reading = Pick<Tree, "read">;

/** The stamp of a plan that nobody made by reading: the files its slices name, as they are now. */
export async function stampOf(
  tree: Reading,
  repo: Pick<Repo, "head">,
  slices: readonly Slice[],
): Promise<Stamp> {
  const [commit, now] = await Promise.all([repo.head(), hashes(tree, exactPaths(slices))]);
  const there = [...now].flatMap(([path, sha]) => (sha === null ? [] : [[path, sha] as const]));
  return { commit, files: Object.fromEntries(there) };
}

/** The event that says which files of the stamp changed meanwhile, or null. Reads them all. */
export async function driftOf(
  tree: Reading,
  repo: Pick<Repo, "head">,
  order: WorkOrder,
): Promise<EventOf<"drifted"> | null> {
  const now = await hashes(tree, Object.keys(order.planned?.stamp.files ?? {}));
  const files = movedFiles(order, now);
  return files.length === 0 ? null : { type: "drifted", files, commit: await repo.head() };
}

/** The same of what slices made, when nothing is to start any more: that somebody had to edit it counts. */
export async function editedAfter(
  tree: Reading,
  repo: Pick<Repo, "head">,
  order: WorkOrder,
): Promise<EventOf<"drifted"> | null> {
  const drifted = await driftOf(tree, repo, order);
  const files = madeBySlices(order, drifted?.files ?? []);
  return drifted && files.length > 0 ? { ...drifted, files } : null;
}

const AT_ONCE = 16;

/** Null for a file that is not there, or is no text that can be read. */
async function hashes(tree: Reading, paths: readonly string[]): Promise<Map<string, Sha | null>> {
  const found = new Map<string, Sha | null>();
  const open = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      const file = await tree.read(path);
      found.set(path, "error" in file ? null : file.sha);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return found;
}
