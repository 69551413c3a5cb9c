/** `scope.md` as its sections, and which of its items concern which slices. */
import type { Slice } from "./order.ts";
import { parseName } from "./critics/names.ts";

export type Scope = {
  /** What stands before the first heading, and all other sections with their headings. */
  context: string;
  invariants: string;
  nonGoals: string;
  decisions: string[];
  assumptions: string[];
  rejected: string[];
};

const PARTS: Readonly<Record<string, keyof Scope>> = {
  context: "context",
  invariants: "invariants",
  "non-goals": "nonGoals",
  decisions: "decisions",
  assumptions: "assumptions",
  "rejected paths": "rejected",
};

export function parseScope(text: string): Scope {
  const found: Record<keyof Scope, string[]> = {
    ...{ context: [], invariants: [], nonGoals: [], decisions: [], assumptions: [], rejected: [] },
  };
  let part: keyof Scope = "context";
  for (const line of text.split(/\r\n?|\n/)) {
    const title = /^#{1,6}[ \t]+(.*)$/.exec(line)?.[1]?.trim();
    const named = title === undefined ? undefined : partNamed(title);
    part = named ?? (title === undefined ? part : "context");
    if (named === undefined) found[part].push(line);
  }
  const whole = (name: keyof Scope): string => found[name].join("\n").trim();
  return {
    ...{ context: whole("context"), invariants: whole("invariants"), nonGoals: whole("nonGoals") },
    decisions: items(found.decisions),
    assumptions: items(found.assumptions),
    rejected: items(found.rejected),
  };
}

const partNamed = (title: string): keyof Scope | undefined => {
  const name = title.toLowerCase();
  return Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
};

/** Items of a list, each on one line; what is no list is one item a paragraph. */
function items(lines: readonly string[]): string[] {
  const found: string[] = [];
  let open = false;
  for (const line of lines) {
    const item = /^[ \t]{0,3}[-*+][ \t]+(.*)$/.exec(line)?.[1];
    const text = (item ?? line).trim();
    if (text === "") open = false;
    else if (item !== undefined || !open) found.push(text);
    else found.push(`${found.pop() ?? ""} ${text}`);
    open = text !== "";
  }
  return found;
}

// ── Who is concerned ────────────────────────────────────────────────────────────────────────────────────────────────

/** What a text speaks of: `said` are names of code, told from plain words by code marks, spelling or a call. */
export type Mentions = {
  said: ReadonlySet<string>;
  ids: ReadonlySet<string>;
  paths: ReadonlySet<string>;
};

/** Longer texts are read so far. */
const READ = 20_000;
const NAME = /[A-Za-z_$][\w$]*/g;

export function mentions(text: string): Mentions {
  const head = text.slice(0, READ);
  const said = new Set<string>();
  for (const [, marked = ""] of head.matchAll(/`([^`\n]{1,200})`/g)) {
    const { owner, symbol } = parseName(marked) ?? { owner: null, symbol: null };
    for (const name of [...(owner?.split(/[.:#]+/) ?? []), symbol]) if (name) said.add(name);
  }
  for (const { 0: name, index } of head.matchAll(NAME))
    if (isCodeWord(name) || head[index + name.length] === "(") said.add(name);
  const ids = new Set<string>();
  for (const [, list = ""] of head.matchAll(/\b(?:slice|task)s?[ \t]+([\w., \t-]{1,200})/gi))
    for (const id of list.split(/[\s,]+|\.(?!\w)/)) ids.add(id);
  const paths = new Set<string>();
  for (const [word] of head.matchAll(/[\w@.*/-]+/g)) {
    const path = word
      .slice(0, 500)
      .replace(/^(?:\.?\/)+/, "")
      .replace(/[./]+$/, "");
    if (/[./]/.test(path)) for (const one of upwards(path)) paths.add(one);
  }
  return { said, ids, paths };
}

/** parseLimit, MAX_SIZE, sha256: no word of a language. */
export const isCodeWord = (name: string): boolean => /[A-Z_$\d]/.test(name.slice(1)) && /[a-z]|_/.test(name);

/** A path with its folders and its own name: "src/a/b.ts" is "src/a/b.ts", "src/a", "src", "b.ts". */
function upwards(path: string): string[] {
  const parts = path.split("/").slice(0, 20);
  return [...parts.map((_, at) => parts.slice(0, at + 1).join("/")), parts.at(-1) ?? ""];
}

/** What a slice is known by: its id, its files, its names. */
type Marks = { id: string | null; paths: readonly string[]; names: readonly string[] };

const makes = ({ id, writes, produces }: Slice): Marks => ({ id, ...marks(writes, produces) });
const takes = ({ reads, consumes }: Slice): Marks => ({ id: null, ...marks(reads, consumes) });

function marks(globs: readonly string[], entries: readonly string[]): Pick<Marks, "paths" | "names"> {
  const named = entries.flatMap((entry) => parseName(entry) ?? []);
  const paths = [...globs.map(literalPart), ...named.flatMap(({ path }) => path ?? [])].filter(
    (one) => one !== "",
  );
  const own = paths.flatMap((path) => (/\.\w+$/.test(path) ? (path.split("/").at(-1) ?? []) : []));
  return { paths: [...paths, ...own], names: named.flatMap(({ symbol }) => symbol ?? []) };
}

/** "src/cli/**" is "src/cli"; what starts with a wildcard names nothing. */
function literalPart(glob: string): string {
  const parts = glob.split("/").filter((part) => part !== "" && part !== ".");
  const wild = parts.findIndex((part) => /[*?{]/.test(part));
  return (wild < 0 ? parts : parts.slice(0, wild)).join("/");
}

const meets = ({ said, ids, paths }: Mentions, { id, paths: files, names }: Marks): boolean =>
  (id !== null && ids.has(id)) ||
  files.some((path) => paths.has(path)) ||
  names.some((name) => said.has(name));

const touches = (said: Mentions, slice: Slice): boolean =>
  meets(said, makes(slice)) || meets(said, takes(slice));

/** Names the slice, one of its files, or what it makes or uses. */
export const concerns = (text: string, slice: Slice): boolean => touches(mentions(text), slice);

/** Of a longer list the rest concerns everybody. */
const SORTED = 500;

/** `all` are the items that speak of nothing that a slice of the order makes; `own` those of the others that concern this one. */
export function sortItems(
  list: readonly string[],
  slice: Slice,
  slices: readonly Slice[],
): { all: string[]; own: string[] } {
  const makers = list.length === 0 ? [] : slices.map(makes);
  const all: string[] = [];
  const own: string[] = [];
  for (const [at, item] of list.entries()) {
    const said = mentions(at < SORTED ? item : "");
    if (!makers.some((one) => meets(said, one))) all.push(item);
    else if (touches(said, slice)) own.push(item);
  }
  return { all, own };
}
