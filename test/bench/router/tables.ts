/** The router on tables of many kinds, some of them never looked at while it was tuned: how often it keeps what it promises. */
import { type Options, bench } from "./bench.ts";
import { HELD_OUT, TUNED, tableOf } from "./shapes.ts";

/** Seeds of the tables, and replays of each. */
const SEEDS = { tuned: [1, 2, 3, 4, 5, 6], heldOut: [1001, 1002, 1003, 1004, 1005, 1006] };
const REPLAYS = 2;

/** Balanced beside the best single model: resolved in points, cost as a share, silently wrong as a multiple. */
export type Kept = { points: number; cost: number; wrong: number };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function keptOn(kind: (typeof TUNED)[string], seed: number, secondCheck: boolean): Kept {
  const asked: Options = {
    ...{ fa: 0.05, fr: 0.05, models: null, suite: null, seed: 1, replays: REPLAYS },
    secondCheck,
    policies: ["balanced"],
  };
  const { report } = bench(tableOf(kind, seed), asked);
  const balanced = report.policies.find(({ policy }) => policy === "balanced");
  return {
    points: 100 * ((balanced?.resolved ?? NaN) - report.bestSingle.resolved),
    cost: balanced?.costRatio ?? NaN,
    // What the best model alone lets through on average: with few replays its own luck would decide.
    wrong: (balanced?.silentWrong ?? NaN) / (asked.fa * (1 - report.bestSingle.resolved)),
  };
}

const row = (name: string, kept: readonly Kept[]): string =>
  [
    mean(kept.map(({ points }) => points))
      .toFixed(1)
      .padStart(6),
    mean(kept.map(({ cost }) => cost))
      .toFixed(2)
      .padStart(6),
    mean(kept.map(({ wrong }) => wrong))
      .toFixed(2)
      .padStart(6),
    `  ${name}`,
  ].join("");

/** Prints a row a kind of table, checked once and with the second check. */
export function tables(say: (line: string) => void): void {
  for (const secondCheck of [false, true]) {
    say(secondCheck ? "with the second check" : "checked once");
    say("points  cost  wrong  (balanced beside the best single model)");
    for (const [kinds, seeds] of [
      [TUNED, SEEDS.tuned],
      [TUNED, SEEDS.heldOut],
      [HELD_OUT, SEEDS.heldOut],
    ] as const)
      for (const [name, kind] of Object.entries(kinds)) {
        const held = kinds === HELD_OUT ? "held out" : seeds === SEEDS.heldOut ? "other seeds" : "tuned on";
        say(
          row(
            `${name} (${held})`,
            seeds.map((seed) => keptOn(kind, seed, secondCheck)),
          ),
        );
      }
  }
}
