/**
 * A model server on 127.0.0.1 that speaks Responses, Chat Completions and Messages, checks every request as strictly as
 * the vendors do (and more), and answers from a script. Needs nothing but node:http, so the demo serves with it too.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reply, ScriptRequest } from "../../src/providers/scripted.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";
import { checkRequest, type Json } from "./requestChecks.ts";

export type Exchange = {
  api: Dialect["api"] | "models";
  headers: Record<string, string>;
  body: Json;
  request: ScriptRequest | null;
  /** What a strict vendor would not have taken; such a request is answered with 400. */
  violations: string[];
  /** Resolves when the exchange is over: `client` closed it before its end, or the server `cut` or completed it. */
  ended: Promise<"complete" | "client" | "cut">;
};

export type ModelServer = {
  /** `openai` and `anthropic` are base URLs as the settings take them. */
  urls: { openai: string; anthropic: string };
  /** Every request, in the order of arrival. */
  journal: Exchange[];
  close(): Promise<void>;
};

export type ModelServerOptions = {
  reply: (request: ScriptRequest) => Reply | Promise<Reply>;
  /** The key every request must carry, in its one header; null: none may; absent: any. */
  key?: string | null;
  /** The usage every reply ends with, word for word; null: none. Absent: what the reply says. */
  usage?: Json | null;
  /** The ids `GET /v1/models` lists. */
  models?: string[];
};

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const journal: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    serve(options, journal, incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const anthropic = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urls: { anthropic, openai: `${anthropic}/v1` },
    journal,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  options: ModelServerOptions,
  journal: Exchange[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const text = await textOf(incoming);
  const path = incoming.url ?? "/";
  const headers = headersOf(incoming);
  if (incoming.method === "GET" && path.startsWith("/v1/models")) {
    journal.push({
      api: "models",
      headers,
      body: {},
      request: null,
      violations: [],
      ended: Promise.resolve("complete"),
    });
    return sendJson(outgoing, 200, {}, modelList(options.models ?? ["model-a", "model-b"]));
  }
  const dialect = DIALECTS.find((one) => one.path === path);
  if (dialect === undefined)
    return sendJson(outgoing, 404, {}, { error: { message: `no such path: ${incoming.method} ${path}` } });
  const body = JSON.parse(text) as Json;
  const violations = checkRequest(dialect.api, { body, text, path, headers, key: options.key });
  const request = { ...dialect.read(body), headers };
  const cut = { done: false };
  const ended = new Promise<"complete" | "client" | "cut">((resolve) => {
    outgoing.on("close", () => resolve(outgoing.writableFinished ? "complete" : cut.done ? "cut" : "client"));
  });
  journal.push({ api: dialect.api, headers, body, request, violations, ended });
  const broken = { status: 400, message: `the request breaks the contract: ${violations.join("; ")}` };
  await send(
    dialect,
    violations.length > 0 ? broken : await options.reply(request),
    request,
    { text, usage: options.usage },
    outgoing,
    cut,
  );
}

async function send(
  dialect: Dialect,
  reply: Reply,
  request: ScriptRequest,
  asked: { text: string; usage: Json | null | undefined },
  out: ServerResponse,
  cut: { done: boolean },
): Promise<void> {
  if ("status" in reply) {
    const headers: Record<string, string> =
      reply.retryAfter === undefined ? {} : { "retry-after": String(reply.retryAfter) };
    return sendJson(out, reply.status, headers, dialect.errorBody(reply));
  }
  out.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const event of dialect.events(reply, request, asked.text.length, asked.usage)) {
    out.write(event);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!("breaks" in reply)) return void out.end();
  if (reply.breaks === "garbage") return void out.end(dialect.garbage);
  if (reply.breaks === "stall") return;
  cut.done = true;
  out.destroy();
}

function sendJson(out: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  out.writeHead(status, { "content-type": "application/json", ...headers });
  out.end(JSON.stringify(body));
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const headersOf = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));

/** Listings that say what cannot be, by the name of the model. */
const ODD: Record<string, object> = {
  "in euros": { pricing: { prompt: "3 EUR", completion: "5 EUR" } },
  "of endless price": { pricing: { prompt: "Infinity", completion: "1e999" } },
  "of no limits": { context_length: -5, max_model_len: 0, top_provider: { max_completion_tokens: 0 } },
};

/** One shape for both SDKs. The Anthropic one reads capabilities; the others ignore them. */
function modelList(ids: string[]): unknown {
  const yes = { supported: true };
  const effort = {
    supported: true,
    low: yes,
    medium: yes,
    high: yes,
    max: { supported: false },
    xhigh: null,
  };
  const data = ids.map((id, at) => ({
    id,
    // What OpenRouter says of the first, and of one whose price varies.
    pricing:
      at === 0
        ? { prompt: "0.0000025", completion: "0.00001", input_cache_read: "0.00000025", request: "0" }
        : { prompt: "-1", completion: "-1" },
    type: "model",
    object: "model",
    created: 0,
    owned_by: "test",
    display_name: id,
    created_at: "2026-11-01T00:00:00Z",
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    context_length: 200_000,
    supported_parameters: ["tools"],
    reasoning: { supported_efforts: ["low", "medium", "high", "odd"], default_effort: "medium" },
    capabilities: { effort },
    ...ODD[id],
  }));
  return { object: "list", data, has_more: false, first_id: ids[0], last_id: ids.at(-1) };
}
