/** What a policy weighs, in attempts of the ladder's top tier, so that it fits every price. */
import type { Policy } from "../settings.ts";
import type { Field, Stakes, Unit } from "./climb.ts";

export type { Policy } from "../settings.ts";

/** `wrong`: a wrong slice that slips through. `beyond`: replanning or asking when the tiers are used up. */
export const WEIGHTS: Record<Policy, { unit: Unit; wrong: number; beyond: number }> = {
  economy: { unit: "cost", wrong: 2, beyond: 2 },
  balanced: { unit: "cost", wrong: 12, beyond: 4.5 },
  quality: { unit: "cost", wrong: 20, beyond: 10 },
  speed: { unit: "seconds", wrong: 12, beyond: 4.5 },
};

export function stakesOf(policy: Policy, field: Field): Stakes {
  const { unit, wrong, beyond } = WEIGHTS[policy];
  const top = field[unit].at(-1);
  // Where nothing costs anything (a model of one's own machine), being right still counts.
  const once = Math.max(1e-6, top ? (top.accepted + top.rejected) / 2 : 0);
  return { unit, wrong: wrong * once, beyond: beyond * once };
}
