/** OpenAI by the Responses API, stateless: reasoning travels encrypted in the conversation, nothing is stored there. */
import type {
  FunctionTool,
  Response,
  ResponseCreateParamsStreaming,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage,
} from "openai/resources/responses/responses";
import type { Tier } from "../core/order.ts";
import type { Said } from "../core/usage.ts";
import type {
  Message,
  ModelEvent,
  ModelInfo,
  Prompt,
  Provider,
  ToolCall,
  ToolSpec,
} from "../engine/ports.ts";
import { faultAt, faultOf, thrown, type Where } from "./faults.ts";
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

const BASE_URL = "https://api.openai.com/v1";

export function openai(given: ProviderOptions): Provider {
  const options = { keyEnv: "OPENAI_API_KEY", ...given };
  const baseUrl = options.baseUrl ?? BASE_URL;
  return {
    id: options.id,
    models: (signal) => models(options, baseUrl, signal),
    stream(tier, prompt, signal) {
      const where = whereOf(options, tier.model, baseUrl);
      if (options.apiKey === null) return onlyFault(faultAt(where, "missing-key"));
      return converse(dialect(options, baseUrl, tier, prompt, where), where, options, signal);
    },
    warm: () => warm(openaiSdk),
  };
}

async function models(options: ProviderOptions, baseUrl: string, signal: AbortSignal): Promise<ModelInfo[]> {
  const where = whereOf(options, "models", baseUrl);
  if (options.apiKey === null) throw thrown(faultAt(where, "missing-key"));
  return listing(where, async () => {
    const client = await openaiClient(options, baseUrl, { signal, fetch });
    const found: ModelInfo[] = [];
    for await (const { id } of client.models.list({ signal })) found.push({ id, ...UNKNOWN });
    return found;
  });
}
const UNKNOWN = { context: null, maxOutput: null, efforts: null, defaultEffort: null, tools: null };

const dialect = (
  options: ProviderOptions,
  baseUrl: string,
  tier: Tier,
  prompt: Prompt,
  where: Where,
): Dialect<ResponseStreamEvent> => ({
  async open(link) {
    const client = await openaiClient(options, baseUrl, link);
    return client.responses.create(await request(options.id, tier, prompt), { signal: link.signal });
  },
  reader: () => reader(where, options.id, prompt),
});

async function request(provider: string, tier: Tier, prompt: Prompt): Promise<ResponseCreateParamsStreaming> {
  const { output, mustCall } = prompt;
  return {
    model: tier.model,
    stream: true,
    store: false,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: await cacheKey(prompt.cacheKey),
    ...(prompt.tools.length > 0 && { tools: prompt.tools.map(tool) }),
    ...(prompt.system !== "" && { instructions: prompt.system }),
    input: prompt.messages.flatMap((message, at) =>
      inputOf(message, provider, at < prompt.sharedPrefix && marksCache(tier.model)),
    ),
    max_output_tokens: prompt.maxOutput,
    ...(tier.effort !== null && { reasoning: { effort: tier.effort } }),
    ...(mustCall !== null && { tool_choice: { type: "function", name: mustCall } }),
    ...(output !== null && {
      text: { format: { type: "json_schema", name: output.name, ...strict(output.schema) } },
    }),
  };
}

function strict(schema: Record<string, unknown>): { strict: boolean; schema: Record<string, unknown> } {
  const made = strictSchema(schema);
  return made === null ? { strict: false, schema } : { strict: true, schema: made };
}

function tool({ name, description, schema }: ToolSpec): FunctionTool {
  const made = strict(schema);
  return { type: "function", name, description, strict: made.strict, parameters: made.schema };
}

/** The vendor takes 64 characters; a longer key is hashed to as many. */
async function cacheKey(key: string): Promise<string> {
  if (key.length <= 64) return key;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Explicit breakpoints exist from gpt-5.6 on; without one only the newest message's prefix is written. */
const marksCache = (model: string): boolean => /^gpt-(5\.[6-9]|[6-9])/.test(model);

function inputOf(message: Message, provider: string, mark: boolean): ResponseInputItem[] {
  switch (message.role) {
    case "user": {
      if (!mark) return [{ role: "user", content: message.text }];
      const part = {
        type: "input_text",
        text: message.text,
        prompt_cache_breakpoint: { mode: "explicit" },
      } as const;
      return [{ role: "user", content: [part] }];
    }
    case "assistant":
      return answered(message, provider);
    case "tool":
      return message.results.map(({ id, text }) => ({
        type: "function_call_output",
        call_id: id,
        output: text,
      }));
  }
}

/** What the vendor wrote, unchanged when we have it: order and ids tie reasoning to the calls that follow it. */
function answered(message: Answer, provider: string): ResponseInputItem[] {
  const items = opaqueOf(message, provider);
  if (Array.isArray(items)) return items as ResponseInputItem[];
  const said: ResponseInputItem[] = message.text === "" ? [] : [{ role: "assistant", content: message.text }];
  const calls = message.calls.map((call): ResponseInputItem => ({
    type: "function_call",
    call_id: call.id,
    name: call.name,
    arguments: JSON.stringify(argsSent(call)),
  }));
  return [...said, ...calls];
}

function reader(where: Where, provider: string, prompt: Prompt): Reader<ResponseStreamEvent> {
  let text = "";
  let thinking = "";
  let refusal = "";
  let said: Said | null = null;
  let last: Response | null = null;
  const items: ResponseOutputItem[] = [];
  const calls: ToolCall[] = [];
  /** What is seen of reasoning when no summary is, by the index of its item: about as long as what it seals. */
  const sealed = new Map<number, string>();
  /** Calls whose arguments have not ended, by the index of their item. */
  const open = new Map<number, { name: string; raw: string }>();

  function addArgs(index: number, { name = "", raw = "" }): ModelEvent[] {
    const before = open.get(index) ?? { name: "", raw: "" };
    open.set(index, { name: before.name + name, raw: before.raw + raw });
    return [];
  }

  function itemBegun(item: ResponseOutputItem, index: number): ModelEvent[] {
    if (item.type === "reasoning") sealed.set(index, item.encrypted_content ?? "");
    return item.type === "function_call" ? addArgs(index, { name: item.name }) : [];
  }

  function itemDone(item: ResponseOutputItem, index: number): ModelEvent[] {
    items.push(item);
    open.delete(index);
    if (item.type === "reasoning") sealed.set(index, item.encrypted_content ?? "");
    if (item.type !== "function_call") return [];
    const call = readCall(item.call_id, item.name, item.arguments);
    calls.push(call);
    return [{ type: "call", call }];
  }

  function read(event: ResponseStreamEvent): ModelEvent[] {
    switch (event.type) {
      case "response.output_text.delta":
        text += event.delta;
        return [{ type: "text", delta: event.delta }];
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        thinking += event.delta;
        return [{ type: "thinking", delta: event.delta }];
      case "response.refusal.delta":
        refusal += event.delta;
        return [];
      case "response.output_item.added":
        return itemBegun(event.item, event.output_index);
      case "response.function_call_arguments.delta":
        return addArgs(event.output_index, { raw: event.delta });
      case "response.output_item.done":
        return itemDone(event.item, event.output_index);
      case "response.failed":
      case "response.completed":
      case "response.incomplete":
        last = event.response;
        said = event.response.usage ? saidIn(event.response.usage) : null;
        return [];
      default:
        return [];
    }
  }

  function end(): ModelEvent[] {
    if (last === null) return [];
    const fault = refusal === "" ? brokenOff(last, where) : faultAt(where, "refusal", refusal);
    if (fault !== null) return [{ type: "fault", fault, usage: null }];
    const opaque = items.some(({ type }) => type === "reasoning") ? { opaque: { provider, items } } : {};
    const message: Answer = { role: "assistant", text, calls, ...opaque };
    const stop = last.status === "incomplete" ? "length" : calls.length > 0 ? "tools" : "end";
    return [{ type: "done", message, stop, ...countedBy(said, prompt, message, thinking) }];
  }

  const counted = () => {
    const begun = [...open.values()].map(({ name, raw }) => readCall("", name, raw));
    const thought = thinking === "" ? [...sealed.values()].join("") : thinking;
    const came = { text: text + refusal, thinking: thought, calls: [...calls, ...begun] };
    return brokenOffAt(said, prompt, came);
  };
  return { read, end, counted };
}

function brokenOff(
  { status, error, incomplete_details }: Response,
  where: Where,
): ReturnType<typeof faultAt> | null {
  if (status === "failed") return faultOf({ error: error ?? { code: "server_error" } }, where);
  if (status === "incomplete" && incomplete_details?.reason === "content_filter")
    return faultAt(where, "refusal");
  return null;
}

/** The vendor's input contains what was read from and written to the cache; its output contains reasoning. */
const saidIn = (usage: ResponseUsage): Said => ({
  cached: "in input",
  input: usage.input_tokens,
  cacheRead: usage.input_tokens_details?.cached_tokens,
  cacheWrite: usage.input_tokens_details?.cache_write_tokens,
  output: usage.output_tokens,
  reasoning: usage.output_tokens_details?.reasoning_tokens,
});
