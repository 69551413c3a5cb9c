/**
 * Who reviews a patch: never the model that wrote it, a model of another family where there is one, as strong as the author
 * where that is worth its price. Pure.
 */
import { familyOf, sameFamily } from "./family.ts";
import { CLASSES, type SliceClass, type Tier, tierName } from "./order.ts";
import type { Config, Policy, ReviewerFacts } from "./settings.ts";

/** `note` says what a reader of the verdict has to know of how the reviewer was found; "" when all is as wished. */
export type Reviewer = { tier: Tier; family: string; kin: boolean; note: string };
/** Of an order's config, what its reviewers are chosen by. */
export type Panel = Pick<Config, "tiers" | "reviewer" | "routing" | "reviewers">;

/** What a review may cost, as a share of what an attempt of its author is expected to cost. */
const SHARE: Record<Policy, number> = { economy: 0.15, balanced: 0.25, quality: 0.6, speed: 0.25 };
/** The share of bounded slices a reviewer has to get right itself to be asked about each class: below, it would be noise. Assumed. */
const FLOOR: Record<SliceClass, number> = { C1: 0.6, C2: 0.7, C3: 0.8, C4: 0.88 };
/** Rates are not known more exactly: one so little below the author's is as strong. */
const NEAR = 0.02;

const sameModel = (a: Tier, b: Tier): boolean => a.provider === b.provider && a.model === b.model;

/**
 * The reviewer of the settings, else of another family than the author's if there is one: of those, by price and strength where
 * both are known, else the lowest rung of the ladder that stands no lower than the author.
 */
export function chooseReviewer(
  panel: Panel,
  author: Tier | null,
  of: SliceClass,
): Reviewer | { none: string } {
  if (!author)
    return { none: "It is not known which model wrote this, so nobody can be said to be another." };
  const { tiers, reviewer = null, reviewers = [] } = panel;
  const named = (tier: Tier, ...notes: string[]): Reviewer => {
    const note = notes.filter((one) => one !== "").join(" ");
    return { tier, family: familyOf(tier), kin: sameFamily(tier, author), note };
  };
  if (reviewer && !sameModel(reviewer, author))
    return named(
      reviewer,
      sameFamily(reviewer, author) ? sameAs(author, "named in `slicewise.reviewer`") : "",
    );
  const wrote = reviewer ? `${tierName(reviewer)} of \`slicewise.reviewer\` wrote this itself.` : "";
  const others = (tier: Tier): boolean => !sameModel(tier, author);
  const strangers = (tier: Tier): boolean => !sameFamily(tier, author);
  for (const [who, note] of [
    [strangers, ""],
    [others, sameAs(author, "no other on the ladder")],
  ] as const) {
    const known = reviewers.filter(({ tier }) => who(tier) && others(tier));
    const worth = worthIts(known, author, of, panel);
    if (worth) return named(worth.tier, wrote, note, worth.note);
    const rung = nearest(tiers, (tier) => who(tier) && others(tier), author);
    if (rung) return named(rung, wrote, note);
  }
  const alone = `No model but its author, ${author.model}, is on the ladder. Name one in \`slicewise.reviewer\`.`;
  return { none: `${wrote} ${alone}`.trim() };
}

const sameAs = (author: Tier, why: string): string =>
  `Same family as the author (${familyOf(author)}): ${why}.`;

/** An author that is no rung is taken to be above them all. */
function nearest(tiers: readonly Tier[], may: (tier: Tier) => boolean, author: Tier): Tier | undefined {
  const own = tiers.findLastIndex((tier) => sameModel(tier, author));
  const above = own < 0 ? undefined : tiers.find((tier, at) => at >= own && may(tier));
  return above ?? tiers.findLast(may);
}

type Priced = { tier: Tier; rate: number; cost: number };

/**
 * The cheapest that is as strong as the author and costs no more than its share; else the strongest that costs no more; else,
 * where the author is cheaper than any review, the cheapest that is strong enough for the class. Null when too little is known.
 */
function worthIts(
  known: readonly ReviewerFacts[],
  author: Tier,
  of: SliceClass,
  { routing }: Panel,
): { tier: Tier; note: string } | null {
  const at = CLASSES.indexOf(of);
  const own = routing?.facts[tierName(author)];
  const spent = own?.cost[at] ?? null;
  if (!routing || !own || spent === null) return null;
  const all = known.map(({ tier, rate, cost }): Priced => ({ tier, rate, cost: cost[at] ?? Infinity }));
  const fit = all.filter(({ rate }) => rate >= FLOOR[of]);
  const affordable = fit.filter(({ cost }) => cost <= SHARE[routing.policy] * spent);
  const isStrong = ({ rate }: Priced): boolean => rate >= (own.rate ?? 0) - NEAR;
  const found =
    cheapest(affordable.filter(isStrong)) ?? strongest(affordable) ?? cheapest(fit) ?? strongest(all);
  if (!found) return null;
  return { tier: found.tier, note: isStrong(found) ? "" : weaker(found.tier, all.some(isStrong)) };
}

const weaker = ({ model }: Tier, isThereStronger: boolean): string =>
  isThereStronger
    ? `${model} is held to be weaker than the author; one as strong would cost too much beside this attempt.`
    : `${model} is held to be weaker than the author; there is no other as strong.`;

const cheapest = (all: readonly Priced[]): Priced | undefined =>
  all.toSorted((a, b) => a.cost - b.cost || b.rate - a.rate)[0];
const strongest = (all: readonly Priced[]): Priced | undefined =>
  all.toSorted((a, b) => b.rate - a.rate || a.cost - b.cost)[0];
