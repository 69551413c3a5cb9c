/** Models without a price where there is a budget: their calls are allowed, and a person should know that nothing holds them. */
import type { Event } from "../core/event.ts";
import { NO_USAGE, type Tier, modelName } from "../core/order.ts";
import type { Config } from "../core/settings.ts";
import type { Catalogue } from "./ports.ts";

const ONE_OF_EACH = { ...NO_USAGE, input: 1, output: 1 };

/** Said once: not when it is among the order's warnings. */
export function unpricedWarning(
  { cost }: Pick<Catalogue, "cost">,
  config: Config,
  warnings: readonly string[],
): Event[] {
  if (Object.values(config.budget).every((dollars) => dollars === null)) return [];
  const names = new Set(
    askedBy(config)
      .filter((tier) => cost(tier, ONE_OF_EACH) === null)
      .map(modelName),
  );
  if (names.size === 0) return [];
  const [whose, calls] = names.size === 1 ? ["price", "its calls"] : ["prices", "their calls"];
  const message = `The ${whose} of ${[...names].join(", ")} ${names.size === 1 ? "is" : "are"} unknown: ${calls} cost what no budget can hold. Set it in slicewise.prices.`;
  return warnings.includes(message) ? [] : [{ type: "warned", message }];
}

/** A reviewer that nobody named is one of known price, or on the ladder. */
const askedBy = ({ tiers, planner, reviewer }: Config): Tier[] =>
  [...tiers, planner, reviewer].filter((tier) => tier !== null && tier !== undefined);
