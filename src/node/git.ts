/** One way to run git: no hooks, no prompts, no optional locks, nothing inherited from a git that may be running us. */
import { spawn } from "node:child_process";
import { type FaultError, codeOf, faultError } from "./diskFault.ts";
import { isSecretName } from "./redact.ts";

export type GitOptions = {
  cwd: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  signal?: AbortSignal;
  /** Exit statuses that are an answer, not a failure. Default: only 0. */
  accept?: readonly number[];
  /** In a session of its own: what git starts (ssh, credential helpers) finds no terminal to ask on. */
  session?: "own";
};
export type GitResult = { status: number; out: Buffer; err: string };

/** `core.safecrlf` off: it would refuse files whose line ends are mixed, and a snapshot refuses nothing. */
const ALWAYS = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.untrackedCache", "false"],
  ["core.splitIndex", "false"],
  ["core.quotePath", "false"],
  ["core.safecrlf", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
  ["diff.ignoreSubmodules", "all"],
  ["i18n.commitEncoding", "UTF-8"],
  ["i18n.logOutputEncoding", "UTF-8"],
].flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** Set when git itself runs us (a hook, an alias, an editor): they would aim our commands at the wrong repository. */
// prettier-ignore
const LOCAL = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_OBJECT_DIRECTORY", "GIT_DIR",
  "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS",
  "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NAMESPACE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
  "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_QUARANTINE_PATH", "GIT_REFLOG_ACTION",
]);

/**
 * git starts filters that the repository's attributes choose, so it gets no keys; but for a push, whose credential helper
 * may need them.
 */
export function environment({ env: extra = {}, session }: GitOptions): NodeJS.ProcessEnv {
  const isKept = (key: string): boolean =>
    !LOCAL.has(key) && (session === "own" || key.startsWith("GIT_") || !isSecretName(key));
  const inherited = Object.entries(process.env).filter(([key]) => isKept(key));
  const ours = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C", ...extra };
  return { ...Object.fromEntries(inherited), ...ours };
}

/** `message` says what, where and what to do next. */
export const gitFault = (message: string, cause?: unknown): FaultError =>
  faultError({ kind: "git", message }, cause);

function startFault(error: NodeJS.ErrnoException, cwd: string): Error {
  if (error.name === "AbortError")
    return faultError({ kind: "cancelled", message: "Stopped while git was running." });
  if (error.code === "ENOENT") {
    return gitFault(
      `git could not be started in ${cwd}: either the folder is gone, or git is not installed or not on the PATH. ` +
        "Install git 2.31 or newer (https://git-scm.com) and try again; nothing was changed.",
      error,
    );
  }
  return gitFault(`git could not be started in ${cwd}: ${error.message}.`, error);
}

/** User names and passwords that stand in a remote's address. */
export const withoutSecrets = (text: string): string => text.replace(/:\/\/[^/\s'"]*@/g, "://");

function exitFault(args: readonly string[], cwd: string, result: GitResult): Error {
  const said =
    withoutSecrets(result.err).trim().split("\n").slice(-6).join("\n") || `exit status ${result.status}`;
  const next = /dubious ownership/.test(said)
    ? "Mark the folder as safe with the command git names above, then try again."
    : "Settle what git says above, then try again; nothing was changed by this step.";
  return gitFault(
    `git ${args.find((arg) => !arg.startsWith("-")) ?? ""} failed in ${cwd}:\n${said}\n${next}`,
  );
}

/** Ends what git started, too. Gently: git then takes its lock files away. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === "win32") return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

/** The whole command, without which git would do as the user's or the repository's settings say. */
export const gitCommand = (args: readonly string[]): string[] => ["git", ...ALWAYS, ...args];

/** Runs git to its end. Rejects with a fault when it cannot be started, was stopped, or ends in another status. */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const { cwd, signal, accept = [0] } = options;
  return new Promise((resolve, reject) => {
    const [program = "", ...given] = gitCommand(args);
    const child = spawn(program, given, {
      cwd,
      env: environment(options),
      signal,
      detached: options.session === "own",
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    if (options.session === "own")
      signal?.addEventListener("abort", () => killGroup(child.pid), { once: true });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => reject(startFault(error, cwd)));
    // A git that ends before it has read its input breaks the pipe; its exit status says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.on("close", (code, killedBy) => {
      const result = { status: code ?? 128, out: Buffer.concat(out), err: Buffer.concat(err).toString() };
      if (killedBy !== null) result.err += `git was ended by ${killedBy}`;
      if (accept.includes(result.status)) resolve(result);
      else reject(exitFault(args, cwd, result));
    });
  });
}

/** What git printed, as text. */
export const git = async (args: readonly string[], options: GitOptions): Promise<string> =>
  (await runGit(args, options)).out.toString();

/** One line of output, without its newline. */
export const gitLine = async (args: readonly string[], options: GitOptions): Promise<string> =>
  (await git(args, options)).trimEnd();

/** The parts of a `-z` answer. */
export const fields = (text: string): string[] => {
  const parts = text.split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
};
