/** Definitions as tests are written in languages where a test is one: their names, decorations and bodies. */
import { child, namedKids, type Sketch, type Text, textOf } from "./sketch.ts";
import { isTestMark } from "./words.ts";

const FUNCTION =
  /^(function_definition|function_declaration|generator_function_declaration|function_item|method_declaration|method_definition|method|singleton_method|constructor_declaration|local_function_statement)$/;
const HOLDER =
  /^(class_definition|class_declaration|abstract_class_declaration|class|module|mod_item|impl_item|trait_item|trait_declaration|interface_declaration|record_declaration|struct_declaration|namespace_declaration)$/;

export type Definition = {
  name: string;
  body: Sketch | null;
  decorations: string[];
  kind: "function" | "holder";
  node: Sketch;
};

/** Null for what defines nothing. `before` are the siblings that stand before the node. */
export function definitionOf(
  text: Text,
  node: Sketch,
  before: readonly Sketch[],
  around: Sketch | null,
): Definition | null {
  const kind = FUNCTION.test(node.type) ? "function" : HOLDER.test(node.type) ? "holder" : null;
  if (kind === null || !node.named) return null;
  const name = textOf(text, child(node, "name") ?? child(node, "type") ?? declared(node));
  const body = child(node, "body") ?? null;
  return { name, body, decorations: decorationsOf(text, node, before, around), kind, node };
}

/** gtest's `TEST(Suite, name)` parses as a function of that name. */
const declared = (node: Sketch): Sketch | undefined => {
  const head = child(node, "declarator");
  return head && (child(head, "declarator") ?? head);
};

function decorationsOf(text: Text, node: Sketch, before: readonly Sketch[], around: Sketch | null): string[] {
  const found: Sketch[] = [];
  if (around?.type === "decorated_definition")
    found.push(...around.kids.filter(({ type }) => type === "decorator"));
  for (const one of node.kids) {
    if (/^(modifiers|attribute_list|attributes)$/.test(one.type)) found.push(...namedKids(one));
    if (/^(decorator|annotation|marker_annotation)$/.test(one.type)) found.push(one);
  }
  const siblings = around?.type === "decorated_definition" ? [] : before;
  for (
    let at = siblings.length - 1;
    at >= 0 && /^(attribute_item|line_comment|comment|decorator)$/.test(siblings[at]?.type ?? "");
    at -= 1
  ) {
    const one = siblings[at] as Sketch;
    if (one.type === "attribute_item" || one.type === "decorator") found.push(one);
    else if (/@test\b/.test(textOf(text, one))) return ["test", ...found.map((each) => plain(text, each))];
  }
  return found.map((one) => plain(text, one));
}

/** "@Disabled("x")" → "Disabled("x")", "#[ignore]" → "ignore". */
const plain = (text: Text, node: Sketch): string =>
  textOf(text, node)
    .slice(0, 2000)
    .replace(/^#!?\[|\]$/g, "")
    .replace(/^@\s*/, "")
    .trim();

/** Where a definition stands, as far as that makes it a test. */
export type Place = { holder: Definition | null; language: string };

export function isTest(
  text: Text,
  { name, decorations, kind, node }: Definition,
  { holder, language }: Place,
): boolean {
  if (kind !== "function") return false;
  switch (language) {
    case "python":
      return (
        /^test/.test(name) &&
        (holder === null ||
          /^Test|Tests?$|TestCase/.test(holder.name) ||
          basesOf(text, holder).includes("Test"))
      );
    case "go":
      return (
        /^(Test|Fuzz|Example)(?![a-z])/.test(name) &&
        (/\*\s*testing\.[TF]\b/.test(headOf(text, node)) ||
          name.startsWith("Example") ||
          node.type === "method_declaration")
      );
    case "ruby":
      return /^test_/.test(name) && holder !== null;
    case "php":
      return holder !== null && (/^test/.test(name) || decorations.some(isTestMark));
    case "java":
      return (
        decorations.some(isTestMark) ||
        (/^test[A-Z_]/.test(name) && holder !== null && /TestCase/.test(basesOf(text, holder)))
      );
    case "cpp":
      return /^(TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|SECTION)$/.test(name);
    case "rust":
    case "c-sharp":
      return decorations.some(isTestMark);
    default:
      return decorations.some((one) => /^(test|params|suite)\b/.test(one) && holder !== null);
  }
}

const headOf = (text: Text, node: Sketch): string =>
  text.text.slice(node.from, child(node, "body")?.from ?? node.to).slice(0, 500);
const basesOf = (text: Text, { node, body }: Definition): string =>
  text.text.slice(node.from, body?.from ?? node.to).slice(0, 1000);

/** A gtest's name stands among its parameters. */
export const titleOf = (text: Text, { name, node }: Definition): string =>
  /^(TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE)$/.test(name)
    ? headOf(text, node).replace(/\s+/g, " ").trim()
    : name;
