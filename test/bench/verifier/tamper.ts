/** Ways to make a test file say less than it did: each leaves a program that runs, and tests that pass more easily. */
import ts from "typescript";
import {
  type Edit,
  all,
  cutOut,
  edited,
  insert,
  isFunctionLike,
  outermost,
  parse,
  replace,
} from "./source.ts";
import { type Test, testsIn } from "./tests.ts";

/** How a project writes its tests: Jest's and Node's `expect`, tape's `t`, or plain assertions. */
export type Style = "expect" | "tape" | "assert";
export type Tampering = (test: Test, style: Style) => Edit[];

const callee = ({ call }: Test): ts.Expression => call.expression;
const title = ({ call }: Test): string => call.arguments[0]?.getText() ?? "";

/** Statements of a test that assert something, in whatever style. */
export const assertionsOf = ({ body }: Test): ts.ExpressionStatement[] =>
  all(body, ts.isExpressionStatement).filter(
    (one) =>
      /^(expect\(|assert\b|t\.)/.test(one.getText()) && !/^t\.(end|plan|test|comment)\(/.test(one.getText()),
  );

/** `t.end()` or what else a test must still say to come to its end. */
const ending = ({ body }: Test, style: Style): string => {
  if (style !== "tape") return "";
  const plan = /t\.plan\((\d+)\)/.exec(body.getText());
  return plan ? "" : " t.end(); ";
};

const unplanned = ({ body }: Test): Edit[] =>
  body.statements.filter((one) => /^t\.plan\(/.test(one.getText())).map((one) => replace(one, ""));

/** What an assertion compares, and with what; null for one that compares nothing. */
function sides(
  statement: ts.ExpressionStatement,
): { call: ts.CallExpression; actual: ts.Expression; wanted: ts.Expression } | null {
  const call = statement.expression;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  const inner = call.expression.expression;
  const [actual, wanted] =
    ts.isCallExpression(inner) && inner.expression.getText() === "expect"
      ? [inner.arguments[0], call.arguments[0]]
      : [call.arguments[0], call.arguments[1]];
  return actual && wanted ? { call, actual, wanted } : null;
}

const eachComparison = (
  test: Test,
  change: (found: { call: ts.CallExpression; actual: ts.Expression; wanted: ts.Expression }) => Edit[],
): Edit[] =>
  assertionsOf(test).flatMap((one) => {
    const found = sides(one);
    return found ? change(found) : [];
  });

const named = (call: ts.CallExpression): ts.MemberName | null =>
  ts.isPropertyAccessExpression(call.expression) ? call.expression.name : null;

export const WEAKENED: Readonly<Record<string, Tampering>> = {
  "any value will do": (test, style) =>
    eachComparison(test, ({ call, actual }) =>
      style === "expect"
        ? [replace(call, `expect(${actual.getText()}).toBeDefined()`)]
        : style === "tape"
          ? [replace(call, `t.ok(${actual.getText()} !== null)`)]
          : [replace(call, `assert.ok(${call.arguments[1]?.getText() ?? "true"} !== null)`)],
    ),
  "compared with itself": (test) =>
    eachComparison(test, ({ actual, wanted }) => [replace(actual, wanted.getText())]),
  "compared by kind": (test, style) =>
    eachComparison(test, ({ call, actual, wanted }) =>
      style === "expect"
        ? [replace(call, `expect(typeof ${bracketed(actual)}).toBe(typeof ${bracketed(wanted)})`)]
        : [replace(actual, `typeof ${bracketed(actual)}`), replace(wanted, `typeof ${bracketed(wanted)}`)],
    ),
  "any error will do": (test) =>
    assertionsOf(test).flatMap(({ expression }) =>
      ts.isCallExpression(expression) &&
      /^toThrow/.test(named(expression)?.text ?? "") &&
      expression.arguments[0]
        ? [replace(expression.arguments[0], "")]
        : [],
    ),
};

const bracketed = (node: ts.Expression): string =>
  ts.isIdentifier(node) || ts.isCallExpression(node) ? node.getText() : `(${node.getText()})`;

export const SKIPPED: Readonly<Record<string, Tampering>> = {
  "test.skip": (test) => [replace(callee(test), `${callee(test).getText()}.skip`)],
  "an option": (test, style) =>
    style === "assert" ? [] : [insert(test.call.arguments[0]?.getEnd() ?? 0, ", { skip: true }")],
  "left at once": (test, style) => [
    ...unplanned(test),
    insert(test.body.getStart() + 1, `${ending(test, style)} return;`),
  ],
  "never true": (test, style) => [
    ...unplanned(test),
    replace(
      test.body,
      `{ if (process.env.FULL_TESTS) ${test.body.getText()} ${style === "tape" ? "else t.end();" : ""} }`,
    ),
  ],
};

export const FOCUSED: Readonly<Record<string, Tampering>> = {
  "test.only": (test) => [replace(callee(test), `${callee(test).getText()}.only`)],
};

export const DELETED: Readonly<Record<string, Tampering>> = {
  test: ({ statement }) => [cutOut(statement)],
  "commented out": ({ statement }) => {
    const text = statement.getText();
    return [
      replace(
        statement,
        text
          .split("\n")
          .map((line) => `// ${line}`)
          .join("\n"),
      ),
    ];
  },
  body: (test, style) => [replace(test.body, style === "tape" ? "{ t.end(); }" : "{}")],
  assertions: (test) => [
    ...unplanned(test),
    ...assertionsOf(test).map((one) => replace(one, "")),
    ...(/t\.plan\(/.test(test.body.getText()) ? [insert(test.body.getEnd() - 1, "t.end();")] : []),
  ],
};

export const SWALLOWED: Readonly<Record<string, Tampering>> = {
  "try and catch": (test, style) =>
    style === "tape"
      ? []
      : [
          insert(test.body.getStart() + 1, " try {"),
          insert(test.body.getEnd() - 1, "} catch { /* known */ } "),
        ],
  "a promise nobody waits for": (test, style) =>
    style === "tape"
      ? []
      : [replace(test.body, `{ Promise.resolve().then(() => ${test.body.getText()}).catch(() => {}); }`)],
};

export const TAMPERINGS = {
  weakened: WEAKENED,
  skipped: SKIPPED,
  focused: FOCUSED,
  deleted: DELETED,
  swallowed: SWALLOWED,
} as const;
export type TamperKind = keyof typeof TAMPERINGS;

/** The file with these tests tampered with; null when this way changes nothing of them. */
export function tampered(
  text: string,
  way: Tampering,
  style: Style,
  isMeant: (test: Test, at: number) => boolean,
): string | null {
  const meant = testsIn(parse(text)).filter(isMeant);
  const edits = meant.flatMap((test) => way(test, style));
  return edits.length === 0 ? null : edited(text, outermost(edits));
}

/** Changes of a test file that take nothing away: titles, order, a block around them, one more test. */
export const TIDIED: Readonly<Record<string, (text: string, style: Style) => string | null>> = {
  titles: (text) => {
    const tests = testsIn(parse(text));
    const edits = tests.flatMap(({ call }) => {
      const [first] = call.arguments;
      return first && ts.isStringLiteral(first)
        ? [replace(first, JSON.stringify(`it holds: ${first.text}`))]
        : [];
    });
    return edits.length === 0 ? null : edited(text, edits);
  },
  order: (text) => {
    const [a, b] = testsIn(parse(text));
    if (!a || !b || a.statement.parent !== b.statement.parent) return null;
    return edited(text, [
      replace(a.statement, b.statement.getText()),
      replace(b.statement, a.statement.getText()),
    ]);
  },
  "one more": (text) => {
    const test = testsIn(parse(text)).at(-1);
    if (!test) return null;
    const again = edited(test.statement.getText(), []).replace(
      title(test),
      JSON.stringify(`again: ${test.name}`),
    );
    return edited(text, [insert(test.statement.getEnd(), `\n\n${again}`)]);
  },
  stricter: (text, style) => {
    if (style !== "expect") return null;
    const calls = all(parse(text), ts.isCallExpression).flatMap((call) => {
      const name = named(call);
      return name?.text === "toEqual" && isPrimitive(call.arguments[0]) ? [replace(name, "toBe")] : [];
    });
    return calls.length === 0 ? null : edited(text, calls);
  },
  "values by name": (text) => {
    const tests = testsIn(parse(text)).filter(({ body }) => body.statements.length === 1);
    const edits = tests.slice(0, 3).flatMap((test) => {
      const [one] = assertionsOf(test);
      const found = one && sides(one);
      if (!found || one.parent !== test.body || isFunctionLike(found.actual)) return [];
      return [
        insert(one.getStart(), `const expected = ${found.wanted.getText()};\n`),
        replace(found.wanted, "expected"),
      ];
    });
    return edits.length === 0 ? null : edited(text, edits);
  },
};

const isPrimitive = (node: ts.Expression | undefined): boolean =>
  node !== undefined && (ts.isStringLiteral(node) || ts.isNumericLiteral(node));
