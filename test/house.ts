/** The sources as the compiler reads them, for tidy.test.ts. Paths are relative to the repository, with "/". */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export type Source = { path: string; text: string; lines: number; tree: ts.SourceFile };

/** Files of ours under a folder; `ends` is how their names end. What is installed or generated is none of ours. */
export function filesIn(folder: string, ends: RegExp): string[] {
  const found = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && ends.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !/(^|\/)(node_modules|\.cache|out|dist)\//.test(path))
    .toSorted();
}

export function sourcesIn(folder: string): Source[] {
  return filesIn(folder, /\.tsx?$/).map((path) => {
    const text = read(path);
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    return { path, text, lines: text.split("\n").length - 1, tree };
  });
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Every module a file names: import, export from, import(), import types. Relative ones as paths of the repository. */
export function importsOf({ path, tree }: Source): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (from && ts.isStringLiteralLike(from)) found.push(from.text);
  });
  return found.map((name) => (name.startsWith(".") ? join(path, "..", name).replaceAll("\\", "/") : name));
}

const lineOf = (tree: ts.SourceFile, at: number): number => tree.getLineAndCharacterOfPosition(at).line + 1;
export const placeOf = ({ path, tree }: Source, node: ts.Node): string =>
  `${path}:${lineOf(tree, node.getStart())}`;
export const linesOf = (tree: ts.SourceFile, node: ts.Node): number =>
  lineOf(tree, node.end) - lineOf(tree, node.getStart()) + 1;

/** Names that a file itself gives to things: declarations, parameters, members. */
export function namesOf({ tree }: Source): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  walk(tree, (node) => {
    const named = node as Partial<ts.NamedDeclaration>;
    // What is imported, filled in or asked of another was named elsewhere.
    const isOurs =
      !ts.isImportSpecifier(node) && !ts.isPropertyAssignment(node) && !ts.isPropertyAccessExpression(node);
    if (isOurs && named.name && ts.isIdentifier(named.name)) found.push(named.name);
  });
  return found;
}
