/** Puts a text in the place of a document's, hunk by hunk: cursors, folds and other edits stay where they are. */
import { Range, type TextDocument, type WorkspaceEdit } from "vscode";
import { hunks } from "../core/patch.ts";

/** A buffer has one kind of line end throughout. */
export const unixLines = (text: string): string => text.replaceAll("\r\n", "\n");

export function replaceText(edit: WorkspaceEdit, document: TextDocument, after: string): void {
  const text = document.getText();
  const target = text.includes("\r\n") ? unixLines(after).replaceAll("\n", "\r\n") : unixLines(after);
  const starts = offsetsOf(text);
  for (const { at, removed, added } of hunks(text, target)) {
    const start = starts[at] ?? text.length;
    const end = starts[at + removed.length] ?? text.length;
    const range = new Range(document.positionAt(start), document.positionAt(end));
    edit.replace(document.uri, range, added.join(""));
  }
}

/** Where each line begins. */
function offsetsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
