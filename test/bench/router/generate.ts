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
 * How a table comes about: every instance has a hidden difficulty (`spread`; in `skills` parts, each model being better at
 * some), families that err alike (`kin`), and luck of each attempt. A share `hopeless` is far out of reach. Instances stand in
 * blocks of `stay` on average, whose difficulty differs by `block`, as one repository of a suite is harder than another. What
 * an attempt costs has a `tail` (sigma of its logarithm); a failed one costs `dearer` times a solved one; `empty` is the share
 * of costs left out. With `efforts`, every model stands in the table at that many efforts.
 */
export type Shape = {
  instances: number;
  spread: number;
  unsteady: number;
  skills: number;
  kin: number;
  hopeless: number;
  block: number;
  stay: number;
  tail: number;
  dearer: number;
  empty: number;
  efforts: number;
};

/** Calibrated to the published rows of a public table of 500 tasks and 24 models: best single model 74 %, oracle 87 % at a
 * tenth of its cost, cheap → cheap → frontier 79 % at half. */
export const LIKE_PUBLIC: Shape = {
  instances: 500,
  spread: 2.4,
  unsteady: 0.25,
  skills: 1,
  kin: 0.4,
  hopeless: 0.16,
  block: 0.35,
  stay: 40,
  tail: 0.4,
  dearer: 1.27,
  empty: 0,
  efforts: 1,
};

/** How far out of reach what is hopeless lies. */
const GULF = 4.5;
/** What an effort more adds to a model's margin, and to its cost as a factor. */
const EFFORT = { margin: 0.5, cost: 1.9 };
const EFFORTS = ["low", "medium", "high"];

export const leaderboard = (
  seed: number,
  candidates: readonly Candidate[] = PUBLIC,
  instances = 500,
): Outcome[] => table(seed, candidates, { ...LIKE_PUBLIC, instances });

export function table(seed: number, candidates: readonly Candidate[], shape: Shape): Outcome[] {
  const random = seeded(seed);
  const tries = triesOf(random, candidates, shape);
  return tries.flatMap(({ instance, margins, difficulty }) =>
    margins.map(({ model, effort, margin }) => ({
      suite: "synthetic",
      instance,
      model: model.model,
      effort: shape.efforts > 1 ? (EFFORTS[effort] ?? "") : "",
      ...spent(shape, margin > 0, difficulty, model.dollars * EFFORT.cost ** raised(effort, shape), random),
    })),
  );
}

/** Efforts above the middle one. */
const raised = (effort: number, { efforts }: Shape): number => effort - (efforts - 1) / 2;

type Tries = { instance: string; difficulty: number; margins: Margin[] };
type Margin = { model: Candidate; effort: number; margin: number };

/** How far every try is from failing: every model solves exactly its share of the table at its middle effort. */
function triesOf(random: Random, candidates: readonly Candidate[], shape: Shape): Tries[] {
  const families = [...new Set(candidates.map(({ family }) => family))];
  const leans = candidates.map(() => (shape.skills > 1 ? normal(random) : 0));
  const tries: Tries[] = [];
  let block = 0;
  for (let at = 0; at < shape.instances; at += 1) {
    if (at === 0 || random() < 1 / shape.stay) block = shape.block * normal(random);
    const difficulty = Math.sqrt(Math.max(0, 1 - shape.block ** 2)) * normal(random) + block;
    const other = shape.skills > 1 ? normal(random) : 0;
    const gulf = random() < shape.hopeless ? GULF : 0;
    const kin = new Map(families.map((family) => [family, shape.kin * normal(random)]));
    const margins = candidates.flatMap((model, place) => {
      // A model that leans towards the other skill finds other instances hard.
      const lean = leans[place] ?? 0;
      const hard = difficulty * Math.cos(lean) + other * Math.sin(lean);
      const usual = (kin.get(model.family) ?? 0) - shape.spread * hard - gulf;
      return Array.from({ length: shape.efforts }, (_, effort): Margin => ({
        model,
        effort,
        margin: usual + luckOf(model.rate, shape) * normal(random),
      }));
    });
    tries.push({ instance: `task-${String(at).padStart(3, "0")}`, difficulty, margins });
  }
  const all = tries.flatMap(({ margins }) => margins);
  for (const model of candidates)
    raise(
      all.filter((one) => one.model === model),
      model.rate,
      shape,
    );
  return tries;
}

/** Moves the margins of a model so that this share of them is above zero, and then each by its effort. */
function raise(margins: readonly Margin[], rate: number, shape: Shape): void {
  const falling = margins.map(({ margin }) => margin).toSorted((a, b) => b - a);
  const solved = Math.round(rate * falling.length);
  const bar = falling[solved] ?? -Infinity;
  for (const one of margins) one.margin += EFFORT.margin * raised(one.effort, shape) - bar;
}

function spent(
  { tail, dearer, empty }: Shape,
  resolved: boolean,
  difficulty: number,
  dollars: number,
  random: Random,
): Pick<Outcome, "resolved" | "cost" | "steps"> {
  const length =
    Math.exp(0.25 * difficulty + tail * normal(random) - (tail ** 2 + 0.25 ** 2) / 2) *
    (resolved ? 0.86 : 0.86 * dearer);
  return {
    resolved,
    cost: empty > 0 && random() < empty ? null : dollars * length,
    steps: Math.max(1, Math.round(35 * length)),
  };
}

/** The standard deviation of the luck of an attempt: 1 for a model that solves seven of ten. */
const luckOf = (rate: number, { unsteady }: Shape): number => Math.exp((unsteady * (0.7 - rate)) / 0.1);

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
