/** What a text costs a model, without a tokenizer: loading a vocabulary takes longer than the whole start. */

/** No language's word is so long: encoded or minified. */
const RUN = /[A-Za-z0-9+/_=]{40,}/g;
const RUN_COST = 0.65;
/** Prose full of rare words costs up to 9 % more than its pieces. */
const MARGIN = 1.05;

/**
 * About as many tokens as o200k counts, and hardly ever fewer: 10 to 35 % more for source and prose, and not less for
 * encoded, random or foreign text. Only made-up words in great number cost more, at most two and a half times as much.
 */
export function tokens(text: string): number {
  let sum = pieces(text);
  for (const [run] of text.matchAll(RUN)) sum += Math.max(0, run.length * RUN_COST - pieces(run));
  return Math.ceil(sum * MARGIN);
}

// What a character is: a piece is a row of one kind.
const [FOREIGN, UPPER, LOWER, DIGIT, SPACE, TAB, BREAK, MARK] = [0, 1, 2, 3, 4, 5, 6, 7];
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

function kindOf(char: string): number {
  if (/[A-Z]/.test(char)) return UPPER;
  if (/[a-z]/.test(char)) return LOWER;
  if (/\d/.test(char)) return DIGIT;
  if (/[!-~]/.test(char)) return MARK;
  return { " ": SPACE, "\t": TAB, "\n": BREAK, "\r": BREAK }[char] ?? FOREIGN;
}

/** Words as a tokenizer splits them, digits in threes, white space, marks; everything else by character. */
function pieces(text: string): number {
  let sum = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (KINDS[code] ?? FOREIGN) : FOREIGN;
    let end = at + 1;
    if (kind !== FOREIGN) while (end < text.length && KINDS[text.charCodeAt(end)] === kind) end += 1;
    // A capital begins the word it stands before.
    if (kind === UPPER && end === at + 1)
      while (end < text.length && KINDS[text.charCodeAt(end)] === LOWER) end += 1;
    sum += kind === FOREIGN ? foreign(code) : costOf(kind, text, at, end);
    at = end;
  }
  return sum;
}

function costOf(kind: number, text: string, from: number, to: number): number {
  const length = to - from;
  if (kind === UPPER || kind === LOWER) return Math.max(1, length / 5) + unspeakable(text, from, to);
  if (kind === SPACE) return length === 1 ? 0 : Math.ceil(length / 16);
  if (kind === DIGIT) return Math.ceil(length / 3);
  if (kind === MARK) return length <= 2 ? 1 : length * 0.7;
  return Math.ceil(length / 4);
}

const VOWELS = "aeiouyAEIOUY";
/** Rows of four consonants or three vowels are hardly of a word: hashes, keys, abbreviations. */
function unspeakable(text: string, from: number, to: number): number {
  let cost = 0;
  let row = 0;
  let vowels = false;
  for (let at = from; at <= to; at += 1) {
    const isVowel = VOWELS.includes(text[at] ?? "");
    if (at < to && row > 0 && isVowel === vowels) {
      row += 1;
      continue;
    }
    if (row >= (vowels ? 3 : 4)) cost += row - 2.5;
    row = 1;
    vowels = isVowel;
  }
  return cost;
}

/** Of one UTF-16 unit; those of a pair cost four together. */
function foreign(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return 2;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 1.6;
  return unit >= 0x4e00 && unit < 0xa000 ? 2 : 2.5;
}

/** A line that alone is longer than this is cut: nobody reads 300 characters into a minified file. */
const LINE = 300;
export const shortLine = (line: string): string =>
  line.length <= LINE ? line : `${line.slice(0, LINE).replace(/[\ud800-\udbff]$/, "")} […]`;

/** How many of the lines fit, from the first on; each is counted with its line break. */
export function fitting(lines: readonly string[], most: number): number {
  let left = most;
  for (const [at, line] of lines.entries()) {
    left -= tokens(line) + 1;
    if (left < 0) return at;
  }
  return lines.length;
}

const NOTE_TOKENS = 16;
/**
 * The text, or its first lines and a note of how much was left out; never more than `most` tokens. "" when not even the
 * note fits.
 */
export function clipped(text: string, most: number): string {
  if (text === "") return "";
  // Looking at more of it than could ever fit would take time for nothing.
  if (text.length <= most * 16 && tokens(text) <= most) return text;
  if (most < NOTE_TOKENS) return "";
  const head = text.slice(0, most * 16);
  const lines = head.split("\n").map(shortLine);
  const kept = lines.slice(0, fitting(lines, most - NOTE_TOKENS));
  return [
    ...kept,
    `[${text.length - head.split("\n").slice(0, kept.length).join("\n").length} more characters left out]`,
  ].join("\n");
}
