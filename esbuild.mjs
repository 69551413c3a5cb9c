// node esbuild.mjs [--watch | --quiet]
// dist/extension.cjs, dist/editor.cjs (the engine) and the vendors' bundles for VS Code, dist/headless.js for the terminal, dist/webview.{js,css} for the sidebar,
// dist/codeMap.cjs with dist/grammars for the threads of the code map, which both hosts start,
// dist/checkCapsule.cjs, which verification functions run in.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { CHECK_CAPSULE, CODE_MAP, KNOWS_ITS_PLACE, packGrammars } from "./esbuild.codeMap.mjs";

const watch = process.argv.includes("--watch");
const quiet = process.argv.includes("--quiet");

/** Vendor SDKs, each in a bundle of its own: none is even read before its first call. */
const VENDORS = { openai: "vendor-openai", "@anthropic-ai/sdk": "vendor-anthropic" };
/** What activation does without until something asks for an order. */
const LATER = { "./editorHost.ts": "editor" };

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  minify: true,
  legalComments: "none",
  sourcemap: watch ? "linked" : false,
  logLevel: "warning",
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
};

/**
 * Leaves modules to bundles beside this one.
 * @param {Record<string, string>} bundles by the name they are imported under
 * @returns {import("esbuild").Plugin}
 */
const apart = (bundles) => ({
  name: "apart",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === "dynamic-import" && path in bundles
        ? { path: `./${bundles[path]}.cjs`, external: true }
        : undefined,
    );
  },
});

/** The terminal's entry can be run as it is; its chunks need no such line. @type {import("esbuild").Plugin} */
const runnable = {
  name: "runnable",
  setup(build) {
    build.onLoad({ filter: /[/\\]src[/\\]headless\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: text.startsWith("#!") ? text : `#!/usr/bin/env node\n${text}`, loader: "ts" };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const IN_VSCODE = {
  ...COMMON,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["vscode"],
  // So that a dynamic import of another bundle is a `require`, at the time of the import.
  supported: { "dynamic-import": false },
};

/** @type {import("esbuild").BuildOptions[]} */
const BUILDS = [
  { ...IN_VSCODE, entryPoints: ["src/extension.ts"], outfile: "dist/extension.cjs", plugins: [apart(LATER)] },
  {
    ...IN_VSCODE,
    ...KNOWS_ITS_PLACE,
    entryPoints: ["src/editorHost.ts"],
    outfile: "dist/editor.cjs",
    plugins: [apart(VENDORS)],
  },
  { ...COMMON, ...CODE_MAP, outfile: "dist/codeMap.cjs" },
  { ...COMMON, ...CHECK_CAPSULE, outfile: "dist/checkCapsule.cjs" },
  ...Object.entries(VENDORS).map(([name, file]) => ({
    ...IN_VSCODE,
    // By the names of their classes their errors are told.
    keepNames: true,
    stdin: { contents: `export { default } from "${name}"`, resolveDir: import.meta.dirname },
    outfile: `dist/${file}.cjs`,
    // A module under "type": "module" takes the whole of a CommonJS one as its default.
    footer: { js: "module.exports = module.exports.default;" },
  })),
  {
    // `vscode` is not external here: a leak of the editor into the terminal fails the build.
    ...COMMON,
    platform: "node",
    format: "esm",
    target: "node20",
    splitting: true,
    entryPoints: { headless: "src/headless.ts" },
    outdir: "dist",
    chunkNames: "headless-[hash]",
    plugins: [runnable, apart(VENDORS)],
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  },
  {
    ...COMMON,
    platform: "browser",
    format: "iife",
    target: "es2023",
    entryPoints: { webview: "webview-ui/main.tsx" },
    outdir: "dist",
    jsx: "automatic",
  },
];

/** @param {import("esbuild").Metafile} metafile */
const sizesOf = ({ outputs }) =>
  Object.fromEntries(Object.entries(outputs).map(([file, { bytes }]) => [file, bytes]));

/** @param {Record<string, number>} sizes */
function print(sizes) {
  for (const [file, bytes] of Object.entries(sizes)) {
    if (!file.endsWith(".map")) console.log(`${(bytes / 1024).toFixed(1).padStart(9)} kB  ${file}`);
  }
}

/** Everything is built before anything is written: a build that fails, or another one beside it, leaves dist whole. */
async function buildAll() {
  const results = await Promise.all(BUILDS.map((options) => esbuild.build({ ...options, write: false })));
  const files = results.flatMap(({ outputFiles }) => outputFiles);
  await mkdir("dist", { recursive: true });
  await Promise.all(files.map((file) => writeFile(file.path, file.contents)));
  const grammars = await packGrammars("dist/grammars");
  const names = new Set(["grammars", ...files.map((file) => path.basename(file.path))]);
  const stale = (await readdir("dist")).filter((name) => !names.has(name));
  await Promise.all(stale.map((name) => rm(path.join("dist", name), { recursive: true, force: true })));
  if (!quiet) [...results.map(({ metafile }) => sizesOf(metafile)), grammars].forEach(print);
}

async function watchAll() {
  await packGrammars("dist/grammars");
  const contexts = await Promise.all(
    BUILDS.map((options) => esbuild.context({ ...options, logLevel: "info" })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
}

process.chdir(import.meta.dirname);
await (watch ? watchAll() : buildAll());
