/** What names of a test stand for, so that a value may be given a name, or lose it, without being another demand. */
import { child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { type Token, tokens } from "./tokens.ts";

/** Longer values keep their names. */
const LONGEST = 200;
/** Functions and classes are no values to hold something against. */
const NO_VALUE = /function|lambda|closure|func_literal|^class/;

export type Bound = { of: Map<string, Token[]>; file: Map<string, Token[]> };
export const nothingBound = (): Bound => ({ of: new Map(), file: new Map() });

/** `const a = …`, `a = …`, `a := …`, `let a = …;`, `int a = …`: in a test, or for all that follows in its file. */
export function bind(bound: Bound, text: Text, node: Sketch, where: keyof Bound): void {
  const [name, value] = assigned(node);
  if (!name || !value || !/identifier$|^name$/.test(name.type)) return;
  const key = textOf(text, name);
  const says = NO_VALUE.test(value.type) ? [] : inlined(bound, tokens(text, value), () => true);
  const isFit =
    says.length > 0 && says.length <= LONGEST && !says.some((one) => one.is === "name" && one.text === key);
  if (isFit) bound[where].set(key, says);
  else for (const one of [bound.of, bound.file]) one.delete(key);
}

function assigned(node: Sketch): [Sketch?, Sketch?] {
  switch (node.type) {
    case "variable_declarator":
      return [child(node, "name"), child(node, "value") ?? namedKids(node)[1]];
    case "assignment":
    case "assignment_expression":
      return [child(node, "left"), child(node, "right")];
    case "let_declaration":
      return [child(node, "pattern"), child(node, "value")];
    case "short_var_declaration": {
      const sides = [child(node, "left"), child(node, "right")].map((one) => (one ? namedKids(one) : []));
      return sides.every((one) => one.length === 1) ? [sides[0]?.[0], sides[1]?.[0]] : [];
    }
    default:
      return [];
  }
}

/** With names put back to what they stand for, where that `fits`. */
export const inlined = (
  bound: Bound,
  all: readonly Token[],
  fits: (value: readonly Token[]) => boolean,
): Token[] =>
  all.length > LONGEST
    ? [...all]
    : all.flatMap((one) => {
        const value = one.is === "name" ? (bound.of.get(one.text) ?? bound.file.get(one.text)) : undefined;
        return value && fits(value) ? value : [one];
      });

/** A value that was computed; of what is merely written down it is not known what becomes of it until it is looked at. */
export const isComputed = (value: readonly Token[]): boolean => value.some(({ text }) => text === "(");
