/** Shares with their exact bounds. */

/** The logarithm of n over k, exactly enough for thousands. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let at = 1; at <= k; at += 1) sum += Math.log(n - k + at) - Math.log(at);
  return sum;
}

/** The probability of at most k of n, each with probability p. */
function atMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let sum = 0;
  for (let i = 0; i <= k; i += 1)
    sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log(1 - p));
  return Math.min(1, sum);
}

/** The p at which `falling` reaches `level`, by bisection. */
function solve(falling: (p: number) => number, level: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A share of `of` cases with its two-sided exact (Clopper–Pearson) interval. Of no cases nothing is known: 0 to 1. */
export type Share = { share: number; low: number; high: number; count: number; of: number };

export function share(count: number, of: number, confidence = 0.95): Share {
  if (of === 0) return { share: 0, low: 0, high: 1, count, of };
  const tail = (1 - confidence) / 2;
  const low = count === 0 ? 0 : solve((p) => atMost(count - 1, of, p), 1 - tail);
  const high = count === of ? 1 : solve((p) => atMost(count, of, p), tail);
  return { share: count / of, low, high, count, of };
}
