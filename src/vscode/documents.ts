/** Contents kept by the log, as read-only documents: both sides of a diff or of an amendment, briefings, outputs of checks. */
import { type Disposable, Uri, commands, l10n, window, workspace } from "vscode";
import type { FileChange, Sha } from "../core/order.ts";
import type { Amended, Attempt, SliceState, WorkOrder } from "../core/state.ts";
import { onDisk } from "./place.ts";
import type { Session } from "./session.ts";

const SCHEME = "slicewise";
const ORDER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const BLOB = /^[0-9a-f]{64}$/;

/** `name` is what the editor shows, and its ending gives the language; `sha` null is a file that does not exist. */
export const documentUri = (order: string, sha: Sha | null, name: string): Uri =>
  Uri.from({ scheme: SCHEME, path: `/${name}`, query: `${order}/${sha ?? ""}` });

type Side = "before" | "after";
/** A slice before or after an amendment, as its task file. */
const amendedUri = (order: string, { seq }: Amended, slice: string, side: Side, name: string): Uri =>
  Uri.from({ scheme: SCHEME, path: `/${name}`, query: `${order}/amended/${seq}/${slice}/${side}` });

export function registerDocuments(session: Pick<Session, "open" | "works">): Disposable {
  return workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const [order = "", sha = "", ...rest] = uri.query.split("/");
      if (sha === "") return "";
      if (sha === "amended") return amendedText(session, order, rest);
      return textOf(await contentOf(session, order, sha), uri);
    },
  });
}

/** The open order's blobs are checked against their names; those of another order are read as they stand. */
async function contentOf(session: Pick<Session, "open">, order: string, sha: string): Promise<Uint8Array> {
  if (!ORDER_ID.test(order) || !BLOB.test(sha)) throw new Error(l10n.t("This is no document of Slicewise."));
  const open = session.open();
  if (open?.orderId === order) return open.blobs.get(sha);
  for (const { uri } of onDisk()) {
    const file = Uri.joinPath(uri, ".slicewise", "orders", order, "blobs", sha);
    const found = await workspace.fs.stat(file).then(
      () => true,
      () => false,
    );
    if (found) return workspace.fs.readFile(file);
  }
  throw new Error(l10n.t("This content of order {0} is not kept here any more.", order));
}

async function textOf(bytes: Uint8Array, uri: Uri): Promise<string> {
  if (bytes.subarray(0, 8000).includes(0)) return l10n.t("No text: {0} bytes.", bytes.length);
  return workspace.decode(bytes, { uri: Uri.file(uri.path) });
}

async function amendedText(
  session: Pick<Session, "open" | "works">,
  order: string,
  [seq = "", slice = "", side = ""]: string[],
): Promise<string> {
  const open = session.open();
  const amended = open?.orderId === order ? open.engine.order().amendments : [];
  const change = amended.find((one) => String(one.seq) === seq)?.changes.find((one) => one.slice === slice);
  const text = change && (side === "after" ? change.after : change.before);
  if (!text) throw new Error(l10n.t("Order {0} is not open here. Resume it, then try again.", order));
  return (await session.works()).taskFile(text).text;
}

/** An amendment in the multi-diff editor: each task file before and after. */
export async function showAmendment(
  session: Pick<Session, "open" | "works">,
  amended: Amended,
): Promise<void> {
  const [open, works] = [session.open(), await session.works()];
  if (!open) return;
  const side = (slice: string, which: Side, name: string): Uri =>
    amendedUri(open.orderId, amended, slice, which, name);
  const changes = amended.changes.map(async ({ slice, before, after }) => {
    const there = after ?? before;
    if (!there) return [];
    const task = await open.files.readTask(slice);
    const name = Array.isArray(task) ? works.taskFile(there).name : (task.path.split("/").at(-1) ?? slice);
    const file = Uri.joinPath(Uri.file(open.folder), "tasks", name);
    return [
      [
        file,
        before ? side(slice, "before", name) : undefined,
        after ? side(slice, "after", name) : undefined,
      ],
    ];
  });
  const sides = (await Promise.all(changes)).flat();
  if (sides.length === 0) throw new Error(l10n.t("The amendment changed no slice: {0}", amended.why));
  await commands.executeCommand("vscode.changes", l10n.t("Plan amended: {0}", cut(amended.why)), sides);
}

const MOST_TITLE = 80;
/** What a tab's title can hold of a model's words. */
const cut = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MOST_TITLE ? `${line.slice(0, MOST_TITLE - 1)}…` : line;
};

const patchOf = ({ progress, attempts }: SliceState): readonly FileChange[] =>
  "patch" in progress ? progress.patch : (attempts.findLast(({ patch }) => patch !== null)?.patch ?? []);

type Place = { order: WorkOrder; state: SliceState; root: Uri };

/** The slice as the open order has it; rejects with the next step when there is none. */
export function placeOf(session: Pick<Session, "open" | "folder">, id: string): Place {
  const order = session.open()?.engine.order();
  const state = order?.slices.find(({ slice }) => slice.id === id);
  const folder = session.folder();
  if (!order || !state || !folder)
    throw new Error(l10n.t("The order is not open here. Resume it, then try again."));
  return { order, state, root: folder.uri };
}

/** All files of a slice in the multi-diff editor, or one of them in a diff editor. */
export async function reviewChanges({ order, state, root }: Place, path: string | null): Promise<void> {
  const { id, title } = state.slice;
  const changes = patchOf(state).filter((change) => path === null || change.path === path);
  const [first] = changes;
  if (!first) throw new Error(l10n.t("Slice {0} has changed no file yet.", id));
  const side = (name: string, sha: Sha | null): Uri => documentUri(order.id, sha, name);
  if (path !== null) {
    const options = { preview: true };
    const [left, right] = [side(path, first.before), side(path, first.after)];
    return commands.executeCommand("vscode.diff", left, right, `${id} ${path}`, options);
  }
  const sides = changes.map(({ path: name, before, after }) => [
    Uri.joinPath(root, name),
    before === null ? undefined : side(name, before),
    after === null ? undefined : side(name, after),
  ]);
  await commands.executeCommand("vscode.changes", `${id} ${title}`, sides);
}

/** Both sides over the file itself, in VS Code's merge editor. */
export async function openConflict(
  { order, state, root }: Place,
  session: Pick<Session, "open">,
): Promise<void> {
  const { progress } = state;
  const blobs = session.open()?.blobs;
  if (progress.at !== "conflict" || !blobs)
    throw new Error(l10n.t("Slice {0} is not in conflict.", state.slice.id));
  for (const path of progress.paths) {
    const change = progress.patch.find((one) => one.path === path);
    const file = Uri.joinPath(root, path);
    const theirs = documentUri(order.id, change?.after ?? null, path);
    const mine = await workspace.openTextDocument(file).then(
      (document) => blobs.putText(document.getText()),
      () => null,
    );
    if (mine === null || !change?.after) {
      await commands.executeCommand(
        "vscode.diff",
        documentUri(order.id, change?.before ?? null, path),
        theirs,
        path,
      );
      continue;
    }
    await commands.executeCommand("_open.mergeEditor", {
      base: documentUri(order.id, change.before, path),
      input1: { uri: documentUri(order.id, mine, path), title: l10n.t("Yours") },
      input2: { uri: theirs, title: l10n.t("Slice {0}", state.slice.id) },
      output: file,
    });
  }
}

const lastAttempt = ({ state }: Place): Attempt => {
  const last = state.attempts.at(-1);
  if (!last)
    throw new Error(l10n.t("Slice {0} has no briefing yet: it gets one when it starts.", state.slice.id));
  return last;
};

export async function openBriefing(place: Place): Promise<void> {
  const { n, briefing } = lastAttempt(place);
  const name = `${place.state.slice.id} briefing, attempt ${n}.md`;
  await window.showTextDocument(documentUri(place.order.id, briefing, name), { preview: true });
}

export async function briefingText(place: Place): Promise<string> {
  const document = await workspace.openTextDocument(
    documentUri(place.order.id, lastAttempt(place).briefing, "briefing.md"),
  );
  return document.getText();
}

/** `name` is a check's: a command or a criterion, so it is cut down to what a title can hold. */
export async function openOutput(order: string, output: Sha, name: string): Promise<void> {
  const title = name
    .replace(/[^\w .@-]+/g, " ")
    .trim()
    .slice(0, 60);
  await window.showTextDocument(documentUri(order, output, `${title || "check"}.log`), { preview: true });
}
