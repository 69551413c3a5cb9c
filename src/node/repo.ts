/** The repository port: snapshots of the user's files and isolated working copies, all kept in the private repository. */
import { copyFile, mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LandedFile } from "../core/order.ts";
import { pathProblem } from "../core/patch.ts";
import type { Blobs, Repo, Snapshot } from "../engine/ports.ts";
import { orDiskFault } from "./diskFault.ts";
import { type GitOptions, fields, git, gitFault, gitLine } from "./git.ts";
import { addAll, inParallel, putEntries, writeObject } from "./gitObjects.ts";
import {
  OUR_NAME,
  type PrivateRepo,
  type Where,
  noId,
  openPrivateRepo,
  privateEnv,
  readIfThere,
  unique,
  userHead,
} from "./privateRepo.ts";
import { gitAgain } from "./gitAgain.ts";
import { lazy } from "./once.ts";
import { makeScratch, sweepScratches } from "./scratch.ts";

export type RepoOptions = Where & { orderId: string; blobs: Pick<Blobs, "putBytes" | "get"> };

/** `stored` maps blob, mode and path of a landed file to the id git gave its content. */
type Stores = { blobs: Pick<Blobs, "get">; stored: Map<string, string> };

const isTracked = (index: Buffer): boolean =>
  // Version 4 shortens names by what they share with the one before, so there a search proves nothing.
  index.readUInt32BE(4) === 4 || index.includes(".slicewise/");

/**
 * Copies an index with its time, so that git trusts what it knows of unchanged files and looks again at those written
 * in the same moment. False when there is none.
 */
async function seedIndex(from: string, to: string): Promise<Buffer | null> {
  const bytes = await readIfThere(from);
  if (bytes === null || bytes.length < 12) return null;
  const { atimeMs, mtimeMs } = await stat(from);
  await writeFile(to, bytes);
  await utimes(to, Math.floor(atimeMs) / 1000, Math.floor(mtimeMs) / 1000);
  return bytes;
}

async function fillIndex(
  repo: PrivateRepo,
  index: string,
  seed: Buffer | null,
  signal: AbortSignal,
): Promise<void> {
  const options = { cwd: repo.top, env: privateEnv(repo, index), signal };
  if (seed !== null && isTracked(seed)) {
    const ours = `:(top,literal)${repo.prefix}.slicewise`;
    await git(["rm", "-r", "-q", "-f", "--cached", "--ignore-unmatch", "--", ours], options);
  }
  if (repo.prefix === "") return addAll([], options);
  // Around the workspace folder only what git already tracks: the rest may be somebody's whole home.
  if (seed !== null) await git(["add", "-u", "--", ":/"], options);
  await addAll(["--", `:(top,literal)${repo.prefix}`], options);
}

type Lay = (options: GitOptions) => Promise<void>;

/** The same files on the same HEAD are the same snapshot, by name: what was tried on one holds for the next. */
const NO_TIME = { GIT_AUTHOR_DATE: "2000-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2000-01-01T00:00:00Z" };

/** Puts landed files over the index; contents already stored are remembered, so that a long order stays quick. */
function overlayOf(repo: PrivateRepo, files: readonly LandedFile[], { blobs, stored }: Stores): Lay {
  const idOf = async ({ path, after, mode }: LandedFile, options: GitOptions): Promise<string | null> => {
    if (after === null) return null;
    const key = `${after} ${mode} ${path}`;
    const id =
      stored.get(key) ?? (await writeObject(await blobs.get(after), repo.prefix + path, mode, options));
    stored.set(key, id);
    return id;
  };
  return async (options) => {
    for (const { path } of files) {
      const problem = pathProblem(path);
      if (problem !== null)
        throw gitFault(`A landed file is named "${path}": ${problem}. Look at the order's log.`);
    }
    const entries = await inParallel(files, 4, async (file) => ({
      path: repo.prefix + file.path,
      mode: file.mode,
      id: await idOf(file, options),
    }));
    // Of what stands in its way the landed file wins; this index is nobody's but ours.
    await putEntries(entries, { noId: noId(repo), obstacles: "remove" }, options);
  };
}

/** Writes the tree of all files as they are now; the user's index gives the start, and is not touched. */
async function writeTree(repo: PrivateRepo, lay: Lay, signal: AbortSignal): Promise<string> {
  const own = join(repo.dir, "index");
  const index = join(repo.home, `${unique()}.index`);
  const env = privateEnv(repo, index);
  try {
    const seed = await seedIndex(repo.user?.index ?? own, index);
    try {
      await fillIndex(repo, index, seed, signal);
    } catch (error) {
      // An index that leans on files beside it (a split one) cannot be copied: git then reads every file instead.
      if (seed === null || signal.aborted) throw error;
      await rm(index, { force: true });
      await fillIndex(repo, index, null, signal);
    }
    if (repo.user === null) await copyFile(index, `${index}.own`);
    await lay({ cwd: repo.top, env, signal });
    const tree = await gitLine(["write-tree"], { cwd: repo.top, env, signal });
    if (repo.user === null) await rename(`${index}.own`, own);
    return tree;
  } finally {
    await Promise.all(["", ".lock", ".own"].map((ending) => rm(index + ending, { force: true })));
  }
}

const ORDER_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.|lock$|$))*$/;

/** The ref folder of an order's snapshots; they keep git's garbage collection away from them. */
export function snapshotRefs(orderId: string): string {
  if (!ORDER_ID.test(orderId)) {
    throw gitFault(
      `"${orderId}" cannot name a branch. Rename the order's folder to letters, digits, "-" and "_".`,
    );
  }
  return `refs/slicewise/${orderId}`;
}

async function takeSnapshot(
  repo: PrivateRepo,
  orderId: string,
  lay: Lay,
  signal: AbortSignal,
): Promise<Snapshot> {
  const refs = join(repo.dir, snapshotRefs(orderId));
  const [commit, tree] = await Promise.all([
    userHead(repo),
    writeTree(repo, lay, signal),
    mkdir(refs, { recursive: true }),
  ]);
  const parent = commit === null ? [] : ["-p", commit];
  const id = await gitLine(["commit-tree", tree, ...parent, "-m", "Snapshot for Slicewise"], {
    cwd: repo.home,
    env: { GIT_DIR: repo.dir, ...OUR_NAME, ...NO_TIME },
    signal,
  });
  // A plain file is what a ref is; nobody else writes this one.
  await writeFile(join(refs, id), `${id}\n`);
  return { id, commit };
}

// Tagged, so that one call tells both: "R path" is tracked and gone, and listed a second time as what it is.
const LIST = ["ls-files", "-t", "-cod", "--exclude-standard", "-z"];

/** Prints all files git does not ignore, tagged, relative to the workspace folder. */
function listing(repo: PrivateRepo): () => Promise<string> {
  const env = repo.user === null ? privateEnv(repo, join(repo.dir, "index")) : {};
  return gitAgain(LIST, { cwd: repo.workspaceRoot, env });
}

/** All files of a listing, sorted. */
function listed(text: string): string[] {
  const tagged = fields(text);
  const missing = new Set(tagged.filter((entry) => entry.startsWith("R ")).map((entry) => entry.slice(2)));
  const files = tagged
    .map((entry) => entry.slice(2))
    .filter((path) => !missing.has(path) && !path.endsWith("/") && !path.startsWith(".slicewise/"));
  return [...new Set(files)].sort();
}

/** `sweep` removes what crashed processes left behind and returns how many copies that were. Call it when there is time. */
export type OpenRepo = Repo & { sweep(): Promise<number> };

/** Opens nothing yet: the private repository is made at the first call. Every method rejects with a fault. */
export function openRepo({ workspaceRoot, storage, orderId, blobs }: RepoOptions): OpenRepo {
  const stored: Stores["stored"] = new Map();
  const ready = lazy(() => openPrivateRepo({ workspaceRoot, storage }));
  const list = lazy(async () => listing(await ready()));
  return {
    snapshot: async (overlay, signal) => {
      const repo = await ready();
      const lay = overlayOf(repo, overlay, { blobs, stored });
      return takeSnapshot(repo, orderId, lay, signal).catch(orDiskFault("take a snapshot in", storage));
    },
    head: async () => userHead(await ready()),
    scratch: async (from, patch, signal) => {
      const made = makeScratch(await ready(), from, patch, blobs, signal);
      const { patch: read, ...scratch } = await made.catch(orDiskFault("make a copy in", storage));
      return { ...scratch, patch: () => read().catch(orDiskFault("read the copy", scratch.root)) };
    },
    files: async () => listed(await (await list())()),
    sweep: async () => sweepScratches(await ready()),
  };
}
