/** Test files as lists of tests, and parts of them: what a slice's check runs, and what is held out of its sight. */
import ts from "typescript";
import type { Random } from "../router/generate.ts";
import { all, cutOut, edited, isFunctionLike, parse, walk } from "./source.ts";

/** One call of `test` or `it`, with the statement it stands in. */
export type Test = {
  name: string;
  statement: ts.ExpressionStatement;
  call: ts.CallExpression;
  body: ts.Block;
};

const CALLS = /^(test|it|xtest|xit)(\.skip|\.only)?$/;

function testOf(node: ts.Node): Test | null {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return null;
  const call = node.expression;
  const [title] = call.arguments;
  const body = call.arguments.find(isFunctionLike)?.body;
  if (!title || !CALLS.test(call.expression.getText()) || !body || !ts.isBlock(body)) return null;
  return { name: ts.isStringLiteralLike(title) ? title.text : title.getText(), statement: node, call, body };
}

/** Tests that stand in no other test. */
export function testsIn(tree: ts.SourceFile): Test[] {
  const found: Test[] = [];
  const look = (node: ts.Node): void => {
    const test = testOf(node);
    if (test) found.push(test);
    else ts.forEachChild(node, look);
  };
  look(tree);
  return found;
}

const isAssertion = (node: ts.Statement): boolean =>
  ts.isExpressionStatement(node) && /^assert\b/.test(node.getText());

/** Above so many assertions a test is a list of examples, each of which can be held out by itself. */
const LIST = 10;

/** What can be held out of a test file: its tests, and the single examples of long ones. */
export function unitsIn(tree: ts.SourceFile): ts.Statement[] {
  return testsIn(tree).flatMap(({ statement, body }) => {
    const examples = body.statements.filter(isAssertion);
    return examples.length > LIST ? examples : [statement];
  });
}

/** A test file whole, and its three parts; null is a part without a test in it. */
export type TestFile = { path: string; full: string; visible: string | null; planned: string | null };

export type Parts = { visible: number; planned: number };

/**
 * Tests dealt out by chance: `visible` of them to the check, `planned` to the planner's verification function, and the rest
 * to nobody: with those only the truth is known. Of four and more tests everybody has one.
 */
export function split(
  files: readonly { path: string; text: string }[],
  { visible, planned }: Parts,
  random: Random,
): TestFile[] {
  const trees = files.map(({ text }) => parse(text));
  const units = trees.flatMap((tree, file) => unitsIn(tree).map((unit) => ({ file, unit })));
  const dealt = shuffled(units, random);
  const toPlan = Math.max(1, Math.round(planned * units.length));
  const toNobody = Math.max(1, Math.round((1 - visible - planned) * units.length));
  const held = dealt.slice(0, toPlan + toNobody);
  const forPlan = new Set(held.slice(0, toPlan).map(({ unit }) => unit));
  const hidden = new Set(held.map(({ unit }) => unit));
  return files.map(({ path, text }, file) => {
    const tree = trees[file] ?? parse(text);
    const keep = (kept: (unit: ts.Statement) => boolean): string | null => {
      const mine = unitsIn(tree);
      if (!mine.some(kept)) return null;
      return edited(
        text,
        mine.filter((unit) => !kept(unit)).map((unit) => cutOut(unit)),
      );
    };
    return {
      path,
      full: text,
      visible: keep((unit) => !hidden.has(unit)),
      planned: keep((unit) => forPlan.has(unit)),
    };
  });
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}

/** One example that a test gives: what is called, and what it must be, both as text. */
export type Example = { callee: string; args: string[]; expected: string; test: string };

const isLiteral = (node: ts.Node): boolean => {
  let literal = true;
  walk(node, (one) => {
    if (ts.isIdentifier(one) && !(ts.isPropertyAssignment(one.parent) && one.parent.name === one))
      literal = false;
    if (ts.isCallExpression(one) || isFunctionLike(one)) literal = false;
  });
  return literal || (ts.isNewExpression(node) && node.expression.getText() === "Date");
};

/** A name that stands for a plain value is that value. */
function resolved(node: ts.Expression, body: ts.Block): ts.Expression {
  if (!ts.isIdentifier(node)) return node;
  const declared = all(body, ts.isVariableDeclaration).find(({ name }) => name.getText() === node.text);
  return declared?.initializer && isLiteral(declared.initializer) ? declared.initializer : node;
}

/** Calls of these functions with plain values, compared with a plain value, in whatever style. */
export function examplesIn(text: string, functions: readonly string[]): Example[] {
  return testsIn(parse(text)).flatMap(({ name, body }) =>
    all(body, ts.isCallExpression).flatMap((call) => {
      const sides = compared(call);
      const subject = sides.find(
        (side): side is ts.CallExpression =>
          ts.isCallExpression(side) &&
          functions.includes(side.expression.getText()) &&
          side.arguments.length > 0 &&
          side.arguments.every((one) => isLiteral(resolved(one, body))),
      );
      const other = sides.find((side) => side !== subject);
      const expected = other && resolved(other, body);
      if (!subject || !expected || !isLiteral(expected)) return [];
      const args = subject.arguments.map((one) => resolved(one, body).getText());
      return [{ callee: subject.expression.getText(), args, expected: expected.getText(), test: name }];
    }),
  );
}

/** Both sides of an assertion of equality: expect(a).toBe(b), t.equal(a, b), assert.equal(a, b). */
function compared(call: ts.CallExpression): ts.Expression[] {
  if (!ts.isPropertyAccessExpression(call.expression)) return [];
  const { name, expression } = call.expression;
  if (/^(toBe|toEqual|toStrictEqual)$/.test(name.text) && ts.isCallExpression(expression)) {
    const [actual] = expression.arguments;
    const [wanted] = call.arguments;
    return expression.expression.getText() === "expect" && actual && wanted ? [actual, wanted] : [];
  }
  return /^(equal|equals|deepEqual|same|strictEqual|deepStrictEqual)$/.test(name.text)
    ? call.arguments.slice(0, 2)
    : [];
}
