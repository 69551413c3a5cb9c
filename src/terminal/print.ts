/** Words for a terminal. Everything that came from a model or a repository loses its control characters first. */
import { inTurn } from "../core/cost.ts";
import type { Entry } from "../core/event.ts";
import { tierName } from "../core/order.ts";
import { NOTHING_RAN } from "../core/verdict.ts";
import { duration } from "../protocol/project.ts";
import type { OrderSummary, OrderView, OverView, SliceView } from "../protocol/view.ts";
import {
  CRITICAL,
  calibrationText,
  checkLine,
  dollars,
  findingLine,
  oneLine,
  planLines,
  rangeText,
} from "./planText.ts";

/** Escape sequences and other control characters could rewrite what a person sees. Newline and tab stay. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

const MARK: Record<SliceView["at"], string> = {
  waiting: "○",
  executing: "◐",
  verifying: "◑",
  approval: "!",
  landing: "◕",
  done: "✓",
  conflict: "⚠",
  stuck: "✗",
  dropped: "–",
};

/** One line of progress for what is worth telling, or null. */
export function progressLine(entry: Entry): string | null {
  const text = lineOf(entry);
  return text === null
    ? null
    : plain(
        `${new Date(entry.at).toTimeString().slice(0, 8)}  ${text.replaceAll("\n", `\n${" ".repeat(10)}`)}`,
      );
}

function lineOf(entry: Entry): string | null {
  switch (entry.type) {
    case "planned":
      return `plan     ${entry.slices.length} slices ${entry.by === "file" ? "read from the task files" : "planned"}`;
    case "criticised":
      return entry.findings.length === 0 ? null : entry.findings.map(findingLine).join("\n");
    case "planApproved":
      return `plan     approved by ${entry.by}`;
    case "replanAsked":
      return `plan     is being amended: ${entry.reason.slice === null ? "" : `slice ${entry.reason.slice}: `}${entry.reason.why}`;
    case "drifted":
      return `plan     was made before these files changed: ${entry.files.map(({ path }) => path).join(", ")}`;
    case "amended":
      return `plan     amended${entry.by === "planner" ? " by the planner" : ""}: ${entry.why} (${[...entry.changed.map(({ slice }) => slice.id), ...entry.dropped.map(({ slice }) => slice)].join(", ")})`;
    case "attempted":
      return `${entry.slice}       ${entry.round === 0 ? `attempt ${entry.attempt}` : `attempt ${entry.attempt}, round ${entry.round + 1}`} on ${tierName(entry.tier)}`;
    case "routed":
      return entry.by === "climb" ? `${entry.slice}       climbs: ${entry.route.why}` : null;
    case "refused":
      return `${entry.slice}       refused ${entry.tool} ${entry.what}: ${entry.why}`;
    case "asked":
      return `${entry.slice}       asks to run: ${entry.command}`;
    case "judged":
      return `${entry.slice}       ${verdictLine(entry)}`;
    case "faulted":
      // What was approved or checked when the last process ended just goes on.
      if (entry.slice === null && entry.fault.kind === "interrupted") return null;
      return `${entry.slice ?? "plan"}       ${entry.fault.kind}: ${entry.fault.message}`;
    case "approved":
      return `${entry.slice}       approved by ${entry.by}`;
    case "rejected":
      return `${entry.slice}       rejected by ${entry.by}: ${entry.reason}`;
    case "noted":
      return `${entry.slice}       noted by ${entry.by}: ${entry.text}`;
    case "landed":
      return `${entry.slice}       landed as ${entry.commit.slice(0, 10)}`;
    case "conflicted":
      return `${entry.slice}       conflicts in ${entry.paths.join(", ")}`;
    case "stuck":
      return `${entry.slice}       stuck: ${"kind" in entry.why ? entry.why.message : "its checks fail on every tier tried"}`;
    case "pushed":
      return `push     ${entry.remote} has ${entry.commit.slice(0, 10)}`;
    case "pushFailed":
      return `push     to ${entry.remote} failed: ${entry.why}`;
    case "stopped":
    case "paused":
      return `${entry.type}  ${entry.why}`;
    case "warned":
      return `note     ${entry.message}`;
    case "ended":
      return `order    ${entry.result}`;
    default:
      return null;
  }
}

const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name);

function verdictLine({ verdict }: Extract<Entry, { type: "judged" }>): string {
  const shown = verdict.evidence.filter(({ kind, result }) => kind !== "guard" || result !== "pass");
  const evidence = shown.map(({ name, before, result, why, flaky }) => {
    const how = before ? `${before} → ${result}` : result;
    return `${short(name)}: ${how}${flaky ? " (flaky)" : ""}${result === "pass" ? "" : ` (${why.split("\n")[0]})`}`;
  });
  return `${verdict.result}${verdict.strong ? ", strong evidence" : ""}: ${evidence.join("; ") || NOTHING_RAN}`;
}

export function statusLines(orders: readonly OrderSummary[]): string {
  if (orders.length === 0) return 'No orders here yet. Make one with: slicewise plan "GOAL"\n';
  return orders
    .map(({ id, goal, phase, done, total }) =>
      plain(`${id}  ${phase}  ${done}/${total}  ${goal.split("\n")[0]}\n`),
    )
    .join("");
}

export function orderText(view: OrderView): string {
  const { money, mtbi } = view;
  const saved =
    money.saving === null || money.executing === 0
      ? ""
      : `, saves ${(money.saving * 100).toFixed(0)} % vs ${inTurn(money.tops)}`;
  const budget = money.budget === null ? "" : ` of ${dollars(money.budget)}`;
  const lines = [
    view.goal.split("\n")[0] ?? "",
    `${phaseText(view)}${view.why ? `: ${view.why}` : ""}`,
    `${view.done} of ${view.total} slices, ${duration(mtbi.workedMs)} of work, ${mtbi.interventions} ${mtbi.interventions === 1 ? "intervention" : "interventions"}, ${dollars(money.spent)}${budget}${saved}`,
    mtbi.line,
    ...[calibrationText(view.calibration)].filter((line) => line !== null),
    ...planLines(view),
    ...view.warnings.map((warning) => `note: ${warning}`),
    "",
    ...view.slices.map(sliceLine),
  ];
  return plain(`${lines.join("\n")}\n`);
}

/** An order in which nothing moves until somebody acts is not said to be running. */
function phaseText({ phase, slices }: OrderView): string {
  const some = (...places: SliceView["at"][]) => slices.some(({ at }) => places.includes(at));
  const waits = some("approval", "stuck", "conflict") && !some("executing", "verifying", "landing");
  return phase === "running" && waits ? "waiting for you" : phase;
}

function sliceLine(slice: SliceView): string {
  const { at, id, title, class: k, chosen, spent, predicted, note, critical } = slice;
  const route = chosen ? tierName(chosen.tier) : "no tier";
  const cost = spent !== null ? dollars(spent) : predicted === null ? "" : `~${dollars(predicted)}`;
  const said = oneLine(at === "done" || note === "" ? note || at : `${at}: ${note}`);
  return `${critical ? CRITICAL : " "} ${MARK[at]} ${id} ${oneLine(title).slice(0, 40).padEnd(40)} ${k}  ${route.padEnd(34)} ${cost.padEnd(9)} ${timeOf(slice).padEnd(7)} ${said}`;
}

/** What a slice that was not attempted is expected to take. */
const timeOf = ({ at, attempts, predictedMs }: SliceView): string =>
  at !== "waiting" || attempts.length > 0 || predictedMs === null ? "" : `~${duration(predictedMs)}`;

export function sliceText(slice: SliceView): string {
  const lines = [
    `${slice.id} ${slice.title} (${slice.class}, ${slice.at}): ${slice.note}`,
    slice.chosen ? `route: ${tierName(slice.chosen.tier)} (${slice.chosen.why})` : "route: none",
    ...(slice.at === "done" || slice.at === "dropped" ? [] : [expected(slice)]),
    ...spentLine(slice),
    ...slice.attempts.map(
      ({ n, tier, outcome, cost, ms }) =>
        `attempt ${n}: ${tier}, ${duration(ms)}, ${dollars(cost)}, ${outcome}`,
    ),
    ...slice.checks.map(checkLine),
    ...notVerified(slice),
    ...slice.files.map(({ path, added, removed, change }) => `${change} ${path} +${added} −${removed}`),
    "",
    slice.body.trim(),
  ];
  return plain(`${lines.join("\n")}\n`);
}

/** "spent: $0.04; the same tokens on the top tier: $0.31". */
const spentLine = ({ attempts, spent, top }: SliceView): string[] =>
  attempts.length === 0
    ? []
    : [`spent: ${dollars(spent)}${top === null ? "" : `; the same tokens on the top tier: ${dollars(top)}`}`];

/** What its verdict says nothing of. */
function notVerified({ verdict, checks }: SliceView): string[] {
  const open = checks.filter(({ result }) => result === "unknown" || result === "pending");
  return verdict === null || open.length === 0
    ? []
    : [`not verified: ${open.map(({ name }) => oneLine(name)).join("; ")}`];
}

/** "expected: ~$0.11 ($0.04 – $0.20 in 4 of 5 cases), about 4 min, 45 min for a person, on the critical path". */
const expected = (slice: SliceView): string =>
  `expected: ${[
    slice.predicted === null
      ? "cost unknown"
      : `~${dollars(slice.predicted)}${rangeText(slice.predictedRange, dollars)}`,
    ...(slice.predictedMs === null
      ? []
      : [`about ${duration(slice.predictedMs)}${rangeText(slice.predictedMsRange, duration)}`]),
    `${slice.minutes} min for a person`,
    ...(slice.critical ? ["on the critical path"] : []),
  ].join(", ")}`;

const raiseAct = ({ id }: OrderView, { what, suggested }: OverView): string =>
  what === "order"
    ? `slicewise run ${id} --budget ${suggested} goes on from here`
    : `Set budget.day to ${suggested} in .slicewise/settings.json, or wait for tomorrow; slicewise run ${id} goes on from here`;

/** What a person has to do next, with the command to do it. */
export function nextActs(view: OrderView): string {
  const acts: string[] = [];
  const errors = view.findings.some(({ severity }) => severity === "error");
  if (view.replanning !== null) {
    if (view.phase === "planning") acts.push(`The planner is to amend the plan: slicewise run ${view.id}`);
  } else if (errors)
    acts.push(
      `Mend ${view.id}/tasks, then: slicewise ${view.phase === "gate" ? "approve" : "run"} ${view.id}`,
    );
  else if (view.can.approvePlan)
    acts.push(
      `The plan awaits approval: slicewise approve ${view.id}   (or edit .slicewise/orders/${view.id}/tasks first, or: slicewise ask ${view.id} "WORDS")`,
    );

  const waiting = view.slices.filter(({ at }) => at === "approval");
  if (waiting.length > 0)
    acts.push(
      `Awaiting approval: ${waiting.map(({ id }) => id).join(", ")}. slicewise approve ${view.id} ${waiting[0]?.id}, then slicewise run ${view.id}`,
    );
  const open = waiting.find(({ verdict }) => verdict === "unknown");
  // Where the money did not last, verifying once more would only find that again.
  if (open && !view.over)
    acts.push(
      `${open.id} was not shown to be done: slicewise verify ${view.id} ${open.id} verifies it once more, then slicewise run ${view.id}`,
    );
  for (const { id, at, note } of view.slices) {
    if (at === "approval" && view.over?.what === "slice" && id === view.over.slice)
      acts.push(
        `${id} has yet to be reviewed: set budget.slice to ${view.over.suggested} in .slicewise/settings.json or order.md, then: slicewise run ${view.id}`,
      );
    if (at === "stuck" && view.over?.what === "slice" && id === view.over.slice)
      acts.push(
        `${id} is stuck: ${note}\n  set budget.slice to ${view.over.suggested} in .slicewise/settings.json or order.md, then: slicewise retry ${view.id} ${id}, and slicewise run ${view.id}`,
      );
    else if (at === "stuck")
      acts.push(`${id} is stuck: ${note}\n  slicewise rerun ${view.id} ${id}, or retry, route or drop it`);
    if (at === "conflict") acts.push(`${id} ${note}\n  slicewise retry ${view.id} ${id}`);
  }
  if (view.phase === "failed" && !view.over) acts.push(`slicewise run ${view.id} tries again`);
  if (view.over && view.over.what !== "slice") acts.push(raiseAct(view, view.over));
  else if (view.phase === "paused" || view.phase === "stopped")
    acts.push(`slicewise run ${view.id} goes on from here`);
  return plain(acts.map((act) => `${act}\n`).join(""));
}
