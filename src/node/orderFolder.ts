/** Text files below a workspace, read and changed by name: bounded, UTF-8, never written through a symbolic link. */
import { randomUUID } from "node:crypto";
import { lstat, realpath, rename, rm, unlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Sha } from "../core/order.ts";
import type { OrderFile } from "../engine/ports.ts";
import { locateToRead, locateToWrite, makeParents, readRegular, textOf } from "./confine.ts";
import { type FaultError, codeOf, diskFault, faultError } from "./diskFault.ts";
import { inParallel } from "./gitObjects.ts";
import { sha256 } from "./sha256.ts";
import { writeAtomic } from "./writeAtomic.ts";

/** A larger file of an order is none that a person or a planner wrote. */
const MOST_BYTES = 256_000;

/** `root` is a real path; `path` is relative to it, "/" between parts. */
export type Place = { root: string; path: string };
export type Content = { text: string; hash: Sha };

/** "file:line key: message", as shown to a person. */
export const problemText = ({ path, line, key, message }: OrderFile): string =>
  `${path}:${line} ${key === null ? "" : `${key}: `}${message}`;

/** Files a person has to mend before anything goes on. */
export const badFiles = (problems: readonly OrderFile[]): FaultError =>
  faultError({ kind: "bad-file", message: problems.map(problemText).join("\n") });

export const ending = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

export async function realRoot(workspaceRoot: string): Promise<string> {
  try {
    return await realpath(workspaceRoot);
  } catch (cause) {
    throw diskFault(cause, "open the workspace", workspaceRoot);
  }
}

export async function exists(full: string): Promise<boolean> {
  try {
    await lstat(full);
    return true;
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(cause))) return false;
    throw diskFault(cause, "read", full);
  }
}

/** The text of a file; links are followed as long as they stay below the root. Null when there is no such file. */
export async function contentOf({ root, path }: Place): Promise<Content | OrderFile | null> {
  if (!(await exists(join(root, path)))) return null;
  const full = await locateToRead(root, path, []);
  return contentAt(typeof full === "string" ? full : null, path, typeof full === "string" ? "" : full.error);
}

/** The same, but no part of the path may be a link: what was frozen must not be changed by way of another file. */
export async function ownContentOf({ root, path }: Place): Promise<Content | OrderFile | null> {
  const place = await locateToWrite(root, path).catch((cause: unknown) => {
    throw diskFault(cause, "read", path);
  });
  if ("error" in place) return contentAt(null, path, place.error);
  return place.found === null ? null : contentAt(place.full, path, "");
}

async function contentAt(full: string | null, path: string, error: string): Promise<Content | OrderFile> {
  const problem = (message: string): OrderFile => ({ path, line: 1, key: null, message });
  if (full === null) return problem(error);
  const read = await readRegular(full, path, MOST_BYTES);
  if ("error" in read) return problem(read.error);
  const text = textOf(read.bytes);
  if (text === null) return problem("is no UTF-8 text; save it as UTF-8");
  return { text, hash: sha256(read.bytes) };
}

/** What a file shall hold (null: it shall be gone), and the hash it must have until then (null: it must not be there). */
export type Change = { path: string; text: string | null; was: Sha | null };

/**
 * Makes all changes, or none: everything is looked at before the first file is written. A file that already is as it shall
 * be is let be, so that the same changes can be made again after a crash. `unlike` says what a file means that is neither.
 */
export async function changeAll(
  root: string,
  changes: readonly Change[],
  unlike: (path: string) => FaultError,
): Promise<void> {
  const open = await inParallel(changes, 16, async (change) => {
    const now = await contentOf({ root, path: change.path });
    if (isAsWanted(now, change)) return false;
    if (hashOf(now) !== change.was) throw unlike(change.path);
    checkSize(change);
    await ownPlace({ root, path: change.path });
    return true;
  });
  for (const { path, text } of changes.filter((_, index) => open[index])) {
    if (text === null) await remove({ root, path });
    else await put({ root, path }, text);
  }
}

type Now = Content | OrderFile | null;
const isAsWanted = (now: Now, { text }: Change): boolean =>
  text === null ? now === null : now !== null && "text" in now && now.text === text;
const hashOf = (now: Now): Sha | null | undefined =>
  now === null ? null : "hash" in now ? now.hash : undefined;

/** What is written must be readable again. */
export function checkSize({ path, text }: Pick<Change, "path" | "text">): void {
  if (text === null || Buffer.byteLength(text) <= MOST_BYTES) return;
  const message = `${path} would be larger than ${MOST_BYTES / 1000} kB: shorten it.`;
  throw faultError({ kind: "malformed", message });
}

async function ownPlace({ root, path }: Place): Promise<string> {
  const located = await locateToWrite(root, path).catch((cause: unknown) => {
    throw diskFault(cause, "write", path);
  });
  if ("error" in located) throw faultError({ kind: "disk", message: `could not write: ${located.error}` });
  return located.full;
}

/** Writes below the root, never through a symbolic link. */
export async function put(place: Place, text: string): Promise<void> {
  const full = await ownPlace(place);
  await makeParents(place.root, full).catch((cause: unknown) => {
    throw diskFault(cause, "write", place.path);
  });
  await writeAtomic(full, text);
}

/** A folder that is not there yet, with these files: after a crash it is there with all of them, or not at all. */
export async function putFolder(
  { root, path }: Place,
  files: readonly { path: string; text: string }[],
): Promise<void> {
  if (files.length === 0) return;
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    for (const file of files) await put({ root, path: `${draft}/${basename(file.path)}` }, file.text);
    const full = await ownPlace({ root, path });
    await rename(join(root, draft), full).catch((cause: unknown) => {
      throw diskFault(cause, "write", path);
    });
  } finally {
    await rm(join(root, draft), { force: true, recursive: true });
  }
}

/** Writes a file that is not there yet; false, and nothing is changed, when there is one by now. */
export async function putNew(place: Place, text: string): Promise<boolean> {
  const full = await ownPlace(place);
  const failed = (cause: unknown): never => {
    throw diskFault(cause, "write", place.path);
  };
  await makeParents(place.root, full).catch(failed);
  return writeFile(full, text, { flag: "wx" }).then(
    () => true,
    async (cause: unknown) => {
      if (codeOf(cause) === "EEXIST") return false;
      await rm(full, { force: true }).catch(() => undefined); // the first error is the one to tell
      return failed(cause);
    },
  );
}

async function remove(place: Place): Promise<void> {
  const full = await ownPlace(place);
  await unlink(full).catch((cause: unknown) => {
    if (codeOf(cause) !== "ENOENT") throw diskFault(cause, "remove", place.path);
  });
}
