import { expect, test } from "vitest";
import { CLASSES } from "../../src/core/order.ts";
import { expectedMs } from "../../src/engine/predict.ts";
import { slice } from "../core/orders.ts";

test.each([
  ["C1", 0, 37],
  ["C2", 0, 91],
  ["C3", 0, 212],
  ["C3", 30_000, 242],
  ["C4", 0, 507],
] as const)("a slice of %s whose checks take %i ms takes about %i s", (of, checksMs, seconds) =>
  expect(Math.round(expectedMs({ slice: slice("01", { class: of }) }, checksMs) / 1000)).toBe(seconds),
);

test("a harder class takes longer", () => {
  const all = CLASSES.map((of) => expectedMs({ slice: slice("01", { class: of }) }, 0));
  expect(all).toEqual(all.toSorted((a, b) => a - b));
});
