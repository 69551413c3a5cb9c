/** Completes a plan that a person began: every word that is there stays, what is missing is added. */
import type { OrderFile, PlanTexts, Planned } from "../engine/ports.ts";
import type { Slice } from "../core/order.ts";
import { type FaultError, faultError } from "./diskFault.ts";
import { completeTask, draftProblems } from "./editTask.ts";
import { type Change, type Content, type Place, badFiles, contentOf, ending } from "./orderFolder.ts";
import { type At, taskNames, twinsIn } from "./readOrder.ts";
import { completeRules, completeScope } from "./scopeText.ts";
import { sha256 } from "./sha256.ts";
import { isNamedFor, parseTask } from "./taskFile.ts";
import { type PlannedTask, functionChange, functionsOf, newTask, putPlan } from "./writePlan.ts";

type Draft = Content & { path: string };

/** Texts by path in the order's folder. Rejects with every problem no planner can fill in, before anybody is paid. */
export async function drafts(at: At): Promise<ReadonlyMap<string, string>> {
  const [scope, rules, tasks] = await Promise.all([
    begunIn(at("scope.md")),
    begunIn(at("rules.md")),
    draftTasks(at),
  ]);
  const inFolder = at("").path.length;
  const begun = [scope, rules, ...tasks].filter((one): one is Draft => one !== null);
  return new Map(begun.map(({ path, text }) => [path.slice(inFolder), text]));
}

/** What somebody wrote; a file that cannot be read has to be mended first. */
export async function begunIn(place: Place): Promise<Draft | null> {
  const content = await contentOf(place);
  if (content === null) return null;
  if ("message" in content) throw badFiles([content]);
  return { ...content, path: place.path };
}

async function draftTasks(at: At): Promise<Draft[]> {
  const tasks = at("tasks");
  const { names, problems: flood } = await taskNames(tasks);
  const read = await Promise.all(
    names.map(async (name): Promise<Draft | OrderFile | null> => {
      const path = `${tasks.path}/${name}`;
      const content = await contentOf({ root: tasks.root, path });
      return content === null || "message" in content ? content : { ...content, path };
    }),
  );
  const begun = read.filter((one): one is Draft => one !== null && "text" in one);
  const unread = read.filter((one): one is OrderFile => one !== null && "message" in one);
  const problems = [...flood, ...unread, ...begun.flatMap(({ path, text }) => draftProblems(path, text))];
  if (problems.length > 0) throw badFiles(problems);
  return begun;
}

/** All tasks that stand then are answered, those of the person's that the planner left alone, too. */
export async function completePlan(at: At, texts: PlanTexts): Promise<Planned> {
  const [scope, rules, begun, functions] = await Promise.all([
    begunIn(at("scope.md")),
    begunIn(at("rules.md")),
    draftTasks(at),
    functionsOf(at),
  ]);
  const old = begun.map((draft) => completedTask(draft, texts.slices));
  const known = new Set(old.map(({ file }) => file.slice.id));
  const fresh = texts.slices.filter(({ id }) => !known.has(id)).map((slice) => newTask(at, slice));
  const tasks = [...old, ...fresh];
  const twins = twinsIn(tasks.map(({ file }) => file));
  if (twins.length > 0) throw badFiles(twins);
  const missing = texts.functions.filter(({ path }) => !Object.hasOwn(functions, path));
  const changes = [
    changed(at("scope.md"), scope, completeScope(scope?.text ?? "", ending(texts.scope))),
    changed(at("rules.md"), rules, completeRules(rules?.text ?? "", ending(texts.rules))),
    ...missing.map((one) => functionChange(at, one, null)),
  ];
  return putPlan(at, changes, tasks, editedMeanwhile);
}

const changed = ({ path }: Place, begun: Draft | null, text: string): Change => ({
  ...{ path, text, was: begun?.hash ?? null },
});

const editedMeanwhile = (path: string): FaultError =>
  faultError({
    kind: "bad-file",
    message: `${path} was edited while the plan was completed. Nothing was written: plan again.`,
  });

/** The planned slice that means this draft: by its id, else by the file's name, the longest id first. */
function completedTask(draft: Draft, slices: readonly Slice[]): PlannedTask {
  const { path, text, hash } = draft;
  const named = slices.filter(({ id }) => isNamedFor(path, id)).toSorted((a, b) => b.id.length - a.id.length);
  const completed = named.map((slice) => completeTask(path, text, slice));
  const whole = completed.find((one) => typeof one === "string") ?? text;
  const file = parseTask(path, whole, sha256(whole));
  if (Array.isArray(file)) throw badFiles(file);
  return { file, change: { path, text: whole, was: hash } };
}
