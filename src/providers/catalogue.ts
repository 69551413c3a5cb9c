/**
 * Prices, context windows and efforts, from a small dated table made by test/tools/makeCatalogue.mjs. What it does not
 * know is null, never 0. Settings win over it.
 */
import type { Effort, Tier, Usage } from "../core/order.ts";
import type { PriceSetting, Settings } from "../core/settings.ts";
import type { Catalogue, ModelInfo } from "../engine/ports.ts";
import data from "./catalogue.json" with { type: "json" };

/** US dollars per million tokens. */
type Prices = { input?: number; output?: number; cacheRead?: number; cacheWrite?: number };
/**
 * `long` are the prices of a request with more than `over` input tokens, cached ones included; `peak` those of hours of the
 * day, "HH:MM" UTC, the end excluded; `effort` the default.
 */
type Entry = Prices & {
  long?: Prices & { over: number };
  peak?: (Prices & { from: string; to: string })[];
  context?: number;
  maxOutput?: number;
  tools?: boolean;
  efforts?: Effort[];
  effort?: Effort;
};

const MODELS = data.models as Record<string, Entry>;
/** The day the table is right for, ISO 8601. */
export const CATALOGUE_DATE = data.generated;

type Model = Pick<Tier, "provider" | "model">;

export function catalogue(settings: Pick<Settings, "prices" | "providers">): Catalogue {
  const entryOf = (model: Model): Entry | null =>
    find(vendorOf(model.provider, settings.providers), model.model);
  return {
    info(model) {
      const entry = entryOf(model);
      return entry === null ? null : infoOf(model.model, entry);
    },
    cost(model, usage, at) {
      const own = settings.prices[`${model.provider}/${model.model}`] ?? settings.prices[model.model];
      if (own !== undefined) return costAt(ownPrices(own), usage);
      const entry = entryOf(model);
      return entry === null ? null : costThen(entry, usage, at);
    },
  };
}

const infoOf = (id: string, entry: Entry): ModelInfo => ({
  id,
  context: entry.context ?? null,
  maxOutput: entry.maxOutput ?? null,
  efforts: entry.efforts ?? null,
  defaultEffort: entry.effort ?? null,
  tools: entry.tools ?? null,
});

/** A person who sets no cache prices says that cached tokens cost what others cost. */
const ownPrices = (own: PriceSetting): Prices => ({ cacheRead: own.input, cacheWrite: own.input, ...own });

/** Without a time the dearest hour counts: what is predicted or set aside must not be less than what is billed. */
function costThen(entry: Entry, usage: Usage, at: string | undefined): number | null {
  const hours = (entry.peak ?? []).filter((peak) => at === undefined || isWithin(peak, at.slice(11, 16)));
  const costs = [pricesFor(entry, usage), ...hours].map((prices) => costAt(prices, usage));
  if (at !== undefined && hours.length > 0) return costs.at(-1) ?? null;
  return costs.reduce((most, cost) => (most === null || cost === null ? null : Math.max(most, cost)));
}

const isWithin = ({ from, to }: { from: string; to: string }, time: string): boolean =>
  from <= to ? from <= time && time < to : from <= time || time < to;

function pricesFor(entry: Entry, { input, cacheRead, cacheWrite }: Usage): Prices {
  return entry.long !== undefined && input + cacheRead + cacheWrite > entry.long.over ? entry.long : entry;
}

/** A price is needed only for tokens there are. `output` contains reasoning, so that is not added. */
function costAt(prices: Prices, usage: Usage): number | null {
  let dollars = 0;
  for (const kind of ["input", "output", "cacheRead", "cacheWrite"] as const) {
    const price = prices[kind];
    if (usage[kind] === 0) continue;
    if (price === undefined) return null;
    dollars += (usage[kind] * price) / 1_000_000;
  }
  return dollars;
}

const NAMES: Record<string, string> = {
  xai: "x-ai",
  grok: "x-ai",
  glm: "zai",
  "z-ai": "zai",
  zhipu: "zai",
  moonshot: "moonshotai",
  kimi: "moonshotai",
  gemini: "google",
};
const HOSTS: [RegExp, string][] = [
  [/(^|\.)anthropic\.com$/, "anthropic"],
  [/(^|\.)openai\.com$/, "openai"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)x\.ai$/, "x-ai"],
  [/(^|\.)z\.ai$|(^|\.)bigmodel\.cn$/, "zai"],
  [/(^|\.)moonshot\.(ai|cn)$/, "moonshotai"],
  [/(^|\.)minimaxi?\.(io|com|chat)$/, "minimax"],
  [/(^|\.)googleapis\.com$/, "google"],
];

/** Who bills a provider of the settings. Null for an endpoint we do not know: the same model may cost anything there. */
function vendorOf(provider: string, providers: Settings["providers"]): string | null {
  const setting = providers[provider];
  if (setting === undefined) return NAMES[provider] ?? provider;
  if (setting.kind !== "openai-compatible") return setting.kind;
  if (setting.baseUrl === undefined || !URL.canParse(setting.baseUrl)) return null;
  const { hostname } = new URL(setting.baseUrl);
  return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? null;
}

/** By its name, else by its name without a date or "latest". */
function find(vendor: string | null, model: string): Entry | null {
  const id = model.toLowerCase();
  const plain = id.replace(/-(\d{8}|\d{4}-\d\d-\d\d|latest)$/, "");
  const key = [id, plain].map((name) => `${vendor}/${name}`).find((name) => Object.hasOwn(MODELS, name));
  return vendor === null || key === undefined ? null : (MODELS[key] ?? null);
}
