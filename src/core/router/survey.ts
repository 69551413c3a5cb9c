/**
 * A ladder out of many tiers that were all tried on the same slices: the few that climbed in order keep what a policy promises
 * for the least money. What was seen of two or three tiers together is drawn towards what their difficulty alone would have,
 * because the best of thousands of ladders would otherwise be the luckiest one. Pure.
 */
import { type Weights, UNTRIED, abilityOf, acceptedAt, after, average } from "./difficulty.ts";
import { type Landed, WEIGHTS, priced } from "./policy.ts";
import { MODELS, type Rung, type Verifier } from "./terms.ts";

/** What became of a tier on every slice, in the same order for all tiers; null where it was not tried. */
export type Surveyed = { rung: Rung; tries: readonly (Try | null)[] };
export type Try = { right: boolean; cost: number | null };

/** Slices that what difficulty says of tiers together is worth against what was seen of them. */
const FORESEEN_WORTH = 100;
/** Slices that a tier of which nothing was seen is worth, and what it gets right. */
const UNSEEN = { worth: 4, rate: 0.55 };
/** A failed attempt costs this many times a right one, for as many attempts. */
const DEARER = { times: 1.6, worth: 4 };

/** A tier as it is reckoned with: what it gets right by difficulty, and what its attempts cost. */
type Reckoned = {
  rung: Rung;
  rate: number;
  right: number[];
  cost: { right: number; wrong: number };
  tries: Surveyed["tries"];
};

export type Chain = Landed & { tiers: number[] };

/**
 * The rungs of the best chain, cheapest first, with the best single tier on top; `verifierAt` tells how the rung at a place of
 * the ladder is verified. Tiers without a price cannot be compared and are left out.
 */
export function chooseLadder(surveyed: readonly Surveyed[], verifierAt: (place: number) => Verifier): Rung[] {
  const tiers = surveyed.flatMap((one) => reckoned(one) ?? []).toSorted((a, b) => meanOf(a) - meanOf(b));
  const alone = tiers.reduce<Reckoned | null>(
    (most, one) => (most === null || one.rate > most.rate ? one : most),
    null,
  );
  if (alone === null) return [];
  const chains = chainsOf(tiers, verifierAt);
  const once = meanOf(alone);
  const { beyond } = WEIGHTS.balanced;
  const of = {
    right: alone.rate,
    falseAccept: verifierAt(tiers.length).falseAccept,
    surest: verifierAt(0).falseAccept,
  };
  const chain = priced("balanced", of, (wrong) => {
    const loss = (one: Chain): number =>
      one.cost + once * (wrong * one.wrong + beyond * (1 - one.resolved - one.wrong));
    return chains.reduce((least, one) => (loss(one) < loss(least) ? one : least));
  }).way;
  return tiers
    .filter((one, at) => one === alone || chain.tiers.includes(at))
    .map(({ rung, rate }) => ({ ...rung, rate }));
}

const meanOf = ({ rate, cost }: Reckoned): number => rate * cost.right + (1 - rate) * cost.wrong;

function reckoned({ rung, tries }: Surveyed): Reckoned | null {
  const known = tries.filter((one) => one !== null);
  const right = known.filter((one) => one.right);
  const costs = (of: readonly Try[]): number[] =>
    of.flatMap(({ cost }) => (cost !== null && cost >= 0 ? [cost] : []));
  const [all, good, bad] = [costs(known), costs(right), costs(known.filter((one) => !one.right))];
  if (all.length === 0) return null;
  const rate = (right.length + UNSEEN.worth * UNSEEN.rate) / (known.length + UNSEEN.worth);
  const usual = sum(all) / (good.length + DEARER.times * bad.length);
  const drawn = (of: readonly number[], towards: number): number =>
    (sum(of) + DEARER.worth * towards) / (of.length + DEARER.worth);
  return {
    rung,
    rate,
    right: acceptedAt(abilityOf(rate), { falseAccept: 0, falseReject: 0 }),
    cost: { right: drawn(good, usual), wrong: drawn(bad, DEARER.times * usual) },
    tries,
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What is left after the rungs so far: of all slices, by difficulty, and of every slice that was seen. */
type Left = { tiers: number[]; landed: Landed; reach: number; weights: Weights; seen: readonly number[] };

/** Efforts of one model that are tried: as routed, and once raised. */
const EFFORTS_OF_A_MODEL = 2;

/** What a ladder may name above these: any tier, but of one model and of models no more than are climbed. */
function above(ladder: readonly Rung[], chain: readonly number[]): number[] {
  const last = chain.at(-1) ?? -1;
  const models = chain.map((at) => ladder[at]?.model);
  const again = models.filter((model) => model === models.at(-1)).length;
  const isLast = new Set(models).size >= MODELS;
  return [...ladder.keys()].filter((at) => {
    if (at <= last) return false;
    const model = ladder[at]?.model;
    if (models.includes(model)) return model === models.at(-1) && again < EFFORTS_OF_A_MODEL;
    return !isLast;
  });
}

/** Every way up these tiers that a slice may go. */
function chainsOf(tiers: readonly Reckoned[], verifierAt: (place: number) => Verifier): Chain[] {
  const ladder = tiers.map(({ rung }) => rung);
  const found: Chain[] = [];
  const climb = (left: Left): void => {
    for (const at of above(ladder, left.tiers)) {
      const tier = tiers[at];
      if (!tier) continue;
      const further = tried(left, tier, at, verifierAt(left.tiers.length));
      found.push({ tiers: further.tiers, ...further.landed });
      climb(further);
    }
  };
  const slices = Math.max(0, ...tiers.map(({ tries }) => tries.length));
  climb({
    tiers: [],
    landed: { resolved: 0, wrong: 0, cost: 0 },
    reach: 1,
    weights: UNTRIED,
    seen: new Array<number>(slices).fill(1),
  });
  return found;
}

/** One more rung of a chain, on all that is left. */
function tried(left: Left, tier: Reckoned, at: number, verifier: Verifier): Left {
  const { landed, reach, weights, seen } = left;
  const { falseAccept, falseReject } = verifier;
  let [there, good] = [0, 0];
  tier.tries.forEach((one, slice) => {
    if (one === null) return;
    there += seen[slice] ?? 0;
    if (one.right) good += seen[slice] ?? 0;
  });
  const right = (good + FORESEEN_WORTH * average(weights, tier.right)) / (there + FORESEEN_WORTH);
  const rejected = (share: number): number => share * falseReject + (1 - share) * (1 - falseAccept);
  return {
    tiers: [...left.tiers, at],
    landed: {
      resolved: landed.resolved + reach * right * (1 - falseReject),
      wrong: landed.wrong + reach * (1 - right) * falseAccept,
      cost: landed.cost + reach * (right * tier.cost.right + (1 - right) * tier.cost.wrong + verifier.cost),
    },
    reach: reach * rejected(right),
    weights: after(weights, tier.right.map(rejected)),
    seen: seen.map((share, slice) => {
      const one = tier.tries[slice];
      return one ? share * rejected(one.right ? 1 : 0) : share;
    }),
  };
}
