/** How long decisions take: 1,000 slices on 12 tiers with 10,000 past attempts, folded and decided from nothing. */
import { CLASSES } from "../../../src/core/order.ts";
import { fold } from "../../../src/core/router/past.ts";
import { routing } from "../../../src/core/router/routing.ts";
import type { Failure, Rung, Tried } from "../../../src/core/router/terms.ts";
import { seeded } from "./generate.ts";

const TIERS = 12;
const ATTEMPTS = 10_000;
const SLICES = 1000;

/** Milliseconds, the middle of `rounds` and the first one, which also pays for compiling. */
export function decisionMs(rounds: number): { middle: number; first: number } {
  const random = seeded(11);
  const ladder = Array.from({ length: TIERS }, (_, at): Rung => ({
    tier: `t${at}`,
    model: `m${at}`,
    cost: 0.01 * 1.6 ** at,
    seconds: 60,
    rate: null,
  }));
  const verifiers = ladder.map(() => ({ falseAccept: 0.05, falseReject: 0.05, cost: 0, seconds: 0 }));
  const past = pastOf(random);
  const questions = Array.from({ length: SLICES }, () => ({
    kind: CLASSES[Math.floor(random() * 4)] ?? "C2",
    failed:
      random() < 0.7 ? [] : [{ tier: `t${Math.floor(random() * 3)}`, result: "usual" } satisfies Failure],
  }));
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    const route = routing(() => ladder, fold(past), verifiers, "balanced");
    for (const { kind, failed } of questions) route(kind, failed);
    return performance.now() - from;
  });
  const [first = NaN] = times;
  return { middle: times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN, first };
}

/** A ladder climbed as it is in use: nearly always from one of a few rungs, by one or two. */
function pastOf(random: () => number): Tried[] {
  const past: Tried[] = [];
  for (let attempts = 0; attempts < ATTEMPTS;) {
    const start = Math.floor(random() ** 2 * 6);
    const trials = [];
    for (let at = start; at < Math.min(TIERS, start + 6); at += 1 + Math.floor(random() * 2)) {
      const accepted = random() < 0.6;
      trials.push({
        tier: `t${at}`,
        accepted,
        cost: 0.01 * 1.6 ** at * (0.5 + random()),
        seconds: 60 * random(),
      });
      if (accepted || trials.length === 3) break;
    }
    attempts += trials.length;
    past.push({ class: CLASSES[Math.floor(random() * 4)] ?? "C2", trials });
  }
  return past;
}
