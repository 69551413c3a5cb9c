/** Names in `consumes` and `produces`: "src/limit.js#parseLimit(argv: string[]): number", "Limit.parse", "src/limit.js". */
import type { Slice } from "../order.ts";

/**
 * What an entry names. `symbol` is its last part ("save" of "Store.save"), `owner` what stands before it; both are null
 * for a file alone. Null altogether for prose, of which nothing can be said but that two texts are equal.
 */
export type Name = { path: string | null; owner: string | null; symbol: string | null };

/** An entry is at most a line. What is longer is prose. */
const LONGEST = 500;
const KEYWORDS =
  /^(?:(?:export|default|declare|async|public|private|protected|static|abstract|final|pub|function|class|interface|type|const|let|var|val|enum|def|fn|func|fun|struct|trait|impl|module|namespace|method)\s+)+/;
const SYMBOL = /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*){0,8}[!?]?$/u;
const PATH = /^[^\s()<>:;,#]*$/;
const EXTENSION = /[^/]\.[a-z][a-z0-9]{0,5}$/;

const isPath = (text: string): boolean => PATH.test(text) && (text.includes("/") || EXTENSION.test(text));

export function parseName(entry: string): Name | null {
  if (entry.length > LONGEST || isDependency(entry)) return null;
  const text = entry.trim();
  const hash = text.indexOf("#");
  const left = hash > 0 ? text.slice(0, hash) : "";
  if (isPath(left)) {
    const symbol = symbolOf(text.slice(hash + 1));
    return symbol && { path: cleaned(left), ...symbol };
  }
  const [, folder, exported] = IN_PACKAGE.exec(text) ?? [];
  if (folder !== undefined && exported !== undefined) {
    const symbol = symbolOf(exported);
    return symbol && { path: cleaned(folder), ...symbol };
  }
  if (isPath(text) && (text.includes("/") || SOURCE.test(text)))
    return { path: cleaned(text), owner: null, symbol: null };
  const symbol = symbolOf(text);
  return symbol && { path: null, ...symbol };
}

/** "internal/limit.New(rate int)", as Go names what a package exports. */
const IN_PACKAGE = /^((?:[\w.-]+\/)+[\w-]+)\.([A-Z].*)$/;

/** "dependency: zod", "npm package zod", "package.json#dependencies.zod" */
const DEPENDENCY =
  /^(?:(?:npm |pypi |dev )?(?:dependency|package|crate|module)[\s:]+|(?:npm|pypi|crate):|(?:[\w./-]*\/)?package\.json#(?:(?:devD|d)ependencies[./])?)(@?[\w./-]+)$/i;
const isDependency = (entry: string): boolean => DEPENDENCY.test(entry);
/** The package an entry says is added; null when it names something else. */
export const dependencyOf = (entry: string): string | null =>
  entry.length > LONGEST ? null : (DEPENDENCY.exec(entry.trim())?.[1] ?? null);

/** A file's name without a folder is told from "Store.save" by its ending. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|cs|c|h|cc|cpp|hpp|php|rb|swift|sh|json|md|ya?ml|toml|css|html|sql|txt|svg|vue|svelte)$/;

const cleaned = (path: string): string => path.replace(/^\.\//, "");

function symbolOf(text: string): { owner: string | null; symbol: string } | null {
  const name = /^[^\s(<:=]*(?:::[^\s(<:=]+)*/.exec(text.trim().replace(KEYWORDS, ""))?.[0] ?? "";
  const rest = text.trim().replace(KEYWORDS, "").slice(name.length).trim();
  // After a name comes its signature or nothing; a word after it makes prose of it.
  if (!SYMBOL.test(name) || !/^($|[(<:={[]|->)/.test(rest)) return null;
  const parts = name.split(/\.|::|#/);
  const symbol = parts.pop() ?? name;
  return { owner: parts.length === 0 ? null : parts.join("."), symbol };
}

/** Whether two entries can mean the same thing: what only one of them says does not tell them apart. */
export const isSameName = (a: Name, b: Name): boolean =>
  a.symbol === b.symbol &&
  (a.owner === null || b.owner === null || isSameOwner(a.owner, b.owner)) &&
  (a.path === null || b.path === null || isSamePlace(a.path, b.path));

const isSameOwner = (a: string, b: string): boolean => a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);

/** A module may be named by its file, by its file without the ending, or by its folder. */
export const isSamePlace = (a: string, b: string): boolean =>
  bare(a) === bare(b) || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
const bare = (path: string): string => path.replace(/\.[a-z]+$/, "");

export type Named = { at: number; entry: string; name: Name | null };
/** Entries of `consumes` or `produces` by symbol; a file alone by its path, prose by its text. */
export type Index = ReadonlyMap<string, readonly Named[]>;

export const keyOf = (entry: string, name: Name | null): string =>
  name?.symbol ?? name?.path ?? `= ${entry.trim().toLowerCase()}`;

export function indexOf(slices: readonly Slice[], list: "consumes" | "produces"): Index {
  const found = new Map<string, Named[]>();
  for (const [at, slice] of slices.entries())
    for (const entry of new Set(slice[list])) {
      const name = parseName(entry);
      const key = keyOf(entry, name);
      const others = found.get(key);
      if (others) others.push({ at, entry, name });
      else found.set(key, [{ at, entry, name }]);
    }
  return found;
}

/** The names whose definitions the critics want to know. */
export function namesIn(slices: readonly Pick<Slice, "consumes" | "produces">[]): string[] {
  const names = slices
    .flatMap(({ consumes, produces }) => [...consumes, ...produces])
    .flatMap((entry) => parseName(entry)?.symbol ?? []);
  return [...new Set(names)];
}
