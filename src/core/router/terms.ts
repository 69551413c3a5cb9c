/** The nouns of a routing decision. All of it is plain data: what stands in a decision is enough to make it again. */
import type { SliceClass } from "../order.ts";

/**
 * One rung of the ladder, cheapest first. `tier` names it alone; rungs of one `model` differ in effort. `cost` (dollars) and
 * `seconds` are what an attempt at this class takes before anything was learned, null when unknown; `rate` is the share known
 * to come out right on comparable work, null when only the place on the ladder speaks for it. `effort` tells how
 * much, of the efforts of its model; absent where that is not known. What is `unnamed` may be raised to and is not begun with.
 */
export type Rung = {
  tier: string;
  model: string;
  cost: number | null;
  seconds: number | null;
  rate: number | null;
  effort?: number;
  unnamed?: true;
};

/** Models that are tried on a slice; beyond that a person or a replan is cheaper. */
export const MODELS = 3;

/** How what a tier made is verified: rates of false accepts and false rejects, and what verifying takes. */
export type Verifier = { falseAccept: number; falseReject: number; cost: number; seconds: number };

/**
 * One attempt of the past, as its verdict saw it: nobody knows better at that time. `check` is what verifying it took; dollars
 * are null where no model judged, or at an unknown price.
 */
export type Trial = {
  tier: string;
  accepted: boolean;
  cost: number | null;
  seconds: number | null;
  check?: { cost: number | null; seconds: number };
};

/** All attempts at one slice, in order. */
export type Tried = { class: SliceClass; trials: readonly Trial[] };

/**
 * How an attempt went: accepted, or rejected after less, as much or more work than the tier's rejected attempts usually take.
 * What was rejected after long work is likely hard for the next tier too.
 */
export const RESULTS = ["accepted", "short", "usual", "long"] as const;
export type Result = (typeof RESULTS)[number];

/** An attempt at this slice that failed. */
export type Failure = { tier: string; result: Exclude<Result, "accepted"> };

/** What a thing takes, in one unit: means of accepted and of rejected attempts, and `n` attempts they were learned from. */
export type Spend = { accepted: number; rejected: number; n: number };

/** What is believed of a tier at a class. `ability` and `doubt` (one standard deviation) are in logits; `tries` counts what was not forgotten. */
export type TierBelief = {
  tier: string;
  ability: number;
  doubt: number;
  tries: number;
  cost: Spend | null;
  seconds: Spend | null;
};

/** How often `tier` was accepted after `failed` had failed (`seen`), and how often difficulty alone would have it (`foreseen`). */
export type AfterFailure = { failed: string[]; tier: string; seen: number; foreseen: number };

/** What the past says of one class: everything a decision reads of it. `lengths`: P(short, usual, long | rejected) by difficulty. */
export type Belief = { class: SliceClass; tiers: TierBelief[]; lengths: number[][]; after: AfterFailure[] };
