/**
 * What every provider shares: one request with its retries, its stall watch and its cancellation. A provider gives a
 * Dialect, which opens a vendor's stream and reads its events; nothing here knows a vendor.
 */
import { waitBefore } from "../core/again.ts";
import type { Fault, Usage } from "../core/order.ts";
import { type Counted, CUT_OFF, type Said, count, estimated } from "../core/usage.ts";
import type { Message, ModelEvent, Prompt, ToolCall } from "../engine/ports.ts";
import { faultAt, faultOf, thrown, type Where } from "./faults.ts";

export type ProviderOptions = {
  /** The name it has in settings; also marks what is `opaque`. */
  id: string;
  baseUrl?: string;
  apiKey: string | null;
  /** The environment variable a person may put the key in; only ever named in messages. */
  keyEnv?: string;
  /** Silence after which a request is given up, in ms. Any byte counts, keep-alives too. */
  stallMs?: number;
  /** Bytes of an answer after which it is cut off. */
  mostBytes?: number;
  /** How often a request is asked again while nothing came that is paid for. */
  retries?: number;
  /** Resolves after `ms`; may reject when `signal` aborts. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** What a request is made with. `fetch` has every byte watched. */
export type Link = { signal: AbortSignal; fetch: typeof fetch };
/**
 * A fault event ends the request. `end` closes a finished stream; [] says that the vendor's last word never came. `counted`
 * is what a request took that ends now; null while nothing came.
 */
export type Reader<E> = { read(event: E): ModelEvent[]; end(): ModelEvent[]; counted(): Counted | null };
/** `faultOf` reads the errors of a vendor whose errors are its own. */
export type Dialect<E> = {
  open(link: Link): Promise<AsyncIterable<E>>;
  reader(): Reader<E>;
  faultOf?(error: unknown): Fault;
};

const STALL_MS = 120_000;
/** Some vendors send a kilobyte around every token. Arguments of a call are kept until it ends: they may not go on for ever. */
const MOST_BYTES = 128_000_000;

export function whereOf(options: ProviderOptions, model: string, baseUrl: string): Where {
  const env = options.keyEnv === undefined ? "" : `, or set ${options.keyEnv}`;
  const setKey = `Run "Slicewise: Set API Key" for ${options.id}${env}.`;
  // It stands in messages: without the user and password an address may have.
  const shown = baseUrl.replace(/:\/\/[^/\s@]*@/, "://");
  return { provider: options.id, model, baseUrl: shown, setKey, key: options.apiKey };
}

/**
 * Asks until there is an answer, a fault that stays, or no retry left. Never throws; ends with `done` or `fault`. It is asked
 * again only while nothing came that is paid for: its caller has set money aside for one request.
 */
export async function* converse<E>(
  dialect: Dialect<E>,
  where: Where,
  options: ProviderOptions,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  if (signal.aborted) return yield* onlyFault(faultAt(where, "cancelled"));
  for (let retry = 0; ; retry++) {
    const failure: Failure | null = yield* attempt(dialect, where, options, signal);
    if (failure === null) return;
    const { fault, emitted, counted } = failure;
    const waitMs = emitted || counted !== null ? null : waitBefore(fault, retry, options.retries);
    if (waitMs === null) return yield { type: "fault", fault, ...(counted ?? { usage: null }) };
    yield { type: "retrying", fault, waitMs };
    await slept(options.sleep ?? sleep, waitMs, signal);
    if (signal.aborted) return yield* onlyFault(faultAt(where, "cancelled"));
  }
}

type Failure = { fault: Fault; counted: Counted | null; emitted: boolean };

/** One HTTP request. However it ends, the request is closed. Null: the answer is complete. */
async function* attempt<E>(
  dialect: Dialect<E>,
  where: Where,
  { stallMs = STALL_MS, mostBytes = MOST_BYTES }: ProviderOptions,
  outer: AbortSignal,
): AsyncGenerator<ModelEvent, Failure | null, undefined> {
  const control = new AbortController();
  const watch = linkWatch({ stallMs, mostBytes }, control);
  const cancel = (): void => control.abort();
  outer.addEventListener("abort", cancel, { once: true });
  const reader = dialect.reader();
  const failed = (fault: Fault): Failure => ({ fault, counted: reader.counted(), emitted });
  let emitted = false;
  try {
    const link = { signal: control.signal, fetch: watch.fetch };
    const stream = (await orAborted(dialect.open(link), control.signal))[Symbol.asyncIterator]();
    for (;;) {
      const step = await orAborted(stream.next(), control.signal);
      watch.heard();
      const events = step.done ? reader.end() : readOne(reader, step.value, where);
      for (const event of events) {
        if (event.type === "fault") return failed(event.fault);
        emitted = true;
        yield event;
      }
      if (step.done) return events.length > 0 ? null : failed(unfinished(where, watch.contentType()));
    }
  } catch (error) {
    if (outer.aborted) return failed(faultAt(where, "cancelled"));
    if (watch.flooded()) return failed(faultAt(where, "malformed", "it sent far more than any answer takes"));
    if (control.signal.aborted) return failed(faultAt(where, "stalled", `no byte for ${stallMs / 1000} s`));
    return failed(dialect.faultOf?.(error) ?? faultOf(error, where));
  } finally {
    watch.stop();
    outer.removeEventListener("abort", cancel);
    control.abort();
  }
}

/** The vendor's last word never came. What is no event stream at all is most likely the wrong address. */
function unfinished(where: Where, contentType: string): Fault {
  const isOther = contentType !== "" && !contentType.includes("event-stream");
  return isOther
    ? faultAt(where, "bad-request", `it answered with ${contentType}`)
    : faultAt(where, "network");
}

/** A vendor's event of an unexpected shape is the vendor's fault, not a bug of ours. */
function readOne<E>(reader: Reader<E>, event: E, where: Where): ModelEvent[] {
  try {
    return reader.read(event);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return [{ type: "fault", fault: faultAt(where, "malformed", said), usage: null }];
  }
}

/** The loser of the race has nothing to tell any more: its request was closed by the abort. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new DOMException("aborted", "AbortError"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

type Watch = {
  fetch: typeof fetch;
  heard(): void;
  contentType(): string;
  flooded(): boolean;
  stop(): void;
};

/** Aborts what is silent for too long, and what does not end. */
function linkWatch(
  { stallMs, mostBytes }: Required<Pick<ProviderOptions, "stallMs" | "mostBytes">>,
  control: AbortController,
): Watch {
  let type = "";
  let bytes = 0;
  const timer = setTimeout(() => control.abort(), stallMs);
  const watched: typeof fetch = async (input, init) => {
    timer.refresh();
    const response = await fetch(input, { ...init, redirect: "error" });
    timer.refresh();
    type = response.headers.get("content-type") ?? "";
    if (response.body === null) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, out) {
          timer.refresh();
          bytes += chunk.length;
          if (bytes > mostBytes) control.abort();
          else out.enqueue(chunk);
        },
      }),
    );
    return new Response(body, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
  return {
    fetch: watched,
    heard: () => void timer.refresh(),
    contentType: () => type,
    flooded: () => bytes > mostBytes,
    stop: () => clearTimeout(timer),
  };
}

/** A sleep that was cut short is told by the signal; what it rejects with does not matter. */
const slept = (wait: typeof sleep, ms: number, signal: AbortSignal): Promise<void> =>
  orAborted(wait(ms, signal), signal).catch(() => undefined);

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });

/** A conversation that failed before it began: no request was made. */
export async function* onlyFault(fault: Fault): AsyncGenerator<ModelEvent, void, undefined> {
  yield { type: "fault", fault, usage: null };
}

/** Until what was just begun, such as git, runs by itself. */
const WARM_AFTER_MS = 10;

/** Loads an SDK, and with it Node's HTTP client, ahead of the first request. What goes wrong that request will say. */
export function warm(sdk: () => Promise<unknown>): void {
  const load = (): Promise<unknown> =>
    sdk().then(
      () => new Headers(),
      () => undefined,
    );
  setTimeout(() => void load(), WARM_AFTER_MS).unref();
}

/** For `Provider.models`: whatever goes wrong is thrown as a Fault. */
export async function listing<T>(where: Where, list: () => Promise<T>): Promise<T> {
  try {
    return await list();
  } catch (error) {
    throw thrown(faultOf(error, where));
  }
}

/** Arguments as the model wrote them; what is no JSON is kept for the tool to answer. */
export function readCall(id: string, name: string, raw: string): ToolCall {
  try {
    return { id, name, args: raw.trim() === "" ? {} : (JSON.parse(raw) as unknown) };
  } catch {
    return { id, name, args: null, badArgs: raw };
  }
}

/** Arguments to send back in the history: endpoints parse them again, so they are always one JSON object. */
export function argsSent({ args, badArgs }: ToolCall): Record<string, unknown> {
  if (badArgs !== undefined) return { unparsed: badArgs };
  const isObject = typeof args === "object" && args !== null && !Array.isArray(args);
  return isObject ? (args as Record<string, unknown>) : { value: args };
}

export type Answer = Extract<Message, { role: "assistant" }>;
/** What this very provider wrote beside an answer, or undefined. The caller checks the shape: it comes from disk. */
export const opaqueOf = (message: Answer, provider: string): unknown =>
  message.opaque?.provider === provider ? message.opaque.items : undefined;

/** For endpoints that report no usage. */
export const estimateUsage = (prompt: Prompt, answer: Answer, thinking: string): Usage => {
  const asked = prompt.system.length + JSON.stringify([prompt.tools, prompt.messages, prompt.output]).length;
  const said = answer.text.length + charsOf(answer.calls) + thinking.length;
  return estimated(asked, said, thinking.length);
};

/** Arguments that are no JSON, as those that broke off, count as they came. */
function charsOf(calls: readonly ToolCall[]): number {
  const whole =
    JSON.stringify(calls.map(({ name, args, badArgs }) => [name, badArgs ? "" : args])).length - 2;
  return calls.reduce((chars, { badArgs = "" }) => chars + badArgs.length, whole);
}

/** What a request took, by the vendor's figures; without them, and when they cannot be right, by its text. */
export const countedBy = (said: Said | null, prompt: Prompt, answer: Answer, thinking: string): Counted =>
  count(said, () => estimateUsage(prompt, answer, thinking));

/**
 * What a request took that broke off: by the vendor's figures, else by what came, calls that had not ended among it; null
 * when nothing did. `soFar` are figures given before the output was known.
 */
export function brokenOffAt(
  said: Said | { soFar: Said } | null,
  prompt: Prompt,
  { text, thinking, calls }: Pick<Answer, "text" | "calls"> & { thinking: string },
): Counted | null {
  const answer: Answer = { role: "assistant", text, calls };
  if (said !== null && "soFar" in said) {
    const found = countedBy(said.soFar, prompt, answer, thinking);
    const { output, reasoning } = estimateUsage(prompt, answer, thinking);
    const usage = { ...found.usage, output: Math.max(output, found.usage.output), reasoning };
    return { usage, odd: found.odd ?? CUT_OFF };
  }
  if (said !== null) return countedBy(said, prompt, answer, thinking);
  if (text === "" && thinking === "" && calls.length === 0) return null;
  return { usage: estimateUsage(prompt, answer, thinking), odd: CUT_OFF };
}
