/**
 * A call that broke off after part of its answer came was paid for. So the provider does not ask again by itself, as it does
 * before that: it would spend what nobody reserved. The engine does, by a call with its own reservation and its own event.
 */
import { waitBefore } from "../core/again.ts";
import type { Fault } from "../core/order.ts";
import type { Clock, ModelEvent } from "./ports.ts";

type Waiting = { clock: Clock; watch(event: ModelEvent): void };

/** `call` makes one call; `brokenOff` is the fault it was paid for, or null. A call after a stop in the wait says that itself. */
export async function askedAgain<T>(
  call: () => Promise<T>,
  brokenOff: (got: T) => Fault | null,
  { clock, watch }: Waiting,
  signal: AbortSignal,
): Promise<T> {
  for (let again = 0; ; again += 1) {
    const got = await call();
    const fault = signal.aborted ? null : brokenOff(got);
    const waitMs = fault && waitBefore(fault, again);
    if (fault === null || waitMs === null) return got;
    watch({ type: "retrying", fault, waitMs });
    await clock.sleep(waitMs, signal);
  }
}
