/** report.md: what was asked, what landed, on what evidence, at what cost. Written when the order ends. */
import { inTurn, partsOf, reportedWords, saving, savingWords, spentOrUnknown } from "../core/cost.ts";
import { foretoldTrue } from "../core/forecast.ts";
import type { Calibration } from "../core/router/predict.ts";
import { duration, mtbiOfOrder } from "../core/mtbiWords.ts";
import { tierName } from "../core/order.ts";
import { leftOpen } from "../core/verdict.ts";
import type { Money, SliceState, WorkOrder } from "../core/state.ts";
import { editedAfter } from "./edits.ts";
import type { Performer } from "./performer.ts";

export const report: Performer<"report"> = async (_step, { world, order }) => {
  const now = order();
  const edited = await editedAfter(world.tree(world.workspaceRoot), world.repo, now);
  // A fact first; the report is made again, and says it.
  if (edited) return [edited];
  const text = reportText(now);
  await world.files.writeReport(text);
  return [
    {
      type: "ended",
      result: now.discarded === null ? "done" : "discarded",
      report: await world.blobs.putText(text),
    },
  ];
};

export const dollars = (amount: number | null): string =>
  amount === null ? "unknown" : `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)}`;

/** On one line, and only text: neither markup, nor pictures that a preview would fetch, nor what turns writing around. */
const cell = (text: string): string =>
  text

    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("![", "!\\[");

export function reportText(order: WorkOrder): string {
  const rows = order.slices.map(row).join("\n");
  return `# ${cell(order.goal)}

${order.discarded === null ? outcome(order) : `Discarded: ${cell(order.discarded)}`}

| slice | title | class | state | attempts | tier | cost | evidence |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows}

## What the evidence does not show
${doubtLines(order).join("\n")}

## Cost
${costLines(order).join("\n")}

## Predictions
${predictionLines(order).join("\n")}

## Autonomy
${autonomyLine(order)}
`;
}

const outcome = ({ slices, tip }: WorkOrder): string => {
  const done = slices.filter(({ progress }) => progress.at === "done").length;
  return `${done} of ${slices.length} slices landed${tip ? `; the last commit is ${tip}` : ""}.`;
};

function row({ slice, progress, attempts, money }: SliceState): string {
  const last = attempts.at(-1);
  const evidence = (last?.verdicts.at(-1)?.evidence ?? [])
    .filter(({ kind }) => kind !== "guard")
    .map(({ name, result, before }) => `${name}: ${before ? `${before} → ` : ""}${result}`);
  const cells = [
    slice.id,
    slice.title,
    slice.class,
    progress.at,
    String(attempts.length),
    last ? tierName(last.tier) : "",
    dollars(spentOrUnknown(money)),
    evidence.join("; "),
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** Of slices that landed: what was not verified, what ran unconfined, and whose tests could not be parsed. */
function doubtLines({ slices }: WorkOrder): string[] {
  const lines = slices.flatMap(({ slice, progress, attempts }) => {
    const attempt = attempts.at(-1);
    const verdict = attempt?.verdicts.at(-1);
    if (progress.at !== "done" || !attempt || !verdict) return [];
    const { evidence } = verdict;
    const open = leftOpen(slice, verdict);
    const by = attempt.approvedBy === "user" ? ", a person approved it so" : "";
    const free = evidence.filter(({ sandboxed }) => sandboxed === false).map(({ name }) => name);
    const unparsed = evidence.flatMap(({ patterns = [] }) => patterns.map(({ path }) => path));
    return [
      open.length > 0 ? `- ${slice.id}: not verified${by}: ${cell(open.join("; "))}` : "",
      free.length > 0
        ? `- ${slice.id}: ran not confined, there was no sandbox: ${cell(free.join("; "))}`
        : "",
      unparsed.length > 0
        ? `- ${slice.id}: tests counted by patterns, which is weaker evidence: ${cell(unparsed.join(", "))}`
        : "",
    ];
  });
  const said = lines.filter((one) => one !== "");
  if (said.length > 0) return said;
  const isLanded = slices.some(({ progress }) => progress.at === "done");
  return [
    isLanded ? "- Nothing was left open: each check of what landed was verified." : "- Nothing landed.",
  ];
}

const line = (name: string, money: Money): string =>
  `- ${name}: ${dollars(spentOrUnknown(money))} in ${money.calls} calls`;

function costLines(order: WorkOrder): string[] {
  const saved = saving(order.money);
  const parts = partsOf(order);
  const models = (["planner", "executor", "reviewer"] as const).flatMap((role) =>
    Object.entries(order.models[role])
      .toSorted(([, a], [, b]) => b.spent - a.spent)
      .map(([name, money]) => line(`${role}, ${cell(name)}`, money)),
  );
  const reported = reportedWords(order.money);
  return [
    line("planning", parts.planning),
    line("executing", parts.executing),
    line("verifying", parts.verifying),
    line("failed attempts", parts.failed),
    line("all", order.money),
    ...models,
    reported === "" ? "" : `- ${reported}`,
    order.money.unpriced > 0
      ? `- ${order.money.unpriced} calls have no known price and are not in these sums`
      : "",
    saved === null
      ? "- against one model: unknown"
      : `- the same tokens on ${inTurn(order.tops)}: ${dollars(order.money.top)}; saved ${(saved * 100).toFixed(0)} %`,
    saved === null ? "" : `- ${savingWords(order.money, order.tops)}`,
  ].filter((one) => one !== "");
}

/** What was predicted when each slice was first routed, against what it took. */
function predictionLines(order: WorkOrder): string[] {
  const { cost, seconds } = foretoldTrue(order);
  const line = (what: string, of: Calibration | null): string =>
    of === null
      ? `- ${what}: nothing to compare`
      : `- ${what}: ${of.ratio.toFixed(2)} times what was predicted; ${Math.round(of.inside * of.n)} of ${of.n} slices within their interval (4 of 5 are wanted)`;
  return [line("cost", cost), line("time of models and checks", seconds)];
}

function autonomyLine({ clock }: WorkOrder): string {
  const { workedMs, interventions: n, line } = mtbiOfOrder(clock);
  return `${duration(workedMs)} of autonomous work, ${n} ${n === 1 ? "intervention" : "interventions"}. ${line}`;
}
