/** Anthropic by the Messages API. The conversation is append-only: newer models bind their thinking to what stands before it. */
import type Anthropic from "@anthropic-ai/sdk";
import type {
  CacheControlEphemeral,
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  RawContentBlockDelta,
  RawMessageStreamEvent,
  StopReason,
  TextBlockParam,
  Tool,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ModelInfo as VendorModel } from "@anthropic-ai/sdk/resources/models";
import * as z from "zod";
import { type Effort, EFFORTS, type Tier } from "../core/order.ts";
import type { Said } from "../core/usage.ts";
import type { Message, ModelEvent, ModelInfo, Prompt, Provider, ToolCall } from "../engine/ports.ts";
import { faultAt, thrown, type Where } from "./faults.ts";
import { strictSchema } from "./schema.ts";
import {
  type Answer,
  argsSent,
  brokenOffAt,
  converse,
  countedBy,
  type Dialect,
  type Link,
  listing,
  onlyFault,
  opaqueOf,
  type ProviderOptions,
  readCall,
  type Reader,
  warm,
  whereOf,
} from "./stream.ts";

const BASE_URL = "https://api.anthropic.com";

export function anthropic(given: ProviderOptions): Provider {
  const options = { keyEnv: "ANTHROPIC_API_KEY", ...given };
  const baseUrl = options.baseUrl ?? BASE_URL;
  return {
    id: options.id,
    models: (signal) => models(options, baseUrl, signal),
    stream(tier, prompt, signal) {
      const where = whereOf(options, tier.model, baseUrl);
      if (options.apiKey === null) return onlyFault(faultAt(where, "missing-key"));
      if (tier.effort === "none" || tier.effort === "minimal") {
        return onlyFault(faultAt(where, "unsupported", `effort ${tier.effort}; the least is low`));
      }
      return converse(dialect(options, baseUrl, tier, prompt, where), where, options, signal);
    },
    warm: () => warm(sdk),
  };
}

/** Loaded at the first call, or a little before. */
const sdk = () => import("@anthropic-ai/sdk");

/** Nothing is taken from the environment: the key goes where its setting says. */
async function client(options: ProviderOptions, baseURL: string, link: Link): Promise<Anthropic> {
  const { default: Client } = await sdk();
  const fixed = {
    authToken: null,
    webhookKey: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: "off",
  } as const;
  return new Client({ apiKey: options.apiKey, baseURL, fetch: link.fetch, ...fixed });
}

async function models(options: ProviderOptions, baseUrl: string, signal: AbortSignal): Promise<ModelInfo[]> {
  const where = whereOf(options, "models", baseUrl);
  if (options.apiKey === null) throw thrown(faultAt(where, "missing-key"));
  return listing(where, async () => {
    const api = await client(options, baseUrl, { signal, fetch });
    const found: ModelInfo[] = [];
    for await (const model of api.models.list({ limit: 100 }, { signal })) found.push(infoOf(model));
    return found;
  });
}

function infoOf({ id, capabilities, max_input_tokens, max_tokens }: VendorModel): ModelInfo {
  const effort = capabilities?.effort;
  const named = effort as Partial<Record<Effort, { supported: boolean } | null>> | undefined;
  return {
    id,
    context: max_input_tokens,
    maxOutput: max_tokens,
    efforts:
      effort === undefined
        ? null
        : effort.supported
          ? EFFORTS.filter((one) => named?.[one]?.supported === true)
          : [],
    defaultEffort: null,
    tools: true,
  };
}

const dialect = (
  options: ProviderOptions,
  baseUrl: string,
  tier: Tier,
  prompt: Prompt,
  where: Where,
): Dialect<RawMessageStreamEvent> => ({
  async open(link) {
    const api = await client(options, baseUrl, link);
    return api.messages.create(request(options.id, tier, prompt), { signal: link.signal });
  },
  reader: () =>
    reader(where, options.id, prompt, {
      model: tier.model,
      keeps: prompt.mustCall === null || forces(tier),
    }),
});

const MARK: { cache_control: CacheControlEphemeral } = { cache_control: { type: "ephemeral" } };

function request(provider: string, tier: Tier, prompt: Prompt): MessageCreateParamsStreaming {
  const effort = tier.effort as Exclude<Effort, "none" | "minimal"> | null;
  const format =
    prompt.output === null
      ? null
      : { type: "json_schema" as const, schema: strictSchema(prompt.output.schema) ?? prompt.output.schema };
  return {
    model: tier.model,
    stream: true,
    max_tokens: prompt.maxOutput,
    ...(prompt.tools.length > 0 && { tools: toolsOf(prompt) }),
    ...(prompt.system !== "" && { system: [{ type: "text", text: prompt.system, ...MARK }] }),
    messages: conversation(provider, tier, prompt),
    ...(effort !== null && adapts(tier.model) && { thinking: { type: "adaptive", display: "summarized" } }),
    ...((effort !== null || format !== null) && {
      output_config: { ...(effort !== null && { effort }), ...(format !== null && { format }) },
    }),
    ...(prompt.mustCall !== null && forces(tier) && { tool_choice: { type: "tool", name: prompt.mustCall } }),
  };
}

/** Opus 4.5 takes an effort, but no adaptive thinking. */
const adapts = (model: string): boolean => !model.startsWith("claude-opus-4-5");

/**
 * Forcing a tool is refused together with thinking, and by models that always think (Fable 5.1, the 5.5 family), so it
 * is done only where neither can be; everywhere else the last message asks for the call in words.
 */
const forces = ({ model, effort }: Tier): boolean =>
  effort === null && /^claude-(3|(opus|sonnet|haiku)-4)/.test(model);

function toolsOf({ tools, system }: Prompt): Tool[] {
  return tools.map(({ name, description, schema }, at) => ({
    name,
    description,
    input_schema: schema as Tool["input_schema"],
    ...(system === "" && at === tools.length - 1 && MARK),
  }));
}

function conversation(provider: string, tier: Tier, prompt: Prompt): MessageParam[] {
  const newest = prompt.messages.length - 1;
  const messages = prompt.messages.map((message, at) => {
    const param = messageOf(message, provider, tier.model);
    return at === newest || at < prompt.sharedPrefix ? marked(param) : param;
  });
  const filled = messages.filter(({ content }) => content.length > 0);
  if (prompt.mustCall === null || forces(tier)) return filled;
  const nudge: TextBlockParam = { type: "text", text: `Answer by calling the tool ${prompt.mustCall} now.` };
  return [...filled, { role: "user", content: [nudge] }];
}

type Blocks = { role: "user" | "assistant"; content: ContentBlockParam[] };

function messageOf(message: Message, provider: string, model: string): Blocks {
  switch (message.role) {
    case "user":
      return { role: "user", content: textBlocks(message.text) };
    case "assistant":
      return { role: "assistant", content: answered(message, provider, model) };
    case "tool":
      return {
        role: "user",
        content: message.results.map(({ id, text, failed }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: text,
          ...(failed && { is_error: true }),
        })),
      };
  }
}

/** The vendor refuses blank text. */
const textBlocks = (text: string): TextBlockParam[] => (text.trim() === "" ? [] : [{ type: "text", text }]);

/** A marker on the last block that may carry one. */
function marked({ role, content }: Blocks): Blocks {
  const last = content.at(-1);
  if (last === undefined || (last.type !== "text" && last.type !== "tool_result")) return { role, content };
  return { role, content: [...content.slice(0, -1), { ...last, ...MARK }] };
}

/** Thinking is signed for one model and one place: it goes back unchanged, to its own model only. */
const Kept = z.object({ model: z.string(), content: z.array(z.looseObject({ type: z.string() })) });

function answered(message: Answer, provider: string, model: string): ContentBlockParam[] {
  const kept = Kept.safeParse(opaqueOf(message, provider)).data;
  if (kept?.model === model) return kept.content as unknown as ContentBlockParam[];
  const calls = message.calls.map((call): ContentBlockParam => ({
    type: "tool_use",
    id: call.id,
    name: call.name,
    input: argsSent(call),
  }));
  return [...textBlocks(message.text), ...calls];
}

/** One content block while it streams. */
type Block =
  | { type: "text"; text: string }
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "redacted_thinking"; data: string }
  | { type: "tool_use"; id: string; name: string; raw: string };

/** `keeps` is false when the request held words the next one will not hold, which would break the thinking's seal. */
type Seal = { model: string; keeps: boolean };

function reader(where: Where, provider: string, prompt: Prompt, seal: Seal): Reader<RawMessageStreamEvent> {
  const blocks: Block[] = [];
  const calls: ToolCall[] = [];
  let said: Said | null = null;
  let stop: StopReason | null = null;
  let refusal = "";

  function blockStart(given: Extract<RawMessageStreamEvent, { type: "content_block_start" }>): ModelEvent[] {
    const block = blockOf(given.content_block);
    if (block !== null) blocks[given.index] = block;
    return block?.type === "text" && block.text !== "" ? [{ type: "text", delta: block.text }] : [];
  }

  function blockStop(index: number): ModelEvent[] {
    const ended = blocks[index] ? callIn(blocks[index]) : [];
    calls.push(...ended);
    return ended.map((call): ModelEvent => ({ type: "call", call }));
  }

  function read(event: RawMessageStreamEvent): ModelEvent[] {
    switch (event.type) {
      case "message_start":
        said = saidIn(event.message.usage, null);
        return [];
      case "content_block_start":
        return blockStart(event);
      case "content_block_delta":
        return addDelta(blocks[event.index], event.delta);
      case "content_block_stop":
        return blockStop(event.index);
      case "message_delta":
        said = saidIn(event.usage, said);
        stop = event.delta.stop_reason ?? stop;
        refusal = event.delta.stop_details?.explanation ?? refusal;
        return [];
      default:
        return [];
    }
  }

  function end(): ModelEvent[] {
    if (stop === null) return [];
    if (stop === "refusal")
      return [{ type: "fault", fault: faultAt(where, "refusal", refusal), usage: null }];
    if (stop === "model_context_window_exceeded")
      return [{ type: "fault", fault: faultAt(where, "context-overflow"), usage: null }];
    const text = textIn(blocks);
    const thought = blocks.some(({ type }) => type === "thinking" || type === "redacted_thinking");
    const items = { model: seal.model, content: blocks.flatMap(sentBack) };
    const message: Answer = {
      role: "assistant",
      text,
      calls,
      ...(thought && seal.keeps && { opaque: { provider, items } }),
    };
    const why = stop === "max_tokens" ? "length" : calls.length > 0 ? "tools" : "end";
    return [{ type: "done", message, stop: why, ...countedBy(said, prompt, message, thinkingIn(blocks)) }];
  }

  const counted = () => {
    const figures = said !== null && stop === null ? { soFar: said } : said;
    const came = { text: textIn(blocks), thinking: thinkingIn(blocks), calls: blocks.flatMap(callIn) };
    return brokenOffAt(figures, prompt, came);
  };
  return { read, end, counted };
}

/** The call of a block, ended or not. */
const callIn = (block: Block): ToolCall[] =>
  block.type === "tool_use" ? [readCall(block.id, block.name, block.raw)] : [];
const textIn = (blocks: readonly Block[]): string =>
  blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
const thinkingIn = (blocks: readonly Block[]): string => blocks.map(thoughtIn).join("");
/** What is redacted is about as long as what it hides. */
const thoughtIn = (block: Block): string =>
  block.type === "thinking" ? block.thinking : block.type === "redacted_thinking" ? block.data : "";

function blockOf(
  block: Extract<RawMessageStreamEvent, { type: "content_block_start" }>["content_block"],
): Block | null {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "thinking":
      return { type: "thinking", thinking: block.thinking, signature: block.signature };
    case "redacted_thinking":
      return { type: "redacted_thinking", data: block.data };
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, raw: "" };
    default:
      return null;
  }
}

function addDelta(block: Block | undefined, delta: RawContentBlockDelta): ModelEvent[] {
  if (delta.type === "text_delta" && block?.type === "text") {
    block.text += delta.text;
    return [{ type: "text", delta: delta.text }];
  }
  if (delta.type === "thinking_delta" && block?.type === "thinking") {
    block.thinking += delta.thinking;
    return [{ type: "thinking", delta: delta.thinking }];
  }
  if (delta.type === "signature_delta" && block?.type === "thinking") block.signature += delta.signature;
  if (delta.type === "input_json_delta" && block?.type === "tool_use") block.raw += delta.partial_json;
  return [];
}

function sentBack(block: Block): ContentBlockParam[] {
  switch (block.type) {
    case "text":
      return textBlocks(block.text);
    case "tool_use":
      return [
        {
          type: "tool_use",
          id: block.id,
          name: block.name,
          input: argsSent(readCall(block.id, block.name, block.raw)),
        },
      ];
    default:
      return [block];
  }
}

type VendorUsage = {
  input_tokens: number | null;
  cache_read_input_tokens: number | null;
  cache_creation_input_tokens: number | null;
  output_tokens: number;
  output_tokens_details?: { thinking_tokens: number } | null;
};

/** Cumulative figures; the vendor's input holds neither cache reads nor writes, its output holds thinking. */
const saidIn = (now: VendorUsage | undefined, before: Said | null): Said => ({
  cached: "beside input",
  input: now?.input_tokens ?? before?.input,
  cacheRead: now?.cache_read_input_tokens ?? before?.cacheRead,
  cacheWrite: now?.cache_creation_input_tokens ?? before?.cacheWrite,
  output: now?.output_tokens ?? before?.output,
  reasoning: now?.output_tokens_details?.thinking_tokens ?? before?.reasoning,
});
