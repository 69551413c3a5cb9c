import { type KeyboardEvent, memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { OrderView, SliceAt, SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { modelOf, money, plural, roughly, sliceCost } from "../format.ts";
import { Icon } from "../icons.tsx";
import { type Drawing, type Grid, type Placed, drawingOf, stepIn } from "../layout.ts";
import { AT } from "../news.ts";
import { Section } from "./Section.tsx";

/** Above this a drawing tells nobody anything. */
const MOST = 200;
/** Up to this many it is open at the plan gate, where it is read. */
const OPEN_UP_TO = 40;
/** Two stand beside each other even where it is tight; more only where each has room. */
const NODE = { least: 106, roomy: 130, most: 170, height: 54 };
const GAP = { x: 12, y: 24 };

/** As many columns as fit, and nodes as wide as that leaves them. */
function gridOf(width: number): Grid {
  const fit = (node: number) => Math.floor((width + GAP.x) / (node + GAP.x));
  const columns = Math.max(1, Math.min(2, fit(NODE.least)), fit(NODE.roomy));
  const dx = Math.min(NODE.most + GAP.x, Math.floor((width + GAP.x) / columns));
  return { columns, dx, dy: NODE.height + GAP.y };
}

/** To the next row straight; past others beside them, where no node stands. */
function path({ from, to }: Drawing["edges"][number], { dx, dy }: Grid): string {
  const [top, bottom] = [from.y + NODE.height / 2, to.y - NODE.height / 2];
  const curve = (x: number, y: number, x2: number, y2: number) =>
    `C${x} ${(y + y2) / 2} ${x2} ${(y + y2) / 2} ${x2} ${y2}`;
  if (to.y - from.y <= dy) return `M${from.x} ${top}${curve(from.x, top, to.x, bottom)}`;
  const beside = from.x + (to.x > from.x ? dx / 2 : -dx / 2);
  const [down, up] = [top + GAP.y, bottom - GAP.y];
  return `M${from.x} ${top}${curve(from.x, top, beside, down)}L${beside} ${up}${curve(beside, up, to.x, bottom)}`;
}

type EdgesProps = { drawing: Drawing; grid: Grid; critical: string };

/** Drawn again only when the plan changes, not with every snapshot. `critical` is the path's ids, one a line. */
const Edges = memo(function Edges({ drawing, grid, critical }: EdgesProps) {
  const chain = critical.split("\n");
  const after = new Map(chain.map((id, i) => [id, chain[i - 1]]));
  const on = ({ from, to }: Drawing["edges"][number]) => after.get(to.id) === from.id;
  const draw = (edges: Drawing["edges"]) => edges.map((edge) => path(edge, grid)).join("");
  return (
    <svg className="edges" width={drawing.width} height={drawing.height} aria-hidden="true" focusable="false">
      <path d={draw(drawing.edges.filter((edge) => !on(edge)))} />
      <path className="critical" d={draw(drawing.edges.filter(on))} />
    </svg>
  );
});

function summary(slices: readonly SliceView[], depth: number): string {
  const counts = new Map<SliceAt, number>();
  for (const { at } of slices) counts.set(at, (counts.get(at) ?? 0) + 1);
  const states = [...counts].map(([at, n]) => `${n} ${AT[at]}`).join(", ");
  return `${plural(slices.length, "slice")} in ${plural(depth, "layer")}: ${states}`;
}

const timeOf = ({ at, predictedMs }: SliceView): string =>
  at === "done" || at === "dropped" || predictedMs === null ? "" : roughly(predictedMs);

/** What lines and borders show, in words. */
const placeOf = ({ critical, needs }: SliceView): string =>
  [critical ? "on the critical path" : "", needs.length > 0 ? `needs ${needs.join(", ")}` : "needs nothing"]
    .filter((words) => words !== "")
    .join(", ");

function Cost({ slice }: { slice: SliceView }) {
  const cost = sliceCost(slice);
  if (!cost.startsWith("cost")) return cost;
  return (
    <>
      <span aria-hidden="true">$?</span>
      <span className="hidden">{cost}</span>
    </>
  );
}

type NodeProps = { page: Page; slice: SliceView; at: Placed; grid: Grid; stop: boolean };

function Node({ page, slice, at, grid, stop }: NodeProps) {
  const { model, effort } = modelOf(slice);
  const width = grid.dx - GAP.x;
  const place = { left: at.x - width / 2, top: at.y - NODE.height / 2, width, height: NODE.height };
  return (
    <div role="gridcell" className="node-cell" style={place}>
      <button
        type="button"
        className={`node at-${slice.at}${slice.critical ? " critical" : ""}`}
        tabIndex={stop ? 0 : -1}
        data-node={slice.id}
        title={`${slice.id} ${slice.title}: ${AT[slice.at]}, ${placeOf(slice)}`}
        onClick={() => page.show(slice.id)}
      >
        <span className="node-title">
          <Icon name={slice.at} />
          <span className="hidden">{AT[slice.at]}: </span>
          <span className="id">{slice.id}</span>
          <span className="title">{slice.title}</span>
        </span>
        <span className="node-line">
          <span className="model">{model}</span>
          <span>{effort}</span>
        </span>
        <span className="node-line figures">
          <span>{slice.class}</span>
          <span className="node-cost">
            <Cost slice={slice} />
          </span>
          <span>{timeOf(slice)}</span>
        </span>
        <span className="hidden">, {placeOf(slice)}</span>
      </button>
    </div>
  );
}

type PictureProps = { page: Page; order: OrderView; width: number };

/** One stop of the Tab key, and the arrow keys from node to node, as in a grid. */
function Picture({ page, order: { slices, time }, width }: PictureProps) {
  const shape = JSON.stringify(slices.map(({ id, needs }) => ({ id, needs })));
  const grid = useMemo(() => gridOf(width), [width]);
  const drawing = useMemo(
    () => drawingOf(JSON.parse(shape) as { id: string; needs: string[] }[], grid),
    [shape, grid],
  );
  const [active, setActive] = useState<string | null>(null);
  const byId = new Map(slices.map((slice) => [slice.id, slice]));
  const first = drawing.rows[0]?.[0]?.id ?? null;
  const stop = active !== null && byId.has(active) ? active : first;
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey || stop === null) return;
    const to = stepIn(drawing.rows, stop, event.key);
    if (to === null) return;
    event.preventDefault();
    setActive(to);
    event.currentTarget.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)?.focus();
  };
  return (
    <div
      role="grid"
      className="graph"
      aria-label={summary(slices, drawing.depth)}
      style={{ width: drawing.width, height: drawing.height }}
      onKeyDown={onKey}
      onFocus={(event) => setActive(event.target.getAttribute("data-node"))}
    >
      <Edges drawing={drawing} grid={grid} critical={time.critical.join("\n")} />
      {drawing.rows.map((row, y) => (
        <div key={y} role="row">
          {row.map((at) => {
            const slice = byId.get(at.id);
            return (
              slice && (
                <Node key={at.id} page={page} slice={slice} at={at} grid={grid} stop={at.id === stop} />
              )
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Measures the width there is to draw in before anything is drawn. */
function Room({ page, order }: { page: Page; order: OrderView }) {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return <div ref={element}>{width > 0 && <Picture page={page} order={order} width={width} />}</div>;
}

const SHOWN = 12;

/** "01 → 03 → 05"; the middle of a long one is left out. */
const chainOf = (ids: readonly string[]): string =>
  (ids.length > SHOWN ? [...ids.slice(0, SHOWN - 2), "…", ...ids.slice(-1)] : ids).join(" → ");

/** Who needs whom, what each is expected to cost and to take, and what runs now. */
export function Graph({ page, order }: { page: Page; order: OrderView }) {
  const { slices, time, phase } = order;
  if (slices.length < 2) return null;
  const read = phase === "gate" && slices.length <= OPEN_UP_TO;
  const path = time.critical.length > 1 ? chainOf(time.critical) : "";
  return (
    <Section page={page} name="graph" title="Graph" byDefault={read ? "open" : "folded"}>
      {path !== "" && (
        <p className="critical-path">
          Critical path {path}
          {time.criticalMs !== null && `, about ${roughly(time.criticalMs)}`}
          {time.criticalCost !== null && `, ~${money(time.criticalCost)}`}
        </p>
      )}
      {slices.length > MOST ? (
        <p className="quiet">{`${plural(slices.length, "slice")} are too many to draw: up to ${MOST} are. The list above has them all.`}</p>
      ) : (
        <Room page={page} order={order} />
      )}
    </Section>
  );
}
