/** Names that slices consume: made by a slice, defined by the tree, or by nobody. */
import type { Slice } from "../order.ts";
import type { Ground } from "./ground.ts";
import { type Name, dependencyOf, isSameName, isSamePlace, keyOf, parseName } from "./names.ts";
import { type Missing, type Requirement, short, unique } from "./requirements.ts";
import { writersOf } from "./writeSets.ts";

export function consumed(ground: Ground): Requirement[] {
  const { made, used } = ground;
  const users = new Map([...used].map(([key, all]) => [key, new Set(all.map(({ at }) => at))]));
  return ground.open.flatMap(({ at, slice }) =>
    slice.consumes.flatMap((entry, place) => {
      const name = parseName(entry);
      const key = keyOf(entry, name);
      const alike = (made.get(key) ?? []).filter(
        (one) => name === null || (one.name !== null && isSameName(one.name, name)),
      );
      const whole = name?.path && name.symbol ? (made.get(name.path) ?? []) : [];
      const makers = [...alike, ...whole].map((one) => one.at);
      // Who changes a name that it also uses comes after who makes it.
      const extend = users.get(key) ?? new Set();
      const first = [...makers.filter((one) => !extend.has(one)), ...makers.filter((one) => extend.has(one))];
      return requirement(ground, { at, slice, place, entry, name }, unique(first));
    }),
  );
}

type Consumed = { at: number; slice: Slice; place: number; entry: string; name: Name | null };

function requirement(ground: Ground, one: Consumed, makers: readonly number[]): Requirement[] {
  const { at, place, entry, name } = one;
  const isThere = name !== null && isDefined(ground, name);
  const isOwn = makers.includes(at);
  const others = makers.filter((maker) => maker !== at);
  if (isThere && (isOwn || others.length === 0)) return [];
  const silent = makers.length > 0 || !name?.path ? [] : silentWriters(ground, name.path);
  const missing = others.length > 0 || isOwn || silent.length > 0 ? null : missingName(ground, one);
  return [
    {
      at,
      key: `consumes.${place}`,
      kind: "name",
      what: name?.symbol ?? name?.path ?? short(entry),
      providers: others.length > 0 ? others : isOwn ? [at] : silent,
      isThere,
      severity: ground.facts !== null && name !== null && !isThere ? "error" : "warning",
      missing,
      files: name?.path ? [name.path] : [],
    },
  ];
}

/** Slices that may write a file and do not say what they make there. */
const silentWriters = ({ slices, writeSets }: Ground, path: string): number[] =>
  writersOf(writeSets, path).filter((at) =>
    (slices[at]?.produces ?? []).every((entry) => {
      const name = parseName(entry);
      return !name?.symbol || name.path === null || !isSamePlace(name.path, path);
    }),
  );

/** Also when the named file exists and the tree defines the name elsewhere: files export what others define. */
export function isDefined({ facts, base }: Ground, { path, symbol }: Name): boolean {
  if (!facts || !base) return false;
  if (symbol === null) return path !== null && base.has(path);
  const places = facts.definitions.get(symbol) ?? [];
  if (path === null || places.length === 0) return places.length > 0;
  return base.has(path) || places.some((place) => isSamePlace(place.path, path));
}

/** Endings of languages whose definitions are known. */
const MAPPED = /\.(?:[cm]?[jt]sx?|py|go|rs|java|cs|c|h|cc|cpp|cxx|hpp|hh|php|rb)$/;

function missingName(ground: Ground, { slice, entry, name }: Consumed): Missing | null {
  const { facts, base, writeSets } = ground;
  if (!facts || !base || name === null || isExternal(facts.dependencies, name, entry)) return null;
  const { path, symbol } = name;
  const remedy = "Correct the name, or let a slice produce it.";
  if (path !== null && !base.has(path) && writersOf(writeSets, path).length === 0) {
    const message = `Slice ${slice.id} consumes ${short(entry)}: no slice makes ${path}, and the tree does not have it.`;
    return { severity: "error", message: message + elsewhere(ground, symbol), remedy };
  }
  if (path !== null && /\.\w+$/.test(path) && !MAPPED.test(path)) return null;
  const message = `Slice ${slice.id} consumes ${short(entry)}, which no slice produces and the tree does not define.`;
  return { severity: "warning", message: message + elsewhere(ground, symbol), remedy };
}

function elsewhere({ facts }: Ground, symbol: string | null): string {
  const path = symbol === null ? undefined : facts?.definitions.get(symbol)?.[0]?.path;
  return path === undefined ? "" : ` The tree defines ${symbol ?? ""} in ${path}.`;
}

const isExternal = (dependencies: readonly string[], { path, owner, symbol }: Name, entry: string): boolean =>
  entry.trim().startsWith("node:") ||
  dependencyOf(entry) !== null ||
  dependencies.some((one) => [symbol, path, owner, owner?.toLowerCase()].includes(one));
