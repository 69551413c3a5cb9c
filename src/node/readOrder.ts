/** What an order's folder says: goal, scope, rules, slices and verification functions, with every problem at its place. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { Autonomy, Budget, Tier, type Sha } from "../core/order.ts";
import { Policy } from "../core/settings.ts";
import type { OrderFile, OrderFiles, OrderOnDisk, TaskFile } from "../engine/ports.ts";
import { codeOf, diskFault } from "./diskFault.ts";
import { parseFrontMatter, splitFrontMatter, validate } from "./frontMatter.ts";
import { inParallel } from "./gitObjects.ts";
import { type Content, type Place, contentOf, ownContentOf } from "./orderFolder.ts";
import { isNamedFor, parseTask } from "./taskFile.ts";
import { rulesProblems } from "./teamRules.ts";

const MOST_TASKS = 1000;
const MOST_FUNCTIONS = 1000;

const OrderKeys = z.strictObject({
  autonomy: Autonomy.optional(),
  budget: Budget.optional(),
  tiers: z.array(Tier).optional(),
  policy: Policy.optional(),
});

/** A place in the order's folder, such as "scope.md"; "" is the folder itself. */
export type At = (name: string) => Place;

export async function readOrder(at: At): Promise<OrderOnDisk> {
  const [goal, scope, rules, files, checks, team] = await Promise.all([
    readGoal(at("order.md")),
    contentOf(at("scope.md")),
    contentOf(at("rules.md")),
    readTasks(at("tasks")),
    readFunctions(at),
    rulesProblems(at("").root),
  ]);
  const plain = (content: Content | OrderFile | null) =>
    content !== null && "text" in content ? content.text : "";
  const flaws = [scope, rules].filter((c): c is OrderFile => c !== null && "message" in c);
  return {
    goal: goal.goal,
    overrides: goal.overrides,
    scope: plain(scope),
    rules: plain(rules),
    tasks: files.tasks,
    functions: checks.functions,
    problems: [...goal.problems, ...flaws, ...files.problems, ...checks.problems, ...team],
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

/** Names in a folder of the order that end so, sorted; other files there are none of ours. */
export async function namesIn({ root, path }: Place, end: string): Promise<string[]> {
  try {
    const names = await readdir(join(root, path));
    return names.filter((name) => name.endsWith(end) && !name.startsWith(".")).sort();
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw diskFault(cause, "list", path);
  }
}

const tooMany = (path: string, what: string, count: number, most: number): OrderFile[] =>
  count <= most
    ? []
    : [{ path, line: 1, key: null, message: `holds ${count} ${what}; an order takes ${most} at most` }];

/** The names of the task files; a problem when nobody can mean that many. */
export async function taskNames(tasks: Place): Promise<{ names: string[]; problems: OrderFile[] }> {
  const names = await namesIn(tasks, ".md");
  const problems = tooMany(tasks.path, "task files", names.length, MOST_TASKS);
  return { names: problems.length > 0 ? [] : names, problems };
}

async function readOne(tasks: Place, name: string): Promise<TaskFile | OrderFile[]> {
  const path = `${tasks.path}/${name}`;
  const content = await contentOf({ root: tasks.root, path });
  if (content === null)
    return [{ path, line: 1, key: null, message: "does not exist; it was there a moment ago" }];
  return "text" in content ? parseTask(path, content.text, content.hash) : [content];
}

export async function readTasks(tasks: Place): Promise<Pick<OrderOnDisk, "tasks" | "problems">> {
  const { names, problems: flood } = await taskNames(tasks);
  const read = await inParallel(names, 16, (name) => readOne(tasks, name));
  const good = read.filter((one): one is TaskFile => !Array.isArray(one));
  const twins = twinsIn(good);
  const problems = [...flood, ...read.flatMap((one) => (Array.isArray(one) ? one : [])), ...twins];
  return { tasks: good.filter(({ path }) => !twins.some((twin) => twin.path === path)), problems };
}

/** Task files that claim the id of another one. */
export function twinsIn(tasks: readonly TaskFile[]): OrderFile[] {
  return tasks.flatMap((file) => {
    const { id } = file.slice;
    const other = tasks.find((one) => one !== file && one.slice.id === id);
    if (other === undefined) return [];
    const message = `"${id}" is the id of ${other.path}, too; give one of them another id`;
    return [{ path: file.path, line: file.lines["id"] ?? 1, key: "id", message }];
  });
}

export async function readTask(tasks: Place, id: string): Promise<TaskFile | OrderFile[]> {
  const names = (await namesIn(tasks, ".md")).filter((name) => isNamedFor(name, id));
  const read = await Promise.all(names.map((name) => readOne(tasks, name)));
  const good = read.filter((one): one is TaskFile => !Array.isArray(one) && one.slice.id === id);
  if (good.length > 1) return twinsIn(good);
  const problems = read.flatMap((one) => (Array.isArray(one) ? one : []));
  const message = `holds no file for slice ${id}; add ${id}-….md`;
  const missing = { path: tasks.path, line: 1, key: null, message };
  return good[0] ?? (problems.length > 0 ? problems : [missing]);
}

/** One verification function with its text. Its name is what a plan may call it, nothing else. */
export async function readFunction(at: At, path: string): ReturnType<OrderFiles["readFunction"]> {
  if (!/^checks\/[A-Za-z0-9][A-Za-z0-9._-]*\.mjs$/.test(path)) return null;
  const content = await ownContentOf(at(path));
  return content !== null && "text" in content ? { path, code: content.text, hash: content.hash } : content;
}

/** The verification functions with the hashes that freeze them; a link or a pipe is none. */
export async function readFunctions(at: At): Promise<Pick<OrderOnDisk, "functions" | "problems">> {
  const names = await namesIn(at("checks"), ".mjs");
  const flood = tooMany(at("checks").path, "verification functions", names.length, MOST_FUNCTIONS);
  if (flood.length > 0) return { functions: {}, problems: flood };
  const functions: Record<string, Sha> = {};
  const problems: OrderFile[] = [];
  const read = await inParallel(names, 16, (name) => ownContentOf(at(`checks/${name}`)));
  names.forEach((name, index) => {
    const content = read[index] ?? null;
    if (content !== null && "text" in content) functions[`checks/${name}`] = content.hash;
    else if (content !== null) problems.push(content);
  });
  return { functions, problems };
}
