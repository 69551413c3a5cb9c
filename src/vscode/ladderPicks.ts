/** The windows of Choose Models…: VS Code's own quick picks, with what is known of every tier beside it. */
import {
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  l10n,
  window,
} from "vscode";
import { type Tier, tierName } from "../core/order.ts";
import type { Prices } from "../engine/ports.ts";
import type { Draft } from "./ladderEdit.ts";
import type { Candidate } from "./works.ts";

/** `at` counts from the bottom of the ladder. */
type Act =
  { do: "save" | "add" | "made" | "planner" | "reviewer" } | { do: "up" | "down" | "remove"; at: number };
type Item = QuickPickItem & { act?: Act | { do: "rung"; at: number } };
type Shown = { active: number; changed: boolean; made: readonly Tier[] };

const button = (icon: string, tooltip: string): QuickInputButton => ({
  iconPath: new ThemeIcon(icon),
  tooltip,
});
const BUTTONS = {
  down: button("arrow-up", l10n.t("Move towards the cheap end")),
  up: button("arrow-down", l10n.t("Move towards the dear end")),
  remove: button("close", l10n.t("Take off the ladder")),
};
const line = (label: string): Item => ({ label, kind: QuickPickItemKind.Separator });

const dollars = (price: number | undefined): string => (price === undefined ? "?" : `$${String(price)}`);

/** Prices are for a million tokens. */
function priceOf({ prices }: Candidate): string {
  if (prices === null) return l10n.t("price unknown");
  const { input, output, cacheRead, cacheWrite } = prices;
  const read = l10n.t("{0} in · {1} out · {2} cached", dollars(input), dollars(output), dollars(cacheRead));
  return cacheWrite === undefined ? read : l10n.t("{0} · {1} to cache", read, dollars(cacheWrite));
}

/** Prices that hold at times only, and who says them all. */
function otherPrices({ prices, pricedBy }: Candidate): string[] {
  if (prices === null) return [];
  const { long, peak = [], later = [] } = prices;
  const both = (one: Prices): string => l10n.t("{0} in · {1} out", dollars(one.input), dollars(one.output));
  return [
    ...(long ? [l10n.t("over {0} tokens {1}", long.over.toLocaleString("en"), both(long))] : []),
    ...peak.map((one) => l10n.t("{0}–{1} UTC {2}", one.from, one.to, both(one))),
    ...later.map((one) => l10n.t("from {0} on {1}", one.day, both(one))),
    ...(pricedBy === null ? [] : [l10n.t("prices: {0}", pricedBy)]),
  ];
}

/** What a tier cannot do, or what is only guessed of it; "" when there is nothing to say. */
function noteOf(candidate: Candidate): string {
  const { tier, estimated, ends, offered, efforts, rate, tools } = candidate;
  const notes = [
    tools === false ? l10n.t("takes no tools: it can neither plan nor execute") : "",
    estimated ? l10n.t("usage is estimated") : "",
    efforts?.length === 0 ? l10n.t("no effort to choose") : "",
    tier.effort !== null && efforts?.includes(tier.effort) === false
      ? l10n.t("does not take this effort")
      : "",
    ends === null
      ? ""
      : ends === ""
        ? l10n.t("switched off by its vendor")
        : l10n.t("switched off on {0}", ends),
    offered === false ? l10n.t("not listed by {0}", tier.provider) : "",
    rate === null ? "" : l10n.t("held to get {0} % of bounded slices right", Math.round(100 * rate)),
    ...otherPrices(candidate),
  ];
  return notes.filter((note) => note !== "").join(" · ");
}

function itemOf(tier: Tier, candidates: readonly Candidate[]): QuickPickItem & { tier: Tier } {
  const known = candidates.find((one) => tierName(one.tier) === tierName(tier));
  const label = tierName(tier);
  return known
    ? { label, tier, description: priceOf(known), detail: noteOf(known) }
    : { label, tier, description: l10n.t("price unknown") };
}

/** One look at the ladder, until something is done to it. Null: the user turned away. */
export async function showLadder(
  draft: Draft,
  candidates: readonly Candidate[],
  shown: Shown,
): Promise<Act | null> {
  const picked = await once(draft, candidates, shown);
  return picked?.do === "rung"
    ? ((await actOn(draft, picked.at)) ?? showLadder(draft, candidates, shown))
    : picked;
}

function once(
  draft: Draft,
  candidates: readonly Candidate[],
  { active, changed, made }: Shown,
): Promise<NonNullable<Item["act"]> | null> {
  const pick = window.createQuickPick<Item>();
  const rungs = draft.tiers.map((tier, at) => rungItem(tier, at, draft, candidates));
  pick.title = l10n.t("Choose Models: the ladder your slices climb, cheapest first");
  pick.placeholder = l10n.t(
    "Prices are US dollars per million tokens. Choose a rung to move it or take it off",
  );
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  const names = (tiers: readonly Tier[]): string => tiers.map(tierName).join();
  pick.items = [
    ...(changed
      ? [{ label: `$(check) ${l10n.t("Save")}`, alwaysShow: true, act: { do: "save" as const } }]
      : []),
    { label: `$(add) ${l10n.t("Add or take off models…")}`, alwaysShow: true, act: { do: "add" } },
    ...(made.length > 0 && names(made) !== names(draft.tiers)
      ? [
          {
            label: `$(sparkle) ${l10n.t("Use the ladder made from your keys")}`,
            description: l10n.t("{0} rungs", made.length),
            act: { do: "made" as const },
          },
        ]
      : []),
    roleItem("planner", draft.planner, l10n.t("Planner"), l10n.t("the top of the ladder")),
    roleItem("reviewer", draft.reviewer, l10n.t("Reviewer"), l10n.t("of another family than the author")),
    line(l10n.t("Ladder")),
    ...rungs,
  ];
  pick.activeItems = rungs.slice(active, active + 1);
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ button: pressed, item }) => {
      const at = item.act && "at" in item.act ? item.act.at : -1;
      const what = (["up", "down", "remove"] as const).find((name) => BUTTONS[name] === pressed);
      if (what && at >= 0) close({ do: what, at });
    });
    pick.onDidAccept(() => close(pick.activeItems[0]?.act ?? null));
    pick.onDidHide(() => close(null));
    const close = (act: NonNullable<Item["act"]> | null): void => {
      resolve(act);
      pick.dispose();
    };
    pick.show();
  });
}

function rungItem(tier: Tier, at: number, { tiers }: Draft, candidates: readonly Candidate[]): Item {
  const { label, ...item } = itemOf(tier, candidates);
  const buttons = [
    ...(at > 0 ? [BUTTONS.down] : []),
    ...(at < tiers.length - 1 ? [BUTTONS.up] : []),
    BUTTONS.remove,
  ];
  return { ...item, label: `${at + 1}. ${label}`, buttons, act: { do: "rung", at } };
}

const roleItem = (
  role: "planner" | "reviewer",
  tier: Tier | null,
  label: string,
  standard: string,
): Item => ({
  label: `${label}: ${tier ? tierName(tier) : standard}`,
  act: { do: role },
});

/** The buttons of a rung, for the keyboard. */
async function actOn({ tiers }: Draft, at: number): Promise<Act | null> {
  const items: (QuickPickItem & { act: Act })[] = [];
  if (at > 0) items.push({ label: `$(arrow-up) ${BUTTONS.down.tooltip ?? ""}`, act: { do: "down", at } });
  if (at < tiers.length - 1)
    items.push({ label: `$(arrow-down) ${BUTTONS.up.tooltip ?? ""}`, act: { do: "up", at } });
  items.push({ label: `$(close) ${BUTTONS.remove.tooltip ?? ""}`, act: { do: "remove", at } });
  const tier = tiers[at];
  const picked = await window.showQuickPick(items, {
    title: tier ? tierName(tier) : "",
    ignoreFocusOut: true,
  });
  return picked?.act ?? null;
}

/** Every model at every effort it takes, those on the ladder picked. Undefined: as before. */
export async function pickMany(
  candidates: readonly Candidate[],
  tiers: readonly Tier[],
): Promise<Tier[] | undefined> {
  const on = new Set(tiers.map(tierName));
  const items = inGroups(candidates).flatMap(([provider, group]) => [
    line(provider),
    ...group.map(({ tier }) => ({ ...itemOf(tier, candidates), picked: on.has(tierName(tier)) })),
  ]);
  const picked = await window.showQuickPick<Item & { tier?: Tier }>(items, {
    title: l10n.t("Choose Models: what stands on the ladder"),
    placeHolder: l10n.t("Prices are US dollars per million tokens; every effort is a rung of its own"),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.flatMap(({ tier }) => (tier ? [tier] : []));
}

/** By provider; within, the cheapest first and what has no price last. */
function inGroups(candidates: readonly Candidate[]): [string, Candidate[]][] {
  const sorted = candidates.toSorted((a, b) => (a.attempt ?? Infinity) - (b.attempt ?? Infinity));
  const providers = [...new Set(sorted.map(({ tier }) => tier.provider))];
  return providers.map((provider) => [provider, sorted.filter(({ tier }) => tier.provider === provider)]);
}

/** Null is what stands when nobody is named; undefined: the user turned away. */
export async function pickFrom(
  role: "planner" | "reviewer",
  candidates: readonly Candidate[],
  draft: Draft,
): Promise<Tier | null | undefined> {
  const planner = role === "planner";
  const standard = planner ? l10n.t("The top of the ladder") : l10n.t("Of another family than the author");
  const on = new Set(draft.tiers.map(tierName));
  const rest = candidates.filter(({ tier }) => !on.has(tierName(tier))).map(({ tier }) => tier);
  type Choice = QuickPickItem & { tier?: Tier | null };
  const items: Choice[] = [
    { label: standard, tier: null },
    line(l10n.t("Ladder")),
    ...draft.tiers.toReversed().map((tier) => itemOf(tier, candidates)),
    line(l10n.t("Other models")),
    ...rest.map((tier) => itemOf(tier, candidates)),
  ];
  const title = planner
    ? l10n.t("Choose Models: which one plans?")
    : l10n.t("Choose Models: which one reviews?");
  return (await window.showQuickPick(items, { title, matchOnDescription: true, ignoreFocusOut: true }))?.tier;
}
