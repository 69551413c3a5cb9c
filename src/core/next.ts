/** next(order): what is left to do, as data. Called after every event; the engine starts what is new and cuts off what is gone. */
import type { Event, EventOf } from "./event.ts";
import { type ReplanReason, type Verdict, modelName } from "./order.ts";
import { canPayNow, unpaidOf } from "./budget.ts";
import { type Choice, choose, triesOf } from "./choose.ts";
import { canReplan, doubtedAfter } from "./doubt.ts";
import { overlap } from "./globs.ts";
import { mayLand } from "./verdict.ts";
import { isLowTier } from "./route.ts";
import { logged } from "./router/logged.ts";
import {
  type SliceState,
  type Step,
  type WorkOrder,
  blocking,
  holdsWrites,
  isActive,
  isSettled,
  landed,
  lastAttempt,
  sliceOf,
} from "./state.ts";

export { blocking } from "./state.ts";

/** A failed push is tried again after each landing, and this often without one. */
const PUSH_TRIES = 3;

export function next(order: WorkOrder): Step[] {
  if (order.ended || !order.config || order.halted?.by === "stop") return [];
  if (order.discarded !== null) return [{ do: "report" }];
  if (order.planFault) return [];
  if (!order.planned) return order.halted ? [] : [{ do: "plan" }];
  if (order.replan) return [...replan(order, order.replan), ...underWay(order)];
  if (order.findings === null) return [{ do: "criticise" }, ...underWay(order)];
  if (!order.approved) return [...gate(order), ...underWay(order)];
  if (order.slices.every(isSettled))
    return [...push(order), ...(canEnd(order) ? [{ do: "report" } as const] : [])];
  const decided = movedBase(order) ?? record(order);
  if (decided) return [{ do: "record", event: decided }];
  return [...work(order), ...push(order)];
}

const gate = (order: WorkOrder): Step[] =>
  order.config?.autonomy === "full" && !blocking(order) && !order.halted
    ? [{ do: "record", event: { type: "planApproved", by: "policy" } }]
    : [];

/** Paused, nobody is paid to think, either. */
const replan = (order: WorkOrder, reason: ReplanReason): Step[] =>
  order.halted ? [] : [{ do: "replan", reason, n: replansAsked(order) }];

/** Names the replan. Only its own end may change it: the planner that is at work would be cut off. */
const replansAsked = (order: WorkOrder): number =>
  order.amendments.length + order.slices.reduce((sum, { replans }) => sum + replans, 0);

/** The evidence of a slice that says its plan is wrong, not only its attempt; null when there is none, or it was heard. */
function doubt(order: WorkOrder, state: SliceState, choice: Choice | null): ReplanReason | null {
  const most = doubtedAfter(order, state);
  if (most === null) return null;
  const tries = triesOf(state);
  const last = tries.at(-1);
  if (!last) return null;
  const slice = state.slice.id;
  if (last.fault?.kind === "blocked") return { kind: "blocked", slice, why: last.fault.message };
  const models = new Set(tries.map(({ tier }) => modelName(tier)));
  if (models.size < most && choice) return null;
  return { kind: "failed", slice, why: `Failed on ${[...models].join(" and ")}.` };
}

/** The end waits for a push that may still succeed. */
const canEnd = (order: WorkOrder): boolean =>
  !order.config?.push || !order.push.behind || order.push.fails >= PUSH_TRIES;

function push({ config, push: { behind, fails }, tip }: WorkOrder): Step[] {
  if (!config?.push || !behind || !tip || fails >= PUSH_TRIES) return [];
  return [{ do: "push", commit: tip, remote: config.push, again: fails }];
}

/** The plan's ground moved and it no longer stands the critics: its planner is asked, once. */
function movedBase(order: WorkOrder): Event | null {
  if (order.moved.length === 0 || order.halted || order.replanFault || !blocking(order) || !canReplan(order))
    return null;
  const why = `These files changed since the plan was made: ${order.moved.join(", ")}.`;
  return { type: "replanAsked", reason: { kind: "moved", slice: null, why }, by: "policy" };
}

/** The first fact that follows from the state without any work, or null. A route is decided when its slice is about to start. */
function record(order: WorkOrder): Event | null {
  for (const state of order.slices) {
    const event = policy(order, state);
    if (event) return event;
  }
  const unrouted = startable(order).find(({ route }) => !route);
  return unrouted ? decideRoute(order, unrouted) : null;
}

function policy(order: WorkOrder, state: SliceState): Event | null {
  const { slice, progress } = state;
  if (progress.at === "approval") {
    const over = unpaidOf(state);
    if (over)
      return canPayNow(order, over)
        ? { type: "verifyAsked", slice: slice.id, attempt: progress.attempt, by: "policy" }
        : null;
    return landsByItself(order, state, progress.verdict)
      ? { type: "approved", slice: slice.id, attempt: progress.attempt, by: "policy" }
      : null;
  }
  if (progress.at !== "waiting") return null;
  const gone = slice.needs.find((id) => sliceOf(order, id)?.progress.at === "dropped");
  if (gone !== undefined) {
    const message = `Needs ${gone}, which was dropped. Take it out of \`needs\` in the task file, or drop this slice too.`;
    return { type: "stuck", slice: slice.id, why: { kind: "blocked", message } };
  }
  return null;
}

function decideRoute(order: WorkOrder, state: SliceState): Event {
  const choice = choose(order, state);
  const reason = state.wish ? null : doubt(order, state, choice);
  if (reason) return { type: "replanAsked", reason, by: "policy" };
  if (!choice) return { type: "stuck", slice: state.slice.id, why: whyStuck(order, state) };
  return routedBy(choice, state);
}

/** The decision with all its inputs, so that it can be read, and made again from the log. */
export function routedBy(
  { tier, why, by, decision }: Choice,
  { slice, attempts }: SliceState,
): EventOf<"routed"> {
  const made = decision && logged(decision);
  return {
    type: "routed",
    slice: slice.id,
    attempt: attempts.length + 1,
    route: { tier, why, predicted: made?.cost?.expected ?? null },
    by,
    ...(made && { decision: made }),
  };
}

function whyStuck(order: WorkOrder, state: SliceState): Extract<Event, { type: "stuck" }>["why"] {
  const last = lastAttempt(state);
  const verdict = last?.verdicts.at(-1);
  if (last?.fault) return last.fault;
  if (verdict?.result === "fail") return verdict;
  const message =
    order.config?.tiers.length === 0
      ? "No tier to run on: the ladder `slicewise.tiers` is empty and no provider has a key. Set an API key or choose models."
      : order.gone.length > 0
        ? `No tier left to run on: ${order.gone.join(", ")} ${order.gone.length === 1 ? "is" : "are"} unknown to the vendor. Choose other models, then retry.`
        : `All tiers were tried (${state.attempts.length} attempts). Change the task, name a route, or rerun it.`;
  return {
    kind: "blocked",
    message: last?.rejected ? `${message} Last rejected: ${last.rejected}` : message,
  };
}

/** Pass, and strong enough for how much the user left to us. `unknown` always waits for a person. */
export function landsByItself(order: WorkOrder, state: SliceState, verdict: Verdict): boolean {
  const { config } = order;
  const tier = lastAttempt(state)?.tier;
  if (!config || !tier) return false;
  const { autonomy } = config;
  return mayLand(verdict, { autonomy, class: state.slice.class, isLowTier: isLowTier(tier, config) });
}

const isReady = (order: WorkOrder, { slice }: SliceState): boolean =>
  slice.needs.every((id) => landed(order, id));

/** What was begun goes on, one landing at a time. */
function underWay(order: WorkOrder): Step[] {
  const active = order.slices.filter(isActive);
  const landing = active.find(({ progress }) => progress.at === "landing");
  return active.filter((state) => state.progress.at !== "landing" || state === landing).flatMap(continued);
}

/** Steps of slices, those under way first. */
const work = (order: WorkOrder): Step[] => [...underWay(order), ...startable(order).flatMap(started)];

/** Waiting slices that there is room for: at most `parallel` are at work, and no two that write the same. */
function startable(order: WorkOrder): SliceState[] {
  if (order.halted || blocking(order)) return [];
  const holding = order.slices.filter(holdsWrites).map(({ slice }) => slice.writes);
  const atWork = order.slices.filter((state) => isActive(state) && state.progress.at !== "landing").length;
  const room = (order.config?.parallel ?? 1) - atWork;
  const found: SliceState[] = [];
  for (const state of order.slices) {
    if (found.length >= room) break;
    const { writes } = state.slice;
    if (state.progress.at !== "waiting" || !isReady(order, state)) continue;
    if (holding.some((held) => overlap(held, writes))) continue;
    found.push(state);
    holding.push(writes);
  }
  return found;
}

function continued({ slice, progress, attempts }: SliceState): Step[] {
  const id = slice.id;
  if (progress.at === "verifying") {
    return [
      { do: "verify", slice: id, attempt: progress.attempt, round: progress.round, patch: progress.patch },
    ];
  }
  if (progress.at === "landing")
    return [{ do: "land", slice: id, attempt: progress.attempt, patch: progress.patch }];
  const tier = attempts.at(-1)?.tier;
  if (progress.at !== "executing" || !tier) return [];
  return [{ do: "execute", slice: id, attempt: progress.attempt, round: progress.round, tier }];
}

const started = ({ slice, attempts, route }: SliceState): Step[] =>
  route ? [{ do: "execute", slice: slice.id, attempt: attempts.length + 1, round: 0, tier: route.tier }] : [];
