/** How a program gets past its tests instead of through them: it changes their runner, or ends before they are done. */
import type { Mark } from "../../../core/codeFacts.ts";
import { chainOf, isCall } from "./calls.ts";
import { child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";

const MOST = 200;

/** What runners give to test files as globals. */
const GIVEN = /^(test|it|describe|suite|expect|assert|beforeEach|afterEach|beforeAll|afterAll|jest|vi)$/;
const GLOBAL = /^(globalThis|global|window|self)$/;
/** Modules that only tests have a use for, and the assertions of the standard library. */
const RUNNER =
  /^["'`](node:)?(assert|test|tape|tap|ava|mocha|chai|jest[\w-]*|@jest\/[\w-]+|vitest|expect|jasmine[\w-]*|uvu|should|power-assert|unittest|pytest)(\/[^"'`]*)?["'`]$/;
const RUNNER_NAME = /^(unittest|pytest|nose|hypothesis)$/;

const FUNCTION =
  /^(function_declaration|function_expression|function|arrow_function|method_definition|generator_function|generator_function_declaration|function_definition|lambda|function_item|closure_expression|method_declaration|constructor_declaration|func_literal|block_argument)$/;
/** Whoever is given a function to call soon, or at the end, calls it without being asked. */
const CALLS_SOON =
  /^(setImmediate|setTimeout|setInterval|queueMicrotask|nextTick|on|once|addListener|then|finally|register)$/;

type Place = { node: Sketch; called: boolean };

/** Everything in the order of the text, with whether it is done when the file is loaded. */
function* places(text: Text): Iterable<Place> {
  const open: Place[] = [{ node: text.root, called: true }];
  for (let one = open.pop(); one; one = open.pop()) {
    yield one;
    const { node, called } = one;
    const soon = isCall(node) && CALLS_SOON.test(lastName(text, node));
    for (let at = node.kids.length - 1; at >= 0; at -= 1) {
      const kid = node.kids[at] as Sketch;
      const within = called && !asMain(text, node);
      const isGiven = soon && kid.field === "arguments";
      if (isGiven) for (const given of kid.kids.toReversed()) open.push(...inside(given, within));
      else open.push({ node: kid, called: within && !FUNCTION.test(kid.type) });
    }
  }
}

/** A function that is given away is run; what stands in it is looked at as if it stood there. */
const inside = (given: Sketch, called: boolean): Place[] =>
  FUNCTION.test(given.type) ? given.kids.map((node) => ({ node, called })) : [{ node: given, called }];

/** `if (require.main === module)`, `if __name__ == "__main__"`: only where the file is the program. */
const asMain = (text: Text, node: Sketch): boolean =>
  /^if_statement$/.test(node.type) &&
  /require\.main|import\.meta|__name__|process\.argv/.test(
    textOf(text, child(node, "condition")).slice(0, 500),
  );

const lastName = (text: Text, node: Sketch): string => chainOf(text, node).links.at(-1)?.name ?? "";
const namesOf = (text: Text, node: Sketch): string[] => chainOf(text, node).links.map(({ name }) => name);

export function runnerMarks(text: Text): Mark[] {
  const marks: Mark[] = [];
  const bound = boundTo(text);
  const add = (kind: Mark["kind"], node: Sketch): void => {
    const what = textOf(text, node).replace(/\s+/g, " ").slice(0, 120);
    marks.push({ kind, what, line: text.lineAt(node.from) });
  };
  for (const { node, called } of places(text)) {
    if (marks.length >= MOST) break;
    if (!node.named) continue;
    if (changesRunner(text, node, bound)) add("runner", node);
    else if (called && isCall(node) && ends(namesOf(text, node))) add("exit", node);
  }
  return marks;
}

/** Names that stand for a module of a runner. */
function boundTo(text: Text): Set<string> {
  const bound = new Set<string>();
  for (const { node } of places(text)) {
    if (node.type !== "variable_declarator" && node.type !== "import_statement") continue;
    const source = /(?:require\s*\(\s*|from\s+|import\s+)(["'`][^"'`]*["'`])/.exec(
      textOf(text, node).slice(0, 500),
    )?.[1];
    if (source === undefined || !RUNNER.test(source)) continue;
    const names = textOf(text, child(node, "name") ?? namedKids(node)[0]).match(/[\w$]+/g) ?? [];
    for (const name of names) bound.add(name);
  }
  return bound;
}

/** An assignment to what tests are made of, or to the exit status. */
function changesRunner(text: Text, node: Sketch, bound: ReadonlySet<string>): boolean {
  if (/^(assignment_expression|assignment|augmented_assignment_expression)$/.test(node.type)) {
    const left = child(node, "left");
    const names = left ? namesOf(text, left) : [];
    const [root = "", name = ""] = names;
    if (
      /^(subscript_expression|subscript)$/.test(left?.type ?? "") &&
      (bound.has(root) || RUNNER_NAME.test(root))
    )
      return true;
    if (names.length < 2) return false;
    if (GLOBAL.test(root) && GIVEN.test(name)) return true;
    if (root === "process" && /^(exitCode|exit|reallyExit)$/.test(name))
      return isHarmless(text, node) === false;
    return bound.has(root) || RUNNER_NAME.test(root);
  }
  if (!isCall(node) || !/^(assign|defineProperty|defineProperties)$/.test(lastName(text, node))) return false;
  const args = namedKids(child(node, "arguments") ?? node);
  const given = textOf(text, node).slice(0, 2000);
  if (GLOBAL.test(textOf(text, args[0]))) return /\b(test|it|describe|expect)\b\s*[:,}("'`]/.test(given);
  return bound.has(textOf(text, args[0]).split(/[.[]/)[0] ?? "");
}

/** A program may say that it failed; that it went well is said by nothing. */
const isHarmless = (text: Text, node: Sketch): boolean =>
  /exitCode\s*=\s*[^;]*$/.test(textOf(text, node)) &&
  !/=\s*(0|undefined|null)\s*;?$/.test(textOf(text, node));

/** process.exit(), os._exit(), sys.exit(). */
function ends(names: readonly string[]): boolean {
  const [root = "", name = ""] = names.slice(-2);
  if (names.length === 1) return /^(quit|exit)$/.test(names[0] ?? "");
  return (
    (root === "process" && /^(exit|reallyExit|abort|kill)$/.test(name)) ||
    (root === "os" && /^(_exit|abort|kill)$/.test(name)) ||
    (root === "sys" && name === "exit")
  );
}
