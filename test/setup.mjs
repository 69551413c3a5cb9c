// node test/setup.mjs [deps] [browser] [sandbox] [host]
// Installs what the tests need and is not there yet; says nothing when all is. Node's own modules only, because it
// runs before anything is installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installHost } from "./workbench/installHost.mjs";
import { findBrowser } from "./workbench/paths.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const DEBIAN_PACKAGES = ["chromium", "fonts-dejavu-core"];

/** @param {string} file */
const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** Whether node_modules holds what the lock file says; optional packages may be for other machines. */
function depsInstalled() {
  // npm's own note of what it installed.
  const note = path.join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  const wanted = Object.entries(packagesOf(path.join(ROOT, "package-lock.json")));
  return wanted.every(
    ([at, { optional, version }]) => at === "" || optional || installed[at]?.version === version,
  );
}

/** Runs `npm ci` when node_modules is missing or is not what the lock file says. */
export function deps() {
  if (depsInstalled()) return;
  console.log("Installing the packages of package-lock.json…");
  execFileSync("npm", ["ci", "--loglevel=error"], { cwd: ROOT, stdio: "inherit" });
}

/** Installs Chromium on Debian when this is root; elsewhere throws with words that say how to get one. */
export function browser() {
  if (findBrowser()) return;
  const root = process.getuid?.() === 0;
  if (!root || !existsSync("/etc/debian_version")) {
    throw new Error(
      "The browser tests need Chromium or Chrome, and none was found. " +
        `Debian, as root: apt-get install ${DEBIAN_PACKAGES.join(" ")}. ` +
        "Elsewhere: install Chrome, or name a browser's program in CHROMIUM_PATH.",
    );
  }
  console.log("Installing Chromium from Debian…");
  install(...DEBIAN_PACKAGES);
}

/** @param {string[]} packages */
function install(...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...packages]])
    execFileSync("apt-get", ["-qq", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
}

/** Installs bubblewrap on Debian when this is root. Elsewhere what confines commands is tested only where it is there. */
export function sandbox() {
  if (process.platform !== "linux" || spawnSync("bwrap", ["--version"]).status === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
  console.log("Installing bubblewrap from Debian…");
  install("bubblewrap");
}

/** Installs the VS Code that the tests drive. */
export const host = installHost;

const PARTS = { deps, browser, sandbox, host };

/** @param {string[]} names */
function setUp(names) {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) throw new Error(`Usage: node test/setup.mjs [${Object.keys(PARTS).join("] [")}]`);
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) PARTS[name]();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    setUp(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
