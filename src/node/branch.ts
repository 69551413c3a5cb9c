/**
 * The order's branch `slicewise/<order>`, written with plumbing alone: nothing is checked out, the user's index, files
 * and current branch stay as they are. For a folder without git it is a branch of the private repository.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type FileChange, FileMode, type LandedFile, type Patch } from "../core/order.ts";
import type { Blobs } from "../engine/ports.ts";
import { type Now, type Write, refuseHostilePaths, resolveLanding } from "../engine/resolve.ts";
import { type GitOptions, git, gitFault, gitLine, runGit } from "./git.ts";
import { inParallel, indexedModes, putEntries, readIndexed, writeObject } from "./gitObjects.ts";
import { type PrivateRepo, type Where, noId, openPrivateRepo, unique, userHead } from "./privateRepo.ts";
import { pushBranch } from "./push.ts";
import { lazy, oneByOne } from "./once.ts";
import { snapshotRefs } from "./repo.ts";

export type BranchOptions = Where & { orderId: string; blobs: Pick<Blobs, "get" | "putBytes"> };
export type CommitRequest = {
  patch: Patch;
  subject: string;
  /** Slice and attempt tell whether the commit already was made. */
  trailers: Record<string, string>;
  direction: "land" | "revert";
};
/** `files` is what the next snapshot must show at the patch's paths. */
export type Committed = { commit: string; files: LandedFile[] } | { conflicts: string[] };

export type Branch = {
  /** One commit with the change of `patch`. The same slice and attempt again: the commit there is. Rejects with a fault. */
  commit(request: CommitRequest, signal: AbortSignal): Promise<Committed>;
  push(remote: string, signal: AbortSignal): Promise<{ pushed: true } | { pushed: false; why: string }>;
};

type Ground = {
  repo: PrivateRepo;
  orderId: string;
  ref: string;
  git: GitOptions;
  blobs: BranchOptions["blobs"];
};

const RACES = 5;
/** So far back an earlier landing of the same attempt is looked for; an order has at most 200 slices. */
const HISTORY = 1000;

function groundOf(repo: PrivateRepo, { orderId, blobs }: BranchOptions, signal: AbortSignal): Ground {
  snapshotRefs(orderId); // refuses an id that cannot stand in a ref
  const env: Record<string, string> =
    repo.user === null ? { GIT_DIR: repo.dir, GIT_WORK_TREE: repo.top } : {};
  return {
    repo,
    orderId,
    blobs,
    ref: `refs/heads/slicewise/${orderId}`,
    git: { cwd: repo.top, env, signal },
  };
}

/** The branch's newest commit, null before the first. Rejects when somebody has it checked out. */
async function readTip({ ref, git: options }: Ground): Promise<string | null> {
  const format = "--format=%(refname)%00%(objectname)%00%(worktreepath)";
  const lines = (await git(["for-each-ref", format, ref], options)).split("\n");
  const [, commit, checkedOut] = lines.map((line) => line.split("\0")).find(([name]) => name === ref) ?? [];
  if (commit === undefined) return null;
  if (checkedOut !== undefined && checkedOut !== "") {
    throw gitFault(
      `The branch ${ref.slice(11)} is checked out in ${checkedOut}. Slicewise lands on it without touching your files, ` +
        "so it must not be the current branch: switch to another one (git switch -), then land the slice again.",
    );
  }
  return commit;
}

/** Where the branch starts: the user's HEAD, or without git the order's first snapshot; null for an empty root. */
async function firstBase({ repo, orderId, git: options }: Ground): Promise<string | null> {
  if (repo.user !== null) return userHead(repo);
  const sorted = ["for-each-ref", "--sort=creatordate", "--count=1", "--format=%(objectname)"];
  return (await gitLine([...sorted, `${snapshotRefs(orderId)}/`], options)) || null;
}

/** `staged` names an index that holds a commit's tree, and is nobody's but ours. */
type Staged = Ground & { staged: GitOptions };

async function withIndex<T>(
  ground: Ground,
  base: string | null,
  work: (at: Staged) => Promise<T>,
): Promise<T> {
  const index = join(ground.repo.home, `${unique()}.index`);
  const staged = { ...ground.git, env: { ...ground.git.env, GIT_INDEX_FILE: index } };
  try {
    if (base !== null) await git(["read-tree", base], staged);
    return await work({ ...ground, staged });
  } finally {
    await Promise.all(["", ".lock"].map((ending) => rm(index + ending, { force: true })));
  }
}

/** Files of the commit's tree as they would stand in the workspace. */
async function readFiles({ repo, staged }: Staged, patch: Patch): Promise<Map<string, Now>> {
  const names = patch.map(({ path }) => repo.prefix + path);
  const modes = await indexedModes(names, staged);
  for (const [name, mode] of modes) {
    if (mode === "160000")
      throw gitFault(`"${name}" is a submodule on the branch; a slice cannot replace it.`);
  }
  const contents = await readIndexed([...modes.keys()], join(repo.home, `${unique()}.files`), staged);
  const found = [...contents].map(([name, bytes]): [string, Now] => [
    name.slice(repo.prefix.length),
    { bytes, mode: FileMode.parse(modes.get(name)) },
  ]);
  return new Map(found);
}

/** Whether no commit of the order's own touched the path: then what differs there is only the user's unsaved work. */
async function isUntouched(ground: Ground, tip: string | null, path: string): Promise<boolean> {
  if (tip === null) return true;
  const { repo, orderId, git: options } = ground;
  const head = await userHead(repo);
  const others = repo.user === null ? [`--glob=${snapshotRefs(orderId)}/*`] : head === null ? [] : [head];
  const range = others.length > 0 ? ["--not", ...others] : [];
  const asked = ["--literal-pathspecs", "rev-list", "-1", tip, ...range, "--", repo.prefix + path];
  return (await gitLine(asked, options)) === "";
}

/** `write` goes into the commit, null when the branch has it already; `next` is what later snapshots must show. */
type Decided = { write: Write | null; next: Stands };
type Stands = { bytes: Uint8Array | null; mode: FileMode };

/**
 * What becomes of one file. Where the patch was made on work the user has not committed, the commit gets the slice's
 * change alone if it can be told apart, else the file whole; never at the price of something landed before. Null is a
 * conflict.
 */
async function decide(at: Staged, tip: string | null, change: FileChange, now: Now): Promise<Decided | null> {
  const { path, mode } = change;
  const resolved = await resolveLanding([change], async () => now, at.blobs);
  const write = "writes" in resolved ? (resolved.writes[0] ?? null) : null;
  if ("writes" in resolved && write?.how !== "merged")
    return { write, next: write ?? now ?? { bytes: null, mode } };
  if (!(await isUntouched(at, tip, path))) return write && { write, next: write };
  const whole = { bytes: change.after === null ? null : await at.blobs.get(change.after), mode };
  return { write: write ?? { path, ...whole, now, how: "replaced" }, next: whole };
}

async function decideAll(
  at: Staged,
  tip: string | null,
  patch: Patch,
): Promise<{ writes: Write[]; files: LandedFile[] } | { conflicts: string[] }> {
  const tree = await readFiles(at, patch);
  const writes: Write[] = [];
  const files: LandedFile[] = [];
  const conflicts: string[] = [];
  for (const change of patch) {
    const decided = await decide(at, tip, change, tree.get(change.path) ?? null);
    if (decided === null) {
      conflicts.push(change.path);
      continue;
    }
    if (decided.write) writes.push(decided.write);
    files.push(await landedFile(change.path, decided.next, at.blobs));
  }
  return conflicts.length > 0 ? { conflicts } : { writes, files };
}

/** The file as it stands, its content kept in blobs. */
export const landedFile = async (
  path: string,
  stands: Stands,
  blobs: Pick<Blobs, "putBytes">,
): Promise<LandedFile> => ({
  path,
  after: stands.bytes && (await blobs.putBytes(stands.bytes)),
  mode: stands.mode,
});

async function writeTree(ground: Staged, writes: Write[]): Promise<string> {
  const entries = await inParallel(writes, 4, async ({ path, bytes, mode }) => {
    const name = ground.repo.prefix + path;
    return { path: name, mode, id: bytes && (await writeObject(bytes, name, mode, ground.git)) };
  });
  await putEntries(entries, { noId: noId(ground.repo), obstacles: "refuse" }, ground.staged);
  return gitLine(["write-tree"], ground.staged);
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

function messageOf({ subject, trailers, direction }: CommitRequest, orderId: string): string {
  const all = {
    ...trailers,
    "Slicewise-Order": orderId,
    ...(direction === "revert" ? { "Slicewise-Change": "revert" } : {}),
  };
  const lines = Object.entries(all).map(
    ([key, value]) => `${key.replace(/[^A-Za-z0-9-]/g, "-")}: ${oneLine(value)}`,
  );
  return `${oneLine(subject) || "Slice"}\n\n${lines.join("\n")}\n`;
}

type Trailers = Record<string, string>;
const sameAttempt = (a: Trailers, b: Trailers): boolean =>
  ["Slicewise-Slice", "Slicewise-Attempt"].every(
    (key) => a[key] !== undefined && a[key] === oneLine(b[key] ?? ""),
  );

/** The commit that landed this slice and attempt, or took it back, when that is the last that was done with it. */
async function findEarlier(ground: Ground, tip: string, request: CommitRequest): Promise<string | null> {
  const format = "--format=%H%n%(trailers:only,unfold)";
  const log = await git(["log", "-z", "--first-parent", `-${HISTORY}`, format, tip], ground.git);
  for (const entry of log.split("\0")) {
    const [commit, ...lines] = entry.split("\n");
    const trailers: Trailers = Object.fromEntries(
      lines
        .filter((line) => line.includes(": "))
        .map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
    );
    if (trailers["Slicewise-Order"] !== ground.orderId || !sameAttempt(trailers, request.trailers)) continue;
    const direction = trailers["Slicewise-Change"] === "revert" ? "revert" : "land";
    return direction === request.direction && commit ? commit : null;
  }
  return null;
}

async function filesAt(ground: Staged, patch: Patch): Promise<LandedFile[]> {
  const tree = await readFiles(ground, patch);
  return inParallel(patch, 4, ({ path, mode }) =>
    landedFile(path, tree.get(path) ?? { bytes: null, mode }, ground.blobs),
  );
}

/** False when the branch has moved since `tip` was read. */
async function moveTip(
  ground: Ground,
  tip: string | null,
  commit: string,
  subject: string,
): Promise<boolean> {
  const old = tip ?? noId(ground.repo);
  const args = ["update-ref", "-m", `slicewise: ${oneLine(subject)}`, ground.ref, commit, old];
  const moved = await runGit(args, { ...ground.git, accept: [0, 1, 128] });
  if (moved.status === 0) return true;
  if ((await readTip(ground)) !== tip) return false;
  throw gitFault(
    `The branch ${ground.ref.slice(11)} could not be moved:\n${moved.err.trim()}\nSettle this, then land again.`,
  );
}

/** Null when the branch moved meanwhile. */
async function commitOnce(ground: Ground, request: CommitRequest): Promise<Committed | null> {
  const tip = await readTip(ground);
  const earlier = tip && (await findEarlier(ground, tip, request));
  if (tip && earlier) {
    return withIndex(ground, tip, async (at) => ({
      commit: earlier,
      files: await filesAt(at, request.patch),
    }));
  }
  const base = tip ?? (await firstBase(ground));
  return withIndex(ground, base, async (at) => {
    const decided = await decideAll(at, tip, request.patch);
    if ("conflicts" in decided) return decided;
    const commit = await writeCommit(ground, base, await writeTree(at, decided.writes), request);
    return (await moveTip(ground, tip, commit, request.subject)) ? { commit, files: decided.files } : null;
  });
}

function writeCommit(
  ground: Ground,
  base: string | null,
  tree: string,
  request: CommitRequest,
): Promise<string> {
  const { repo, orderId, git: options } = ground;
  return gitLine(["commit-tree", tree, ...(base === null ? [] : ["-p", base]), "-F", "-"], {
    ...options,
    env: { ...options.env, ...repo.identity },
    input: messageOf(request, orderId),
  });
}

/**
 * Makes the slice's commit. When the branch moves meanwhile it starts again on the new tip. Rejects with a fault when
 * the branch is checked out, or git refuses.
 */
export async function commitOnBranch(
  repo: PrivateRepo,
  options: BranchOptions,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<Committed> {
  refuseHostilePaths(request.patch);
  const ground = groundOf(repo, options, signal);
  for (let race = 0; race < RACES; race++) {
    const committed = await commitOnce(ground, request);
    if (committed !== null) return committed;
  }
  throw gitFault(
    `The branch ${ground.ref.slice(11)} kept moving. Let the other program finish, then land the slice again.`,
  );
}

/** Opens nothing yet; the first call does. */
export function openBranch(options: BranchOptions): Branch {
  const ready = lazy(() => openPrivateRepo(options));
  const queue = oneByOne();
  return {
    commit: (request, signal) => queue(async () => commitOnBranch(await ready(), options, request, signal)),
    push: async (remote, signal) => pushBranch(await ready(), options.orderId, remote, signal),
  };
}
