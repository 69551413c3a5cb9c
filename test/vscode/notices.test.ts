import { describe, expect, it } from "vitest";
import type { OrderView, View } from "../../src/protocol/view.ts";
import { contextsOf } from "../../src/vscode/contexts.ts";
import { noticesOf } from "../../src/vscode/notices.ts";
import { orderView, sliceView, view } from "./views.ts";

const CAN = {
  approvePlan: false,
  askChanges: false,
  discard: false,
  run: false,
  pause: false,
  stop: false,
  approveAll: false,
  report: false,
};
const at = (...places: Parameters<typeof sliceView>[1][]): OrderView =>
  orderView({ slices: places.map((given, i) => sliceView(`0${i + 1}`, given)) });

const ATTEMPT = {
  n: 1,
  tier: "a/b",
  ms: 1,
  cost: null,
  outcome: "pass",
  result: "pass" as const,
  firstFailure: null,
};
const AMENDED = { why: "The parser exists.", changes: [] };
const DRIFT = { paths: ["src/a.js"], words: "1 file changed." };
const FILE = { path: "a.js", added: 1, removed: 0, change: "modified" as const };

/** Each notice as one line: its text and what can be pressed. */
const lines = (
  before: OrderView | null,
  now: OrderView,
  asked: Parameters<typeof noticesOf>[2] = null,
): string[] =>
  noticesOf(before, now, asked).map(
    ({ text, actions }) => `${text} [${actions.map(({ title }) => title).join("|")}]`,
  );

describe("notices", () => {
  const gate = orderView({
    phase: "gate",
    slices: [sliceView("01")],
    predicted: 0.42,
    can: { ...CAN, approvePlan: true },
  });
  const error = { critic: "cycle", severity: "error" as const, slices: [], message: "", remedy: "" };
  const waiting = at({ at: "executing" }, { at: "executing" });
  const ended = orderView({ phase: "ended", done: 1, slices: [sliceView("01", { at: "done" })] });
  const table: [what: string, before: OrderView | null, now: OrderView, expected: string[]][] = [
    [
      "the plan gate, once",
      orderView({ phase: "planning" }),
      gate,
      ["The plan is ready: 1 slice, about $0.42. Read it, then approve it. [Approve|Open Plan]"],
    ],
    [
      "the plan gate of an order just opened",
      null,
      gate,
      ["The plan is ready: 1 slice, about $0.42. Read it, then approve it. [Approve|Open Plan]"],
    ],
    ["nothing new at the plan gate", gate, gate, []],
    [
      "a plan with errors",
      orderView({ phase: "planning" }),
      orderView({ phase: "gate", findings: [error] }),
      ["The plan cannot run yet: 1 error found in it. Mend the files, then approve it. [Open Plan|Show]"],
    ],
    [
      "an amended plan at its gate",
      orderView({ phase: "planning", amendments: 1 }),
      { ...gate, amendment: AMENDED, amendments: 2 },
      ["The plan was amended: The parser exists. Approve it to go on. [Show Changes|Approve]"],
    ],
    [
      "an amended plan of an order just opened",
      null,
      { ...gate, amendment: AMENDED, amendments: 1 },
      ["The plan was amended: The parser exists. Approve it to go on. [Show Changes|Approve]"],
    ],
    [
      "a plan that was amended before, mended by hand",
      orderView({ phase: "gate", findings: [error], amendments: 1 }),
      { ...gate, amendment: AMENDED, amendments: 1 },
      ["The plan is ready: 1 slice, about $0.42. Read it, then approve it. [Approve|Open Plan]"],
    ],
    [
      "an amendment that came to nothing",
      orderView({ phase: "planning" }),
      { ...waiting, replanFault: "The planner's proposal was refused." },
      ["The plan could not be amended: The planner's proposal was refused. [Ask Again…|Show]"],
    ],
    [
      "files that changed under the plan",
      waiting,
      { ...waiting, drift: DRIFT },
      ["1 file changed. [Show|Open Plan]"],
    ],
    ["files known to have changed", { ...waiting, drift: DRIFT }, { ...waiting, drift: DRIFT }, []],
    [
      "one slice at the diff gate",
      waiting,
      at({ at: "approval", note: "2 checks pass", verdict: "pass" }, { at: "executing" }),
      ["Slice 01 “Slice 01” awaits approval: 2 checks pass. [Review|Approve|Reject…]"],
    ],
    [
      "several at the diff gate",
      waiting,
      at({ at: "approval" }, { at: "approval" }),
      ["2 slices await approval. [Show]"],
    ],
    [
      "one more while others still run",
      at({ at: "approval" }, { at: "executing" }, { at: "executing" }),
      at({ at: "approval" }, { at: "approval" }, { at: "executing" }),
      [],
    ],
    [
      "one more, and nothing runs any more",
      at({ at: "approval" }, { at: "executing" }),
      at({ at: "approval" }, { at: "approval" }),
      ["2 slices await approval. [Show]"],
    ],
    ["a slice that moves on", at({ at: "approval" }), at({ at: "landing" }), []],
    [
      "a stuck slice",
      waiting,
      at({ at: "stuck", note: "npm test fails" }, { at: "executing" }),
      ["Slice 01 is stuck: npm test fails [Show|Rerun on…]"],
    ],
    [
      "a question",
      waiting,
      { ...waiting, asks: [{ id: "a", slice: "01", command: "npm ci" }] },
      ["Slice 01 asks to run: npm ci [Allow Once|Allow for This Order|Refuse]"],
    ],
    [
      "a stop by policy",
      waiting,
      { ...waiting, phase: "stopped", why: "The budget is used up." },
      ["The order has stopped: The budget is used up. [Run|Show]"],
    ],
    ["the end", waiting, ended, ["The order has ended: 1 of 1 slice landed for $0.00. [Show Report]"]],
    ["an ended order that is opened", null, ended, []],
    ["another order", { ...waiting, id: "other" }, ended, []],
  ];
  it.each(table)("%s", (_, before, now, expected) => expect(lines(before, now)).toEqual(expected));

  it("a stop the user asked for is no news", () => {
    expect(lines(waiting, { ...waiting, phase: "stopped" }, "stop")).toEqual([]);
  });
  it.each<[what: string, before: OrderView, now: OrderView, news: string]>([
    ["the plan gate", orderView({ phase: "planning" }), gate, "unseen"],
    ["the diff gate", waiting, at({ at: "approval" }, { at: "executing" }), "unseen"],
    ["a stuck slice", waiting, at({ at: "stuck" }, { at: "executing" }), "unseen"],
    ["a question", waiting, { ...waiting, asks: [{ id: "a", slice: "01", command: "npm ci" }] }, "unseen"],
    ["the end", waiting, ended, "always"],
    ["a stop by policy", waiting, { ...waiting, phase: "stopped" }, "always"],
  ])("with the sidebar in view: %s", (_, before, now, news) => {
    expect(noticesOf(before, now, null).map((notice) => notice.news)).toEqual([news]);
  });
  it("a conflict opens the merge by itself", () => {
    const [notice] = noticesOf(waiting, at({ at: "conflict", note: "conflicts" }), null);
    expect(notice?.atOnce).toEqual({ command: "slicewise.openConflict", args: ["01"] });
  });
});

describe("context keys", () => {
  const done = orderView({ slices: [sliceView("01", { at: "done", attempts: [ATTEMPT], files: [FILE] })] });
  const table: [what: string, given: Partial<View>, can: string[]][] = [
    ["nothing without an order", {}, []],
    [
      "another order can be resumed",
      { orders: [{ id: "x", goal: "", phase: "ended", done: 0, total: 0 }] },
      ["resume"],
    ],
    [
      "a landed slice",
      { order: done },
      ["openPlan", "openLog", "checkPlan", "openTask", "openBriefing", "copyBriefing", "review", "revert"],
    ],
    [
      "a landed slice that can only be read",
      { order: done, host: "untrusted" },
      ["openPlan", "openLog", "openTask", "openBriefing", "copyBriefing", "review"],
    ],
    [
      "a slice at the diff gate",
      { order: at({ at: "approval", higher: "a/b@high" }) },
      ["openPlan", "openLog", "checkPlan", "approve", "reject", "rerunHigher", "rerunOn", "openTask", "drop"],
    ],
    [
      "a slice at the diff gate that was not shown to be done",
      { order: at({ at: "approval", verdict: "unknown" }) },
      ["openPlan", "openLog", "checkPlan", "approve", "reject", "verify", "rerunOn", "openTask", "drop"],
    ],
    [
      "no rerun before the plan is approved",
      { order: { ...at({ higher: "a/b@high", open: true }), phase: "gate" } },
      ["openPlan", "openLog", "checkPlan", "changeRoute", "openTask"],
    ],
    [
      "an amended plan",
      {
        order: orderView({
          phase: "gate",
          amendments: 1,
          can: { ...CAN, approvePlan: true, askChanges: true, discard: true },
        }),
      },
      ["openLog", "approvePlan", "askChanges", "showPlanChanges", "discard"],
    ],
    [
      "while the planner amends",
      { order: { ...at({ at: "executing" }), phase: "planning", can: { ...CAN, stop: true } } },
      ["openPlan", "openLog", "stop", "openTask"],
    ],
  ];
  it.each(table)("%s", (_, given, can) => {
    const keys = contextsOf(view(given));
    expect(
      Object.keys(keys)
        .filter((key) => keys[key])
        .toSorted(),
    ).toEqual(can.toSorted());
  });
});
