/**
 * Resolve conflicts (Sacerdoti): all of them are collected before any edge is proposed; then one order that respects them
 * all is chosen (who makes before who uses, who changes after who uses, else as in the plan), and only those edges of it are
 * proposed that a conflict demands and nothing else implies. What is forced in both directions is merged.
 */
import type { Finding, Fix } from "../order.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { grouped, groupsIn, inLine, membersOf } from "./line.ts";
import {
  type Edge,
  type Reach,
  areOrdered,
  copyOf,
  inherit,
  isBefore,
  isCovered,
  link,
  mark,
  markAll,
  none,
  reachOf,
  rowOf,
} from "./reach.ts";
import { type Requirement, stateOf } from "./requirements.ts";
import { type Entry, isMet, meetings, together } from "./writeSets.ts";

/** A requirement whose maker may come too late. */
type Demand = { before: number; after: number; requirement: Requirement };
/**
 * Pairs of slices, by row and column: `writes` and `any` in both directions; in `reads` the row reads what the column writes,
 * in `made` it uses a name that the column makes, though the tree has one.
 */
type Meetings = { writes: Reach; reads: Reach; made: Reach; any: Reach };

export function conflicts(ground: Ground, requirements: readonly Requirement[]): Finding[] {
  const demands = requirements.flatMap((one) => demandOf(ground, one));
  const hard = demands.filter(({ requirement }) => !requirement.isThere);
  const meet = collected(ground, demands);
  const edges = [...ground.edges, ...hard.map(edgeOf)];
  const reach = hard.length === 0 ? copyOf(ground.before) : reachOf(ground.slices.length, edges);
  const rings = contradictions(ground, requirements, reach, hard);
  const { soft, merges } = directed(ground, meet, reach);
  const group = groupsIn(reach);
  const line = inLine(group, edges, soft);
  return [
    ...rings,
    ...merges.map(([into, from]) => mergeFinding(ground, into, from)),
    ...proposed(ground, { meet, hard, group, line }),
  ];
}

const edgeOf = ({ before, after }: Demand): Edge => [before, after];

function demandOf(ground: Ground, requirement: Requirement): Demand[] {
  if (stateOf(ground, requirement) !== "unordered") return [];
  const { at, providers, isThere } = requirement;
  const isEarlier = (one: number): boolean => isBefore(ground.before, at, one);
  // What the tree has may be used before it is changed.
  if (isThere && providers.some(isEarlier)) return [];
  const before = providers.find((one) => !isEarlier(one));
  return before === undefined ? [] : [{ before, after: at, requirement }];
}

function collected(ground: Ground, demands: readonly Demand[]): Meetings {
  const size = ground.slices.length;
  const [writes, reads, made] = [none(size), none(size), none(size)];
  for (const all of together(ground.writeSets))
    markAll(
      writes,
      all.filter((at) => !ground.isLanded(at)),
    );
  meetings(ground.writeSets, (one, writer, oneReads) => {
    if (ground.isLanded(one.slice) || ground.isLanded(writer.slice)) return;
    mark(oneReads ? reads : writes, writer.slice, one.slice);
    if (!oneReads) mark(writes, one.slice, writer.slice);
  });
  for (const { before, after, requirement } of demands) if (requirement.isThere) mark(made, before, after);
  const any = copyOf(writes);
  const directed = [...pairsOf([reads, made]), ...demands.map(edgeOf)];
  for (const [a, b] of directed) {
    mark(any, a, b);
    mark(any, b, a);
  }
  return { writes, reads, made, any };
}

// ── Forced in both directions ───────────────────────────────────────────────────────────────────────────────────────

/** Needs that say the opposite of what the slices make and use. */
function contradictions(
  ground: Ground,
  requirements: readonly Requirement[],
  reach: Reach,
  hard: readonly Demand[],
): Finding[] {
  const late = requirements
    .filter((one) => !one.isThere && stateOf(ground, one) === "late")
    .flatMap((one) => one.providers.slice(0, 1).map((maker) => lateFinding(ground, maker, one)));
  const rings = new Map<number, number[]>();
  for (const { before, after } of hard) {
    if (!isBefore(reach, after, before)) continue;
    const ring = ringOf(reach, after);
    rings.set(ring[0] ?? after, ring);
  }
  return [...late, ...[...rings.values()].map((ring) => ringFinding(ground, ring, hard))];
}

const ringOf = (reach: Reach, at: number): number[] =>
  Array.from({ length: reach.size }, (_, other) => other).filter(
    (other) => isBefore(reach, at, other) && isBefore(reach, other, at),
  );

function lateFinding(ground: Ground, maker: number, { at, what, severity, files }: Requirement): Finding {
  const [makes, uses] = [ground.idOf(maker), ground.idOf(at)];
  const isDirect = ground.slices[maker]?.needs.includes(uses) ?? false;
  const fix: Fix = { do: "removeNeed", slice: makes, need: uses };
  return finding("contradictory order", severity, [makes, uses], {
    message: `Slice ${makes} makes ${what}, which slice ${uses} uses, and yet ${makes} waits for ${uses}.`,
    remedy: isDirect ? `Take ${uses} out of the needs of ${makes}.` : "Turn their order round.",
    files: [...files],
    key: "needs",
    ...(isDirect && !usesOf(ground, maker, at) ? { fix } : {}),
  });
}

/** Whether `needs` of `one` is called for: it consumes something that `other` makes. */
const usesOf = ({ slices }: Ground, one: number, other: number): boolean =>
  (slices[one]?.consumes ?? []).some((entry) => (slices[other]?.produces ?? []).includes(entry));

function ringFinding(ground: Ground, ring: readonly number[], hard: readonly Demand[]): Finding {
  const ids = ring.map((at) => ground.idOf(at));
  const within = hard.filter(({ before, after }) => ring.includes(before) && ring.includes(after));
  const isPair = ring.length === 2 && ring.every((at) => within.some(({ after }) => after === at));
  const fix: Fix = { do: "merge", into: ids[0] ?? "", from: ids[1] ?? "" };
  const isError = within.every(({ requirement }) => requirement.severity === "error");
  const made = within.map(({ requirement }) => requirement.what).join(", ");
  return finding("contradictory order", isError ? "error" : "warning", ids, {
    message: `Slices ${ids.join(", ")} wait in a ring for what the others make: ${made}.`,
    remedy: isPair ? "Make one slice of them." : "Let one of them make what it uses.",
    key: "consumes",
    ...(isPair ? { fix } : {}),
  });
}

/** Which of two is to come first, where that is not free; and what has to become one. `reach` learns of the merges. */
function directed(ground: Ground, meet: Meetings, reach: Reach): { soft: Edge[]; merges: Edge[] } {
  const soft: Edge[] = [];
  const merges: Edge[] = [];
  // Without the tree it is not known whether a file is made or changed, so not who comes first.
  if (ground.base === null) return { soft, merges };
  for (const [a, b] of pairsOf([meet.reads, meet.made])) {
    if (areOrdered(reach, a, b)) continue;
    const [isFirst, isSecond] = [isForced(meet, a, b), isForced(meet, b, a)];
    if (isFirst && isSecond) {
      merges.push([a, b]);
      link(reach, a, b);
      link(reach, b, a);
    } else soft.push(isFirst ? [a, b] : [b, a]);
  }
  return { soft, merges };
}

/** Each pair that is marked in one of these, in either direction: once, the lesser first. */
function pairsOf(marks: readonly Reach[]): Edge[] {
  const size = marks[0]?.size ?? 0;
  const all = new Set<number>();
  for (const one of marks)
    for (let after = 0; after < size; after += 1)
      for (const before of rowOf(one, after))
        all.add(Math.min(before, after) * size + Math.max(before, after));
  return [...all].sort((a, b) => a - b).map((pair): Edge => [Math.floor(pair / size), pair % size]);
}

/** Who makes a name comes before who uses it; else who reads a file before who changes it. */
function isForced({ made, reads }: Meetings, before: number, after: number): boolean {
  if (isBefore(made, before, after)) return true;
  return isBefore(reads, after, before) && !isBefore(made, after, before);
}

function mergeFinding(ground: Ground, into: number, from: number): Finding {
  const ids = [ground.idOf(into), ground.idOf(from)];
  return finding("resolve conflicts", "warning", ids, {
    message: `Slices ${ids.join(" and ")} each change what the other builds on.`,
    remedy: "Make one slice of them, or let one of them do without.",
    files: sharedFiles(ground, into, from),
    key: "writes",
    fix: { do: "merge", into: ids[0] ?? "", from: ids[1] ?? "" },
  });
}

// ── Edges ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Ordering = {
  meet: Meetings;
  hard: readonly Demand[];
  group: readonly number[];
  line: readonly number[];
};

/** Along the line, each slice waits for the nearest ones before it that it conflicts with; the others are implied. */
function proposed(ground: Ground, { meet, hard, group, line }: Ordering): Finding[] {
  const size = group.length;
  const demanded = new Map(hard.map((one) => [one.before * size + one.after, one]));
  const members = membersOf(group);
  const direct = none(size);
  for (const [before, after] of ground.edges) mark(direct, group[before] ?? before, group[after] ?? after);
  const contested = members.size === size ? meet.any : grouped(meet.any, group);
  const reach = none(size);
  const found: Finding[] = [];
  const follow = (from: number, to: number): void => {
    inherit(reach, from, to);
    mark(reach, from, to);
  };
  const placed = none(size);
  for (const [place, to] of line.entries()) {
    for (const from of rowOf(direct, to)) if (from !== to) follow(from, to);
    for (let at = place - 1; at >= 0 && !isCovered(contested, placed, reach, to); at -= 1) {
      const from = line[at] ?? 0;
      if (!isBefore(contested, from, to) || isBefore(reach, from, to)) continue;
      const pair = pairBetween(ground, members.get(from) ?? [], members.get(to) ?? [], meet, demanded);
      if (pair === null) continue;
      const demand = demanded.get(pair[0] * size + pair[1]);
      const one = demand ? demandFinding(ground, demand) : orderFinding(ground, meet, pair);
      if (one.fix) follow(from, to);
      found.push(one);
    }
    mark(placed, to, 0);
  }
  return found;
}

/** Two slices of these groups that conflict and have no order: one makes something for the other, both write, or else. */
function pairBetween(
  { before, slices }: Ground,
  from: readonly number[],
  to: readonly number[],
  { writes, any }: Meetings,
  demanded: ReadonlyMap<number, Demand>,
): Edge | null {
  const pairs = from
    .flatMap((one) => to.map((other): Edge => [one, other]))
    .filter(([one, other]) => isBefore(any, one, other) && !areOrdered(before, one, other));
  const made = pairs.find(([one, other]) => demanded.has(one * slices.length + other));
  return made ?? pairs.find(([one, other]) => isBefore(writes, one, other)) ?? pairs[0] ?? null;
}

// ── Findings ────────────────────────────────────────────────────────────────────────────────────────────────────────

function demandFinding(ground: Ground, { before, after, requirement }: Demand): Finding {
  const [maker, user] = [ground.idOf(before), ground.idOf(after)];
  const { kind, what, severity, files } = requirement;
  const uses = { name: "consumes", file: "reads", check: "is checked with" }[kind];
  return finding(kind === "file" ? "resolve conflicts" : "missing precondition", severity, [user, maker], {
    message: `Slice ${user} ${uses} ${what}, which slice ${maker} makes, and does not wait for it.`,
    remedy: `Add ${maker} to the needs of ${user}.`,
    files: [...files],
    key: "needs",
    fix: { do: "addNeed", slice: user, need: maker },
  });
}

function orderFinding(ground: Ground, meet: Meetings, [before, after]: Edge): Finding {
  const [first, then] = [ground.idOf(before), ground.idOf(after)];
  const files = sharedFiles(ground, before, after);
  const where = files[0] ?? "the same file";
  const words = isBefore(meet.writes, before, after)
    ? `Slices ${first} and ${then} both write ${where} and have no order.`
    : isBefore(meet.reads, before, after)
      ? `Slice ${then} reads ${where}, which slice ${first} changes, and they have no order.`
      : isBefore(meet.reads, after, before)
        ? `Slice ${then} changes ${where}, which slice ${first} reads, and they have no order.`
        : `Slices ${first} and ${then} make and use the same name and have no order.`;
  const isFree = ground.base === null && !isBefore(meet.writes, before, after);
  return finding("resolve conflicts", "warning", [then, first], {
    message: words,
    remedy: isFree ? "Add one to the needs of the other." : `Add ${first} to the needs of ${then}.`,
    files,
    key: "needs",
    ...(isFree ? {} : { fix: { do: "addNeed" as const, slice: then, need: first } }),
  });
}

/** Where two slices meet, in their own words; a path rather than a pattern. */
function sharedFiles({ writeSets: { all, work } }: Ground, one: number, other: number): string[] {
  const [a, b] = [all[one], all[other]];
  if (!a || !b) return [];
  const found = new Set<string>();
  const look = (xs: readonly Entry[], ys: readonly Entry[]): void => {
    for (const x of xs)
      for (const y of ys)
        if (found.size < MOST_FILES && isMet(x, y, work))
          found.add((x.start.length < y.start.length ? y : x).glob);
  };
  look(a.writes, b.writes);
  look(a.writes, b.reads);
  look(a.reads, b.writes);
  return [...found];
}

const MOST_FILES = 5;
