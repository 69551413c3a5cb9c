import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/core/apply.ts";
import type { Event } from "../../src/core/event.ts";
import { type Fault, NO_USAGE, type Tier } from "../../src/core/order.ts";
import { type Progress, type WorkOrder, sliceOf } from "../../src/core/state.ts";
import {
  LADDER,
  SHA,
  approved,
  attempted,
  config,
  failedTry,
  fault,
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
  userApproved,
  verdict,
} from "./orders.ts";

type At = Progress["at"];
const STATES = Object.keys(into) as At[];
const after = (at: At, ...events: Event[]): WorkOrder =>
  order([...approved([slice("01"), slice("02")]), ...into[at]("01"), ...events]);
const atOf = (now: WorkOrder, id = "01"): At | undefined => sliceOf(now, id)?.progress.at;

const HUGE = tier("huge", "high");
const amended = (over: Partial<Extract<Event, { type: "amended" }>>): Event => ({
  type: "amended",
  changed: [],
  dropped: [],
  by: "user",
  why: "",
  ...over,
});

describe("each event in each state", () => {
  /** Where slice 01 stands after the event; states that are not named stay as they are. */
  function check(event: Event, moves: Partial<Record<At, At>>): void {
    const moved = Object.fromEntries(STATES.map((at) => [at, atOf(after(at, event))]));
    expect(moved).toEqual({ ...Object.fromEntries(STATES.map((at) => [at, at])), ...moves });
  }

  test.each<[string, Event, Partial<Record<At, At>>]>([
    ["routed", routed("01"), {}],
    ["attempted without a route", attempted("01"), {}],
    ["attempted, of a later attempt", attempted("01", 7), {}],
    ["produced", produced("01"), { executing: "verifying" }],
    ["produced by another attempt", produced("01", 9), {}],
    ["judged pass", judged("01", "pass"), { verifying: "approval" }],
    ["judged unknown", judged("01", "unknown"), { verifying: "approval" }],
    ["judged fail", judged("01", "fail"), { verifying: "executing" }],
    ["judged, of another attempt", judged("01", "pass", 9), {}],
    ["judged, of another round", judged("01", "pass", 1, 2), {}],
    ["faulted for good", faulted("01", "auth"), { waiting: "stuck", executing: "stuck", verifying: "stuck" }],
    [
      "faulted, to climb",
      faulted("01", "malformed"),
      { waiting: "stuck", executing: "waiting", verifying: "waiting" },
    ],
    ["cancelled", faulted("01", "cancelled"), { executing: "waiting", verifying: "waiting" }],
    [
      "landing faulted",
      { type: "faulted", slice: "01", attempt: 1, during: "land", fault: fault("disk") },
      { landing: "stuck" },
    ],
    ["approved", userApproved("01"), { approval: "landing" }],
    [
      "rejected",
      { type: "rejected", slice: "01", attempt: 1, reason: "no", by: "user" },
      { approval: "waiting" },
    ],
    ["to be verified again", { type: "verifyAsked", slice: "01", attempt: 1, by: "user" }, { approval: "verifying" }], // prettier-ignore
    ["that of another attempt", { type: "verifyAsked", slice: "01", attempt: 9, by: "user" }, {}],
    [
      "rerun",
      { type: "rerun", slice: "01", tier: HUGE, why: "" },
      {
        executing: "waiting",
        verifying: "waiting",
        approval: "waiting",
        conflict: "waiting",
        stuck: "waiting",
      },
    ],
    ["landed", landed("01"), { landing: "done", conflict: "done" }],
    ["conflicted", { type: "conflicted", slice: "01", attempt: 1, paths: ["a"] }, { landing: "conflict" }],
    ["reopened", { type: "reopened", slice: "01", why: "" }, { stuck: "waiting", conflict: "waiting" }],
    ["stuck", { type: "stuck", slice: "01", why: fault("blocked") }, { waiting: "stuck" }],
    [
      "dropped",
      { type: "dropped", slice: "01", why: "" },
      Object.fromEntries(
        STATES.filter((at) => at !== "done" && at !== "landing").map((at) => [at, "dropped"]),
      ),
    ],
    [
      "reverted",
      { type: "reverted", slice: "01", commit: "c", into: "branch", files: [] },
      { done: "dropped" },
    ],
    ["amended", amended({ changed: [filed(slice("01", { title: "New" }))] }), { stuck: "waiting" }],
    [
      "amended away",
      amended({ dropped: [{ slice: "01", why: "" }] }),
      Object.fromEntries(
        STATES.filter((at) => at !== "done" && at !== "landing").map((at) => [at, "dropped"]),
      ),
    ],
  ])("%s", (_name, event, moves) => check(event, moves));
});

describe("one story at a time", () => {
  test("evidence goes back twice, then the attempt is over and counts", () => {
    const tried = order([...approved([slice("01")]), ...failedTry("01", 1, LADDER[0] as Tier)]);
    const state = sliceOf(tried, "01");
    expect([
      state?.progress.at,
      state?.attempts.length,
      state?.attempts[0]?.verdicts.length,
      state?.route,
    ]).toEqual(["waiting", 1, 3, null]);
  });
  test("what a fault leaves behind is closed and named", () => {
    const state = sliceOf(after("executing", faulted("01", "stalled")), "01");
    expect(state?.attempts.map(({ open, fault: why }) => [open, why?.kind])).toEqual([[false, "stalled"]]);
  });
  test("verified again, the verdict before no longer stands, and the round is the same", () => {
    const asked: Event = { type: "verifyAsked", slice: "01", attempt: 1, by: "user" };
    const before = sliceOf(after("verifying", judged("01", "unknown"), asked), "01");
    expect(before?.progress).toMatchObject({ at: "verifying", attempt: 1, round: 0 });
    expect(before?.attempts.map(({ verdicts }) => verdicts.length)).toEqual([0]);
  });
  test("a rerun closes the attempt it cuts off, and its late words are not heard", () => {
    const rerun: Event = { type: "rerun", slice: "01", tier: HUGE, why: "" };
    const now = after("executing", rerun, routed("01", 2, HUGE), produced("01"), judged("01", "pass"));
    const state = sliceOf(now, "01");
    expect([state?.progress.at, state?.wish, state?.attempts[0]?.fault?.kind]).toEqual([
      "waiting",
      HUGE,
      "cancelled",
    ]);
  });
  test("an attempt that was announced after its slice was dropped does not bring it back", () =>
    expect(
      atOf(after("waiting", routed("01"), { type: "dropped", slice: "01", why: "" }, attempted("01"))),
    ).toBe("dropped"));
  test("an attempt on the tier that was chosen before a rerun does not use up the wish", () => {
    const rerun: Event = { type: "rerun", slice: "01", tier: HUGE, why: "" };
    const state = sliceOf(after("waiting", routed("01"), rerun, attempted("01")), "01");
    expect([state?.progress.at, state?.wish, state?.attempts.length]).toEqual(["waiting", HUGE, 0]);
  });
  test.each<[string, Partial<Parameters<typeof amended>[0]>, boolean]>([
    [
      "an edit while the planner is at it may be its own, written before a crash",
      { changed: [filed(slice("02", { title: "New" }))] },
      false,
    ],
    ["files read again are the same ones", {}, true],
  ])("%s", (_name, edit, stays) => {
    const reason = { kind: "moved" as const, slice: null, why: "" };
    const now = after("waiting", { type: "replanAsked", reason, by: "policy" }, amended(edit));
    expect(now.approved).toBe(stays);
    expect(now.replan).toEqual(reason);
  });
  test("an edited slice that is being executed keeps its attempt", () => {
    const now = after("executing", amended({ changed: [filed(slice("01", { title: "New" }))] }));
    expect([atOf(now), sliceOf(now, "01")?.slice.title, now.findings]).toEqual(["executing", "New", null]);
  });
  test("a landed slice is never rewritten", () => {
    const edit = amended({
      changed: [filed(slice("01", { title: "New" }))],
      dropped: [{ slice: "01", why: "" }],
    });
    expect([atOf(after("done", edit)), sliceOf(after("done", edit), "01")?.slice.title]).toEqual([
      "done",
      "Slice 01",
    ]);
  });
  test("added slices come last, each once", () => {
    const added = filed(slice("03"));
    const now = after("waiting", amended({ changed: [added, added] }));
    expect([now.slices.map((one) => one.slice.id), [...now.index]]).toEqual([
      ["01", "02", "03"],
      [
        ["01", 0],
        ["02", 1],
        ["03", 2],
      ],
    ]);
  });
  test("a question ends with the attempt that asked it", () => {
    const asked: Event = { type: "asked", id: "q", slice: "01", attempt: 1, command: "rm x" };
    const open = after("executing", asked);
    const ends: Event[] = [
      produced("01"),
      faulted("01", "cancelled"),
      { type: "dropped", slice: "01", why: "" },
    ];
    expect([open.asks.length, ...ends.map((end) => after("executing", asked, end).asks.length)]).toEqual([
      1, 0, 0, 0,
    ]);
  });
  test.each([
    ["once", []],
    ["order", ["rm x"]],
    ["no", []],
  ] as const)("answered %s", (answer, allowed) => {
    const asked: Event = { type: "asked", id: "q", slice: "01", attempt: 1, command: "rm x" };
    const now = after("executing", asked, { type: "answered", id: "q", answer });
    expect([now.asks, now.allowed, now.answers.get("q")]).toEqual([[], allowed, answer]);
  });
  test("what landed on the branch lies over the next snapshots, until it lands in the workspace", () => {
    const file = { path: "a", after: SHA, mode: "100644" as const };
    const on = (where: "branch" | "workspace"): Event =>
      ({ ...landed("01"), into: where, files: [file] }) as Event;
    const branch = after("landing", on("branch"));
    expect([branch.overlay, branch.tip]).toEqual([[file], "c0ffee00"]);
    expect(
      after("landing", on("branch"), {
        type: "reverted",
        slice: "01",
        commit: "d",
        into: "workspace",
        files: [file],
      }).overlay,
    ).toEqual([]);
  });
  test("warnings in memory are bounded", () => {
    const many = Array.from({ length: 200 }, (_, at): Event => ({ type: "warned", message: String(at) }));
    const { warnings } = order(many);
    expect([warnings.length, warnings.at(-1)]).toEqual([50, "199"]);
  });
  test("pushing: what is behind, how often it failed", () => {
    const fail: Event = { type: "pushFailed", commit: "c0ffee00", remote: "o", why: "no route" };
    const ok: Event = { type: "pushed", commit: "c0ffee00", remote: "o" };
    expect(after("done", fail, fail).push).toEqual({ behind: true, fails: 2, why: "no route" });
    expect(after("done", fail, ok).push).toEqual({ behind: false, fails: 0, why: null });
    expect(after("done", { ...ok, commit: "older" }).push.behind).toBe(true);
  });
});

// ── Any events in any order ─────────────────────────────────────────────────────────────────────────────────────────

const id = fc.constantFrom("01", "02", "03", "nobody");
const n = fc.integer({ min: 1, max: 4 });
const round = fc.integer({ min: 0, max: 3 });
const by = fc.constantFrom<("user" | "policy")[]>("user", "policy");
const kind = fc.constantFrom<Fault["kind"]>("auth", "malformed", "interrupted", "cancelled", "bug");
const someTier = fc.constantFrom(...LADDER);
const someSlice = fc.constantFrom("01", "02", "03").map((one) => filed(slice(one)));
const result = fc.constantFrom<("pass" | "fail" | "unknown")[]>("pass", "fail", "unknown");

const someEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(id, n, someTier).map(([one, at, on]) => routed(one, at, on)),
  fc.tuple(id, n, round, someTier).map(([one, at, r, on]) => attempted(one, at, r, on)),
  fc.tuple(id, n, round).map(([one, at, r]) => produced(one, at, r)),
  fc.tuple(id, result, n, round).map(([one, what, at, r]) => judged(one, what, at, r)),
  fc.tuple(id, kind, n).map(([one, what, at]) => faulted(one, what, at)),
  fc.record({
    type: fc.constant("faulted" as const),
    slice: fc.option(id),
    attempt: fc.option(n),
    during: fc.constantFrom("plan", "execute", "verify", "land") as fc.Arbitrary<"plan" | "land">,
    fault: kind.map(fault),
  }),
  fc.tuple(id, n).map(([one, at]) => userApproved(one, at)),
  fc.tuple(id, n).map(([one, at]) => landed(one, at)),
  fc.record({ type: fc.constant("rejected" as const), slice: id, attempt: n, reason: fc.string(), by }),
  fc.record({ type: fc.constant("rerun" as const), slice: id, tier: someTier, why: fc.string() }),
  fc.record({
    type: fc.constant("conflicted" as const),
    slice: id,
    attempt: n,
    paths: fc.array(fc.string()),
  }),
  fc.record({ type: fc.constant("reopened" as const), slice: id, why: fc.string() }),
  fc.record({
    type: fc.constant("stuck" as const),
    slice: id,
    why: fc.constantFrom(fault("bug"), verdict("fail")),
  }),
  fc.record({ type: fc.constant("dropped" as const), slice: id, why: fc.string() }),
  fc
    .tuple(id, fc.string())
    .map(([one, commit]): Event => ({ type: "reverted", slice: one, commit, into: "branch", files: [] })),
  fc.record({
    type: fc.constant("amended" as const),
    changed: fc.array(someSlice, { maxLength: 3 }),
    dropped: fc.array(fc.record({ slice: id, why: fc.string() }), { maxLength: 2 }),
    by: fc.constantFrom("user", "planner") as fc.Arbitrary<"user">,
    why: fc.string(),
  }),
  fc.record({
    type: fc.constant("called" as const),
    slice: fc.option(id),
    attempt: fc.option(n),
    role: fc.constant("executor" as const),
    tier: someTier,
    usage: fc.constant(NO_USAGE),
    ms: fc.nat(),
    cost: fc.option(fc.constant(0.1)),
    top: fc.option(fc.constant(0.2)),
  }),
  fc.record({
    type: fc.constant("asked" as const),
    id: fc.constantFrom("q1", "q2"),
    slice: id,
    attempt: n,
    command: fc.string(),
  }),
  fc.record({
    type: fc.constant("answered" as const),
    id: fc.constantFrom("q1", "q2"),
    answer: fc.constantFrom("once", "order", "no") as fc.Arbitrary<"once">,
  }),
  fc.record({ type: fc.constant("paused" as const), why: fc.string(), by }),
  fc.record({ type: fc.constant("stopped" as const), why: fc.string(), by }),
  fc.constant<Event>({ type: "resumed" }),
  fc.constant<Event>({ type: "criticised", findings: [] }),
  fc.constant<Event>({ type: "planApproved", by: "user" }),
  fc.constant<Event>({ type: "discarded", reason: "" }),
  fc.constant<Event>({ type: "configured", config: config() }),
  fc.constant<Event>({ type: "opened", goal: "g" }),
  fc.constant<Event>({ type: "ended", result: "done", report: SHA }),
  fc.constant<Event>({ type: "refused", slice: "01", attempt: 1, tool: "edit", what: "x", why: "y" }),
  fc.constant<Event>({ type: "pushed", commit: "c0ffee00", remote: "o" }),
  fc.constant<Event>({ type: "pushFailed", commit: "c0ffee00", remote: "o", why: "" }),
  fc.constant<Event>({ type: "warned", message: "" }),
  fc.array(someSlice, { maxLength: 3 }).map((slices) => ({
    type: "planned" as const,
    slices,
    stamp: { commit: null, files: {} },
    by: "file" as const,
  })),
);

function checkInvariants(now: WorkOrder): void {
  expect(now.slices.map((state) => [state.slice.id, now.index.get(state.slice.id)])).toEqual(
    now.slices.map((state, at) => [state.slice.id, at]),
  );
  expect(now.index.size).toBe(now.slices.length);
  for (const { slice: one, progress, attempts } of now.slices) {
    const open = attempts.filter((attempt) => attempt.open).map(({ n: number }) => number);
    expect(open.length, one.id).toBeLessThanOrEqual(1);
    expect(attempts.map(({ n: number }) => number)).toEqual(attempts.map((_, at) => at + 1));
    if (progress.at === "executing" && "attempt" in progress) expect(progress.attempt).toBe(attempts.length);
    if (progress.at === "verifying" || progress.at === "approval" || progress.at === "landing")
      expect([progress.attempt, open], one.id).toEqual([attempts.length, []]);
    if (progress.at === "waiting" || progress.at === "done" || progress.at === "dropped")
      expect(open).toEqual([]);
  }
}

test("apply takes any event at any time, and what it folds is sound", () =>
  fc.assert(
    fc.property(fc.array(someEvent, { maxLength: 60 }), (events) => {
      let now = order(approved([slice("01"), slice("02"), slice("03", { needs: ["01"] })]));
      for (const entry of logged(events)) {
        const before = JSON.stringify([...now.slices]);
        const next = apply(now, entry);
        expect(JSON.stringify([...now.slices])).toBe(before);
        expect([next.seq, next.at]).toEqual([entry.seq, entry.at]);
        checkInvariants(next);
        now = next;
      }
    }),
    { numRuns: 400 },
  ));

test("an event for a slice nobody knows changes no slice", () => {
  const now = after("executing");
  for (const event of [routed("xx"), attempted("xx"), produced("xx"), judged("xx", "pass"), landed("xx")])
    expect(apply(now, { ...event, seq: now.seq + 1, at: now.at }).slices).toBe(now.slices);
});
