/** Answers a command: the pure decide, and around it the few commands that read or write files first. */
import { decide, isRefusal } from "../core/decide.ts";
import type { Command, Event, Refusal } from "../core/event.ts";
import { blocking } from "../core/next.ts";
import type { WorkOrder } from "../core/state.ts";
import { revert } from "./land.ts";
import type { Performing } from "./performer.ts";
import { criticise, drift } from "./plan.ts";
import type { OrderFile, World } from "./ports.ts";

type Append = (events: readonly Event[]) => Promise<void>;

const NEVER = new AbortController().signal;

/** Events still to be appended, or a Refusal. What `append` was given by then stays: it is what the files say. */
export async function answerTo(
  command: Command,
  run: Performing,
  append: Append,
): Promise<Event[] | Refusal> {
  const unread = readsFiles(command, run.order()) ? await sync(run, append) : null;
  if (unread) return unread;
  const decided = decide(run.order(), command);
  if (isRefusal(decided)) return decided;
  if (command.do === "reroute") return edit(run, command.slice, { route: command.route });
  if (command.do === "reclass") return edit(run, command.slice, { class: command.class });
  return command.do === "revert" ? revert(command.slice, run, NEVER) : decided;
}

/** What stops an approved plan is mended in its files, so going on reads them again. */
function readsFiles({ do: wanted }: Command, order: WorkOrder): boolean {
  if (wanted === "approvePlan") return order.planned !== null;
  return wanted === "run" && order.approved && blocking(order);
}

/** The task file is the interface: a changed class or route is written there, and is an amendment like any other. */
async function edit(
  { world }: Performing,
  id: string,
  keys: Parameters<World["files"]["setKeys"]>[1],
): Promise<Event[] | Refusal> {
  const file = await world.files.setKeys(id, keys);
  if (Array.isArray(file)) return { refused: problemText(file) };
  const why = `${Object.keys(keys).join(", ")} changed`;
  return [
    { type: "amended", changed: [{ slice: file.slice, hash: file.hash }], dropped: [], by: "user", why },
  ];
}

/** What is approved is what the files say: edits since the last check are taken in, and checked, first. */
async function sync(run: Performing, append: Append): Promise<Refusal | null> {
  const { changed, dropped, problems } = await drift(run);
  if (problems.length > 0) return { refused: problemText(problems) };
  const edited = changed.length + dropped.length > 0;
  // Findings may also be of a file that was broken and is what it was again.
  if (!edited && !blocking(run.order())) return null;
  if (edited)
    await append([{ type: "amended", changed, dropped, by: "user", why: "task files were edited" }]);
  await append(await criticise({ do: "criticise" }, run, NEVER));
  return null;
}

const problemText = (problems: readonly OrderFile[]): string =>
  problems
    .map(({ path, line, key, message }) => `${path}:${line}${key ? ` ${key}` : ""}: ${message}`)
    .join("\n");
