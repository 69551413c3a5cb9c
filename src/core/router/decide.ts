/**
 * The decision: which tier an attempt gets, by expected cost, with all it was made of. Pure; plain data in and out, so that
 * `replay` makes it again from what was logged.
 */
import {
  type End,
  type Option,
  type Stakes,
  type Step,
  UNTOUCHED,
  climbed,
  endsOf,
  expectedOf,
  standing,
  steps,
  weighed,
} from "./climb.ts";
import { type Field, type Unit, fieldOf } from "./field.ts";
import { type Policy, WEIGHTS, stakesOf } from "./policy.ts";
import type { Belief, Failure, Rung, Verifier } from "./terms.ts";

/** Tiers are chosen as if they were better by this many standard deviations: being tried is how they become known. */
const HOPE = 0.6;

/**
 * All a decision depends on. `verifiers` stand beside the rungs of the ladder; `failed` holds this slice's failures, in order.
 * `only` are the tiers that may be chosen, where a rule or a person leaves fewer than the ladder has; the others are reckoned
 * with all the same. `doubted`: once so many models failed a slice it is replanned (never when absent). `end`: whether it stops
 * where going on costs more than a replan ("stop" when absent).
 */
export type Question = {
  ladder: readonly Rung[];
  belief: Belief;
  verifiers: readonly Verifier[];
  policy: Policy;
  failed: readonly Failure[];
  only?: readonly string[];
  doubted?: number;
  end?: "stop" | "go on";
};

/**
 * Going on with a tier. `right` is P(right) of this attempt, `attempt` its dollars with its check; the rest is until the slice
 * is done or the ladder used up. Dollars and seconds are null where something on the way has no price or is not known;
 * `expected` (dollars or seconds, by the policy) then only orders and must not be shown as money.
 * `hoped` is the same if tiers are as good as they well may be: the least of these is chosen.
 */
export type Alternative = {
  tier: string;
  then: string[];
  right: number;
  attempt: number | null;
  cost: number | null;
  seconds: number | null;
  resolved: number;
  wrong: number;
  expected: number;
  hoped: number;
};

/** `tier` is null when the ladder is used up or going on costs more than a replan; `beyond` is what that is held to
 * cost, `ends` how a slice on the chosen way can end. */
export type Decision = {
  tier: string | null;
  then: string[];
  why: string;
  alternatives: Alternative[];
  ends: End[];
  beyond: number;
  question: Question;
};

/** What decisions at one class have in common, whatever failed: the ladder soberly and hopefully believed, and what is at stake. */
export type Grounds = { field: Field; hopeful: Field; untried: readonly Step[]; stakes: Stakes };

export function groundsOf(question: Omit<Question, "failed">): Grounds {
  const { ladder, belief, verifiers, policy, doubted = null } = question;
  const field = fieldOf(ladder, belief, verifiers, 0, doubted);
  const untried = steps(field, UNTOUCHED);
  const hopeful = fieldOf(ladder, belief, verifiers, HOPE, doubted);
  return { field, hopeful, untried, stakes: stakesOf(policy, field, untried) };
}

export function decide(question: Question, grounds = groundsOf(question)): Decision {
  const { failed } = question;
  const { field, hopeful, untried, stakes } = grounds;
  const next = failed.length === 0 ? untried : steps(field, standing(field, failed));
  const sober = next.map((step) => weighed(step, stakes));
  const hoped = steps(hopeful, standing(hopeful, failed)).map((step) => expectedOf(step, stakes));
  const ranked = sober
    .map((option, at) => ({ option, shown: shown(option, hoped[at] ?? option.expected, field) }))
    .toSorted((a, b) => a.shown.hoped - b.shown.hoped);
  const alternatives = ranked.map((one) => one.shown);
  const least = ranked.find(({ shown: { tier } }) => question.only?.includes(tier) ?? true);
  // Something is always tried once: a person is asked when tiers have failed, not before.
  const goesOn = failed.length === 0 || question.end === "go on";
  const chosen = least && (goesOn || least.shown.hoped < stakes.beyond) ? least : null;
  return {
    tier: chosen?.shown.tier ?? null,
    then: chosen?.shown.then ?? [],
    why: reason(question, alternatives, chosen?.shown ?? null),
    alternatives,
    ends: chosen ? endsOf(chosen.option) : [],
    beyond: stakes.beyond,
    question,
  };
}

/** Whether a decision that was logged comes out the same from its own inputs. */
export const replay = (logged: Decision): boolean =>
  JSON.stringify(decide(logged.question)) === JSON.stringify(logged);

function shown(option: Option, hoped: number, field: Field): Alternative {
  const name = (at: number): string => field.ladder[at]?.tier ?? "";
  return {
    tier: name(option.tier),
    then: climbed(option).slice(1).map(name),
    right: option.right,
    attempt: field.unknown.cost[option.tier] === true ? null : option.attempt,
    cost: option.unknown.cost ? null : option.cost,
    seconds: option.unknown.seconds ? null : option.seconds,
    resolved: option.resolved,
    wrong: option.wrong,
    expected: option.expected,
    hoped,
  };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
/** "$0", "$0.0012", "$0.34", "$12.50". */
function dollars(amount: number): string {
  if (amount >= 1) return `$${amount.toFixed(2)}`;
  return amount > 0 && amount < 0.0001 ? "less than $0.0001" : `$${Number(amount.toPrecision(2))}`;
}
/** "a", "a and b", "c and 2 others". */
const list = (tiers: readonly string[]): string =>
  tiers.length > 2 ? `${tiers.at(-1)} and ${tiers.length - 1} others` : tiers.join(" and ");

/** What the user reads: what was chosen, on what grounds, and what else there was. */
function reason(
  { ladder, belief, policy, failed, only }: Question,
  alternatives: readonly Alternative[],
  chosen: Alternative | null,
): string {
  const tried = [...new Set(failed.map(({ tier }) => tier))];
  const first = alternatives.find(({ tier }) => only?.includes(tier) ?? true);
  if (ladder.length === 0) return "no tier is configured: add one to slicewise.tiers";
  if (!first) return `${list(tried)} failed, and the ladder is used up: replan or ask`;
  if (!chosen)
    return `${list(tried)} failed, and ${first.tier} would get ${percent(first.right)} of such slices right: replan or ask`;
  const unit = WEIGHTS[policy].unit;
  const unknown = alternatives.filter((one) => (unit === "cost" ? one.cost : one.seconds) === null);
  const tries = belief.tiers.find(({ tier }) => tier === chosen.tier)?.tries ?? 0;
  const least =
    chosen === alternatives[0] ? leastWords(policy, chosen, alternatives) : "least of what may come next";
  const grounds =
    tries < 0.5
      ? "not tried here yet"
      : `${Math.round(tries)} ${Math.round(tries) === 1 ? "attempt" : "attempts"} remembered`;
  const opening = tried.length > 0 ? `${list(tried)} failed: next ` : "";
  const [second, third] = chosen.then;
  const way = second === undefined ? "" : `, then ${second}${third === undefined ? "" : " and up"}`;
  const cost = chosen.cost === null ? "" : `, ${dollars(chosen.cost)} expected until done`;
  const place =
    unknown.length === 0
      ? ""
      : `; ${unit === "cost" ? "price" : "time"} of ${unpriced(belief, unit).join(" and ")} unknown: ranked by its place on the ladder`;
  return `${opening}${chosen.tier}${way}: right in ${percent(chosen.right)} (${grounds})${cost}, ${least}${place}`;
}

const leastWords = (policy: Policy, chosen: Alternative, alternatives: readonly Alternative[]): string =>
  alternatives.every((one) => one.expected >= chosen.expected)
    ? `least for ${policy}`
    : `may be the least for ${policy}, and is tried to learn it`;

const unpriced = ({ tiers }: Belief, unit: Unit): string[] =>
  tiers.filter((one) => one[unit] === null).map(({ tier }) => tier);
