/**
 * Write sets: which paths a list of globs names, and whether two lists can name the same one. `*` and `?` stand for
 * characters of one part, `**` for any parts, `{a,b}` for either; everything else is itself, because brackets are legal
 * in file names (Next.js routes). Plans are untrusted: what takes more than a bounded number of comparisons names nothing,
 * and may overlap with everything.
 */

/** A glob longer than this, or with more alternatives in braces, names nothing and may overlap with everything. */
const LENGTH = 1000;
const ALTERNATIVES = 200;
/** Of a whole list, with its alternatives written out; a longer list is beyond the limits, too. */
const CHARACTERS = 100_000;

/** Comparisons of characters or parts for one question: milliseconds. An ordinary write set takes some hundreds. */
const WORK = 200_000;
/** What many questions may take together. */
export type Work = { left: number };

/** Characters as their codes, and these two. */
const MANY = -1;
const ANY = -2;
type Part = { deep: boolean; chars: readonly number[]; literal: string | null };
type Path = readonly Part[];
/** The alternatives a list of globs stands for; null when one of its globs is beyond the limits. */
export type Globs = { paths: readonly Path[]; beyond: boolean };

const codes = (text: string): number[] => Array.from(text, (_, at) => text.charCodeAt(at));
const literal = (text: string): Part => ({ deep: false, chars: codes(text), literal: text });
const DEEP: Part = { deep: true, chars: [], literal: null };
const ANYTHING: Part = { deep: false, chars: [MANY], literal: null };

function part(text: string): Part {
  if (text === "**") return DEEP;
  if (!/[*?]/.test(text)) return literal(text);
  const chars = text.split("").map((char) => (char === "*" ? MANY : char === "?" ? ANY : char.charCodeAt(0)));
  return { deep: false, chars, literal: null };
}

/** Innermost braces with a comma in them; others are characters of a name. */
const BRACES = /\{([^{}]*,[^{}]*)\}/;

/** A glob with its braces written out; null when it is beyond the limits. */
export function expanded(glob: string): string[] | null {
  if (glob.length > LENGTH) return null;
  const whole: string[] = [];
  const open = [glob];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const braces = BRACES.exec(one);
    if (braces) {
      const [before, after] = [one.slice(0, braces.index), one.slice(braces.index + braces[0].length)];
      open.push(...(braces[1] ?? "").split(",").map((choice) => before + choice + after));
    } else whole.push(one);
    if (whole.length + open.length > ALTERNATIVES) return null;
  }
  return whole;
}

const split = (path: string): string[] => path.split("/").filter((one) => one !== "" && one !== ".");

/** A name without wildcards is a file, or a folder that stands for all that is in it. */
function pathsOf(glob: string): Path[] {
  const parts = split(glob).map(part);
  const below = [...parts, DEEP, ANYTHING];
  if (glob.endsWith("/") || parts.at(-1)?.deep) return [below];
  return parts.every((one) => one.literal !== null) ? [parts, below] : [parts];
}

export function compile(globs: readonly string[]): Globs {
  const whole: string[] = [];
  let beyond = false;
  let characters = 0;
  for (const glob of globs) {
    const alternatives = characters > CHARACTERS ? null : expanded(glob);
    beyond ||= alternatives === null;
    for (const one of alternatives ?? []) characters += one.length;
    whole.push(...(alternatives ?? []));
  }
  return { paths: whole.flatMap(pathsOf), beyond };
}

/** Whether two rows of tokens can stand for the same row, when a `star` is any number of tokens. */
function meet<T>(
  a: readonly T[],
  b: readonly T[],
  star: (token: T) => boolean,
  fits: (x: T, y: T) => boolean,
  work: Work,
): boolean {
  // rest[j]: what is left of `a` after its token i, and of `b` from j on, can be the same.
  let rest: boolean[] = [];
  for (let i = a.length; i >= 0; i -= 1) {
    work.left -= b.length + 1;
    if (work.left < 0) return false;
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j -= 1) {
      const [x, y] = [a[i], b[j]];
      const starred = (x !== undefined && star(x)) || (y !== undefined && star(y));
      if (starred) row[j] = (x !== undefined && rest[j] === true) || (y !== undefined && row[j + 1] === true);
      else if (x === undefined || y === undefined) row[j] = x === y;
      else row[j] = rest[j + 1] === true && fits(x, y);
    }
    rest = row;
  }
  return rest[0] === true;
}

const sameChar = (x: number, y: number): boolean => x === y || x === ANY || y === ANY;
const samePart = (x: Part, y: Part, work: Work): boolean =>
  x.literal !== null && y.literal !== null
    ? x.literal === y.literal
    : meet(x.chars, y.chars, (char) => char === MANY, sameChar, work);
/** Once there is no work left, what it says means nothing. */
const samePath = (a: Path, b: Path, work: Work): boolean =>
  meet(
    a,
    b,
    ({ deep }) => deep,
    (x, y) => samePart(x, y, work),
    work,
  );

/** Whether one of these globs names the file; also true when it cannot be said within the work there is. */
export function isNamed(globs: Globs, path: string, all: Work): boolean {
  const work = { left: Math.min(WORK, all.left) };
  all.left -= work.left;
  const given = split(path).map(literal);
  const named = globs.paths.some((one) => samePath(one, given, work));
  all.left += Math.max(0, work.left);
  return globs.beyond || named || work.left < 0;
}

/** A predicate over workspace-relative paths with "/" between parts; what is absolute or goes up is named by no glob. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const { paths } = compile(globs);
  return (path) => {
    const given = split(path).map(literal);
    if (path.startsWith("/") || given.some((one) => one.literal === "..")) return false;
    const work = { left: WORK };
    return paths.some((one) => samePath(one, given, work)) && work.left >= 0;
  };
}

/** Also true when it cannot be said within the work there is. */
export function overlapping(a: Globs, b: Globs, all: Work = { left: WORK }): boolean {
  const work = { left: Math.min(WORK, all.left) };
  all.left -= work.left;
  const meets = a.paths.some((one) => b.paths.some((other) => work.left < 0 || samePath(one, other, work)));
  all.left += Math.max(0, work.left);
  return a.beyond || b.beyond || meets || work.left < 0;
}

/** Some file systems do not tell these spellings apart, so neither does the question who may write where. */
export const folded = (glob: string): string =>
  (ASCII.test(glob) ? glob : glob.normalize("NFC")).toLowerCase();
const ASCII = /^[ -~]*$/;
export const compileFolded = (globs: readonly string[]): Globs => compile(globs.map(folded));

/** Never misses an overlap: true when some path is named by both, upper and lower case taken as one. */
export const overlap = (a: readonly string[], b: readonly string[]): boolean =>
  overlapping(compileFolded(a), compileFolded(b));
