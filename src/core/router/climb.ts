/** The best way up the ladder from where a slice stands, by expected cost, with what is left to fail on every way. Pure. */
import { type Weights, UNTRIED, after, average } from "./difficulty.ts";
import { type Checked, type Field, type Unit, PERFECT, biasOf } from "./field.ts";
import { type Failure, MODELS, RESULTS, type Rung, type Spend, type Verifier } from "./terms.ts";

/** Standard deviation of what attempts with one tier and result take, over their mean. */
export const VARIATION = 0.6;
/** Attempts after which the length of the failed one no longer branches the way. */
const BRANCHED = 1;

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

/** Where a slice stands: tiers it has tried, in order, and what that makes of its difficulty. */
export type Standing = { tried: readonly number[]; weights: Weights };

/** Of a slice that was not tried yet. */
export const UNTOUCHED: Standing = { tried: [], weights: UNTRIED };

export function standing(field: Field, failed: readonly Failure[]): Standing {
  return failed.reduce<Standing>(({ tried, weights }, { tier, result }) => {
    const at = field.ladder.findIndex((rung) => rung.tier === tier);
    if (at < 0) return { tried, weights };
    return {
      tried: [...tried, at],
      weights: after(weights, field.chances[at]?.[RESULTS.indexOf(result)] ?? []),
    };
  }, UNTOUCHED);
}

/** Rungs of the same model that take more effort, weakest first; those the ladder names, else the first of the others. */
function raisedFrom(ladder: readonly Rung[], last: number): number[] {
  const { model, effort } = ladder[last] ?? {};
  const more: number[] = [];
  if (effort === undefined) return more;
  ladder.forEach((rung, at) => {
    if (rung.model === model && (rung.effort ?? effort) > effort) more.push(at);
  });
  const named = more.filter((at) => ladder[at]?.unnamed !== true);
  if (named.length > 0) return named;
  return more.toSorted((a, b) => (ladder[a]?.effort ?? 0) - (ladder[b]?.effort ?? 0)).slice(0, 1);
}

/**
 * Rungs that may come next, as the rule of route.ts has it: the same model once with more effort, then a model above that was
 * not tried, up to three. None once the plan is doubted, `doubted` models having failed.
 */
export function nextRungs(
  ladder: readonly Rung[],
  doubted: number | null,
  tried: readonly number[],
): number[] {
  const last = tried.at(-1);
  const model = last === undefined ? undefined : ladder[last]?.model;
  const seen: string[] = [];
  let again = 0;
  for (const at of tried) {
    const one = ladder[at]?.model ?? "";
    if (!seen.includes(one)) seen.push(one);
    if (one === model) again += 1;
  }
  if (seen.length >= (doubted ?? Infinity)) return [];
  const efforts = last !== undefined && again === 1 ? raisedFrom(ladder, last) : [];
  if (efforts.length > 0) return efforts;
  return seen.length >= MODELS ? [] : rungsAbove(ladder, model, seen);
}

/** What can be begun with above the last rung of a model, of other models than these. */
function rungsAbove(ladder: readonly Rung[], model: string | undefined, seen: readonly string[]): number[] {
  const above: number[] = [];
  for (let at = ladder.length - 1; at >= 0; at -= 1) {
    const rung = ladder[at];
    if (rung === undefined || rung.model === model) break;
    if (rung.unnamed !== true && !seen.includes(rung.model)) above.push(at);
  }
  return above.toReversed();
}

/**
 * An attempt that may be made, whatever is at stake: P(right), what it and its check take by result and on average, and what
 * may be made after a failure of each length.
 */
export type Step = {
  tier: number;
  right: number;
  accept: number;
  verifier: Verifier;
  takes: Checked;
  failures: readonly Failed[];
};

/** A failure of one length, `share` being the chance of it. */
type Failed = { share: number; steps: readonly Step[] };

/** Every tier that may come next, each with all that may follow on it. */
export const steps = (
  field: Field,
  from: Standing,
  depth = 0,
  next: readonly number[] = nextRungs(field.ladder, field.doubted, from.tried),
): Step[] => next.map((tier) => stepTo(field, from, tier, depth));

function stepTo(field: Field, { tried, weights }: Standing, tier: number, depth: number): Step {
  const verifier = field.verifiers[tier] ?? PERFECT;
  const sure = verifier.falseAccept;
  const gain = 1 - sure - verifier.falseReject;
  const difficulty = average(weights, field.chances[tier]?.[0] ?? []);
  // A failure before never makes a slice easier, whatever luck has shown.
  const most = Math.min(sure + gain, field.untried[tier] ?? 1);
  const accept = Math.min(most, Math.max(sure, difficulty * biasOf(field.bias, tried, tier)));
  const next = rungsAfter(field, tried, tier);
  // Most attempts are the last of their way: what their failure shows is not worked out.
  const path = next.length === 0 ? null : tried.concat(tier);
  const likelies = (depth < BRANCHED ? field.lengths : field.rejected)[tier] ?? [];
  const failures = likelies.map((likely): Failed => ({
    share: (average(weights, likely) * (1 - accept)) / (1 - difficulty),
    steps:
      path === null
        ? NO_STEPS
        : steps(field, { tried: path, weights: after(weights, likely) }, depth + 1, next),
  }));
  const takes = field.checked[tier] ?? NOTHING;
  return { tier, right: (accept - sure) / gain, accept, verifier, takes, failures };
}

const NO_STEPS: readonly Step[] = [];
const NO_SPEND: Spend = { accepted: 0, rejected: 0, n: 0 };
const NOTHING: Checked = {
  cost: NO_SPEND,
  seconds: NO_SPEND,
  unknown: { cost: true, seconds: true },
};
const meanOf = ({ accepted, rejected }: Spend, accept: number): number =>
  accept * accepted + (1 - accept) * rejected;

/** They are asked for each length of each failure, and are few. */
function rungsAfter(
  { ladder, doubted, next }: Field,
  tried: readonly number[],
  tier: number,
): readonly number[] {
  let key = 0;
  for (const one of tried) key = (key + one + 1) * (ladder.length + 1);
  const known = next.get(key + tier) ?? nextRungs(ladder, doubted, [...tried, tier]);
  next.set(key + tier, known);
  return known;
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

/** What follows at the least expected cost; stopping is one of the choices. */
export function best(next: readonly Step[], stakes: Stakes): Outlook {
  const step = cheapest(next, stakes);
  return step === null ? beyondOf(stakes) : weighed(step, stakes);
}

function cheapest(next: readonly Step[], stakes: Stakes): Step | null {
  let [chosen, least]: [Step | null, number] = [null, stakes.beyond];
  for (const step of next) {
    const expected = expectedOf(step, stakes);
    if (expected < least) [chosen, least] = [step, expected];
  }
  return chosen;
}

/** E(t) = c + v + w·wrong + (1 - a)·E(next), next being the best for what the failure will have shown. */
export function expectedOf({ right, accept, verifier, takes, failures }: Step, stakes: Stakes): number {
  let expected = meanOf(takes[stakes.unit], accept) + (1 - right) * verifier.falseAccept * stakes.wrong;
  for (const { share, steps: next } of failures) {
    let least = stakes.beyond;
    for (const step of next) least = Math.min(least, expectedOf(step, stakes));
    expected += share * least;
  }
  return expected;
}

/** All that going on with this attempt comes to, with the best that may follow. */
export function weighed(step: Step, stakes: Stakes): Option {
  const { tier, right, accept, verifier, takes, failures } = step;
  const { cost, seconds, unknown } = takes;
  const attempt = meanOf(cost, accept);
  const option: Option = {
    tier,
    branches: failures.map(({ share, steps: next }) => ({ share, outlook: best(next, stakes) })),
    right,
    attempt,
    ends: { accept, cost, seconds },
    expected: expectedOf(step, stakes),
    cost: attempt,
    seconds: meanOf(seconds, accept),
    unknown: { ...unknown },
    resolved: right * (1 - verifier.falseReject),
    wrong: (1 - right) * verifier.falseAccept,
  };
  for (const { share, outlook } of option.branches) {
    option.cost += share * outlook.cost;
    option.seconds += share * outlook.seconds;
    option.resolved += share * outlook.resolved;
    option.wrong += share * outlook.wrong;
    option.unknown.cost ||= outlook.unknown.cost;
    option.unknown.seconds ||= outlook.unknown.seconds;
  }
  return option;
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
