/** A stream of model events folded into one reply. */
import type { Fault, Tier, Usage } from "../core/order.ts";
import { type Counted, CUT_OFF, estimated } from "../core/usage.ts";
import type { Message, ModelEvent, Prompt, Provider } from "./ports.ts";

/**
 * `waitedMs` is how long the vendor's rate limit kept it waiting; `odd` what was wrong with the vendor's count; `reported` the
 * dollars it cost by the vendor's own word.
 */
export type Told = { odd?: string; reported?: number; waitedMs: number };
export type Reply = Told &
  (
    | {
        ok: true;
        message: Extract<Message, { role: "assistant" }>;
        stop: "end" | "tools" | "length";
        usage: Usage;
      }
    | { ok: false; fault: Fault; usage: Usage | null }
  );

/** No token stands for so many characters: an endpoint that sends more does not keep to `maxOutput`, and may never end. */
const CHARS_PER_TOKEN = 100;

/** Reads the stream to its end; `watch` sees every event on the way. A stream without an end is a fault of its own. */
export async function reply(
  provider: Provider,
  tier: Tier,
  prompt: Prompt,
  watch: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Reply> {
  let chars = 0;
  let waitedMs = 0;
  for await (const event of provider.stream(tier, prompt, signal)) {
    watch(event);
    if (event.type === "retrying" && LIMITED.has(event.fault.kind)) waitedMs += event.waitMs;
    if (event.type === "text" || event.type === "thinking") chars += event.delta.length;
    if (chars > prompt.maxOutput * CHARS_PER_TOKEN)
      return { ok: false, fault: endless(provider), waitedMs, ...cutOff(prompt, chars) };
    if (event.type === "done") {
      const { message, stop } = event;
      return { ok: true, message, stop, usage: counted(event.usage), waitedMs, ...besides(event) };
    }
    if (event.type === "fault") {
      const usage = event.usage && counted(event.usage);
      return { ok: false, fault: event.fault, usage, waitedMs, ...besides(event) };
    }
  }
  const message = `${provider.id} ended its reply without saying so. Try again; if it lasts, check the endpoint.`;
  return { ok: false, fault: { kind: "network", message }, waitedMs, ...cutOff(prompt, chars) };
}

const besides = ({ odd, reported }: Pick<Counted, "odd" | "reported">): Pick<Told, "odd" | "reported"> => ({
  ...(odd !== undefined && { odd }),
  ...(reported !== undefined && { reported }),
});

const LIMITED: ReadonlySet<Fault["kind"]> = new Set(["rate-limited", "overloaded"]);

/** It was paid for, though nobody said what it took. */
const cutOff = ({ system, messages, tools }: Prompt, chars: number): Counted => ({
  usage: estimated(system.length + JSON.stringify([tools, messages]).length, chars),
  odd: CUT_OFF,
});

/** What an endpoint counts is its own word: only numbers of tokens go into the log. */
function counted({ input, cacheRead, cacheWrite, output, reasoning }: Usage): Usage {
  const tokens = (n: number): number => (Number.isFinite(n) && n > 0 ? n : 0);
  return {
    input: tokens(input),
    cacheRead: tokens(cacheRead),
    cacheWrite: tokens(cacheWrite),
    output: tokens(output),
    reasoning: tokens(reasoning),
  };
}

const endless = ({ id }: Provider): Fault => ({
  kind: "malformed",
  message: `${id} sent far more than it was asked for, and was cut off. Try again, or choose another model.`,
});
