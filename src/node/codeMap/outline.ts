/** Definitions and imports of one parsed text: a walk that goes only where definitions stand, never into their code. */
import type { Node, Tree } from "web-tree-sitter";
import type { CodeSymbol } from "../../engine/ports.ts";
import type { Found, Language, Rule, Within } from "./languages/rules.ts";

/** Signatures are cut at this many characters, names that are longer are none. */
const SIGNATURE = 240;
const NAME = 120;
const DEEPEST = 40;
const MOST_SYMBOLS = 5000;

export type Outline = { symbols: CodeSymbol[]; imports: string[] };
/** A language with its rules by the numbers its grammar has for them. */
export type Rules = { language: Language; byType: readonly (Rule | undefined)[] };

type Walk = Outline & { text: string; rules: Rules };
/** What is written before the first definition of a list belongs to the signature of each: `export const`. */
type Lead = { from: number; text: string | null } | null;

export function outline(tree: Tree, text: string, rules: Rules): Outline {
  const { language } = rules;
  const walk: Walk = { text, rules, symbols: [], imports: [] };
  visit(walk, tree.rootNode, { parent: null, type: false, exported: language.open }, null, 0);
  const listed = new Set(language.exports?.(text));
  const symbols = listed.size === 0 ? walk.symbols : walk.symbols.map((one) => exportedToo(one, listed));
  return { symbols, imports: walk.imports };
}

const exportedToo = (symbol: CodeSymbol, names: ReadonlySet<string>): CodeSymbol =>
  names.has(symbol.parent ?? symbol.name) && !symbol.name.startsWith("#")
    ? { ...symbol, exported: true }
    : symbol;

function visit(walk: Walk, node: Node, around: Within, lead: Lead, depth: number): void {
  if (depth > DEEPEST) return;
  let within = around;
  for (const child of node.namedChildren) {
    const rule = walk.rules.byType[child.typeId];
    if (rule === undefined || walk.symbols.length >= MOST_SYMBOLS) continue;
    switch (rule.look) {
      case "into":
        visit(walk, child, within, lead, depth + 1);
        break;
      case "list":
        visit(walk, child, within, lead ?? { from: afterDecorations(child), text: null }, depth + 1);
        break;
      case "import":
        walk.imports.push(...walk.rules.language.imports(textAt(walk, child.startIndex, child.endIndex)));
        break;
      case "access":
        within = { ...within, exported: rule.exported(child.text) ?? within.exported };
        break;
      case "at":
        define(walk, child, rule, within, lead, depth);
    }
  }
}

const textAt = ({ text }: Walk, from: number, to: number): string =>
  text.slice(from, Math.min(to, from + 4000));

function define(
  walk: Walk,
  node: Node,
  rule: Extract<Rule, { look: "at" }>,
  within: Within,
  lead: Lead,
  depth: number,
): void {
  const found = rule.find(node);
  if (found === null) {
    if (rule.into === undefined) return;
    const from = lead ?? { from: afterDecorations(node), text: null };
    if (rule.into === "same") return visit(walk, node, within, from, depth + 1);
    // `export … from "…"` is an import as well.
    if (node.childForFieldName("source") !== null)
      walk.imports.push(...walk.rules.language.imports(textAt(walk, node.startIndex, node.endIndex)));
    return visit(walk, node, { ...within, exported: true }, from, depth + 1);
  }
  const symbol = symbolOf(walk, node, found, rule, within, lead);
  if (symbol !== null) walk.symbols.push(symbol);
  if (!found.members) return;
  const exported = (symbol?.exported ?? within.exported) && found.hidden !== true;
  const parent = symbol?.name ?? found.parent ?? within.parent;
  const type = symbol === null ? found.parent !== undefined : symbol.kind !== "module";
  visit(walk, found.members, { parent, type, exported }, null, depth + 1);
}

function symbolOf(
  walk: Walk,
  node: Node,
  found: Found,
  rule: Extract<Rule, { look: "at" }>,
  within: Within,
  lead: Lead,
): CodeSymbol | null {
  const name = found.name?.replace(/\s+/g, " ") ?? "";
  if (name === "" || name.length > NAME) return null;
  const from = afterDecorations(node);
  const signature = signatureOf(walk, node, from, { body: found.body ?? null, lead });
  const head = signature.slice(0, Math.max(0, signature.indexOf(name)));
  const kind = found.kind ?? rule.kind;
  const { row, column } = node.endPosition;
  return {
    name,
    kind: kind === "function" && within.type ? "method" : kind,
    line: node.startPosition.row + 1 + newlines(walk.text.slice(node.startIndex, from)),
    // A definition that takes the end of its line along ends at the start of the next.
    endLine: column === 0 && row > node.startPosition.row ? row : row + 1,
    signature,
    exported: found.exported ?? walk.rules.language.exported({ name, head, within }),
    parent: found.parent ?? within.parent,
  };
}

const newlines = (text: string): number => text.split("\n").length - 1;

/** Decorators and annotations are no part of a signature. */
const DECORATION = /^(decorator|attribute_list|annotation|marker_annotation|modifiers)$/;

function signatureOf(
  walk: Walk,
  node: Node,
  from: number,
  { body, lead }: { body: Node | null; lead: Lead },
): string {
  const to = Math.min(body?.startIndex ?? node.endIndex, from + 2 * SIGNATURE);
  const line = oneLine(before(walk, lead, node.startIndex) + walk.text.slice(from, to));
  const bare = line.replace(/\s*(=>|;\s*end|[{:=;])?$/, "");
  return bare.length > SIGNATURE ? `${bare.slice(0, SIGNATURE - 1)}…` : bare;
}

function before(walk: Walk, lead: Lead, start: number): string {
  if (lead === null) return "";
  lead.text ??= walk.text.slice(lead.from, Math.min(start, lead.from + SIGNATURE)).replace(/[({]\s*$/, "");
  return lead.text;
}

function afterDecorations(node: Node): number {
  const first = node.firstNamedChild;
  if (first === null || !DECORATION.test(first.type) || first.startIndex !== node.startIndex)
    return node.startIndex;
  for (const child of node.children) {
    if (child.type === "modifiers") return afterDecorations(child);
    if (!DECORATION.test(child.type)) return child.startIndex;
  }
  return node.endIndex;
}

/** On one line, without control characters: it is shown to people and models. */
const oneLine = (text: string): string => text.replace(BLANK, " ").trim();
const BLANK = /[\s\p{Cc}]+/gu;
