/**
 * The names a text uses, read by its characters: comments and strings are passed over. The tree is not asked, because to
 * visit all of its nodes takes nearly as long as to parse the text. Linear in the length of the text, whatever is in it.
 */
import type { Language } from "./languages/rules.ts";

const SHORTEST = 3;
const LONGEST = 80;
const MOST_NAMES = 4000;
const MOST_IMPORTS = 1000;

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code > 127;

export type Names = { counts: Map<string, number>; required: string[] };

/** How often each name is used, and what `require("…")` and `import("…")` name. */
export function namesIn(text: string, { comments, quotes }: Pick<Language, "comments" | "quotes">): Names {
  const counts = new Map<string, number>();
  const required: string[] = [];
  const slashes = comments !== "hash";
  const hash = comments !== "slashes";
  let last = { word: "", end: 0 };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (isWord(code)) {
      const start = at;
      do at += 1;
      while (isWord(text.charCodeAt(at)));
      if (at - start < SHORTEST || at - start > LONGEST || (code >= 48 && code <= 57)) continue;
      last = { word: text.slice(start, at), end: at };
      const count = counts.get(last.word);
      if (count !== undefined) counts.set(last.word, count + 1);
      else if (counts.size < MOST_NAMES) counts.set(last.word, 1);
      continue;
    }
    if (code === 47 && slashes) at = afterSlash(text, at);
    else if (code === 35 && hash) at = lineEnd(text, at);
    else if (code === 34 || code === 39) {
      const end = afterQuote(text, at, quotes);
      const isImport = last.word === "require" || last.word === "import";
      if (isImport && text.slice(last.end, at).trim() === "(" && required.length < MOST_IMPORTS)
        required.push(text.slice(at + 1, end - 1));
      at = end;
    } else at += 1;
  }
  return { counts, required };
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
};

function afterSlash(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 47) return lineEnd(text, at);
  if (next !== 42) return at + 1;
  const end = text.indexOf("*/", at + 2);
  return end === -1 ? text.length : end + 2;
}

/** A string that is not closed ends with its line: what looked like a quote was none, and no more than that is lost. */
function afterQuote(text: string, at: number, quotes: string): number {
  const quote = text[at] ?? "";
  if (!quotes.includes(quote)) return text[at + 2] === quote ? at + 3 : at + 1;
  const triple = quote.repeat(3);
  if (text.startsWith(triple, at)) {
    const end = text.indexOf(triple, at + 3);
    return end === -1 ? text.length : end + 3;
  }
  let end = at + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 92) end += 1;
    else if (code === 10) return end;
    else if (code === quote.charCodeAt(0)) return end + 1;
  }
  return text.length;
}
