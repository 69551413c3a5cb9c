/** What calls cost, end to end: the endpoint's own word before what is reckoned, and who took it. */
import { expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import { reportText } from "../../src/engine/report.ts";
import type { Reply } from "../../src/providers/scripted.ts";
import { type Setting, makeLab, writes } from "./lab.ts";

const usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 10_000, reasoning: 0 };
/** By the tokens 0.05 $ on haiku. */
const turns = (reported?: number) =>
  writes("src/01.txt", "good\n").map((turn) => ({
    ...(turn as Reply),
    usage,
    ...(reported && { reported }),
  }));
const setting = (first: Reply[], tier = "claude-haiku-5-5"): Setting => ({
  tasks: [{ id: "01" }],
  models: { "01": [first] },
  settings: {
    tiers: [
      { provider: "lab", model: tier, effort: null },
      { provider: "lab", model: "claude-opus-5-5", effort: "high" },
    ],
    prices: { "claude-haiku-5-5": { input: 1, output: 5 }, "claude-opus-5-5": { input: 5, output: 25 } },
  },
});
const calls = (log: readonly Entry[]) =>
  log.flatMap((entry) => (entry.type === "called" ? [[entry.cost, entry.top, entry.reported]] : []));

test("what the endpoint says is taken, called so, and compared with what the top tier's prices say", async () => {
  const lab = makeLab(setting(turns(0.02)));
  let report = "";
  const log = await lab.run(undefined, async ({ engine, view }) => {
    const { money } = await view();
    expect(money).toMatchObject({ spent: 0.04, reported: "Costs are as reported by the provider." });
    expect(money.roles).toEqual([
      { role: "executor", models: [{ name: "lab/claude-haiku-5-5", spent: 0.04, calls: 2 }] },
    ]);
    report = reportText(engine.order());
  });
  expect(calls(log)).toEqual([
    [0.02, 0.25, true],
    [0.02, 0.25, true],
  ]);
  expect(report).toContain("- executor, lab/claude-haiku-5-5: $0.0400 in 2 calls\n");
  expect(report).toContain("- Costs are as reported by the provider.\n");
});

test("a model nobody has a price for is known by its endpoint's word, call by call", async () => {
  const [first, second] = turns();
  if (!first || !second) throw new Error("two turns");
  const lab = makeLab(setting([{ ...first, reported: 0.02 }, second], "nobodys"));
  const log = await lab.run(undefined, async ({ view }) => {
    expect((await view()).money).toMatchObject({ spent: 0.02, unpriced: 1, saving: null });
  });
  expect(calls(log)).toEqual([
    [0.02, 0.25, true],
    [null, 0.25, undefined],
  ]);
});

test("budgets count what was said", async () => {
  const lab = makeLab(setting(turns(0.45)));
  const log = await lab.run({ budget: 0.5 });
  // By its tokens the first call took 0.05, and a second one, at 0.08 at most, would fit.
  expect(calls(log)).toEqual([[0.45, 0.25, true]]);
  expect(log.findLast((entry) => entry.type === "faulted")).toMatchObject({
    fault: { over: { what: "order" } },
  });
});
