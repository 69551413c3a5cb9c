import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judge, readPlanted } from "../plans/planted.ts";

const { plans, factsOf } = readPlanted(fileURLToPath(new URL("../plans", import.meta.url)));

describe("planted plans: every fault is found, and no other", () => {
  test.each(plans.map((plan) => [`${plan.file}: ${plan.name}`, plan] as const))("%s", (_name, plan) => {
    const { missed, falseAlarms } = judge(plan, factsOf(plan));
    expect({ missed, falseAlarms }).toEqual({ missed: [], falseAlarms: [] });
  });
  test("there are enough of them, clean ones too", () => {
    expect(plans.length).toBeGreaterThanOrEqual(40);
    expect(plans.filter(({ faults }) => faults.length === 0).length).toBeGreaterThanOrEqual(10);
  });
});
