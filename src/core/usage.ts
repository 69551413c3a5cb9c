/**
 * What an endpoint says it counted, as tokens that can be billed: nothing negative, nothing twice, nothing for free. An
 * endpoint's count is its own word; what cannot be right is put on the dear side, and said.
 */
import type { Usage } from "./order.ts";

/** A vendor's figures as they came. `cached` says whether its input contains what was read from and written to the cache. */
export type Said = {
  cached: "in input" | "beside input";
  input: unknown;
  cacheRead?: unknown;
  cacheWrite?: unknown;
  output: unknown;
  /** Part of `output`. */
  reasoning?: unknown;
  /** What it charges for the call, in US dollars, as it says itself. */
  cost?: unknown;
};
/** `reported` are the dollars an endpoint says it charges; absent when it does not. `odd` is what was wrong with the figures, in words that follow the model's name; the same words for the same fault. */
export type Counted = { usage: Usage; reported?: number; odd?: string };

/** More than any context or any reply has ever held. */
const MOST = 100_000_000;

/** Whole tokens, rounded up; null for what is no count. */
function tokens(value: unknown): number | null {
  if (typeof value !== "number" || !(value >= 0) || value > MOST) return null;
  return Math.ceil(value);
}

/** More than any call has ever cost. */
const MOST_DOLLARS = 10_000;

/**
 * The dollars of a call by its endpoint's own word. 0 is what an endpoint says that does not know: what is free has a price
 * of 0 in its listing.
 */
function reportedBy(cost: unknown, odd: string[]): number | undefined {
  if (typeof cost !== "number" || cost === 0) return undefined;
  if (cost > 0 && cost <= MOST_DOLLARS) return cost;
  odd.push("reports a cost that is none: it is reckoned from the tokens.");
  return undefined;
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null;

export const UNSAID = "reports no usage: its tokens are estimated from the text.";
export const CUT_OFF = "did not say what a call that broke off took: it is estimated from the text.";

/** `said` is null when the endpoint reported nothing; `estimate` counts by the text that was sent and came. */
export function count(said: Said | null, estimate: () => Usage): Counted {
  if (said === null) return { usage: estimate(), odd: UNSAID };
  const odd: string[] = [];
  const part = (value: unknown, name: string): number => {
    const found = tokens(value);
    if (found === null && isSaid(value)) odd.push(`reports a count of ${name} that is none: it is left out.`);
    return found ?? 0;
  };
  const whole = (value: unknown, name: string, guess: number): number => {
    const found = tokens(value);
    if (found === null) odd.push(`reports no usable count of ${name} tokens: they are estimated.`);
    return found ?? guess;
  };
  const guess = estimate();
  const cacheRead = part(said.cacheRead, "cached tokens");
  const cacheWrite = part(said.cacheWrite, "tokens written to the cache");
  const nothing = tokens(said.input) === 0 && cacheRead + cacheWrite === 0 && guess.input > 0;
  const input = whole(nothing ? null : said.input, "input", guess.input);
  const output = whole(said.output, "output", guess.output);
  const thought = part(said.reasoning, "reasoning tokens");
  if (thought > output) odd.push("reports more reasoning than output: no more than its output is taken.");
  const { cost, ...counts } = said;
  const fractions = Object.values(counts).some((value) => typeof value === "number" && value % 1 !== 0);
  if (fractions) odd.push("reports fractions of tokens: they are rounded up.");
  const split = splitInput(said.cached, { input, cacheRead, cacheWrite }, odd);
  const usage = { ...split, output, reasoning: Math.min(thought, output) };
  const reported = reportedBy(cost, odd);
  return {
    usage,
    ...(reported !== undefined && { reported }),
    ...(odd[0] !== undefined && { odd: odd[0] }),
  };
}

/** A total that is less than its cached part is believed as a total: all of it at the full price. */
function splitInput(
  cached: Said["cached"],
  all: Pick<Usage, "input" | "cacheRead" | "cacheWrite">,
  odd: string[],
): Pick<Usage, "input" | "cacheRead" | "cacheWrite"> {
  if (cached === "beside input") return all;
  const input = all.input - all.cacheRead - all.cacheWrite;
  if (input >= 0) return { ...all, input };
  odd.push("reports more cached tokens than input: all its input counts at the full price.");
  return { input: all.input, cacheRead: 0, cacheWrite: 0 };
}

/** Four characters are about a token. `thought` is part of what was said. */
export function estimated(asked: number, said: number, thought = 0): Usage {
  const reasoning = Math.ceil(thought / 4);
  const output = Math.ceil((said - thought) / 4) + reasoning;
  return { input: Math.ceil(asked / 4), cacheRead: 0, cacheWrite: 0, output, reasoning };
}
