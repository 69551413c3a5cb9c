/** What the sidebar draws: one flat snapshot with a rising `rev`, projected from the order's state. */
import type { Finding, Route, SliceClass, Tier, Verdict } from "../core/order.ts";

/**
 * Raised whenever a message changes its shape; a view of another version is told to reload. It stands here because the
 * webview takes values from this module only, and this module imports none: messages.ts would bring zod into its bundle.
 */
export const PROTOCOL = 1;

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
export type CheckView = {
  name: string;
  /** A `refusal` is a tool call that was turned down on the way: shown with the checks, and counted among none of them. */
  kind: "guard" | "command" | "script" | "reviewer" | "refusal";
  result: "pass" | "fail" | "unknown" | "pending";
  why: string;
  ms: number | null;
  /** Blob of the whole output, or null. */
  output: string | null;
};
export type FileView = {
  path: string;
  added: number;
  removed: number;
  change: "added" | "modified" | "deleted";
};
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
  predicted: number | null;
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
  unpriced: number;
  budget: number | null;
  /** What the same tokens would have cost on the top tier, and that tier's name. */
  top: number | null;
  topTier: string | null;
  /** 1 - spent / top, null when either is unknown or top is 0. */
  saving: number | null;
  /** Dollars; null when calls were made and none of them has a price. */
  planning: number | null;
  executing: number | null;
  verifying: number | null;
  failed: number | null;
};
export type MtbiView = {
  /** "48 min", "≥ 13.3 h" or "not enough data". */
  text: string;
  /** "12 min – 4.6 h", empty when there is none. */
  interval: string;
  interventions: number;
  workedMs: number;
  slicesPerIntervention: number | null;
  reverted: number;
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
  /** Dollars predicted for all slices; null when unknown. */
  predicted: number | null;
  /** Dollars predicted with the top tier for every slice; absent or null when unknown. */
  predictedTop?: number | null;
  money: MoneyView;
  mtbi: MtbiView;
  findings: Finding[];
  /** Lines under *Assumptions* of scope.md. */
  assumptions: string[];
  slices: SliceView[];
  asks: AskView[];
  warnings: string[];
  /** What may be done now; controls for the rest are hidden. A plan with errors is checked again by approving it. */
  can: {
    approvePlan: boolean;
    run: boolean;
    pause: boolean;
    stop: boolean;
    approveAll: boolean;
    report: boolean;
  };
};

export type OrderSummary = { id: string; goal: string; phase: Phase; done: number; total: number };
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
  ladder: { tier: Tier; name: string; efforts: string[] }[];
};
