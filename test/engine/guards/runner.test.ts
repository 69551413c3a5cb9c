/** Code that gets past its tests instead of through them; and what only looks so. */
import { expect, test } from "vitest";
import { runnerLeftAlone } from "../../../src/engine/guards/runner.ts";
import { type Files, findings } from "./reading.ts";

const added = (path: string, text: string): Files => ({ [path]: ["export const a = 1;\n", text] });

test.each<[what: string, files: Files, expected: RegExp | null]>([
  [
    "a test that is nothing",
    added("a.js", "globalThis.test = () => {};\n"),
    /^fail: a\.js:1 changes what tests/,
  ],
  ["in brackets", added("a.ts", "const a = 1;\nglobal.expect = () => a;\n"), /^fail: a\.ts:2/],
  ["many at once", added("a.js", "Object.assign(globalThis, { test() {}, it() {} });\n"), /^fail: a\.js:1/],
  ["defined", added("a.js", "Object.defineProperty(globalThis, 'expect', { value: f });\n"), /^fail/],
  [
    "assertions that hold",
    added("a.js", "const assert = require('assert');\nassert.equal = () => {};\n"),
    /^fail: a\.js:2/,
  ],
  [
    "all of them",
    added("a.js", "const p = require('node:assert'); for (const k in p) p[k] = () => {};\n"),
    /^fail/,
  ],
  [
    "a runner from within",
    added("a.js", "const Test = require('tape/lib/test');\nTest.prototype._assert = f;\n"),
    /^fail/,
  ],
  ["an import", added("a.mjs", "import { expect } from 'vitest';\nexpect.extend = f;\n"), /^fail/],
  ["went well, at the end", added("a.js", "process.on('exit', () => { process.exitCode = 0; });\n"), /^fail/],
  ["another exit", added("a.js", "process.exit = () => {};\n"), /^fail/],
  [
    "Python's assertions",
    added("a.py", "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\n"),
    /^fail/,
  ],
  ["leaves at once", added("a.js", "process.exit(0);\n"), /^unknown: a\.js:1 ends the process/],
  ["leaves soon", added("a.js", "setImmediate(() => process.exit(0));\n"), /^unknown/],
  ["leaves in a block", added("a.js", "{ process.exit(); }\n"), /^unknown/],
  ["leaves, in Python", added("a.py", "import os\nos._exit(0)\n"), /^unknown/],
  ["a setup file", added("jest.setup.js", "globalThis.expect = require('expect');\n"), /^unknown/],

  ["a command that fails", added("bin/a.js", "process.exit(1);\n"), null],
  ["a program by its first line", added("a.js", "#!/usr/bin/env node\nprocess.exit(main());\n"), null],
  ["where it is the program", added("a.js", "if (require.main === module) process.exit(main());\n"), null],
  [
    "where it is the program, in Python",
    added("a.py", "if __name__ == '__main__':\n    sys.exit(main())\n"),
    null,
  ],
  ["in a function", added("a.js", "export function quit() { process.exit(2); }\n"), null],
  ["says that it failed", added("a.js", "function f() { process.exitCode = 1; }\n"), null],
  ["a name like it", added("a.js", "regex.test = f; self.context.test = 1; const test = 1;\n"), null],
  ["its own globals", added("a.js", "globalThis.cache = new Map();\n"), null],
  ["asserts", added("a.js", "const assert = require('assert');\nassert.equal(1, 1);\n"), null],
  ["a test's own", added("a.test.js", "globalThis.expect = f;\nprocess.exit(0);\n"), null],
  [
    "what was there",
    { "a.js": ["globalThis.test = f;\nprocess.exit(0);\n", "process.exit(0);\nglobalThis.test = f;\n"] },
    null,
  ],
  ["what moved", { "a.js": ["globalThis.test = f;\n", ""], "b.js": [null, "globalThis.test = f;\n"] }, null],
])("%s", async (_what, files, expected) => {
  const found = await findings(runnerLeftAlone, files);
  if (expected === null) expect(found).toEqual([]);
  else expect(found.join("\n")).toMatch(expected);
});
