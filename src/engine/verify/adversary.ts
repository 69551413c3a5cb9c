/**
 * The second pass: a model looks for the input for which the patch is wrong, and may propose one test. The test is run; its
 * author's word counts for nothing. It convicts only when its control is green on the patch and it is red there twice, by a
 * failed assertion. Nothing it finds, or fails to find, passes anything.
 */
import * as z from "zod";
import type { Evidence } from "../../core/order.ts";
import { Attack, type Proposed, wrongWith } from "../../core/attack.ts";
import { type Probe, type Ran, isTest, probeFor, ran } from "../../core/probe.ts";
import { stateOf } from "../performer.ts";
import type { CommandResult, Scratch, Tree } from "../ports.ts";
import { fence } from "../quote.ts";
import { clipped } from "../tokens.ts";
import { cut } from "../tools.ts";
import { type Answered, ask, jsonIn } from "./ask.ts";
import { type Reviewing, sharedBy } from "./seat.ts";
import { ADVERSARY_SYSTEM, type Stand, adversaryRequest } from "./reviewPrompts.ts";
import { type Verifying, evidenceOf } from "./verifying.ts";

const OUTPUT_BYTES = 200_000;
const MOST_SECONDS = 60;
const WHY_CHARS = 1200;
const LIKE_TOKENS = 2000;
const MOST_OUTPUT = 16_000;

export async function attack(
  context: Verifying,
  criteria: readonly string[],
  { seat, tree, shown }: Reviewing,
): Promise<Evidence[]> {
  const { run, world, slice, attempt, changed, signal } = context;
  const found = await probeIn(context, tree);
  if ("none" in found) return [evidence({ why: `Skipped: ${found.none}` })];
  world.watch({ slice: slice.id, attempt, kind: "check", text: `adversary ${seat.tier.model}` });
  const paths = changed.map(({ path }) => path);
  const answered = await ask<Attack>(
    run,
    {
      ...{
        tier: seat.tier,
        provider: seat.provider,
        slice: slice.id,
        attempt,
        name: "attack",
        schema: Attack,
        maxOutput: MOST_OUTPUT,
      },
      system: ADVERSARY_SYSTEM,
      request: adversaryRequest(slice, criteria, shown, found),
      wrongWith: (answer) => Promise.resolve(wrongWith(answer, slice, criteria, paths)),
    },
    signal,
  );
  const shared = sharedBy(1, answered, seat);
  const test = answered.answer?.test ?? null;
  if (test === null || answered.wrong.length > 0) return [evidence({ ...shared, ...without(answered) })];
  const tried = await tryOut(context, found, test);
  const { output, ...outcome } = tried;
  const code = await world.blobs.putText(test.attack);
  return [
    evidence({
      ...shared,
      ...outcome,
      ms: shared.ms + tried.ms,
      why: outcome.result === "fail" ? convicted(answered.answer?.why ?? "", test, output) : outcome.why,
      output: await world.blobs.putText(told(found, test, output)),
      ...(outcome.result === "fail" && { test: { path: found.path, command: found.command, code } }),
    }),
  ];
}

const evidence = (known: Partial<Evidence>): Evidence =>
  evidenceOf({ kind: "adversary", name: "adversary", result: "unknown", why: "", ...known });

/** No test to run: nothing was found, or what came cannot be run. */
function without({ answer, wrong, why, over }: Answered<Attack>): Pick<Evidence, "result" | "why" | "over"> {
  if (over) return { result: "unknown", why: `Not attacked yet: ${why}`, over };
  if (!answer) return { result: "unknown", why: `Skipped: ${why}` };
  if (answer.test === null)
    return {
      result: "unknown",
      why: `It found no input for which this is wrong. ${cut(answer.why, WHY_CHARS)}`,
    };
  const first = (wrong[0] ?? why).replace(/^- /, "");
  return { result: "unknown", why: `Its test was not run: ${first}.` };
}

/** Output first: an author needs what failed, then how. */
const convicted = (why: string, { basis, attack: code }: Proposed, output: string): string =>
  [
    `A test made against this fails. It rests on: ${cut(basis.trim(), 300)}`,
    cut(why.trim(), 300),
    cut(output.trim(), WHY_CHARS / 2),
    `The test:\n${cut(code.trim(), WHY_CHARS)}`,
  ].join("\n");

const told = ({ path, command }: Probe, { basis, control, attack: code }: Proposed, output: string): string =>
  `Rests on: ${basis}\n\n$ ${command}\n${output}\n\n--- ${path}, the attack ---\n${code}\n\n--- ${path}, its control ---\n${control}\n`;

// ── Where it stands ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The tests the slice has written or is checked by come first: their style and imports are nearest. */
async function probeIn({ slice, patch, world }: Verifying, tree: Tree): Promise<Stand | { none: string }> {
  const commands = slice.checks.flatMap((check) => ("run" in check ? [check.run] : []));
  const named = commands.flatMap((command) => command.split(/\s+/)).filter(isTest);
  const written = patch.flatMap(({ path, after }) => (after !== null && isTest(path) ? [path] : []));
  const there = (await world.repo.files()).filter(isTest);
  const probe = probeFor(commands, await scriptsOf(tree), [...new Set([...written, ...named, ...there])]);
  if (!probe) return { none: "no runner of single tests can be told from the slice's commands." };
  if (!("error" in (await tree.read(probe.path)))) return { none: `${probe.path} exists already.` };
  const like = await tree.read(probe.like);
  const text = "error" in like ? "" : `## ${probe.like}\n${fence(clipped(like.text, LIKE_TOKENS))}`;
  return { ...probe, like: text };
}

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });

async function scriptsOf(tree: Tree): Promise<Map<string, string>> {
  const file = await tree.read("package.json");
  const manifest = Manifest.safeParse("error" in file ? null : await jsonIn(file.text));
  return new Map(Object.entries(manifest.data?.scripts ?? {}));
}

/**
 * A test that convicted the round before, run again: as long as its assertion fails there is no need to ask anybody. Null when
 * there is none, or when it no longer fails.
 */
export async function standing(context: Verifying): Promise<Evidence | null> {
  const { world, base, patch, signal, run, slice } = context;
  const last = stateOf(run, slice.id).attempts.at(-1)?.verdicts.at(-1);
  const before = last?.evidence.find(
    ({ kind, result, test }) => kind === "adversary" && result === "fail" && test,
  );
  if (!before?.test) return null;
  const copy = await world.repo.scratch({ id: base, commit: null }, patch, signal);
  try {
    const found = await probeIn(context, world.tree(copy.root));
    if ("none" in found || found.path !== before.test.path) return null;
    const code = new TextDecoder().decode(await world.blobs.get(before.test.code));
    const { came, result } = await runTest(context, copy, found, code);
    return came === "assertion" ? { ...before, ms: result.ms, cost: 0 } : null;
  } finally {
    await copy.dispose();
  }
}

// ── What it shows ───────────────────────────────────────────────────────────────────────────────────────────────────

type Tried = Pick<Evidence, "result" | "why" | "before" | "flaky" | "ms" | "sandboxed"> & { output: string };
type One = { came: Ran; result: CommandResult };

/** Control and attack on a fresh copy with the patch, then the attack on the base. */
async function tryOut(context: Verifying, probe: Probe, { control, attack: code }: Proposed): Promise<Tried> {
  const { world, base, patch, signal } = context;
  const on = await world.repo.scratch({ id: base, commit: null }, patch, signal);
  const runs: One[] = [];
  const one = async (copy: Scratch, text: string): Promise<Ran> => {
    const made = await runTest(context, copy, probe, text);
    runs.push(made);
    return made.came;
  };
  const end = (why: string, more: Partial<Tried> = {}): Tried => ({
    ...{ result: "unknown", why, before: null, flaky: false },
    output: shownRun(runs),
    ms: runs.reduce((sum, { result }) => sum + result.ms, 0),
    sandboxed: runs.every(({ result }) => result.confined !== undefined),
    ...more,
  });
  try {
    const first = await one(on, control);
    if (first !== "green") return end("It proposed a test that does not even pass with an ordinary input.");
    const second = await one(on, code);
    if (second === "green") return end("It proposed a test, and the patch passes it.", { result: "pass" });
    if (second === "error")
      return end("It proposed a test that ends in an error, not in a failed assertion.");
    const shownAt = runs.length - 1;
    const third = await one(on, code);
    if (third !== "assertion") return end("It proposed a test that is flaky.", { flaky: true });
    const before = await onBase(context, control, code, one);
    if (before === null) return end("It proposed a test that ends in an error on the base tree.");
    const output = runs[shownAt]?.result.output ?? "";
    return end("", { result: "fail", before, output });
  } finally {
    await on.dispose();
  }
}

/**
 * Red or green before the patch; null when the test makes no sense there: it breaks where its own control does not. Where the
 * control breaks as well, what is tested was not made yet.
 */
async function onBase(
  { world, base, signal }: Verifying,
  control: string,
  code: string,
  one: (copy: Scratch, text: string) => Promise<Ran>,
): Promise<"fail" | "pass" | null> {
  const copy = await world.repo.scratch({ id: base, commit: null }, [], signal);
  try {
    const came = await one(copy, code);
    if (came !== "error") return came === "green" ? "pass" : "fail";
    return (await one(copy, control)) === "error" ? "fail" : null;
  } finally {
    await copy.dispose();
  }
}

async function runTest(
  { world, signal }: Verifying,
  { root }: Scratch,
  { runner, path, command }: Probe,
  text: string,
): Promise<One> {
  const written = await world.tree(root).write(path, text);
  if ("error" in written) {
    const result = { status: null, output: written.error, ms: 0, ended: "unstartable" as const };
    return { came: "error", result };
  }
  const seconds = Math.min(MOST_SECONDS, world.settings.limits.checkSeconds);
  const result = await world.shell.run(command, root, { seconds, outputBytes: OUTPUT_BYTES }, signal);
  const { status, output, ended } = result;
  return { came: ran(runner, { status, exited: ended === "exit", output }), result };
}

const shownRun = (runs: readonly One[]): string =>
  runs.map(({ came, result }) => `(${came})\n${result.output.trim()}`).join("\n\n");
