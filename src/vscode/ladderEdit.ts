/** What Choose Models… does to a ladder, without its windows. Pure. */
import { type Tier, tierName } from "../core/order.ts";

/** Null roles: the planner is the top of the ladder, the reviewer of another family than the author. */
export type Draft = { tiers: readonly Tier[]; planner: Tier | null; reviewer: Tier | null };
export type Edit =
  | { do: "up" | "down" | "remove"; at: number }
  | { do: "choose"; tiers: readonly Tier[] }
  | { do: "planner" | "reviewer"; tier: Tier | null };

/** Places count from the bottom, the cheapest. Up is towards the dearer. */
export function edited(draft: Draft, edit: Edit): Draft {
  switch (edit.do) {
    case "up":
      return { ...draft, tiers: swapped(draft.tiers, edit.at, edit.at + 1) };
    case "down":
      return { ...draft, tiers: swapped(draft.tiers, edit.at, edit.at - 1) };
    case "remove":
      return { ...draft, tiers: draft.tiers.toSpliced(edit.at, 1) };
    case "choose":
      return { ...draft, tiers: edit.tiers };
    case "planner":
    case "reviewer":
      return { ...draft, [edit.do]: edit.tier };
  }
}

function swapped(tiers: readonly Tier[], at: number, other: number): readonly Tier[] {
  const [one, two] = [tiers[at], tiers[other]];
  return one && two ? tiers.with(at, two).with(other, one) : tiers;
}

/**
 * The ladder after some were taken and others given up: those that stay keep their order, a new one stands below the first
 * that costs more; one of unknown cost stands on top.
 */
export function chosen(
  tiers: readonly Tier[],
  taken: readonly Tier[],
  costOf: (tier: Tier) => number | null,
): Tier[] {
  const names = new Set(taken.map(tierName));
  const ladder = tiers.filter((tier) => names.has(tierName(tier)));
  const added = taken.filter((tier) => !ladder.some((one) => tierName(one) === tierName(tier)));
  const byCost = added.toSorted((a, b) => (costOf(a) ?? Infinity) - (costOf(b) ?? Infinity));
  return byCost.reduce<Tier[]>((now, tier) => {
    const cost = costOf(tier);
    const above = cost === null ? -1 : now.findIndex((one) => (costOf(one) ?? Infinity) > cost);
    return above < 0 ? [...now, tier] : now.toSpliced(above, 0, tier);
  }, ladder);
}

export const sameDraft = (a: Draft, b: Draft): boolean =>
  JSON.stringify(namesOf(a)) === JSON.stringify(namesOf(b));
const namesOf = ({ tiers, planner, reviewer }: Draft): unknown => [
  tiers.map(tierName),
  planner && tierName(planner),
  reviewer && tierName(reviewer),
];
