/** The editor's chat models as the adapter sees them, answering from a script: what the vendor says is thrown as the editor does. */
import { setImmediate as soon } from "node:timers/promises";
import type { Cancel, ChatModel, ChatPart, ChatRequest } from "../../src/core/chatModel.ts";
import type { Reply } from "../../src/providers/scripted.ts";

export function chatModel(
  name: string,
  next: (request: ChatRequest) => Reply,
  sent: { request: ChatRequest; closed: () => boolean }[] = [],
): ChatModel {
  return {
    name,
    maxInputTokens: 200_000,
    send(request, signal) {
      sent.push({ request, closed: () => signal.aborted });
      const reply = next(request);
      return "status" in reply ? Promise.reject(wrapped(reply)) : Promise.resolve(parts(reply, signal));
    },
  };
}

/** As `LanguageModelError` does: the code says nothing, the cause all. */
function wrapped({ status, code, message, retryAfter }: Extract<Reply, { status: number }>): Error {
  const headers = new Headers(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
  const said = message ?? "scripted";
  const cause = Object.assign(new Error(said), { status, headers, error: { code, message: said } });
  return Object.assign(new Error("request failed", { cause }), { code: "Unknown" });
}

async function* parts(reply: Exclude<Reply, { status: number }>, signal: Cancel): AsyncGenerator<ChatPart> {
  if ("refusal" in reply) return yield { text: reply.refusal };
  for (const text of reply.text?.match(/[\s\S]{1,16}/g) ?? []) {
    await soon();
    yield { text };
  }
  if (!("breaks" in reply)) {
    for (const { id, name, args } of reply.calls ?? [])
      yield { call: { id: id ?? "", name, input: args as object } };
    return;
  }
  if (reply.breaks === "cut") throw new TypeError("terminated");
  if (reply.breaks === "stall")
    await new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
}
