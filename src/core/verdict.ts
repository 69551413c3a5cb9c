/** A verdict, computed from evidence and nothing else. */
import type { Evidence, Verdict } from "./order.ts";

/** Any fail is fail; any unknown without a fail, or no executable evidence at all, is unknown. Fails closed. */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  const has = (result: Evidence["result"]): boolean => evidence.some((one) => one.result === result);
  const executed = evidence.filter(({ kind, result }) => kind !== "guard" && result === "pass");
  const result = has("fail") ? "fail" : has("unknown") || executed.length === 0 ? "unknown" : "pass";
  const redToGreen = executed.some(({ before, flaky }) => before === "fail" && !flaky);
  const kinds = new Set(executed.filter(({ flaky }) => !flaky).map(({ kind }) => kind));
  return { result, strong: result === "pass" && (redToGreen || kinds.size >= 2), evidence: [...evidence] };
}
