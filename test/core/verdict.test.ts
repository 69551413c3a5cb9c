import { describe, expect, test } from "vitest";
import type { Autonomy, Evidence, SliceClass } from "../../src/core/order.ts";
import { mayLand, verdictOf } from "../../src/core/verdict.ts";
import { factsOf } from "../../src/protocol/facts.ts";
import { evidence } from "./orders.ts";

const LOW = true;
const HIGH = false;
const redToGreen = evidence({ before: "fail" });
const green = evidence({ name: "lint" });
const script = evidence({ kind: "script", name: "checks/01.mjs" });
const reviewer = (kin: boolean): Evidence =>
  evidence({
    kind: "reviewer",
    name: "is right",
    reviewer: { tier: { provider: "x", model: "y", effort: null }, family: "z", kin, note: "" },
  });

const unparsed = (existed: boolean): Evidence =>
  evidence({ kind: "guard", name: "tests kept", patterns: [{ path: "FooTest.kt", existed }] });

type Row = [evidence: string, given: Evidence[], SliceClass, Autonomy, isLowTier: boolean, lands: boolean];

describe("what lands without a person", () => {
  test.each<Row>([
    ["red to green", [redToGreen], "C1", "review", HIGH, false],
    ["red to green", [redToGreen], "C1", "supervised", LOW, true],
    ["red to green", [redToGreen], "C3", "supervised", LOW, true],
    ["green alone", [green], "C1", "supervised", HIGH, false],
    ["green alone", [green], "C1", "full", LOW, false],
    ["green alone", [green], "C2", "full", HIGH, true],
    ["green alone", [green], "C3", "full", HIGH, false],
    ["green alone", [green], "C4", "full", HIGH, false],
    ["two kinds that ran", [green, script], "C2", "supervised", LOW, true],
    ["red to green, unreviewed", [redToGreen], "C4", "supervised", HIGH, false],
    ["red to green, unreviewed", [redToGreen], "C4", "full", HIGH, true],
    ["red to green and a reviewer", [redToGreen, reviewer(false)], "C4", "supervised", HIGH, true],
    [
      "red to green and a reviewer of its family",
      [redToGreen, reviewer(true)],
      "C4",
      "supervised",
      HIGH,
      false,
    ],
    ["a reviewer alone", [reviewer(false)], "C1", "full", HIGH, false],
    ["a flaky red to green", [evidence({ before: "fail", flaky: true })], "C1", "supervised", HIGH, false],
    [
      "something unknown",
      [redToGreen, evidence({ kind: "script", result: "unknown" })],
      "C1",
      "full",
      HIGH,
      false,
    ],
    ["a failure", [redToGreen, evidence({ result: "fail" })], "C1", "full", HIGH, false],
    ["tests changed that no grammar reads", [redToGreen, unparsed(true)], "C1", "supervised", HIGH, false],
    ["tests changed that no grammar reads", [redToGreen, unparsed(true)], "C1", "full", HIGH, true],
    ["new tests that no grammar reads", [redToGreen, unparsed(false)], "C1", "supervised", HIGH, true],
    ["nothing", [], "C1", "full", HIGH, false],
    ["guards alone", [evidence({ kind: "guard" })], "C1", "full", HIGH, false],
  ])("%s, %s %s %s, low tier: %s → %s", (_name, given, sliceClass, autonomy, isLowTier, lands) =>
    expect(mayLand(verdictOf(given), { autonomy, class: sliceClass, isLowTier })).toBe(lands),
  );
});

test.each<[Parameters<typeof factsOf>[0], string[]]>([
  [{ flaky: false }, []],
  [{ flaky: true, sandboxed: false }, ["flaky", "not confined"]],
  [
    { flaky: false, patterns: [{ path: "FooTest.kt", existed: true }] },
    ["tests of 1 file counted by patterns: weaker evidence"],
  ],
  [
    { flaky: false, sandboxed: true, tests: { before: null, after: { passed: 1, failed: 0, skipped: 0 } } },
    ["1 test ran"],
  ],
  [
    {
      flaky: false,
      tests: { before: { passed: 3, failed: 2, skipped: 0 }, after: { passed: 4, failed: 0, skipped: 1 } },
    },
    ["4 tests ran, 5 before", "1 skipped"],
  ],
])("facts %#", (given, facts) => expect(factsOf(given)).toEqual(facts));
