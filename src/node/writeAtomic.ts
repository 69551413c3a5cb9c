import { randomUUID } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { diskFault } from "./diskFault.ts";

/**
 * All or nothing: after a crash, a full disk or a power cut the file has its old content or the new one. An existing
 * file keeps its mode. Unlike write-file-atomic it goes on after a short write, which a nearly full disk answers with,
 * instead of renaming a cut file into place. Rejects with a FaultError of kind "disk".
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, "wx", await modeOf(path));
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true, recursive: false }).catch(() => undefined); // the first error is the one to tell
    throw diskFault(cause, "write", path);
  }
}

async function modeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found === null ? 0o666 : found.mode & 0o777;
}

/** Writes all of `bytes` at `position`; a short write is continued until the system says why it was short. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
