/** Go, Rust, Java and C#. */
import type { Node } from "web-tree-sitter";
import {
  all,
  at,
  type Found,
  holder,
  IMPORT,
  INTO,
  type Kind,
  type Language,
  LIST,
  named,
  textOf,
  unfolded,
} from "./rules.ts";

function goMethod(node: Node): Found {
  const receiver = textOf(node, "receiver") ?? "";
  return { ...named("name", "body")(node), parent: /(\w+)\s*(?:\[[^\]]*\]\s*)?,?\s*\)$/.exec(receiver)?.[1] };
}

const GO_TYPES: Record<string, Kind> = { struct_type: "class", interface_type: "interface" };
function goType(node: Node): Found {
  const type = node.childForFieldName("type");
  const kind = GO_TYPES[type?.type ?? ""];
  // "type S struct": the word belongs to the signature, what is in the braces does not.
  const body =
    kind && type?.children.find((child) => child.type === "{" || child.type === "field_declaration_list");
  return { name: textOf(node, "name"), kind, body };
}

const UPPER = /^\p{Lu}/u;

export const GO: Language = {
  grammar: "go",
  comments: "slashes",
  quotes: '"',
  rules: {
    ...all("const_declaration var_declaration type_declaration", LIST),
    var_spec_list: INTO,
    function_declaration: at("function"),
    method_declaration: at("method", goMethod),
    const_spec: at("constant", named("name")),
    var_spec: at("variable", named("name")),
    ...all("type_spec type_alias", at("type", goType)),
    import_declaration: IMPORT,
  },
  open: true,
  exported: ({ name }) => UPPER.test(name),
  imports: (text) => [...text.matchAll(/["`]([^"`\n]+)["`]/g)].map(([, path]) => `${path}/`),
};

/** No definition, but what is in it belongs to the type; methods of a trait are as public as the trait. */
function rustImpl(node: Node): Found {
  const type = node.childForFieldName("type");
  const parent = type && (textOf(type, "type") ?? type.text);
  const hidden = node.childForFieldName("trait") === null;
  return { name: null, parent: parent ?? undefined, members: node.childForFieldName("body"), hidden };
}

function rustImports(text: string): string[] {
  const path = text
    .replace(/^(pub(\([^)]*\))?\s+)?use\s/, "")
    .replace(/;\s*$/, "")
    .replaceAll("::", "/")
    .trim();
  return unfolded(path.replace(/^\/?((crate|self|super)\/)+/, "")).map((one) =>
    one.replace(/\/(\*|self)$/, ""),
  );
}

export const RUST: Language = {
  grammar: "rust",
  comments: "slashes",
  quotes: '"',
  rules: {
    foreign_mod_item: INTO,
    declaration_list: INTO,
    ...all("function_item function_signature_item", at("function")),
    ...all("struct_item union_item", at("class")),
    enum_item: at("enum"),
    trait_item: holder("interface"),
    mod_item: holder("module"),
    impl_item: at("class", rustImpl),
    type_item: at("type", named("name")),
    ...all("const_item static_item", at("constant", named("name"))),
    macro_definition: at("function", (node) => {
      const name = node.childForFieldName("name");
      return name && { name: name.text, body: name.nextSibling };
    }),
    use_declaration: IMPORT,
  },
  open: true,
  exported: ({ head, within }) => /^(pub\b|macro_rules!)/.test(head) || (within.type && within.exported),
  imports: rustImports,
};

export const JAVA: Language = {
  grammar: "java",
  comments: "slashes",
  quotes: '"',
  rules: {
    ...all("class_declaration record_declaration", holder("class")),
    ...all("interface_declaration annotation_type_declaration", holder("interface")),
    enum_declaration: holder("enum"),
    enum_body_declarations: INTO,
    ...all("method_declaration constructor_declaration compact_constructor_declaration", at("method")),
    ...all("field_declaration constant_declaration", LIST),
    variable_declarator: at("variable", named("name")),
    import_declaration: IMPORT,
  },
  open: true,
  exported: ({ head, within }) => within.exported && (!within.type || !/\b(private|protected)\b/.test(head)),
  imports: (text) =>
    [...text.matchAll(/^import\s+(?:static\s+)?([\w.]+?)(\.\*)?\s*;/g)].map(
      ([, path = "", star]) => path.replaceAll(".", "/") + (star === undefined ? "" : "/"),
    ),
};

export const CSHARP: Language = {
  grammar: "c-sharp",
  comments: "slashes",
  quotes: '"',
  rules: {
    ...all("preproc_if preproc_else preproc_elif declaration_list", INTO),
    namespace_declaration: holder("module"),
    ...all("class_declaration struct_declaration record_declaration", holder("class")),
    interface_declaration: holder("interface"),
    enum_declaration: at("enum"),
    delegate_declaration: at("type", named("name")),
    ...all("method_declaration constructor_declaration", at("method")),
    property_declaration: at("variable", named("name", "accessors")),
    field_declaration: LIST,
    variable_declaration: INTO,
    variable_declarator: at("variable", named("name")),
  },
  open: true,
  exported: ({ head, within }) => within.exported && !/\b(private|protected|file)\b/.test(head),
  // A namespace is no file: the names used tell where it leads.
  imports: () => [],
};
