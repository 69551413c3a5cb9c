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

/** The same, written one after the other from `row` on. */
function writeResults(
  into: Float64Array,
  row: number,
  accepted: readonly number[],
  lengths: readonly (readonly number[])[],
): void {
  for (let node = 0; node < NODES; node += 1) {
    into[row + node] = accepted[node]!;
    for (let length = 0; length < lengths.length; length += 1)
      into[row + (length + 1) * NODES + node] = lengths[length]![node]! * (1 - accepted[node]!);
  }
}

const ROUNDS = 12;
/** No ability moved by more than this in a round: the rounds are over. */
const SETTLED = 1e-3;
/** Rejected attempts at each difficulty that "lengths say nothing" is worth. */
const LENGTHS_WORTH = 6;
const RESULTS = 4;

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
  const groups = [...new Set(patterns.map(({ shift }) => shift))].map((shift) =>
    flat(shift, patterns, priors.length),
  );
  let tiers = priors.map((prior) => ({ ...prior }));
  let lengths = NO_LENGTHS;
  for (let round = 0, moved = Infinity; round < ROUNDS && moved > SETTLED; round += 1) {
    for (const group of groups) foresee(group, tiers, noise, lengths);
    const next = tiers.map((one, at) =>
      scored(one, priors[at] ?? one, noise[at] ?? PERFECT, groups, at * RESULTS * NODES),
    );
    moved = next.reduce(
      (most, { ability }, at) => Math.max(most, Math.abs(ability - (tiers[at]?.ability ?? 0))),
      0,
    );
    tiers = next;
    lengths = lengthsOf(groups, tiers.length);
  }
  return { tiers, lengths };
}

const PERFECT: Noise = { falseAccept: 0, falseReject: 0 };

/**
 * The patterns of one class as plain numbers, because sums over them are most of a decision's work. A cell is a tier with a
 * result; `cells` of pattern i are those from `starts[i]` to `starts[i + 1]`. `chances` and `counts` hold, cell by cell and node
 * by node, how likely a cell is and how often it was.
 */
type Group = {
  shift: number;
  weights: Float64Array;
  starts: Int32Array;
  cells: Int32Array;
  chances: Float64Array;
  counts: Float64Array;
};

function flat(shift: number, patterns: readonly Pattern[], tiers: number): Group {
  const of = patterns.filter((one) => one.shift === shift);
  const starts = new Int32Array(of.length + 1);
  for (let at = 0; at < of.length; at += 1) starts[at + 1] = starts[at]! + of[at]!.tiers.length;
  const cells = new Int32Array(starts[of.length]!);
  let cell = 0;
  for (const { tiers: tried, results } of of)
    for (let at = 0; at < tried.length; at += 1) cells[cell++] = tried[at]! * RESULTS + (results[at] ?? 0);
  const size = tiers * RESULTS * NODES;
  return {
    shift,
    weights: Float64Array.from(of, ({ weight }) => weight),
    starts,
    cells,
    chances: new Float64Array(size),
    counts: new Float64Array(size),
  };
}

/** Fills `counts`: how often each tier had each result at each difficulty, given what every pattern shows of its difficulty. */
function foresee(
  group: Group,
  tiers: readonly Estimate[],
  noise: readonly Noise[],
  lengths: readonly number[][],
): void {
  const { shift, weights, starts, cells, chances, counts } = group;
  tiers.forEach(({ ability }, at) => {
    writeResults(chances, at * RESULTS * NODES, acceptedAt(ability - shift, noise[at] ?? PERFECT), lengths);
  });
  counts.fill(0);
  const likely = new Float64Array(NODES);
  for (let at = 0; at < weights.length; at += 1) {
    const [from, to] = [starts[at]!, starts[at + 1]!];
    likely.fill(1);
    for (let cell = from; cell < to; cell += 1) {
      const row = cells[cell]! * NODES;
      for (let node = 0; node < NODES; node += 1) likely[node]! *= chances[row + node]!;
    }
    let sum = 0;
    for (let node = 0; node < NODES; node += 1) sum += likely[node]!;
    if (!(sum > 0)) continue;
    const scale = weights[at]! / sum;
    for (let cell = from; cell < to; cell += 1) {
      const row = cells[cell]! * NODES;
      for (let node = 0; node < NODES; node += 1) counts[row + node]! += scale * likely[node]!;
    }
  }
}

/** One step of Fisher scoring of one tier's ability under its prior; its counts begin at `row`. */
function scored(
  now: Estimate,
  prior: Estimate,
  noise: Noise,
  groups: readonly Group[],
  row: number,
): Estimate {
  let slope = (prior.ability - now.ability) / prior.doubt ** 2;
  let information = 1 / prior.doubt ** 2;
  const gain = 1 - noise.falseAccept - noise.falseReject;
  for (const { shift, counts } of groups)
    for (let node = 0; node < NODES; node += 1) {
      const first = row + node;
      const accepted = counts[first]!;
      const rejected = counts[first + NODES]! + counts[first + 2 * NODES]! + counts[first + 3 * NODES]!;
      if (accepted + rejected === 0) continue;
      const right = logistic(now.ability - shift - SPREAD * GRID[node]!);
      const chance = acceptance(right, noise);
      const steep = gain * right * (1 - right);
      slope += steep * (accepted / chance - rejected / (1 - chance));
      information += ((accepted + rejected) * steep ** 2) / (chance * (1 - chance));
    }
  const step = Math.max(-1, Math.min(1, slope / information));
  return { ability: now.ability + step, doubt: 1 / Math.sqrt(information) };
}

/** P(short, usual, long | rejected, z), the same for all tiers, drawn towards their shares at all difficulties. */
function lengthsOf(groups: readonly Group[], tiers: number): number[][] {
  const total = [1, 2, 3].map((result) =>
    GRID.map((_, node) => {
      let sum = 0;
      for (const { counts } of groups)
        for (let tier = 0; tier < tiers; tier += 1)
          sum += counts[(tier * RESULTS + result) * NODES + node] ?? 0;
      return sum;
    }),
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
