/**
 * A git command that is run again and again, such as the list of files before each map of the code. From the second time on it
 * is started by a shell that stays: Node starts a program by fork, which copies the page tables of our hundreds of megabytes and
 * lets each of our threads fault on every page it then writes. Measured: 20 to 30 ms of 65, where git itself needs 10.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { environment, git, gitCommand, type GitOptions } from "./git.ts";
import { oneByOne } from "./once.ts";

/** Runs what it is given for each line it reads, and says how that ended. It ends when nobody can write to it any more. */
const SCRIPT = `while read -r _; do "$@" 2>/dev/null </dev/null; printf '\\0%s\\n' "$?"; done`;
/** Where an answer ends, with its status. A `-z` answer holds no empty field, so nothing of git's looks like it. */
const END = /(?:\0|^)\0(\d{1,3})\n$/;
const NEWLINE = 10;
const IDLE_MS = 60_000;

/** Resolves with what git printed, a `-z` answer. Rejects as `git` does. */
export function gitAgain(
  args: readonly string[],
  options: Pick<GitOptions, "cwd" | "env">,
): () => Promise<string> {
  const inTurn = oneByOne();
  const direct = () => git(args, options);
  let shell: Shell | null = null;
  let isFirst = true;

  return () =>
    inTurn(async () => {
      if (isFirst || process.platform === "win32") {
        isFirst = false;
        return direct();
      }
      shell ??= openShell(gitCommand(args), options);
      const answer = await shell.run();
      if (answer !== null) return answer;
      shell.close();
      shell = null;
      return direct(); // git itself, or its error in words
    });
}

type Shell = ReturnType<typeof openShell>;

function openShell(command: readonly string[], { cwd, env }: Pick<GitOptions, "cwd" | "env">) {
  const child = spawn("sh", ["-c", SCRIPT, "sh", ...command], {
    cwd,
    env: environment({ cwd, env }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  let idle: NodeJS.Timeout | undefined;
  let ended = false;
  const end = () => void (ended = true);
  child.once("error", end).once("close", end);
  child.stdin.on("error", end);

  /** What the command printed; null when it failed or could not be run. */
  const run = () =>
    new Promise<string | null>((resolve) => {
      if (ended) return resolve(null);
      clearTimeout(idle);
      keepAlive(child, true);
      const parts: Buffer[] = [];
      const settle = (answer: string | null) => {
        child.stdout.off("data", take);
        child.off("error", fail).off("close", fail);
        keepAlive(child, false);
        idle = setTimeout(close, IDLE_MS).unref();
        resolve(answer);
      };
      const fail = () => settle(null);
      const take = (part: Buffer) => {
        parts.push(part);
        const answer = part.at(-1) === NEWLINE ? endOf(Buffer.concat(parts).toString()) : null;
        if (answer !== null) settle(answer.status === "0" ? answer.out : null);
      };
      child.stdout.on("data", take);
      child.once("error", fail).once("close", fail);
      child.stdin.write("\n");
    });

  const close = () => void child.stdin.end();
  return { run, close };
}

function endOf(all: string): { status: string; out: string } | null {
  const status = END.exec(all)?.[1];
  return status === undefined ? null : { status, out: all.slice(0, -`\0${status}\n`.length) };
}

/** A shell without work must not keep us from ending. */
function keepAlive(child: ChildProcess, isBusy: boolean): void {
  const ends = [child, child.stdin, child.stdout] as (Partial<Record<"ref" | "unref", () => void>> | null)[];
  for (const one of ends)
    if (isBusy) one?.ref?.();
    else one?.unref?.();
}
