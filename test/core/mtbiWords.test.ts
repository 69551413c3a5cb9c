/** MTBI in words: one function says it in the sidebar, in the terminal and in the report. */
import { expect, test } from "vitest";
import { mtbiOf, mtbiWords } from "../../src/core/mtbiWords.ts";

const HOUR = 3_600_000;
const figures = (hours: number, interventions: number, accepted: number, reverted: number) => ({
  ...{ workedMs: hours * HOUR, interventions, accepted, reverted },
});

test.each<[string, ReturnType<typeof figures>, string]>([
  ["nothing done", figures(0, 0, 0, 0), "MTBI not enough data · no intervention · 0 reverted"],
  ["two seconds", figures(2 / 3600, 0, 0, 0), "MTBI not enough data · no intervention · 0 reverted"],
  ["none", figures(40, 0, 9, 1), "MTBI ≥ 13.3 h · no intervention · 1 reverted"],
  [
    "below five",
    figures(40, 3, 7, 0),
    "MTBI not enough data (4.6 h – 64.7 h) · 2.3 slices per intervention · 0 reverted",
  ],
  ["one each", figures(40, 5, 5, 0), "MTBI 8.0 h (3.4 h – 24.6 h) · 1 slice per intervention · 0 reverted"],
  ["many", figures(40, 5, 62, 2), "MTBI 8.0 h (3.4 h – 24.6 h) · 12 slices per intervention · 2 reverted"],
])("%s", (_name, of, expected) => expect(mtbiOf(of).line).toBe(expected));

test("a bound is never shown as more than it is", () =>
  expect(mtbiWords(40.2 * HOUR, 0).text).toBe("≥ 13.4 h"));
