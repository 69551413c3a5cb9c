/**
 * The hidden difficulty of a slice. Failures of tiers go together because some slices are hard for all of them: a slice has
 * one difficulty z, and a tier gets it right with probability 1 / (1 + e^-(ability - SPREAD·z)). What an attempt showed moves
 * what is believed of z, and so what is believed of every other tier. Sums over a fixed grid: the same input, the same output.
 */

/** Standard normal quantiles at the middles of eleven equal shares. */
const GRID = [
  -1.6906, -1.0968, -0.7479, -0.4728, -0.2299, 0, 0.2299, 0.4728, 0.7479, 1.0968, 1.6906,
] as const;
const NODES = GRID.length;

/** How far slices of one class lie apart, in logits; from the share a second tier solves of what the first one did not. */
const SPREAD = 2.4;

/** A verifier's rates of false accepts and false rejects. */
export type Noise = { falseAccept: number; falseReject: number };

/** How often tiers (places on the ladder) were tried in this order with these results (places in RESULTS; 0 is accepted). */
export type Pattern = { weight: number; shift: number; tiers: readonly number[]; results: readonly number[] };

export type Estimate = { ability: number; doubt: number };

/** What is believed of the difficulty, node by node; sums to 1. */
export type Weights = readonly number[];
export const UNTRIED: Weights = GRID.map(() => 1 / NODES);

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The ability at which this share of all slices comes out right, to about one part in a hundred. */
export function abilityOf(share: number): number {
  const sure = Math.min(0.98, Math.max(0.02, share));
  return Math.log(sure / (1 - sure)) * Math.sqrt(1 + (Math.PI / 8) * SPREAD ** 2);
}

/** P(accepted) of something right with this probability. */
const acceptance = (right: number, { falseAccept, falseReject }: Noise): number =>
  Math.min(1 - 1e-6, Math.max(1e-6, right * (1 - falseReject) + (1 - right) * falseAccept));

/** P(accepted | z) of a tier. */
export const acceptedAt = (ability: number, noise: Noise): number[] =>
  GRID.map((z) => acceptance(logistic(ability - SPREAD * z), noise));

export const average = (weights: Weights, values: readonly number[]): number => {
  let sum = 0;
  for (let node = 0; node < NODES; node += 1) sum += (weights[node] ?? 0) * (values[node] ?? 0);
  return sum;
};

/** Belief after something that is this likely at each node; as before when it could not happen. */
export function after(weights: Weights, likely: readonly number[]): Weights {
  const sum = average(weights, likely);
  if (!(sum > 1e-12)) return weights;
  const moved = new Array<number>(NODES);
  for (let node = 0; node < NODES; node += 1)
    moved[node] = ((weights[node] ?? 0) * (likely[node] ?? 0)) / sum;
  return moved;
}

/** P(short, usual, long | rejected, z) before anything was seen: lengths say nothing. */
export const NO_LENGTHS: number[][] = [1, 2, 3].map(() => GRID.map(() => 1 / 3));

/** P(result | z) of a tier, for the four results. */
export const resultsAt = (accepted: readonly number[], lengths: readonly number[][]): number[][] => [
  [...accepted],
  ...lengths.map((length) => length.map((share, node) => share * (1 - (accepted[node] ?? 0)))),
];

const ROUNDS = 12;
/** Rejected attempts at each difficulty that "lengths say nothing" is worth. */
const LENGTHS_WORTH = 6;

/**
 * The abilities that explain the patterns best, with normal priors, and the lengths of rejected attempts by difficulty:
 * expectation (the difficulty of each pattern's slices) and one step of Fisher scoring for each tier, in turn. Which tier was
 * tried next depended only on what stands in the pattern, so tiers that only ever saw what others had failed are judged fairly.
 */
export function estimate(
  patterns: readonly Pattern[],
  priors: readonly Estimate[],
  noise: readonly Noise[],
): { tiers: Estimate[]; lengths: number[][] } {
  const shifts = [...new Set(patterns.map(({ shift }) => shift))];
  let tiers = priors.map((prior) => ({ ...prior }));
  let lengths = NO_LENGTHS;
  for (let round = 0; round < ROUNDS; round += 1) {
    const counts = shifts.map((shift) => countsOf(patterns, shift, tiers, noise, lengths));
    tiers = tiers.map((one, at) =>
      scored(
        one,
        priors[at] ?? one,
        noise[at] ?? PERFECT,
        shifts,
        counts.map((count) => count[at] ?? []),
      ),
    );
    lengths = lengthsOf(counts.flat());
  }
  return { tiers, lengths };
}

const PERFECT: Noise = { falseAccept: 0, falseReject: 0 };

/** How often each tier (first index) had each result (second) at each difficulty (third), in slices of one class. */
function countsOf(
  patterns: readonly Pattern[],
  shift: number,
  tiers: readonly Estimate[],
  noise: readonly Noise[],
  lengths: readonly number[][],
): Float64Array[][] {
  const chances = tiers.map(({ ability }, at) =>
    resultsAt(acceptedAt(ability - shift, noise[at] ?? PERFECT), lengths),
  );
  const counts = tiers.map(() => [0, 1, 2, 3].map(() => new Float64Array(NODES)));
  const likely = new Float64Array(NODES);
  for (const pattern of patterns) {
    if (pattern.shift !== shift) continue;
    const { tiers: tried, results, weight } = pattern;
    likely.fill(1);
    for (let at = 0; at < tried.length; at += 1) {
      const row = chances[tried[at] ?? 0]?.[results[at] ?? 0];
      for (let node = 0; row && node < NODES; node += 1)
        likely[node] = (likely[node] ?? 0) * (row[node] ?? 0);
    }
    let sum = 0;
    for (let node = 0; node < NODES; node += 1) sum += likely[node] ?? 0;
    if (!(sum > 0)) continue;
    const scale = weight / sum;
    for (let at = 0; at < tried.length; at += 1) {
      const count = counts[tried[at] ?? 0]?.[results[at] ?? 0];
      for (let node = 0; count && node < NODES; node += 1)
        count[node] = (count[node] ?? 0) + scale * (likely[node] ?? 0);
    }
  }
  return counts;
}

/** One step of Fisher scoring of one tier's ability under its prior. `counts`: by class, result and difficulty. */
function scored(
  now: Estimate,
  prior: Estimate,
  noise: Noise,
  shifts: readonly number[],
  counts: readonly (readonly Float64Array[])[],
): Estimate {
  let slope = (prior.ability - now.ability) / prior.doubt ** 2;
  let information = 1 / prior.doubt ** 2;
  const gain = 1 - noise.falseAccept - noise.falseReject;
  counts.forEach((results, of) => {
    GRID.forEach((z, node) => {
      const [accepted = 0, short = 0, usual = 0, long = 0] = results.map((count) => count[node] ?? 0);
      const rejected = short + usual + long;
      if (accepted + rejected === 0) return;
      const right = logistic(now.ability - (shifts[of] ?? 0) - SPREAD * z);
      const chance = acceptance(right, noise);
      const steep = gain * right * (1 - right);
      slope += steep * (accepted / chance - rejected / (1 - chance));
      information += ((accepted + rejected) * steep ** 2) / (chance * (1 - chance));
    });
  });
  const step = Math.max(-1, Math.min(1, slope / information));
  return { ability: now.ability + step, doubt: 1 / Math.sqrt(information) };
}

/** P(short, usual, long | rejected, z), the same for all tiers, drawn towards their shares at all difficulties. */
function lengthsOf(counts: readonly (readonly Float64Array[])[]): number[][] {
  const total = [1, 2, 3].map((result) =>
    GRID.map((_, node) => counts.reduce((sum, results) => sum + (results[result]?.[node] ?? 0), 0)),
  );
  const sums = total.map((count) => count.reduce((sum, one) => sum + one, 1));
  const all = sums.reduce((sum, one) => sum + one, 0);
  return total.map((count, length) =>
    count.map((one, node) => {
      const rejected = total.reduce((sum, other) => sum + (other[node] ?? 0), 0);
      return (one + (LENGTHS_WORTH * (sums[length] ?? 0)) / all) / (rejected + LENGTHS_WORTH);
    }),
  );
}
