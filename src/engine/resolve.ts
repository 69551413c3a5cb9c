/** The content guard of landing, independent of where the files are: a working folder, open editors, a branch's tree. */
import type { Fault, FileChange, FileMode, Patch } from "../core/order.ts";
import { merge3, pathProblem } from "../core/patch.ts";
import type { Blobs } from "./ports.ts";

/** A file as it is at the place of landing; null when there is none. A link's bytes are its target. */
export type Now = { bytes: Uint8Array; mode: FileMode } | null;

/** One file to be written, or deleted when `bytes` is null. `now` is what the decision was made on. */
export type Write = {
  path: string;
  bytes: Uint8Array | null;
  mode: FileMode;
  now: Now;
  how: "replaced" | "merged";
};

/** `marked` has both sides between conflict markers for a person to settle; null when the file cannot be merged as text. */
export type Conflict = { path: string; why: string; marked: Uint8Array | null };

/** All or nothing: one conflict, and there are no writes. Files that already are as the patch wants them need none. */
export type Resolved = { writes: Write[] } | { conflicts: Conflict[] };

type Content = { bytes: Uint8Array; mode: FileMode } | null;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
const isLink = (mode: FileMode): boolean => mode === "120000";

/** Same content and kind; the executable bit is looked at only where the patch changes it. */
function same(a: Content, b: Content): boolean {
  if (a === null || b === null) return a === b;
  return isLink(a.mode) === isLink(b.mode) && sameBytes(a.bytes, b.bytes);
}

/** One character a byte, so that a merge by lines keeps every byte of any encoding that contains ASCII. */
function byteString(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return parts.join("");
}
const fromByteString = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

const isText = (content: Content): boolean =>
  content === null || (!isLink(content.mode) && !content.bytes.subarray(0, 8000).includes(0));

function merged(change: FileChange, before: Content, after: Content, now: Content): Write | Conflict {
  const { path } = change;
  if (after === null)
    return { path, why: "it was changed meanwhile, and the slice deletes it", marked: null };
  if (now === null) return { path, why: "it was deleted meanwhile, and the slice changes it", marked: null };
  if (![before, after, now].every(isText)) {
    return { path, why: "it was changed meanwhile and is no text to merge", marked: null };
  }
  const result = merge3(
    byteString(before?.bytes ?? new Uint8Array()),
    byteString(now.bytes),
    byteString(after.bytes),
  );
  const bytes = fromByteString(result.text);
  if (result.conflict) return { path, why: "both sides changed the same lines", marked: bytes };
  return { path, bytes, mode: change.modeBefore === undefined ? now.mode : change.mode, now, how: "merged" };
}

async function resolveOne(
  change: FileChange,
  now: Now,
  blobs: Pick<Blobs, "get">,
): Promise<Write | Conflict | null> {
  const { path, mode } = change;
  const content = async (sha: string | null, at: FileMode): Promise<Content> =>
    sha === null ? null : { bytes: await blobs.get(sha), mode: at };
  const [before, after] = await Promise.all([
    content(change.before, change.modeBefore ?? mode),
    content(change.after, mode),
  ]);
  const setsMode = change.modeBefore !== undefined || before === null;
  const modeFits = now === null || !setsMode || now.mode === mode;
  if (same(now, after) && modeFits) return null;
  const kept = setsMode || now === null ? mode : now.mode;
  if (same(now, before) || same(now, after))
    return { path, bytes: after?.bytes ?? null, mode: kept, now, how: "replaced" };
  return merged(change, before, after, now);
}

/** Rejects a patch that would leave the workspace or reach into git's folder or ours: with a fault, before anything. */
export function refuseHostilePaths(patch: Patch): void {
  for (const { path } of patch) {
    const problem = pathProblem(path);
    if (problem === null) continue;
    const message = `The patch names "${path}", which may not be written: ${problem}. Nothing was changed; reject the slice.`;
    throw Object.assign(new Error(message), { fault: { kind: "disk", message } satisfies Fault });
  }
}

/**
 * Decides what landing `patch` means where files are as `now` says: now == after is already landed, now == before is
 * written, else a 3-way merge. Rejects when a blob is missing or a path of the patch leads out of the workspace.
 */
export async function resolveLanding(
  patch: Patch,
  now: (path: string) => Promise<Now>,
  blobs: Pick<Blobs, "get">,
): Promise<Resolved> {
  refuseHostilePaths(patch);
  const writes: Write[] = [];
  const conflicts: Conflict[] = [];
  for (const change of patch) {
    const result = await resolveOne(change, await now(change.path), blobs);
    if (result === null) continue;
    if ("why" in result) conflicts.push(result);
    else writes.push(result);
  }
  return conflicts.length > 0 ? { conflicts } : { writes };
}
