/** apply(order, entry): folds one fact into the state. Total: an event that no longer fits changes nothing but the clock. */
import type { Entry, EventOf, EventType } from "./event.ts";
import { AFTER_FAULT, type Tier, tierName } from "./order.ts";
import { amend, placed } from "./amend.ts";
import { close, cutOff, editLast, restart, verifiedAgain, withVerdict } from "./attempts.ts";
import { haltedBy, raised, standing, stopsOrder } from "./budget.ts";
import { addCall, called, paid } from "./cost.ts";
import { driftText, restamped } from "./drift.ts";
import { goneUnder, goneWhenRetried, thereAgain, withGone } from "./gone.ts";
import { actsOf, worked } from "./mtbi.ts";
import {
  type Attempt,
  type Progress,
  type SliceState,
  type WorkOrder,
  emptyOrder,
  isSettled,
  lastAttempt,
  newSlice,
  NO_MONEY,
  sliceOf,
} from "./state.ts";
import { withTested } from "./tested.ts";

type Effect<T extends EventType> = (order: WorkOrder, event: EventOf<T>, at: string) => WorkOrder;
/** A new event type is a compile error until it is here. */
type Effects = { [T in EventType]: Effect<T> };

/** The longest stuck text we repeat in memory; the log keeps them all. */
const WARNINGS_KEPT = 50;

const BY_USER = "Stopped by the user.";

/** How often failing evidence goes back to the same attempt. */
export const ROUNDS = 2;

function change(order: WorkOrder, id: string, edit: (state: SliceState) => SliceState): WorkOrder {
  const at = order.index.get(id);
  const state = at === undefined ? undefined : order.slices[at];
  if (at === undefined || !state) return order;
  const slices = order.slices.slice();
  slices[at] = edit(state);
  return { ...order, slices };
}

/** A slice the user or the planner may still turn: neither settled nor being written into the user's files. */
const changeOpen = (order: WorkOrder, id: string, edit: (state: SliceState) => SliceState): WorkOrder =>
  change(order, id, (state) => (isSettled(state) || state.progress.at === "landing" ? state : edit(state)));

const changeAt = (
  order: WorkOrder,
  id: string,
  places: readonly Progress["at"][],
  edit: (state: SliceState) => SliceState,
): WorkOrder => change(order, id, (state) => (places.includes(state.progress.at) ? edit(state) : state));

/** Announced for what was decided; a late announcement of an attempt that was cut off meanwhile is none. */
function isAnnounced({ progress, route, attempts }: SliceState, event: EventOf<"attempted">): boolean {
  if (progress.at === "executing")
    return event.round > 0 && progress.attempt === event.attempt && progress.round === event.round;
  if (progress.at !== "waiting" || event.round !== 0 || !route) return false;
  return event.attempt === attempts.length + 1 && tierName(route.tier) === tierName(event.tier);
}

function attempted(state: SliceState, event: EventOf<"attempted">, at: string): SliceState {
  if (!isAnnounced(state, event)) return state;
  const progress = { at: "executing" as const, attempt: event.attempt, round: event.round };
  if (event.round > 0) {
    const again = editLast(state, event.attempt, (one) => ({
      ...one,
      round: event.round,
      open: true,
      endedAt: null,
    }));
    return { ...again, progress };
  }
  const attempt: Attempt = {
    n: event.attempt,
    tier: event.tier,
    round: 0,
    open: true,
    startedAt: at,
    endedAt: null,
    briefing: event.briefing,
    base: event.base,
    transcript: null,
    report: null,
    patch: null,
    verdicts: [],
    fault: null,
    rejected: null,
    approvedBy: null,
    reverted: false,
    money: NO_MONEY,
    took: { dollars: 0, unpriced: 0, ms: 0 },
    verifying: NO_MONEY,
    verifyingMs: 0,
    kept: null,
  };
  return { ...state, progress, attempts: [...state.attempts, attempt], wish: null };
}

function judged(state: SliceState, event: EventOf<"judged">, at: string): SliceState {
  if (state.progress.at !== "verifying" || state.progress.attempt !== event.attempt) return state;
  const { attempt, round, patch } = state.progress;
  if (round !== event.round) return state;
  const { verdict } = event;
  const noted = editLast(state, attempt, (one) => withVerdict(one, event, state, at));
  if (verdict.result !== "fail") return { ...noted, progress: { at: "approval", attempt, patch, verdict } };
  if (round < ROUNDS) return { ...noted, progress: { at: "executing", attempt, round: round + 1 } };
  return { ...noted, progress: { at: "waiting" }, route: null };
}

function faultedSlice(state: SliceState, event: EventOf<"faulted">, at: string): SliceState {
  const { progress, attempts } = state;
  const stuck = { at: "stuck" as const, why: event.fault };
  if (event.during === "land")
    return progress.at === "landing" ? { ...state, progress: { ...stuck, landing: progress } } : state;
  const after = stopsOrder(event.fault) ? "again" : AFTER_FAULT[event.fault.kind];
  const n = event.attempt ?? attempts.length;
  if (progress.at === "waiting" && (event.attempt === null || n > attempts.length)) {
    // It failed before its attempt was announced, and would do so again: only a person can help.
    return after === "again" ? state : { ...state, progress: stuck, route: null };
  }
  if ((progress.at !== "executing" && progress.at !== "verifying") || progress.attempt !== n) return state;
  const kept = event.kept ? { ...event.kept, hash: state.hash } : null;
  const noted = editLast(state, n, (one) => close({ ...one, fault: event.fault, kept }, at));
  return { ...noted, progress: after === "person" ? stuck : { at: "waiting" }, route: null };
}

/** A replan that came to nothing leaves the plan as it is; one that was cut off is asked for again. */
function faultedPlanner(order: WorkOrder, { during, fault }: EventOf<"faulted">): WorkOrder {
  if (during === "plan") return { ...order, planFault: fault };
  if (during !== "replan" || AFTER_FAULT[fault.kind] === "again" || stopsOrder(fault)) return order;
  return { ...order, replan: null, replanFault: fault };
}

const foretoldBy = ({ decision }: EventOf<"routed">): SliceState["foretold"] =>
  decision ? { cost: decision.cost, seconds: decision.seconds } : null;

const effects: Effects = {
  opened: (order, event, at) => ({ ...order, goal: event.goal, openedAt: at }),
  configured: (order, { config }) => ({
    ...order,
    config,
    gone: goneUnder(order, config),
    raises: standing(order.raises, config.budget),
  }),
  recalled: (order, event) => ({ ...order, recalled: event.past }),
  planned: (order, event) =>
    order.planned
      ? order
      : {
          ...order,
          ...placed(event.slices.map(newSlice)),
          planned: { by: event.by, stamp: event.stamp },
          functions: event.functions ?? {},
          planFault: null,
        },
  amended: amend,
  // One is thought over at a time; what is asked meanwhile is refused by decide.
  replanAsked: (order, { reason }) => {
    if (order.replan) return order;
    const asked = { ...order, replan: reason, replanFault: null };
    if (reason.slice === null) return asked;
    return change(asked, reason.slice, (state) => ({ ...state, replans: state.replans + 1 }));
  },
  drifted: (order, event) => {
    if (!order.planned) return order;
    const stamp = { ...restamped(order.planned.stamp, event.files), commit: event.commit };
    const [paths, isOver] = [event.files.map(({ path }) => path), order.slices.every(isSettled)];
    const noted = { ...warned(order, driftText(paths, isOver)), planned: { ...order.planned, stamp } };
    if (isOver) return noted;
    // What was tried was tried on other files.
    const moved = [...new Set([...order.moved, ...paths])];
    return { ...noted, moved, findings: null, tried: null, replanFault: null };
  },
  criticised: (order, event) => ({
    ...order,
    findings: event.findings,
    tried: event.tried && event.base !== undefined ? { base: event.base, checks: event.tried } : order.tried,
  }),
  planApproved: (order) => ({ ...order, approved: true, moved: [] }),
  discarded: (order, event) => ({ ...order, discarded: event.reason }),
  routed: (order, event) =>
    changeAt(order, event.slice, ["waiting"], (state) => ({
      ...state,
      route: event.route,
      decision: event.decision ?? null,
      foretold: state.attempts.length > 0 ? state.foretold : foretoldBy(event),
    })),
  attempted: (order, event, at) => change(order, event.slice, (state) => attempted(state, event, at)),
  called: (before, event, at) => {
    const order = event.odd === undefined ? before : warnedOnce(before, oddText(event.tier, event.odd));
    const all = thereAgain(called(order, event, at), event);
    if (event.slice === null) return all;
    return change(all, event.slice, (state) => {
      const counted = { ...state, money: addCall(state.money, event) };
      return event.attempt === null ? counted : editLast(counted, event.attempt, (one) => paid(one, event));
    });
  },
  refused: (order, event) =>
    change(order, event.slice, (state) => ({ ...state, refused: [...state.refused, event] })),
  asked: (order, { id, slice, attempt, command }) => {
    const progress = sliceOf(order, slice)?.progress;
    if (progress?.at !== "executing" || progress.attempt !== attempt) return order;
    return { ...order, asks: [...order.asks, { id, slice, attempt, command }] };
  },
  answered: (order, { id, answer }) => {
    const ask = order.asks.find((one) => one.id === id);
    const allowed = ask && answer === "order" ? [...order.allowed, ask.command] : order.allowed;
    const answers = new Map(order.answers).set(id, answer);
    return { ...order, asks: order.asks.filter((one) => one.id !== id), answers, allowed };
  },
  produced: (order, event, at) =>
    change(withoutAsks(order, event.slice), event.slice, (state) => {
      const { progress } = state;
      const { attempt, round, patch } = event;
      if (progress.at !== "executing" || progress.attempt !== attempt || progress.round !== round)
        return state;
      const noted = editLast(state, attempt, (one) =>
        close({ ...one, patch, report: event.report, transcript: event.transcript }, at),
      );
      return { ...noted, progress: { at: "verifying", attempt, round, patch } };
    }),
  judged: (order, event, at) => change(order, event.slice, (state) => judged(state, event, at)),
  faulted: (before, event, at) => {
    const order = stopsOrder(event.fault) && event.during !== "plan" ? haltedBy(before, event.fault) : before;
    if (event.slice === null) return faultedPlanner(order, event);
    const left = withGone(withoutAsks(order, event.slice), event);
    return change(left, event.slice, (state) => faultedSlice(state, event, at));
  },
  approved: (order, event) =>
    change(order, event.slice, (state) =>
      state.progress.at === "approval" && state.progress.attempt === event.attempt
        ? {
            ...editLast(state, event.attempt, (one) => ({ ...one, approvedBy: event.by })),
            progress: { ...state.progress, at: "landing" },
          }
        : state,
    ),
  rejected: (order, event, at) =>
    change(order, event.slice, (state) => {
      if (state.progress.at !== "approval" || state.progress.attempt !== event.attempt) return state;
      const noted = editLast(state, event.attempt, (one) => close({ ...one, rejected: event.reason }, at));
      return { ...noted, progress: { at: "waiting" }, route: null };
    }),
  noted: (order, { slice, attempt, about, text }) =>
    change(order, slice, (state) =>
      editLast(state, attempt, (one) => ({ ...one, notes: [...(one.notes ?? []), { about, text }] })),
    ),
  verifyAsked: (order, event) => change(order, event.slice, (state) => verifiedAgain(state, event)),
  rerun: (order, event, at) =>
    changeOpen(withoutAsks(order, event.slice), event.slice, (state) => ({
      ...restart(cutOff(state, at, BY_USER), state.attempts.length),
      wish: event.tier,
    })),
  landed: (order, event) => {
    const done = change(order, event.slice, (state) =>
      state.progress.at === "landing" || state.progress.at === "conflict"
        ? {
            ...state,
            progress: {
              at: "done",
              attempt: event.attempt,
              patch: state.progress.patch,
              commit: event.commit,
            },
          }
        : state,
    );
    return advanced(done, event);
  },
  conflicted: (order, event) =>
    change(order, event.slice, (state) => {
      if (state.progress.at !== "landing") return state;
      const { attempt, patch } = state.progress;
      return { ...state, progress: { at: "conflict", attempt, patch, paths: event.paths } };
    }),
  reopened: (order, event) =>
    changeAt({ ...order, gone: goneWhenRetried(order) }, event.slice, ["stuck", "conflict"], (state) =>
      state.progress.at === "stuck" && state.progress.landing
        ? { ...state, progress: state.progress.landing }
        : restart(state, state.attempts.length),
    ),
  pushed: (order, event) => ({ ...order, push: { behind: order.tip !== event.commit, fails: 0, why: null } }),
  pushFailed: (order, event) => ({
    ...order,
    push: { behind: true, fails: order.push.fails + 1, why: event.why },
  }),
  stuck: (order, event) =>
    changeAt(order, event.slice, ["waiting"], (state) => ({
      ...state,
      progress: { at: "stuck", why: event.why },
    })),
  dropped: (order, event, at) =>
    changeOpen(withoutAsks(order, event.slice), event.slice, (state) => ({
      ...cutOff(state, at, BY_USER),
      progress: { at: "dropped", why: event.why },
    })),
  reverted: (order, event) => {
    const progress = { at: "dropped" as const, why: "Reverted after it had landed." };
    return advanced(
      changeAt(order, event.slice, ["done"], (state) => ({
        ...editLast(state, lastAttempt(state)?.n ?? 0, (one) => ({ ...one, reverted: true })),
        progress,
      })),
      event,
    );
  },
  paused: (order, event) => ({ ...order, halted: { by: "pause", why: event.why } }),
  budgetRaised: (order, event) =>
    raised(order, event, (one) => ({ ...one, progress: { at: "waiting" }, route: null })),
  resumed: (order) => ({
    ...order,
    halted: null,
    planFault: null,
    push: { ...order.push, fails: 0 },
  }),
  stopped: (order, event) => ({ ...order, halted: { by: "stop", why: event.why } }),
  warned: (order, event) => warned(order, event.message),
  ended: (order, event) => ({ ...order, ended: event }),
};

const warned = (order: WorkOrder, message: string): WorkOrder => ({
  ...order,
  warnings: [...order.warnings, message].slice(-WARNINGS_KEPT),
});

const warnedOnce = (order: WorkOrder, message: string): WorkOrder =>
  order.warnings.includes(message) ? order : warned(order, message);

const oddText = ({ provider, model }: Tier, odd: string): string => `${provider}/${model} ${odd}`;

/** What the order itself wrote into the workspace is no drift: merges, and what was taken back out, included. */
function withStamp(order: WorkOrder, { into, files }: EventOf<"landed" | "reverted">): WorkOrder {
  if (into === "branch" || !order.planned) return order;
  const now = files.map(({ path, after }) => ({ path, now: after }));
  return { ...order, planned: { ...order.planned, stamp: restamped(order.planned.stamp, now) } };
}

/** The branch moved on; what it holds beyond the workspace is kept for the next snapshots. */
function advanced(before: WorkOrder, event: EventOf<"landed" | "reverted">): WorkOrder {
  const { commit, into, files } = event;
  const order = withStamp(before, event);
  const paths = new Set(files.map(({ path }) => path));
  const overlay = [
    ...order.overlay.filter(({ path }) => !paths.has(path)),
    ...(into === "branch" ? files : []),
  ];
  return { ...order, tip: commit, overlay, push: { ...order.push, behind: true, fails: 0 } };
}

const withoutAsks = (order: WorkOrder, slice: string): WorkOrder =>
  order.asks.some((ask) => ask.slice === slice)
    ? { ...order, asks: order.asks.filter((ask) => ask.slice !== slice) }
    : order;

/** Events after which a slice shows something else of its tiers. */
const TELLING: ReadonlySet<EventType> = new Set(["judged", "faulted", "approved", "rejected", "reverted"]);

function learned(order: WorkOrder, entry: Entry): WorkOrder {
  const state =
    TELLING.has(entry.type) && "slice" in entry && entry.slice !== null
      ? sliceOf(order, entry.slice)
      : undefined;
  const tested = state ? withTested(order.tested, state) : order.tested;
  return tested === order.tested ? order : { ...order, tested };
}

export function apply(order: WorkOrder, entry: Entry): WorkOrder {
  // The one cast: TypeScript cannot see that the effect found under `type` takes that very event.
  const effect = effects[entry.type] as Effect<EventType>;
  const clock = worked(order, entry);
  const acts = actsOf(order, entry);
  const next = learned(effect(order, entry, entry.at), entry);
  return {
    ...next,
    seq: entry.seq,
    at: entry.at,
    clock: acts.length > 0 ? { ...clock, acts: [...clock.acts, ...acts] } : clock,
  };
}

export const fold = (id: string, entries: readonly Entry[]): WorkOrder =>
  entries.reduce(apply, emptyOrder(id));
