/**
 * Computes a verdict from evidence: guards, then commands, then verification functions, then the reviewer. Cheap first; the
 * stage that finds a failure is the last one.
 */
import type { Event } from "../../core/event.ts";
import type { Evidence, Patch, Sha, Verdict } from "../../core/order.ts";
import type { Attempt, SliceState } from "../../core/state.ts";
import { verdictOf } from "../../core/verdict.ts";
import {
  type Changed,
  GUARDS,
  guard,
  notHardCoded,
  secretGuard,
  teamEvidence,
  testCases,
  withFacts,
  withPatterns,
} from "../guards.ts";
import { type Performer, stateOf } from "../performer.ts";
import type { World } from "../ports.ts";
import { commands } from "./commands.ts";
import { functions } from "./functions.ts";
import { review } from "./review.ts";
import type { Verifying } from "./verifying.ts";

/** `before` is the evidence of the stages before it. */
type Stage = (context: Verifying, before: readonly Evidence[]) => Promise<Evidence[]>;
const frozenFunctions: Stage = (context) => functions({ ...context, frozen: context.run.order().functions });
const STAGES: readonly Stage[] = [
  guards,
  unlessFound("command", commands),
  unlessFound("script", frozenFunctions),
  review,
];

export const verify: Performer<"verify"> = async (step, run, signal) => {
  const { world } = run;
  const started = world.clock.awake();
  const { slice, attempts, hash } = stateOf(run, step.slice);
  const last = attempts.at(-1);
  const { attempt, round, patch } = step;
  const changed = await contents(world, patch);
  const context: Verifying = {
    ...{ run, world, slice, attempt, round, patch, changed, signal },
    tier: last?.tier ?? null,
    base: last?.base ?? "",
    found: foundBy(last, hash),
  };
  const evidence = await inStages(context);
  if (signal.aborted) return [];
  const ms = Math.round(world.clock.awake() - started);
  const verdict = verdictOf(evidence);
  return [
    { type: "judged", slice: slice.id, attempt, round, verdict, ms },
    ...stopped(slice.id, attempt, verdict),
  ];
};

/** Of the same patch on the same base by the same task file; what is checked otherwise now is checked again. */
const foundBy = (last: Attempt | undefined, hash: SliceState["hash"]): readonly Evidence[] =>
  last?.found?.hash === hash ? last.found.evidence : [];

/** Guards take no time, and what they go by may have changed: only what was run is not run again. */
function unlessFound(kind: Evidence["kind"], stage: Stage): Stage {
  return async (context, before) => {
    const names = context.slice.checks.flatMap((check) => ("expect" in check ? [] : Object.values(check)));
    const found = context.found.filter((one) => one.kind === kind && names.includes(one.name));
    return found.length > 0 ? found : stage(context, before);
  };
}

/** A reviewer that the order's or the day's budget does not last for stops the order, as an executor does. */
function stopped(slice: string, attempt: number, verdict: Verdict): Event[] {
  const unpaid = verdict.evidence.find(({ over }) => over !== undefined);
  if (verdict.result === "fail" || !unpaid?.over || unpaid.over.what === "slice") return [];
  const fault = { kind: "money-limit" as const, message: `${slice}: ${unpaid.why}`, over: unpaid.over };
  return [{ type: "faulted", slice, attempt, during: "verify", fault }];
}

async function inStages(context: Verifying): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  for (const stage of STAGES) {
    evidence.push(...(await stage(context, evidence)));
    if (context.signal.aborted || evidence.some(({ result }) => result === "fail")) break;
  }
  return evidence;
}

async function guards({ world, slice, patch, changed: texts }: Verifying): Promise<Evidence[]> {
  const changed = await withFacts(world, texts);
  const cases = await testCases(world, slice, changed);
  const found = guard([...GUARDS, notHardCoded(cases), secretGuard(world.redact)], slice, patch, changed);
  return [
    ...withPatterns(found, changed),
    ...teamEvidence(await world.files.teamRules(), slice, patch, changed),
  ];
}

const contents = ({ blobs }: Pick<World, "blobs">, patch: Patch): Promise<Changed[]> =>
  Promise.all(
    patch.map(async ({ path, mode, before, after }) => ({
      path,
      isLink: mode === "120000",
      before: await text(blobs, before),
      after: await text(blobs, after),
    })),
  );

const text = async (blobs: World["blobs"], sha: Sha | null): Promise<string | null> =>
  sha === null ? null : new TextDecoder().decode(await blobs.get(sha));
