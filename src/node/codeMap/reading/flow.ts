/** Where a program goes: whether what follows a statement is reached, and whether a handler hides what went wrong. */
import type { Reach } from "../../../core/codeFacts.ts";
import { chainOf, isCall } from "./calls.ts";
import { below, child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";

const LEAVES = /^(return_statement|return_expression|return|throw_statement|raise_statement)$/;

const ENDS = /^(process\.(exit|reallyExit|abort)|sys\.exit|os\._exit|os\.Exit|(std::)?process::exit)$/;

/** How sure what stands after a statement is reached. */
export function fallsThrough(text: Text, node: Sketch): Reach {
  const one = node.type === "expression_statement" ? (namedKids(node)[0] ?? node) : node;
  if (LEAVES.test(one.type)) return "never";
  if (isCall(one) && ENDS.test(textOf(text, child(one, "function")))) return "never";
  if (!/^if(_statement|_expression)?$/.test(one.type)) return "always";
  const then = child(one, "consequence");
  if (!then || isFailing(text, then)) return "always";
  return statementsOf(then).some(
    ({ type, kids }) => LEAVES.test(type) || kids.some((kid) => kid.named && LEAVES.test(kid.type)),
  )
    ? "sometimes"
    : "always";
}

/** The statements of a block, however many nodes a grammar puts around them. */
function statementsOf(node: Sketch): Sketch[] {
  const kids = namedKids(node);
  const [only] = kids;
  if (LEAVES.test(node.type)) return [node];
  return kids.length === 1 &&
    only &&
    /^(statement_list|block|statement_block|body_statement)$/.test(only.type)
    ? statementsOf(only)
    : kids;
}

const FAILS = /^(Error|Errorf|Fatal|Fatalf|Fail|FailNow|fail|flunk|panic|panic!|exit|abort)$/;
const OWNS = /^(t|tb|b|s|self|this|assert|Assert|Assertions|os|process|pytest|\$this|suite)$/;

/** A block that makes its test fail: it throws, or says so. */
export function isFailing(text: Text, block: Sketch): boolean {
  return statementsOf(block).some((one) => {
    const inner = one.type === "expression_statement" ? (namedKids(one)[0] ?? one) : one;
    if (/^(throw_statement|raise_statement|throw_expression)$/.test(inner.type)) return true;
    if (!isCall(inner)) return false;
    const { links } = chainOf(text, inner);
    const at = links.findIndex(({ args }) => args !== null);
    const owner = links[at - 1]?.name;
    return FAILS.test(links[at]?.name ?? "") && (owner === undefined || OWNS.test(owner));
  });
}

const TELLS =
  /\b(throw|raise|fail|Fail|Fatalf?|Errorf?|panic|reject|done|next|assert\w*|expect|should|rethrow|exit)\b/;
const NARROW = /^except\s+(?!Exception\b|BaseException\b|AssertionError\b)[\w.]+/;

/** Handlers that go on as if nothing had happened. Those of another, narrow kind of error let a failed assertion through. */
export const swallows = (text: Text, catches: readonly Sketch[]): boolean =>
  catches.length > 0 &&
  catches.every((one) => {
    const says = textOf(text, one);
    return !TELLS.test(bodyOf(text, one)) && !NARROW.test(says);
  });

/** Words in comments and in the head of a handler tell nothing. */
function bodyOf(text: Text, node: Sketch): string {
  const body = child(node, "body") ?? namedKids(node).at(-1) ?? node;
  const leaves = [...below(body)].filter(
    ({ kids, type }) => kids.length === 0 && !/comment|string/.test(type),
  );
  return leaves.map((one) => textOf(text, one)).join(" ");
}
