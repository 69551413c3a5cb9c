/** Texts that are not ours, set into ours so that they cannot pass for ours. */

const BREAKS = /\r\n?|[\u2028\u2029\u0085\v\f]/g;
const HEADING = /^( {0,3}#{1,4})(?=\s|#|$)/gm;
/** Further in, a fence is one or not by what stands above it: nobody shall have to tell. */
const INDENTED = /^(?! {0,3}[`~])[^\S\n]+(?=`{3}|~{3})/gm;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** A fence longer than any run of backticks inside, so that a file cannot close it. */
export function fence(text: string): string {
  const longest = Math.max(2, longestRun(text, /`{3,}/g));
  const bar = "`".repeat(longest + 1);
  return `${bar}\n${text.replace(/\n$/, "")}\n${bar}`;
}

const hasBreak = (text: string): boolean => text.replace(BREAKS, "\n").includes("\n");

/** One line behind words of ours as it is, more of them in a fence below. */
export const quoted = (text: string): string =>
  hasBreak(text.trim()) ? `\n${fence(text)}` : ` ${text.trim()}`;

/** Prose under a heading of ours: its own headings stand below ours, and a fence it leaves open is closed. */
export function prose(text: string): string {
  const plain = text.trim().replace(BREAKS, "\n").replace(INDENTED, "   ");
  const lines = plain.replace(HEADING, "##$1").split("\n");
  const open = openFence(lines);
  return open === null ? lines.join("\n") : [...lines, open].join("\n");
}

function openFence(lines: readonly string[]): string | null {
  let open: string | null = null;
  for (const line of lines) {
    const [, bar, rest = ""] = FENCE.exec(line) ?? [];
    if (bar === undefined) continue;
    if (open === null) open = bar;
    else if (bar.startsWith(open) && rest.trim() === "") open = null;
  }
  return open;
}

/** For lists and headings: a name or a sentence may hold line breaks, too. */
export const oneLine = (text: string): string => text.replace(BREAKS, " ").replace(/\s+/g, " ").trim();

/** As code within a line, its marks longer than any in it; several lines in a fence. Never stands at the start of a line. */
export function code(given: string): string {
  const text = given.trim();
  if (hasBreak(text)) return `\n${fence(text)}`;
  const longest = longestRun(text, /`+/g);
  const marks = "`".repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${marks} ${text} ${marks}`;
}

function longestRun(text: string, runs: RegExp): number {
  let longest = 0;
  for (const [run] of text.matchAll(runs)) longest = Math.max(longest, run.length);
  return longest;
}
