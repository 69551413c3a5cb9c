/** What is done to a plan in more than one step: changes asked for, fixes, amendments looked at, a begun order completed. */
import {
  ProgressLocation,
  Range,
  Uri,
  type WorkspaceFolder,
  commands,
  l10n,
  window,
  workspace,
} from "vscode";
import type { Command } from "../core/event.ts";
import type { SliceView } from "../protocol/view.ts";
import { showAmendment } from "./documents.ts";
import { hasModels, mayLeave, pickFolder, showPlanning } from "./flows.ts";
import { below, onDisk } from "./place.ts";
import { save, sendSaved } from "./planFiles.ts";
import type { Session } from "./session.ts";

/** Says what was refused, and why. */
export async function tell(session: Session, command: Command): Promise<void> {
  const refusal = await sendSaved(session, command);
  if (refusal) await window.showWarningMessage(refusal.refused);
}

export async function askChanges(session: Session): Promise<void> {
  const words = await window.showInputBox({
    title: l10n.t("Ask for Changes"),
    prompt: l10n.t(
      "What should be different? The planner amends what has not landed; nothing of it runs before you approve it.",
    ),
    placeHolder: l10n.t("Do the parser and its tests in one slice"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? l10n.t("Say what should change.") : null),
  });
  if (words !== undefined) await tell(session, { do: "askChanges", words: words.trim() });
}

/** A reason is about the attempt, or about the plan itself. */
export async function rejectSlice(session: Session, { id, title }: SliceView): Promise<void> {
  const reason = await window.showInputBox({
    title: l10n.t("Reject {0} {1}", id, title),
    prompt: l10n.t("What is wrong? The next attempt reads it in its briefing. It may be empty."),
    ignoreFocusOut: true,
  });
  if (reason === undefined) return;
  const words = reason.trim();
  const replan = words === "" ? false : await isOfPlan(id, title);
  if (replan === null) return;
  await tell(session, { do: "reject", slice: id, reason: words, ...(replan && { replan }) });
}

/** Null when the user turns away. */
async function isOfPlan(id: string, title: string): Promise<boolean | null> {
  const items = [
    { label: l10n.t("Try again with this reason"), replan: false },
    {
      label: l10n.t("The plan is wrong: amend it"),
      detail: l10n.t("The planner sees the reason and what has landed; you approve its amendment."),
      replan: true,
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Reject {0} {1}: what now?", id, title),
    ignoreFocusOut: true,
  });
  return picked?.replan ?? null;
}

/** What the sidebar's button does: the light bulb's fix, made, saved and checked. */
export async function fixFinding(session: Session, given: unknown): Promise<void> {
  const works = await session.works();
  const message = works.message({ type: "act", act: { act: "fix", fix: given } });
  const open = session.open();
  if (!open) throw new Error(l10n.t("No order is open. Plan one, or resume one, first."));
  if ("problem" in message) throw new Error(message.problem);
  if (message.type !== "act" || message.act.act !== "fix") return;
  if (!(await workspace.applyEdit(await works.editOf(open.folder, message.act.fix))))
    throw new Error(l10n.t("The task files changed meanwhile. Look at the finding again."));
  await tell(session, { do: "reread" });
}

/** Shows a line, from 1, of a file of the workspace. */
export async function openAt(session: Session, path: unknown, line: unknown): Promise<void> {
  const root = session.folder()?.uri;
  if (typeof path !== "string" || typeof line !== "number" || !root) return;
  const uri = below(root, path);
  if (!uri) throw new Error(l10n.t("{0} is not in this folder.", path));
  const document = await workspace.openTextDocument(uri);
  const { range } = document.lineAt(Math.max(0, Math.min(line, document.lineCount) - 1));
  await window.showTextDocument(document, { preview: true, selection: new Range(range.start, range.start) });
}

export async function showPlanChanges(session: Session): Promise<void> {
  const last = session.open()?.engine.order().amendments.at(-1);
  if (!last) throw new Error(l10n.t("The planner has amended no plan that is open here."));
  await showAmendment(session, last);
}

/** An order whose folder somebody wrote, and which nobody opened yet: the planner writes what it lacks. */
export async function completePlan(session: Session, given: unknown): Promise<void> {
  const works = await session.works();
  const found = await Promise.all(
    onDisk().map(async (folder) => (await works.begun(folder)).map((id) => ({ folder, id }))),
  );
  const items = found.flat().map(({ folder, id }) => ({ label: id, description: folder.name, folder }));
  if (items.length === 0) {
    const text = l10n.t(
      "There is no order to complete. Begin one: write its goal into .slicewise/orders/NAME/order.md, and what you have settled into scope.md and tasks/ beside it.",
    );
    throw new Error(text);
  }
  const title = l10n.t("Complete the plan of which order?");
  const picked = items.find(({ label }) => label === given) ?? (await window.showQuickPick(items, { title }));
  if (!picked) return;
  await complete(session, picked.folder, picked.label);
}

async function complete(session: Session, folder: WorkspaceFolder, id: string): Promise<void> {
  if (session.folder()?.uri.toString() !== folder.uri.toString()) await session.show(folder);
  if (!(await hasModels(session)) || !(await mayLeave(session))) return;
  const place = Uri.joinPath(folder.uri, ".slicewise", "orders", id).path;
  await save(
    workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.path.startsWith(`${place}/`)),
  );
  await session.openOrder(folder, id, "complete");
  await commands.executeCommand("slicewise.sidebar.focus");
  void showPlanning(session, id, session.view().order?.goal ?? id);
}

/** The rules every order of the folder keeps, begun from what the project is. */
export async function initRules(session: Session): Promise<void> {
  const folder = await pickFolder(session);
  if (!folder) return;
  const works = await session.works();
  const setup = await works.setup(folder);
  if ("problem" in setup) throw new Error(setup.problem);
  const title = l10n.t("Writing rules for {0}", folder.name);
  const made = await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, cancelled) => {
      const abort = new AbortController();
      cancelled.onCancellationRequested(() => abort.abort());
      const rules = works.initRules(folder, setup, (message) => progress.report({ message }), abort.signal);
      return rules.catch((error: unknown) => {
        if (abort.signal.aborted) return null;
        throw error;
      });
    },
  );
  if (!made) return;
  await window.showTextDocument(Uri.file(made.path), { preview: false });
  if (!made.written)
    void window.showInformationMessage(l10n.t("This folder has rules already; they were left as they are."));
}
