/** Builders of the parts of a snapshot, with figures a person would meet. */
import type {
  AlternativeView,
  AttemptView,
  CheckView,
  FileView,
  MoneyView,
  OrderView,
  SliceView,
  View,
} from "../../src/protocol/view.ts";

type Tier = View["ladder"][number]["tier"];
export const tier = (provider: string, model: string, effort: Tier["effort"]): Tier => ({
  provider,
  model,
  effort,
});
export const LUNA = tier("openai", "gpt-6-luna", "low");
export const HAIKU = tier("anthropic", "claude-haiku-5-5", "low");
export const SONNET = tier("anthropic", "claude-sonnet-5-5", "medium");
export const OPUS = tier("anthropic", "claude-opus-5-5", "high");
export const nameOf = ({ provider, model, effort }: Tier) =>
  `${provider}/${model}${effort === null ? "" : `@${effort}`}`;
export const TOP = nameOf(OPUS);

export const LADDER: View["ladder"] = [LUNA, HAIKU, SONNET, OPUS].map((one) => ({
  tier: one,
  name: nameOf(one),
  efforts: ["low", "medium", "high"],
}));

export const NOTHING: MoneyView = {
  spent: 0,
  calls: 0,
  unpriced: 0,
  budget: 2,
  sliceBudget: 0.5,
  dayBudget: 20,
  top: 0,
  topTier: TOP,
  tops: [TOP],
  saving: null,
  how: "",
  planning: 0,
  executing: 0,
  verifying: 0,
  failed: 0,
  roles: [],
  reported: "",
  line: [],
};
export const SPENT: MoneyView = {
  ...NOTHING,
  spent: 0.314,
  top: 1.083,
  saving: 0.71,
  how: `The same tokens of all 41 calls, cached ones as they were cached, at the prices of ${TOP}: $1.08 against $0.31.`,
  planning: 0.121,
  executing: 0.142,
  verifying: 0.018,
  failed: 0.033,
  calls: 41,
  roles: [
    { role: "planner", models: [{ name: TOP, spent: 0.121, calls: 6 }] },
    {
      role: "executor",
      models: [
        { name: nameOf(SONNET), spent: 0.104, calls: 12 },
        { name: nameOf(HAIKU), spent: 0.071, calls: 14 },
      ],
    },
    { role: "reviewer", models: [{ name: nameOf(LUNA), spent: 0.018, calls: 9 }] },
  ],
  reported:
    "The cost of 9 of 41 calls is as reported by the provider; the rest is reckoned from tokens and prices.",
  line: [0.02, 0.06, 0.121, 0.13, 0.138, 0.17, 0.21, 0.222, 0.26, 0.301, 0.314].map((dollars, at) => ({
    at: new Date(Date.UTC(2026, 10, 21, 10, at * 3)).toISOString(),
    dollars,
  })),
};

export const check = (name: string, more: Partial<CheckView> = {}): CheckView => ({
  name,
  kind: "command",
  result: "pass",
  why: "exit status 0",
  ms: 1840,
  output: "a".repeat(64),
  base: null,
  ...more,
});
/** A check before its slice is attempted, with what it did on the base tree. */
export const tried = (name: string, more: Partial<NonNullable<CheckView["base"]>> = {}): CheckView =>
  check(name, {
    result: "pending",
    why: "",
    ms: null,
    output: null,
    base: {
      result: "fail",
      fits: true,
      words: "fails on the base tree, as it must",
      ms: 1240,
      output: "b".repeat(64),
      ...more,
    },
  });
export const file = (
  path: string,
  added: number,
  removed: number,
  change: FileView["change"] = "modified",
): FileView => ({
  path,
  added,
  removed,
  change,
});
export const attempt = (n: number, of: Tier, more: Partial<AttemptView> = {}): AttemptView => ({
  n,
  tier: nameOf(of),
  ms: 42_300,
  cost: 0.021,
  outcome: "finished",
  result: "pass",
  firstFailure: null,
  ...more,
});

export const alternative = (
  of: Tier,
  right: number,
  each: number,
  cost: number,
  mark = "",
): AlternativeView => ({
  tier: nameOf(of),
  right,
  attempt: each,
  cost,
  ms: 150_000,
  chosen: mark === "chosen",
});

export const slice = (id: string, title: string, more: Partial<SliceView> = {}): SliceView => ({
  id,
  title,
  class: "C2",
  at: "waiting",
  note: "",
  body: "Give the CLI a flag that bounds how many lines it prints.\n\n`parseLimit` stands in src/limit.js and throws a RangeError that names the flag.",
  route: "auto",
  chosen: null,
  spent: 0,
  predicted: 0.04,
  predictedRange: null,
  alternatives: [],
  minutes: 30,
  predictedMs: 91_000,
  predictedMsRange: null,
  top: null,
  startMs: 0,
  critical: false,
  open: true,
  needs: [],
  feeds: [],
  attempts: [],
  checks: [check("npm test -- limit", { result: "pending", why: "", ms: null, output: null })],
  files: [],
  report: null,
  verdict: null,
  strong: false,
  commit: null,
  higher: null,
  ...more,
});

export const routed = (of: Tier, predicted: number | null, why: string) => ({
  chosen: { tier: of, why, predicted },
  predicted,
});

export const IDLE = {
  approvePlan: false,
  askChanges: false,
  discard: false,
  run: false,
  pause: false,
  stop: false,
  approveAll: false,
  report: false,
};

export const order = (more: Partial<OrderView> = {}): OrderView => ({
  id: "2026-11-21-limit-flag",
  over: null,
  goal: "Add --limit to the CLI",
  phase: "running",
  why: "",
  done: 0,
  total: more.slices?.length ?? 0,
  predicted: 0.42,
  predictedRange: { low: 0.19, high: 0.81 },
  calibration: { cost: { n: 3, ratio: 1.12, inside: 1 }, time: { n: 3, ratio: 0.9, inside: 2 / 3 } },
  choices: [LUNA, HAIKU, SONNET, OPUS].map((one, at) => ({
    tier: nameOf(one),
    cost: [0.01, 0.04, 0.11, 0.42].map((cost) => cost * (1 + at)),
    until: "done",
  })),
  money: SPENT,
  mtbi: {
    text: "48 min",
    interval: "12 min – 4.6 h",
    line: "MTBI 48 min (12 min – 4.6 h) · 7 slices per intervention · 0 reverted",
    interventions: 6,
    workedMs: 12 * 60_000,
    slicesPerIntervention: 7,
    reverted: 0,
  },
  time: {
    sumMs: 740_000,
    sumRange: { low: 310_000, high: 1_500_000 },
    criticalMs: 430_000,
    criticalCost: 0.27,
    critical: ["01", "03", "05", "08"],
  },
  findings: [],
  assumptions: [],
  replanning: null,
  replanFault: null,
  amendment: null,
  amendments: 0,
  rejectedPaths: [],
  drift: null,
  slices: [],
  asks: [],
  warnings: [],
  can: { ...IDLE, pause: true, stop: true },
  ...more,
});

export const view = (more: Partial<View> = {}): View => ({
  rev: 1,
  app: "0.1.0",
  host: "ready",
  hostWhy: "",
  demo: false,
  order: null,
  orders: [],
  workspace: null,
  ladder: LADDER,
  ...more,
});

const WEEK_MS = 7 * 86_400_000;
/** Twelve weeks that get better, with one in which nothing was done. */
const WEEKS = [3, 5, 0, 8, 9, 14, 12, 21, 18, 26, 24, 31].map((hours, at) => {
  const interventions = hours === 0 ? 0 : Math.max(0, 6 - Math.floor(at / 2));
  return {
    week: new Date(Date.UTC(2026, 8, 7) + at * WEEK_MS).toISOString().slice(0, 10),
    ...{ workedMs: hours * 3_600_000, interventions, accepted: hours * 2, reverted: 0 },
    dollars: hours * 0.31,
    mtbi: interventions < 5 ? "not enough data" : `${(hours / interventions).toFixed(1)} h`,
    untilMs: at === 0 ? null : (0.6 + at * 0.37) * 3_600_000,
  };
});
export const WORKSPACE: NonNullable<View["workspace"]> = {
  orders: 23,
  unread: [],
  spent: 53.01,
  unpriced: 0,
  mtbi: {
    text: "4.5 h",
    interval: "3.2 h – 6.6 h",
    line: "MTBI 4.5 h (3.2 h – 6.6 h) · 9 slices per intervention · 3 reverted",
    interventions: 38,
    workedMs: 171 * 3_600_000,
    slicesPerIntervention: 9,
    reverted: 3,
  },
  weeks: WEEKS,
};

export const YOUNG = {
  text: "not enough data",
  interval: "",
  line: "MTBI not enough data · no intervention · 0 reverted",
  interventions: 0,
  workedMs: 38_000,
  slicesPerIntervention: null,
  reverted: 0,
};

export const done = (id: string, title: string, of: Tier, more: Partial<SliceView> = {}) =>
  slice(id, title, {
    ...routed(of, 0.02, "cheapest expected cost for C2"),
    at: "done",
    open: false,
    spent: 0.021,
    attempts: [attempt(1, of)],
    checks: [check("npm test -- limit")],
    files: [file("src/limit.js", 22, 0, "added"), file("test/limit.test.js", 31, 0, "added")],
    verdict: "pass",
    strong: true,
    note: "landed",
    commit: "5f2c1a9e77d0",
    ...more,
  });

export const awaiting = (id: string, title: string, more: Partial<SliceView> = {}) =>
  slice(id, title, {
    ...routed(LUNA, 0.01, "C1 starts on the lowest tier"),
    class: "C1",
    at: "approval",
    note: "3 of 3 checks pass",
    spent: 0.008,
    attempts: [attempt(1, LUNA, { cost: 0.008, ms: 18_000 })],
    checks: [
      check("write set", { kind: "guard", output: null, ms: 3 }),
      check("npm test -- docs"),
      check("The help names the flag and its range", {
        ...{ kind: "reviewer", ms: 6200, by: "openai/gpt-6-sol@medium (gpt), $0.0042" },
      }),
    ],
    files: [file("README.md", 30, 4), file("src/help.js", 8, 0)],
    verdict: "pass",
    strong: true,
    higher: nameOf(HAIKU),
    report: "Documented --limit in the README and in --help.",
    ...more,
  });
