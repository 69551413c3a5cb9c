/** A ladder out of models of which price and quality are known: cheapest first, dominated rungs left out. Pure. */
import { UNTRIED, abilityOf, acceptedAt, after, average } from "./difficulty.ts";

/** A model at one effort. `cost` is dollars of an attempt, `rate` the share it gets right; null when unknown. */
export type Candidate = { tier: string; model: string; cost: number | null; rate: number | null };

type Priced<C extends Candidate = Candidate> = C & { cost: number; rate: number };

const isPriced = <C extends Candidate>(one: C): one is Priced<C> =>
  one.cost !== null && one.rate !== null && one.cost >= 0 && one.cost < Infinity;

/** Cheapest first, then best, then by name: equal prices make no other ladder on another day. */
const inOrder = <C extends Candidate>(priced: readonly Priced<C>[]): Priced<C>[] =>
  priced.toSorted((a, b) => a.cost - b.cost || b.rate - a.rate || (a.tier < b.tier ? -1 : 1));

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
export function makeLadder<C extends Candidate>(candidates: readonly C[]): C[] {
  const priced = inOrder(candidates.filter((one) => isPriced(one)));
  const better = (one: Priced<C>): Priced<C> | undefined =>
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
  return candidates.reduce<C[]>((ladder, one, at) => {
    if (isPriced(one)) return ladder;
    const before = candidates.slice(0, at).map(({ tier }) => tier);
    const place = ladder.findLastIndex(({ tier }) => before.includes(tier)) + 1;
    return ladder.toSpliced(place, 0, one);
  }, kept);
}

/** `family`: models of one family err alike. */
export type Kin = Candidate & { family: string };

/** A rung that costs less than this many times the one below replaces it: the difference is not worth a failed attempt. */
const HARDLY_DEARER = 1.3;
/** A rung of the same family must take away at least this share of the failures of the one below. */
const WORTH_A_RUNG = 0.1;
/** More rungs than a slice can climb, or a person can oversee, help nobody. */
const MOST_RUNGS = 8;

/**
 * A ladder for somebody who has none, out of all models there are keys for: as `makeLadder`, but a rung that one of its own
 * family dominates is left out, since where the better one fails the other fails too; rungs too near each other are one; and
 * where there is a second family it is represented, so that work can be reviewed by a stranger.
 */
export function newLadder<K extends Kin>(candidates: readonly K[]): K[] {
  const priced = inOrder(candidates.filter((one) => isPriced(one)));
  const leading = priced.filter(
    (one, at) => !priced.slice(0, at).some(({ family, rate }) => family === one.family && rate >= one.rate),
  );
  const ladder = fewest(makeLadder(leading).reduce<Priced<K>[]>(worthwhile, []));
  return withStranger(ladder, priced);
}

function worthwhile<K extends Kin>(rungs: Priced<K>[], next: K): Priced<K>[] {
  if (!isPriced(next)) return rungs;
  const last = rungs.at(-1);
  if (!last) return [next];
  if (next.rate > last.rate && next.cost < HARDLY_DEARER * last.cost) return [...rungs.slice(0, -1), next];
  const isKin = next.family === last.family;
  return isKin && spared(last, next) < WORTH_A_RUNG ? rungs : [...rungs, next];
}

/** Share of a rung's failures that the next one does not have. */
const spared = (below: Priced, above: Priced): number =>
  1 - (1 - above.rate) / Math.max(1e-9, 1 - below.rate);

/** Takes out what spares least until there are few enough; bottom and top stay. */
function fewest<K extends Kin>(rungs: readonly Priced<K>[]): Priced<K>[] {
  if (rungs.length <= MOST_RUNGS) return [...rungs];
  const gains = rungs.slice(1, -1).map((one, at) => spared(rungs[at] ?? one, one));
  const least = gains.indexOf(Math.min(...gains)) + 1;
  return fewest(rungs.toSpliced(least, 1));
}

/** The cheapest stranger that is as good as the ladder's middle, else the best one. */
function withStranger<K extends Kin>(ladder: readonly Priced<K>[], priced: readonly Priced<K>[]): K[] {
  const [top, middle] = [ladder.at(-1), ladder[Math.floor(ladder.length / 2)]];
  const strangers = priced.filter(({ family }) => family !== top?.family);
  if (!top || !middle || strangers.length === 0 || new Set(ladder.map(({ family }) => family)).size > 1)
    return [...ladder];
  const good = strangers.find(({ rate }) => rate >= middle.rate);
  const best = good ?? strangers.toSorted((a, b) => b.rate - a.rate)[0];
  return best ? inOrder([...ladder, best]) : [...ladder];
}
