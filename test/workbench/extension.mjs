// The extension under test as a user gets it: packed, then installed into a home.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { homeArgs, homeEnv } from "./lab.mjs";
import { EXTENSION, HOST_NODE, ROOT } from "./paths.mjs";

const VSCE = path.join(ROOT, "node_modules/@vscode/vsce/vsce");

/**
 * A child's output, or an error that holds it.
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env: Record<string, string | undefined> }} options
 */
function outputOf(what, command, args, options) {
  try {
    return execFileSync(command, args, { ...options, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${what} failed:\n${error.stdout ?? ""}${error.stderr ?? ""}`, { cause: error });
  }
}

/** The manifest of the extension under test. */
export const manifest = () => JSON.parse(readFileSync(path.join(EXTENSION, "package.json"), "utf8"));

/** Throws, with the command to run, when the extension under test was not built. */
export function requireBuilt() {
  const main = path.join(EXTENSION, manifest().main);
  if (!existsSync(main)) throw new Error(`${main} is missing: run \`npm run build\` first.`);
}

/**
 * @param {string} vsix the file to write
 */
export function packVsix(vsix) {
  requireBuilt();
  const args = [VSCE, "package", "--no-dependencies", "--out", vsix];
  outputOf("Packing the extension", process.execPath, args, { cwd: EXTENSION, env: process.env });
}

/**
 * Packs the extension under test and installs it, with VS Code's own command line, into a home.
 * @param {import("./lab.mjs").Home} home
 */
export function installVsix(home) {
  const vsix = path.join(home.dir, "slicewise.vsix");
  packVsix(vsix);
  const code = (...args) =>
    outputOf(`code ${args[0]}`, HOST_NODE, [...homeArgs(home), ...args], { env: homeEnv(home) });
  code("--install-extension", vsix);
  const { publisher, name, version } = manifest();
  const listed = code("--list-extensions", "--show-versions").split("\n");
  if (!listed.includes(`${publisher}.${name}@${version}`)) {
    throw new Error(
      `The packed extension was not installed; installed are: ${listed.join(" ").trim() || "none"}`,
    );
  }
}
