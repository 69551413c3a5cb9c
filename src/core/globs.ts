/** Write sets: which paths a list of globs names, and whether two lists can name the same one. */
import picomatch from "picomatch";

const OPTIONS = { dot: true, nonegate: true, strictSlashes: true } as const;

/** A predicate over workspace-relative paths with "/" between parts. A bare folder name stands for all that is in it. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map((glob) =>
    picomatch(isPlain(glob) ? [escaped(glob), `${escaped(trimmed(glob))}/**`] : glob, OPTIONS),
  );
  return (path) => tests.some((test) => test(path));
}

const MAGIC = /[*?[\]{}()!+@|]/;
/** Square and round brackets are legal in file names (Next.js routes), so a glob is one only with * or ? or braces. */
const isPlain = (glob: string): boolean => !/[*?{]/.test(glob);
const escaped = (path: string): string => path.replace(/[[\](){}!+@|*?\\]/g, "\\$&");
const trimmed = (glob: string): string => glob.replace(/\/+$/, "");

/** The folder below which everything lies that a glob can name. */
const fixedPart = (glob: string): string => {
  const parts = glob.split("/");
  const magic = parts.findIndex((part) => MAGIC.test(part));
  return (magic < 0 ? parts : parts.slice(0, magic)).join("/");
};

const within = (inner: string, outer: string): boolean =>
  outer === "" || inner === outer || inner.startsWith(`${outer}/`);

function pairOverlaps(a: string, b: string): boolean {
  if (isPlain(a))
    return (
      matcher([b])(trimmed(a)) || (isPlain(b) && matcher([a])(trimmed(b))) || within(fixedPart(b), trimmed(a))
    );
  if (isPlain(b)) return pairOverlaps(b, a);
  return within(fixedPart(a), fixedPart(b)) || within(fixedPart(b), fixedPart(a));
}

/** Never misses an overlap; two globs that only might overlap count as overlapping. */
export const overlap = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.some((other) => pairOverlaps(one, other)));
