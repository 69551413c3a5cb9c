/** From what an import names to the files it means. Pure: over the paths of the repository, nothing is looked up on disk. */
import { posix } from "node:path";
import { familyOf } from "./languages/languages.ts";

export type Resolve = (from: string, spec: string) => readonly number[];

/** Of files that end alike the nearest is meant; these many of a folder's are. */
const MOST_OF_FOLDER = 24;
/** These stand for the folder they are in. */
const FOLDERS = new Set(["index", "__init__", "mod", "lib", "main"]);

const stemOf = (path: string): string => path.replace(/\.(d\.)?\w+$/, "");

export function resolver(paths: readonly string[]): Resolve {
  const exact = new Map(paths.map((path, at) => [path, at]));
  const byStem = new Map<string, number[]>();
  const byName = new Map<string, number[]>();
  const byFolder = new Map<string, number[]>();
  for (const [at, path] of paths.entries()) {
    const stem = stemOf(path);
    const name = posix.basename(stem);
    const folder = posix.dirname(path);
    add(byStem, stem, at);
    add(byName, name, at);
    add(byFolder, posix.basename(folder), at);
    if (!FOLDERS.has(name) || folder === ".") continue;
    add(byStem, folder, at);
    add(byName, posix.basename(folder), at);
  }
  const beside = (from: string, spec: string): readonly number[] => {
    const path = posix.join(posix.dirname(from), spec);
    const same = exact.get(path);
    if (same !== undefined) return [same];
    return (byStem.get(path) ?? byStem.get(stemOf(path)))?.slice(0, 1) ?? [];
  };
  const anywhere = (from: string, spec: string): readonly number[] => {
    const inFolder = spec.endsWith("/");
    const parts = spec.split("/").filter((part) => part !== "");
    const last = parts.at(-1) ?? "";
    const found = inFolder ? byFolder.get(last) : (byName.get(last) ?? byName.get(stemOf(last)));
    const place = (at: number): string =>
      inFolder ? posix.dirname(paths[at] ?? "") : stemOf(paths[at] ?? "");
    return best(ofFamily(found ?? [], from), inFolder ? parts : [...parts.slice(0, -1), stemOf(last)], {
      from,
      place,
    });
  };
  const families = paths.map(familyOf);
  /** What is written in the language of the one who asks. */
  const ofFamily = (found: readonly number[], from: string): readonly number[] => {
    const family = familyOf(from);
    return found.filter((at) => families[at] === family);
  };
  return (from, spec) => {
    if (!spec.startsWith(".")) {
      const found = anywhere(from, spec);
      // "a/b/Name": the last part may be a name in the file before it.
      const cut = spec.lastIndexOf("/");
      return found.length > 0 || cut < 1 || spec.endsWith("/") ? found : anywhere(from, spec.slice(0, cut));
    }
    const found = beside(from, spec);
    if (found.length > 0) return found;
    const cut = posix.dirname(spec);
    const module = cut === "." || cut === spec || /^[./]*$/.test(cut) ? [] : beside(from, cut);
    return module.length > 0 || /^\.\.?\/?$/.test(spec) ? module : anywhere(from, spec.replace(/^[./]+/, ""));
  };
}

function add(map: Map<string, number[]>, key: string, at: number): void {
  const known = map.get(key);
  if (known) known.push(at);
  else map.set(key, [at]);
}

/**
 * Those whose path ends in most of the named parts; of equal ones the nearest to `from`, and all of one folder when a
 * folder was named. More than one part must fit, unless only one was named.
 */
function best(
  found: readonly number[],
  parts: readonly string[],
  { from, place }: { from: string; place(at: number): string },
): readonly number[] {
  const needed = Math.min(2, parts.length);
  let top = { fit: 0, near: -1, places: [] as number[], at: "" };
  for (const one of found) {
    const path = place(one);
    const fit = fitting(path.split("/"), parts);
    const near = shared(path, from);
    if (fit < needed || fit < top.fit || (fit === top.fit && near < top.near)) continue;
    if (fit > top.fit || near > top.near) top = { fit, near, places: [one], at: path };
    else if (path === top.at && top.places.length < MOST_OF_FOLDER) top.places.push(one);
  }
  return top.places;
}

function fitting(path: readonly string[], parts: readonly string[]): number {
  let same = 0;
  // "lib/a/index" is named "lib/a".
  const skip = FOLDERS.has(path.at(-1) ?? "") && parts.at(-1) !== path.at(-1) ? 1 : 0;
  while (same < parts.length && path[path.length - 1 - skip - same] === parts[parts.length - 1 - same])
    same += 1;
  return same;
}

/** How many leading characters two paths share, up to a "/". */
function shared(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a.lastIndexOf("/", at - 1) + 1;
}
