/**
 * The remedies of findings as edits of task files, and where a key stands in one. Pure. Only what changes is touched:
 * comments, quotes, order of keys and kinds of line end stay; what comes out is read back before it is given out.
 */
import { type Pair, type YAMLMap, type YAMLSeq, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { CLASSES, type Check, type Fix, type Slice } from "../core/order.ts";
import type { Err, TaskFile } from "../engine/ports.ts";
import { plain } from "./editTask.ts";
import { splitFrontMatter } from "./frontMatter.ts";
import { sha256 } from "./sha256.ts";
import { parseTask } from "./taskFile.ts";

/** A file's whole text after the fix; null deletes it. Offsets are of UTF-16 units. */
export type TaskTexts = ReadonlyMap<string, string | null>;
type Change = { start: number; end: number; text: string };

/** What of `texts` (task files by path) the fix changes, and to what. An error says what to edit by hand. */
export function applyFix(texts: ReadonlyMap<string, string>, fix: Fix): TaskTexts | Err {
  const files = new Map<string, TaskFile>();
  for (const [path, text] of texts) {
    const file = parseTask(path, text, sha256(text));
    if (!Array.isArray(file)) files.set(file.slice.id, file);
  }
  const slices = new Map([...files].map(([id, { slice }]) => [id, slice]));
  const missing = namedBy(fix).find((id) => !slices.has(id));
  if (missing !== undefined)
    return { error: `The task file of slice ${missing} cannot be read. Mend it, then try again.` };
  const changed = new Map<string, string | null>();
  for (const [id, wanted] of wantedBy(fix, slices)) {
    const file = files.get(id);
    const text = file && texts.get(file.path);
    if (!file || text === undefined) continue;
    const now = wanted && rewritten(file, text, wanted);
    if (now !== null && typeof now === "object") return now;
    changed.set(file.path, now);
  }
  return changed;
}

const namedBy = (fix: Fix): string[] => (fix.do === "merge" ? [fix.into, fix.from] : [fix.slice]);

// ── What is wanted, as slices ───────────────────────────────────────────────────────────────────────────────────────

type Slices = ReadonlyMap<string, Slice>;
type Wanted = Map<string, Slice | null>;

/** The slices that change; null is one that goes. */
function wantedBy(fix: Fix, slices: Slices): Wanted {
  if (fix.do === "merge") return merged(slices, fix.into, fix.from);
  const slice = slices.get(fix.slice);
  if (!slice) return new Map();
  switch (fix.do) {
    case "addNeed":
      return new Map([[slice.id, { ...slice, needs: union(slice.needs, [fix.need]) }]]);
    case "removeNeed":
      return new Map([[slice.id, { ...slice, needs: slice.needs.filter((need) => need !== fix.need) }]]);
    case "setBefore":
      return new Map([[slice.id, { ...slice, checks: slice.checks.map(withBefore(fix.check, fix.before)) }]]);
    case "drop":
      return withoutNeed(slices, slice.id, slice.needs).set(slice.id, null);
  }
}

const union = <T>(one: readonly T[], other: readonly T[]): T[] => {
  const known = new Set(one.map((item) => JSON.stringify(item)));
  return [...one, ...other.filter((item) => !known.has(JSON.stringify(item)))];
};

const withBefore =
  (index: number, before: Extract<Fix, { do: "setBefore" }>["before"]) =>
  (check: Check, at: number): Check =>
    at === index && "run" in check ? { ...check, before } : check;

/** Who needed `gone` needs `instead`: what had to come before still does. */
function withoutNeed(slices: Slices, gone: string, instead: readonly string[]): Wanted {
  const users = [...slices.values()].filter(({ needs }) => needs.includes(gone));
  return new Map(
    users.map((user) => {
      const kept = user.needs.filter((need) => need !== gone);
      return [
        user.id,
        {
          ...user,
          needs: union(
            kept,
            instead.filter((need) => need !== user.id),
          ),
        },
      ];
    }),
  );
}

const MOST_TITLE = 120;

/** One slice that does what both did, in the file of `into`. */
function merged(slices: Slices, into: string, from: string): Wanted {
  const [one, other] = [slices.get(into), slices.get(from)];
  if (!one || !other || into === from) return new Map();
  const title = `${one.title}; ${other.title}`;
  const outside = (ids: readonly string[]): string[] => ids.filter((id) => id !== into && id !== from);
  const produces = union(one.produces, other.produces);
  const whole: Slice = {
    ...one,
    title: title.length <= MOST_TITLE ? title : one.title,
    class: CLASSES[Math.max(CLASSES.indexOf(one.class), CLASSES.indexOf(other.class))] ?? one.class,
    needs: outside(union(one.needs, other.needs)),
    reads: union(one.reads, other.reads),
    writes: union(one.writes, other.writes),
    consumes: union(one.consumes, other.consumes).filter((name) => !produces.includes(name)),
    produces,
    minutes: one.minutes + other.minutes,
    checks: union(one.checks, other.checks),
    body: `${one.body}\n\n## ${other.title}\n\n${other.body}`.trim(),
  };
  return withoutNeed(slices, from, [into]).set(into, whole).set(from, null);
}

// ── The text that says it ───────────────────────────────────────────────────────────────────────────────────────────

const LISTS = ["needs", "reads", "writes", "consumes", "produces"] as const;
const SCALARS = ["title", "class", "minutes"] as const;

/** The text of the file, saying `wanted` instead; an error when its YAML is too unusual to be changed in place. */
function rewritten({ path, slice }: TaskFile, text: string, wanted: Slice): string | Err {
  let now = text;
  const turn = (change: (front: Front) => Change[]): void => void (now = edited(now, change));
  for (const key of SCALARS)
    if (slice[key] !== wanted[key]) turn((front) => setScalar(front, front.root, key, rendered(wanted[key])));
  for (const key of LISTS) {
    for (const gone of slice[key].filter((item) => !wanted[key].includes(item)))
      turn((front) => removeItem(front, key, gone));
    for (const item of wanted[key].filter((one) => !slice[key].includes(one)))
      turn((front) => addItem(front, key, [["", item]]));
  }
  for (const [index, check] of wanted.checks.entries()) {
    const before = slice.checks[index];
    if (before === undefined) turn((front) => addItem(front, "checks", pairsOf(check)));
    else if ("run" in check && "run" in before && check.before !== before.before)
      turn((front) => setBefore(front, index, check.before));
  }
  now = withBody(now, slice.body, wanted.body);
  const read = parseTask(path, now, sha256(now));
  const says = !Array.isArray(read) && sameSlice(read.slice, wanted);
  return says
    ? now
    : { error: `${path} is written in a way that cannot be changed by machine. Edit it by hand.` };
}

const unixLines = (text: string): string => text.replaceAll("\r\n", "\n");
/** Keys in one order, one kind of line end. */
function sameSlice(one: Slice, other: Slice): boolean {
  const plainOf = (slice: Slice): string =>
    unixLines(JSON.stringify(Object.entries(slice).toSorted(([a], [b]) => (a < b ? -1 : 1)))).replaceAll(
      "\\r\\n",
      "\\n",
    );
  return plainOf(one) === plainOf(other);
}

const rendered = (value: string | number): string =>
  typeof value === "number" ? String(value) : plain(value);

/** A list item as pairs; a scalar is one pair without a name. */
type Item = readonly (readonly [name: string, value: string])[];
const pairsOf = (check: Check): Item => Object.entries(check).filter(([, value]) => value !== "any");

/** The front matter of `text`; spans of its nodes are offsets into the whole text. */
type Front = { text: string; root: YAMLMap; start: number; end: number; newline: string };
type Span = { start: number; end: number };

function frontOf(text: string): Front | null {
  const split = splitFrontMatter(text);
  if (split === null || split === "open") return null;
  const { start, end } = split;
  const options = { prettyErrors: false, logLevel: "error", stringKeys: true } as const;
  const { contents, errors } = parseDocument(text.slice(start, end), options);
  if (errors.length > 0 || !isMap(contents)) return null;
  return { text, root: contents, start, end, newline: newlineOf(text) };
}

const newlineOf = (text: string): string => (/\r?\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n");

function edited(text: string, change: (front: Front) => Change[]): string {
  const front = frontOf(text);
  const changes = (front ? change(front) : []).toSorted((a, b) => b.start - a.start);
  return changes.reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}

/** The node without what follows it: a block's range goes on to the next key. */
function spanOf({ text, start: offset }: Front, node: unknown): Span | null {
  const range = isNode(node) ? node.range : null;
  if (!range) return null;
  const start = offset + range[0];
  let end = offset + range[1];
  while (end > start && BLANK.has(text[end - 1])) end -= 1;
  return { start, end };
}

const BLANK: ReadonlySet<string | undefined> = new Set([" ", "\t", "\r", "\n"]);

const pairIn = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

const startOfLine = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;
/** After the line's end; the text's end where there is none. */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

/** Replaces the value of a key of this map, or adds the key: in the map's own style, behind its last pair. */
function setScalar(front: Front, map: YAMLMap, key: string, value: string): Change[] {
  const there = spanOf(front, pairIn(map, key)?.value);
  if (there) return [{ ...there, text: value }];
  const last = map.items.at(-1);
  const [name, end] = [spanOf(front, last?.key), spanOf(front, last?.value)];
  if (!name || !end) return [];
  if (map.flow) return [{ start: end.end, end: end.end, text: `, ${key}: ${value}` }];
  const at = endOfLine(front.text, end.end);
  const indent = " ".repeat(name.start - startOfLine(front.text, name.start));
  return [{ start: at, end: at, text: `${indent}${key}: ${value}${front.newline}` }];
}

function setBefore(front: Front, index: number, before: string): Change[] {
  const checks = pairIn(front.root, "checks")?.value;
  const check = isSeq(checks) ? checks.items[index] : null;
  return isMap(check) ? setScalar(front, check, "before", before) : [];
}

const inBrackets = (item: Item): string => {
  const pairs = item.map(([name, value]) => (name === "" ? plain(value) : `${name}: ${plain(value)}`));
  return item.some(([name]) => name !== "") ? `{ ${pairs.join(", ")} }` : pairs.join("");
};

function addItem(front: Front, key: string, item: Item): Change[] {
  const list = pairIn(front.root, key)?.value;
  if (list === undefined) return setScalar(front, front.root, key, `[${inBrackets(item)}]`);
  if (!isSeq(list)) return [];
  const [whole, last] = [spanOf(front, list), spanOf(front, list.items.at(-1))];
  if (!whole) return [];
  if (!last) return [{ start: whole.start + 1, end: whole.start + 1, text: inBrackets(item) }];
  if (list.flow) return [{ start: last.end, end: last.end, text: `, ${inBrackets(item)}` }];
  const line = startOfLine(front.text, last.start);
  const dash = /^\s*-\s+/.exec(front.text.slice(line, last.start))?.[0] ?? "- ";
  const rest = `${front.newline}${" ".repeat(dash.length)}`;
  const lines = item.map(([name, value]) => (name === "" ? plain(value) : `${name}: ${plain(value)}`));
  const at = endOfLine(front.text, last.end);
  return [{ start: at, end: at, text: `${dash}${lines.join(rest)}${front.newline}` }];
}

function removeItem(front: Front, key: string, value: string): Change[] {
  const pair = pairIn(front.root, key);
  const list = pair?.value;
  if (!isSeq(list)) return [];
  const at = list.items.findIndex((item) => isScalar(item) && item.value === value);
  const span = spanOf(front, list.items[at]);
  if (!span) return [];
  if (list.flow) return [withComma(front, list, at, span)];
  const name = spanOf(front, pair?.key);
  const line = { start: startOfLine(front.text, span.start), end: endOfLine(front.text, span.end), text: "" };
  if (list.items.length > 1 || !name) return [line];
  const colon = front.text.indexOf(":", name.end) + 1;
  return [{ start: colon, end: colon, text: " []" }, line];
}

/** The item in brackets with the comma that goes with it; never a comment that belongs to another item. */
function withComma(front: Front, { items }: YAMLSeq, at: number, { start, end }: Span): Change {
  const [next, before] = [spanOf(front, items[at + 1]), spanOf(front, items[at - 1])];
  const free = (from: number, to: number): boolean => !front.text.slice(from, to).includes("#");
  if (next && free(end, next.start)) return { start, end: next.start, text: "" };
  if (next) return { start, end: front.text.indexOf(",", end) + 1, text: "" };
  if (before && free(before.end, start)) return { start: before.end, end, text: "" };
  return { start, end, text: "" };
}

/** Nothing is ever taken out of the prose; what is new stands behind it. */
function withBody(text: string, before: string, after: string): string {
  if (before === after) return text;
  const newline = newlineOf(text);
  const more = unixLines(after.slice(before.length)).replaceAll("\n", newline);
  return `${text.trimEnd()}${before === "" ? newline : ""}${more}${newline}`;
}

// ── Where a key stands ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Where the value of a key stands ("needs", "writes.0", "checks[1].run"): its deepest part that is there; the key's own
 * name when the value takes more than a line. Null when there is none of it, or the YAML is broken.
 */
export function extentOf(text: string, key: string): Span | null {
  const front = frontOf(text);
  if (!front) return null;
  let found: Span | null = null;
  let node: unknown = front.root;
  for (const part of key.split(/[.[\]]+/).filter((one) => one !== "")) {
    const pair = isMap(node) ? pairIn(node, part) : undefined;
    node = pair ? pair.value : isSeq(node) ? node.items[Number(part)] : undefined;
    const [value, name] = [spanOf(front, node), spanOf(front, pair?.key)];
    if (!value && !name) break;
    const oneLine =
      value !== null && value.end > value.start && !text.slice(value.start, value.end).includes("\n");
    found = oneLine ? value : (name ?? firstLine(text, value) ?? found);
  }
  return found;
}

function firstLine(text: string, span: Span | null): Span | null {
  if (!span) return null;
  const line = /^[^\r\n]*/.exec(text.slice(span.start, span.end))?.[0] ?? "";
  return { start: span.start, end: span.start + line.length };
}
