/** A repository of made-up modules in eleven languages that call each other, the same every time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

type Piece = (name: string, calls: readonly string[]) => string;
type Kind = {
  share: number;
  extension: string;
  head(imports: readonly string[]): string;
  piece: Piece;
  foot?: string;
};

const braces =
  (open: string, statement: (call: string, at: number) => string): Piece =>
  (name, calls) =>
    `/** Works out ${name} from what the others say. */\n${open.replaceAll("NAME", name)}\n${calls.map(statement).join("\n")}\n}\n`;

const ECMA = (types: boolean): Omit<Kind, "share" | "extension"> => ({
  head: (imports) =>
    imports.map((one) => `import { ${one}First } from "./${one}${types ? ".ts" : ".js"}";`).join("\n"),
  piece: braces(
    types
      ? "export function NAME(input: number, rest: string[]): number {\n  let sum = 0;"
      : "export function NAME(input, rest) {\n  let sum = 0;",
    (call, at) =>
      `  if (input > ${at} && rest[${at}] !== "none") {\n    sum += ${call}(input - ${at}, rest) * ${at + 1}; // step ${at}\n  }`,
  ),
});

const KINDS: Kind[] = [
  { share: 30, extension: "ts", ...ECMA(true) },
  { share: 15, extension: "js", ...ECMA(false) },
  {
    ...{
      share: 15,
      extension: "py",
      head: (imports) => imports.map((one) => `from .${one} import ${one}First`).join("\n"),
    },
    piece: (name, calls) =>
      `def ${name}(given, rest=None):\n    """Works out ${name}."""\n    total = 0\n${calls.map((call, at) => `    if given > ${at} and rest is not None:\n        total += ${call}(given - ${at}, rest)  # step ${at}\n    else:\n        total -= ${at}`).join("\n")}\n    return total\n`,
  },
  {
    ...{ share: 10, extension: "go", head: () => 'package work\n\nimport "fmt"\n' },
    piece: braces(
      "func NAME(input int, rest []string) int {\n\tsum := 0",
      (call, at) =>
        `\tif input > ${at} {\n\t\tsum += ${call}(input-${at}, rest)\n\t\tfmt.Println("step", sum)\n\t}`,
    ),
  },
  {
    ...{ share: 8, extension: "java", head: () => "package work;\n\npublic class Holder {", foot: "}\n" },
    piece: braces(
      "  public static int NAME(int input, String[] rest) {\n    int sum = 0;",
      (call, at) =>
        `    for (int i = 0; i < ${at}; i++) {\n      sum += Other.${call}(input - i, rest);\n    }`,
    ),
  },
  {
    ...{ share: 6, extension: "rs", head: () => "use crate::work::*;\n" },
    piece: braces(
      "pub fn NAME(input: i64, rest: &[String]) -> i64 {\n    let mut sum = 0;",
      (call, at) =>
        `    match rest.get(${at}) {\n        Some(one) if one.len() > ${at} => sum += ${call}(input - ${at}, rest),\n        _ => sum -= 1,\n    }`,
    ),
  },
  {
    ...{
      share: 5,
      extension: "cs",
      head: () => "using System;\n\nnamespace Work {\npublic class Holder {",
      foot: "}\n}\n",
    },
    piece: braces(
      "  public static int NAME(int input, string[] rest) {\n    var sum = 0;",
      (call, at) => `    if (rest.Length > ${at}) {\n      sum += Other.${call}(input - ${at}, rest);\n    }`,
    ),
  },
  {
    ...{
      share: 4,
      extension: "cpp",
      head: (imports) => imports.map((one) => `#include "${one}.cpp"`).join("\n"),
    },
    piece: braces(
      "int NAME(int input, const std::vector<std::string>& rest) {\n  int sum = 0;",
      (call, at) => `  if (rest.size() > ${at}) {\n    sum += ${call}(input - ${at}, rest);\n  }`,
    ),
  },
  {
    ...{
      share: 3,
      extension: "c",
      head: (imports) => imports.map((one) => `#include "${one}.c"`).join("\n"),
    },
    piece: braces(
      "static int NAME(int input, const char **rest) {\n  int sum = 0;",
      (call, at) => `  while (input > ${at}) {\n    sum += ${call}(input--, rest);\n  }`,
    ),
  },
  {
    ...{ share: 2, extension: "php", head: () => "<?php\nnamespace Work;\n" },
    piece: braces(
      "function NAME(int $input, array $rest): int {\n  $sum = 0;",
      (call, at) => `  if (count($rest) > ${at}) {\n    $sum += ${call}($input - ${at}, $rest);\n  }`,
    ),
  },
  {
    ...{
      share: 2,
      extension: "rb",
      head: (imports) => imports.map((one) => `require_relative "${one}"`).join("\n"),
    },
    piece: (name, calls) =>
      `# Works out ${name}.\ndef ${name}(given, rest)\n  total = 0\n${calls.map((call, at) => `  if given > ${at}\n    total += ${call}(given - ${at}, rest)\n  end`).join("\n")}\n  total\nend\n`,
  },
];

const LINES_OF_FILE = 220;
const WORDS = [
  "load",
  "parse",
  "check",
  "merge",
  "store",
  "count",
  "route",
  "order",
  "price",
  "limit",
  "share",
  "trace",
];

/** Writes at least `lines` lines below `root`; returns how many, and one of the files. */
export function writeTree(root: string, lines: number): { lines: number; example: string } {
  let written = 0;
  let example = "";
  for (const kind of KINDS) {
    const count = Math.ceil((lines * kind.share) / 100 / LINES_OF_FILE);
    for (let at = 0; at < count; at += 1) {
      const path = `${kind.extension}/part${at % 17}/${nameOf(at)}.${kind.extension}`;
      const text = textOf(kind, at, count);
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
      written += text.split("\n").length - 1;
      example ||= path;
    }
  }
  return { lines: written, example };
}

const nameOf = (at: number): string =>
  `${WORDS[at % WORDS.length]}${WORDS[(at * 7 + 3) % WORDS.length]}${at}`;

function textOf({ head, piece, foot = "" }: Kind, at: number, count: number): string {
  // Modules of one folder know the two before them; the first know the last, so that there are cycles.
  const near = [17, 34].map((back) => nameOf((at - back + 17 * count) % count));
  const parts = [head(near)];
  for (let lines = 0, n = 0; lines < LINES_OF_FILE - 10; n += 1) {
    const calls = Array.from(
      { length: 3 + ((at + n) % 4) },
      (_, k) => `${nameOf((at * 31 + n * 17 + k * 5) % count)}${k % 2 === 0 ? "First" : "Next"}`,
    );
    const part = piece(`${nameOf(at)}${n === 0 ? "First" : n === 1 ? "Next" : `Step${n}`}`, calls);
    lines += part.split("\n").length;
    parts.push(part);
  }
  return `${parts.join("\n")}${foot}`;
}
