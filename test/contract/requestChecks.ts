/** What a request must be. Each rule is one the vendor documents, or one our own design states. */

export type Json = Record<string, unknown>;
export type Sent = {
  body: Json;
  text: string;
  path: string;
  headers: Record<string, string>;
  key: string | null | undefined;
};
type Api = "responses" | "chat" | "messages";

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** Violations, in words; [] when the request is as it must be. */
export function checkRequest(api: Api, sent: Sent): string[] {
  return [...checkKey(sent), ...checkTop(api, sent), ...CHECKS[api](sent)];
}

function checkKey({ headers, key, text, path }: Sent): string[] {
  if (key === undefined) return [];
  const found: string[] = [];
  const carriers = {
    authorization: headers.authorization,
    "x-api-key": headers["x-api-key"],
    "api-key": headers["api-key"],
  };
  const used = Object.entries(carriers).filter(([, value]) => value !== undefined);
  const expected = `Bearer ${key}`;
  if (key === null && used.length > 0) found.push("a key was sent where there is none");
  if (key !== null && (used.length !== 1 || carriers.authorization !== expected)) {
    found.push(
      `the key must stand in authorization and nowhere else, not in ${used.map(([name]) => name).join(", ") || "no header"}`,
    );
  }
  if (key !== null && (text.includes(key) || path.includes(key)))
    found.push("the key stands in the body or the URL");
  return found;
}

const KEYS: Record<Api, string[]> = {
  responses: [
    "model",
    "stream",
    "store",
    "include",
    "prompt_cache_key",
    "tools",
    "instructions",
    "input",
    "max_output_tokens",
    "reasoning",
    "tool_choice",
    "text",
  ],
  chat: [
    "model",
    "stream",
    "stream_options",
    "tools",
    "messages",
    "max_tokens",
    "reasoning_effort",
    "tool_choice",
    "response_format",
  ],
  messages: [
    "model",
    "stream",
    "max_tokens",
    "tools",
    "system",
    "messages",
    "thinking",
    "output_config",
    "tool_choice",
  ],
};

function checkTop(api: Api, { body, headers }: Sent): string[] {
  const found = Object.keys(body).flatMap((key) => (KEYS[api].includes(key) ? [] : [`unknown key ${key}`]));
  if (body.stream !== true) found.push("stream is not true");
  if (typeof body.model !== "string" || body.model === "") found.push("no model");
  if (headers["content-type"] !== "application/json")
    found.push(`content-type is ${headers["content-type"]}`);
  return found;
}

const CHECKS: Record<Api, (sent: Sent) => string[]> = {
  responses: checkResponses,
  chat: checkChat,
  messages: checkMessages,
};

function checkResponses({ body }: Sent): string[] {
  const found: string[] = [];
  if (body.store !== false) found.push("store is not false");
  if (!list(body.include).includes("reasoning.encrypted_content" as never))
    found.push("encrypted reasoning is not asked for");
  const cacheKey = body.prompt_cache_key;
  if (typeof cacheKey !== "string" || cacheKey.length === 0 || cacheKey.length > 64)
    found.push("prompt_cache_key must have 1 to 64 characters");
  if (list(body.input).length === 0) found.push("input is empty");
  if (body.reasoning !== undefined) found.push(...checkEffort(object(body.reasoning).effort, EFFORTS));
  for (const tool of list(body.tools)) {
    if (tool.type !== "function" || typeof tool.description !== "string")
      found.push(`tool ${String(tool.name)} is no described function`);
    if (tool.strict !== true) found.push(`tool ${String(tool.name)} is not strict`);
    found.push(...checkStrict(tool.parameters, `tool ${String(tool.name)}`));
  }
  const format = object(object(body.text).format);
  if (body.text !== undefined && (format.type !== "json_schema" || format.strict !== true))
    found.push("text.format is no strict json_schema");
  if (body.text !== undefined) found.push(...checkStrict(format.schema, "text.format"));
  const input = list(body.input);
  found.push(
    ...checkPairs(
      input.flatMap((one) => (one.type === "function_call" ? [one.call_id] : [])),
      input.flatMap((one) => (one.type === "function_call_output" ? [one.call_id] : [])),
    ),
  );
  for (const item of input) {
    if (item.type === "reasoning" && typeof item.encrypted_content !== "string")
      found.push("reasoning came back unsealed");
    if (item.type === "function_call_output" && typeof item.output !== "string")
      found.push("a tool output is no string");
  }
  return found;
}

function checkChat({ body }: Sent): string[] {
  const found: string[] = [];
  const messages = list(body.messages);
  if (object(body.stream_options).include_usage !== true) found.push("usage is not asked for");
  if (messages.length === 0) found.push("messages is empty");
  if (messages.some(({ role }, at) => role === "system" && at > 0))
    found.push("a system message that is not the first");
  if (body.reasoning_effort !== undefined) found.push(...checkEffort(body.reasoning_effort, EFFORTS));
  for (const tool of list(body.tools)) {
    const { name, description, parameters } = object(tool.function);
    if (tool.type !== "function" || typeof description !== "string")
      found.push(`tool ${String(name)} is no described function`);
    if (object(parameters).type !== "object")
      found.push(`the parameters of tool ${String(name)} are no object schema`);
  }
  const calls = messages.flatMap((one) => list(one.tool_calls));
  for (const call of calls)
    if (!isJsonObject(object(call.function).arguments))
      found.push("the arguments of a past call are no JSON object");
  found.push(
    ...checkPairs(
      calls.map(({ id }) => id),
      messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : [])),
    ),
  );
  const { json_schema } = object(body.response_format);
  if (body.response_format !== undefined)
    found.push(...checkStrict(object(json_schema).schema, "response_format"));
  return found;
}

function checkMessages({ body, headers }: Sent): string[] {
  const found: string[] = [];
  const messages = list(body.messages);
  const blocks = messages.flatMap(({ content }) => list(content));
  if (headers["anthropic-version"] === undefined) found.push("no anthropic-version");
  if (!(Number(body.max_tokens) > 0)) found.push("no max_tokens");
  if (messages[0]?.role !== "user") found.push("the first message is not the user's");
  if (messages.some(({ content }) => list(content).length === 0)) found.push("a message without content");
  if (blocks.some((one) => one.type === "text" && String(one.text).trim() === ""))
    found.push("a blank text block");
  found.push(...checkMarks(body, messages, blocks), ...checkThinking(body, blocks));
  for (const tool of list(body.tools))
    if (object(tool.input_schema).type !== "object")
      found.push(`tool ${String(tool.name)} has no object schema`);
  const uses = blocks.filter(({ type }) => type === "tool_use");
  for (const { input } of uses)
    if (typeof input !== "object" || input === null || Array.isArray(input))
      found.push("the input of a past call is no object");
  found.push(
    ...checkPairs(
      uses.map(({ id }) => id),
      blocks.flatMap((one) => (one.type === "tool_result" ? [one.tool_use_id] : [])),
    ),
  );
  const { effort, format } = object(body.output_config);
  if (effort !== undefined) found.push(...checkEffort(effort, EFFORTS.slice(2)));
  if (format !== undefined) found.push(...checkStrict(object(format).schema, "output_config.format"));
  return found;
}

/** At most four markers: the end of the fixed part, of what all slices share, and of the newest message. */
function checkMarks(body: Json, messages: Json[], blocks: Json[]): string[] {
  const fixed = [...list(body.tools), ...list(body.system)];
  const marked = [...fixed, ...blocks].filter((one) => one.cache_control !== undefined);
  const found: string[] = [];
  if (marked.length > 4) found.push(`${marked.length} cache markers`);
  if (marked.some(({ type }) => type === "thinking")) found.push("a cache marker on thinking");
  if (fixed.length > 0 && fixed.at(-1)?.cache_control === undefined)
    found.push("no cache marker at the end of tools and system");
  const nudged = list(messages.at(-1)?.content).some((one) =>
    String(one.text).startsWith("Answer by calling the tool"),
  );
  const newest = list(messages.at(nudged ? -2 : -1)?.content).at(-1);
  if (newest?.cache_control === undefined) found.push("no cache marker on the newest message");
  return found;
}

function checkThinking(body: Json, blocks: Json[]): string[] {
  const found: string[] = [];
  const thinks = object(body.thinking).type === "adaptive";
  if (body.thinking !== undefined && !thinks) found.push("thinking is not adaptive");
  if (thinks && body.tool_choice !== undefined) found.push("a forced tool together with thinking");
  if (blocks.some(({ type, signature }) => type === "thinking" && !String(signature).startsWith("signed:")))
    found.push("thinking came back unsigned");
  return found;
}

const checkEffort = (effort: unknown, known: string[]): string[] =>
  known.includes(String(effort)) ? [] : [`effort ${String(effort)}`];

/** Every result answers a call, and every call has one result, as all vendors demand. */
function checkPairs(calls: unknown[], results: unknown[]): string[] {
  if (new Set(calls).size !== calls.length) return ["two calls with one id"];
  return calls.length === results.length && calls.every((id) => results.includes(id))
    ? []
    : ["calls and results do not pair"];
}

function isJsonObject(text: unknown): boolean {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const STRICT = [
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "const",
  "anyOf",
  "description",
  "$ref",
  "$defs",
];

/** Strict mode: every key required, nothing additional, no keyword it does not know. */
function checkStrict(schema: unknown, at: string): string[] {
  const one = object(schema);
  const found = Object.keys(one).flatMap((key) => (STRICT.includes(key) ? [] : [`${at}: keyword ${key}`]));
  const properties = object(one.properties);
  if (one.type === "object") {
    const required = (one.required ?? []) as string[];
    if (one.additionalProperties !== false) found.push(`${at}: additionalProperties is not false`);
    for (const name of Object.keys(properties))
      if (!required.includes(name)) found.push(`${at}: ${name} is optional`);
  }
  const inner = [
    ...Object.entries(properties),
    ...Object.entries(object(one.$defs)),
    ...list(one.anyOf).entries(),
  ];
  if (one.items !== undefined) inner.push(["items", one.items]);
  return [...found, ...inner.flatMap(([name, value]) => checkStrict(value, `${at}.${name}`))];
}
