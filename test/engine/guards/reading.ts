/** Texts as guards see them: read by the real grammars, in this process. */
import { fileURLToPath } from "node:url";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodeFacts } from "../../../src/core/codeFacts.ts";
import type { Slice } from "../../../src/core/order.ts";
import { type Changed, type Guard } from "../../../src/engine/guards.ts";
import { patternsOf } from "../../../src/engine/guards/patterns.ts";
import { openOutliner, type Outliner } from "../../../src/node/codeMap/grammars.ts";
import { languageOf } from "../../../src/node/codeMap/languages/languages.ts";
import { change, slice } from "../../core/orders.ts";

type Build = { packGrammars(folder: string): Promise<Record<string, number>> };
let opened: Promise<Outliner> | null = null;

async function open(): Promise<Outliner> {
  const folder = join(mkdtempSync(join(tmpdir(), "slicewise-grammars-")), "grammars");
  mkdirSync(folder);
  const address = new URL("../../../esbuild.codeMap.mjs", import.meta.url);
  const { packGrammars } = (await import(fileURLToPath(address))) as Build;
  await packGrammars(folder);
  return openOutliner(folder);
}

export async function factsOf(path: string, text: string | null): Promise<CodeFacts | null> {
  if (text === null) return null;
  const language = languageOf(path);
  return language === null ? patternsOf(text) : (await (opened ??= open())).facts(language, text);
}

/** Files as before and after; null when there is none on that side. */
export type Files = Record<string, [before: string | null, after: string | null]>;

export const changedOf = (files: Files): Promise<Changed[]> =>
  Promise.all(
    Object.entries(files).map(async ([path, [before, after]]) => ({
      path,
      before,
      after,
      facts: { before: await factsOf(path, before), after: await factsOf(path, after) },
    })),
  );

/** "fail: why" and "unknown: why" of one guard over these files; nothing when it has nothing against them. */
export async function findings(one: Guard, files: Files, over: Partial<Slice> = {}): Promise<string[]> {
  const changed = await changedOf(files);
  const patch = changed.map(({ path }) => change(path));
  return one
    .find(slice("01", { writes: ["**"], ...over }), patch, changed)
    .map(({ result, why }) => `${result}: ${why}`);
}
