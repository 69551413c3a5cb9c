/** One line of the bench. `reach` is what `value` is held against, in the same unit; `how` says what was measured. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  reach: number;
  ok: boolean;
  /** `at most` unless more is better. */
  bound: "at most" | "at least";
  how: string;
};

type Measured = Pick<Figure, "name" | "value" | "unit" | "reach" | "how">;

export const atMost = (one: Measured): Figure => ({ ...one, bound: "at most", ok: one.value <= one.reach });
export const atLeast = (one: Measured): Figure => ({ ...one, bound: "at least", ok: one.value >= one.reach });

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new Error("the median of nothing");
  return (upper + lower) / 2;
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
