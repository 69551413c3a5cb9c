// npm test: installs what is missing, builds, and runs everything. Each part can be run by itself; see package.json.
// `npm test -- unit ui` runs the named parts only.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { browser, deps, host, sandbox } from "./setup.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => path.join("node_modules/.bin", name);

/** Parts in order, each a list of commands that run beside each other. */
const PARTS = {
  build: [["node", "esbuild.mjs", "--quiet"]],
  types: [
    [bin("tsc"), "-p", "src/core"],
    [bin("tsc"), "-p", "."],
    [bin("tsc"), "-p", "webview-ui"],
    [bin("tsc"), "-p", "test"],
  ],
  lint: [
    [bin("eslint"), "."],
    [bin("prettier"), "--check", ".", "--log-level", "warn"],
    [bin("knip"), "--no-progress"],
  ],
  unit: [[bin("vitest"), "run"]],
  webview: [["node", "test/webview/render.mjs"]],
  integration: [["node", "test/workbench/integration.mjs", "dev"]],
  vsix: [["node", "test/workbench/integration.mjs", "vsix"]],
  ui: [["node", "test/workbench/ui.mjs"]],
};

/** What a part says of itself: "12 passed, 0 failed", or vitest's "Tests  1 failed | 12 passed". */
function counts(output) {
  const text = output.replace(/\u001b\[[0-9;]*m/g, "");
  const own = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  if (own) return { passed: Number(own[1]), failed: Number(own[2]) };
  const line = /^ *Tests +(.*)$/m.exec(text)?.[1];
  if (!line) return null;
  return {
    passed: Number(/(\d+) passed/.exec(line)?.[1] ?? 0),
    failed: Number(/(\d+) failed/.exec(line)?.[1] ?? 0),
  };
}

/** @param {string[]} command @returns {Promise<{ status: number, output: string }>} */
function run([file, ...args]) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(file === "node" ? process.execPath : file, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const tee = (stream) => (chunk) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.on("data", tee(process.stdout));
    child.stderr.on("data", tee(process.stderr));
    child.once("error", (error) => resolve({ status: 1, output: String(error) }));
    child.once("exit", (code) => resolve({ status: code ?? 1, output }));
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in PARTS));
if (unknown) {
  console.error(`There is no part "${unknown}". Parts: ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

deps();
browser();
sandbox();
host();
let passed = 0;
let failed = 0;
const broken = [];
for (const [name, commands] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = Date.now();
  console.log(`\n── ${name} ──`);
  for (const { status, output } of await Promise.all(commands.map(run))) {
    const told = counts(output) ?? { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
    passed += told.passed;
    failed += status === 0 ? told.failed : Math.max(1, told.failed);
    if (status !== 0) broken.push(name);
  }
  console.log(`── ${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
}
if (broken.length > 0) console.log(`\nFailed: ${[...new Set(broken)].join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
