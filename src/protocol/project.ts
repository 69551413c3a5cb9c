/** project(order): the sidebar's snapshot, folded from the state and nothing else. */
import { spentOrUnknown } from "../core/cost.ts";
import { blocking } from "../core/next.ts";
import { type Evidence, type Finding, type Fault, type Verdict, tierName } from "../core/order.ts";
import { rerunTier } from "../core/choose.ts";
import { mtbiOfOrder } from "../core/mtbiWords.ts";
import { type Forecast, choices, costWith, forecast, foretoldTrue } from "../core/forecast.ts";
import { type Attempt, type SliceState, type WorkOrder, landed, phaseOf } from "../core/state.ts";
import {
  type Tried,
  amendmentView,
  baseView,
  canAsk,
  canDiscard,
  driftView,
  replanningOf,
  timed,
  triedOf,
} from "./plan.ts";
import { leftWords, moneyView, overView } from "./money.ts";
import { type Extra, expected, rangeOf, routeOf } from "./routes.ts";
import { NOTHING_RAN } from "../core/verdict.ts";
import { factsOf } from "./facts.ts";
import type { AttemptView, CheckView, FileView, OrderView, SliceView } from "./view.ts";

export { duration } from "../core/mtbiWords.ts";
export type { Extra } from "./routes.ts";

export function project(order: WorkOrder, extra: Extra): OrderView {
  const foreseen = forecast(order);
  const context = { order, extra, forecast: foreseen, feeds: feedsOf(order), tried: triedOf(order) };
  const { time, slices } = timed(
    order.slices.map((state) => sliceView(context, state)),
    rangeOf(foreseen.seconds, 1000),
  );
  const top = order.config?.tiers.at(-1);
  const { cost, seconds } = foretoldTrue(order);
  const amendment = order.amendments.at(-1);
  const phase = phaseOf(order);
  const over = overView(order, slices);
  return {
    id: order.id,
    goal: order.goal,
    phase,
    why: [whyPhase(order), over && over.slice === null ? leftWords(over) : ""]
      .filter((part) => part !== "")
      .join(" "),
    over,
    done: order.slices.filter(({ progress }) => progress.at === "done").length,
    total: order.slices.filter(({ progress }) => progress.at !== "dropped").length,
    predicted: sum(slices.filter(({ at }) => at !== "dropped").map(({ predicted }) => predicted)),
    predictedRange: rangeOf(foreseen.cost, 1),
    predictedTop: top ? costWith(order, top) : null,
    calibration: { cost, time: seconds },
    choices: choices(order),
    time,
    money: moneyView(order),
    mtbi: mtbiOfOrder(order.clock),
    findings: (order.findings ?? []).toSorted(errorsFirst),
    assumptions: extra.assumptions,
    replanning: replanningOf(order),
    replanFault: order.replanFault?.message ?? null,
    amendment: amendment ? amendmentView(amendment) : null,
    amendments: order.amendments.length,
    rejectedPaths: order.rejectedPaths,
    drift: driftView(order),
    slices,
    asks: order.asks.map(({ id, slice, command }) => ({ id, slice, command })),
    warnings: [...order.warnings, ...(order.push.why ? [`Push failed: ${order.push.why}`] : [])],
    can: {
      approvePlan: phase === "gate" && order.findings !== null,
      askChanges: canAsk(order),
      discard: canDiscard(order),
      run: ["paused", "stopped", "failed"].includes(phase) || (phase === "running" && blocking(order)),
      pause: phase === "running",
      stop: phase === "running" || phase === "planning" || phase === "paused",
      approveAll: order.slices.some(
        ({ progress }) => progress.at === "approval" && progress.verdict.result === "pass",
      ),
      report: order.ended !== null,
    },
  };
}

const errorsFirst = (a: Finding, b: Finding): number =>
  Number(b.severity === "error") - Number(a.severity === "error");

const sum = (amounts: readonly (number | null)[]): number | null =>
  amounts.reduce((all, one) => (all === null || one === null ? null : all + one), 0);

function whyPhase(order: WorkOrder): string {
  if (order.planFault) return order.planFault.message;
  if (order.halted) return order.halted.why;
  if (blocking(order))
    return order.approved
      ? "The plan has errors: mend its files, then run."
      : "The plan has errors: mend its files, then approve it.";
  return "";
}

function feedsOf(order: WorkOrder): Map<string, string[]> {
  const feeds = new Map<string, string[]>();
  for (const { slice } of order.slices) {
    for (const need of slice.needs) {
      const fed = feeds.get(need) ?? [];
      fed.push(slice.id);
      feeds.set(need, fed);
    }
  }
  return feeds;
}

type Context = {
  order: WorkOrder;
  extra: Extra;
  forecast: Forecast;
  feeds: ReadonlyMap<string, string[]>;
  tried: Tried;
};

function sliceView(context: Context, state: SliceState): SliceView {
  const { order, feeds, tried } = context;
  const { slice, progress, attempts } = state;
  const last = attempts.at(-1);
  const route = routeOf(order, state);
  const verdict = progress.at === "approval" ? progress.verdict : (last?.verdicts.at(-1) ?? null);
  const higher = rerunTier(order, state);
  return {
    id: slice.id,
    title: slice.title,
    class: slice.class,
    at: progress.at,
    note: note(order, state),
    body: slice.body,
    route: slice.route,
    ...route,
    spent: last ? spentOrUnknown(state.money) : null,
    top: last ? state.money.top : null,
    minutes: slice.minutes,
    ...expected(context, state, route),
    startMs: null,
    critical: false,
    open: progress.at === "waiting" || progress.at === "stuck",
    needs: slice.needs,
    feeds: feeds.get(slice.id) ?? [],
    attempts: attempts.map((one) => attemptView(one, one === last ? state : null)),
    checks: checksOf(state, verdict, tried),
    files: filesOf(state, last),
    report: last?.report
      ? [last.report.done, last.report.learned].filter((text) => text !== "").join("\n\n")
      : null,
    verdict: verdict?.result ?? null,
    strong: verdict?.strong ?? false,
    commit: progress.at === "done" ? progress.commit : null,
    higher: higher ? tierName(higher) : null,
  };
}

function note(order: WorkOrder, state: SliceState): string {
  const { progress, slice } = state;
  switch (progress.at) {
    case "waiting":
      return waitsFor(order, state);
    case "executing":
      return progress.round > 0 ? `mending after its checks failed (round ${progress.round + 1})` : "working";
    case "verifying":
      return "checking";
    case "approval":
      return summary(progress.verdict);
    case "landing":
      return "landing";
    case "done":
      return progress.commit === "" ? "landed" : `landed as ${progress.commit.slice(0, 8)}`;
    case "conflict":
      return `conflicts with your changes in ${progress.paths.join(", ")}. Settle them, then retry.`;
    case "stuck":
      return whyStuck(progress.why, slice.id);
    case "dropped":
      return progress.why;
  }
}

function waitsFor(order: WorkOrder, { slice, attempts }: SliceState): string {
  const open = slice.needs.filter((id) => !landed(order, id));
  if (open.length > 0) return `waits for ${open.join(", ")}`;
  if (attempts.length > 0) return `about to start attempt ${attempts.length + 1}`;
  return order.approved ? "ready" : "";
}

const whyStuck = (why: Fault | Verdict, id: string): string =>
  "kind" in why
    ? why.message
    : `${firstFailure(why) ?? `Slice ${id} failed.`} Rerun it, change its route or its task, or drop it.`;

function summary(verdict: Verdict): string {
  const shown = verdict.evidence.filter(({ kind }) => kind !== "guard");
  const passed = shown.filter(({ result }) => result === "pass").length;
  const open = verdict.evidence.find(({ result }) => result === "unknown");
  if (verdict.result === "pass")
    return `${passed} ${passed === 1 ? "check passes" : "checks pass"}${verdict.strong ? "" : ", weak evidence"}`;
  return open ? `not verified: ${open.name}` : NOTHING_RAN;
}

const firstFailure = (verdict: Verdict): string | null => {
  const failed = verdict.evidence.find(({ result }) => result === "fail");
  return failed ? `${failed.name}: ${failed.why}` : null;
};

function attemptView(attempt: Attempt, current: SliceState | null): AttemptView {
  const verdict = attempt.verdicts.at(-1);
  const end = Date.parse(attempt.endedAt ?? attempt.startedAt);
  const running = attempt.open || current?.progress.at === "verifying";
  const outcome = outcomeOf(attempt, verdict, running);
  return {
    n: attempt.n,
    tier: tierName(attempt.tier),
    ms: Math.max(0, end - Date.parse(attempt.startedAt)),
    cost: spentOrUnknown(attempt.money),
    ...outcome,
    firstFailure: verdict ? firstFailure(verdict) : null,
  };
}

function outcomeOf(
  attempt: Attempt,
  verdict: Verdict | undefined,
  running: boolean,
): Pick<AttemptView, "outcome" | "result"> {
  if (running) return { outcome: "running", result: "running" };
  if (attempt.rejected !== null)
    return { outcome: `rejected${attempt.rejected ? `: ${attempt.rejected}` : ""}`, result: "rejected" };
  if (attempt.fault) return { outcome: `${attempt.fault.kind}: ${attempt.fault.message}`, result: "fault" };
  if (!verdict) return { outcome: "not verified yet", result: "unknown" };
  const rounds = attempt.verdicts.length > 1 ? ` after ${attempt.verdicts.length} rounds` : "";
  return { outcome: `${verdict.result}${rounds}`, result: verdict.result };
}

/**
 * Evidence where there is some, and what is still to be checked. Guards that passed are one line less to read, but for one that
 * saw less than it should.
 */
function checksOf(
  { slice, progress, attempts, refused }: SliceState,
  verdict: Verdict | null,
  tried: Tried,
): CheckView[] {
  const shown = (verdict?.evidence ?? [])
    .filter(({ kind, result, patterns }) => kind !== "guard" || result !== "pass" || patterns)
    .map(checkView);
  const names = new Set(shown.map(({ name }) => name));
  const open = slice.checks
    .map((check): CheckView => {
      const [kind, name] =
        "run" in check
          ? (["command", check.run] as const)
          : "script" in check
            ? (["script", check.script] as const)
            : (["reviewer", check.expect] as const);
      const base = attempts.length === 0 && progress.at !== "dropped" ? baseView(check, tried) : null;
      return { name, kind, result: "pending", why: "", ms: null, output: null, base };
    })
    .filter(({ name }) => !names.has(name));
  const refusals = refused.map(({ attempt, tool, what, why }): CheckView => ({
    name: `attempt ${attempt}: ${tool} ${what}`,
    kind: "refusal",
    result: "fail",
    why: `refused: ${why}`,
    ms: null,
    output: null,
    base: null,
  }));
  return [...shown, ...open, ...refusals.slice(-5)];
}

const checkView = (evidence: Evidence): CheckView => {
  const { name, kind, result, why, before, ms, output } = evidence;
  const told = kind === "adversary" ? "" : before ? `${before} before, ${result} after` : "";
  const { place } = evidence;
  return {
    ...{ name, kind, result, ms, output, base: null },
    ...{ facts: factsOf(evidence), ...(place && { place }) },
    why: [told, why].filter((text) => text !== "").join(". "),
    ...(evidence.reviewer && { by: judgeOf(evidence.reviewer, evidence.cost) }),
  };
};

/** "openai/gpt-6-sol@medium (gpt), $0.0042. Same family as the author (gpt): no other on the ladder." */
function judgeOf({ tier, family, note }: NonNullable<Evidence["reviewer"]>, cost: Evidence["cost"]): string {
  const price = cost === undefined ? "" : cost === null ? ", cost unknown" : `, $${cost.toFixed(4)}`;
  const by = `${tierName(tier)} (${family})${price}`;
  return note === "" ? by : `${by}. ${note}`;
}

const filesOf = ({ progress }: SliceState, last: Attempt | undefined): FileView[] =>
  ("patch" in progress ? progress.patch : (last?.patch ?? [])).map(
    ({ path, added, removed, before, after }) => ({
      path,
      added,
      removed,
      change: before === null ? "added" : after === null ? "deleted" : "modified",
    }),
  );
