/** C and C++, both read by the grammar of C++. */
import type { Node } from "web-tree-sitter";
import { all, at, type Found, IMPORT, INTO, type Language, LIST, named, type Rule, textOf } from "./rules.ts";

/** These hold their declarator without a field's name. */
const UNNAMED = /^(reference|parenthesized|attributed)_declarator$/;
const inner = (node: Node): Node | null =>
  node.childForFieldName("declarator") ?? (UNNAMED.test(node.type) ? node.firstNamedChild : null);

/** What stands at the end of a chain of declarators, such as `*(*name)(…)[…]`, and whether one of them is a function's. */
function declared(node: Node): { leaf: Node; isFunction: boolean } | null {
  let isFunction = false;
  let leaf: Node | null = null;
  for (let next = inner(node); next !== null; next = inner(next)) {
    isFunction ||= next.type === "function_declarator";
    leaf = next;
  }
  return leaf && { leaf, isFunction };
}

function functionFound(node: Node): Found | null {
  const chain = declared(node);
  if (!chain?.isFunction) return null;
  const body = node.childForFieldName("body");
  if (chain.leaf.type !== "qualified_identifier") return { name: chain.leaf.text, body };
  const parent = textOf(chain.leaf, "scope") ?? undefined;
  return { name: textOf(chain.leaf, "name"), body, kind: "method", parent };
}

/** Only where it is defined: without a body it is the mention of a type. */
const typeFound =
  (members: "hidden" | "open" | "none") =>
  (node: Node): Found | null => {
    const body = node.childForFieldName("body");
    const found = { name: textOf(node, "name"), body, members: members === "none" ? null : body };
    return body && { ...found, ...(members === "hidden" && { hidden: true }) };
  };

function typedefFound(node: Node): Found | null {
  const leaf = declared(node)?.leaf;
  return leaf ? { name: leaf.text, body: node.childForFieldName("type")?.childForFieldName("body") } : null;
}

function namespaceFound(node: Node): Found {
  const body = node.childForFieldName("body");
  const name = textOf(node, "name");
  // What has no name cannot be named from elsewhere.
  return { name, body, members: body, ...(name === null && { hidden: true }) };
}

const mayBeFunction: Rule = { look: "at", kind: "function", find: functionFound, into: "same" };

export const C_FAMILY: Language = {
  grammar: "cpp",
  comments: "slashes",
  quotes: '"',
  rules: {
    ...all("preproc_if preproc_ifdef preproc_else preproc_elif preproc_elifdef", INTO),
    ...all("linkage_specification declaration_list", INTO),
    ...all("template_declaration export_declaration", LIST),
    namespace_definition: at("module", namespaceFound),
    ...all("function_definition declaration field_declaration", mayBeFunction),
    class_specifier: at("class", typeFound("hidden")),
    ...all("struct_specifier union_specifier", at("class", typeFound("open"))),
    enum_specifier: at("enum", typeFound("none")),
    access_specifier: { look: "access", exported: (text) => text.startsWith("public") },
    type_definition: at("type", typedefFound),
    ...all("alias_declaration concept_definition", at("type", named("name"))),
    preproc_def: at("constant", named("name")),
    preproc_function_def: at("function", named("name", "value")),
    preproc_include: IMPORT,
  },
  open: true,
  exported: ({ head, within }) => within.exported && (within.type || !/\bstatic\b/.test(head)),
  imports: (text) => {
    const [, beside, anywhere] = /^#\s*include\s*(?:"([^"\n]+)"|<([^>\n]+)>)/.exec(text) ?? [];
    return beside !== undefined ? [`./${beside}`] : anywhere !== undefined ? [anywhere] : [];
  },
};
