import { describe, expect, test } from "vitest";
import { decide, isRefusal } from "../../src/core/decide.ts";
import type { Command, Event } from "../../src/core/event.ts";
import type { Progress } from "../../src/core/state.ts";
import { SHA, approved, config, done, filed, into, judged, order, slice, tier } from "./orders.ts";

/** Events by type, or the words of the refusal. */
function check(events: readonly Event[], command: Command, expected: string[] | RegExp): void {
  const answer = decide(order(events), command);
  if (Array.isArray(expected))
    expect(isRefusal(answer) ? answer.refused : answer.map(({ type }) => type)).toEqual(expected);
  else expect(isRefusal(answer) ? answer.refused : answer).toMatch(expected);
}

const STATES = Object.keys(into) as Progress["at"][];
const running = approved([slice("01"), slice("02")]);
const gate = running.slice(0, -1);
const error: Event = {
  type: "criticised",
  findings: [
    { critic: "cycle", severity: "error", slices: ["01"], message: "01 waits for 01.", remedy: "Mend it." },
  ],
};
const paused: Event = { type: "paused", why: "", by: "user" };
const stopped: Event = { type: "stopped", why: "", by: "user" };
const planFault: Event = {
  type: "faulted",
  slice: null,
  attempt: null,
  during: "plan",
  fault: { kind: "auth", message: "" },
};
const replanning: Event = {
  type: "replanAsked",
  reason: { kind: "asked", slice: null, why: "x" },
  by: "user",
};
const ended: Event[] = [
  ...approved([slice("01")]),
  ...done("01"),
  { type: "ended", result: "done", report: SHA },
];

describe("the order", () => {
  test.each<[string, Event[], Command, string[] | RegExp]>([
    ["approve at the gate", gate, { do: "approvePlan" }, ["planApproved"]],
    ["approve a paused one", [...gate, paused], { do: "approvePlan" }, ["resumed", "planApproved"]],
    ["approve twice", running, { do: "approvePlan" }, /already/],
    ["approve nothing", gate.slice(0, 2), { do: "approvePlan" }, /no plan/],
    ["approve before the critics", gate.slice(0, 3), { do: "approvePlan" }, /being checked/],
    ["approve with errors", [...gate, error], { do: "approvePlan" }, /01 waits for 01\. Mend it\./],
    [
      "approve while the planner amends",
      [...gate, replanning],
      { do: "approvePlan" },
      /amending the plan already/,
    ],
    [
      "approve what could not be checked",
      [...gate.slice(0, 3), planFault],
      { do: "approvePlan" },
      /could not be checked/,
    ],
    ["ask for changes at the gate", gate, { do: "askChanges", words: "x" }, ["replanAsked"]],
    ["ask for changes while it runs", running, { do: "askChanges", words: "x" }, ["replanAsked"]],
    [
      "ask for changes of a stopped one",
      [...running, stopped],
      { do: "askChanges", words: "x" },
      ["resumed", "replanAsked"],
    ],
    ["ask for nothing", gate, { do: "askChanges", words: "  " }, /Say what/],
    ["ask twice", [...running, replanning], { do: "askChanges", words: "x" }, /amending the plan already/],
    ["ask before there is a plan", gate.slice(0, 2), { do: "askChanges", words: "x" }, /no plan yet/],
    [
      "ask when all has landed",
      [...approved([slice("01")]), ...done("01")],
      { do: "askChanges", words: "x" },
      /Plan a new order/,
    ],
    [
      "reject for the plan's sake",
      [...running, ...into.approval("01")],
      { do: "reject", slice: "01", reason: "x", replan: true },
      ["rejected", "replanAsked"],
    ],
    [
      "reject for the plan's sake, without a word",
      [...running, ...into.approval("01")],
      { do: "reject", slice: "01", reason: " ", replan: true },
      /Say what is wrong/,
    ],
    [
      "reject for the plan's sake while the planner amends",
      [...running, ...into.approval("01"), replanning],
      { do: "reject", slice: "01", reason: "x", replan: true },
      /amending the plan already/,
    ],
    [
      "reject only the attempt meanwhile",
      [...running, ...into.approval("01"), replanning],
      { do: "reject", slice: "01", reason: "x" },
      ["rejected"],
    ],
    ["discard at the gate", gate, { do: "discard", reason: "no" }, ["discarded"]],
    ["discard a running one", running, { do: "discard", reason: "no" }, /approved/],
    ["run a stopped one", [...running, stopped], { do: "run" }, ["resumed"]],
    ["run a failed one", [...gate.slice(0, 2), planFault], { do: "run" }, ["resumed"]],
    ["run a running one", running, { do: "run" }, []],
    ["run at the gate", gate, { do: "run" }, /Approve the plan/],
    ["pause", running, { do: "pause" }, ["paused"]],
    ["pause twice", [...running, paused], { do: "pause" }, /Nothing is running/],
    ["stop", running, { do: "stop" }, ["stopped"]],
    ["stop a paused one", [...running, paused], { do: "stop" }, ["stopped"]],
    ["stop twice", [...running, stopped], { do: "stop" }, /Nothing is running/],
    [
      "approve all",
      [...running, ...into.approval("01"), ...into.approval("02")],
      { do: "approveAll" },
      ["approved", "approved"],
    ],
    [
      "approve all does not take what is unknown",
      [...running, ...into.verifying("01"), judged("01", "unknown")],
      { do: "approveAll" },
      /No passed slice/,
    ],
    ["a slice nobody knows", running, { do: "approve", slice: "99" }, /no slice 99.*01, 02/],
    ["a slice before there is a plan", [], { do: "drop", slice: "01", why: "" }, /no plan yet/],
    ["a question nobody asked", running, { do: "answer", id: "q", answer: "once" }, /no longer asked/],
    ["rerun before the plan is approved", gate, { do: "rerun", slice: "01", tier: null }, /Approve the plan/],
    [
      "rerun above the top",
      approved([slice("01")], { tiers: [tier("a")] }),
      { do: "rerun", slice: "01", tier: null },
      /no tier above/,
    ],
    [
      "rerun with no ladder, named",
      approved([slice("01")], { tiers: [] }),
      { do: "rerun", slice: "01", tier: tier("x") },
      ["rerun"],
    ],
  ])("%s", (_name, events, command, expected) => check(events, command, expected));

  test("is over for good when it ended or was discarded; only taking back is left", () => {
    const discarded: Event[] = [...gate, { type: "discarded", reason: "" }];
    const all: Command[] = [
      { do: "approvePlan" },
      { do: "run" },
      { do: "pause" },
      { do: "stop" },
      { do: "discard", reason: "" },
      { do: "approveAll" },
      { do: "drop", slice: "01", why: "" },
      { do: "retry", slice: "01" },
      { do: "reroute", slice: "01", route: "auto" },
    ];
    for (const command of all) {
      check(ended, command, /has ended/);
      check(discarded, command, /has ended/);
    }
    check(ended, { do: "revert", slice: "01" }, []);
    check(discarded, { do: "revert", slice: "01" }, /has ended/);
  });
});

test.each<[Command["do"], Progress["at"][]]>([
  ["approve", ["approval", "landing", "done"]],
  ["reject", ["approval"]],
  ["verify", ["approval"]],
  ["rerun", ["waiting", "executing", "verifying", "approval", "conflict", "stuck"]],
  ["reroute", ["waiting", "executing", "verifying", "approval", "conflict", "stuck"]],
  ["reclass", ["waiting", "executing", "verifying", "approval", "conflict", "stuck"]],
  ["drop", ["waiting", "executing", "verifying", "approval", "conflict", "stuck"]],
  ["retry", ["conflict", "stuck"]],
  ["revert", ["done"]],
])("%s is for slices that are %j; for the others it says why not", (name, allowed) => {
  const command = { do: name, slice: "01", reason: "r", why: "w", tier: null, route: "auto", class: "C2" };
  const taken = STATES.filter((at) => {
    const answer = decide(order([...running, ...into[at]("01")]), command as unknown as Command);
    if (isRefusal(answer)) expect(answer.refused).toMatch(/^Slice 01 /);
    return !isRefusal(answer);
  });
  expect(taken.toSorted()).toEqual(allowed.toSorted());
});

test("approving twice is no error, and no second event", () => {
  for (const at of ["landing", "done"] as const)
    check([...running, ...into[at]("01")], { do: "approve", slice: "01" }, []);
});

test("a slice that others were built on is taken back after them", () => {
  const events = [...approved([slice("01"), slice("02", { needs: ["01"] })]), ...done("01"), ...done("02")];
  check(events, { do: "revert", slice: "01" }, /02 was built on 01/);
  check(events, { do: "revert", slice: "02" }, []);
  check(
    [
      ...approved([slice("01")]),
      { type: "configured", config: config() },
      { type: "amended", changed: [filed(slice("03"))], dropped: [], by: "user", why: "" },
    ],
    { do: "revert", slice: "03" },
    /only a landed/,
  );
});
