/** The dated table made by test/tools/makeCatalogue.mjs, and which of its entries a provider of the settings bills by. */
import type { Effort, Tier } from "../core/order.ts";
import type { Settings } from "../core/settings.ts";
import type { PriceTable } from "../engine/ports.ts";
import data from "./catalogue.json" with { type: "json" };

/** `effort` is the default; `ends` the day (ISO 8601) its vendor switches it off; `from` tells where its facts come from. */
export type Entry = PriceTable & {
  context?: number;
  maxOutput?: number;
  tools?: boolean;
  efforts?: Effort[];
  effort?: Effort;
  retired?: boolean;
  ends?: string;
  from: { prices?: Source; limits?: Source; efforts?: Source };
};
type Source = keyof typeof data.sources;

const MODELS = data.models as Record<string, Entry>;
/** The day the table is right for, ISO 8601. */
export const CATALOGUE_DATE = data.generated;
/** Where its facts are from, by the letter in `from`. */
export const SOURCES = data.sources;

export const sourceName = (source: Source | undefined): string =>
  source === undefined ? `catalogue of ${CATALOGUE_DATE}` : data.sources[source];

type Model = Pick<Tier, "provider" | "model">;

/** Null for a model it does not know, or of an endpoint that may bill it otherwise. */
export const entryOf = (model: Model, providers: Settings["providers"]): Entry | null =>
  find(vendorOf(model.provider, providers), model.model);

/** Models of a provider a new ladder may be made of, by the name they stand there. */
export function modelsOf(provider: string, providers: Settings["providers"]): string[] {
  const vendor = vendorOf(provider, providers);
  const ids = vendor === null ? [] : Object.keys(MODELS).filter((id) => id.startsWith(`${vendor}/`));
  return ids.map((id) => id.slice(id.indexOf("/") + 1));
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

/** A model's name without a date or "latest". */
export const undated = (model: string): string =>
  model.toLowerCase().replace(/-(\d{8}|\d{4}-\d\d-\d\d|latest)$/, "");

/** By its name, else by its name without a date. */
function find(vendor: string | null, model: string): Entry | null {
  const names = [model.toLowerCase(), undated(model)];
  const key = names.map((name) => `${vendor}/${name}`).find((name) => Object.hasOwn(MODELS, name));
  return vendor === null || key === undefined ? null : (MODELS[key] ?? null);
}
