/** Commands: each on the patched copy, and on the base tree where the slice says what it must do there. */
import type { Before, Evidence } from "../../core/order.ts";
import type { CommandResult, Scratch } from "../ports.ts";
import { cut } from "../tools.ts";
import { type Run, type Trial, eachUntilFail, evidenceOf } from "./verifying.ts";

const OUTPUT_BYTES = 1_000_000;
const WHY_CHARS = 1200;

export async function commands(trial: Trial): Promise<Evidence[]> {
  const { world, slice, base, patch, signal } = trial;
  const wanted = slice.checks.filter((check): check is Run => "run" in check);
  if (wanted.length === 0) return [];
  const scratch = await world.repo.scratch({ id: base, commit: null }, patch, signal);
  try {
    return await eachUntilFail(wanted, signal, (check) => {
      world.watch({ slice: slice.id, attempt: trial.attempt, kind: "check", text: check.run });
      return command(trial, check, scratch);
    });
  } finally {
    await scratch.dispose();
  }
}

async function command(trial: Trial, check: Run, scratch: Scratch): Promise<Evidence> {
  const { world, signal } = trial;
  const before = check.before === "any" ? null : await onBase(trial, check.run);
  const limits = { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES };
  const shell = (): Promise<CommandResult> => world.shell.run(check.run, scratch.root, limits, signal);
  const first = await shell();
  const again = first.status === 0 || first.ended !== "exit" || signal.aborted ? null : await shell();
  const shown = again?.status === 0 ? again : first;
  const output = await world.blobs.putText(
    first.output + (again ? `\n--- second run ---\n${again.output}` : ""),
  );
  const flaky = again?.status === 0;
  return evidenceOf({
    kind: "command",
    name: check.run,
    ...judge(shown, check.before, before, flaky, limits.seconds),
    before,
    flaky,
    ms: first.ms + (again?.ms ?? 0),
    output,
  });
}

function judge(
  shown: CommandResult,
  wanted: Before,
  before: "fail" | "pass" | null,
  flaky: boolean,
  seconds: number,
): Pick<Evidence, "result" | "why"> {
  if (shown.ended === "timeout")
    return { result: "fail", why: `Took longer than ${seconds} s and was ended.` };
  if (shown.ended === "unstartable")
    return { result: "unknown", why: `Could not be started: ${shown.output}` };
  if (shown.ended === "aborted") return { result: "unknown", why: "Stopped before it ended." };
  if (shown.status !== 0)
    return {
      result: "fail",
      why: `exit ${shown.status ?? "by signal"}\n${cut(shown.output.trim(), WHY_CHARS)}`,
    };
  if (wanted === "fail" && before === "pass") {
    return {
      result: "unknown",
      why: "Passes, but passed before the change too: it proves nothing. Repair the check or judge it yourself.",
    };
  }
  if (flaky) return { result: "pass", why: "Flaky: failed once, passed when run again." };
  const note =
    wanted === "pass" && before === "fail"
      ? "Failed before the change although it was expected to pass."
      : "";
  return { result: "pass", why: note };
}

/** What a command does on the tree the attempt started from. Run once per base and command while the order is open. */
async function onBase({ world, base, signal }: Trial, text: string): Promise<"fail" | "pass"> {
  const known = onBaseOf(world);
  const key = `${base}\n${text}`;
  const before = known.get(key);
  if (before) return before;
  const scratch = await world.repo.scratch({ id: base, commit: null }, [], signal);
  try {
    const limits = { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES };
    const { status } = await world.shell.run(text, scratch.root, limits, signal);
    const result = status === 0 ? "pass" : "fail";
    if (!signal.aborted) known.set(key, result);
    return result;
  } finally {
    await scratch.dispose();
  }
}

const basesOf = new WeakMap<object, Map<string, "fail" | "pass">>();
const onBaseOf = (world: object): Map<string, "fail" | "pass"> => {
  const kept = basesOf.get(world) ?? new Map<string, "fail" | "pass">();
  basesOf.set(world, kept);
  return kept;
};
