/** Writes an amendment of what is left of a plan over the files it was made for. */
import type { Slice } from "../core/order.ts";
import type { OrderFiles, Planned, TaskFile } from "../engine/ports.ts";
import { type FaultError, faultError } from "./diskFault.ts";
import { editTask } from "./editTask.ts";
import { begunIn } from "./completePlan.ts";
import { type Change, type Place, badFiles, changeAll, contentOf } from "./orderFolder.ts";
import { type At, namesIn, readTask } from "./readOrder.ts";
import { addItems } from "./scopeText.ts";
import { functionChange, functionsOf, newTask, readBack } from "./writePlan.ts";
import { isNamedFor, renderTask } from "./taskFile.ts";

type Amending = Parameters<OrderFiles["amendPlan"]>[0];

/** Changed slices keep what a person wrote around the keys that change; dropped ones lose their files. */
export async function amendPlan(at: At, amending: Amending): Promise<Planned> {
  const { slices, expected, functions } = amending;
  const gone = amending.dropped.filter((id) => !slices.some((slice) => slice.id === id));
  const changed = await Promise.all(slices.map((slice) => amendedTask(at, slice, expected)));
  const removed = await Promise.all(gone.map((id) => droppedTask(at, id, expected)));
  const changes = [
    ...functions.map((one) => functionChange(at, one, expected.get(one.path) ?? null)),
    ...changed.map(({ change }) => change),
    ...(await amendedScope(at("scope.md"), amending)),
    ...removed.flat(),
  ];
  await changeAll(at("").root, changes, editedMeanwhile);
  return { tasks: changed.map(({ file }) => file), functions: await functionsOf(at) };
}

function editedMeanwhile(path: string): FaultError {
  const why = path.endsWith(".mjs")
    ? "exists with other content, and a verification function is frozen. Nothing was written: give the new one another name."
    : "was edited while the plan was amended. Nothing was written: take the edit in, then amend again.";
  return faultError({ kind: "bad-file", message: `${path} ${why}` });
}

/** The task file of a slice as it stands; null when there is none. One that cannot be read is half saved. */
async function standing(at: At, id: string): Promise<TaskFile | null> {
  const names = (await namesIn(at("tasks"), ".md")).filter((name) => isNamedFor(name, id));
  const read = names.length === 0 ? null : await readTask(at("tasks"), id);
  if (Array.isArray(read)) throw badFiles(read);
  return read;
}

type Expected = Amending["expected"];

async function amendedTask(
  at: At,
  slice: Slice,
  expected: Expected,
): Promise<{ file: TaskFile; change: Change }> {
  const present = await standing(at, slice.id);
  const was = expected.get(slice.id) ?? null;
  if (present === null) {
    const { file, change } = newTask(at, slice);
    return { file, change: { ...change, was } };
  }
  const { path } = present;
  const now = await contentOf({ root: at("").root, path });
  const text = now !== null && "text" in now ? editTask(path, now.text, slice) : renderTask(slice);
  return { file: readBack(path, text), change: { path, text, was } };
}

async function droppedTask(at: At, id: string, expected: Expected): Promise<Change[]> {
  const present = await standing(at, id);
  return present === null ? [] : [{ path: present.path, text: null, was: expected.get(id) ?? null }];
}

async function amendedScope(place: Place, { decisions, rejected }: Amending): Promise<Change[]> {
  const begun = await begunIn(place);
  const before = begun?.text ?? "";
  const text = addItems(addItems(before, "Decisions", decisions), "Rejected paths", rejected);
  return text === before ? [] : [{ path: place.path, text, was: begun?.hash ?? null }];
}
