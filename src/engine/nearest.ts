/** The lines of a file most like a text that was not found in it, for an error a model can mend its edit by. */

const SHOWN_AROUND = 1;
/** Bounds of the comparison: a 2 MB file answers in milliseconds too. */
const LINES = 10_000;
const WANTED = 12;

/** Up to `want`'s length plus two lines, with line numbers. Lines are compared without their indentation. */
export function nearest(whole: string, want: string): string {
  const lines = whole.split(/\r?\n/).slice(0, LINES);
  const wanted = want.split(/\r?\n/).slice(0, WANTED).map(shape);
  const scores = lines.map((line) => {
    const here = shape(line);
    return wanted.map((one) => likeness(here, one));
  });
  let best = { at: 0, score: -1 };
  for (let at = 0; at < lines.length; at += 1) {
    let score = 0;
    for (let i = 0; i < wanted.length; i += 1) score += scores[at + i]?.[i] ?? 0;
    if (score > best.score) best = { at, score };
  }
  const from = Math.max(0, best.at - SHOWN_AROUND);
  const to = Math.min(lines.length, best.at + wanted.length + SHOWN_AROUND);
  return lines
    .slice(from, to)
    .map((line, i) => `${from + i + 1}: ${line.slice(0, 300)}`)
    .join("\n");
}

type Shape = { text: string; pairs: Set<string> };
function shape(line: string): Shape {
  const text = line.trim();
  return { text, pairs: bigrams(text) };
}

/** 0 to 1: shared pairs of letters (Dice's coefficient over bigrams), on at most 200 characters. */
function likeness({ text: a, pairs }: Shape, { text: b, pairs: others }: Shape): number {
  if (a === b) return a === "" ? 0.1 : 1;
  if (pairs.size === 0 || others.size === 0) return 0;
  let shared = 0;
  for (const pair of pairs) if (others.has(pair)) shared += 1;
  return (2 * shared) / (pairs.size + others.size);
}

function bigrams(text: string): Set<string> {
  const found = new Set<string>();
  const short = text.slice(0, 200);
  for (let at = 0; at < short.length - 1; at += 1) found.add(short.slice(at, at + 2));
  return found;
}
