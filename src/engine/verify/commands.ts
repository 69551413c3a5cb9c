/** Commands: each on the patched copy, and on the base tree where that has something to say. */
import { type Ran, type Runs, asksBase, judgeRuns } from "../../core/commandRuns.ts";
import type { Evidence } from "../../core/order.ts";
import type { CommandResult } from "../ports.ts";
import { type Copies, openCopies } from "./copies.ts";
import { type Run, type Trial, eachUntilFail, evidenceOf } from "./verifying.ts";

const OUTPUT_BYTES = 1_000_000;

/** The slice's commands in their order, on a fresh copy with the patch and on a fresh copy without. */
export async function commands(trial: Trial): Promise<Evidence[]> {
  const { world, slice, signal } = trial;
  const wanted = slice.checks.filter((check): check is Run => "run" in check);
  if (wanted.length === 0) return [];
  const patched = openCopies(trial, trial.patch);
  const base = baseRuns(trial, openCopies(trial, []));
  try {
    return await eachUntilFail(wanted, signal, (check) => {
      world.watch({ slice: slice.id, attempt: trial.attempt, kind: "check", text: check.run });
      return command(trial, check, patched, base);
    });
  } finally {
    await Promise.all([patched.close(), base.close()]);
  }
}

type Base = {
  /** What the command does on the base tree, after those before it. Twice when it must be red and the first run is. */
  run(check: Run): Promise<{ runs: readonly CommandResult[]; root: string }>;
  close(): Promise<void>;
};

async function command(trial: Trial, check: Run, patched: Copies, base: Base): Promise<Evidence> {
  const { world, signal } = trial;
  const seconds = world.settings.limits.checkSeconds;
  const { runs: after, root } = await runOn(trial, check.run, patched, 2);
  const isOffline = after.some(({ confined }) => confined?.network === false);
  const given = { command: check.run, wanted: check.before, seconds, after, isOffline };
  const onBase =
    asksBase({ ...given, roots: [] }) && !signal.aborted ? await base.run(check) : { runs: [], root: "" };
  const runs: Runs = {
    ...given,
    before: onBase.runs,
    roots: [root, onBase.root].filter((one) => one !== ""),
  };
  return evidenceOf({
    kind: "command",
    name: check.run,
    ...judgeRuns(runs),
    ms: after.reduce((sum, { ms }) => sum + ms, 0),
    output: await world.blobs.putText(transcript(after, onBase.runs)),
    sandboxed: after.every(({ confined }) => confined !== undefined),
  });
}

/** Runs it; and once more, on what it left or on a fresh copy, when it ended red by itself. */
async function runOn(trial: Trial, text: string, copies: Copies, most: 1 | 2) {
  const { world, signal } = trial;
  const limits = { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES };
  const runs: CommandResult[] = [];
  let root = "";
  do {
    root = await copies.root();
    runs.push(await world.shell.run(text, root, limits, signal));
    if (!signal.aborted) await copies.settle();
  } while (runs.length < most && isRed(runs.at(-1)) && !signal.aborted);
  return { runs, root };
}

const isRed = (ran: Ran | undefined): boolean => ran?.ended === "exit" && ran.status !== 0;

/** All that was printed, for a person to read. */
function transcript(after: readonly Ran[], before: readonly Ran[]): string {
  const titled = (title: string, runs: readonly Ran[]): string[] =>
    runs.map(({ output }, at) => `--- ${title}${at === 0 ? "" : ", second run"} ---\n${output}`);
  const [only] = after;
  if (after.length === 1 && before.length === 0 && only) return only.output;
  return [...titled("with the patch", after), ...titled("before the change", before)].join("\n");
}

/**
 * Base runs go through the slice's commands in the same order as the patch's, so that what one builds the next finds. What
 * a base did is known as long as the order is open: its snapshot has the same name for the same files.
 */
function baseRuns(trial: Trial, copies: Copies): Base {
  const known = knownOf(trial.world);
  const all = trial.slice.checks.flatMap((check) => ("run" in check ? [check] : []));
  let done = 0;
  const ranOn = async (check: Run) => {
    done = all.indexOf(check) + 1;
    return runOn(trial, check.run, copies, check.before === "fail" ? 2 : 1);
  };
  return {
    run: async (check) => {
      const upTo = all.slice(0, all.indexOf(check) + 1);
      const key = [trial.base, ...upTo.map(({ run, before }) => `${before} ${run}`)].join("\n");
      const before = known.get(key);
      if (before) return before;
      for (const earlier of all.slice(done, upTo.length - 1)) await ranOn(earlier);
      const ran = await ranOn(check);
      if (!trial.signal.aborted) known.set(key, ran);
      return ran;
    },
    close: copies.close,
  };
}

type Known = Map<string, Awaited<ReturnType<Base["run"]>>>;
const basesOf = new WeakMap<object, Known>();
const knownOf = (world: object): Known => {
  const kept = basesOf.get(world) ?? (new Map() as Known);
  basesOf.set(world, kept);
  return kept;
};
