/** A thread that reads and parses files, one after the other. It answers each by itself: whatever happens, the next are not lost. */
import type { MessagePort } from "node:worker_threads";
import { join } from "node:path";
import { sha256 } from "../sha256.ts";
import { type FileFacts, joined, NO_FACTS } from "./facts.ts";
import { openOutliner, type Outliner } from "./grammars.ts";
import { languageOf } from "./languages/languages.ts";
import { namesIn } from "./names.ts";
import { readBytes, sourceOf } from "./readFile.ts";

/** `hash` is what we know of it: the same again is not parsed. `text` is asked about instead of a file; `guarded` for guards. */
export type ParseFile = { path: string; hash: string | null; text?: string; guarded?: true };
/** Null: there is no such file to read. */
export type Parsed = FileFacts | "same" | null;
export type ParseAnswer = { ready: true } | { at: number; parsed: Parsed };

export async function serveParsing(port: MessagePort, root: string, grammars: string): Promise<void> {
  const outliner = await openOutliner(grammars);
  port.on("message", (files: ParseFile[]) => {
    // A rejection ends this thread: after it the parser's memory is not to be trusted.
    void (async () => {
      for (const [at, file] of files.entries())
        port.postMessage({ at, parsed: await parsed(outliner, root, file) } satisfies ParseAnswer);
    })();
  });
  port.postMessage({ ready: true } satisfies ParseAnswer);
}

async function parsed(
  outliner: Outliner,
  root: string,
  { path, hash, text, guarded }: ParseFile,
): Promise<Parsed> {
  const bytes = text === undefined ? readBytes(join(root, path)) : Buffer.from(text);
  if (bytes === null) return null;
  const found = sha256(bytes);
  if (found === hash) return "same";
  const source = sourceOf(bytes);
  const language = languageOf(path);
  if (source === null || language === null) return { ...NO_FACTS, hash: found };
  if (guarded) return { ...NO_FACTS, hash: found, read: await outliner.facts(language, source.text) };
  const { symbols, imports } = await outliner.outline(language, source.text);
  const { counts, required } = namesIn(source.text, language);
  return {
    hash: found,
    lines: source.lines,
    defines: [...new Set(symbols.map(({ name }) => name))].join(" "),
    uses: [...counts].map(([name, count]) => `${name}:${count}`).join(" "),
    imports: [...new Set([...imports, ...required])].filter((one) => !one.includes("\n")).join("\n"),
    symbols: joined(symbols),
  };
}
