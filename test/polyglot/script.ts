/**
 * The executors of the scenario, served to the real SDKs. Every reply is read off the conversation itself, so that a
 * killed process finds the same models when it comes back.
 */
import type { Reply, Script, ScriptCall, ScriptRequest } from "../../src/providers/scripted.ts";
import type { Exercise } from "./suite.ts";
import { checkOf, solutionOf, specOf } from "./workspace.ts";

const SPOILED_EVERY = 5;
export const isSpoiled = ({ id }: Exercise): boolean => Number(id) % SPOILED_EVERY === 0;
/** This one fails with more effort too, so that it needs the next tier. */
export const needsTier = ({ name }: Exercise): boolean => name === "zipper";
export const tampers = ({ name }: Exercise): boolean => name === "grade-school";

/** `tried` attempts came before this one; `round` counts what was sent back to it, `turn` its replies since then. */
type Standing = { exercise: Exercise; tried: number; round: number; turn: number };

/** `think` is how long each reply takes, in milliseconds. */
export function executors(exercises: readonly Exercise[], think: number): Script {
  const byId = new Map(exercises.map((exercise) => [exercise.id, exercise]));
  return async (request) => {
    const exercise = byId.get(/^# Task (\S+):/m.exec(told(request))?.[1] ?? "");
    if (exercise === undefined) return { status: 400, message: "this names no task of the suite" };
    await new Promise((resolve) => setTimeout(resolve, think));
    return replyTo({ exercise, ...standing(request) });
  };
}

const told = ({ messages }: ScriptRequest): string =>
  messages.flatMap(({ role, text }) => (role === "user" ? [text] : [])).join("\n");

function standing({ messages, ...request }: ScriptRequest): Omit<Standing, "exercise"> {
  const text = told({ messages, ...request });
  const newest = messages.findLastIndex(({ role }) => role === "user");
  return {
    tried: text.match(/^Attempt \d+ \(/gm)?.length ?? 0,
    round: text.match(/^Not done yet\./gm)?.length ?? 0,
    turn: messages.slice(newest).filter(({ role }) => role === "assistant").length,
  };
}

function replyTo(at: Standing): Reply {
  const { exercise, tried, round } = at;
  if (tried < failures(exercise)) return step(at, [[wrong(at)], [finish("It should work now.")]]);
  if (tampers(exercise) && round === 0) return step(at, tampering(exercise));
  const whole = write(solutionOf(exercise), exercise.solution);
  // Every third looks at its result first, as an unsure model does.
  const look = Number(exercise.id) % 3 === 0 ? [[call("run", { command: checkOf(exercise) })]] : [];
  return step(at, [[whole], ...look, [finish("Implemented as the instructions say.")]]);
}

const failures = (exercise: Exercise): number => (needsTier(exercise) ? 2 : isSpoiled(exercise) ? 1 : 0);

const wrong = ({ exercise, tried, round }: Standing): ScriptCall =>
  write(solutionOf(exercise), `${exercise.stub}\n// Attempt ${tried + 1}, round ${round + 1}: not yet.\n`);

/** By the tool, which refuses it; then by a command that is allowed, which only the verdict can catch. */
function tampering(exercise: Exercise): ScriptCall[][] {
  const easy = "test('passes', () => {});\n";
  const replace = `cp ${solutionOf(exercise)} ${specOf(exercise)}`;
  return [
    [call("edit", { path: specOf(exercise), edits: [{ old: "expect(", new: "void (" }] })],
    [write(solutionOf(exercise), easy), call("run", { command: replace })],
    [call("run", { command: checkOf(exercise) })],
    [finish("All tests pass.")],
  ];
}

function step({ turn }: Standing, replies: ScriptCall[][]): Reply {
  const calls = replies[turn];
  return calls ? { calls } : { status: 400, message: "the script has no further reply" };
}

const call = (name: string, args: Record<string, unknown>): ScriptCall => ({ name, args });
const write = (path: string, text: string): ScriptCall => call("write", { path, text });
const finish = (done: string): ScriptCall => call("finish", { done, learned: "", blocked: null });
