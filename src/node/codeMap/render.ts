/** The ranked outline as a model reads it, cut to a number of characters. Pure. */
import type { CodeSymbol } from "../../engine/ports.ts";

export type RankedFile = {
  path: string;
  size: number;
  /** 0 when it is no text we read. */
  lines: number;
  /** Most important first; read only when the file is drawn. */
  symbols(): CodeSymbol[];
};

/** What the first files may show, and what is left of that further down. */
const MOST_SIGNATURES = 24;
const FEWEST_SIGNATURES = 3;
/** This much of the room goes to signatures at most; what is left names more files. */
const FOR_SIGNATURES = 0.85;
const LONGEST_PATH = 300;

/** At most `room` characters, and never less than the first line and how many files are not named. */
export function render(files: readonly RankedFile[], room: number): string {
  const lines = [headOf(files)];
  let left = room - headOf(files).length - tail(files.length).length - 1;
  let outlined = Math.floor(left * FOR_SIGNATURES);
  let named = 0;
  for (const [at, file] of files.entries()) {
    const head = fileLine(file);
    if (head.length + 1 > left) break;
    const signatures =
      outlined > head.length ? signaturesOf(file, at, Math.min(left, outlined) - head.length - 1) : [];
    lines.push(head, ...signatures);
    const used = head.length + 1 + signatures.reduce((sum, line) => sum + line.length + 1, 0);
    left -= used;
    outlined -= used;
    named += 1;
  }
  if (named < files.length) lines.push(tail(files.length - named));
  return lines.join("\n");
}

const headOf = (files: readonly RankedFile[]): string => {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  return `${files.length} files, ${lines} lines of code; likeliest first, with line numbers:`;
};
const tail = (count: number): string => `[${count} more: use list]`;

function fileLine({ path, size, lines }: RankedFile): string {
  const shown = path.replace(/[\p{Cc}]/gu, "?").slice(0, LONGEST_PATH);
  return `${shown} (${lines > 0 ? `${lines} lines` : sizeText(size)})`;
}
const sizeText = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

/** The most important ones that fit, in the order they stand in the file. */
function signaturesOf(file: RankedFile, at: number, room: number): string[] {
  const most = Math.max(FEWEST_SIGNATURES, Math.round(MOST_SIGNATURES / (1 + at / 6)));
  const chosen: { line: number; text: string }[] = [];
  let left = room;
  for (const symbol of file.symbols().slice(0, most)) {
    const text = symbolLine(symbol);
    if (text.length + 1 > left) continue;
    left -= text.length + 1;
    chosen.push({ line: symbol.line, text });
  }
  return chosen.sort((a, b) => a.line - b.line).map(({ text }) => text);
}

const symbolLine = ({ line, signature, parent, kind }: CodeSymbol): string =>
  `  ${line}: ${parent !== null && kind !== "module" ? `${parent} › ` : ""}${signature}`;
