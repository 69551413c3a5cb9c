/** Redundant work: set-up that is repeated, slices that say the same, outputs for nobody. */
import type { Finding, Slice } from "../order.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { type Name, parseName } from "./names.ts";
import { isTest, stemOf } from "./paths.ts";
import { unique } from "./requirements.ts";
import { isDefined } from "./consumed.ts";

export const redundant = (ground: Ground): Finding[] => [
  ...repeatedSetUp(ground),
  ...saidTwice(ground),
  ...filesMadeTwice(ground),
  ...forNobody(ground),
];

function repeatedSetUp({ open, installs }: Ground): Finding[] {
  const askers = new Map<string, string[]>();
  for (const { at, slice } of open)
    for (const text of new Set((installs[at] ?? []).map((one) => one.text)))
      askers.set(text, [...(askers.get(text) ?? []), slice.id]);
  const told = new Map<string, { ids: string[]; texts: string[] }>();
  for (const [text, ids] of askers) {
    if (ids.length < 2) continue;
    const same = told.get(ids.join()) ?? { ids, texts: [] };
    same.texts.push(text);
    told.set(ids.join(), same);
  }
  return [...told.values()].map(({ ids, texts }) =>
    finding("redundant work", "warning", ids, {
      message: `Slices ${ids.join(", ")} each run ${texts.map((text) => `\`${text}\``).join(" and ")}.`,
      remedy: "Do it once, in a slice that the others need; what is installed is there in every copy.",
      key: "checks",
    }),
  );
}

function saidTwice({ open }: Ground): Finding[] {
  const byTitle = new Map<string, Slice[]>();
  return open.flatMap(({ slice }) => {
    const title = slice.title.trim().toLowerCase();
    const others = byTitle.get(title) ?? [];
    byTitle.set(title, others);
    const other = others.find((one) => one.id !== slice.id && isSameWork(one, slice));
    if (!other) {
      others.push(slice);
      return [];
    }
    const message = `Slices ${other.id} and ${slice.id} ask for the same work.`;
    const fix = { do: "drop" as const, slice: slice.id };
    const words = { message, remedy: "Drop one of them.", key: "title", fix };
    return [finding("redundant work", "warning", [slice.id, other.id], words)];
  });
}

const isSameWork = (a: Slice, b: Slice): boolean =>
  a.body.trim() === b.body.trim() &&
  JSON.stringify([a.writes, a.checks]) === JSON.stringify([b.writes, b.checks]);

/** A new file among the outputs of several, none of whom builds on the others'. */
function filesMadeTwice(ground: Ground): Finding[] {
  const { base, made, used, isLanded, idOf } = ground;
  if (base === null) return [];
  return [...made].flatMap(([path, all]) => {
    const users = new Set((used.get(path) ?? []).map(({ at }) => at));
    const makers = all.filter(({ at, name }) => name?.symbol === null && !users.has(at)).map(({ at }) => at);
    if (makers.length < 2 || base.has(path) || makers.every(isLanded)) return [];
    const ids = makers.toSorted((a, b) => Number(isLanded(a)) - Number(isLanded(b))).map(idOf);
    const message = `Slices ${ids.join(", ")} each make ${path}.`;
    const remedy = "Let the first one make it, and the others consume it.";
    return [finding("redundant work", "warning", ids, { message, remedy, files: [path], key: "produces" })];
  });
}

// ── Outputs for nobody ──────────────────────────────────────────────────────────────────────────────────────────────

type Output = { place: number; entry: string; name: Name & { symbol: string } };

/**
 * An output in a new file that no slice uses and no check names. The goal is not known here: so a slice with a single
 * output that some check must turn from red to green, or that changes what is there, is taken to serve it.
 */
function forNobody(ground: Ground): Finding[] {
  const { base, open } = ground;
  if (base === null) return [];
  const words = mentions(ground);
  const needed = new Set(ground.slices.flatMap(({ needs }) => needs));
  return open.flatMap(({ at, slice }) => {
    if (slice.writes.some((glob) => !isTest(glob) && (base.has(glob) || /[*?{]/.test(glob)))) return [];
    const outputs = slice.produces.flatMap((entry, place): Output[] => {
      const name = parseName(entry);
      return name?.symbol ? [{ place, entry, name: { ...name, symbol: name.symbol } }] : [];
    });
    const idle = outputs.filter(
      ({ name }) => !isDefined(ground, { ...name, path: null }) && !isUsed(at, slice, name, words),
    );
    const proves = slice.checks.some((check) => "run" in check && check.before === "fail");
    if (idle.length === outputs.length && (proves || needed.has(slice.id))) return [];
    return idle.map(({ place, name }) =>
      finding("redundant work", "warning", [slice.id], {
        message: `Nobody uses ${name.symbol}, which slice ${slice.id} makes: no slice consumes it and no check needs it.`,
        remedy: "Leave it out, or name it where it is consumed or checked.",
        key: `produces.${place}`,
      }),
    );
  });
}

/** Where names of outputs are mentioned: the words of all checks; and by word, the slices that consume, read or say it. */
type Mentions = { checks: ReadonlySet<string>; by: () => ReadonlyMap<string, ReadonlySet<number>> };
/** A body is read so far. */
const PROSE = 8000;

function mentions({ slices, made }: Ground): Mentions {
  const texts = slices.flatMap(({ checks }) =>
    checks.map((check) => ("run" in check ? check.run : "script" in check ? check.script : check.expect)),
  );
  let by: Map<string, Set<number>> | null = null;
  return {
    checks: new Set(unique(texts).flatMap(wordsIn)),
    by: () => (by ??= wordsBy(slices, (word) => made.has(word))),
  };
}

function wordsBy(slices: readonly Slice[], isWanted: (word: string) => boolean): Map<string, Set<number>> {
  const by = new Map<string, Set<number>>();
  for (const [at, { consumes, reads, body }] of slices.entries())
    for (const word of [...consumes, ...reads, body.slice(0, PROSE)].join(" ").split(/[^\p{L}\p{N}_$]+/u)) {
      if (!isWanted(word)) continue;
      const others = by.get(word) ?? new Set();
      by.set(word, others.add(at));
    }
  return by;
}

/** Also what a file is about: "csv-store" and "csv" of tests/csv-store.test.js. */
const wordsIn = (text: string): string[] =>
  text
    .slice(0, PROSE)
    .toLowerCase()
    .split(/[^\p{L}\p{N}_$-]+/u)
    .flatMap((word) => (/[_-]/.test(word) ? [word, stemOf(word), ...word.split(/[_-]/)] : [word]));

function isUsed(
  at: number,
  slice: Slice,
  { symbol, path }: Name & { symbol: string },
  { by, checks }: Mentions,
): boolean {
  const stem = path === null ? "" : stemOf(path);
  if (checks.has(symbol.toLowerCase()) || (stem.length > 1 && checks.has(stem))) return true;
  if (slice.writes.some((glob) => isTest(glob) && (path === null || stemOf(glob) === stem))) return true;
  return [...(by().get(symbol) ?? [])].some((other) => other !== at);
}
