/** What past attempts teach: abilities of tiers, what they take, and what they do where others failed. Order is the only clock. */
import { CLASSES, type SliceClass } from "../order.ts";
import { type Watch, copied, unwatched, watched } from "./change.ts";
import {
  type Estimate,
  type Noise,
  type Pattern,
  UNTRIED,
  abilityOf,
  acceptedAt,
  after,
  average,
  estimate,
  resultsAt,
} from "./difficulty.ts";
import {
  type AfterFailure,
  type Belief,
  RESULTS,
  type Result,
  type Rung,
  type Spend,
  type Trial,
  type Tried,
} from "./terms.ts";

/** Slices after which what was seen counts half. */
const HALF_LIFE = 600;
/** What was seen of a tier before it changed counts this much. */
const BEFORE_CHANGE = 0.05;
/** What weighs less than this is forgotten. */
const FORGOTTEN = 0.05;
/** How much harder a class is than the one before, in logits. */
const CLASS_STEP = 1;
/** What other classes showed counts this much, moved by how much harder a class is. */
const OTHER_CLASS = 0.2;
/** Standard deviation of a tier's ability before it was tried, in logits: with its rate known elsewhere, and without. */
const DOUBT = { known: 1.2, unknown: 2 };
/** A rejected attempt costs this many times an accepted one, until the log knows better. */
const DEARER = 1.6;
/** Attempts that what is known beforehand of a cost is worth. */
export const COST_WORTH = 3;
/** A rejected attempt is short below, long above these multiples of what they usually take. */
const SHORT = 0.75;
const LONG = 1.2;

/** What is right of C2 slices at the bottom and at the top of a ladder of which nothing is known. */
const BOTTOM = 0.6;
const TOP = 0.8;

/** All the router keeps of a past: weights of what was seen. What was not seen for long is left out, so it stays small. */
export type Past = { patterns: Map<string, Seen>; spent: Map<string, SpentOn>; watches: Map<string, Watch> };
type Seen = { class: SliceClass; tiers: string[]; results: Result[]; weight: number };
type SpentOn = { class: SliceClass; tier: string; accepted: boolean; cost: Sum; seconds: Sum };
type Sum = { weight: number; total: number };

export const emptyPast = (): Past => ({ patterns: new Map(), spent: new Map(), watches: new Map() });

/** Folds slices that were tried, oldest first, into a new past. Nobody's clock is read. */
export function fold(slices: Iterable<Tried>, past = emptyPast()): Past {
  const fade = 2 ** (-1 / HALF_LIFE);
  const now = copyOf(past);
  // Instead of fading all that is old at every slice, what is new weighs more; it is brought back in the end.
  let boost = 1;
  for (const slice of slices) {
    boost /= fade;
    add(now, slice, boost);
    if (boost > 1e100) boost = settle(now, boost);
  }
  settle(now, boost);
  return now;
}

const copyOf = ({ patterns, spent, watches }: Past): Past => ({
  patterns: new Map([...patterns].map(([key, seen]) => [key, { ...seen }])),
  spent: new Map(
    [...spent].map(([key, on]) => [key, { ...on, cost: { ...on.cost }, seconds: { ...on.seconds } }]),
  ),
  watches: new Map([...watches].map(([key, watch]) => [key, copied(watch)])),
});

/** Brings weights back to one for the newest slice; 1, the boost to go on with. */
function settle({ patterns, spent }: Past, boost: number): number {
  for (const [key, seen] of patterns) {
    seen.weight /= boost;
    if (seen.weight < FORGOTTEN) patterns.delete(key);
  }
  for (const sum of [...spent.values()].flatMap(({ cost, seconds }) => [cost, seconds])) {
    sum.weight /= boost;
    sum.total /= boost;
  }
  return 1;
}

function add(past: Past, { class: kind, trials }: Tried, weight: number): void {
  const results = trials.map((trial): Result => {
    if (trial.accepted) return "accepted";
    const usual = past.spent.get(spentKey(kind, trial.tier, false));
    return resultOf(trial, usual ? { cost: mean(usual.cost), seconds: mean(usual.seconds) } : UNKNOWN);
  });
  for (const trial of trials) addSpend(past.spent, kind, trial, weight);
  const tiers = trials.map(({ tier }) => tier);
  see(past, kind, tiers, results, weight);
  let failed = "";
  for (const { tier, accepted } of trials) {
    watch(past, kind, failed, tier, accepted, weight);
    if (!accepted) failed += `${tier}\n`;
  }
}

function see({ patterns }: Past, kind: SliceClass, tiers: string[], results: Result[], weight: number): void {
  if (tiers.length === 0 || weight === 0) return;
  let key: string = kind;
  for (let at = 0; at < tiers.length; at += 1) key += `\n${results[at]} ${tiers[at]}`;
  const had = patterns.get(key);
  if (had) had.weight += weight;
  else patterns.set(key, { class: kind, tiers, results, weight });
}

/** Forgets most of a tier that has changed, but not what made it clear. A tier is watched by what had `failed` before it, a line each. */
function watch(
  past: Past,
  kind: SliceClass,
  failed: string,
  tier: string,
  accepted: boolean,
  weight: number,
): void {
  const key = `${kind}\n${failed}${tier}`;
  const known = past.watches.get(key);
  const one = known ?? unwatched();
  if (!known) past.watches.set(key, one);
  const changed = watched(one, accepted);
  if (!changed) return;
  for (const seen of past.patterns.values()) if (seen.tiers.includes(tier)) seen.weight *= BEFORE_CHANGE;
  for (const name of past.watches.keys())
    if (name !== key && name.split("\n").at(-1) === tier) past.watches.delete(name);
  if (failed !== "") return;
  see(past, kind, [tier], ["accepted"], weight * changed.accepted);
  see(past, kind, [tier], ["usual"], weight * changed.rejected);
}

type Usual = { cost: number | null; seconds: number | null };
const UNKNOWN: Usual = { cost: null, seconds: null };
const mean = ({ weight, total }: Sum): number | null => (weight > 0 ? total / weight : null);

/** How an attempt went, beside what rejected attempts of its tier usually take. */
export function resultOf(trial: Trial, usual: Usual): Result {
  if (trial.accepted) return "accepted";
  const ratio = share(trial.cost, usual.cost) ?? share(trial.seconds, usual.seconds) ?? 1;
  return ratio < SHORT ? "short" : ratio > LONG ? "long" : "usual";
}

const share = (one: number | null, of: number | null): number | null =>
  one !== null && of !== null && one >= 0 && of > 0 ? one / of : null;

const spentKey = (kind: SliceClass, tier: string, accepted: boolean): string =>
  `${kind}${accepted ? "+" : "-"}${tier}`;

/** What nobody can have spent is unknown. */
function addTo(sum: Sum, value: number | null, weight: number): void {
  if (value === null || !(value >= 0 && value < Infinity)) return;
  sum.weight += weight;
  sum.total += weight * value;
}

const nothing = (): Sum => ({ weight: 0, total: 0 });

function addSpend(into: Map<string, SpentOn>, kind: SliceClass, trial: Trial, weight: number): void {
  const { tier, accepted } = trial;
  const key = spentKey(kind, tier, accepted);
  const known = into.get(key);
  const on = known ?? { class: kind, tier, accepted, cost: nothing(), seconds: nothing() };
  if (!known) into.set(key, on);
  addTo(on.cost, trial.cost, weight);
  addTo(on.seconds, trial.seconds, weight);
}

const height = (of: SliceClass): number => CLASSES.indexOf(of) * CLASS_STEP;

/** What to think of a tier at C2 before it was tried: its known rate, else its place on the ladder. */
const priorShare = (rung: Rung, at: number, rungs: number): number =>
  rung.rate ?? (rungs < 2 ? TOP : BOTTOM + ((TOP - BOTTOM) * at) / (rungs - 1));

/** What the past says of one class on this ladder. Tiers that are not on it are left out of what is learned. */
export function believe(
  kind: SliceClass,
  ladder: readonly Rung[],
  past: Past,
  noise: readonly Noise[],
): Belief {
  const patterns = placed(past, ladder).map((one) => patternOf(one, kind));
  const shares = ladder.map((rung, at) => priorShare(rung, at, ladder.length));
  const priors = ladder.map(({ rate }, at): Estimate => {
    const moved = rate === null ? height(kind) - height("C2") : 0;
    return {
      ability: abilityOf(shares[at] ?? TOP) - moved,
      doubt: rate === null ? DOUBT.unknown : DOUBT.known,
    };
  });
  const { tiers: estimates, lengths } = estimate(patterns, priors, noise);
  const tries = ladder.map(() => 0);
  for (const { weight, tiers } of patterns)
    for (const tier of tiers) tries[tier] = (tries[tier] ?? 0) + weight;
  const spent = [...past.spent.values()];
  const tiers = ladder.map((rung, at) => {
    const here = spent.filter(({ tier }) => tier === rung.tier);
    return {
      tier: rung.tier,
      ability: estimates[at]?.ability ?? 0,
      doubt: estimates[at]?.doubt ?? DOUBT.unknown,
      tries: tries[at] ?? 0,
      cost: spend(here, "cost", kind, rung.cost, shares[at] ?? TOP),
      seconds: spend(here, "seconds", kind, rung.seconds, shares[at] ?? TOP),
    };
  });
  const chances = estimates.map(({ ability }, at) =>
    resultsAt(acceptedAt(ability, noise[at] ?? { falseAccept: 0, falseReject: 0 }), lengths),
  );
  return { class: kind, tiers, lengths, after: compared(patterns, chances, ladder) };
}

/** What was seen, by places on a ladder and in RESULTS. */
type Placed = { class: SliceClass; weight: number; tiers: number[]; results: number[] };
const PLACED = new WeakMap<Past, Map<string, Placed[]>>();

/** The same for every class. A past that was folded does not change any more. */
function placed(past: Past, ladder: readonly Rung[]): Placed[] {
  const names = ladder.map(({ tier }) => tier).join("\n");
  const known = PLACED.get(past) ?? new Map<string, Placed[]>();
  PLACED.set(past, known);
  const had = known.get(names);
  if (had) return had;
  const places = new Map(ladder.map(({ tier }, at) => [tier, at]));
  const made: Placed[] = [];
  for (const { class: kind, weight, tiers, results } of past.patterns.values()) {
    const one: Placed = { class: kind, weight, tiers: [], results: [] };
    for (let at = 0; at < tiers.length; at += 1) {
      const place = places.get(tiers[at] ?? "");
      if (place === undefined) continue;
      one.tiers.push(place);
      one.results.push(RESULTS.indexOf(results[at] ?? "usual"));
    }
    if (one.tiers.length > 0) made.push(one);
  }
  known.set(names, made);
  return made;
}

const patternOf = ({ class: seen, weight, tiers, results }: Placed, kind: SliceClass): Pattern => ({
  weight: weight * (seen === kind ? 1 : OTHER_CLASS),
  shift: height(seen) - height(kind),
  tiers,
  results,
});

/** Means of accepted and rejected attempts, drawn towards what was known beforehand; null when nothing is known at all. */
function spend(
  parts: readonly SpentOn[],
  unit: "cost" | "seconds",
  kind: SliceClass,
  before: number | null,
  right: number,
): Spend | null {
  const of = (accepted: boolean): Sum =>
    parts
      .filter((part) => part.accepted === accepted)
      .reduce((all, part) => {
        const worth = part.class === kind ? 1 : OTHER_CLASS;
        return {
          weight: all.weight + worth * part[unit].weight,
          total: all.total + worth * part[unit].total,
        };
      }, nothing());
  const good = of(true);
  const bad = of(false);
  const n = good.weight + bad.weight;
  const known = before !== null && before >= 0 && before < Infinity;
  if (!known && n === 0) return null;
  // The size of an accepted attempt, as what was known beforehand and all attempts together have it.
  const worth = known ? COST_WORTH : 0;
  const prior = known ? before / (right + DEARER * (1 - right)) : 0;
  const size = (worth * prior + good.total + bad.total / DEARER) / (worth + n);
  const drawn = (sum: Sum, towards: number): number =>
    (COST_WORTH * towards + sum.total) / (COST_WORTH + sum.weight);
  return { accepted: drawn(good, size), rejected: drawn(bad, DEARER * size), n };
}

/** After which failures a tier does better or worse than difficulty alone says; failed ones one by one and two by two. */
function compared(
  patterns: readonly Pattern[],
  chances: readonly number[][][],
  ladder: readonly Rung[],
): AfterFailure[] {
  const found = new Map<number, AfterFailure>();
  const rungs = ladder.length + 1;
  const name = (at: number): string => ladder[at]?.tier ?? "";
  /** `second` is -1 after one failure only; the lower place is named first. */
  const count = (first: number, second: number, tier: number, seen: number, foreseen: number): void => {
    const [low, high] = second >= 0 && second < first ? [second, first] : [first, second];
    const key = (low * rungs + high + 1) * rungs + tier;
    let had = found.get(key);
    if (!had) {
      had = {
        failed: high < 0 ? [name(low)] : [name(low), name(high)],
        tier: name(tier),
        seen: 0,
        foreseen: 0,
      };
      found.set(key, had);
    }
    had.seen += seen;
    had.foreseen += foreseen;
  };
  for (const { weight, shift, tiers, results } of patterns) {
    if (shift !== 0 || tiers.length < 2) continue;
    let weights = UNTRIED;
    const failed: number[] = [];
    tiers.forEach((tier, at) => {
      const result = results[at] ?? 0;
      const seen = result === 0 ? weight : 0;
      const foreseen = failed.length > 0 ? weight * average(weights, chances[tier]?.[0] ?? []) : 0;
      failed.forEach((one, place) => {
        count(one, -1, tier, seen, foreseen);
        for (let other = 0; other < place; other += 1) count(one, failed[other] ?? 0, tier, seen, foreseen);
      });
      weights = after(weights, chances[tier]?.[result] ?? []);
      if (result !== 0) failed.push(tier);
    });
  }
  return [...found.values()];
}
