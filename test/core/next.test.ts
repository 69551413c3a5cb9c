import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { Tier, Verdict } from "../../src/core/order.ts";
import { next } from "../../src/core/next.ts";
import type { Config } from "../../src/core/settings.ts";
import { type Step, stepName } from "../../src/core/state.ts";
import {
  LADDER,
  approved,
  attempted,
  config,
  done,
  failedTry,
  faulted,
  filed,
  into,
  judged,
  order,
  passed,
  produced,
  routed,
  slice,
  tier,
  verdict,
} from "./orders.ts";

/** Steps by name; what is recorded by itself shows its event. */
const named = (step: Step): string =>
  step.do === "record"
    ? `record ${step.event.type}${"slice" in step.event ? ` ${step.event.slice}` : ""}`
    : stepName(step).replace(/ on p\//, " on ");
const check = (events: readonly Event[], expected: string[]): void =>
  expect(next(order(events)).map(named)).toEqual(expected);

const opened: Event[] = [
  { type: "opened", goal: "g" },
  { type: "configured", config: config() },
];
const plan = (...ids: string[]): Event => ({
  type: "planned",
  slices: ids.map((id) => filed(slice(id))),
  stamp: { commit: null, files: {} },
  by: "planner",
});
const checked: Event = { type: "criticised", findings: [] };
const error: Event = {
  type: "criticised",
  findings: [{ critic: "cycle", severity: "error", slices: [], message: "m", remedy: "r" }],
};
const full: Event = { type: "configured", config: config({ autonomy: "full" }) };
const stopped: Event = { type: "stopped", why: "", by: "user" };
const paused: Event = { type: "paused", why: "", by: "user" };
const planFault: Event = {
  type: "faulted",
  slice: null,
  attempt: null,
  during: "plan",
  fault: { kind: "auth", message: "" },
};

describe("the order", () => {
  test.each<[string, Event[], string[]]>([
    ["not opened", [], []],
    ["without settings", [{ type: "opened", goal: "g" }], []],
    ["opened", opened, ["plan"]],
    ["planning failed", [...opened, planFault], []],
    ["planning failed, run again", [...opened, planFault, { type: "resumed" }], ["plan"]],
    ["planned", [...opened, plan("01")], ["criticise"]],
    ["at the gate", [...opened, plan("01"), checked], []],
    ["at the gate, full autonomy", [...opened, full, plan("01"), checked], ["record planApproved"]],
    ["at the gate, full autonomy, with errors", [...opened, full, plan("01"), error], []],
    ["at the gate, full autonomy, paused", [...opened, full, plan("01"), checked, paused], []],
    ["approved", approved([slice("01")]), ["record routed 01"]],
    ["routed", [...approved([slice("01")]), routed("01")], ["execute 01 1.0 on small@low"]],
    ["stopped", [...approved([slice("01")]), ...into.executing("01"), stopped], []],
    [
      "paused: what was begun goes on",
      [...approved([slice("01"), slice("02")]), ...into.executing("01"), paused],
      ["execute 01 1.0 on small@low"],
    ],
    ["paused: nothing new starts", [...approved([slice("01")]), routed("01"), paused], []],
    ["discarded", [...opened, plan("01"), checked, { type: "discarded", reason: "" }], ["report"]],
    ["all done", [...approved([slice("01")]), ...done("01")], ["report"]],
    ["all dropped", [...approved([slice("01")]), ...into.dropped("01")], ["report"]],
    [
      "ended",
      [...approved([slice("01")]), ...done("01"), { type: "ended", result: "done", report: "0".repeat(64) }],
      [],
    ],
    [
      "checked again while slices run: they go on",
      [
        ...approved([slice("01"), slice("02")]),
        ...into.executing("01"),
        { type: "amended", changed: [filed(slice("02"))], dropped: [], by: "user", why: "" },
      ],
      ["criticise", "execute 01 1.0 on small@low"],
    ],
    [
      "errors while slices run: they go on, nothing new starts",
      [...approved([slice("01"), slice("02")]), ...into.executing("01"), routed("02"), error],
      ["execute 01 1.0 on small@low"],
    ],
  ])("%s", (_name, events, expected) => check(events, expected));
});

describe("thinking the plan over", () => {
  const LAST = LADDER.at(-1) as NonNullable<(typeof LADDER)[0]>;
  const withPlanner = { planner: LAST };
  const asked = (kind: "failed" | "asked", id: string | null = null): Event => ({
    type: "replanAsked",
    reason: { kind, slice: id, why: "" },
    by: "policy",
  });
  const one = approved([slice("01"), slice("02", { needs: ["01"] })], withPlanner);
  const [small, middle] = LADDER as [Tier, Tier];
  const failedTwice = [...failedTry("01", 1, small), ...failedTry("01", 2, middle)];
  const nothing: Event = { type: "amended", changed: [], dropped: [], by: "planner", why: "" };
  const something: Event = { ...nothing, changed: [filed(slice("01"))] };
  const planFails: Event = {
    ...{ type: "faulted", slice: null, attempt: null, during: "replan" },
    fault: { kind: "malformed", message: "" },
  };
  const cut: Event = { ...planFails, fault: { kind: "cancelled", message: "" } };
  const drifted: Event = { type: "drifted", files: [{ path: "a", now: null }], commit: null };
  test.each<[string, Event[], string[]]>([
    ["two models failed", [...one, ...failedTwice], ["record replanAsked"]],
    [
      "two models failed, and there is no planner",
      [...approved([slice("01")]), ...failedTwice],
      ["record routed 01"],
    ],
    ["one model failed", [...one, ...failedTry("01", 1, small)], ["record routed 01"]],
    [
      "the ladder ends with one model",
      [...approved([slice("01")], { ...withPlanner, tiers: [small] }), ...failedTry("01", 1, small)],
      ["record replanAsked"],
    ],
    ["it is blocked", [...one, ...into.executing("01"), faulted("01", "blocked")], ["record replanAsked"]],
    [
      "the user wishes a tier: that goes first",
      [...one, ...failedTwice, { type: "rerun", slice: "01", tier: LAST, why: "" }],
      ["record routed 01"],
    ],
    ["it was asked", [...one, ...failedTwice, asked("failed", "01")], ["replan 1"]],
    [
      "what is under way goes on",
      [...one, ...into.executing("01"), asked("asked")],
      ["replan 0", "execute 01 1.0 on small@low"],
    ],
    ["paused, nobody is paid to think", [...one, asked("asked"), paused], []],
    ["stopped", [...one, asked("asked"), stopped], []],
    [
      "it came to nothing: the slice climbs",
      [...one, ...failedTwice, asked("failed", "01"), planFails],
      ["record routed 01"],
    ],
    ["it was cut off: once more", [...one, ...failedTwice, asked("failed", "01"), cut], ["replan 1"]],
    [
      "nothing was changed: checked, and the slice climbs",
      [...one, ...failedTwice, asked("failed", "01"), nothing, checked],
      ["record routed 01"],
    ],
    ["changed, in review: the gate", [...one, ...failedTwice, asked("failed", "01"), something, checked], []],
    [
      "changed, under full autonomy",
      [
        ...one,
        { type: "configured", config: config({ autonomy: "full" }) },
        ...failedTwice,
        asked("failed", "01"),
        something,
        checked,
      ],
      ["record planApproved"],
    ],
    ["the ground moved, and the plan stands", [...one, drifted, checked], ["record routed 01"]],
    ["the ground moved, and it does not stand", [...one, drifted, error], ["record replanAsked"]],
    [
      "it does not stand, but by the user's own edit",
      [...one, drifted, { ...nothing, by: "user" }, error],
      [],
    ],
    ["moved, thought over in vain: a person", [...one, drifted, error, asked("asked"), planFails], []],
  ])("%s", (_name, events, expected) => check(events, expected));

  test("a second reason does not cut off the planner that is at work", () => {
    const before = order([...one, asked("asked")]);
    const after = order([...one, asked("asked"), asked("failed", "01")]);
    expect(next(after).map(named)).toEqual(next(before).map(named));
    expect(after.replan).toEqual(before.replan);
  });
});

describe("a slice", () => {
  const two = approved([slice("01"), slice("02", { needs: ["01"] })]);
  test.each<[string, Event[], string[]]>([
    ["executing", [...two, ...into.executing("01")], ["execute 01 1.0 on small@low"]],
    ["verifying", [...two, ...into.verifying("01")], ["verify 01 1.0"]],
    ["failed once", [...two, ...into.verifying("01"), judged("01", "fail")], ["execute 01 1.1 on small@low"]],
    ["awaiting approval", [...two, ...into.approval("01")], []],
    ["landing", [...two, ...into.landing("01")], ["land 01 1"]],
    ["its need landed", [...two, ...into.done("01")], ["record routed 02"]],
    ["its need is stuck", [...two, ...into.stuck("01")], []],
    ["its need was dropped", [...two, ...into.dropped("01")], ["record stuck 02"]],
    ["failed for good before it began", [...two, routed("01"), faulted("01", "unknown-model")], []],
    [
      "cut off before it began",
      [...two, routed("01"), faulted("01", "cancelled")],
      ["execute 01 1.0 on small@low"],
    ],
    ["on an empty ladder", approved([slice("01")], { tiers: [] }), ["record stuck 01"]],
    [
      "tried on all tiers",
      [...approved([slice("01")], { tiers: [tier("a")] }), ...failedTry("01", 1, tier("a"))],
      ["record stuck 01"],
    ],
  ])("%s", (_name, events, expected) => check(events, expected));
});

describe("in parallel", () => {
  const routedAll = (...ids: string[]): Event[] => ids.map((id) => routed(id));
  test.each<[string, Event[], string[]]>([
    [
      "never more than allowed",
      [
        ...approved(
          ["01", "02", "03"].map((id) => slice(id)),
          { parallel: 2 },
        ),
        ...routedAll("01", "02", "03"),
      ],
      ["execute 01 1.0 on small@low", "execute 02 1.0 on small@low"],
    ],
    [
      "a route is decided when there is room to start, with what the others have shown by then",
      [
        ...approved(
          ["01", "02", "03"].map((id) => slice(id)),
          { parallel: 2 },
        ),
        ...routedAll("01", "02"),
        ...into.executing("01").slice(1),
      ],
      ["execute 01 1.0 on small@low", "execute 02 1.0 on small@low"],
    ],
    [
      "and when a slice that waits for the same files is no longer in its way",
      [
        ...approved([slice("01"), slice("02", { writes: ["src/01.ts"] }), slice("03")], { parallel: 2 }),
        ...into.executing("01"),
      ],
      ["record routed 03"],
    ],
    [
      "what is verified counts",
      [
        ...approved(
          ["01", "02", "03"].map((id) => slice(id)),
          { parallel: 2 },
        ),
        ...routedAll("02", "03"),
        ...into.verifying("01"),
      ],
      ["verify 01 1.0", "execute 02 1.0 on small@low"],
    ],
    [
      "what lands does not",
      [
        ...approved(
          ["01", "02"].map((id) => slice(id)),
          { parallel: 1 },
        ),
        ...routedAll("02"),
        ...into.landing("01"),
      ],
      ["land 01 1", "execute 02 1.0 on small@low"],
    ],
    [
      "one landing at a time",
      [...approved(["01", "02"].map((id) => slice(id))), ...into.landing("01"), ...into.landing("02")],
      ["land 01 1"],
    ],
    [
      "not two that may write the same file",
      [
        ...approved([slice("01", { writes: ["src/**"] }), slice("02", { writes: ["src/x.ts"] })]),
        ...routedAll("01", "02"),
      ],
      ["execute 01 1.0 on small@low"],
    ],
    [
      "nor beside one that awaits approval",
      [
        ...approved([slice("01", { writes: ["src"] }), slice("02", { writes: ["src/x.ts"] })]),
        ...passed("01"),
        routed("02"),
      ],
      [],
    ],
    [
      "nor beside a conflict",
      [
        ...approved([slice("01", { writes: ["src"] }), slice("02", { writes: ["src/x.ts"] })]),
        ...into.conflict("01"),
        routed("02"),
      ],
      [],
    ],
  ])("%s", (_name, events, expected) => check(events, expected));
});

describe("landing by itself", () => {
  type Case = [Config["autonomy"], Verdict["result"], "strong" | "weak", string, boolean];
  test.each<Case>([
    ["review", "pass", "strong", "huge", false],
    ["supervised", "pass", "strong", "small", true],
    ["supervised", "pass", "weak", "huge", false],
    ["supervised", "unknown", "strong", "huge", false],
    ["full", "pass", "strong", "small", true],
    ["full", "pass", "weak", "small", false],
    ["full", "pass", "weak", "middle", false],
    ["full", "pass", "weak", "big", true],
    ["full", "unknown", "weak", "huge", false],
  ])("%s, %s, %s evidence, on %s: %s", (autonomy, result, strength, model, expected) => {
    const on = LADDER.find((one) => one.model === model) ?? tier(model);
    const events: Event[] = [
      ...approved([slice("01")], { autonomy }),
      routed("01", 1, on),
      attempted("01", 1, 0, on),
      produced("01"),
      {
        type: "judged",
        slice: "01",
        attempt: 1,
        round: 0,
        verdict: verdict(result, strength === "strong"),
        ms: 1,
      },
    ];
    check(events, expected ? ["record approved 01"] : []);
  });
});

describe("pushing", () => {
  const landedOne = [...approved([slice("01")], { push: "origin" }), ...done("01")];
  const fail: Event = { type: "pushFailed", commit: "c0ffee00", remote: "origin", why: "" };
  test.each<[string, Event[], string[]]>([
    ["what landed is pushed, the end waits", landedOne, ["push c0ffee00 0"]],
    ["again after a failure", [...landedOne, fail], ["push c0ffee00 1"]],
    ["not for ever", [...landedOne, fail, fail, fail], ["report"]],
    ["pushed", [...landedOne, { type: "pushed", commit: "c0ffee00", remote: "origin" }], ["report"]],
    [
      "nothing landed, nothing to push",
      [...approved([slice("01")], { push: "origin" }), ...into.dropped("01")],
      ["report"],
    ],
    [
      "beside other slices",
      [...approved([slice("01"), slice("02")], { push: "origin" }), ...done("01"), routed("02")],
      ["execute 02 1.0 on small@low", "push c0ffee00 0"],
    ],
  ])("%s", (_name, events, expected) => check(events, expected));
});

test.each<[string, Event, string]>([
  ["the last fault", faulted("01", "stalled"), "stalled happened"],
  ["the last rejection", { type: "rejected", slice: "01", attempt: 1, reason: "ugly", by: "user" }, "ugly"],
])("a slice that ran out of tiers says why: %s", (_name, last, expected) => {
  const before = last.type === "rejected" ? into.approval("01") : into.executing("01");
  const one = [tier("small", "low")];
  const [step] = next(order([...approved([slice("01")], { tiers: one }), ...before, last]));
  expect(JSON.stringify(step)).toContain(expected);
});
