/** Executes one slice: a fresh session from its briefing in an isolated copy, or a further round of the same session. */
import type { Event, EventOf } from "../core/event.ts";
import { type Fault, type Report, type Sha, type Slice, type Tier, tierName } from "../core/order.ts";
import { unfinished } from "../core/attempts.ts";
import type { Attempt, SliceState } from "../core/state.ts";
import { isTry } from "../core/tested.ts";
import { briefingOf } from "./brief.ts";
import { refusal as refusalOf } from "./guards.ts";
import {
  type Performer,
  type Performing,
  isFault,
  providerFor,
  recordCall,
  stateOf,
  unfitFor,
  watcher,
} from "./performer.ts";
import type { Message, Scratch, Snapshot } from "./ports.ts";
import { EXECUTOR_SYSTEM, feedback } from "./prompts.ts";
import { toolLoop } from "./toolLoop.ts";
import { executorTools } from "./tools.ts";

type Step = Parameters<Performer<"execute">>[0];
/** Why a path may not be written; null when it may. */
type Refusal = (path: string) => string | null;

const OUTPUT_BYTES = 200_000;
const MAX_OUTPUT = 16_000;

export const execute: Performer<"execute"> = async (step, run, signal) => {
  const amended = await amendment(step, run);
  if (amended) return amended;
  const provider = providerFor(run, step.tier);
  if (isFault(provider)) return [faulted(step, provider)];
  const unfit = unfitFor(run, step.tier);
  if (unfit) return [faulted(step, unfit)];
  const state = stateOf(run, step.slice);
  const last = step.round > 0 ? state.attempts.at(-1) : leftBy(state, step.tier);
  const base = last
    ? { id: last.base, commit: null }
    : await run.world.repo.snapshot(run.order().overlay, signal);
  // What an earlier round changed and may not write is not carried on: it was refused, and is put back here.
  const refused = refusalOf(state.slice, await run.world.files.teamRules());
  const patch = (last?.kept?.patch ?? last?.patch ?? []).filter(({ path }) => refused(path) === null);
  const copying = run.world.repo.scratch(base, patch, signal);
  provider.warm?.();
  const scratch = await copying;
  try {
    // Its provider may have listed it meanwhile.
    const late = unfitFor(run, step.tier);
    if (late) return [faulted(step, late)];
    const messages = await conversation(step, run, state, scratch, last);
    await run.record(await attempted(step, run, base, messages, last));
    const end = await session(
      step,
      run,
      { slice: state.slice, refusal: refused },
      scratch,
      messages,
      provider,
      signal,
    );
    return await outcome(step, run, scratch, messages, end);
  } finally {
    await scratch.dispose();
  }
};

/** The attempt that ran out of money on this tier and this task: its session goes on. */
function leftBy(state: SliceState, tier: Tier): Attempt | undefined {
  const last = unfinished(state);
  return last && tierName(last.tier) === tierName(tier) ? last : undefined;
}

/** A task file edited since it was planned becomes an event before anything is paid; a broken one stops the slice. */
async function amendment(step: Step, { world, ...run }: Performing): Promise<Event[] | null> {
  if (step.round > 0) return null;
  const file = await world.files.readTask(step.slice);
  if (Array.isArray(file)) {
    const message = file
      .map(({ path, line, key, message: why }) => `${path}:${line}${key ? ` ${key}` : ""}: ${why}`)
      .join("\n");
    return [faulted(step, { kind: "bad-file", message })];
  }
  if (file.hash === stateOf({ world, ...run }, step.slice).hash) return null;
  return [
    {
      type: "amended",
      changed: [{ slice: file.slice, hash: file.hash }],
      dropped: [],
      by: "user",
      why: "its task file was edited",
    },
  ];
}

const faulted = ({ slice, attempt }: Pick<Step, "slice" | "attempt">, fault: Fault): EventOf<"faulted"> => ({
  type: "faulted",
  slice,
  attempt,
  during: "execute",
  fault,
});

async function attempted(
  step: Step,
  { world }: Performing,
  base: Snapshot,
  messages: Message[],
  last?: Attempt,
): Promise<Event> {
  const { slice, attempt, round, tier } = step;
  const text = messages.flatMap((message) => (message.role === "user" ? [message.text] : [])).join("\n\n");
  const brief = last ? last.briefing : await world.blobs.putText(text);
  return { type: "attempted", slice, attempt, round, tier, briefing: brief, base: base.id };
}

/** A fresh session starts from its briefing; a further round goes on from the transcript with the evidence. */
async function conversation(
  step: Step,
  run: Performing,
  state: SliceState,
  scratch: Scratch,
  last?: Attempt,
): Promise<Message[]> {
  const { world } = run;
  const verdict = last?.verdicts.at(-1);
  const said = async (transcript: Sha): Promise<Message[]> =>
    JSON.parse(new TextDecoder().decode(await world.blobs.get(transcript))) as Message[];
  if (last?.kept) return said(last.kept.transcript);
  if (last?.transcript && verdict) {
    const kept = await said(last.transcript);
    return [...kept, { role: "user", text: world.redact(feedback(verdict)) }];
  }
  const tried = state.attempts.filter((one) => isTry(one) && one.n < step.attempt);
  const sources = { files: world.files, tree: world.tree(scratch.root), codeMap: world.codeMap };
  const { shared, own } = await briefingOf(sources, run.order(), state.slice, tried);
  const texts = shared === "" ? [own] : [shared, own];
  return texts.map((text) => ({ role: "user", text: world.redact(text) }));
}

function session(
  step: Step,
  run: Performing,
  { slice, refusal }: { slice: Slice; refusal: Refusal },
  scratch: Scratch,
  messages: Message[],
  provider: Exclude<ReturnType<typeof providerFor>, Fault>,
  signal: AbortSignal,
) {
  const { world } = run;
  const { limits } = world.settings;
  const ids = { slice: step.slice, attempt: step.attempt };
  const tools = executorTools({
    scratch,
    tree: world.tree(scratch.root),
    shell: world.shell,
    refusal,
    limits: { seconds: limits.checkSeconds, outputBytes: OUTPUT_BYTES },
    isKnown: (command) => isKnown(command, slice, run),
    permit: (command) => permit(run, step, command),
    refused: async (tool, what, why) =>
      void (await run.record({ type: "refused", ...ids, tool, what: world.redact(what), why })),
  });
  return toolLoop<Report>(
    {
      provider,
      tier: step.tier,
      system: EXECUTOR_SYSTEM,
      tools,
      messages,
      sharedPrefix: messages[1]?.role === "user" ? 1 : 0,
      cacheKey: `${world.orderId}/${step.tier.model}`,
      maxOutput: Math.min(MAX_OUTPUT, world.catalogue.info(step.tier)?.maxOutput ?? MAX_OUTPUT),
      limits,
      clock: world.clock,
      reserve: (input, output) => run.reserve(step.slice, step.tier, input, output),
      called: (usage, ms, told) =>
        recordCall(run, { ...ids, role: "executor", tier: step.tier }, usage, ms, told),
      redact: world.redact,
      watch: watcher(run, step.slice, step.attempt),
    },
    signal,
  );
}

/** The slice's own checks, what the settings allow (exactly, or as a prefix before " *"), and what was allowed by answer. */
function isKnown(command: string, slice: Slice, { world, order }: Performing): boolean {
  const wanted = command.trim();
  const checks = slice.checks.flatMap((check) => ("run" in check ? [check.run.trim()] : []));
  if (checks.includes(wanted) || order().allowed.includes(wanted)) return true;
  return world.settings.commands.allow.some((allowed) => allows(allowed, wanted));
}

/** "npm test *" allows further plain words, never a second command, a substitution or a redirection. */
export function allows(pattern: string, command: string): boolean {
  if (!pattern.endsWith(" *")) return pattern.trim() === command;
  const head = pattern.slice(0, -1);
  return command.startsWith(head) && /^[\w@%+=:,./ -]*$/.test(command.slice(head.length));
}

async function permit(
  run: Performing,
  { slice, attempt }: Step,
  command: string,
): Promise<"yes" | "no" | "unattended"> {
  const { strangeCommands } = run.world;
  if (strangeCommands !== "ask") return strangeCommands === "allow" ? "yes" : "unattended";
  const before = run.order().seq;
  const id = `${slice}.${attempt}.${before}`;
  await run.record({ type: "asked", id, slice, attempt, command });
  let answer: string | null = null;
  await run.until((order) => {
    answer = order.answers.get(id) ?? null;
    return answer !== null;
  });
  return answer === "no" ? "no" : "yes";
}

type End = Awaited<ReturnType<typeof toolLoop<Report>>>;

/** What is left of a session: a patch to verify, with the transcript a further round goes on from, or a fault. */
async function outcome(
  step: Step,
  run: Performing,
  scratch: Scratch,
  messages: Message[],
  end: End,
): Promise<Event[]> {
  const { world } = run;
  if (
    "fault" in end &&
    end.fault.kind === "money-limit" &&
    messages.some(({ role }) => role === "assistant")
  ) {
    const transcript = await world.blobs.putText(JSON.stringify(messages));
    return [{ ...faulted(step, end.fault), kept: { transcript, patch: await scratch.patch() } }];
  }
  if ("fault" in end) return [faulted(step, end.fault)];
  const report = end.ended;
  if (report.blocked !== null) {
    return [faulted(step, { kind: "blocked", message: `The executor cannot go on: ${report.blocked}` })];
  }
  const patch = await scratch.patch();
  if (patch.length === 0) {
    return [
      faulted(step, {
        kind: "no-change",
        message: `The executor reported success but changed nothing. It said: ${report.done}`,
      }),
    ];
  }
  const transcript = await world.blobs.putText(JSON.stringify(messages));
  const { slice, attempt, round } = step;
  const started = stateOf(run, slice).attempts.at(-1)?.startedAt ?? world.clock.now();
  const ms = Math.max(0, Date.parse(world.clock.now()) - Date.parse(started));
  return [{ type: "produced", slice, attempt, round, patch, report, transcript, ms }];
}
