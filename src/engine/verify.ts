/** Computes a verdict from evidence: guards, then commands on base and patch. Cheap first; stops at the first failure. */
import type { Before, Check, Evidence, Patch, Sha, Verdict } from "../core/order.ts";
import { type Changed, GUARDS, guard, secretGuard, teamEvidence } from "./guards.ts";
import { type Performer, type Performing, stateOf } from "./performer.ts";
import type { CommandResult, Scratch } from "./ports.ts";
import { cut } from "./tools.ts";

const OUTPUT_BYTES = 1_000_000;
const WHY_CHARS = 1200;

export const verify: Performer<"verify"> = async (step, run, signal) => {
  const { world } = run;
  const started = Date.parse(world.clock.now());
  const state = stateOf(run, step.slice);
  const base = state.attempts.at(-1)?.base ?? "";
  const changed = await contents(run, step.patch);
  const rules = await world.files.teamRules();
  const evidence = [
    ...guard([...GUARDS, secretGuard(world.redact)], state.slice, step.patch, changed),
    ...teamEvidence(rules, state.slice, step.patch, changed),
  ];
  if (!evidence.some(({ result }) => result === "fail")) {
    const scratch = await world.repo.scratch({ id: base, commit: null }, step.patch, signal);
    try {
      evidence.push(...(await checks(run, step.slice, state.slice.checks, base, scratch, signal)));
    } finally {
      await scratch.dispose();
    }
  }
  if (signal.aborted) return [];
  const ms = Math.max(0, Date.parse(world.clock.now()) - started);
  return [
    {
      type: "judged",
      slice: step.slice,
      attempt: step.attempt,
      round: step.round,
      verdict: verdictOf(evidence),
      ms,
    },
  ];
};

async function contents({ world }: Performing, patch: Patch): Promise<Changed[]> {
  return Promise.all(
    patch.map(async ({ path, mode, before, after }) => ({
      path,
      isLink: mode === "120000",
      before: await text(world, before),
      after: await text(world, after),
    })),
  );
}

const text = async ({ blobs }: Performing["world"], sha: Sha | null): Promise<string | null> =>
  sha === null ? null : new TextDecoder().decode(await blobs.get(sha));

/** Any fail is fail; any unknown without a fail, or no executable evidence at all, is unknown. Fails closed. */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  const has = (result: Evidence["result"]): boolean => evidence.some((one) => one.result === result);
  const executed = evidence.filter(({ kind, result }) => kind !== "guard" && result === "pass");
  const result = has("fail") ? "fail" : has("unknown") || executed.length === 0 ? "unknown" : "pass";
  const redToGreen = executed.some(({ before, flaky }) => before === "fail" && !flaky);
  const kinds = new Set(executed.filter(({ flaky }) => !flaky).map(({ kind }) => kind));
  return { result, strong: result === "pass" && (redToGreen || kinds.size >= 2), evidence: [...evidence] };
}

async function checks(
  run: Performing,
  slice: string,
  wanted: readonly Check[],
  base: string,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const check of wanted) {
    run.world.watch({ slice, attempt: null, kind: "check", text: nameOf(check) });
    const evidence = "run" in check ? await command(run, check, base, scratch, signal) : unverified(check);
    found.push(evidence);
    if (evidence.result === "fail" || signal.aborted) break;
  }
  return found;
}

const nameOf = (check: Check): string =>
  "run" in check ? check.run : "script" in check ? check.script : check.expect;

/** What this version has no verifier for is never shown as passed. */
function unverified(check: Exclude<Check, { run: string }>): Evidence {
  const script = "script" in check;
  const why = script
    ? "Verification functions are not run yet: check it yourself."
    : "No reviewer looked at this: judge it yourself.";
  return {
    kind: script ? "script" : "reviewer",
    name: nameOf(check),
    result: "unknown",
    why,
    before: null,
    flaky: false,
    ms: 0,
    output: null,
  };
}

type Run = Extract<Check, { run: string }>;

async function command(
  run: Performing,
  check: Run,
  base: string,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<Evidence> {
  const { world } = run;
  const before = check.before === "any" ? null : await onBase(run, check.run, base, signal);
  const shell = (): Promise<CommandResult> =>
    world.shell.run(
      check.run,
      scratch.root,
      { seconds: world.settings.limits.checkSeconds, outputBytes: OUTPUT_BYTES },
      signal,
    );
  const first = await shell();
  const again = first.status === 0 || first.ended !== "exit" || signal.aborted ? null : await shell();
  const shown = again?.status === 0 ? again : first;
  const output = await world.blobs.putText(
    first.output + (again ? `\n--- second run ---\n${again.output}` : ""),
  );
  const flaky = again?.status === 0;
  const { result, why } = judge(shown, check.before, before, flaky, world.settings.limits.checkSeconds);
  return {
    kind: "command",
    name: check.run,
    result,
    why,
    before,
    flaky,
    ms: first.ms + (again?.ms ?? 0),
    output,
  };
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
async function onBase(
  run: Performing,
  text: string,
  base: string,
  signal: AbortSignal,
): Promise<"fail" | "pass"> {
  const { world } = run;
  const known = onBaseOf(run);
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
const onBaseOf = ({ world }: Performing): Map<string, "fail" | "pass"> => {
  const kept = basesOf.get(world) ?? new Map<string, "fail" | "pass">();
  basesOf.set(world, kept);
  return kept;
};
