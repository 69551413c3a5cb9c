/** A work order as the fold of its log. Plain data; changed only by apply.ts, read by next.ts, decide.ts and the view. */
import type {
  Evidence,
  Fault,
  Finding,
  Over,
  LandedFile,
  Patch,
  ReplanReason,
  Report,
  Route,
  Sha,
  Slice,
  Tier,
  TriedCheck,
  Verdict,
} from "./order.ts";
import { tierName } from "./order.ts";
import type { About, EventOf, FiledSlice, Role } from "./event.ts";
import type { OpenSpan } from "./openWork.ts";
import type { RouteDecision } from "./router/logged.ts";
import type { Prediction } from "./router/predict.ts";
import type { Config } from "./settings.ts";
import type { Recalled, Tested } from "./tested.ts";

export type Progress =
  | { at: "waiting" }
  | { at: "executing"; attempt: number; round: number }
  | { at: "verifying"; attempt: number; round: number; patch: Patch }
  | { at: "approval"; attempt: number; patch: Patch; verdict: Verdict }
  | { at: "landing"; attempt: number; patch: Patch; verdict: Verdict }
  | { at: "done"; attempt: number; patch: Patch; commit: string }
  | { at: "conflict"; attempt: number; patch: Patch; paths: string[] }
  /** `landing` is what was approved and could not be landed: a retry lands it, and pays for no new attempt. */
  | { at: "stuck"; why: Fault | Verdict; landing?: Extract<Progress, { at: "landing" }> }
  | { at: "dropped"; why: string };

/**
 * Dollars. `unpriced` counts calls whose price is unknown, `reported` those whose cost their endpoint said itself; `top` is the
 * same tokens on the top tier, null once unknown.
 */
export type Money = { spent: number; calls: number; unpriced: number; reported: number; top: number | null };

/** What the executor's own calls took: known dollars, calls without a price, milliseconds. */
export type Took = { dollars: number; unpriced: number; ms: number };

/**
 * One attempt. `open` from `attempted` until its round is produced, faulted or cut off. It is a *try* when it ended in
 * a way that says something of its tier; only tries climb.
 */
export type Attempt = {
  n: number;
  tier: Tier;
  round: number;
  open: boolean;
  startedAt: string;
  endedAt: string | null;
  briefing: Sha;
  /** The snapshot it works from. */
  base: string;
  transcript: Sha | null;
  report: Report | null;
  patch: Patch | null;
  verdicts: Verdict[];
  fault: Fault | null;
  rejected: string | null;
  /** Who said it may land. */
  approvedBy: "user" | "policy" | null;
  /** It landed and was taken back out. */
  reverted: boolean;
  money: Money;
  took: Took;
  /** Of its money what verifying took. */
  verifying: Money;
  /** Milliseconds that all its verdicts took. */
  verifyingMs: number;
  /** It ran out of money, and this is how far it had come: the task file it worked on, its patch and its conversation. */
  kept: { hash: Sha; transcript: Sha; patch: Patch } | null;
  /** What its last verdict, for which the money did not last, had found of the task file as it was: that is not paid again. */
  found?: { hash: Sha; evidence: Evidence[] };
  /** What a person said of what it made; absent when nobody did. */
  notes?: Note[];
};

export type Note = { about: About | null; text: string };

/** Budgets a person raised, and what the settings said then. */
export type Raises = Partial<Record<Over["what"], { from: number | null; to: number }>>;

/** Dollars spent until `at`, the end of a stretch of time. */
export type Spending = { at: string; dollars: number };

export type Refused = EventOf<"refused">;

export type SliceState = {
  slice: Slice;
  hash: Sha;
  progress: Progress;
  attempts: Attempt[];
  /** The decision for the next attempt, once made. */
  route: Route | null;
  /** A tier the user asked for by a rerun; used for one attempt. */
  wish: Tier | null;
  /** Attempts before this index no longer count as tries: the user gave the slice a new start. */
  since: number;
  refused: Refused[];
  money: Money;
  /** How often the planner was asked to amend because of this slice. */
  replans: number;
  /** The last decision of the router, as it was logged. */
  decision: RouteDecision | null;
  /** What was predicted for the whole slice when its first attempt was routed; null where nothing was. */
  foretold: Foretold | null;
};

/** Dollars and seconds; null where a price or a time is not known. */
export type Foretold = { cost: Prediction | null; seconds: Prediction | null };

export type Ask = { id: string; slice: string; attempt: number; command: string };

/** The raw material of MTBI: see mtbi.ts. */
export type Clockwork = {
  workedMs: number;
  /** What of it may yet turn out to have been waiting. */
  open: readonly OpenSpan[];
  /** `others` are slices that the same act was on: a stop stops all that runs. */
  acts: { at: string; slice: string | null; others?: string[]; what: string }[];
  accepted: number;
  reverted: number;
  /** When each slice landed. */
  landedAt: Readonly<Record<string, string>>;
  /** Work and landings by week, oldest first; `week` is its Monday, UTC. */
  weeks: readonly {
    week: string;
    workedMs: number;
    accepted: number;
    reverted: number;
    /** Known dollars, and the calls whose price is not known. */
    dollars: number;
    unpriced: number;
  }[];
};

/** One amendment by the planner, kept to be shown: `before` is null for an added slice, `after` for a dropped one. */
export type Amended = {
  seq: number;
  why: string;
  changes: { slice: string; why: string; before: Slice | null; after: Slice | null }[];
};

export type WorkOrder = {
  id: string;
  goal: string;
  openedAt: string;
  /** Of the last event applied. */
  seq: number;
  at: string;
  config: Config | null;
  /** What the workspace's other orders had shown of models when this one was opened last. */
  recalled: Recalled | null;
  /** What this order's slices have shown, in the order of events. */
  tested: readonly Tested[];
  /** Models ("provider/model") that their vendor does not know, until somebody acts. */
  gone: readonly string[];
  planned: { by: "planner" | "file"; stamp: EventOf<"planned">["stamp"] } | null;
  /** Verification functions by path, with the hash they are frozen at. */
  functions: Readonly<Record<string, Sha>>;
  planFault: Fault | null;
  findings: Finding[] | null;
  /** What the checks' commands did on the snapshot `base`. */
  tried: { base: string; checks: TriedCheck[] } | null;
  approved: boolean;
  /** Why the planner is to amend what is left; null when it is not. */
  replan: ReplanReason | null;
  /** Why the last replan came to nothing. */
  replanFault: Fault | null;
  /** Amendments by the planner, oldest first. */
  amendments: Amended[];
  /** Paths the evidence has ruled out since the plan was made, with the reason. */
  rejectedPaths: string[];
  /** Files that changed since the plan was stamped, until the plan was approved again or amended. */
  moved: string[];
  /** `over` when a budget did it. */
  halted: { by: "pause" | "stop"; why: string; over?: Over } | null;
  discarded: string | null;
  ended: EventOf<"ended"> | null;
  slices: readonly SliceState[];
  /** Position of each slice id in `slices`. */
  index: ReadonlyMap<string, number>;
  asks: Ask[];
  answers: ReadonlyMap<string, "once" | "order" | "no">;
  /** Commands allowed for the whole order by an answer. */
  allowed: string[];
  warnings: string[];
  roles: Record<Role, Money>;
  /** By role and by the name of the tier that was called. */
  models: Readonly<Record<Role, Readonly<Record<string, Money>>>>;
  money: Money;
  /** The top tiers that `money.top` was reckoned on, in their order: a ladder that changes leaves what was spent before it. */
  tops: readonly string[];
  /** Money over time, oldest first; a bounded number of stretches. */
  spending: readonly Spending[];
  raises: Raises;
  tip: string | null;
  /** What stands on the order's branch and not in the workspace: put over every snapshot. */
  overlay: LandedFile[];
  push: { behind: boolean; fails: number; why: string | null };
  clock: Clockwork;
};

export const NO_MONEY: Money = { spent: 0, calls: 0, unpriced: 0, reported: 0, top: 0 };

export const emptyOrder = (id: string): WorkOrder => ({
  id,
  goal: "",
  openedAt: "",
  seq: 0,
  at: "",
  config: null,
  recalled: null,
  tested: [],
  gone: [],
  planned: null,
  functions: {},
  planFault: null,
  findings: null,
  tried: null,
  approved: false,
  replan: null,
  replanFault: null,
  amendments: [],
  rejectedPaths: [],
  moved: [],
  halted: null,
  discarded: null,
  ended: null,
  slices: [],
  index: new Map(),
  asks: [],
  answers: new Map(),
  allowed: [],
  warnings: [],
  roles: { planner: NO_MONEY, executor: NO_MONEY, reviewer: NO_MONEY },
  models: { planner: {}, executor: {}, reviewer: {} },
  money: NO_MONEY,
  tops: [],
  spending: [],
  raises: {},
  tip: null,
  overlay: [],
  push: { behind: false, fails: 0, why: null },
  clock: { workedMs: 0, open: [], acts: [], accepted: 0, reverted: 0, landedAt: {}, weeks: [] },
});

export const newSlice = ({ slice, hash }: FiledSlice): SliceState => ({
  slice,
  hash,
  progress: { at: "waiting" },
  attempts: [],
  route: null,
  wish: null,
  since: 0,
  refused: [],
  money: NO_MONEY,
  replans: 0,
  decision: null,
  foretold: null,
});

export function sliceOf(order: WorkOrder, id: string): SliceState | undefined {
  const at = order.index.get(id);
  return at === undefined ? undefined : order.slices[at];
}

export const lastAttempt = (state: SliceState): Attempt | undefined => state.attempts.at(-1);

/** Work is under way that a stop would cut off. */
export const isActive = (state: SliceState): boolean =>
  state.progress.at === "executing" || state.progress.at === "verifying" || state.progress.at === "landing";

/** Its files may be about to change: nobody else may write them. */
export const holdsWrites = (state: SliceState): boolean =>
  isActive(state) || state.progress.at === "approval" || state.progress.at === "conflict";

export const isSettled = (state: SliceState): boolean =>
  state.progress.at === "done" || state.progress.at === "dropped";

export const landed = (order: WorkOrder, id: string): boolean => sliceOf(order, id)?.progress.at === "done";

/** Findings that nothing new may be started with. */
export const blocking = ({ findings }: WorkOrder): boolean =>
  (findings ?? []).some(({ severity }) => severity === "error");

/** The plan was checked, and now it waits to be approved or mended. */
const atGate = (order: WorkOrder): boolean =>
  order.findings !== null &&
  order.replan === null &&
  order.ended === null &&
  (!order.approved || blocking(order));

/** Somebody has to act before the order can be whole. */
export const awaitsPerson = (order: WorkOrder): boolean =>
  order.asks.length > 0 ||
  atGate(order) ||
  order.planFault !== null ||
  order.slices.some(({ progress: { at } }) => at === "approval" || at === "conflict" || at === "stuck");

export type Phase = "planning" | "gate" | "running" | "paused" | "stopped" | "ended" | "failed";

export function phaseOf(order: WorkOrder): Phase {
  if (order.ended) return "ended";
  if (order.planFault) return "failed";
  if (order.halted) return order.halted.by === "pause" ? "paused" : "stopped";
  if (!order.planned || order.replan) return "planning";
  return order.approved ? "running" : "gate";
}

/** What is left to do, as data. `record` is a fact that follows from the state by policy and needs no work. */
export type Step =
  | { do: "record"; event: import("./event.ts").Event }
  | { do: "plan" }
  | { do: "criticise" }
  | { do: "replan"; reason: ReplanReason; n: number }
  | { do: "execute"; slice: string; attempt: number; round: number; tier: Tier }
  | { do: "verify"; slice: string; attempt: number; round: number; patch: Patch }
  | { do: "land"; slice: string; attempt: number; patch: Patch }
  | { do: "push"; commit: string; remote: string; again: number }
  | { do: "report" };

/** Names a step; two steps of one name are the same work. */
export function stepName(step: Step): string {
  switch (step.do) {
    case "execute":
      return `execute ${step.slice} ${step.attempt}.${step.round} on ${tierName(step.tier)}`;
    case "verify":
      return `verify ${step.slice} ${step.attempt}.${step.round}`;
    case "land":
      return `land ${step.slice} ${step.attempt}`;
    case "replan":
      return `replan ${step.n}`;
    case "push":
      return `push ${step.commit} ${step.again}`;
    case "record":
      return `record ${step.event.type}`;
    default:
      return step.do;
  }
}
