/**
 * A provider that answers from a script given as data; for tests and the labelled demo. It takes the same way through
 * retries, stall watch and cancellation as the real ones. The same script can be served to the real SDKs over loopback.
 */
import type { Usage } from "../core/order.ts";
import type { Message, ModelEvent, ModelInfo, Prompt, Provider, ToolCall } from "../engine/ports.ts";
import { faultAt, type Where } from "./faults.ts";
import {
  type Answer,
  argsSent,
  brokenOffAt,
  converse,
  type Dialect,
  estimateUsage,
  type ProviderOptions,
  readCall,
  type Reader,
  whereOf,
} from "./stream.ts";

/** What a script sees: a request in no vendor's dialect. */
export type ScriptRequest = {
  api: "scripted" | "responses" | "chat" | "messages";
  model: string;
  effort: string | null;
  system: string;
  messages: ScriptMessage[];
  toolNames: string[];
  /** The tool that must be called, and the name of the structured output (or "json" where the API has no name). */
  mustCall: string | null;
  output: string | null;
  headers: Record<string, string>;
};
/** `text` of a tool message is its results, joined by a blank line; `calls` are an assistant's. */
export type ScriptMessage = {
  role: "user" | "assistant" | "tool";
  text: string;
  calls: { name: string; args: Record<string, unknown> }[];
};

/** `args` is any JSON, or `raw` the very text of the arguments, as broken as you like. */
export type ScriptCall = { name: string; id?: string; args?: unknown; raw?: string };
/**
 * An answer, a refusal, an HTTP status instead of a stream (`retryAfter` in seconds), or a stream that breaks after
 * some text, and in the middle of the `open` call's arguments: `cut` closes the connection, `stall` goes silent, `garbage`
 * sends an event that is no JSON.
 */
export type Reply =
  | {
      thinking?: string;
      text?: string;
      calls?: ScriptCall[];
      usage?: Usage;
      /** Dollars the endpoint says it charges. */
      reported?: number;
      stop?: "length";
    }
  | { refusal: string; usage?: Usage }
  | { status: number; code?: string; message?: string; retryAfter?: number }
  | { breaks: "cut" | "stall" | "garbage"; text?: string; open?: ScriptCall };

export type Script = (request: ScriptRequest) => Reply | Promise<Reply>;
/** The first rule that fits answers. `when` is text of the newest message, or decides; `times` is how often it may. */
export type Rule = {
  when: string | RegExp | ((request: ScriptRequest) => boolean);
  times?: number;
  reply: Reply | Script;
};

/** A list of rules as a script; a request that no rule fits is a bad request, which says so. */
export function answers(rules: readonly Rule[]): Script {
  const left = rules.map(({ times }) => times ?? Number.POSITIVE_INFINITY);
  return (request) => {
    const at = rules.findIndex((rule, i) => (left[i] ?? 0) > 0 && fits(rule.when, request));
    const rule = rules[at];
    if (rule === undefined)
      return { status: 400, message: `the script has no reply for: ${newest(request).slice(0, 200)}` };
    left[at] = (left[at] ?? 0) - 1;
    return typeof rule.reply === "function" ? rule.reply(request) : rule.reply;
  };
}

const newest = (request: ScriptRequest): string => request.messages.at(-1)?.text ?? "";
function fits(when: Rule["when"], request: ScriptRequest): boolean {
  if (typeof when === "function") return when(request);
  return typeof when === "string" ? newest(request).includes(when) : new RegExp(when).test(newest(request));
}

export type ScriptedOptions = Omit<ProviderOptions, "apiKey" | "baseUrl" | "keyEnv"> & {
  script: Script | readonly Rule[];
  /** When given, other models and efforts than these are refused as a vendor would. */
  models?: ModelInfo[];
};

export function scripted(given: ScriptedOptions): Provider {
  const options: ProviderOptions = { ...given, apiKey: null };
  const script = typeof given.script === "function" ? given.script : answers(given.script);
  return {
    id: options.id,
    models: () => Promise.resolve(given.models ?? []),
    stream(tier, prompt, signal) {
      const where = whereOf(options, tier.model, "script");
      const request = { ...requestOf(prompt), model: tier.model, effort: tier.effort };
      const refused = refusalOf(given.models, request);
      const dialect: Dialect<Played> = {
        open: async (link) => play(refused ?? (await script(request)), link.signal),
        reader: () => reader(where, prompt),
      };
      return converse(dialect, where, options, signal);
    },
  };
}

function refusalOf(models: ModelInfo[] | undefined, { model, effort }: ScriptRequest): Reply | null {
  const info = models?.find(({ id }) => id === model);
  if (models !== undefined && info === undefined)
    return { status: 404, code: "model_not_found", message: `no model ${model}` };
  const known: readonly string[] | null = info?.efforts ?? null;
  if (effort === null || known === null || known.includes(effort)) return null;
  return { status: 400, message: `unsupported reasoning effort ${effort}` };
}

const requestOf = (prompt: Prompt): Omit<ScriptRequest, "model" | "effort"> => ({
  api: "scripted",
  system: prompt.system,
  messages: prompt.messages.map(messageOf),
  toolNames: prompt.tools.map(({ name }) => name),
  mustCall: prompt.mustCall,
  output: prompt.output?.name ?? null,
  headers: {},
});

function messageOf(message: Message): ScriptMessage {
  switch (message.role) {
    case "user":
      return { role: "user", text: message.text, calls: [] };
    case "assistant":
      return {
        role: "assistant",
        text: message.text,
        calls: message.calls.map((call) => ({ name: call.name, args: argsSent(call) })),
      };
    case "tool":
      return { role: "tool", text: message.results.map(({ text }) => text).join("\n\n"), calls: [] };
  }
}

type Whole = Extract<Reply, { thinking?: string }>;
type Played =
  | { type: "thinking" | "text"; delta: string }
  | { type: "open"; call: ScriptCall }
  | { type: "last"; reply: Whole | Extract<Reply, { refusal: string }> };

/** A reply as a stream. What a vendor would say with a status is thrown the way an SDK throws it. */
async function* play(reply: Reply, signal: AbortSignal): AsyncGenerator<Played, void, undefined> {
  if ("status" in reply) throw statusError(reply);
  if ("refusal" in reply) return yield { type: "last", reply };
  if (!("breaks" in reply)) {
    yield* pieces("thinking", reply.thinking);
    yield* pieces("text", reply.text);
    return yield { type: "last", reply };
  }
  yield* pieces("text", reply.text);
  if (reply.open) yield { type: "open", call: reply.open };
  if (reply.breaks === "garbage") throw new SyntaxError("the script sends an event that is no JSON");
  if (reply.breaks === "stall")
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

function statusError({ status, code, message, retryAfter }: Extract<Reply, { status: number }>): Error {
  const headers = new Headers(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
  return Object.assign(new Error(message ?? "scripted"), {
    status,
    headers,
    error: { code, message: message ?? "scripted" },
  });
}

function* pieces(type: "text" | "thinking", text = ""): Generator<Played, void, undefined> {
  for (const delta of text.match(/[\s\S]{1,16}/g) ?? []) yield { type, delta };
}

function reader(where: Where, prompt: Prompt): Reader<Played> {
  let last: Extract<Played, { type: "last" }>["reply"] | null = null;
  const came = { text: "", thinking: "", calls: [] as ToolCall[] };

  function end(): ModelEvent[] {
    if (last === null) return [];
    if ("refusal" in last)
      return [{ type: "fault", fault: faultAt(where, "refusal", last.refusal), usage: last.usage ?? null }];
    const calls = (last.calls ?? []).map(callOf);
    const message: Answer = { role: "assistant", text: last.text ?? "", calls };
    const stop = last.stop ?? (calls.length > 0 ? "tools" : "end");
    const usage = last.usage ?? estimateUsage(prompt, message, last.thinking ?? "");
    return [
      ...calls.map((call): ModelEvent => ({ type: "call", call })),
      { type: "done", message, stop, usage, ...(last.reported !== undefined && { reported: last.reported }) },
    ];
  }

  return {
    read(played) {
      switch (played.type) {
        case "last":
          last = played.reply;
          return [];
        case "open":
          came.calls.push(callOf(played.call));
          return [];
        default:
          came[played.type] += played.delta;
          return [played];
      }
    },
    end,
    counted: () => (last?.usage ? { usage: last.usage } : brokenOffAt(null, prompt, came)),
  };
}

const callOf = ({ name, id, args, raw }: ScriptCall): ToolCall =>
  readCall(id ?? `call_${crypto.randomUUID()}`, name, raw ?? JSON.stringify(args ?? {}));
