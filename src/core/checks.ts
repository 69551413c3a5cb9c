/** What verifying an attempt takes, as it was seen: seconds, and dollars against what was foreseen of them. Pure. */
import type { Trial, Tried } from "./router/terms.ts";
import type { SliceClass } from "./order.ts";

/** Checks that count, the newest; what is older would tell of other tests. */
const NEWEST = 100;
/** Judged checks that what is foreseen of their price is worth. */
const WORTH = 4;

type Check = { tier: string } & NonNullable<Trial["check"]>;

const checksIn = (tried: readonly Tried[], kind: SliceClass | null): Check[] =>
  tried
    .filter((one) => kind === null || one.class === kind)
    .flatMap(({ trials }) => trials.flatMap(({ tier, check }) => (check ? [{ tier, ...check }] : [])))
    .slice(-NEWEST);

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/**
 * `seconds` of a check of this class, else of any, 0 when none was seen; `times` is what judging cost over what `foreseen` says
 * it costs by tier (dollars; null or 0: nobody judges, or at an unknown price).
 */
export function checksSeen(
  tried: readonly Tried[],
  kind: SliceClass,
  foreseen: (tier: string) => number | null,
): { seconds: number; times: number } {
  const own = checksIn(tried, kind);
  const known = own.length > 0 ? own : checksIn(tried, null);
  const seconds = known.length === 0 ? 0 : sum(known.map((one) => one.seconds)) / known.length;
  const judged = own.flatMap(({ tier, cost }) => {
    const expected = foreseen(tier);
    return cost === null || !expected ? [] : [{ cost, expected }];
  });
  if (judged.length === 0) return { seconds, times: 1 };
  const all = sum(judged.map(({ expected }) => expected));
  const before = (WORTH * all) / judged.length;
  return { seconds, times: (sum(judged.map(({ cost }) => cost)) + before) / (all + before) };
}
