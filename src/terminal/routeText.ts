/** A routing decision in a terminal: what there was to choose, what each would take, why this one; and decisions made again. */
import { choose } from "../core/choose.ts";
import { tierName } from "../core/order.ts";
import type { Replayed } from "../core/replay.ts";
import { type RouteDecision, logged } from "../core/router/logged.ts";
import type { SliceState, WorkOrder } from "../core/state.ts";
import { duration } from "../protocol/project.ts";
import { dollars, oneLine, rangeText } from "./planText.ts";

/** `made`: "logged" is what was decided for the attempt under way or the last one, "now" what would be decided. */
export type Explained = {
  slice: string;
  class: string;
  made: "logged" | "now";
  tier: string | null;
  why: string;
  decision: RouteDecision | null;
};

export function explained(order: WorkOrder, state: SliceState): Explained {
  const { slice, route, decision, progress } = state;
  const of = { slice: slice.id, class: slice.class };
  if (route) return { ...of, made: "logged", tier: tierName(route.tier), why: route.why, decision };
  const choice = progress.at === "waiting" || progress.at === "stuck" ? choose(order, state) : null;
  if (!choice) {
    const isEmpty = (order.config?.tiers ?? []).length === 0;
    const why = isEmpty
      ? "the ladder is empty: set an API key, or name tiers in slicewise.tiers"
      : "no tier is left to choose: rerun it, or name a route";
    return { ...of, made: "now", tier: null, why, decision: null };
  }
  const { tier, why } = choice;
  return {
    ...of,
    made: "now",
    tier: tierName(tier),
    why,
    decision: choice.decision && logged(choice.decision),
  };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const cost = (amount: number | null): string => (amount === null ? "unknown" : dollars(amount));
const time = (seconds: number | null): string => (seconds === null ? "unknown" : duration(1000 * seconds));

const ROW = [["", "tier", "right", "an attempt", "until done", "", "lands wrong"]] as const;

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

export function explanationText({ slice, class: kind, made, tier, why, decision }: Explained): string {
  const lines = [
    `${slice} (${kind}): ${tier ?? "no tier"}${made === "now" ? ", as it would be decided now" : ""}`,
    oneLine(why),
  ];
  if (!decision) return `${lines.join("\n")}\n`;
  const rows = decision.alternatives.map((one) => [
    one.tier === tier ? "→" : "",
    one.tier,
    percent(one.right),
    cost(one.attempt),
    cost(one.cost),
    time(one.seconds),
    percent(one.wrong),
  ]);
  const { cost: dollarsLeft, seconds } = decision;
  return `${[
    ...lines,
    "",
    ...table([...ROW, ...rows]),
    "",
    ...(decision.then.length > 0 ? [`on failure: ${decision.then.join(", then ")}`] : []),
    `predicted: ${dollarsLeft ? `${dollars(dollarsLeft.expected)}${rangeText(dollarsLeft, dollars)}` : "cost unknown"}, ${
      seconds ? `${time(seconds.expected)}${rangeText(seconds, (one) => time(one))}` : "time unknown"
    }`,
    `policy: ${String(decision.question["policy"])}; router version ${decision.v}`,
  ].join("\n")}\n`;
}

export function replayText(replayed: readonly Replayed[]): string {
  const count = (result: Replayed["result"]): number =>
    replayed.filter((one) => one.result === result).length;
  const lines = replayed
    .filter(({ result }) => result !== "agrees")
    .map(({ seq, slice, attempt, tier, result, why }) =>
      oneLine(`${result}: event ${seq}, slice ${slice}, attempt ${attempt}, ${tier}: ${why}`),
    );
  const older = count("older");
  const n = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
  const all = n(replayed.length, "routing decision", "routing decisions");
  const sum = `${all}: ${n(count("agrees"), "agrees", "agree")}, ${n(count("differs"), "differs", "differ")}${older > 0 ? `, ${older} made by an older version` : ""}`;
  return `${[...lines, sum].join("\n")}\n`;
}
