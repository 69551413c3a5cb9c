import fc from "fast-check";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openCapture } from "../../src/node/capture.ts";
import { commandEnvironment } from "../../src/node/environment.ts";
import { PROCESS_LIMITS, type ProcessLimits } from "../../src/node/processLimits.ts";
import { openShell } from "../../src/node/shell.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const limits = { seconds: 30, outputBytes: 10_000 };
const signal = new AbortController().signal;
const shell = openShell({ redact: (text) => text.replaceAll("hunter2-hunter2", "[redacted]") });
const run = (command: string, more: Partial<typeof limits> = {}) =>
  shell.run(command, folder, { ...limits, ...more }, signal);

describe("a command", () => {
  const check = (command: string, expected: object) =>
    it(command, async () => expect(await run(command)).toMatchObject(expected));
  check("echo out; echo err >&2; exit 3", {
    ended: "exit",
    status: 3,
    output: expect.stringMatching(/out\n|err\n/),
  });
  check("pwd", { status: 0, output: `${folder}\n` });
  check("cat", { status: 0, output: "" });
  check("echo key hunter2-hunter2", { output: "key [redacted]\n" });
  check("kill -9 $$", { ended: "exit", status: null });
  check("nonsense-command-x", { ended: "exit", status: 127 });

  it("that cannot be started says why", async () => {
    const missing = join(folder, "none");
    expect(await shell.run("true", missing, limits, signal)).toMatchObject({
      ...{ ended: "unstartable", status: null },
      output: `could not start the command: the folder ${missing} does not exist`,
    });
    const wrapped = openShell({ redact: String, wrap: async () => ({ file: "/nowhere/sandbox", args: [] }) });
    expect(await wrapped.run("true", folder, limits, signal)).toMatchObject({
      ...{ ended: "unstartable", status: null },
      output: `could not start /nowhere/sandbox in ${folder}: spawn /nowhere/sandbox ENOENT`,
    });
  });

  it("runs where a sandbox puts it", async () => {
    const wrapped = openShell({
      redact: String,
      wrap: async (command, cwd) => ({ file: "/bin/echo", args: [command, cwd] }),
    });
    expect(await wrapped.run("a b", folder, limits, signal)).toMatchObject({ output: `a b ${folder}\n` });
  });
});

describe("a command that does not end", () => {
  const isAlive = (pid: string) => {
    const stat = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, "latin1") : ") Z ";
    return !/\) [ZX] /.test(stat);
  };
  /** Waits until the processes that wrote their ids into the file are gone: a killed one takes a moment to end. */
  const allDead = (file: string) =>
    vi.waitFor(
      () => expect(readFileSync(file, "utf8").trim().split(/\s+/).filter(isAlive)).toEqual([]),
      5000,
    );
  const pids = () => join(mkdtempSync(join(folder, "pids-")), "pids");

  /** Runs the command until `count` processes have written their ids, then cancels it. */
  const cancelled = async (command: string, file: string, count: number) => {
    const control = new AbortController();
    const running = shell.run(command, folder, limits, control.signal);
    const ids = () => (existsSync(file) ? readFileSync(file, "utf8").trim().split(/\s+/) : []);
    await vi.waitFor(() => expect(ids()).toHaveLength(count), 10_000);
    control.abort();
    return running;
  };

  const check = (name: string, command: (file: string) => string, count: number) =>
    it(name, async () => {
      const file = pids();
      expect(await cancelled(command(file), file, count)).toMatchObject({ ended: "aborted", status: null });
      await allDead(file);
    });
  check("is stopped when cancelled", (f) => `echo $$ > ${f}; sleep 60`, 1);
  check("and ignores SIGTERM", (f) => `trap '' TERM; echo $$ > ${f}; while :; do sleep 1; done`, 1);
  check(
    "with children and grandchildren",
    (f) =>
      `sh -c 'sh -c "echo \\$\\$ >> ${f}; sleep 60" & echo $$ >> ${f}; sleep 60' & echo $$ >> ${f}; wait`,
    3,
  );
  check(
    "with a child in a group of its own",
    (f) => `setsid sh -c 'echo $$ >> ${f}; sleep 60' & echo $$ >> ${f}; sleep 60`,
    2,
  );
  check(
    "with an orphan in a session of its own",
    (f) =>
      `(setsid sh -c 'trap "" TERM; echo $$ >> ${f}; while :; do sleep 1; done' &) ; echo $$ >> ${f}; sleep 60`,
    2,
  );

  it("is stopped at its limit, with what it had to say", async () => {
    expect(await run("echo started; exec sleep 60", { seconds: 2 })).toMatchObject({
      ...{ ended: "timeout", status: null, output: "started\n" },
    });
  });

  it("ends politely when it can", async () => {
    const file = pids();
    const command = `trap 'echo bye; exit 0' TERM; echo $$ > ${file}; while :; do sleep 0.05; done`;
    expect(await cancelled(command, file, 1)).toMatchObject({
      ...{ ended: "aborted", status: null, output: expect.stringContaining("bye\n") },
    });
  });

  describe.skipIf(process.platform !== "linux")("that takes too much of the machine", () => {
    const limited = (more: Partial<ProcessLimits>) =>
      openShell({ redact: String, limits: { ...PROCESS_LIMITS, ...more } });
    const endless = `node -e "setInterval(() => {}, 1000)"`;
    const check = (name: string, more: Partial<ProcessLimits>, command: string, why: string | null) =>
      it(name, async () => {
        const result = await limited(more).run(command, folder, { ...limits, seconds: 2 }, signal);
        const wanted = why === null ? { ended: "timeout", output: "" } : { ended: "exit", status: null };
        expect(result).toMatchObject(wanted);
        if (why !== null) expect(result.output).toBe(`\nEnded by Slicewise: ${why}.\n`);
      });
    const many = "for i in $(seq 60); do sleep 987 & done; wait";
    check("with processes is ended", { processes: 50 }, many, "it ran more than 50 processes at once");
    check("has as many as it may", { processes: 70 }, many, null);
    const held = expect.stringMatching(/held \d+ % of the machine's memory, and none was left/);
    it("with memory is ended, when none is left", async () => {
      const result = await limited({ left: 1, held: 0.0005 }).run(endless, folder, limits, signal);
      expect(result).toMatchObject({ ended: "exit", status: null, output: held });
    });
    check("may hold much while enough is left", { left: 0, held: 0.0005 }, endless, null);
    check("may hold little when none is left", { left: 1, held: 0.9 }, endless, null);
  });
  it("is not begun when it was cancelled before", async () => {
    const never = join(folder, "never");
    expect(await shell.run(`touch ${never}`, folder, limits, AbortSignal.abort())).toMatchObject({
      ended: "aborted",
    });
    expect(existsSync(never)).toBe(false);
  });

  it("does not hold up a command that left it behind, and ends with it", async () => {
    const file = pids();
    const result = await run(`sleep 60 & echo $! > ${file}; echo done`);
    expect(result).toMatchObject({ ended: "exit", status: 0, output: "done\n" });
    await allDead(file);
  });
});

describe("output", () => {
  it("of 200 MB comes back as head and tail, in bounded memory", async () => {
    const before = process.memoryUsage().rss;
    const { output, status } = await run(
      "echo first; head -c 200000000 /dev/zero | tr '\\0' x; echo; echo last",
      {
        outputBytes: 4000,
      },
    );
    expect(status).toBe(0);
    const total = 200_000_000 + "first\n\nlast\n".length;
    expect(output).toMatch(
      new RegExp(
        `^first\\nx+\\n\\[… ${(total - 4000).toLocaleString("en-US")} bytes left out …\\]\\nx+\\nlast\\n$`,
      ),
    );
    expect(output.replace(/\n\[.*\]\n/, "")).toHaveLength(4000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  const capture = (chunks: Buffer[], limit: number, redact: (text: string) => string = String) => {
    const open = openCapture(limit);
    for (const chunk of chunks) open.add(chunk);
    return open.text(redact);
  };

  it("is whole up to the limit and counts the rest beyond it, however it is cut into chunks", () => {
    const chunked = fc.array(
      fc.uint8Array({ maxLength: 9000 }).map((bytes) => Buffer.from(bytes.map((b) => 97 + (b % 26)))),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(chunked, fc.integer({ min: 2, max: 20_000 }), (chunks, limit) => {
        const all = Buffer.concat(chunks).toString();
        const out = capture(chunks, limit);
        if (all.length <= limit) return void expect(out).toBe(all);
        const half = Math.ceil(limit / 2);
        const marker = `\n[… ${(all.length - limit).toLocaleString("en-US")} bytes left out …]\n`;
        expect(out).toBe(all.slice(0, half) + marker + all.slice(all.length - (limit - half)));
      }),
    );
  });

  it("never shows a part of a secret at a cut", () => {
    const secret = "hunter2-hunter2";
    const redact = (text: string) => text.replaceAll(secret, "[redacted]");
    for (const size of [30_000, 100_000]) {
      for (let at = 985; at < 1001; at++) {
        const text = `${"x".repeat(at)}${secret}${"y".repeat(size)}${secret}${"z".repeat(at)}`;
        expect(capture([Buffer.from(text)], 2000, redact)).not.toMatch(/hunt|nter2/);
      }
    }
  });

  it("cuts no character apart", () => {
    for (let limit = 10; limit < 18; limit++)
      expect(capture([Buffer.from("ä€😀".repeat(50_000))], limit)).not.toContain("\uFFFD");
  });
});

describe("the environment", () => {
  const env = {
    ...{ PATH: "/bin", HOME: "/home/u", LC_ALL: "C", GOPATH: "/go", JAVA_HOME: "/java", TERM: "xterm" },
    ...{
      OPENAI_API_KEY: "sk-1",
      GH_TOKEN: "t",
      NODE_OPTIONS: "--require evil",
      NODE_TEST_CONTEXT: "child",
      GIT_DIR: "/x",
    },
    ...{
      HTTPS_PROXY: "http://user:pass@proxy",
      HTTP_PROXY: "http://proxy",
      SOMETHING: "else",
      UNDEFINED: undefined,
    },
  };
  it("holds what builds need and nothing secret", () => {
    expect(commandEnvironment(env)).toEqual({
      ...{
        PATH: "/bin",
        HOME: "/home/u",
        LC_ALL: "C",
        GOPATH: "/go",
        JAVA_HOME: "/java",
        HTTP_PROXY: "http://proxy",
      },
      ...{ CI: "1", TERM: "dumb", NO_COLOR: "1", PAGER: "cat", GIT_PAGER: "cat", GIT_TERMINAL_PROMPT: "0" },
    });
  });
  it("is what a command sees", async () => {
    const open = openShell({ redact: String, env: { ...env, PATH: process.env["PATH"] } });
    const { output } = await open.run("env", folder, limits, signal);
    const names = output
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0] ?? "");
    const ours = [
      "CI",
      "GIT_PAGER",
      "GIT_TERMINAL_PROMPT",
      "GOPATH",
      "HOME",
      "HTTP_PROXY",
      "JAVA_HOME",
      "LC_ALL",
    ];
    expect(names.filter((name) => !["PWD", "_", "SHLVL", "OLDPWD"].includes(name)).sort()).toEqual(
      [...ours, "NO_COLOR", "PAGER", "PATH", "SLICEWISE_COMMAND", "TERM"].sort(),
    );
  });
});
