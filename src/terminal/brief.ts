/** The text that an attempt at a slice would start from now, without a lock, a copy or a model. */
import { peek } from "../compose.ts";
import { secretsIn } from "../connect.ts";
import { matcher } from "../core/globs.ts";
import type { LandedFile } from "../core/order.ts";
import { isTry } from "../core/tested.ts";
import type { Settings } from "../core/settings.ts";
import { sliceOf } from "../core/state.ts";
import { briefingOf } from "../engine/brief.ts";
import type { Blobs, Tree } from "../engine/ports.ts";
import { openBlobs } from "../node/blobs.ts";
import { openCodeMap } from "../node/codeMap/codeMap.ts";
import { openOrderFiles } from "../node/orderFiles.ts";
import { orderPaths } from "../node/orders.ts";
import { makeRedact, secretsOf } from "../node/redact.ts";
import { openTree } from "../node/tree.ts";
import { usageError } from "./host.ts";

export type Asked = { root: string; id: string; settings: Settings; env: NodeJS.ProcessEnv };

/** Both parts of the briefing, secrets redacted. Rejects with words for the user when there is no such slice. */
export async function briefingText({ root, id, settings, env }: Asked, slice: string): Promise<string> {
  const files = openOrderFiles(root, id);
  const order = await peek(root, id);
  const task = await files.readTask(slice);
  if (Array.isArray(task)) {
    const known = order.slices.map((state) => state.slice.id);
    const isUnknown = !known.includes(slice) && !task.some(({ path }) => path.endsWith(".md"));
    if (isUnknown) throw usageError(unknown(slice, id, known));
    throw usageError(task.map(({ path, line, message }) => `${path}:${line}: ${message}`).join("\n"));
  }
  const redact = makeRedact([...secretsOf(env), ...secretsIn(settings, env)]);
  const tree = withLanded(openTree(root), order.overlay, openBlobs(orderPaths(root, id).blobs, redact));
  const codeMap = openCodeMap({ repo: { files: () => Promise.resolve([]) }, root, storage: null });
  try {
    const tried = sliceOf(order, task.slice.id)?.attempts.filter(isTry) ?? [];
    const { shared, own } = await briefingOf({ files, tree, codeMap }, order, task.slice, tried);
    return redact([shared, own].filter((part) => part !== "").join("\n\n"));
  } finally {
    await codeMap.close();
  }
}

const unknown = (slice: string, id: string, known: readonly string[]): string =>
  `there is no slice ${slice} in ${id}${known.length === 0 ? ": it has no plan yet" : `; there are ${known.join(", ")}`}.`;

type Reading = Pick<Tree, "list" | "read">;

/** What landed on the order's branch stands over the workspace's files, as in the snapshot an attempt starts from. */
function withLanded(tree: Reading, overlay: readonly LandedFile[], blobs: Pick<Blobs, "get">): Reading {
  const landed = new Map(overlay.map((file) => [file.path, file]));
  return {
    read: async (path) => {
      const file = landed.get(path);
      if (!file) return tree.read(path);
      if (file.after === null || file.mode === "120000")
        return { error: `${JSON.stringify(path)} is no file` };
      const text = new TextDecoder().decode(await blobs.get(file.after));
      return { text, sha: file.after, lines: text.split("\n").length };
    },
    list: async (glob) => {
      const found = await tree.list(glob);
      if ("error" in found) return found;
      const there = overlay.filter(({ after }) => after !== null).map(({ path }) => path);
      const all = [...found.filter((path) => !landed.has(path)), ...there.filter(matcher([glob]))];
      return all.sort();
    },
  };
}
