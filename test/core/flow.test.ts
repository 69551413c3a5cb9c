/** The loop of the engine without a world: steps end in any way, the user commands anything, at any time. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { apply } from "../../src/core/apply.ts";
import { decide, isRefusal } from "../../src/core/decide.ts";
import { type Command, Event, type EventOf } from "../../src/core/event.ts";
import type { Finding } from "../../src/core/order.ts";
import { overlap } from "../../src/core/globs.ts";
import { next } from "../../src/core/next.ts";
import { awaitsPerson, emptyOrder, holdsWrites, landed, sliceOf } from "../../src/core/state.ts";
import type { Step, WorkOrder } from "../../src/core/state.ts";
import { LADDER, SHA, change, config, fault, filed, slice, verdict } from "./orders.ts";

const SLICES = [
  slice("01", { writes: ["src/a.ts"] }),
  slice("02", { writes: ["src/**"] }),
  slice("03", { writes: ["lib/b.ts"], needs: ["01"] }),
  slice("04", { writes: ["lib"], needs: ["02", "03"], class: "C4" }),
  slice("05", { writes: ["docs/**"] }),
];

/** One act: a command of the user, the world behind the order's back, or the end of the nth step, in the nth of its ways. */
type Act = { command: Command } | { happens: Event } | { step: number; way: number };

const id = fc.constantFrom("01", "02", "03", "04", "05", "nobody");
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>(
    { do: "approvePlan" },
    { do: "run" },
    { do: "run" },
    { do: "pause" },
    { do: "stop" },
    { do: "approveAll" },
    { do: "askChanges", words: "otherwise" },
  ),
  fc.record({ do: fc.constantFrom("approve" as const, "retry" as const, "revert" as const), slice: id }),
  fc.record({
    do: fc.constant("reject" as const),
    slice: id,
    reason: fc.constant("no"),
    replan: fc.boolean(),
  }),
  fc.record({ do: fc.constant("rerun" as const), slice: id, tier: fc.option(fc.constantFrom(...LADDER)) }),
  fc.record({ do: fc.constant("drop" as const), slice: id, why: fc.constant("") }),
  fc.record({ do: fc.constant("reroute" as const), slice: id, route: fc.constant("auto") }),
  fc.record({
    do: fc.constant("answer" as const),
    id: fc.constant("q"),
    answer: fc.constant("once" as const),
  }),
);
const discard: fc.Arbitrary<Act> = fc.constant({ command: { do: "discard", reason: "" } });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: command.map((one) => ({ command: one })) },
  { weight: 1, arbitrary: discard },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Act>(
      { happens: { type: "drifted", files: [{ path: "src/a.ts", now: SHA }], commit: null } },
      { happens: { type: "amended", changed: [filed(slice("02"))], dropped: [], by: "user", why: "edited" } },
    ),
  },
  { weight: 60, arbitrary: fc.record({ step: fc.nat(5), way: fc.nat(20) }) },
);

const FAULTS = (["auth", "malformed", "interrupted", "network", "stalled", "blocked"] as const).map(fault);
const ERROR: Finding = { critic: "cycle", severity: "error", slices: [], message: "M.", remedy: "R." };

/** What a planner may return: nothing, a changed slice, an added one, a dropped one. Landed slices may be named in vain. */
function amendments(order: WorkOrder): Event[] {
  const amended = (over: Partial<EventOf<"amended">>): Event => ({
    ...{ type: "amended", changed: [], dropped: [], by: "planner", why: "w", reasons: [], rejected: ["x"] },
    ...over,
  });
  const added = `n${order.amendments.length}`;
  return [
    amended({}),
    amended({ changed: [filed(slice("01", { writes: ["src/a.ts"] })), filed(slice("05"))] }),
    amended({ changed: [filed(slice(added, { writes: ["lib/b.ts"], needs: ["01"] }))] }),
    // What needs the dropped one no longer does.
    amended({ changed: [filed(slice("04", { needs: ["02"] }))], dropped: [{ slice: "03", why: "w" }] }),
  ];
}
type Work = Exclude<Step, { do: "record" }>;

/** The ways a step can end, as the events of its performer. Two steps of one slice never end in one event list. */
function ends(step: Work, order: WorkOrder): Event[][] {
  switch (step.do) {
    case "plan":
      return [
        [{ type: "planned", slices: SLICES.map(filed), stamp: { commit: null, files: {} }, by: "planner" }],
        [{ type: "faulted", slice: null, attempt: null, during: "plan", fault: fault("auth") }],
      ];
    case "criticise":
      return [
        [{ type: "criticised", findings: [], tried: [], base: "b" }],
        [{ type: "criticised", findings: [] }],
        [{ type: "criticised", findings: [ERROR] }],
        [{ type: "amended", changed: [], dropped: [], by: "user", why: "read again" }],
      ];
    case "replan":
      return [
        ...amendments(order).map((event) => [event]),
        [{ type: "faulted", slice: null, attempt: null, during: "replan", fault: fault("malformed") }],
        [{ type: "faulted", slice: null, attempt: null, during: "replan", fault: fault("cancelled") }],
      ];
    case "execute": {
      const { slice: one, attempt, round, tier } = step;
      const start: Event = { type: "attempted", slice: one, attempt, round, tier, briefing: SHA, base: "b" };
      const patch = [change(`src/${one}.ts`)];
      const report = { done: "", learned: "", blocked: null };
      const made: Event = {
        type: "produced",
        slice: one,
        attempt,
        round,
        patch,
        report,
        transcript: SHA,
        ms: 1,
      };
      const failing = FAULTS.map((why): Event => {
        return { type: "faulted", slice: one, attempt, during: "execute", fault: why };
      });
      const edited = sliceOf(order, one)?.slice ?? slice(one);
      const amended: Event = { type: "amended", changed: [filed(edited)], dropped: [], by: "user", why: "" };
      const asked: Event = { type: "asked", id: "q", slice: one, attempt, command: "x" };
      return [
        [start, made],
        [start, made],
        [start],
        [start, asked],
        [amended],
        ...failing.flatMap((end) => [[start, end], [end]]),
      ];
    }
    case "verify":
      return (["pass", "pass", "fail", "unknown"] as const).map((result): Event[] => {
        const { slice: one, attempt, round } = step;
        return [{ type: "judged", slice: one, attempt, round, verdict: verdict(result, true), ms: 1 }];
      });
    case "land": {
      const { slice: one, attempt } = step;
      return [
        [{ type: "landed", slice: one, attempt, commit: `c${one}`, into: "branch", files: [] }],
        [{ type: "conflicted", slice: one, attempt, paths: ["a"] }],
        [{ type: "faulted", slice: one, attempt, during: "land", fault: fault("disk") }],
      ];
    }
    case "push":
      return [
        [{ type: "pushed", commit: step.commit, remote: step.remote }],
        [{ type: "pushFailed", commit: step.commit, remote: step.remote, why: "" }],
      ];
    case "report":
      return [[{ type: "ended", result: order.discarded === null ? "done" : "discarded", report: SHA }]];
  }
}

const plus = (order: WorkOrder, event: Event): WorkOrder => {
  const seq = order.seq + 1;
  return apply(order, { ...event, seq, at: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString() });
};

/** Follows what is recorded by itself; more often than there are facts would be a loop. */
function settled(order: WorkOrder): { order: WorkOrder; steps: Work[] } {
  let now = order;
  for (let facts = 0; facts <= 3 * (order.slices.length + SLICES.length) + 6; facts += 1) {
    const steps = next(now);
    const fact = steps.find((step) => step.do === "record");
    if (!fact) return { order: now, steps: steps.filter((step) => step.do !== "record") };
    expect(Event.safeParse(fact.event).success).toBe(true);
    now = plus(now, fact.event);
  }
  throw new Error(`a loop of facts: ${JSON.stringify(next(now))}`);
}

function checkSteps(order: WorkOrder, steps: readonly Work[]): void {
  const parallel = order.config?.parallel ?? 0;
  const busy = steps.flatMap((step) => (step.do === "execute" || step.do === "verify" ? [step.slice] : []));
  expect(busy.length).toBeLessThanOrEqual(parallel);
  expect(new Set(busy).size).toBe(busy.length);
  expect(steps.filter((step) => step.do === "land").length).toBeLessThanOrEqual(1);
  const isSettledPlan = order.approved && !order.replan && order.findings !== null;
  const begun = steps.filter((step) => step.do === "execute" && step.round === 0);
  if (!isSettledPlan)
    for (const one of begun)
      expect(sliceOf(order, "slice" in one ? one.slice : "")?.progress.at).toBe("executing");
  const executing = steps.flatMap((step) => (step.do === "execute" ? [sliceOf(order, step.slice)] : []));
  for (const [at, one] of executing.entries()) {
    expect(one?.slice.needs.filter((need) => !landed(order, need))).toEqual([]);
    const others = [...executing.slice(at + 1), ...order.slices.filter(holdsWrites)];
    for (const other of others) {
      if (!one || !other || one.slice.id === other.slice.id) continue;
      expect(overlap(one.slice.writes, other.slice.writes), `${one.slice.id} ${other.slice.id}`).toBe(false);
    }
  }
}

/** What has landed stands, unless it is taken back out. */
function checkLanded(before: WorkOrder, now: WorkOrder, one: Act): void {
  if ("command" in one && one.command.do === "revert") return;
  for (const state of before.slices)
    if (state.progress.at === "done") expect(sliceOf(now, state.slice.id)).toBe(state);
}

function step(order: WorkOrder, steps: readonly Work[], one: Act): WorkOrder {
  if ("command" in one) {
    const answer = decide(order, one.command);
    if (isRefusal(answer)) {
      expect(answer.refused).toMatch(/^[A-Z].*\.$/s);
      return order;
    }
    for (const event of answer) expect(Event.safeParse(event).success).toBe(true);
    return answer.reduce(plus, order);
  }
  if ("happens" in one) return order.planned ? plus(order, one.happens) : order;
  const chosen = steps[one.step % Math.max(1, steps.length)];
  if (!chosen) return order;
  const ways = ends(chosen, order);
  return (ways[one.way % ways.length] ?? []).reduce(plus, order);
}

const given = fc.record({
  autonomy: fc.constantFrom("review" as const, "supervised" as const, "full" as const),
  parallel: fc.integer({ min: 1, max: 4 }),
  push: fc.constantFrom(null, "origin"),
});
const opened = (over: Parameters<typeof config>[0]): WorkOrder =>
  [
    { type: "opened" as const, goal: "g" },
    { type: "configured" as const, config: config(over) },
  ].reduce<WorkOrder>(plus, emptyOrder("o"));

/** A plan that was approved, so that most histories are of its slices. */
const GOOD: Event[] = [
  {
    type: "planned",
    slices: SLICES.map(filed),
    stamp: { commit: null, files: { "src/a.ts": SHA } },
    by: "planner",
  },
  { type: "criticised", findings: [] },
  { type: "planApproved", by: "user" },
];

test("no history leads into a loop, two writers of one file, or a state nobody can leave", () =>
  fc.assert(
    fc.property(given, fc.boolean(), fc.array(act, { maxLength: 80, size: "max" }), (over, isBegun, acts) => {
      let now = settled(isBegun ? GOOD.reduce(plus, opened(over)) : opened(over));
      for (const one of acts) {
        const before = now.order;
        now = settled(step(before, now.steps, one));
        checkSteps(now.order, now.steps);
        checkLanded(before, now.order, one);
        const over = now.order.ended !== null || now.order.halted !== null;
        if (now.steps.length === 0 && !over) expect(awaitsPerson(now.order)).toBe(true);
      }
    }),
    { numRuns: 400 },
  ));

/** Every step ends well, and the user says yes to everything. */
test.each(["review", "supervised", "full"] as const)(
  "with %s autonomy an order comes to its end",
  (autonomy) => {
    let now = settled(opened({ autonomy, parallel: 2, push: "origin" }));
    for (let turns = 0; turns < 100 && !now.order.ended; turns += 1) {
      const wanted = [
        { command: { do: "approvePlan" } },
        { command: { do: "approveAll" } },
        { step: 0, way: 0 },
      ];
      for (const one of wanted as Act[]) now = settled(step(now.order, now.steps, one));
    }
    expect(now.order.slices.map(({ progress }) => progress.at)).toEqual(SLICES.map(() => "done"));
    expect(now.order.ended?.result).toBe("done");
  },
);
