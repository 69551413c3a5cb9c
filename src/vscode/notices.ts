/** What a change of the order is worth interrupting somebody for: gates, stops and the end. Pure; notify.ts shows them. */
import { inTurn } from "../core/cost.ts";
import type { Command } from "../core/event.ts";
import type { OrderView, SliceAt, SliceView } from "../protocol/view.ts";

export type NoticeAction = { title: string; command: string; args: unknown[] };
/**
 * `atOnce` is done without asking, beside the message. `news` is "unseen" when the sidebar says the same with the same
 * buttons: nobody who has it before them needs the message.
 */
export type Notice = {
  news: "always" | "unseen";
  level: "info" | "warning" | "error";
  text: string;
  actions: NoticeAction[];
  atOnce?: Omit<NoticeAction, "title">;
};

const action = (title: string, command: string, ...args: unknown[]): NoticeAction => ({
  title,
  command: `slicewise.${command}`,
  args,
});

const SHOW = action("Show", "sidebar.focus");
const OPEN_PLAN = action("Open Plan", "openPlan");

const dollars = (amount: number): string => `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 3 : 2)}`;
const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/**
 * `before` is the snapshot shown last, null when the order was just opened: gates that stand open are announced then too.
 * `asked` is what the user asked for last; what came of it is no news.
 */
export function noticesOf(before: OrderView | null, now: OrderView, asked: Command["do"] | null): Notice[] {
  const last = before?.id === now.id ? before : null;
  return [
    planGate(last, now),
    drifted(last, now),
    notAmended(last, now),
    ...asks(last, now),
    diffGate(last, now),
    ...blocked(last, now),
    phase(last, now, asked),
  ].filter((notice) => notice !== null);
}

function planGate(before: OrderView | null, now: OrderView): Notice | null {
  const errors = (order: OrderView | null): number =>
    order?.phase === "gate" ? order.findings.filter(({ severity }) => severity === "error").length : 0;
  const ready = (order: OrderView | null): boolean => order?.can.approvePlan === true && errors(order) === 0;
  if (ready(now) && !ready(before)) {
    if (now.amendment && now.amendments > (before?.amendments ?? 0)) return amended(now.amendment.why);
    const cost = now.predicted === null ? "" : `, about ${dollars(now.predicted)}`;
    const text = `The plan is ready: ${count(now.total, "slice")}${cost}. Read it, then approve it.`;
    return { news: "unseen", level: "info", text, actions: [action("Approve", "approvePlan"), OPEN_PLAN] };
  }
  if (errors(now) === 0 || errors(before) > 0) return null;
  const text = `The plan cannot run yet: ${count(errors(now), "error")} found in it. Mend the files, then approve it.`;
  return { news: "unseen", level: "warning", text, actions: [OPEN_PLAN, SHOW] };
}

const amended = (why: string): Notice => ({
  news: "unseen",
  level: "info",
  text: `The plan was amended: ${why} Approve it to go on.`,
  actions: [action("Show Changes", "showPlanChanges"), action("Approve", "approvePlan")],
});

/** The ground under the plan moved; that it was made for other files is for its owner to weigh. */
function drifted(before: OrderView | null, now: OrderView): Notice | null {
  const known = before?.drift?.paths.length ?? 0;
  if (!now.drift || now.drift.paths.length <= known) return null;
  return { news: "unseen", level: "warning", text: now.drift.words, actions: [SHOW, OPEN_PLAN] };
}

function notAmended(before: OrderView | null, now: OrderView): Notice | null {
  if (!before || now.replanFault === null || before.replanFault === now.replanFault) return null;
  const text = `The plan could not be amended: ${now.replanFault}`;
  return { news: "unseen", level: "warning", text, actions: [action("Ask Again…", "askChanges"), SHOW] };
}

function asks(before: OrderView | null, now: OrderView): Notice[] {
  const known = new Set(before?.asks.map(({ id }) => id));
  return now.asks
    .filter(({ id }) => !known.has(id))
    .map(({ id, slice, command }) => ({
      news: "unseen",
      level: "warning",
      text: `Slice ${slice} asks to run: ${command}`,
      actions: [
        action("Allow Once", "answer", id, "once"),
        action("Allow for This Order", "answer", id, "order"),
        action("Refuse", "answer", id, "no"),
      ],
    }));
}

/** Slices that have come to `at` since. */
function arrived(before: OrderView | null, now: OrderView, at: SliceAt): SliceView[] {
  const were = new Set(before?.slices.filter((slice) => slice.at === at).map(({ id }) => id));
  return now.slices.filter((slice) => slice.at === at && !were.has(slice.id));
}

function diffGate(before: OrderView | null, now: OrderView): Notice | null {
  const come = arrived(before, now, "approval");
  const [first] = come;
  // One message when somebody is needed, and one when everything waits for them; not one a slice.
  const moves = now.slices.some(({ at }) => at === "executing" || at === "verifying" || at === "landing");
  const known = before?.slices.some(({ at }) => at === "approval") ?? false;
  if (!first || (known && moves)) return null;
  const waiting = now.slices.filter(({ at }) => at === "approval").length;
  if (waiting > 1) {
    const all = now.can.approveAll ? [action("Approve All Passed", "approveAll")] : [];
    const text = `${waiting} slices await approval.`;
    return { news: "unseen", level: "info", text, actions: [SHOW, ...all] };
  }
  return {
    news: "unseen",
    level: first.verdict === "pass" ? "info" : "warning",
    text: `Slice ${first.id} “${first.title}” awaits approval: ${first.note}.`,
    actions: [
      action("Review", "review", first.id),
      action("Approve", "approve", first.id),
      action("Reject…", "reject", first.id),
    ],
  };
}

function blocked(before: OrderView | null, now: OrderView): Notice[] {
  const conflicts = arrived(before, now, "conflict").map((slice): Notice => ({
    news: "unseen",
    level: "warning",
    text: `Slice ${slice.id} ${slice.note}`,
    actions: [action("Open Merge", "openConflict", slice.id), action("Retry", "retry", slice.id)],
    ...(before ? { atOnce: { command: "slicewise.openConflict", args: [slice.id] } } : {}),
  }));
  const stuck = arrived(before, now, "stuck").map((slice): Notice => ({
    news: "unseen",
    level: "warning",
    text: `Slice ${slice.id} is stuck: ${slice.note}`,
    actions: [SHOW, action("Rerun on…", "rerunOn", slice.id)],
  }));
  return [...conflicts, ...stuck];
}

function phase(before: OrderView | null, now: OrderView, asked: Command["do"] | null): Notice | null {
  if (!before || before.phase === now.phase) return null;
  switch (now.phase) {
    case "failed":
      return {
        news: "always",
        level: "error",
        text: now.why,
        actions: [action("Try Again", "run"), action("Set API Key…", "setKey")],
      };
    case "stopped":
      return asked === "stop"
        ? null
        : {
            news: "always",
            level: "warning",
            text: `The order has stopped: ${now.why}`,
            actions: [action("Run", "run"), SHOW],
          };
    case "ended":
      return {
        news: "always",
        level: "info",
        text: ending(now),
        actions: [action("Show Report", "showReport")],
      };
    default:
      return null;
  }
}

function ending({ done, total, money }: OrderView): string {
  const spent = money.spent === null ? "at unknown cost" : `for ${dollars(money.spent)}`;
  const saved =
    money.saving === null || money.saving <= 0
      ? ""
      : `, ${Math.round(money.saving * 100)} % less than on ${inTurn(money.tops)}`;
  return `The order has ended: ${done} of ${count(total, "slice")} landed ${spent}${saved}.`;
}
