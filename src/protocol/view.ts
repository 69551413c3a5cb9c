/** What the sidebar draws: one flat snapshot with a rising `rev`, projected from the order's state. */
import type { Role } from "../core/event.ts";
import type { Finding, Fix, Place, Route, SliceClass, Tier, Verdict } from "../core/order.ts";

/**
 * Raised whenever a message changes its shape; a view of another version is told to reload. It stands here because the
 * webview takes values from this module only, and this module imports none: messages.ts would bring zod into its bundle.
 */
export const PROTOCOL = 6;

export type SliceAt =
  "waiting" | "executing" | "verifying" | "approval" | "landing" | "done" | "conflict" | "stuck" | "dropped";

export type AttemptView = {
  n: number;
  tier: string;
  ms: number;
  cost: number | null;
  outcome: string;
  result: "pass" | "fail" | "unknown" | "running" | "fault" | "rejected";
  firstFailure: string | null;
};
/** What a check's command did on the base tree, before anybody was paid. */
export type BaseView = {
  result: "pass" | "fail" | "unknown";
  /** False when it did not do what the task file says it must (`before`). */
  fits: boolean;
  /** "fails on the base tree, as it must", "unknown on the base tree: npm was not found". */
  words: string;
  ms: number;
  /** Blob of the whole output, or null. */
  output: string | null;
};
export type CheckView = {
  name: string;
  /** A `refusal` is a tool call that was turned down on the way: shown with the checks, and counted among none of them. */
  kind: "guard" | "command" | "script" | "reviewer" | "adversary" | "refusal";
  result: "pass" | "fail" | "unknown" | "pending";
  why: string;
  /** Who judged, of which family, for how much, and what is to be known of its independence; absent where no model did. */
  by?: string;
  ms: number | null;
  /** Blob of the whole output, or null. */
  output: string | null;
  /** Until the slice is first attempted; null where nothing was tried. */
  base: BaseView | null;
  /** What else is to be known of it, each in a few words: "5 tests ran, 3 before", "flaky", "not confined". */
  facts?: string[];
  /** The first failing line. */
  place?: Place;
};
export type FileView = {
  path: string;
  added: number;
  removed: number;
  change: "added" | "modified" | "deleted";
};
/** The interval that should hold four of five outcomes. */
export type Range = { low: number; high: number };
/** One tier the router reckoned with. Dollars, shares and milliseconds; null is unknown. */
export type AlternativeView = {
  tier: string;
  /** The share of such slices it is held to get right. */
  right: number;
  /** One attempt with its check, and everything until the slice is done, climbing on failure included. */
  attempt: number | null;
  cost: number | null;
  ms: number | null;
  chosen: boolean;
};
/** What a route is expected to cost by class, C1 to C4: until the slice is done, or for one attempt. Dollars. */
export type ChoiceView = { tier: string; cost: (number | null)[]; until: "done" | "tried" };
/** Predicted against spent, over what landed: `ratio` is spent / predicted, `inside` the share within its interval. */
export type CalibrationView = { n: number; ratio: number; inside: number };

export type SliceView = {
  id: string;
  title: string;
  class: SliceClass;
  at: SliceAt;
  /** One line of what is going on: "waits for 01, 02", "running npm test", "2 of 3 checks pass", why it is stuck. */
  note: string;
  body: string;
  /** What the task file says: "auto" or a route. */
  route: string;
  /** The tier of the current or next attempt; null before the first decision. */
  chosen: Route | null;
  /** Dollars. `spent` is null when a price is unknown. */
  spent: number | null;
  /** What the same tokens would have cost on the order's top tier; null when unknown, or nothing was spent. */
  top: number | null;
  /** Until it is done, what was spent on it included. */
  predicted: number | null;
  predictedRange: Range | null;
  /** What the router chose among, the best first; at most four. Empty where it knows nothing of the route. */
  alternatives: AlternativeView[];
  /** What the planner reckons a person would need. */
  minutes: number;
  /** What it is expected to take until it is done, checks included, in milliseconds; rough. Null without a tier. */
  predictedMs: number | null;
  predictedMsRange: Range | null;
  /** When it could start at the earliest, in milliseconds from now; null when it has settled or that is unknown. */
  startMs: number | null;
  /** What delays it delays the end of the order. */
  critical: boolean;
  /** Class and route can be edited. */
  open: boolean;
  needs: string[];
  feeds: string[];
  attempts: AttemptView[];
  checks: CheckView[];
  files: FileView[];
  report: string | null;
  verdict: Verdict["result"] | null;
  strong: boolean;
  commit: string | null;
  /** The tier a rerun on a higher tier would take; null when there is none. */
  higher: string | null;
};

export type AskView = { id: string; slice: string; command: string };
export type MoneyView = {
  /** Dollars; null when no price is known at all. `unpriced` counts the calls without a price. */
  spent: number | null;
  calls: number;
  unpriced: number;
  /** Of the order, of each slice, and of the day. */
  budget: number | null;
  sliceBudget: number | null;
  dayBudget: number | null;
  /** What the same tokens would have cost on the top tier, and that tier's name. */
  top: number | null;
  /** The top tier of the ladder of now; null without one. */
  topTier: string | null;
  /** Names of the top tiers that `top` and `saving` were reckoned on, in their order; empty before a call. */
  tops: string[];
  /** 1 - spent / top, null when either is unknown or top is 0. */
  saving: number | null;
  /** How it was computed, in one sentence; empty while there is nothing to compare. */
  how: string;
  /** Dollars; null when calls were made and none of them has a price. */
  planning: number | null;
  executing: number | null;
  verifying: number | null;
  failed: number | null;
  /** Who took it: each role's models with their effort, dearest first, failed attempts included. Roles without a call are left out. */
  roles: { role: Role; models: { name: string; spent: number | null; calls: number }[] }[];
  /** That some costs are their provider's own word, in one sentence; empty where none is. */
  reported: string;
  /** What was spent by then, oldest first; a bounded number of points. */
  line: { at: string; dollars: number }[];
};
/** A budget that a call could have exceeded, so that it was not made. Dollars. */
export type OverView = {
  what: "order" | "slice" | "day";
  /** The slice that is stopped by its own. */
  slice: string | null;
  budget: number;
  /** The least that lets the call be made; `suggested` is a round sum that should do for what is left. */
  needs: number;
  suggested: number;
  /** Ids of the slices left to do, and what they are expected to cost; null when that is unknown. */
  left: string[];
  leftCost: number | null;
};
export type MtbiView = {
  /** "48 min", "≥ 13.3 h" or "not enough data". */
  text: string;
  /** "12 min – 4.6 h", empty when there is none. */
  interval: string;
  /** All that is to be said of it: "MTBI 48 min (12 min – 4.6 h) · 7 slices per intervention · 0 reverted". */
  line: string;
  interventions: number;
  workedMs: number;
  slicesPerIntervention: number | null;
  reverted: number;
};
/** The expected time of what is left, in milliseconds; rough. Null when a slice's is unknown. */
export type TimeView = {
  /** All one after another. */
  sumMs: number | null;
  sumRange: Range | null;
  /** The longest chain of needs: no order is done sooner, however much runs side by side. */
  criticalMs: number | null;
  /** Dollars predicted for the slices of that chain. */
  criticalCost: number | null;
  /** Its slices, first to last. */
  critical: string[];
};
export type KeyChange = { key: string; before: string; after: string };
/** The planner's last amendment as a diff of the plan. `keys` is empty but for changed slices. */
export type AmendmentView = {
  why: string;
  changes: {
    slice: string;
    title: string;
    what: "added" | "changed" | "dropped";
    why: string;
    keys: KeyChange[];
  }[];
};
export type Phase = "planning" | "gate" | "running" | "paused" | "stopped" | "ended" | "failed";
export type OrderView = {
  id: string;
  goal: string;
  phase: Phase;
  /** Why it is in that phase, with the next step; "" when obvious. */
  why: string;
  done: number;
  total: number;
  /** Dollars predicted for all slices, what was spent on them included; null when unknown. */
  predicted: number | null;
  predictedRange: Range | null;
  /** How true predictions came; null before anything landed, or where no price is known. */
  calibration: { cost: CalibrationView | null; time: CalibrationView | null };
  /** What each route that can be chosen is expected to cost. */
  choices: ChoiceView[];
  /** Dollars predicted with the top tier for every slice; absent or null when unknown. */
  predictedTop?: number | null;
  money: MoneyView;
  over: OverView | null;
  time: TimeView;
  mtbi: MtbiView;
  /** Errors first: they keep the plan from running. */
  findings: Finding[];
  /** Lines under *Assumptions* of scope.md. */
  assumptions: string[];
  /** Why the planner is amending what is left, or will once the order goes on; null when it is not. */
  replanning: string | null;
  /** Why the last replan came to nothing. */
  replanFault: string | null;
  amendment: AmendmentView | null;
  /** How often the planner amended the plan. */
  amendments: number;
  /** Ruled out by evidence since the plan was made, with the reason. */
  rejectedPaths: string[];
  /** Files that changed since the plan was made; null when none did. */
  drift: { paths: string[]; words: string } | null;
  slices: SliceView[];
  asks: AskView[];
  warnings: string[];
  /** What may be done now; controls for the rest are hidden. A plan with errors is checked again by approving it. */
  can: {
    approvePlan: boolean;
    askChanges: boolean;
    discard: boolean;
    run: boolean;
    pause: boolean;
    stop: boolean;
    approveAll: boolean;
    report: boolean;
  };
};

export type OrderSummary = { id: string; goal: string; phase: Phase; done: number; total: number };
/** One week of a workspace: `week` is its Monday, UTC, "2026-11-23". */
export type WeekView = {
  week: string;
  workedMs: number;
  interventions: number;
  accepted: number;
  reverted: number;
  /** Null when no price of the week's calls is known. */
  dollars: number | null;
  /** The week's own figure in words, as MtbiView has it. */
  mtbi: string;
  /** Milliseconds of work per intervention from the beginning until the week's end; null while that is not enough data. */
  untilMs: number | null;
};
/** All orders of a workspace together; acts are merged within an order. */
export type WorkspaceView = {
  orders: number;
  /** Orders whose logs cannot be read, which are in none of the sums. */
  unread: string[];
  /** Dollars; null when no price is known at all. */
  spent: number | null;
  unpriced: number;
  mtbi: MtbiView;
  /** Without a gap, oldest first, up to the last in which something was done; at most WEEKS. */
  weeks: WeekView[];
};
export type View = {
  /** Rises with every snapshot of one host; a view drops what is older than what it shows. */
  rev: number;
  app: string;
  /** What the host is able to do; anything but "ready" draws an empty state with the one thing to do next. */
  host: "ready" | "no-folder" | "untrusted" | "virtual" | "no-models" | "error";
  hostWhy: string;
  demo: boolean;
  order: OrderView | null;
  orders: OrderSummary[];
  /** Null before an order of the workspace was opened. */
  workspace: WorkspaceView | null;
  ladder: { tier: Tier; name: string; efforts: string[] }[];
};

/** Checks that were tried on the base tree; `odd` are those that did not do what the plan says, or said nothing. */
export function triedOnBase(slices: readonly SliceView[]) {
  const tried = slices.flatMap(({ id, checks }) =>
    checks.flatMap(({ name, base }) => (base ? [{ id, name, base }] : [])),
  );
  return { tried, odd: tried.filter(({ base }) => !base.fits || base.result === "unknown") };
}

/** The words on a quick fix: "Let 03 need 02". */
export function fixTitle(fix: Fix): string {
  switch (fix.do) {
    case "addNeed":
      return `Let ${fix.slice} need ${fix.need}`;
    case "removeNeed":
      return `Take ${fix.need} out of the needs of ${fix.slice}`;
    case "setBefore":
      return `Set before: ${fix.before} in check ${fix.check + 1} of ${fix.slice}`;
    case "drop":
      return `Drop ${fix.slice}`;
    case "merge":
      return `Merge ${fix.from} into ${fix.into}`;
  }
}
