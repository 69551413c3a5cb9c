/** What to beware of in a text: rules that are disabled, work that was not done, breakpoints, modules replaced by mocks. */
import type { Mark } from "../../../core/codeFacts.ts";
import { chainOf, isCall } from "./calls.ts";
import { below, child, isComment, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { literalText } from "./tokens.ts";
import { disabledIn, unfinishedIn } from "../../../core/remarks.ts";

const MOST = 2000;

export function marksOf(text: Text): Mark[] {
  const marks: Mark[] = [];
  const abstract = abstractPlaces(text);
  for (const node of below(text.root)) {
    if (marks.length >= MOST) break;
    if (!node.named) continue;
    for (const [kind, what] of marksAt(text, node)) {
      if (kind === "stub" && abstract.some(([from, to]) => node.from >= from && node.to <= to)) continue;
      marks.push({ kind, what: what.replace(/\s+/g, " ").slice(0, 200), line: text.lineAt(node.from) });
    }
  }
  return marks;
}

type Pair = [Mark["kind"], string];

function marksAt(text: Text, node: Sketch): Pair[] {
  if (isComment(node.type)) return remarks(textOf(text, node));
  if (
    /^(attribute_item|inner_attribute_item|annotation|marker_annotation|attribute|preproc_call|pragma_directive|preproc_pragma)$/.test(
      node.type,
    )
  )
    return disabledIn(textOf(text, node).slice(0, 500), "code").map((what): Pair => ["suppression", what]);
  if (node.type === "debugger_statement") return [["debugger", "debugger"]];
  if (/^(throw_statement|raise_statement)$/.test(node.type))
    return unwritten(textOf(text, node).slice(0, 300));
  if (isCall(node)) return called(text, node);
  return emptied(text, node);
}

function remarks(comment: string): Pair[] {
  const short = comment.slice(0, 4000);
  return [
    ...disabledIn(short, "comment").map((what): Pair => ["suppression", what]),
    ...unfinishedIn(short).map((what): Pair => ["stub", what]),
    ...(/\b(assert\w*|expect)\s*[!.(]|\bassert\s+\S+\s*(==|!=|in|is)\b/.test(short)
      ? [["commented", short] as Pair]
      : []),
  ];
}

const NOT_DONE = /not\s*(yet\s*)?(been\s*)?implement|unimplemented|\bTO[D]O\b|implement\s*(me|this)/i;

/** An error that says the work was not done. */
function unwritten(says: string): Pair[] {
  if (/\bNotImplemented(Error|Exception)\b/.test(says)) return [["stub", says]];
  return NOT_DONE.test(says) ? [["stub", says]] : [];
}

const BREAKS = /^(breakpoint|set_trace|byebug|dbg!|debugger|post_mortem|runcall)$/;
const REPLACES =
  /^(mock|doMock|unstable_mockModule|module|patch|object|spy|createMock|mock_module|Mock|setMock)$/;

function called(text: Text, node: Sketch): Pair[] {
  const { links } = chainOf(text, node);
  const at = links.findIndex(({ args }) => args !== null);
  const [name, owner] = [links[at]?.name ?? "", links[at - 1]?.name ?? ""];
  if (BREAKS.test(name)) return [["debugger", name]];
  if (/^(todo!|unimplemented!)$/.test(name)) return [["stub", name]];
  if (/^(panic|panic!|fail)$/.test(name) && NOT_DONE.test(textOf(text, node).slice(0, 200)))
    return [["stub", textOf(text, node)]];
  const isMock =
    REPLACES.test(name) && /^(jest|vi|mock|mocker|unittest|td|proxyquire|esmock|Mockito|t|)$/.test(owner);
  const first = links[at]?.args?.[0]?.[0];
  if (!isMock || !first) return [];
  // A factory that keeps what it was given replaces a part only.
  if (
    /requireActual|importActual|importOriginal|callThrough|wraps\s*=/.test(textOf(text, node).slice(0, 5000))
  )
    return [];
  const what = textOf(text, first).slice(0, 200);
  return /^["'`]/.test(what)
    ? [["mock", literalText(what).slice(1, -1)]]
    : /\.class$|^typeof\(/.test(what)
      ? [["mock", what]]
      : [];
}

const FUNCTIONS =
  /^(function_definition|function_declaration|function_item|method_declaration|method_definition|method)$/;

/** What equals everything passes every test. */
const equalsAll = (text: Text, node: Sketch, says: readonly Sketch[]): boolean =>
  /^(__eq__|equals|Equals|__contains__)$/.test(textOf(text, child(node, "name"))) &&
  says.length === 1 &&
  /^return\s+(true|True);?$/.test(textOf(text, says[0]).trim());

/** A function whose body says nothing; a docstring says nothing to a machine. */
function emptied(text: Text, node: Sketch): Pair[] {
  if (!FUNCTIONS.test(node.type)) return [];
  const body = child(node, "body");
  if (!body) return [];
  const says = namedKids(body).flatMap((one) => (one.type === "statement_list" ? namedKids(one) : [one]));
  const isNothing = (one: Sketch): boolean =>
    one.type === "pass_statement" ||
    (one.type === "expression_statement" && one.kids.every(({ type }) => /^(string|ellipsis)$/.test(type)));
  if (equalsAll(text, node, says))
    return [["runner", `${textOf(text, child(node, "name"))} that is always true`]];
  if (!says.every(isNothing)) return [];
  return [["empty", textOf(text, child(node, "name"))]];
}

/** Where it is fine that a method says it is not implemented: it is for others to write. */
function abstractPlaces(text: Text): [number, number][] {
  const places: [number, number][] = [];
  for (const node of below(text.root)) {
    const isClass =
      /^(class_definition|class_declaration|abstract_class_declaration|class)$/.test(node.type) && node.named;
    const isMarked =
      node.type === "decorated_definition" &&
      /@(\w+\.)?(abstract\w*|overload)\b/.test(textOf(text, node).slice(0, 500));
    if (!isClass && !isMarked) continue;
    const head = text.text.slice(node.from, child(node, "body")?.from ?? node.to).slice(0, 400);
    if (
      isMarked ||
      /\b(ABC|ABCMeta|Protocol|abstract)\b|\b(Abstract|Base|Interface)\w*|\w+(Base|Interface|Mixin|Protocol)\b/.test(
        head,
      )
    )
      places.push([node.from, node.to]);
  }
  return places;
}
