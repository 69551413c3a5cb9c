/** The models VS Code and its extensions offer (`vscode.lm`), in our words. The first use of one asks the user. */
import {
  CancellationTokenSource,
  type LanguageModelChat,
  LanguageModelChatMessage,
  LanguageModelChatToolMode,
  LanguageModelTextPart,
  LanguageModelToolCallPart,
  LanguageModelToolResultPart,
  l10n,
  lm,
} from "vscode";
import type { Cancel, ChatMessage, ChatModel, ChatPart, ChatRequest } from "../core/chatModel.ts";

/** Names a tier can have: no white space, no "@". */
const NAME = /^[^@\s]+$/;

export async function chatModels(): Promise<ChatModel[]> {
  const found = (await lm.selectChatModels()).map(chatModel);
  return found.filter(
    ({ name }, at) => NAME.test(name) && found.findIndex((one) => one.name === name) === at,
  );
}

const chatModel = (model: LanguageModelChat): ChatModel => ({
  name: `${model.vendor}/${model.id}`,
  maxInputTokens: model.maxInputTokens,
  send: (request, signal) => send(model, request, signal),
});

async function send(
  model: LanguageModelChat,
  { messages, tools, mustCall }: ChatRequest,
  signal: Cancel,
): Promise<AsyncIterable<ChatPart>> {
  const cancel = new CancellationTokenSource();
  const stop = (): void => cancel.cancel();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const response = await model.sendRequest(
    messages.map(messageOf),
    {
      justification: l10n.t("A slice of your work order runs on this model."),
      tools: tools.map(({ name, description, schema }) => ({ name, description, inputSchema: schema })),
      toolMode: mustCall ? LanguageModelChatToolMode.Required : LanguageModelChatToolMode.Auto,
    },
    cancel.token,
  );
  return partsOf(response.stream);
}

/** What is neither text nor a call, such as parts of newer versions, is not ours to read. */
async function* partsOf(stream: AsyncIterable<unknown>): AsyncGenerator<ChatPart, void, undefined> {
  for await (const part of stream) {
    if (part instanceof LanguageModelTextPart) yield { text: part.value };
    if (part instanceof LanguageModelToolCallPart)
      yield { call: { id: part.callId, name: part.name, input: part.input } };
  }
}

function messageOf(message: ChatMessage): LanguageModelChatMessage {
  switch (message.role) {
    case "user":
      return LanguageModelChatMessage.User(message.text);
    case "assistant": {
      const calls = message.calls.map(
        ({ id, name, input }) => new LanguageModelToolCallPart(id, name, input),
      );
      const text = message.text === "" ? [] : [new LanguageModelTextPart(message.text)];
      return LanguageModelChatMessage.Assistant([...text, ...calls]);
    }
    case "results":
      return LanguageModelChatMessage.User(
        message.results.map(
          ({ id, text }) => new LanguageModelToolResultPart(id, [new LanguageModelTextPart(text)]),
        ),
      );
  }
}
