/** Tables of outcomes with known structure, for tests of the router: the same seed makes the same table. */
import type { Outcome } from "./table.ts";

export type Random = () => number;

/** mulberry32: numbers from 0 to 1, the same ones for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal number. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A model of a table: the share of instances it solves at `dollars` each on average, and the family it errs with. */
export type Candidate = { model: string; family: string; rate: number; dollars: number };

/**
 * A table as a public leaderboard with 500 tasks and 24 models has it: one hidden difficulty an instance, families that err
 * alike, luck of each attempt; failed attempts cost about 1.5 times what solved ones do. Instances stand in blocks, as they
 * do in real suites, where one repository is harder than another. Calibrated to the published rows of such a table: best
 * single model 74 %, oracle 87 % at a tenth of its cost, cheap → cheap → frontier 79 % at half.
 */
export function leaderboard(
  seed: number,
  candidates: readonly Candidate[] = PUBLIC,
  instances = 500,
): Outcome[] {
  const random = seeded(seed);
  const families = [...new Set(candidates.map(({ family }) => family))];
  const outcomes: Outcome[] = [];
  let block = 0;
  for (let at = 0; at < instances; at += 1) {
    if (at === 0 || random() < 1 / 40) block = 0.35 * normal(random);
    const difficulty = Math.sqrt(1 - 0.35 ** 2) * normal(random) + block;
    const hopeless = random() < HOPELESS;
    const kin = new Map(families.map((family) => [family, normal(random)]));
    for (const { model, family, rate, dollars } of candidates) {
      const luck = KIN * (kin.get(family) ?? 0) + normal(random);
      const margin = offset(rate) - SPREAD * difficulty - (hopeless ? GULF : 0) + luck;
      const resolved = margin > 0;
      const length = Math.exp(0.25 * difficulty + 0.4 * normal(random) - 0.11) * (resolved ? 0.86 : 1.2);
      outcomes.push({
        suite: "synthetic",
        instance: `task-${String(at).padStart(3, "0")}`,
        model,
        effort: "",
        resolved,
        cost: dollars * length,
        steps: Math.max(1, Math.round(35 * length)),
      });
    }
  }
  return outcomes;
}

const SPREAD = 1.7;
const KIN = 0.4;
const HOPELESS = 0.14;
const GULF = 4.5;
const SCALE = Math.sqrt(SPREAD ** 2 + KIN ** 2 + 1);

/** The margin at which a model solves this share of such instances, by bisection. */
function offset(rate: number): number {
  let low = -20;
  let high = 20;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    const share =
      (1 - HOPELESS) * cumulative(middle / SCALE) + HOPELESS * cumulative((middle - GULF) / SCALE);
    if (share < rate) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The standard normal distribution function (Abramowitz and Stegun 26.2.17). */
function cumulative(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

const row = (model: string, family: string, rate: number, dollars: number): Candidate => ({
  model,
  family,
  rate,
  dollars,
});

/** Shares and prices as such leaderboards show them, the names left out. */
export const PUBLIC: readonly Candidate[] = [
  row("a, largest", "a", 0.744, 0.72),
  row("b, large", "b", 0.742, 0.46),
  row("c, large (high)", "c", 0.718, 0.52),
  row("a, middle", "a", 0.706, 0.56),
  row("c, large", "c", 0.69, 0.27),
  row("a, largest of last year", "a", 0.676, 1.13),
  row("c, coder", "c", 0.66, 0.59),
  row("c, middle (high)", "c", 0.66, 0.31),
  row("c, middle", "c", 0.65, 0.28),
  row("a, middle of last year", "a", 0.649, 0.37),
  row("d, thinking", "d", 0.634, 0.44),
  row("e, large", "e", 0.61, 0.36),
  row("f, thinking", "f", 0.6, 0.03),
  row("c, small", "c", 0.598, 0.04),
  row("g, thinking", "g", 0.584, 0.33),
  row("h, small", "h", 0.564, 0.1),
  row("i, large", "i", 0.554, 0.25),
  row("j, coder", "j", 0.554, 0.25),
  row("b, last year", "b", 0.536, 0.29),
  row("c, last year's small", "c", 0.45, 0.21),
  row("d, large", "d", 0.438, 0.53),
  row("c, smallest", "c", 0.348, 0.04),
  row("b, small", "b", 0.287, 0.13),
  row("k, open", "k", 0.26, 0.06),
];

/** A tier of a world of which everything is known: `ability` in logits, dollars of accepted and of rejected attempts. */
export type KnownTier = { name: string; ability: number; right: number; wrong: number };

/** What a world does with one slice: whether each tier would get it right. */
export type KnownSlice = { right: boolean[] };

/** Slices of one hidden difficulty each; a tier is right with probability 1 / (1 + e^-(ability - spread·z)). */
export function knownSlices(
  seed: number,
  tiers: readonly KnownTier[],
  spread: number,
  slices: number,
): KnownSlice[] {
  const random = seeded(seed);
  return Array.from({ length: slices }, () => {
    const z = normal(random);
    return { right: tiers.map(({ ability }) => random() < 1 / (1 + Math.exp(-(ability - spread * z)))) };
  });
}
