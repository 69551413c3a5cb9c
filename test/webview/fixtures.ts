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
  file,
  attempt,
  slice,
  routed,
  order,
  view,
  IDLE,
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
  checks: [check("npm run bench", { result: "fail", why: "AssertionError: expected 1000000 to be 999999" })],
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

const FINDINGS: OrderView["findings"] = [
  {
    critic: "coverage",
    severity: "warning",
    slices: ["04"],
    message: "No check proves that the README changed.",
    remedy: "Add an expect to the task file.",
  },
  {
    critic: "overlap",
    severity: "error",
    slices: ["02", "03"],
    message: "Both write src/limit.js and neither needs the other.",
    remedy: "Let 03 need 02, or split the file.",
  },
];

const planned = NINE.map(({ id, title, class: of, needs, feeds, predicted }) =>
  slice(id, title, {
    class: of,
    needs,
    feeds,
    predicted,
    note: needs.length > 0 ? `waits for ${needs.join(", ")}` : "",
  }),
);

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
  findings: [{ critic: EVIL, severity: "error", slices: ["01"], message: LONG, remedy: EVIL }],
  money: { ...SPENT, spent: null, unpriced: 12, top: null, saving: null, topTier: `p/${LONG}@high` },
  predicted: null,
  can: { ...IDLE, approvePlan: true, run: true, approveAll: true },
});

export const RUNNING = order({
  slices: NINE,
  done: 1,
  total: 9,
  warnings: ["The price of local/qwen3-coder is not known."],
});

export const FIXTURES = {
  empty: view({ orders: PAST }),
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
  gate: view({
    order: order({
      phase: "gate",
      slices: planned,
      findings: FINDINGS.filter(({ severity }) => severity === "warning"),
      predictedTop: 1.32,
      assumptions: ["A limit of 0 prints nothing.", "The flag applies to every subcommand."],
      money: { ...NOTHING, spent: 0.121, planning: 0.121, top: 0.121 },
      mtbi: YOUNG,
      can: { ...IDLE, approvePlan: true },
    }),
  }),
  "gate-errors": view({
    order: order({
      phase: "gate",
      slices: planned,
      findings: FINDINGS,
      mtbi: YOUNG,
      money: NOTHING,
      can: IDLE,
    }),
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
  }),
  thousand: view({
    order: order({ slices: thousand, done: 400, total: 1000, goal: "Port every module to the new client" }),
  }),
  hostile: view({
    demo: true,
    order: hostile,
    orders: [{ id: LONG, goal: EVIL + LONG, phase: "failed", done: 0, total: 1 }],
  }),
} satisfies Record<string, View>;
