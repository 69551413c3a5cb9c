/**
 * Paths that came from a model or a repository, held inside a root. The root is given as its real path. Every refusal is a
 * sentence fit for a model: what is wrong with the path, and what to give instead.
 */
import { constants, type Stats } from "node:fs";
import { lstat, mkdir, open, realpath, type FileHandle } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import type { Err } from "../engine/ports.ts";
import { codeOf } from "./diskFault.ts";

/** The parts of a relative path, or why it is refused without a look at the disk. */
export function pathParts(path: string): string[] | Err {
  const refuse = (why: string): Err => ({ error: `${JSON.stringify(path)} ${why}` });
  if (path.includes("\0")) return refuse("contains a NUL character; give a plain relative path");
  if (isAbsolute(path) || /^([A-Za-z]:|[\\/])/.test(path)) {
    return refuse(
      "is an absolute path; give it relative to the root of the repository, such as src/index.js",
    );
  }
  if (path.includes("\\")) return refuse('contains a backslash; put "/" between the parts');
  const kept = path.split("/").filter((part) => part !== "" && part !== ".");
  if (kept.includes(".."))
    return refuse('leads outside with ".."; give a path below the root of the repository');
  if (kept.length === 0) return refuse("names no file; give the path of a file");
  if (kept.some(isGitFolder)) return refuse("is inside .git, which is off limits");
  return kept;
}

/** As file systems that fold case or drop trailing dots and blanks see it; "git~1" is its short name on Windows. */
const isGitFolder = (part: string): boolean => /^(\.git|git~1)[. ]*$/i.test(part);

export const isInside = (root: string, real: string): boolean =>
  real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);

/**
 * The real path of an existing file below the root. Links are followed as long as they stay below it; from one of the
 * `linked` folders (dependencies linked in from elsewhere) they may lead anywhere below that folder's own target.
 */
export async function locateToRead(
  root: string,
  path: string,
  linked: readonly string[],
): Promise<string | Err> {
  const parts = pathParts(path);
  if ("error" in parts) return parts;
  const real = await realpath(join(root, ...parts)).catch((cause: unknown) => missing(path, cause));
  if (typeof real !== "string") return real;
  const within = isInside(root, real) ? root : await linkedTarget(root, parts, linked, real);
  if (within === null) {
    return {
      error: `${JSON.stringify(path)} leads outside the repository through a symbolic link; it cannot be read`,
    };
  }
  const inner = relative(within, real).split(sep);
  return inner.some(isGitFolder)
    ? { error: `${JSON.stringify(path)} is inside .git, which is off limits` }
    : real;
}

async function linkedTarget(root: string, parts: string[], linked: readonly string[], real: string) {
  const folder = linked.find((l) => isInside(join(root, l), join(root, ...parts)));
  if (folder === undefined) return null;
  const target = await realpath(join(root, folder));
  // The link may have come with the repository: it must lead to a folder of that kind, not to somebody's home.
  return basename(target) === basename(folder) && isInside(target, real) ? target : null;
}

function missing(path: string, cause: unknown): Err {
  const code = codeOf(cause);
  const why =
    code === "ENOENT" || code === "ENOTDIR"
      ? "does not exist; list the folder to see what does"
      : "cannot be reached";
  return { error: `${JSON.stringify(path)} ${why}${why === "cannot be reached" ? ` (${code})` : ""}` };
}

/**
 * Where a file is to be written or removed: its absolute path and what stands there (null: nothing). No part of the path
 * may be a symbolic link, not even one that stays inside: a write set is checked by name. Missing parents are null, too.
 */
export async function locateToWrite(
  root: string,
  path: string,
): Promise<{ full: string; found: Stats | null } | Err> {
  const parts = pathParts(path);
  if ("error" in parts) return parts;
  let full = root;
  let found: Stats | null = null;
  for (const [index, part] of parts.entries()) {
    full = join(full, part);
    found = await lstatOrNull(full);
    if (found === null) return { full: join(root, ...parts), found };
    if (found.isSymbolicLink()) return throughLink(root, path, full);
    if (index < parts.length - 1 && !found.isDirectory()) {
      return {
        error: `${JSON.stringify(path)} cannot be: ${slashes(relative(root, full))} is a file, not a folder`,
      };
    }
  }
  return { full, found };
}

async function throughLink(root: string, path: string, link: string): Promise<Err> {
  const target = await realpath(link).catch(() => null);
  const where =
    target !== null && isInside(root, target)
      ? `; use ${slashes(relative(root, target))}, where it points`
      : " that leads outside the repository";
  const name = slashes(relative(root, link));
  const what = name === path ? "is a symbolic link" : `goes through ${name}, a symbolic link`;
  return { error: `${JSON.stringify(path)} ${what}${where}` };
}

export const slashes = (path: string): string => (sep === "/" ? path : path.split(sep).join("/"));

async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Makes the folders above a path one by one, none of them through a link that somebody put there meanwhile. */
export async function makeParents(root: string, full: string): Promise<void> {
  const parts = relative(root, full).split(sep).slice(0, -1);
  let folder = root;
  for (const part of parts) {
    folder = join(folder, part);
    await mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    if (!(await lstat(folder)).isDirectory()) {
      throw Object.assign(new Error(`${folder} is no folder`), { code: "ENOTDIR" });
    }
  }
}

export type BytesRead = { bytes: Buffer } | Err;

/** The content of a regular file of at most `limit` bytes. Never waits on a pipe, never follows a link at its end. */
export async function readRegular(full: string, path: string, limit: number): Promise<BytesRead> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let handle: FileHandle | undefined;
  try {
    handle = await open(full, flags);
    const found = await handle.stat();
    if (found.isDirectory()) return { error: `${JSON.stringify(path)} is a folder; give the path of a file` };
    if (!found.isFile()) return { error: `${JSON.stringify(path)} is no regular file; it cannot be read` };
    if (found.size > limit) return tooLarge(path, limit);
    const bytes = await handle.readFile();
    return bytes.length > limit ? tooLarge(path, limit) : { bytes };
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return missing(path, cause);
    return { error: `${JSON.stringify(path)} cannot be read (${code === "" ? String(cause) : code})` };
  } finally {
    await handle?.close();
  }
}

const tooLarge = (path: string, limit: number): Err => ({
  error: `${JSON.stringify(path)} is larger than ${limit >= 1_000_000 ? `${limit / 1_000_000} MB` : `${limit / 1000} kB`}`,
});

/** UTF-8 text with every character kept, a byte order mark too; null when it is something else. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.subarray(0, 8192).includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // the decoder's way to say that it is no UTF-8
  }
}
