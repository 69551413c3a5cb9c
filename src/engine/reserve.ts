/** Budgets are reserved before a call is made, from the worst it can cost; a call that could exceed one is not made. */
import { NO_USAGE, type Fault, type Tier } from "../core/order.ts";
import { type WorkOrder, sliceOf } from "../core/state.ts";
import type { Catalogue } from "./ports.ts";

export type Reservations = { total: number; bySlice: Map<string, number> };
/** `input` is tokens known or estimated, `output` the limit sent with the request. */
export type Call = { slice: string | null; tier: Tier; input: number; output: number };

/** A call of unknown price reserves nothing: its cost is shown as unknown, and no budget can hold it. */
export function reserve(
  held: Reservations,
  order: WorkOrder,
  catalogue: Catalogue,
  call: Call,
): { release(): void } | Fault {
  // What is written to a cache may cost more than plain input.
  const worst = Math.max(
    ...(["input", "cacheWrite"] as const).map((kind) => {
      const usage = { ...NO_USAGE, [kind]: call.input, output: call.output };
      return catalogue.cost(call.tier, usage) ?? 0;
    }),
  );
  const over = overBudget(held, order, call.slice, worst);
  if (over) return { kind: "money-limit", message: over };
  add(held, call.slice, worst);
  let open = true;
  return {
    release: () => {
      if (open) add(held, call.slice, -worst);
      open = false;
    },
  };
}

function add(held: Reservations, slice: string | null, dollars: number): void {
  held.total += dollars;
  if (slice !== null) held.bySlice.set(slice, (held.bySlice.get(slice) ?? 0) + dollars);
}

function overBudget(
  held: Reservations,
  order: WorkOrder,
  slice: string | null,
  worst: number,
): string | null {
  const budget = order.config?.budget;
  if (!budget) return null;
  const all = order.money.spent + held.total;
  if (budget.order !== null && all + worst > budget.order)
    return words("order", order.id, all, worst, budget.order);
  if (slice === null || budget.slice === null) return null;
  const one = (sliceOf(order, slice)?.money.spent ?? 0) + (held.bySlice.get(slice) ?? 0);
  return one + worst > budget.slice ? words("slice", slice, one, worst, budget.slice) : null;
}

const dollars = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;

const words = (what: "order" | "slice", name: string, spent: number, worst: number, budget: number): string =>
  `The next call could cost ${dollars(worst)} and ${dollars(spent)} of the ${what}'s ${dollars(budget)} is spent or set aside (${name}). ` +
  `Raise \`slicewise.budget\`.${what}, then retry: what was done is kept.`;
