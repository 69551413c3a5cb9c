/** The tree grid as data: which rows there are, and what a key does to them. */
import type { SliceView } from "../src/protocol/view.ts";

/** A slice has a row; an open one has its detail below, as a row of level 2. */
export type Row = { key: string; kind: "slice" | "detail"; slice: SliceView };

export const rowKey = (id: string): string => id;
export const detailKey = (id: string): string => `${id}/detail`;

export function rowsOf(slices: readonly SliceView[], open: readonly string[]): Row[] {
  const opened = new Set(open);
  return slices.flatMap((slice): Row[] => {
    const row: Row = { key: rowKey(slice.id), kind: "slice", slice };
    return opened.has(slice.id) ? [row, { key: detailKey(slice.id), kind: "detail", slice }] : [row];
  });
}

export type Move =
  | { do: "focus"; key: string }
  | { do: "toggle"; slice: string }
  /** Into the controls of the detail row that has the focus. */
  | { do: "enter" };

const PAGE = 10;
const STEP: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };

function across(rows: readonly Row[], at: number, key: string): Move | null {
  const row = rows[at];
  if (!row) return null;
  const open = rows[at + 1]?.kind === "detail";
  if (row.kind === "detail")
    return key === "ArrowLeft" ? { do: "focus", key: rowKey(row.slice.id) } : { do: "enter" };
  if (key === "ArrowRight")
    return open ? { do: "focus", key: detailKey(row.slice.id) } : { do: "toggle", slice: row.slice.id };
  return open ? { do: "toggle", slice: row.slice.id } : null;
}

/** The habits of VS Code's trees. Null means that the key is not ours. */
export function moveOf(rows: readonly Row[], active: string | null, key: string): Move | null {
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === active),
  );
  const row = rows[at];
  if (!row) return null;
  const focus = (index: number): Move => ({
    do: "focus",
    key: rows[Math.min(Math.max(index, 0), rows.length - 1)]?.key ?? row.key,
  });
  if (key in STEP) return focus(at + (STEP[key] ?? 0));
  if (key === "Home") return focus(0);
  if (key === "End") return focus(rows.length - 1);
  if (key === "ArrowLeft" || key === "ArrowRight") return across(rows, at, key);
  if (key === "Enter" || key === " ")
    return row.kind === "detail" ? { do: "enter" } : { do: "toggle", slice: row.slice.id };
  return null;
}
