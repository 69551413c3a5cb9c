/** Right code from right code: the same behaviour in other words. Each answers null when there is nothing to change. */
import prettier from "prettier";
import ts from "typescript";
import { type Edit, all, edited, insert, isFunctionLike, parse, replace, walk } from "./source.ts";

export type Rewrite = (text: string) => string | null | Promise<string | null>;

const whole = (text: string, edits: readonly Edit[]): string | null =>
  edits.length === 0 ? null : edited(text, edits);

// ── By the language's own tools ─────────────────────────────────────────────────────────────────────────────────────

const NAME = "/source.js";

function serviceFor(text: string): ts.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => ({ allowJs: true, target: ts.ScriptTarget.Latest, noLib: true }),
    getScriptFileNames: () => [NAME],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => (name === NAME ? ts.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => "lib.d.ts",
    fileExists: (name) => name === NAME,
    readFile: (name) => (name === NAME ? text : undefined),
  });
}

/** Names declared inside functions, in the order of the text: nobody outside can see them. */
function locals(text: string): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  walk(parse(text), (node) => {
    if (!ts.isVariableDeclaration(node) && !ts.isParameter(node)) return;
    if (ts.isIdentifier(node.name) && ts.findAncestor(node, ts.isFunctionLike)) found.push(node.name);
  });
  return found;
}

const RENAMED = 4;

function rename(text: string): string | null {
  let made = text;
  const names = [...new Set(locals(text).map((one) => one.text))]
    .filter((one) => one.length > 0)
    .slice(0, RENAMED);
  for (const name of names) {
    const fresh = `own${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
    if (made.includes(fresh)) continue;
    const at = locals(made)
      .find((one) => one.text === name)
      ?.getStart();
    if (at === undefined) continue;
    const places = serviceFor(made).findRenameLocations(NAME, at, false, false, {
      providePrefixAndSuffixTextForRename: true,
    });
    const edits = (places ?? []).map(({ textSpan, prefixText = "", suffixText = "" }) => ({
      from: textSpan.start,
      to: textSpan.start + textSpan.length,
      text: `${prefixText}${fresh}${suffixText}`,
    }));
    made = edited(made, edits);
  }
  return made === text ? null : made;
}

const FORMAT: ts.FormatCodeSettings = { ...ts.getDefaultFormatCodeSettings("\n"), indentSize: 2 };

/** The first expression long enough that the editor's own refactoring moves out into a function of the file. */
function extractFunction(text: string): string | null {
  const service = serviceFor(text);
  const candidates = all(parse(text), ts.isReturnStatement).flatMap(({ expression }) =>
    expression && expression.getText().length > 20 ? [expression] : [],
  );
  for (const node of candidates) {
    const range = { pos: node.getStart(), end: node.getEnd() };
    const actions = service
      .getApplicableRefactors(NAME, range, {}, undefined, undefined, true)
      .filter(({ name }) => name === "Extract Symbol")
      .flatMap(({ actions: all }) => all)
      .filter(({ name, notApplicableReason }) => name.startsWith("function_scope") && !notApplicableReason);
    const action = actions.at(-1);
    const edits =
      action && service.getEditsForRefactor(NAME, FORMAT, range, "Extract Symbol", action.name, {});
    const changes = edits?.edits[0]?.textChanges ?? [];
    if (changes.length > 0)
      return edited(
        text,
        changes.map(({ span, newText }) => ({
          from: span.start,
          to: span.start + span.length,
          text: newText,
        })),
      );
  }
  return null;
}

const format = (text: string): Promise<string> =>
  prettier.format(text, { parser: "babel", tabWidth: 4, semi: false, singleQuote: false, printWidth: 60 });

// ── By hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const inBlock = (node: ts.Node): boolean => ts.isBlock(node.parent);

/** Results get a name before they are returned. */
function extractVariable(text: string): string | null {
  const returns = all(parse(text), ts.isReturnStatement).filter(
    (one) =>
      inBlock(one) &&
      one.expression &&
      !ts.isIdentifier(one.expression) &&
      one.expression.getText().length > 8,
  );
  const apart = returns.filter((one) => !returns.some((other) => other !== one && isInside(one, other)));
  return whole(
    text,
    apart.map((one) =>
      replace(one, `const outcome = ${one.expression?.getText() ?? ""};\n  return outcome;`),
    ),
  );
}

const isInside = (inner: ts.Node, outer: ts.Node): boolean =>
  inner.getStart() >= outer.getStart() && inner.getEnd() <= outer.getEnd();

const isMovable = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  (ts.isVariableStatement(node) &&
    node.declarationList.declarations.every(({ initializer }) => initializer && isFunctionLike(initializer)));

/** Two neighbours that are only called later change places: functions of the file, or methods of a class. */
function reorder(text: string): string | null {
  const tree = parse(text);
  const lists: ts.Node[][] = [
    [...tree.statements],
    ...all(tree, ts.isClassDeclaration).map(({ members }) => [...members]),
  ];
  for (const list of lists) {
    const at = list.findIndex((node, place) => {
      const next = list[place + 1];
      const both = next ? [node, next] : [];
      return both.length === 2 && (both.every(isMovable) || both.every(ts.isMethodDeclaration));
    });
    const [a, b] = [list[at], list[at + 1]];
    if (at >= 0 && a && b) return edited(text, [replace(a, b.getText()), replace(b, a.getText())]);
  }
  return null;
}

function comment(text: string): string | null {
  const tree = parse(text);
  const named = tree.statements.filter(
    (node) => ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isVariableStatement(node),
  );
  return whole(
    text,
    named.map((node) =>
      insert(node.getStart(), "/** Part of the module; see the instructions for what it must do. */\n"),
    ),
  );
}

const PLAIN = (node: ts.Node): boolean =>
  ts.isIdentifier(node) ||
  ts.isNumericLiteral(node) ||
  ts.isStringLiteral(node) ||
  (ts.isPropertyAccessExpression(node) && PLAIN(node.expression));

const TURNED: Readonly<Record<string, string>> = {
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "===": "===",
  "!==": "!==",
};

/** a < b as b > a. */
function turnComparisons(text: string): string | null {
  const edits = all(parse(text), ts.isBinaryExpression).flatMap((node) => {
    const other = TURNED[node.operatorToken.getText()];
    return other && PLAIN(node.left) && PLAIN(node.right)
      ? [replace(node, `${node.right.getText()} ${other} ${node.left.getText()}`)]
      : [];
  });
  return whole(text, edits);
}

/** if (a) b else c as if (!(a)) c else b. */
function turnBranches(text: string): string | null {
  const turned = all(parse(text), ts.isIfStatement).filter(
    (one) => one.elseStatement && !ts.isIfStatement(one.elseStatement) && !ts.isIfStatement(one.parent),
  );
  const outer = turned.filter((one) => !turned.some((other) => other !== one && isInside(one, other)));
  return whole(
    text,
    outer.flatMap((one) => [
      replace(one.expression, `!(${one.expression.getText()})`),
      replace(one.thenStatement, one.elseStatement?.getText() ?? ""),
      ...(one.elseStatement ? [replace(one.elseStatement, one.thenStatement.getText())] : []),
    ]),
  );
}

/** a += b as a = a + (b); (x) => y as (x) => { return y; }. */
function spellOut(text: string): string | null {
  const tree = parse(text);
  const sums = all(tree, ts.isExpressionStatement).flatMap(({ expression: node }) => {
    if (!ts.isBinaryExpression(node) || !ts.isIdentifier(node.left)) return [];
    const operator = /^([+*/-])=$/.exec(node.operatorToken.getText())?.[1];
    if (!operator) return [];
    return [replace(node, `${node.left.text} = ${node.left.text} ${operator} (${node.right.getText()})`)];
  });
  const arrows = all(tree, ts.isArrowFunction).filter(({ body }) => !ts.isBlock(body));
  const outer = arrows.filter((one) => !arrows.some((other) => other !== one && isInside(one, other)));
  const bodies = outer
    .filter((one) => !sums.some(({ from }) => from >= one.getStart() && from < one.getEnd()))
    .map(({ body }) => replace(body, `{ return ${body.getText().replace(/^\(([^]*)\)$/, "($1)")}; }`));
  return whole(text, [...sums, ...bodies]);
}

/** Numbers of two and more digits get a name at the top of the file. */
function nameConstants(text: string): string | null {
  const tree = parse(text);
  const numbers = all(tree, ts.isNumericLiteral).filter(
    (one) =>
      /^\d{2,}$/.test(one.text) &&
      ts.findAncestor(one, ts.isFunctionLike) &&
      !ts.isPropertyAssignment(one.parent),
  );
  const values = [...new Set(numbers.map((one) => one.text))].slice(0, 3);
  const used = numbers.filter((one) => values.includes(one.text));
  const first = tree.statements.find(
    (one) => !ts.isImportDeclaration(one) && !/^["']use strict/.test(one.getText()),
  );
  if (used.length === 0 || !first) return null;
  return edited(text, [
    insert(first.getStart(), `${values.map((one) => `const VALUE_${one} = ${one};`).join("\n")}\n\n`),
    ...used.map((one) => replace(one, `VALUE_${one.text}`)),
  ]);
}

export const REWRITES = {
  rename,
  "extract a function": extractFunction,
  "extract a variable": extractVariable,
  reorder,
  format,
  comment,
  "turn comparisons": turnComparisons,
  "turn branches": turnBranches,
  "spell out": spellOut,
  "name constants": nameConstants,
} satisfies Readonly<Record<string, Rewrite>>;
