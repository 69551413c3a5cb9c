/** A router living in a world of which everything is known, and the best that could be done there. */
import { decide } from "../../../src/core/router/decide.ts";
import { type Past, believe, emptyPast, fold, resultOf } from "../../../src/core/router/past.ts";
import { type Policy, WEIGHTS } from "../../../src/core/router/policy.ts";
import type { Failure, Rung, Trial, Verifier } from "../../../src/core/router/terms.ts";
import { type KnownSlice, type KnownTier, type Random, seeded } from "./generate.ts";

export type KnownWorld = { tiers: readonly KnownTier[]; verifier: Verifier; policy: Policy };

/** What one slice came to. `landed` is null when every tier that was tried was rejected. */
export type Lived = { tried: string[]; dollars: number; landed: "right" | "wrong" | null };

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
  slice: KnownSlice,
  luck: Random,
  next: (tried: readonly Trial[]) => string | null,
): Lived & { trials: Trial[] } {
  const trials: Trial[] = [];
  let dollars = 0;
  let landed: Lived["landed"] = null;
  for (let tier = next(trials); landed === null && tier !== null; tier = landed ? null : next(trials)) {
    const at = world.tiers.findIndex(({ name }) => name === tier);
    const right = slice.right[at] === true;
    const accepted = right ? luck() >= world.verifier.falseReject : luck() < world.verifier.falseAccept;
    const cost = (accepted ? world.tiers[at]?.right : world.tiers[at]?.wrong) ?? 0;
    trials.push({ tier, accepted, cost, seconds: null });
    dollars += cost;
    if (accepted) landed = right ? "right" : "wrong";
  }
  return { tried: trials.map((one) => one.tier), dollars, landed, trials };
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
    const life = live(world, slice, luck, next);
    if (learn === "learn") {
      known = fold([{ class: "C2", trials: life.trials }], known);
      belief = believe("C2", ladder, known, verifiers);
      decisions.clear();
    }
    return { tried: life.tried, dollars: life.dollars, landed: life.landed };
  });
  return { lived, past: known };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (lived: readonly Lived[], landed: Lived["landed"]): number =>
  mean(lived.map((one) => (one.landed === landed ? 1 : 0)));

/** Dollars with what wrong and undone slices cost, on average. */
export function lossOf(world: KnownWorld, lived: readonly Lived[]): number {
  const { wrong, beyond } = WEIGHTS[world.policy];
  const undone = beyond * share(lived, null) + (wrong[0] ?? 0) * share(lived, "wrong");
  return mean(lived.map(({ dollars }) => dollars)) + unitOf(world) * undone;
}

/** The least mean loss any fixed way up the ladder (three tiers at most) has on these slices. */
export function optimum(world: KnownWorld, slices: readonly KnownSlice[], seed: number): number {
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
      return lossOf(
        world,
        slices.map((slice) => live(world, slice, luck, (tried) => chain[tried.length] ?? null)),
      );
    });
  return Math.min(...losses);
}
