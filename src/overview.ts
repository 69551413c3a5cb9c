/** The orders of a workspace, a line on each and all together. A log that has not changed since is not read again. */
import { stat } from "node:fs/promises";
import { folded, withFiles } from "./compose.ts";
import { phaseOf, type WorkOrder } from "./core/state.ts";
import { type Workspace, tallyOf, together } from "./core/workspace.ts";
import { listOrders as listIds, orderPaths } from "./node/orders.ts";
import type { OrderSummary } from "./protocol/view.ts";
import type { Listed, Listing } from "./protocol/workspace.ts";

/** What each log had to say when it was read last, by its path; `stamp` tells whether that was this very file. */
const known = new Map<string, { stamp: string; listed: Listed }>();

/** Read-only: what stands in a workspace, oldest first. An order whose log cannot be read is listed as failed. */
export async function listing(workspaceRoot: string): Promise<Listing> {
  const all: Listed[] = [];
  for (const id of await listIds(workspaceRoot)) all.push(await listed(workspaceRoot, id));
  return all;
}

/** `unread` are orders whose logs cannot be read, with why: they are in none of the sums. */
export type Overview = Workspace & { unread: { id: string; why: string }[] };

export async function overview(workspaceRoot: string): Promise<Overview> {
  const all = await listing(workspaceRoot);
  return {
    ...together(all.flatMap(({ tally }) => tally ?? [])),
    unread: all.flatMap(({ order: { id }, why }) => (why === null ? [] : [{ id, why }])),
  };
}

async function listed(workspaceRoot: string, id: string): Promise<Listed> {
  const { log } = orderPaths(workspaceRoot, id);
  // Before it is read: what is appended meanwhile makes it another file.
  const seen = await stat(log).catch(() => null);
  // An order that was never opened has done nothing yet.
  if (seen === null) return { ...(await read(workspaceRoot, id)).listed, tally: null };
  const stamp = `${seen.size} ${seen.mtimeMs} ${seen.ino}`;
  const before = known.get(log);
  if (before?.stamp === stamp) return before.listed;
  const found = await read(workspaceRoot, id);
  if (found.from === "log") known.set(log, { stamp, listed: found.listed });
  return found.listed;
}

/** Before there is a plan in the log the order's files speak too, and they may change while it does not. */
async function read(workspaceRoot: string, id: string): Promise<{ listed: Listed; from: "log" | "files" }> {
  let from: "log" | "files" = "log";
  try {
    const logged = await folded(workspaceRoot, id);
    if (logged.planned === null) from = "files";
    const order = await withFiles(workspaceRoot, logged);
    return { listed: { order: summaryOf(order), tally: tallyOf(logged), why: null }, from };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const order: OrderSummary = { id, goal: id, phase: "failed", done: 0, total: 0 };
    return { listed: { order, tally: null, why }, from };
  }
}

const summaryOf = (order: WorkOrder): OrderSummary => ({
  id: order.id,
  goal: order.goal,
  phase: phaseOf(order),
  done: order.slices.filter(({ progress }) => progress.at === "done").length,
  total: order.slices.length,
});
