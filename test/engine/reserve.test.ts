import { expect, test } from "vitest";
import type { Budget, Usage } from "../../src/core/order.ts";
import type { Event } from "../../src/core/event.ts";
import type { Catalogue } from "../../src/engine/ports.ts";
import { type Reservations, noReservations, reserve, reserveAll } from "../../src/engine/reserve.ts";
import { NO_USAGE } from "../../src/core/order.ts";
import { approved, order, slice, tier } from "../core/orders.ts";

/** A dollar a thousand tokens either way; nobody knows what "dark" costs. */
const catalogue: Catalogue = {
  info: () => null,
  cost: ({ model }, { input, output }: Usage) => (model === "dark" ? null : (input + output) / 1000),
};
const spent = (dollars: number, one: string | null): Event => ({
  type: "called",
  slice: one,
  attempt: one === null ? null : 1,
  role: "executor",
  tier: tier("m"),
  usage: NO_USAGE,
  ms: 1,
  cost: dollars,
  top: null,
});
const orderWith = (budget: Partial<Budget>, ...events: Event[]) =>
  order([
    ...approved([slice("01"), slice("02")], { budget: { order: null, slice: null, day: null, ...budget } }),
    ...events,
  ]);

type Want = [slice: string | null, dollars: number, model?: string];
/** Whether each call may be made, one after the other, none of them over yet. */
function check(budget: Partial<Budget>, events: Event[], wants: Want[], expected: boolean[]): void {
  const held: Reservations = noReservations();
  const now = orderWith(budget, ...events);
  const made = wants.map(([one, dollars, model = "m"]) => {
    const answer = reserve(held, now, catalogue, {
      slice: one,
      tier: tier(model),
      input: dollars * 500,
      output: dollars * 500,
    });
    return !("kind" in answer);
  });
  expect(made).toEqual(expected);
}

test.each<[string, Partial<Budget>, Event[], Want[], boolean[]]>([
  ["no budget", {}, [], [["01", 999]], [true]],
  ["within", { order: 2 }, [], [["01", 2]], [true]],
  ["beyond", { order: 2 }, [], [["01", 2.01]], [false]],
  [
    "two in parallel do not exceed it together",
    { order: 2 },
    [],
    [
      ["01", 1.5],
      ["02", 1.5],
      ["02", 0.5],
    ],
    [true, false, true],
  ],
  [
    "nor two of one slice",
    { slice: 2 },
    [],
    [
      ["01", 1.5],
      ["01", 1],
      ["02", 1.5],
    ],
    [true, false, true],
  ],
  ["what was spent counts", { order: 2 }, [spent(1.5, "01")], [["02", 1]], [false]],
  [
    "of the slice too",
    { slice: 2 },
    [spent(1.5, "01")],
    [
      ["01", 1],
      ["02", 1],
    ],
    [false, true],
  ],
  [
    "planning is in the order's, in no slice's",
    { order: 3, slice: 1 },
    [],
    [
      [null, 2],
      ["01", 1],
      ["02", 0.5],
    ],
    [true, true, false],
  ],
  [
    "an unknown price sets nothing aside",
    { order: 1 },
    [],
    [
      ["01", 50, "dark"],
      ["02", 1],
    ],
    [true, true],
  ],
])("%s", (_name, budget, events, wants, expected) => check(budget, events, wants, expected));

test("what was set aside is given back, once", () => {
  const held: Reservations = noReservations();
  const now = orderWith({ order: 2 });
  const call = { slice: "01", tier: tier("m"), input: 500, output: 500 };
  const [one, two] = [reserve(held, now, catalogue, call), reserve(held, now, catalogue, call)];
  expect(reserve(held, now, catalogue, call)).toMatchObject({ kind: "money-limit" });
  if ("kind" in one || "kind" in two) throw new Error("not reserved");
  one.release();
  one.release();
  expect([held.total, held.bySlice.get("01")]).toEqual([1, 1]);
  expect(reserve(held, now, catalogue, call)).not.toHaveProperty("kind");
});

test("the refusal says what it could cost, what is left, and what to do", () => {
  const answer = reserve(noReservations(), orderWith({ slice: 0.5 }), catalogue, {
    slice: "01",
    tier: tier("m"),
    input: 600,
    output: 400,
  });
  expect(answer).toMatchObject({
    message:
      "The next call could cost $1.00 and $0.0000 of the slice's $0.50 is spent or set aside (01). Raise `slicewise.budget`.slice, then run, or retry it where it is stuck: what was done is kept.",
    over: { what: "slice", budget: 0.5, needs: 1 },
  });
});

/** A day that turns down whatever is more than `left`, and keeps count of what is set aside. */
function dayWith(left: number, lost = 0) {
  const day = { held: 0, asked: [] as (number | null)[] };
  const reserveOf = async (dollars: number, budget: number | null) => {
    day.asked.push(budget);
    if (budget !== null && day.held + dollars > left) return { spent: budget - left, lost };
    day.held += dollars;
    return { release: async () => void (day.held -= dollars) };
  };
  return { ...day, day, reserve: reserveOf, close: () => Promise.resolve() };
}

test("what fits once another call has ended waits for it; what never fits does not", async () => {
  const held = noReservations();
  const signal = new AbortController().signal;
  const [day, now] = [dayWith(Infinity), orderWith({ order: 2 })];
  const ask = (dollars: number) =>
    reserveAll(
      { held, order: () => now, catalogue, day, signal },
      { slice: "01", tier: tier("m"), input: dollars * 500, output: dollars * 500 },
    );
  const first = await ask(1.5);
  if ("kind" in first) throw new Error("not reserved");
  let second = "waits";
  const later = ask(1).then((answer) => (second = "kind" in answer ? "refused" : "made"));
  expect(await ask(2.5)).toMatchObject({ kind: "money-limit", over: { what: "order", budget: 2, needs: 4 } });
  expect(second).toBe("waits");
  first.release();
  await later;
  expect([second, held.total]).toEqual(["made", 1]);
});

test("what killed processes had set aside is said where the day's budget turns a call down", async () => {
  const parts = { held: noReservations(), catalogue, day: dayWith(1, 0.25) };
  const answer = await reserveAll(
    { ...parts, order: () => orderWith({ day: 20 }), signal: new AbortController().signal },
    { slice: "01", tier: tier("m"), input: 1000, output: 1000 },
  );
  expect(answer).toMatchObject({
    message: expect.stringContaining(
      "(today, by all orders; $0.25 of it for calls of processes that were killed, which may have been billed)",
    ) as string,
  });
});

test("the day's budget is asked last, and what it turns down holds nothing", async () => {
  const held = noReservations();
  const signal = new AbortController().signal;
  const day = dayWith(1);
  const now = orderWith({ order: 9, day: 20 });
  const ask = (dollars: number) =>
    reserveAll(
      { held, order: () => now, catalogue, day, signal },
      { slice: "01", tier: tier("m"), input: dollars * 500, output: dollars * 500 },
    );
  const made = await ask(0.75);
  expect(await ask(0.5)).toMatchObject({
    kind: "money-limit",
    over: { what: "day", budget: 20, needs: 19.5 },
    message: expect.stringMatching(/\$19\.00 of the day's \$20\.00/) as string,
  });
  expect(held.total).toBe(0.75);
  if ("kind" in made) throw new Error("not reserved");
  made.release();
  expect([held.total, day.day.held]).toEqual([0, 0]);
});
