import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { type SandboxOptions, openSandbox, sandboxExec } from "../../src/node/sandbox.ts";
import { openShell } from "../../src/node/shell.ts";
import { parseSettings } from "../../src/node/settingsFile.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const signal = new AbortController().signal;
const workspaceRoot = join(folder, "user");
const copy = join(folder, "copy");
mkdirSync(join(workspaceRoot, ".git"), { recursive: true });
mkdirSync(join(workspaceRoot, "node_modules/dep"), { recursive: true });
mkdirSync(copy);
writeFileSync(join(workspaceRoot, ".git/config"), "url = https://me:hunter2@host/x\n");
writeFileSync(join(workspaceRoot, "node_modules/dep/index.js"), "module.exports = 'dep';\n");
symlinkSync(join(workspaceRoot, "node_modules"), join(copy, "node_modules"));

const options = (more: Partial<SandboxOptions> = {}): SandboxOptions => ({
  ...{ mode: "auto", network: false, workspaceRoot, caches: join(folder, "caches") },
  ...more,
});
const shellIn = (more?: Partial<SandboxOptions>) =>
  openShell({ redact: String, wrap: openSandbox(options(more)) });
const run = (command: string, more?: Partial<SandboxOptions>) =>
  shellIn(more).run(command, copy, { seconds: 60, outputBytes: 100_000 }, signal);

const bwrap = spawnSync("bwrap", [
  "--unshare-all",
  "--cap-drop",
  "ALL",
  "--ro-bind",
  "/",
  "/",
  "--dev",
  "/dev",
  "--proc",
  "/proc",
  "true",
]);
/** The machine of the tests has bubblewrap where `.ci/run` could install it; elsewhere there is nothing to try. */
describe.skipIf(bwrap.status !== 0)("confined by bubblewrap", () => {
  const confined = { confined: { by: "bubblewrap", network: false } };
  const check = (name: string, command: string, expected: object) =>
    it(name, async () => expect(await run(command)).toMatchObject({ ...confined, ...expected }));

  check("says so", "true", { status: 0 });
  check("writes to its copy", "echo x > mine && cat mine && rm mine", { status: 0, output: "x\n" });
  check("reads linked dependencies", "node -p \"require('dep')\"", { status: 0, output: "dep\n" });
  check("writes to no linked dependency", "echo x > node_modules/dep/index.js", {
    status: expect.not.stringMatching("0"),
  });
  it("changed none of them", () =>
    expect(readFileSync(join(workspaceRoot, "node_modules/dep/index.js"), "utf8")).toContain("dep"));
  check(
    "has a temporary folder of its own",
    "echo x > /tmp/slicewise-sandbox-test && cat /tmp/slicewise-sandbox-test",
    { status: 0 },
  );
  it("left nothing in ours", () => expect(existsSync("/tmp/slicewise-sandbox-test")).toBe(false));
  check("does not write to the user's folder", `echo x > ${workspaceRoot}/evil`, { status: 2 });
  check("does not write to the home folder", `touch ${homedir()}/slicewise-evil`, { status: 1 });
  check("does not see what the user's git knows", `cat ${workspaceRoot}/.git/config`, {
    output: expect.not.stringContaining("hunter2"),
  });
  check("sees no other process", "ls /proc | grep -c '^[0-9]*$' | awk '{ exit $1 > 8 }'", { status: 0 });
  check("reaches no daemon by its socket", "ls /run/docker.sock /var/run/docker.sock", { status: 2 });
  check("has no rights to lose", "grep CapEff /proc/self/status", { output: "CapEff:\t0000000000000000\n" });

  it("reaches no server of this machine", async () => {
    const server = createServer((socket) => socket.end("secret")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const ask = `node -e "require('net').connect(${port}, '127.0.0.1').on('data', d => console.log(String(d))).on('error', e => { console.log(e.code); process.exit(1) })"`;
    expect(await run(ask)).toMatchObject({ status: 1, output: "ECONNREFUSED\n" });
    expect(await run(ask, { network: true })).toMatchObject({
      output: "secret\n",
      confined: { network: true },
    });
    server.close();
  });
  it("is all gone when its time is over, whatever it forked", async () => {
    const result = await shellIn().run(
      "for i in 1 2 3 4 5; do (setsid sleep 987 &) ; done; sleep 987",
      copy,
      { seconds: 1, outputBytes: 1000 },
      signal,
    );
    expect(result).toMatchObject({ ended: "timeout" });
    const left = spawnSync(
      "sh",
      ["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 987 *sleep 987' || true"],
      { encoding: "utf8" },
    );
    expect(left.stdout.trim()).toBe("0");
  });
});

describe("where nothing confines", () => {
  const without = { works: () => Promise.resolve(false) };
  it("runs as it is, and does not claim more", async () => {
    const result = await run("echo here", without);
    expect(result).toMatchObject({ status: 0, output: "here\n" });
    expect(result).not.toHaveProperty("confined");
  });
  it("refuses where that is required, with the next step", async () =>
    expect(await run("echo here", { ...without, mode: "require", platform: "linux" })).toMatchObject({
      ended: "unstartable",
      output: expect.stringMatching(/^`slicewise\.sandbox\.mode` is "require", but bubblewrap .* Install it/),
    }));
  it("is off when that is set, without a try", async () => {
    let tries = 0;
    const works = () => Promise.resolve((tries += 1) > 0);
    expect(await run("echo here", { mode: "off", works })).not.toHaveProperty("confined");
    expect(tries).toBe(0);
  });
  it("is tried once", async () => {
    let tries = 0;
    const sandbox = openSandbox(options({ works: () => Promise.resolve((tries += 1) < 0) }));
    await Promise.all([sandbox("true", copy, "write"), sandbox("true", copy, "write")]);
    expect(tries).toBe(1);
  });
});

describe("for macOS", () => {
  const profile = (cwd: string, network: boolean) =>
    sandboxExec({ command: "npm test", cwd, access: "write", network, workspaceRoot, caches: "/caches" })
      .args[1] ?? "";
  it("writes are denied first, then let into the copy", () => {
    const text = profile(copy, false);
    expect(text.indexOf("(deny file-write*)")).toBeLessThan(text.indexOf(`(subpath "${copy}")`));
    expect(text).toContain("(deny network*)");
    expect(text).toContain(".ssh");
  });
  it("with a network it is not denied", () => expect(profile(copy, true)).not.toContain("network"));
  it("a name cannot end its string", () =>
    expect(profile('/a"b\\c', false)).toContain('(subpath "/a\\"b\\\\c")'));
});

test.each<[string, string | null]>([
  ['{ "sandbox": { "mode": "off" } }', "sandbox.mode"],
  ['{ "sandbox.mode": "off" }', "sandbox.mode"],
  ['{ "sandbox": { "network": true } }', "sandbox.network"],
  ['{ "sandbox": { "mode": "require", "network": false } }', null],
  ["{}", null],
])("a workspace's file cannot loosen it: %s", (text, key) => {
  const read = parseSettings(text);
  expect("problem" in read ? read.problem.key : null).toBe(key);
});
