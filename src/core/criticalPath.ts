/** The longest chain of needs of a plan. */

export type Timed = { id: string; needs: readonly string[]; ms: number };
/** `start` is when each slice could begin at the earliest. Milliseconds. */
export type CriticalPath = { ms: number; path: string[]; start: ReadonlyMap<string, number> };

/** Every id after what it needs, as far as that is possible; what stands on a cycle, or behind one, is left out. */
function inOrder(nodes: ReadonlyMap<string, Timed>): Timed[] {
  const feeds = new Map<string, Timed[]>([...nodes.keys()].map((id) => [id, []]));
  const open = new Map<string, number>();
  for (const node of nodes.values()) {
    const needs = new Set(node.needs.filter((need) => nodes.has(need)));
    open.set(node.id, needs.size);
    for (const need of needs) feeds.get(need)?.push(node);
  }
  const sorted = [...nodes.values()].filter(({ id }) => open.get(id) === 0);
  for (const { id } of sorted)
    for (const fed of feeds.get(id) ?? []) {
      const left = (open.get(fed.id) ?? 0) - 1;
      open.set(fed.id, left);
      if (left === 0) sorted.push(fed);
    }
  return sorted;
}

/** Needs that are not among the slices count as none, and so do all needs of a slice on a cycle or behind one. */
export function criticalPath(slices: readonly Timed[]): CriticalPath {
  const nodes = new Map(slices.map((one) => [one.id, one]));
  const start = new Map(slices.map(({ id }) => [id, 0]));
  const after = new Map<string, string>();
  const end = (id: string): number => (start.get(id) ?? 0) + (nodes.get(id)?.ms ?? 0);
  for (const { id, needs } of inOrder(nodes))
    for (const need of needs) {
      if (!nodes.has(need) || (after.has(id) && end(need) <= (start.get(id) ?? 0))) continue;
      start.set(id, end(need));
      after.set(id, need);
    }
  const last = slices.reduce<string | undefined>(
    (best, { id }) => (best === undefined || end(id) > end(best) ? id : best),
    undefined,
  );
  const path: string[] = [];
  for (let id = last; id !== undefined; id = after.get(id)) path.push(id);
  return { ms: last === undefined ? 0 : end(last), path: path.toReversed(), start };
}
