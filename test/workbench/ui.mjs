// node test/workbench/ui.mjs [dev|vsix] [scenario.mjs…]
// Browser scenarios over the real workbench. `vsix` (default) is what a user has: installed, with toasts.
// A scenario file's default export is a Scenario; without names, all of scenarios/ run, one after the other.
import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { FAILED, forgetFailures, openWorkbench, shoot } from "./drive.mjs";
import { installVsix, requireBuilt } from "./extension.mjs";
import { installHost } from "./installHost.mjs";
import { makeHome, withLab } from "./lab.mjs";
import { EXTENSION, WORKBENCH } from "./paths.mjs";

/**
 * @typedef {(name: string, act: () => Promise<unknown>) => Promise<void>} StepRunner
 * @typedef {Parameters<typeof makeHome>[0] & {
 *   env?: Record<string, string>,
 *   run: (tools: { lab: import("./lab.mjs").Lab, page: import("playwright-core").Page, step: StepRunner }) => Promise<void>,
 * }} Scenario `env` goes to the extension host; the other settings are those of {@link makeHome}
 */

const FORMS = {
  dev: { install: requireBuilt, manner: "drivable", extension: EXTENSION },
  vsix: { install: installVsix, manner: "plain", extension: undefined },
};

const count = { passed: 0, failed: 0 };

/** A step failed and was printed; the rest of its scenario has nothing to stand on. */
const STOPPED = Symbol("stopped");

/** @param {unknown} error @param {string} name @param {import("playwright-core").Page | undefined} page */
async function failed(error, name, page) {
  count.failed += 1;
  console.log(`FAIL ${name}\n${error instanceof Error ? error.stack : error}`);
  if (!page || page.isClosed()) return;
  const shot = `${FAILED}${name.replace(/\W+/g, "-")}`;
  await shoot(page, shot);
  console.log(`     see shots/${shot}.png`);
}

/**
 * @param {string} prefix
 * @param {import("playwright-core").Page} page
 * @returns {StepRunner}
 */
function stepper(prefix, page) {
  return async (name, act) => {
    const start = Date.now();
    const full = `${prefix}: ${name}`;
    try {
      await act();
    } catch (error) {
      await failed(error, full, page);
      throw STOPPED;
    }
    count.passed += 1;
    console.log(`ok   ${full} (${Date.now() - start} ms)`);
  };
}

/** @param {Scenario} scenario @param {string} name @param {typeof FORMS[keyof typeof FORMS]} form */
async function play({ run, env, ...homeOptions }, name, { install, manner, extension }) {
  const home = makeHome(homeOptions);
  install(home);
  const use = async (lab) => {
    const step = stepper(name, lab.page);
    await step("the workbench opens with Slicewise in the activity bar", () =>
      openWorkbench(lab, { extension }),
    );
    await run({ lab, page: lab.page, step });
    await step("no script error, and no other host was asked", async () => {
      if (lab.problems.size > 0) throw new Error([...lab.problems].join("\n"));
    });
  };
  await withLab(home, manner, use, env);
}

/** @param {string} file @param {typeof FORMS[keyof typeof FORMS]} form */
async function playFile(file, form) {
  const name = path.basename(file, ".mjs");
  try {
    const { default: scenario } = await import(pathToFileURL(file).href);
    await play(scenario, name, form);
  } catch (error) {
    if (error !== STOPPED) await failed(error, name, undefined);
  }
}

function scenarioFiles() {
  const folder = path.join(WORKBENCH, "scenarios");
  const names = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  return names.sort().map((name) => path.join(folder, name));
}

const [mode = "vsix", ...named] = process.argv.slice(2);
const form = FORMS[mode];
if (!form) {
  console.error(`Usage: node test/workbench/ui.mjs [${Object.keys(FORMS).join("|")}] [scenario.mjs…]`);
  process.exit(2);
}
installHost();
forgetFailures();
const files = named.length > 0 ? named.map((file) => path.resolve(file)) : scenarioFiles();
for (const file of files) await playFile(file, form);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1);
