/** The landing port outside an editor: on the order's branch, and into the working files too when asked. */
import type { LandedFile, Patch } from "../core/order.ts";
import { invertPatch } from "../core/patch.ts";
import type { LandRequest, LandResult, Landing } from "../engine/ports.ts";
import { type Resolved, resolveLanding } from "../engine/resolve.ts";
import { type Branch, type BranchOptions, type CommitRequest, commitOnBranch, landedFile } from "./branch.ts";
import { faultError, orDiskFault } from "./diskFault.ts";
import { type PrivateRepo, openPrivateRepo } from "./privateRepo.ts";
import { pushBranch } from "./push.ts";
import { lazy, oneByOne } from "./once.ts";
import { type Written, readWorkFile, writeAll } from "./workFile.ts";

export type LandingOptions = BranchOptions & { into: "branch" | "workspace" };

const TRIES = 3;
type Blobs = BranchOptions["blobs"];
type Commit = Branch["commit"];

async function onBranch(commit: Commit, request: CommitRequest, signal: AbortSignal): Promise<LandResult> {
  const done = await commit(request, signal);
  if ("conflicts" in done) return { landed: false, conflicts: done.conflicts };
  return { landed: true, commit: done.commit, into: "branch", files: done.files };
}

const standing = async (root: string, patch: Patch, blobs: Blobs): Promise<LandedFile[]> => {
  const files: LandedFile[] = [];
  for (const { path, mode } of patch) {
    files.push(await landedFile(path, (await readWorkFile(root, path)) ?? { bytes: null, mode }, blobs));
  }
  return files;
};

type Laid = { conflicts: string[] } | Extract<Written, { written: true }>;

/** Resolves and writes; starts again when a file changed between the two. */
async function intoFiles(root: string, patch: Patch, blobs: Blobs): Promise<Laid> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const resolved: Resolved = await resolveLanding(patch, (path) => readWorkFile(root, path), blobs);
    if ("conflicts" in resolved) return { conflicts: resolved.conflicts.map(({ path }) => path) };
    const written = await writeAll(root, resolved.writes);
    if (written.written) return written;
  }
  const message = `The files in ${root} keep changing while the slice lands. Nothing was written; land it again later.`;
  throw faultError({ kind: "disk", message });
}

/** Files first, then the commit: of the two the files are likelier to refuse, and they can be put back. */
async function intoWorkspace(
  repo: PrivateRepo,
  commit: Commit,
  request: CommitRequest,
  blobs: Blobs,
  signal: AbortSignal,
): Promise<LandResult> {
  const laid = await intoFiles(repo.workspaceRoot, request.patch, blobs);
  if ("conflicts" in laid) return { landed: false, conflicts: laid.conflicts };
  try {
    const done = await commit(request, signal);
    if ("commit" in done) {
      const files = await standing(repo.workspaceRoot, request.patch, blobs);
      return { landed: true, commit: done.commit, into: "workspace", files };
    }
    await laid.undo();
    return { landed: false, conflicts: done.conflicts };
  } catch (error) {
    await laid.undo();
    throw error;
  }
}

/** Opens nothing yet; the first call does. Conflicts are answers; what git or the disk refuse rejects with a fault. */
export function openLanding(options: LandingOptions): Landing {
  const ready = lazy(() => openPrivateRepo(options));
  const queue = oneByOne();
  const bring = async (request: CommitRequest, signal: AbortSignal): Promise<LandResult> => {
    const repo = await ready();
    const commit: Commit = (wanted, stop) =>
      commitOnBranch(repo, options, wanted, stop).catch(orDiskFault("commit with", options.storage));
    if (options.into === "branch") return onBranch(commit, request, signal);
    return intoWorkspace(repo, commit, request, options.blobs, signal);
  };
  const asked = ({ patch, subject, trailers }: LandRequest): Omit<CommitRequest, "direction"> => ({
    patch,
    subject,
    trailers,
  });
  return {
    land: (request, signal) => queue(() => bring({ ...asked(request), direction: "land" }, signal)),
    revert: ({ patch, ...request }, signal) =>
      queue(() =>
        bring({ ...asked({ ...request, patch: invertPatch(patch) }), direction: "revert" }, signal),
      ),
    push: async (remote, signal) => pushBranch(await ready(), options.orderId, remote, signal),
  };
}
