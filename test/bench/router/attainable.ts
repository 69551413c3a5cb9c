/** How far one could get on a table with all of its outcomes known beforehand: what no router can promise, and none should miss. */
import type { Verifier } from "../../../src/core/router/terms.ts";
import type { Instance } from "./table.ts";

/** The longest climb the rule of the ladder allows. */
const MODELS = 3;

export type Asked = { resolved: number; wrong: number };

/**
 * Mean cost of the cheapest fixed climb over these tiers (cheapest first) that resolves and lets through what is `asked`, both
 * shares of the instances on average over the verifier's luck. `verifierAt` tells how the tier at a place of a climb is
 * verified, `costOf` what a try costs. Infinity when no climb does.
 */
export function attainable(
  instances: readonly Instance[],
  tiers: readonly string[],
  verifierAt: (place: number) => Verifier,
  costOf: (instance: Instance, tier: string) => number,
  asked: Asked,
): number {
  const tries = tiers.map((tier) =>
    instances.map((one) => ({ right: one.tries.get(tier)?.resolved === true, cost: costOf(one, tier) })),
  );
  let least = Infinity;
  const climb = (
    from: number,
    place: number,
    left: readonly number[],
    so: Asked & { cost: number },
  ): void => {
    const { falseAccept, falseReject, cost: check } = verifierAt(place);
    for (let at = from; at < tiers.length; at += 1) {
      const now = { ...so };
      const next = left.map((share, instance) => {
        const { right, cost } = tries[at]?.[instance] ?? { right: false, cost: 0 };
        const accepted = right ? 1 - falseReject : falseAccept;
        now.cost += (share * (cost + check)) / instances.length;
        now[right ? "resolved" : "wrong"] += (share * accepted) / instances.length;
        return share * (1 - accepted);
      });
      if (now.cost >= least || now.wrong > asked.wrong) continue;
      if (now.resolved >= asked.resolved) least = now.cost;
      else if (place + 1 < MODELS) climb(at + 1, place + 1, next, now);
    }
  };
  climb(
    0,
    0,
    instances.map(() => 1),
    { resolved: 0, wrong: 0, cost: 0 },
  );
  return least;
}
