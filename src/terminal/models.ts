/** `slicewise models`: the ladder, its roles and what is known of each model, with where every fact is from. */
import { type Connected, connect, keyNames } from "../connect.ts";
import { familyOf } from "../core/family.ts";
import { type Tier, tierName } from "../core/order.ts";
import { type Panel, chooseReviewer } from "../core/reviewer.ts";
import type { Settings } from "../core/settings.ts";
import { routingOf } from "../engine/predict.ts";
import { attemptCost } from "../ladder.ts";
import { ladderProblems } from "../ladderProblems.ts";
import { CATALOGUE_DATE, type ModelFacts, SOURCES } from "../providers/catalogue.ts";
import { type Quality, qualityOf } from "../providers/quality.ts";
import type { Args } from "./args.ts";
import { type Status, type Terminal, rootOf, settingsFor } from "./host.ts";
import { plain } from "./print.ts";

const LISTING_MS = 10_000;

type Rung = {
  tier: string;
  family: string;
  facts: ModelFacts;
  /** US dollars of an attempt at a bounded slice; null is unknown. */
  attempt: number | null;
  quality: Quality | null;
  /** Who would review a bounded slice (C2) it writes, or why nobody can. */
  reviewer: string;
};

/** Status 1 when something on the ladder cannot work. */
export async function models(args: Args, terminal: Terminal): Promise<Status> {
  const settings = await settingsFor(args, await rootOf(args));
  const known = connect(settings, new Map(), terminal.env);
  const unlisted = await ask(known, settings, terminal.signal);
  const tiers = settings.tiers.length > 0 ? settings.tiers : known.ladder;
  const { reviewer, policy } = settings;
  const roles = { tiers, planner: settings.planner ?? tiers.at(-1) ?? null, reviewer };
  const panel = { tiers, reviewer, reviewers: known.reviewers };
  const routing = routingOf(known.catalogue, policy, panel);
  const problems = ladderProblems(roles, known, new Date().toISOString().slice(0, 10));
  const shown = {
    from: settings.tiers.length > 0 ? ("settings" as const) : ("keys" as const),
    catalogue: { date: CATALOGUE_DATE, sources: SOURCES },
    ladder: tiers.map((tier) => rungOf(tier, { ...panel, routing }, known)),
    planner: roles.planner && {
      tier: tierName(roles.planner),
      from: settings.planner ? "settings" : "top of the ladder",
    },
    reviewer: settings.reviewer && { tier: tierName(settings.reviewer), from: "settings" },
    problems,
    unlisted,
  };
  terminal.out(args.json ? `${JSON.stringify({ type: "models", ...shown })}\n` : plain(textOf(shown)));
  return problems.some(({ grave }) => grave) ? 1 : 0;
}

type Shown = {
  from: "settings" | "keys";
  ladder: Rung[];
  planner: { tier: string; from: string } | null;
  reviewer: { tier: string; from: string } | null;
  problems: ReturnType<typeof ladderProblems>;
  unlisted: { provider: string; why: string }[];
};

/** Asks every provider that has a key, or an address of its own, what it offers; answers those that did not say. */
async function ask(known: Connected, settings: Settings, signal: AbortSignal): Promise<Shown["unlisted"]> {
  const ids = keyNames(settings)
    .map(({ id }) => id)
    .filter((id) => known.keyed.includes(id) || Object.hasOwn(settings.providers, id));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LISTING_MS)]);
  const answers = await Promise.all(
    ids.map((id) =>
      (known.providers.get(id)?.models(limit) ?? Promise.resolve([])).then(
        () => null,
        (error: unknown) => ({ provider: id, why: error instanceof Error ? error.message : String(error) }),
      ),
    ),
  );
  return answers.filter((one) => one !== null);
}

function rungOf(tier: Tier, panel: Panel, { catalogue }: Connected): Rung {
  const reviewer = chooseReviewer(panel, tier, "C2");
  return {
    tier: tierName(tier),
    family: familyOf(tier),
    facts: catalogue.facts(tier),
    attempt: attemptCost(catalogue, tier),
    quality: qualityOf(tier),
    reviewer:
      "none" in reviewer
        ? reviewer.none
        : `${tierName(reviewer.tier)}${reviewer.kin ? " (same family)" : ""}`,
  };
}

function textOf({ from, ladder, planner, reviewer, problems, unlisted }: Shown): string {
  const whence =
    from === "settings" ? "slicewise.tiers" : "your keys: name tiers in slicewise.tiers to choose others";
  const lines = [
    `ladder   cheapest first, from ${whence}`,
    ...ladder.flatMap((rung, at) => rungLines(rung, at + 1)),
    `planner  ${planner ? `${planner.tier} (${planner.from === "settings" ? "slicewise.planner" : planner.from})` : "none"}`,
    `reviewer ${reviewer ? `${reviewer.tier} (slicewise.reviewer)` : "of another family than the author where there is one, as strong as it where that is worth its price"}`,
    `facts    catalogue of ${CATALOGUE_DATE}: ${Object.values(SOURCES).join("; ")}`,
    "         prices are US dollars per million tokens; an attempt is one at a bounded slice (C2)",
    ...unlisted.map(
      ({ provider, why }) => `note     ${provider} did not list its models, the catalogue is used: ${why}`,
    ),
    ...problems.map(({ grave, message }) => `${grave ? "problem " : "note    "} ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

const money = (dollars: number | undefined): string => (dollars === undefined ? "?" : `$${String(dollars)}`);

function rungLines({ tier, facts, attempt, quality, reviewer }: Rung, n: number): string[] {
  const { prices, efforts, defaultEffort, context, tools } = facts;
  const price = prices
    ? `in ${money(prices.value.input)}, out ${money(prices.value.output)}, cache read ${money(prices.value.cacheRead)}, write ${money(prices.value.cacheWrite)} (${prices.from})`
    : "price unknown: set it in slicewise.prices";
  const tiers = [
    ...(prices?.value.long
      ? [
          `from ${prices.value.long.over} tokens in ${money(prices.value.long.input)}, out ${money(prices.value.long.output)}`,
        ]
      : []),
    ...(prices?.value.peak ?? []).map(
      (peak) => `${peak.from}–${peak.to} UTC in ${money(peak.input)}, out ${money(peak.output)}`,
    ),
    ...(prices?.value.later ?? []).map(
      (later) => `from ${later.day} on in ${money(later.input)}, out ${money(later.output)}`,
    ),
  ];
  const taken =
    efforts === null ? "unknown" : efforts.value.length === 0 ? "none to choose" : efforts.value.join(" ");
  const standard = defaultEffort === null ? "" : `, ${defaultEffort.value} by default`;
  const each =
    attempt === null ? "cost of an attempt unknown" : `about $${attempt.toPrecision(2)} an attempt`;
  const right =
    quality === null
      ? "nobody has judged it"
      : `right in ${Math.round(100 * quality.rate)} % (${quality.from})`;
  const indent = " ".repeat(12);
  return [
    `${String(n).padStart(8)}. ${tier}`,
    `${indent}${price}`,
    ...tiers.map((line) => `${indent}${line}`),
    `${indent}efforts ${taken}${standard}${efforts === null ? "" : ` (${efforts.from})`}; context ${context === null ? "unknown" : `${context.value} tokens (${context.from})`}${tools?.value === false ? `; takes no tools (${tools.from})` : ""}`,
    `${indent}${each}; ${right}`,
    `${indent}reviewed by ${reviewer}`,
  ];
}
