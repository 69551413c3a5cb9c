/**
 * One question to a model with one structured answer. What is wrong with an answer goes back with the exact errors, twice at
 * most. Every call is reserved before and logged after, with its price.
 */
import * as z from "zod";
import type { Fault, Over, Tier } from "../../core/order.ts";
import { askedAgain } from "../again.ts";
import { type Performing, isFault, recordCall, watcher } from "../performer.ts";
import type { Message, Prompt, Provider } from "../ports.ts";
import { type Reply, reply } from "../reply.ts";
import { problems } from "../toolLoop.ts";
import { worstInput } from "../worst.ts";

export type Question<T> = {
  tier: Tier;
  provider: Provider;
  slice: string;
  attempt: number;
  system: string;
  request: string;
  name: string;
  /** All keys required, so that every vendor's strict mode takes it. */
  schema: z.ZodType<T>;
  /** Tokens of one answer, thinking included. */
  maxOutput: number;
  /** What is wrong with an answer of the right shape, one line each; [] takes it. */
  wrongWith(answer: T): Promise<string[]>;
};
/**
 * `answer` is the last one of the right shape, as `wrong` as it may be; null when there was none, and then `why` says so.
 * `over` is the budget for which a call was not made. `said` is all that was answered, in words of the model. Dollars and milliseconds of all calls together.
 */
export type Answered<T> = {
  answer: T | null;
  wrong: string[];
  why: string;
  over?: Over;
  said: string[];
  cost: number | null;
  ms: number;
};

/** How often an answer goes back. */
const RETURNS = 2;
/** Of all calls of one question. */
const MINUTES = 10;

export async function ask<T>(
  run: Performing,
  question: Question<T>,
  signal: AbortSignal,
): Promise<Answered<T>> {
  const { world } = run;
  const messages: Message[] = [{ role: "user", text: world.redact(question.request) }];
  const found: Answered<T> = { answer: null, wrong: [], why: "", said: [], cost: 0, ms: 0 };
  const time = limited(run, signal);
  try {
    for (let returned = 0; returned <= RETURNS; returned += 1) {
      const got = await answered(run, question, messages, found, time.signal);
      if ("fault" in got) return { ...found, ...unanswered(got.fault, time.isUp() ? question.tier : null) };
      found.said.push(got.text);
      const read = await readAs(question, got.text);
      if (read.answer !== null) found.answer = read.answer;
      found.wrong = read.wrong;
      if (read.wrong.length === 0) return found;
      messages.push({ role: "assistant", text: got.text, calls: [], ...got.opaque });
      messages.push({ role: "user", text: world.redact(back(question, read)) });
    }
  } finally {
    time.clear();
  }
  if (found.answer !== null) return found;
  return { ...found, why: `Its answer could not be read, ${RETURNS + 1} times: ${found.wrong[0] ?? ""}` };
}

/** `late` is who was cut off because it took too long. */
const unanswered = ({ message, over }: Fault, late: Tier | null): Pick<Answered<unknown>, "why" | "over"> =>
  late ? { why: tooLong(late) } : { why: message, ...(over && { over }) };

const tooLong = ({ model }: Tier): string => `${model} took more than ${MINUTES} minutes and was cut off.`;

/** An endpoint that does not know structured output has not seen the schema: it stands here when the shape was wrong. */
function back<T>({ schema }: Question<T>, { answer, wrong }: { answer: T | null; wrong: string[] }): string {
  const errors = `This answer was not taken:\n${wrong.slice(0, 20).join("\n")}`;
  if (answer !== null) return `${errors}\nAnswer again, whole. Quote only what stands in the files as shown.`;
  return `${errors}\nAnswer again, with one JSON object of this schema and nothing else:\n${JSON.stringify(schemaOf(schema))}`;
}

const schemaOf = (schema: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(schema, { target: "draft-7" });

/** The signal of a call, and whether it was the time that ended it. */
function limited({ world }: Performing, outer: AbortSignal) {
  const up = new AbortController();
  const cleared = new AbortController();
  void world.clock.sleep(MINUTES * 60_000, cleared.signal).then(() => {
    if (!cleared.signal.aborted) up.abort();
  });
  return {
    signal: AbortSignal.any([outer, up.signal]),
    isUp: () => up.signal.aborted,
    clear: () => cleared.abort(),
  };
}

/** `paid`: part of an answer came before the fault. */
type Called = { ms: number; cost: number | null } & (
  | { fault: Fault; paid: boolean }
  | { text: string; opaque: Pick<Extract<Message, { role: "assistant" }>, "opaque"> }
);

/** An answer or a fault that stays. What all calls took is added to `found`. */
function answered<T>(
  run: Performing,
  question: Question<T>,
  messages: Message[],
  found: Answered<T>,
  signal: AbortSignal,
): Promise<Called> {
  const once = async (): Promise<Called> => {
    const got = await call(run, question, messages, signal);
    found.ms += got.ms;
    found.cost = found.cost === null || got.cost === null ? null : found.cost + got.cost;
    return got;
  };
  const paidFault = (got: Called): Fault | null => ("fault" in got && got.paid ? got.fault : null);
  const watch = watcher(run, question.slice, question.attempt);
  return askedAgain(once, paidFault, { clock: run.world.clock, watch }, signal);
}

async function call<T>(
  run: Performing,
  { tier, provider, slice, attempt, ...question }: Question<T>,
  messages: Message[],
  signal: AbortSignal,
): Promise<Called> {
  const { world } = run;
  const maxOutput = Math.min(question.maxOutput, world.catalogue.info(tier)?.maxOutput ?? Infinity);
  const prompt: Prompt = {
    tools: [],
    system: question.system,
    messages,
    sharedPrefix: 0,
    mustCall: null,
    output: { name: question.name, schema: schemaOf(question.schema) },
    maxOutput,
    cacheKey: `${world.orderId}/review/${tier.model}`,
  };
  const reserved = await run.reserve(slice, tier, worstInput(prompt).input(), maxOutput);
  if (isFault(reserved)) return { fault: reserved, paid: false, ms: 0, cost: 0 };
  const sent = world.clock.awake();
  try {
    const got = await reply(provider, tier, prompt, watcher(run, slice, attempt), signal);
    const ms = Math.round(world.clock.awake() - sent);
    const reckoned = got.usage ? world.catalogue.cost(tier, got.usage, world.clock.now()) : null;
    const cost = got.reported ?? reckoned;
    if (got.usage) await recordCall(run, { slice, attempt, role: "reviewer", tier }, got.usage, ms, got);
    return { ms, cost: got.ok ? cost : (cost ?? 0), ...told(got) };
  } finally {
    // Not before what was spent is in the log.
    reserved.release();
  }
}

function told(
  got: Reply,
):
  | { fault: Fault; paid: boolean }
  | { text: string; opaque: { opaque?: { provider: string; items: unknown } } } {
  if (!got.ok) return { fault: got.fault, paid: got.usage !== null };
  const { text, opaque } = got.message;
  return { text, opaque: opaque ? { opaque } : {} };
}

/** An endpoint without structured output may set its JSON into a fence, or words around it. Undefined when there is none. */
export const jsonIn = (text: string): Promise<unknown> =>
  Promise.resolve(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1))
    .then((json): unknown => JSON.parse(json))
    .catch(() => undefined);

async function readAs<T>(
  { schema, wrongWith }: Question<T>,
  text: string,
): Promise<{ answer: T | null; wrong: string[] }> {
  const json = await jsonIn(text);
  if (json === undefined) return { answer: null, wrong: ["- (all): it is no JSON object"] };
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { answer: null, wrong: problems(parsed.error).split("\n") };
  return { answer: parsed.data, wrong: await wrongWith(parsed.data) };
}
