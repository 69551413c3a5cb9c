/** What slices have shown of their tiers: trials as their verdicts stand now, and what is recalled of a workspace's other orders. */
import * as z from "zod";
import { AFTER_FAULT, SliceClass, tierName } from "./order.ts";
import type { Trial, Tried } from "./router/terms.ts";
import type { Attempt, SliceState } from "./state.ts";

/**
 * All that one slice has shown. `passes` counts verdicts "pass" that somebody looked at or that were taken back later,
 * `wrong` those of them that were turned down or taken back.
 */
export type Tested = Tried & { slice: string; passes: number; wrong: number };

/** An attempt says something of its tier unless the world cut it off. */
export const isTry = (attempt: Attempt): boolean =>
  attempt.fault === null || AFTER_FAULT[attempt.fault.kind] === "climb";

const passedChecks = ({ verdicts }: Attempt): boolean => verdicts.at(-1)?.result === "pass";

/** Whether it counts as right by now; null when nothing can be said yet, or nothing of its tier. */
function accepted(attempt: Attempt, { progress }: SliceState): boolean | null {
  if (attempt.open || !isTry(attempt)) return null;
  const isCurrent = "attempt" in progress && progress.attempt === attempt.n;
  if (isCurrent && (progress.at === "executing" || progress.at === "verifying")) return null;
  if (attempt.fault !== null || attempt.rejected !== null || attempt.reverted) return false;
  const verdict = attempt.verdicts.at(-1);
  if (!verdict) return null;
  // What nothing executable could verify is right when a person said so.
  if (verdict.result === "unknown") return attempt.approvedBy === "user" ? true : null;
  return verdict.result === "pass";
}

/** What executing the attempt took; what checking it took stands for itself. */
export function trialOf(attempt: Attempt, isAccepted: boolean): Trial {
  const { took, verifying, verifyingMs } = attempt;
  const { dollars, unpriced, ms } = took;
  const judged = verifying.unpriced > 0 || verifying.spent === 0 ? null : verifying.spent;
  return {
    tier: tierName(attempt.tier),
    accepted: isAccepted,
    cost: unpriced > 0 || dollars === 0 ? null : dollars,
    seconds: ms > 0 ? ms / 1000 : null,
    ...(verifyingMs > 0 && { check: { cost: judged, seconds: verifyingMs / 1000 } }),
  };
}

export function testedOf(state: SliceState): Tested {
  const trials = state.attempts.flatMap((attempt) => {
    const right = accepted(attempt, state);
    return right === null ? [] : [trialOf(attempt, right)];
  });
  const wrong = state.attempts.filter((one) => passedChecks(one) && (one.rejected !== null || one.reverted));
  const approved = state.attempts.filter(
    (one) => passedChecks(one) && one.approvedBy === "user" && !wrong.includes(one),
  );
  const { id, class: kind } = state.slice;
  return { slice: id, class: kind, trials, passes: approved.length + wrong.length, wrong: wrong.length };
}

/** The newest last: order of events is the only clock. */
export function withTested(tested: readonly Tested[], state: SliceState): readonly Tested[] {
  const now = testedOf(state);
  const others = tested.filter(({ slice }) => slice !== state.slice.id);
  return now.trials.length === 0 && others.length === tested.length ? tested : [...others, now];
}

/** Names come from logs of others: what nobody calls a model is left out. */
const LONGEST_NAME = 300;
const MOST_TIERS = 1000;

const Name = z.string().min(1).max(LONGEST_NAME);
const Amount = z.number().nonnegative().nullable();
const Place = z.number().int().nonnegative();
const Right = z.union([z.literal(0), z.literal(1)]);
/** Place in `tiers`, 1 for accepted, dollars, seconds; dollars and seconds of its check, where one is known. */
const PackedTrial = z.union([
  z.tuple([Place, Right, Amount, Amount]),
  z.tuple([Place, Right, Amount, Amount, Amount, z.number().nonnegative()]),
]);
type PackedTrial = z.infer<typeof PackedTrial>;
/** What the other orders of a workspace have shown, oldest first, packed: kept in the log, so that it alone explains a route. */
export const Recalled = z.strictObject({
  orders: z.number().int().nonnegative(),
  tiers: z.array(Name).max(MOST_TIERS),
  slices: z.array(z.tuple([SliceClass, z.array(PackedTrial)])),
  passes: z.number().int().nonnegative(),
  wrong: z.number().int().nonnegative(),
});
export type Recalled = z.infer<typeof Recalled>;

/** So many slices of other orders are recalled; what is older would count little. */
export const MOST_RECALLED = 1000;
/** Significant digits of dollars and seconds. */
const DIGITS = 4;

const rounded = (amount: number | null): number | null =>
  amount === null || !(amount < Infinity) ? null : Number(amount.toPrecision(DIGITS));

function packed(at: number, { accepted: right, cost, seconds, check }: Trial): PackedTrial {
  const own = [at, right ? 1 : 0, rounded(cost), rounded(seconds)] as const;
  const took = rounded(check?.seconds ?? null);
  return check === undefined || took === null ? [...own] : [...own, rounded(check.cost), took];
}

/** `orders` are what each order has shown, oldest first. */
export function recall(orders: readonly (readonly Tested[])[]): Recalled {
  const known = orders
    .map((all) => all.filter(({ trials }) => trials.length > 0))
    .filter((all) => all.length > 0);
  const newest = known.flat().slice(-MOST_RECALLED);
  const places = new Map<string, number>();
  const placeOf = (tier: string): number | null => {
    const at = places.get(tier) ?? places.size;
    if (tier.length > LONGEST_NAME || at >= MOST_TIERS) return null;
    places.set(tier, at);
    return at;
  };
  const slices = newest.map(({ class: kind, trials }): Recalled["slices"][number] => [
    kind,
    trials.flatMap((trial): PackedTrial[] => {
      const at = placeOf(trial.tier);
      return at === null ? [] : [packed(at, trial)];
    }),
  ]);
  const sum = (of: (one: Tested) => number): number => newest.reduce((all, one) => all + of(one), 0);
  return {
    orders: known.length,
    tiers: [...places.keys()],
    slices,
    passes: sum(({ passes }) => passes),
    wrong: sum(({ wrong }) => wrong),
  };
}

/** Unpacked; a place that names no tier is left out. */
export const remembered = ({ tiers, slices }: Recalled): Tried[] =>
  slices.map(([kind, trials]) => ({
    class: kind,
    trials: trials.flatMap(([at, right, cost, seconds, judged = null, took]): Trial[] => {
      const tier = tiers[at];
      const check = took === undefined ? {} : { check: { cost: judged, seconds: took } };
      return tier === undefined ? [] : [{ tier, accepted: right === 1, cost, seconds, ...check }];
    }),
  }));
