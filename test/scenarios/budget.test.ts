/** Budgets, end to end: a call that could exceed one is not made, nothing is lost, and it goes on where it stopped. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import type { Reply } from "../../src/providers/scripted.ts";
import { LADDER, type Setting, type Turn, call, finish, last, makeLab, send, writes } from "./lab.ts";

/** Every call costs 0.05 $; the worst it could cost is a little above 0.08. */
const usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 10_000, reasoning: 0 };
const paid = (reply: Reply): Reply => ({ ...reply, usage });
const turns = (path: string) => writes(path, "good\n").map((turn) => paid(turn as Reply));
const ids = ["01", "02", "03"];
const setting = (budget: Record<string, number>, more: Partial<Setting> = {}): Setting => ({
  tasks: ids.map((id) => ({ id })),
  models: Object.fromEntries(ids.map((id) => [id, [turns(`src/${id}.txt`)]])),
  settings: { budget, parallel: 3, prices: { "claude-haiku-5-5": { input: 1, output: 5 } } },
  ...more,
});
const spent = (log: readonly Entry[]): number =>
  log.reduce((sum, entry) => sum + (entry.type === "called" ? (entry.cost ?? 0) : 0), 0);
const landedIn = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) => (entry.type === "landed" ? [entry.slice] : [])).toSorted();

test("three in parallel: the order stops before it exceeds its budget, and goes on where it was", async () => {
  const lab = makeLab(setting({ order: 0.3 }));
  const log = await lab.run(undefined, async ({ engine, view }) => {
    const { halted } = engine.order();
    expect(halted).toMatchObject({ by: "pause", over: { what: "order", budget: 0.3 } });
    const { phase, over, why } = await view();
    expect(phase).toBe("paused");
    expect(over).toMatchObject({ what: "order", slice: null, leftCost: expect.any(Number) as number });
    expect(over?.left).toHaveLength(1);
    expect(why).toMatch(/Left: 0\d, about \$/);
  });
  expect(spent(log)).toBeCloseTo(0.25);
  expect(landedIn(log)).toHaveLength(2);
  expect(last(log, "faulted")).toMatchObject({ fault: { kind: "money-limit" } });

  const whole = await lab.run(undefined, async (opened) => {
    await send(opened, { do: "raiseBudget", what: "order", slice: null, to: 0.5 });
  });
  expect(landedIn(whole)).toEqual(ids);
  // The third slice's file was written once: its session went on from what it had said and done.
  expect(lab.seen).toHaveLength(6);
  expect(spent(whole)).toBeCloseTo(0.3);
  expect(last(whole, "ended")).toMatchObject({ result: "done" });
});

test("a call that turns out dear is not made: numbers and foreign text take more tokens than words", async () => {
  // The vendor cuts it a quarter finer than o200k, as some do.
  const counting =
    (turn: Reply): Turn =>
    (request) => ({
      ...turn,
      usage: { ...usage, input: 1.25 * countTokens(JSON.stringify(request.messages)), output: 100 },
    });
  const digits = Array.from({ length: 8000 }, (_, at) => (at * 7919) % 1000).join(" ");
  const reads = { calls: [call("read", { path: "numbers.txt" })] };
  const lab = makeLab({
    files: { "numbers.txt": digits.replace(/(.{90}) /g, "$1\n") },
    tasks: [{ id: "01" }],
    models: { "01": [[reads, ...(writes("src/01.txt", "good\n") as Reply[])].map(counting)] },
    settings: {
      tiers: LADDER.slice(0, 1),
      budget: { order: 0.15 },
      prices: { "claude-haiku-5-5": { input: 10, output: 0.1 } },
    },
  });
  const log = await lab.run();
  expect(last(log, "faulted")).toMatchObject({ fault: { over: { what: "order", budget: 0.15 } } });
  expect(spent(log)).toBeLessThanOrEqual(0.15);
  expect(spent(log)).toBeGreaterThan(0);
});

test("a raise outlives the process, until the settings say something else", async () => {
  const lab = makeLab(setting({ order: 0.06 }));
  const budgetIn = async (more?: Parameters<typeof lab.open>[0]): Promise<number | null | undefined> => {
    const opened = await lab.open(more);
    await opened.engine.idle();
    const found = opened.engine.order().config?.budget.order;
    await opened.close();
    return found;
  };
  await lab.run(undefined, (opened) =>
    send(opened, { do: "raiseBudget", what: "order", slice: null, to: 0.07 }),
  );
  expect(await budgetIn()).toBe(0.07);
  expect(await budgetIn({ budget: 0.065 })).toBe(0.065);
  expect(await budgetIn()).toBe(0.06);
});

test("a slice over its own budget stops alone; its raise takes it up again", async () => {
  const dear = [paid(finish("not yet", null)), paid(finish())];
  const lab = makeLab(
    setting(
      { slice: 0.12 },
      {
        models: {
          "01": [turns("src/01.txt")],
          "02": [[paid({ text: "Hm." }), ...turns("src/02.txt")], dear],
          "03": [turns("src/03.txt")],
        },
      },
    ),
  );
  const log = await lab.run(undefined, async (opened) => {
    const stuck = opened.engine.order().slices.filter(({ progress }) => progress.at === "stuck");
    expect(stuck.map(({ slice }) => slice.id)).toEqual(ids);
    expect((await opened.view()).over).toMatchObject({ what: "slice", slice: "01" });
    await send(opened, { do: "raiseBudget", what: "slice", slice: "01", to: 1 });
  });
  expect(landedIn(log)).toEqual(ids);
  expect(lab.seen).toHaveLength(7);
});

test("a budget changed in the settings counts at once, while the order is open", async () => {
  const lab = makeLab(setting({ order: 0.01 }));
  const log = await lab.run(undefined, async (opened) => {
    expect(opened.engine.order().halted?.over?.what).toBe("order");
    const { settings } = lab.host();
    await opened.setBudget({ ...settings, budget: { ...settings.budget, order: 2 } });
    await send(opened, { do: "run" });
  });
  expect(landedIn(log)).toEqual(ids);
  expect(last(log, "configured")?.config.budget.order).toBe(2);
});

test("orders that run at once do not exceed the day's budget together", async () => {
  const [one, two] = [makeLab(setting({ day: 0.32 })), makeLab(setting({ day: 0.32 }))];
  const days = `${one.root}/../days`;
  const logs = await Promise.all([one.run({ days }), two.run({ days })]);
  expect(logs.reduce((sum, log) => sum + spent(log), 0)).toBeLessThanOrEqual(0.32);
  const halted = logs.filter((log) => landedIn(log).length < 3);
  expect(halted.length).toBeGreaterThan(0);
  for (const log of halted)
    expect(last(log, "faulted")).toMatchObject({ fault: { over: { what: "day", budget: 0.32 } } });
  const lab = landedIn(logs[0]).length < 3 ? one : two;
  const whole = await lab.run({ days }, (opened) =>
    send(opened, { do: "raiseBudget", what: "day", slice: null, to: 5 }),
  );
  expect(landedIn(whole)).toEqual(ids);
});

test("models whose price nobody knows are named when a budget is set, once: it cannot hold them", async () => {
  const strange = { provider: "lab", model: "strange", effort: null };
  const lab = (budget: Record<string, number>) =>
    makeLab({
      tasks: [{ id: "01" }],
      models: { "01": [writes("src/01.txt", "good\n")] },
      settings: { tiers: [LADDER[0], strange], planner: strange, budget, autonomy: "review" },
    });
  const warnings = (log: readonly Entry[]): string[] =>
    log.flatMap((entry) => (entry.type === "warned" ? [entry.message] : []));
  const said =
    "The price of lab/strange is unknown: its calls cost what no budget can hold. Set it in slicewise.prices.";

  const one = lab({ order: 5 });
  await one.run({}, async ({ view }) => expect((await view()).warnings).toEqual([said]));
  expect(warnings(await one.run())).toEqual([said]);

  const none = lab({});
  const log = await none.run({}, async ({ setBudget }) => {
    expect(warnings(none.log())).toEqual([]);
    const { settings } = none.host();
    await setBudget({ ...settings, budget: { ...settings.budget, day: 5 } });
  });
  expect(warnings(log)).toEqual([said]);
});
