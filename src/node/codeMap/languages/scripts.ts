/** Python, PHP and Ruby. */
import { all, assigned, at, holder, IMPORT, INTO, type Language, LIST, unfolded } from "./rules.ts";

/** "from ..a.b import c" → "../a/b/c". */
function pythonImports(text: string): string[] {
  const path = (dotted: string): string =>
    dotted
      .replace(/\s+as\s[^]*$/, "")
      .trim()
      .replaceAll(".", "/");
  const from = /^from\s+(\.*)\s*([\w.]*)\s+import\s([^]*)$/.exec(text);
  if (!from)
    return text
      .replace(/^import\s/, "")
      .split(",")
      .map(path);
  const [, dots = "", module = "", list = ""] = from;
  const up = dots === "" ? "" : dots === "." ? "./" : "../".repeat(dots.length - 1);
  const base = up + (module === "" ? "" : `${path(module)}/`);
  const names = list.replace(/#.*$/gm, "").replace(/[()]/g, "").split(",").map(path);
  return names
    .filter((name) => name !== "")
    .map((name) => (name === "*" ? base.replace(/\/$/, "") : base + name));
}

export const PYTHON: Language = {
  grammar: "python",
  comments: "hash",
  quotes: "'\"",
  rules: {
    ...all("decorated_definition expression_statement block", INTO),
    ...all("if_statement else_clause elif_clause try_statement except_clause finally_clause", INTO),
    function_definition: at("function"),
    class_definition: holder("class"),
    assignment: at("variable", assigned("identifier")),
    ...all("import_statement import_from_statement", IMPORT),
  },
  open: true,
  exported: ({ name, within }) => within.exported && (!name.startsWith("_") || /^__\w+__$/.test(name)),
  imports: pythonImports,
};

function phpImports(text: string): string[] {
  if (!text.startsWith("use"))
    return [...text.matchAll(/["']\/?([^"'\n]+\.php)["']/g)].map(([, path]) => `./${path}`);
  const spec = text.replace(/^use\s+(function\s|const\s)?/, "").replace(/;\s*$/, "");
  const parts = spec.includes("{") ? [spec] : spec.split(",");
  return parts.flatMap((part) => unfolded(part.replaceAll("\\", "/").replace(/^\s*\//, "")));
}

export const PHP: Language = {
  grammar: "php",
  comments: "both",
  quotes: "'\"",
  rules: {
    ...all("namespace_definition compound_statement expression_statement if_statement", INTO),
    ...all("class_declaration trait_declaration", holder("class")),
    interface_declaration: holder("interface"),
    enum_declaration: holder("enum"),
    function_definition: at("function"),
    method_declaration: at("method"),
    const_declaration: LIST,
    const_element: at("constant", (node) => ({ name: node.firstNamedChild?.text ?? null })),
    ...all("namespace_use_declaration require_expression require_once_expression", IMPORT),
    ...all("include_expression include_once_expression", IMPORT),
  },
  open: true,
  exported: ({ head, within }) => within.exported && !/\b(private|protected)\b/.test(head),
  imports: phpImports,
};

const RUBY_ACCESS: Record<string, boolean> = { public: true, private: false, protected: false };

export const RUBY: Language = {
  grammar: "ruby",
  comments: "hash",
  quotes: "'\"",
  rules: {
    ...all("body_statement begin_block singleton_class", INTO),
    class: holder("class"),
    module: holder("module"),
    ...all("method singleton_method", at("method")),
    assignment: at("constant", assigned("constant")),
    identifier: { look: "access", exported: (text) => RUBY_ACCESS[text] ?? null },
    call: IMPORT,
  },
  open: true,
  exported: ({ within }) => within.exported,
  imports: (text) =>
    [...text.matchAll(/^require(_relative)?[\s(]+["']([^"'\n]+)["']/g)].map(
      ([, beside, path]) => (beside === undefined ? "" : "./") + path,
    ),
};
