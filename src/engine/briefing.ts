/** The exact text an attempt starts from, made of data: pure, bounded, the stable first and the volatile last. */
import { type Promised, promise, isSameSignature } from "../core/promise.ts";
import { type Mentions, type Scope, concerns, isCodeWord, mentions, sortItems } from "../core/scope.ts";
import type { Check, Slice } from "../core/order.ts";
import type { SliceState } from "../core/state.ts";
import { type SourceFile, excerpts } from "./excerpt.ts";
import type { TeamRules } from "./ports.ts";
import { type Tried, triedText } from "./prompts.ts";
import { code, oneLine, prose } from "./quote.ts";
import { clipped, tokens } from "./tokens.ts";

/** Something that the slice uses, as it was planned and as it stands in the tree; null when it does not stand there (yet). */
export type Use = { entry: string; planned: string | null; real: string | null; landed: boolean };

export type BriefingInput = {
  slice: Slice;
  /** All of the order: what speaks of another slice is not for this one. */
  slices: readonly Slice[];
  /** The order's own rules; the team's, by folder. */
  rules: string;
  team: readonly TeamRules[];
  scope: Scope;
  uses: readonly Use[];
  /** The important first: what the slice writes, what it reads, where that stands which it uses. */
  files: readonly SourceFile[];
  /** Paths it may read, too, and that were not even looked at. */
  further: readonly string[];
  /** Paths ruled out since the plan was made, with the reason. */
  rejected: readonly string[];
  tried: readonly Tried[];
};

/** `shared` is the same for every slice of the order, "" when there is nothing to share; `own` is the slice's. */
export type Briefing = { shared: string; own: string };

/** Tokens of both parts together. A slice of class C4 has more to weigh. */
const MOST: Record<Slice["class"], number> = { C1: 4000, C2: 4000, C3: 4000, C4: 8000 };
export const mostTokens = (slice: Pick<Slice, "class">): number => MOST[slice.class];
/** Of what slices share, whatever their class: it has to be the same for all of them. */
const SHARED = 1400;
/** Kept free for what attempts find out, so that the parts before it do not depend on how many there were. */
const FOR_EVIDENCE = 800;
const FOR_REJECTED = 200;
/** Of the seams between sections, and of the message around them. */
const SEAMS = 20;

export function briefing(input: BriefingInput): Briefing {
  const shared = sharedPart(input);
  const own = ownPart(input, mostTokens(input.slice) - tokens(shared) - SEAMS);
  return { shared, own };
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

/** Renders the text in at most so many tokens, or says in them what was left out. */
type Section = (most: number) => string;

const text =
  (title: string, body: string): Section =>
  (most) => {
    if (body.trim() === "") return "";
    // Prose set under ours can be longer than it was, and a cut may open a fence that has to be closed.
    for (let room = most - tokens(title) - 1; room > 0; room = Math.floor(room * 0.8) - 1) {
      const rest = clipped(body.trim(), room);
      const shown = rest === "" ? "" : joinedLines(title, prose(rest));
      if (tokens(shown) <= most) return shown;
    }
    return "";
  };

const joinedLines = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");
const within =
  (limit: number, section: Section): Section =>
  (most) =>
    section(Math.min(limit, most));

/** Gives the sections what they need, in their order of importance, until the tokens are used up; returns them as given. */
function allot(sections: readonly { rank: number; section: Section }[], most: number): string[] {
  let left = most;
  const texts = sections.map(() => "");
  const ranked = [...sections.keys()].sort((a, b) => (sections[a]?.rank ?? 0) - (sections[b]?.rank ?? 0));
  for (const at of ranked) {
    const shown = sections[at]?.section(Math.max(0, Math.floor(left))) ?? "";
    texts[at] = shown;
    left -= shown === "" ? 0 : tokens(shown) + 2;
  }
  return texts;
}

// ── What all slices share ───────────────────────────────────────────────────────────────────────────────────────────

const OWN_RULES = ".slicewise/rules.md";

function sharedPart({ slice, slices, rules, team, scope }: BriefingInput): string {
  const roots = unique(team.filter(({ folder }) => folder === ""));
  const all = (items: readonly string[]): string => list(sortItems(items, slice, slices).all);
  const ruleParts = [
    ...roots.map((one) => ({
      rank: one.path === OWN_RULES ? 2 : 6,
      section: text(`From ${oneLine(one.path)}:`, one.text),
    })),
    { rank: 1, section: text("", rules) },
  ];
  const scopeParts = [
    { rank: 8, section: text("## Context", scope.context) },
    { rank: 3, section: text("## Invariants", scope.invariants) },
    { rank: 5, section: text("## Non-goals", scope.nonGoals) },
    { rank: 4, section: text("## Decisions", all(scope.decisions)) },
    { rank: 7, section: text("## Assumptions", all(scope.assumptions)) },
  ];
  const texts = allot([...ruleParts, ...scopeParts], SHARED - SEAMS);
  const under = (title: string, parts: readonly string[]): string => {
    const body = joined(parts.map((part) => part.trim()));
    return body === "" ? "" : `${title}\n${body}`;
  };
  return joined([
    under("# Rules", texts.slice(0, ruleParts.length)),
    under("# Scope", texts.slice(ruleParts.length)),
  ]);
}

/** AGENTS.md and CLAUDE.md are often one text. */
const unique = (rules: readonly TeamRules[]): TeamRules[] =>
  rules.filter(({ text: body }, at) => rules.findIndex((other) => other.text.trim() === body.trim()) === at);

const list = (items: readonly string[]): string => items.map((item) => `- ${oneLine(item)}`).join("\n");

// ── The slice's own part ────────────────────────────────────────────────────────────────────────────────────────────

function ownPart(input: BriefingInput, most: number): string {
  const { tried } = input;
  const headText = joined(headParts(input, most));
  let left = most - tokens(headText) - SEAMS;
  const evidence = Math.min(FOR_EVIDENCE, left);
  const files = fileParts(input, left - evidence);
  left -= tokens(files) + 2;
  const rejected = lines("# Rejected paths", rejectedFor(input).map(item))(Math.min(FOR_REJECTED, left));
  left -= tokens(rejected) + 2;
  return joined([headText, files, rejected, triedPart(tried, left)]);
}

/** Objective, boundary and checks have all the room they need; only what fits into no briefing at all is cut. */
function headParts(input: BriefingInput, most: number): string[] {
  const { slice, scope, slices, uses } = input;
  const own = (items: readonly string[]): string[] => sortItems(items, slice, slices).own;
  const heading = `# Task ${slice.id}: ${oneLine(slice.title)}`;
  const body = text(heading, slice.body.trim() || slice.title.trim() || slice.id);
  // Whatever else there is no room for, what the task is called is said.
  const objective: Section = (room) => body(room) || heading;
  const boundary = line("May write: ", slice.writes.map(oneLine), ", ");
  const checks = lines("Checks:", slice.checks.map(checkLine));
  const essential = joined([objective, boundary, checks].map((section) => section(most)));
  const share = essential.length / 16 < most && tokens(essential) + SEAMS <= most ? most : most / 4;
  const rules = foldersRules(input).map((one) =>
    text(`# Rules of ${oneLine(one.folder)} (${oneLine(one.path)})`, one.text),
  );
  return allot(
    [
      { rank: 3, section: objective },
      { rank: 1, section: within(share, boundary) },
      { rank: 4, section: within(most / 8, line("Must produce: ", slice.produces.map(oneLine), "; ")) },
      { rank: 5, section: within(most / 6, lines("Uses:", uses.map(useLine))) },
      { rank: 2, section: within(share, checks) },
      {
        rank: 6,
        section: within(
          most / 8,
          lines("Decided:", [...own(scope.decisions), ...own(scope.assumptions)].map(item)),
        ),
      },
      ...rules.map((section) => ({ rank: 7, section: within(most / 6, section) })),
    ],
    most - SEAMS,
  );
}

const item = (sentence: string): string => `- ${oneLine(sentence)}`;

/** Names behind a word of ours on one line. */
const line =
  (title: string, names: readonly string[], seam: string): Section =>
  (most) =>
    names.length === 0 ? "" : fill(title, names, seam, most);

const lines =
  (title: string, all: readonly string[]): Section =>
  (most) =>
    all.length === 0 ? "" : fill(`${title}\n`, all, "\n", most);

const MORE_TOKENS = 12;
/** As many as fit, the first of them cut if it must be, and how many more there are. */
function fill(title: string, all: readonly string[], seam: string, most: number): string {
  const room = most - tokens(title) - MORE_TOKENS;
  if (room < MORE_TOKENS) return "";
  const kept: string[] = [];
  let left = room;
  for (const one of all) {
    const fits = tokens(one) + 1 <= left;
    if (!fits && kept.length > 0) break;
    kept.push(fits ? one : cutLine(one, left - 1));
    left -= tokens(one) + 1;
  }
  const rest = all.length - kept.length;
  return title + [...kept, ...(rest > 0 ? [`[${rest} more left out]`] : [])].join(seam);
}

/** On one line: a fence that lost its end would swallow what follows. */
function cutLine(words: string, most: number): string {
  let cut = oneLine(words)
    .slice(0, most * 16)
    .replaceAll("```", "");
  while (tokens(`${cut} […]`) > most && cut !== "") cut = cut.slice(0, Math.floor(cut.length * 0.8));
  return `${cut} […]`;
}

const checkLine = (check: Check): string => {
  if ("run" in check) return `- ${code(check.run)}`;
  return "script" in check
    ? `- verification function ${oneLine(check.script)}`
    : `- ${oneLine(check.expect)}`;
};

/** What really landed replaces what was planned. */
function useLine({ entry, planned, real, landed }: Use): string {
  const { path, name }: Promised = promise(entry);
  const plan = planned === null ? entry : `${path === null ? "" : `${path}#`}${name ?? ""}${planned}`;
  if (real === null)
    return `- ${oneLine(plan)}${landed && name !== null ? " (as planned; not found where it landed)" : ""}`;
  const differs = planned !== null && !isSameSignature(real, `${name ?? ""}${planned}`);
  return `- ${path === null ? "" : `${oneLine(path)}: `}${code(oneLine(real))}${differs && landed ? " (as landed)" : ""}`;
}

/** Rules of folders in which the slice reads or writes. */
function foldersRules({ slice, team, files }: BriefingInput): TeamRules[] {
  const paths = [...slice.writes, ...slice.reads, ...files.map(({ path }) => path)];
  return unique(
    team.filter(
      ({ folder }) => folder !== "" && paths.some((path) => path.startsWith(`${folder.replace(/\/$/, "")}/`)),
    ),
  );
}

const NAMED = 20;
function fileParts({ slice, files, further }: BriefingInput, most: number): string {
  const { shown, unshown } = excerpts(files, wantedBy(slice), most - 60);
  const names = [...unshown, ...further].map(oneLine);
  const rest =
    names.length === 0
      ? ""
      : `Not shown: ${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ""}`;
  const body = joined(shown);
  const left = most - tokens(body) - 2;
  const short = tokens(rest) <= left ? rest : `[${names.length} more files not shown: use list and read]`;
  return joined([body, tokens(short) <= left ? short : ""]);
}

/** The names that say which parts of a file the slice is about. Of a command's words only those that can be no other. */
export function wantedBy({ title, body, checks, produces, consumes }: Slice): Mentions {
  const criteria = checks.flatMap((check) => ("expect" in check ? check.expect : []));
  const commands = checks.flatMap((check) =>
    "run" in check ? [...mentions(check.run).said].filter(isCodeWord) : [],
  );
  const promised = [...produces, ...consumes].flatMap((entry) => promise(entry).name ?? []);
  const words = mentions([title, ...criteria, body].join("\n"));
  return { ...words, said: new Set([...words.said, ...commands, ...promised]) };
}

// ── Evidence ────────────────────────────────────────────────────────────────────────────────────────────────────────

const REJECTED_CHARS = 400;

function rejectedFor({ slice, slices, scope, rejected }: BriefingInput): string[] {
  const once = [...new Set([...scope.rejected, ...rejected].map(oneLine))];
  const { own, all } = sortItems(once, slice, slices);
  return [...own, ...all].map((one) => one.slice(0, REJECTED_CHARS));
}

/** What the attempts of other slices ruled out, where it names a file or a name of this one. */
export function ruledOutBeside(slice: Slice, states: readonly SliceState[]): string[] {
  return states
    .filter((state) => state.slice.id !== slice.id)
    .flatMap(({ slice: other, attempts }) =>
      attempts.flatMap(({ rejected, fault }) => [
        ...(rejected ? [`Slice ${other.id} was rejected: ${rejected}`] : []),
        ...(fault?.kind === "blocked" ? [`Slice ${other.id}: ${fault.message}`] : []),
      ]),
    )
    .filter((sentence) => concerns(sentence, slice));
}

const LEAST_TRIED = 60;
/**
 * Oldest first, each with at most a third of the room that is left: what an attempt is told of the ones before it stays the
 * same, byte for byte, when there are more of them.
 */
function triedPart(tried: readonly Tried[], most: number): string {
  const title = "# Already tried, and failed";
  const texts: string[] = [];
  let left = most - tokens(title) - MORE_TOKENS;
  for (const one of tried) {
    const shown = triedText(one, Math.max(LEAST_TRIED, Math.floor(left / 3)));
    if (tokens(shown) + 1 > left) break;
    texts.push(shown);
    left -= tokens(shown) + 1;
  }
  const rest = tried.length - texts.length;
  if (tried.length === 0 || most < LEAST_TRIED) return "";
  return [title, ...texts, ...(rest > 0 ? [`[${rest} more attempts left out]`] : [])].join("\n");
}
