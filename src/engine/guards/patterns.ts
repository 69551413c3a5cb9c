/** Facts of a text in a language without a grammar, by regular expressions: lines that begin a test, lines that demand something. */
import type { Assertion, CodeFacts, TestFact } from "../../core/codeFacts.ts";
import { disabledIn, unfinishedIn } from "../../core/remarks.ts";

const TEST =
  /^\s*(?:@(?:Test|ParameterizedTest)\b|(?:public |private |internal |override |open |suspend )*(?:func|fun|def|fn|sub)\s+[`"]?test|@test\s|(?:[xf]?(?:it|test|describe|scenario|feature|should))\s*[("'`]|test\s+["']|TEST(?:_F|_P|_CASE)?\s*\(|Test\w*\s*\()/;
const DEMANDS =
  /\b(?:assert\w*|expect\w*|should\w*|require|verify|XCTAssert\w*|check|refute\w*|EXPECT_\w+|ASSERT_\w+|REQUIRE|CHECK)\b\s*[!({.\s"]|\bshould(?:Be|Equal|Throw)|\[\[? .* \]\]?/;
const SKIPS = /@(?:Ignore|Disabled)\b|\b(?:skip|xit|xdescribe|xtest|XCTSkip|pending|@tag\s+:skip)\b/;
const FOCUS = /\b(?:fit|fdescribe|ftest)\s*\(|\.only\s*\(/;
const MOST = 5000;
const LONGEST = 1000;

export function patternsOf(text: string): CodeFacts {
  const tests: TestFact[] = [];
  const shared: Assertion[] = [];
  const marks: CodeFacts["marks"] = [];
  const lines = text.split("\n").slice(0, 100_000);
  for (const [at, whole] of lines.entries()) {
    const line = whole.slice(0, LONGEST);
    const isRemark = /^\s*(?:\/\/|#|--|;|\/?\*|%)/.test(line);
    for (const what of disabledIn(line, "comment")) marks.push({ kind: "suppression", what, line: at + 1 });
    for (const what of isRemark ? unfinishedIn(line) : []) marks.push({ kind: "stub", what, line: at + 1 });
    if (isRemark || tests.length >= MOST) continue;
    if (TEST.test(line)) tests.push(testAt(line, at, `${lines[at - 1] ?? ""}\n${lines[at + 1] ?? ""}`));
    else if (DEMANDS.test(line)) (tests.at(-1)?.assertions ?? shared).push(demandAt(line, at));
  }
  for (const one of tests)
    one.body = one.assertions
      .map(({ form }) => form)
      .join("\n")
      .slice(0, 4000);
  return { by: "patterns", tests, shared, marks: marks.slice(0, MOST), choices: [], cases: [], defines: [] };
}

const tight = (line: string): string => line.replace(/\s+/g, "");

const testAt = (line: string, at: number, around: string): TestFact => ({
  name:
    line.trim().slice(0, 200) +
    (/^\s*@/.test(line) ? ` ${around.split("\n")[1]?.trim().slice(0, 200) ?? ""}` : ""),
  line: at + 1,
  skipped: SKIPS.test(`${around}\n${line}`) ? "yes" : "no",
  focused: FOCUS.test(line),
  assertions: [],
  body: "",
  calls: [],
});

const demandAt = (line: string, at: number): Assertion => ({
  line: at + 1,
  matcher: "line",
  strength: 2,
  subject: tight(line),
  expected: "",
  form: tight(line),
  names: [],
  values: line.match(/"[^"]*"|'[^']*'|\b\d[\w.]*/g) ?? [],
  reach: "always",
  tolerance: null,
  within: null,
});
