/** YAML front matter, read strictly: every problem has its line and key. Line 1 is the first line of the file. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Pair } from "yaml";
import type * as z from "zod";
import type { OrderFile } from "../engine/ports.ts";

/** Offsets into the text: the YAML is `[start, end)`, the body begins at `body`. */
export type Split = { start: number; end: number; body: number };
/** A key's path: ["checks", 0, "before"]. */
export type KeyPath = readonly PropertyKey[];
export type FrontMatter = {
  split: Split;
  value: Record<string, unknown>;
  /** Where the key and its value stand in the text, for changing them; null when the key is not there. */
  rangeOf(key: string): { key: number; start: number; end: number } | null;
  /** The line of every key and list item, by dotted path: "needs", "writes.0", "checks.1.run". */
  lines(): Record<string, number>;
  problem(key: KeyPath, message: string): OrderFile;
};

const FENCE = /^---[ \t]*\r?$/;

/** Null when the text does not begin with a "---" line; "open" when no second one follows. */
export function splitFrontMatter(text: string): Split | "open" | null {
  const opening = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
  if (opening === null) return null;
  const start = opening[0].length;
  for (let at = start; ;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    if (FENCE.test(text.slice(at, end))) return { start, end: at, body: newline === -1 ? end : end + 1 };
    if (newline === -1) return "open";
    at = newline + 1;
  }
}

/** The front matter as data, or what is wrong with it as YAML. `path` is only named in problems. */
export function parseFrontMatter(path: string, text: string): FrontMatter | OrderFile[] {
  const whole = (message: string): OrderFile[] => [{ path, line: 1, key: null, message }];
  const split = splitFrontMatter(text);
  if (split === null)
    return whole('has no front matter; begin the file with a line "---", keys, and a line "---"');
  if (split === "open") return whole('the front matter does not end; put a line "---" after its last key');
  const yaml = text.slice(split.start, split.end);
  const lines = new LineCounter();
  const parsed = parseYaml(yaml, lines);
  if (typeof parsed === "string") return whole(parsed);
  const at = (offset: number, message: string): OrderFile => {
    return {
      path,
      line: lines.linePos(Math.min(offset, yaml.length)).line + 1,
      key: keyAbove(yaml, offset),
      message,
    };
  };
  const flaws = flawsOf(parsed).map((flaw) => at(flaw.offset, flaw.message));
  if (flaws.length > 0) return flaws;
  const value: unknown = parsed.toJS({ maxAliasCount: 0 }) ?? {};
  if (parsed.contents !== null && !isMap(parsed.contents))
    return [at(0, 'must be lines of the form "key: value"')];
  return {
    split,
    value: value as Record<string, unknown>,
    rangeOf: (key) => {
      const pair = isMap(parsed.contents) ? pairOf(parsed.contents.items, key) : undefined;
      const [at, value] = [startOf(pair?.key), (pair?.value as Ranged | null)?.range];
      if (at === null || !value) return null;
      return { key: split.start + at, start: split.start + value[0], end: split.start + value[1] };
    },
    lines: () =>
      Object.fromEntries(placesIn(parsed.contents, "").map(([key, at]) => [key, lines.linePos(at).line + 1])),
    problem: (key, message) => {
      const offset = offsetOf(parsed, key);
      return { path, line: offset === null ? 1 : lines.linePos(offset).line + 1, key: nameOf(key), message };
    },
  };
}

function parseYaml(yaml: string, lineCounter: LineCounter): Document | string {
  try {
    return parseDocument(yaml, { lineCounter, prettyErrors: false, logLevel: "error", stringKeys: true });
  } catch (error) {
    if (error instanceof RangeError) return "is nested too deeply to be read; use plain lists of keys";
    throw error;
  }
}

type Flaw = { offset: number; message: string };

/** Syntax errors first; else everything YAML can do that a task file has no use for. */
function flawsOf(doc: Document): Flaw[] {
  const errors = [...doc.errors, ...doc.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    message: `is not valid YAML: ${message}`,
  }));
  if (errors.length > 0) return errors;
  const flaws: Flaw[] = [];
  visit(doc, {
    Alias: (_, node) => {
      flaws.push({ offset: node.range?.[0] ?? 0, message: "uses a YAML alias; write the value out" });
    },
    Value: (_, node) => {
      const offset = node.range?.[0] ?? 0;
      if (node.anchor !== undefined) flaws.push({ offset, message: "has a YAML anchor; remove it" });
      if (node.tag !== undefined) flaws.push({ offset, message: "has a YAML tag; remove it" });
    },
  });
  return flaws;
}

/** The last key that begins a line at or before the offset. */
function keyAbove(yaml: string, offset: number): string | null {
  const newline = yaml.indexOf("\n", offset);
  const above = yaml.slice(0, newline === -1 ? yaml.length : newline).split("\n");
  const line = above.findLast((text) => /^[A-Za-z_][\w-]*[ \t]*:/.test(text));
  return line === undefined ? null : line.slice(0, line.indexOf(":")).trim();
}

const nameOf = (key: KeyPath): string | null =>
  key.length === 0
    ? null
    : key
        .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
        .join("");

/** Where the deepest existing part of a key path begins; null when not even the first is there. */
function offsetOf(doc: Document, key: KeyPath): number | null {
  let node: unknown = doc.contents;
  let offset: number | null = null;
  for (const part of key) {
    const next = isMap(node) ? pairOf(node.items, part) : isSeq(node) ? node.items[Number(part)] : undefined;
    if (next === undefined) return offset;
    offset = startOf(isPairLike(next) ? next.key : next) ?? offset;
    node = isPairLike(next) ? next.value : next;
  }
  return offset;
}

type Ranged = { range?: [number, number, number] | null };
const startOf = (node: unknown): number | null => (node as Ranged | null | undefined)?.range?.[0] ?? null;

/** Every key and list item below a node with its offset. */
function placesIn(node: unknown, prefix: string): [string, number][] {
  const inner = isMap(node)
    ? node.items.map((pair) => [String(pair.key), pair.key, pair.value] as const)
    : isSeq(node)
      ? node.items.map((item, index) => [String(index), item, item] as const)
      : [];
  return inner.flatMap(([name, named, value]): [string, number][] => {
    const at = startOf(named);
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return at === null ? [] : [[path, at], ...placesIn(value, path)];
  });
}

const pairOf = (items: Pair[], part: PropertyKey): Pair | undefined =>
  items.find(({ key }) => isScalar(key) && String(key.value) === String(part));

const isPairLike = (value: unknown): value is Pair =>
  typeof value === "object" && value !== null && "key" in value && "value" in value;

/** Parses the value by a schema; what does not fit comes back as problems in the user's words. */
export function validate<T>(front: FrontMatter, schema: z.ZodType<T>, what: string): T | OrderFile[] {
  const parsed = schema.safeParse(front.value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.flatMap((issue) => explain(front, issue, [], what));
}

/** One issue of zod as problems; `prefix` leads from the front matter to the value that was parsed. */
export function explain(
  front: FrontMatter,
  issue: z.core.$ZodIssue,
  prefix: KeyPath,
  what: string,
): OrderFile[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const where = path.length === 0 ? what : String(nameOf(path));
    return issue.keys.map((key) =>
      front.problem([...path, key], `is not a key of ${where}; remove or rename it`),
    );
  }
  const value = path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown>)?.[part],
    front.value,
  );
  return [front.problem(path, value === undefined ? "is missing; add it" : wrong(issue, value))];
}

function wrong(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type": {
      const quote = issue.expected === "string" && typeof value === "number" ? "; put it in quotes" : "";
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(value)}${quote}`;
    }
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "number" ? `must be greater than ${issue.minimum}` : "must not be empty";
    case "too_big":
      return `must not be longer than ${issue.maximum} characters`;
    case "invalid_union":
      return "must be " + (typeof value === "string" ? '"auto" or "provider/model@effort"' : "text");
    default:
      return issue.message;
  }
}

const KINDS: Record<string, string> = {
  string: "text",
  number: "a number",
  array: "a list",
  object: "a list of keys",
  record: "a list of keys",
};

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return KINDS[typeof value] ?? (typeof value === "boolean" ? "true or false" : typeof value);
}
