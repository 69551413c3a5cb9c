/**
 * What a reviewer answers, and what of it counts. A model's word is believed only as far as the lines it quotes stand in the
 * tree; everything else is "cannot tell". Pure.
 */
import * as z from "zod";
import type { Quote, Result } from "./order.ts";

const Quoted = z.strictObject({
  path: z.string().describe("relative to the root, as shown"),
  line: z.number().int().describe("number of its first line, as shown"),
  text: z.string().describe("the text of the lines, copied exactly, without their numbers"),
});
const Judgement = z.strictObject({
  id: z.string().describe("number of the criterion"),
  verdict: z.enum(["met", "not met", "cannot tell"]),
  reason: z.string().min(1).describe("one or two sentences a programmer can act on"),
  quotes: z.array(Quoted).describe("the lines that show it; met needs at least one"),
  missing: z
    .string()
    .nullable()
    .describe("not met only: the exact name or text that would have to stand in the code and does not"),
});
export const Review = z.strictObject({ criteria: z.array(Judgement).describe("one entry a criterion") });
export type Review = z.infer<typeof Review>;
type Judgement = z.infer<typeof Judgement>;

/** Files of the patched tree by path; what is not in it is not there. */
export type Texts = ReadonlyMap<string, string>;
/** `void` says why the answer does not count; null when it does. */
export type Judged = { result: Result; reason: string; quotes: Quote[]; void: string | null };

/** Lines a quote may stand away from where it is said to. */
const WINDOW = 5;
/** A brace or a number alone shows nothing. */
const saysSomething = (text: string): boolean => /[\p{L}_$]/u.test(text) && text.length >= 3;
const MOST_QUOTED_LINES = 40;

const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();
export const plainPath = (path: string): string =>
  path
    .trim()
    .replace(/\/{2,}/g, "/")
    .replace(/^(\.\/)+/, "");

/** Paths the answer speaks of, to be read before it is judged. */
export const pathsIn = ({ criteria }: Review): string[] => [
  ...new Set(criteria.flatMap(({ quotes }) => quotes.map(({ path }) => plainPath(path)))),
];

/**
 * The quote where it really stands: the text must be there but for white space, in whole or as part of its lines, at most
 * {@link WINDOW} lines from where it is said to be. Null when it is not.
 */
export function locate({ path, line, text }: z.infer<typeof Quoted>, texts: Texts): Quote | null {
  const whole = texts.get(plainPath(path));
  const wanted = squeezed(text);
  const height = text.trim().split("\n").length;
  if (whole === undefined || !saysSomething(wanted) || height > MOST_QUOTED_LINES) return null;
  const lines = whole.split("\n");
  const distances = [0, ...Array.from({ length: WINDOW }, (_, at) => [at + 1, -at - 1]).flat()];
  for (const distance of distances) {
    const from = line - 1 + distance;
    if (from < 0 || from >= lines.length) continue;
    const there = lines.slice(from, from + height);
    // Its first line must hold some of it: else it stands further down, and is found there.
    const shorter = height === 1 ? null : squeezed(there.slice(1).join("\n"));
    if (squeezed(there.join("\n")).includes(wanted) && !shorter?.includes(wanted))
      return { path: plainPath(path), line: from + 1, text: wanted };
  }
  return null;
}

const nowhere = (quote: z.infer<typeof Quoted>): string =>
  `${quote.path}:${quote.line} does not hold ${JSON.stringify(squeezed(quote.text).slice(0, 120))}`;

/** Something so exact that it can be looked for, and that is not there. */
const isMissing = (missing: string | null, texts: Texts): boolean => {
  const wanted = squeezed(missing ?? "");
  return saysSomething(wanted) && ![...texts.values()].some((text) => squeezed(text).includes(wanted));
};

/**
 * One outcome for each criterion, and what is wrong with the answer, in lines to be sent back. Unmet needs a line that shows
 * it, or a text that is not there; met needs a line. `texts` must hold the files of the patch, and all that is quoted.
 */
export function judge(
  criteria: readonly string[],
  review: Review,
  texts: Texts,
): { judged: Judged[]; wrong: string[] } {
  const judged = criteria.map((_, at) => judgeOne(`${at + 1}`, review, texts));
  const known = new Set(criteria.map((_, at) => `${at + 1}`));
  const strange = review.criteria.filter(({ id }) => !known.has(id.trim())).map(({ id }) => id);
  return {
    judged,
    wrong: [
      ...judged.flatMap((one, at) => (one.void === null ? [] : [`- criterion ${at + 1}: ${one.void}`])),
      ...strange.map((id) => `- criterion ${JSON.stringify(id.slice(0, 40))}: there is none of that number`),
    ],
  };
}

function judgeOne(wanted: string, review: Review, texts: Texts): Judged {
  const answers = review.criteria.filter(({ id }) => id.trim() === wanted);
  const [answer] = answers;
  if (!answer) return voided("", "it was not answered");
  if (answers.length > 1) return voided(answer.reason, "it was answered more than once");
  return outcome(answer, texts);
}

function outcome({ verdict, reason, quotes: said, missing }: Judgement, texts: Texts): Judged {
  const places = said.map((quote) => locate(quote, texts));
  const quotes = places.filter((place) => place !== null);
  if (verdict === "cannot tell") return { result: "unknown", reason, quotes, void: null };
  const bad = said.find((_, at) => places[at] === null);
  if (bad) return voided(reason, nowhere(bad));
  if (verdict === "met")
    return quotes.length > 0
      ? { result: "pass", reason, quotes, void: null }
      : voided(reason, "met without a line that shows it");
  if (quotes.length > 0 || isMissing(missing, texts))
    return { result: "fail", reason: withMissing(reason, missing, quotes), quotes, void: null };
  return voided(
    reason,
    squeezed(missing ?? "") === ""
      ? "not met without a line that shows it or the text that is missing"
      : `what is said to be missing is there: ${JSON.stringify(squeezed(missing ?? "").slice(0, 120))}`,
  );
}

const withMissing = (reason: string, missing: string | null, quotes: readonly Quote[]): string =>
  quotes.length > 0 || missing === null ? reason : `${reason} Missing: ${squeezed(missing).slice(0, 200)}`;

const voided = (reason: string, why: string): Judged => ({
  result: "unknown",
  reason,
  quotes: [],
  void: why,
});
