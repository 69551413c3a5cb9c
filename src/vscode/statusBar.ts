/** State, MTBI and cost of the order in the status bar; a click shows the sidebar. */
import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, l10n, window } from "vscode";
import type { OrderView, Phase, View } from "../protocol/view.ts";
import type { Session } from "./session.ts";

const ICON: Record<Phase, string> = {
  planning: "$(loading~spin)",
  gate: "$(bell-dot)",
  running: "$(sync~spin)",
  paused: "$(debug-pause)",
  stopped: "$(debug-stop)",
  ended: "$(pass)",
  failed: "$(error)",
};

const STATE: Record<Phase, string> = {
  planning: "planning",
  gate: "plan awaits approval",
  running: "running",
  paused: "paused",
  stopped: "stopped",
  ended: "ended",
  failed: "failed",
};

export function registerStatusBar(session: Pick<Session, "onView">): Disposable[] {
  const item = window.createStatusBarItem("slicewise.status", StatusBarAlignment.Left, 10);
  item.name = "Slicewise";
  item.command = "slicewise.sidebar.focus";
  const draw = ({ order, demo }: View): void => {
    if (!order) return item.hide();
    const waiting = order.slices.filter(({ at }) => at === "approval").length;
    const idle =
      order.phase === "running" &&
      order.slices.every(({ at }) => !["executing", "verifying", "landing"].includes(at));
    const icon = waiting > 0 && idle ? "$(bell-dot)" : ICON[order.phase];
    item.text = `${icon} ${textOf(order)}`;
    item.tooltip = tooltipOf(order, waiting, demo);
    item.accessibilityInformation = {
      label: `Slicewise: ${order.goal}, ${STATE[order.phase]}, ${plain(order)}`,
    };
    item.backgroundColor =
      order.phase === "failed" ? new ThemeColor("statusBarItem.errorBackground") : undefined;
    item.show();
  };
  return [item, session.onView(draw)];
}

const cost = ({ money }: OrderView): string => (money.spent === null ? "$ ?" : `$${money.spent.toFixed(2)}`);

function textOf(order: OrderView): string {
  const progress = order.total === 0 ? STATE[order.phase] : `${order.done}/${order.total}`;
  const begun = order.phase !== "planning" && order.phase !== "gate";
  const mtbi = order.mtbi.text === "not enough data" ? "–" : order.mtbi.text;
  return `${progress}  ${cost(order)}${begun ? `  MTBI ${mtbi}` : ""}`;
}

const plain = (order: OrderView): string =>
  `${order.done} of ${order.total} slices landed, ${cost(order)}, MTBI ${order.mtbi.text}`;

function tooltipOf(order: OrderView, waiting: number, demo: boolean): MarkdownString {
  const text = new MarkdownString();
  const lines = [
    order.goal,
    `${STATE[order.phase]} · ${plain(order)}`,
    ...(waiting > 0 ? [l10n.t("{0} awaiting approval", waiting)] : []),
    ...(demo ? [l10n.t("recorded demo model")] : []),
  ];
  // Never parsed as Markdown: a goal is a user's text, a plan's words are a model's.
  lines.forEach((line, i) => text.appendText(i === 0 ? line : `\n${line}`));
  return text;
}
