/** What is kept of a file: flat strings, so that it passes between threads and to the disk as it is. */
import type { CodeFacts } from "../../core/codeFacts.ts";
import type { CodeSymbol } from "../../engine/ports.ts";

export type FileFacts = {
  /** SHA-256 of its bytes; "" for a file that could not be parsed. */
  hash: string;
  lines: number;
  /** Names of its definitions, by spaces. */
  defines: string;
  /** Names it uses with how often, by spaces: "limit:3 order:1". */
  uses: string;
  /** What it imports, by newlines. */
  imports: string;
  /** Its definitions, one a line, fields by tabs. Read only where they are shown. */
  symbols: string;
  /** What guards ask, only where they do. */
  read?: CodeFacts;
};

export const NO_FACTS: FileFacts = { hash: "", lines: 0, defines: "", uses: "", imports: "", symbols: "" };

export const joined = (symbols: readonly CodeSymbol[]): string => symbols.map(line).join("\n");
const line = ({ name, kind, line: from, endLine, signature, exported, parent }: CodeSymbol): string =>
  [kind, exported ? "+" : "-", from, endLine, name, parent ?? "", signature].join("\t");

export const symbolsOf = ({ symbols }: Pick<FileFacts, "symbols">): CodeSymbol[] =>
  symbols === "" ? [] : symbols.split("\n").map(symbolOf);

function symbolOf(text: string): CodeSymbol {
  const [kind, exported, from, to, name = "", parent = "", signature = ""] = text.split("\t");
  return {
    name,
    kind: kind as CodeSymbol["kind"],
    line: Number(from),
    endLine: Number(to),
    signature,
    exported: exported === "+",
    parent: parent === "" ? null : parent,
  };
}
