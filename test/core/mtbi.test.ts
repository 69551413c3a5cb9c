import { describe, expect, test } from "vitest";
import { fold } from "../../src/core/apply.ts";
import type { Entry, Event } from "../../src/core/event.ts";
import { chiSquareQuantile, interventions, mtbi } from "../../src/core/mtbi.ts";
import {
  SHA,
  approved,
  attempted,
  config,
  faulted,
  filed,
  into,
  judged,
  landed,
  order,
  produced,
  routed,
  slice,
  tier,
} from "./orders.ts";

describe("known answers", () => {
  test.each<[number, number, number | null, number, number | null]>([
    [40, 3, 13.3, 4.6, 64.7],
    [40, 0, null, 13.4, null],
    [0, 0, null, 0, null],
    [100, 10, 10, 5.4, 20.9],
    [1000, 400, 2.5, 2.3, 2.8],
  ])("%d h and %d interventions", (hours, n, mean, low, high) => {
    const round = (value: number | null): number | null =>
      value === null ? null : Math.round(value * 10) / 10;
    const found = mtbi(hours, n);
    expect([round(found.hours), round(found.low), round(found.high), found.interventions]).toEqual([
      mean,
      low,
      high,
      n,
    ]);
  });
  test("the bound without interventions is T / 3.0", () =>
    expect(mtbi(40, 0).low).toBeCloseTo(40 / 2.9957, 2));
  test.each([
    [0.975, 2, 7.378],
    [0.025, 2, 0.0506],
    [0.975, 8, 17.535],
    [0.025, 6, 1.237],
    [0.5, 100, 99.334],
  ])("chi-square quantile %d of %i degrees", (p, df, expected) =>
    expect(chiSquareQuantile(p, df)).toBeCloseTo(expected, 2),
  );
  test("many interventions stay finite", () =>
    expect(Object.values(mtbi(1e5, 5000)).every((value) => Number.isFinite(value))).toBe(true));
});

test.each<[string, [number, string | null][], number]>([
  ["none", [], 0],
  ["one", [[0, "01"]], 1],
  [
    "two within a minute on one slice",
    [
      [0, "01"],
      [60, "01"],
    ],
    1,
  ],
  [
    "two further apart",
    [
      [0, "01"],
      [61, "01"],
    ],
    2,
  ],
  [
    "a chain of acts is one",
    [
      [0, "01"],
      [50, "01"],
      [100, "01"],
      [150, "01"],
    ],
    1,
  ],
  [
    "two slices",
    [
      [0, "01"],
      [1, "02"],
    ],
    2,
  ],
  [
    "the order is a slice of its own",
    [
      [0, null],
      [1, "01"],
      [2, null],
    ],
    2,
  ],
])("merged acts: %s", (_name, acts, expected) => {
  const given = acts.map(([second, one]) => ({
    at: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
    slice: one,
    what: "",
  }));
  expect(interventions(given)).toBe(expected);
});

/** Minutes of work counted when these events come one a minute. */
function worked(events: readonly Event[], minutes: readonly number[] = events.map((_, at) => at)): number {
  const entries = events.map((event, at): Entry => ({
    ...event,
    seq: at + 1,
    at: new Date(Date.UTC(2026, 0, 1, 0, minutes[at] ?? 0)).toISOString(),
  }));
  return fold("o", entries).clock.workedMs / 60_000;
}

const warned: Event = { type: "warned", message: "" };
const open: Event = { type: "opened", goal: "g" };
const ready = approved([slice("01"), slice("02")]);
const begun = worked([...ready, ...into.executing("01")]);
const paused: Event = { type: "paused", why: "", by: "user" };

describe("the clock", () => {
  const check = (events: readonly Event[], expected: number): void =>
    expect(worked([...events, warned])).toBe(expected);
  test("planning counts, the gate does not", () => {
    check([open], 1);
    check([open, { type: "configured", config: config() }], 2);
    check(ready.slice(0, 4), 2);
    check(ready, 2);
  });
  test.each<[string, Event[], number]>([
    ["executing", into.executing("01"), 1],
    ["verifying", into.verifying("01"), 2],
    ["awaiting approval", into.approval("01"), 2],
    ["landing", into.landing("01"), 3],
    ["waiting", [], 0],
  ])("while a slice is %s", (_name, events, expected) => {
    const all = worked([...ready, ...events, warned]) - worked(ready);
    expect(all).toBe(expected);
  });
  test("a person who is awaited stops it, though others work", () => {
    const both = [...ready, ...into.approval("01"), ...into.executing("02")];
    expect(worked([...both, warned])).toBe(worked(both));
  });
  test("a question stops it", () => {
    const asked: Event = { type: "asked", id: "q", slice: "01", attempt: 1, command: "x" };
    const events = [...ready, ...into.executing("01"), asked];
    expect(worked([...events, warned])).toBe(worked(events));
    expect(worked([...events, { type: "answered", id: "q", answer: "once" }, warned])).toBe(
      worked(events) + 1,
    );
  });
  test("a pause stops it", () => {
    const events = [...ready, ...into.executing("01"), paused];
    expect(worked([...events, warned])).toBe(worked(events));
  });
  test("the time a dead process did nothing is no work", () => {
    const events = [...ready, ...into.executing("01"), faulted("01", "interrupted")];
    const minutes = events.map((_, at) => (at < events.length - 1 ? at : 5000));
    expect(worked(events, minutes)).toBe(begun);
    const whole: Event = {
      type: "faulted",
      slice: null,
      attempt: null,
      during: "execute",
      fault: { kind: "interrupted", message: "" },
    };
    const dead = [...ready, ...into.verifying("01"), whole, judged("01", "pass")];
    const late = dead.map((_, at) => (at < dead.length - 2 ? at : 5000 + at));
    expect(worked(dead, late)).toBe(worked([...ready, ...into.verifying("01")]) + 1);
    expect(order(dead).planFault).toBeNull();
  });
  test("trying checks counts, however long it takes; a plan that was only read does not", () => {
    const opened = ready.slice(0, 3);
    const tried: Event = { type: "criticised", findings: [], tried: [], base: "b" };
    const read: Event = { type: "criticised", findings: [] };
    expect(worked([...opened, tried]) - worked(opened)).toBe(1);
    expect(worked([...opened, read]) - worked(opened)).toBe(0);
    const crashed: Event = {
      ...{ type: "faulted", slice: null, attempt: null, during: "execute" },
      fault: { kind: "interrupted", message: "" },
    };
    expect(worked([...opened, crashed, tried], [0, 1, 2, 500, 501]) - worked(opened)).toBe(1);
  });
  test("a clock that was set back counts nothing", () =>
    expect(worked([...ready, ...into.executing("01"), warned], [9, 9, 9, 9, 9, 9, 9, 0])).toBe(0));
});

describe("interventions", () => {
  const check = (events: readonly Event[], expected: string[]): void =>
    expect(order([...ready, ...events]).clock.acts.map(({ what }) => what)).toEqual(expected);
  const asked: Event = { type: "asked", id: "q", slice: "01", attempt: 1, command: "x" };
  const approvedBy = (by: "user" | "policy"): Event => ({ type: "approved", slice: "01", attempt: 1, by });
  const rejectedBy = (by: "user" | "policy"): Event => ({
    type: "rejected",
    slice: "01",
    attempt: 1,
    reason: "",
    by,
  });
  const unknown = [routed("01"), attempted("01"), produced("01"), judged("01", "unknown")];
  test.each<[string, Event[], string[]]>([
    ["a planned gate", [...into.approval("01"), approvedBy("user")], []],
    ["overriding an unknown verdict", [...unknown, approvedBy("user")], ["overrode a verdict"]],
    ["rejecting", [...into.approval("01"), rejectedBy("user")], ["rejected a result"]],
    ["rejected by policy", [...into.approval("01"), rejectedBy("policy")], []],
    [
      "answering",
      [...into.executing("01"), asked, { type: "answered", id: "q", answer: "no" }],
      ["answered a question"],
    ],
    [
      "stopping what runs",
      [...into.executing("01"), { type: "stopped", why: "", by: "user" }],
      ["stopped a run"],
    ],
    ["stopping what does not run", [{ type: "stopped", why: "", by: "user" }], []],
    ["stopped by a bug", [...into.executing("01"), { type: "stopped", why: "", by: "policy" }], []],
    ["pausing", [...into.executing("01"), paused], []],
    ["rerunning", [{ type: "rerun", slice: "01", tier: tier("x"), why: "" }], ["forced a rerun"]],
    ["settling", [...into.stuck("01"), { type: "reopened", slice: "01", why: "" }], ["settled a slice"]],
    ["dropping", [{ type: "dropped", slice: "01", why: "" }], ["dropped a slice"]],
    [
      "reverting",
      [...into.done("01"), { type: "reverted", slice: "01", commit: "c", into: "branch", files: [] }],
      ["reverted a slice"],
    ],
    [
      "editing a task",
      [{ type: "amended", changed: [filed(slice("01"))], dropped: [], by: "user", why: "" }],
      ["changed a task"],
    ],
    [
      "a replan",
      [{ type: "amended", changed: [filed(slice("01"))], dropped: [], by: "planner", why: "" }],
      [],
    ],
    ["reading its files again", [{ type: "amended", changed: [], dropped: [], by: "user", why: "" }], []],
    [
      "editing a verification function",
      [
        {
          type: "amended",
          changed: [],
          dropped: [],
          by: "user",
          why: "",
          functions: { "checks/a.mjs": SHA },
        },
      ],
      ["changed a task"],
    ],
    [
      "asking for changes of the plan",
      [{ type: "replanAsked", reason: { kind: "asked", slice: null, why: "" }, by: "user" }],
      ["asked for changes of the plan"],
    ],
    [
      "the planner is asked by policy",
      [{ type: "replanAsked", reason: { kind: "failed", slice: "01", why: "" }, by: "policy" }],
      [],
    ],
    ["landing", [...into.landing("01"), landed("01")], []],
  ])("%s", (_name, events, expected) => check(events, expected));
  test("changes at the plan gate are none", () => {
    const gate = ready.slice(0, -1);
    const acts: Event[] = [
      { type: "dropped", slice: "01", why: "" },
      { type: "amended", changed: [filed(slice("02"))], dropped: [], by: "user", why: "" },
    ];
    expect(order([...gate, ...acts]).clock.acts).toEqual([]);
  });
  test("accepted and taken back", () => {
    const { clock } = order([
      ...ready,
      ...into.done("01"),
      ...into.done("02"),
      { type: "reverted", slice: "01", commit: "c", into: "branch", files: [] },
    ]);
    expect([clock.accepted, clock.reverted]).toEqual([2, 1]);
  });
});
