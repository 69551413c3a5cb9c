/** What the usual assertion libraries demand: how much, and how exactly. By name, whatever the language's way to spell it. */
import type { Strength } from "../../../core/codeFacts.ts";

const plain = (name: string): string => name.toLowerCase().replace(/[_!?\s]/g, "");
const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

const EXACT = words(`
  be eq eql equal equals deepequal deepequals strictequal deepstrictequal same strictsame is isequalto isequal issameas issame
  deep.equal tobe toequal tostrictequal tohavelength lengthof haslength assertequal assertequals asserteq assertsame assertis
  assertdictequal assertlistequal assertsetequal asserttupleequal assertsequenceequal assertmultilineequal assertcountequal
  assertisnone assertnull assertnil asserttrue= containsexactly containsexactlyinanyorder hassize len length nil null isnull isnone
  tobenull tobeundefined undefined istrue isfalse true false assertarrayequals assertiterableequals assertlinesmatch assertarrayequal
  tohavebeencalledwith tohavebeencalledtimes tohavebeenlastcalledwith tohavebeennthcalledwith toreturnwith calledwith
  assertcalledwith assertcalledoncewith assertcalledonce assertnotcalled asserthascalls calledonce callcount
  tomatchsnapshot tomatchinlinesnapshot matchsnapshot assertsnapshot assertyamlsnapshot assertjsonsnapshot
  jsoneq yamleq elementsmatch exactly errorcontains equalerror assertions expect == === isequaltoignoringcase hasvalue hasmessage
  tothrowerrormatchingsnapshot tothrowerrormatchinginlinesnapshot nothrow expecteq asserteqfloat expectstreq empty isempty tobeempty
  asserte expectfalse expecttrue tobenan times never
`);
const VAGUE = words(`
  tobetruthy tobefalsy tobedefined tobeinstanceof tobetypeof tohavebeencalled tohavebeencalledonce= ok notok truthy falsy exist exists
  isnotnull notnull assertnotnull assertisnotnone assertnotnil notnil notnone isnotnone notequal notequals notsame notdeepequal
  notstrictequal notdeepstrictequal assertnotequal assertnotequals assertne assertnotsame assertisinstance isinstance instanceof
  isinstanceof isa ain an a isdefined isok notempty isnotempty assertisnotempty called assertcalled assertisnot asserttrue assertfalse
  assert truth notzero istype isnotequalto isnotsameas doesnotthrow doesnotthrowanyexception != !== isnot notin assertnotin doesnotreject
  assertdoesnotthrow tobeoneof isin oneof respondto tobe.a asserttypes
`);

/** `negated` demands say what a value is not: nearly nothing. */
export function strengthOf(matcher: string): Strength {
  const parts = plain(matcher)
    .split(".")
    .filter((one) => !FILLERS.has(one));
  const negated = parts.includes("not") || parts.includes("isnot");
  const last = parts.filter((one) => one !== "not").at(-1) ?? "";
  if (negated)
    return /null|undefined|nil|none|equal|^be$|tobe$|eq|contain|match|throw|empty|true|false/.test(last)
      ? 1
      : 2;
  if (EXACT.has(last) || EXACT.has(parts.slice(-2).join("."))) return 3;
  return VAGUE.has(last) ? 1 : 2;
}
const FILLERS = words(
  "to and that which with has have should resolves rejects eventually expect assert require",
);

/** A comparison written out: `a == b`. */
export const operatorStrength = (operator: string): Strength =>
  operator === "==" || operator === "===" || operator === "is"
    ? 3
    : operator === ""
      ? 1
      : /!|not/.test(operator)
        ? 1
        : 2;

/** How many arguments demand something; what follows is a message. */
const BINARY =
  /^(assert_?)?(not_?)?(deep|strict|deepstrict|array|iterable|list|dict|set|tuple|count|sequence|multiline|lines)?_?(equals?|eq|ne|same|is|isnot|greater|less|greater(or)?equal|less(or)?equal|in|notin|contains|regex|match(es)?|instanceof|isinstance|include|len|containsexactly|elementsmatch|jsoneq|subset|errorcontains|equalerror|errorIs|errorAs)!?$/i;
const UNARY =
  /^(assert_?)?(not_?)?(is_?)?(ok|true|false|truthy|falsy|null|none|nil|not_?(null|none|nil|empty|ok)|empty|error|no_?error|zero|undefined|defined|exists?)!?$|^(debug_)?assert!?$/i;

export function arity(name: string): number {
  const bare = name.replace(/_/g, "");
  if (UNARY.test(name) || UNARY.test(bare)) return 1;
  return BINARY.test(name) || BINARY.test(bare) ? 2 : Infinity;
}

const NEAR = /closeto|almostequal|approx|delta|epsilon|allclose|within|isclose|nearly|float/;
const DIGITS = /tobecloseto|almostequal/;

/**
 * How far off a value may be, from the numbers that stand after the expected one, by name where they have one; null where
 * the matcher allows none. Jest's and unittest's digits become half a unit of the last.
 */
export function toleranceOf(matcher: string, expected: string): number | null {
  const name = plain(matcher);
  if (!NEAR.test(name) && !/\b(approx|within|offset|isclose|is_close)\b/.test(expected)) return null;
  const named = [
    ...expected.matchAll(/\b(rel|abs|rel_tol|abs_tol|rtol|atol|delta|places)\s*=\s*([\d.e+-]+)/g),
  ];
  const byPlaces = named.find(([, key]) => key === "places");
  if (byPlaces) return 10 ** -Number(byPlaces[2]) / 2;
  if (named.length > 0) return Math.max(...named.map(([, , value]) => Number(value)));
  const numbers = expected.match(/(?<![\w.])\d[\d.]*(e[+-]?\d+)?/g) ?? [];
  const after = numbers.length > 1 ? Number(numbers.at(-1)) : null;
  if (DIGITS.test(name)) return 10 ** -(after ?? (name.includes("closeto") ? 2 : 7)) / 2;
  return after ?? 1e-6;
}
