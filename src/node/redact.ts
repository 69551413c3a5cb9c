/** The one place that recognises secrets: values we hold, and the forms vendors give their keys. */

const MARK = "[redacted]";
/** Shorter values are too likely to be ordinary words. */
const SHORTEST = 8;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/**
 * Every pattern starts behind a character that could not belong to the key, so a long run is entered once: all of them
 * take linear time.
 */
const PATTERNS: readonly RegExp[] = [
  /(?<![\w-])sk-(?:ant-|proj-|or-|svcacct-)?(?=[\w-]*\d)[\w-]{16,}/g,
  /(?<![\w-])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /(?<![\w-])gh[pousr]_[A-Za-z0-9]{20,}/g,
  /(?<![\w-])github_pat_\w{20,}/g,
  /(?<![\w-])glpat-[\w-]{16,}/g,
  /(?<![\w-])npm_[A-Za-z0-9]{30,}/g,
  /(?<![\w-])hf_[A-Za-z0-9]{30,}/g,
  /(?<![\w-])(?:gsk|xai)[-_][A-Za-z0-9]{20,}/g,
  /(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  /(?<![\w-])xox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /(?<![\w-])AIza[\w-]{30,}/g,
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  /(?<=(?<![A-Za-z])bearer[ \t]{1,4})[\w.~+/=-]{16,}/gi,
];

/** Half-open, in UTF-16 units. */
type Span = { start: number; end: number };

/** Makes a function that replaces every secret in a text: `held` literally, and everything that looks like a vendor's key. */
export function makeRedact(held: readonly string[]): (text: string) => string {
  const literals = [...new Set(held.flatMap(formsOf))].filter(
    (value) => value.length >= SHORTEST && !MARK.includes(value),
  );
  return (text) => {
    const spans = [
      ...literals.flatMap((value) => occurrences(text, value)),
      ...keySpans(text),
      ...blocks(text),
    ];
    return spans.length === 0 ? text : blot(text, spans);
  };
}

/** The values of all variables whose name says that they are secret, and passwords in the addresses others hold. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.flatMap(([name, value]) => (isSecretName(name) ? [value] : passwordsIn(value)));
}

/** Of addresses such as https://user:password@host. */
export const passwordsIn = (text: string): string[] =>
  [...text.matchAll(/:\/\/[^/\s:@]*:([^/\s@]+)@/g)].map(([, password = ""]) => password);

/** As it stands, without the white space around it, and as it looks inside JSON. */
const formsOf = (value: string): string[] => [value, value.trim(), JSON.stringify(value.trim()).slice(1, -1)];

function occurrences(text: string, value: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    spans.push({ start: at, end: at + value.length });
  }
  return spans;
}

const keySpans = (text: string): Span[] =>
  PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );

const BLOCK_START = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;
const BLOCK_END = /-----END [A-Z ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;
/** A block whose end was cut off is taken to be this long. */
const BLOCK_CHARACTERS = 8192;

function blocks(text: string): Span[] {
  const spans: Span[] = [];
  for (const { index: start } of text.matchAll(BLOCK_START)) {
    if (start < (spans.at(-1)?.end ?? 0)) continue;
    const end = text
      .slice(start, start + BLOCK_CHARACTERS)
      .matchAll(BLOCK_END)
      .next().value;
    const length = end === undefined ? BLOCK_CHARACTERS : end.index + end[0].length;
    spans.push({ start, end: Math.min(text.length, start + length) });
  }
  return spans;
}

function blot(text: string, spans: Span[]): string {
  const inOrder = spans.sort((a, b) => a.start - b.start);
  let out = "";
  let at = 0;
  for (const { start, end } of inOrder) {
    if (start >= at) out += text.slice(at, start) + MARK;
    at = Math.max(at, end);
  }
  return out + text.slice(at);
}
