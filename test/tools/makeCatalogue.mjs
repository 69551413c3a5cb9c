/**
 * Writes src/providers/catalogue.json from @pydantic/genai-prices (prices), llm-zoo (context, efforts) and a hand-checked
 * table of models whose figures win over both: node test/tools/makeCatalogue.mjs path/to/models.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { findProvider } from "@pydantic/genai-prices";
import { MODEL_CONFIGS } from "llm-zoo";

const VENDORS = ["anthropic", "openai", "deepseek", "x-ai", "google", "moonshotai", "zai", "minimax"];
const ZOO_VENDOR = { xai: "x-ai", moonshot: "moonshotai", glm: "zai" };
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const NO_CHAT =
  /image|audio|realtime|transcribe|tts|embedding|moderation|whisper|voice|live|search|instruct|davinci|curie|babbage|^ada$|^ft:|computer-use|\.ft-|:|^claude-(v1|2)|claude-3|gpt-3|gpt-4(-|$)|o1|gemini-(1|2\.0|pro|flash-1|omni)|gemma-2|M2-her/;

const KEYS = {
  input: "input_mtok",
  output: "output_mtok",
  cacheRead: "cache_read_mtok",
  cacheWrite: "cache_write_mtok",
};

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("give the path of the hand-checked models.json");
const checked = JSON.parse(readFileSync(path, "utf8"));
const day = new Date(`${checked.generated}T12:00:00Z`);

const models = {};
for (const vendor of VENDORS)
  for (const model of findProvider({ providerId: vendor }).models) addPriced(vendor, model);
for (const model of Object.values(MODEL_CONFIGS))
  addKnown(ZOO_VENDOR[model.provider] ?? model.provider, model);
for (const model of checked.models) addChecked(model);
const lines = Object.entries(models)
  .filter(([, entry]) => entry.input !== undefined || entry.efforts !== undefined)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([id, entry]) => `    ${JSON.stringify(id)}: ${JSON.stringify(entry)}`);
const sources = [
  "@pydantic/genai-prices 0.1.8",
  "llm-zoo 1.37.0",
  `hand-checked table of ${checked.generated}`,
];
const head = `  "generated": ${JSON.stringify(checked.generated)},\n  "sources": ${JSON.stringify(sources)}`;
writeFileSync(
  new URL("../../src/providers/catalogue.json", import.meta.url),
  `{\n${head},\n  "models": {\n${lines.join(",\n")}\n  }\n}\n`,
);

function addPriced(vendor, { id, context_window, prices }) {
  if (NO_CHAT.test(id) || (vendor === "google" && !id.startsWith("gem"))) return;
  const price = priceOn(prices);
  if (price?.input_mtok === undefined || price.output_mtok === undefined) return;
  const entry = {};
  const long = {};
  for (const [key, from] of Object.entries(KEYS)) {
    const value = price[from];
    if (value === undefined) continue;
    entry[key] = typeof value === "number" ? value : value.base;
    const tier = value.tiers?.[0];
    if (tier !== undefined) Object.assign(long, { over: tier.start, [key]: tier.price });
  }
  if (long.over !== undefined) entry.long = long;
  const peak = peaks(prices);
  if (peak.length > 0) entry.peak = peak;
  if (context_window !== undefined) entry.context = context_window;
  models[`${vendor}/${id.toLowerCase()}`] = entry;
}

/** Prices by the hour of the day, UTC; of those that a later start date has not replaced. */
function peaks(prices) {
  if (!Array.isArray(prices)) return [];
  return prices.flatMap(({ constraint, prices: price }) => {
    if (constraint?.start_time === undefined) return [];
    const known = Object.entries(KEYS).filter(([, from]) => typeof price[from] === "number");
    const at = { from: constraint.start_time.slice(0, 5), to: constraint.end_time.slice(0, 5) };
    return [{ ...at, ...Object.fromEntries(known.map(([key, from]) => [key, price[from]])) }];
  });
}

/** The last price whose start is past. */
function priceOn(prices) {
  if (!Array.isArray(prices)) return prices;
  const valid = prices.filter(
    ({ constraint }) =>
      constraint === undefined ||
      (constraint.start_date !== undefined && new Date(constraint.start_date) <= day),
  );
  return valid.at(-1)?.prices;
}

function addKnown(vendor, { fullName, contextWindow, maxOutputTokens, capabilities, openRouterOnly }) {
  const id = fullName.toLowerCase().replace(/-(\d{8}|\d{4}-\d\d-\d\d)$/, "");
  if (!VENDORS.includes(vendor) || openRouterOnly || NO_CHAT.test(id)) return;
  const entry = (models[`${vendor}/${id}`] ??= {});
  const efforts = capabilities?.supportedReasoningEfforts;
  entry.context ??= contextWindow;
  entry.maxOutput ??= maxOutputTokens;
  entry.tools ??= capabilities?.supportsFunctionCalling;
  if (capabilities?.supportsReasoningEffort === false) entry.efforts ??= [];
  if (efforts === undefined) return;
  entry.efforts ??= EFFORTS.filter((one) => efforts.includes(one));
  entry.effort ??= capabilities.reasoningEffort;
}

function addChecked({
  provider,
  id,
  input,
  output,
  cache_read,
  cache_write,
  context,
  efforts,
  default_effort,
  long_context,
}) {
  const entry = (models[`${provider}/${id}`] ??= {});
  const told = { input, output, cacheRead: cache_read, cacheWrite: cache_write, context, efforts };
  for (const [key, value] of Object.entries(told)) {
    if (value == null) continue;
    const found = entry[key];
    if (found !== undefined && String(found) !== String(value))
      console.log(`${provider}/${id} ${key}: ${found} -> ${value}`);
    entry[key] = value;
  }
  if (default_effort !== null) entry.effort = default_effort;
  entry.tools ??= true;
  if (long_context == null) return;
  const { threshold_tokens: over, input: longInput, output: longOutput } = long_context;
  entry.long = { ...scaled(entry, longInput), ...entry.long, over, input: longInput, output: longOutput };
}

/** Cached tokens cost the same share of the input price in a long prompt. */
function scaled({ input, cacheRead, cacheWrite }, longInput) {
  const times = (price) => Number(((price * longInput) / input).toFixed(6));
  return {
    ...(cacheRead !== undefined && { cacheRead: times(cacheRead) }),
    ...(cacheWrite !== undefined && { cacheWrite: times(cacheWrite) }),
  };
}
