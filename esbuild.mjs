// node esbuild.mjs [--watch | --quiet]
// dist/extension.cjs and its vendor bundles for VS Code, dist/headless.js for the terminal, dist/webview.{js,css} for the sidebar.
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as esbuild from "esbuild";

const watch = process.argv.includes("--watch");
const quiet = process.argv.includes("--quiet");

/** Vendor SDKs, each in a bundle of its own: none is even parsed before its first call. */
const VENDORS = { openai: "vendor-openai", "@anthropic-ai/sdk": "vendor-anthropic" };

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  bundle: true,
  minify: true,
  keepNames: true,
  legalComments: "none",
  sourcemap: watch ? "linked" : false,
  logLevel: "warning",
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
};

/** @type {import("esbuild").Plugin} */
const vendorsApart = {
  name: "vendors-apart",
  setup(build) {
    build.onResolve({ filter: /^(openai|@anthropic-ai\/sdk)$/ }, ({ path }) => ({
      path: `./${VENDORS[path]}.cjs`,
      external: true,
    }));
  },
};

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
const IN_VSCODE = { ...COMMON, platform: "node", format: "cjs", target: "node22" };

/** @type {import("esbuild").BuildOptions[]} */
const BUILDS = [
  {
    ...IN_VSCODE,
    entryPoints: { extension: "src/extension.ts" },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
    plugins: [vendorsApart],
    // So that a dynamic import of a vendor bundle is a `require`, at the time of the import.
    supported: { "dynamic-import": false },
  },
  ...Object.entries(VENDORS).map(([name, file]) => ({
    ...IN_VSCODE,
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
    plugins: [runnable],
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  },
  {
    ...COMMON,
    keepNames: false,
    platform: "browser",
    format: "iife",
    target: "es2023",
    entryPoints: { webview: "webview-ui/main.tsx" },
    outdir: "dist",
    jsx: "automatic",
  },
];

/** @param {import("esbuild").Metafile} metafile */
function print({ outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (!file.endsWith(".map")) console.log(`${(bytes / 1024).toFixed(1).padStart(9)} kB  ${file}`);
  }
}

rmSync("dist", { recursive: true, force: true });
if (watch) {
  const contexts = await Promise.all(
    BUILDS.map((options) => esbuild.context({ ...options, logLevel: "info" })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const results = await Promise.all(BUILDS.map((options) => esbuild.build(options)));
  if (!quiet) for (const { metafile } of results) print(metafile);
}
