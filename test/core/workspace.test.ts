import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { NO_USAGE } from "../../src/core/order.ts";
import { type Tally, tallyOf, together } from "../../src/core/workspace.ts";
import { WEEKS, workspaceView } from "../../src/protocol/workspace.ts";
import { overviewText } from "../../src/terminal/overviewText.ts";
import { approved, done, into, order, slice, tier } from "./orders.ts";

const call = (cost: number | null): Event => ({
  ...{ type: "called", slice: "01", attempt: 1, role: "executor", tier: tier("m"), usage: NO_USAGE },
  ...{ ms: 1, cost, top: null },
});
const ready = approved([slice("01"), slice("02")]);
const rerun: Event = { type: "rerun", slice: "01", tier: tier("x"), why: "" };
/** Three orders of the week of 2026-11-16: one without any intervention counts as well. */
const orders = [
  order([...ready, ...into.executing("01"), call(2), rerun]),
  order([...ready, ...done("01"), call(1), call(null)]),
  order([...ready, ...into.executing("01"), rerun]),
];

test("orders together: sums, and the same by week", () => {
  const all = together(orders.map(tallyOf));
  const worked = orders.reduce((sum, { clock }) => sum + clock.workedMs, 0);
  const expected = { workedMs: worked, dollars: 3, accepted: 1, reverted: 0, interventions: 2, unpriced: 1 };
  expect(all).toMatchObject({ orders: 3, ...expected });
  expect(all.weeks).toEqual([{ week: "2026-11-16", ...expected }]);
});

test("acts of two orders in one minute are two: they are merged within an order only", () =>
  expect(together([orders[0], orders[2]].flatMap((one) => (one ? [tallyOf(one)] : []))).interventions).toBe(
    2,
  ));

test("weeks that lie apart stay apart, oldest first", () => {
  const later = orders.map((one, at) => ({
    ...tallyOf(one),
    clock: {
      ...one.clock,
      acts: [],
      weeks: one.clock.weeks.map((week) => ({ ...week, week: `2026-1${2 - at}-07` })),
    },
  }));
  const { weeks } = together(later);
  expect(weeks.map(({ week }) => week)).toEqual(["2026-10-07", "2026-11-07", "2026-12-07"]);
});

test("in words, with what could not be read", () => {
  const text = overviewText({ ...together(orders.map(tallyOf)), unread: [{ id: "bad", why: "line 3" }] });
  expect(text).toMatch(
    /^3 orders, \$3\.00 spent, and 1 call of unknown cost, \d+ min of autonomous work\n1 slice landed, 2 interventions\nMTBI not enough data \(/,
  );
  expect(text).toMatch(/\n2026-11-16 .*2 interventions .*\$3\.00 {2}MTBI not enough data/);
  expect(text).toContain("not read: bad: line 3");
  expect(overviewText({ ...together([]), unread: [] })).toBe("No order here has run yet.\n");
});

test("40 hours without an intervention are at least 13.3", () => {
  const clock = { ...order([]).clock, workedMs: 40 * 3_600_000 };
  const { money } = order([]);
  expect(overviewText({ ...together([{ id: "o", money, clock }]), unread: [] })).toContain(
    "\nMTBI ≥ 13.3 h · no intervention · 0 reverted\n",
  );
});

describe("the weeks of the view", () => {
  const HOUR = 3_600_000;
  /** One order that worked `hours` in the week, with so many acts an hour apart. */
  const week = (monday: string, hours: number, acts: number): Tally => {
    const { money, clock } = order([]);
    const of = { week: monday, workedMs: hours * HOUR, accepted: 1, reverted: 0, dollars: 1, unpriced: 0 };
    const at = (n: number): string => new Date(Date.parse(monday) + n * HOUR).toISOString();
    return {
      ...{ id: monday, money },
      clock: {
        ...clock,
        workedMs: of.workedMs,
        acts: Array.from({ length: acts }, (_, n) => ({ at: at(n), slice: null, what: "" })),
        weeks: [of],
      },
    };
  };
  const weeks = (...tallies: Tally[]) =>
    workspaceView(
      tallies.map((tally) => ({
        tally,
        why: null,
        order: { id: tally.id, goal: "", phase: "ended", done: 1, total: 1 },
      })),
      null,
    )?.weeks ?? [];

  test("weeks without work are weeks, and what was reached by then goes on over them", () =>
    expect(
      weeks(week("2026-11-02", 10, 5), week("2026-11-23", 2, 1)).map((one) => [
        one.week,
        one.workedMs / HOUR,
        one.interventions,
        one.untilMs && one.untilMs / HOUR,
      ]),
    ).toEqual([
      ["2026-11-02", 10, 5, 2],
      ["2026-11-09", 0, 0, 2],
      ["2026-11-16", 0, 0, 2],
      ["2026-11-23", 2, 1, 2],
    ]));

  test("fewer than five interventions are not enough", () =>
    expect(weeks(week("2026-11-23", 10, 4))).toMatchObject([{ untilMs: null, mtbi: "not enough data" }]));

  test("only the last are shown, and the ones before count", () => {
    const shown = weeks(week("2025-01-06", 90, 5), week("2026-11-23", 10, 0));
    expect(shown).toHaveLength(WEEKS);
    expect([shown[0]?.week, shown[0]?.untilMs, shown.at(-1)?.untilMs]).toEqual([
      ...["2026-06-01", 18 * HOUR, 20 * HOUR],
    ]);
  });
});
