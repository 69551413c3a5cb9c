/** The orders of a workspace: making one, finding one. */
import { mkdir, readdir, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Err } from "../engine/ports.ts";
import { locateToWrite, makeParents } from "./confine.ts";
import { codeOf, diskFault, faultError } from "./diskFault.ts";
import { slug } from "./slug.ts";
import { writeAtomic } from "./writeAtomic.ts";

const IGNORED = `# Written by Slicewise. Everything else in this folder may be committed.
orders/*/blobs/
*.lock
*.lock.*
*.tmp
`;

const ORDER_MD = (goal: string): string => `---
# autonomy: review                              # review | supervised | full
# budget: { order: 5.00, slice: 0.50 }          # US dollars
# policy: balanced                              # economy | balanced | quality | speed
---
${goal}
`;

/** An id is a folder's name, a branch's name and an argument, so it is plain. */
const ORDER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export type OrderPaths = {
  id: string;
  folder: string;
  log: string;
  blobs: string;
  lock: string;
  report: string;
};

/** Absolute paths of an order's files. */
export function orderPaths(workspaceRoot: string, id: string): OrderPaths {
  const folder = join(ordersFolder(workspaceRoot), id);
  const at = (name: string) => join(folder, name);
  return {
    id,
    folder,
    log: at("log.jsonl"),
    blobs: at("blobs"),
    lock: at("order.lock"),
    report: at("report.md"),
  };
}

/** Rejects when what we write of an order is, or lies behind, a link: the folder came with the repository. */
export async function refuseLinks(workspaceRoot: string, id: string): Promise<void> {
  const root = await realpath(workspaceRoot).catch((cause: unknown) => {
    throw diskFault(cause, "open the workspace", workspaceRoot);
  });
  for (const name of ["order.lock", "log.jsonl", "blobs", "report.md"]) {
    const path = `.slicewise/orders/${id}/${name}`;
    const place = await locateToWrite(root, path).catch((cause: unknown) => {
      throw diskFault(cause, "reach", path);
    });
    if ("error" in place)
      throw faultError({ kind: "disk", message: `the order was not opened: ${place.error}` });
  }
}

const ordersFolder = (workspaceRoot: string): string => join(resolve(workspaceRoot), ".slicewise", "orders");

/** `date` is "2026-11-21". The id is `<date>-<slug of the goal>`, with a number behind it when that is taken. */
export async function createOrder(workspaceRoot: string, goal: string, date: string): Promise<OrderPaths> {
  const text = goal.trim();
  if (text === "")
    throw faultError({ kind: "bad-request", message: "the goal is empty. Say what is to be done." });
  if (Buffer.byteLength(text) > 250_000) {
    throw faultError({
      kind: "bad-request",
      message: "the goal is longer than 250 kB. Put the details into files.",
    });
  }
  try {
    const root = await realpath(workspaceRoot);
    const place = await locateToWrite(root, ".slicewise/orders/new");
    if ("error" in place) throw new Error(place.error);
    await makeParents(root, place.full);
    const paths = await firstFree(root, `${date}-${slug(text) || "order"}`);
    await ignoreOurs(join(root, ".slicewise", ".gitignore"));
    await writeAtomic(join(paths.folder, "order.md"), ORDER_MD(text));
    return paths;
  } catch (cause) {
    throw cause instanceof Error && "fault" in cause
      ? cause
      : diskFault(cause, "create an order in", workspaceRoot);
  }
}

async function firstFree(root: string, name: string): Promise<OrderPaths> {
  for (let number = 1; ; number++) {
    const paths = orderPaths(root, number === 1 ? name : `${name}-${number}`);
    const made = await mkdir(paths.folder).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      },
    );
    if (made) return paths;
  }
}

async function ignoreOurs(path: string): Promise<void> {
  await writeFile(path, IGNORED, { flag: "wx" }).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

/** The ids of all orders, oldest date first. */
export async function listOrders(workspaceRoot: string): Promise<string[]> {
  const folder = ordersFolder(workspaceRoot);
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return names.filter((name) => ORDER_ID.test(name)).sort();
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(cause))) return [];
    throw diskFault(cause, "list", folder);
  }
}

/** `text` is an id, a part of one that no other has, or the order's folder (absolute, or relative to the workspace). */
export async function findOrder(workspaceRoot: string, text: string): Promise<OrderPaths | Err> {
  const ids = await listOrders(workspaceRoot);
  const folder = resolve(workspaceRoot, text);
  const named = dirname(folder) === ordersFolder(workspaceRoot) ? basename(folder) : text;
  const parts = text.trim() === "" ? [] : ids.filter((id) => id.includes(text));
  const found = ids.includes(named) ? [named] : parts;
  if (found.length === 1 && found[0] !== undefined) return orderPaths(workspaceRoot, found[0]);
  if (found.length > 1) {
    return { error: `"${text}" is part of ${found.length} orders: ${some(found)}. Give more of the id.` };
  }
  if (ids.length === 0)
    return {
      error: `there is no order in ${ordersFolder(workspaceRoot)}. Make one with: slicewise plan "GOAL"`,
    };
  return { error: `no order is called "${text}". There are: ${some(ids)}.` };
}

const some = (ids: string[]): string =>
  ids.length <= 10 ? ids.join(", ") : `${ids.slice(-10).join(", ")} and ${ids.length - 10} more`;
