/** Pushing the order's branch: bounded, silent, without hooks, and never a reason to stop an order. */
import { git, runGit, withoutSecrets } from "./git.ts";
import type { PrivateRepo } from "./privateRepo.ts";

const PUSH_MS = 60_000;
export type Pushed = { pushed: true } | { pushed: false; why: string };

/** Nobody is there to answer: neither a terminal, nor a window of an askpass program or a credential helper. */
const UNATTENDED = {
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  SSH_ASKPASS_REQUIRE: "never",
  GCM_INTERACTIVE: "never",
};

/** `remote` must be the name of a remote the user has: settings come with the repository and may not name addresses. */
export async function pushBranch(
  repo: PrivateRepo,
  orderId: string,
  remote: string,
  signal: AbortSignal,
): Promise<Pushed> {
  if (repo.user === null) {
    return {
      pushed: false,
      why: "The folder has no git repository, so there is nowhere to push. Clear slicewise.git.push.",
    };
  }
  const known = (await git(["remote"], { cwd: repo.top, signal })).split("\n").filter((name) => name !== "");
  if (!known.includes(remote)) {
    const there = known.length === 0 ? "there is none" : `there are: ${known.join(", ")}`;
    return {
      pushed: false,
      why: `"${remote}" is no remote of the repository (${there}). Set slicewise.git.push to one.`,
    };
  }
  const ref = `refs/heads/slicewise/${orderId}`;
  const limit = AbortSignal.timeout(PUSH_MS);
  const args = ["push", "--no-verify", "--quiet", "--no-follow-tags", "--recurse-submodules=no"];
  try {
    const result = await runGit([...args, remote, `${ref}:${ref}`], {
      cwd: repo.top,
      env: UNATTENDED,
      signal: AbortSignal.any([signal, limit]),
      session: "own",
      accept: [0, 1, 128],
    });
    if (result.status === 0) return { pushed: true };
    return {
      pushed: false,
      why: withoutSecrets(result.err).replace(/\s+/g, " ").trim().slice(-500) || "git gave no reason",
    };
  } catch (error) {
    if (limit.aborted && !signal.aborted)
      return { pushed: false, why: `${remote} did not answer within ${PUSH_MS / 1000} s` };
    throw error;
  }
}
