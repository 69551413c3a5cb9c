/** A piece of code as tokens, however it was formatted: no comments, one kind of quotes, no commas or semicolons that mean nothing. */
import { type Sketch, type Text, isComment } from "./sketch.ts";

export type Token = { text: string; is: "name" | "value" | "form" };

const STRING =
  /^(string|string_literal|raw_string_literal|interpreted_string_literal|verbatim_string_literal|encapsed_string|template_string|char_literal|character_literal|rune_literal|regex|simple_symbol|heredoc_body|byte_string_literal|concatenated_string)$/;
const NUMBER =
  /^(number|integer|float|int_literal|float_literal|integer_literal|real_literal|number_literal|(decimal|hex|octal|binary)_(integer|floating_point)_literal|imaginary_literal)$/;
const CONSTANT =
  /^(true|false|null|nil|none|undefined|boolean_literal|null_literal|boolean|iota|True|False|None)$/;
const NAME =
  /^(identifier|shorthand_property_identifier(_pattern)?|name|constant|instance_variable|variable_name)$/;
const INTERPOLATED = /substitution|interpolation/;

export const isLiteral = (node: Sketch): boolean =>
  STRING.test(node.type) || NUMBER.test(node.type) || CONSTANT.test(node.type);

/** A literal by its value: quotes of all kinds are one, digits stand without separators. */
export function literalText(raw: string): string {
  const quoted = /^[A-Za-z@$]{0,2}#*("""|'''|"|'|`)([^]*)\1#*$/.exec(raw);
  if (quoted) return `"${(quoted[2] ?? "").replace(/\\(["'`])/g, "$1")}"`;
  return /^[\d.]/.test(raw) ? raw.replaceAll("_", "").toLowerCase() : raw;
}

/** Tokens of one node or of several that follow each other. */
export function tokens(text: Text, nodes: Sketch | readonly Sketch[]): Token[] {
  const found: Token[] = [];
  const open = (Array.isArray(nodes) ? [...(nodes as readonly Sketch[])] : [nodes as Sketch]).reverse();
  for (let one = open.pop(); one; one = open.pop()) {
    if (isComment(one.type)) continue;
    const token = leaf(text, one);
    if (token) push(found, token);
    else for (let at = one.kids.length - 1; at >= 0; at -= 1) open.push(one.kids[at] as Sketch);
  }
  while (found.at(-1)?.text === ";") found.pop();
  return found;
}

function leaf(text: Text, node: Sketch): Token | null {
  const raw = text.text.slice(node.from, node.to);
  if (STRING.test(node.type) && !hasHoles(node)) {
    const value = literalText(raw);
    const isKey = node.field === "key" && /^"[A-Za-z_$][\w$]*"$/.test(value);
    return isKey ? { text: value.slice(1, -1), is: "form" } : { text: value, is: "value" };
  }
  if (node.kids.length > 0) return arrowParameter(text, node);
  // Whether a value is waited for says nothing of what it has to be.
  if (raw === "await") return { text: "", is: "form" };
  if (raw.trim() === "") return { text: "", is: "form" };
  if (NUMBER.test(node.type)) return { text: literalText(raw), is: "value" };
  if (CONSTANT.test(node.type)) return { text: raw, is: "value" };
  return { text: raw, is: NAME.test(node.type) && !isMember(node) ? "name" : "form" };
}

/** `(a) => …` and `a => …` are the same. */
function arrowParameter(text: Text, node: Sketch): Token | null {
  if (node.type !== "formal_parameters" || node.kids.length !== 3) return null;
  const [, only] = node.kids;
  return only?.type === "identifier" ? { text: text.text.slice(only.from, only.to), is: "name" } : null;
}

const isMember = ({ field }: Sketch): boolean =>
  field === "property" || field === "attribute" || field === "field" || field === "method";

function hasHoles(node: Sketch): boolean {
  return node.kids.some((one) => INTERPOLATED.test(one.type) || hasHoles(one));
}

const CLOSING = /^[)\]}]$/;
function push(found: Token[], token: Token): void {
  if (token.text === "") return;
  const last = found.at(-1);
  if (CLOSING.test(token.text) && (last?.text === "," || last?.text === ";")) found.pop();
  if (token.text === ";" && last?.text === ";") return;
  found.push(token);
}

export const spelled = (all: readonly Token[]): string => all.map(({ text }) => text).join(" ");
/** With names and values left out. */
export const formOf = (all: readonly Token[]): string =>
  all.map(({ text, is }) => (is === "name" ? "_" : is === "value" ? "#" : text)).join(" ");
export const namesOf = (all: readonly Token[]): string[] =>
  all.filter(({ is }) => is === "name").map(({ text }) => text);
export const valuesOf = (all: readonly Token[]): string[] =>
  all.filter(({ is }) => is === "value").map(({ text }) => text);
