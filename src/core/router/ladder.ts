/** A ladder out of models of which price and quality are known: cheapest first, dominated rungs left out. Pure. */
import { UNTRIED, abilityOf, acceptedAt, after, average } from "./difficulty.ts";

/** A model at one effort. `cost` is dollars of an attempt, `rate` the share it gets right; null when unknown. */
export type Candidate = { tier: string; model: string; cost: number | null; rate: number | null };

type Priced = Candidate & { cost: number; rate: number };

const isPriced = (one: Candidate): one is Priced =>
  one.cost !== null && one.rate !== null && one.cost >= 0 && one.cost < Infinity;

const NO_NOISE = { falseAccept: 0, falseReject: 0 };
const rightAt = (rate: number): number[] => acceptedAt(abilityOf(rate), NO_NOISE);

/** P(one is right | another failed), when slices are hard for both alike. */
export const rightAfter = (failed: number, next: number): number =>
  average(
    after(
      UNTRIED,
      rightAt(failed).map((right) => 1 - right),
    ),
    rightAt(next),
  );

/**
 * The rungs worth having, cheapest first; efforts of one model are rungs of their own. A rung is dominated when another is no
 * dearer and at least as good. It stays all the same when it is another model, and so cheap beside the next rung that trying
 * it first pays: c₁/c₂ < P(right | the better one failed). What has no price or no rate stands where the caller had it:
 * above the rungs that were before it.
 */
export function makeLadder(candidates: readonly Candidate[]): Candidate[] {
  const priced = candidates.filter(isPriced).toSorted((a, b) => a.cost - b.cost || b.rate - a.rate);
  const better = (one: Priced): Priced | undefined =>
    priced.slice(0, priced.indexOf(one)).find((other) => other.rate >= one.rate);
  const leading = priced.filter((one) => better(one) === undefined);
  const kept = priced.filter((one) => {
    const rivals = leading.filter(
      (other) => other.cost <= one.cost && other.rate >= one.rate && other !== one,
    );
    const rival = rivals.at(-1);
    const next = leading.find((other) => other.cost > one.cost);
    if (!rival) return true;
    if (!next || rivals.some(({ model }) => model === one.model)) return false;
    return one.cost / next.cost < rightAfter(rival.rate, one.rate);
  });
  return candidates.reduce<Candidate[]>((ladder, one, at) => {
    if (isPriced(one)) return ladder;
    const before = candidates.slice(0, at).map(({ tier }) => tier);
    const place = ladder.findLastIndex(({ tier }) => before.includes(tier)) + 1;
    return ladder.toSpliced(place, 0, one);
  }, kept);
}
