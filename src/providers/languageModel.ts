/**
 * The models the editor itself offers (`vscode.lm`), behind an interface that knows no editor. They have no system role, take
 * no effort, count no tokens and answer in text and calls only: what they cannot do is said, never pretended.
 */
import type {
  ChatCall,
  ChatMessage,
  ChatModel,
  ChatModels,
  ChatPart,
  ChatRequest,
} from "../core/chatModel.ts";
import type { Fault, Tier } from "../core/order.ts";
import type { Message, ModelEvent, ModelInfo, Prompt, Provider, ToolCall } from "../engine/ports.ts";
import { faultAt, faultOf, type Where } from "./faults.ts";
import {
  type Answer,
  argsSent,
  converse,
  countedBy,
  type Dialect,
  listing,
  onlyFault,
  type ProviderOptions,
  type Reader,
} from "./stream.ts";

export const VSCODE_LM = "vscode-lm";

/** Such a model may think for long without a sign, and the user may be asked first. */
const STALL_MS = 300_000;

export function languageModels(
  chatModels: ChatModels,
  given: Pick<ProviderOptions, "stallMs" | "retries" | "sleep"> = {},
): Provider {
  const options: ProviderOptions = { stallMs: STALL_MS, ...given, id: VSCODE_LM, apiKey: null };
  let listed: readonly ModelInfo[] | null = null;
  return {
    id: VSCODE_LM,
    listed: () => listed,
    models: () =>
      listing(whereOf("models"), async () => {
        const found = (await chatModels()).map(infoOf);
        listed = found;
        return found;
      }),
    stream(tier, prompt, signal) {
      const where = whereOf(tier.model);
      if (tier.effort !== null)
        return onlyFault(faultAt(where, "unsupported", "VS Code's models take no effort: name none"));
      return converse(dialect(chatModels, tier, prompt, where), where, options, signal);
    },
  };
}

const whereOf = (model: string): Where => ({
  provider: VSCODE_LM,
  model,
  baseUrl: "vscode.lm",
  setKey:
    'Sign in to the extension that offers it, and allow Slicewise to use it: "Manage Language Model Access" in the Accounts menu.',
  key: null,
});

const infoOf = ({ name, maxInputTokens }: ChatModel): ModelInfo => ({
  id: name,
  context: maxInputTokens > 0 ? maxInputTokens : null,
  maxOutput: null,
  efforts: [],
  defaultEffort: null,
  tools: null,
});

const dialect = (chatModels: ChatModels, tier: Tier, prompt: Prompt, where: Where): Dialect<ChatPart> => ({
  async open({ signal }) {
    const model = (await chatModels()).find(({ name }) => name === tier.model);
    if (model === undefined)
      throw Object.assign(new Error("VS Code offers no such model"), { code: "NotFound" });
    return model.send(requestOf(prompt), signal);
  },
  reader: () => reader(where, prompt),
  faultOf: (error) => languageModelFault(error, where),
});

/** The editor's own error codes; anything else is the vendor's error, which it wraps. */
function languageModelFault(error: unknown, where: Where): Fault {
  if (!(error instanceof Error)) return faultOf(error, where);
  const code: unknown = "code" in error ? error.code : "";
  if (code === "NoPermissions" || code === "Blocked") return faultAt(where, "auth", error.message);
  if (code === "NotFound") return faultAt(where, "unknown-model", error.message);
  return faultOf(error.cause instanceof Error ? error.cause : error, where);
}

function requestOf({ tools, system, messages, mustCall, output }: Prompt): ChatRequest {
  const only = mustCall === null ? tools : tools.filter(({ name }) => name === mustCall);
  const first: ChatMessage[] = system === "" ? [] : [{ role: "user", text: system }];
  const form: ChatMessage[] =
    output === null
      ? []
      : [
          {
            role: "user",
            text: `Answer with one JSON value of this JSON Schema and nothing else:\n${JSON.stringify(output.schema)}`,
          },
        ];
  return {
    messages: [...first, ...messages.map(messageOf), ...form],
    tools: only,
    mustCall: mustCall !== null,
  };
}

function messageOf(message: Message): ChatMessage {
  switch (message.role) {
    case "user":
      return message;
    case "assistant":
      return { role: "assistant", text: message.text, calls: message.calls.map(callSent) };
    case "tool":
      return { role: "results", results: message.results.map(({ id, text }) => ({ id, text })) };
  }
}
const callSent = (call: ToolCall): ChatCall => ({ id: call.id, name: call.name, input: argsSent(call) });

/** The end of the stream is the end of the answer; one that said nothing broke off. */
function reader(where: Where, prompt: Prompt): Reader<ChatPart> {
  let text = "";
  const calls: ToolCall[] = [];
  const answer = (): Answer => ({ role: "assistant", text, calls });
  return {
    read(part) {
      if ("text" in part) {
        text += part.text;
        return part.text === "" ? [] : [{ type: "text", delta: part.text }];
      }
      const { id, name, input } = part.call;
      const taken = id === "" || calls.some((one) => one.id === id);
      calls.push({ id: taken ? `call_${crypto.randomUUID()}` : id, name, args: input });
      return [];
    },
    end() {
      if (text === "" && calls.length === 0) return [];
      const stop = calls.length > 0 ? "tools" : "end";
      const events = calls.map((call): ModelEvent => ({ type: "call", call }));
      return [...events, { type: "done", message: answer(), stop, ...countedBy(null, prompt, answer(), "") }];
    },
    counted: () => (text === "" && calls.length === 0 ? null : countedBy(null, prompt, answer(), "")),
  };
}
