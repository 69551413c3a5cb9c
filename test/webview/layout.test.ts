import { describe, expect, it } from "vitest";
import { type Node, drawingOf, layersOf, stepIn } from "../../webview-ui/layout.ts";
import { moveOf, rowsOf } from "../../webview-ui/rows.ts";
import { slice } from "./parts.ts";

/** "01 02<01 03<01,02" as nodes. */
const graph = (text: string): Node[] =>
  text
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [id = "", needs] = word.split("<");
      return { id, needs: needs ? needs.split(",") : [] };
    });

describe("layers by longest path", () => {
  const check = (text: string, wanted: Record<string, number>) =>
    it(text || "nothing", () => expect(Object.fromEntries(layersOf(graph(text)))).toEqual(wanted));
  check("", {});
  check("a", { a: 0 });
  check("a b<a c<b", { a: 0, b: 1, c: 2 });
  check("d<b,c b<a c<a a", { a: 0, b: 1, c: 1, d: 2 });
  check("a b<a c<a,b", { a: 0, b: 1, c: 2 });
  check("a<missing b<a", { a: 0, b: 1 });
  check("a<b b<a c", { a: 0, b: 0, c: 0 });
  check("a<a b<a", { a: 0, b: 0 });
});

describe("drawing", () => {
  const GRID = { columns: 3, dx: 10, dy: 20 };
  const check = (name: string, text: string, wanted: object) =>
    it(name, () => {
      const { rows, edges, ...size } = drawingOf(graph(text), GRID);
      const at = Object.fromEntries(rows.flat().map(({ id, x, y }) => [id, [x, y]]));
      expect({ ...size, at, edges: edges.map(({ from, to }) => `${from.id}>${to.id}`) }).toEqual(wanted);
    });
  check("nothing", "", { width: 10, height: 0, depth: 0, at: {}, edges: [] });
  check("a chain", "a b<a", {
    width: 10,
    height: 40,
    depth: 2,
    at: { a: [5, 10], b: [5, 30] },
    edges: ["a>b"],
  });
  check("a fork stands on the grid", "a b<a c<a", {
    width: 20,
    height: 40,
    depth: 2,
    at: { a: [5, 10], b: [5, 30], c: [15, 30] },
    edges: ["a>b", "a>c"],
  });
  check("a long layer is wrapped", "a b c d", {
    width: 30,
    height: 40,
    depth: 1,
    at: { a: [5, 10], b: [15, 10], c: [25, 10], d: [5, 30] },
    edges: [],
  });
  check("crossings are taken out", "a b c<b d<a", {
    width: 20,
    height: 40,
    depth: 2,
    at: { a: [5, 10], b: [15, 10], d: [5, 30], c: [15, 30] },
    edges: ["b>c", "a>d"],
  });

  check("a slice stands below what it needs", "a b c d<c", {
    width: 30,
    height: 40,
    depth: 2,
    at: { a: [5, 10], b: [15, 10], c: [25, 10], d: [25, 30] },
    edges: ["c>d"],
  });
  check("two slices stand below the middle of what they need", "a b c d<c e<c", {
    width: 30,
    height: 40,
    depth: 2,
    at: { a: [5, 10], b: [15, 10], c: [25, 10], d: [15, 30], e: [25, 30] },
    edges: ["c>d", "c>e"],
  });

  it("draws 5,000 slices in a line without giving up", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => ({
      id: `${i}`,
      needs: i === 0 ? [] : [`${i - 1}`],
    }));
    expect(drawingOf(chain, GRID).depth).toBe(5000);
  });
});

describe("keys of the graph", () => {
  // a b c / d e, with d below c
  const { rows } = drawingOf(graph("a b c d<c e<c"), { columns: 3, dx: 10, dy: 20 });
  const check = (id: string, key: string, wanted: string | null) =>
    it(`${key} on ${id}`, () => expect(stepIn(rows, id, key)).toBe(wanted));
  check("a", "ArrowRight", "b");
  check("c", "ArrowRight", "c");
  check("a", "ArrowLeft", "a");
  check("c", "ArrowDown", "e");
  check("b", "ArrowDown", "d");
  check("a", "ArrowDown", "d");
  check("d", "ArrowUp", "b");
  check("e", "ArrowDown", "e");
  check("a", "ArrowUp", "a");
  check("d", "Home", "a");
  check("b", "End", "e");
  check("a", "Enter", null);
  check("gone", "ArrowDown", null);
});

describe("keys of the tree grid", () => {
  const slices = ["01", "02", "03"].map((id) => slice(id, id));
  const check = (active: string | null, key: string, wanted: object | null, open = ["02"]) =>
    it(`${key} on ${active} with ${open.join(", ") || "nothing"} open`, () =>
      expect(moveOf(rowsOf(slices, open), active, key)).toEqual(wanted));
  const focus = (key: string) => ({ do: "focus", key });
  const toggle = (id: string) => ({ do: "toggle", slice: id });
  check("01", "ArrowDown", focus("02"));
  check("02", "ArrowDown", focus("02/detail"));
  check("02", "ArrowDown", focus("03"), []);
  check("03", "ArrowDown", focus("03"));
  check("03", "ArrowUp", focus("02/detail"));
  check("01", "ArrowUp", focus("01"));
  check("02", "Home", focus("01"));
  check("01", "End", focus("03"));
  check("01", "PageDown", focus("03"));
  check("03", "PageUp", focus("01"));
  check("01", "ArrowRight", toggle("01"));
  check("02", "ArrowRight", focus("02/detail"));
  check("02", "ArrowLeft", toggle("02"));
  check("01", "ArrowLeft", null);
  check("02/detail", "ArrowLeft", focus("02"));
  check("02/detail", "Enter", { do: "enter" });
  check("01", "Enter", toggle("01"));
  check("01", " ", toggle("01"));
  check("01", "x", null);
  check("gone", "ArrowDown", focus("02"), []);
  check(null, "End", focus("03"), []);
});
