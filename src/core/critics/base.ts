/** The base tree's paths, for the questions critics ask of them. Trees are large and globs untrusted: work is bounded. */
import { matcher } from "../globs.ts";

export type Base = {
  /** A file or folder of the tree; also what stands behind a link or in a folder that git usually ignores. */
  has(path: string): boolean;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** A file whose path ends with this one's parts; null when there is none. */
  endingWith(path: string): string | null;
  /** How many files a glob or folder names, counted up to `most`; null when it would take too long to say. */
  count(glob: string, most: number): number | null;
};

/** Questions of globs to paths for one plan: some tenths of a second. */
const QUESTIONS = 50_000;

/** Whether git usually does not list a path that is there: nothing can be said of it. */
export const isUnlisted = (path: string): boolean => UNLISTED.test(path);

/** What is installed or built, and the order's own files: there, or there in time, though git does not list it. */
const UNLISTED =
  /(^|\/)(node_modules|bower_components|\.slicewise|\.venv|venv|vendor|dist|build|out|target|coverage|__pycache__|\.next|\.cache|tmp)(\/|$)|(^|\/)\.env(\.|$)/;

export function baseOf(files: readonly string[]): Base {
  const all = new Set(files);
  const sorted = isSorted(files) ? files : files.toSorted(byCode);
  let names: Map<string, string[]> | null = null;
  const counted = new Map<string, number | null>();
  const work = { left: QUESTIONS };
  const below = (folder: string, most: number): number => {
    const first = firstFrom(sorted, folder);
    let at = first;
    while (at - first < most && (sorted[at]?.startsWith(folder) ?? false)) at += 1;
    return at - first;
  };
  return {
    isFile: (path) => all.has(path),
    isFolder: (path) => below(`${path}/`, 1) > 0,
    has: (given) => {
      const path = given.replace(/\/+$/, "");
      return (
        path === "" ||
        path === "." ||
        all.has(path) ||
        isUnlisted(path) ||
        below(`${path}/`, 1) > 0 ||
        isBehind(path, all)
      );
    },
    endingWith: (path) => {
      names ??= byLastPart(files);
      return names.get(lastOf(path))?.find((file) => file === path || file.endsWith(`/${path}`)) ?? null;
    },
    count: (given, most) => {
      const glob = given.replace(/^(\.\/)+|^\.$/, "");
      if (glob === "") return Math.min(most, sorted.length);
      if (!/[*?{]/.test(glob)) return all.has(glob) ? 1 : below(`${glob.replace(/\/+$/, "")}/`, most);
      const key = `${most} ${glob}`;
      const known = counted.get(key);
      if (known !== undefined) return known;
      const found = countIn(sorted, glob, most, work);
      counted.set(key, found);
      return found;
    },
  };
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function byLastPart(files: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const others = names.get(lastOf(file));
    if (others) others.push(file);
    else names.set(lastOf(file), [file]);
  }
  return names;
}

/** A link or a submodule is listed as a file, and what is behind it is not. */
function isBehind(path: string, all: ReadonlySet<string>): boolean {
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1))
    if (all.has(path.slice(0, at))) return true;
  return false;
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isSorted = (files: readonly string[]): boolean =>
  files.every((file, at) => at === 0 || (files[at - 1] ?? "") <= file);

function firstFrom(sorted: readonly string[], path: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Only files with the glob's plain beginning and end are asked. */
function countIn(
  sorted: readonly string[],
  glob: string,
  most: number,
  work: { left: number },
): number | null {
  const start = /^[^*?{]*/.exec(glob)?.[0] ?? "";
  const end = /[^*?{}/,]*$/.exec(glob)?.[0] ?? "";
  const matches = matcher([glob]);
  let found = 0;
  for (let at = firstFrom(sorted, start); at < sorted.length && found < most; at += 1) {
    const file = sorted[at] ?? "";
    if (!file.startsWith(start)) break;
    if (!file.endsWith(end)) continue;
    if ((work.left -= 1) < 0) return null;
    if (matches(file)) found += 1;
  }
  return found;
}
