import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import type { OrderView, View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { money, plural } from "../format.ts";
import { type Row, detailKey, moveOf, rowsOf } from "../rows.ts";
import { Section } from "./Section.tsx";
import { SliceDetail } from "./SliceDetail.tsx";
import { SliceRow } from "./SliceRow.tsx";

/** Above this many slices only the rows in sight are drawn. */
const VIRTUAL_ABOVE = 100;
const ROW = 42;
const DETAIL = 420;

type Props = { page: Page; view: View; order: OrderView; scroll: HTMLDivElement | null };
type RowsProps = Props & { rows: readonly Row[]; active: string | null };

type DrawnProps = { page: Page; view: View; row: Row; index: number; active: string | null; open: boolean };

/** One row, whichever its kind. Only the active one is a stop of the Tab key. */
function Drawn({ page, view, row, index, active, open }: DrawnProps) {
  const { slice } = row;
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!page.store.takeFocus(row.key)) return;
    element.current?.focus({ preventScroll: true });
    element.current?.scrollIntoView({ block: "nearest" });
  });
  const common = {
    ref: element,
    role: "row",
    tabIndex: row.key === active ? 0 : -1,
    "data-key": row.key,
    "aria-rowindex": index + 1,
  };
  const focus = () => row.key !== page.state.ui.active && page.store.changeUi({ active: row.key });
  if (row.kind === "detail")
    return (
      <div {...common} className="detail-row" aria-level={2} onFocus={focus}>
        <SliceDetail page={page} view={view} slice={slice} />
      </div>
    );
  return (
    <div
      {...common}
      className={`row at-${slice.at}`}
      aria-level={1}
      aria-expanded={open}
      onFocus={focus}
      onClick={(event) => toggle(page, slice.id, event.currentTarget)}
    >
      <SliceRow page={page} slice={slice} />
    </div>
  );
}

function toggle(page: Page, slice: string, row?: HTMLElement) {
  const { open } = page.state.ui;
  row?.focus({ preventScroll: true });
  page.store.changeUi({
    open: open.includes(slice) ? open.filter((one) => one !== slice) : [...open, slice],
  });
}

const drawnProps = ({ page, view, rows, active }: RowsProps, index: number, row: Row): DrawnProps => ({
  page,
  view,
  row,
  index,
  active,
  open: rows[index + 1]?.key === detailKey(row.slice.id),
});

const PlainRows = (props: RowsProps) => (
  <div role="rowgroup">
    {props.rows.map((row, index) => (
      <Drawn key={row.key} {...drawnProps(props, index, row)} />
    ))}
  </div>
);

/** The rows in sight, and the active one wherever it is, so that it keeps the focus. */
function VirtualRows(props: RowsProps) {
  const { page, rows, active, scroll } = props;
  const group = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const activeAt = rows.findIndex(({ key }) => key === active);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.kind === "detail" ? DETAIL : ROW),
    overscan: 8,
    scrollMargin: margin,
    initialOffset: page.store.scroll(),
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const [from, to] = [Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan)];
      const seen = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
      const apart = activeAt >= 0 && (activeAt < from || activeAt > to);
      return apart ? [...seen, activeAt].sort((a, b) => a - b) : seen;
    },
  });
  useLayoutEffect(() => {
    const [mine, theirs] = [group.current?.getBoundingClientRect(), scroll?.getBoundingClientRect()];
    if (!mine || !theirs) return;
    const now = Math.round(mine.top - theirs.top + (scroll?.scrollTop ?? 0));
    if (now !== margin) setMargin(now);
  });
  useLayoutEffect(() => {
    if (activeAt >= 0 && page.store.wantsFocus()) virtual.scrollToIndex(activeAt, { align: "auto" });
  }, [activeAt, page.store, virtual]);
  return (
    <div role="rowgroup" className="virtual" ref={group} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index];
        return (
          row && (
            <div
              key={key}
              role="presentation"
              className="virtual-row"
              data-index={index}
              ref={virtual.measureElement}
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              <Drawn {...drawnProps(props, index, row)} />
            </div>
          )
        );
      })}
    </div>
  );
}

const FOCUSABLE = "button, vscode-button, vscode-dropdown, vscode-text-field";

function onKey(event: KeyboardEvent<HTMLElement>, { page, rows, active }: RowsProps) {
  if (!(event.target instanceof HTMLElement)) return;
  const row = event.target.closest<HTMLElement>("[role=row]");
  // Keys inside the controls of an open row are theirs; Escape brings the focus back to the row.
  if (row !== event.target) {
    if (event.key === "Escape") row?.focus();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const move = moveOf(rows, active, event.key);
  if (!move) return;
  event.preventDefault();
  if (move.do === "toggle") toggle(page, move.slice);
  if (move.do === "enter") row.querySelector<HTMLElement>(FOCUSABLE)?.focus();
  if (move.do !== "focus") return;
  page.store.wantFocus(move.key);
  page.store.changeUi({ active: move.key });
}

const facts = ({ phase, total, predicted }: OrderView): string =>
  [
    ...(phase === "gate" || phase === "planning" ? [] : ["approved"]),
    plural(total, "slice"),
    predicted === null ? "cost unknown" : `${money(predicted)} predicted`,
  ].join(" · ");

/** The plan as a tree grid with the habits of VS Code's trees. */
export function SliceGrid(props: Props) {
  const { page, order } = props;
  if (order.slices.length === 0) return null;
  const rows = rowsOf(order.slices, page.state.ui.open);
  const known = rows.some(({ key }) => key === page.state.ui.active);
  const active = known ? page.state.ui.active : (rows[0]?.key ?? null);
  const all = { ...props, rows, active };
  return (
    <Section page={page} name="plan" title="Plan" facts={facts(order)}>
      <div
        className="grid"
        role="treegrid"
        aria-label="Slices"
        aria-rowcount={rows.length}
        aria-colcount={5}
        onKeyDown={(event) => onKey(event, all)}
      >
        {order.slices.length > VIRTUAL_ABOVE ? <VirtualRows {...all} /> : <PlainRows {...all} />}
      </div>
    </Section>
  );
}
