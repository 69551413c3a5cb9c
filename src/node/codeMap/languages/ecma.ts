/** JavaScript, TypeScript and TSX. */
import type { Node } from "web-tree-sitter";
import { all, at, type Found, holder, IMPORT, INTO, type Language, LIST, named, textOf } from "./rules.ts";

const FUNCTION = /^(arrow_function|function_expression|generator_function)$/;

/** What a value makes of the name it is given: a function, a class, or no more than a value. */
function valueFound(value: Node | null): Omit<Found, "name"> {
  if (value === null) return {};
  if (FUNCTION.test(value.type)) return { kind: "function", body: value.childForFieldName("body") };
  if (value.type !== "class") return {};
  const body = value.childForFieldName("body");
  return { kind: "class", body, members: body };
}

function declaratorFound(node: Node): Found | null {
  const name = node.childForFieldName("name");
  if (name?.type !== "identifier") return null;
  const value = node.childForFieldName("value");
  // What is required is another file's.
  if (value !== null && /^(require\(|import\(|await import\()/.test(value.text)) return null;
  const kind = node.parent?.firstChild?.type === "const" ? "constant" : "variable";
  return { name: name.text, kind, ...valueFound(value) };
}

function fieldFound(node: Node): Found {
  const { kind, body } = valueFound(node.childForFieldName("value"));
  const name = textOf(node, "name") ?? textOf(node, "property");
  return { name, kind: kind === "function" ? "method" : "variable", body };
}

const ASSIGNED = /^(?:((?:module\.)?exports)|([\w$]+)\.prototype)\.([\w$]+)$/;

/** `exports.a = …`, `module.exports = class …`, `A.prototype.b = function …`; null for any other assignment. */
function assignmentFound(node: Node): Found | null {
  const left = textOf(node, "left") ?? "";
  const value = node.childForFieldName("right");
  const found = valueFound(value);
  if (left === "module.exports") {
    const name = (value && textOf(value, "name")) ?? "default";
    return found.kind === undefined ? null : { name, exported: true, ...found };
  }
  const [, exported, owner, name] = ASSIGNED.exec(left) ?? [];
  if (name === undefined) return null;
  if (exported !== undefined) return { name, exported: true, ...found };
  return found.kind === "function" ? { ...found, name, kind: "method", parent: owner } : null;
}

/** `export default` of something without a name. */
function exportFound(node: Node): Found | null {
  const found = valueFound(node.childForFieldName("value"));
  return found.kind === undefined ? null : { name: "default", exported: true, ...found };
}

const RULES: Language["rules"] = {
  export_statement: { look: "at", kind: "variable", find: exportFound, into: "exported" },
  ...all("lexical_declaration variable_declaration", LIST),
  ...all("expression_statement ambient_declaration", INTO),
  ...all("function_declaration generator_function_declaration function_signature", at("function")),
  ...all("method_definition method_signature abstract_method_signature", at("method")),
  ...all("class_declaration abstract_class_declaration", holder("class")),
  ...all("field_definition public_field_definition", at("variable", fieldFound)),
  variable_declarator: at("variable", declaratorFound),
  assignment_expression: at("variable", assignmentFound),
  interface_declaration: holder("interface"),
  type_alias_declaration: at("type", named("name")),
  enum_declaration: at("enum"),
  ...all("internal_module module", holder("module")),
  import_statement: IMPORT,
};

/** `require` and `import()` stand anywhere and are read from the text, with the names. */
const SOURCE = /(?:\bfrom\s*|\bimport\s*|\brequire\s*\(\s*)(?:"([^"\n]+)"|'([^'\n]+)')/;
const LISTED =
  /\b(?:export\s*(?:type\s*)?|module\.exports\s*=\s*)\{([^{}]*)\}(?!\s*from\b)|\b(?:export\s+default|module\.exports\s*=)\s+([\w$]+)\s*(?:;|$)/gm;

const language = (grammar: string): Language => ({
  grammar,
  comments: "slashes",
  quotes: "'\"",
  rules: RULES,
  open: false,
  exported: ({ name, head, within }) =>
    within.exported && !(within.type && (name.startsWith("#") || /\b(private|protected)\b/.test(head))),
  imports: (text) => (SOURCE.exec(text) ?? []).slice(1).filter((one) => one !== undefined),
  exports: (text) =>
    [...text.matchAll(LISTED)].flatMap(([, list, single]) =>
      single !== undefined ? [single] : (list ?? "").split(",").map((one) => /[\w$]+/.exec(one)?.[0] ?? ""),
    ),
});

export const JAVASCRIPT = language("javascript");
export const TYPESCRIPT = language("typescript");
export const TSX = language("tsx");
