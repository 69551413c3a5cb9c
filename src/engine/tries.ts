/** Runs the commands of checks on the base tree, each in a copy of its own, before anybody is paid to make them pass. */
import { isUnstartable } from "../core/commandRuns.ts";
import { extendsPlainly, isPlain } from "../core/plain.ts";
import type { TriedCheck } from "../core/order.ts";
import { allows } from "./execute.ts";
import { type Performing, orFault } from "./performer.ts";
import type { CommandResult, ProjectCommand, ProjectFacts, Snapshot } from "./ports.ts";

/** Of one try of a plan. What is left over is said to be untried. */
const MOST_COMMANDS = 100;
const MOST_MS = 10 * 60_000;
const MOST_SECONDS = 120;
const LANES = 2;
const OUTPUT_BYTES = 200_000;
const WHY_CHARS = 200;

/** Of the project's own commands, before the planner is asked: it waits for them. */
const OWN_SECONDS = 60;
const OWN_MS = 90_000;
const OWN: ReadonlySet<ProjectCommand["does"]> = new Set(["test", "build", "lint", "types"]);
const OWN_COMMANDS = 6;

/** `base` is the snapshot they were tried on; null when there is none to be had, and then `why` says so. */
export type Tries = { base: string; tried: TriedCheck[] } | { base: null; why: string };
type Bounds = { seconds: number; ms: number };

const UNTRIED = "not tried: ";
const untried = (command: string, why: string): TriedCheck => ({
  command,
  result: "unknown",
  status: null,
  why: `${UNTRIED}${why}`,
  ms: 0,
  output: null,
});

/** What was tried keeps until the tree changes; what was not may be by now. */
export const wasTried = ({ why }: TriedCheck): boolean => !why.startsWith(UNTRIED);

/**
 * Tries what is new of `commands` on the tree as it is now. Before the plan is approved only plain commands are run: see
 * core/plain.ts. Earlier results are taken over from the log: of the same tree; and, once slices have landed, of the tree
 * the command was first tried on, because an edit should not stop a running order for minutes.
 */
export async function tryChecks(
  run: Performing,
  commands: readonly string[],
  project: ProjectFacts,
  signal: AbortSignal,
): Promise<Tries> {
  const order = run.order();
  const taken = await snapshotOf(run, signal);
  if ("why" in taken) return taken;
  const isSame = order.tried?.base === taken.id;
  const hasLanded = order.slices.some(({ progress }) => progress.at === "done");
  const known = isSame || hasLanded ? (order.tried?.checks.filter(wasTried) ?? []) : [];
  const bounds = { seconds: MOST_SECONDS, ms: MOST_MS };
  const mayRun = (command: string): boolean => isTrusted(run, project, command);
  const tried = await tryAll(run, taken, unique(commands), { known, mayRun, bounds }, signal);
  const base = hasLanded && order.tried ? order.tried.base : taken.id;
  return { base, tried };
}

/** Whether the project's own commands work on the tree as it is. */
export async function tryProject(
  run: Performing,
  { commands }: ProjectFacts,
  signal: AbortSignal,
): Promise<TriedCheck[]> {
  const own = unique(commands.filter(({ does }) => OWN.has(does)).map(({ command }) => command));
  if (own.length === 0) return [];
  const taken = await snapshotOf(run, signal);
  if ("why" in taken) return [];
  const some = { known: [], mayRun: () => true, bounds: { seconds: OWN_SECONDS, ms: OWN_MS } };
  return tryAll(run, taken, own.slice(0, OWN_COMMANDS), some, signal);
}

const unique = (commands: readonly string[]): string[] => [...new Set(commands)];

async function snapshotOf(
  { world, order }: Performing,
  signal: AbortSignal,
): Promise<Snapshot | Extract<Tries, { base: null }>> {
  const taken = await orFault(world.repo.snapshot(order().overlay, signal));
  return "id" in taken ? taken : { base: null, why: taken.message };
}

/** By policy everything is approved under full autonomy; else the user's own words count, and what is plain. */
function isTrusted({ world, order }: Performing, project: ProjectFacts, command: string): boolean {
  if (order().config?.autonomy === "full") return true;
  const own = project.commands.filter(({ does }) => does !== "start");
  return (
    isPlain(command) ||
    own.some((one) => extendsPlainly(one.command, command)) ||
    world.settings.commands.allow.some((allowed) => allows(allowed, command))
  );
}

type Some = { known: readonly TriedCheck[]; mayRun(command: string): boolean; bounds: Bounds };

/** In the order given. Two at a time; each in a fresh copy, so that none sees what another left behind. */
async function tryAll(
  run: Performing,
  base: Snapshot,
  commands: readonly string[],
  { known, mayRun, bounds }: Some,
  signal: AbortSignal,
): Promise<TriedCheck[]> {
  const { clock } = run.world;
  const kept = keptOf(run);
  const results = new Map<string, TriedCheck>(known.map((one) => [one.command, one]));
  const end = clock.awake() + bounds.ms;
  const open = commands.filter((command) => !results.has(command));
  let runs = 0;
  const lane = async (): Promise<void> => {
    for (let command = open.shift(); command !== undefined && !signal.aborted; command = open.shift()) {
      const key = `${base.id}\n${command}`;
      const before = kept.get(key);
      const isLate = clock.awake() >= end;
      const why = before || mayRun(command) ? unbounded(runs, isLate) : NOT_PLAIN;
      if (!before && why === null) runs += 1;
      const one =
        before ?? (why === null ? await tryOne(run, base, command, bounds, signal) : untried(command, why));
      if (wasTried(one) && !signal.aborted) kept.set(key, one);
      results.set(command, one);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return commands.flatMap((command) => results.get(command) ?? []);
}

const NOT_PLAIN = "it is no plain test command. It runs once the plan is approved.";

function unbounded(runs: number, isLate: boolean): string | null {
  if (runs >= MOST_COMMANDS) return `${MOST_COMMANDS} other commands were tried. It runs with its slice.`;
  return isLate ? "the time for trying checks was used up. It runs with its slice." : null;
}

async function tryOne(
  run: Performing,
  base: Snapshot,
  command: string,
  { seconds }: Bounds,
  signal: AbortSignal,
): Promise<TriedCheck> {
  const { world } = run;
  const most = Math.min(seconds, world.settings.limits.checkSeconds);
  world.watch({ slice: null, attempt: null, kind: "check", text: command });
  const scratch = await orFault(world.repo.scratch(base, [], signal));
  if (!("root" in scratch)) return untried(command, scratch.message);
  try {
    const limits = { seconds: most, outputBytes: OUTPUT_BYTES };
    const result = await world.shell.run(command, scratch.root, limits, signal);
    return await recorded(run, command, result, most);
  } finally {
    await scratch.dispose();
  }
}

async function recorded(
  { world }: Performing,
  command: string,
  result: CommandResult,
  seconds: number,
): Promise<TriedCheck> {
  const { status, ms, output } = result;
  if (result.ended === "aborted") return untried(command, "stopped before it ended.");
  const said = { command, status, ms };
  if (result.ended === "exit" && status === 0) return { ...said, result: "pass", why: "", output: null };
  const blob = output === "" ? null : await world.blobs.putText(output);
  return { ...said, ...triedResult(result, seconds), output: blob };
}

/** What a command that did not pass says of itself; `seconds` is how long it was given. */
export function triedResult(
  { ended, status, output }: CommandResult,
  seconds: number,
): Pick<TriedCheck, "result" | "why"> {
  if (ended === "exit" && status === 0) return { result: "pass", why: "" };
  if (ended === "timeout") {
    return { result: "unknown", why: `It still ran after ${Math.round(seconds)} s and was ended.` };
  }
  const why = telling(output);
  if (ended === "unstartable" || isUnstartable(status))
    return { result: "unknown", why: `It could not be started: ${why}` };
  return { result: "fail", why: why || (status === null ? "ended by a signal" : `exit ${status}`) };
}

const FAILING =
  /\b(error|fail(ed|ure|ing)?|assert\w*|exception|cannot|not found|not ok|expected|missing)\b|[✗✖×]/i;

/** The first line that says what is wrong, else the last one. */
function telling(output: string): string {
  const lines = output
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (lines.find((line) => FAILING.test(line)) ?? lines.at(-1) ?? "").slice(0, WHY_CHARS);
}

/** While the order is open: what was tried on a tree holds, also when what asked for it was cut off. */
const keptBy = new WeakMap<object, Map<string, TriedCheck>>();
function keptOf({ world }: Performing): Map<string, TriedCheck> {
  const kept = keptBy.get(world) ?? new Map<string, TriedCheck>();
  keptBy.set(world, kept);
  return kept;
}

/** Whatever was tried is tried again when next asked for. */
export const forgetTries = ({ world }: Pick<Performing, "world">): void => void keptBy.delete(world);
