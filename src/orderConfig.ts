/** What of the settings an order's decisions depend on: as it is opened, and as it changes while it is open. */
import { withRaises } from "./core/budget.ts";
import { type Effort, modelName } from "./core/order.ts";
import { type Config, type Settings, quietMs } from "./core/settings.ts";
import type { Connected } from "./connect.ts";
import type { Engine } from "./engine/engine.ts";
import type { Catalogue } from "./engine/ports.ts";
import { routingOf } from "./engine/predict.ts";
import { unpricedWarning } from "./engine/unpriced.ts";

type Known = Pick<Connected, "catalogue" | "ladder" | "reviewers">;

export function configOf(settings: Settings, { catalogue, ladder, reviewers }: Known): Config {
  const tiers = settings.tiers.length > 0 ? settings.tiers : ladder;
  const efforts: Record<string, Effort[]> = {};
  const defaultEfforts: Record<string, Effort> = {};
  for (const tier of [...tiers, ...[settings.planner, settings.reviewer].filter((one) => one !== null)]) {
    const { efforts: accepted, defaultEffort } = catalogue.info(tier) ?? {};
    if (accepted) efforts[modelName(tier)] = accepted;
    if (defaultEffort) defaultEfforts[modelName(tier)] = defaultEffort;
  }
  const { planner, autonomy, parallel, budget, git, reviewer, policy, limits } = settings;
  const routing = routingOf(catalogue, policy, { tiers, reviewer, reviewers });
  const more = { push: git.push, reviewer, reviewers, routing, quietMs: quietMs(limits) };
  return { tiers, planner, autonomy, parallel, budget, efforts, defaultEfforts, ...more };
}

/** The budget as the settings are now; what a person raised stays while they say what they said then. */
export async function rebudget(engine: Engine, catalogue: Catalogue, settings: Settings): Promise<void> {
  const { config, raises } = engine.order();
  if (config)
    await reconfigure(engine, catalogue, { ...config, budget: withRaises(settings.budget, raises) });
}

/** With what a provider has listed by now. The ladder stays the one that is shown, and so does the budget. */
export async function refine(engine: Engine, settings: Settings, known: Known): Promise<void> {
  const { config } = engine.order();
  if (!config) return;
  const { catalogue, reviewers } = known;
  const now = configOf({ ...settings, tiers: config.tiers }, { catalogue, ladder: config.tiers, reviewers });
  await reconfigure(engine, catalogue, { ...now, budget: config.budget });
}

async function reconfigure(engine: Engine, catalogue: Catalogue, now: Config): Promise<void> {
  const { config, warnings, ended } = engine.order();
  if (ended || engine.broken() || JSON.stringify(config) === JSON.stringify(now)) return;
  for (const event of unpricedWarning(catalogue, now, warnings)) await engine.note(event);
  await engine.note({ type: "configured", config: now });
}
