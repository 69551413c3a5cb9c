/** Files of a folder the user or an attempt owns: read and written only inside of it, in one step each, undoable. */
import { randomBytes } from "node:crypto";
import {
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rmdir,
  symlink,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { FileMode } from "../core/order.ts";
import { pathProblem } from "../core/patch.ts";
import type { Now, Write } from "../engine/resolve.ts";
import { codeOf, diskFault, faultError } from "./diskFault.ts";
import { isMissing } from "./privateRepo.ts";

const refused = (path: string, why: string): Error =>
  faultError({
    kind: "disk",
    message: `"${path}" was not touched: ${why}. Look at the patch before you go on.`,
  });

async function realParent(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return join(await realParent(dirname(folder)), basename(folder));
  }
}

/** The absolute path of a file under `root` (a real path). Rejects when the name or a linked folder leads elsewhere. */
export async function confine(root: string, path: string): Promise<string> {
  const problem = pathProblem(path);
  if (problem !== null) throw refused(path, problem);
  const wanted = join(root, path);
  const parent = await realParent(dirname(wanted));
  const inside = relative(root, parent).split(sep).join("/");
  if (inside === ".." || inside.startsWith("../") || inside.startsWith("/") || /^[A-Za-z]:/.test(inside)) {
    throw refused(path, "a link on the way leads out of the workspace");
  }
  const real = inside === "" ? basename(wanted) : `${inside}/${basename(wanted)}`;
  const realProblem = pathProblem(real);
  if (realProblem !== null) throw refused(path, realProblem);
  return join(parent, basename(wanted));
}

/** The file as it stands; a link is not followed. Null when there is none, or a folder stands there. */
export async function readWorkFile(root: string, path: string): Promise<Now> {
  const file = await confine(root, path);
  try {
    const stat = await lstat(file);
    if (stat.isSymbolicLink()) return { bytes: Buffer.from(await readlink(file)), mode: "120000" };
    if (stat.isDirectory()) return null;
    if (!stat.isFile()) throw refused(path, "it is neither a file, a folder nor a link");
    return { bytes: await readFile(file), mode: (stat.mode & 0o100) === 0 ? "100644" : "100755" };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function permissions(file: string, mode: FileMode): Promise<number | null> {
  try {
    const stat = await lstat(file);
    if (!stat.isFile()) return null;
    const bits = stat.mode & 0o7777;
    return mode === "100755" ? bits | ((bits & 0o444) >> 2) : bits & ~0o111;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function putFile(file: string, bytes: Uint8Array, mode: FileMode): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${randomBytes(6).toString("hex")}.slicewise.tmp`);
  try {
    if (mode === "120000") await symlink(Buffer.from(bytes).toString(), temporary);
    else {
      const bits = await permissions(file, mode);
      const handle = await open(temporary, "wx", mode === "100755" ? 0o777 : 0o666);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (bits !== null) await chmod(temporary, bits);
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch((gone: unknown) => {
      if (!isMissing(gone)) throw gone;
    });
    throw error;
  }
}

const KEEPS_FOLDER = new Set(["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY", "EPERM", "EACCES"]);

/** Removes folders that the deletion left empty, as git does, up to the root. */
async function dropEmptyFolders(root: string, folder: string): Promise<void> {
  for (let at = folder; at !== root && at.startsWith(root + sep); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch (error) {
      if (KEEPS_FOLDER.has(codeOf(error))) return;
      throw error;
    }
  }
}

/** Makes the file what `content` says; null deletes it. */
export async function putWorkFile(root: string, path: string, content: Now): Promise<void> {
  const file = await confine(root, path);
  if (content !== null) return putFile(file, content.bytes, content.mode);
  try {
    await unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await dropEmptyFolders(root, dirname(file));
}

const unchanged = (a: Now, b: Now): boolean =>
  a === null || b === null ? a === b : a.mode === b.mode && Buffer.compare(a.bytes, b.bytes) === 0;

const isAsWritten = (found: Now, { bytes }: Write): boolean =>
  found === null || bytes === null ? found === bytes : Buffer.compare(found.bytes, bytes) === 0;

async function undoAll(root: string, done: Write[]): Promise<string[]> {
  const failed: string[] = [];
  for (const write of done.toReversed()) {
    const { path, now } = write;
    try {
      // Who edited the file in between keeps the edit.
      if (isAsWritten(await readWorkFile(root, path), write)) await putWorkFile(root, path, now);
      else failed.push(`${path} (it was changed meanwhile)`);
    } catch (error) {
      failed.push(`${path} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  return failed;
}

export type Written = { written: true; undo: () => Promise<void> } | { written: false; changed: string };

/**
 * Writes all or nothing. A file that is no longer what its write was decided on stops it: `changed` names it, and what
 * was written before is taken back. So it is when the disk refuses; then it rejects with a fault.
 */
export async function writeAll(root: string, writes: Write[]): Promise<Written> {
  // Deletions first: a file may be replaced by a folder of its name, or a folder by a file.
  const ordered = writes.toSorted((a, b) => Number(a.bytes !== null) - Number(b.bytes !== null));
  const done: Write[] = [];
  const undo = async (): Promise<void> => {
    const failed = await undoAll(root, done);
    if (failed.length === 0) return;
    const message = `These files could not be put back as they were: ${failed.join(", ")}. Restore them from git or the editor.`;
    throw faultError({ kind: "disk", message });
  };
  for (const write of ordered) {
    const { path, bytes, mode, now } = write;
    try {
      if (!unchanged(await readWorkFile(root, path), now)) {
        await undo();
        return { written: false, changed: path };
      }
      await putWorkFile(root, path, bytes === null ? null : { bytes, mode });
      done.push(write);
    } catch (error) {
      await undo();
      throw error instanceof Error && "fault" in error ? error : diskFault(error, "write", join(root, path));
    }
  }
  return { written: true, undo };
}
