/** What takes more than one step of the user: planning, choosing a slice, a tier or an order, the sample. */
import {
  type ExtensionContext,
  ProgressLocation,
  Uri,
  type WorkspaceFolder,
  commands,
  l10n,
  window,
  workspace,
} from "vscode";
import type { SliceView, View } from "../protocol/view.ts";
import { FITS, type SliceAct } from "./fits.ts";
import { onDisk } from "./place.ts";
import type { Session } from "./session.ts";

/** The folder to work in: the only one, the one that is shown, or the one the user picks. Null when they turn away. */
export async function pickFolder(session: Session): Promise<WorkspaceFolder | null> {
  const folders = onDisk();
  if (folders.length === 0)
    throw new Error(l10n.t("Open a folder on disk first: a work order changes its files."));
  if (folders.length === 1) return folders[0] ?? null;
  const items = folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder }));
  const shown = session.folder();
  items.sort((a, b) => Number(b.folder === shown) - Number(a.folder === shown));
  return (await window.showQuickPick(items, { title: l10n.t("Slicewise: which folder?") }))?.folder ?? null;
}

/** True when the folder has models; else the way to them is shown. */
export async function hasModels(session: Session): Promise<boolean> {
  const { host, hostWhy } = session.view();
  if (host === "untrusted") throw new Error(l10n.t("This folder is not trusted. Trust it, then plan."));
  if (host === "error" && !session.open()) throw new Error(hostWhy);
  if (host !== "no-models") return true;
  const [key, models, sample] = [l10n.t("Set API Key…"), l10n.t("Choose Models…"), l10n.t("Try the Sample")];
  const text = l10n.t("No model is set up yet. Slicewise works on your own keys; the sample needs none.");
  const picked = await window.showWarningMessage(text, key, models, sample);
  const next = new Map([
    [key, "slicewise.setKey"],
    [models, "slicewise.chooseModels"],
    [sample, "slicewise.trySample"],
  ]).get(picked ?? "");
  if (next) await commands.executeCommand(next);
  return false;
}

/** An order that runs is cut off when another one is opened in its folder; it can be resumed. */
export async function mayLeave(session: Session): Promise<boolean> {
  const { order } = session.view();
  const runs =
    order &&
    (order.phase === "planning" || order.slices.some(({ at }) => at === "executing" || at === "verifying"));
  if (!session.open() || !runs) return true;
  const go = l10n.t("Leave It");
  const text = l10n.t(
    "“{0}” is running. If you open another order it stops where it is; it can be resumed.",
    order.goal,
  );
  return (await window.showWarningMessage(text, { modal: true }, go)) === go;
}

/** Goal, order, plan. `about` is what the goal is about (a selection), put under it. */
export async function plan(session: Session, about = ""): Promise<void> {
  const folder = await pickFolder(session);
  if (!folder) return;
  if (session.folder()?.uri.toString() !== folder.uri.toString()) await session.show(folder);
  if (!(await hasModels(session))) return;
  const works = await session.works();
  const setup = session.setup();
  const goal = await window.showInputBox({
    title: l10n.t("Plan Work Order"),
    prompt: l10n.t(
      "State the goal once. A strong model plans it; nothing is changed before you approve the plan.",
    ),
    placeHolder: l10n.t("Add a --limit option to the list command"),
    value: (setup && works.demoGoal(setup)) ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? l10n.t("Say what is to be done.") : null),
  });
  if (goal === undefined || !(await mayLeave(session))) return;
  const id = await works.create(folder, about === "" ? goal : `${goal}\n\n${about}`);
  await session.openOrder(folder, id);
  await commands.executeCommand("slicewise.sidebar.focus");
  void showPlanning(session, id, goal);
}

/** Progress until the plan is there; its cancel button stops the order. */
export async function showPlanning(session: Session, id: string, goal: string): Promise<void> {
  const title = l10n.t("Planning: {0}", goal.length > 80 ? `${goal.slice(0, 79)}…` : goal);
  await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    (progress, cancel) => {
      cancel.onCancellationRequested(() => void session.send({ do: "stop" }));
      return new Promise<void>((done) => {
        const stops = [
          session.onDelta(({ kind, text }) => {
            if (kind === "tool" || kind === "note")
              progress.report({ message: text.split("\n")[0]?.slice(0, 100) ?? "" });
          }),
          session.onView((view) => ended(view)),
        ];
        const ended = ({ order }: View): void => {
          if (order?.id === id && order.phase === "planning") return;
          for (const stop of stops) stop.dispose();
          done();
        };
        ended(session.view());
      });
    },
  );
}

export async function planFromSelection(session: Session): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) throw new Error(l10n.t("Select some lines first."));
  const { start, end } = editor.selection;
  const lines =
    start.line === end.line ? `line ${start.line + 1}` : `lines ${start.line + 1}–${end.line + 1}`;
  const text = editor.document.getText(editor.selection);
  const fence = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)));
  const path = workspace.asRelativePath(editor.document.uri, false);
  await plan(session, `About ${path}, ${lines}:\n\n${fence}\n${text}\n${fence}`);
}

const FACTS = (slice: SliceView): string => [slice.class, slice.at, slice.note].join(" · ");

/** The slice an act is meant for: the given one, the only one it fits, or the one the user picks. Null when they turn away. */
export async function pickSlice(session: Session, act: SliceAct, given: unknown): Promise<SliceView | null> {
  const { order } = session.view();
  const slices = order?.slices ?? [];
  if (typeof given === "string") return slices.find(({ id }) => id === given) ?? null;
  const fitting = order ? slices.filter((slice) => FITS[act](slice, order)) : [];
  if (fitting.length === 0) throw new Error(l10n.t("There is no slice this can be done on now."));
  if (fitting.length === 1) return fitting[0] ?? null;
  const items = fitting.map((slice) => ({
    label: `${slice.id} ${slice.title}`,
    description: FACTS(slice),
    slice,
  }));
  return (
    (
      await window.showQuickPick(items, {
        title: l10n.t("Slicewise: which slice?"),
        matchOnDescription: true,
      })
    )?.slice ?? null
  );
}

/** One of the ladder with one of its efforts. */
export async function pickTier(
  session: Session,
  title: string,
  more: { label: string; route: string }[] = [],
): Promise<string | null> {
  const tiers = session.view().ladder.flatMap(({ tier, name, efforts }) => {
    const model = `${tier.provider}/${tier.model}`;
    const others = efforts.map((effort) => `${model}@${effort}`).filter((one) => one !== name);
    return [
      { label: name, description: l10n.t("tier of your ladder"), route: name },
      ...others.map((route) => ({ label: route, route })),
    ];
  });
  const seen = new Set<string>();
  const items = [...more, ...tiers].filter(({ route }) => !seen.has(route) && seen.add(route));
  return (await window.showQuickPick(items, { title }))?.route ?? null;
}

export async function resumeOrder(session: Session, given: unknown): Promise<void> {
  const works = await session.works();
  const found = await Promise.all(
    onDisk().map(async (folder) => (await works.list(folder)).map(({ order }) => ({ folder, order }))),
  );
  const orders = found.flat();
  const named = typeof given === "string" ? orders.find(({ order }) => order.id === given) : undefined;
  const items = orders.map(({ folder, order }) => ({
    label: order.goal.split("\n")[0] ?? order.id,
    description: `${order.phase} · ${order.done}/${order.total}`,
    detail: order.id,
    at: { folder, order },
  }));
  const picked =
    named ??
    (await window.showQuickPick(items, { title: l10n.t("Resume Work Order"), matchOnDetail: true }))?.at;
  if (!picked) return;
  const open = session.open();
  if (open?.orderId !== picked.order.id && !(await mayLeave(session))) return;
  await session.openOrder(picked.folder, picked.order.id);
  await commands.executeCommand("slicewise.sidebar.focus");
}

/** A fresh copy of the sample with its recorded model; no key is needed. In the sample itself: plan its order. */
export async function trySample(session: Session, context: ExtensionContext): Promise<void> {
  if (session.view().demo) return plan(session);
  const here = l10n.t("In a new folder of Slicewise's storage");
  const elsewhere = l10n.t("In a folder you choose…");
  const where = await window.showQuickPick([here, elsewhere], {
    title: l10n.t("Try the Sample: where to copy it?"),
  });
  if (!where) return;
  const parent = where === here ? Uri.joinPath(context.globalStorageUri, "samples") : await chooseFolder();
  if (!parent) return;
  const target = await firstFree(parent);
  await workspace.fs.createDirectory(parent);
  await workspace.fs.copy(Uri.joinPath(context.extensionUri, "media", "sample"), target);
  // So that the extension wakes up with the folder: it is what its activation event looks for.
  await workspace.fs.createDirectory(Uri.joinPath(target, ".slicewise", "orders"));
  await commands.executeCommand("vscode.openFolder", target, { forceNewWindow: onDisk().length > 0 });
}

async function chooseFolder(): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: l10n.t("Copy Here"),
  });
  return chosen?.[0];
}

async function firstFree(parent: Uri): Promise<Uri> {
  for (let n = 1; ; n++) {
    const target = Uri.joinPath(parent, n === 1 ? "slicewise-sample" : `slicewise-sample-${n}`);
    const taken = await workspace.fs.stat(target).then(
      () => true,
      () => false,
    );
    if (!taken) return target;
  }
}
