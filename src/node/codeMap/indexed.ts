/** The facts of a workspace's files in memory, kept as the disk is: what did not change is not read again. */
import { lstatSync } from "node:fs";
import { sha256 } from "../sha256.ts";
import { readCache, type Stored, writeCache } from "./cache.ts";
import { type FileFacts, NO_FACTS } from "./facts.ts";
import { type FileNames, interning } from "./interned.ts";
import { familyOf, languageOf } from "./languages/languages.ts";
import type { Parsed, ParseFile } from "./parseThread.ts";
import type { Pool } from "./pool.ts";
import { LARGEST, readBytes } from "./readFile.ts";

/** `facts` are null for what is only listed. */
export type IndexedFile = {
  path: string;
  size: number;
  mtime: number;
  facts: FileFacts | null;
  names: FileNames | null;
};

/** A file that was changed this shortly before it was read may change again without a new time or size. */
const UNSETTLED_MS = 50;
const WRITE_AFTER_MS = 2000;
const AHEAD_MS = 500;
const FEW = 16;

export type IndexOptions = {
  /** By its real path. */
  root: string;
  cache: string | null;
  pool: Pick<Pool, "parse">;
};

export function openIndexed({ root, cache, pool }: IndexOptions) {
  let interned = interning();
  let known: Map<string, IndexedFile> | null = null;
  let looked = -Infinity;
  let dirty = false;
  let written: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function load(): Map<string, IndexedFile> {
    const stored = cache === null ? [] : readCache(cache);
    const files = stored.filter((one) => !isUnparsed(one)).map(withNames);
    return new Map(files.map((file) => [file.path, file]));
  }
  const withNames = (stored: Stored): IndexedFile => ({
    ...stored,
    names: interned.read(familyOf(stored.path), stored.facts),
  });

  /** Resolves when what is known is on disk. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (dirty && known !== null && cache !== null) {
      dirty = false;
      const files = withFacts(known);
      // A disk that refuses costs time at the next start, and nothing else.
      written = written.then(() => writeCache(cache, files)).catch(() => undefined);
    }
    return written;
  }

  /** Brings what is known up to date, while it is still being listed what there is: good for an update that comes soon. */
  async function look(): Promise<IndexedFile[]> {
    known ??= load();
    const files = await bring(known.keys(), new Map());
    looked = performance.now();
    return files;
  }

  /** Brings the facts of `paths` up to date, and forgets all others. */
  async function update(paths: readonly string[]): Promise<IndexedFile[]> {
    known ??= load();
    const sure = performance.now() - looked < AHEAD_MS ? known : new Map<string, IndexedFile>();
    looked = -Infinity;
    return bring(paths, sure);
  }

  /** `sure`: those that need not be looked at. */
  async function bring(
    paths: Iterable<string>,
    sure: ReadonlyMap<string, IndexedFile>,
  ): Promise<IndexedFile[]> {
    const before = known ?? new Map<string, IndexedFile>();
    const { now, stale } = compared(paths, { before, sure, statOf: looking(root) });
    dirty ||= now.size !== before.size || stale.size > 0;
    await parse(stale, before, now);
    known = now;
    if (interned.count() > 3 * MOST_NAMES_SEEN) forgetNames(now);
    if (dirty && timer === undefined) timer = setTimeout(() => void flush(), WRITE_AFTER_MS).unref();
    return [...now.values()];
  }

  async function parse(
    stale: ReadonlyMap<string, IndexedFile>,
    before: ReadonlyMap<string, IndexedFile>,
    now: Map<string, IndexedFile>,
  ): Promise<void> {
    const take = ({ path }: ParseFile, parsed: Parsed): void => {
      const file = stale.get(path);
      const next = file && settled(file, parsed, before.get(path));
      if (next) now.set(path, next);
      else now.delete(path);
    };
    const files = [...stale.values()]
      .sort((a, b) => b.size - a.size)
      .map(({ path }): ParseFile => ({ path, hash: before.get(path)?.facts?.hash ?? null }));
    // A few are read here first: what was only touched needs no thread started.
    const touched = new Set(files.length > FEW ? [] : files.filter((file) => isSame(root, file)));
    for (const file of touched) take(file, "same");
    const left = files.filter((file) => !touched.has(file));
    if (left.length > 0) await pool.parse(left, take);
  }

  /** Null when there is no such file any more. */
  function settled(file: IndexedFile, parsed: Parsed, old: IndexedFile | undefined): IndexedFile | null {
    if (parsed === null) return looking(root)(file.path) === null ? null : file;
    const mtime = Date.now() - file.mtime < UNSETTLED_MS ? -1 : file.mtime;
    if (parsed === "same") return old ? { ...old, size: file.size, mtime } : null;
    return { ...file, mtime, facts: parsed, names: interned.read(familyOf(file.path), parsed) };
  }

  /** Names that are gone pile up in a long session. */
  function forgetNames(files: Map<string, IndexedFile>): void {
    interned = interning();
    for (const [path, file] of files)
      if (file.facts) files.set(path, { ...file, names: interned.read(familyOf(path), file.facts) });
  }

  return { look, update, flush, interned: () => interned };
}

function isSame(root: string, { path, hash }: ParseFile): boolean {
  const bytes = hash === null ? null : readBytes(`${root}/${path}`);
  return bytes !== null && sha256(bytes) === hash;
}

type Before = {
  before: ReadonlyMap<string, IndexedFile>;
  sure: ReadonlyMap<string, IndexedFile>;
  statOf: StatOf;
};

/** What is there now, and what of it has to be read. */
function compared(paths: Iterable<string>, { before, sure, statOf }: Before) {
  const now = new Map<string, IndexedFile>();
  const stale = new Map<string, IndexedFile>();
  for (const path of paths) {
    const old = before.get(path);
    const found = sure.has(path) ? old : statOf(path);
    if (!found) continue;
    if (old?.size === found.size && old.mtime === found.mtime) {
      now.set(path, old);
      continue;
    }
    const { size, mtime } = found;
    const file = { path, size, mtime, facts: null, names: null };
    now.set(path, file);
    if (languageOf(path) !== null && size <= LARGEST) stale.set(path, file);
  }
  return { now, stale };
}

/** It could not be parsed by another process; it is tried once by each, because that may have been the machine's fault. */
const isUnparsed = ({ path, size, facts }: Stored): boolean =>
  facts.hash === "" && size <= LARGEST && languageOf(path) !== null;

const MOST_NAMES_SEEN = 400_000;

function* withFacts(files: ReadonlyMap<string, IndexedFile>): Iterable<Stored> {
  for (const { path, size, mtime, facts } of files.values())
    yield { path, size, mtime, facts: facts ?? NO_FACTS };
}

/** Size and time of a regular file below the root; null for what is gone, is none, or may not be looked at. */
type StatOf = (path: string) => { size: number; mtime: number } | null;

/** Looks at each path once. A folder that became a link leads somewhere else: what is in it is not ours. */
function looking(root: string): StatOf {
  const isOurs: (folder: string) => boolean = once(
    (folder) =>
      folder === "" ||
      (!/(^|\/)\.\.?$/.test(folder) && isOurs(parentOf(folder)) && isFolder(`${root}/${folder}`)),
  );
  // Put together by hand: `join` and `dirname` take as long as the disk does.
  return (path) => (isOurs(parentOf(path)) ? statFile(`${root}/${path}`) : null);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

function once<T>(find: (path: string) => T): (path: string) => T {
  const found = new Map<string, T>();
  return (path) => {
    const known = found.get(path);
    if (known !== undefined) return known;
    const made = find(path);
    found.set(path, made);
    return made;
  };
}

function statFile(full: string): ReturnType<StatOf> {
  try {
    const found = lstatSync(full, { throwIfNoEntry: false });
    return found?.isFile() ? { size: found.size, mtime: found.mtimeMs } : null;
  } catch {
    return null; // a folder above it that may not be entered, or that became a file
  }
}

function isFolder(full: string): boolean {
  try {
    return lstatSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false; // a folder above it that may not be entered, or that became a file
  }
}
