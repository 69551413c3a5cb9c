/** Figures and names as the sidebar writes them. */
import type { CalibrationView, CheckView, ChoiceView, Phase, SliceView, View } from "../src/protocol/view.ts";

/** Dollars. An unknown price is said, never shown as nothing. */
export function money(dollars: number | null): string {
  if (dollars === null) return "cost unknown";
  if (dollars === 0) return "$0.00";
  if (dollars < 0.001) return "<$0.001";
  if (dollars < 0.01) return `$${dollars.toFixed(3)}`;
  return dollars < 1000 ? `$${dollars.toFixed(2)}` : `$${Math.round(dollars).toLocaleString("en-US")}`;
}

/**
 * Text of a model or a repository where a person decides by it: control characters and those that turn the direction of
 * writing are spelt out, so that what is read is what is meant.
 */
export const plain = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Milliseconds as "<0.1 s", "0.4 s", "42 s", "12 min", "4.6 h". Rounds up to the next unit, so that "60 s" never stands. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 100) return "<0.1 s";
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (Math.round(ms / 1000) < 60) return `${Math.round(ms / 1000)} s`;
  if (Math.round(ms / MINUTE) < 60) return `${Math.round(ms / MINUTE)} min`;
  return `${(ms / HOUR).toFixed(1)} h`;
}

/** What is expected, as "4 min", "1.5 h": rough, so seconds are told to the ten. */
export function roughly(ms: number): string {
  const tens = Math.max(10, Math.round(ms / 10_000) * 10);
  return tens < 60 ? `${tens} s` : duration(Math.max(MINUTE, ms));
}

/** "About 6 min on the critical path, 14 min one after another"; empty when nothing is known or left. */
export function timeLine({ sumMs, criticalMs }: NonNullable<View["order"]>["time"]): string {
  if (sumMs === null || criticalMs === null || sumMs === 0) return "";
  const [path, all] = [roughly(criticalMs), roughly(sumMs)];
  return path === all ? `About ${all}` : `About ${path} on the critical path, ${all} one after another`;
}

/** What its first attempt is expected to take; empty once there was one. */
export const sliceTime = ({ attempts, at, predictedMs }: SliceView): string =>
  attempts.length > 0 || at !== "waiting" || predictedMs === null ? "" : roughly(predictedMs);

type Range = NonNullable<SliceView["predictedRange"]>;

/** "$0.02 – $0.11", an interval of a prediction; empty when unknown. */
export const between = (range: Range | null, text: (amount: number) => string): string =>
  range === null ? "" : `${text(range.low)} – ${text(range.high)}`;

/** "1.12 times what was predicted, 5 of 6 within". */
export const calibrationLine = ({ n, ratio, inside }: CalibrationView): string =>
  `${ratio.toFixed(2)} times what was predicted, ${Math.round(inside * n)} of ${n} within`;

/** "~$0.04", or "~$0.04 a try" where climbing on failure is not in it; empty when unknown. */
export function choiceCost(choices: readonly ChoiceView[], tier: string, kind: SliceView["class"]): string {
  const found = choices.find((one) => one.tier === tier);
  const cost = found?.cost[Number(kind.slice(1)) - 1] ?? null;
  if (!found || cost === null) return "";
  return `~${money(cost)}${found.until === "tried" ? " a try" : ""}`;
}

/** A share as "71 %". */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const plural = (n: number, noun: string): string =>
  `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;

type Tier = View["ladder"][number]["tier"];

/** "model·effort"; the provider goes without saying in a row. */
export const shortTier = ({ model, effort }: Tier): string =>
  effort === null ? model : `${model}·${effort}`;

/** The model of a slice's next attempt, and its effort with the dot before it; "auto" while none is chosen. */
export function modelOf({ chosen, route }: SliceView): { model: string; effort: string } {
  const name = chosen ? shortTier(chosen.tier) : route === "auto" ? "auto" : shortName(route);
  const dot = name.lastIndexOf("·");
  return dot < 0 ? { model: name, effort: "" } : { model: name.slice(0, dot), effort: name.slice(dot) };
}

/** "anthropic/claude-haiku-5-5@low" as "claude-haiku-5-5·low". */
export function shortName(name: string): string {
  return name.slice(name.indexOf("/") + 1).replace(/@([a-z]+)$/, "·$1");
}

/** Splits "provider/model@effort"; `effort` is null when none is named. */
export function splitRoute(route: string): { model: string; effort: string | null } {
  const found = /^(.+\/.+)@([a-z]+)$/.exec(route);
  return found ? { model: found[1] ?? route, effort: found[2] ?? null } : { model: route, effort: null };
}

/** "$0.31 of $2.00", "$0.31", "cost unknown", "$0.31 + 2 calls of unknown cost". */
export function spending({ spent, budget, unpriced }: NonNullable<View["order"]>["money"]): string {
  const limit = budget === null ? "" : ` of ${money(budget)}`;
  if (spent === null) return `cost unknown${budget === null ? "" : `, budget ${money(budget)}`}`;
  return `${money(spent)}${limit}${unpriced > 0 ? ` + ${plural(unpriced, "call")} of unknown cost` : ""}`;
}

/** Tiers that were the top of the ladder one after another. */
export const inTurn = (tiers: readonly string[]): string => tiers.map(shortName).join(", then ");

/** "saves 71 % vs fable·high"; empty while there is nothing to compare. */
export function savingOf({ saving, tops }: NonNullable<View["order"]>["money"]): string {
  if (saving === null || tops.length === 0) return "";
  const against = inTurn(tops);
  if (Math.abs(saving) < 0.005) return `as much as ${against}`;
  return saving > 0 ? `saves ${percent(saving)} vs ${against}` : `${percent(-saving)} more than ${against}`;
}

/** What a slice cost, or will: "$0.02", "~$0.11", "cost unknown". */
export function sliceCost({ attempts, spent, predicted, at }: SliceView): string {
  if (attempts.length > 0 || at === "done") return money(spent);
  return predicted === null ? "cost unknown" : `~${money(predicted)}`;
}

/** What counts as a check. A tool call that was refused is shown beside them, but nothing failed by it. */
export const checksAmong = (evidence: readonly CheckView[]): CheckView[] =>
  evidence.filter(({ kind }) => kind !== "refusal");

/** "3 of 3 checks pass", "1 of 3 checks fails", "1 of 3 checks unknown"; unknown is never counted as pass. */
export function checksLine(evidence: readonly CheckView[]): string {
  const checks = checksAmong(evidence);
  if (checks.length === 0) return "no checks";
  const count = (result: CheckView["result"]) => checks.filter((check) => check.result === result).length;
  const [failed, unknown] = [count("fail"), count("unknown")];
  const of = `of ${plural(checks.length, "check")}`;
  if (failed > 0) return `${failed} ${of} ${failed === 1 ? "fails" : "fail"}`;
  if (unknown > 0) return `${unknown} ${of} unknown`;
  return `${count("pass")} ${of} ${count("pass") === 1 ? "passes" : "pass"}`;
}

/** Sums of changed lines. */
export const churn = (files: SliceView["files"]): { added: number; removed: number } => ({
  added: files.reduce((sum, file) => sum + file.added, 0),
  removed: files.reduce((sum, file) => sum + file.removed, 0),
});

/** False where the order can only be read: its folder is not trusted, or another window or terminal has it. */
export const canAct = ({ host }: View): boolean => host === "ready" || host === "no-models";

export const isLive = (phase: Phase): boolean => phase === "planning" || phase === "running";
