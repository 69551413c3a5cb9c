/** The plan's own part of the snapshot: time, amendments, drift, and what the checks did on the base tree. */
import { criticalPath } from "../core/criticalPath.ts";
import type { Check, Slice, TriedCheck } from "../core/order.ts";
import { type Amended, type WorkOrder, isSettled } from "../core/state.ts";
import type { AmendmentView, BaseView, KeyChange, SliceView, TimeView } from "./view.ts";

/** A text of a task file is cut here: the whole of it stands in the file. */
const LONG = 600;

const sum = (amounts: readonly (number | null)[]): number | null =>
  amounts.reduce((all, one) => (all === null || one === null ? null : all + one), 0);

/** The time of what has not settled; the slices are told where they stand in it. */
export function timed(
  slices: readonly SliceView[],
  sumRange: TimeView["sumRange"],
): { time: TimeView; slices: SliceView[] } {
  const left = slices.filter(({ at }) => at !== "done" && at !== "dropped");
  const sumMs = sum(left.map(({ predictedMs }) => predictedMs));
  if (sumMs === null)
    return {
      time: { sumMs, sumRange, criticalMs: null, criticalCost: null, critical: [] },
      slices: [...slices],
    };
  const { ms, path, start } = criticalPath(left.map((one) => ({ ...one, ms: one.predictedMs ?? 0 })));
  const critical = new Set(path);
  const criticalCost = sum(left.filter(({ id }) => critical.has(id)).map(({ predicted }) => predicted));
  return {
    time: { sumMs, sumRange, criticalMs: ms, criticalCost, critical: path },
    slices: slices.map((one) => ({
      ...one,
      startMs: start.get(one.id) ?? null,
      critical: critical.has(one.id),
    })),
  };
}

/** What became of each command on the base tree. */
export type Tried = ReadonlyMap<string, TriedCheck>;
export const triedOf = ({ tried }: WorkOrder): Tried =>
  new Map((tried?.checks ?? []).map((one) => [one.command, one]));

/** What a slice's own commands took there, once; 0 for those not tried. */
export const checksMs = ({ checks }: Slice, tried: Tried): number =>
  checks.reduce((all, check) => all + ("run" in check ? (tried.get(check.run)?.ms ?? 0) : 0), 0);

export function baseView(check: Check, tried: Tried): BaseView | null {
  const found = "run" in check ? tried.get(check.run) : undefined;
  if (!found || !("run" in check)) return null;
  const { result, why, ms, output } = found;
  const fits = result === "unknown" || check.before === "any" || check.before === result;
  return { result, fits, words: baseWords(result, check.before, why), ms, output };
}

function baseWords(result: TriedCheck["result"], before: "fail" | "pass" | "any", why: string): string {
  const said = why === "" ? "" : `: ${why}`;
  if (result === "unknown") return `unknown on the base tree${said}`;
  const does = result === "pass" ? "passes on the base tree" : "fails on the base tree";
  if (before === "any") return does;
  if (before === result) return `${does}, as it must`;
  return result === "pass"
    ? `${does}, where it must fail: it proves nothing yet`
    : `${does}, where it must pass${said}`;
}

/** Amendments never change: each is compared once, however often the order is drawn. */
const compared = new WeakMap<Amended, AmendmentView>();

export function amendmentView(amended: Amended): AmendmentView {
  const known = compared.get(amended);
  if (known) return known;
  const made: AmendmentView = { why: amended.why, changes: amended.changes.flatMap(changeView) };
  compared.set(amended, made);
  return made;
}

function changeView({ slice, why, before, after }: Amended["changes"][number]): AmendmentView["changes"] {
  const title = (after ?? before)?.title;
  if (title === undefined) return [];
  const what = before === null ? "added" : after === null ? "dropped" : "changed";
  return [{ slice, title, what, why, keys: before && after ? keyChanges(before, after) : [] }];
}

const KEYS = [
  "title",
  "class",
  "needs",
  "reads",
  "writes",
  "consumes",
  "produces",
  "minutes",
  "route",
  "checks",
] as const;

function keyChanges(before: Slice, after: Slice): KeyChange[] {
  const keys = KEYS.flatMap((key) => {
    const [was, is] = [text(before[key]), text(after[key])];
    return was === is ? [] : [{ key, before: was, after: is }];
  });
  return before.body === after.body
    ? keys
    : [...keys, { key: "body", ...changedLines(before.body, after.body) }];
}

function text(value: Slice[(typeof KEYS)[number]]): string {
  if (!Array.isArray(value)) return String(value);
  return value.map((one) => (typeof one === "string" ? one : checkText(one))).join(", ");
}

function checkText(check: Check): string {
  if ("run" in check) return `run ${check.run}${check.before === "any" ? "" : ` (before: ${check.before})`}`;
  return "script" in check ? `script ${check.script}` : `expect ${check.expect}`;
}

const cut = (lines: readonly string[]): string => {
  const whole = lines.join("\n");
  return whole.length > LONG ? `${whole.slice(0, LONG)}…` : whole;
};

/** What stands between the lines that both begin and end with. */
function changedLines(before: string, after: string): { before: string; after: string } {
  const [was, is] = [before.split("\n"), after.split("\n")];
  const most = Math.min(was.length, is.length);
  let head = 0;
  while (head < most && was[head] === is[head]) head += 1;
  let tail = 0;
  while (tail < most - head && was.at(-1 - tail) === is.at(-1 - tail)) tail += 1;
  return {
    before: cut(was.slice(head, was.length - tail)),
    after: cut(is.slice(head, is.length - tail)),
  };
}

/** Null while the files the plan was made from are as they were, or the plan was approved as it is since. */
export function driftView({ moved, findings }: WorkOrder): { paths: string[]; words: string } | null {
  if (moved.length === 0) return null;
  const files = moved.length === 1 ? "1 file" : `${moved.length} files`;
  const checked = findings === null ? "It is being checked again." : "It was checked again.";
  return { paths: moved, words: `${files} changed since the plan was made. ${checked}` };
}

export function replanningOf({ replan }: WorkOrder): string | null {
  if (!replan) return null;
  return replan.slice === null ? replan.why : `slice ${replan.slice}: ${replan.why}`;
}

/** Whether the plan can still be thrown away, or the planner asked for changes; decide.ts has the last word. */
export const canDiscard = (order: WorkOrder): boolean =>
  !order.approved &&
  order.discarded === null &&
  order.ended === null &&
  order.slices.every(({ attempts }) => attempts.length === 0);

export const canAsk = (order: WorkOrder): boolean =>
  order.planned !== null &&
  order.replan === null &&
  order.discarded === null &&
  order.ended === null &&
  !(order.approved && order.slices.every(isSettled));
