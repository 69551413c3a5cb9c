/** Calls as chains: `expect(a).not.toBe(1)` is expect with an argument, not, and toBe with one. The same for all grammars. */
import { child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";

/** An argument is a list of nodes, because macros have no more than tokens. Null: no call, a mere name. `node` ends with it. */
export type Link = { name: string; args: Sketch[][] | null; node: Sketch };
export type Chain = { links: Link[]; node: Sketch };

const CALL =
  /^(call|call_expression|method_invocation|invocation_expression|member_call_expression|function_call_expression|scoped_call_expression|macro_invocation|new_expression|object_creation_expression)$/;
const MEMBER =
  /^(member_expression|attribute|selector_expression|field_expression|field_access|member_access_expression|scoped_identifier|scope_resolution|generic_function|await_expression|await|parenthesized_expression|non_null_expression|as_expression|try_expression|subscript_expression|unary_expression)$/;
const OBJECT = ["object", "operand", "value", "expression", "path", "receiver", "scope"];
const NAME = ["property", "attribute", "field", "name", "method"];
const LONGEST = 200;

export const isCall = ({ type }: Sketch): boolean => CALL.test(type);

/** Of a call or a member; the outermost node comes last. */
export function chainOf(text: Text, node: Sketch): Chain {
  const links: Link[] = [];
  let at: Sketch | undefined = node;
  for (let count = 0; at && count < LONGEST; count += 1) at = outermost(text, at, links);
  return { links: links.reverse(), node };
}

/** Puts the last link of a node, and returns what it hangs on. */
function outermost(text: Text, node: Sketch, links: Link[]): Sketch | undefined {
  if (node.type === "macro_invocation") {
    const name = textOf(text, child(node, "macro")).split("::").at(-1) ?? "";
    return void links.push({ name: `${name}!`, args: macroArgs(node), node });
  }
  if (CALL.test(node.type)) return called(text, node, links);
  if (!MEMBER.test(node.type)) {
    links.push({ name: textOf(text, node).slice(0, 80), args: null, node });
    return undefined;
  }
  const name = fieldOf(node, NAME);
  const object = fieldOf(node, OBJECT) ?? namedKids(node)[0];
  if (name && name !== object) links.push({ name: textOf(text, name), args: null, node });
  return object;
}

function called(text: Text, node: Sketch, links: Link[]): Sketch | undefined {
  const args = argsOf(node);
  const callee = child(node, "function") ?? child(node, "constructor") ?? child(node, "type");
  if (callee) {
    const before = links.length;
    const object = outermost(text, callee, links);
    const named = links[before];
    // A call of a call has no name of its own.
    if (named && named.args === null) Object.assign(named, { args, node });
    else links.splice(before, 0, { name: "", args, node });
    return object;
  }
  links.push({ name: textOf(text, fieldOf(node, NAME)), args, node });
  return fieldOf(node, OBJECT);
}

const fieldOf = (node: Sketch, fields: readonly string[]): Sketch | undefined =>
  node.kids.find(({ field }) => field !== null && fields.includes(field));

function argsOf(node: Sketch): Sketch[][] {
  const list = child(node, "arguments");
  const block = child(node, "block");
  const plain = list ? namedKids(list).map((one) => [one]) : [];
  return block ? [...plain, [block]] : plain;
}

/** The tokens of a macro, parted by its commas. */
function macroArgs(node: Sketch): Sketch[][] {
  const tree = node.kids.find(({ type }) => type === "token_tree");
  const args: Sketch[][] = [[]];
  for (const one of tree?.kids.slice(1, -1) ?? []) {
    if (one.type === ",") args.push([]);
    else args.at(-1)?.push(one);
  }
  return args.filter((one) => one.length > 0);
}
