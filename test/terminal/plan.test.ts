/** The plan as a terminal shows it: from events, so that the words and what they are made of are tested together. */
import { expect, test } from "vitest";
import type { Entry, Event } from "../../src/core/event.ts";
import { project } from "../../src/protocol/project.ts";
import type { OrderView } from "../../src/protocol/view.ts";
import { nextActs, orderText, progressLine, sliceText } from "../../src/terminal/print.ts";
import { ROUTING, SHA, approved, filed, fault, order, slice } from "../core/orders.ts";

const view = (events: readonly Event[]): OrderView =>
  project(order(events), {
    assumptions: ["Node 20", "one\nline"],
    predict: (_state, on) => (on.model === "small" ? 0.02 : 0.5),
    expectMs: () => 120_000,
  });

const PLAN = [
  slice("01", { title: "Parse", checks: [{ run: "npm test", before: "fail" }] }),
  slice("02", { title: "Cut\nerror: not ours", class: "C3", needs: ["01"], minutes: 45 }),
  slice("03", { title: "Docs" }),
];
const tasks = ".slicewise/orders/order/tasks";
const criticised: Event = {
  type: "criticised",
  findings: [
    {
      critic: "c",
      severity: "warning",
      slices: ["03"],
      message: "No check.",
      remedy: "Add one.",
      key: "checks",
    },
    {
      critic: "c",
      severity: "error",
      slices: ["02"],
      message: "Both write a.js.",
      remedy: "Let 02 need 03.",
      key: "writes.0",
      at: { path: `${tasks}/02-cut.md`, line: 7 },
    },
  ],
  tried: [{ command: "npm test", result: "pass", status: 0, why: "", ms: 4000, output: null }],
  base: "tree",
};
const GATE = [...approved(PLAN, { routing: ROUTING }).slice(0, 3), criticised];

test("the plan at its gate: figures, findings at their place, base tree, assumptions, slices", () =>
  expect(orderText(view(GATE)).split("\n").slice(4)).toEqual([
    "predicted: ~$0.23 ($0.0664 – $0.44 in 4 of 5 cases), $1.97 with p/huge@high for everything; about 5 min on the critical path ◆, 6 min one after another (2 min – 11 min in 4 of 5 cases)",
    `error: ${tasks}/02-cut.md:7 writes.0: Both write a.js. → Let 02 need 03.`,
    "warning: No check. → Add one.",
    "base tree: 2 of 3 checks do what the plan says",
    "  01 npm test: passes on the base tree, where it must fail: it proves nothing yet",
    "assumption: Node 20",
    "assumption: one line",
    "",
    "◆ ○ 01 Parse                                    C1  p/small@low                        ~$0.0365  ~49 s   waiting",
    "◆ ○ 02 Cut error: not ours                      C3  p/small@low                        ~$0.15    ~4 min  waiting: waits for 01",
    "  ○ 03 Docs                                     C1  p/small@low                        ~$0.0365  ~49 s   waiting",
    "",
  ]));

test("MTBI stands with what it always stands with", () => {
  const running = orderText(view(approved(PLAN))).split("\n");
  expect(running.slice(2, 4)).toEqual([
    "0 of 3 slices, 2 min of work, 0 interventions, $0.00",
    "MTBI ≥ 40 s · no intervention · 0 reverted",
  ]);
});

test("one slice of it", () => {
  const [one, two] = view(GATE).slices.map(sliceText);
  expect(one?.split("\n").slice(2, 4)).toEqual([
    "expected: ~$0.0365 ($0.0033 – $0.10 in 4 of 5 cases), about 49 s (14 s – 2 min in 4 of 5 cases), 30 min for a person, on the critical path",
    "check pending: npm test (passes on the base tree, where it must fail: it proves nothing yet, 4 s)",
  ]);
  expect(two).toMatch(
    /^expected: ~\$0\.15 \(.* in 4 of 5 cases\), about 4 min \(.*\), 45 min for a person, on the critical path$/m,
  );
});

const asked: Event = {
  type: "replanAsked",
  reason: { kind: "asked", slice: null, why: "Fewer\nslices" },
  by: "user",
};
const amended: Event = {
  type: "amended",
  changed: [filed(slice("02", { title: "Cut", needs: [], body: "Do it.\nTwice." })), filed(slice("04"))],
  dropped: [{ slice: "03", why: "not asked for" }],
  by: "planner",
  why: "Docs come later.",
  reasons: [{ slice: "02", why: "stands alone" }],
  rejected: ["Cutting in write: what was buffered is lost"],
};

test("a plan being amended says so, and how it goes on", () => {
  const shown = view([...GATE, asked]);
  expect(orderText(shown)).toContain("\nthe plan is to be amended: Fewer slices\n");
  expect(nextActs(shown)).toBe("The planner is to amend the plan: slicewise run order\n");
});

test("an amended plan is shown as a diff", () => {
  const text = orderText(view([...GATE, asked, amended, { type: "criticised", findings: [] }]));
  expect(text).toContain(`
plan amended: Docs come later.
  ~ 02 Cut: stands alone
      title: Cut error: not ours → Cut
      class: C3 → C1
      needs: 01 → none
      minutes: 45 → 30
      body:
        + Twice.
  + 04 Slice 04: Docs come later.
  – 03 Docs: not asked for
rejected path: Cutting in write: what was buffered is lost
base tree: 2 of 3 checks do what the plan says
`);
});

test("drift, and a replan that came to nothing", () => {
  const moved: Event = { type: "drifted", files: [{ path: "a.js", now: SHA }], commit: null };
  const failed: Event = {
    type: "faulted",
    slice: null,
    attempt: null,
    during: "replan",
    fault: fault("malformed"),
  };
  const text = orderText(view([...GATE, moved, { type: "criticised", findings: [] }, asked, failed]));
  expect(text).toContain(`
the plan was not amended: malformed happened
drift: 1 file changed since the plan was made. It was checked again.
  a.js
`);
});

test.each<[Event, string]>([
  [asked, "plan     is being amended: Fewer\n          slices"],
  [
    { type: "drifted", files: [{ path: "a.js", now: null }], commit: null },
    "plan     was made before these files changed: a.js",
  ],
  [amended, "plan     amended by the planner: Docs come later. (02, 04, 03)"],
  [
    criticised,
    `warning: No check. → Add one.\n          error: ${tasks}/02-cut.md:7 writes.0: Both write a.js. → Let 02 need 03.`,
  ],
])("progress of $type", (event, wanted) => {
  const entry: Entry = { ...event, seq: 1, at: "2026-11-21T12:00:00.000Z" };
  expect(progressLine(entry)?.slice(10)).toBe(wanted);
});
