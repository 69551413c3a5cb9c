/** Guards: what no patch may do, found by reading it. Each is a pure function; one file a theme in guards/. */
import type { Evidence, Patch, Slice } from "../core/order.ts";
import { enforcedBy, namedOnly, noLinkOut, rulesGuard, writeSet } from "./guards/boundary.ts";
import { noBinary, noConflictMarkers, noHugeFile, sizeInProportion } from "./guards/content.ts";
import { type Changed, guard, type Guard } from "./guards/guard.ts";
import { rulesKept, thresholdsKept } from "./guards/lowered.ts";
import { runnerLeftAlone } from "./guards/runner.ts";
import { snapshotsKept } from "./guards/snapshots.ts";
import { subjectNotMocked, testsKept } from "./guards/tests.ts";
import { noDebugger, noStub } from "./guards/unfinished.ts";
import type { TeamRules } from "./ports.ts";

export { refusal, rulesGuard } from "./guards/boundary.ts";
export { secretGuard } from "./guards/content.ts";
export { testCases, withFacts } from "./guards/facts.ts";
export { type Changed, type Guard, guard } from "./guards/guard.ts";
export { notHardCoded } from "./guards/hardCoded.ts";
export { withPatterns } from "./guards/tests.ts";

export const GUARDS: readonly Guard[] = [
  writeSet,
  namedOnly,
  noConflictMarkers,
  noHugeFile,
  noBinary,
  noLinkOut,
  sizeInProportion,
  testsKept,
  subjectNotMocked,
  snapshotsKept,
  rulesKept,
  thresholdsKept,
  noStub,
  noDebugger,
  runnerLeftAlone,
];

/** Evidence that the team's rules are kept; unknown when they cannot be read, so that nothing lands unguarded. */
export function teamEvidence(
  rules: readonly TeamRules[],
  slice: Slice,
  patch: Patch,
  changed: readonly Changed[],
): Evidence[] {
  const unread = rules.flatMap(({ problems = [] }) => problems)[0];
  const enforced = enforcedBy(rules);
  if (!unread && enforced.protect.length + enforced.forbid.length === 0) return [];
  const evidence = guard([rulesGuard(enforced)], slice, patch, changed);
  if (!unread) return evidence;
  const { path, line, key, message } = unread;
  const why = `${path}:${line}${key === null ? "" : ` ${key}`}: ${message}. Mend the file, then try again.`;
  return evidence.map((one) => (one.result === "pass" ? { ...one, result: "unknown", why } : one));
}
