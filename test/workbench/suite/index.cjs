// Runs inside the extension host: VS Code requires this file and awaits `run()`.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");

/** Titles, times and failures of a mocha run, as they come. */
function record(runner) {
  const tests = [];
  runner.on("pass", (test) => tests.push({ title: test.fullTitle(), outcome: "passed", ms: test.duration }));
  runner.on("pending", (test) => tests.push({ title: test.fullTitle(), outcome: "skipped" }));
  runner.on("fail", (test, error) => {
    tests.push({ title: test.fullTitle(), outcome: "failed", error: String(error.stack ?? error) });
  });
  return tests;
}

/** Those that SLICEWISE_TEST_ONLY names, separated by commas; all when it names none. */
const wanted = (name) => {
  const only = (process.env.SLICEWISE_TEST_ONLY ?? "").split(",").filter((one) => one !== "");
  return only.length === 0 || only.includes(name.replace(".test.cjs", ""));
};

/** Runs every *.test.cjs beside this file; the results go to the JSON file that SLICEWISE_TEST_RESULT names. */
exports.run = async function run() {
  const mocha = new Mocha({ ui: "tdd", timeout: 20_000, color: false });
  const names = fs.readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs"));
  for (const name of names.filter(wanted).sort()) mocha.addFile(path.join(__dirname, name));
  let tests = [];
  const failures = await new Promise((resolve) => {
    tests = record(mocha.run(resolve));
  });
  const file = process.env.SLICEWISE_TEST_RESULT;
  if (file) fs.writeFileSync(file, JSON.stringify(tests, null, 2));
  if (failures > 0) throw new Error(`${failures} of ${tests.length} tests failed`);
};
