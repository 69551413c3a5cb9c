// The webview outside VS Code: its real bundle on a loopback page with the content policy and the theme variables of
// VS Code. Only `acquireVsCodeApi` is a stand-in: it records what is sent and keeps its state over a reload.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { findBrowser, ROOT } from "../workbench/paths.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const NONCE = "c2xpY2V3aXNl";
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; font-src 'self'`;

/** Variables and body class of VS Code 1.139's own themes, by name. */
export const THEMES = JSON.parse(readFileSync(path.join(HERE, "themes.json"), "utf8"));

/**
 * @typedef {{ dir: string, fixtures: Record<string, import("../../src/protocol/view.ts").View>, protocol: number }} Built
 * @returns {Promise<Built>}
 */
export async function buildWebview() {
  const dir = mkdtempSync(path.join(tmpdir(), "sw-webview-"));
  await build({
    entryPoints: { webview: path.join(ROOT, "webview-ui/main.tsx") },
    outdir: dir,
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome128",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const data = path.join(dir, "data.mjs");
  await build({
    stdin: {
      contents: `export { FIXTURES } from "./fixtures.ts"; export { PROTOCOL } from "../../src/protocol/view.ts";`,
      resolveDir: HERE,
      loader: "ts",
    },
    outfile: data,
    bundle: true,
    format: "esm",
  });
  const { FIXTURES, PROTOCOL } = await import(pathToFileURL(data).href);
  return { dir, fixtures: FIXTURES, protocol: PROTOCOL };
}

/** @param {string} theme */
function pageOf(theme) {
  const { kind, vars } = THEMES[theme];
  const set = Object.entries(vars).map(([name, value]) => [name, value]);
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${NONCE}"><title>Slicewise</title>
<link rel="stylesheet" href="/webview.css"></head>
<body class="${kind}" data-vscode-theme-kind="${kind}"><div id="slicewise"></div>
<script nonce="${NONCE}">
for (const [name, value] of ${JSON.stringify(set)}) document.documentElement.style.setProperty(name, value);
window.sent = [];
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.sent.push(message),
  getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
  setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
});
</script>
<script nonce="${NONCE}" src="/webview.js"></script></body></html>`;
}

/** @param {string} dir @returns {Promise<import("node:http").Server>} */
function serve(dir) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const type = { ".js": "text/javascript", ".css": "text/css" }[path.extname(pathname)];
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Content-Type", `${type ?? "text/html"}; charset=utf-8`);
    response.end(
      type
        ? readFileSync(path.join(dir, path.basename(pathname)))
        : pageOf(searchParams.get("theme") ?? "dark"),
    );
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/**
 * Browser and page server for as long as `use` runs. `draw` loads a page anew, and one that is `forgetful` knows nothing of what it
 * showed before: that is more than twice as fast as a new one.
 * @template T
 * @typedef {import("playwright-core").Page} Page
 * @typedef {{ built: Built, open: (look: Look) => Promise<Page>, draw: (page: Page, look: Look) => Promise<Page>, forgetful: () => Promise<Page> }} Stage
 * @param {(stage: Stage) => Promise<T>} use
 * @typedef {{ theme: string, width: number, height?: number, fixture?: string }} Look
 */
export async function withStage(use) {
  const built = await buildWebview();
  const server = await serve(built.dir);
  const executablePath = findBrowser();
  if (!executablePath)
    throw new Error("No Chromium found: run `node test/setup.mjs browser` or set CHROMIUM_PATH.");
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
  });
  const draw = async (page, { theme, width, height = 900, fixture }) => {
    await page.setViewportSize({ width, height });
    await page.goto(`http://127.0.0.1:${server.address().port}/?theme=${theme}`);
    if (fixture) await show(page, built, built.fixtures[fixture]);
    return page;
  };
  const newPage = () => browser.newPage({ reducedMotion: "reduce" });
  const forgetful = async () => {
    const page = await newPage();
    await page.addInitScript(() => window.sessionStorage.clear());
    return page;
  };
  try {
    return await use({ built, draw, forgetful, open: async (look) => draw(await newPage(), look) });
  } finally {
    await browser.close();
    server.close();
    rmSync(built.dir, { recursive: true, force: true });
  }
}

/** Two frames: React has drawn and the toolkit has upgraded. @param {import("playwright-core").Page} page */
export const settle = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))),
  );

/**
 * Posts a snapshot as the host does.
 * @param {import("playwright-core").Page} page
 * @param {Built} built
 * @param {import("../../src/protocol/view.ts").View} view
 */
export async function show(page, { protocol }, view) {
  await page.evaluate((message) => window.postMessage(message, "*"), { type: "snapshot", protocol, view });
  await settle(page);
}
