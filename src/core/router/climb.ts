/** The best way up the ladder from where a slice stands, by expected cost, with what is left to fail on every way. Pure. */
import { type Weights, UNTRIED, acceptedAt, after, average, resultsAt } from "./difficulty.ts";
import { type Belief, type Failure, RESULTS, type Rung, type Spend, type Verifier } from "./terms.ts";

/** Further models tried after the first one failed; beyond that a person or a replan is cheaper. */
const FURTHER_TIERS = 2;
/** Efforts of one model that are tried: as routed, and once raised. */
const EFFORTS_OF_A_MODEL = 2;
/** Foreseen acceptances that what difficulty says of a tier after a failure is worth against what was seen. */
const FORESEEN_WORTH = 10;
/** So much dearer than the rung below is taken to be what has no price. */
const STEP_UP = 3;
/** Standard deviation of what attempts with one tier and result take, over their mean. */
export const VARIATION = 0.6;
/** Attempts after which the length of the failed one no longer branches the way. */
const BRANCHED = 1;

export type Unit = "cost" | "seconds";

/** What is paid, in the unit, for a wrong slice that slips through and for replanning or asking when the tiers are used up. */
export type Stakes = { unit: Unit; wrong: number; beyond: number };

/**
 * What going on with `tier` comes to (null: stopping). `resolved` and `wrong` are the shares that land right and wrong, the
 * rest is beyond the ladder. `unknown` units have a tier on the way they are not known of. `branches` follow a failure.
 */
export type Outlook = {
  tier: number | null;
  branches: readonly Branch[];
  expected: number;
  cost: number;
  seconds: number;
  unknown: Record<Unit, boolean>;
  resolved: number;
  wrong: number;
};

/** What follows a failure of one length, `share` being the chance of it. */
export type Branch = { share: number; outlook: Outlook };

/** Going on with a tier: `right` is P(right) of this attempt, `attempt` what it and its check cost, `ends` what they take by result. */
export type Option = Outlook & { tier: number; right: number; attempt: number; ends: Ends };

/** Chance of acceptance, and what an accepted and a rejected attempt take with their check. */
type Ends = { accept: number; cost: Spend; seconds: Spend };

/** The ladder as it is believed to be; the same for every slice of a class. */
export type Field = {
  ladder: readonly Rung[];
  verifiers: readonly Verifier[];
  /** P(result | difficulty) of each tier; of any rejection; and P(accepted) of an untried slice. */
  chances: readonly number[][][];
  rejected: readonly number[][];
  untried: readonly number[];
  cost: readonly Spend[];
  seconds: readonly Spend[];
  unknown: Record<Unit, readonly boolean[]>;
  bias: Bias;
};

/** `hope`: by how many standard deviations tiers are judged better than they have shown; 0 for what is told to people. */
export function fieldOf(
  ladder: readonly Rung[],
  belief: Belief,
  verifiers: readonly Verifier[],
  hope: number,
): Field {
  const believed = ladder.map(({ tier }) => belief.tiers.find((one) => one.tier === tier));
  const cost = believed.map((one) => one?.cost ?? null);
  const seconds = believed.map((one) => one?.seconds ?? null);
  const chances = believed.map((one, at) => {
    const ability = one ? one.ability + hope * one.doubt : 0;
    return resultsAt(acceptedAt(ability, verifiers[at] ?? PERFECT), belief.lengths);
  });
  return {
    ladder,
    verifiers,
    chances,
    rejected: chances.map(([accepted = []]) => accepted.map((chance) => 1 - chance)),
    untried: chances.map(([accepted = []]) => average(UNTRIED, accepted)),
    cost: filled(cost),
    seconds: filled(seconds),
    unknown: { cost: cost.map((one) => one === null), seconds: seconds.map((one) => one === null) },
    bias: biases(belief, ladder),
  };
}

const PERFECT: Verifier = { falseAccept: 0, falseReject: 0, cost: 0, seconds: 0 };

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

function biasOf({ one, two }: Bias, failed: readonly number[], tier: number): number {
  const last = failed.at(-1);
  const before = failed.at(-2);
  if (last === undefined) return 1;
  return (before === undefined ? one[last]?.[tier] : two[before]?.[last]?.[tier]) ?? 1;
}

/** Where a slice stands: tiers it has tried, in order, and what that makes of its difficulty. */
export type Standing = { tried: readonly number[]; weights: Weights };

export function standing(field: Field, failed: readonly Failure[]): Standing {
  return failed.reduce<Standing>(
    ({ tried, weights }, { tier, result }) => {
      const at = field.ladder.findIndex((rung) => rung.tier === tier);
      if (at < 0) return { tried, weights };
      return {
        tried: [...tried, at],
        weights: after(weights, field.chances[at]?.[RESULTS.indexOf(result)] ?? []),
      };
    },
    { tried: [], weights: UNTRIED },
  );
}

/** Rungs that may come next: above the last, of one model at most two, of models at most three, and no model twice. */
export function nextRungs(ladder: readonly Rung[], tried: readonly number[]): number[] {
  const last = tried.at(-1) ?? -1;
  const models = tried.map((at) => ladder[at]?.model);
  const full = new Set(models).size > FURTHER_TIERS;
  const next: number[] = [];
  for (let at = last + 1; at < ladder.length; at += 1) {
    const model = ladder[at]?.model;
    const times = models.filter((one) => one === model).length;
    const again = times < EFFORTS_OF_A_MODEL && models.at(-1) === model;
    if (times === 0 ? !full : again) next.push(at);
  }
  return next;
}

/** Every tier that may come next, with the best that can follow on it. */
export function options(field: Field, from: Standing, stakes: Stakes, depth = 0): Option[] {
  return nextRungs(field.ladder, from.tried).map((tier) => optionOf(field, from, stakes, tier, depth));
}

export const beyondOf = (stakes: Stakes): Outlook => ({
  tier: null,
  branches: [],
  expected: stakes.beyond,
  cost: 0,
  seconds: 0,
  unknown: { cost: false, seconds: false },
  resolved: 0,
  wrong: 0,
});

/** The least expected cost from here; stopping is one of the choices. */
export function best(field: Field, from: Standing, stakes: Stakes, depth = 0): Outlook {
  let least = beyondOf(stakes);
  for (const tier of nextRungs(field.ladder, from.tried)) {
    const option = optionOf(field, from, stakes, tier, depth);
    if (option.expected < least.expected) least = option;
  }
  return least;
}

/** E(t) = c + v + w·wrong + (1 - a)·E(next), next being the best for what the failure will have shown. */
function optionOf(field: Field, from: Standing, stakes: Stakes, tier: number, depth: number): Option {
  const { tried, weights } = from;
  const verifier = field.verifiers[tier] ?? PERFECT;
  const chances = field.chances[tier] ?? [];
  const [sure, gain] = [verifier.falseAccept, 1 - verifier.falseAccept - verifier.falseReject];
  const difficulty = average(weights, chances[0] ?? []);
  // A failure before never makes a slice easier, whatever luck has shown.
  const most = Math.min(sure + gain, field.untried[tier] ?? 1);
  const accept = Math.min(most, Math.max(sure, difficulty * biasOf(field.bias, tried, tier)));
  const right = (accept - sure) / gain;
  const rejected = chances.slice(1);
  const lengths = depth < BRANCHED ? rejected : [field.rejected[tier] ?? []];
  const branches = lengths.map((likely): Branch => {
    const share = (average(weights, likely) * (1 - accept)) / (1 - difficulty);
    const there = { tried: [...tried, tier], weights: after(weights, likely) };
    return { share, outlook: best(field, there, stakes, depth + 1) };
  });
  const ends: Ends = {
    accept,
    cost: checked(field.cost[tier], verifier.cost),
    seconds: checked(field.seconds[tier], verifier.seconds),
  };
  return joined(field, stakes, { tier, right, verifier, ends }, branches);
}

const checked = (spend: Spend | undefined, check: number): Spend => ({
  accepted: (spend?.accepted ?? 0) + check,
  rejected: (spend?.rejected ?? 0) + check,
  n: spend?.n ?? 0,
});

type Here = { tier: number; right: number; verifier: Verifier; ends: Ends };

/** This attempt, and what follows its failure. */
function joined(field: Field, stakes: Stakes, here: Here, branches: readonly Branch[]): Option {
  const { tier, right, verifier, ends } = here;
  const sum = (of: (outlook: Outlook) => number): number =>
    branches.reduce((total, { share, outlook }) => total + share * of(outlook), 0);
  const mean = (unit: Unit): number =>
    ends.accept * ends[unit].accepted + (1 - ends.accept) * ends[unit].rejected;
  const unknown = (unit: Unit): boolean =>
    field.unknown[unit][tier] === true || branches.some(({ outlook }) => outlook.unknown[unit]);
  const wrong = (1 - right) * verifier.falseAccept;
  return {
    tier,
    branches,
    right,
    attempt: mean("cost"),
    ends,
    expected: mean(stakes.unit) + wrong * stakes.wrong + sum(({ expected }) => expected),
    cost: mean("cost") + sum(({ cost }) => cost),
    seconds: mean("seconds") + sum(({ seconds }) => seconds),
    unknown: { cost: unknown("cost"), seconds: unknown("seconds") },
    resolved: right * (1 - verifier.falseReject) + sum(({ resolved }) => resolved),
    wrong: wrong + sum(({ wrong }) => wrong),
  };
}

/** Ways a slice can end, with what they take on average, from a tier on; shares sum to 1. */
export type End = { share: number; cost: number; seconds: number };

export function endsOf(
  outlook: Outlook | Option,
  share = 1,
  before: Omit<End, "share"> = { cost: 0, seconds: 0 },
): End[] {
  if (!("ends" in outlook)) return [{ share, ...before }];
  const { accept, cost, seconds } = outlook.ends;
  const more = (result: "accepted" | "rejected"): Omit<End, "share"> => ({
    cost: before.cost + cost[result],
    seconds: before.seconds + seconds[result],
  });
  return [
    { share: share * accept, ...more("accepted") },
    ...outlook.branches.flatMap((branch) => endsOf(branch.outlook, share * branch.share, more("rejected"))),
  ];
}

/** The rungs climbed when every failure is as long as it mostly is. */
export function climbed(outlook: Outlook): number[] {
  if (outlook.tier === null) return [];
  const likeliest = outlook.branches.reduce<Branch | null>(
    (most, branch) => (most === null || branch.share > most.share ? branch : most),
    null,
  );
  return [outlook.tier, ...(likeliest ? climbed(likeliest.outlook) : [])];
}
