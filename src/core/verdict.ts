/** A verdict, computed from evidence and nothing else. */
import type { Autonomy, Evidence, Over, Slice, SliceClass, Verdict } from "./order.ts";

/**
 * Any fail is fail; any unknown without a fail, or nothing that shows anything, is unknown. Fails closed. A reviewer of the
 * author's own family is no second kind of evidence, and an adversary that found nothing is none at all; one that the money did not
 * last for has yet to look. Nothing is strong where tests were changed that could be compared by patterns only: what they still
 * demand is not known well enough.
 */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  const asked = evidence.filter(
    ({ kind, result, over }) => kind !== "adversary" || result === "fail" || over,
  );
  const has = (result: Evidence["result"]): boolean => asked.some((one) => one.result === result);
  const executed = asked.filter(({ kind, result }) => kind !== "guard" && result === "pass");
  const result = has("fail") ? "fail" : has("unknown") || executed.length === 0 ? "unknown" : "pass";
  const redToGreen = executed.some(({ before, flaky }) => before === "fail" && !flaky);
  const kinds = new Set(
    executed.filter(({ flaky, reviewer }) => !flaky && !reviewer?.kin).map(({ kind }) => kind),
  );
  const isSure = !evidence.some(({ patterns = [] }) => patterns.some(({ existed }) => existed));
  const strong = result === "pass" && isSure && (redToGreen || kinds.size >= 2);
  return { result, strong, evidence: [...evidence] };
}

/** What a verdict says nothing of: what came out unknown, and checks that were not looked at. Names, as they stand in the task. */
export function leftOpen(
  { checks }: Pick<Slice, "checks">,
  { evidence }: Pick<Verdict, "evidence">,
): string[] {
  const named = checks.map((check) =>
    "run" in check ? check.run : "script" in check ? check.script : check.expect,
  );
  const looked = new Set(evidence.map(({ name }) => name));
  const unknown = evidence.filter(({ result }) => result === "unknown").map(({ name }) => name);
  return [...unknown, ...named.filter((name) => !looked.has(name))];
}

/** The budget that somebody was not asked for; null when everybody was. */
export const unpaid = ({ evidence }: Pick<Verdict, "evidence">): Over | null =>
  evidence.find(({ over }) => over !== undefined)?.over ?? null;

/** Something was run and passed: no model's word alone lands anything by itself. */
export const wasRun = ({ evidence }: Verdict): boolean =>
  evidence.some(({ kind, result }) => result === "pass" && (kind === "command" || kind === "script"));

/** A model of another family judged it, too. An adversary that found nothing is no judgement. */
const wasReviewed = ({ evidence }: Verdict): boolean =>
  evidence.some(({ kind, result, reviewer }) => kind === "reviewer" && result === "pass" && !reviewer?.kin);

/**
 * Whether a slice lands without a person. `unknown` never does, nor what nothing was run for. Strong evidence is always enough
 * but for C4: what is architecture or ambiguous no test shows alone, so under `supervised` a reviewer must have judged it.
 * Weaker evidence is enough only where the user left everything to us, for C1 and C2, above the two lowest tiers.
 */
export function mayLand(
  verdict: Verdict,
  of: { autonomy: Autonomy; class: SliceClass; isLowTier: boolean },
): boolean {
  if (of.autonomy === "review" || verdict.result !== "pass" || !wasRun(verdict)) return false;
  const isHard = of.class === "C3" || of.class === "C4";
  if (!verdict.strong) return of.autonomy === "full" && !of.isLowTier && !isHard;
  return of.class !== "C4" || of.autonomy === "full" || wasReviewed(verdict);
}

/** Why it is unknown although nothing failed and nothing is left open: in words, with the next step. */
export const NOTHING_RAN =
  "nothing executable shows that this is right: no check of it runs anything. Add one with `before: fail` to its task, or judge it yourself";
