/** Values a program chooses by, with the values that leads to: where an answer to a test's own question would be written down. */
import type { Choice } from "../../../core/codeFacts.ts";
import { chainOf, isCall } from "./calls.ts";
import { below, child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { isLiteral, literalText, tokens, valuesOf } from "./tokens.ts";

const MOST = 3000;
const RESULTS = 6;
/** Characters of a value that are compared; as many as of those in tests. */
export const LONGEST = 120;

export function choicesOf(text: Text, isTestCode: (node: Sketch) => boolean): Choice[] {
  const found: Choice[] = [];
  walk(text.root, null, (node, parent) => {
    if (found.length >= MOST || isTestCode(node)) return false;
    for (const { of, leads } of choicesAt(text, node, parent))
      for (const values of keysAt(text, of))
        found.push({
          value: values.join(" ").slice(0, 200),
          values,
          line: text.lineAt(of.from),
          results: resultsIn(text, leads),
        });
    return true;
  });
  return found;
}

/** A bare key is the same as one in quotes; one that is put together is one key. */
function keysAt(text: Text, of: Sketch): string[][] {
  if (of.type === "property_identifier") return [[`"${textOf(text, of)}"`]];
  const values = valuesOf(tokens(text, of));
  return values.length === 0 ? [] : [values.slice(0, 60).map((one) => one.slice(0, LONGEST))];
}

/** A literal, or what is put together of nothing else: `JSON.stringify([1, 2])`, `(1, 2)`. */
function isFixed(text: Text, node: Sketch): boolean {
  if (isLiteral(node)) return true;
  const all = tokens(text, node);
  return (
    all.some(({ is }) => is === "value") &&
    all.every(({ text: one, is }) => is !== "name" || /^(JSON|String|repr|str|tuple|List|Arrays)$/.test(one))
  );
}

/** Goes below a node only where `take` says so. */
function walk(
  root: Sketch,
  parent: Sketch | null,
  take: (node: Sketch, parent: Sketch | null) => boolean,
): void {
  const open: [Sketch, Sketch | null][] = [[root, parent]];
  for (let one = open.pop(); one; one = open.pop()) {
    const [node, above] = one;
    if (node.named && !take(node, above)) continue;
    for (const kid of node.kids) open.push([kid, node]);
  }
}

type Found = { of: Sketch; leads: readonly Sketch[] };

function choicesAt(text: Text, node: Sketch, parent: Sketch | null): Found[] {
  if (
    /^(if_statement|if_expression|elif_clause|ternary_expression|conditional_expression|if|unless)$/.test(
      node.type,
    )
  ) {
    const condition =
      child(node, "condition") ?? namedKids(node)[node.type === "conditional_expression" ? 1 : 0];
    const leads =
      child(node, "consequence") ?? namedKids(node)[node.type === "conditional_expression" ? 0 : 1];
    return condition && leads ? compared(text, condition).map((of) => ({ of, leads: [leads] })) : [];
  }
  if (
    /^(switch_case|case_clause|expression_case|match_arm|switch_block_statement_group|switch_rule|when|switch_section|switch_expression_arm|case_statement)$/.test(
      node.type,
    )
  )
    return cased(node);
  if (/^(pair|keyed_element|array_element_initializer|hash_pair)$/.test(node.type)) return keyed(text, node);
  // `[["a", 1], ["b", 2]]`: a map written as a list.
  if (
    /^(array|tuple|list|tuple_expression)$/.test(node.type) &&
    parent &&
    /^(array|list|set|array_expression)$/.test(parent.type)
  ) {
    const [key, value, ...more] = namedKids(node);
    return key && value && more.length === 0 && isFixed(text, key) ? [{ of: key, leads: [value] }] : [];
  }
  return isCall(node) ? entered(text, node) : [];
}

/** Literals that are compared within a condition. */
function compared(text: Text, condition: Sketch): Sketch[] {
  const found: Sketch[] = [];
  for (const one of below(condition)) {
    if (/^(binary_expression|comparison_operator|binary)$/.test(one.type))
      found.push(...namedKids(one).filter((side) => isFixed(text, side)));
    // `["a", "b"].includes(x)`, `x in ("a", "b")`, `"a".equals(x)`.
    if (/^(array|list|tuple|set)$/.test(one.type)) found.push(...namedKids(one).filter(isLiteral));
    if (
      isCall(one) &&
      /equals|Equal|eq|includes|contains|startsWith/.test(chainOf(text, one).links.at(-1)?.name ?? "")
    )
      found.push(...one.kids.filter(isLiteral), ...(child(one, "arguments")?.kids.filter(isLiteral) ?? []));
  }
  return [...new Set(found)];
}

function cased(node: Sketch): Found[] {
  const kids = namedKids(node);
  const isHead = (one: Sketch): boolean =>
    one.field === "value" ||
    one.field === "pattern" ||
    /^(case_pattern|match_pattern|switch_label|expression_list|pattern|constant_pattern)$/.test(one.type);
  const heads = kids.filter(
    (one, at) =>
      (at === 0 && isLiteral(one)) || (isHead(one) && !(node.type === "match_arm" && one.field === "value")),
  );
  const leads = kids.filter((one) => !heads.includes(one));
  return heads.flatMap((head) => [...below(head)].filter(isLiteral).map((of) => ({ of, leads })));
}

function keyed(text: Text, node: Sketch): Found[] {
  const [key, value] = namedKids(node);
  const bare = key && key.type === "literal_element" ? namedKids(key)[0] : key;
  return bare && value && (isFixed(text, bare) || bare.type === "property_identifier")
    ? [{ of: bare, leads: [value] }]
    : [];
}

/** `map.put("a", 1)`, `Map.entry("a", 1)`. */
function entered(text: Text, node: Sketch): Found[] {
  const link = chainOf(text, node).links.at(-1);
  const [key, value] = link?.args ?? [];
  const [first] = key ?? [];
  return /^(put|set|entry|insert|add|emplace)$/.test(link?.name ?? "") &&
    first &&
    value &&
    isFixed(text, first)
    ? [{ of: first, leads: value }]
    : [];
}

function resultsIn(text: Text, leads: readonly Sketch[]): string[] {
  const found: string[] = [];
  for (const lead of leads)
    if (found.length < RESULTS && isFixed(text, lead)) found.push(compact(text, lead));
  for (const lead of leads)
    for (const one of below(lead)) {
      if (found.length >= RESULTS) return found;
      if (isLiteral(one)) found.push(literalText(text.text.slice(one.from, one.to)).slice(0, LONGEST));
      else if (isComposite(one)) found.push(compact(text, one));
    }
  return found;
}

const isComposite = ({ type }: Sketch): boolean => /^(array|object|list|tuple|dictionary)$/.test(type);
export const compact = (text: Text, node: Sketch): string =>
  tokens(text, node)
    .map((one) => one.text)
    .join("")
    .replaceAll(" ", "")
    .slice(0, LONGEST);
