/** What is wrong with a ladder and its roles, in words with the next step. Nothing here stops an order: the run says it again. */
import { type Tier, tierName } from "./core/order.ts";
import { type Connected, isBuiltIn } from "./connect.ts";
import { VSCODE_LM } from "./providers/languageModel.ts";
import { attemptCost } from "./ladder.ts";

/** `grave`: an attempt on that tier fails, or there is none. */
type LadderProblem = { tier: string | null; grave: boolean; message: string };
type Roles = { tiers: readonly Tier[]; planner: Tier | null; reviewer: Tier | null };

/** `today` is ISO 8601. */
export function ladderProblems(roles: Roles, known: Connected, today: string): LadderProblem[] {
  const { tiers, planner, reviewer } = roles;
  if (tiers.length === 0) return [{ tier: null, grave: true, message: EMPTY }];
  const all = [...tiers, ...[planner, reviewer].filter((one) => one !== null)];
  const names = all.map(tierName);
  const own = all
    .filter((_, at) => names.indexOf(names[at] ?? "") === at)
    .flatMap((tier) => problemsOf(tier, known, today));
  return [...own, ...twice(tiers), ...outOfOrder(tiers, known)];
}

const EMPTY =
  "The ladder is empty: slicewise.tiers names no model, and no provider whose models are known has a key. Set one (ANTHROPIC_API_KEY or OPENAI_API_KEY, or “Slicewise: Set API Key”), or name tiers in slicewise.tiers.";

function problemsOf(tier: Tier, { providers, keyed, catalogue }: Connected, today: string): LadderProblem[] {
  const name = tierName(tier);
  const problem = (grave: boolean, message: string): LadderProblem => ({ tier: name, grave, message });
  if (!providers.has(tier.provider)) {
    if (tier.provider === VSCODE_LM)
      return [
        problem(
          true,
          `${name}: models of VS Code can only be used in VS Code. In a terminal, choose another.`,
        ),
      ];
    const known = [...providers.keys()].join(", ");
    return [
      problem(
        true,
        `${name}: there is no provider “${tier.provider}” (known: ${known}). Add it to slicewise.providers, or choose another model.`,
      ),
    ];
  }
  const found: LadderProblem[] = [];
  const { efforts, ends, offered, prices, tools } = catalogue.facts(tier);
  if (isBuiltIn(tier.provider) && !keyed.includes(tier.provider))
    found.push(problem(true, `${name}: ${tier.provider} has no key. Set one, or choose another model.`));
  if (ends !== null) {
    const past = ends.value <= today;
    const when = ends.value === "" ? "" : ` on ${ends.value}`;
    const what = past ? `was switched off by its vendor${when}` : `will be switched off by its vendor${when}`;
    found.push(problem(past, `${name} ${what} (${ends.from}). Choose another model.`));
  }
  if (offered === false)
    found.push(
      problem(
        false,
        `${name}: ${tier.provider} does not list this model. If calls fail, choose one it lists.`,
      ),
    );
  if (tier.effort !== null && efforts !== null && !efforts.value.includes(tier.effort)) {
    const taken = efforts.value.length === 0 ? "no effort" : efforts.value.join(", ");
    found.push(
      problem(
        true,
        `${name}: this model does not take effort ${tier.effort}; it takes ${taken} (${efforts.from}).`,
      ),
    );
  }
  if (tools?.value === false)
    found.push(problem(true, `${name} cannot call tools (${tools.from}): it can neither plan nor execute.`));
  if (prices === null)
    found.push(
      problem(
        false,
        `${name}: its price is unknown, so its cost is shown as unknown and no budget can hold it. Set it in slicewise.prices.`,
      ),
    );
  return found;
}

function twice(tiers: readonly Tier[]): LadderProblem[] {
  const names = tiers.map(tierName);
  const again = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return again.map((name) => ({
    tier: name,
    grave: false,
    message: `${name} stands on the ladder twice: failing there, a slice would be tried there again. Take one out.`,
  }));
}

/** Rungs of equal price are in order either way. */
function outOfOrder(tiers: readonly Tier[], { catalogue }: Connected): LadderProblem[] {
  return tiers.flatMap((tier, at): LadderProblem[] => {
    const below = tiers[at - 1];
    if (below === undefined) return [];
    const [under, cost] = [attemptCost(catalogue, below), attemptCost(catalogue, tier)];
    if (under === null || cost === null || cost >= under) return [];
    const message = `${tierName(tier)} costs less than ${tierName(below)} below it: a ladder is climbed from cheap to dear. Change their order in slicewise.tiers.`;
    return [{ tier: tierName(tier), grave: false, message }];
  });
}
