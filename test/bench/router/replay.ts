/** Outcomes replayed, instance by instance: ways of routing against the same table behind the same verifier. */
import { type Decision, decide } from "../../../src/core/router/decide.ts";
import { type Past, believe, fold, resultOf } from "../../../src/core/router/past.ts";
import type { Policy } from "../../../src/core/router/policy.ts";
import { type Prediction, predict } from "../../../src/core/router/predict.ts";
import type { Failure, Rung, Trial, Verifier } from "../../../src/core/router/terms.ts";
import { type Random, seeded } from "./generate.ts";
import { type Instance, type Outcome } from "./table.ts";

/** What the table had no classes for is taken as bounded work. */
const CLASS = "C2";

/** Whether a verifier accepts a try. */
export type Verdicts = (outcome: Outcome, verifier: Verifier) => boolean;

/**
 * The verifier's luck in every replay, drawn once so that all ways of routing meet the same verifier. It is turned on evenly
 * from replay to replay, so that over all of them every try meets every luck: with 20 replays at 5 % each wrong try is
 * accepted in exactly one.
 */
export function verdicts(instances: readonly Instance[], seed: number, replays: number): Verdicts[] {
  const random = seeded(seed);
  const luck = new Map<Outcome, number>();
  for (const { tries } of instances) for (const outcome of tries.values()) luck.set(outcome, random());
  return Array.from({ length: replays }, (_, replay): Verdicts => (outcome, { falseAccept, falseReject }) => {
    const drawn = ((luck.get(outcome) ?? 0.5) + replay / replays) % 1;
    return outcome.resolved ? drawn >= falseReject : drawn < falseAccept;
  });
}

/** What became of one instance. `landed` is null when every tier that was tried was rejected. */
export type Course = {
  landed: "right" | "wrong" | null;
  tiers: string[];
  cost: number;
  predicted: Prediction | null;
};

/** A way of routing: the tier to try next on an instance, null to stop; told what became of it. */
export type Way = {
  start: () => { next: (failed: readonly Trial[]) => string | null; predicted: Prediction | null };
  learn: (trials: readonly Trial[]) => void;
};

export type World = {
  ladder: readonly Rung[];
  verifiers: readonly Verifier[];
  judge: Verdicts;
  costOf: (outcome: Outcome) => number;
};

export function run(instances: readonly Instance[], way: Way, world: World): Course[] {
  return instances.map(({ tries }) => {
    const trials: Trial[] = [];
    const course: Course = { landed: null, tiers: [], cost: 0, predicted: null };
    const { next, predicted } = way.start();
    for (let tier = next(trials); tier !== null; tier = next(trials)) {
      const outcome = tries.get(tier);
      const verifier = world.verifiers[world.ladder.findIndex((rung) => rung.tier === tier)];
      if (!outcome || !verifier) break;
      const accepted = world.judge(outcome, verifier);
      trials.push({ tier, accepted, cost: outcome.cost, seconds: outcome.steps });
      course.tiers.push(tier);
      course.cost += world.costOf(outcome) + verifier.cost;
      if (accepted) course.landed = outcome.resolved ? "right" : "wrong";
      if (accepted) break;
    }
    way.learn(trials);
    return { ...course, predicted };
  });
}

/** Our own router: decides with what verdicts have taught so far, and never sees the truth. */
export function learned(policy: Policy, { ladder, verifiers }: World, past: Past): Way {
  let known = past;
  return {
    start: () => {
      const belief = believe(CLASS, ladder, known, verifiers);
      const ask = (failed: readonly Failure[]): Decision =>
        decide({ ladder, belief, verifiers, policy, failed });
      const first = ask([]);
      const failures = (trials: readonly Trial[]): Failure[] =>
        trials.flatMap((trial) => {
          const of = belief.tiers.find(({ tier }) => tier === trial.tier);
          const result = resultOf(trial, {
            cost: of?.cost?.rejected ?? null,
            seconds: of?.seconds?.rejected ?? null,
          });
          return result === "accepted" ? [] : [{ tier: trial.tier, result }];
        });
      return {
        next: (trials) => (trials.length === 0 ? first : ask(failures(trials))).tier,
        predicted: predict([first], "cost"),
      };
    },
    learn: (trials) => {
      known = fold([{ class: CLASS, trials }], known);
    },
  };
}

/** Always these tiers, in this order. */
export const cascade = (tiers: readonly string[]): Way => ({
  start: () => ({ next: (failed) => tiers[failed.length] ?? null, predicted: null }),
  learn: () => undefined,
});

/** Anywhere on the ladder, and up from there at random, at most twice. */
export const anywhere = (ladder: readonly Rung[], random: Random): Way => ({
  start: () => ({
    next: (failed) => {
      const last = ladder.findIndex(({ tier }) => tier === failed.at(-1)?.tier);
      const above = ladder.slice(last + 1);
      return failed.length > 2 ? null : (above[Math.floor(random() * above.length)]?.tier ?? null);
    },
    predicted: null,
  }),
  learn: () => undefined,
});

/** A past in which every tier of the ladder was tried on each of these instances, as verdicts saw it. */
export const surveyed = (instances: readonly Instance[], { ladder, verifiers, judge }: World): Past =>
  fold(
    instances.map(({ tries }) => ({
      class: CLASS,
      trials: ladder.flatMap(({ tier }, at): Trial[] => {
        const outcome = tries.get(tier);
        const verifier = verifiers[at];
        return outcome && verifier
          ? [{ tier, accepted: judge(outcome, verifier), cost: outcome.cost, seconds: outcome.steps }]
          : [];
      }),
    })),
  );
