/** Regular expression search: ripgrep where there is one, else a worker thread that can be stopped in the middle of a match. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { Err } from "../engine/ports.ts";
import { globsOf } from "./glob.ts";
import { scan, type ScanTask } from "./scan.ts";

const SECONDS = 5;
const LINE_CHARACTERS = 400;

export type Query = {
  root: string;
  pattern: string;
  glob: string | null;
  limit: number;
  signal: AbortSignal;
};
type Means = { ripgrep: string | undefined; files: () => Promise<string[] | Err> };

/** At most `limit` lines "path:line:text", by path. A pattern that is no regular expression is searched for as it stands. */
export async function search(query: Query, { ripgrep, files }: Means): Promise<string[] | Err> {
  if (query.pattern === "") return { error: "the pattern is empty; give a regular expression" };
  if (query.signal.aborted) return { error: "the search was cancelled" };
  if (ripgrep === undefined) return searchHere(query, await files());
  const found = await searchRipgrep(ripgrep, query, []);
  if (!("error" in found) || !found.error.includes("regex parse error")) return found;
  const literal = await searchRipgrep(ripgrep, query, ["--fixed-strings"]);
  return "error" in literal || literal.length === 0 ? found : literal;
}

const RIPGREP = [
  ...["--no-config", "--line-number", "--no-heading", "--color=never", "--no-follow", "--hidden", "--null"],
  ...["--no-require-git", "--max-filesize=2M", "--sort=path", "--max-columns=2000"],
  "--max-columns-preview",
];

function searchRipgrep(binary: string, { root, pattern, glob, limit, signal }: Query, more: string[]) {
  const globs = (glob === null ? [] : globsOf(glob)).map((one) => `--glob=${one}`);
  // The last glob that matches decides, so .git is shut out at the end.
  const args = [
    ...RIPGREP,
    ...more,
    ...globs,
    "--glob=!.git",
    `--max-count=${limit}`,
    "-e",
    pattern,
    "--",
    "./",
  ];
  return new Promise<string[] | Err>((resolve) => {
    const child = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const found: string[] = [];
    let complaint = "";
    let answer: Err | null = null;
    const stop = (error: string) => {
      answer ??= { error };
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(slow(pattern)), SECONDS * 1000);
    const abort = () => stop("the search was cancelled");
    signal.addEventListener("abort", abort, { once: true });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const hit = hitOf(line);
      if (hit !== null && found.length < limit) found.push(hit);
      if (found.length >= limit) child.kill("SIGKILL");
    });
    child.stderr.on("data", (data: Buffer) => (complaint = (complaint + data.toString()).slice(0, 2000)));
    child.on("error", (error) => stop(`ripgrep (${binary}) could not be started: ${error.message}`));
    child.on("close", (status) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      if (answer !== null) resolve(answer);
      else if (status === 2 && found.length === 0)
        resolve({ error: `the search failed: ${complaint.trim()}` });
      else resolve(found);
    });
  });
}

/** "./path\0line:text" → "path:line:text"; null for what ripgrep says about binary files. */
function hitOf(line: string): string | null {
  const nul = line.indexOf("\0");
  if (nul === -1) return null;
  const path = line
    .slice(0, nul)
    .replace(/^\.[\\/]/, "")
    .replaceAll("\\", "/");
  const [number = "", ...text] = line.slice(nul + 1).split(":");
  return hit(path, number, text.join(":"));
}

function hit(path: string, line: string, text: string): string {
  const cut = text.length > LINE_CHARACTERS ? `${text.slice(0, LINE_CHARACTERS)}…` : text;
  return `${path}:${line}:${cut.trimEnd()}`;
}

const slow = (pattern: string): string =>
  `the search for ${JSON.stringify(pattern)} took longer than ${SECONDS} s; use a simpler pattern or a narrower glob`;

function searchHere({ root, pattern, limit, signal }: Query, files: string[] | Err): Promise<string[] | Err> {
  if (!Array.isArray(files)) return Promise.resolve(files);
  const task: ScanTask = { root, files, pattern, limit };
  return new Promise((resolve) => {
    // The function's own text, so that no bundle has to carry a second file.
    const code = `(${scan.toString()})(require("node:worker_threads"), require("node:fs"), require("node:path"))`;
    const worker = new Worker(code, { eval: true, workerData: task });
    const finish = (answer: string[] | Err) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      void worker.terminate();
      resolve(answer);
    };
    const abort = () => finish({ error: "the search was cancelled" });
    const timer = setTimeout(() => finish({ error: slow(pattern) }), SECONDS * 1000);
    signal.addEventListener("abort", abort, { once: true });
    worker.on("message", (found: { path: string; line: number; text: string }[]) =>
      finish(found.map(({ path, line, text }) => hit(path, String(line), text))),
    );
    worker.on("error", (error: Error) => finish({ error: `the search failed: ${error.message}` }));
  });
}
