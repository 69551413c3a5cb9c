/** Tables of many kinds, so that the router is not tuned to one: some are looked at while tuning, the others only to report. */
import {
  type Candidate,
  type Random,
  type Shape,
  LIKE_PUBLIC,
  PUBLIC,
  normal,
  seeded,
  table,
} from "./generate.ts";
import type { Outcome } from "./table.ts";

/** A kind of table; `models` are made anew for every seed unless given. */
type Kind = { shape: Partial<Shape>; models: "public" | ModelsAtRandom };

/** `price`: dollars of the cheapest and of the dearest. Quality rises with the logarithm of the price, by `slope` and luck. */
type ModelsAtRandom = {
  count: number;
  price: [number, number];
  best: number;
  slope: number;
  luck: number;
  families: number;
};

const spread = (more: Partial<ModelsAtRandom> = {}): ModelsAtRandom => ({
  count: 20,
  price: [0.03, 1.2],
  best: 0.75,
  slope: 0.1,
  luck: 0.08,
  families: 8,
  ...more,
});

/** Looked at while tuning. */
export const TUNED: Readonly<Record<string, Kind>> = {
  public: { shape: {}, models: "public" },
  "public, costs with long tails": { shape: { tail: 0.9, dearer: 1.8 }, models: "public" },
  "public, in repositories": { shape: { block: 0.7, stay: 80 }, models: "public" },
  "models at random": { shape: {}, models: spread() },
  "tried alike": { shape: { spread: 2.6, kin: 0.2, hopeless: 0.05 }, models: spread({ best: 0.7 }) },
  "tried unlike": { shape: { spread: 1, kin: 0.8, hopeless: 0.1 }, models: spread({ best: 0.7 }) },
  "few models": { shape: {}, models: spread({ count: 5, price: [0.05, 1], families: 4 }) },
};

/** Never looked at while tuning: other structures, reported beside the tuned ones. */
export const HELD_OUT: Readonly<Record<string, Kind>> = {
  "two skills": { shape: { skills: 2, hopeless: 0.08 }, models: spread({ count: 24 }) },
  "families that err alike": { shape: { kin: 1.6, spread: 1.4 }, models: spread({ families: 5 }) },
  "easy suite": { shape: { hopeless: 0.02 }, models: spread({ best: 0.9, luck: 0.06 }) },
  "hard suite": { shape: { hopeless: 0.3 }, models: spread({ best: 0.45, slope: 0.07 }) },
  "a hundred instances": { shape: { instances: 100 }, models: "public" },
  "narrow prices": { shape: {}, models: spread({ price: [0.2, 0.8] }) },
  "efforts of a few models": { shape: { efforts: 3 }, models: spread({ count: 7, families: 7 }) },
  "sorted by repository, no cost on a fifth": {
    shape: { block: 1, stay: 150, empty: 0.2 },
    models: "public",
  },
};

export function tableOf({ shape, models }: Kind, seed: number): Outcome[] {
  return table(seed, models === "public" ? PUBLIC : atRandom(models, seeded(7919 * seed + 13)), {
    ...LIKE_PUBLIC,
    ...shape,
  });
}

function atRandom(
  { count, price: [cheap, dear], best, slope, luck, families }: ModelsAtRandom,
  random: Random,
): Candidate[] {
  return Array.from({ length: count }, (_, at) => {
    const place = count > 1 ? at / (count - 1) : 1;
    const dollars = cheap * (dear / cheap) ** place;
    const doublings = Math.log2(dear / dollars);
    const rate = best - (slope / 2) * doublings + luck * normal(random);
    return {
      model: `model ${at}`,
      family: `family ${Math.floor(random() * families)}`,
      rate: Math.min(0.95, Math.max(0.05, rate)),
      dollars: dollars * Math.exp(0.15 * normal(random)),
    };
  });
}
