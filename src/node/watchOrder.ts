/**
 * Hears of every write to an order's files. The editor's own watcher does not: it misses what happens in folders that were
 * made in quick succession, as an order's are.
 */
import { type FSWatcher, existsSync, watch } from "node:fs";
import { join } from "node:path";

/** What counts, by folder. The log lies beside it and is written all the time. */
const FILES: Readonly<Record<string, RegExp>> = {
  "": /^(order\.md|scope\.md|rules\.md|tasks|checks)$/,
  tasks: /\.md$/,
  checks: /\.mjs$/,
};

/**
 * `folder` is the order's, absolute; its folders may come and go. `failed` hears when one can be watched no longer: the
 * system has a limit. Returns what stops it.
 */
export function watchOrder(
  folder: string,
  changed: () => void,
  failed: (error: unknown) => void,
): () => void {
  const open = new Map<string, FSWatcher>();
  const close = (name: string): void => {
    open.get(name)?.close();
    open.delete(name);
  };
  const start = (name: string): void => {
    const place = join(folder, name);
    if (open.has(name) || !existsSync(place)) return;
    try {
      const watcher = watch(place, (kind, file) => heard(name, kind, file));
      watcher.on("error", (error) => {
        close(name);
        failed(error);
      });
      open.set(name, watcher);
    } catch (error) {
      failed(error);
    }
  };
  const heard = (name: string, kind: string, file: string | null): void => {
    if (file !== null && !FILES[name]?.test(file)) return;
    if (name === "" && kind === "rename" && file !== null && file in FILES) {
      close(file);
      start(file);
    }
    changed();
  };
  for (const name of Object.keys(FILES)) start(name);
  return () => {
    for (const name of [...open.keys()]) close(name);
  };
}
