/** Writes a new plan into an order's folder, never over other content. */
import { join } from "node:path";
import type { Sha, Slice } from "../core/order.ts";
import type { CheckFunction, Planned, PlanTexts, TaskFile } from "../engine/ports.ts";
import { type FaultError, faultError } from "./diskFault.ts";
import {
  type Change,
  badFiles,
  changeAll,
  checkSize,
  ending,
  exists,
  problemText,
  putFolder,
} from "./orderFolder.ts";
import { type At, readFunctions, readTask } from "./readOrder.ts";
import { sha256 } from "./sha256.ts";
import { parseTask, renderTask, taskFileName } from "./taskFile.ts";

const CHECK_PATH = /^checks\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.mjs$/;

/** Read back before anything is written, so that a plan that cannot be read is refused. */
export async function writePlan(at: At, { scope, rules, slices, functions }: PlanTexts): Promise<Planned> {
  const tasks = slices.map((slice) => newTask(at, slice));
  for (const { file } of tasks) {
    const present = await readTask(at("tasks"), file.slice.id);
    if (!Array.isArray(present) && present.path !== file.path) throw taken(present.path);
  }
  const texts = [
    { path: at("scope.md").path, text: ending(scope), was: null },
    { path: at("rules.md").path, text: ending(rules), was: null },
    ...functions.map((one) => functionChange(at, one, null)),
  ];
  return putPlan(at, texts, tasks, taken);
}

/** Tasks come last, and all at once where none are: half of them, after a crash, would pass for a plan written by hand. */
export async function putPlan(
  at: At,
  texts: readonly Change[],
  tasks: readonly PlannedTask[],
  unlike: (path: string) => FaultError,
): Promise<Planned> {
  const { root, path } = at("tasks");
  const changes = tasks.map(({ change }) => change);
  const isFresh = !(await exists(join(root, path)));
  await changeAll(root, isFresh ? texts : [...texts, ...changes], unlike);
  if (isFresh) await putFolder({ root, path }, changes);
  return { tasks: tasks.map(({ file }) => file), functions: await functionsOf(at) };
}

/** What a file that exists means for a new plan. */
const taken = (path: string): FaultError =>
  faultError({
    kind: "disk",
    message: `${path} exists with other content and was not overwritten. Move it away, then plan again.`,
  });

export type PlannedTask = { file: TaskFile; change: Change & { text: string } };

export function newTask(at: At, slice: Slice): PlannedTask {
  const { path } = at(`tasks/${taskFileName(slice)}`);
  const text = renderTask(slice);
  checkSize({ path, text });
  return { file: readBack(path, text), change: { path, text, was: null } };
}

/** The text as a task file; the planner's own words that cannot be read are refused. */
export function readBack(path: string, text: string): TaskFile {
  const file = parseTask(path, text, sha256(text));
  if (!Array.isArray(file)) return file;
  throw faultError({
    kind: "malformed",
    message: `the plan cannot be written: ${file.map(problemText).join("; ")}`,
  });
}

/** `was` is the hash of the function it may replace; null when it must be new. */
export function functionChange(at: At, { path, code }: CheckFunction, was: Sha | null): Change {
  if (CHECK_PATH.test(path)) return { path: at(path).path, text: ending(code), was };
  const message = `the plan cannot be written: ${JSON.stringify(path)} must be checks/NN-name.mjs`;
  throw faultError({ kind: "malformed", message });
}

/** All verification functions that stand now. */
export async function functionsOf(at: At): Promise<Planned["functions"]> {
  const { functions, problems } = await readFunctions(at);
  if (problems.length > 0) throw badFiles(problems);
  return functions;
}
