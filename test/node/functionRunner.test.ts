import { build } from "esbuild";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { FunctionAccess, FunctionResult } from "../../src/engine/ports.ts";
import { openFunctionRunner } from "../../src/node/functionRunner.ts";
import { openSandbox, unconfined } from "../../src/node/sandbox.ts";
import { buildProgram, runProgram } from "./childProgram.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const program = join(folder, "checkCapsule.cjs");
beforeAll(async () => {
  const { CHECK_CAPSULE } = (await import(new URL("../../esbuild.codeMap.mjs", import.meta.url).href)) as {
    CHECK_CAPSULE: object;
  };
  await build({ ...CHECK_CAPSULE, outfile: program, logLevel: "error" });
});

const FILES: Record<string, string> = { "src/limit.js": "export const LIMIT = 3;\n" };
const access: FunctionAccess = {
  root: "/copy",
  read: async (path) => FILES[path] ?? Promise.reject(new Error(`"${path}" does not exist`)),
  run: async (command) => ({ status: command === "false" ? 1 : 0, output: `ran ${command}\n` }),
};
const confined = openSandbox({
  mode: "auto",
  network: false,
  workspaceRoot: folder,
  caches: join(folder, "none"),
});
const signal = new AbortController().signal;
const runIn = (sandbox: typeof unconfined, code: string, seconds: number): Promise<FunctionResult> =>
  openFunctionRunner({ redact: (text) => text.replaceAll("hunter2", "[redacted]"), sandbox, program }).run(
    { path: "checks/01.mjs", code },
    access,
    { seconds, outputBytes: 10_000 },
    signal,
  );
const body = (lines: string): string =>
  `export default async ({ read, run, assert, root }) => {\n${lines}\n};\n`;

type Expected = Partial<FunctionResult>;
const checkIn =
  (sandbox: typeof unconfined) =>
  (name: string, code: string, expected: Expected, seconds = 30) =>
    test(name, async () => expect(await runIn(sandbox, code, seconds)).toMatchObject(expected));

describe("a verification function", () => {
  const check = checkIn(unconfined);
  check("that returns passes", body(""), { ended: "passed", message: "", line: null });
  check(
    "reads, runs, asserts",
    body(
      'assert.match(await read("src/limit.js"), /LIMIT = 3/);\nassert.deepEqual(await run("npm test"), { status: 0, output: "ran npm test\\n" });\nassert.equal(root, "/copy");',
    ),
    { ended: "passed" },
  );
  check(
    "whose assertion fails says what and where",
    body('const text = await read("src/limit.js");\nassert.equal(text.length, 4);'),
    { ended: "failed", line: 3, message: expect.stringContaining("24 !== 4") },
  );
  check("that throws", body('throw new Error("no limit: hunter2");'), {
    ended: "failed",
    line: 2,
    message: "no limit: [redacted]",
  });
  check("that throws what is no error", body('throw "no";'), { ended: "failed", line: null, message: "no" });
  check("that reads what is not there", body('await read("nope");'), {
    ended: "failed",
    message: '"nope" does not exist',
  });
  check("that reads nothing", body("await read();"), {
    ended: "failed",
    message: expect.stringContaining("read takes one text"),
  });
  check("that swallows a missing file", body('await read("nope").catch(() => null);'), { ended: "passed" });

  check("that is no program", "export default async (", {
    ended: "broken",
    message: expect.stringMatching(/SyntaxError/),
  });
  check("that exports nothing", "const a = 1;", {
    ended: "broken",
    message: expect.stringContaining("no default export"),
  });
  check("that names what is not", body("await raed('x');"), {
    ended: "broken",
    line: 2,
    message: expect.stringContaining("raed is not defined"),
  });
  check("that leaves with 0", body("process.exit(0);"), {
    ended: "broken",
    message: expect.stringContaining("with exit 0 and said no result"),
  });
  check("that leaves before it is asked", "process.exit(0); export default () => {};", { ended: "broken" });
  check("that waits for nothing", body("await new Promise(() => {});"), {
    ended: "broken",
    message: expect.stringContaining("no result"),
  });
  check(
    "that never ends",
    body("for (;;);"),
    { ended: "timeout", message: expect.stringContaining("longer than 2 s") },
    2,
  );
  check("that forgets to wait", body('Promise.reject(new Error("late"));'), {
    ended: "failed",
    message: "late",
  });
  check(
    "that throws later",
    body('setTimeout(() => { throw new Error("later"); }, 0); await new Promise((r) => setTimeout(r, 50));'),
    { ended: "failed", message: "later" },
  );
  check(
    "that takes all memory",
    body('const all = []; for (;;) all.push("x".repeat(1e6) + all.length);'),
    { ended: "broken" },
    60,
  );

  check(
    "that prints a result prints",
    body('console.log(JSON.stringify({ nonce: "0", done: true }));\nassert.fail("no");'),
    { ended: "failed", message: "no", output: expect.stringContaining('"done":true') },
  );
  check(
    "that finds the channel does not know how to sign",
    `import { writeSync } from "node:fs";\n${body('writeSync(3, JSON.stringify({ nonce: "x", done: true }) + "\\n{}\\nno json\\n");\nassert.fail("real");')}`,
    { ended: "failed", message: "real" },
  );
  check(
    "that bends the assertions bends its own",
    `import strict from "node:assert/strict";\nstrict.equal = () => {};\n${body('assert.ok(false, "still");')}`,
    { ended: "failed", message: "still" },
  );
  check(
    "that prints without end is cut",
    body('for (let i = 0; i < 20000; i += 1) console.log("x".repeat(100));'),
    { ended: "passed", output: expect.stringContaining("bytes left out") },
  );

  check(
    "reads no file itself",
    `import { readFileSync } from "node:fs";\n${body('readFileSync("/etc/hostname");')}`,
    { ended: "failed", message: expect.stringMatching(/restricted|ERR_ACCESS_DENIED/) },
  );
  check(
    "writes no file",
    `import { writeFileSync } from "node:fs";\n${body('writeFileSync("/tmp/slicewise-evil", "x");')}`,
    { ended: "failed", message: expect.stringMatching(/restricted|read-only/i) },
  );
  check("starts no process", `import { execSync } from "node:child_process";\n${body('execSync("id");')}`, {
    ended: "failed",
    message: expect.stringMatching(/restricted|ERR_ACCESS_DENIED/),
  });
  check(
    "starts no worker",
    `import { Worker } from "node:worker_threads";\n${body('new Worker("1", { eval: true });')}`,
    { ended: "failed", message: expect.stringMatching(/restricted|ERR_ACCESS_DENIED/) },
  );
  check("loads nothing of the repository", body('await import("file:///etc/hostname");'), {
    ended: "failed",
  });
  check("reaches no network", `import { connect } from "node:net";\n${body('connect(1, "127.0.0.1");')}`, {
    ended: "failed",
    message: expect.stringContaining("no network"),
  });
  check("has no fetch", body('await fetch("http://127.0.0.1");'), {
    ended: "broken",
    message: expect.stringContaining("fetch is not defined"),
  });
  check(
    "sees no environment",
    body(
      "assert.deepEqual(Object.keys(process.env).filter((k) => !/^(PATH|ELECTRON_RUN_AS_NODE|NO_COLOR|SLICEWISE_COMMAND|PWD|OLDPWD|_|SHLVL|GOCACHE)$/.test(k)), []);",
    ),
    { ended: "passed" },
  );
});

describe("in the sandbox of this machine, where there is one, it", () => {
  const check = checkIn(confined);
  check("asks and passes", body('assert.match(await read("src/limit.js"), /3/);\nawait run("x");'), {
    ended: "passed",
  });
  check("fails with its place", body("assert.equal(3, 4);"), { ended: "failed", line: 2 });
  check(
    "writes no file",
    `import { writeFileSync } from "node:fs";\n${body('writeFileSync("/tmp/x", "x");')}`,
    { ended: "failed" },
  );
  check("is ended", body("for (;;);"), { ended: "timeout" }, 2);
});

test("a function that is no longer wanted is ended", async () => {
  const control = new AbortController();
  const running = openFunctionRunner({ redact: String, sandbox: unconfined, program }).run(
    { path: "x", code: body("for (;;);") },
    access,
    { seconds: 60, outputBytes: 100 },
    control.signal,
  );
  setTimeout(() => control.abort(), 200);
  expect(await running).toMatchObject({ ended: "aborted" });
});

test("a host that waits for nothing else does not end before the result is known", async () => {
  const source = `import { openFunctionRunner } from "./functionRunner.ts";
import { unconfined } from "./sandbox.ts";
const runner = openFunctionRunner({ redact: (text) => text, sandbox: unconfined, program: process.argv[2] });
const access = { root: "/copy", read: async () => "", run: async () => ({ status: 0, output: "" }) };
const check = { path: "checks/01.mjs", code: "export default async () => {};" };
for (let at = 0; at < 2; at += 1) {
  const { ended } = await runner.run(check, access, { seconds: 30, outputBytes: 1000 }, new AbortController().signal);
  console.log(ended);
}
`;
  const host = buildProgram(folder, "host", source);
  expect(await runProgram(process.execPath, [host, program]).ended).toMatchObject({
    status: 0,
    output: "passed\npassed\n",
  });
});
