/** What a policy weighs, in attempts of the ladder's top tier, so that it fits every price. Pure. */
import type { Policy } from "../settings.ts";
import { type Stakes, type Step, best } from "./climb.ts";
import type { Field, Unit } from "./field.ts";

export type { Policy } from "../settings.ts";

/**
 * What is paid for replanning or asking when the tiers are used up, and for a wrong slice that slips through. Of several prices
 * of a wrong slice the lowest is taken that keeps their share within bounds.
 */
type Weights = { unit: Unit; beyond: number; wrong: readonly number[] };

/**
 * Balanced: on tables like public ones, what the best tier alone gets right at a third of its cost. Where the lowest tiers are
 * checked twice, wrong slices can be kept within bounds at little cost; where every tier is checked once, only by giving up the
 * cheap ones, and the lowest price stands.
 */
export const WEIGHTS: Record<Policy, Weights> = {
  economy: { unit: "cost", beyond: 2, wrong: [2] },
  balanced: { unit: "cost", beyond: 5, wrong: [8, 11, 13, 16, 20, 25, 32, 40, 50] },
  quality: { unit: "cost", beyond: 10, wrong: [20, 25, 32, 40, 50] },
  speed: { unit: "seconds", beyond: 4.5, wrong: [8] },
};

/** What slips through wrong may be so many times what the best tier alone lets through behind its check. */
const BOUND = 1.5;

/** What becomes of slices on a way: shares that land right and wrong, and what it costs. */
export type Landed = { resolved: number; wrong: number; cost: number };

/** The best tier by itself: what it gets right, and how often its check accepts what is wrong; `surest`, the ladder's best check. */
export type Alone = { right: number; falseAccept: number; surest: number };

/** The price of a wrong slice under a policy, with the way that `wayAt` finds for it. */
export function priced<Way extends { wrong: number }>(
  policy: Policy,
  { right, falseAccept, surest }: Alone,
  wayAt: (wrong: number) => Way,
): { wrong: number; way: Way } {
  const prices = WEIGHTS[policy].wrong;
  const lowest = prices[0] ?? 0;
  const first = { wrong: lowest, way: wayAt(lowest) };
  const most = BOUND * (1 - right) * falseAccept;
  if (surest >= falseAccept || first.way.wrong <= most) return first;
  const ways = prices.slice(1).map((wrong) => ({ wrong, way: wayAt(wrong) }));
  return ways.find(({ way }) => way.wrong <= most) ?? first;
}

/** What is at stake for slices of a class; `untried` is what may be done with one that was not tried yet. */
export function stakesOf(policy: Policy, field: Field, untried: readonly Step[]): Stakes {
  const { unit, beyond } = WEIGHTS[policy];
  const top = field[unit].at(-1);
  // Where nothing costs anything (a model of one's own machine), being right still counts.
  const once = Math.max(1e-6, top ? (top.accepted + top.rejected) / 2 : 0);
  const alone = untried.reduce<Step | null>(
    (most, step) => (most === null || step.right > most.right ? step : most),
    null,
  );
  const stakes = (wrong: number): Stakes => ({ unit, wrong: wrong * once, beyond: beyond * once });
  const of: Alone = {
    right: alone?.right ?? 0,
    falseAccept: alone?.verifier.falseAccept ?? 0,
    surest: Math.min(...field.verifiers.map(({ falseAccept }) => falseAccept)),
  };
  return stakes(priced(policy, of, (wrong) => best(untried, stakes(wrong))).wrong);
}
