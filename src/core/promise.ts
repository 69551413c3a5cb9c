/** What a slice says that it makes or uses: "src/limit.js#parseLimit(argv: string[]): number", taken apart. */
import { parseName } from "./critics/names.ts";

/** `path` is null for a bare name, `name` null for a file alone and for prose; `signature` is "" when only named. */
export type Promised = { path: string | null; name: string | null; signature: string };

export function promise(entry: string): Promised {
  const named = parseName(entry);
  const name = named?.symbol ?? null;
  if (!named || name === null) return { path: named?.path ?? null, name, signature: "" };
  const from = named.path === null ? 0 : entry.indexOf("#");
  return { path: named.path, name, signature: entry.slice(entry.indexOf(name, from) + name.length).trim() };
}

const GIVES =
  /\b(?:export|default|public|async|declare|const|let|var|function|pub|fn|func|def|static|final)\b/g;
/** Whether two signatures say the same, whatever keywords and white space they have. */
export const isSameSignature = (a: string, b: string): boolean => bare(a) === bare(b);
const bare = (signature: string): string =>
  signature
    .replace(GIVES, "")
    .replace(/[\s;{]+/g, "")
    .replace(/^([\w$]+)=(?=\()/, "$1")
    .replace(/:$/, "");

const DEFINES = /\b(?:function|class|const|let|var|def|fn|func|type|interface|enum|struct|trait|record)\b/;
/** So many lines may a head be long. */
const HEAD_LINES = 8;
const MOST = 300;

/** The head of a definition as it stands in a source text, on one line; null when none is found. */
export function signatureIn(text: string, name: string): string | null {
  if (!/^[\w$]+$/.test(name)) return null;
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    if (line.length > 1000 || !line.includes(name) || !isDefinition(line, name)) continue;
    return headOf(lines.slice(at, at + HEAD_LINES));
  }
  return null;
}

function isDefinition(line: string, name: string): boolean {
  const word = [...line.matchAll(/[\w$]+/g)].find(([one]) => one === name);
  const before = line.slice(0, word?.index ?? 0);
  return DEFINES.test(before) && !/["'`=/#;]/.test(before) && !/^\s*\*/.test(before);
}

/** Up to its body: the brace, colon or arrow outside of all brackets; a head goes on while a bracket is open. */
function headOf(lines: readonly string[]): string {
  let head = "";
  let depth = 0;
  for (const line of lines) {
    for (const char of `${line.trim().slice(0, MOST)} `) {
      const opens = "([".includes(char) || (char === "{" && (depth > 0 || /[:<|&]\s*$/.test(head)));
      if (opens) depth += 1;
      else if (")]}".includes(char)) depth -= 1;
      else if (depth <= 0 && endsHead(head, char)) return tidy(head);
      head += char;
    }
    if (depth <= 0) break;
  }
  return tidy(head);
}

const endsHead = (head: string, char: string): boolean =>
  char === "{" ||
  char === ";" ||
  (char === ">" && head.endsWith("=")) ||
  (char === ":" && /^(?:async )?(?:def|class)\b/.test(head));

const tidy = (head: string): string =>
  head
    .trim()
    .replace(/\s+/g, " ")
    .replace(/[{:=]+$/, "")
    .trim()
    .slice(0, MOST);
