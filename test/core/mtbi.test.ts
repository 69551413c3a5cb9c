import { describe, expect, test } from "vitest";
import { fold } from "../../src/core/apply.ts";
import type { Entry, Event } from "../../src/core/event.ts";
import { chiSquareQuantile, interventions, mtbi, weekOf } from "../../src/core/mtbi.ts";
import { NO_USAGE, type Over } from "../../src/core/order.ts";
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
  logged,
  order,
  produced,
  routed,
  slice,
  tier,
} from "./orders.ts";

describe("known answers", () => {
  test.each<[number, number, number | null, number, number | null]>([
    [40, 3, 13.3, 4.6, 64.7],
    [40, 0, null, 13.3, null],
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
  test("the bound without interventions is T / 3.0", () => expect(mtbi(40, 0).low).toBeCloseTo(40 / 3.0, 9));
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
    "a clock that was set back begins anew",
    [
      [1000, "01"],
      [0, "01"],
      [30, "01"],
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

const faultedOver = (id: string, over: Over): Event => ({
  ...{ type: "faulted", slice: id, attempt: 1, during: "execute" },
  fault: { kind: "money-limit", message: "", over },
});
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
  test.each<[string, number, number]>([
    ["as long as the limits allow", 50, 50],
    ["longer: the machine slept", 51, 0],
    ["a night", 600, 0],
  ])("silence while a slice is executed: %s", (_name, minutes, expected) => {
    const events = [...ready, ...into.executing("01"), warned];
    const times = events.map((_, at) => (at < events.length - 1 ? at : at - 1 + minutes));
    expect(worked(events, times) - begun).toBe(expected);
  });
  test("the limits of the order's settings say how long silence may be", () => {
    const events = [...approved([slice("01")], { quietMs: 120_000 }), ...into.executing("01"), warned];
    const silent = (minutes: number) =>
      worked(
        events,
        events.map((_, at) => (at < events.length - 1 ? 0 : minutes)),
      );
    expect([silent(2), silent(3)]).toEqual([2, 0]);
  });
  const call = (waitedMs?: number): Event => ({
    ...{ type: "called", slice: "01", attempt: 1, role: "executor", tier: tier("m"), usage: NO_USAGE },
    ...{ ms: 1, cost: 0, top: 0, waitedMs },
  });
  const limited = (waitedMs: number): Event => ({
    ...{ type: "faulted", slice: "01", attempt: 1, during: "execute" },
    fault: { kind: "rate-limited", message: "", waitedMs },
  });
  test.each<[string, Event, number]>([
    ["none", call(), 5],
    ["a minute is work", call(60_000), 5],
    ["more is none", call(120_000), 3],
    ["of a call that came to nothing", limited(180_000), 2],
    ["longer than the gap", call(900_000), 0],
  ])("a rate limit's wait, %s", (_name, event, expected) => {
    const events = [...ready, ...into.executing("01"), event];
    const times = events.map((_, at) => (at < events.length - 1 ? 0 : 5));
    expect(worked(events, times)).toBe(expected);
    const both = [...ready, ...into.executing("01"), ...into.executing("02"), event];
    expect(
      worked(
        both,
        both.map((_, at) => (at < both.length - 1 ? 0 : 5)),
      ),
    ).toBe(5);
  });
  describe("what waits for a rate limit is no work, unless something else that is open works", () => {
    const start = Date.parse("2026-11-29T12:00:00.000Z");
    const foldAt = (timed: readonly (readonly [number, Event])[], from = start) =>
      fold(
        "o",
        timed.map(([second, event], at): Entry => ({
          ...event,
          seq: at + 1,
          at: new Date(from + second * 1000).toISOString(),
        })),
      ).clock;
    /** Seconds of work, when all of `events` happened at once and the others at their second. */
    const seconds = (events: readonly Event[], ...later: [number, Event][]): number =>
      foldAt([...events.map((event) => [0, event] as const), ...later]).workedMs / 1000;
    const called = (id: string | null, ms: number, waitedMs?: number): Event => ({
      ...{
        type: "called",
        slice: id,
        attempt: id === null ? null : 1,
        role: id === null ? "planner" : "executor",
        tier: tier("m"),
      },
      ...{ usage: NO_USAGE, ms: ms * 1000, cost: 0, top: 0 },
      ...(waitedMs !== undefined && { waitedMs: waitedMs * 1000 }),
    });
    const one = [...ready, ...into.executing("01")];
    const two = [...one, ...into.executing("02")];
    const replanned = [
      ...one,
      { type: "replanAsked", reason: { kind: "failed", slice: "02", why: "" }, by: "policy" } as const,
    ];
    test.each<[string, Event[], [number, Event][], number]>([
      [
        "both wait",
        two,
        [
          [301, called("01", 301, 300)],
          [301, called("02", 301, 300)],
        ],
        1,
      ],
      [
        "both wait, told one after another",
        two,
        [
          [301, called("01", 301, 300)],
          [320, called("02", 320, 300)],
        ],
        20,
      ],
      [
        "one waits",
        two,
        [
          [301, called("01", 301, 300)],
          [301, called("02", 301)],
        ],
        301,
      ],
      [
        "their waits overlap",
        two,
        [
          [200, called("01", 200, 200)],
          [300, called("02", 200, 200)],
          [300, called("01", 1)],
        ],
        200,
      ],
      [
        "the replanning planner waits",
        replanned,
        [
          [300, called(null, 300, 300)],
          [300, produced("01")],
        ],
        300,
      ],
      [
        "a slice waits, the replanning planner does not",
        replanned,
        [
          [300, called("01", 300, 300)],
          [300, called(null, 300)],
        ],
        300,
      ],
      [
        "planner and slice wait",
        replanned,
        [
          [300, called("01", 300, 300)],
          [300, called(null, 300, 300)],
        ],
        0,
      ],
      [
        "something is noted during the wait",
        one,
        [
          [298, warned],
          [299, called("01", 299, 299)],
        ],
        0,
      ],
      [
        "and the rest of the call is work",
        one,
        [
          [100, warned],
          [400, called("01", 400, 299)],
        ],
        101,
      ],
      [
        "the call before is work",
        one,
        [
          [100, called("01", 100)],
          [400, called("01", 300, 300)],
        ],
        100,
      ],
      [
        "the wait came to nothing",
        one,
        [
          [250, warned],
          [300, limited(299_000)],
        ],
        1,
      ],
      [
        "nobody is paid twice: paused in between",
        one,
        [
          [100, paused],
          [200, { type: "resumed" }],
          [400, called("01", 400, 400)],
        ],
        0,
      ],
      [
        "a minute at most is work",
        one,
        [
          [30, warned],
          [60, called("01", 60, 60)],
        ],
        60,
      ],
    ])("%s", (_name, events, later, expected) => expect(seconds(events, ...later)).toBe(expected));
    test("it is taken back from the week it was counted in", () => {
      const sunday = Date.parse("2026-11-29T23:58:00.000Z");
      const { weeks } = foldAt(
        [
          ...one.map((event) => [0, event] as const),
          [60, warned],
          [240, warned],
          [300, called("01", 300, 299)],
        ],
        sunday,
      );
      expect(weeks.map(({ week, workedMs }) => [week, workedMs])).toEqual([
        ["2026-11-23", 0],
        ["2026-11-30", 1000],
      ]);
    });
    test("what is not known yet stays bounded, however long a call lasts", () => {
      const turns = Array.from({ length: 500 }, (_, at): [number, Event][] => [
        [at * 3 + 1, routed("02", at + 1)],
        [at * 3 + 2, attempted("02", at + 1)],
        [at * 3 + 3, { ...faulted("02", "cancelled", at + 1) }],
      ]).flat();
      const { open } = foldAt([...one.map((event) => [0, event] as const), ...turns]);
      expect(open.length).toBeLessThanOrEqual(64);
    });
  });
  test("work and landings by week, from Monday on, UTC", () => {
    expect(
      ["2026-11-23T00:00:00.000Z", "2026-11-29T23:59:59.999Z", "2026-11-30T00:00:00.000Z"].map(weekOf),
    ).toEqual(["2026-11-23", "2026-11-23", "2026-11-30"]);
    const events = [...ready, ...into.executing("01"), call(), { ...call(), cost: 2 } as Event];
    const days = [...events.map(() => "2026-11-29T23:59:00.000Z")];
    days[days.length - 1] = "2026-11-30T00:02:00.000Z";
    const entries = events.map((event, at): Entry => ({ ...event, seq: at + 1, at: days[at] ?? "" }));
    expect(fold("o", entries).clock.weeks).toEqual([
      { week: "2026-11-30", workedMs: 180_000, accepted: 0, reverted: 0, dollars: 2, unpriced: 0 },
    ]);
  });
  test.each<[string, minutes: number, skew: number, expected: number]>([
    ["asleep for ten minutes of fifteen", 15, 10, 5],
    ["set forward for an hour within two minutes", 62, 60, 2],
    ["set back for an hour within three minutes", -57, -60, 3],
    ["longer awake than anything may take", 70, 10, 0],
  ])("a clock that ran on while nobody worked: %s", (_name, minutes, skew, expected) => {
    const events = [...ready, ...into.executing("01")];
    const time = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const before = events.map((event, at): Entry => ({ ...event, seq: at + 1, at: time(0) }));
    const last: Entry = { ...call(), seq: events.length + 1, at: time(minutes), skew: skew * 60_000 };
    expect(fold("o", [...before, last]).clock.workedMs / 60_000).toBe(expected);
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
    [
      "verifying again",
      [{ type: "verifyAsked", slice: "01", attempt: 1, by: "user" }],
      ["had a slice verified again"],
    ],
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
  test("a plan gate without a change is none; one with a change is", () => {
    const gate = ready.slice(0, -1);
    const whats = (...acts: Event[]) => order([...gate, ...acts]).clock.acts.map(({ what }) => what);
    const reads: Event = { type: "amended", changed: [], dropped: [], by: "user", why: "" };
    expect(whats(reads, { type: "planApproved", by: "user" })).toEqual([]);
    expect(
      whats({ type: "amended", changed: [filed(slice("02"))], dropped: [], by: "user", why: "" }),
    ).toEqual(["changed a task"]);
    expect(whats({ type: "dropped", slice: "01", why: "" })).toEqual(["dropped a slice"]);
    expect(whats({ type: "discarded", reason: "" })).toEqual(["rejected a plan"]);
  });
  test("overriding a route", () => {
    const other = filed(slice("02", { route: "p/big" }));
    const now = order([...ready, { type: "amended", changed: [other], dropped: [], by: "user", why: "" }]);
    expect(now.clock.acts).toMatchObject([{ slice: "02", what: "overrode a route" }]);
  });
  const reverted: Event = { type: "reverted", slice: "01", commit: "c", into: "branch", files: [] };
  test("the routes of two slices overridden in one amendment are two acts, tasks changed with them one more", () => {
    const routes = ["01", "02"].map((id) => filed(slice(id, { route: "p/big" })));
    const amended = (...changed: ReturnType<typeof filed>[]): Event => ({
      ...{ type: "amended", changed, dropped: [], by: "user", why: "" },
    });
    const acts = (event: Event) =>
      order([...ready, event]).clock.acts.map(({ slice: of, what }) => `${of} ${what}`);
    expect(acts(amended(...routes))).toEqual(["01 overrode a route", "02 overrode a route"]);
    const task = filed(slice("02", { body: "Do more." }));
    expect(acts(amended(...routes.slice(0, 1), task))).toEqual(["01 overrode a route", "02 changed a task"]);
    expect(acts(amended(filed(slice("01", { body: "Do more." })), task))).toEqual(["01 changed a task"]);
  });
  test("stopping and rerunning what ran is one act within a minute, whichever of the slices it is", () => {
    const stop: Event = { type: "stopped", why: "", by: "user" };
    const rerun = (id: string): Event => ({ type: "rerun", slice: id, tier: tier("x"), why: "" });
    const running = [...ready, ...into.executing("01"), ...into.executing("02")];
    const count = (...acts: Event[]): number => interventions(order([...running, ...acts]).clock.acts);
    expect([count(stop), count(stop, rerun("01")), count(stop, rerun("02"))]).toEqual([1, 1, 1]);
    expect(count(rerun("01"), rerun("02"))).toBe(2);
    expect(count(stop, warned, rerun("01"))).toBe(2);
  });
  test("files of each slice that were edited count, a file for the last slice that landed it", () => {
    const both = [...into.done("01"), ...into.done("02")];
    const drifted = (...paths: string[]): Event => ({
      ...{ type: "drifted", files: paths.map((path) => ({ path, now: null })), commit: null },
    });
    const slices = (...events: Event[]) => order([...ready, ...events]).clock.acts.map((one) => one.slice);
    expect(slices(...both, drifted("src/01.ts", "src/02.ts"))).toEqual(["01", "02"]);
    const same = into
      .done("02")
      .map((event) =>
        event.type === "produced" ? { ...event, patch: (produced("01") as typeof event).patch } : event,
      );
    expect(slices(...into.done("01"), ...same, drifted("src/01.ts"))).toEqual(["02"]);
  });
  test("a fact that is told twice is one", () => {
    const counted = (...events: Event[]) => {
      const { accepted, reverted: back, acts } = order([...ready, ...events]).clock;
      return [accepted, back, interventions(acts)];
    };
    expect(counted(...into.done("01"), landed("01"))).toEqual([1, 0, 0]);
    expect(counted(...into.done("01"), reverted, warned, reverted)).toEqual([1, 1, 1]);
    expect(counted(...into.approval("01"), reverted)).toEqual([0, 0, 0]);
    expect(counted(landed("01"))).toEqual([0, 0, 0]);
  });
  test("going on after a budget stopped it", () => {
    const over = { what: "order" as const, budget: 1, needs: 2 };
    const halted = [...ready, ...into.executing("01"), faultedOver("01", over)];
    check([...halted.slice(ready.length), { type: "resumed" }], ["went on after a budget stopped it"]);
    const raised: Event = { type: "budgetRaised", what: "order", slice: null, from: 1, to: 3 };
    check([...halted.slice(ready.length), raised], ["raised a budget"]);
    check([paused, { type: "resumed" }], []);
  });
  test("files that were edited: when they landed merged, or drifted within a day, or were reverted", () => {
    const own = [...into.landing("01")];
    const landedAs = (after: string): Event => ({
      ...(landed("01") as Extract<Event, { type: "landed" }>),
      into: "workspace",
      files: [{ path: "src/01.ts", after, mode: "100644" }],
    });
    check([...own, landedAs(SHA)], []);
    check([...own, landedAs("1".repeat(64))], ["edited a slice's files"]);
    const drifted: Event = { type: "drifted", files: [{ path: "src/01.ts", now: null }], commit: null };
    const reverted: Event = { type: "reverted", slice: "01", commit: "c", into: "branch", files: [] };
    const events = [...ready, ...own, landedAs(SHA)];
    const after = (event: Event, hours: number): string[] => {
      const entries = logged([...events, event]).map((entry, at) =>
        at < events.length
          ? entry
          : { ...entry, at: new Date(Date.parse(entry.at) + hours * 3_600_000).toISOString() },
      );
      return fold("o", entries).clock.acts.map(({ what }) => what);
    };
    expect([after(drifted, 23), after(drifted, 25)]).toEqual([["edited a slice's files"], []]);
    expect([after(reverted, 23), after(reverted, 25)]).toEqual([["reverted a slice"], []]);
    expect(after({ ...drifted, files: [{ path: "other.ts", now: null }] }, 1)).toEqual([]);
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
