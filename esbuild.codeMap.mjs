// How the threads of the code map are built; for esbuild.mjs and for tests, which build them as the sources are now.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const require = createRequire(import.meta.url);
const compress = promisify(brotliCompress);

/** For CommonJS bundles that find files beside themselves. @type {import("esbuild").BuildOptions} */
export const KNOWS_ITS_PLACE = {
  define: { "process.env.NODE_ENV": '"production"', "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** Both hosts start it, so it must run on the terminal's older Node, too. @type {import("esbuild").BuildOptions} */
export const CODE_MAP = {
  ...KNOWS_ITS_PLACE,
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  entryPoints: ["src/node/codeMap/thread.ts"],
};

/** What a verification function runs in, as a process of its own. @type {import("esbuild").BuildOptions} */
export const CHECK_CAPSULE = { ...CODE_MAP, entryPoints: ["src/node/checkCapsule.ts"] };

const GRAMMARS = [
  "c-sharp",
  "cpp",
  "ruby",
  "tsx",
  "typescript",
  "rust",
  "php",
  "python",
  "javascript",
  "java",
  "go",
];
const FOLDER = path.dirname(require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm"));
const WASM = {
  runtime: require.resolve("web-tree-sitter/web-tree-sitter.wasm"),
  ...Object.fromEntries(GRAMMARS.map((name) => [name, path.join(FOLDER, `tree-sitter-${name}.wasm`)])),
};
/** To compress all of them well takes a quarter of a minute, once for each version. */
const CACHE = path.join(import.meta.dirname, "node_modules/.cache/slicewise");

/**
 * Packed by brotli, which takes two thirds of what the .vsix's own compression would. Writes `<name>.wasm.br` for each
 * grammar and the runtime into a folder; returns their sizes in bytes by file.
 */
export async function packGrammars(folder) {
  await mkdir(folder, { recursive: true });
  await mkdir(CACHE, { recursive: true });
  const packed = await Promise.all(Object.entries(WASM).map(([name, file]) => pack(name, file, folder)));
  return Object.fromEntries(packed);
}

async function pack(name, file, folder) {
  const bytes = await readFile(file);
  const kept = path.join(CACHE, `${createHash("sha256").update(bytes).digest("hex")}.br`);
  const small = existsSync(kept) ? await readFile(kept) : await packed(bytes, kept);
  const out = path.join(folder, `${name}.wasm.br`);
  if (!existsSync(out) || !small.equals(await readFile(out))) await replace(out, small);
  return [out, small.length];
}

async function packed(bytes, kept) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const small = await compress(bytes, { params });
  await replace(kept, small);
  return small;
}

/** Whole or not at all: another build may be reading it. */
async function replace(file, bytes) {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}
