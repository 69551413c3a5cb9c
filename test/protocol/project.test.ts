import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { type Extra, duration, project } from "../../src/protocol/project.ts";
import type { OrderView, SliceView } from "../../src/protocol/view.ts";
import { NO_USAGE } from "../../src/core/order.ts";
import {
  LADDER,
  SHA,
  approved,
  attempted,
  config,
  evidence,
  failedTry,
  fault,
  filed,
  into,
  judged,
  order,
  produced,
  routed,
  slice,
  tier,
  verdict,
} from "../core/orders.ts";

const EXTRA: Extra = {
  assumptions: ["Node 20"],
  predict: (_state, on) => (on.model === "huge" ? null : 0.25),
  expectMs: () => 60_000,
};
const view = (events: readonly Event[]): OrderView => project(order(events), EXTRA);
const first = (events: readonly Event[]): SliceView => view(events).slices[0] as SliceView;
const ready = approved([slice("01"), slice("02", { needs: ["01"] })]);

test.each<[keyof typeof into, Partial<SliceView>]>([
  [
    "waiting",
    { note: "ready", open: true, verdict: null, commit: null, spent: null, higher: "p/middle@low" },
  ],
  ["executing", { note: "working", open: false, files: [] }],
  ["verifying", { note: "checking", files: [{ path: "src/01.ts", added: 3, removed: 0, change: "added" }] }],
  ["approval", { note: "1 check passes", verdict: "pass", strong: true, report: "did it" }],
  ["landing", { note: "landing", verdict: "pass" }],
  ["done", { note: "landed as c0ffee00", commit: "c0ffee00", verdict: "pass", open: false }],
  ["conflict", { note: "conflicts with your changes in src/01.ts. Settle them, then retry." }],
  ["stuck", { note: "auth happened", open: true }],
  ["dropped", { note: "not wanted", open: false }],
])("a slice that is %s", (at, expected) => {
  const shown = first([...ready, ...into[at]("01")]);
  expect(shown).toMatchObject({ id: "01", at, feeds: ["02"], needs: [], route: "auto", ...expected });
  expect(structuredClone(shown)).toEqual(shown);
});

test("a call that was refused is shown beside the checks and is none of them", () => {
  const call = { tool: "edit", what: "test/a.js", why: "outside the write set" };
  const refused: Event = { type: "refused", slice: "01", attempt: 1, ...call };
  const { checks } = first([...ready, ...into.executing("01"), refused]);
  expect(checks.map(({ kind, result }) => [kind, result])).toEqual([
    ["command", "pending"],
    ["refusal", "fail"],
  ]);
});

describe("notes", () => {
  const check = (events: readonly Event[], note: string): void => expect(first(events).note).toBe(note);
  test("of a need that has not landed", () =>
    check(approved([slice("01", { needs: ["02"] }), slice("02")]), "waits for 02"));
  test("after a failed attempt", () =>
    check([...ready, ...failedTry("01", 1, tier("small", "low"))], "about to start attempt 2"));
  test("of an unknown verdict is never a pass", () => {
    const shown = first([...ready, ...into.verifying("01"), judged("01", "unknown")]);
    expect([shown.note, shown.verdict]).toEqual(["not verified: npm test", "unknown"]);
  });
  test("of weak evidence says so", () => {
    const weak: Event = {
      type: "judged",
      slice: "01",
      attempt: 1,
      round: 0,
      verdict: verdict("pass"),
      ms: 1,
    };
    check([...ready, ...into.verifying("01"), weak], "1 check passes, weak evidence");
  });
  test("of a verdict that stopped it names the check and what to do", () => {
    const why = { ...verdict("fail"), evidence: [evidence({ result: "fail", why: "exit 1" })] };
    check(
      [...ready, { type: "stuck", slice: "01", why }],
      "npm test: exit 1 Rerun it, change its route or its task, or drop it.",
    );
  });
});

describe("the order", () => {
  const phase = (events: readonly Event[]): [string, string[]] => {
    const { phase: at, can } = view(events);
    return [at, Object.entries(can).flatMap(([name, yes]) => (yes ? [name] : []))];
  };
  const planFault: Event = {
    type: "faulted",
    slice: null,
    attempt: null,
    during: "plan",
    fault: fault("auth"),
  };
  const error: Event = {
    type: "criticised",
    findings: [{ critic: "cycle", severity: "error", slices: [], message: "m", remedy: "r" }],
  };
  test.each<[string, Event[], string, string[]]>([
    ["planning", ready.slice(0, 2), "planning", ["discard", "stop"]],
    ["that failed to plan", [...ready.slice(0, 2), planFault], "failed", ["discard", "run"]],
    ["at the gate, not checked yet", ready.slice(0, 3), "gate", ["askChanges", "discard"]],
    ["at the gate", ready.slice(0, 4), "gate", ["approvePlan", "askChanges", "discard"]],
    [
      "at the gate, with errors",
      [...ready.slice(0, 3), error],
      "gate",
      ["approvePlan", "askChanges", "discard"],
    ],
    [
      "running, with an error in an edited file",
      [...ready, error],
      "running",
      ["askChanges", "run", "pause", "stop"],
    ],
    ["running", ready, "running", ["askChanges", "pause", "stop"]],
    [
      "with a passed slice",
      [...ready, ...into.approval("01")],
      "running",
      ["askChanges", "pause", "stop", "approveAll"],
    ],
    ["paused", [...ready, { type: "paused", why: "", by: "user" }], "paused", ["askChanges", "run", "stop"]],
    ["stopped", [...ready, { type: "stopped", why: "", by: "user" }], "stopped", ["askChanges", "run"]],
    ["ended", [...ready, { type: "ended", result: "done", report: SHA }], "ended", ["report"]],
  ])("%s", (_name, events, at, can) => expect(phase(events)).toEqual([at, can]));

  test("counts what landed, out of what was not dropped", () => {
    const { done, total } = view([...ready, ...into.done("01"), ...into.dropped("02")]);
    expect([done, total]).toEqual([1, 1]);
  });
  test("predicts a sum, or says that it is unknown", () => {
    const named = (of: string) => slice(of, { route: `q/${of}` });
    expect(view(approved([named("small"), named("middle")])).predicted).toBe(0.5);
    expect(view(approved([named("small"), named("huge")])).predicted).toBeNull();
  });
  test("shows a price nobody knows as unknown, part by part", () => {
    const call: Event = {
      type: "called",
      slice: null,
      attempt: null,
      role: "planner",
      tier: tier("x"),
      usage: NO_USAGE,
      ms: 1,
      cost: null,
      top: null,
    };
    const { money } = view([...ready, call]);
    expect(money).toMatchObject({
      spent: null,
      planning: null,
      executing: 0,
      unpriced: 1,
      top: null,
      saving: null,
    });
    expect(view(ready).money).toMatchObject({
      spent: 0,
      planning: 0,
      top: 0,
      saving: null,
      topTier: "p/huge@high",
    });
  });
  test("says too little is known of its interventions, or the bound", () => {
    expect(view([]).mtbi).toMatchObject({ text: "not enough data", interval: "", interventions: 0 });
    expect(view(ready).mtbi.text).toMatch(/^≥ /);
    expect(
      view([...ready, ...into.stuck("01"), { type: "reopened", slice: "01", why: "" }]).mtbi,
    ).toMatchObject({ text: "not enough data", interventions: 1, slicesPerIntervention: 0 });
  });
});

test("attempts are told by their end", () => {
  const events = [
    ...approved([slice("01")]),
    ...failedTry("01", 1, LADDER[0] ?? tier("x")),
    routed("01", 2, tier("middle", "low")),
    {
      type: "attempted" as const,
      slice: "01",
      attempt: 2,
      round: 0,
      tier: tier("middle", "low"),
      briefing: SHA,
      base: "b",
    },
  ];
  const { attempts } = first(events);
  expect(attempts.map(({ n, outcome, result, firstFailure }) => [n, outcome, result, firstFailure])).toEqual([
    [1, "fail after 3 rounds", "fail", "npm test: "],
    [2, "running", "running", null],
  ]);
});

describe("who judged stands beside a check, with what is to be known of it", () => {
  const judgedBy = (cost: number | null | undefined, note: string): string | undefined => {
    const reviewer = { tier: tier("judge", "low"), family: "judge", kin: note !== "", note };
    const found = evidence({
      kind: "reviewer",
      name: "reads well",
      reviewer,
      ...(cost !== undefined && { cost }),
    });
    const event: Event = {
      ...{ type: "judged", slice: "01", attempt: 1, round: 0, ms: 1 },
      verdict: { result: "pass", strong: true, evidence: [evidence(), found] },
    };
    const events = [...approved([slice("01")]), routed("01"), attempted("01"), produced("01"), event];
    const { checks } = first(events);
    expect(checks.find(({ name }) => name === "npm test")?.by).toBeUndefined();
    return checks.find(({ name }) => name === "reads well")?.by;
  };
  test.each([
    [0.0042, "", "p/judge@low (judge), $0.0042"],
    [null, "", "p/judge@low (judge), cost unknown"],
    [undefined, "Same family: no other.", "p/judge@low (judge). Same family: no other."],
  ])("%s %s", (cost, note, expected) => expect(judgedBy(cost, note)).toBe(expected));
});

test("what the repository and models say is passed on as it is, and as data", () => {
  const evil = "<img src=x onerror=alert(1)>\u202e__proto__\0";
  const events: Event[] = [
    { type: "opened", goal: evil },
    { type: "configured", config: config() },
    {
      type: "planned",
      slices: [filed(slice("01", { title: evil, body: evil }))],
      stamp: { commit: null, files: {} },
      by: "file",
    },
    { type: "warned", message: evil },
    { type: "dropped", slice: "01", why: evil },
  ];
  const shown = view(events);
  expect([shown.goal, shown.warnings[0], shown.slices[0]?.title, shown.slices[0]?.note]).toEqual([
    evil,
    evil,
    evil,
    evil,
  ]);
});

test.each([
  [0, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [60_000, "1 min"],
  [3_570_000, "1.0 h"],
  [3_600_000, "1.0 h"],
  [48_000_000, "13.3 h"],
])("%i ms are %s", (ms, expected) => expect(duration(ms)).toBe(expected));
