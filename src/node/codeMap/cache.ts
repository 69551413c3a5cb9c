/** The facts of all files of one workspace on disk. It can always be made again: what is wrong with it is no error. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomic } from "../writeAtomic.ts";
import type { FileFacts } from "./facts.ts";

/** Raised whenever a grammar or what is read from a text changes. */
const VERSION = 1;
const HEAD = JSON.stringify({ slicewise: "code map", version: VERSION });
const LARGEST = 96_000_000;
const MOST_WORKSPACES = 16;

/** `size` and `mtime` (ms) are those of the file whose facts they are; a changed one may still have the same hash. */
export type Stored = { path: string; size: number; mtime: number; facts: FileFacts };

/** Empty when there is none, or it is of another version or broken. */
export function readCache(file: string): Stored[] {
  const text = existsSync(file) && statSync(file).size <= LARGEST ? readFileSync(file, "utf8") : "";
  const lines = text.split("\n");
  if (lines.shift() !== HEAD || lines.pop() !== "end") return [];
  const found: Stored[] = [];
  for (const line of lines) {
    const stored = storedOf(line);
    if (stored === null) return [];
    found.push(stored);
  }
  return found;
}

function storedOf(line: string): Stored | null {
  let parts: unknown;
  try {
    parts = JSON.parse(line);
  } catch {
    return null; // no JSON: somebody else's words
  }
  if (!Array.isArray(parts) || parts.length !== 9) return null;
  const [path, size, mtime, hash, lines, defines, uses, imports, symbols] = parts as unknown[];
  const texts = [path, hash, defines, uses, imports, symbols];
  if (![size, mtime, lines].every(Number.isFinite) || !texts.every((one) => typeof one === "string"))
    return null;
  const facts = { hash, lines, defines, uses, imports, symbols } as FileFacts;
  return { path: path as string, size: size as number, mtime: mtime as number, facts };
}

/** Whole or not at all. A disk that refuses costs time at the next start and nothing else. */
export async function writeCache(file: string, files: Iterable<Stored>): Promise<void> {
  const lines = [HEAD];
  let left = LARGEST;
  for (const { path, size, mtime, facts } of files) {
    const { hash, lines: count, defines, uses, imports, symbols } = facts;
    const line = JSON.stringify([path, size, mtime, hash, count, defines, uses, imports, symbols]);
    left -= 2 * line.length; // in UTF-8 a character may take more than one byte
    if (left < 0) break;
    lines.push(line);
  }
  await mkdir(dirname(file), { recursive: true });
  await writeAtomic(file, `${lines.join("\n")}\nend`);
  dropOldest(dirname(file));
}

function dropOldest(folder: string): void {
  const maps = readdirSync(folder).map((name) => join(folder, name));
  const dated = maps.map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  const old = dated.sort((a, b) => b.at - a.at).slice(MOST_WORKSPACES);
  for (const { path } of old) rmSync(path, { force: true });
}
