/** First form of the code map: every file with its size, those the goal speaks of first, with their exported names. */
import type { CodeMap, Repo, Tree } from "../engine/ports.ts";

const CHARS_PER_TOKEN = 4;
/** Files read for their names: the likeliest first. */
const OUTLINED = 40;
const NAMES = 12;

export function openCodeMap(repo: Pick<Repo, "files">, tree: Pick<Tree, "read">): CodeMap {
  return {
    map: async (goal, tokens, signal) => {
      const ranked = rank(await repo.files(), goal);
      const lines: string[] = [`${ranked.length} files, likeliest first:`];
      let left = tokens * CHARS_PER_TOKEN;
      for (const [at, path] of ranked.entries()) {
        if (signal.aborted || left <= 0) break;
        const line = at < OUTLINED ? await outline(tree, path) : path;
        lines.push(line);
        left -= line.length + 1;
      }
      const unseen = ranked.length + 1 - lines.length;
      return unseen > 0 ? `${lines.join("\n")}\n[${unseen} more: use list]` : lines.join("\n");
    },
    symbols: () => Promise.resolve([]),
    definitions: () => Promise.resolve(new Map()),
    close: () => Promise.resolve(),
  };
}

/** Files whose path shares a word with the goal come first; then sources before the rest, shallow before deep. */
export function rank(paths: readonly string[], goal: string): string[] {
  const words = new Set(goal.toLowerCase().match(/[a-z0-9_]{3,}/g) ?? []);
  const score = (path: string): number => {
    const hits = (path.toLowerCase().match(/[a-z0-9_]{3,}/g) ?? []).filter((part) => words.has(part)).length;
    const source = /\.(c|cc|cpp|cs|go|java|jsx?|kt|mjs|php|py|rb|rs|swift|tsx?)$/.test(path) ? 2 : 0;
    return hits * 10 + source - path.split("/").length * 0.1;
  };
  const scored = paths.map((path) => ({ path, score: score(path) }));
  return scored.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1)).map(({ path }) => path);
}

const DEFINITION =
  /^(?:export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let|type|interface|enum)\s+(\w+)|(?:pub\s+)?(?:async\s+)?(?:def|fn|func|class|struct|trait|interface)\s+(?:\([^)]*\)\s*)?(\w+))/gm;

/** A file that is no text, is too large or leads outside is listed by its path alone. */
async function outline(tree: Pick<Tree, "read">, path: string): Promise<string> {
  const file = await tree.read(path);
  if ("error" in file) return path;
  const names = [...file.text.matchAll(DEFINITION)].map((match) => match[1] ?? match[2]).slice(0, NAMES);
  return `${path} (${file.lines} lines)${names.length > 0 ? `: ${names.join(", ")}` : ""}`;
}
