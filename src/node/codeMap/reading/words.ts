/** How tests, groups and skips are written, by the names of calls, definitions and decorations. */
import type { Chain, Link } from "./calls.ts";
import { namedKids, type Sketch, type Text, textOf } from "./sketch.ts";

export type Skip = "no" | "sometimes" | "yes";
export const moreSkipped = (a: Skip, b: Skip): Skip =>
  a === "yes" || b === "yes" ? "yes" : a === "sometimes" || b === "sometimes" ? "sometimes" : "no";

const TEST = /^(it|test|specify|example|scenario|property|testProp|benchmark)$/;
const GROUP = /^(describe|context|suite|feature|module|group|experiment|example_group)$/;
const XF = /^(x|f|P|X|F)(it|test|specify|describe|context|It|Describe|Context|Specify|example)$/;
const GINKGO = /^(It|Specify|Describe|Context|When|DescribeTable|Entry)$/;
const OWNER = /^(t|tap|tt|Deno|QUnit|root|tape|suite|harness|test|it|b|tb|RSpec|Then)$/;
const BODY = /function|arrow|^do_block$|^block$|lambda|closure|func_literal/;

/** A test or group made by a call: `it.skip("name", () => {})`, `t.Run("name", func…)`, `describe "x" do`. */
export type Made = {
  kind: "test" | "group";
  name: string;
  skipped: Skip;
  focused: boolean;
  body: Sketch | null;
  rows: Sketch[][];
};

export function madeBy(text: Text, { links }: Chain): Made | null {
  const last = links.at(-1);
  if (!last?.args?.[0] || links.length > 6) return null;
  const names = links.map(({ name }) => name).filter((name) => name !== "");
  const at = wordAt(names);
  const word = names[at];
  if (word === undefined) return null;
  const kind = isGroup(names.slice(at)) ? "group" : "test";
  const body = last.args.flat().findLast(({ type }) => BODY.test(type)) ?? null;
  const [title] = last.args[0];
  const isTitled = title !== undefined && /string|template/.test(title.type);
  const isSaid =
    isTitled &&
    links.slice(0, -1).every(({ name, args }) => args === null || /^(each|for|skipIf|runIf)$/.test(name));
  if (!isSaid && !(body && (at === 0 || names.length > 1))) return null;
  if (body === null && !(isSaid && at === 0)) return null;
  const modifiers = names.slice(at + 1);
  return {
    kind,
    name: textOf(text, title === body ? undefined : title).slice(0, 300),
    skipped: moreSkipped(skipOf(word, modifiers, body), optionOf(text, last, /^(skip|todo)$/)),
    focused:
      /^(f|F)(it|It|test|describe|Describe|context|Context|specify|example)$/.test(word) ||
      modifiers.includes("only") ||
      optionOf(text, last, /^(only|focus)$/) === "yes",
    body,
    rows: links
      .filter(({ name, args }) => args !== null && /^(each|for|withData)$/.test(name))
      .flatMap(({ args }) => args ?? []),
  };
}

function wordAt(names: readonly string[]): number {
  const isWord = (name = ""): boolean =>
    TEST.test(name) || GROUP.test(name) || XF.test(name) || GINKGO.test(name);
  if (isWord(names[0])) return names[0] === "test" && GROUP.test(names[1] ?? "") ? 1 : 0;
  return OWNER.test(names[0] ?? "") && (isWord(names[1]) || names[1] === "Run") ? 1 : -1;
}

const isGroup = ([word = "", next = ""]: readonly string[]): boolean =>
  GROUP.test(word) ||
  GROUP.test(next) ||
  /(describe|context|Describe|Context|When|DescribeTable)$/.test(word);

function skipOf(word: string, modifiers: readonly string[], body: Sketch | null): Skip {
  if (/^[xXP]/.test(word) || body === null) return "yes";
  if (modifiers.some((one) => /^(skip|todo|failing|fails|fixme|ignore|pending)$/.test(one))) return "yes";
  return modifiers.some((one) => /^(skipIf|runIf)$/.test(one)) ? "sometimes" : "no";
}

/** `{ skip: true }`, `skip: "why"`: as options or as Ruby's keywords. */
function optionOf(text: Text, { args }: Link, key: RegExp): Skip {
  const pairs = (args ?? [])
    .flat()
    .flatMap((one) => (one.type === "pair" ? [one] : one.type === "object" ? namedKids(one) : []));
  for (const pair of pairs) {
    const [name, value] = namedKids(pair);
    if (pair.type !== "pair" || !name || !key.test(textOf(text, name).replace(/["':]/g, ""))) continue;
    const says = textOf(text, value);
    if (says !== "false") return says === "true" || /^["'`]/.test(says) ? "yes" : "sometimes";
  }
  return "no";
}

const SKIPS =
  /^(skip|Skip|Skipf|SkipNow|skipTest|markTestSkipped|markTestIncomplete|pending|Ignore|Inconclusive|importorskip|xfail|todo|fixme)$/;
const SKIPPER = /^(t|tb|b|this|self|pytest|ctx|context|test|it|unittest|\$this|Assert|s|suite|tap|s\.T\(\))$/;
const ASSUMES = /^(assume|assumeTrue|assumeFalse|assumeThat|assumeNotNull|assumingThat|abort)$/;

/** A call that ends a test without a verdict. `always` when nothing stands before it. */
export function skipsBy({ links }: Chain): "skips" | "assumes" | null {
  const at = links.findIndex(({ args }) => args !== null);
  const name = links[at]?.name ?? "";
  if (ASSUMES.test(name)) return "assumes";
  if (!SKIPS.test(name) || links.length > at + 1) return null;
  const owner = links[at - 1]?.name;
  if (owner === undefined) return /^(skip|pending|importorskip)$/.test(name) ? "skips" : null;
  return SKIPPER.test(owner) ? "skips" : null;
}

const DISABLES =
  /^(Disabled|Ignore|Ignored|ignore|Pending|pytest\.mark\.skip|mark\.skip|unittest\.skip|skip|pytest\.mark\.xfail|mark\.xfail|xfail|unittest\.expectedFailure|expectedFailure|Explicit)\b(?!If|On|Un)/;
const SOMETIMES =
  /^(DisabledIf|DisabledOn|DisabledFor|EnabledIf|EnabledOn|EnabledFor|pytest\.mark\.skipif|mark\.skipif|unittest\.skip(If|Unless)|skip(If|Unless|if)|cfg_attr\b.*\bignore|cfg\()/;

/** By annotations, decorators and attributes, each as it is written, without its sign. */
export function skipFrom(decorations: readonly string[]): Skip {
  const all = decorations.map((one) => one.replace(/\s+/g, ""));
  const off = (one: string): boolean =>
    (/^(?:pytest\.mark\.xfail|xfail)/.test(one) && /strict=True/.test(one)) || SOMETIMES.test(one)
      ? false
      : DISABLES.test(one) || /\bSkip=|enabled=false|cfg\(any\(\)\)/.test(one);
  if (all.some(off)) return "yes";
  return all.some((one) => (SOMETIMES.test(one) && !/^cfg\(test\)/.test(one)) || /skipif|skipIf/.test(one))
    ? "sometimes"
    : "no";
}

const TEST_MARKS =
  /^(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory|Fact|TestMethod|DataTestMethod|TestCase|TestCaseSource|Example|test|rstest|quickcheck|test_case|\w+::test|tokio::test|async_std::test|wasm_bindgen_test|proptest)\b/;
export const isTestMark = (decoration: string): boolean => TEST_MARKS.test(decoration.trim());
