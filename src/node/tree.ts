import { constants } from "node:fs";
import { open, realpath, unlink } from "node:fs/promises";
import { setImmediate as breathe } from "node:timers/promises";
import { matcher } from "../core/globs.ts";
import type { Err, FileText, Tree } from "../engine/ports.ts";
import { locateToRead, locateToWrite, makeParents, readRegular, textOf } from "./confine.ts";
import { codeOf, diskFault } from "./diskFault.ts";
import { badGlob, globsOf } from "./glob.ts";
import { listFiles } from "./listFiles.ts";
import { search } from "./search.ts";
import { sha256 } from "./sha256.ts";

const MOST_BYTES = 2_000_000;

export type TreeOptions = {
  /** Path of a ripgrep binary; without one a slower search in this process takes its place. */
  ripgrep?: string;
  /** Folders that are links to somewhere else and may be read through, such as node_modules. Never written through. */
  linked?: readonly string[];
};

/** Files below `root`. Whatever a path says, nothing outside it is read, changed or made. */
export function openTree(root: string, { ripgrep, linked = [] }: TreeOptions = {}): Tree {
  const files = async (glob: string | null): Promise<string[] | Err> => {
    const bad = glob === null ? null : badGlob(glob);
    if (bad !== null) return { error: `${JSON.stringify(glob)} ${bad}` };
    const all = await listFiles(await realpath(root));
    if (glob === null) return all;
    return matching(all, globsOf(glob));
  };

  return {
    read: async (path) => readText(await realpath(root), path, linked),
    write: async (path, text) => writeText(await realpath(root), path, text),
    remove: async (path) => removeFile(await realpath(root), path),
    list: files,
    search: async (pattern, glob, limit, signal) => {
      const bad = glob === null ? null : badGlob(glob);
      if (bad !== null) return { error: `${JSON.stringify(glob)} ${bad}` };
      const query = { root: await realpath(root), pattern, glob, limit, signal };
      return search(query, { ripgrep, files: () => files(glob) });
    },
  };
}

/** A model's glob may be costly, and there may be many files: everybody else gets a turn in between. */
async function matching(paths: readonly string[], globs: readonly string[]): Promise<string[]> {
  const matches = matcher(globs);
  const found: string[] = [];
  for (const [at, path] of paths.entries()) {
    if (at % 1000 === 999) await breathe();
    if (matches(path)) found.push(path);
  }
  return found;
}

async function readText(root: string, path: string, linked: readonly string[]): Promise<FileText | Err> {
  const full = await locateToRead(root, path, linked);
  if (typeof full !== "string") return full;
  const read = await readRegular(full, path, MOST_BYTES);
  if ("error" in read) return read;
  const text = textOf(read.bytes);
  if (text === null)
    return { error: `${JSON.stringify(path)} is no UTF-8 text; it cannot be read or edited` };
  return { text, sha: sha256(read.bytes), lines: lineCount(text) };
}

function lineCount(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}

/** An existing file keeps its mode; one with several names gets a file of its own, so that the others stay as they are. */
async function writeText(root: string, path: string, text: string): ReturnType<Tree["write"]> {
  const place = await placeOf(root, path);
  if ("error" in place) return place;
  const { full, found } = place;
  if (/[\\/]$/.test(path)) return { error: `${JSON.stringify(path)} is a folder; give the path of a file` };
  if (found !== null && !found.isFile()) return notRegular(path, found.isDirectory());
  const bytes = Buffer.from(text);
  if (bytes.length > MOST_BYTES)
    return { error: `${JSON.stringify(path)} would be larger than 2 MB; write less` };
  try {
    if (found === null) await makeParents(root, full);
    else if (found.nlink > 1) await unlink(full);
    await overwrite(full, bytes, found === null ? 0o666 : found.mode & 0o777);
    return { sha: sha256(bytes), created: found === null };
  } catch (cause) {
    return { error: diskFault(cause, "write", path).message };
  }
}

const placeOf = (root: string, path: string): ReturnType<typeof locateToWrite> =>
  locateToWrite(root, path).catch((cause: unknown) => ({ error: diskFault(cause, "reach", path).message }));

async function overwrite(full: string, bytes: Uint8Array, mode: number): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
  const flags = O_WRONLY | O_CREAT | O_TRUNC | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(full, flags, mode);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

const notRegular = (path: string, isFolder: boolean): Err => ({
  error: `${JSON.stringify(path)} is ${isFolder ? "a folder; give the path of a file" : "no regular file"}`,
});

async function removeFile(root: string, path: string): Promise<true | Err> {
  const place = await placeOf(root, path);
  if ("error" in place) return place;
  if (place.found === null) return { error: `${JSON.stringify(path)} does not exist` };
  if (!place.found.isFile()) return notRegular(path, place.found.isDirectory());
  try {
    await unlink(place.full);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return { error: `${JSON.stringify(path)} does not exist` };
    return { error: diskFault(cause, "remove", path).message };
  }
}
