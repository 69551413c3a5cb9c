/** What an endpoint is known not to take is refused before it is asked, and no other is put in its place. */
import { describe, expect, test } from "vitest";
import type { Tier } from "../../src/core/order.ts";
import { type Performing, unfitEffort, unfitTools } from "../../src/engine/performer.ts";
import type { ModelInfo } from "../../src/engine/ports.ts";

const INFO: ModelInfo = {
  id: "m",
  context: null,
  maxOutput: null,
  efforts: null,
  defaultEffort: null,
  tools: null,
};
const knowing = (info: Partial<ModelInfo> | null): Performing =>
  ({ world: { catalogue: { info: () => info && { ...INFO, ...info } } } }) as unknown as Performing;
const tier = (effort: Tier["effort"]): Tier => ({ provider: "p", model: "m", effort });

describe("an effort", () => {
  const check = (efforts: ModelInfo["efforts"], effort: Tier["effort"], expected: string | null): void => {
    const fault = unfitEffort(knowing({ efforts }), tier(effort));
    expect(fault && [fault.kind, fault.message]).toEqual(
      expected === null ? null : ["unsupported", expect.stringContaining(expected)],
    );
  };
  test("that it takes", () => check(["low", "high"], "low", null));
  test("that it does not take", () => check(["low", "high"], "medium", '"medium". It takes low, high.'));
  test("of a model without any", () => check([], "low", "It takes none: set effort to null."));
  test("none is none", () => check([], null, null));
  test("of a model whose efforts nobody knows", () => check(null, "max", null));
  test("of a model nobody knows", () => expect(unfitEffort(knowing(null), tier("low"))).toBeNull());
});

describe("tools", () => {
  const check = (tools: ModelInfo["tools"], expected: "refused" | "asked"): void =>
    expect(unfitTools(knowing({ tools }), tier(null))?.kind ?? null).toBe(
      expected === "refused" ? "unsupported" : null,
    );
  test("a model that takes some", () => check(true, "asked"));
  test("a model that takes none, in words with the way on", () => {
    check(false, "refused");
    expect(unfitTools(knowing({ tools: false }), tier(null))?.message).toBe(
      "m takes no tools, and an executor works with nothing else. Change the route or `slicewise.tiers`.",
    );
  });
  test("a model of which that is not known is asked", () => check(null, "asked"));
  test("a model nobody knows is asked", () => expect(unfitTools(knowing(null), tier(null))).toBeNull());
});
