/** A verdict, computed from evidence and nothing else. */
import type { Evidence, Verdict } from "./order.ts";

/**
 * Any fail is fail; any unknown without a fail, or nothing that shows anything, is unknown. Fails closed. A reviewer of the
 * author's own family is no second kind of evidence, and an adversary that found nothing is none at all.
 */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  const asked = evidence.filter(({ kind, result }) => kind !== "adversary" || result === "fail");
  const has = (result: Evidence["result"]): boolean => asked.some((one) => one.result === result);
  const executed = asked.filter(({ kind, result }) => kind !== "guard" && result === "pass");
  const result = has("fail") ? "fail" : has("unknown") || executed.length === 0 ? "unknown" : "pass";
  const redToGreen = executed.some(({ before, flaky }) => before === "fail" && !flaky);
  const kinds = new Set(
    executed.filter(({ flaky, reviewer }) => !flaky && !reviewer?.kin).map(({ kind }) => kind),
  );
  return { result, strong: result === "pass" && (redToGreen || kinds.size >= 2), evidence: [...evidence] };
}

/** Something was run and passed: no model's word alone lands anything by itself. */
export const wasRun = ({ evidence }: Verdict): boolean =>
  evidence.some(({ kind, result }) => result === "pass" && (kind === "command" || kind === "script"));
