/** What slices and orders will take, with an interval, and how true such predictions came. Pure. */
import type { Decision } from "./decide.ts";
import { VARIATION } from "./climb.ts";
import type { Unit } from "./field.ts";
import { COST_WORTH } from "./past.ts";

/** Expected amount with the interval that should hold four of five outcomes, in dollars or seconds. */
export type Prediction = { expected: number; low: number; high: number };

/** The 90 % quantile of the standard normal distribution. */
const Z = 1.2816;
const SHARE = 0.1;

/** One decision's ways to end with their amounts, and how sure the level of them is. */
type Part = { ends: { share: number; amount: number }[]; doubt: number };

function partOf({ tier, alternatives, ends, question }: Decision, unit: Unit): Part | null {
  const chosen = alternatives.find((one) => one.tier === tier);
  if (!chosen || chosen[unit] === null) return null;
  const n = question.belief.tiers.find((one) => one.tier === tier)?.[unit]?.n ?? 0;
  return {
    ends: ends.map((end) => ({ share: end.share, amount: end[unit] })),
    doubt: VARIATION / Math.sqrt(n + COST_WORTH),
  };
}

const meanOf = ({ ends }: Part): number => ends.reduce((sum, { share, amount }) => sum + share * amount, 0);

/**
 * The prediction for these decisions together (one slice, or all that an order has left); null when there are none, or one has
 * no known amount. A slice's interval is that of the mixture of its ways to end; a sum of many is taken as log-normal. Slices
 * vary on their own, an error in a tier's level is common to all of them.
 */
export function predict(decisions: readonly Decision[], unit: Unit): Prediction | null {
  const parts = decisions.map((decision) => partOf(decision, unit)).filter((part) => part !== null);
  if (parts.length === 0 || parts.length < decisions.length) return null;
  const expected = parts.reduce((sum, part) => sum + meanOf(part), 0);
  if (!(expected > 0)) return { expected: 0, low: 0, high: 0 };
  const [only] = parts;
  return only && parts.length === 1 ? ofOne(only, expected) : ofMany(parts, expected);
}

function ofOne(part: Part, expected: number): Prediction {
  const width = Math.hypot(spreadOf(VARIATION), spreadOf(part.doubt));
  const below = (amount: number): number =>
    part.ends.reduce((sum, end) => {
      const median = end.amount * Math.exp(-(width ** 2) / 2);
      return sum + (median > 0 ? end.share * cumulative(Math.log(amount / median) / width) : end.share);
    }, 0);
  const most = Math.max(...part.ends.map(({ amount }) => amount));
  const [low, high] = [quantile(below, SHARE, most), quantile(below, 1 - SHARE, most)];
  // A rare dear end draws the mean out of the middle four fifths: an interval without it would only confuse.
  return { expected, low: Math.min(low, expected), high: Math.max(high, expected) };
}

function ofMany(parts: readonly Part[], expected: number): Prediction {
  const common = parts.reduce((sum, part) => sum + meanOf(part) * part.doubt, 0);
  const own = parts.reduce((sum, part) => {
    const square = part.ends.reduce(
      (all, end) => all + end.share * (1 + VARIATION ** 2) * end.amount ** 2,
      0,
    );
    return sum + Math.max(0, square - meanOf(part) ** 2);
  }, 0);
  const width = spreadOf(Math.sqrt(own + common ** 2) / expected);
  const median = expected * Math.exp(-(width ** 2) / 2);
  return { expected, low: median * Math.exp(-Z * width), high: median * Math.exp(Z * width) };
}

/** The sigma of a log-normal whose standard deviation is this part of its mean. */
const spreadOf = (variation: number): number => Math.sqrt(Math.log1p(variation ** 2));

/** The standard normal distribution function (logistic approximation of Bowling et al., to 0.00014). */
const cumulative = (x: number): number => 1 / (1 + Math.exp(-0.07056 * x ** 3 - 1.5976 * x));

/** Where a rising share is reached, by bisection in logarithms; nothing takes thirty times its mean. */
function quantile(below: (amount: number) => number, share: number, most: number): number {
  let low = Math.log(most) - 20;
  let high = Math.log(most) + Math.log(30);
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (below(Math.exp(middle)) < share) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** `inside`: share of outcomes within their interval (0.8 is wanted). `ratio`: spent / predicted, 1 when true on average. */
export type Calibration = { n: number; inside: number; ratio: number };

export function calibration(
  outcomes: readonly { predicted: Prediction; spent: number }[],
): Calibration | null {
  const valid = outcomes.filter(({ spent }) => spent >= 0 && spent < Infinity);
  const expected = valid.reduce((sum, { predicted }) => sum + predicted.expected, 0);
  if (valid.length === 0 || expected === 0) return null;
  const inside = valid.filter(({ predicted, spent }) => predicted.low <= spent && spent <= predicted.high);
  const spent = valid.reduce((sum, outcome) => sum + outcome.spent, 0);
  return { n: valid.length, inside: inside.length / valid.length, ratio: spent / expected };
}
