/** Wrong code from right code: the kinds of change that mutation tools make, each one replacing one node. */
import ts from "typescript";
import { all, edited, lineOf, parse, replace, walk } from "./source.ts";

export type Mutant = { operator: string; line: number; text: string };

/** What may stand in the node's place. */
type Operator = (node: ts.Node) => string[];

const SWAPS =
  (table: Readonly<Record<string, string[]>>): Operator =>
  (node) => {
    if (!ts.isBinaryExpression(node)) return [];
    const operator = node.operatorToken.getText();
    return (table[operator] ?? []).map((other) => `${node.left.getText()} ${other} ${node.right.getText()}`);
  };

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)));

const arithmetic: Operator = (node) =>
  ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right))
    ? []
    : SWAPS({ "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "**": ["*"] })(node);

/** A condition that is always true, always false, or the other way round. */
const condition: Operator = (node) => {
  const { parent } = node;
  const decides =
    ((ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node);
  if (!decides) return [];
  return ts.isWhileStatement(parent) ? ["false"] : ["true", "false", `!(${node.getText()})`];
};

const string: Operator = (node) => {
  if (!ts.isStringLiteral(node) && !ts.isNoSubstitutionTemplateLiteral(node)) return [];
  const { parent } = node;
  const isName =
    ts.isImportDeclaration(parent) ||
    ts.isExpressionStatement(parent) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isCallExpression(parent) && parent.expression.getText() === "require");
  if (isName) return [];
  return [node.text === "" ? '"Stryker was here!"' : '""'];
};

const array: Operator = (node) => {
  if (!ts.isArrayLiteralExpression(node) || ts.isBinaryExpression(node.parent)) return [];
  const { elements } = node;
  if (elements.length === 0) return ['["Stryker was here"]'];
  const few = elements.slice(0, -1).map((one) => one.getText());
  return ["[]", `[${few.join(", ")}]`];
};

const isBodyOfWork = (node: ts.Node): node is ts.Block => ts.isBlock(node) && node.statements.length > 0;

const METHODS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  toUpperCase: "toLowerCase",
  toLowerCase: "toUpperCase",
  min: "max",
  max: "min",
  floor: "ceil",
  ceil: "floor",
  push: "unshift",
  unshift: "push",
  indexOf: "lastIndexOf",
  padStart: "padEnd",
  shift: "pop",
  pop: "shift",
};
const REMOVED = ["trim", "sort", "reverse", "filter", "slice", "substring", "flat", "concat", "replace"];

const method: Operator = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression, name } = node.expression;
  const args = node.arguments.map((one) => one.getText()).join(", ");
  const other = METHODS[name.text];
  return [
    ...(other ? [`${expression.getText()}.${other}(${args})`] : []),
    ...(REMOVED.includes(name.text) ? [expression.getText()] : []),
  ];
};

const returned: Operator = (node) => {
  if (!ts.isReturnStatement(node) || !node.expression) return [];
  const value = node.expression;
  if (value.kind === ts.SyntaxKind.TrueKeyword) return ["return false;"];
  if (value.kind === ts.SyntaxKind.FalseKeyword) return ["return true;"];
  return ["return undefined;", ...(ts.isNumericLiteral(value) ? [`return ${value.text} + 1;`] : [])];
};

const offByOne: Operator = (node) => {
  if (!ts.isNumericLiteral(node) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node))
    return [];
  const value = Number(node.text);
  if (!Number.isSafeInteger(value)) return [];
  return [String(value + 1), ...(value > 0 ? [String(value - 1)] : [])];
};

const regex: Operator = (node) => {
  if (!ts.isRegularExpressionLiteral(node)) return [];
  const text = node.getText();
  const changes = [
    text.replace(/^\/\^/, "/"),
    text.replace(/\$\/([a-z]*)$/, "/$1"),
    text.replace("\\d", "\\D"),
    text.replace(/\+/, ""),
    text.replace(/\/([a-z]*)g([a-z]*)$/, "/$1$2"),
  ];
  return [...new Set(changes)].filter((one) => one !== text && one !== "//");
};

const update: Operator = (node) => {
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return [];
  const operand = node.operand.getText();
  const { operator } = node;
  const isPrefix = ts.isPrefixUnaryExpression(node);
  if (operator === ts.SyntaxKind.PlusPlusToken) return [isPrefix ? `--${operand}` : `${operand}--`];
  if (operator === ts.SyntaxKind.MinusMinusToken) return [isPrefix ? `++${operand}` : `${operand}++`];
  return operator === ts.SyntaxKind.MinusToken || operator === ts.SyntaxKind.ExclamationToken
    ? [operand]
    : [];
};

export const OPERATORS = {
  arithmetic,
  boundary: SWAPS({ "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"] }),
  comparison: SWAPS({ "<": [">="], "<=": [">"], ">": ["<="], ">=": ["<"] }),
  equality: SWAPS({ "===": ["!=="], "!==": ["==="], "==": ["!="], "!=": ["=="] }),
  logical: SWAPS({ "&&": ["||"], "||": ["&&"], "??": ["&&"] }),
  assignment: SWAPS({ "+=": ["-=", "="], "-=": ["+="], "*=": ["/="], "/=": ["*="] }),
  boolean: (node) =>
    node.kind === ts.SyntaxKind.TrueKeyword
      ? ["false"]
      : node.kind === ts.SyntaxKind.FalseKeyword
        ? ["true"]
        : [],
  condition,
  string,
  array,
  block: (node) => (isBodyOfWork(node) ? ["{}"] : []),
  case: (node) =>
    ts.isCaseClause(node) && node.statements.length > 0 ? [`case ${node.expression.getText()}:`] : [],
  statement: (node) => (ts.isExpressionStatement(node) && ts.isBlock(node.parent) ? [";"] : []),
  method,
  return: returned,
  "off by one": offByOne,
  regex,
  update,
  optional: (node) =>
    ts.isPropertyAccessExpression(node) && node.questionDotToken
      ? [`${node.expression.getText()}.${node.name.text}`]
      : [],
} satisfies Readonly<Record<string, Operator>>;

/** Every mutant of a source, in the order of its text. */
export function mutants(text: string): Mutant[] {
  const tree = parse(text);
  const found: Mutant[] = [];
  const strict = all(tree, ts.isExpressionStatement).filter(({ expression }) =>
    ts.isStringLiteral(expression),
  );
  walk(tree, (node) => {
    if (ts.isSourceFile(node) || strict.some((one) => one === node || one === node.parent)) return;
    for (const [operator, change] of Object.entries<Operator>(OPERATORS))
      for (const put of change(node))
        found.push({ operator, line: lineOf(node), text: edited(text, [replace(node, put)]) });
  });
  return found;
}
