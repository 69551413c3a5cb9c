/** Orders for the tables of core: every state is reached the way a log reaches it. */
import { fold } from "../../src/core/apply.ts";
import type { Entry, Event } from "../../src/core/event.ts";
import type { Evidence, Fault, FileChange, Slice, Tier, Verdict } from "../../src/core/order.ts";
import type { Config, RoutingConfig } from "../../src/core/settings.ts";
import type { Progress, WorkOrder } from "../../src/core/state.ts";

export const SHA = "0".repeat(64);
export const tier = (model: string, effort: Tier["effort"] = null): Tier => ({
  provider: "p",
  model,
  effort,
});
export const LADDER = [
  tier("small", "low"),
  tier("middle", "low"),
  tier("big", "medium"),
  tier("huge", "high"),
];

/** What is held of the ladder before anything was learned: each rung three times as dear as the one below. */
export const ROUTING: RoutingConfig = {
  policy: "balanced",
  facts: Object.fromEntries(
    LADDER.map((one, at) => [
      `p/${one.model}@${one.effort}`,
      { cost: [1, 2, 5, 12].map((by) => 0.01 * by * 3 ** at), seconds: [30, 60, 150, 400], rate: null },
    ]),
  ),
};

export const config = (over: Partial<Config> = {}): Config => ({
  tiers: LADDER,
  planner: null,
  autonomy: "review",
  parallel: 3,
  budget: { order: null, slice: null, day: null },
  efforts: {},
  push: null,
  ...over,
});

export const slice = (id: string, over: Partial<Slice> = {}): Slice => ({
  id,
  title: `Slice ${id}`,
  class: "C1",
  needs: [],
  reads: [],
  writes: [`src/${id}.ts`],
  consumes: [],
  produces: [],
  minutes: 30,
  route: "auto",
  checks: [{ run: "npm test", before: "any" }],
  body: "Do it.",
  ...over,
});
export const filed = (one: Slice) => ({ slice: one, hash: SHA });

export const change = (path = "src/01.ts"): FileChange => ({
  path,
  before: null,
  after: SHA,
  mode: "100644",
  added: 3,
  removed: 0,
});
export const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  kind: "command",
  name: "npm test",
  result: "pass",
  why: "",
  before: null,
  flaky: false,
  ms: 10,
  output: null,
  ...over,
});
export const verdict = (result: Verdict["result"], strong = false): Verdict => ({
  result,
  strong,
  evidence: [evidence({ result })],
});
export const fault = (kind: Fault["kind"]): Fault => ({ kind, message: `${kind} happened` });

/** Entries a minute apart from noon on. */
export const logged = (events: readonly Event[]): Entry[] =>
  events.map((event, at) => ({
    ...event,
    seq: at + 1,
    at: new Date(Date.UTC(2026, 10, 21, 12, at)).toISOString(),
  }));
export const order = (events: readonly Event[]): WorkOrder => fold("order", logged(events));

/** An approved order of these slices, ready to run. */
export const approved = (slices: readonly Slice[], over: Partial<Config> = {}): Event[] => [
  { type: "opened", goal: "goal" },
  { type: "configured", config: config(over) },
  { type: "planned", slices: slices.map(filed), stamp: { commit: null, files: {} }, by: "file" },
  { type: "criticised", findings: [] },
  { type: "planApproved", by: "user" },
];

export const routed = (id: string, attempt = 1, to = LADDER[0] as Tier): Event => ({
  type: "routed",
  slice: id,
  attempt,
  route: { tier: to, why: "", predicted: null },
  by: "router",
});
export const attempted = (id: string, attempt = 1, round = 0, on = LADDER[0] as Tier): Event => ({
  type: "attempted",
  slice: id,
  attempt,
  round,
  tier: on,
  briefing: SHA,
  base: "base",
});
export const produced = (id: string, attempt = 1, round = 0): Event => ({
  type: "produced",
  slice: id,
  attempt,
  round,
  patch: [change(`src/${id}.ts`)],
  report: { done: "did it", learned: "", blocked: null },
  transcript: SHA,
  ms: 1000,
});
export const judged = (id: string, result: Verdict["result"], attempt = 1, round = 0): Event => ({
  type: "judged",
  slice: id,
  attempt,
  round,
  verdict: verdict(result, true),
  ms: 500,
});
export const faulted = (id: string, kind: Fault["kind"], attempt = 1): Event => ({
  type: "faulted",
  slice: id,
  attempt,
  during: "execute",
  fault: fault(kind),
});
export const userApproved = (id: string, attempt = 1): Event => ({
  type: "approved",
  slice: id,
  attempt,
  by: "user",
});
export const landed = (id: string, attempt = 1): Event => ({
  type: "landed",
  slice: id,
  attempt,
  commit: "c0ffee00",
  into: "branch",
  files: [{ path: `src/${id}.ts`, after: SHA, mode: "100644" }],
});

/** One whole attempt that failed all its rounds. */
export const failedTry = (id: string, attempt: number, on: Tier): Event[] => [
  routed(id, attempt, on),
  ...[0, 1, 2].flatMap((round) => [
    attempted(id, attempt, round, on),
    produced(id, attempt, round),
    judged(id, "fail", attempt, round),
  ]),
];
export const passed = (id: string): Event[] => [routed(id), attempted(id), produced(id), judged(id, "pass")];
export const done = (id: string): Event[] => [...passed(id), userApproved(id), landed(id)];

/** What leads slice `id` of an approved order into each state. */
export const into: { [K in Progress["at"]]: (id: string) => Event[] } = {
  waiting: () => [],
  executing: (id) => [routed(id), attempted(id)],
  verifying: (id) => [routed(id), attempted(id), produced(id)],
  approval: passed,
  landing: (id) => [...passed(id), userApproved(id)],
  done,
  conflict: (id) => [
    ...passed(id),
    userApproved(id),
    { type: "conflicted", slice: id, attempt: 1, paths: [`src/${id}.ts`] },
  ],
  stuck: (id) => [routed(id), attempted(id), faulted(id, "auth")],
  dropped: (id) => [{ type: "dropped", slice: id, why: "not wanted" }],
};
