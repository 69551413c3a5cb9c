/** Answers a command: the pure decide, and around it the few commands that read or write files first. */
import { decide, isRefusal } from "../core/decide.ts";
import type { Command, Event, Refusal } from "../core/event.ts";
import { type Tier, parseTier } from "../core/order.ts";
import { type WorkOrder, blocking } from "../core/state.ts";
import { driftOf, editsOf, reread } from "./edits.ts";
import { revert } from "./land.ts";
import { type Performing, unfitFor } from "./performer.ts";
import type { OrderFile, World } from "./ports.ts";
import { forgetTries } from "./tries.ts";

type Append = (events: readonly Event[]) => Promise<void>;
/** Whether the command was just sent, or waited until the plan was checked again. */
export type Turn = "sent" | "checked";

const NEVER = new AbortController().signal;

/**
 * Events still to be appended, a Refusal, or "checking": what was appended has to be checked before the command can be
 * answered; then it is asked again.
 */
export async function answerTo(
  command: Command,
  run: Performing,
  append: Append,
  turn: Turn,
): Promise<Event[] | Refusal | "checking"> {
  if (command.do === "reread") return take(run);
  const unread = dependsOnFiles(command, run.order()) ? await sync(run, append, turn) : null;
  if (unread) return unread;
  const decided = decide(run.order(), command);
  if (isRefusal(decided)) return decided;
  const named = tierNamed(command);
  const unfit = named && unfitFor(run, named);
  if (unfit) return { refused: unfit.message };
  if (command.do === "reroute") return edit(run, command.slice, { route: command.route });
  if (command.do === "reclass") return edit(run, command.slice, { class: command.class });
  return command.do === "revert" ? revert(command.slice, run, NEVER) : decided;
}

/** The tier a person asks for by name. */
function tierNamed(command: Command): Tier | null {
  if (command.do === "rerun") return command.tier ?? null;
  return command.do === "reroute" && command.route !== "auto" ? parseTier(command.route) : null;
}

/** What is approved, or goes on, is what the files say now: the order's own, and those the plan was made from. */
function dependsOnFiles({ do: wanted }: Command, order: WorkOrder): boolean {
  if (order.ended || order.discarded !== null || order.replan || !order.planned) return false;
  if (wanted === "approvePlan") return order.findings !== null && (!order.approved || blocking(order));
  return wanted === "run" && order.approved && (blocking(order) || order.halted !== null);
}

/** Edited files are taken in; what is broken in them is a finding, not a refusal. */
async function take(run: Performing): Promise<Event[] | Refusal> {
  const order = run.order();
  if (!order.planned) return { refused: "There is no plan yet." };
  if (order.ended || order.discarded !== null) return [];
  const { event, disk } = await editsOf(run.world.files, run.order);
  if (event) return [event];
  // Of a file that was broken and is what it was again.
  const isStale = order.findings?.some(({ critic }) => critic === "task file");
  const isIdle = order.approved && !isStale && disk.problems.length === 0 && !blocking(order);
  return isIdle ? [] : [again(run)];
}

/** Nothing differs, and yet the plan is to be checked again: something outside the tree may have, such as what is installed. */
function again(run: Performing): Event {
  forgetTries(run);
  return reread();
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

/** What differs since the last check becomes facts; then the plan has to be checked again, for which nothing may halt it. */
async function sync(run: Performing, append: Append, turn: Turn): Promise<Refusal | "checking" | null> {
  const { world, order } = run;
  const { event, disk } = await editsOf(world.files, order);
  if (disk.problems.length > 0 && !order().approved) return { refused: problemText(disk.problems) };
  const drifted = await driftOf(world.tree(world.workspaceRoot), world.repo, order());
  const facts: Event[] = [event, drifted].filter((one) => one !== null);
  // Findings may also be of a file that was broken and is what it was again.
  if (facts.length === 0 && turn === "sent" && blocking(order())) facts.push(again(run));
  if (facts.length === 0) return null;
  await append([...(order().halted ? [{ type: "resumed" as const }] : []), ...facts]);
  return "checking";
}

const problemText = (problems: readonly OrderFile[]): string =>
  problems
    .map(({ path, line, key, message }) => `${path}:${line}${key ? ` ${key}` : ""}: ${message}`)
    .join("\n");
