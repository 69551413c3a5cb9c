import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandResult, Sandbox, Shell } from "../engine/ports.ts";
import { openCapture } from "./capture.ts";
import { commandEnvironment } from "./environment.ts";
import { killGroup, killTree, MARK } from "./killTree.ts";
import { PROCESS_LIMITS, type ProcessLimits, watchProcesses } from "./processLimits.ts";
import { unconfined } from "./sandbox.ts";

/** How long output is still read after the command itself has ended: something it left behind may hold the pipe for ever. */
const GRACE_MS = 200;
const UNKILLABLE_MS = 3_000;
/** The longest delay a timer takes. */
const MOST_MS = 2 ** 31 - 1;

export type ShellOptions = {
  redact: (text: string) => string;
  /** The sandbox's place; the system's shell by default. */
  wrap?: Sandbox;
  /** What the command's environment is taken from; this process's by default. */
  env?: NodeJS.ProcessEnv;
  limits?: ProcessLimits;
};

/** Ended commands leave nothing of their process group behind; stopped ones nothing at all. */
export function openShell({
  redact,
  wrap = unconfined,
  env = process.env,
  limits = PROCESS_LIMITS,
}: ShellOptions): Shell {
  return {
    run: async (command, cwd, { seconds, outputBytes }, signal) => {
      const started = performance.now();
      const result = (
        ended: CommandResult["ended"],
        status: number | null,
        output: string,
      ): CommandResult => ({
        ...{ ended, status, output, ms: Math.round(performance.now() - started) },
      });
      if (signal.aborted) return result("aborted", null, "");
      const place = await wrap(command, cwd, "write");
      if ("refused" in place) return result("unstartable", null, place.refused);
      const { file, args, confined } = place;
      const mark = randomUUID();
      const capture = openCapture(outputBytes);
      const child = start(file, args, cwd, { ...commandEnvironment(env), [MARK]: mark });
      child.stdout?.on("data", capture.add);
      child.stderr?.on("data", capture.add);
      const closed = new Promise((resolve) => child.once("close", resolve));
      const exit = exitOf(child);
      let excess = "";
      const unwatch = watchProcesses(child.pid ?? 0, limits, (what) => {
        excess = `\nEnded by Slicewise: ${what}.\n`;
        if (child.pid === undefined) return;
        killGroup(child.pid); // before anything is waited for
        void killTree(child.pid, mark, exit);
      });
      const stopped = await stopReason(exit, seconds, signal);
      unwatch();
      if (stopped !== null && child.pid !== undefined) await killTree(child.pid, mark, exit);
      const { status, error } = await (stopped === null ? exit : Promise.race([exit, gaveUp()]));
      if (error !== null) return result("unstartable", null, await unstartable(error, file, cwd));
      await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (child.pid !== undefined) killGroup(child.pid);
      const ended = result(
        stopped ?? "exit",
        stopped === null ? status : null,
        capture.text(redact) + excess,
      );
      return confined ? { ...ended, confined } : ended;
    },
  };
}

function start(file: string, args: string[], cwd: string, env: Record<string, string>): ChildProcess {
  const posix = process.platform !== "win32";
  return spawn(file, args, {
    ...{ cwd, env, detached: posix, windowsHide: true, windowsVerbatimArguments: !posix },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

type Exit = { status: number | null; error: Error | null };

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve({ status: null, error }));
    child.once("exit", (status) => resolve({ status, error: null }));
  });

/** Null when the command ended by itself. */
function stopReason(
  exit: Promise<Exit>,
  seconds: number,
  signal: AbortSignal,
): Promise<"timeout" | "aborted" | null> {
  return new Promise((resolve) => {
    const settle = (reason: "timeout" | "aborted" | null) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(reason);
    };
    const abort = () => settle("aborted");
    const timer = setTimeout(() => settle("timeout"), Math.min(seconds * 1000, MOST_MS));
    signal.addEventListener("abort", abort, { once: true });
    void exit.then(() => settle(null));
  });
}

/** A process that waits for a broken disk cannot be killed; it is left to the system. */
const gaveUp = (): Promise<Exit> => sleep(UNKILLABLE_MS, { status: null, error: null }, { ref: false });

async function unstartable(error: Error, file: string, cwd: string): Promise<string> {
  const folder = await stat(cwd).catch(() => null);
  if (folder?.isDirectory() !== true) return `could not start the command: the folder ${cwd} does not exist`;
  return `could not start ${file} in ${cwd}: ${error.message}`;
}
