/** Makes every routing decision of a log again, from what stood in the log before it. Pure. */
import { apply } from "./apply.ts";
import { choose } from "./choose.ts";
import type { Entry, EventOf } from "./event.ts";
import { tierName } from "./order.ts";
import { routedBy } from "./next.ts";
import { ROUTER, isSame } from "./router/logged.ts";
import { type WorkOrder, emptyOrder, sliceOf } from "./state.ts";

/** `older`: made by another version of the router, or before routes were decided by expected cost; it is not made again. */
export type Replayed = {
  seq: number;
  slice: string;
  attempt: number;
  tier: string;
  result: "agrees" | "differs" | "older";
  why: string;
};

type Routed = EventOf<"routed">;

function compared(order: WorkOrder, logged: Routed): Pick<Replayed, "result" | "why"> {
  if (!logged.decision && !order.config?.routing)
    return { result: "older", why: "made before routes were decided by expected cost" };
  if (logged.decision && logged.decision.v !== ROUTER)
    return {
      result: "older",
      why: `made by version ${logged.decision.v} of the router; this one is ${ROUTER}`,
    };
  const state = sliceOf(order, logged.slice);
  const choice = state && choose(order, state);
  if (!state || !choice) return { result: "differs", why: "the log before it leaves no tier to choose" };
  const again = routedBy(choice, state);
  const parts = ["by", "attempt", "route", "decision"] as const;
  const other = parts.filter((part) => !isSame(again[part] ?? null, logged[part] ?? null));
  if (other.length === 0) return { result: "agrees", why: "" };
  const tiers = [logged, again].map(({ route }) => tierName(route.tier));
  const what = tiers[0] === tiers[1] ? `its ${other.join(" and ")}` : `${tiers[1]} comes out instead`;
  return {
    result: "differs",
    why: `made again from the log before it, ${what}${tiers[0] === tiers[1] ? " is another" : ""}`,
  };
}

export function replayRoutes(id: string, entries: readonly Entry[]): Replayed[] {
  const found: Replayed[] = [];
  let order = emptyOrder(id);
  for (const entry of entries) {
    if (entry.type === "routed") {
      const { seq, slice, attempt, route } = entry;
      found.push({ seq, slice, attempt, tier: tierName(route.tier), ...compared(order, entry) });
    }
    order = apply(order, entry);
  }
  return found;
}
