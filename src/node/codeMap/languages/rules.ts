/** How a language is described to the walk in outline.ts. */
import type { Node } from "web-tree-sitter";
import type { CodeSymbol } from "../../../engine/ports.ts";

export type Kind = CodeSymbol["kind"];

/** What a definition says of itself; what is left out is as the rule, or what is around it, says. No name: no definition. */
export type Found = {
  name: string | null;
  kind?: Kind;
  parent?: string;
  exported?: boolean;
  /** The signature ends where this begins. */
  body?: Node | null;
  /** Definitions stand in here, too; `hidden` until they say otherwise. */
  members?: Node | null;
  hidden?: boolean;
};

/** Where the walk stands. */
export type Within = {
  parent: string | null;
  /** In a class, trait or interface: functions are methods. */
  type: boolean;
  /** As far as what is around goes. */
  exported: boolean;
};

export type Rule =
  /** Definitions stand somewhere below. */
  | { look: "into" }
  /** The same, and what is written before the first of them belongs to each: `export const`. */
  | { look: "list" }
  /** A definition; where `find` finds none, and `into` is set, there may be some below. */
  | { look: "at"; kind: Kind; find(node: Node): Found | null; into?: "exported" | "same" }
  | { look: "import" }
  /** `public:` or `private`, for all that follows. Null when a text says nothing of the kind. */
  | { look: "access"; exported(text: string): boolean | null };

export type Language = {
  grammar: string;
  rules: Readonly<Record<string, Rule>>;
  /** Whether what stands at the top of a file is reached from others without a word about it. */
  open: boolean;
  /** Whether a definition is reached from other files, as far as it says itself; `head` is what stands before its name. */
  exported(symbol: { name: string; head: string; within: Within }): boolean;
  /** What an import names, "/" between parts: "./a/b" beside the file, "a/b" anywhere, "a/b/" a folder. */
  imports(text: string): string[];
  /** Names a text exports apart from their definitions: `export { a }`. */
  exports?(text: string): string[];
  comments: "slashes" | "hash" | "both";
  /** The quotes that hold text; others hold single characters. */
  quotes: string;
};

export const INTO: Rule = { look: "into" };
export const LIST: Rule = { look: "list" };
export const IMPORT: Rule = { look: "import" };

export const textOf = (node: Node, field: string): string | null =>
  node.childForFieldName(field)?.text ?? null;

/** By the fields that hold its name and, if it has one, its body. */
export const named =
  (name: string, body?: string) =>
  (node: Node): Found => ({
    name: textOf(node, name),
    body: body === undefined ? null : node.childForFieldName(body),
  });

export const at = (kind: Kind, find: (node: Node) => Found | null = named("name", "body")): Rule => ({
  look: "at",
  kind,
  find,
});

/** A definition whose body holds more of them. */
export const holder = (kind: Kind): Rule =>
  at(kind, (node) => {
    const body = node.childForFieldName("body");
    return { name: textOf(node, "name"), body, members: body };
  });

export const all = (types: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(types.split(" ").map((type) => [type, rule]));

const UPPER = /^\p{Lu}[\p{Lu}\p{N}_]*$/u;

/** An assignment to a plain name: upper case makes it a constant. */
export const assigned =
  (leftType: string) =>
  (node: Node): Found | null => {
    const left = node.childForFieldName("left");
    if (left?.type !== leftType) return null;
    return { name: left.text, kind: UPPER.test(left.text) ? "constant" : "variable" };
  };

/** "a/{b, c as d}" → "a/b", "a/c". Of braces within braces only the outer ones are read. */
export function unfolded(spec: string): string[] {
  const unnamed = (part: string): string => part.replace(/\sas\s[^]*$/, "").trim();
  const open = spec.indexOf("{");
  if (open === -1) return [unnamed(spec)];
  const inner = spec.slice(open + 1).replace(/\{[^{}]*\}/g, "");
  const parts = inner.split(/[,{}]/).map(unnamed);
  return parts.filter((part) => part !== "").map((part) => spec.slice(0, open).trim() + part);
}
