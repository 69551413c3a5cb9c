/**
 * Everything that speaks Chat Completions: Ollama, vLLM, OpenRouter, DeepSeek, GLM, Grok. Only what all of them take is
 * sent; a local endpoint needs no key, and no key of another vendor ever reaches it.
 */
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions/completions";
import * as z from "zod";
import { Effort, type Tier } from "../core/order.ts";
import type { Said } from "../core/usage.ts";
import type { Message, ModelEvent, ModelInfo, Prices, Prompt, Provider } from "../engine/ports.ts";
import { faultAt, thrown, type Where } from "./faults.ts";
import { openaiClient, openaiSdk } from "./openaiClient.ts";
import { strictSchema } from "./schema.ts";
import {
  type Answer,
  argsSent,
  brokenOffAt,
  converse,
  countedBy,
  type Dialect,
  listing,
  onlyFault,
  opaqueOf,
  type ProviderOptions,
  readCall,
  type Reader,
  warm,
  whereOf,
} from "./stream.ts";

/** `baseUrl` defaults to Ollama's. */
const BASE_URL = "http://127.0.0.1:11434/v1";

export function compatible(options: ProviderOptions): Provider {
  const baseUrl = options.baseUrl ?? BASE_URL;
  const keyless = options.apiKey === null && !isLocal(baseUrl);
  return {
    id: options.id,
    models: (signal) => models(options, baseUrl, keyless, signal),
    stream(tier, prompt, signal) {
      const where = whereOf(options, tier.model, baseUrl);
      if (keyless) return onlyFault(faultAt(where, "missing-key"));
      return converse(dialect(options, baseUrl, tier, prompt, where), where, options, signal);
    },
    warm: () => warm(openaiSdk),
  };
}

const LOCAL =
  /^(localhost|[^.:]+|.+\.(localhost|local|internal|lan)|127\..+|10\..+|192\.168\..+|172\.(1[6-9]|2\d|3[01])\..+|\[::1\]|\[f[cd].+\])$/i;
const isLocal = (url: string): boolean => URL.canParse(url) && LOCAL.test(new URL(url).hostname);

/** OpenRouter, vLLM and others say more about a model than the SDK's type; what they say is read where it fits. */
const Listed = z.object({
  id: z.string(),
  context_length: z.number().nullish().catch(null),
  max_model_len: z.number().nullish().catch(null),
  top_provider: z.object({ max_completion_tokens: z.number().nullish() }).nullish().catch(null),
  supported_parameters: z.array(z.string()).nullish().catch(null),
  reasoning: z
    .object({ supported_efforts: z.array(z.string()).nullish(), default_effort: z.string().nullish() })
    .nullish()
    .catch(null),
  pricing: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/** OpenRouter's names; dollars for one token, as text. */
const PRICED = {
  input: "prompt",
  output: "completion",
  cacheRead: "input_cache_read",
  cacheWrite: "input_cache_write",
} as const;

/** Dollars for one token. What is dearer was not meant so. */
const MOST_A_TOKEN = 0.1;

/** Null unless both main prices are there. A price below 0 means that it varies; a fee by request we cannot count with. */
function pricesOf(pricing: Record<string, unknown> | null | undefined): Prices | null {
  const dollars = (key: string): number | undefined => {
    // "3 EUR" is no number, and "" none either.
    const said = pricing?.[key];
    const price =
      typeof said === "number" || (typeof said === "string" && said.trim() !== "") ? Number(said) : NaN;
    return price >= 0 && price <= MOST_A_TOKEN ? Number((price * 1_000_000).toFixed(6)) : undefined;
  };
  const { input, output, ...cached } = Object.fromEntries(
    Object.entries(PRICED).flatMap(([ours, theirs]) => {
      const price = dollars(theirs);
      return price === undefined ? [] : [[ours, price]];
    }),
  ) as Prices;
  const isWhole = input !== undefined && output !== undefined && (dollars("request") ?? 0) === 0;
  return isWhole ? { input, output, ...cached } : null;
}

async function models(
  options: ProviderOptions,
  baseUrl: string,
  keyless: boolean,
  signal: AbortSignal,
): Promise<ModelInfo[]> {
  const where = whereOf(options, "models", baseUrl);
  if (keyless) throw thrown(faultAt(where, "missing-key"));
  return listing(where, async () => {
    const client = await openaiClient(options, baseUrl, { signal, fetch });
    const found: ModelInfo[] = [];
    for await (const model of client.models.list({ signal })) found.push(infoOf(Listed.parse(model)));
    return found;
  });
}

/** A limit of nothing is none that was meant. */
const positive = (limit: number | null | undefined): number | null =>
  limit !== null && limit !== undefined && limit >= 1 && limit < Infinity ? Math.floor(limit) : null;

function infoOf(model: z.infer<typeof Listed>): ModelInfo {
  const efforts = model.reasoning?.supported_efforts?.filter(
    (one): one is Effort => Effort.safeParse(one).success,
  );
  const prices = pricesOf(model.pricing);
  return {
    id: model.id,
    ...(prices && { prices }),
    context: positive(model.context_length) ?? positive(model.max_model_len),
    maxOutput: positive(model.top_provider?.max_completion_tokens),
    efforts: efforts ?? null,
    defaultEffort: Effort.safeParse(model.reasoning?.default_effort).data ?? null,
    tools: model.supported_parameters?.includes("tools") ?? null,
  };
}

const dialect = (
  options: ProviderOptions,
  baseUrl: string,
  tier: Tier,
  prompt: Prompt,
  where: Where,
): Dialect<ChatCompletionChunk> => ({
  async open(link) {
    const client = await openaiClient(options, baseUrl, link);
    return client.chat.completions.create(request(options.id, tier, prompt), { signal: link.signal });
  },
  reader: () => reader(where, options.id, prompt),
});

function request(provider: string, tier: Tier, prompt: Prompt): ChatCompletionCreateParamsStreaming {
  const { output, mustCall, tools } = prompt;
  const system: ChatCompletionMessageParam[] =
    prompt.system === "" ? [] : [{ role: "system", content: prompt.system }];
  return {
    model: tier.model,
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, schema }) => ({
        type: "function",
        function: { name, description, parameters: schema },
      })),
    }),
    messages: [...system, ...prompt.messages.flatMap((message) => messagesOf(message, provider))],
    max_tokens: prompt.maxOutput,
    ...(tier.effort !== null && { reasoning_effort: tier.effort }),
    ...(mustCall !== null && { tool_choice: { type: "function", function: { name: mustCall } } }),
    ...(output !== null && { response_format: formatOf(output) }),
  };
}

function formatOf({
  name,
  schema,
}: NonNullable<Prompt["output"]>): ChatCompletionCreateParamsStreaming["response_format"] {
  const strict = strictSchema(schema);
  return { type: "json_schema", json_schema: { name, schema: strict ?? schema, strict: strict !== null } };
}

function messagesOf(message: Message, provider: string): ChatCompletionMessageParam[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "assistant":
      return [answered(message, provider)];
    case "tool":
      return message.results.map(({ id, text }) => ({ role: "tool", tool_call_id: id, content: text }));
  }
}

const Reasoned = z.object({ reasoning_content: z.string() });

/** DeepSeek refuses a history whose calls have lost the reasoning before them, so it goes back where it came from. */
function answered(message: Answer, provider: string): ChatCompletionMessageParam {
  const calls = message.calls.map((call) => ({
    id: call.id,
    type: "function" as const,
    function: { name: call.name, arguments: JSON.stringify(argsSent(call)) },
  }));
  const reasoned = Reasoned.safeParse(opaqueOf(message, provider)).data;
  return {
    role: "assistant",
    content: message.text === "" && calls.length > 0 ? null : message.text,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...reasoned,
  };
}

type Delta = ChatCompletionChunk.Choice.Delta & {
  reasoning_content?: string | null;
  reasoning?: string | null;
};
type Slot = { index: number; id: string; name: string; raw: string };

function reader(where: Where, provider: string, prompt: Prompt): Reader<ChatCompletionChunk> {
  let text = "";
  let refusal = "";
  let thinking = "";
  let mustReturn = "";
  let said: Said | null = null;
  let finish: ChatCompletionChunk.Choice["finish_reason"] = null;
  const slots: Slot[] = [];

  function readDelta(delta: Delta): ModelEvent[] {
    const events: ModelEvent[] = [];
    const thought = delta.reasoning_content ?? delta.reasoning;
    if (thought) events.push({ type: "thinking", delta: thought });
    if (delta.content) events.push({ type: "text", delta: delta.content });
    thinking += thought ?? "";
    mustReturn += delta.reasoning_content ?? "";
    text += delta.content ?? "";
    refusal += delta.refusal ?? "";
    for (const part of delta.tool_calls ?? []) addPart(slots, part);
    return events;
  }

  function end(): ModelEvent[] {
    if (finish === null) return [];
    if (refusal !== "" || finish === "content_filter") {
      return [{ type: "fault", fault: faultAt(where, "refusal", refusal), usage: null }];
    }
    const calls = slots.map(({ id, name, raw }) => readCall(id, name, raw));
    const opaque =
      mustReturn === "" ? {} : { opaque: { provider, items: { reasoning_content: mustReturn } } };
    const message: Answer = { role: "assistant", text, calls, ...opaque };
    const stop = finish === "length" ? "length" : calls.length > 0 ? "tools" : "end";
    const events = calls.map((call): ModelEvent => ({ type: "call", call }));
    return [...events, { type: "done", message, stop, ...countedBy(said, prompt, message, thinking) }];
  }

  return {
    read(chunk) {
      if (chunk.usage) said = saidIn(chunk.usage);
      const choice = chunk.choices[0];
      if (choice === undefined) return [];
      finish = choice.finish_reason ?? finish;
      return readDelta(choice.delta);
    },
    end,
    // Some say with every piece what it took until then.
    counted: () =>
      brokenOffAt(said !== null && finish === null ? { soFar: said } : said, prompt, {
        text: text + refusal,
        thinking,
        calls: slots.map(({ id, name, raw }) => readCall(id, name, raw)),
      }),
  };
}

/** Some servers give every call index 0 and only another id; some give no id at all. */
function addPart(slots: Slot[], part: ChatCompletionChunk.Choice.Delta.ToolCall): void {
  const index = part.index ?? 0;
  const open = slots.findLast((slot) => slot.index === index);
  const isNew = open === undefined || (part.id !== undefined && part.id !== "" && part.id !== open.id);
  const slot = isNew ? { index, id: part.id || `call_${crypto.randomUUID()}`, name: "", raw: "" } : open;
  if (isNew) slots.push(slot);
  slot.name += part.function?.name ?? "";
  slot.raw += part.function?.arguments ?? "";
}

type VendorUsage = NonNullable<ChatCompletionChunk["usage"]> & {
  prompt_cache_hit_tokens?: number;
  /** OpenRouter's, in dollars. With a key of one's own upstream it is their fee, and the rest is billed there. */
  cost?: unknown;
  is_byok?: unknown;
  cost_details?: { upstream_inference_cost?: unknown } | null;
};

/** A fee without what it is the fee of is no cost. */
function costIn({ cost, is_byok: own, cost_details: details }: VendorUsage): unknown {
  if (own !== true) return cost;
  const upstream = details?.upstream_inference_cost;
  if (typeof upstream !== "number" || upstream === 0) return undefined;
  return typeof cost === "number" ? cost + upstream : upstream;
}

/**
 * DeepSeek names cache hits its own way; xAI and others leave reasoning out of the completion, which the total shows, and a
 * few count cached tokens beside the prompt, as Anthropic does, which the total shows, too. Without a total, or with one that
 * fits neither, both are taken for parts.
 */
function saidIn(usage: VendorUsage): Said {
  const details = usage.prompt_tokens_details;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  const [prompt, completion, total] = [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens];
  const cacheRead = details?.cached_tokens ?? usage.prompt_cache_hit_tokens;
  const cacheWrite = details?.cache_write_tokens;
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const beyond = total - prompt - completion;
  const both = cached > 0 && beyond === cached + (reasoning ?? 0);
  const apart = (reasoning ?? 0) > 0 && (both || beyond === reasoning);
  // As much reasoning explains the total, too, and costs more.
  const beside = both || (cached > 0 && beyond === cached && (!apart || cached > prompt));
  return {
    cached: beside ? "beside input" : "in input",
    input: prompt,
    cacheRead,
    cacheWrite,
    output: apart ? completion + (reasoning ?? 0) : completion,
    reasoning,
    cost: costIn(usage),
  };
}
