/** From a partial order to a line of groups: what waits for each other in a ring is one group. */
import { type Edge, type Reach, isBefore, mark, none, rowOf } from "./reach.ts";

/** Of each place the first one that it is in a ring with, itself when there is none. */
export function groupsIn(reach: Reach): number[] {
  const group: number[] = [];
  for (let at = 0; at < reach.size; at += 1) {
    group[at] = at;
    if (!isBefore(reach, at, at)) continue;
    for (let other = 0; other < at; other += 1)
      if (isBefore(reach, at, other) && isBefore(reach, other, at)) {
        group[at] = other;
        break;
      }
  }
  return group;
}

/** All groups in an order that keeps the edges, keeps the soft ones where that is free, and else is that of the plan. */
export function inLine(group: readonly number[], edges: readonly Edge[], soft: readonly Edge[]): number[] {
  const hard = waiting(group, edges);
  const free = waiting(group, soft);
  const open = new Set(group);
  const line: number[] = [];
  while (open.size > 0) {
    const next = firstReady(open, hard.left, free.left);
    if (next === undefined) break;
    open.delete(next);
    line.push(next);
    for (const { left, after } of [hard, free])
      for (const one of after[next] ?? []) left[one] = (left[one] ?? 0) - 1;
  }
  return line;
}

/** How many others each group still waits for, and who waits for it. */
function waiting(group: readonly number[], edges: readonly Edge[]): { left: number[]; after: number[][] } {
  const left = group.map(() => 0);
  const after = group.map((): number[] => []);
  for (const [before, then] of edges) {
    const [from, to] = [group[before] ?? before, group[then] ?? then];
    if (from === to) continue;
    left[to] = (left[to] ?? 0) + 1;
    after[from]?.push(to);
  }
  return { left, after };
}

function firstReady(
  open: ReadonlySet<number>,
  hard: readonly number[],
  soft: readonly number[],
): number | undefined {
  let ready: number | undefined;
  for (const at of open) {
    if (hard[at] !== 0) continue;
    if (soft[at] === 0) return at;
    ready ??= at;
  }
  return ready;
}

/** By group: who is in it. */
export function membersOf(group: readonly number[]): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const [at, first] of group.entries()) {
    const others = members.get(first);
    if (others) others.push(at);
    else members.set(first, [at]);
  }
  return members;
}

/** What is marked between members, between their groups. */
export function grouped(reach: Reach, group: readonly number[]): Reach {
  const all = none(reach.size);
  for (const [after, to] of group.entries())
    for (const before of rowOf(reach, after)) mark(all, group[before] ?? before, to);
  return all;
}
