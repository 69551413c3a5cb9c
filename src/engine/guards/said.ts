/** What a slice says of itself, as far as a guard may go by it: its title, its prose and what it expects; never the patch. */
import type { Slice } from "../../core/order.ts";

const textOf = ({ title, body, checks }: Slice): string =>
  [title, body, ...checks.flatMap((one) => ("expect" in one ? [one.expect] : []))]
    .join("\n")
    .slice(0, 100_000);

const VERBS =
  /\b(delet|remov|drop|skip|disabl|replac|retir|rewrit|obsolet|loosen|relax|no longer|deprecat|updat|regenerat|renew|adjust|adapt|chang)/i;
const NEGATED = /\b(not|never|no|don't|without|keep|keeps|unchanged|untouched|nor|neither|avoid)\b/i;

/** Whether a sentence of the slice speaks of changing one of these, without a "not" in it. */
export function asksFor(slice: Slice, about: RegExp): boolean {
  return textOf(slice)
    .split(/[\n;]+|[.!?](?=\s|$)/)
    .some((one) => about.test(one) && VERBS.test(one) && !NEGATED.test(one.replace(/\bno longer\b/gi, "")));
}

const TESTS = /\b(tests?|specs?|assert\w*|test cases?|expectations?)\b/i;
export const asksToChangeTests = (slice: Slice): boolean => asksFor(slice, TESTS);

/** Whether the slice itself states these values: then they come from the plan, not from whoever made the test green. */
export function states(slice: Slice, values: readonly string[]): boolean {
  const text = textOf(slice);
  return values.every((value) => {
    const bare = value.replace(/^"([^]*)"$/, "$1").trim();
    if (bare.length > 2 && !/^[\w.]+$/.test(bare)) return text.includes(bare);
    return (
      bare !== "" &&
      new RegExp(`(?<![\\w.])${bare.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w]|\\.\\d)`).test(text)
    );
  });
}

export const speaksOf = (slice: Slice, word: string): boolean => textOf(slice).includes(word);
