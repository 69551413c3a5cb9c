/** Begins a folder's `.slicewise/rules.md` from what the project is: for the terminal and the editor alike. */
import { join } from "node:path";
import type { TriedCheck } from "./core/order.ts";
import type { Settings } from "./core/settings.ts";
import { triedResult } from "./engine/tries.ts";
import type { ProjectCommand, Scratch, Shell } from "./engine/ports.ts";
import { openBlobs } from "./node/blobs.ts";
import { type FaultError, faultError } from "./node/diskFault.ts";
import { exists, putNew, realRoot } from "./node/orderFolder.ts";
import { openProject } from "./node/project.ts";
import { makeRedact, secretsOf } from "./node/redact.ts";
import { openRepo } from "./node/repo.ts";
import { commandsToShow, resultText, rulesFor } from "./node/rulesTemplate.ts";
import { openSandbox } from "./node/sandbox.ts";
import { openShell } from "./node/shell.ts";

export const RULES_FILE = ".slicewise/rules.md";
const OUTPUT_BYTES = 100_000;
/** One command of a project that takes longer is no check anybody waits for. */
const MOST_SECONDS = 120;

export type InitParts = {
  workspaceRoot: string;
  /** A private folder outside the workspace, for the copies in which commands are tried. */
  storage: string;
  settings: Pick<Settings, "sandbox"> & { limits: Pick<Settings["limits"], "checkSeconds"> };
  commands: "try" | "leave";
  /** "print" answers the text and writes nothing, even when there is a file. */
  file: "write" | "print";
  /** What is going on, in words. */
  note(text: string): void;
};
/** `path` is absolute. Not written: there is a file already, or it was only to be printed. */
export type InitRules = { path: string; text: string; written: boolean; tried: TriedCheck[] };

/** Never overwrites. Rejects with a fault when the disk refuses, or when it is stopped: then nothing was written. */
export async function initRules(parts: InitParts, signal: AbortSignal): Promise<InitRules> {
  const root = await realRoot(parts.workspaceRoot);
  const path = join(root, RULES_FILE);
  if (parts.file === "write" && (await exists(path))) return { path, text: "", written: false, tried: [] };
  const facts = await openProject(root).facts(signal);
  const commands = parts.commands === "try" ? commandsToShow(facts) : [];
  const tried = commands.length === 0 ? [] : await tryAll(commands, root, parts, signal);
  if (signal.aborted) throw stopped();
  const text = rulesFor(facts, tried);
  const written = parts.file === "write" && (await putNew({ root, path: RULES_FILE }, text));
  return { path, text, written, tried };
}

const stopped = (): FaultError =>
  faultError({ kind: "cancelled", message: "Stopped before the rules were written. Nothing was changed." });

async function tryAll(
  commands: readonly ProjectCommand[],
  workspaceRoot: string,
  { storage, settings: { limits, sandbox }, note }: InitParts,
  signal: AbortSignal,
): Promise<TriedCheck[]> {
  const redact = makeRedact(secretsOf(process.env));
  const blobs = openBlobs(join(storage, "blobs"), redact);
  const repo = openRepo({ workspaceRoot, storage, orderId: "rules", blobs });
  const wrap = openSandbox({ ...sandbox, workspaceRoot, caches: join(storage, "caches") });
  const shell = openShell({ redact, wrap });
  const seconds = Math.min(limits.checkSeconds, MOST_SECONDS);
  const tried: TriedCheck[] = [];
  const base = await repo.snapshot([], signal);
  for (const { command } of commands) {
    if (signal.aborted) throw stopped();
    note(`trying ${command}`);
    const one = await tryOne(command, () => repo.scratch(base, [], signal), shell, seconds, signal);
    note(`${command}: ${resultText(one)}`);
    tried.push(one);
  }
  return tried;
}

/** In a copy of its own: what one command leaves behind must not help the next one. */
async function tryOne(
  command: string,
  copy: () => Promise<Scratch>,
  shell: Shell,
  seconds: number,
  signal: AbortSignal,
): Promise<TriedCheck> {
  const scratch = await copy();
  try {
    const limits = { seconds, outputBytes: OUTPUT_BYTES };
    const result = await shell.run(command, scratch.root, limits, signal);
    const { status, ms } = result;
    return { command, status, ms, ...triedResult(result, seconds), output: null };
  } finally {
    await scratch.dispose();
  }
}
