/**
 * Writes src/providers/catalogue.json from @pydantic/genai-prices (prices), llm-zoo (context, efforts, and prices the first
 * does not have) and checkedModels.json, a table checked by hand, whose figures win over both. Prints where they differ.
 * node test/tools/makeCatalogue.mjs [path/to/newer/models.json]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { findProvider } from "@pydantic/genai-prices";
import { MODEL_CONFIGS } from "llm-zoo";

const VENDORS = ["anthropic", "openai", "deepseek", "x-ai", "google", "moonshotai", "zai", "minimax"];
const ZOO_VENDOR = { xai: "x-ai", moonshot: "moonshotai", glm: "zai" };
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const NO_CHAT =
  /image|audio|realtime|transcribe|tts|embedding|moderation|whisper|voice|live|search|instruct|davinci|curie|babbage|^ada$|^ft:|computer-use|\.ft-|:|^claude-(v1|2)|claude-3|gpt-3|gpt-4(-|$)|o1|gemini-(1|2\.0|pro|flash-1|omni)|gemma-2|M2-her/;

/** Our names of prices, and theirs. `cacheWriteHour` is for what is kept an hour instead of five minutes. */
const KEYS = {
  input: "input_mtok",
  output: "output_mtok",
  cacheRead: "cache_read_mtok",
  cacheWrite: "cache_write_mtok",
  cacheWriteHour: "cache_write_1h_mtok",
};
const CHECKED_KEYS = {
  input: "input",
  output: "output",
  cacheRead: "cache_read",
  cacheWrite: "cache_write",
  cacheWriteHour: "cache_write_1h",
  context: "context",
  efforts: "efforts",
};
export const CHECKED = new URL("checkedModels.json", import.meta.url);
const TABLE = new URL("../../src/providers/catalogue.json", import.meta.url);

/** The letters of `from` in an entry: whose prices, and whose limits and efforts these are. */
const sourcesOf = (checked) => ({
  p: "@pydantic/genai-prices 0.1.8",
  z: "llm-zoo 1.37.0",
  c: `table checked by hand, ${checked.generated}`,
});

/** The table's text, and where the sources differ: what is used stands last. */
export function buildCatalogue(checked) {
  const made = { models: {}, conflicts: [], day: new Date(`${checked.generated}T12:00:00Z`) };
  for (const vendor of VENDORS)
    for (const model of findProvider({ providerId: vendor }).models) addPriced(made, vendor, model);
  for (const [key, same] of zooModels()) addKnown(made, key, same);
  for (const model of checked.models) addChecked(made, model);
  const lines = Object.entries(made.models)
    .filter(([, entry]) => entry.input !== undefined || entry.efforts !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { from, ...entry }]) => `    ${JSON.stringify(id)}: ${JSON.stringify({ ...entry, from })}`);
  const head = `  "generated": ${JSON.stringify(checked.generated)},\n  "sources": ${JSON.stringify(sourcesOf(checked))}`;
  return { text: `{\n${head},\n  "models": {\n${lines.join(",\n")}\n  }\n}\n`, conflicts: made.conflicts };
}

function addPriced({ models, day }, vendor, { id, context_window, prices }) {
  if (NO_CHAT.test(id) || (vendor === "google" && !id.startsWith("gem"))) return;
  const price = priceOn(prices, day);
  if (price?.input_mtok === undefined || price.output_mtok === undefined) return;
  const entry = { from: { prices: "p" }, ...priced(price) };
  const peak = peaks(prices);
  if (peak.length > 0) entry.peak = peak;
  const later = pricesAfter(prices, day);
  if (later.length > 0) entry.later = later;
  if (context_window !== undefined) Object.assign(entry, { context: context_window }).from.limits = "p";
  models[`${vendor}/${id.toLowerCase()}`] = entry;
}

/** By our names, with those of long prompts. */
function priced(price) {
  const entry = {};
  const long = {};
  for (const [key, theirs] of Object.entries(KEYS)) {
    const value = price[theirs];
    if (value === undefined) continue;
    entry[key] = typeof value === "number" ? value : value.base;
    const tier = value.tiers?.[0];
    if (tier !== undefined) Object.assign(long, { over: tier.start, [key]: tier.price });
  }
  return long.over === undefined ? entry : { ...entry, long };
}

/** Prices known to come, by the day they hold from, the next one first. */
const pricesAfter = (prices, day) =>
  (Array.isArray(prices) ? prices : [])
    .filter(({ constraint }) => new Date(constraint?.start_date ?? 0) > day)
    .map(({ constraint, prices: price }) => ({ day: constraint.start_date, ...priced(price) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));

/** Prices by the hour of the day, UTC; of those that a later start date has not replaced. */
function peaks(prices) {
  if (!Array.isArray(prices)) return [];
  return prices.flatMap(({ constraint, prices: price }) => {
    if (constraint?.start_time === undefined) return [];
    const known = Object.entries(KEYS).filter(([, theirs]) => typeof price[theirs] === "number");
    const at = { from: constraint.start_time.slice(0, 5), to: constraint.end_time.slice(0, 5) };
    return [{ ...at, ...Object.fromEntries(known.map(([key, theirs]) => [key, price[theirs]])) }];
  });
}

/** The last price whose start is past. */
function priceOn(prices, day) {
  if (!Array.isArray(prices)) return prices;
  const valid = prices.filter(
    ({ constraint }) =>
      constraint === undefined ||
      (constraint.start_date !== undefined && new Date(constraint.start_date) <= day),
  );
  return valid.at(-1)?.prices;
}

/** By vendor and name without a date: the same model stands there once a way to buy it. */
function zooModels() {
  const all = Object.values(MODEL_CONFIGS).flatMap((model) => {
    const vendor = ZOO_VENDOR[model.provider] ?? model.provider;
    const id = model.fullName.toLowerCase().replace(/-(\d{8}|\d{4}-\d\d-\d\d)$/, "");
    return VENDORS.includes(vendor) && !model.openRouterOnly && !NO_CHAT.test(id)
      ? [[`${vendor}/${id}`, model]]
      : [];
  });
  return grouped(all);
}

/** Map.groupBy, which Node 20 does not have. */
function grouped(pairs) {
  const groups = new Map();
  for (const pair of pairs) groups.set(pair[0], [...(groups.get(pair[0]) ?? []), pair]);
  return groups;
}

/** Billed by tokens at the usual speed: what a subscription includes says 0, and 0 there also stands for unknown. */
const isBilled = ({ inputPrice, outputPrice, codexSubscription, kimiSubscription, serviceTier }) =>
  inputPrice > 0 && outputPrice > 0 && !codexSubscription && !kimiSubscription && !serviceTier;

function addKnown({ models, conflicts }, key, same) {
  const all = same.map(([, model]) => model);
  const entry = (models[key] ??= { from: {} });
  const billed = all.filter(isBilled);
  if (all.every(({ retired }) => retired === true)) entry.retired = true;
  for (const { contextWindow, maxOutputTokens, capabilities } of all) {
    if (entry.context === undefined) Object.assign(entry, { context: contextWindow }).from.limits = "z";
    entry.maxOutput ??= maxOutputTokens;
    entry.tools ??= capabilities?.supportsFunctionCalling;
    addEfforts(entry, capabilities);
  }
  const price = billed.at(0);
  if (price === undefined) return;
  const found = [entry.input, entry.output];
  if (entry.input === undefined) {
    if (entry.retired || new Set(billed.map(({ inputPrice }) => inputPrice)).size > 1) return;
    Object.assign(entry, { input: price.inputPrice, output: price.outputPrice }).from.prices = "z";
  } else if (
    !billed.some(({ inputPrice, outputPrice }) => found[0] === inputPrice && found[1] === outputPrice)
  )
    conflicts.push(`${key} in/out: ${price.inputPrice}/${price.outputPrice} (z) -> ${found.join("/")} (p)`);
}

function addEfforts(entry, capabilities) {
  const efforts = capabilities?.supportedReasoningEfforts;
  if (entry.efforts !== undefined) return;
  if (efforts !== undefined) {
    entry.efforts = EFFORTS.filter((one) => efforts.includes(one));
    entry.effort ??= capabilities.reasoningEffort;
  } else if (capabilities?.supportsReasoningEffort === false) entry.efforts = [];
  else return;
  entry.from.efforts = "z";
}

const SHUTDOWN = /shutdown (\d{4}-\d\d-\d\d)/;

function addChecked({ models, conflicts }, model) {
  const key = `${model.provider}/${model.id}`;
  const entry = (models[key] ??= { from: {} });
  for (const [ours, theirs] of Object.entries(CHECKED_KEYS)) {
    const value = model[theirs];
    if (value === undefined || value === null) continue;
    const found = entry[ours];
    if (found !== undefined && String(found) !== String(value))
      conflicts.push(`${key} ${ours}: ${found} -> ${value} (c)`);
    entry[ours] = value;
  }
  if (model.input != null) entry.from.prices = "c";
  if (model.context != null) entry.from.limits = "c";
  if (model.efforts != null) entry.from.efforts = "c";
  if (model.default_effort !== null) entry.effort = model.default_effort;
  const ends = SHUTDOWN.exec(model.note ?? "")?.[1];
  if (ends !== undefined) entry.ends = ends;
  entry.tools ??= true;
  if (model.long_context == null) return;
  const { threshold_tokens: over, input: longInput, output: longOutput } = model.long_context;
  entry.long = { ...scaled(entry, longInput), ...entry.long, over, input: longInput, output: longOutput };
}

/** Cached tokens cost the same share of the input price in a long prompt. */
function scaled({ input, cacheRead, cacheWrite, cacheWriteHour }, longInput) {
  const cached = Object.entries({ cacheRead, cacheWrite, cacheWriteHour });
  const times = (price) => Number(((price * longInput) / input).toFixed(6));
  return Object.fromEntries(
    cached.flatMap(([key, price]) => (price === undefined ? [] : [[key, times(price)]])),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const checked = JSON.parse(readFileSync(process.argv[2] ?? CHECKED, "utf8"));
  const { text, conflicts } = buildCatalogue(checked);
  writeFileSync(TABLE, text);
  for (const one of [...conflicts, ...checked.conflicts.map((known) => `known: ${known}`)]) console.log(one);
}
