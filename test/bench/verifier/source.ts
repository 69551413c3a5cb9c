/** JavaScript read as a tree and changed as text: what stands around a change stays byte for byte. */
import ts from "typescript";

export type Edit = { from: number; to: number; text: string };

export const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile("source.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);

/** Whether it is a program at all. */
export function isSound(text: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: "source.js",
    reportDiagnostics: true,
    compilerOptions: { allowJs: true, target: ts.ScriptTarget.Latest, module: ts.ModuleKind.ESNext },
  });
  return diagnostics.length === 0;
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function all<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  walk(root, (node) => {
    if (is(node)) found.push(node);
  });
  return found;
}

export const replace = (node: ts.Node, text: string): Edit => ({
  from: node.getStart(),
  to: node.getEnd(),
  text,
});
export const insert = (at: number, text: string): Edit => ({ from: at, to: at, text });

/** A whole statement with the comments before it and the line end after it. */
export function cutOut(node: ts.Node): Edit {
  const text = node.getSourceFile().text;
  const end = node.getEnd();
  return {
    from: node.getFullStart(),
    to: end,
    text: text.slice(node.getFullStart(), end).startsWith("\n") ? "" : "\n",
  };
}

/** Of edits some of which lie within others: the outer ones. */
export const outermost = (edits: readonly Edit[]): Edit[] =>
  edits.filter(
    (one, at) =>
      !edits.some(
        (other, place) =>
          place !== at &&
          other.from <= one.from &&
          one.to <= other.to &&
          (other.from < one.from || one.to < other.to || place < at),
      ),
  );

/** Edits that touch the same text are a mistake of whoever made them. */
export function edited(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.from - b.from || a.to - b.to);
  let [made, at] = ["", 0];
  for (const { from, to, text: put } of sorted) {
    if (from < at) throw new Error(`edits overlap at ${from}`);
    made += text.slice(at, from) + put;
    at = to;
  }
  return made + text.slice(at);
}

export const lineOf = (node: ts.Node): number =>
  node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;

/** What a text that calls it by `isTest` names its tests by. */
export const isFunctionLike = (node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node);
