/** Who reviews a patch: never the model that wrote it, a model of another family where there is one. Pure. */
import { familyOf, sameFamily } from "./family.ts";
import { type Tier, tierName } from "./order.ts";
import type { Config } from "./settings.ts";

/** `note` says what a reader of the verdict has to know of how the reviewer was found; "" when all is as wished. */
export type Reviewer = { tier: Tier; family: string; kin: boolean; note: string };

const sameModel = (a: Tier, b: Tier): boolean => a.provider === b.provider && a.model === b.model;

/**
 * The reviewer of the settings, else a rung of the ladder: of another family than the author's if there is one, and among
 * those the lowest that stands no lower than the author, so that it is as strong and no dearer than need be.
 */
export function chooseReviewer(
  { tiers, reviewer = null }: Pick<Config, "tiers" | "reviewer">,
  author: Tier | null,
): Reviewer | { none: string } {
  if (!author)
    return { none: "It is not known which model wrote this, so nobody can be said to be another." };
  const named = (tier: Tier, note: string): Reviewer => {
    const kin = sameFamily(tier, author);
    return { tier, family: familyOf(tier), kin, note };
  };
  if (reviewer && !sameModel(reviewer, author))
    return named(
      reviewer,
      sameFamily(reviewer, author) ? sameAs(author, "named in `slicewise.reviewer`") : "",
    );
  const wrote = reviewer ? `${tierName(reviewer)} of \`slicewise.reviewer\` wrote this itself. ` : "";
  const rungs = tiers.map((tier, at) => ({ tier, at })).filter(({ tier }) => !sameModel(tier, author));
  const strangers = rungs.filter(({ tier }) => !sameFamily(tier, author));
  const own = tiers.findLastIndex((tier) => sameModel(tier, author));
  const stranger = nearest(strangers, own);
  if (stranger) return named(stranger, wrote.trim());
  const other = nearest(rungs, own);
  if (other) return named(other, `${wrote}${sameAs(author, "no other on the ladder")}`);
  return {
    none: `${wrote}No model but its author, ${author.model}, is on the ladder. Name one in \`slicewise.reviewer\`.`,
  };
}

const sameAs = (author: Tier, why: string): string =>
  `Same family as the author (${familyOf(author)}): ${why}.`;

/** An author that is no rung is taken to be above them all. */
function nearest(rungs: readonly { tier: Tier; at: number }[], own: number): Tier | undefined {
  const above = own < 0 ? undefined : rungs.find(({ at }) => at >= own);
  return (above ?? rungs.at(-1))?.tier;
}
