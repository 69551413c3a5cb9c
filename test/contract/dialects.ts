/** The three APIs as a server speaks them: a request in no dialect, and a reply as the lines of its event stream. */
import type { Usage } from "../../src/core/order.ts";
import type { Reply, ScriptCall, ScriptMessage, ScriptRequest } from "../../src/providers/scripted.ts";
import type { Json } from "./requestChecks.ts";

type Streamed = Exclude<Reply, { status: number }>;
type Request = Omit<ScriptRequest, "headers">;
export type Dialect = {
  api: "responses" | "chat" | "messages";
  path: string;
  read(body: Json): Request;
  /**
   * `asked` is the length of the request, for the usage of a reply that names none. `said` stands in the place of the
   * usage, word for word; null leaves it out.
   */
  events(reply: Streamed, request: ScriptRequest, asked: number, said?: Json | null): Iterable<string>;
  errorBody(reply: Extract<Reply, { status: number }>): unknown;
  /** An event that is no JSON. */
  garbage: string;
};

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const named = (value: unknown): string | null => (typeof value === "string" ? value : null);
const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : list(content)
        .map((part) => named(part.text) ?? "")
        .join("");
const parsed = (text: unknown): Json => object(JSON.parse(String(text)));

const pieces = (text: string): string[] => text.match(/[\s\S]{1,16}/g) ?? [];
const rawArgs = ({ args, raw }: ScriptCall): string => raw ?? JSON.stringify(args ?? {});
const ids = (calls: ScriptCall[] | undefined, prefix: string): (ScriptCall & { id: string })[] =>
  (calls ?? []).map((call) => ({ ...call, id: call.id ?? `${prefix}_${crypto.randomUUID().slice(0, 12)}` }));

function usageFor(reply: Streamed, asked: number): Usage {
  if ("usage" in reply && reply.usage !== undefined) return reply.usage;
  const {
    text = "",
    thinking = "",
    calls = [],
  } = "calls" in reply || "text" in reply || "thinking" in reply ? (reply as Whole) : {};
  const reasoning = Math.ceil(thinking.length / 4);
  const output = Math.ceil((text.length + calls.map(rawArgs).join("").length) / 4) + reasoning;
  return { input: Math.ceil(asked / 4), cacheRead: 0, cacheWrite: 0, output, reasoning };
}
type Whole = Extract<Reply, { thinking?: string }>;
const whole = (reply: Streamed): Whole => ("refusal" in reply || "breaks" in reply ? {} : reply);
/** The calls of a reply; of one that breaks the one whose arguments have not ended. */
const callsOf = (reply: Streamed): ScriptCall[] =>
  "breaks" in reply ? (reply.open ? [reply.open] : []) : (whole(reply).calls ?? []);
const saidBy = (reply: Streamed): string => ("refusal" in reply ? "" : (reply.text ?? ""));

const openaiError: Dialect["errorBody"] = ({ status, code, message }) => ({
  error: {
    message: message ?? `scripted ${status}`,
    type: "invalid_request_error",
    code: code ?? null,
    param: null,
  },
});

// ── Responses ───────────────────────────────────────────────────────────────────────────────────────────────────────

const responses: Dialect = {
  api: "responses",
  path: "/v1/responses",
  garbage: "event: response.output_text.delta\ndata: {oops\n\n",
  errorBody: openaiError,
  read: (body) => ({
    api: "responses",
    model: String(body.model),
    effort: named(object(body.reasoning).effort),
    system: named(body.instructions) ?? "",
    messages: list(body.input).flatMap(responsesMessage),
    toolNames: list(body.tools).map(({ name }) => String(name)),
    mustCall: named(object(body.tool_choice).name),
    output: named(object(object(body.text).format).name),
  }),
  *events(reply, request, asked, said) {
    const output: Json[] = [];
    const item = (one: Json): Json => ({
      type: "response.output_item.done",
      item: one,
      output_index: output.push(one) - 1,
    });
    yield sse({ type: "response.created", response: { id: "resp_1", status: "in_progress", output: [] } });
    const { thinking, stop } = whole(reply);
    if (thinking !== undefined) {
      for (const delta of pieces(thinking))
        yield sse({ type: "response.reasoning_summary_text.delta", delta, item_id: "rs_1" });
      const summary = [{ type: "summary_text", text: thinking }];
      yield sse(item({ type: "reasoning", id: "rs_1", summary, encrypted_content: `sealed:${thinking}` }));
    }
    const text = saidBy(reply);
    for (const delta of pieces(text))
      yield sse({ type: "response.output_text.delta", delta, item_id: "msg_1" });
    if ("refusal" in reply) {
      for (const delta of pieces(reply.refusal))
        yield sse({ type: "response.refusal.delta", delta, item_id: "msg_1" });
    }
    const content = [{ type: "output_text", text, annotations: [] }];
    if (text !== "" && !("breaks" in reply))
      yield sse(item({ type: "message", id: "msg_1", role: "assistant", status: "completed", content }));
    for (const call of ids(callsOf(reply), "call")) {
      const item_id = `fc_${call.id}`;
      const made = { type: "function_call", id: item_id, call_id: call.id, name: call.name };
      const at = { output_index: output.length, item_id };
      const begun = { ...made, arguments: "", status: "in_progress" };
      yield sse({ type: "response.output_item.added", item: begun, ...at });
      for (const delta of pieces(rawArgs(call)))
        yield sse({ type: "response.function_call_arguments.delta", delta, ...at });
      if ("breaks" in reply) return;
      yield sse({ type: "response.function_call_arguments.done", arguments: rawArgs(call), ...at });
      yield sse(item({ ...made, arguments: rawArgs(call), status: "completed" }));
    }
    if ("breaks" in reply) return;
    const usage = said === undefined ? responsesUsage(usageFor(reply, asked)) : said;
    const status = stop === "length" ? "incomplete" : "completed";
    const why = stop === "length" ? { reason: "max_output_tokens" } : null;
    const response = {
      id: "resp_1",
      model: request.model,
      status,
      incomplete_details: why,
      output,
      usage,
      error: null,
    };
    yield sse({ type: `response.${status}`, response });
  },
};

const sse = (data: Json): string => `event: ${String(data.type)}\ndata: ${JSON.stringify(data)}\n\n`;

function responsesMessage(item: Json): ScriptMessage[] {
  if (item.type === "function_call_output") return [{ role: "tool", text: String(item.output), calls: [] }];
  if (item.type === "function_call") {
    return [
      { role: "assistant", text: "", calls: [{ name: String(item.name), args: parsed(item.arguments) }] },
    ];
  }
  if (item.role === "user" || item.role === "assistant")
    return [{ role: item.role, text: textOf(item.content), calls: [] }];
  return [];
}

const responsesUsage = (usage: Usage): Json => ({
  input_tokens: usage.input + usage.cacheRead + usage.cacheWrite,
  input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
  output_tokens: usage.output,
  output_tokens_details: { reasoning_tokens: usage.reasoning },
  total_tokens: usage.input + usage.cacheRead + usage.cacheWrite + usage.output,
});

// ── Chat Completions ────────────────────────────────────────────────────────────────────────────────────────────────

const chat: Dialect = {
  api: "chat",
  path: "/v1/chat/completions",
  garbage: "data: {oops\n\n",
  errorBody: openaiError,
  read: (body) => ({
    api: "chat",
    model: String(body.model),
    effort: named(body.reasoning_effort),
    system: list(body.messages)
      .flatMap((one) => (one.role === "system" ? [textOf(one.content)] : []))
      .join("\n"),
    messages: list(body.messages).flatMap(chatMessage),
    toolNames: list(body.tools).map((one) => String(object(one.function).name)),
    mustCall: named(object(object(body.tool_choice).function).name),
    output: named(object(object(body.response_format).json_schema).name),
  }),
  *events(reply, request, asked, said) {
    const chunk = (delta: Json, finish_reason: string | null = null): string =>
      data({
        id: "chat_1",
        object: "chat.completion.chunk",
        model: request.model,
        choices: [{ index: 0, delta, finish_reason }],
      });
    const { thinking, stop } = whole(reply);
    yield chunk({ role: "assistant", content: "" });
    for (const delta of pieces(thinking ?? "")) yield chunk({ reasoning_content: delta });
    for (const delta of pieces(saidBy(reply))) yield chunk({ content: delta });
    if ("refusal" in reply) for (const delta of pieces(reply.refusal)) yield chunk({ refusal: delta });
    const made = ids(callsOf(reply), "call");
    for (const [index, { id, name }] of made.entries()) {
      yield chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] });
    }
    yield* interleaved(made.map(rawArgs)).map(([index, part]) =>
      chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
    );
    if ("breaks" in reply) return;
    yield chunk({}, stop === "length" ? "length" : made.length > 0 ? "tool_calls" : "stop");
    yield data({
      id: "chat_1",
      object: "chat.completion.chunk",
      choices: [],
      usage: said === undefined ? chatUsage(usageFor(reply, asked)) : said,
    });
    yield "data: [DONE]\n\n";
  },
};

const data = (value: Json): string => `data: ${JSON.stringify(value)}\n\n`;

/** Arguments of parallel calls come mixed, piece by piece. */
function interleaved(texts: string[]): [number, string][] {
  const parts = texts.map(pieces);
  const rounds = Math.max(0, ...parts.map((one) => one.length));
  return Array.from({ length: rounds }, (_, round) =>
    parts.flatMap((one, index): [number, string][] =>
      one[round] === undefined ? [] : [[index, one[round]]],
    ),
  ).flat();
}

function chatMessage(message: Json): ScriptMessage[] {
  const role = message.role;
  if (role !== "user" && role !== "assistant" && role !== "tool") return [];
  const calls = list(message.tool_calls).map((call) => ({
    name: String(object(call.function).name),
    args: parsed(object(call.function).arguments),
  }));
  return [{ role, text: textOf(message.content), calls }];
}

const chatUsage = (usage: Usage): Json => ({
  prompt_tokens: usage.input + usage.cacheRead + usage.cacheWrite,
  prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
  completion_tokens: usage.output,
  completion_tokens_details: { reasoning_tokens: usage.reasoning },
  total_tokens: usage.input + usage.cacheRead + usage.cacheWrite + usage.output,
});

// ── Messages ────────────────────────────────────────────────────────────────────────────────────────────────────────

const messages: Dialect = {
  api: "messages",
  path: "/v1/messages",
  garbage: "event: content_block_delta\ndata: {oops\n\n",
  errorBody: ({ status, code, message }) => ({
    type: "error",
    error: {
      type: code ?? ERROR_TYPES[status] ?? "invalid_request_error",
      message: message ?? `scripted ${status}`,
    },
  }),
  read: (body) => ({
    api: "messages",
    model: String(body.model),
    effort: named(object(body.output_config).effort),
    system: textOf(body.system),
    messages: list(body.messages).flatMap(messagesMessage),
    toolNames: list(body.tools).map(({ name }) => String(name)),
    mustCall: named(object(body.tool_choice).name),
    output: object(body.output_config).format === undefined ? null : "json",
  }),
  *events(reply, request, asked, said) {
    const usage = usageFor(reply, asked);
    const counted = {
      input_tokens: usage.input,
      cache_read_input_tokens: usage.cacheRead,
      cache_creation_input_tokens: usage.cacheWrite,
    };
    const head = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: request.model,
      content: [],
      stop_reason: null,
    };
    const first = said === undefined ? { ...counted, output_tokens: 1 } : said;
    yield sse({ type: "message_start", message: { ...head, usage: first } });
    yield sse({ type: "ping" });
    const { thinking, stop } = whole(reply);
    let index = 0;
    if (thinking !== undefined) {
      const seal = { type: "signature_delta", signature: `signed:${thinking}` };
      const deltas = pieces(thinking).map((part) => ({ type: "thinking_delta", thinking: part }));
      yield* block(index++, { type: "thinking", thinking: "", signature: "" }, [...deltas, seal]);
    }
    const text = saidBy(reply);
    const deltas = pieces(text).map((part) => ({ type: "text_delta", text: part }));
    if (text !== "") yield* block(index++, { type: "text", text: "" }, deltas);
    const made = ids(callsOf(reply), "toolu");
    for (const call of made) {
      const parts = pieces(rawArgs(call)).map((partial_json) => ({ type: "input_json_delta", partial_json }));
      const begun = { type: "tool_use", id: call.id, name: call.name, input: {} };
      yield* block(index++, begun, parts, "breaks" in reply ? "open" : "closed");
    }
    if ("breaks" in reply) return;
    const refused = "refusal" in reply;
    const stop_reason = refused
      ? "refusal"
      : stop === "length"
        ? "max_tokens"
        : made.length > 0
          ? "tool_use"
          : "end_turn";
    const stop_details = refused ? { type: "refusal", category: null, explanation: reply.refusal } : null;
    const output_tokens_details = { thinking_tokens: usage.reasoning };
    yield sse({
      type: "message_delta",
      delta: { stop_reason, stop_details },
      usage: said === undefined ? { output_tokens: usage.output, output_tokens_details } : said,
    });
    yield sse({ type: "message_stop" });
  },
};

const ERROR_TYPES: Record<number, string> = {
  401: "authentication_error",
  404: "not_found_error",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

function* block(
  index: number,
  content_block: Json,
  deltas: Json[],
  end: "closed" | "open" = "closed",
): Generator<string> {
  yield sse({ type: "content_block_start", index, content_block });
  for (const delta of deltas) yield sse({ type: "content_block_delta", index, delta });
  if (end === "closed") yield sse({ type: "content_block_stop", index });
}

function messagesMessage({ role, content }: Json): ScriptMessage[] {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : list(content);
  const results = blocks.filter(({ type }) => type === "tool_result");
  const tool: ScriptMessage = {
    role: "tool",
    text: results.map((one) => textOf(one.content)).join("\n\n"),
    calls: [],
  };
  const calls = blocks
    .filter(({ type }) => type === "tool_use")
    .map(({ name, input }) => ({ name: String(name), args: object(input) }));
  const said: ScriptMessage = {
    role: role === "assistant" ? "assistant" : "user",
    text: textOf(blocks.filter(({ type }) => type === "text")),
    calls,
  };
  const spoke = said.text !== "" || calls.length > 0;
  return [...(results.length > 0 ? [tool] : []), ...(spoke ? [said] : [])];
}

export const DIALECTS: readonly Dialect[] = [responses, chat, messages];
