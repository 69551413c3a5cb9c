// A real VS Code for one run: temporary home, server on a free loopback port, browser, workbench address.
// What a person does in the workbench is in drive.mjs.
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { findBrowser, HOST_ENTRY, HOST_NODE } from "./paths.mjs";
import { endGroup, killProcessesOf, startGroup } from "./processes.mjs";
import { makeSample } from "./sample.mjs";

export const VERBOSE = process.env.VERBOSE === "1";
const KEEP = process.env.KEEP === "1";
const START_MS = 60_000;

/** Files of webviews have addresses below this name; VS Code's service worker answers them, the network never does. */
const IN_PAGE_HOST = ".vscode-resource.vscode-cdn.net";

/** @typedef {keyof typeof THEMES} Theme */
/** VS Code's name of a theme in settings, its label in the picker, and the class it puts on the workbench. */
export const THEMES = {
  dark: { setting: "Dark Modern", label: "Dark Modern", className: "vs-dark" },
  light: { setting: "Light Modern", label: "Light Modern", className: "vs" },
  contrastDark: { setting: "Default High Contrast", label: "Dark High Contrast", className: "hc-black" },
  contrastLight: {
    setting: "Default High Contrast Light",
    label: "Light High Contrast",
    className: "hc-light",
  },
};

/**
 * `drivable` obeys extensionDevelopmentPath and extensionTestsPath, but shows no notification toasts (they are in
 * the notification centre) and refuses modal messages while a suite runs. `plain` is what a user has.
 * @typedef {"drivable" | "plain"} Manner
 *
 * `off`: every folder is trusted. `ask`: the folder starts in restricted mode and can be trusted by command.
 * @typedef {"off" | "ask"} Trust
 *
 * @typedef {{ dir: string, workspace: string, trust: Trust }} Home
 * @typedef {{ process: import("node:child_process").ChildProcess, origin: string, authority: string, manner: Manner }} Server
 * @typedef {{ home: Home, server: Server, page: import("playwright-core").Page, problems: Set<string> }} Lab
 */

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  // VS Code opens Settings, Running Extensions and the like in a modal editor by default, which hides the rest.
  "workbench.editor.useModal": "off",
  "window.commandCenter": false,
  "window.autoDetectColorScheme": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "git.autofetch": false,
  // Otherwise the TypeScript server runs npm against the registry as soon as a script is opened.
  "typescript.disableAutomaticTypeAcquisition": true,
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
  "npm.fetchOnlinePackageInfo": false,
};

/** Homes of this process that are still in use. @type {Set<string>} */
const homes = new Set();

/** Ends what runs in a home and removes it, unless KEEP=1. @param {string} dir */
function closeHome(dir) {
  if (!homes.delete(dir)) return;
  killProcessesOf(dir);
  if (KEEP) console.log(`Kept: ${dir}`);
  else rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

process.once("exit", () => homes.forEach(closeHome));
for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.once(signal, () => process.exit(status));
}

/**
 * @param {{ theme?: Theme, settings?: Record<string, unknown>, trust?: Trust, fill?: (folder: string) => void }} [options]
 *   `fill` puts the workspace's files in place; without it, the sample
 * @returns {Home}
 */
export function makeHome({ theme = "dark", settings = {}, trust = "off", fill = makeSample } = {}) {
  // A short path: the server's unix sockets below it must stay under 108 characters.
  const dir = mkdtempSync(path.join(tmpdir(), "sw-"));
  homes.add(dir);
  for (const name of ["data/User", "extensions", "chromium", "tmp", "run"]) {
    mkdirSync(path.join(dir, name), { recursive: true });
  }
  writeFileSync(path.join(dir, "config.yaml"), "auth: none\n");
  const workspace = path.join(dir, "sample");
  fill(workspace);
  const all = {
    ...SETTINGS,
    "security.workspace.trust.enabled": trust === "ask",
    "security.workspace.trust.startupPrompt": "never",
    "workbench.colorTheme": THEMES[theme].setting,
    ...settings,
  };
  writeFileSync(path.join(dir, "data/User/settings.json"), JSON.stringify(all, null, 2));
  return { dir, workspace, trust };
}

/**
 * The whole environment of programs in a home; nothing of the machine's but PATH, so no keys and no user settings.
 * @param {Home} home
 * @param {Record<string, string>} [more]
 */
export function homeEnv(home, more = {}) {
  const below = (name) => path.join(home.dir, name);
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    HOME: home.dir,
    TMPDIR: below("tmp"),
    XDG_RUNTIME_DIR: below("run"),
    XDG_CONFIG_HOME: below("config"),
    XDG_DATA_HOME: below("share"),
    XDG_CACHE_HOME: below("cache"),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...more,
  };
}

/** The arguments that point code-server at a home. @param {Home} home */
export function homeArgs(home) {
  const below = (name) => path.join(home.dir, name);
  return [
    ...[HOST_ENTRY, "--config", below("config.yaml")],
    ...["--user-data-dir", below("data"), "--extensions-dir", below("extensions")],
  ];
}

/** @param {Home} home @param {Manner} manner */
function serverArgs(home, manner) {
  return [
    ...homeArgs(home),
    ...["--auth", "none", "--bind-addr", "127.0.0.1:0"],
    ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
    ...["--ignore-last-opened", "--disable-proxy"],
    ...(home.trust === "off" ? ["--disable-workspace-trust"] : []),
    ...(manner === "drivable" ? ["--vscode-option", "enable-smoke-test-driver"] : []),
  ];
}

/**
 * Starts code-server on a free loopback port. Its output goes to server.log in the home.
 * @param {Home} home
 * @param {Manner} manner
 * @param {Record<string, string | undefined>} [env] laid over {@link homeEnv}
 * @returns {Promise<Server>} rejects with the server's words when it does not listen within a minute
 */
export function startServer(home, manner, env = {}) {
  const child = startGroup(HOST_NODE, serverArgs(home, manner), { env: homeEnv(home, env) });
  const log = createWriteStream(path.join(home.dir, "server.log"));
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => fail(`did not listen within ${START_MS / 1000} s`), START_MS);
    const fail = (why) => {
      clearTimeout(late);
      reject(new Error(`code-server ${why}:\n${said}`));
    };
    const onText = (/** @type {Buffer} */ text) => {
      log.write(text);
      if (VERBOSE) process.stdout.write(text);
      if (said.length < 20_000) said += text;
      const found = /HTTP server listening on (http:\/\/(127\.0\.0\.1:\d+))/.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve({ process: child, origin: found[1], authority: found[2], manner });
    };
    child.stdout.on("data", onText);
    child.stderr.on("data", onText);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code) => fail(`ended with status ${code}`));
  });
}

/**
 * @param {Home} home
 * @returns {Promise<import("playwright-core").BrowserContext>}
 */
async function startBrowser(home) {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new Error("No Chromium found: run `node test/setup.mjs browser` or set CHROMIUM_PATH.");
  return chromium.launchPersistentContext(path.join(home.dir, "chromium"), {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
    env: homeEnv(home),
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/**
 * The address of a window on a folder. Extension and tests are absolute paths and need a drivable server.
 * @param {Server} server
 * @param {{ folder: string, extension?: string, tests?: string }} what
 */
export function workbenchUrl(server, { folder, extension, tests }) {
  const remote = (file) => `vscode-remote://${server.authority}${file}`;
  const payload = [
    ...(extension ? [["extensionDevelopmentPath", remote(extension)]] : []),
    ...(tests ? [["extensionTestsPath", remote(tests)]] : []),
    ["skipWelcome", "true"],
  ];
  return `${server.origin}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * Collects script errors of the page and requests to other hosts than the server.
 * @param {import("playwright-core").Page} page
 * @param {Server} server
 */
function watchProblems(page, server) {
  /** @type {Set<string>} */
  const problems = new Set();
  page.on("pageerror", (error) => problems.add(`script error: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const leaves =
      /^(https?|wss?):$/.test(protocol) && host !== server.authority && !host.endsWith(IN_PAGE_HOST);
    if (leaves) problems.add(`asked ${host}`);
  });
  if (VERBOSE) page.on("console", (message) => console.log(`[page ${message.type()}] ${message.text()}`));
  return problems;
}

/**
 * Server and browser over a home for as long as `use` runs; ends them and removes the home afterwards.
 * @template T
 * @param {Home} home
 * @param {Manner} manner
 * @param {(lab: Lab) => Promise<T>} use
 * @param {Record<string, string>} [env] for the server, and so for the extension host
 * @returns {Promise<T>}
 */
export async function withLab(home, manner, use, env) {
  /** @type {(() => Promise<unknown>)[]} */
  const closing = [];
  try {
    const server = await startServer(home, manner, env);
    closing.unshift(() => endGroup(server.process));
    const browser = await startBrowser(home);
    closing.unshift(() => browser.close());
    const page = browser.pages()[0] ?? (await browser.newPage());
    return await use({ home, server, page, problems: watchProblems(page, server) });
  } finally {
    for (const close of closing) await close();
    closeHome(home.dir);
  }
}

/**
 * Runs a suite in the extension host by VS Code's own contract for tests in the web workbench.
 * @param {Lab} lab a drivable one
 * @param {{ extension: string, tests: string, timeoutMs: number }} what
 * @returns {Promise<number>} 0 when the suite's `run()` resolved, else 1; rejects when it does not end in time
 */
export async function runSuite({ home, server, page }, { extension, tests, timeoutMs }) {
  /** @type {(code: number) => void} */
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  await page.exposeFunction(
    "codeAutomationLog",
    (type, args) => VERBOSE && console.log(`[${type}]`, ...args),
  );
  await page.exposeFunction("codeAutomationExit", (code) => end(code));
  const answer = await page.goto(workbenchUrl(server, { folder: home.workspace, extension, tests }));
  if (!answer?.ok())
    throw new Error(`The workbench answered HTTP ${answer?.status()}; KEEP=1 keeps server.log.`);
  let timer;
  const late = new Promise((_, reject) => {
    const words = `The suite did not end within ${timeoutMs / 1000} s; VERBOSE=1 prints the log.`;
    timer = setTimeout(() => reject(new Error(words)), timeoutMs);
  });
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
