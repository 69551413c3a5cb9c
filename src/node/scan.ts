import type * as fs from "node:fs";
import type * as path from "node:path";
import type * as threads from "node:worker_threads";

export type ScanTask = { root: string; files: string[]; pattern: string; limit: number };

/**
 * The body of the search worker: it is started from its own source text, so it may use nothing but its arguments. Posts
 * `{ path, line, text }[]`. Links, large, binary and unreadable files are passed over; lines are looked at up to 2,000 characters.
 */
export function scan(
  { workerData, parentPort }: typeof threads,
  { lstatSync, readFileSync }: typeof fs,
  { join }: typeof path,
): void {
  const { root, files, pattern, limit } = workerData as ScanTask;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch {
    expression = new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "u");
  }
  const found: { path: string; line: number; text: string }[] = [];
  for (const file of files) {
    const full = join(root, file);
    let bytes: Buffer;
    try {
      const stat = lstatSync(full);
      if (!stat.isFile() || stat.size > 2_000_000) continue;
      bytes = readFileSync(full);
    } catch {
      continue; // gone meanwhile, or not ours to read
    }
    if (bytes.subarray(0, 8192).includes(0)) continue;
    for (const [index, line] of bytes.toString("utf8").split(/\r?\n/).entries()) {
      const text = line.slice(0, 2000);
      if (!expression.test(text)) continue;
      found.push({ path: file, line: index + 1, text });
      if (found.length >= limit) return parentPort?.postMessage(found);
    }
  }
  parentPort?.postMessage(found);
}
