/** Changes to a task file that keep what a person wrote in it. Pure: text in, text out. */
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { Slice } from "../core/order.ts";
import type { OrderFile } from "../engine/ports.ts";
import { type FrontMatter, parseFrontMatter, splitFrontMatter } from "./frontMatter.ts";
import { parseTask, renderKeys, renderTask } from "./taskFile.ts";

type Key = Exclude<keyof Slice, "body">;
const NO_HASH = "";

/** The text with one key's value changed or the key added, and nothing else; null when it has no front matter to change. */
export function setKey(path: string, text: string, key: string, value: string): string | null {
  const front = parseFrontMatter(path, text);
  if (Array.isArray(front) || front.value[key] === value) return Array.isArray(front) ? null : text;
  const range = front.rangeOf(key);
  if (range === null) return withLine(text, front, `${key}: ${plain(value)}`);
  const end = range.start + valueIn(text, range).length;
  return text.slice(0, range.start) + plain(value) + text.slice(end);
}

/** A value as it stands, without YAML's white space behind it: Unicode has more, and that is the value's own. */
function valueIn(text: string, { start, end }: { start: number; end: number }): string {
  let last = end;
  while (last > start && " \t\r\n".includes(text.charAt(last - 1))) last -= 1;
  return text.slice(start, last);
}

/** Without quotes where YAML reads the same text from it, in a list in brackets too. */
export function plain(value: string): string {
  const bare = /^[A-Za-z][\w./@:+-]*$/.test(value) && !value.endsWith(":") && parse(value) === value;
  return bare ? value : JSON.stringify(value);
}

/** The text with these lines after the last key. */
function withLine(text: string, { split }: FrontMatter, lines: string): string {
  const newline = text.slice(0, split.start).endsWith("\r\n") ? "\r\n" : "\n";
  return `${text.slice(0, split.end)}${inLinesOf(newline, lines)}${newline}${text.slice(split.end)}`;
}

const inLinesOf = (newline: string, text: string): string => text.replace(/\r?\n/g, newline);
const newlineOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** The text with a key's whole value replaced, or the key added; its comments stay. Null for a key that begins no line. */
function withKey(path: string, text: string, key: Key, slice: Slice): string | null {
  const front = parseFrontMatter(path, text);
  if (Array.isArray(front)) return null;
  const lines = renderKeys({ [key]: slice[key] }).replace(/\n$/, "");
  const range = front.rangeOf(key);
  if (range === null) return withLine(text, front, lines);
  if (range.key > front.split.start && text[range.key - 1] !== "\n") return null;
  // An empty value may stand behind a comment, or on the next line.
  const value = valueIn(text, range);
  const end = value === "" ? text.indexOf(":", range.key) + 1 : range.start + value.length;
  return text.slice(0, range.key) + inLinesOf(newlineOf(text), lines) + text.slice(end);
}

function withBody(text: string, body: string): string {
  const split = splitFrontMatter(text);
  if (split === null || split === "open") return text;
  const newline = newlineOf(text);
  const head = text.slice(0, split.body);
  return `${head}${head.endsWith("\n") ? "" : newline}${inLinesOf(newline, body.trim())}${newline}`;
}

/** The task file of a slice that was changed: only the keys that differ are written anew. */
export function editTask(path: string, text: string, wanted: Slice): string {
  const slice = Slice.parse(wanted);
  const before = parseTask(path, text, NO_HASH);
  if (Array.isArray(before)) return renderTask(slice);
  const keys = keysOf(slice).filter((key) => !isDeepStrictEqual(before.slice[key], slice[key]));
  const keyed = keys.reduce<string | null>((now, key) => now && withKey(path, now, key, slice), text);
  if (keyed === null) return renderTask(slice);
  const edited = sameLines(before.slice.body, slice.body) ? keyed : withBody(keyed, slice.body);
  const after = parseTask(path, edited, NO_HASH);
  return !Array.isArray(after) && isSame(after.slice, slice) ? edited : renderTask(slice);
}

const keysOf = (slice: Slice): Key[] => Object.keys(slice).filter((key): key is Key => key !== "body");
const sameLines = (a: string, b: string): boolean => inLinesOf("\n", a).trim() === inLinesOf("\n", b).trim();
const isSame = ({ body, ...keys }: Slice, { body: other, ...others }: Slice): boolean =>
  sameLines(body, other) && isDeepStrictEqual(keys, others);

/**
 * A task file somebody began, with what it lacks: absent or empty keys, and an empty body. Every word that is there stays;
 * what cannot be read is answered with its problems.
 */
export function completeTask(path: string, text: string, slice: Slice): string | OrderFile[] {
  const begun = splitFrontMatter(text) === null ? withFront(text) : text;
  const front = parseFrontMatter(path, begun);
  if (Array.isArray(front)) return front;
  const keys = keysOf(slice).filter((key) => isOpen(key, front.value[key]));
  const keyed = keys.reduce<string | null>((now, key) => now && withKey(path, now, key, slice), begun);
  if (keyed === null) {
    const message = "cannot be completed: write each of its keys on a line of its own";
    return [{ path, line: 2, key: null, message }];
  }
  const whole = begun.slice(front.split.body).trim() === "" ? withBody(keyed, slice.body) : keyed;
  const read = parseTask(path, whole, NO_HASH);
  return Array.isArray(read) ? read : whole;
}

/** A draft may be nothing but prose. */
function withFront(text: string): string {
  const [mark, prose] = text.startsWith("\uFEFF") ? ["\uFEFF", text.slice(1)] : ["", text];
  const newline = newlineOf(text);
  return `${mark}---${newline}---${newline}${prose}`;
}

const isOpen = (key: Key, value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  ((key === "writes" || key === "checks") && Array.isArray(value) && value.length === 0);

/** What is wrong with a draft whatever it will be completed with; `id` is what its name says. */
export function draftProblems(path: string, text: string): OrderFile[] {
  const completed = completeTask(path, text, { ...ANY_SLICE, id: idIn(path) });
  return Array.isArray(completed) ? completed : [];
}

/** The id a task file's name begins with: "01" of tasks/01-parse.md. */
const idIn = (path: string): string => /([^/]*?)(-[^/]*)?\.md$/.exec(path)?.[1] ?? "";

const ANY_SLICE: Slice = {
  id: "01",
  title: "-",
  class: "C1",
  needs: [],
  reads: [],
  writes: ["-"],
  consumes: [],
  produces: [],
  minutes: 30,
  route: "auto",
  checks: [],
  body: "-",
};
