import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { Check, Slice, TriedCheck } from "../../src/core/order.ts";
import { type Extra, project } from "../../src/protocol/project.ts";
import { type OrderView, fixTitle } from "../../src/protocol/view.ts";
import { approved, config, fault, filed, into, order, slice } from "../core/orders.ts";

const MINUTES: Record<Slice["class"], number> = { C1: 1, C2: 2, C3: 4, C4: 8 };
const EXTRA: Extra = {
  assumptions: [],
  predict: (_state, on) => (on.model === "small" ? 0.1 : 0.5),
  expectMs: ({ slice: { class: of } }) => MINUTES[of] * 60_000,
};
const view = (events: readonly Event[]): OrderView => project(order(events), EXTRA);
const minutes = (ms: number | null): number | null => (ms === null ? null : ms / 60_000);

describe("time of what is left", () => {
  // A model that is not on the ladder: what is expected of one attempt stands for the slice.
  const route = "q/small";
  const four = [
    slice("01", { route }),
    slice("02", { route, needs: ["01"], class: "C3" }),
    slice("03", { route, needs: ["01"], class: "C2" }),
    slice("04", { route, needs: ["02", "03"] }),
  ];
  const check = (
    name: string,
    events: readonly Event[],
    wanted: { sum: number | null; path: number | null; cost: number | null; critical: string },
  ) =>
    test(name, () => {
      const { sumMs, criticalMs, criticalCost, critical } = view(events).time;
      expect({
        sum: minutes(sumMs),
        path: minutes(criticalMs),
        cost: criticalCost && Number(criticalCost.toFixed(6)),
        critical: critical.join(" "),
      }).toEqual(wanted);
    });
  check("at the gate", approved(four).slice(0, 4), { sum: 8, path: 6, cost: 0.3, critical: "01 02 04" });
  check("what landed counts no more", [...approved(four), ...into.done("01")], {
    sum: 7,
    path: 5,
    cost: 0.2,
    critical: "02 04",
  });
  check("nor what was dropped", [...approved(four), ...into.dropped("02")], {
    sum: 4,
    path: 4,
    cost: 0.3,
    critical: "01 03 04",
  });
  check(
    "of a plan with a cycle",
    approved([slice("01", { route, needs: ["02"] }), slice("02", { route, needs: ["01"] })]),
    {
      sum: 2,
      path: 1,
      cost: 0.1,
      critical: "01",
    },
  );
  check("without a tier nothing is known", approved([slice("01")], { tiers: [] }), {
    sum: null,
    path: null,
    cost: null,
    critical: "",
  });

  test("every slice knows its place in it", () => {
    const { slices } = view([...approved(four), ...into.dropped("03")]);
    expect(
      slices.map(({ id, predictedMs, startMs, critical }) => [
        id,
        minutes(predictedMs),
        minutes(startMs),
        critical,
      ]),
    ).toEqual([
      ["01", 1, 0, true],
      ["02", 4, 1, true],
      ["03", null, null, false],
      ["04", 1, 5, true],
    ]);
  });
});

describe("checks on the base tree", () => {
  const tried = (result: TriedCheck["result"], why = ""): Event => ({
    type: "criticised",
    findings: [],
    tried: [{ command: "npm test", result, status: result === "pass" ? 0 : 1, why, ms: 1500, output: null }],
    base: "tree",
  });
  const at = (checks: Check[], ...more: Event[]) =>
    view([...approved([slice("01", { checks })]), ...more]).slices[0]?.checks[0]?.base;
  const check = (before: "fail" | "pass" | "any", event: Event, fits: boolean, words: string) =>
    test(`before ${before}: ${words}`, () =>
      expect(at([{ run: "npm test", before }], event)).toMatchObject({ fits, words, ms: 1500 }));
  check("fail", tried("fail", "1 failed"), true, "fails on the base tree, as it must");
  check("fail", tried("pass"), false, "passes on the base tree, where it must fail: it proves nothing yet");
  check("pass", tried("pass"), true, "passes on the base tree, as it must");
  check("pass", tried("fail", "1 failed"), false, "fails on the base tree, where it must pass: 1 failed");
  check("any", tried("pass"), true, "passes on the base tree");
  check("any", tried("fail"), true, "fails on the base tree");
  check("fail", tried("unknown", "npm: not found"), true, "unknown on the base tree: npm: not found");

  const run: Check = { run: "npm test", before: "any" };
  test("nothing is said of what was not tried", () => {
    expect(at([run])).toBeNull();
    expect(at([{ run: "npm run lint", before: "any" }], tried("pass"))).toBeNull();
    expect(at([{ expect: "npm test" }], tried("pass"))).toBeNull();
  });
  test("nor once the slice was attempted", () =>
    expect(at([run], tried("pass"), ...into.executing("01"))).toBeNull());
  test("what they take is part of the slice's time", () =>
    expect(
      view([...approved([slice("01", { route: "q/small", checks: [run, run] })]), tried("pass")]).time.sumMs,
    ).toBe(63_000));
});

describe("amendments", () => {
  const start = approved([slice("01"), slice("02", { body: "one\ntwo\nthree" }), slice("03")]);
  const asked: Event = {
    type: "replanAsked",
    reason: { kind: "blocked", slice: "02", why: "needs src/reader.js" },
    by: "policy",
  };
  const changed: Slice = slice("02", {
    class: "C2",
    needs: ["04"],
    writes: ["src/a.ts", "src/b.ts"],
    checks: [{ run: "npm test", before: "fail" }, { expect: "fast" }],
    body: "one\n2\nthree",
  });
  const amended: Event = {
    type: "amended",
    changed: [filed(changed), filed(slice("04", { title: "Added" }))],
    dropped: [{ slice: "03", why: "not needed" }],
    by: "planner",
    why: "The boundary was wrong.",
    reasons: [{ slice: "04", why: "comes first" }],
    rejected: ["Cutting in write"],
  };

  test("while the planner is at it", () => {
    const { phase, replanning, amendment, can } = view([...start, asked]);
    expect([phase, replanning, amendment]).toEqual(["planning", "slice 02: needs src/reader.js", null]);
    expect(can).toMatchObject({ stop: true, approvePlan: false, askChanges: false, discard: false });
  });
  test("a wish of the user is told in the user's words", () => {
    const wish: Event = { ...asked, reason: { kind: "asked", slice: null, why: "fewer slices" }, by: "user" };
    expect(view([...start, wish]).replanning).toBe("fewer slices");
  });
  test("one that came to nothing says why", () => {
    const failed: Event = {
      type: "faulted",
      slice: null,
      attempt: null,
      during: "replan",
      fault: fault("malformed"),
    };
    const { replanning, replanFault } = view([...start, asked, failed]);
    expect([replanning, replanFault]).toEqual([null, "malformed happened"]);
  });
  test("is a diff of the plan, with the reason of each change", () => {
    const shown = view([...start, asked, amended]);
    expect([shown.phase, shown.replanning, shown.amendments, shown.rejectedPaths]).toEqual([
      "gate",
      null,
      1,
      ["Cutting in write"],
    ]);
    expect(shown.amendment).toEqual({
      why: "The boundary was wrong.",
      changes: [
        {
          slice: "02",
          title: "Slice 02",
          what: "changed",
          why: "The boundary was wrong.",
          keys: [
            { key: "class", before: "C1", after: "C2" },
            { key: "needs", before: "", after: "04" },
            { key: "writes", before: "src/02.ts", after: "src/a.ts, src/b.ts" },
            { key: "checks", before: "run npm test", after: "run npm test (before: fail), expect fast" },
            { key: "body", before: "two", after: "2" },
          ],
        },
        { slice: "04", title: "Added", what: "added", why: "comes first", keys: [] },
        { slice: "03", title: "Slice 03", what: "dropped", why: "not needed", keys: [] },
      ],
    });
    expect(structuredClone(shown)).toEqual(shown);
  });
  test("a body that only grew shows what was added", () => {
    const grown: Event = {
      ...amended,
      changed: [filed(slice("02", { body: "one\ntwo\nthree\nfour" }))],
      dropped: [],
    };
    expect(view([...start, asked, grown]).amendment?.changes[0]?.keys).toEqual([
      { key: "body", before: "", after: "four" },
    ]);
  });
  test("a body of any length stays small in the view", () => {
    const huge: Event = {
      ...amended,
      changed: [filed(slice("02", { body: "x\n".repeat(50_000) }))],
      dropped: [],
    };
    const keys = view([...start, asked, huge]).amendment?.changes[0]?.keys;
    expect(keys?.[0]?.after.length).toBeLessThan(700);
  });
});

test("errors stand before warnings, each kind as it was found", () => {
  const finding = (severity: "error" | "warning", message: string) => ({
    critic: "c",
    severity,
    slices: [],
    message,
    remedy: "",
  });
  const findings = [
    finding("warning", "a"),
    finding("error", "b"),
    finding("warning", "c"),
    finding("error", "d"),
  ];
  const shown = view([...approved([slice("01")]), { type: "criticised", findings }]).findings;
  expect(shown.map(({ message }) => message).join("")).toBe("bdac");
});

describe("drift", () => {
  const ready = approved([slice("01")]);
  const moved = (...paths: string[]): Event => ({
    type: "drifted",
    files: paths.map((path) => ({ path, now: null })),
    commit: null,
  });
  const checked: Event = { type: "criticised", findings: [] };
  test("is told with its files until the plan was approved again", () => {
    expect(view(ready).drift).toBeNull();
    expect(view([...ready, moved("a.js")]).drift).toEqual({
      paths: ["a.js"],
      words: "1 file changed since the plan was made. It is being checked again.",
    });
    expect(view([...ready, moved("a.js", "b.js"), checked]).drift?.words).toBe(
      "2 files changed since the plan was made. It was checked again.",
    );
    expect(view([...ready, moved("a.js"), checked, { type: "planApproved", by: "user" }]).drift).toBeNull();
  });
});

describe("what may be done with the plan", () => {
  const ready = approved([slice("01"), slice("02")]);
  const check = (name: string, events: readonly Event[], askChanges: boolean, discard: boolean) =>
    test(name, () => expect(view(events).can).toMatchObject({ askChanges, discard }));
  check(
    "before there is one",
    [
      { type: "opened", goal: "g" },
      { type: "configured", config: config() },
    ],
    false,
    true,
  );
  check("at the gate", ready.slice(0, 4), true, true);
  check("running", ready, true, false);
  check("when all has settled", [...ready, ...into.done("01"), ...into.dropped("02")], false, false);
  check("discarded", [...ready.slice(0, 4), { type: "discarded", reason: "" }], false, false);
});

test.each([
  [{ do: "addNeed", slice: "03", need: "02" }, "Let 03 need 02"],
  [{ do: "removeNeed", slice: "03", need: "02" }, "Take 02 out of the needs of 03"],
  [{ do: "setBefore", slice: "03", check: 1, before: "pass" }, "Set before: pass in check 2 of 03"],
  [{ do: "drop", slice: "03" }, "Drop 03"],
  [{ do: "merge", into: "02", from: "03" }, "Merge 03 into 02"],
] as const)("%j: %s", (fix, title) => expect(fixTitle(fix)).toBe(title));
