/** The threads of the code map built as the sources are now, and maps over real folders. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import type { CodeMap } from "../../src/engine/ports.ts";
import { openCodeMap } from "../../src/node/codeMap/codeMap.ts";
import { listFiles } from "../../src/node/listFiles.ts";
import { scratchFolder } from "./scratchFolder.ts";

type Build = {
  CODE_MAP: Parameters<typeof build>[0];
  packGrammars(folder: string): Promise<Record<string, number>>;
};

export const NEVER = new AbortController().signal;

export type Maps = {
  /** The address of the bundle. */
  thread(): string;
  /** A map of a folder; `list` says which files there are, git or the folder itself when it is left out. */
  open(root: string, more?: { storage?: string | null; fileMs?: number; list?: () => string[] }): CodeMap;
};

/** Closes every map that was opened when the test file is done. */
export function codeMaps(): Maps {
  const folder = scratchFolder();
  const file = join(folder, "codeMap.cjs");
  const opened: CodeMap[] = [];
  beforeAll(async () => {
    const address = new URL("../../esbuild.codeMap.mjs", import.meta.url).href;
    const { CODE_MAP, packGrammars } = (await import(address)) as Build;
    await build({ ...CODE_MAP, outfile: file });
    mkdirSync(join(folder, "grammars"));
    await packGrammars(join(folder, "grammars"));
  });
  afterAll(() => Promise.all(opened.map((map) => map.close())));
  const thread = pathToFileURL(file);
  return {
    thread: () => thread.href,
    open: (root, { storage = null, fileMs, list } = {}) => {
      const files = async (): Promise<string[]> => (list ? list() : listFiles(root));
      const map = openCodeMap({ repo: { files }, root, storage, thread, fileMs });
      opened.push(map);
      return map;
    },
  };
}
