/** The parser and its grammars, each loaded when a file first asks for it. Only ever used in a worker thread. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { Language as Grammar, Parser, type Tree } from "web-tree-sitter";
import type { Language } from "./languages/rules.ts";
import type { CodeFacts } from "../../core/codeFacts.ts";
import { outline, type Outline, type Rules } from "./outline.ts";
import { factsOf } from "./reading/reading.ts";

const unpacked = promisify(brotliDecompress);

/** Node has it, its types do not without a browser's. */
declare const WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => object };
/** Of 64 kB each. Twenty times what the largest sensible file takes; a text made to need more ends its thread. */
const SMALLEST_PAGES = 512;
const LARGEST_PAGES = 2048;

/** Both reject when a text is too much for the parser; nothing can be parsed after that. */
export type Outliner = {
  outline(language: Language, text: string): Promise<Outline>;
  facts(language: Language, text: string): Promise<CodeFacts>;
};

/** `folder` holds `runtime.wasm.br` and one `<grammar>.wasm.br` each. */
export async function openOutliner(folder: string): Promise<Outliner> {
  const wasm = async (name: string): Promise<Uint8Array> =>
    unpacked(await readFile(join(folder, `${name}.wasm.br`)));
  const wasmMemory = new WebAssembly.Memory({ initial: SMALLEST_PAGES, maximum: LARGEST_PAGES });
  await Parser.init({ wasmBinary: await wasm("runtime"), wasmMemory });
  const parser = new Parser();
  const loaded = new Map<string, { grammar: Grammar; rules: Rules }>();
  const load = async (language: Language) => {
    const known = loaded.get(language.grammar);
    if (known) return known;
    const grammar = await Grammar.load(await wasm(language.grammar));
    const made = { grammar, rules: rulesOf(language, grammar) };
    loaded.set(language.grammar, made);
    return made;
  };
  async function read<T>(
    language: Language,
    text: string,
    find: (tree: Tree, rules: Rules) => T,
  ): Promise<T> {
    const { grammar, rules } = await load(language);
    const tree = parser.setLanguage(grammar).parse(text);
    if (tree === null) throw new Error(`the grammar ${language.grammar} gave no tree`);
    const found = find(tree, rules);
    tree.delete();
    return found;
  }
  return {
    outline: (language, text) => read(language, text, (tree, rules) => outline(tree, text, rules)),
    facts: (language, text) => read(language, text, (tree) => factsOf(tree, text, language.grammar)),
  };
}

function rulesOf(language: Language, grammar: Grammar): Rules {
  const types = Array.from({ length: grammar.nodeTypeCount }, (_, id) => grammar.nodeTypeForId(id) ?? "");
  const byType = types.map((type, id) => (grammar.nodeTypeIsNamed(id) ? language.rules[type] : undefined));
  return { language, byType };
}
