/** scope.md as sections under headings. Pure; what a person wrote is never changed, only added to. */

/** Its text is `[body, end)`, offsets into the whole. */
type Section = { title: string; body: number; end: number };

const HEADING = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Sections from heading to heading, of any level; a "#" in a code block is none, unless that block never ends. */
const sectionsOf = (text: string): Section[] => scan(text, "skip") ?? scan(text, "read") ?? [];

/** Null when a code block that was to be skipped does not end. */
function scan(text: string, code: "skip" | "read"): Section[] | null {
  const found: Section[] = [];
  let fence = "";
  let at = 0;
  for (const line of text.split("\n")) {
    const next = Math.min(at + line.length + 1, text.length);
    const bare = line.trimEnd();
    const mark = code === "skip" ? (FENCE.exec(bare)?.[1] ?? "") : "";
    if (fence !== "") fence = mark.startsWith(fence) && bare.trim() === mark ? "" : fence;
    else if (mark !== "") fence = mark;
    else {
      const title = HEADING.exec(bare.slice(0, 200))?.[1];
      const last = found.at(-1);
      if (title !== undefined && last !== undefined) last.end = at;
      if (title !== undefined) found.push({ title: title.trim(), body: next, end: text.length });
    }
    at = next;
  }
  return fence === "" ? found : null;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const sectionIn = (text: string, title: string): Section | undefined =>
  sectionsOf(text).find((one) => same(one.title, title));

const inLinesOf = (whole: string, text: string): string =>
  text.replace(/\r?\n/g, whole.includes("\r\n") ? "\r\n" : "\n");
const ended = (text: string): string =>
  text === "" || text.endsWith("\n") ? text : `${text}${inLinesOf(text, "\n")}`;

/** A section with this text at the end of the whole. */
function withSection(whole: string, title: string, text: string): string {
  const before = ended(whole);
  const gap = before.trim() === "" || /\n\r?\n$/.test(before) ? "" : "\n";
  return before + inLinesOf(whole, `${gap}## ${title}\n${text.trim()}\n`);
}

/** The text put behind what a section holds. */
function withinSection(whole: string, { body, end }: Section, text: string): string {
  const kept = whole.slice(body, end).trimEnd();
  const head = ended(whole.slice(0, body + kept.length));
  const rest = whole.slice(body + kept.length);
  const tail = kept === "" ? rest.replace(/^(\r?\n)+/, "$1") : rest.replace(/^\r?\n/, "");
  return head + inLinesOf(whole, ended(text)) + tail;
}

/** The lines as list items under a heading, which is added when it is missing; one that stands there already is not. */
export function addItems(whole: string, title: string, items: readonly string[]): string {
  const section = sectionIn(whole, title);
  const known = new Set(
    section === undefined ? [] : whole.slice(section.body, section.end).split("\n").map(itemOf),
  );
  const fresh = [...new Set(items.map(itemOf))].filter((item) => item !== "" && !known.has(item));
  if (fresh.length === 0) return whole;
  const text = fresh.map((item) => `- ${item}\n`).join("");
  return section === undefined ? withSection(whole, title, text) : withinSection(whole, section, text);
}

/** On one line, so that nothing in it can begin a heading. */
const itemOf = (line: string): string =>
  line
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[-*] +/, "");

/** What a person began, with the planned sections it lacks; one that is only a heading is filled. */
export function completeScope(begun: string, planned: string): string {
  if (begun.trim() === "") return planned;
  return sectionsOf(planned).reduce((whole, { title, body, end }) => {
    const text = planned.slice(body, end);
    const section = sectionIn(whole, title);
    if (section === undefined) return withSection(whole, title, text);
    const isEmpty = whole.slice(section.body, section.end).trim() === "";
    return isEmpty && text.trim() !== "" ? withinSection(whole, section, `${text.trim()}\n`) : whole;
  }, begun);
}

/** A person's rules, with the planned ones that do not stand there yet. */
export function completeRules(begun: string, planned: string): string {
  if (begun.trim() === "") return planned;
  const known = new Set(begun.split("\n").map(itemOf));
  const fresh = planned.split("\n").filter((line) => line.trim() !== "" && !known.has(itemOf(line)));
  return fresh.length === 0 ? begun : ended(begun) + inLinesOf(begun, `${fresh.join("\n")}\n`);
}
