// npm start: VS Code on a fresh copy of the sample, with Slicewise loaded.
// The installed `code` when there is one; else code-server on loopback, until Ctrl-C.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installVsix, requireBuilt } from "./extension.mjs";
import { installHost } from "./installHost.mjs";
import { makeHome, startServer, workbenchUrl } from "./lab.mjs";
import { EXTENSION } from "./paths.mjs";
import { makeSample } from "./sample.mjs";

const installedCode = () => spawnSync("code", ["--version"], { stdio: "ignore" }).status === 0;

/** Leaves the sample where it is: the window stays open after this process. */
function openInstalledCode() {
  const workspace = path.join(mkdtempSync(path.join(tmpdir(), "slicewise-")), "sample");
  makeSample(workspace);
  execFileSync("code", [`--extensionDevelopmentPath=${EXTENSION}`, workspace], { stdio: "inherit" });
  console.log(`VS Code opens on ${workspace}`);
}

/** The packed extension, because an extension under development would cost the user the notification toasts. */
async function serve() {
  installHost();
  const home = makeHome();
  installVsix(home);
  const keys = Object.entries(process.env).filter(([name]) => /_(API_KEY|BASE_URL)$/.test(name));
  const server = await startServer(home, "plain", Object.fromEntries(keys));
  console.log(`VS Code on the sample: ${workbenchUrl(server, { folder: home.workspace })}`);
  console.log("Ctrl-C ends it and removes the sample.");
  server.process.once("exit", (code) => {
    console.error(`The server ended by itself with status ${code}; KEEP=1 keeps its log.`);
    process.exit(1);
  });
}

try {
  requireBuilt();
  if (installedCode()) openInstalledCode();
  else await serve();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
