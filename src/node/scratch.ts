/** An attempt's isolated working copy: a worktree of the private repository, outside the workspace. */
import {
  copyFile,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileChange, Patch } from "../core/order.ts";
import { FileMode } from "../core/order.ts";
import type { Blobs, Scratch, Snapshot } from "../engine/ports.ts";
import { codeOf, faultError } from "./diskFault.ts";
import { addAll, readIndexed } from "./gitObjects.ts";
import { type GitOptions, fields, git, gitFault } from "./git.ts";
import { type PrivateRepo, isMissing, privateEnv, unique } from "./privateRepo.ts";
import { confine, putWorkFile } from "./workFile.ts";

/** Ignored folders that checks need and nobody edits; they are linked in, not copied. */
const DEPENDENCIES = new Set([
  "node_modules",
  ".venv",
  "venv",
  "vendor",
  "bower_components",
  ".yarn",
  "Pods",
]);
const DEEPEST = 4;

/**
 * `admin` is the worktree's folder in the private repository, `index` one the attempt's own commands do not write.
 * `base` is the top of the copy, `root` the workspace folder in it.
 */
type Place = {
  repo: PrivateRepo;
  admin: string;
  base: string;
  root: string;
  index: string;
  snapshot: string;
};

const worktrees = (repo: PrivateRepo): string => join(repo.home, "wt");

function placeFor(repo: PrivateRepo, snapshot: string): Place {
  const name = unique();
  const admin = join(repo.dir, "worktrees", name);
  const base = join(worktrees(repo), name);
  return {
    repo,
    admin,
    base,
    root: join(base, repo.prefix),
    index: join(admin, "slicewise.index"),
    snapshot,
  };
}

/**
 * Names the repository outright: a `.git` the attempt put into its copy, with settings and programs of its own, is then
 * never read.
 */
const placeEnv = (place: Place): Record<string, string> => ({
  GIT_DIR: place.admin,
  GIT_WORK_TREE: place.base,
  GIT_INDEX_FILE: place.index,
});

/** The index as it was after the checkout: the snapshot's files with the rules for their line ends. */
const baseIndex = ({ admin }: Place): string => join(admin, "snapshot.index");

async function checkOut(place: Place, signal: AbortSignal): Promise<void> {
  const { admin, base, root, index, snapshot } = place;
  await Promise.all([mkdir(admin, { recursive: true }), mkdir(root, { recursive: true, mode: 0o700 })]);
  await Promise.all([
    writeFile(join(admin, "HEAD"), `${snapshot}\n`),
    writeFile(join(admin, "commondir"), "../..\n"),
    writeFile(join(admin, "gitdir"), `${join(base, ".git")}\n`),
    writeFile(join(base, ".git"), `gitdir: ${admin}\n`),
  ]);
  try {
    // Workers, one a core, start from 100 files on.
    await git(["-c", "checkout.workers=0", "read-tree", "--reset", "-u", snapshot], {
      cwd: base,
      env: placeEnv(place),
      signal,
    });
  } catch (error) {
    if (
      signal.aborted ||
      !/not a (valid|tree)|unable to read|bad object|Failed to unpack|failed to unpack/.test(String(error))
    ) {
      throw error;
    }
    const next =
      "It was removed, or the repository lost objects it needs. Run the slice again to start from a new one.";
    throw gitFault(`The snapshot ${snapshot} cannot be brought back. ${next}`, error);
  }
  await Promise.all([copyFile(index, join(admin, "index")), copyFile(index, baseIndex(place))]);
}

/** Between the top of the user's repository and the workspace folder: where a monorepo keeps what all packages need. */
function aroundWorkspace(prefix: string): string[] {
  const parts = prefix.split("/").slice(0, -2);
  const folders = ["", ...parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`)];
  return folders.flatMap((folder) => [...DEPENDENCIES].map((name) => folder + name));
}

/** Ignored dependency folders, relative to the top. */
async function dependencyFolders(repo: PrivateRepo, signal: AbortSignal): Promise<string[]> {
  const { prefix, user, top } = repo;
  const env = user === null ? privateEnv(repo, join(repo.dir, "index")) : {};
  const paths = prefix === "" ? [] : ["--", prefix, ...aroundWorkspace(prefix)];
  const found = await git(
    ["--literal-pathspecs", "ls-files", "-oi", "--exclude-standard", "--directory", "-z", ...paths],
    {
      cwd: top,
      env,
      signal,
    },
  );
  return fields(found)
    .map((path) => path.replace(/\/$/, ""))
    .filter((path) => {
      const parts = path.slice(path.startsWith(prefix) ? prefix.length : 0).split("/");
      return DEPENDENCIES.has(parts.at(-1) ?? "") && parts.length - 1 <= DEEPEST;
    });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function linkIn(place: Place, path: string): Promise<void> {
  const target = join(place.repo.top, path);
  if (!(await isFolder(target))) return;
  const link = await confine(place.base, path);
  await mkdir(dirname(link), { recursive: true });
  try {
    await symlink(target, link, "junction");
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

const RAW = /^:(\d{6}) (\d{6}) [0-9a-f]+ [0-9a-f]+ [A-Z]$/;
type Changed = {
  path: string;
  modeBefore: string;
  mode: string;

  added: number;
  removed: number;
};

/** Reads `diff-index --raw --numstat -z`: all raw records come first, then the counts in the same order. */
function parseDiff(text: string): Changed[] {
  const parts = fields(text);
  const changes = new Map<string, Changed>();
  let at = 0;
  for (; parts[at]?.startsWith(":"); at += 2) {
    const [, modeBefore, mode] = RAW.exec(parts[at]!) ?? [];
    const path = parts[at + 1];
    if (modeBefore === undefined || mode === undefined || path === undefined) {
      throw gitFault(`git's list of changes could not be read at "${parts[at]}". Update git and try again.`);
    }
    changes.set(path, { path, modeBefore, mode, added: 0, removed: 0 });
  }
  for (; at < parts.length; at++) {
    const [added, removed, ...path] = parts[at]!.split("\t");
    const change = changes.get(path.join("\t"));
    if (change === undefined) continue;
    // "-" stands for a binary file, which has no lines.
    change.added = Number(added) || 0;
    change.removed = Number(removed) || 0;
  }
  return [...changes.values()];
}

const NO_MODE = "000000";
const SUBMODULE = "160000";

async function fileChange(
  place: Place,
  change: Changed,
  before: Buffer | null,
  blobs: Pick<Blobs, "putBytes">,
): Promise<FileChange> {
  const { path, added, removed } = change;
  const file = join(place.base, path);
  const gone = change.mode === NO_MODE;
  const mode = FileMode.parse(gone ? change.modeBefore : change.mode);
  const after = gone ? null : mode === "120000" ? Buffer.from(await readlink(file)) : await readFile(file);
  const changed = !gone && before !== null && change.modeBefore !== mode;
  return {
    path: path.slice(place.repo.prefix.length),
    before: before && (await blobs.putBytes(before)),
    after: after && (await blobs.putBytes(after)),
    mode,
    ...(changed ? { modeBefore: FileMode.parse(change.modeBefore) } : {}),
    added,
    removed,
  };
}

/** More is no work of a slice; all of a patch is held in memory. */
const MOST_BYTES = 100_000_000;

/** Before git takes the files in: what a command left may be a core dump, or have a name that is no text. */
async function refuseUnfit(place: Place, options: GitOptions): Promise<void> {
  const unfit = (why: string): Error =>
    faultError({ kind: "malformed", message: `${why} Take it away again.` });
  let bytes = 0;
  const listed = await git(["ls-files", "-m", "-o", "--exclude-standard", "-z"], options);
  for (const path of new Set(fields(listed))) {
    if (path.includes("\ufffd")) throw unfit(`The name of the file ${JSON.stringify(path)} is no UTF-8.`);
    const found = await lstat(join(place.base, path)).catch(() => null); // deleted, or gone meanwhile
    bytes += found?.size ?? 0;
    if (bytes > MOST_BYTES)
      throw unfit(`With ${path} the change is larger than ${MOST_BYTES / 1_000_000} MB.`);
  }
}

async function readPatch(place: Place, links: string[], blobs: Pick<Blobs, "putBytes">): Promise<Patch> {
  const { prefix } = place.repo;
  const options = { cwd: place.base, env: placeEnv(place) };
  await refuseUnfit(place, options);
  await addAll([], options);
  const diff = ["diff-index", "--cached", "--raw", "--numstat", "-z", "--no-renames", "--no-ext-diff"];
  const all = parseDiff(await git([...diff, "--no-textconv", place.snapshot], options));
  const linked = (path: string): boolean =>
    links.some((link) => path === link || path.startsWith(`${link}/`));
  const changes = all.filter(
    ({ path, mode, modeBefore }) =>
      path.startsWith(prefix) &&
      !path.startsWith(`${prefix}.slicewise/`) &&
      !linked(path) &&
      mode !== SUBMODULE &&
      modeBefore !== SUBMODULE,
  );
  const there = changes.filter(({ modeBefore }) => modeBefore !== NO_MODE).map(({ path }) => path);
  const base = { ...options, env: { ...options.env, GIT_INDEX_FILE: baseIndex(place) } };
  const before = await readIndexed(there, join(place.admin, unique()), base);
  const patch: Patch = [];
  for (const change of changes)
    patch.push(await fileChange(place, change, before.get(change.path) ?? null, blobs));
  return patch;
}

async function applyPatch(root: string, patch: Patch, blobs: Pick<Blobs, "get">): Promise<void> {
  const ordered = patch.toSorted((a, b) => Number(a.after !== null) - Number(b.after !== null));
  for (const { path, after, mode } of ordered) {
    await putWorkFile(root, path, after === null ? null : { bytes: await blobs.get(after), mode });
  }
}

async function remove(place: Pick<Place, "base" | "admin">): Promise<void> {
  const gone = { recursive: true, force: true, maxRetries: 3 } as const;
  await Promise.all([rm(place.base, gone), rm(place.admin, gone)]);
}

/** Checks a snapshot out, links dependency folders in and applies `patch`. Rejects with a fault and leaves nothing. */
export async function makeScratch(
  repo: PrivateRepo,
  from: Snapshot,
  patch: Patch,
  blobs: Pick<Blobs, "putBytes" | "get">,
  signal: AbortSignal,
): Promise<Scratch> {
  if (!/^[0-9a-f]{40,64}$/.test(from.id))
    throw gitFault(`"${from.id}" names no snapshot. Run the slice again.`);
  const place = placeFor(repo, from.id);
  const dispose = (): Promise<void> => remove(place);
  const begun = await Promise.allSettled([checkOut(place, signal), dependencyFolders(repo, signal)]);
  try {
    const [done, found] = begun;
    if (done.status === "rejected") throw done.reason;
    if (found.status === "rejected") throw found.reason;
    await Promise.all(found.value.map((path) => linkIn(place, path)));
    await applyPatch(place.root, patch, blobs);
    return { root: place.root, patch: () => readPatch(place, found.value, blobs), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Removes the copies and temporary indexes of processes that are no more; returns how many copies. */
export async function sweepScratches(repo: PrivateRepo): Promise<number> {
  const [copies, admins, rest] = await Promise.all(
    [worktrees(repo), join(repo.dir, "worktrees"), repo.home].map(namesIn),
  );
  const dead = (name: string): boolean =>
    /^\d+-[0-9a-f]{12}/.test(name) && !isAlive(Number.parseInt(name, 10));
  const stale = [...new Set([...copies!, ...admins!])].filter(dead);
  for (const name of stale) {
    await remove({ base: join(worktrees(repo), name), admin: join(repo.dir, "worktrees", name) });
  }
  await Promise.all(
    rest!.filter(dead).map((name) => rm(join(repo.home, name), { recursive: true, force: true })),
  );
  return stale.length;
}
