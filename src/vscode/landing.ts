/**
 * Landing through the editor: one WorkspaceEdit, so one step of undo, and open buffers, saved or not, are what the patch is
 * merged with. The same rules as everywhere decide (engine/resolve.ts); what the editor cannot write (links, binary files,
 * executable bits) goes to disk.
 */
import { type TextDocument, Uri, WorkspaceEdit, l10n, window, workspace } from "vscode";
import type { FileMode, LandedFile, Patch } from "../core/order.ts";
import { invertPatch } from "../core/patch.ts";
import type { Blobs, LandRequest, LandResult, Landing } from "../engine/ports.ts";
import { type Now, type Write, resolveLanding } from "../engine/resolve.ts";
import { replaceText, unixLines } from "./replaceText.ts";

type CommitRequest = Pick<LandRequest, "patch" | "subject" | "trailers"> & { direction: "land" | "revert" };

export type LandingPlace = {
  root: Uri;
  blobs: Blobs;
  /** The order's branch, written without touching any file. */
  branch: {
    commit(
      request: CommitRequest,
      signal: AbortSignal,
    ): Promise<{ commit: string } | { conflicts: string[] }>;
    push: Landing["push"];
  };
  /** A file on disk, confined to the workspace; null when there is none. */
  read(path: string): Promise<Now>;
  write(path: string, content: Now): Promise<void>;
};

/** Between two looks at files that somebody else is changing at the moment. */
const WAIT_MS = 100;
const TRIES = 20;

export function editorLanding(place: LandingPlace): Landing {
  return {
    land: ({ patch, ...request }, signal) => bring(place, { ...request, patch, direction: "land" }, signal),
    revert: ({ patch, ...request }, signal) =>
      bring(place, { ...request, patch: invertPatch(patch), direction: "revert" }, signal),
    push: (remote, signal) => place.branch.push(remote, signal),
  };
}

/** Files first, then the commit: of the two the files are likelier to refuse, and they can be put back. */
async function bring(
  place: LandingPlace,
  { patch, subject, trailers, direction }: CommitRequest,
  signal: AbortSignal,
): Promise<LandResult> {
  const laid = await lay(place, patch);
  if ("conflicts" in laid) return { landed: false, conflicts: laid.conflicts };
  const back = async (): Promise<void> => void (await write(place, laid.writes.map(inverse)));
  try {
    const done = await place.branch.commit({ patch, subject, trailers, direction }, signal);
    if ("commit" in done)
      return { landed: true, commit: done.commit, into: "workspace", files: await standing(place, patch) };
    await back();
    return { landed: false, conflicts: done.conflicts };
  } catch (error) {
    await back();
    throw error;
  }
}

const inverse = ({ path, bytes, mode, now, how }: Write): Write => ({
  path,
  bytes: now?.bytes ?? null,
  mode: now?.mode ?? mode,
  now: bytes === null ? null : { bytes, mode },
  how,
});

/** Resolves and writes; starts again when a document changed between the two. */
async function lay(
  place: LandingPlace,
  patch: Patch,
): Promise<{ writes: Write[] } | { conflicts: string[] }> {
  for (let n = 0; n < TRIES; n++) {
    const resolved = await resolveLanding(patch, (path) => nowOf(place, path), place.blobs);
    if ("conflicts" in resolved) return { conflicts: resolved.conflicts.map(({ path }) => path) };
    if (await write(place, resolved.writes)) return resolved;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  throw fault(
    l10n.t("The files keep changing while the slice lands. Nothing was written; land it again later."),
  );
}

/** What the user sees: the buffer where it has unsaved edits, else the disk. */
async function nowOf(place: LandingPlace, path: string): Promise<Now> {
  const onDisk = await place.read(path);
  const document = documentAt(place, path);
  if (!document?.isDirty) return onDisk;
  return {
    bytes: await workspace.encode(document.getText(), { encoding: document.encoding }),
    mode: onDisk?.mode ?? "100644",
  };
}

const documentAt = ({ root }: LandingPlace, path: string): TextDocument | undefined => {
  const uri = Uri.joinPath(root, path).toString();
  return workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === uri);
};

/** `files` counts what is in `edit`: its own size leaves out files that are made or deleted. */
type Edits = { edit: WorkspaceEdit; files: number; save: TextDocument[]; unsaved: string[]; direct: Write[] };

/** False when a document is not yet what the decision was made on: nothing was written then. */
async function write(place: LandingPlace, writes: readonly Write[]): Promise<boolean> {
  const edits: Edits = { edit: new WorkspaceEdit(), files: 0, save: [], unsaved: [], direct: [] };
  for (const one of writes) if (!(await addTo(edits, place, one))) return false;
  if (edits.files > 0 && !(await workspace.applyEdit(edits.edit))) return false;
  for (const document of edits.save) {
    // False also says that there was nothing left to save.
    if (!(await document.save()) && document.isDirty)
      throw fault(l10n.t("{0} could not be saved. Save it, then land the slice again.", document.fileName));
  }
  for (const { path, bytes, mode } of edits.direct)
    await place.write(path, bytes === null ? null : { bytes, mode });
  if (edits.unsaved.length > 0) void sayUnsaved(edits.unsaved);
  return true;
}

const isText = (bytes: Uint8Array): boolean => !bytes.subarray(0, 8000).includes(0);

/** An editor writes text, and leaves the kind of a file as it is. */
function fitsEditor({ bytes, mode, now }: Write): boolean {
  const plain = (kind: FileMode): boolean => kind !== "120000";
  if (now !== null && (!plain(now.mode) || !isText(now.bytes))) return false;
  if (bytes === null) return true;
  return plain(mode) && isText(bytes) && mode === (now?.mode ?? "100644");
}

async function addTo(edits: Edits, place: LandingPlace, one: Write): Promise<boolean> {
  const { path, bytes, now } = one;
  const uri = Uri.joinPath(place.root, path);
  if (!fitsEditor(one)) {
    edits.direct.push(one);
    return documentAt(place, path)?.isDirty !== true;
  }
  edits.files++;
  if (bytes === null) edits.edit.deleteFile(uri, { ignoreIfNotExists: true });
  else if (now === null) edits.edit.createFile(uri, { contents: bytes });
  else return addChange(edits, await workspace.openTextDocument(uri), path, bytes, now.bytes);
  return true;
}

async function addChange(
  edits: Edits,
  document: TextDocument,
  path: string,
  after: Uint8Array,
  now: Uint8Array,
): Promise<boolean> {
  const read = async (bytes: Uint8Array): Promise<string> =>
    workspace.decode(bytes, { encoding: document.encoding });
  // The editor hears of a change on disk a moment later; until then its buffer is not what was decided on.
  if (unixLines(await read(now)) !== unixLines(document.getText())) return false;
  replaceText(edits.edit, document, await read(after));
  if (document.isDirty) edits.unsaved.push(path);
  else edits.save.push(document);
  return true;
}

/** What really stands there now; a formatter may have run on saving. */
async function standing(place: LandingPlace, patch: Patch): Promise<LandedFile[]> {
  const files: LandedFile[] = [];
  for (const { path, mode } of patch) {
    const now = await nowOf(place, path);
    files.push({ path, after: now && (await place.blobs.putBytes(now.bytes)), mode: now?.mode ?? mode });
  }
  return files;
}

async function sayUnsaved(paths: readonly string[]): Promise<void> {
  const save = l10n.t("Save All");
  const text = l10n.t(
    "Landed beside your unsaved edits in {0}. Slices that follow see them once they are saved.",
    paths.join(", "),
  );
  if ((await window.showInformationMessage(text, save)) === save) await workspace.saveAll();
}

const fault = (message: string): Error =>
  Object.assign(new Error(message), { fault: { kind: "disk", message } });
