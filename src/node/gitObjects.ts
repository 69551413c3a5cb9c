/** Contents in and out of git's object store, as they stand in a working tree: line ends and filters applied. */
import { lstat, mkdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileMode } from "../core/order.ts";
import { type GitOptions, fields, git, gitFault, gitLine, runGit } from "./git.ts";

/** Files git may leave out of a tree: it cannot read them, takes no such name, or they are repositories without a commit. */
const LEFT_OUT =
  /does not have a commit checked out|Permission denied|unable to (index file|add .* to index)|invalid path|adding files failed/;
const SAID_BESIDE = /^(warning|hint):|^$/;

/** Takes every file git does not ignore into the index that `options` names; `args` may narrow it to paths. */
export async function addAll(args: readonly string[], options: GitOptions): Promise<void> {
  const add = ["-c", "advice.addEmbeddedRepo=false", "add", "-A"];
  const first = await runGit([...add, ...args], { ...options, accept: [0, 128] });
  if (first.status === 0) return;
  const lines = first.err.split("\n").filter((line) => !SAID_BESIDE.test(line));
  if (!lines.every((line) => LEFT_OUT.test(line)) || /adding an object/.test(first.err)) {
    throw gitFault(
      `The files in ${options.cwd} could not be recorded:\n${first.err.trim()}\nSettle this, then try again.`,
    );
  }
  await runGit([...add, "--ignore-errors", ...args], { ...options, accept: [0, 1] });
}

/**
 * The contents of these paths of the index that `options` names, as a checkout would write them; links as their target.
 * `cat-file --batch --filters` would need no files, but it announces the size from before the filters.
 */
export async function readIndexed(
  paths: readonly string[],
  folder: string,
  options: GitOptions,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (paths.length === 0) return found;
  try {
    await mkdir(folder, { mode: 0o700 });
    const input = paths.map((path) => `${path}\0`).join("");
    await git(["checkout-index", "-q", "-f", "-z", "--stdin", `--prefix=${folder}/`], { ...options, input });
    for (const path of paths) found.set(path, await readPlain(join(folder, path)));
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const readPlain = async (file: string): Promise<Buffer> =>
  (await lstat(file)).isSymbolicLink() ? Buffer.from(await readlink(file)) : readFile(file);

/** Stores a file's content for `path` and returns its id. */
export function writeObject(
  bytes: Uint8Array,
  path: string,
  mode: FileMode,
  options: GitOptions,
): Promise<string> {
  const how = mode === "120000" ? ["--no-filters"] : [`--path=${path}`];
  return gitLine(["hash-object", "-w", "--stdin", ...how], { ...options, input: bytes });
}

/** The modes of these exact paths in the index that `options` names; what is not there is left out. */
export async function indexedModes(
  paths: readonly string[],
  options: GitOptions,
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const text = await git(
    ["--literal-pathspecs", "ls-files", "-s", "-z", "--full-name", "--", ...paths],
    options,
  );
  const modes = new Map<string, string>();
  for (const line of fields(text)) modes.set(line.slice(line.indexOf("\t") + 1), line.slice(0, 6));
  // A path that is a folder there names the files in it; only the path itself was asked for.
  return new Map(
    paths.flatMap((path): [string, string][] => (modes.has(path) ? [[path, modes.get(path) ?? ""]] : [])),
  );
}

/** An entry of an index; `id` null takes the path out. */
export type IndexEntry = { path: string; mode: string; id: string | null };
/** `noId` is the repository's id of nothing, as long as its other ids. `obstacles` says what becomes of what is in the way. */
export type Putting = { noId: string; obstacles: "refuse" | "remove" };

/** Puts entries into the index that `options` names; takes paths out first, so that a file can become a folder. */
export async function putEntries(
  entries: readonly IndexEntry[],
  { noId, obstacles }: Putting,
  options: GitOptions,
): Promise<void> {
  if (entries.length === 0) return;
  const lines = entries
    .toSorted((a, b) => Number(a.id !== null) - Number(b.id !== null))
    .map(({ path, mode, id }) => (id === null ? `0 ${noId}\t${path}\0` : `${mode} ${id}\t${path}\0`));
  const how = obstacles === "remove" ? ["--replace"] : [];
  await git(["update-index", ...how, "-z", "--index-info"], { ...options, input: lines.join("") });
}

/** Does `work` for every item, at most `most` at once, and keeps the order of the results. */
export async function inParallel<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
