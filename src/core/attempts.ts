/** How a slice's attempts change: the last one edited, closed or cut off, and a new start that keeps them. */
import type { EventOf } from "./event.ts";
import type { Fault } from "./order.ts";
import { type Attempt, type SliceState, lastAttempt } from "./state.ts";
import { unpaid } from "./verdict.ts";

export const editLast = (state: SliceState, n: number, edit: (attempt: Attempt) => Attempt): SliceState => ({
  ...state,
  attempts: state.attempts.map((one) => (one.n === n ? edit(one) : one)),
});

export const close = (attempt: Attempt, at: string): Attempt => ({ ...attempt, open: false, endedAt: at });

/** Ends an attempt that is cut off by an act on the slice; `why` is a sentence. It uses up no try. */
export function cutOff(state: SliceState, at: string, why: string): SliceState {
  const last = lastAttempt(state);
  const fault: Fault = { kind: "cancelled", message: why };
  return last?.open ? editLast(state, last.n, (one) => close({ ...one, fault }, at)) : state;
}

/** The attempt that ran out of money on the task as it stands: its session can go on. */
export function unfinished(state: SliceState): Attempt | undefined {
  const last = lastAttempt(state);
  return last?.kept?.hash === state.hash ? last : undefined;
}

/** Back to the start line, keeping what was tried. `since` decides whether it still counts. */
export const restart = (state: SliceState, since: number): SliceState => ({
  ...state,
  progress: { at: "waiting" },
  route: null,
  wish: null,
  since,
});

/** The attempt with what its verification came to. */
export const withVerdict = (
  attempt: Attempt,
  { verdict, ms }: EventOf<"judged">,
  { hash }: SliceState,
  at: string,
): Attempt => ({
  ...attempt,
  endedAt: at,
  verdicts: [...attempt.verdicts, verdict],
  verifyingMs: attempt.verifyingMs + ms,
  found: unpaid(verdict) ? { hash, evidence: verdict.evidence.filter(({ over }) => !over) } : undefined,
});

/**
 * Back to verifying what was made; the verdict that awaits a person is taken back. Who asks for it wants all of it looked at
 * again; where only the money had not lasted, it goes on.
 */
export function verifiedAgain(state: SliceState, { attempt, by }: EventOf<"verifyAsked">): SliceState {
  const { progress } = state;
  const last = state.attempts.at(-1);
  if (progress.at !== "approval" || progress.attempt !== attempt || last?.n !== attempt) return state;
  const { patch } = progress;
  const without = editLast(state, attempt, (one) => ({
    ...one,
    verdicts: one.verdicts.slice(0, -1),
    found: by === "policy" ? one.found : undefined,
  }));
  return { ...without, progress: { at: "verifying", attempt, round: last.round, patch } };
}
