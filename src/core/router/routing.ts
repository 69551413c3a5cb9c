/** Decisions for many slices from one past: what is believed of a class, and what follows for a standing, is worked out once. */
import type { SliceClass } from "../order.ts";
import { type Decision, type Grounds, decide, groundsOf } from "./decide.ts";
import { type Past, believe } from "./past.ts";
import type { Policy } from "./policy.ts";
import type { Belief, Failure, Rung, Verifier } from "./terms.ts";

type Believed = { ladder: readonly Rung[]; belief: Belief; grounds: Grounds };

export type Routing = (kind: SliceClass, failed: readonly Failure[]) => Decision;

/** `ladderOf` gives the rungs with what an attempt at that class is held to take; `verifiers` stand beside them. */
export function routing(
  ladderOf: (kind: SliceClass) => readonly Rung[],
  past: Past,
  verifiers: readonly Verifier[],
  policy: Policy,
): Routing {
  const beliefs = new Map<SliceClass, Believed>();
  const decisions = new Map<string, Decision>();
  const believed = (kind: SliceClass): Believed => {
    const had = beliefs.get(kind);
    if (had) return had;
    const ladder = ladderOf(kind);
    const belief = believe(kind, ladder, past, verifiers);
    const made = { ladder, belief, grounds: groundsOf({ ladder, belief, verifiers, policy }) };
    beliefs.set(kind, made);
    return made;
  };
  return (kind, failed) => {
    const key = `${kind}\n${failed.map(({ tier, result }) => `${result} ${tier}`).join("\n")}`;
    const had = decisions.get(key);
    if (had) return had;
    const { ladder, belief, grounds } = believed(kind);
    const made = decide({ ladder, belief, verifiers, policy, failed }, grounds);
    decisions.set(key, made);
    return made;
  };
}
