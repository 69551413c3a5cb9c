/** The router on tables of many kinds, some of them never looked at while it was tuned: how often it keeps what it promises. */
import { verifierAt } from "../../../src/core/router/verifiers.ts";
import { attainable } from "./attainable.ts";
import { type Options, CORRELATION, STEPS, bench } from "./bench.ts";
import { HELD_OUT, TUNED, tableOf } from "./shapes.ts";
import { type Instance, type Outcome, instancesOf, tierOf } from "./table.ts";

/** Seeds of the tables, and replays of each. */
const SEEDS = { tuned: [1, 2, 3, 4, 5, 6], heldOut: [1001, 1002, 1003, 1004, 1005, 1006] };
const REPLAYS = 2;

/** What is promised: the best single model's quality at this share of its cost; what slips through, as a multiple of its own. */
const PROMISED = { once: { cost: 0.35, wrong: Infinity }, twice: { cost: 0.45, wrong: 1.5 } };

/**
 * Balanced beside the best single model, which is picked with hindsight and counted unverified: resolved in points, cost as a
 * share, silently wrong as a multiple. `least`: the cost of the cheapest fixed climb that keeps what is promised of the other
 * two, found with hindsight.
 */
export type Kept = { points: number; cost: number; wrong: number; least: number; met: boolean };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function keptOn(kind: (typeof TUNED)[string], seed: number, secondCheck: boolean): Kept {
  const asked: Options = {
    ...{ fa: 0.05, fr: 0.05, models: null, suite: null, seed: 1, replays: REPLAYS },
    secondCheck,
    policies: ["balanced"],
  };
  const outcomes = tableOf(kind, seed);
  const { report } = bench(outcomes, asked);
  const { resolved, cost: single } = report.bestSingle;
  const balanced = report.policies.find(({ policy }) => policy === "balanced");
  const points = 100 * ((balanced?.resolved ?? NaN) - resolved);
  const cost = balanced?.costRatio ?? NaN;
  // What the best model alone lets through on average: with few replays its own luck would decide.
  const alone = asked.fa * (1 - resolved);
  const wrong = (balanced?.silentWrong ?? NaN) / alone;
  const promised = secondCheck ? PROMISED.twice : PROMISED.once;
  const met = points >= 0 && cost <= promised.cost && wrong <= promised.wrong;
  const dollars = leastOf(outcomes, asked, { resolved, wrong: promised.wrong * alone }, single ?? NaN);
  return { points, cost, wrong, least: dollars / (single ?? NaN), met };
}

/** The cheapest climb on the instances that the bench scores. */
function leastOf(
  outcomes: readonly Outcome[],
  { fa, fr, secondCheck }: Options,
  asked: { resolved: number; wrong: number },
  single: number,
): number {
  const all = instancesOf(outcomes);
  const scored = all.slice(Math.floor(all.length / 3));
  const means = new Map<string, number>();
  for (const tier of new Set(outcomes.map(tierOf))) {
    const costs = scored.flatMap(({ tries }) => tries.get(tier)?.cost ?? []);
    means.set(tier, mean(costs));
  }
  const tiers = [...means.keys()].toSorted((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
  const costOf = ({ tries }: Instance, tier: string): number => tries.get(tier)?.cost ?? means.get(tier) ?? 0;
  const once = { falseAccept: fa, falseReject: fr, cost: 0, seconds: 0 };
  const second = secondCheck ? { cost: single / STEPS, seconds: 1, correlation: CORRELATION } : null;
  return attainable(scored, tiers, (place) => verifierAt(place, once, second), costOf, asked);
}

function row(name: string, kept: readonly Kept[]): string {
  const could = kept.filter(({ least }) => least < Infinity);
  const numbers: [number, number, number][] = [
    [mean(kept.map(({ points }) => points)), 1, 6],
    [mean(kept.map(({ cost }) => cost)), 2, 6],
    [mean(kept.map(({ wrong }) => wrong)), 2, 6],
    [could.length > 0 ? mean(could.map(({ least }) => least)) : Infinity, 2, 9],
  ];
  const shown = numbers.map(([value, digits, width]) => value.toFixed(digits).padStart(width)).join("");
  return `${shown}${`${kept.filter(({ met }) => met).length}/${kept.length}`.padStart(6)}  ${name}`;
}

/** Prints a row a kind of table, checked once and with the second check. */
export function tables(say: (line: string) => void): void {
  for (const secondCheck of [false, true]) {
    say(secondCheck ? "with the second check" : "checked once");
    say("points  cost wrong    least   met  (balanced beside the best single model)");
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
