/** A change as a reviewer reads it: every line of the new file under its number, what went between them. Pure. */
import { hunks, toLines } from "../../core/patch.ts";
import type { Changed } from "../guards.ts";
import { fence, oneLine } from "../quote.ts";

/** Files of at most `whole` lines are shown whole; of others `around` lines on both sides of each change. */
export type Context = { whole: number; around: number };

type Line = { n: number | null; mark: "+" | "-" | " "; text: string };

export function changeText({ path, before = null, after, isLink }: Changed, context: Context): string {
  const name = `## ${oneLine(path)}`;
  if (isLink) return `${name} (a link${after === null ? ", deleted" : ` to ${oneLine(after)}`})`;
  if (after === null) return `${name} (deleted, ${toLines(before ?? "").length} lines)`;
  if (after.includes("\u0000")) return `${name} (binary)`;
  return `${name}${before === null ? " (new)" : ""}\n${fence(shown(linesOf(before ?? "", after), context))}`;
}

/** A file nobody changed, under numbers. */
export function fileText(path: string, text: string): string {
  const lines = toLines(text).map((line, at): Line => ({ n: at + 1, mark: " ", text: line }));
  return `## ${oneLine(path)}\n${fence(shown(lines, { whole: Infinity, around: 0 }))}`;
}

function linesOf(before: string, after: string): Line[] {
  const lines = toLines(after);
  const out: Line[] = [];
  let at = 0;
  const keep = (to: number): void => {
    for (; at < to; at += 1) out.push({ n: at + 1, mark: " ", text: lines[at] ?? "" });
  };
  for (const { atNew, removed, added } of hunks(before, after)) {
    keep(atNew);
    out.push(...removed.map((text): Line => ({ n: null, mark: "-", text })));
    for (const text of added) out.push({ n: (at += 1), mark: "+", text });
  }
  keep(lines.length);
  return out;
}

function shown(lines: readonly Line[], context: Context): string {
  const isNear = near(lines, context);
  const width = `${lines.length}`.length;
  const out: string[] = [];
  let left = 0;
  for (const [at, { n, mark, text }] of lines.entries()) {
    if (!isNear(at)) {
      left += 1;
      continue;
    }
    if (left > 0) out.push(`… ${left} lines not shown`);
    left = 0;
    out.push(`${`${n ?? ""}`.padStart(width)} ${mark} ${text.replace(/\r?\n$/, "")}`.trimEnd());
  }
  if (left > 0) out.push(`… ${left} lines not shown`);
  return out.join("\n");
}

function near(lines: readonly Line[], { whole, around }: Context): (at: number) => boolean {
  const changed = lines.flatMap(({ mark }, at) => (mark === " " ? [] : [at]));
  if (lines.length <= whole || changed.length === 0) return () => true;
  const kept = new Set<number>();
  for (const at of changed) for (let d = -around; d <= around; d += 1) kept.add(at + d);
  return (at) => kept.has(at);
}
