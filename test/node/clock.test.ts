import { expect, test } from "vitest";
import { awakeTime, systemClock } from "../../src/node/clock.ts";

test.each<[string, asked: number[], expected: number[]]>([
  ["counts what passes", [1000, 6000, 11_000], [1000, 6000, 11_000]],
  ["a beat may be late", [0, 5000, 34_000], [0, 5000, 34_000]],
  ["sleep counts as one beat", [0, 5000, 3_605_000, 3_610_000], [0, 5000, 10_000, 15_000]],
  ["sleep again", [0, 60_000, 65_000, 165_000], [0, 5000, 10_000, 15_000]],
])("time awake: %s", (_name, asked, expected) => {
  let now = asked[0] ?? 0;
  const awake = awakeTime(() => now);
  expect(asked.map((at) => ((now = at), awake()))).toEqual(expected);
});

test("the machine's own goes on", async () => {
  const before = systemClock.awake();
  await systemClock.sleep(30, new AbortController().signal);
  expect(systemClock.awake() - before).toBeGreaterThanOrEqual(25);
});
