/** Which faults of a vendor are worth asking again, and when; by providers while nothing came, by the engine after that. */
import type { Fault } from "./order.ts";

/** They may go away by themselves. */
const PASSING: ReadonlySet<Fault["kind"]> = new Set(["rate-limited", "overloaded", "network"]);
export const TIMES = 3;
const LONGEST_WAIT = 60_000;

/** Milliseconds to wait before asking once more after `again` times; null: that would not help, or not soon. */
export function waitBefore({ kind, retryAfter }: Fault, again: number, times = TIMES): number | null {
  const ms = retryAfter ?? 500 * 2 ** again;
  return PASSING.has(kind) && again < times && ms <= LONGEST_WAIT ? ms : null;
}
