/** The files of the open order as people edit them: taken in when they change, saved before they are used. */
import { type Disposable, Uri, l10n, workspace } from "vscode";
import type { Command, Refusal } from "../core/event.ts";
import type { OrderFile } from "../engine/ports.ts";
import type { Phase } from "../protocol/view.ts";
import { atMost } from "./pace.ts";
import type { Session } from "./session.ts";

/** Looks a second, at most: an editor saves in bursts. */
const PER_SECOND = 3;
/** Where there is a plan whose files count. */
const PLANNED: ReadonlySet<Phase> = new Set<Phase>(["gate", "running", "paused", "stopped"]);

type Source = Pick<Session, "open" | "view" | "onView" | "works" | "redraw" | "log">;
type Files = readonly OrderFile[];

/**
 * Whatever writes the files of the open order, the engine takes them in; `broken` hears which of them cannot be read. What
 * the engine itself wrote differs in nothing from what it knows, so nothing follows from that.
 */
export function registerPlanFiles(session: Source, broken: (files: Files) => void): Disposable {
  let watched: { folder: string; stop: () => void; known: Files } | null = null;
  const failed = (error: unknown): void => session.log.error(String(error));
  const look = atMost(
    PER_SECOND,
    async () => {
      if (watched) watched.known = await takeIn(session, watched.known);
      broken(watched?.known ?? []);
    },
    failed,
  );
  const follow = (): void => {
    const open = session.open();
    if (open?.folder === watched?.folder) return;
    watched?.stop();
    watched = open && { folder: open.folder, stop: open.watchFiles(look, failed), known: [] };
    look();
  };
  const views = session.onView(follow);
  const saves = workspace.onDidSaveTextDocument(
    ({ uri }) => watched && isBelow(uri, watched.folder) && look(),
  );
  return {
    dispose: () => {
      views.dispose();
      saves.dispose();
      watched?.stop();
    },
  };
}

/** Answers the files that cannot be read now; `known` are those of the last time. */
async function takeIn(session: Source, known: Files): Promise<Files> {
  const [open, works] = [session.open(), await session.works()];
  const phase = session.view().order?.phase;
  if (!open || !phase || !PLANNED.has(phase)) return [];
  const { edited, broken } = await works.edits(open);
  // The words of scope.md and rules.md are drawn as they stand; no critic reads them.
  if (!edited && JSON.stringify(broken) === JSON.stringify(known)) session.redraw();
  else {
    const refusal = await open.engine.send({ do: "reread" });
    // A file that is half saved is shown at its line; nobody asked, so nobody is told more.
    if (refusal) session.log.info(`The order's files were not taken in: ${refusal.refused}`);
  }
  return broken;
}

const isBelow = (uri: Uri, folder: string): boolean =>
  uri.scheme === "file" && uri.path.startsWith(`${Uri.file(folder).path}/`);

/** What these commands do rests on what the order's files say. */
const READS: ReadonlySet<Command["do"]> = new Set<Command["do"]>([
  "approvePlan",
  "askChanges",
  "reread",
  "run",
]);

/** Sends a command; what is unsaved in the order's files is saved first, as before a run: what is seen is what counts. */
export async function sendSaved(
  session: Pick<Session, "open" | "send">,
  command: Command,
): Promise<Refusal | null> {
  const folder = session.open()?.folder;
  if (folder !== undefined && READS.has(command.do))
    await save(workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && isBelow(uri, folder)));
  return session.send(command);
}

/** Rejects with the first that could not be saved. */
export async function save(
  documents: readonly { fileName: string; save(): Thenable<boolean> }[],
): Promise<void> {
  for (const document of documents) {
    if (!(await document.save()))
      throw new Error(l10n.t("{0} could not be saved. Save it, then try again.", document.fileName));
  }
}

/** A file's text with what is unsaved of it; else as it is on disk, of which an editor may not have heard yet. */
export async function textOf(uri: Uri): Promise<string> {
  const edited = workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
  return edited ? edited.getText() : new TextDecoder().decode(await workspace.fs.readFile(uri));
}
