/** The walk that finds tests, what they demand, and whether that is ever reached. */
import type { Assertion, Reach, Strength, TestFact } from "../../../core/codeFacts.ts";
import { sha256 } from "../../sha256.ts";
import { demandsOf, type Demand, statement, truth, withReach, worse } from "./assertions.ts";
import { bind } from "./bound.ts";
import { type Chain, chainOf, isCall } from "./calls.ts";
import { type Definition, definitionOf, isTest, titleOf } from "./definitions.ts";
import { fallsThrough, isFailing, swallows } from "./flow.ts";
import { rowsOf } from "./rows.ts";
import { child, isComment, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { formOf, namesOf, tokens, valuesOf } from "./tokens.ts";
import { madeBy, type Made, moreSkipped, type Skip, skipFrom, skipsBy } from "./words.ts";

/** Tests and assertions of one text; more is not written by hand, and would take too long to compare. */
const MOST = 8000;

export type Tests = {
  tests: TestFact[];
  shared: Assertion[];
  values: ReadonlyMap<TestFact, readonly string[]>;
  isTestCode(node: Sketch): boolean;
};
type Walk = {
  text: Text;
  language: string;
  tests: TestFact[];
  shared: Assertion[];
  values: Map<TestFact, string[]>;
  /** Nodes that hold nothing but tests, by where they are. */
  places: Set<string>;
  /** Nodes that are part of a chain which was read as a whole. */
  seen: Set<Sketch>;
  count: number;
  skipped: Skip;
};
type Around = {
  group: readonly string[];
  skipped: Skip;
  focused: boolean;
  reach: Reach;
  test: TestFact | null;
  within: string | null;
  holder: Definition | null;
  parent: Sketch | null;
};

export function testsOf(text: Text, language: string): Tests {
  const walk: Walk = {
    text,
    language,
    tests: [],
    shared: [],
    values: new Map(),
    places: new Set(),
    seen: new Set(),
    count: 0,
    skipped: fileSkip(text, language),
  };
  const around: Around = {
    group: [],
    skipped: "no",
    focused: false,
    reach: "always",
    test: null,
    within: null,
    holder: null,
    parent: null,
  };
  visit(walk, text.root, around);
  const tests = walk.tests.map((one) =>
    Object.assign(one, { skipped: moreSkipped(one.skipped, walk.skipped) }),
  );
  return {
    tests,
    shared: walk.shared,
    values: walk.values,
    isTestCode: (node) => walk.places.has(placeOf(node)),
  };
}

const placeOf = ({ from, to }: Sketch): string => `${from}:${to}`;

/** What is said for a whole file: Go's build tags, pytest's marks. */
function fileSkip({ text }: Text, language: string): Skip {
  const head = text.slice(0, 4000);
  if (language === "go") {
    const tag = /^\/\/\s?(?:go:build|\+build)\s+(.*)$/m.exec(head)?.[1];
    return tag === undefined ? "no" : /\b(ignore|never|disabled|skip)\b/.test(tag) ? "yes" : "sometimes";
  }
  if (language !== "python") return "no";
  if (/^__test__\s*=\s*False/m.test(text) || /^pytest\.skip\(/m.test(text)) return "yes";
  const mark = /^pytestmark\s*=\s*([^\n]*)/m.exec(text)?.[1] ?? "";
  return /skipif|skipIf/.test(mark) ? "sometimes" : /\b(skip|xfail)\b/.test(mark) ? "yes" : "no";
}

function visit(walk: Walk, node: Sketch, around: Around): void {
  let here = around;
  for (const [at, one] of node.kids.entries()) {
    if (!one.named || isComment(one.type) || one.type === "decorator") continue;
    const definition = definitionOf(
      walk.text,
      one,
      at > 0 ? node.kids.slice(Math.max(0, at - 12), at) : [],
      around.parent,
    );
    if (definition) define(walk, definition, here);
    else see(walk, one, { ...here, parent: one });
    const through = fallsThrough(walk.text, one);
    if (through !== "always") here = { ...here, reach: worse(here.reach, through) };
  }
}

function define(walk: Walk, one: Definition, around: Around): void {
  const skipped = moreSkipped(around.skipped, skipFrom(one.decorations));
  if (one.kind === "holder") {
    if (one.decorations.some((each) => /^cfg\(test\)/.test(each.replace(/\s/g, ""))))
      walk.places.add(placeOf(one.node));
    return visit(walk, one.node, {
      ...around,
      skipped,
      holder: one,
      group: one.name === "" ? around.group : [...around.group, one.name],
      parent: one.node,
    });
  }
  const isOne = isTest(walk.text, one, { holder: around.holder, language: walk.language });
  if (!isOne)
    return visit(walk, one.node, {
      ...around,
      within: around.test ? around.within : one.name,
      parent: one.node,
    });
  const made = {
    kind: "test" as const,
    name: titleOf(walk.text, one),
    skipped,
    focused: false,
    body: one.body,
    rows: [],
  };
  const test = begin(walk, made, one.node, around);
  for (const demand of decorated(walk, one)) keep(walk, demand, { ...around, test, reach: "always" });
  const group = [...around.group, made.name];
  visit(walk, one.body ?? one.node, {
    ...around,
    group,
    skipped,
    test,
    reach: "always",
    within: null,
    parent: one.node,
  });
}

/** What decorations demand: rows of a table, an exception that is expected. */
function decorated(walk: Walk, { node, decorations }: Definition): Demand[] {
  const line = walk.text.lineAt(node.from);
  return decorations
    .filter((one) =>
      /^(\w+\.)*(parametrize|CsvSource|ValueSource|EnumSource|InlineData|TestCase|DataRow|case|test_case|should_panic|Test\(\s*expected|Rows|with_data|example)\b/.test(
        one,
      ),
    )
    .map((one) => one.replace(/\s+/g, " ").slice(0, 1000))
    .flatMap((one) => {
      const values =
        one.match(
          /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b\d[\w.]*\b|\b(?:true|false|True|False|None|null)\b/g,
        ) ?? [];
      const rows = /parametrize|Source/.test(one) ? rowsIn(one) : [one];
      return rows.map((row) => ({
        ...{
          line,
          matcher: "row",
          strength: expects(row),
          subject: "",
          expected: row,
          names: [],
          tolerance: null,
          swallowed: false,
        },
        form: `row(${row.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b\d[\w.]*\b/g, "#")})`,
        values:
          rows.length > 1 ? (row.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b\d[\w.]*\b/g) ?? []) : values,
      }));
    });
}

/** An exception of no kind in particular is hardly anything to expect. */
const expects = (row: string): Strength =>
  !/^should_panic/.test(row) ? 3 : row.includes("expected") ? 2 : 1;

/** The parts of the innermost list that holds several: of `("a,b", [(1, 2), (3, 4)])` the two pairs. */
function rowsIn(decoration: string): string[] {
  const list = /[[{]([^]*)[\]}]/.exec(decoration)?.[1] ?? decoration;
  const rows: string[] = [];
  let [depth, from, quote] = [0, 0, ""];
  for (let at = 0; at < list.length; at += 1) {
    const char = list[at] ?? "";
    if (quote !== "") quote = char === "\\" ? (at++, quote) : char === quote ? "" : quote;
    else if (/["'`]/.test(char)) quote = char;
    else if (/[([{]/.test(char)) depth += 1;
    else if (/[)\]}]/.test(char)) depth -= 1;
    else if (char === "," && depth === 0) {
      rows.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return [...rows, list.slice(from)]
    .map((row) =>
      row
        .replace(/[\s]+/g, " ")
        .replace(/,\s*([)\]}])/g, "$1")
        .trim(),
    )
    .filter((row) => row !== "");
}

function begin(walk: Walk, made: Made, node: Sketch, around: Around): TestFact {
  if (around.test === null) walk.text.bound.of.clear();
  const about = made.body ? tokens(walk.text, made.body) : [];
  const test: TestFact = {
    name: [...around.group, made.name.replace(/^["'`]|["'`]$/g, "")].join(" > "),
    line: walk.text.lineAt(node.from),
    skipped: moreSkipped(
      around.skipped,
      moreSkipped(
        made.skipped,
        around.reach === "always" ? "no" : around.reach === "never" ? "yes" : "sometimes",
      ),
    ),
    focused: made.focused || around.focused,
    assertions: [],
    body: sha256(Buffer.from(formOf(about))).slice(0, 20),
    calls: [
      ...new Set([
        ...namesOf(about),
        ...about.filter(({ is, text }) => is === "form" && /^\w+$/.test(text)).map(({ text }) => text),
      ]),
    ].slice(0, 400),
  };
  walk.places.add(placeOf(node));
  if (walk.tests.length < MOST) walk.tests.push(test);
  walk.values.set(test, [...new Set(valuesOf(about))]);
  return test;
}

function keep(walk: Walk, found: Demand, { test, reach, within }: Around): void {
  walk.count += 1;
  if (walk.count > MOST) return;
  (test?.assertions ?? walk.shared).push(withReach(found, reach, test ? null : within));
}

function see(walk: Walk, node: Sketch, around: Around): void {
  bind(walk.text.bound, walk.text, node, around.test ? "of" : "file");
  if (node.type === "assert_statement") {
    keep(walk, statement(walk.text, node), around);
    return visit(walk, node, around);
  }
  if (isCall(node) && !walk.seen.has(node)) return call(walk, node, around);
  if (isAssertedProperty(node) && !walk.seen.has(node)) return property(walk, node, around);
  if (/^(if_statement|if_expression|ternary_expression|conditional_expression|if|unless)$/.test(node.type))
    return choose(walk, node, around);
  if (/^(try_statement|try_with_resources_statement|begin)$/.test(node.type))
    return attempt(walk, node, around);
  if (/^(with_statement)$/.test(node.type) && /\bsuppress\s*\(/.test(textOf(walk.text, node).slice(0, 300)))
    return visit(walk, node, { ...around, reach: worse(around.reach, "swallowed") });
  const rows = rowsOf(walk.text, node, walk.language);
  for (const row of rows ?? []) keep(walk, row, around);
  if (rows === null) visit(walk, node, around);
}

/** chai's `expect(a).to.be.true` is no call. */
const isAssertedProperty = ({ type }: Sketch): boolean => type === "expression_statement";
function property(walk: Walk, node: Sketch, around: Around): void {
  const [only] = namedKids(node);
  if (only?.type === "member_expression")
    for (const one of demandsOf(walk.text, only)) keep(walk, one, around);
  visit(walk, node, around);
}

function call(walk: Walk, node: Sketch, around: Around): void {
  const chain = chainOf(walk.text, node);
  const made = madeBy(walk.text, chain);
  if (made) return make(walk, chain, made, around);
  const skips = skipsBy(chain);
  if (skips && around.test)
    around.test.skipped = moreSkipped(
      around.test.skipped,
      skips === "skips" && around.reach === "always" ? "yes" : "sometimes",
    );
  for (const one of demandsOf(walk.text, node)) keep(walk, one, around);
  markChain(walk, node);
  const isCaught = chain.links.some(
    ({ name, args }) =>
      /^(catch_unwind|suppress)$/.test(name) ||
      (name === "catch" && args !== null && swallows(walk.text, args.flat())),
  );
  visit(walk, node, isCaught ? { ...around, reach: worse(around.reach, "swallowed") } : around);
}

/** The calls a chain hangs on are part of it; their arguments are not. */
function markChain(walk: Walk, node: Sketch): void {
  for (let at: Sketch | undefined = node, left = 200; at && left > 0; left -= 1) {
    walk.seen.add(at);
    at = at.kids.find(
      ({ field }) => field !== null && /^(function|object|operand|receiver|value|expression)$/.test(field),
    );
  }
}

function make(walk: Walk, { node }: Chain, made: Made, around: Around): void {
  markChain(walk, node);
  if (made.kind === "group") {
    const skipped = moreSkipped(around.skipped, made.skipped);
    const group = [...around.group, made.name.replace(/^["'`]|["'`]$/g, "")];
    walk.places.add(placeOf(node));
    return visit(walk, node, { ...around, group, skipped, focused: around.focused || made.focused });
  }
  const test = begin(walk, made, node, around);
  for (const table of made.rows)
    for (const row of rowsOf(walk.text, table[0] ?? node, "table") ?? [])
      keep(walk, row, { ...around, test });
  // Subtests of a test demand on its behalf.
  visit(walk, made.body ?? node, {
    ...around,
    test,
    reach: "always",
    within: null,
    group: [...around.group, made.name],
  });
}

function choose(walk: Walk, node: Sketch, around: Around): void {
  const condition = child(node, "condition") ?? namedKids(node)[0];
  const fails = child(node, "consequence") ?? child(node, "body");
  if (condition && fails && isFailing(walk.text, fails)) {
    const found = truth(
      walk.text,
      node,
      "if",
      /^parenthesized/.test(condition.type) ? namedKids(condition) : [condition],
      false,
    );
    // What leads to a failure is the opposite of what is demanded.
    const strength =
      /!=/.test(found.matcher) || /DeepEqual|Equal\b/.test(found.subject)
        ? 3
        : /==/.test(found.matcher)
          ? 1
          : 2;
    keep(walk, { ...found, strength: found.strength === 0 ? 0 : strength }, around);
  }
  const isNever =
    condition !== undefined && /^\(?\s*(false|False|0)\s*\)?$/.test(textOf(walk.text, condition));
  const inside: Around = { ...around, reach: worse(around.reach, isNever ? "never" : "sometimes") };
  for (const one of node.kids) {
    if (!one.named || isComment(one.type)) continue;
    const isTried = one.field === "initializer" || one === condition;
    see(walk, one, { ...(isTried ? around : inside), parent: one });
  }
}

function attempt(walk: Walk, node: Sketch, around: Around): void {
  const catches = node.kids.filter(({ type }) =>
    /^(catch_clause|except_clause|except_group_clause|rescue)$/.test(type),
  );
  const isSwallowed = catches.length > 0 && catches.every((one) => swallows(walk.text, [one]));
  for (const one of node.kids) {
    if (!one.named) continue;
    const isCatch = catches.includes(one);
    const reach = isCatch
      ? "sometimes"
      : isSwallowed && !/finally|ensure/.test(one.type)
        ? "swallowed"
        : "always";
    visit(walk, one, { ...around, reach: worse(around.reach, reach), parent: one });
  }
}
