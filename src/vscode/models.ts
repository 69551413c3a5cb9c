/** Choose Models…: from what the providers offer to a ladder in the settings, cheapest first. */
import {
  ConfigurationTarget,
  ProgressLocation,
  type QuickPickItem,
  commands,
  l10n,
  window,
  workspace,
} from "vscode";
import type { Tier } from "../core/order.ts";
import { type Session, wordsOf } from "./session.ts";
import type { Candidate, Setup, Works } from "./works.ts";

type Item = QuickPickItem & { candidate: Candidate };

const nameOf = ({ provider, model, effort }: Tier): string =>
  `${provider}/${model}${effort === null ? "" : `@${effort}`}`;
const cheapestFirst = (a: Candidate, b: Candidate): number =>
  (a.price ?? Number.POSITIVE_INFINITY) - (b.price ?? Number.POSITIVE_INFINITY);

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
  const candidates = await withCurrent(setup, works, await ask(session, setup, works));
  if (candidates.length === 0) return noKeyYet();
  const chosen = await pickLadder(setup, candidates);
  if (!chosen) return;
  const ladder = chosen.toSorted(cheapestFirst).map(({ tier }) => tier);
  const planner = await pickPlanner(ladder);
  if (planner === undefined) return;
  const config = workspace.getConfiguration("slicewise", session.folder()?.uri);
  await config.update("tiers", ladder, ConfigurationTarget.Global);
  await config.update("planner", planner, ConfigurationTarget.Global);
}

/** What each provider with a key, or that needs none, offers now. One that does not answer is said and left out. */
async function ask(session: Session, setup: Setup, works: Works): Promise<Candidate[]> {
  const asked = setup.keyNames.filter(({ id, keyEnv }) => {
    const hasKey = setup.keys.has(id) || (keyEnv !== null && process.env[keyEnv] !== undefined);
    return hasKey || id in setup.settings.providers;
  });
  const title = l10n.t("Asking your providers for their models");
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_, cancel) => {
      const abort = new AbortController();
      cancel.onCancellationRequested(() => abort.abort());
      const found = await Promise.all(
        asked.map(({ id }) =>
          works.models(setup, id, abort.signal).then(
            (models) => works.candidates(setup, id, models),
            (error: unknown) => {
              session.log.warn(`${id}: ${wordsOf(error)}`);
              if (!abort.signal.aborted)
                void window.showWarningMessage(
                  l10n.t("{0} did not name its models: {1}", id, wordsOf(error)),
                );
              return [];
            },
          ),
        ),
      );
      return found.flat();
    },
  );
}

/** The ladder as it is, first; then the rest. */
async function withCurrent(setup: Setup, works: Works, offered: Candidate[]): Promise<Candidate[]> {
  const current = setup.ladder.map(({ tier }): Candidate => {
    const same = offered.find((one) => nameOf(one.tier) === nameOf(tier));
    return same ?? { tier, price: works.candidates(setup, tier.provider, [])[0]?.price ?? null };
  });
  const names = new Set(current.map(({ tier }) => nameOf(tier)));
  return [...current, ...offered.filter(({ tier }) => !names.has(nameOf(tier))).toSorted(cheapestFirst)];
}

async function noKeyYet(): Promise<void> {
  const setKey = l10n.t("Set API Key…");
  const text = l10n.t("No provider names any model. Set a key, or name an endpoint in slicewise.providers.");
  if ((await window.showWarningMessage(text, setKey)) === setKey)
    await commands.executeCommand("slicewise.setKey");
}

async function pickLadder(setup: Setup, candidates: Candidate[]): Promise<Candidate[] | null> {
  const current = new Set(setup.ladder.map(({ name }) => name));
  const items = candidates.map((candidate): Item => {
    const name = nameOf(candidate.tier);
    const price = candidate.price === null ? l10n.t("price unknown") : `$${candidate.price.toFixed(2)}`;
    return { label: name, description: price, picked: current.has(name), candidate };
  });
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Choose Models: the ladder your slices climb, cheapest first"),
    placeHolder: l10n.t("Prices are for a million tokens in and a million out"),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked && picked.length > 0 ? picked.map(({ candidate }) => candidate) : null;
}

/** Null is the top of the ladder; undefined when the user turned away. */
async function pickPlanner(ladder: readonly Tier[]): Promise<Tier | null | undefined> {
  const top = { label: l10n.t("The top tier of the ladder"), tier: null };
  const items = [top, ...ladder.toReversed().map((tier) => ({ label: nameOf(tier), tier }))];
  return (
    await window.showQuickPick(items, {
      title: l10n.t("Choose Models: which one plans?"),
      ignoreFocusOut: true,
    })
  )?.tier;
}
