/** The built headless program, run as a person runs it: a process of its own, its group ended with it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A copy of the build, which a rebuild meanwhile cannot pull from under a running process, until this process ends. Its
 * main file.
 */
export function copyProgram(root: string): string {
  const dist = join(root, "dist");
  if (isOld(root)) execFileSync(process.execPath, ["esbuild.mjs"], { cwd: root, stdio: "ignore" });
  const folder = mkdtempSync(join(tmpdir(), "slicewise-program-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(dist).filter((one) =>
    /^(headless.*\.js|(vendor-\w+|codeMap)\.cjs|grammars)$/.test(one),
  ))
    cpSync(join(dist, name), join(folder, name), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  return join(folder, "headless.js");
}

function isOld(root: string): boolean {
  const main = join(root, "dist/headless.js");
  if (!existsSync(main)) return true;
  const built = statSync(main).mtimeMs;
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  return sources.some((file) => statSync(join(root, "src", file)).mtimeMs > built);
}

export type Ended = { status: number | null; out: string; err: string };
export type Running = { child: ChildProcess; ended: Promise<Ended>; kill(): void };

/** `env` is all the process gets, beside what finds programs and temporary folders. */
export function start(main: string, args: readonly string[], env: Record<string, string>): Running {
  const { PATH = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text.err += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...text }));
  });
  return { child, ended, kill: () => killGroup(child) };
}

/** As a power cut: nothing is told, nothing is finished. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}
