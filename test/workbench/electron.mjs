// npm run test:electron: the same suite in a desktop VS Code that @vscode/test-electron downloads.
// For machines that may download it; the others have `integration.mjs`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import { requireBuilt } from "./extension.mjs";
import { EXTENSION, SUITE } from "./paths.mjs";
import { makeSample } from "./sample.mjs";

requireBuilt();
const home = mkdtempSync(path.join(tmpdir(), "sw-"));
try {
  const workspace = path.join(home, "sample");
  makeSample(workspace);
  process.exitCode = await runTests({
    extensionDevelopmentPath: EXTENSION,
    extensionTestsPath: SUITE,
    launchArgs: [
      workspace,
      "--disable-extensions",
      "--disable-workspace-trust",
      `--user-data-dir=${home}/data`,
    ],
  });
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
