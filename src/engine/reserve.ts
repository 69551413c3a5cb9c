/**
 * Budgets are reserved before a call is made, from the worst it can cost; a call that could exceed one is not made. What
 * fits once others have ended waits for them.
 */
import { NO_USAGE, type Fault, type Over, type Tier } from "../core/order.ts";
import { type WorkOrder, sliceOf } from "../core/state.ts";
import type { Catalogue, Day } from "./ports.ts";

/** Dollars set aside for calls under way; `freed` are those who wait for some of it. */
export type Reservations = { total: number; bySlice: Map<string, number>; freed: (() => void)[] };
/** `input` is tokens known or estimated, `output` the limit sent with the request. */
export type Call = { slice: string | null; tier: Tier; input: number; output: number };
export type Reserved = { release(): void };

export const noReservations = (): Reservations => ({ total: 0, bySlice: new Map(), freed: [] });

/** A call of unknown price reserves nothing: its cost is shown as unknown, and no budget can hold it: see unpriced. */
export function worstOf(catalogue: Catalogue, { tier, input, output }: Call): number {
  // What is written to a cache may cost more than plain input.
  const kinds = ["input", "cacheWrite"] as const;
  return Math.max(...kinds.map((kind) => catalogue.cost(tier, { ...NO_USAGE, [kind]: input, output }) ?? 0));
}

/** Sets the worst a call can cost aside, or says which budget it could exceed. */
export function reserve(
  held: Reservations,
  order: WorkOrder,
  catalogue: Catalogue,
  call: Call,
): Reserved | Fault {
  const worst = worstOf(catalogue, call);
  const over = overBudget(held, order, call.slice, worst);
  if (over) return over;
  add(held, call.slice, worst);
  let open = true;
  return {
    release: () => {
      if (open) add(held, call.slice, -worst);
      open = false;
      for (const hear of held.freed.splice(0)) hear();
    },
  };
}

type Reserving = {
  held: Reservations;
  order(): WorkOrder;
  catalogue: Catalogue;
  day: Day;
  signal: AbortSignal;
};

/** By all three budgets, the order's, the slice's and the day's. */
export async function reserveAll(reserving: Reserving, call: Call): Promise<Reserved | Fault> {
  const { order, catalogue, day, signal } = reserving;
  const own = await reserveOwn(reserving, call);
  if ("kind" in own) return own;
  const budget = order().config?.budget.day ?? null;
  try {
    const worst = worstOf(catalogue, call);
    const answer = await day.reserve(worst, budget, signal);
    if ("spent" in answer) {
      own.release();
      if (budget === null) throw new Error("no budget, and yet it is exceeded");
      return refusal({ what: "day", budget, needs: answer.spent + worst }, byAll(answer.lost), worst);
    }
    const release = (): void => {
      own.release();
      void answer.release();
    };
    return { release };
  } catch (error) {
    own.release();
    throw error;
  }
}

/** As a performer asks for it: the slice, the tier, tokens known or estimated, the output limit. */
export const reserving =
  (by: Reserving) =>
  (slice: string | null, tier: Tier, input: number, output: number): Promise<Reserved | Fault> =>
    reserveAll(by, { slice, tier, input, output });

/** Waits while what is too much now would fit beside what is spent. */
async function reserveOwn(
  { held, order, catalogue, signal }: Reserving,
  call: Call,
): Promise<Reserved | Fault> {
  for (;;) {
    const answer = reserve(held, order(), catalogue, call);
    if (!("kind" in answer) || signal.aborted) return answer;
    if ("kind" in reserve(noReservations(), order(), catalogue, call)) return answer;
    await new Promise<void>((resolve) => {
      held.freed.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

function add(held: Reservations, slice: string | null, dollars: number): void {
  held.total += dollars;
  if (slice !== null) held.bySlice.set(slice, (held.bySlice.get(slice) ?? 0) + dollars);
}

function overBudget(held: Reservations, order: WorkOrder, slice: string | null, worst: number): Fault | null {
  const budget = order.config?.budget;
  if (!budget) return null;
  const all = order.money.spent + held.total;
  if (budget.order !== null && all + worst > budget.order)
    return refusal({ what: "order", budget: budget.order, needs: all + worst }, order.id, worst);
  if (slice === null || budget.slice === null) return null;
  const one = (sliceOf(order, slice)?.money.spent ?? 0) + (held.bySlice.get(slice) ?? 0);
  if (one + worst <= budget.slice) return null;
  return refusal({ what: "slice", budget: budget.slice, needs: one + worst }, slice, worst);
}

const dollars = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;

const byAll = (lost: number): string =>
  lost === 0
    ? "today, by all orders"
    : `today, by all orders; ${dollars(lost)} of it for calls of processes that were killed, which may have been billed`;

function refusal(over: Over, whose: string, worst: number): Fault {
  const { what, budget, needs } = over;
  const message =
    `The next call could cost ${dollars(worst)} and ${dollars(needs - worst)} of the ${what}'s ${dollars(budget)} is spent or set aside (${whose}). ` +
    `Raise \`slicewise.budget\`.${what}, then run${what === "slice" ? ", or retry it where it is stuck" : ""}: what was done is kept.`;
  return { kind: "money-limit", message, over };
}
