/** Choose Models…: the ladder as it is, its rungs moved, taken out and added with their prices, and who plans and reviews. */
import { ConfigurationTarget, ProgressLocation, commands, l10n, window, workspace } from "vscode";
import { type Tier, tierName } from "../core/order.ts";
import { type Draft, chosen, edited, sameDraft } from "./ladderEdit.ts";
import { pickFrom, pickMany, showLadder } from "./ladderPicks.ts";
import { type Session, wordsOf } from "./session.ts";
import type { Candidate, Setup, Works } from "./works.ts";

export async function chooseModels(session: Session): Promise<void> {
  const setup = session.setup();
  if (!setup)
    throw new Error(
      session.view().hostWhy || l10n.t("Open a folder first: models are chosen for its orders."),
    );
  if (setup.demo) {
    const sample = l10n.t(
      "This is the sample: it has its own recorded models. Choose yours in your own folder.",
    );
    return void (await window.showInformationMessage(sample));
  }
  const works = await session.works();
  const candidates = withOwn(setup, works, await ask(session, setup, works));
  if (candidates.length === 0) return noKeyYet();
  const { planner, reviewer } = setup.settings;
  const before: Draft = { tiers: setup.ladder.map(({ tier }) => tier), planner, reviewer };
  const after = await edit(before, candidates, works.madeLadder(setup));
  if (after === null || sameDraft(before, after)) return;
  const config = workspace.getConfiguration("slicewise", session.folder()?.uri);
  for (const key of ["tiers", "planner", "reviewer"] as const)
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      await config.update(key, after[key], ConfigurationTarget.Global);
}

/** Null when the user turned away. */
async function edit(
  before: Draft,
  candidates: readonly Candidate[],
  made: readonly Tier[],
): Promise<Draft | null> {
  const costs = new Map(candidates.map(({ tier, attempt }) => [tierName(tier), attempt]));
  const costOf = (tier: Tier): number | null => costs.get(tierName(tier)) ?? null;
  let draft = before;
  let active = 0;
  for (;;) {
    const act = await showLadder(draft, candidates, { active, changed: !sameDraft(before, draft), made });
    if (act === null || act.do === "save") return act && draft;
    if ("at" in act) {
      draft = edited(draft, act);
      active = Math.max(0, act.at + (act.do === "up" ? 1 : act.do === "down" ? -1 : 0));
    } else if (act.do === "add") {
      const taken = await pickMany(candidates, draft.tiers);
      if (taken) draft = edited(draft, { do: "choose", tiers: chosen(draft.tiers, taken, costOf) });
    } else if (act.do === "made") draft = edited(draft, { do: "choose", tiers: made });
    else {
      const tier = await pickFrom(act.do, candidates, draft);
      if (tier !== undefined) draft = edited(draft, { do: act.do, tier });
    }
  }
}

/** What each provider offers now. One that does not answer is said; what the catalogue knows of it can still be chosen. */
async function ask(session: Session, setup: Setup, works: Works): Promise<Candidate[]> {
  const title = l10n.t("Asking your providers for their models");
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_, cancel) => {
      const abort = new AbortController();
      cancel.onCancellationRequested(() => abort.abort());
      const found = await Promise.all(
        works.sources(setup).map(async (id) => {
          const models = await works.models(setup, id, abort.signal).catch((error: unknown) => {
            session.log.warn(`${id}: ${wordsOf(error)}`);
            const text = l10n.t("{0} did not name its models: {1}", id, wordsOf(error));
            if (!abort.signal.aborted) void window.showWarningMessage(text);
            return null;
          });
          return works.candidates(setup, id, models);
        }),
      );
      return found.flat();
    },
  );
}

/** What stands on the ladder or in a role is there to be chosen, offered or not. */
function withOwn(setup: Setup, works: Works, offered: readonly Candidate[]): Candidate[] {
  const { planner, reviewer } = setup.settings;
  const own = [...setup.ladder.map(({ tier }) => tier), ...[planner, reviewer].filter((one) => one !== null)];
  const all = [...offered, ...own.map((tier) => works.candidate(setup, tier))];
  const names = all.map(({ tier }) => tierName(tier));
  return all.filter((_, at) => names.indexOf(names[at] ?? "") === at);
}

async function noKeyYet(): Promise<void> {
  const setKey = l10n.t("Set API Key…");
  const text = l10n.t("No provider names any model. Set a key, or name an endpoint in slicewise.providers.");
  if ((await window.showWarningMessage(text, setKey)) === setKey)
    await commands.executeCommand("slicewise.setKey");
}
