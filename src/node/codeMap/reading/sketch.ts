/** A parsed text as plain values, so that what reads it needs no parser: types, fields and places. Bounded in size and depth. */
import type { Tree } from "web-tree-sitter";
import { type Bound, nothingBound } from "./bound.ts";

export type Sketch = {
  type: string;
  named: boolean;
  /** What it is to its parent. */
  field: string | null;
  from: number;
  to: number;
  kids: Sketch[];
};
/** `lineAt` counts from 1. */
export type Text = { root: Sketch; text: string; lineAt(index: number): number; bound: Bound };

/** A tree with more of either is read by nobody in time, and taken for unread. */
const MOST_NODES = 250_000;
const DEEPEST = 1000;

/** Null when the text is beyond what is read. */
export function sketch(tree: Tree, text: string): Text | null {
  const cursor = tree.walk();
  const root = nodeAt(cursor);
  const above: Sketch[] = [root];
  let count = 1;
  try {
    for (let down = true; ;) {
      if (down && cursor.gotoFirstChild()) {
        if (above.length > DEEPEST) return null;
      } else if (cursor.gotoNextSibling()) above.pop();
      else {
        if (!cursor.gotoParent()) break;
        above.pop();
        down = false;
        continue;
      }
      count += 1;
      if (count > MOST_NODES) return null;
      const node = nodeAt(cursor);
      above.at(-1)?.kids.push(node);
      above.push(node);
      down = true;
    }
  } finally {
    cursor.delete();
  }
  return { root, text, lineAt: linesIn(text), bound: nothingBound() };
}

const nodeAt = (cursor: ReturnType<Tree["walk"]>): Sketch => ({
  type: cursor.nodeType,
  named: cursor.nodeIsNamed,
  field: cursor.currentFieldName,
  from: cursor.startIndex,
  to: cursor.endIndex,
  kids: [],
});

function linesIn(text: string): (index: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (index) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

export const child = (node: Sketch, field: string): Sketch | undefined =>
  node.kids.find((one) => one.field === field);
export const namedKids = (node: Sketch): Sketch[] =>
  node.kids.filter(({ named, type }) => named && !isComment(type));
export const isComment = (type: string): boolean => /comment/.test(type);
export const textOf = ({ text }: Text, node: Sketch | undefined): string =>
  node ? text.slice(node.from, node.to) : "";

/** All below and including, in the order of the text. */
export function* below(node: Sketch): Iterable<Sketch> {
  const open = [node];
  for (let one = open.pop(); one; one = open.pop()) {
    yield one;
    for (let at = one.kids.length - 1; at >= 0; at -= 1) open.push(one.kids[at] as Sketch);
  }
}
