import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { Autonomy, Budget, Tier, type Sha, type Slice } from "../core/order.ts";
import type { Err, OrderFile, OrderFiles, OrderOnDisk, TaskFile, TeamRules } from "../engine/ports.ts";
import { cutMiddle } from "./capture.ts";
import { locateToRead, locateToWrite, makeParents, readRegular, textOf } from "./confine.ts";
import { codeOf, diskFault, faultError } from "./diskFault.ts";
import { parseFrontMatter, splitFrontMatter, validate } from "./frontMatter.ts";
import { inParallel } from "./gitObjects.ts";
import { sha256 } from "./sha256.ts";
import { isNamedFor, parseTask, renderTask, setKey, taskFileName } from "./taskFile.ts";
import { openTree } from "./tree.ts";
import { writeAtomic } from "./writeAtomic.ts";

const MOST_BYTES = 256_000;
const MOST_RULES_BYTES = 32_000;
const MOST_TASKS = 1000;

const OrderKeys = z.strictObject({
  autonomy: Autonomy.optional(),
  budget: Budget.optional(),
  tiers: z.array(Tier).optional(),
});

/** "file:line key: message", as shown to a person. */
export const problemText = ({ path, line, key, message }: OrderFile): string =>
  `${path}:${line} ${key === null ? "" : `${key}: `}${message}`;

/**
 * The order's folder `.slicewise/orders/<id>` of a workspace. All paths in answers are relative to the workspace root, "/"
 * between parts. Files are only read and written below the root: the folder came with the repository.
 */
export function openOrderFiles(workspaceRoot: string, id: string): OrderFiles {
  const folder = `.slicewise/orders/${id}`;
  const place = async (name: string): Promise<Place> => ({
    root: await realRoot(workspaceRoot),
    path: `${folder}/${name}`,
  });
  const tasksIn = async () => place("tasks");

  return {
    read: async () =>
      readOrder(await place("order.md"), await place("scope.md"), await place("rules.md"), await tasksIn()),
    readTask: async (slice) => readTask(await tasksIn(), slice),
    writePlan: async ({ scope, rules, slices }) => {
      const tasks = await tasksIn();
      const planned = await Promise.all(slices.map((slice) => plannedFile(slice, tasks)));
      const texts = [
        { path: `${folder}/scope.md`, text: ending(scope) },
        { path: `${folder}/rules.md`, text: ending(rules) },
        ...planned.map(({ file, text }) => ({ path: file.path, text })),
      ];
      await writeNew(tasks.root, texts);
      return { tasks: planned.map(({ file }) => file), functions: {} };
    },
    drafts: () => Promise.reject(new Error("not built yet")),
    completePlan: () => Promise.reject(new Error("not built yet")),
    amendPlan: () => Promise.reject(new Error("not built yet")),
    setKeys: async (slice, keys) => setTaskKeys(await tasksIn(), slice, keys),
    writeReport: async (markdown) => put(await place("report.md"), markdown),
    teamRules: () => teamRules(workspaceRoot),
  };
}

type Place = { root: string; path: string };
type Content = { text: string; hash: Sha };

async function realRoot(workspaceRoot: string): Promise<string> {
  try {
    return await realpath(workspaceRoot);
  } catch (cause) {
    throw diskFault(cause, "open the workspace", workspaceRoot);
  }
}

/** Null when there is no such file. */
async function contentOf({ root, path }: Place): Promise<Content | OrderFile | null> {
  if (!(await exists(join(root, path)))) return null;
  const problem = (message: string): OrderFile => ({ path, line: 1, key: null, message });
  const read = await readBelow(root, path);
  if ("error" in read) return problem(read.error);
  const text = textOf(read.bytes);
  if (text === null) return problem("is no UTF-8 text; save it as UTF-8");
  return { text, hash: sha256(read.bytes) };
}

async function readBelow(root: string, path: string): Promise<{ bytes: Buffer } | Err> {
  const full = await locateToRead(root, path, []);
  return typeof full === "string" ? readRegular(full, path, MOST_BYTES) : full;
}

async function exists(full: string): Promise<boolean> {
  try {
    await lstat(full);
    return true;
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(cause))) return false;
    throw diskFault(cause, "read", full);
  }
}

async function readOrder(order: Place, scope: Place, rules: Place, tasks: Place): Promise<OrderOnDisk> {
  const [goal, scopeText, rulesText, files] = await Promise.all([
    readGoal(order),
    contentOf(scope),
    contentOf(rules),
    readTasks(tasks),
  ]);
  const plain = (content: Content | OrderFile | null) =>
    content !== null && "text" in content ? content.text : "";
  const flaws = [scopeText, rulesText].filter((c): c is OrderFile => c !== null && "message" in c);
  return {
    ...{ goal: goal.goal, overrides: goal.overrides, scope: plain(scopeText), rules: plain(rulesText) },
    ...{ tasks: files.tasks, functions: {}, problems: [...goal.problems, ...flaws, ...files.problems] },
  };
}

/** Front matter is optional here: an order written by hand may be nothing but its goal. */
async function readGoal(place: Place): Promise<Pick<OrderOnDisk, "goal" | "overrides" | "problems">> {
  const none = (problems: OrderFile[]) => ({ goal: "", overrides: {}, problems });
  const problem = (line: number, message: string): OrderFile => ({
    path: place.path,
    line,
    key: null,
    message,
  });
  const content = await contentOf(place);
  if (content === null) return none([problem(1, "does not exist; write the goal into it")]);
  if ("message" in content) return none([content]);
  const { text } = content;
  const split = splitFrontMatter(text);
  if (split === null) {
    const goal = text.trim();
    return {
      goal,
      overrides: {},
      problems: goal === "" ? [problem(1, "has no goal; write it into the file")] : [],
    };
  }
  const front = parseFrontMatter(place.path, text);
  if (Array.isArray(front)) return none(front);
  const goal = text.slice(front.split.body).trim();
  const overrides = validate(front, OrderKeys, "order.md");
  const line = text.slice(0, front.split.body).split("\n").length;
  const empty = goal === "" ? [problem(line, "has no goal; write it below the front matter")] : [];
  return Array.isArray(overrides)
    ? { goal, overrides: {}, problems: [...overrides, ...empty] }
    : { goal, overrides, problems: empty };
}

/** Names of the task files, sorted; other files in the folder are none of ours. */
async function taskNames({ root, path }: Place): Promise<string[]> {
  try {
    const names = await readdir(join(root, path));
    return names.filter((name) => name.endsWith(".md") && !name.startsWith(".")).sort();
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw diskFault(cause, "list", path);
  }
}

async function readOne(tasks: Place, name: string): Promise<TaskFile | OrderFile[]> {
  const path = `${tasks.path}/${name}`;
  const content = await contentOf({ root: tasks.root, path });
  if (content === null)
    return [{ path, line: 1, key: null, message: "does not exist; it was there a moment ago" }];
  return "text" in content ? parseTask(path, content.text, content.hash) : [content];
}

async function readTasks(tasks: Place): Promise<Pick<OrderOnDisk, "tasks" | "problems">> {
  const names = await taskNames(tasks);
  if (names.length > MOST_TASKS) {
    const message = `holds ${names.length} task files; an order takes ${MOST_TASKS} at most`;
    return { tasks: [], problems: [{ path: tasks.path, line: 1, key: null, message }] };
  }
  const read = await inParallel(names, 16, (name) => readOne(tasks, name));
  const good = read.filter((one): one is TaskFile => !Array.isArray(one));
  const twins = (await inParallel(good, 16, (file) => duplicates(file, good, tasks.root))).flat();
  const problems = [...read.flatMap((one) => (Array.isArray(one) ? one : [])), ...twins];
  return { tasks: good.filter(({ path }) => !twins.some((twin) => twin.path === path)), problems };
}

async function duplicates(file: TaskFile, all: TaskFile[], root: string): Promise<OrderFile[]> {
  const other = all.find((one) => one !== file && one.slice.id === file.slice.id);
  if (other === undefined) return [];
  const message = `"${file.slice.id}" is the id of ${other.path}, too; give one of them another id`;
  const content = await contentOf({ root, path: file.path });
  const front = content !== null && "text" in content ? parseFrontMatter(file.path, content.text) : [];
  return [
    Array.isArray(front) ? { path: file.path, line: 1, key: "id", message } : front.problem(["id"], message),
  ];
}

async function readTask(tasks: Place, id: string): Promise<TaskFile | OrderFile[]> {
  const names = (await taskNames(tasks)).filter((name) => isNamedFor(name, id));
  const read = await Promise.all(names.map((name) => readOne(tasks, name)));
  const good = read.filter((one): one is TaskFile => !Array.isArray(one) && one.slice.id === id);
  if (good.length > 1)
    return (await Promise.all(good.map((file) => duplicates(file, good, tasks.root)))).flat();
  const problems = read.flatMap((one) => (Array.isArray(one) ? one : []));
  const missing = {
    path: tasks.path,
    line: 1,
    key: null,
    message: `holds no file for slice ${id}; add ${id}-….md`,
  };
  return good[0] ?? (problems.length > 0 ? problems : [missing]);
}

/** The task file of a planned slice. Read back before anything is written, so that a plan that cannot be read is refused. */
async function plannedFile(slice: Slice, tasks: Place): Promise<{ file: TaskFile; text: string }> {
  const path = `${tasks.path}/${taskFileName(slice)}`;
  const present = await readTask(tasks, slice.id);
  if (!Array.isArray(present) && present.path !== path) throw taken(present.path);
  const text = renderTask(slice);
  const file = parseTask(path, text, sha256(text));
  if (!Array.isArray(file)) return { file, text };
  throw faultError({
    kind: "malformed",
    message: `the plan cannot be written: ${file.map(problemText).join("; ")}`,
  });
}

const taken = (path: string) =>
  faultError({
    kind: "disk",
    message: `${path} exists with other content and was not overwritten. Move it away, then plan again.`,
  });

const ending = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** All are looked at before the first is written. */
async function writeNew(root: string, texts: { path: string; text: string }[]): Promise<void> {
  const found = await Promise.all(texts.map(({ path }) => contentOf({ root, path })));
  texts.forEach(({ path, text }, index) => {
    const content = found[index] ?? null;
    if (content !== null && (!("text" in content) || content.text !== text)) throw taken(path);
  });
  for (const [index, { path, text }] of texts.entries()) {
    if (found[index] === null) await put({ root, path }, text);
  }
}

/** Writes below the root, never through a symbolic link. */
async function put({ root, path }: Place, text: string): Promise<void> {
  const located = await locateToWrite(root, path).catch((cause: unknown) => {
    throw diskFault(cause, "write", path);
  });
  if ("error" in located) throw faultError({ kind: "disk", message: `could not write: ${located.error}` });
  await makeParents(root, located.full).catch((cause: unknown) => {
    throw diskFault(cause, "write", path);
  });
  await writeAtomic(located.full, text);
}

async function setTaskKeys(
  tasks: Place,
  id: string,
  keys: Partial<Pick<Slice, "route" | "class">>,
): Promise<TaskFile | OrderFile[]> {
  const file = await readTask(tasks, id);
  if (Array.isArray(file)) return file;
  const place = { root: tasks.root, path: file.path };
  const content = await contentOf(place);
  if (content === null || !("text" in content)) return content === null ? readTask(tasks, id) : [content];
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

async function teamRules(workspaceRoot: string): Promise<TeamRules[]> {
  const tree = openTree(workspaceRoot);
  const seen = new Set<Sha>();
  const parts: TeamRules[] = [];
  for (const path of [".slicewise/rules.md", "AGENTS.md", "CLAUDE.md"]) {
    if (!(await exists(join(workspaceRoot, path)))) continue;
    const file = await tree.read(path);
    // Said in the rules themselves, where both the user and the model see it: CLAUDE.md is often a link to somewhere else.
    if ("error" in file) parts.push({ path, folder: "", text: `(Not read: ${file.error}.)` });
    else if (file.text.trim() !== "" && !seen.has(file.sha)) {
      seen.add(file.sha);
      parts.push({ path, folder: "", text: cutMiddle(file.text.trim(), MOST_RULES_BYTES) });
    }
  }
  return parts;
}
