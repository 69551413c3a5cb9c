import { describe, expect, it } from "vitest";
import {
  between,
  calibrationLine,
  checksLine,
  choiceCost,
  duration,
  modelOf,
  money,
  plain,
  roughly,
  savingOf,
  shortName,
  sliceCost,
  sliceTime,
  spending,
  splitRoute,
  timeLine,
} from "../../webview-ui/format.ts";
import { RUNNING } from "./fixtures.ts";
import { attempt, check as checkOf, slice } from "./parts.ts";

/** One table: what a formatter makes of each input. */
function check<I>(name: string, format: (input: I) => unknown, table: [input: I, wanted: unknown][]) {
  describe(name, () => {
    it.each(table)("%j", (input, wanted) => expect(format(input)).toEqual(wanted));
  });
}

check("money", money, [
  [null, "cost unknown"],
  [0, "$0.00"],
  [0.0004, "<$0.001"],
  [0.008, "$0.008"],
  [0.0099, "$0.010"],
  [0.314, "$0.31"],
  [12.5, "$12.50"],
  [1234.4, "$1,234"],
]);

check("duration", duration, [
  [0, "0.0 s"],
  [3, "<0.1 s"],
  [420, "0.4 s"],
  [9_990, "9.9 s"],
  [42_300, "42 s"],
  [59_600, "1 min"],
  [12 * 60_000, "12 min"],
  [59.7 * 60_000, "1.0 h"],
  [4.6 * 3_600_000, "4.6 h"],
]);

const figures = RUNNING.money;
check("spending", spending, [
  [figures, "$0.31 of $2.00"],
  [{ ...figures, budget: null }, "$0.31"],
  [{ ...figures, unpriced: 1 }, "$0.31 of $2.00 + 1 call of unknown cost"],
  [{ ...figures, spent: null }, "cost unknown, budget $2.00"],
  [{ ...figures, spent: null, budget: null }, "cost unknown"],
]);

check("saving", savingOf, [
  [figures, "saves 71 % vs claude-opus-5-5·high"],
  [{ ...figures, saving: -0.12 }, "12 % more than claude-opus-5-5·high"],
  [{ ...figures, saving: 0 }, "as much as claude-opus-5-5·high"],
  [{ ...figures, saving: null }, ""],
  [{ ...figures, tops: [] }, ""],
  [{ ...figures, tops: ["p/huge@high", "p/small"] }, "saves 71 % vs huge·high, then small"],
]);

check("cost of a slice", sliceCost, [
  [slice("01", "a", { predicted: 0.11 }), "~$0.11"],
  [slice("01", "a", { predicted: null }), "cost unknown"],
  [
    slice("01", "a", {
      predicted: 0.11,
      spent: 0.02,
      attempts: [attempt(1, { provider: "p", model: "m", effort: null })],
    }),
    "$0.02",
  ],
  [
    slice("01", "a", { spent: null, attempts: [attempt(1, { provider: "p", model: "m", effort: null })] }),
    "cost unknown",
  ],
]);

const results = (...all: ("pass" | "fail" | "unknown" | "pending")[]) =>
  all.map((result) => checkOf("c", { result }));
check("checks", checksLine, [
  [[], "no checks"],
  [results("pass", "pass", "pass"), "3 of 3 checks pass"],
  [results("pass"), "1 of 1 check passes"],
  [results("pass", "fail"), "1 of 2 checks fails"],
  [results("pass", "unknown", "fail", "fail"), "2 of 4 checks fail"],
  [results("pass", "unknown"), "1 of 2 checks unknown"],
  [results("pass", "pending"), "1 of 2 checks passes"],
  [[...results("pass"), checkOf("edit a.js", { kind: "refusal", result: "fail" })], "1 of 1 check passes"],
]);

check("short names", shortName, [
  ["anthropic/claude-haiku-5-5@low", "claude-haiku-5-5·low"],
  ["openrouter/z-ai/glm-5", "z-ai/glm-5"],
  ["local/qwen3-coder", "qwen3-coder"],
]);

check("routes", splitRoute, [
  ["auto", { model: "auto", effort: null }],
  ["openai/gpt-6@low", { model: "openai/gpt-6", effort: "low" }],
  ["local/qwen3-coder", { model: "local/qwen3-coder", effort: null }],
]);

check("text that a person decides by", plain, [
  ["npm test\n  -- limit", "npm test\n  -- limit"],
  ["rm \u202etxt.exe", "rm \\u202etxt.exe"],
  ["a\u200bb\u0007c\rd", "a\\u200bb\\u0007c\\u000dd"],
  ["größer 測試", "größer 測試"],
]);

check("rough times", roughly, [
  [0, "10 s"],
  [37_000, "40 s"],
  [56_000, "1 min"],
  [91_000, "2 min"],
  [3_570_000, "1.0 h"],
]);

const time = { sumMs: 740_000, sumRange: null, criticalMs: 430_000, criticalCost: null, critical: ["01"] };
check("time of a plan", timeLine, [
  [time, "About 7 min on the critical path, 12 min one after another"],
  [{ ...time, criticalMs: 740_000 }, "About 12 min"],
  [{ ...time, sumMs: null, criticalMs: null }, ""],
  [{ ...time, sumMs: 0, criticalMs: 0 }, ""],
]);

const first = [attempt(1, { provider: "p", model: "m", effort: null })];
const choices = [
  { tier: "p/m@low", cost: [0.01, 0.04, null, 0.5], until: "done" as const },
  { tier: "p/m@max", cost: [0.02, 0.08, null, 1], until: "tried" as const },
];
check("cost of a choice", ([tier, kind]: [string, "C1" | "C2" | "C3"]) => choiceCost(choices, tier, kind), [
  [["p/m@low", "C2"], "~$0.04"],
  [["p/m@max", "C1"], "~$0.02 a try"],
  [["p/m@low", "C3"], ""],
  [["p/other", "C1"], ""],
]);
check("an interval", (range: { low: number; high: number } | null) => between(range, money), [
  [{ low: 0.02, high: 0.11 }, "$0.02 – $0.11"],
  [null, ""],
]);
check("how true predictions came", calibrationLine, [
  [{ n: 6, ratio: 1.12, inside: 5 / 6 }, "1.12 times what was predicted, 5 of 6 within"],
]);

check("time of a slice", sliceTime, [
  [slice("01", "a", { predictedMs: 212_000 }), "4 min"],
  [slice("01", "a", { predictedMs: null }), ""],
  [slice("01", "a", { attempts: first }), ""],
  [slice("01", "a", { at: "dropped" }), ""],
]);

const on = (model: string, effort: "low" | null) => ({
  tier: { provider: "p", model, effort },
  why: "",
  predicted: null,
});
check("model and effort", modelOf, [
  [slice("01", "a", { chosen: on("m", "low") }), { model: "m", effort: "·low" }],
  [slice("01", "a", { chosen: on("m", null) }), { model: "m", effort: "" }],
  [slice("01", "a", { route: "p/m@high" }), { model: "m", effort: "·high" }],
  [slice("01", "a"), { model: "auto", effort: "" }],
]);
