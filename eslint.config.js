import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const root = fileURLToPath(new URL(".", import.meta.url));
const nodeGlobals = Object.fromEntries(
  [
    "process",
    "console",
    "URL",
    "Buffer",
    "fetch",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
  ]
    .concat(["setImmediate", "AbortController", "AbortSignal", "TextDecoder", "TextEncoder", "performance"])
    .concat(["structuredClone", "globalThis", "crypto", "queueMicrotask"])
    .map((name) => [name, "readonly"]),
);
const commonJs = { require: "readonly", module: "writable", exports: "writable", __dirname: "readonly" };
/** Scripts also hold functions that are handed to a page to run there. */
const page = {
  document: "readonly",
  window: "readonly",
  getComputedStyle: "readonly",
  requestAnimationFrame: "readonly",
};
const mocha = Object.fromEntries(
  [
    "suite",
    "test",
    "before",
    "after",
    "suiteSetup",
    "suiteTeardown",
    "setup",
    "teardown",
    "describe",
    "it",
    "beforeEach",
    "afterEach",
  ].map((name) => [name, "readonly"]),
);

export default defineConfig(
  globalIgnores([
    "dist/**",
    "media/**",
    "**/node_modules/**",
    "test/polyglot/tasks/**",
    "test/workbench/host/**",
    "test/workbench/shots/**",
    "**/.*/**",
    "**/fixtures/**",
  ]),
  js.configs.recommended,
  // Control characters are looked for on purpose: what models and endpoints say is stripped of them.
  { rules: { "no-control-regex": "off" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["vitest.config.ts"] }, tsconfigRootDir: root },
    },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "max-lines-per-function": ["error", { max: 100 }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // A port is async although an adapter of it may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      // Ports are records of functions and none of ours reads `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "no-console": "off",
      // The matchers of the test runner are any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { ...nodeGlobals, ...page } },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Ports are records of functions and none of ours reads `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { ...nodeGlobals, ...commonJs, ...page, ...mocha } },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Ports are records of functions and none of ours reads `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
