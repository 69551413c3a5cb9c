/** Use existing objects: what a slice would make though the tree has it, or another slice makes it. */
import type { Finding, Slice } from "../order.ts";
import type { Install } from "./installs.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { type Name, type Named, dependencyOf, isSamePlace, parseName } from "./names.ts";
import { isBefore } from "./reach.ts";
import { isTest } from "./paths.ts";
import { writersOf } from "./writeSets.ts";

export const existing = (ground: Ground): Finding[] => [
  ...definedAlready(ground),
  ...madeTwice(ground),
  ...installedAlready(ground),
];

/** Names that many modules have, each its own. */
const COMMON = new Set(
  "main default index app run start stop init setup teardown close open load save read write get set add remove update delete create make build parse format render handle handler execute process validate check test config options settings defaults props state context store router routes server client logger error result value type types schema model view page layout loader action reducer provider component constants helpers utils fixture new allow total name version".split(
    " ",
  ),
);
const isCommon = (symbol: string): boolean => symbol.length < 4 || COMMON.has(symbol.toLowerCase());
/** A name defined in more places than this is a custom of the project. */
const CUSTOM = 3;

/** A method is its class's own; only what stands by itself can be used instead. */
const standsAlone = (name: Name | null): name is Name & { symbol: string } =>
  name !== null && name.symbol !== null && name.owner === null && !isCommon(name.symbol);

function definedAlready(ground: Ground): Finding[] {
  const { facts, open } = ground;
  if (facts === null) return [];
  return open.flatMap(({ at, slice }) =>
    slice.produces.flatMap((entry, place) => {
      const name = parseName(entry);
      if (!standsAlone(name)) return [];
      const places = (facts.definitions.get(name.symbol) ?? []).filter(
        ({ path }) => isTest(path) === isTest(name.path ?? ""),
      );
      if (places.length === 0 || places.length > CUSTOM || changesOne(ground, at, name, places)) return [];
      const where = places[0]?.path ?? "";
      if (!isSameLanguage(name.path ?? slice.writes[0] ?? "", where)) return [];
      return [
        finding("use existing objects", "warning", [slice.id], {
          message: `Slice ${slice.id} makes ${name.symbol}, which the tree already has in ${where}.`,
          remedy: "Consume it, or give what is new another name.",
          files: [where],
          key: `produces.${place}`,
        }),
      ];
    }),
  );
}

type Places = readonly { path: string }[];

/** It changes, moves or wraps what is there; or another slice takes the old one away. */
function changesOne(ground: Ground, at: number, { path, symbol }: Name, places: Places): boolean {
  const slice = ground.slices[at];
  if (path !== null && places.some((one) => isSamePlace(one.path, path))) return true;
  if (slice?.consumes.some((entry) => parseName(entry)?.symbol === symbol)) return true;
  return places.some((one) =>
    writersOf(ground.writeSets, one.path).some(
      (writer) => writer === at || isBefore(ground.before, at, writer),
    ),
  );
}

const FAMILIES = [/\.[cm]?[jt]sx?$/, /\.(c|h|cc|cpp|cxx|hpp|hh)$/];
function isSameLanguage(a: string, b: string): boolean {
  const ending = (path: string): string => /\.[a-z]+$/.exec(path)?.[0] ?? "";
  return ending(a) === ending(b) || ending(a) === "" || FAMILIES.some((one) => one.test(a) && one.test(b));
}

function madeTwice(ground: Ground): Finding[] {
  const found: Finding[] = [];
  for (const all of ground.made.values())
    for (const [place, later] of all.entries()) {
      const first = all.slice(0, place).find((one) => isMadeAgain(ground, one, later));
      if (!first || (ground.isLanded(later.at) && ground.isLanded(first.at))) continue;
      const [kept, again] = ground.isLanded(later.at) ? [later, first] : [first, later];
      found.push(twiceFinding(ground, kept, again));
    }
  return found;
}

function isMadeAgain({ used, before }: Ground, one: Named, other: Named): boolean {
  if (one.at === other.at || !standsAlone(one.name) || !standsAlone(other.name)) return false;
  // In one file the second one changes what the first one made; that they may not do so at once is another critic's word.
  const [a, b] = [one.name.path, other.name.path];
  if (a !== null && b !== null && (isSamePlace(a, b) || isTest(a) || isTest(b) || !isSameLanguage(a, b)))
    return false;
  if (
    (a === null || b === null) &&
    (isBefore(before, one.at, other.at) || isBefore(before, other.at, one.at))
  )
    return false;
  const users = used.get(one.name.symbol) ?? [];
  return !users.some(({ at }) => at === one.at || at === other.at);
}

function twiceFinding(ground: Ground, kept: Named, again: Named): Finding {
  const [first, second] = [ground.idOf(kept.at), ground.idOf(again.at)];
  const place = ground.slices[again.at]?.produces.indexOf(again.entry) ?? 0;
  return finding("use existing objects", "warning", [second, first], {
    message: `Slices ${first} and ${second} both make ${again.name?.symbol ?? again.entry}.`,
    remedy: `Let ${second} consume what ${first} makes, or give them two names.`,
    key: `produces.${place}`,
  });
}

function installedAlready({ facts, open, installs }: Ground): Finding[] {
  const known = new Set((facts?.dependencies ?? []).map((name) => name.toLowerCase()));
  if (known.size === 0) return [];
  return open.flatMap(({ at, slice }) =>
    [...new Set(addedBy(slice, installs[at] ?? []))]
      .filter((name) => known.has(name.toLowerCase()))
      .map((name) =>
        finding("use existing objects", "warning", [slice.id], {
          message: `Slice ${slice.id} adds the dependency ${name}, which the project already has.`,
          remedy: "Use the one that is there.",
        }),
      ),
  );
}

const addedBy = (slice: Slice, installs: readonly Install[]): string[] => [
  ...slice.produces.flatMap((entry) => dependencyOf(entry) ?? []),
  ...installs.flatMap(({ packages }) => packages),
];
