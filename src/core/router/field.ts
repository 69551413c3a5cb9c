/** The ladder as it is believed to be: chances of every tier at every difficulty, and what attempts take. Pure. */
import { UNTRIED, acceptedAt, average, resultsAt } from "./difficulty.ts";
import type { Belief, Rung, Spend, Verifier } from "./terms.ts";

/** Foreseen acceptances that what difficulty says of a tier after a failure is worth against what was seen. */
const FORESEEN_WORTH = 10;
/** So much dearer than the rung below is taken to be what has no price. */
const STEP_UP = 3;

export type Unit = "cost" | "seconds";

/** What an attempt takes with its check, and what of that is not known. */
export type Checked = Record<Unit, Spend> & { unknown: Readonly<Record<Unit, boolean>> };

/** The ladder as it is believed to be; the same for every slice of a class. */
export type Field = {
  ladder: readonly Rung[];
  /** Models that failed when the plan is doubted; null: it is not. */
  doubted: number | null;
  verifiers: readonly Verifier[];
  /** P(result | difficulty) of each tier; those of its rejections by length, and as one; and P(accepted) of an untried slice. */
  chances: readonly number[][][];
  lengths: readonly number[][][];
  rejected: readonly number[][][];
  untried: readonly number[];
  cost: readonly Spend[];
  seconds: readonly Spend[];
  checked: readonly Checked[];
  unknown: Record<Unit, readonly boolean[]>;
  bias: Bias;
  /** Rungs that may follow a way up, as they are found. */
  next: Map<number, readonly number[]>;
};

/** `hope`: by how many standard deviations tiers are judged better than they have shown; 0 for what is told to people. */
export function fieldOf(
  ladder: readonly Rung[],
  belief: Belief,
  verifiers: readonly Verifier[],
  hope: number,
  doubted: number | null,
): Field {
  const believed = ladder.map(({ tier }) => belief.tiers.find((one) => one.tier === tier));
  const cost = believed.map((one) => one?.cost ?? null);
  const seconds = believed.map((one) => one?.seconds ?? null);
  const chances = believed.map((one, at) => {
    const ability = one ? one.ability + hope * one.doubt : 0;
    return resultsAt(acceptedAt(ability, verifiers[at] ?? PERFECT), belief.lengths);
  });
  const costs = filled(cost);
  const times = filled(seconds);
  return {
    ladder,
    doubted,
    verifiers,
    chances,
    lengths: chances.map(([_, ...lengths]) => lengths),
    rejected: chances.map(([accepted = []]) => [accepted.map((chance) => 1 - chance)]),
    untried: chances.map(([accepted = []]) => average(UNTRIED, accepted)),
    cost: costs,
    seconds: times,
    checked: ladder.map((_, at) => ({
      cost: withCheck(costs[at], verifiers[at]?.cost ?? 0),
      seconds: withCheck(times[at], verifiers[at]?.seconds ?? 0),
      unknown: { cost: cost[at] === null, seconds: seconds[at] === null },
    })),
    unknown: { cost: cost.map((one) => one === null), seconds: seconds.map((one) => one === null) },
    bias: biases(belief, ladder),
    next: new Map(),
  };
}

const withCheck = (spend: Spend | undefined, check: number): Spend => ({
  accepted: (spend?.accepted ?? 0) + check,
  rejected: (spend?.rejected ?? 0) + check,
  n: spend?.n ?? 0,
});

export const PERFECT: Verifier = { falseAccept: 0, falseReject: 0, cost: 0, seconds: 0 };

/** What is unknown is placed by its rung: between its neighbours, else so much dearer or cheaper. Only ever used to compare. */
function filled(known: readonly (Spend | null)[]): Spend[] {
  const places = known.flatMap((spend, at) => (spend ? [at] : []));
  const from = (at: number, factor: number): Spend => {
    const { accepted, rejected } = known[at] ?? { accepted: 1, rejected: 1 };
    return { accepted: accepted * factor, rejected: rejected * factor, n: 0 };
  };
  return known.map((spend, at) => {
    if (spend) return spend;
    const below = places.findLast((place) => place < at);
    const above = places.find((place) => place > at);
    if (below === undefined) return from(above ?? 0, STEP_UP ** (at - (above ?? 0)));
    if (above === undefined) return from(below, STEP_UP ** (at - below));
    const ratio = (known[above]?.accepted ?? 1) / Math.max(1e-9, known[below]?.accepted ?? 1);
    return from(below, Math.max(1, ratio) ** ((at - below) / (above - below)));
  });
}

/** How much better or worse a tier does after one failure, and after two: 1 when as difficulty alone says. By places. */
type Bias = { one: readonly number[][]; two: readonly number[][][] };

function biases(belief: Belief, ladder: readonly Rung[]): Bias {
  const places = new Map(ladder.map(({ tier }, at) => [tier, at]));
  const one = ladder.map(() => ladder.map(() => 1));
  const drawn = (seen: number, foreseen: number, towards: number): number =>
    (seen + FORESEEN_WORTH * towards) / (foreseen + FORESEEN_WORTH);
  const known = belief.after.flatMap(({ failed, tier, seen, foreseen }) => {
    const [to, first, second] = [tier, ...failed].map((name) => places.get(name));
    const gone = to === undefined || first === undefined || (failed.length > 1 && second === undefined);
    return gone ? [] : [{ to, first, second, seen, foreseen }];
  });
  for (const { to, first, second, seen, foreseen } of known) {
    const row = one[first];
    if (row && second === undefined) row[to] = drawn(seen, foreseen, 1);
  }
  // Where nothing was seen after both, what was seen after each.
  const two = one.map((a) => one.map((b) => a.map((after, to) => (after + (b[to] ?? 1)) / 2)));
  for (const { to, first, second, seen, foreseen } of known) {
    if (second === undefined) continue;
    for (const row of [two[first]?.[second], two[second]?.[first]])
      if (row) row[to] = drawn(seen, foreseen, row[to] ?? 1);
  }
  return { one, two };
}

export function biasOf({ one, two }: Bias, failed: readonly number[], tier: number): number {
  const last = failed.at(-1);
  const before = failed.at(-2);
  if (last === undefined) return 1;
  return (before === undefined ? one[last]?.[tier] : two[before]?.[last]?.[tier]) ?? 1;
}
