/** decide(order, command): answers what a user wants with events, or with a Refusal that says what to do instead. */
import type { Command, Event, Refusal } from "./event.ts";
import { tierName } from "./order.ts";
import { rerunTier } from "./choose.ts";
import { type SliceState, type WorkOrder, blocking, isSettled, lastAttempt, sliceOf } from "./state.ts";

type Answer = Event[] | Refusal;
type CommandOf<K extends Command["do"]> = Extract<Command, { do: K }>;
type Deciders = { [K in Command["do"]]: (order: WorkOrder, command: CommandOf<K>) => Answer };

const refuse = (refused: string): Refusal => ({ refused });
const AT_IT = "The planner is amending the plan already. Wait for its amendment, then say it again.";
export const isRefusal = (answer: Answer): answer is Refusal => "refused" in answer;

function withSlice(order: WorkOrder, id: string, then: (state: SliceState) => Answer): Answer {
  const state = sliceOf(order, id);
  if (state) return then(state);
  const known = order.slices.map(({ slice }) => slice.id).join(", ");
  return refuse(
    `There is no slice ${id} in ${order.id}. ${known ? `It has ${known}.` : "It has no plan yet."}`,
  );
}

const state = ({ progress }: SliceState): string =>
  ({
    waiting: "is waiting",
    executing: "is being executed",
    verifying: "is being verified",
    approval: "awaits approval",
    landing: "is landing",
    done: "has landed",
    conflict: "is in conflict",
    stuck: "is stuck",
    dropped: "was dropped",
  })[progress.at];

/** Class and route are open until the slice has landed or was dropped. */
const openSlice = (order: WorkOrder, id: string): Answer =>
  withSlice(order, id, (one) =>
    one.progress.at === "done" || one.progress.at === "dropped" || one.progress.at === "landing"
      ? refuse(`Slice ${id} ${state(one)}: class and route can no longer change.`)
      : [],
  );

const deciders: Deciders = {
  approvePlan: (order) => {
    if (!order.planned) return refuse("There is no plan to approve yet.");
    if (order.approved) return refuse("The plan was approved already.");
    if (order.replan) return refuse(AT_IT);
    if (order.planFault)
      return refuse(`The plan could not be checked: ${order.planFault.message} Run checks it again.`);
    if (order.findings === null) return refuse("The plan is still being checked. Try again in a moment.");
    const first = order.findings.find(({ severity }) => severity === "error");
    if (blocking(order) && first) return refuse(`The plan cannot run: ${first.message} ${first.remedy}`);
    const resumed: Event[] = order.halted ? [{ type: "resumed" }] : [];
    return [...resumed, { type: "planApproved", by: "user" }];
  },
  discard: (order, { reason }) => {
    if (order.approved || order.slices.some(({ attempts }) => attempts.length > 0))
      return refuse(
        "The plan was approved and may have landed in part. Stop it, and drop its slices one by one.",
      );
    return [{ type: "discarded", reason }];
  },
  askChanges: (order, { words }) => {
    if (!order.planned) return refuse("There is no plan yet. Say it in the goal.");
    if (order.replan) return refuse(AT_IT);
    if (words.trim() === "") return refuse("Say what is to be changed.");
    if (order.slices.every(isSettled) && order.approved)
      return refuse("Everything has landed or was dropped. Plan a new order.");
    const resumed: Event[] = order.halted ? [{ type: "resumed" }] : [];
    return [
      ...resumed,
      { type: "replanAsked", reason: { kind: "asked", slice: null, why: words }, by: "user" },
    ];
  },
  reread: () => [],
  run: (order) => {
    if (order.planned && !order.approved && !order.halted) return refuse("Approve the plan first.");
    return order.halted || order.planFault ? [{ type: "resumed" }] : [];
  },
  pause: (order) => {
    if (order.halted) return refuse("Nothing is running.");
    if (!order.planned) return refuse("Planning cannot be paused. Stop it, or let it come to the plan gate.");
    return [
      {
        type: "paused",
        why: "Paused by the user. What is under way finishes; nothing new starts.",
        by: "user",
      },
    ];
  },
  stop: (order) => {
    if (order.halted?.by === "stop") return refuse("Nothing is running.");
    return [{ type: "stopped", why: "Stopped by the user. Run continues from here.", by: "user" }];
  },
  approve: (order, { slice }) =>
    withSlice(order, slice, (one) => {
      // Pressed twice, or approved elsewhere meanwhile: what was wanted is so.
      if (one.progress.at === "landing" || one.progress.at === "done") return [];
      return approval(one) ?? refuse(`Slice ${slice} ${state(one)}: nothing to approve.`);
    }),
  approveAll: (order) => {
    const passed = order.slices.filter(
      ({ progress }) => progress.at === "approval" && progress.verdict.result === "pass",
    );
    return passed.length > 0
      ? passed.flatMap((one) => approval(one) ?? [])
      : refuse("No passed slice awaits approval.");
  },
  reject: (order, { slice, reason, replan = false }) =>
    withSlice(order, slice, (one) => {
      if (one.progress.at !== "approval") return refuse(`Slice ${slice} ${state(one)}: nothing to reject.`);
      if (replan && order.replan) return refuse(AT_IT);
      if (replan && reason.trim() === "") return refuse("Say what is wrong with the plan.");
      const rejected: Event = { type: "rejected", slice, attempt: one.progress.attempt, reason, by: "user" };
      const asked = { kind: "rejected" as const, slice, why: reason };
      return replan ? [rejected, { type: "replanAsked", reason: asked, by: "user" }] : [rejected];
    }),
  note: (order, { slice, about, text }) =>
    withSlice(order, slice, (one) => {
      const attempt = lastAttempt(one)?.n;
      if (attempt === undefined || isSettled(one) || one.progress.at === "landing")
        return refuse(`Slice ${slice} ${state(one)}: there is no attempt left that could be told.`);
      if (text.trim() === "") return refuse("Say what the next attempt should know.");
      return [{ type: "noted", slice, attempt, about, text: text.trim(), by: "user" }];
    }),
  verify: (order, { slice }) =>
    withSlice(order, slice, (one) => {
      if (one.progress.at !== "approval") return refuse(`Slice ${slice} ${state(one)}: nothing to verify.`);
      return [{ type: "verifyAsked", slice, attempt: one.progress.attempt, by: "user" }];
    }),
  rerun: (order, { slice, tier }) =>
    withSlice(order, slice, (one) => {
      const { at } = one.progress;
      if (at === "done" || at === "dropped" || at === "landing")
        return refuse(`Slice ${slice} ${state(one)}: it cannot be rerun.`);
      if (!order.config) return refuse("The order is still being opened.");
      if (!order.approved) return refuse("Approve the plan first.");
      const wanted = tier ?? rerunTier(order, one);
      if (wanted) return [{ type: "rerun", slice, tier: wanted, why: `asked for ${tierName(wanted)}` }];
      const last = lastAttempt(one)?.tier;
      return refuse(
        `There is no tier above ${last ? tierName(last) : "the ladder"}. Name one: Rerun on…, or --on in a terminal.`,
      );
    }),
  reroute: (order, { slice }) => openSlice(order, slice),
  reclass: (order, { slice }) => openSlice(order, slice),
  drop: (order, { slice, why }) =>
    withSlice(order, slice, (one) =>
      one.progress.at === "done" || one.progress.at === "landing" || one.progress.at === "dropped"
        ? refuse(`Slice ${slice} ${state(one)}: it cannot be dropped.`)
        : [{ type: "dropped", slice, why }],
    ),
  retry: (order, { slice }) =>
    withSlice(order, slice, (one) =>
      one.progress.at === "stuck" || one.progress.at === "conflict"
        ? [{ type: "reopened", slice, why: "tried again by the user" }]
        : refuse(`Slice ${slice} ${state(one)}: there is nothing to retry.`),
    ),
  revert: (order, { slice }) =>
    withSlice(order, slice, (one) => {
      if (one.progress.at !== "done")
        return refuse(`Slice ${slice} ${state(one)}: only a landed slice can be reverted.`);
      const user = order.slices.find(
        (other) => other.progress.at === "done" && other.slice.needs.includes(slice),
      );
      return user
        ? refuse(`Slice ${user.slice.id} was built on ${slice} and has landed. Revert it first.`)
        : [];
    }),
  raiseBudget: (order, { what, slice, to }) => {
    const { config } = order;
    if (!config) return refuse("The order is still being opened.");
    const now = config.budget[what];
    if (now === null) return refuse(`There is no budget for the ${what}: nothing is to be raised.`);
    if (to <= now) return refuse(`The budget for the ${what} is $${now} already. Name more.`);
    const before = order.raises[what];
    return [{ type: "budgetRaised", what, slice, from: before?.to === now ? before.from : now, to }];
  },
  answer: (order, { id, answer }) =>
    order.asks.some((ask) => ask.id === id)
      ? [{ type: "answered", id, answer }]
      : refuse("That question was answered or is no longer asked."),
};

function approval({ slice, progress }: SliceState): Event[] | null {
  if (progress.at !== "approval") return null;
  return [{ type: "approved", slice: slice.id, attempt: progress.attempt, by: "user" }];
}

/** What may still be asked of an order that is over. */
const isOver = (order: WorkOrder, { do: wanted }: Command): boolean =>
  order.discarded !== null || (order.ended !== null && wanted !== "revert");

export function decide(order: WorkOrder, command: Command): Answer {
  if (isOver(order, command)) return refuse("The order has ended. Plan a new one.");
  // The one cast: the decider found under `do` takes that very command.
  const decider = deciders[command.do] as (order: WorkOrder, command: Command) => Answer;
  return decider(order, command);
}
