/** What the stages of one verification share. A stage is a function of this to evidence, in the order of the checks. */
import type { Check, Evidence, Patch, Slice, Tier } from "../../core/order.ts";
import type { Changed } from "../guards.ts";
import type { Performing } from "../performer.ts";
import type { World } from "../ports.ts";

export type Verifying = {
  /** The engine's own: budget, log. Only a stage that pays for models needs it. */
  run: Performing;
  world: World;
  slice: Slice;
  attempt: number;
  round: number;
  /** What wrote the patch; null when the attempt is not known. */
  tier: Tier | null;
  /** The snapshot the attempt started from. */
  base: string;
  patch: Patch;
  /** The patch's files with their texts before and after. */
  changed: readonly Changed[];
  /** What a verification of the same had come to, for which the money did not last. */
  found: readonly Evidence[];
  signal: AbortSignal;
};

/** As much of it as running something takes: no engine. */
export type Trial = Pick<Verifying, "slice" | "attempt" | "base" | "patch" | "signal"> & {
  world: Pick<World, "repo" | "shell" | "blobs" | "watch"> & {
    settings: Pick<World["settings"], "limits">;
  };
};

export type Run = Extract<Check, { run: string }>;
export type Script = Extract<Check, { script: string }>;
export type Expect = Extract<Check, { expect: string }>;

/** Evidence with what most kinds do not know. */
export const evidenceOf = (
  known: Pick<Evidence, "kind" | "name" | "result" | "why"> & Partial<Evidence>,
): Evidence => ({ before: null, flaky: false, ms: 0, output: null, ...known });

/** Checks one by one, cheap first as they stand; the first failure is the last one looked at. */
export async function eachUntilFail<C>(
  checks: readonly C[],
  signal: AbortSignal,
  judge: (check: C) => Promise<Evidence>,
): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const check of checks) {
    const evidence = await judge(check);
    found.push(evidence);
    if (evidence.result === "fail" || signal.aborted) break;
  }
  return found;
}
