/** Lands an approved patch, takes one back out, and pushes the order's branch. */
import type { Event, Refusal } from "../core/event.ts";
import { tierName } from "../core/order.ts";
import type { Attempt, SliceState } from "../core/state.ts";
import { type Performer, type Performing, stateOf } from "./performer.ts";
import type { LandRequest } from "./ports.ts";

export const land: Performer<"land"> = async (step, run, signal) => {
  const state = stateOf(run, step.slice);
  const { slice, attempt } = step;
  const result = await run.world.landing.land(requestFor(run, state, step.patch, state.slice.title), signal);
  if (!result.landed) return [{ type: "conflicted", slice, attempt, paths: result.conflicts }];
  const { commit, into, files } = result;
  return [{ type: "landed", slice, attempt, commit, into, files }];
};

function requestFor(
  run: Performing,
  state: SliceState,
  patch: LandRequest["patch"],
  subject: string,
): LandRequest {
  const last = state.attempts.at(-1);
  return {
    slice: state.slice,
    patch,
    subject: `${state.slice.id}: ${subject}`,
    trailers: trailers(run, state, last),
  };
}

/** Provenance of a commit. "unknown" is said where a price is not known. */
function trailers(run: Performing, { slice, money }: SliceState, attempt?: Attempt): Record<string, string> {
  const evidence = attempt?.verdicts.at(-1)?.evidence ?? [];
  const checks = evidence
    .filter(({ kind }) => kind !== "guard")
    .map(({ name, result }) => `${name}: ${result}`);
  return {
    "Slicewise-Order": run.world.orderId,
    "Slicewise-Slice": slice.id,
    "Slicewise-Attempt": String(attempt?.n ?? 0),
    "Slicewise-Model": attempt ? `${attempt.tier.provider}/${attempt.tier.model}` : "unknown",
    "Slicewise-Effort": attempt?.tier.effort ?? "none sent",
    "Slicewise-Checks": checks.length > 0 ? checks.join("; ").replaceAll("\n", " ").slice(0, 500) : "none",
    "Slicewise-Cost": money.unpriced > 0 ? "unknown" : `$${money.spent.toFixed(4)}`,
  };
}

export const push: Performer<"push"> = async ({ commit, remote, again }, { world }, signal) => {
  if (again > 0) await world.clock.sleep(1000 * 2 ** again, signal);
  const result = await world.landing.push(remote, signal);
  return [
    result.pushed
      ? { type: "pushed", commit, remote }
      : { type: "pushFailed", commit, remote, why: result.why },
  ];
};

/** The work behind the command `revert`; decide has already allowed it. */
export async function revert(id: string, run: Performing, signal: AbortSignal): Promise<Event[] | Refusal> {
  const state = stateOf(run, id);
  if (state.progress.at !== "done") return { refused: `Slice ${id} has not landed.` };
  const request = requestFor(
    run,
    state,
    state.progress.patch,
    `revert ${tierName(state.attempts.at(-1)?.tier ?? { provider: "", model: "", effort: null })}`,
  );
  const result = await run.world.landing.revert(
    { ...request, subject: `Revert ${id}: ${state.slice.title}` },
    signal,
  );
  if (!result.landed) {
    return {
      refused: `Slice ${id} cannot be taken out by itself: ${result.conflicts.join(", ")} changed since. Undo those changes first.`,
    };
  }
  const { commit, into, files } = result;
  return [{ type: "reverted", slice: id, commit, into, files }];
}
