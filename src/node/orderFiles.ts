import type { Slice } from "../core/order.ts";
import type { OrderFile, OrderFiles, TaskFile } from "../engine/ports.ts";
import { amendPlan } from "./amendPlan.ts";
import { completePlan, drafts } from "./completePlan.ts";
import { setKey } from "./editTask.ts";
import { contentOf, put, realRoot } from "./orderFolder.ts";
import { type At, readFunction, readOrder, readTask } from "./readOrder.ts";
import { sha256 } from "./sha256.ts";
import { parseTask } from "./taskFile.ts";
import { teamRules } from "./teamRules.ts";
import { writePlan } from "./writePlan.ts";

export { problemText } from "./orderFolder.ts";

/**
 * The order's folder `.slicewise/orders/<id>` of a workspace. All paths in answers are relative to the workspace root, "/"
 * between parts. Files are only read and written below the root: the folder came with the repository.
 */
export function openOrderFiles(workspaceRoot: string, id: string): OrderFiles {
  const folder = `.slicewise/orders/${id}`;
  const opened = async (): Promise<At> => {
    const root = await realRoot(workspaceRoot);
    return (name) => ({ root, path: `${folder}/${name}` });
  };
  return {
    read: async () => readOrder(await opened()),
    readTask: async (slice) => readTask((await opened())("tasks"), slice),
    readFunction: async (path) => readFunction(await opened(), path),
    writePlan: async (texts) => writePlan(await opened(), texts),
    drafts: async () => drafts(await opened()),
    completePlan: async (texts) => completePlan(await opened(), texts),
    amendPlan: async (amendment) => amendPlan(await opened(), amendment),
    setKeys: async (slice, keys) => setTaskKeys(await opened(), slice, keys),
    writeReport: async (markdown) => put((await opened())("report.md"), markdown),
    teamRules: () => teamRules(workspaceRoot),
  };
}

async function setTaskKeys(
  at: At,
  id: string,
  keys: Partial<Pick<Slice, "route" | "class">>,
): Promise<TaskFile | OrderFile[]> {
  const file = await readTask(at("tasks"), id);
  if (Array.isArray(file)) return file;
  const place = { root: at("").root, path: file.path };
  const content = await contentOf(place);
  if (content === null) return readTask(at("tasks"), id);
  if ("message" in content) return [content];
  const pairs = Object.entries(keys).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const text = pairs.reduce(
    (before, [key, value]) => setKey(file.path, before, key, value) ?? before,
    content.text,
  );
  if (text === content.text) return { ...file, hash: content.hash };
  const changed = parseTask(file.path, text, sha256(text));
  const fits =
    !Array.isArray(changed) && pairs.every(([key, value]) => changed.slice[key as "route"] === value);
  if (!fits) {
    const key = pairs[0]?.[0] ?? null;
    const why = Array.isArray(changed)
      ? changed.map(({ message }) => message).join("; ")
      : "its YAML is too unusual";
    return [{ path: file.path, line: 1, key, message: `cannot be changed (${why}); edit it by hand` }];
  }
  await put(place, text);
  return changed;
}
