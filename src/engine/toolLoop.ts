/** One bounded session: model, tools, model, … until a tool ends it or a limit does. Knows nothing of slices. */
import type * as z from "zod";
import type { Fault, Tier, Usage } from "../core/order.ts";
import type {
  Clock,
  Message,
  ModelEvent,
  Prompt,
  Provider,
  ToolCall,
  ToolResult,
  ToolSpec,
} from "./ports.ts";
import { askedAgain } from "./again.ts";
import { type Reply, type Told, reply } from "./reply.ts";
import { worstInput } from "./worst.ts";

/** What a tool answers. `end` closes the session with that value. */
export type Answer<End> = { text: string; failed?: boolean; end?: End };
export type Tool<End> = {
  spec: ToolSpec;
  /** Called with arguments that passed `args`; anything else is answered to the model with what is wrong. */
  args: z.ZodType;
  run(args: unknown, signal: AbortSignal): Promise<Answer<End>>;
  /** Takes arguments that were no JSON; without it the model is only told so. */
  runRaw?(text: string): Promise<Answer<End>>;
};

/** `minutes` is time awake of the whole session; `tokens` counts input and output of all its calls. */
export type SessionLimits = { turns: number; tokens: number; minutes: number };

export type Session<End> = {
  provider: Provider;
  tier: Tier;
  system: string;
  tools: Tool<End>[];
  /** Grows as the session goes on; the caller keeps it as the transcript. */
  messages: Message[];
  sharedPrefix: 0 | 1;
  cacheKey: string;
  maxOutput: number;
  limits: SessionLimits;
  clock: Clock;
  /** Asked before every call with the tokens it may cost at most; a Fault means the call is not made. */
  reserve(input: number, output: number): Promise<{ release(): void } | Fault> | { release(): void } | Fault;
  /** Told after every call. Resolves when it is in the log. */
  called(usage: Usage, ms: number, told: Told): Promise<void>;
  /** Takes secrets out of what a tool answers, before the model sees it. */
  redact(text: string): string;
  watch(event: ModelEvent | { type: "tool"; text: string }): void;
};

export type SessionEnd<End> = { ended: End } | { fault: Fault };

/** Replies without a tool call that are answered with a reminder before the session is given up. */
const REMINDERS = 2;

export async function toolLoop<End>(session: Session<End>, signal: AbortSignal): Promise<SessionEnd<End>> {
  const spent: Spent = {
    started: session.clock.awake(),
    tokens: 0,
    worst: worstInput(promptOf(session)),
  };
  let idle = 0;
  for (let turn = 0; turn < session.limits.turns; turn += 1) {
    const answer = await askedAgain(() => call(session, spent, signal), paidFault, session, signal);
    if ("kind" in answer) return { fault: answer };
    if (!answer.ok) return { fault: waited(answer) };
    session.messages.push(answer.message);
    if (answer.message.calls.length === 0) {
      idle += 1;
      if (idle > REMINDERS) return { fault: silent(session) };
      session.messages.push({ role: "user", text: reminder(session, answer.stop) });
      continue;
    }
    const inTime = (): boolean => overLimit(session, spent.started, 0) === null;
    const { results, end } = await callTools(session, answer.message.calls, inTime, signal);
    if (signal.aborted) return { fault: { kind: "cancelled", message: "Stopped while its tools ran." } };
    session.messages.push({ role: "tool", results });
    if (end) return { ended: end.value };
  }
  const message = `Used all ${session.limits.turns} turns without finishing. Split the slice or raise \`limits.turns\`.`;
  return { fault: { kind: "turn-limit", message } };
}

/** What a session took until now, and what its next request may take. */
type Spent = { started: number; tokens: number; worst: ReturnType<typeof worstInput> };

/** One call, reserved before and logged after; a Fault when it may not be made. */
async function call<End>(session: Session<End>, spent: Spent, signal: AbortSignal): Promise<Reply | Fault> {
  const over = overLimit(session, spent.started, spent.tokens);
  if (over) return over;
  const reserved = await session.reserve(spent.worst.input(), session.maxOutput);
  if ("kind" in reserved) return reserved;
  const sent = session.clock.awake();
  const answer = await reply(session.provider, session.tier, promptOf(session), session.watch, signal);
  if (answer.usage) {
    await session.called(answer.usage, Math.round(session.clock.awake() - sent), answer);
    spent.tokens += total(answer.usage);
  }
  // What broke off may be estimated, and lower than what the vendor counted before.
  if (answer.ok) spent.worst.correct(answer.usage);
  // Not before what was spent is in the log: in between, another slice could spend the same money.
  reserved.release();
  return answer;
}

const paidFault = (answer: Reply | Fault): Fault | null =>
  "kind" in answer || answer.ok || answer.usage === null ? null : answer.fault;

/** A call that never came to an answer is in no `called`: the wait is told by its fault. */
const waited = ({ fault, usage, waitedMs }: { fault: Fault; usage: Usage | null } & Told): Fault =>
  usage === null && waitedMs > 0 ? { ...fault, waitedMs } : fault;

const total = (usage: Usage): number => usage.input + usage.cacheRead + usage.cacheWrite + usage.output;

const promptOf = <End>(session: Session<End>): Prompt => ({
  tools: session.tools.map(({ spec }) => spec),
  system: session.system,
  messages: session.messages,
  sharedPrefix: session.sharedPrefix,
  mustCall: null,
  output: null,
  maxOutput: session.maxOutput,
  cacheKey: session.cacheKey,
});

function overLimit<End>({ limits, clock }: Session<End>, started: number, tokens: number): Fault | null {
  if (tokens >= limits.tokens) {
    const message = `Used ${tokens} of ${limits.tokens} tokens without finishing. Split the slice or raise \`limits.tokens\`.`;
    return { kind: "token-limit", message };
  }
  if (clock.awake() - started < limits.minutes * 60_000) return null;
  const message = `Took more than ${limits.minutes} minutes. Split the slice or raise \`limits.minutes\`.`;
  return { kind: "time-limit", message };
}

const silent = <End>({ tier }: Session<End>): Fault => ({
  kind: "malformed",
  message: `${tier.model} kept answering with text instead of calling a tool, so nothing could be done.`,
});

const reminder = <End>({ tools }: Session<End>, stop: "end" | "tools" | "length"): string => {
  const last = tools.at(-1)?.spec.name ?? "";
  return stop === "length"
    ? "Your reply was cut off at its length limit. Go on in smaller steps, with tool calls."
    : `Go on with a tool call. When the task is complete or cannot be done, call ${last}.`;
};

type Called<End> = { results: ToolResult[]; end: { value: End } | null };

/**
 * In order, because edits of one reply build on each other. What follows the call that ended the session is not run, but
 * answered all the same: vendors refuse a conversation with an unanswered call, and a later round goes on from here.
 */
async function callTools<End>(
  session: Session<End>,
  calls: ToolCall[],
  inTime: () => boolean,
  signal: AbortSignal,
): Promise<Called<End>> {
  const results: ToolResult[] = [];
  const unrun = (from: number, why: string): ToolResult[] =>
    calls.slice(from).map(({ id }) => ({ id, text: `Not run: ${why}.`, failed: true }));
  for (const [at, call] of calls.entries()) {
    if (signal.aborted) break;
    if (!inTime()) return { results: [...results, ...unrun(at, "the time is up")], end: null };
    session.watch({ type: "tool", text: describe(call) });
    const answer = await callTool(session, call, signal);
    // What a tool read may hold keys, and it may be of any length: both end here.
    const text = shortened(session.redact(answer.text));
    results.push({ id: call.id, text, failed: answer.failed ?? false });
    if (answer.end === undefined) continue;
    return {
      results: [...results, ...unrun(at + 1, "the session had ended")],
      end: { value: answer.end },
    };
  }
  return { results, end: null };
}

/** About 15,000 tokens. */
const ANSWER_CHARS = 60_000;
const shortened = (text: string): string =>
  text.length <= ANSWER_CHARS
    ? text
    : `${text.slice(0, ANSWER_CHARS)}\n[${text.length - ANSWER_CHARS} more characters left out]`;

async function callTool<End>(
  session: Session<End>,
  call: ToolCall,
  signal: AbortSignal,
): Promise<Answer<End>> {
  const tool = session.tools.find(({ spec }) => spec.name === call.name);
  const names = session.tools.map(({ spec }) => spec.name).join(", ");
  if (!tool) return { text: `There is no tool "${call.name}". Tools: ${names}.`, failed: true };
  if (call.badArgs !== undefined && tool.runRaw) return tool.runRaw(call.badArgs);
  if (call.badArgs !== undefined) {
    return {
      text: `The arguments of ${call.name} were no valid JSON: ${call.badArgs.slice(0, 200)}`,
      failed: true,
    };
  }
  const parsed = tool.args.safeParse(call.args);
  if (!parsed.success)
    return { text: `Wrong arguments for ${call.name}:\n${problems(parsed.error)}`, failed: true };
  return tool.run(parsed.data, signal);
}

/** One line a problem: where and what. At most 20. */
export const problems = (error: z.ZodError): string =>
  error.issues
    .slice(0, 20)
    .map(({ path, message }) => `- ${path.join(".") || "(all)"}: ${message}`)
    .join("\n");

function describe({ name, args }: ToolCall): string {
  const { path, command, pattern, glob } = (args ?? {}) as Record<string, unknown>;
  const what = [path, command, pattern, glob].find((value) => typeof value === "string");
  return what === undefined ? name : `${name} ${String(what).split("\n")[0]?.slice(0, 120)}`;
}
