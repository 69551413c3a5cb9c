/**
 * What is known of models and what calls cost: the user's settings first, then what the provider itself has listed in this
 * session, then the dated table. What none of them knows is null, never 0; a 0 the user set is a 0.
 */
import type { Effort, Tier, Usage } from "../core/order.ts";
import type { PriceSetting, Settings } from "../core/settings.ts";
import type { Catalogue, ModelInfo, PriceTable, Prices } from "../engine/ports.ts";
import { type Entry, entryOf, sourceName, undated } from "./catalogueTable.ts";
import { qualityOf } from "./quality.ts";

export { CATALOGUE_DATE, SOURCES } from "./catalogueTable.ts";

/** What is known, and who says so, in words for the user. */
type Fact<T> = { value: T; from: string };
/** `ends`: its vendor switches it off on this day (ISO 8601), or "" when it already has. `offered`: it is in its provider's listing. */
export type ModelFacts = {
  prices: Fact<PriceTable> | null;
  context: Fact<number> | null;
  maxOutput: Fact<number> | null;
  efforts: Fact<Effort[]> | null;
  defaultEffort: Fact<Effort> | null;
  tools: Fact<boolean> | null;
  ends: Fact<string> | null;
  offered: boolean | null;
};
export type KnownModels = Catalogue & { facts(model: Model): ModelFacts };
/** What a provider has listed in this session; null when it was not asked or did not answer. */
export type Listed = (provider: string) => readonly ModelInfo[] | null | undefined;

type Model = Pick<Tier, "provider" | "model">;
type Known = Pick<Settings, "prices" | "providers"> & Partial<Pick<Settings, "models">>;

export function catalogue(
  settings: Known,
  listed: Listed = () => null,
  now: () => string = () => new Date().toISOString(),
): KnownModels {
  // A view asks for every slice and tier, many times a second; only a new listing changes what is known.
  const known = new Map<string, { listing: readonly ModelInfo[] | null; facts: ModelFacts }>();
  const facts = (model: Model): ModelFacts => {
    const listing = listed(model.provider) ?? null;
    const name = `${model.provider}/${model.model}`;
    const had = known.get(name);
    if (had?.listing === listing) return had.facts;
    const made = factsOf(model, settings, listing);
    known.set(name, { listing, facts: made });
    return made;
  };
  return {
    facts,
    info(model) {
      const all = facts(model);
      return isKnown(all) ? infoOf(model.model, all) : null;
    },
    cost(model, usage, at) {
      const prices = facts(model).prices?.value;
      return prices === undefined ? null : costThen(pricesOn(prices, at ?? now()), usage, at);
    },
    rate: (tier) => qualityOf(tier)?.rate ?? null,
  };
}

const isKnown = ({ offered, prices: _prices, ends: _ends, ...limits }: ModelFacts): boolean =>
  offered === true || Object.values(limits).some((fact) => fact !== null);

const infoOf = (id: string, facts: ModelFacts): ModelInfo => ({
  id,
  context: facts.context?.value ?? null,
  maxOutput: facts.maxOutput?.value ?? null,
  efforts: facts.efforts?.value ?? null,
  defaultEffort: facts.defaultEffort?.value ?? null,
  tools: facts.tools?.value ?? null,
});

const LISTING = "the provider's own listing";

function factsOf(model: Model, settings: Known, listing: readonly ModelInfo[] | null): ModelFacts {
  const entry = entryOf(model, settings.providers);
  const listed = listing?.find(({ id }) => id === model.model) ?? listing?.find(sameModel(model.model));
  const own = ofModel(settings.models ?? {}, model);
  const efforts = own.value?.efforts ?? listed?.efforts ?? entry?.efforts ?? null;
  const limits = sourceName(entry?.from.limits);
  const fact = <T>(key: "context" | "maxOutput" | "tools", table: T | undefined): Fact<T> | null =>
    first<T>(
      [own.value?.[key] as T | undefined, own.key],
      [listed?.[key] as T | null | undefined, LISTING],
      [table, limits],
    );
  const effort = first<Effort>(
    [own.value?.effort, own.key],
    [listed?.defaultEffort, LISTING],
    [entry?.effort, sourceName(entry?.from.efforts)],
  );
  return {
    prices: pricesOf(model, settings, listed?.prices, entry),
    context: fact("context", entry?.context),
    maxOutput: fact("maxOutput", entry?.maxOutput),
    tools: fact("tools", entry?.tools),
    efforts: first(
      [own.value?.efforts, own.key],
      [listed?.efforts, LISTING],
      [entry?.efforts, sourceName(entry?.from.efforts)],
    ),
    // A default that is not accepted is none: the sources are of different days.
    defaultEffort: effort !== null && efforts?.includes(effort.value) === false ? null : effort,
    ends: endOf(entry, listed !== undefined),
    offered: listing === null ? null : listed !== undefined,
  };
}

const sameModel =
  (wanted: string) =>
  ({ id }: ModelInfo): boolean =>
    undated(id) === undated(wanted);

function first<T>(...said: [value: T | null | undefined, from: string][]): Fact<T> | null {
  const found = said.find(([value]) => value !== null && value !== undefined);
  return found ? { value: found[0] as T, from: found[1] } : null;
}

/** What the user says of a model: by "provider/model", else by the model's name alone. */
function ofModel<T>(settings: Record<string, T>, { provider, model }: Model): { value?: T; key: string } {
  const key = [`${provider}/${model}`, model].find((name) => Object.hasOwn(settings, name));
  return key === undefined ? { key: "" } : { value: settings[key], key: `your settings (${key})` };
}

function pricesOf(
  model: Model,
  settings: Known,
  listed: Prices | undefined,
  entry: Entry | null,
): Fact<PriceTable> | null {
  const own = ofModel(settings.prices, model);
  if (own.value !== undefined) return { value: ownPrices(own.value), from: own.key };
  if (listed !== undefined) return { value: listed, from: LISTING };
  if (entry?.input === undefined) return null;
  const { input, output, cacheRead, cacheWrite, cacheWriteHour, long, peak, later } = entry;
  const value = { input, output, cacheRead, cacheWrite, cacheWriteHour, long, peak, later };
  const known = Object.entries(value).filter(([, price]) => price !== undefined);
  return { value: Object.fromEntries(known), from: sourceName(entry.from.prices) };
}

/** A person who sets no cache prices says that cached tokens cost what others cost. */
const ownPrices = ({ long, ...own }: PriceSetting): PriceTable => ({
  ...cached(own),
  ...(long && { long: { ...cached(long), over: long.over } }),
});
const cached = <P extends { input: number }>(own: P): P & Prices => ({
  cacheRead: own.input,
  cacheWrite: own.input,
  ...own,
});

/** A model its vendor still lists has not ended, whatever the table says. */
function endOf(entry: Entry | null, isListed: boolean): Fact<string> | null {
  if (entry?.ends !== undefined) return { value: entry.ends, from: sourceName(entry.from.efforts) };
  return entry?.retired === true && !isListed ? { value: "", from: sourceName("z") } : null;
}

/** What holds at a time: what was known to come may have come since the table was made. */
const pricesOn = (prices: PriceTable, at: string): PriceTable =>
  prices.later?.findLast(({ day }) => day <= at.slice(0, 10)) ?? prices;

/** Without a time the dearest hour counts: what is predicted or set aside must not be less than what is billed. */
function costThen(prices: PriceTable, usage: Usage, at: string | undefined): number | null {
  const hours = (prices.peak ?? []).filter((peak) => at === undefined || isWithin(peak, at.slice(11, 16)));
  const costs = [pricesFor(prices, usage), ...hours].map((one) => costAt(one, usage));
  if (at !== undefined && hours.length > 0) return costs.at(-1) ?? null;
  return costs.reduce((most, cost) => (most === null || cost === null ? null : Math.max(most, cost)));
}

const isWithin = ({ from, to }: { from: string; to: string }, time: string): boolean =>
  from <= to ? from <= time && time < to : from <= time || time < to;

function pricesFor(prices: PriceTable, { input, cacheRead, cacheWrite }: Usage): Prices {
  return prices.long !== undefined && input + cacheRead + cacheWrite > prices.long.over
    ? prices.long
    : prices;
}

/**
 * A price is needed only for tokens there are. `output` contains reasoning, so that is not added. Cached tokens without a price
 * of their own count as input: at most what is billed, where unknown would let them pass every budget.
 */
function costAt(prices: Prices, usage: Usage): number | null {
  let dollars = 0;
  for (const kind of ["input", "output", "cacheRead", "cacheWrite"] as const) {
    const price = prices[kind] ?? (kind === "output" ? undefined : prices.input);
    if (usage[kind] === 0) continue;
    if (price === undefined) return null;
    dollars += (usage[kind] * price) / 1_000_000;
  }
  return dollars;
}
