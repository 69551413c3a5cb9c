/** All orders of a workspace in words: what they cost, and how long they worked without a person, week by week. */
import { duration, mtbiOf } from "../core/mtbiWords.ts";
import type { Overview } from "../overview.ts";
import { dollars } from "./planText.ts";

const BARS = "▁▂▃▄▅▆▇█";

/** A small picture of figures; what is unknown is a gap. */
function bars(figures: readonly number[]): string {
  const most = Math.max(...figures, 0);
  if (most === 0) return "";
  return figures
    .map((one) => (one === 0 ? " " : (BARS[Math.round((one / most) * (BARS.length - 1))] ?? "")))
    .join("");
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

export function overviewText(all: Overview): string {
  if (all.orders === 0 && all.unread.length === 0) return "No order here has run yet.\n";
  const unpriced = all.unpriced > 0 ? `, and ${plural(all.unpriced, "call")} of unknown cost` : "";
  const weeks = all.weeks.map(({ week, dollars: cost, unpriced: open, ...of }) => {
    const { workedMs, interventions, accepted, reverted } = of;
    const money = open > 0 && cost === 0 ? "cost unknown" : dollars(cost);
    const mtbi = mtbiOf(of);
    return `${week}  ${duration(workedMs).padStart(7)}  ${plural(interventions, "intervention").padEnd(17)} ${plural(accepted, "slice").padEnd(10)} ${plural(reverted, "reverted").replace("reverteds", "reverted").padEnd(12)} ${money.padStart(9)}  MTBI ${mtbi.text}${mtbi.interval ? ` (${mtbi.interval})` : ""}`;
  });
  return `${[
    `${plural(all.orders, "order")}, ${dollars(all.dollars)} spent${unpriced}, ${duration(all.workedMs)} of autonomous work`,
    `${plural(all.accepted, "slice")} landed, ${plural(all.interventions, "intervention")}`,
    mtbiOf(all).line,
    ...(all.weeks.length > 1
      ? [
          `work by week   ${bars(all.weeks.map(({ workedMs }) => workedMs))}`,
          `money by week  ${bars(all.weeks.map(({ dollars: cost }) => cost))}`,
        ]
      : []),
    "",
    ...weeks,
    ...all.unread.map(({ id, why }) => `not read: ${id}: ${why}`),
  ].join("\n")}\n`;
}
