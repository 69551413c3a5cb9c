/** How orders are routed: what verdicts teach, what the rule leaves, what is foretold; and every decision made again from the log. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/core/apply.ts";
import { choose } from "../../src/core/choose.ts";
import type { Entry, Event, EventOf } from "../../src/core/event.ts";
import { Event as EventSchema } from "../../src/core/event.ts";
import { choices, costWith, forecast, foretoldTrue } from "../../src/core/forecast.ts";
import { next } from "../../src/core/next.ts";
import { CLASSES, NO_USAGE, type Slice, type Tier, tierName } from "../../src/core/order.ts";
import { replayRoutes } from "../../src/core/replay.ts";
import { logged as loggedDecision } from "../../src/core/router/logged.ts";
import { type Config, POLICIES } from "../../src/core/settings.ts";
import { type WorkOrder, emptyOrder, sliceOf } from "../../src/core/state.ts";
import { Recalled, type Tested, recall, remembered } from "../../src/core/tested.ts";
import { type Random, seeded } from "../bench/router/generate.ts";
import {
  LADDER,
  ROUTING,
  approved,
  attempted,
  config,
  done,
  failedTry,
  faulted,
  into,
  judged,
  landed,
  logged,
  order,
  passed,
  produced,
  routed,
  slice,
  tier,
  userApproved,
} from "./orders.ts";

const READY: Partial<Config> = { routing: ROUTING };
const [SMALL, MIDDLE] = LADDER as [Tier, Tier, Tier, Tier];

const called = (id: string, attempt: number, on: Tier, cost: number | null, ms = 20_000): Event => ({
  ...{ type: "called", slice: id, attempt, role: "executor", tier: on, usage: NO_USAGE, ms, cost, top: null },
});
const chosen = (events: readonly Event[], id: string) => {
  const now = order(events);
  const state = sliceOf(now, id);
  return state ? choose(now, state) : null;
};
const reverted = (id: string): Event => ({
  type: "reverted",
  slice: id,
  commit: "c0ffee01",
  into: "branch",
  files: [],
});
const rejected = (id: string): Event => ({
  type: "rejected",
  slice: id,
  attempt: 1,
  reason: "no",
  by: "user",
});

describe("what a slice shows of its tiers", () => {
  const check = (
    events: Event[],
    expected: [boolean, number | null][],
    counted: [number, number] = [0, 0],
  ) => {
    const { tested } = order([...approved([slice("01")], READY), ...events]);
    expect(tested.flatMap(({ trials }) => trials.map(({ accepted, cost }) => [accepted, cost]))).toEqual(
      expected,
    );
    expect([tested[0]?.passes ?? 0, tested[0]?.wrong ?? 0]).toEqual(counted);
  };
  const tried = [routed("01"), attempted("01"), called("01", 1, SMALL, 0.02)];
  test.each<[string, Event[], [boolean, number | null][], [number, number]]>([
    ["nothing before its verdict", [...tried, produced("01")], [], [0, 0]],
    ["nothing between rounds", [...tried, produced("01"), judged("01", "fail")], [], [0, 0]],
    ["a pass is accepted", [...tried, produced("01"), judged("01", "pass")], [[true, 0.02]], [0, 0]],
    ["and stays so when it lands", [...tried, ...done("01").slice(2)], [[true, 0.02]], [1, 0]],
    [
      "until a person rejects it",
      [...tried, ...passed("01").slice(2), rejected("01")],
      [[false, 0.02]],
      [1, 1],
    ],
    ["or it is taken back out", [...tried, ...done("01").slice(2), reverted("01")], [[false, 0.02]], [1, 1]],
    ["unknown says nothing", [...tried, produced("01"), judged("01", "unknown")], [], [0, 0]],
    [
      "unless a person approves it",
      [...tried, produced("01"), judged("01", "unknown"), userApproved("01"), landed("01")],
      [[true, 0.02]],
      [0, 0],
    ],
    ["three failed rounds are rejected", failedTry("01", 1, SMALL), [[false, null]], [0, 0]],
    ["a fault of the model is rejected", [...tried, faulted("01", "malformed")], [[false, 0.02]], [0, 0]],
    ["a fault of the world says nothing", [...tried, faulted("01", "network")], [], [0, 0]],
    [
      "an unknown price is unknown",
      [...tried, called("01", 1, SMALL, null), faulted("01", "malformed")],
      [[false, null]],
      [0, 0],
    ],
  ])("%s", (_name, events, expected, counted) => check(events, expected, counted));

  test("what verifying took is learned, in all its rounds: seconds, and what a judge cost", () => {
    const reviewed: Event = { ...called("01", 1, SMALL, 0.3), role: "reviewer" } as Event;
    const rounds = failedTry("01", 1, SMALL).toSpliced(3, 0, reviewed);
    const now = order([...approved([slice("01"), slice("02")], READY), ...rounds]);
    expect(now.tested[0]?.trials[0]).toMatchObject({ check: { cost: 0.3, seconds: 1.5 }, cost: null });
    const other = sliceOf(now, "02");
    expect(other && choose(now, other)?.decision?.question.verifiers[0]?.seconds).toBe(1.5);
  });

  test("speed counts the checks: where they are slow, being right at once is quicker", () => {
    const facts = Object.fromEntries(
      [SMALL, MIDDLE].map((on, at) => [
        tierName(on),
        { cost: [1, 1, 1, 1], seconds: [10 + 8 * at, 20, 30, 40], rate: 0.45 + 0.5 * at },
      ]),
    );
    const routing = { policy: "speed" as const, facts };
    const after = (ms: number): string | undefined => {
      const known = approved([slice("01"), slice("02")], { tiers: [SMALL, MIDDLE], routing });
      const seen = passed("01").map((event) => (event.type === "judged" ? { ...event, ms } : event));
      return chosen([...known, ...seen], "02")?.tier.model;
    };
    expect([after(1), after(600_000)]).toEqual(["small", "middle"]);
  });

  test("a clock that jumped during a call does not make its model slow for ever", () => {
    const events = [
      routed("01"),
      attempted("01"),
      called("01", 1, SMALL, 0.02, 9e9),
      faulted("01", "malformed"),
    ];
    const { tested } = order([...approved([slice("01")], READY), ...events]);
    expect(tested[0]?.trials[0]?.seconds).toBe(1800);
  });
});

describe("what is recalled of other orders", () => {
  const tested = (of: Tier, accepted: boolean, more: Partial<Tested> = {}): Tested => ({
    ...{ slice: "01", class: "C1", passes: 0, wrong: 0 },
    trials: [{ tier: tierName(of), accepted, cost: 0.0123456, seconds: null }],
    ...more,
  });
  test("is packed, fits its schema and comes out as it went in, to four digits", () => {
    const past = recall([
      [tested(SMALL, true, { passes: 1 })],
      [],
      [tested(MIDDLE, false, { passes: 1, wrong: 1 })],
    ]);
    expect(Recalled.parse(past)).toEqual(past);
    expect(past).toMatchObject({ orders: 2, tiers: ["p/small@low", "p/middle@low"], passes: 2, wrong: 1 });
    expect(remembered(past)).toEqual([
      { class: "C1", trials: [{ tier: "p/small@low", accepted: true, cost: 0.01235, seconds: null }] },
      { class: "C1", trials: [{ tier: "p/middle@low", accepted: false, cost: 0.01235, seconds: null }] },
    ]);
  });
  test("with what verifying took, where that is known", () => {
    const trial = { tier: "p/small@low", accepted: true, cost: 0.5, seconds: 2 };
    const trials = [{ ...trial, check: { cost: null, seconds: 12.3456 } }, trial];
    const past = recall([[tested(SMALL, true, { trials })]]);
    expect(Recalled.parse(past)).toEqual(past);
    expect(past.slices).toEqual([
      [
        "C1",
        [
          [0, 1, 0.5, 2, null, 12.35],
          [0, 1, 0.5, 2],
        ],
      ],
    ]);
    expect(remembered(past)[0]?.trials).toEqual([{ ...trial, check: { cost: null, seconds: 12.35 } }, trial]);
  });
  test("is bounded, the newest kept", () => {
    const many = Array.from({ length: 3000 }, (_, at) => tested(at < 2500 ? SMALL : MIDDLE, true));
    const past = recall([many]);
    expect(past.slices).toHaveLength(1000);
    expect(
      past.slices.flatMap(([, trials]) => trials).filter(([at]) => past.tiers[at] === "p/middle@low"),
    ).toHaveLength(500);
    expect(JSON.stringify(past).length).toBeLessThan(60_000);
  });
  test("a name nobody calls a model, and an amount nobody can have spent, are left out", () => {
    const strange = tested({ ...SMALL, model: "m".repeat(1000) }, true);
    const dear = tested(SMALL, true, {
      trials: [{ tier: "p/small@low", accepted: true, cost: Infinity, seconds: 1 }],
    });
    const past = recall([[strange, dear]]);
    expect(Recalled.parse(past).slices).toEqual([
      ["C1", []],
      ["C1", [[0, 1, null, 1]]],
    ]);
  });
  test("moves the choice: a rung that always failed is passed over, and comes back when it is right again", () => {
    const past = (accepted: boolean): Event => ({
      type: "recalled",
      past: recall([Array.from({ length: 40 }, (_, at) => tested(SMALL, accepted, { slice: String(at) }))]),
    });
    const start = approved([slice("01")], READY);
    expect(chosen(start, "01")?.tier.model).toBe("small");
    expect(chosen([...start, past(false)], "01")?.tier.model).not.toBe("small");
    expect(chosen([...start, past(false), past(true)], "01")?.tier.model).toBe("small");
  });
  test("verdicts that people overrode make the verifier less believed", () => {
    const rate = (wrong: number): number => {
      const past = recall([[tested(SMALL, true, { passes: 20, wrong })]]);
      const found = chosen([...approved([slice("01")], READY), { type: "recalled", past }], "01");
      return found?.decision?.question.verifiers.at(-1)?.falseAccept ?? NaN;
    };
    expect(rate(0)).toBe(0.025);
    expect(rate(10)).toBe(0.275);
  });
});

describe("a choice", () => {
  const named = (route: string) => chosen(approved([slice("01", { route })], READY), "01");
  test("of the user wins, is labelled, and says what the router would take", () => {
    expect(named("p/huge@high")).toMatchObject({ by: "user", tier: { model: "huge" } });
    expect(named("p/huge@high")?.why).toBe("named in the task file; the router would take p/small@low");
    expect(named("p/small@low")?.why).toBe("named in the task file");
  });
  test("of a model that is not on the ladder is taken, and nothing is foretold of it", () =>
    expect(named("q/other")).toMatchObject({ by: "user", tier: { model: "other" }, decision: null }));
  test("of an effort the ladder does not name is reckoned with", () =>
    expect(named("p/small@max")?.decision?.tier).toBe("p/small@max"));
  test("raises the effort first, whatever another model would cost", () => {
    const efforts = { "p/small": ["low", "medium", "high"] } as const;
    const events = [
      ...approved([slice("01")], { ...READY, efforts: { "p/small": [...efforts["p/small"]] } }),
      ...failedTry("01", 1, SMALL),
    ];
    expect(chosen(events, "01")).toMatchObject({ by: "climb", tier: { model: "small", effort: "medium" } });
    expect(chosen(events, "01")?.why).toMatch(/^p\/small@low failed: next p\/small@medium/);
  });
  test("stops where a replan is cheaper, if there is a planner; else it climbs as far as the rule lets it", () => {
    const lost = Array.from({ length: 60 }, (_, at) => `x${at}`);
    const hopeless: Event = {
      type: "recalled",
      past: recall([
        lost.map((id) => ({
          ...{ slice: id, class: "C1", passes: 0, wrong: 0 },
          trials: LADDER.map((one) => ({ tier: tierName(one), accepted: false, cost: 1, seconds: 1 })),
        })),
      ]),
    };
    const events = (planner: Tier | null) => [
      ...approved([slice("01")], { ...READY, planner }),
      hopeless,
      ...failedTry("01", 1, SMALL),
    ];
    expect(chosen(events(null), "01")?.by).toBe("climb");
    expect(chosen(events(MIDDLE), "01")).toBeNull();
    expect(next(order(events(MIDDLE)))).toMatchObject([{ event: { type: "replanAsked" } }]);
  });
  test("holds a known model to get less right the harder the class, and what is priceless to judge has no price", () => {
    const facts = { ...ROUTING.facts["p/small@low"], cost: [1, 1, 1, 1], seconds: [1, 1, 1, 1], rate: 0.7 };
    const rungOf = (of: (typeof CLASSES)[number], more: object, checks: Slice["checks"] = []) => {
      const routing = { ...ROUTING, facts: { ...ROUTING.facts, "p/small@low": { ...facts, ...more } } };
      const found = chosen(approved([slice("01", { class: of, checks })], { routing }), "01")?.decision
        ?.question;
      return { ...found?.ladder[0], judging: found?.verifiers[0]?.cost };
    };
    expect(CLASSES.map((of) => rungOf(of, {}).rate)).toEqual([0.802, 0.7, 0.574, 0.437]);
    const review = [0.01, 0.02, 0.03, null];
    expect(CLASSES.map((of) => [rungOf(of, { review }).cost, rungOf(of, { review }).judging])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0.03],
      [null, 0],
    ]);
    expect(rungOf("C2", { review }, [{ expect: "reads well" }]).judging).toBe(0.02);
  });
  test.each(POLICIES)("by %s fits its event's schema, inputs included, and stays small", (policy) => {
    const events = [
      ...approved([slice("01")], { routing: { ...ROUTING, policy } }),
      ...failedTry("01", 1, SMALL),
    ];
    const [step] = next(order(events));
    const event = step?.do === "record" ? step.event : null;
    expect(EventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(event).toMatchObject({ type: "routed", decision: { question: { policy } } });
    expect(JSON.stringify(event).length).toBeLessThan(8000);
  });
  test("among equal prices, and with none known, is the lowest rung that is as good, every time", () => {
    const equal = Object.fromEntries(
      Object.keys(ROUTING.facts).map((name) => [
        name,
        { cost: [1, 1, 1, 1], seconds: [1, 1, 1, 1], rate: null },
      ]),
    );
    for (const facts of [equal, {}]) {
      const events = approved([slice("01")], { routing: { policy: "balanced", facts } });
      const first = chosen(events, "01");
      expect(first?.tier).toEqual(chosen([...events], "01")?.tier);
      expect(first?.decision?.alternatives).toHaveLength(4);
    }
    expect(
      chosen(approved([slice("01")], { routing: { policy: "balanced", facts: {} } }), "01")?.decision
        ?.alternatives[0]?.cost,
    ).toBeNull();
  });
});

describe("a model its vendor no longer knows", () => {
  const two = approved([slice("01"), slice("02")], READY);
  const gone = [...two, routed("01"), attempted("01"), faulted("01", "unknown-model")];
  test("is left out of what is routed afterwards, and that is said", () => {
    expect(chosen(gone, "02")?.tier.model).not.toBe("small");
    expect(chosen(gone, "02")?.why).toMatch(/; p\/small left out: unknown to its vendor$/);
    expect(sliceOf(order(gone), "01")?.progress.at).toBe("stuck");
  });
  test("what was routed to it and has not begun is routed again", () => {
    const both = [...two, routed("01"), routed("02"), attempted("01"), faulted("01", "unknown-model")];
    expect(sliceOf(order(both), "02")?.route).toBeNull();
    const [step] = next(order(both));
    expect(step).toMatchObject({ do: "record", event: { type: "routed", slice: "02" } });
    expect(JSON.stringify(step)).toContain("p/small left out");
  });
  test.each<[string, Event]>([
    [
      "the ladder is changed",
      { type: "configured", config: config({ ...READY, tiers: LADDER.slice(0, 3) }) },
    ],
    ["it answers all the same", called("01", 1, SMALL, 0.01)],
  ])("until %s", (_name, act) => expect(chosen([...gone, act], "02")?.tier.model).toBe("small"));
  test.each<[string, Event]>([
    ["the user tries again", { type: "reopened", slice: "01", why: "" }],
    ["other settings are changed", { type: "configured", config: config({ ...READY, parallel: 1 }) }],
    ["the order goes on", { type: "resumed" }],
  ])("still when %s", (_name, act) => expect(chosen([...gone, act], "02")?.why).toMatch(/p\/small left out/));
  test("tried once more when the user tries again and no other is left", () => {
    const alone = { ...READY, tiers: [SMALL] };
    const events = [
      ...approved([slice("01")], alone),
      ...[routed("01"), attempted("01"), faulted("01", "unknown-model")],
      { type: "reopened" as const, slice: "01", why: "" },
    ];
    expect(chosen(events, "01")?.tier.model).toBe("small");
  });
  test("a ladder of which nothing is left says so", () => {
    const [step] = next(
      order([
        ...approved([slice("01"), slice("02")], { ...READY, tiers: [SMALL] }),
        ...[routed("01"), attempted("01"), faulted("01", "unknown-model")],
      ]),
    );
    expect(JSON.stringify(step)).toContain("p/small is unknown to the vendor");
  });
});

describe("what is foretold", () => {
  const three = [slice("01"), slice("02", { class: "C3" }), slice("03")];
  const start = approved(three, READY);
  test("is an interval around what is expected, of each slice and of all", () => {
    const { cost, seconds, slices } = forecast(order(start));
    for (const one of [cost, seconds, ...[...slices.values()].map(({ whole }) => whole.cost)]) {
      expect(one?.low).toBeGreaterThan(0);
      expect(one?.low).toBeLessThan(one?.expected ?? 0);
      expect(one?.high).toBeGreaterThan(one?.expected ?? Infinity);
    }
    const sum = [...slices.values()].reduce((all, { whole }) => all + (whole.cost?.expected ?? NaN), 0);
    expect(cost?.expected).toBeCloseTo(sum, 9);
  });
  test("gets narrower as slices land, and what was spent is in it", () => {
    const events = [
      ...start,
      routed("01"),
      attempted("01"),
      called("01", 1, SMALL, 0.5),
      ...done("01").slice(2),
    ];
    const { cost } = forecast(order(events));
    const before = forecast(order(start)).cost;
    expect(cost?.low).toBeGreaterThan(0.5);
    expect((cost?.high ?? 0) - (cost?.low ?? 0)).toBeLessThan((before?.high ?? 0) - (before?.low ?? 0) + 0.5);
  });
  test("is unknown, never 0, where a price is", () => {
    const unknown = forecast(order(approved(three, { routing: { policy: "balanced", facts: {} } })));
    expect([unknown.cost, unknown.seconds]).toEqual([null, null]);
    const unpriced = [...start, routed("01"), attempted("01"), called("01", 1, SMALL, null)];
    expect(forecast(order(unpriced)).cost).toBeNull();
    expect(costWith(order(start), tier("stranger"))).toBeNull();
  });
  test("one model for everything costs what its row of choices says", () => {
    const now = order(start);
    const huge = choices(now).find((one) => one.tier === "p/huge@high");
    const [c1, , c3] = huge?.cost ?? [];
    expect(costWith(now, LADDER.at(-1) as Tier)).toBeCloseTo(2 * (c1 ?? NaN) + (c3 ?? NaN), 9);
  });
  test("is compared with what was spent once slices have landed", () => {
    const [step] = next(order(approved([slice("01")], READY)));
    const event = (step?.do === "record" ? step.event : null) as EventOf<"routed">;
    const spent = 2 * (event.decision?.cost?.expected ?? NaN);
    const run = [event, attempted("01"), called("01", 1, SMALL, spent, 60_000), ...done("01").slice(2)];
    const { cost, seconds } = foretoldTrue(order([...approved([slice("01")], READY), ...run]));
    expect(cost?.ratio).toBeCloseTo(2, 4);
    expect([cost?.n, seconds?.n]).toEqual([1, 1]);
    // A minute of the model's, and half a second of checks.
    expect(seconds?.ratio).toBeCloseTo(60.5 / (event.decision?.seconds?.expected ?? NaN), 4);
    expect(foretoldTrue(order(start))).toEqual({ cost: null, seconds: null });
  });
});

/** An order that runs as the engine would run it, with luck instead of models and people; its log. */
function played(random: Random, slices: readonly Slice[], given: Partial<Config>): Entry[] {
  const entries: Entry[] = [];
  let now: WorkOrder = emptyOrder("order");
  const add = (event: Event): void => {
    const entry = logged([event])[0] as Entry;
    const stamped = { ...entry, seq: entries.length + 1 };
    entries.push(EventSchema.parse(event) && stamped);
    now = apply(now, stamped);
  };
  for (const event of approved(slices, given)) add(event);
  for (let turn = 0; turn < 400; turn += 1) {
    const step = next(now)[0];
    if (step?.do === "record") add(step.event);
    else if (step?.do === "execute") executed(random, step, add);
    else if (step?.do === "verify")
      add(judged(step.slice, luck(random, ["pass", "fail", "unknown"]), step.attempt, step.round));
    else if (step?.do === "land") add(landed(step.slice, step.attempt));
    else if (step?.do === "replan")
      add({
        type: "faulted",
        slice: null,
        attempt: null,
        during: "replan",
        fault: { kind: "malformed", message: "" },
      });
    else if (!acted(random, now, add)) break;
  }
  return entries;
}

const luck = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

function executed(
  random: Random,
  step: { slice: string; attempt: number; round: number; tier: Tier },
  add: (event: Event) => void,
): void {
  add(attempted(step.slice, step.attempt, step.round, step.tier));
  add(
    called(step.slice, step.attempt, step.tier, luck(random, [null, random(), random()]), 60_000 * random()),
  );
  const fault = luck(random, [
    "malformed",
    "network",
    "unknown-model",
    null,
    null,
    null,
    null,
    null,
  ] as const);
  add(fault ? faulted(step.slice, fault, step.attempt) : produced(step.slice, step.attempt, step.round));
}

/** What a person does when nothing else is left to do; false when there is nothing. */
function acted(random: Random, { slices }: WorkOrder, add: (event: Event) => void): boolean {
  for (const {
    slice: { id },
    progress,
  } of slices) {
    if (progress.at === "approval") {
      const { attempt } = progress;
      add(
        luck(random, [
          userApproved(id, attempt),
          { type: "rejected", slice: id, attempt, reason: "", by: "user" },
        ]),
      );
      return true;
    }
    if (progress.at === "stuck") {
      add(
        luck<Event>(random, [
          { type: "reopened", slice: id, why: "" },
          { type: "rerun", slice: id, tier: luck(random, LADDER), why: "" },
          { type: "dropped", slice: id, why: "" },
        ]),
      );
      return true;
    }
    if (progress.at === "done" && random() < 0.1) {
      add(reverted(id));
      return true;
    }
  }
  return false;
}

describe("made again from the log", () => {
  const slicesOf = (random: Random): Slice[] =>
    Array.from({ length: 4 }, (_, at) =>
      slice(`0${at + 1}`, {
        class: luck(random, CLASSES),
        route: luck(random, ["auto", "auto", "auto", "p/middle@low", "p/small@max", "q/other"]),
      }),
    );
  const play = (seed: number): Entry[] => {
    const random = seeded(seed);
    return played(random, slicesOf(random), {
      routing: { ...ROUTING, policy: luck(random, POLICIES) },
      efforts: { "p/small": ["low", "high"] },
      planner: luck(random, [null, MIDDLE]),
    });
  };
  test("every decision of every order agrees", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const entries = play(seed);
        const replayed = replayRoutes("order", JSON.parse(JSON.stringify(entries)) as Entry[]);
        expect(replayed.length).toBeGreaterThan(0);
        expect(replayed.filter(({ result }) => result !== "agrees")).toEqual([]);
      }),
      { numRuns: 12, seed: 4 },
    );
  });
  test("what was altered is told: another tier, another figure, another input, another reason", () => {
    const entries = play(7);
    const at = entries.findIndex(({ type }) => type === "routed");
    const first = entries[at] as Entry & EventOf<"routed">;
    const check = (altered: Partial<EventOf<"routed">>, why: RegExp): void => {
      const log = entries.toSpliced(at, 1, { ...first, ...altered });
      expect(replayRoutes("order", log)[0]).toMatchObject({
        result: "differs",
        why: expect.stringMatching(why) as string,
      });
    };
    const { decision } = first;
    if (!decision) throw new Error("no decision");
    check({ route: { ...first.route, tier: LADDER[3] as Tier } }, /comes out instead/);
    check({ route: { ...first.route, predicted: 99 } }, /its route is another/);
    check({ route: { ...first.route, why: "because" } }, /its route is another/);
    check(
      { decision: { ...decision, question: { ...decision.question, policy: "nobody's" } } },
      /its decision is another/,
    );
    check({ decision: { ...decision, beyond: decision.beyond * 2 } }, /its decision is another/);
    const earlier = entries.map((entry) =>
      entry.type === "configured" ? { ...entry, config: { ...entry.config, tiers: LADDER.slice(1) } } : entry,
    );
    expect(replayRoutes("order", earlier)[0]?.result).toBe("differs");
  });
  test("of an older version is shown as such, and not made again", () => {
    const old = [...approved([slice("01")]), routed("01"), ...into.approval("01").slice(1)];
    expect(replayRoutes("order", logged(old))).toMatchObject([{ result: "older" }]);
    const entries = play(7).map((entry) =>
      entry.type === "routed" && entry.decision
        ? { ...entry, decision: { ...entry.decision, v: 99 } }
        : entry,
    );
    expect(new Set(replayRoutes("order", entries).map(({ result }) => result))).toContain("older");
  });
  test("on a machine that rounds otherwise it still agrees", () => {
    const decision = chosen(approved([slice("01")], READY), "01")?.decision;
    if (!decision) throw new Error("no decision");
    const events = approved([slice("01")], READY);
    const [step] = next(order(events));
    const event = (step?.do === "record" ? step.event : null) as EventOf<"routed">;
    const other = loggedDecision({ ...decision, beyond: decision.beyond * (1 + 1e-6) });
    expect(replayRoutes("order", logged([...events, { ...event, decision: other }]))).toMatchObject([
      { result: "agrees" },
    ]);
  });
});
