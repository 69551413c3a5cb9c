/** The palette: one entry a command. What each may be done on is in fits.ts and contexts.ts. */
import { type Disposable, type ExtensionContext, Uri, commands, env, l10n, window } from "vscode";
import type { Command } from "../core/event.ts";
import type { SliceView } from "../protocol/view.ts";
import { answerFinding } from "./comments.ts";
import { briefingText, openBriefing, openConflict, openOutput, placeOf, reviewChanges } from "./documents.ts";
import type { SliceAct } from "./fits.ts";
import { pickSlice, pickTier, plan, planFromSelection, resumeOrder, trySample } from "./flows.ts";
import { type Keys, askForKey, nextAfterKey } from "./keys.ts";
import { chooseModels } from "./models.ts";
import {
  askChanges,
  completePlan,
  fixFinding,
  initRules,
  openAt,
  rejectSlice,
  showPlanChanges,
  tell,
} from "./planFlows.ts";
import { type Session, wordsOf } from "./session.ts";

export type Desk = { session: Session; keys: Keys; context: ExtensionContext };
type Act = (desk: Desk, ...given: unknown[]) => Promise<unknown>;

const order =
  (command: Command): Act =>
  ({ session }) =>
    tell(session, command);

/** Asks which slice unless one is given, then acts on it. */
const slice =
  (act: SliceAct, then: (desk: Desk, slice: SliceView, ...rest: unknown[]) => Promise<unknown>): Act =>
  async (desk, given, ...rest) => {
    const found = await pickSlice(desk.session, act, given);
    return found ? then(desk, found, ...rest) : undefined;
  };

const openFile = async (session: Session, name: string): Promise<void> => {
  const open = session.open();
  if (!open) throw new Error(l10n.t("No order is open. Plan one, or resume one, first."));
  await window.showTextDocument(Uri.joinPath(Uri.file(open.folder), name), { preview: false });
};

const ACTS: Record<string, Act> = {
  plan: ({ session }) => plan(session),
  planSelection: ({ session }) => planFromSelection(session),
  resume: ({ session }, given) => resumeOrder(session, given),
  trySample: ({ session, context }) => trySample(session, context),
  setKey: async ({ session, keys }, provider) => {
    const names = session.setup()?.keyNames ?? (await session.works()).keyNames();
    const set = await askForKey(keys, names, typeof provider === "string" ? provider : undefined);
    if (set) await nextAfterKey(set);
  },
  chooseModels: ({ session }) => chooseModels(session),

  openPlan: ({ session }) => openFile(session, "scope.md"),
  openLog: ({ session }) => openFile(session, "log.jsonl"),
  showReport: async ({ session }) => {
    const open = session.open();
    if (!open) throw new Error(l10n.t("No order is open. Plan one, or resume one, first."));
    await commands.executeCommand("markdown.showPreview", Uri.joinPath(Uri.file(open.folder), "report.md"));
  },
  approvePlan: order({ do: "approvePlan" }),
  askChanges: ({ session }) => askChanges(session),
  checkPlan: order({ do: "reread" }),
  showPlanChanges: ({ session }) => showPlanChanges(session),
  completePlan: ({ session }, given) => completePlan(session, given),
  initRules: ({ session }) => initRules(session),
  fix: ({ session }, fix) => fixFinding(session, fix),
  openAt: ({ session }, path, line) => openAt(session, path, line),
  run: order({ do: "run" }),
  pause: order({ do: "pause" }),
  stop: order({ do: "stop" }),
  approveAll: order({ do: "approveAll" }),
  discard: async ({ session }) => {
    const go = l10n.t("Discard Plan");
    const picked = await window.showWarningMessage(
      l10n.t("Discard this plan? Its files and log are kept."),
      { modal: true },
      go,
    );
    if (picked === go) await tell(session, { do: "discard", reason: "discarded by the user" });
  },
  answer: async ({ session }, id, answer) => {
    if (typeof id !== "string" || (answer !== "once" && answer !== "order" && answer !== "no")) return;
    await tell(session, { do: "answer", id, answer });
  },

  approve: slice("approve", ({ session }, { id }) => tell(session, { do: "approve", slice: id })),
  reject: slice("reject", ({ session }, found) => rejectSlice(session, found)),
  verify: slice("verify", ({ session }, { id }) => tell(session, { do: "verify", slice: id })),
  rerunHigher: slice("rerunHigher", ({ session }, { id }) =>
    tell(session, { do: "rerun", slice: id, tier: null }),
  ),
  rerunOn: slice("rerunOn", async ({ session }, { id }) => {
    const route = await pickTier(session, l10n.t("Rerun {0} on which tier?", id));
    if (route) await tell(session, { do: "rerun", slice: id, tier: (await session.works()).tier(route) });
  }),
  changeRoute: slice("changeRoute", async ({ session }, { id, route: now }) => {
    const auto = { label: "auto", description: l10n.t("the ladder decides"), route: "auto" };
    const route = await pickTier(session, l10n.t("Route of {0} (now {1})", id, now), [auto]);
    if (route) await tell(session, { do: "reroute", slice: id, route });
  }),
  answerFinding: ({ session }, reply) => answerFinding(session, reply),
  retry: slice("retry", ({ session }, { id }) => tell(session, { do: "retry", slice: id })),
  drop: slice("drop", async ({ session }, { id, title }) => {
    const why = await window.showInputBox({
      title: l10n.t("Drop {0} {1}", id, title),
      prompt: l10n.t("Why is it no longer needed?"),
    });
    if (why !== undefined)
      await tell(session, { do: "drop", slice: id, why: why.trim() || "dropped by the user" });
  }),
  revert: slice("revert", async ({ session }, { id, title, feeds }) => {
    const go = l10n.t("Revert");
    const take = l10n.t("Take the changes of “{0} {1}” back out of your files?", id, title);
    const rest = feeds.length === 0 ? "" : l10n.t("It is needed by {0}.", feeds.join(", "));
    const text = `${take} ${rest}`.trim();
    if ((await window.showWarningMessage(text, { modal: true }, go)) === go)
      await tell(session, { do: "revert", slice: id });
  }),

  openTask: slice("openTask", async ({ session }, { id }) => {
    const open = session.open();
    const task = await open?.files.readTask(id);
    const folder = session.folder();
    if (!task || !folder) throw new Error(l10n.t("No order is open. Plan one, or resume one, first."));
    const [path, line] = Array.isArray(task) ? [task[0]?.path ?? "", task[0]?.line ?? 1] : [task.path, 1];
    const editor = await window.showTextDocument(Uri.joinPath(folder.uri, path), { preview: true });
    editor.revealRange(editor.document.lineAt(Math.min(line, editor.document.lineCount) - 1).range);
  }),
  review: slice("review", ({ session }, { id, at }, path) => {
    const place = placeOf(session, id);
    if (at === "conflict") return openConflict(place, session);
    return reviewChanges(place, typeof path === "string" ? path : null);
  }),
  openConflict: slice("openConflict", ({ session }, { id }) => openConflict(placeOf(session, id), session)),
  openBriefing: slice("openBriefing", ({ session }, { id }) => openBriefing(placeOf(session, id))),
  copyBriefing: slice("copyBriefing", async ({ session }, { id }) => {
    await env.clipboard.writeText(await briefingText(placeOf(session, id)));
    window.setStatusBarMessage(l10n.t("Briefing of {0} copied", id), 3000);
  }),
  openEvidence: async (desk, given, output) => {
    const id = desk.session.view().order?.id ?? "";
    if (isOutput(output)) return openOutput(id, output.output, output.name);
    const found = await pickSlice(desk.session, "openEvidence", given);
    const checks = found?.checks.filter((check) => check.output !== null) ?? [];
    const items = checks.map(({ name, result, why, output: sha }) => ({
      label: name,
      description: result,
      detail: why,
      sha,
    }));
    const picked =
      items.length > 1 ? await window.showQuickPick(items, { title: l10n.t("Open Evidence") }) : items[0];
    if (picked?.sha) await openOutput(id, picked.sha, picked.label);
  },
};

const isOutput = (value: unknown): value is { output: string; name: string } =>
  typeof value === "object" &&
  value !== null &&
  "output" in value &&
  "name" in value &&
  typeof value.output === "string" &&
  typeof value.name === "string";

/** Errors say what happened and what to do; the stack is in the output channel, one click away. */
async function report(name: string, error: unknown, session: Session): Promise<void> {
  const expected =
    error instanceof Error && ("fault" in error || "problems" in error || error.constructor === Error);
  session.log.error(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
  const text = expected ? wordsOf(error) : l10n.t("Slicewise met a bug in “{0}”: {1}", name, wordsOf(error));
  const show = l10n.t("Show Log");
  if ((await window.showErrorMessage(text, show)) === show) session.log.show();
}

/** Every command waits until what is being opened is open. */
export function registerCommands(desk: Desk): Disposable[] {
  return Object.entries(ACTS).map(([name, act]) =>
    commands.registerCommand(`slicewise.${name}`, async (...given: unknown[]) => {
      try {
        await desk.session.settled();
        await act(desk, ...given);
      } catch (error) {
        void report(name, error, desk.session);
      }
    }),
  );
}
