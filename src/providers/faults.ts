/**
 * What went wrong at a vendor, as a Fault: what happened, where, and what to do next. Everything an endpoint says is
 * untrusted: it is cut, stripped of control characters, and our own key is taken out of it.
 */
import type { Fault } from "../core/order.ts";

type Kind = Fault["kind"];

/** The place a request goes to, for messages. `setKey` tells a person how to give us a key. */
export type Where = { provider: string; model: string; baseUrl: string; setKey: string; key: string | null };

type Facts = { status: number; code: string; said: string; retryAfter: number | null; name: string };

const WORDS: Partial<Record<Kind, { what: string; next: (where: Where) => string }>> = {
  "missing-key": { what: "there is no API key", next: ({ setKey }) => setKey },
  auth: { what: "the endpoint refused the key or the account", next: ({ setKey }) => setKey },
  "unknown-model": {
    what: "the endpoint has no such model",
    next: ({ provider }) => `Choose a model that ${provider} offers with "Slicewise: Choose Models".`,
  },
  unsupported: {
    what: "the model does not take this effort, tool choice or output format",
    next: () => "Choose another effort or model for this tier.",
  },
  "bad-request": {
    what: "the endpoint did not take the request",
    next: ({ baseUrl }) => `Check the model and the base URL ${baseUrl} in slicewise.providers.`,
  },
  "context-overflow": {
    what: "the conversation is longer than the model's context",
    next: () => "Make the slice smaller, or use a model with a longer context.",
  },
  refusal: { what: "the model refused to answer", next: () => "Reword the task, or choose another model." },
  malformed: {
    what: "the endpoint sent something that cannot be read",
    next: ({ baseUrl }) =>
      `Try again; if it stays, check that ${baseUrl} speaks the protocol of this kind of provider.`,
  },
  "rate-limited": { what: "too many requests", next: () => "Wait, or run fewer slices at a time." },
  overloaded: { what: "the endpoint failed", next: () => "Try again later, or choose another model." },
  network: {
    what: "the connection broke before the reply was complete",
    next: ({ baseUrl }) => `Check the network and that ${baseUrl} can be reached, then try again.`,
  },
  stalled: { what: "the endpoint went silent", next: () => "Try again, or choose another model." },
  cancelled: { what: "the request was cancelled", next: () => "" },
  bug: { what: "the request could not be made", next: () => "Please report this as a bug of Slicewise." },
};

/** A Fault with our words around what the endpoint `said`; "" when it said nothing. */
export function faultAt(where: Where, kind: Kind, said = ""): Fault {
  const words = WORDS[kind];
  const heard = tame(said, where.key);
  const what = `${where.provider}/${where.model}: ${words?.what ?? kind}${heard === "" ? "" : ` (${heard})`}.`;
  return { kind, message: `${what} ${words?.next(where) ?? ""}`.trim() };
}

/** Anything thrown by an SDK, the network or a stream, or an error object of an event. Total. */
export function faultOf(error: unknown, where: Where): Fault {
  const facts = factsOf(error);
  const kind = kindOf(facts);
  const fault = faultAt(where, kind, facts.status > 0 ? `${facts.status} ${facts.said}`.trim() : facts.said);
  return facts.retryAfter === null ? fault : { ...fault, retryAfter: facts.retryAfter };
}

/** A Fault to throw, for `Provider.models`, which rejects. */
export const thrown = (fault: Fault): Error & Fault => Object.assign(new Error(fault.message), fault);

const OVERFLOW =
  /context[ _-]?(length|window)|prompt is too long|maximum context|max(imum)? (number of )?(input )?tokens|too many (input )?tokens|input is too long|exceed\w* (the )?(model'?s )?(available )?context/i;
const UNSUPPORTED =
  /effort|reasoning|thinking|\btools?\b|tool_|function call|response_format|json_schema|output_config/i;
const POLICY = /content_(policy|filter)|_policy\b|invalid_prompt|content management policy/i;
const NO_CREDIT = /insufficient_quota|billing|credit balance|insufficient (balance|credits)/i;
const NO_MODEL =
  /model_not_found|model_decommissioned|unknown model|model\b.*\b(not (found|exist)|does not exist|unknown|not available|no longer (available|supported)|decommissioned|retired|shut down)/i;

/** The first rule that holds names the kind. */
const RULES: [Kind, (facts: Facts, all: string) => boolean][] = [
  ["malformed", ({ name }) => name === "SyntaxError"],
  ["auth", ({ status }, all) => status === 401 || status === 402 || NO_CREDIT.test(all)],
  [
    "unknown-model",
    ({ status }, all) => (status === 404 && /model|not_found_error/i.test(all)) || NO_MODEL.test(all),
  ],
  ["auth", ({ status }) => status === 403],
  ["context-overflow", ({ status }, all) => status === 413 || (is4xx(status) && OVERFLOW.test(all))],
  ["refusal", (_facts, all) => POLICY.test(all)],
  ["rate-limited", ({ status }) => status === 429],
  ["network", ({ status }) => status === 408 || status === 409 || status === 425],
  ["unsupported", ({ status }, all) => is4xx(status) && UNSUPPORTED.test(all)],
  ["bad-request", ({ status }) => status >= 300 && status < 500],
  ["overloaded", ({ status }) => status >= 500],
  ["bad-request", (_facts, all) => /unexpected redirect/.test(all)],
  ["network", ({ name }) => /Connection|Timeout|AbortError/.test(name) || name === "TypeError"],
  ["overloaded", ({ code }) => code !== ""],
];

const is4xx = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

function kindOf(facts: Facts): Kind {
  const all = `${facts.code} ${facts.said}`;
  return RULES.find(([, holds]) => holds(facts, all))?.[0] ?? "bug";
}

/** Errors inside a stream carry no status; their type or code says which it would have been. */
const STATUS_OF: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

function factsOf(error: unknown): Facts {
  const outer = bodyOf(error);
  const data = bodyOf(outer.error);
  const inner = bodyOf(data.error ?? outer.error);
  const codes = [inner.code, inner.type, inner.param, outer.code, outer.type].filter(
    (one) => typeof one === "string" || typeof one === "number",
  );
  const named = codes.map((code) => (typeof code === "number" ? code : STATUS_OF[code])).find(Boolean);
  const said = [inner.message, outer.apiMessage, causeOf(error), outer.message].find(isText);
  return {
    status: typeof outer.status === "number" ? outer.status : (named ?? 0),
    code: codes.map(String).join(" "),
    said: said ?? (isText(outer.error) ? outer.error : ""),
    retryAfter: outer.headers instanceof Headers ? retryAfter(outer.headers) : null,
    name: error instanceof Error ? nameOf(error) : "",
  };
}

const nameOf = (error: Error): string => (error.name === "Error" ? error.constructor.name : error.name);
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const bodyOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** `fetch failed` says nothing; its innermost cause (ECONNREFUSED …) does. */
function causeOf(error: unknown): string | undefined {
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; depth < 5 && cause instanceof Error && cause.cause instanceof Error; depth++)
    cause = cause.cause;
  return cause instanceof Error ? cause.message : undefined;
}

/** Milliseconds the vendor asks us to wait, or null. Seconds, a date, or `retry-after-ms`. */
function retryAfter(headers: Headers): number | null {
  const ms = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (ms >= 0 && Number.isFinite(ms)) return ms;
  const text = headers.get("retry-after");
  if (text === null) return null;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

const LONGEST = 300;
function tame(said: string, key: string | null): string {
  const safe = key === null || key === "" ? said : said.replaceAll(key, "[key]");

  const plain = safe
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim()
    .replace(/[.\s]+$/, "");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
