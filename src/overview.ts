/** All orders of a workspace together. A log that has not changed since is not read again. */
import { stat } from "node:fs/promises";
import { peek } from "./compose.ts";
import { type Tally, type Workspace, tallyOf, together } from "./core/workspace.ts";
import { listOrders, orderPaths } from "./node/orders.ts";

const known = new Map<string, { stamp: string; tally: Tally }>();

/** `unread` are orders whose logs cannot be read, with why: they are in none of the sums. */
export type Overview = Workspace & { unread: { id: string; why: string }[] };

export async function overview(workspaceRoot: string): Promise<Overview> {
  const tallies: Tally[] = [];
  const unread: Overview["unread"] = [];
  for (const id of await listOrders(workspaceRoot)) {
    const found = await tallied(workspaceRoot, id).catch((error: unknown) => {
      unread.push({ id, why: error instanceof Error ? error.message : String(error) });
      return null;
    });
    if (found) tallies.push(found);
  }
  return { ...together(tallies), unread };
}

async function tallied(workspaceRoot: string, id: string): Promise<Tally | null> {
  const { log } = orderPaths(workspaceRoot, id);
  const seen = await stat(log).catch(() => null);
  // One that was never opened has done nothing yet.
  if (seen === null) return null;
  const stamp = `${seen.size} ${seen.mtimeMs} ${seen.ino}`;
  const before = known.get(log);
  if (before?.stamp === stamp) return before.tally;
  const tally = tallyOf(await peek(workspaceRoot, id));
  known.set(log, { stamp, tally });
  return tally;
}
