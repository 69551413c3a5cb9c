/** Budgets as the fold sees them: what a refused call would have needed, what a person raised, and what goes on then. */
import type { EventOf } from "./event.ts";
import type { Budget, Fault, Over } from "./order.ts";
import { type Raises, type SliceState, type WorkOrder } from "./state.ts";
import { unpaid } from "./verdict.ts";

/** The order's and the day's budget stop the whole order; a slice's stops that slice. */
export const stopsOrder = ({ kind, over }: Fault): boolean =>
  kind === "money-limit" && over !== undefined && over.what !== "slice";

/** Nothing new starts. Of calls refused one after the other the dearest says what the budget has to be. */
export function haltedBy(order: WorkOrder, fault: Fault): WorkOrder {
  if (!fault.over || order.halted?.by === "stop") return order;
  const before = order.halted?.over;
  const dearest = before?.what === fault.over.what && before.needs > fault.over.needs ? before : fault.over;
  const why = dearest === before && order.halted ? order.halted.why : fault.message;
  return { ...order, halted: { by: "pause", why, over: dearest } };
}

/** The slice whose own budget stopped it, or undefined. */
const isOver = ({ progress }: SliceState): boolean =>
  progress.at === "stuck" && "kind" in progress.why && progress.why.over?.what === "slice";

/** The budget for which a slice's verdict is not whole; null where it is. */
export const unpaidOf = ({ progress }: Pick<SliceState, "progress">): Over | null =>
  progress.at === "approval" ? unpaid(progress.verdict) : null;

/** Who was not asked for want of money can be asked now. The order's and the day's budget halt the order until a person acts. */
export const canPayNow = ({ halted, config }: WorkOrder, { what, budget }: Over): boolean =>
  halted === null && (what !== "slice" || (config?.budget.slice ?? Infinity) > budget);

/** What a person raised stands until the settings say something else; what it stopped goes on. */
export function raised(
  order: WorkOrder,
  { what, from, to }: EventOf<"budgetRaised">,
  reopen: (state: SliceState) => SliceState,
): WorkOrder {
  if (!order.config) return order;
  const budget = { ...order.config.budget, [what]: to };
  const next = {
    ...order,
    config: { ...order.config, budget },
    raises: { ...order.raises, [what]: { from, to } },
  };
  if (what === "slice")
    return { ...next, slices: next.slices.map((one) => (isOver(one) ? reopen(one) : one)) };
  const planFault = next.planFault?.over?.what === what ? null : next.planFault;
  return { ...next, planFault, halted: next.halted?.over?.what === what ? null : next.halted };
}

/** The raises that still stand under this budget: one that the settings overruled does not come back. */
export const standing = (raises: Raises, budget: Budget): Raises =>
  Object.fromEntries(
    Object.entries(raises).filter(([what, raise]) => raise?.to === budget[what as Over["what"]]),
  );

/** The settings' budget with what a person raised meanwhile, unless the settings were changed since. */
export function withRaises(budget: Budget, raises: Raises): Budget {
  const of = (what: Over["what"]): number | null => {
    const raise = raises[what];
    return raise && raise.from === budget[what] ? raise.to : budget[what];
  };
  return { order: of("order"), slice: of("slice"), day: of("day") };
}

/** The budget that stopped this slice's attempt, or its verification; null while none did. */
export const stoppedBy = (state: SliceState): Over | null =>
  state.progress.at === "stuck" && "kind" in state.progress.why
    ? (state.progress.why.over ?? null)
    : unpaidOf(state);

/** What stopped for want of money: the order, its planner or a slice; null while nothing is. */
export const overOf = (order: WorkOrder): Over | null =>
  order.halted?.over ??
  order.planFault?.over ??
  order.slices.map(stoppedBy).find((over) => over !== null) ??
  null;

/** A round sum that covers `dollars`: two digits, upwards. */
export function roundUp(dollars: number): number {
  if (!(dollars > 0)) return 0;
  const step = 10 ** (Math.floor(Math.log10(dollars)) - 1);
  return Number((Math.ceil(dollars / step - 1e-9) * step).toPrecision(6));
}
