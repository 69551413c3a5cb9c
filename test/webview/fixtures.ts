/** Snapshots as the host sends them, one a state of the sidebar. */
import type { OrderView, SliceAt, SliceView, View } from "../../src/protocol/view.ts";
import {
  tier,
  LUNA,
  HAIKU,
  SONNET,
  OPUS,
  TOP,
  NOTHING,
  SPENT,
  check,
  tried,
  file,
  alternative,
  attempt,
  slice,
  routed,
  order,
  view,
  IDLE,
  WORKSPACE,
  YOUNG,
  done,
  awaiting,
} from "./parts.ts";

const PAST: View["orders"] = [
  { id: "2026-11-20-retry", goal: "Retry uploads with back-off", phase: "ended", done: 9, total: 9 },
  {
    id: "2026-11-18-i18n",
    goal: "Take all user-visible text out of the components",
    phase: "stopped",
    done: 4,
    total: 12,
  },
];

const UNPRICED = WORKSPACE.weeks.map((week) => ({ ...week, dollars: null }));
/** After a first week. */
const YOUNG_WORKSPACE = {
  ...{ ...WORKSPACE, orders: 2, spent: 0.42, mtbi: YOUNG },
  weeks: WORKSPACE.weeks.slice(0, 1),
};

const STUCK = slice("07", "Benchmark on a million lines", {
  ...routed(OPUS, 0.19, "raised after two tiers failed"),
  class: "C3",
  at: "stuck",
  note: "Two tiers failed the same check.",
  spent: 0.087,
  attempts: [
    attempt(1, HAIKU, {
      result: "fail",
      outcome: "2 corrections, then the tier was raised",
      firstFailure: "AssertionError: expected 1000000 to be 999999\n  at test/bench.test.js:14:10",
    }),
    attempt(2, SONNET, {
      result: "fail",
      cost: 0.066,
      ms: 184_000,
      firstFailure: "AssertionError: expected 1000000 to be 999999",
    }),
  ],
  checks: [
    check("npm run bench", {
      result: "fail",
      why: "exit 1 · 1 of 12 tests failed\nFAIL  test/bench.test.ts > streams a million lines\nAssertionError: expected 1000000 to be 999999\n ❯ test/bench.test.ts:31:18",
      facts: ["12 tests ran, 11 before", "not confined"],
      place: { path: "test/bench.test.ts", line: 31 },
    }),
    check("checks/07-limit.mjs", { kind: "script", result: "pending", why: "", ms: null, output: null }),
    check("The limit is streamed, never held in memory", {
      kind: "reviewer",
      result: "unknown",
      by: "openai/gpt-6-sol@medium (gpt), $0.0042",
      why: "Cannot tell: the file is not shown",
      output: null,
    }),
  ],
  verdict: "fail",
  needs: ["03"],
  higher: TOP,
});

const NINE: SliceView[] = [
  done("01", "Parse --limit", HAIKU, { feeds: ["02", "03"] }),
  slice("02", "Validate the range and name the flag in the message", {
    ...routed(LUNA, 0.01, "C1 starts on the lowest tier"),
    class: "C1",
    at: "landing",
    note: "landing in your files",
    needs: ["01"],
    spent: 0.011,
    attempts: [attempt(1, LUNA)],
    checks: [check("npm test -- range")],
    files: [file("src/limit.js", 12, 2)],
    verdict: "pass",
  }),
  slice("03", "Stream cut-off", {
    ...routed(SONNET, 0.11, "C3: starting on haiku·low would cost $0.13 expected, with this tier $0.11"),
    class: "C3",
    at: "executing",
    note: "editing src/stream.js",
    needs: ["01"],
    feeds: ["05", "07"],
    spent: 0.048,
    attempts: [attempt(1, SONNET, { result: "running", outcome: "", cost: 0.048 })],
    checks: [
      check("npm test -- stream"),
      check("npm run lint"),
      check("npm run types", { result: "pending", why: "", ms: null, output: null }),
    ],
    higher: TOP,
  }),
  awaiting("04", "Docs and help", { needs: ["01"] }),
  slice("05", "Cache layer", {
    class: "C3",
    predicted: 0.11,
    predictedRange: { low: 0.04, high: 0.21 },
    chosen: {
      tier: SONNET,
      why: "anthropic/claude-sonnet-5-5@medium, then anthropic/claude-opus-5-5@high: right in 78 % (14 attempts remembered), $0.11 expected until done, least for balanced",
      predicted: 0.11,
    },
    alternatives: [
      alternative(SONNET, 0.78, 0.08, 0.11, "chosen"),
      alternative(HAIKU, 0.41, 0.02, 0.13),
      alternative(OPUS, 0.86, 0.21, 0.25),
      alternative(LUNA, 0.32, 0.01, 0.14),
    ],
    needs: ["03"],
    feeds: ["08"],
    note: "waits for 03",
  }),
  slice("06", "Cut off coloured output without breaking escapes", {
    ...routed(HAIKU, 0.03, "cheapest expected cost for C2"),
    at: "verifying",
    note: "running npm test -- colour",
    needs: ["01"],
    spent: 0.027,
    attempts: [attempt(1, HAIKU, { result: "running", outcome: "" })],
    checks: [
      check("write set", { kind: "guard", output: null }),
      check("npm test -- colour", { result: "pending", why: "", ms: null, output: null }),
    ],
  }),
  STUCK,
  slice("08", "Shell completion", {
    ...routed(LUNA, 0.01, "C1 starts on the lowest tier"),
    class: "C1",
    at: "conflict",
    note: "src/completion.js was changed meanwhile at the same lines.",
    needs: ["05"],
    spent: 0.009,
    attempts: [attempt(1, LUNA)],
    checks: [check("npm test -- completion")],
    files: [file("src/completion.js", 14, 1)],
    verdict: "pass",
  }),
  slice("09", "Windows console width", {
    at: "dropped",
    open: false,
    note: "not needed: the width is not read",
  }),
];

const TASKS = ".slicewise/orders/2026-11-21-limit-flag/tasks";
const FINDINGS: OrderView["findings"] = [
  {
    critic: "resolve conflicts",
    severity: "error",
    slices: ["02", "03"],
    files: ["src/limit.js"],
    message: "02 and 03 both write src/limit.js, and neither needs the other.",
    remedy: "Let 03 need 02, or give each a file of its own.",
    key: "writes.0",
    at: { path: `${TASKS}/03-stream-cut-off.md`, line: 7 },
    fix: { do: "addNeed", slice: "03", need: "02" },
  },
  {
    critic: "unverifiable",
    severity: "warning",
    slices: ["04"],
    message: "Slice 04 has no executable check.",
    remedy: "Add a command that fails now and passes when it is done.",
    key: "checks",
    at: { path: `${TASKS}/04-docs-and-help.md`, line: 9 },
  },
  {
    critic: "already true",
    severity: "warning",
    slices: ["06"],
    message: "`npm test -- colour` passes on the base tree: it proves nothing, or the work is done.",
    remedy: "Repair the check, or drop the slice.",
    key: "checks.0.before",
    at: { path: `${TASKS}/06-cut-off-coloured-output.md`, line: 11 },
    fix: { do: "setBefore", slice: "06", check: 0, before: "pass" },
  },
];

const CRITICAL = new Set(["01", "03", "05", "08"]);
const BY_CLASS = {
  C1: {
    ...routed(
      LUNA,
      0.01,
      "openai/gpt-6-luna@low: right in 76 % (12 attempts remembered), $0.01 expected until done, least for balanced",
    ),
    predictedMs: 37_000,
    minutes: 15,
  },
  C2: {
    ...routed(
      HAIKU,
      0.04,
      "anthropic/claude-haiku-5-5@low: right in 71 % (9 attempts remembered), $0.04 expected until done, least for balanced",
    ),
    predictedMs: 91_000,
    minutes: 30,
  },
  C3: {
    ...routed(
      SONNET,
      0.11,
      "anthropic/claude-sonnet-5-5@medium: right in 74 % (not tried here yet), $0.11 expected until done, least for balanced",
    ),
    predictedMs: 212_000,
    minutes: 45,
  },
  C4: {
    ...routed(
      OPUS,
      0.62,
      "anthropic/claude-opus-5-5@high: right in 66 % (not tried here yet), $0.62 expected until done, least for quality",
    ),
    predictedMs: 507_000,
    minutes: 60,
  },
};
const BASE: Record<string, SliceView["checks"]> = {
  "01": [
    tried("npm test -- limit"),
    tried("npm run lint", { result: "pass", words: "passes on the base tree" }),
  ],
  "06": [
    tried("npm test -- colour", {
      result: "pass",
      fits: false,
      words: "passes on the base tree, where it must fail: it proves nothing yet",
    }),
  ],
  "07": [
    tried("npm run bench", {
      result: "unknown",
      words: "unknown on the base tree: it did not end within 120 s and was killed",
      ms: 120_000,
    }),
  ],
};

const planned = NINE.map(({ id, title, class: of, needs, feeds }) =>
  slice(id, title, {
    ...BY_CLASS[of],
    class: of,
    needs,
    feeds,
    critical: CRITICAL.has(id),
    note: needs.length > 0 ? `waits for ${needs.join(", ")}` : "",
    checks: BASE[id] ?? [tried(`npm test -- ${id}`)],
  }),
);

/** A plan of thirty slices in layers, some long, some narrow. */
const THIRTY_NEEDS: Record<number, number[]> = {
  1: [],
  2: [1],
  3: [1],
  4: [1],
  5: [2],
  6: [2, 3],
  7: [4],
  8: [5, 6],
  9: [6, 7],
  10: [8],
  11: [8],
  12: [8, 9],
  13: [1],
  14: [10],
  15: [10, 11],
  16: [12],
  17: [12],
  18: [14, 15],
  19: [16],
  20: [13, 17],
  21: [18],
  22: [18, 19],
  23: [20],
  24: [21, 22],
  25: [22, 23],
  26: [24],
  27: [24, 25],
  28: [25],
  29: [26, 27],
  30: [28, 29],
};
const LONGEST = new Set([1, 2, 6, 8, 10, 15, 18, 22, 24, 27, 29, 30].map((n) => String(n).padStart(2, "0")));
const TITLES = [
  "Read the schema",
  "Type the client",
  "Port the store",
  "Cut the old path",
  "Tell it in the docs",
];
const thirty = Object.entries(THIRTY_NEEDS).map(([n, needs]) => {
  const id = n.padStart(2, "0");
  const of = (["C1", "C2", "C2", "C3", "C1", "C2", "C4"] as const)[Number(n) % 7] ?? "C2";
  return slice(id, `${TITLES[Number(n) % TITLES.length]} ${n}`, {
    ...BY_CLASS[of],
    class: of,
    critical: LONGEST.has(id),
    needs: needs.map((need) => String(need).padStart(2, "0")),
    checks: [tried(`npm test -- ${id}`)],
  });
});

const AT_GATE = { ...IDLE, approvePlan: true, askChanges: true, discard: true };
const YOUNG_MONEY = { ...NOTHING, spent: 0.121, planning: 0.121, top: 0.121 };

const AMENDMENT: OrderView["amendment"] = {
  why: "Slice 03 reports that the stream is cut in src/reader.js, which it may not write: reader and writer have to be separated first.",
  changes: [
    {
      slice: "10",
      title: "Separate reader and writer",
      what: "added",
      why: "The cut-off belongs to the reader.",
      keys: [],
    },
    {
      slice: "03",
      title: "Stream cut-off",
      what: "changed",
      why: "It works on the reader alone.",
      keys: [
        { key: "class", before: "C3", after: "C2" },
        { key: "needs", before: "01", after: "01, 10" },
        { key: "writes", before: "src/stream.js", after: "src/reader.js, test/reader.test.js" },
        {
          key: "body",
          before: "Cut the stream in `write`.",
          after: "Cut in `read`; the writer stays as it is.",
        },
      ],
    },
    {
      slice: "09",
      title: "Windows console width",
      what: "dropped",
      why: "The width is not read any more.",
      keys: [],
    },
  ],
};

const STATES: readonly SliceAt[] = [
  "done",
  "done",
  "done",
  "executing",
  "verifying",
  "waiting",
  "waiting",
  "approval",
];
const thousand = Array.from({ length: 1000 }, (_, i) => {
  const id = String(i + 1).padStart(4, "0");
  const at = i < 400 ? "done" : i > 460 ? "waiting" : (STATES[i % STATES.length] ?? "waiting");
  const more = { needs: i >= 5 ? [String(i - 4).padStart(4, "0")] : [], at };
  const title = `Port module ${i + 1} to the new client`;
  if (at === "done") return done(id, title, HAIKU, more);
  return at === "approval"
    ? awaiting(id, title, more)
    : slice(id, title, { ...more, note: at === "waiting" ? "waits" : "editing" });
});

const EVIL = `<img src=x onerror="window.hacked=1"> & "quotes" \u202e \u0000`;
const LONG = "Anextremelylongtitlewithoutanyspace".repeat(15).slice(0, 500);

const hostile = order({
  goal: `${EVIL} ${LONG}`,
  why: `${EVIL}${LONG}`,
  total: 3,
  slices: [
    awaiting("01", LONG, {
      body: `<script>window.hacked=1</script>\n${LONG}`,
      note: EVIL,
      files: [file(`src/${LONG}/${EVIL}.js`, 123_456, 98_765)],
      checks: [check(`${EVIL} ${LONG}`, { result: "unknown", why: LONG })],
      attempts: [
        attempt(1, tier("p", `${LONG}`, "low"), { result: "unknown", firstFailure: `${EVIL}${LONG}` }),
      ],
      verdict: "unknown",
      report: EVIL,
      chosen: { tier: tier("p", LONG, "low"), why: EVIL, predicted: null },
      spent: null,
      higher: `p/${LONG}@high`,
      needs: ["A".repeat(32)],
    }),
    slice("A".repeat(32), EVIL, {
      at: "stuck",
      note: LONG,
      spent: null,
      predicted: null,
      route: `p/${LONG}`,
    }),
    slice("03", "", { predicted: null }),
  ],
  asks: [{ id: "q1", slice: "01", command: `rm -rf / ; ${LONG}` }],
  warnings: [`${EVIL} ${LONG}`],
  assumptions: [EVIL],
  findings: [
    {
      critic: EVIL,
      severity: "error",
      slices: ["01"],
      message: LONG,
      remedy: EVIL,
      key: LONG,
      at: { path: `${LONG}/${EVIL}/${LONG}.md`, line: 123_456 },
      fix: { do: "addNeed", slice: LONG, need: EVIL },
    },
  ],
  amendment: {
    why: EVIL + LONG,
    changes: [
      {
        slice: "A".repeat(32),
        title: LONG,
        what: "changed",
        why: EVIL,
        keys: [{ key: "writes", before: LONG, after: EVIL }],
      },
    ],
  },
  amendments: 12,
  rejectedPaths: [EVIL + LONG],
  drift: {
    paths: [`${LONG}/${EVIL}`],
    words: "1 file changed since the plan was made. It was checked again.",
  },
  replanFault: EVIL + LONG,
  phase: "gate",
  money: {
    ...SPENT,
    spent: null,
    unpriced: 12,
    top: null,
    saving: null,
    topTier: `p/${LONG}@high`,
    tops: [`p/${LONG}@high`],
  },
  predicted: null,
  can: { ...AT_GATE, run: true, approveAll: true },
});

export const RUNNING = order({
  slices: NINE,
  done: 1,
  total: 9,
  warnings: ["The price of local/qwen3-coder is not known."],
  can: { ...IDLE, pause: true, stop: true, askChanges: true },
});

const GATE = order({
  phase: "gate",
  slices: planned,
  findings: FINDINGS.filter(({ severity }) => severity === "warning"),
  predictedTop: 1.32,
  assumptions: ["A limit of 0 prints nothing.", "The flag applies to every subcommand."],
  money: YOUNG_MONEY,
  mtbi: YOUNG,
  can: AT_GATE,
});

export const FIXTURES = {
  "running-errors": view({
    order: order({
      slices: NINE.slice(0, 5),
      done: 1,
      total: 5,
      why: "The plan has errors: mend its files, then run.",
      findings: FINDINGS.slice(0, 1),
      drift: {
        paths: ["src/limit.js"],
        words: "1 file changed since the plan was made. It was checked again.",
      },
      can: { ...IDLE, run: true, pause: true, stop: true, askChanges: true },
    }),
  }),
  empty: view({ orders: PAST, workspace: WORKSPACE }),
  first: view(),
  "no-folder": view({ host: "no-folder" }),
  untrusted: view({ host: "untrusted" }),
  "no-models": view({ host: "no-models", ladder: [] }),
  planning: view({
    demo: true,
    order: order({
      phase: "planning",
      money: { ...NOTHING, spent: 0.05, planning: 0.05 },
      mtbi: YOUNG,
      predicted: null,
      can: { ...IDLE, stop: true },
    }),
  }),
  gate: view({ order: GATE }),
  "gate-errors": view({
    order: { ...GATE, findings: FINDINGS, why: "The plan has errors: mend its files, then approve it." },
  }),
  "gate-thirty": view({
    order: order({
      ...GATE,
      goal: "Move the store to the new client",
      slices: thirty,
      total: 30,
      findings: [],
      time: {
        sumMs: 5_100_000,
        sumRange: null,
        criticalMs: 2_300_000,
        criticalCost: 2.4,
        critical: [...LONGEST],
      },
      predicted: 4.21,
      predictedTop: 18.6,
    }),
  }),
  replanning: view({
    order: order({
      phase: "planning",
      slices: NINE.slice(0, 6),
      done: 1,
      replanning: "slice 03: the stream is cut in src/reader.js, which it may not write.",
      can: { ...IDLE, stop: true },
    }),
  }),
  amended: view({
    order: {
      ...GATE,
      slices: [
        done("01", "Parse --limit", HAIKU, { feeds: ["02", "03"] }),
        slice("10", "Separate reader and writer", {
          ...BY_CLASS.C2,
          needs: ["01"],
          feeds: ["03"],
          critical: true,
        }),
        slice("03", "Stream cut-off", { ...BY_CLASS.C2, needs: ["01", "10"], feeds: ["05"], critical: true }),
        slice("05", "Cache layer", { ...BY_CLASS.C3, class: "C3", needs: ["03"], critical: true }),
        slice("09", "Windows console width", {
          at: "dropped",
          open: false,
          note: "The width is not read any more.",
        }),
      ],
      done: 1,
      total: 4,
      findings: [],
      amendment: AMENDMENT,
      amendments: 1,
      rejectedPaths: ["Cutting in `write`: what was buffered is lost."],
      can: { ...AT_GATE, discard: false },
    },
  }),
  drift: view({
    order: {
      ...GATE,
      drift: {
        paths: ["src/limit.js", "src/stream.js", "package.json"],
        words: "3 files changed since the plan was made. It was checked again.",
      },
      replanFault: "The planner's amendment was refused 4 times. Run again, or choose another planner.",
    },
  }),
  running: view({
    rev: 40,
    order: RUNNING,
    orders: PAST,
  }),
  approval: view({
    order: order({
      slices: [
        done("01", "Parse --limit", HAIKU),
        done("02", "Validate range", LUNA),
        slice("03", "Stream cut-off", { ...NINE[2] }),
        awaiting("04", "Docs and help"),
        awaiting("05", "Cache layer", {
          files: [file("src/cache.js", 118, 12)],
          verdict: "unknown",
          checks: [
            check("npm test -- cache"),
            check("The cache is bounded", {
              kind: "reviewer",
              result: "unknown",
              why: "The reviewer gave no verdict.",
            }),
          ],
        }),
      ],
      done: 2,
      asks: [{ id: "q1", slice: "03", command: "npm install --save-dev stream-mock" }],
      can: { ...IDLE, pause: true, stop: true, approveAll: true },
    }),
  }),
  ended: view({
    order: order({
      phase: "ended",
      slices: ["Parse --limit", "Validate range", "Stream cut-off", "Docs and help"].map((title, i) =>
        done(`0${i + 1}`, title, i === 2 ? SONNET : HAIKU),
      ),
      done: 4,
      can: { ...IDLE, report: true },
    }),
    orders: PAST,
    workspace: YOUNG_WORKSPACE,
  }),
  thousand: view({
    order: order({ slices: thousand, done: 400, total: 1000, goal: "Port every module to the new client" }),
  }),
  hostile: view({
    demo: true,
    order: hostile,
    orders: [{ id: LONG, goal: EVIL + LONG, phase: "failed", done: 0, total: 1 }],
    workspace: {
      ...WORKSPACE,
      spent: null,
      unpriced: 12_345,
      weeks: UNPRICED,
      unread: [LONG, EVIL, "a", "b", "c", "d"],
    },
  }),
} satisfies Record<string, View>;
