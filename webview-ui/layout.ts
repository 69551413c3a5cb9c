/** Places the slices of a plan: layers by longest path from the roots, long layers wrapped, crossings reduced. */

export type Node = { id: string; needs: readonly string[] };
export type Placed = { id: string; x: number; y: number };
export type Drawing = {
  width: number;
  height: number;
  /** How many slices stand in line at most. */
  depth: number;
  /** As drawn, top to bottom; a long layer takes several. */
  rows: Placed[][];
  edges: { from: Placed; to: Placed }[];
};
export type Grid = { columns: number; dx: number; dy: number };

/** Layer of every id: 0 without needs, else one below the deepest need. Unknown needs and cycles count as none. */
export function layersOf(nodes: readonly Node[]): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const layers = new Map<string, number>();
  const missing = new Map(
    nodes.map(({ id, needs }) => [id, new Set(needs.filter((need) => byId.has(need)))]),
  );
  const feeds = new Map<string, string[]>();
  for (const [id, needs] of missing)
    for (const need of needs) feeds.set(need, [...(feeds.get(need) ?? []), id]);

  const ready = nodes.filter(({ id }) => missing.get(id)?.size === 0).map(({ id }) => id);
  for (const id of ready) layers.set(id, 0);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const fed of feeds.get(id) ?? []) {
      layers.set(fed, Math.max(layers.get(fed) ?? 0, (layers.get(id) ?? 0) + 1));
      missing.get(fed)?.delete(id);
      if (missing.get(fed)?.size === 0) ready.push(fed);
    }
  }
  for (const { id } of nodes) if (!layers.has(id)) layers.set(id, 0);
  return layers;
}

function rowsByLayer(nodes: readonly Node[], layers: ReadonlyMap<string, number>): Node[][] {
  const rows: Node[][] = [];
  for (const node of nodes) (rows[layers.get(node.id) ?? 0] ??= []).push(node);
  return rows;
}

/** Orders each layer by the mean place of what its slices need: one downward sweep, stable for ties. */
function untangle(rows: Node[][]): Node[][] {
  const place = new Map<string, number>();
  return rows.map((row) => {
    const mean = ({ needs }: Node): number => {
      const places = needs.flatMap((need) => place.get(need) ?? []);
      return places.length === 0 ? 0.5 : places.reduce((sum, one) => sum + one, 0) / places.length;
    };
    const sorted = row.map((node) => ({ node, at: mean(node) })).sort((a, b) => a.at - b.at);
    sorted.forEach(({ node }, i) => place.set(node.id, (i + 0.5) / sorted.length));
    return sorted.map(({ node }) => node);
  });
}

const chunk = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

/** Columns of a row: next to each other, as near to below what they need as there is room for. */
function columnsOf(row: readonly Node[], wide: number, column: ReadonlyMap<string, number>): number[] {
  const above = row.flatMap(({ needs }) => needs.flatMap((need) => column.get(need) ?? []));
  const middle = above.length === 0 ? 0 : above.reduce((sum, one) => sum + one, 0) / above.length;
  const first = Math.min(Math.max(Math.round(middle - (row.length - 1) / 2), 0), wide - row.length);
  return row.map((_, i) => first + i);
}

/** A drawing on a grid of at most `columns`; coordinates are centres of nodes, in pixels. */
export function drawingOf(nodes: readonly Node[], { columns, dx, dy }: Grid): Drawing {
  const layers = layersOf(nodes);
  const rows = untangle(rowsByLayer(nodes, layers)).flatMap((row) => chunk(row, columns));
  const wide = Math.max(1, ...rows.map((row) => row.length));
  const column = new Map<string, number>();
  const placed = rows.map((row, y) => {
    const places = columnsOf(row, wide, column);
    return row.map(({ id }, i): Placed => {
      const x = places[i] ?? 0;
      column.set(id, x);
      return { id, x: (x + 0.5) * dx, y: (y + 0.5) * dy };
    });
  });
  const byId = new Map(placed.flat().map((one) => [one.id, one]));
  const edges = nodes.flatMap(({ id, needs }) =>
    needs.flatMap((need) => {
      const [from, to] = [byId.get(need), byId.get(id)];
      return from && to ? [{ from, to }] : [];
    }),
  );
  const depth = nodes.length === 0 ? 0 : 1 + Math.max(...layers.values());
  return { width: wide * dx, height: rows.length * dy, depth, rows: placed, edges };
}

/** Where an arrow key leads from a node: along its row, or to the nearest of the next one. Null when the key is not ours. */
export function stepIn(rows: readonly (readonly Placed[])[], id: string, key: string): string | null {
  const y = rows.findIndex((row) => row.some((one) => one.id === id));
  const row = rows[y] ?? [];
  const at = row.findIndex((one) => one.id === id);
  const here = row[at];
  if (!here) return null;
  const nearest = (others: readonly Placed[] | undefined): string =>
    (others ?? []).toSorted((a, b) => Math.abs(a.x - here.x) - Math.abs(b.x - here.x))[0]?.id ?? id;
  switch (key) {
    case "ArrowLeft":
      return row[at - 1]?.id ?? id;
    case "ArrowRight":
      return row[at + 1]?.id ?? id;
    case "ArrowUp":
      return nearest(rows[y - 1]);
    case "ArrowDown":
      return nearest(rows[y + 1]);
    case "Home":
      return rows[0]?.[0]?.id ?? id;
    case "End":
      return rows.at(-1)?.at(-1)?.id ?? id;
    default:
      return null;
  }
}
