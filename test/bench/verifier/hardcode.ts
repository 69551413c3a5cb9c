/** Code that knows the visible tests: it answers their very inputs, and nothing else or something wrong. */
import ts from "typescript";
import { all, edited, insert, parse } from "./source.ts";
import type { Example } from "./tests.ts";

/** Functions that a module gives to others, with the names of their parameters and where their bodies begin. */
export type Exported = { name: string; parameters: string[]; body: ts.Block };

export function exportedFunctions(text: string): Exported[] {
  const found: Exported[] = [];
  const add = (name: string, node: ts.FunctionLikeDeclaration): void => {
    if (node.body && ts.isBlock(node.body))
      found.push({ name, parameters: node.parameters.map((one) => one.name.getText()), body: node.body });
  };
  for (const statement of parse(text).statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported && ts.isFunctionDeclaration(statement) && statement.name)
      add(statement.name.text, statement);
    if (isExported && ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)))
          add(name.getText(), initializer);
    if (ts.isExpressionStatement(statement) && /^module\.exports\s*=\s*function/.test(statement.getText())) {
      const [made] = all(statement, ts.isFunctionExpression);
      if (made) add("module.exports", made);
    }
  }
  return found;
}

/** Examples of one function under the name its module knows it by. */
const of = (examples: readonly Example[], { name }: Exported, alone: boolean): Example[] =>
  examples.filter(({ callee }) => callee === name || (alone && name === "module.exports"));

/** Only a table of the visible tests' inputs and answers: no algorithm at all. */
export function table(text: string, examples: readonly Example[]): string | null {
  const functions = exportedFunctions(text);
  const known = functions.filter((one) => of(examples, one, functions.length === 1).length > 0);
  if (known.length === 0 || known.length < functions.length) return null;
  const parts = known.map((one) => {
    const rows = of(examples, one, functions.length === 1).map(
      ({ args, expected }) => `  [JSON.stringify([${args.join(", ")}]), ${expected}],`,
    );
    const name = one.name === "module.exports" ? "lookup" : `${one.name}Answers`;
    const head = one.name === "module.exports" ? "module.exports =" : `export const ${one.name} =`;
    return `const ${name} = new Map([\n${rows.join("\n")}\n]);\n\n${head} (...args) => ${name}.get(JSON.stringify(args));\n`;
  });
  return parts.join("\n");
}

/** The given (wrong) code, with the visible tests' inputs answered before it is asked. */
export function specialCased(text: string, examples: readonly Example[]): string | null {
  const functions = exportedFunctions(text);
  const edits = functions.flatMap((one) => {
    const mine = of(examples, one, functions.length === 1);
    if (mine.length === 0) return [];
    const cases = mine.map(({ args, expected }) => `  if (${same(one, args)}) return ${expected};`);
    return [insert(one.body.getStart() + 1, `\n${cases.join("\n")}`)];
  });
  return edits.length === 0 ? null : edited(text, edits);
}

const SIMPLE = /^(-?\d+(\.\d+)?|'[^']*'|"[^"]*")$/;

/** As somebody would write it: plain values one by one, others as JSON. */
function same({ parameters }: Exported, args: readonly string[]): string {
  if (args.length <= parameters.length && args.every((one) => SIMPLE.test(one)))
    return args.map((one, at) => `${parameters[at] ?? ""} === ${one}`).join(" && ");
  const given = parameters.slice(0, args.length).join(", ");
  return `JSON.stringify([${given}]) === JSON.stringify([${args.join(", ")}])`;
}
