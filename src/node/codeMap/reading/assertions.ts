/** Calls and statements that demand something, as assertions. */
import type { Assertion, Reach, Strength } from "../../../core/codeFacts.ts";
import { inlined, isComputed } from "./bound.ts";
import { type Chain, type Link, chainOf, isCall } from "./calls.ts";
import { arity, operatorStrength, strengthOf, toleranceOf } from "./matchers.ts";
import { child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { formOf, namesOf, spelled, type Token, tokens, valuesOf } from "./tokens.ts";

export type Demand = Omit<Assertion, "reach" | "within"> & { swallowed: boolean };

/** The subject is their argument; what is demanded of it follows. */
const SUBJECT =
  /^(expect|Expect|assertThat|assertThatThrownBy|assertThatCode|expectThat|Ω|verify|expectTypeOf|then|is_expected|assertWithMessage)$/;
/** Of one thing; their methods demand. */
const ASSERTERS =
  /^(assert|Assert|Assertions|require|t|tap|tt|is|chai|s|suite|a|assertions|strict|ctx|this|self|testing|\$this|check|verify|StringAssert|CollectionAssert|must)$/;
const METHODS =
  /^((not|deep|strict|loose|deep_?strict|almost)?_?(equals?|eq|same|match(es)?|ok|is|isnot|like|throws?|rejects?|has|true|false|truthy|falsy|null|nil|error|noerror|contains?|len|empty|include|includes|regex|snapshot|assert|fail|throwsasync|deepequal|strictequal|deepstrictequal|strictsame|notequal|notok|pass|type|errorIs|errorAs|panics|zero|greater|less|inDelta|inEpsilon|elementsMatch|subset|jsonEq|eventually|never|wantError|resolves|cmp|end|plan))$/i;
const ASSERTING =
  /^(debug_|prop_)?assert|^(EXPECT|ASSERT)_[A-Z_]+$|^(raises|warns|fail|deprecated_call|XCTAssert\w*|must_\w+|wont_\w+|should\w*)$|^(check|verify|expect|ensure)[A-Z_]\w*$/;
/** Say how, not what. */
const BETWEEN =
  /^(as|describedAs|withFailMessage|overridingErrorMessage|extracting|usingRecursiveComparison|element|first|last|asString|asInstanceOf|ignoringFields|WithMessage|timeout|withContext|catch|then|finally|because)$/;
const INSIDE =
  /^(any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|extend|soft|poll|not|configure|addSnapshotSerializer)$/;
const NO_DEMAND = /^(end|plan|pass|context|comment|log|skip|todo|run|cleanup|helper)$/i;

/** What a call demands; nothing when it is no assertion. Chains may demand several things of one subject. */
export function demandsOf(text: Text, node: Sketch): Demand[] {
  const chain = chainOf(text, node);
  const { links } = chain;
  const at = links.findIndex(({ name, args }) => args !== null && SUBJECT.test(name));
  if (at >= 0 && !links.slice(0, at).some(({ args }) => args !== null))
    return ofSubject(text, chain, at, links[at]?.args?.[0] ?? []);
  // chai's `a.should.equal(1)`, FluentAssertions' `a.Should().Be(1)`: what stands before it is the subject.
  const should = links.findIndex(({ name }, place) => place > 0 && /^[sS]hould$/.test(name));
  const subject = links[should - 1]?.node;
  if (subject) return ofSubject(text, chain, should, [subject]);
  if (at > 0) return requested(text, chain);
  if (links[0]?.name === "expect") return inside(text, chain);
  return asserted(text, chain);
}

function ofSubject(text: Text, { links, node }: Chain, at: number, subject: Sketch[]): Demand[] {
  const swallowed = links.some(({ name, args }) => name === "catch" && args !== null);
  const made: Demand[] = [];
  let names: string[] = [];
  for (const { name, args } of links.slice(at + 1)) {
    if (args !== null && BETWEEN.test(name)) continue;
    if (!/^(resolves|eventually)?$/.test(name)) names.push(name);
    if (args === null) continue;
    // Ruby's and Gomega's `to(eq(1))`: the matcher is the argument's.
    const inner =
      /^(to|To|not_to|NotTo|to_not|ToNot|Should|ShouldNot)$/.test(name) && args[0] ? args[0] : null;
    made.push(
      inner
        ? demand(text, node, {
            matcher: innerName(text, names, inner),
            subject,
            expected: [inner],
            swallowed,
          })
        : demand(text, node, { matcher: names.join("."), subject, expected: args, swallowed }),
    );
    names = [];
  }
  if (made.length === 0 && names.length > 0)
    made.push(demand(text, node, { matcher: names.join("."), subject, expected: [], swallowed }));
  return made;
}

function innerName(text: Text, names: readonly string[], inner: readonly Sketch[]): string {
  const first = inner[0];
  const name = first && isCall(first) ? (chainOf(text, first).links.at(-1)?.name ?? "") : textOf(text, first);
  return [...names.filter((one) => /not/i.test(one)).map(() => "not"), name.slice(0, 60)].join(".");
}

/** supertest's `request(app).get("/").expect(200)`. */
function requested(text: Text, { links, node }: Chain): Demand[] {
  const start = links.slice(
    0,
    links.findIndex(({ name, args }) => name === "expect" && args !== null),
  );
  const subject = start.flatMap(({ args }) => args ?? []).flat();
  const swallowed = links.some(({ name, args }) => name === "catch" && args !== null);
  return links
    .filter(({ name, args }) => name === "expect" && args !== null)
    .map(({ args }) => demand(text, node, { matcher: "expect", subject, expected: args ?? [], swallowed }));
}

/** `expect.assertions(2)`; `expect.any(…)` stands within others. */
function inside(text: Text, { links, node }: Chain): Demand[] {
  const link = links.find(({ args }) => args !== null);
  if (!link || INSIDE.test(link.name)) return [];
  return [
    demand(text, node, { matcher: link.name, subject: [], expected: link.args ?? [], swallowed: false }),
  ];
}

function asserted(text: Text, { links, node }: Chain): Demand[] {
  const at = links.findIndex(({ args }) => args !== null);
  const link = links[at];
  if (!link || NO_DEMAND.test(link.name)) return [];
  const owner = links[at - 1]?.name ?? "";
  const isMethod =
    ASSERTERS.test(owner) && (METHODS.test(link.name) || /^(assert|Assert|require)$/.test(owner));
  if (!isMethod && !ASSERTING.test(link.name)) return [];
  const swallowed = links.slice(at).some(({ name }) => name === "catch");
  return [assertion(text, node, link, swallowed)];
}

function assertion(text: Text, node: Sketch, { name, args }: Link, swallowed: boolean): Demand {
  const given = withoutT(text, args ?? []);
  const most = arity(name);
  const isMessage = (one: Sketch[] | undefined, at: number): boolean =>
    at >= 2 && most === Infinity && /string/.test(one?.[0]?.type ?? "");
  const kept = given.length > most && most === 2 ? binary(given) : given.slice(0, most);
  const last = kept.length - 1;
  const meant =
    isMessage(kept[last], last) && !/[Ww]ith|[Cc]ontain|[Mm]atch/.test(name) ? kept.slice(0, last) : kept;
  if (meant.length === 1 && meant[0]) return truth(text, node, name, meant[0], swallowed);
  const [first = [], second = []] = meant;
  const firstIsValue = namesOf(tokens(text, first)).length === 0 && valuesOf(tokens(text, first)).length > 0;
  const [subject, expected] = firstIsValue ? [second, first] : [first, second];
  const made = demand(text, node, {
    matcher: name,
    subject,
    expected: [expected, ...meant.slice(2)],
    swallowed,
  });
  const off = Number(textOf(text, meant[2]?.[0]).replace(/[dDfF]$/, ""));
  return most === 2 && meant.length === 3 && Number.isFinite(off) ? { ...made, tolerance: off } : made;
}

/** JUnit 4 puts the message first. */
function binary(given: Sketch[][]): Sketch[][] {
  const [first, second, third] = given;
  const isText = (one: Sketch[] | undefined): boolean => /string/.test(one?.[0]?.type ?? "");
  const isFirst =
    isText(first) &&
    !isText(third) &&
    second !== undefined &&
    third !== undefined &&
    !/number|integer|float/.test(third[0]?.type ?? "");
  return isFirst
    ? given.slice(1, 3)
    : /number|float|floating/.test(third?.[0]?.type ?? "")
      ? given.slice(0, 3)
      : given.slice(0, 2);
}

/** Go hands its `t` to every assertion. */
function withoutT(text: Text, args: Sketch[][]): Sketch[][] {
  const first = textOf(text, args[0]?.[0]);
  return args.length > 1 && /^(t|tb|b|s\.T\(\)|suite\.T\(\))$/.test(first) ? args.slice(1) : args;
}

const COMPARES = /^(==|===|!=|!==|<|<=|>|>=|in|not in|is|is not|instanceof)$/;

/** One value that must hold: what it compares counts, not that it is called true. */
export function truth(text: Text, node: Sketch, name: string, meant: Sketch[], swallowed: boolean): Demand {
  const [left, operator, right] = compared(text, meant);
  if (operator === "") return demand(text, node, { matcher: name, subject: meant, expected: [], swallowed });
  const made = demand(text, node, { matcher: operator, subject: left, expected: [right], swallowed });
  const near = operator === "<" || operator === "<=" ? Number(spelled(tokens(text, right))) : NaN;
  return {
    ...made,
    matcher: `${name} ${operator}`,
    strength: operatorStrength(operator),
    tolerance:
      Number.isFinite(near) && /\babs|fabs|Abs\b/.test(made.subject)
        ? near
        : toleranceOf(name, made.expected),
  };
}

/** Both sides of a comparison at the top of an expression. */
function compared(text: Text, meant: readonly Sketch[]): [Sketch[], string, Sketch[]] {
  const only = meant.length === 1 ? meant[0] : undefined;
  if (only && /^parenthesized_expression$/.test(only.type)) return compared(text, namedKids(only));
  const parts =
    only && /^(binary_expression|comparison_operator|binary)$/.test(only.type) ? only.kids : meant;
  const at = parts.findIndex((one) => COMPARES.test(text.text.slice(one.from, one.to).replace(/\s+/g, " ")));
  if (at <= 0) return [[...meant], "", []];
  const operator = textOf(text, parts[at]).replace(/\s+/g, " ");
  const [left, right] = [parts.slice(0, at), parts.slice(at + 1)];
  const leftIsValue = namesOf(tokens(text, left)).length === 0 && /^[!=]=/.test(operator);
  return leftIsValue ? [right, operator, left] : [left, operator, right];
}

/** Python's statement; its message is none of it. */
export function statement(text: Text, node: Sketch): Demand {
  const [first] = namedKids(node);
  if (!first) return demand(text, node, { matcher: "assert", subject: [], expected: [], swallowed: false });
  const negated = first.type === "not_operator" ? child(first, "argument") : undefined;
  const made = truth(text, node, negated ? "assert not" : "assert", [negated ?? first], false);
  return negated && made.strength === 3 ? { ...made, strength: 1 } : made;
}

type Parts = { matcher: string; subject: Sketch[]; expected: Sketch[][]; swallowed: boolean };

export function demand(text: Text, node: Sketch, { matcher, subject, expected, swallowed }: Parts): Demand {
  const about = tokens(text, subject);
  const wanted = expected.flatMap((one, at): Token[] =>
    at === 0 ? tokens(text, one) : [{ text: ",", is: "form" }, ...tokens(text, one)],
  );
  // What is handed on is looked at as it is; what is held against something may have been filled since.
  const subjects = inlined(text.bound, about, about.length > 1 ? () => true : isComputed);
  const wants = inlined(text.bound, wanted, () => true);
  const all = [...subjects, ...wants];
  const says = spelled(wants);
  return {
    line: text.lineAt(node.from),
    matcher,
    strength: isVoid(matcher, about, wanted) ? 0 : strengthWith(matcher, says),
    subject: spelled(subjects),
    expected: says,
    form: `${matcher}(${formOf(subjects)} | ${formOf(wants)})`,
    names: namesOf(all),
    values: valuesOf(all),
    tolerance: toleranceOf(matcher, says),
    swallowed,
  };
}

const THROWS = /throw|raise|reject|panic/i;
const strengthWith = (matcher: string, expected: string): Strength =>
  THROWS.test(matcher) && !/not/i.test(matcher) ? (expected === "" ? 1 : 2) : strengthOf(matcher);

/** Holds whatever the program does: literals against literals, or a thing against itself. */
function isVoid(matcher: string, about: readonly Token[], wanted: readonly Token[]): boolean {
  if (/fail|unreachable|assertions|throw|raise|snapshot|panic|plan|verify/i.test(matcher)) return false;
  const says = [...about, ...wanted];
  if (says.length === 0) return false;
  const isFixed = says.every(({ text, is }) => is === "value" || (is === "form" && !/^[\w$]+$/.test(text)));
  return isFixed || (about.length > 0 && spelled(about) === spelled(wanted) && !/not/i.test(matcher));
}

export const withReach = (
  { swallowed, ...rest }: Demand,
  reach: Reach,
  within: string | null,
): Assertion => ({
  ...rest,
  reach: swallowed ? worse(reach, "swallowed") : reach,
  within,
});

const WORSE: readonly Reach[] = ["always", "sometimes", "swallowed", "never"];
export const worse = (a: Reach, b: Reach): Reach => (WORSE.indexOf(a) > WORSE.indexOf(b) ? a : b);
