/** What of a file a briefing shows: a small one whole, a large one as its outline and the parts the slice concerns. Pure. */
import type { Mentions } from "../core/scope.ts";
import type { CodeSymbol } from "./ports.ts";
import { fence, oneLine } from "./quote.ts";
import { fitting, shortLine, tokens } from "./tokens.ts";

/** `symbols` may be empty: the language has no grammar, or nobody asked because the file is small. */
export type SourceFile = { path: string; text: string; symbols: readonly CodeSymbol[] };

const SMALL_LINES = 120;
const SMALL_CHARS = 4000;
/** Shown whole by habit; only for others is it worth asking for symbols. */
export const isSmall = (text: string): boolean =>
  text.length <= SMALL_CHARS && linesOf(text).length <= SMALL_LINES;

/** A text of many megabytes is looked at so far: far more than a briefing can hold. */
const LOOKED_AT = 400_000;
const linesOf = (text: string): string[] => text.replace(/\n$/, "").slice(0, LOOKED_AT).split("\n");

/** Lines from 1, both ends shown. */
type Part = { from: number; to: number };

/** Tokens of a heading beside its path, and of a part beside its lines. */
const HEADING_TOKENS = 24;
const PART_TOKENS = 16;
const LEAST_OUTLINE = 40;
/** With less than this a file is better only named. */
const LEAST = 80;

/** The file as a section of at most `most` tokens; "" when that is too little to show any line of it. */
export function excerpt(file: SourceFile, wanted: Mentions, most: number): string {
  const whole = `## ${oneLine(file.path)}\n${fence(file.text)}`;
  if (isSmall(file.text) && tokens(whole) <= most) return whole;
  // A file that needs long fences takes more than was reckoned.
  for (let room = most; room >= LEAST; room = Math.floor(room * 0.75)) {
    const text = inPart(file, wanted, room);
    if (tokens(text) <= most) return text;
  }
  return "";
}

function inPart(file: SourceFile, wanted: Mentions, most: number): string {
  const lines = linesOf(file.text);
  const named = isSmall(file.text) ? [] : namedParts(file, lines, wanted);
  const left = most - HEADING_TOKENS - tokens(oneLine(file.path));
  // Nothing named: the file as such is what the slice was told to read, as far as it goes.
  const outline = outlineOf(file.symbols, left * (named.length > 0 ? 0.4 : 0.3));
  const wished = named.length > 0 ? named : [{ from: 1, to: lines.length }];
  const parts = chosen(wished, lines, left - (outline === "" ? 0 : tokens(outline)));
  if (parts.length === 0 && outline === "") return "";
  const texts = parts.map((part) => partText(part, lines));
  return [heading(file, lines, parts, outline !== ""), outline, ...texts]
    .filter((text) => text !== "")
    .join("\n");
}

function heading(
  { path, text }: SourceFile,
  lines: readonly string[],
  parts: readonly Part[],
  outlined: boolean,
): string {
  const total = text.length > LOOKED_AT ? `more than ${lines.length}` : `${lines.length}`;
  const ranges = parts.map(({ from, to }) => `${from}-${to}`).join(", ");
  const shown = [...(outlined ? ["its outline"] : []), ...(ranges === "" ? [] : [`lines ${ranges}`])].join(
    " and ",
  );
  const isAll =
    parts.length === 1 && parts[0]?.from === 1 && parts[0].to === lines.length && text.length <= LOOKED_AT;
  return `## ${oneLine(path)}${isAll ? "" : `: ${shown} of ${total}; read the rest if you need it`}`;
}

const partText = ({ from, to }: Part, lines: readonly string[]): string =>
  `${from === 1 && to === lines.length ? "" : `Lines ${from}-${to}:\n`}${fence(
    lines
      .slice(from - 1, to)
      .map(shortLine)
      .join("\n"),
  )}`;

// ── The outline ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every definition with its lines and its signature; what is inside another stands below it. */
function outlineOf(symbols: readonly CodeSymbol[], most: number): string {
  if (symbols.length === 0 || most < LEAST_OUTLINE) return "";
  const tops = symbols.filter(({ parent }) => parent === null);
  const all = symbols.map(symbolLine);
  const lines = fitting(all, most - PART_TOKENS) === all.length ? all : tops.map(symbolLine);
  const kept = fitting(lines, most - PART_TOKENS);
  const left = symbols.length - kept;
  const more = left > 0 ? [`… ${left} more definitions`] : [];
  return kept === 0 ? "" : `Outline, with lines:\n${fence([...lines.slice(0, kept), ...more].join("\n"))}`;
}

const symbolLine = ({ line, endLine, signature, parent }: CodeSymbol): string =>
  shortLine(`${parent === null ? "" : "  "}${line}-${endLine} ${oneLine(signature)}`);

// ── The parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

const HEAD_LINES = 15;
const AROUND = 3;
const MATCHES = 8;
/** Parts so near to each other are one. */
const GAP = 3;

/** What the slice names in this file, the most important first; none when it names nothing. */
function namedParts(file: SourceFile, lines: readonly string[], wanted: Mentions): Part[] {
  const found = file.symbols.length > 0 ? namedSymbols(file.symbols, lines, wanted) : matching(lines, wanted);
  if (found.length === 0) return [];
  const first = file.symbols[0]?.line ?? HEAD_LINES + 1;
  const head = { from: 1, to: Math.min(HEAD_LINES, first - 1) };
  return head.to >= 1 ? [...found, head] : found;
}

/** A method that is named stands for its class. */
function namedSymbols(symbols: readonly CodeSymbol[], lines: readonly string[], { said }: Mentions): Part[] {
  const named = symbols.filter(({ name }) => said.has(name));
  const parents = new Set(named.flatMap(({ parent }) => parent ?? []));
  return named
    .filter(({ name, parent }) => parent !== null || !parents.has(name))
    .map(({ line, endLine }) => ({ from: aboveIt(line, lines), to: Math.min(endLine, lines.length) }))
    .filter(({ from, to }) => from >= 1 && from <= to);
}

/** The comment or the decorators right above a definition belong to it. */
function aboveIt(line: number, lines: readonly string[]): number {
  let from = line;
  while (from > 1 && line - from < HEAD_LINES && /^\s*(?:\/\/|\/?\*|#|@|--)/.test(lines[from - 2] ?? ""))
    from -= 1;
  return from;
}

/** Without symbols: lines that hold a name, with some around them. */
function matching(lines: readonly string[], { said }: Mentions): Part[] {
  const found: Part[] = [];
  for (const [at, line] of lines.entries()) {
    if (found.length === MATCHES) break;
    const names = line.slice(0, 1000).match(/[A-Za-z_$][\w$]*/g) ?? [];
    if (!names.some((name) => said.has(name))) continue;
    const part = { from: Math.max(1, at + 1 - AROUND), to: Math.min(lines.length, at + 1 + AROUND) };
    const last = found.at(-1);
    if (last && part.from <= last.to + GAP) last.to = part.to;
    else found.push(part);
  }
  return found;
}

/** As many parts as fit, the last of them cut short; in the order of the file, those that meet as one. */
function chosen(parts: readonly Part[], lines: readonly string[], most: number): Part[] {
  const kept: Part[] = [];
  let left = most;
  for (const { from, to } of parts) {
    const fit = fitting(lines.slice(from - 1, to).map(shortLine), left - PART_TOKENS);
    if (fit === 0) break;
    kept.push({ from, to: from + fit - 1 });
    left -=
      PART_TOKENS +
      lines.slice(from - 1, from + fit - 1).reduce((sum, line) => sum + tokens(shortLine(line)) + 1, 0);
  }
  return joined(kept);
}

function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && part.from <= last.to + 2) last.to = Math.max(last.to, part.to);
    else out.push({ ...part });
  }
  return out;
}

// ── Many files ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The files, the important first, in `most` tokens: what a small one leaves over is shared among the large ones. `unshown`
 * are those for which there was no room.
 */
export function excerpts(
  files: readonly SourceFile[],
  wanted: Mentions,
  most: number,
): { shown: string[]; unshown: string[] } {
  const best = files.map((file) => excerpt(file, wanted, most));
  const wants = best.map(tokens);
  const within: number[] = [];
  let least = 0;
  for (const [at, want] of wants.entries()) {
    least += want === 0 ? LEAST : Math.min(want, LEAST);
    if (least <= most) within.push(at);
  }
  const shares = fairShares(
    within.map((at) => wants[at] ?? 0),
    most,
  );
  const texts = files.map((file, at) => {
    const share = shares[within.indexOf(at)] ?? 0;
    return share >= (wants[at] ?? 0) && share > 0 ? (best[at] ?? "") : excerpt(file, wanted, share);
  });
  return {
    shown: texts.filter((text) => text !== ""),
    unshown: files.flatMap(({ path }, at) => (texts[at] === "" ? [path] : [])),
  };
}

/** Max-min fair: whoever wants less than an equal share gets it, the others share what is left. */
export function fairShares(wants: readonly number[], total: number): number[] {
  const shares = wants.map(() => 0);
  const open = wants.map((_, at) => at).sort((a, b) => (wants[a] ?? 0) - (wants[b] ?? 0));
  let left = total;
  for (const [place, at] of open.entries()) {
    const share = Math.min(wants[at] ?? 0, Math.floor(left / (open.length - place)));
    shares[at] = share;
    left -= share;
  }
  return shares;
}
