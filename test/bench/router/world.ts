/** A router living in a world of which everything is known, and the best that could be done there. */
import { decide } from "../../../src/core/router/decide.ts";
import { type Past, believe, emptyPast, fold, resultOf } from "../../../src/core/router/past.ts";
import { type Policy, WEIGHTS } from "../../../src/core/router/policy.ts";
import type { Failure, Rung, Trial, Verifier } from "../../../src/core/router/terms.ts";
import { type KnownSlice, type KnownTier, type Random, seeded } from "./generate.ts";

export type KnownWorld = { tiers: readonly KnownTier[]; verifier: Verifier; policy: Policy };

/** What one slice came to: tiers tried, and dollars with what a wrong or an undone slice costs. */
export type Lived = { tried: string[]; loss: number };

/** The ladder as a user has it: prices known, quality not. */
const ladderOf = ({ tiers }: KnownWorld): Rung[] =>
  tiers.map(({ name, right, wrong }) => ({
    tier: name,
    model: name,
    cost: (right + wrong) / 2,
    seconds: null,
    rate: null,
  }));

/** Dollars in which a policy weighs: an attempt of the top tier. */
function unitOf({ tiers }: KnownWorld): number {
  const top = tiers.at(-1);
  return top ? (top.right + top.wrong) / 2 : 0;
}

/** Tries tiers on a slice as long as `next` names one. */
function live(
  world: KnownWorld,
  unit: number,
  slice: KnownSlice,
  luck: Random,
  next: (tried: readonly Trial[]) => string | null,
): Lived & { trials: Trial[] } {
  const { wrong, beyond } = WEIGHTS[world.policy];
  const trials: Trial[] = [];
  let loss = 0;
  for (let tier = next(trials); tier !== null; tier = next(trials)) {
    const at = world.tiers.findIndex(({ name }) => name === tier);
    const right = slice.right[at] === true;
    const accepted = right ? luck() >= world.verifier.falseReject : luck() < world.verifier.falseAccept;
    const cost = (accepted ? world.tiers[at]?.right : world.tiers[at]?.wrong) ?? 0;
    trials.push({ tier, accepted, cost, seconds: null });
    loss += cost + (accepted && !right ? wrong * unit : 0);
    if (accepted) return { tried: trials.map((one) => one.tier), loss, trials };
  }
  return { tried: trials.map((one) => one.tier), loss: loss + beyond * unit, trials };
}

/** The router on these slices, one after the other; with `learn` it goes on learning from each. */
export function lifeOf(
  world: KnownWorld,
  slices: readonly KnownSlice[],
  seed: number,
  past: Past = emptyPast(),
  learn: "learn" | "frozen" = "learn",
): { lived: Lived[]; past: Past } {
  const ladder = ladderOf(world);
  const verifiers = ladder.map(() => world.verifier);
  const luck = seeded(seed);
  const unit = unitOf(world);
  let known = past;
  let belief = believe("C2", ladder, known, verifiers);
  const decisions = new Map<string, string | null>();
  const next = (trials: readonly Trial[]): string | null => {
    const failed = trials.flatMap((trial): Failure[] => {
      const of = belief.tiers.find(({ tier }) => tier === trial.tier);
      const result = resultOf(trial, { cost: of?.cost?.rejected ?? null, seconds: null });
      return result === "accepted" ? [] : [{ tier: trial.tier, result }];
    });
    const key = JSON.stringify(failed);
    const made = decisions.get(key);
    if (made !== undefined) return made;
    const { tier } = decide({ ladder, belief, verifiers, policy: world.policy, failed });
    decisions.set(key, tier);
    return tier;
  };
  const lived = slices.map((slice) => {
    const life = live(world, unit, slice, luck, next);
    if (learn === "learn") {
      known = fold([{ class: "C2", trials: life.trials }], known);
      belief = believe("C2", ladder, known, verifiers);
      decisions.clear();
    }
    return { tried: life.tried, loss: life.loss };
  });
  return { lived, past: known };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
export const lossOf = (lived: readonly Lived[]): number => mean(lived.map(({ loss }) => loss));

/** The least mean loss any fixed way up the ladder (three tiers at most) has on these slices. */
export function optimum(
  world: KnownWorld,
  slices: readonly KnownSlice[],
  seed: number,
): { chain: string[]; loss: number } {
  const unit = unitOf(world);
  const names = world.tiers.map(({ name }) => name);
  const longer = (chain: string[]): string[][] =>
    chain.length === 3
      ? [chain]
      : [
          chain,
          ...names.slice(names.indexOf(chain.at(-1) ?? "") + 1).flatMap((name) => longer([...chain, name])),
        ];
  const losses = names
    .flatMap((name) => longer([name]))
    .map((chain) => {
      const luck = seeded(seed);
      return {
        chain,
        loss: lossOf(
          slices.map((slice) => live(world, unit, slice, luck, (tried) => chain[tried.length] ?? null)),
        ),
      };
    });
  return losses.reduce((least, one) => (one.loss < least.loss ? one : least));
}
