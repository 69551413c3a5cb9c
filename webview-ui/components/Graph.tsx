import { memo, useMemo } from "react";
import type { OrderView, SliceAt, SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { plural } from "../format.ts";
import { type Drawing, drawingOf } from "../layout.ts";
import { AT } from "../news.ts";
import { Section } from "./Section.tsx";

/** Above this a drawing tells nobody anything. */
const MOST = 300;
const NODE = { width: 30, height: 20 };
const GRID = { columns: 6, dx: 40, dy: 40 };

function path({ from, to }: Drawing["edges"][number]): string {
  const [top, bottom] = [from.y + NODE.height / 2, to.y - NODE.height / 2];
  const bend = Math.max(8, (bottom - top) / 2);
  return `M${from.x} ${top}C${from.x} ${top + bend} ${to.x} ${bottom - bend} ${to.x} ${bottom}`;
}

/** Drawn again only when the plan changes, not with every snapshot. */
const Edges = memo(function Edges({ drawing }: { drawing: Drawing }) {
  return <path className="edges" d={drawing.edges.map(path).join("")} />;
});

function summary(slices: readonly SliceView[], depth: number): string {
  const counts = new Map<SliceAt, number>();
  for (const { at } of slices) counts.set(at, (counts.get(at) ?? 0) + 1);
  const states = [...counts].map(([at, n]) => `${n} ${AT[at]}`).join(", ");
  return `${plural(slices.length, "slice")} in ${plural(depth, "layer")}: ${states}`;
}

function Picture({ page, slices }: { page: Page; slices: readonly SliceView[] }) {
  const shape = JSON.stringify(slices.map(({ id, needs }) => ({ id, needs })));
  const drawing = useMemo(
    () => drawingOf(JSON.parse(shape) as { id: string; needs: string[] }[], GRID),
    [shape],
  );
  const byId = new Map(slices.map((slice) => [slice.id, slice]));
  const { width, height, depth } = drawing;
  // Pointer only: for the keyboard the same jump is in every row, under what it needs and feeds.
  return (
    <svg
      className="graph"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={summary(slices, depth)}
    >
      <Edges drawing={drawing} />
      {drawing.nodes.map(({ id, x, y }) => {
        const slice = byId.get(id);
        if (!slice) return null;
        return (
          <g key={id} className={`node at-${slice.at}`} onClick={() => page.show(id)}>
            <title>{`${id} ${slice.title}: ${AT[slice.at]}`}</title>
            <rect
              x={x - NODE.width / 2}
              y={y - NODE.height / 2}
              width={NODE.width}
              height={NODE.height}
              rx="4"
            />
            <text x={x} y={y} dy="0.34em">
              {id.length > 4 ? `${id.slice(0, 3)}…` : id}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Who needs whom, and what runs now. */
export function Graph({ page, order }: { page: Page; order: OrderView }) {
  const { slices } = order;
  if (slices.length < 2) return null;
  return (
    <Section page={page} name="graph" title="Graph" byDefault="folded">
      {slices.length > MOST ? (
        <p className="quiet">{`Too many to draw: ${plural(slices.length, "slice")}, drawn up to ${MOST}.`}</p>
      ) : (
        <Picture page={page} slices={slices} />
      )}
    </Section>
  );
}
