import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { textOf } from "../confine.ts";

/** Larger ones are listed by their size alone: no person wrote them line by line. */
export const LARGEST = 1_000_000;
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a regular file; null when it is gone, is no file, is a link, is too large, or may not be read. Waits on no
 * pipe. Synchronous, for a thread of its own.
 */
export function readBytes(full: string): Buffer | null {
  let handle: number | null = null;
  try {
    handle = openSync(full, FLAGS);
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > LARGEST) return null;
    const bytes = Buffer.allocUnsafe(found.size);
    let done = 0;
    for (let got = -1; got !== 0 && done < bytes.length; done += got)
      got = readSync(handle, bytes, done, bytes.length - done, done);
    return bytes.subarray(0, done);
  } catch {
    return null; // gone meanwhile, or not ours to read
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** Text that somebody wrote, and no binary, other encoding, or what a program squeezed into few lines: those are null. */
export function sourceOf(bytes: Buffer): { text: string; lines: number } | null {
  const text = textOf(bytes);
  if (text === null) return null;
  const lines = linesOf(bytes);
  return bytes.length > 20_000 && bytes.length / (lines + 1) > 400 ? null : { text, lines };
}

function linesOf(bytes: Buffer): number {
  let lines = bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
