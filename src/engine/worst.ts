/**
 * The most tokens a request can have as input, before it is sent: a budget holds no better than this number. Nothing is counted
 * twice, because a conversation grows to hundreds of thousands of tokens and is sent again every turn.
 */
import type { Usage } from "../core/order.ts";
import type { Message, Prompt } from "./ports.ts";
import { tokens } from "./tokens.ts";

/**
 * `tokens` is measured against o200k, and other vendors cut the same text into more: 20 to 30 % of source and numbers is what is
 * reported of Anthropic and of open models, not measured here. A vendor's own count needs no margin.
 */
const MARGIN = 1.3;
/** What a vendor writes around a request with tools or a schema: about 350 tokens by Anthropic's manual, unknown of others. */
const AROUND = 500;

/** A space is part of the word it stands before, and no part of a number: a table has as many tokens more as numbers. */
const most = (text: string): number => tokens(text) + (text.match(/ \d/g)?.length ?? 0);

export type Asked = Pick<Prompt, "system" | "tools" | "output"> & {
  /** May grow at its end, and nowhere else. */
  messages: readonly Message[];
};
export type WorstInput = {
  /** Of the request as it stands now. */
  input(): number;
  /** What the vendor counted of the request as it was at the last `input`: from here on only what is added is estimated. */
  correct(usage: Usage): void;
};

export function worstInput({ system, tools, output, messages }: Asked): WorstInput {
  const fixed = most(system + JSON.stringify([tools, output])) + AROUND;
  /** By our count: all that is said, what came since the vendor counted, and the vendor's word on what was before. */
  let [said, added, told] = [fixed, fixed * MARGIN, 0];
  let seen = 0;
  let answered = 0;
  function look(): void {
    for (const message of messages.slice(seen)) {
      const plain = sayingOf(message);
      said += plain;
      // The vendor counted it as its output, what it thought included: that is the part nobody else can count.
      added +=
        answered > 0 && message.role === "assistant"
          ? Math.max(answered, plain)
          : wholeOf(message, plain) * MARGIN;
      answered = 0;
    }
    seen = messages.length;
  }
  return {
    input: () => {
      look();
      return Math.ceil(Math.max(told + added, said));
    },
    correct: (usage) => {
      [told, added] = [usage.input + usage.cacheRead + usage.cacheWrite, 0];
      answered = usage.output;
    },
  };
}

/** What everybody may read of it; a vendor's sealed thinking is as long as it likes. */
function sayingOf(message: Message): number {
  if (message.role !== "assistant") return most(JSON.stringify(message));
  return most(JSON.stringify([message.role, message.text, message.calls]));
}

/** What a vendor wants back unchanged holds text and calls as well, and goes back instead of them. */
const wholeOf = (message: Message, plain: number): number =>
  message.role === "assistant" && message.opaque
    ? Math.max(plain, most(JSON.stringify(message.opaque.items)))
    : plain;
