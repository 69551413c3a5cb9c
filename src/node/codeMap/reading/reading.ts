/** The facts guards ask of one text, from its tree. */
import type { Tree } from "web-tree-sitter";
import { type CodeFacts, UNREAD } from "../../../core/codeFacts.ts";
import { choicesOf, LONGEST } from "./choices.ts";
import { marksOf } from "./marks.ts";
import { runnerMarks } from "./runner.ts";
import { below, child, sketch, textOf } from "./sketch.ts";
import { type Tests, testsOf } from "./tests.ts";

const MOST_NAMES = 3000;
const MOST_CASES = 3000;
/** A test with more values than these is looked at assertion by assertion. */
const ONE_CASE = 16;

export function factsOf(tree: Tree, source: string, grammar: string): CodeFacts {
  const text = sketch(tree, source);
  if (text === null) return UNREAD;
  const found = testsOf(text, grammar);
  const defines: string[] = [];
  for (const node of below(text.root)) {
    if (defines.length >= MOST_NAMES) break;
    if (
      /^(function_definition|function_declaration|function_item|method_declaration|method_definition|method|class_definition|class_declaration|variable_declarator)$/.test(
        node.type,
      )
    )
      defines.push(textOf(text, child(node, "name")));
  }
  return {
    by: "grammar",
    tests: found.tests,
    shared: found.shared,
    marks: [...marksOf(text), ...runnerMarks(text)],
    choices: choicesOf(text, found.isTestCode),
    cases: casesOf(found),
    defines: [...new Set(defines)],
  };
}

/** Values that stand together in a test: what it puts in, and last what it wants out, where that is known. */
function casesOf({ tests, shared, values }: Tests): string[][] {
  const whole = tests.map((one) => [...(values.get(one) ?? []), ""]).filter((one) => one.length <= ONE_CASE);
  const parts = [...shared, ...tests.flatMap(({ assertions }) => assertions)].map((one) =>
    one.matcher === "row" || one.matcher === "data"
      ? one.values
      : [...one.values, one.expected.replaceAll(" ", "")],
  );
  const all = [...whole, ...parts].filter((one) => one.length > 1);
  return all.slice(0, MOST_CASES).map((one) => one.slice(-120).map((value) => value.slice(0, LONGEST)));
}
