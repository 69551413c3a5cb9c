/**
 * What a check's command starts, as far as it can be read without a shell. Whatever is not plain (substitutions, loops,
 * unknown folders) is left out: of what is not understood nothing is said.
 */
import type { Slice } from "../order.ts";

/** One program with its arguments. `folder` is where it runs, "" for the root, null when that is not known. */
export type Started = { program: string; args: readonly string[]; folder: string | null };

/** A longer command is not read. */
const LONGEST = 4000;

/** Of the shells of all systems: none of these is looked for on PATH. */
const BUILTIN = new Set(
  [
    "cd test [ [[ echo printf true false : exit export set unset source . eval exec shift read return trap umask ulimit",
    "wait type command local declare let alias pwd pushd popd kill hash times getopts builtin time",
    "dir copy del erase md mkdir rd rmdir move ren rem call",
    "if then else elif fi for while until do done case esac in function select { } !",
  ]
    .join(" ")
    .split(" "),
);
/** Only start another program, which is what counts. */
const PREFIX = new Set([
  "env",
  "exec",
  "command",
  "time",
  "nice",
  "nohup",
  "!",
  "builtin",
  "then",
  "do",
  "else",
  "if",
  "while",
  "{",
]);

/** The simple commands of a line, in order; what is in quotes is one word. Null when it has shell that is not read here. */
export function startedBy(command: string): Started[] | null {
  if (command.length > LONGEST) return null;
  const rows = split(command);
  if (rows === null) return null;
  const found: Started[] = [];
  const folders: (string | null)[] = [""];
  for (const { words, opens, closes } of rows) {
    for (let at = 0; at < opens; at += 1) folders.push(folders.at(-1) ?? null);
    const one = plain(words);
    if (one[0] === "cd" || one[0] === "pushd")
      folders[folders.length - 1] = into(folders.at(-1) ?? null, one[1]);
    else if (one[0] !== undefined)
      found.push({ program: one[0], args: one.slice(1), folder: folders.at(-1) ?? null });
    for (let at = 0; at < closes && folders.length > 1; at += 1) folders.pop();
  }
  return found;
}

/** A relative path from a folder; null when it is not plain or leads out. */
export function into(folder: string | null, path: string | undefined): string | null {
  if (folder === null || path === undefined || /^[/~-]|[$`*?{\\]/.test(path)) return null;
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Without variables set before it and programs that only start another. */
function plain(words: readonly string[]): string[] {
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const isAssigned = /^[A-Za-z_]\w*=/.test(word);
    // `command -v x` asks for a program, and starts none.
    if (word === "command" && words[at + 1]?.startsWith("-")) return ["command"];
    if (word === "timeout") at += /^[\d.]+[smhd]?$/.test(words[at + 1] ?? "") ? 2 : words.length;
    else if (isAssigned || PREFIX.has(word)) at += 1;
    else break;
  }
  return words.slice(at);
}

type Row = { words: string[]; opens: number; closes: number };

function split(command: string): Row[] | null {
  const rows: Row[] = [];
  let row: Row = { words: [], opens: 0, closes: 0 };
  let word: string | null = null;
  let skips = false;
  const endWord = (): void => {
    if (word !== null && !skips) row.words.push(word);
    if (word !== null) skips = false;
    word = null;
  };
  const endRow = (): void => {
    endWord();
    skips = false;
    rows.push(row);
    row = { words: [], opens: 0, closes: 0 };
  };
  const TOKEN =
    /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|(\d?>>?&?\d?|<(?![<(]))|(&&|\|\|?|;|\n|&)|([()])|(\s)|([\w./:=@,+%-]+|[^])/g;
  for (const [, single, double, escaped, redirect, operator, round, space, char] of command.matchAll(TOKEN)) {
    const isComment = char === "#" && word === null;
    const isCall = round === "(" && word !== null;
    if (isComment || isCall || /^[`'"<]$/.test(char ?? "") || /`|\$\(/.test(double ?? "")) return null;
    if (redirect !== undefined) {
      endWord();
      // What follows ">" is a file; ">&1" is whole.
      skips = !/&\d$/.test(redirect);
    } else if (operator !== undefined) endRow();
    else if (round === "(") row.opens += 1;
    else if (round === ")") {
      endWord();
      row.closes += 1;
      endRow();
    } else if (space !== undefined) endWord();
    else word = (word ?? "") + (single ?? double ?? escaped ?? char ?? "");
  }
  endRow();
  return rows;
}

export const commandsOf = ({ checks }: Pick<Slice, "checks">): string[] =>
  checks.flatMap((check) => ("run" in check ? [check.run] : []));

/** What is looked for on PATH: a name, no path, no variable and nothing the shell does itself. */
export const isProgram = (word: string): boolean => /^[A-Za-z0-9_][\w.+-]*$/.test(word) && !BUILTIN.has(word);

/** The programs the checks start, each once. */
export function programsIn(slices: readonly Pick<Slice, "checks">[]): string[] {
  const started = slices.flatMap(commandsOf).flatMap((command) => startedBy(command) ?? []);
  return [...new Set(started.map(({ program }) => program).filter(isProgram))];
}
