// node test/workbench/integration.mjs dev|vsix [suite…]
// The suite, or the named files of it, in a real extension host: `dev` over the extension's folder, `vsix` over the packed and installed file.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { installVsix, requireBuilt } from "./extension.mjs";
import { installHost } from "./installHost.mjs";
import { makeHome, runSuite, withLab } from "./lab.mjs";
import { DRIVER_EXTENSION, EXTENSION, SUITE } from "./paths.mjs";

const TIMEOUT_MS = 300_000;
const MARK = { passed: "ok  ", failed: "FAIL", skipped: "skip" };

/** How each form of the extension gets into the home, and which folder VS Code takes as the one under development. */
const FORMS = {
  dev: { install: requireBuilt, extension: EXTENSION },
  vsix: { install: installVsix, extension: DRIVER_EXTENSION },
};

/** @param {{ title: string, outcome: keyof typeof MARK, ms?: number, error?: string }[]} tests */
function print(tests) {
  for (const { title, outcome, ms, error } of tests) {
    console.log(
      `${MARK[outcome]} ${title}${ms === undefined ? "" : ` (${ms} ms)`}${error ? `\n${error}` : ""}`,
    );
  }
  const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  console.log(`${count("passed")} passed, ${count("failed")} failed`);
}

/** @param {{ install: (home: import("./lab.mjs").Home) => void, extension: string }} form @param {string[]} only */
async function integrate({ install, extension }, only) {
  const home = makeHome();
  const file = path.join(home.dir, "result.json");
  install(home);
  const run = async (lab) => {
    const code = await runSuite(lab, { extension, tests: SUITE, timeoutMs: TIMEOUT_MS });
    if (!existsSync(file))
      throw new Error(`The suite ended with ${code} and wrote no result; VERBOSE=1 prints the log.`);
    return { code, tests: JSON.parse(readFileSync(file, "utf8")) };
  };
  const { code, tests } = await withLab(home, "drivable", run, {
    SLICEWISE_TEST_RESULT: file,
    SLICEWISE_TEST_ONLY: only.join(","),
  });
  print(tests);
  return code === 0 && tests.length > 0 ? 0 : 1;
}

const [mode, ...only] = process.argv.slice(2);
const form = FORMS[mode];
if (!form) {
  console.error(`Usage: node test/workbench/integration.mjs ${Object.keys(FORMS).join("|")} [suite…]`);
  process.exit(2);
}
installHost();
process.exit(await integrate(form, only));
