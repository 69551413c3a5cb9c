/** How what each rung makes is verified, as the router reckons with it. Pure. */
import type { Rung, Verifier } from "./terms.ts";

/** A second kind of evidence: what it takes, and how far its errors go together with the first one's (0 to 1). */
export type SecondCheck = { cost: number; seconds: number; correlation: number };

/** How many of the lowest rungs need two independent kinds of evidence. */
export const LOWEST = 2;

/** Both of an event of this probability, twice, when the two are correlated so far. */
const both = (probability: number, correlation: number): number =>
  probability ** 2 + correlation * probability * (1 - probability);

/** Two checks that must both accept: false accepts get rarer, false rejects more frequent. */
export const checkedTwice = (one: Verifier, second: SecondCheck): Verifier => ({
  falseAccept: both(one.falseAccept, second.correlation),
  falseReject: 1 - both(1 - one.falseReject, second.correlation),
  cost: one.cost + second.cost,
  seconds: one.seconds + second.seconds,
});

/** The verifier of the rung at this place of a ladder; the lowest are checked twice where there is a second check. */
export const verifierAt = (place: number, one: Verifier, second: SecondCheck | null): Verifier =>
  second !== null && place < LOWEST ? checkedTwice(one, second) : one;

/** One verifier a rung. */
export const verifiersOf = (ladder: readonly Rung[], one: Verifier, second: SecondCheck | null): Verifier[] =>
  ladder.map((_, at) => verifierAt(at, one, second));
