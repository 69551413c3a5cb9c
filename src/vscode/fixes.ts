/** The quick fix of a finding as an edit of task files: the light bulb's and the sidebar's are the same. */
import { FileType, Uri, WorkspaceEdit, workspace } from "vscode";
import type { Err } from "../engine/ports.ts";
import { textOf } from "./planFiles.ts";
import { replaceText } from "./replaceText.ts";

/** Task files by name: their texts in, what changes of them out; null deletes one. */
type Apply = (texts: ReadonlyMap<string, string>) => ReadonlyMap<string, string | null> | Err;

/** `folder` is the order's, absolute. Rejects with what to do by hand when the fix cannot be made by machine. */
export async function editOf(folder: string, apply: Apply): Promise<WorkspaceEdit> {
  const tasks = Uri.joinPath(Uri.file(folder), "tasks");
  const fixed = apply(await textsIn(tasks));
  if ("error" in fixed) throw new Error(fixed.error);
  const edit = new WorkspaceEdit();
  for (const [name, text] of fixed) {
    const uri = Uri.joinPath(tasks, name);
    if (text === null) edit.deleteFile(uri, { ignoreIfNotExists: true });
    else replaceText(edit, await workspace.openTextDocument(uri), text);
  }
  return edit;
}

/** As they stand in the editor where one is open. Links are none of the order's files. */
async function textsIn(tasks: Uri): Promise<Map<string, string>> {
  const entries = await workspace.fs.readDirectory(tasks);
  const names = entries.filter(([name, type]) => type === FileType.File && name.endsWith(".md"));
  const texts = names.map(async ([name]) => [name, await textOf(Uri.joinPath(tasks, name))] as const);
  return new Map(await Promise.all(texts));
}
