/**
 * Keeps a command from taking the whole machine: what a repository's checks start is counted, and the memory they leave to others.
 * By `/proc`, so on Linux only; elsewhere the time limit is what holds.
 */
import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { familyOf, processesNow } from "./killTree.ts";

export type ProcessLimits = {
  /** At once, the command's own shell included. */
  processes: number;
  /** Shares of the machine's memory: less than `left` is free, while the command holds more than `held`. */
  left: number;
  held: number;
};
/** Builds and tests stay far below, also with one worker for each of many cores. */
export const PROCESS_LIMITS: ProcessLimits = { processes: 1000, left: 0.03, held: 0.5 };

const EVERY_MS = 500;

/** Calls `exceeded` at most once, with what was too much. What is returned ends the watch. */
export function watchProcesses(
  pid: number,
  limits: ProcessLimits,
  exceeded: (what: string) => void,
): () => void {
  if (process.platform !== "linux") return () => undefined;
  let fewest = Infinity;
  const timer = setInterval(() => {
    const threads = threadsOfMachine();
    fewest = Math.min(fewest, threads);
    // The whole machine is one short file; who it was is asked when there is something to ask. At once: nothing else gets to run.
    const isMuch = threads - fewest >= limits.processes || freemem() < limits.left * totalmem();
    const what = isMuch ? excess([...familyOf(pid, processesNow())], limits) : null;
    if (what === null) return;
    clearInterval(timer);
    exceeded(what);
  }, EVERY_MS).unref();
  fewest = threadsOfMachine();
  return () => clearInterval(timer);
}

function excess(family: readonly number[], limits: ProcessLimits): string | null {
  if (family.length > limits.processes) return `it ran more than ${limits.processes} processes at once`;
  if (freemem() > limits.left * totalmem()) return null;
  const held = family.reduce((sum, one) => sum + residentBytes(one), 0) / totalmem();
  return held > limits.held
    ? `it held ${Math.round(100 * held)} % of the machine's memory, and none was left`
    : null;
}

const PAGE = 4096;
/** Pages of larger size are counted too small, which ends nothing that should go on. */
const residentBytes = (pid: number): number => PAGE * Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0);

/** "0.20 0.18 0.12 1/80 11206": how many of how many run. 0 when there is no such file, and nothing is limited. */
const threadsOfMachine = (): number => Number(/\/(\d+) /.exec(read("/proc/loadavg"))?.[1] ?? 0);

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // it ended meanwhile
  }
}
