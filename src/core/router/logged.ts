/** A decision as it stands in the log: with all its inputs, rounded, so that a log stays small and another machine agrees. */
import * as z from "zod";
import type { Alternative, Decision } from "./decide.ts";
import { predict } from "./predict.ts";

/** Version of the router's mathematics. A decision of another one is not made again: it is shown as it was. */
export const ROUTER = 4;

const Amount = z.number().nonnegative();
const Share = z.number().min(0).max(1);

export const Prediction = z.strictObject({ expected: Amount, low: Amount, high: Amount });

const LoggedAlternative = z.strictObject({
  tier: z.string(),
  then: z.array(z.string()),
  right: Share,
  attempt: Amount.nullable(),
  cost: Amount.nullable(),
  seconds: Amount.nullable(),
  resolved: Share,
  wrong: Share,
  expected: z.number(),
  hoped: z.number(),
});

/**
 * `question` has the shape that version `v` of the router gave it, and is read by nobody else. `cost` (dollars) and `seconds`
 * are predicted from this decision until the slice is done.
 */
export const RouteDecision = z.strictObject({
  v: z.number().int().positive(),
  question: z.record(z.string(), z.unknown()),
  tier: z.string().nullable(),
  then: z.array(z.string()),
  alternatives: z.array(LoggedAlternative),
  beyond: Amount,
  cost: Prediction.nullable(),
  seconds: Prediction.nullable(),
});
export type RouteDecision = z.infer<typeof RouteDecision>;

const DIGITS = 6;

/** Every number in it to so many significant digits; what is undefined is left out. */
export function shortened<T>(value: T, digits: number): T {
  const short = (one: unknown): unknown => {
    if (typeof one === "number") return Number(one.toPrecision(digits));
    if (Array.isArray(one)) return one.map(short);
    if (typeof one !== "object" || one === null) return one;
    const entries = Object.entries(one).filter(([, part]) => part !== undefined);
    return Object.fromEntries(entries.map(([key, part]) => [key, short(part)]));
  };
  // The one cast: a copy with shorter numbers has the shape of what was copied.
  return short(value) as T;
}

/** Key by key: what the router may come to hold besides does not stand in the log before its shape says so. */
const kept = (one: Alternative): z.infer<typeof LoggedAlternative> => {
  const { tier, then, right, attempt, cost, seconds, resolved, wrong, expected, hoped } = one;
  return { tier, then, right, attempt, cost, seconds, resolved, wrong, expected, hoped };
};

export function logged(decision: Decision): RouteDecision {
  const { question, tier, then, alternatives, beyond } = decision;
  const made = {
    ...{ v: ROUTER, question: { ...question }, tier, then, beyond },
    alternatives: alternatives.map(kept),
    ...{ cost: predict([decision], "cost"), seconds: predict([decision], "seconds") },
  };
  return shortened(made, DIGITS);
}

/** Rounded numbers that differ by less are the same on another machine. */
const TOLERANCE = 1e-4;

/** Whether two pieces of logged data say the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([key, one]) => right.has(key) && isSame(one, right.get(key)))
  );
}
