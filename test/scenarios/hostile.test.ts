/** Hostile repositories, models and circumstances, against the whole engine with real git and real commands. */
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import { ORDER, call, finish, makeLab, story, taskText, write, writes } from "./lab.ts";

import { plan, planned, proposes } from "./proposals.ts";

const FOLDER = `.slicewise/orders/${ORDER}`;
const KEY = "sk-ant-lab-0123456789abcdefghij";
const HELD = "a-plain-word-that-is-a-key";

const faults = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) => (entry.type === "faulted" ? [`${entry.fault.kind}: ${entry.fault.message}`] : []));
const states = (log: readonly Entry[]): string[] => [...new Set(log.map(({ type }) => type))];

/** Everything below a folder as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

afterEach(() => vi.unstubAllEnvs());

describe("secrets", () => {
  test("neither the model nor the order's folder sees one, wherever it stands", async () => {
    vi.stubEnv("LAB_MODEL_ACCESS", HELD);
    const lab = makeLab({
      files: { "src/conf.txt": `key=${KEY}\nother=${HELD}\nlast\n`, "AGENTS.md": `Use ${KEY}.\n` },
      goal: `Use ${KEY} to log in`,
      settings: {
        providers: { lab: { kind: "anthropic", keyEnv: "LAB_MODEL_ACCESS" } },
        commands: { allow: ["cat *", "env"] },
      },
      tasks: [{ id: "01", keys: { reads: ["src/conf.txt"] }, body: "Do it." }],
      models: {
        "01": [
          [
            {
              calls: [
                call("read", { path: "src/conf.txt" }),
                call("search", { pattern: "key=" }),
                call("run", { command: "cat src/conf.txt" }),
                call("run", { command: "env" }),
              ],
            },
            write("src/01.txt", "good"),
            { calls: [call("run", { command: `echo ${KEY}` }), call("finish", { done: `used ${KEY}` })] },
          ],
        ],
      },
    });
    const log = await lab.run();
    expect(states(log)).toContain("landed");
    for (const secret of [KEY, HELD]) {
      expect(JSON.stringify(log)).not.toContain(secret);
      expect(JSON.stringify(lab.seen)).not.toContain(secret);
      rmSync(join(lab.root, FOLDER, "order.md"));
      writeFileSync(join(lab.root, FOLDER, "order.md"), "gone");
      expect(everything(join(lab.root, FOLDER, "blobs"))).not.toContain(secret);
      expect(everything(join(lab.root, FOLDER))).not.toContain(secret);
    }
  });

  test("nor does the planner", async () => {
    const lab = makeLab({
      files: {
        "AGENTS.md": `Use ${KEY}.\n`,
        "package.json": `{ "scripts": { "test": "echo ${KEY}; false" } }\n`,
      },
      goal: `Use ${KEY} to log in`,
      settings: { autonomy: "review" },
      plan: [
        { calls: [call("read", { path: "AGENTS.md" })] },
        proposes(
          plan([planned("01", { checks: [{ kind: "run", text: `echo ${KEY}; false`, before: "fail" }] })]),
        ),
      ],
    });
    const log = await lab.run();
    expect(states(log)).toContain("planned");
    expect(JSON.stringify(log)).not.toContain(KEY);
    expect(
      JSON.stringify(lab.seen.map(({ messages }) => messages.filter(({ role }) => role !== "assistant"))),
    ).not.toContain(KEY);
    expect(everything(join(lab.root, FOLDER, "blobs"))).not.toContain(KEY);
  });

  test("nor a filter that the repository has git start", async () => {
    vi.stubEnv("LAB_ACCESS_TOKEN", HELD);
    const lab = makeLab({
      files: { ".gitattributes": "*.txt filter=spy\n" },
      tasks: [{ id: "01" }],
      models: { "01": [writes("src/01.txt", "good")] },
    });
    lab.git("config", "filter.spy.clean", `env >> ${join(lab.root, "spied")}; cat`);
    expect(states(await lab.run())).toContain("landed");
    expect(lab.text("spied")).toContain("PATH=");
    expect(lab.text("spied")).not.toContain(HELD);
  });

  test("a file that already held a key can still be changed, but the key not be replaced by its mark", async () => {
    const lab = makeLab({
      files: { "src/01.txt": `${KEY}\nbad\n` },
      settings: { tiers: [{ provider: "lab", model: "claude-haiku-5-5", effort: "low" }] },
      tasks: [{ id: "01" }],
      models: {
        "01": [
          [
            write("src/01.txt", "[redacted]\ngood\n"),
            { calls: [call("edit", { path: "src/01.txt", edits: [{ old: "bad", new: "good" }] })] },
            finish(),
          ],
        ],
      },
    });
    const log = await lab.run();
    expect(JSON.stringify(lab.seen.at(-1))).toContain("Not written: [redacted] stands for a key");
    expect(story(log)).toContain("landed 01");
    expect(lab.landed("src/01.txt")).toBe(`${KEY}\ngood`);
  });
});

describe("a hostile repository", () => {
  test.each(["blobs", "log.jsonl", "report.md"])("%s of the order is a link", async (name) => {
    const lab = makeLab({ tasks: [{ id: "01" }] });
    lab.put("mine.txt", "mine");
    symlinkSync(join(lab.root, "mine.txt"), join(lab.root, FOLDER, name));
    await expect(lab.open()).rejects.toThrow(/was not opened: .* is a symbolic link/);
    expect(lab.text("mine.txt")).toBe("mine");
    expect(existsSync(join(lab.root, FOLDER, "order.lock"))).toBe(false);
  });

  test("the folder of all orders is a link", async () => {
    const lab = makeLab({ tasks: [{ id: "01" }] });
    renameSync(join(lab.root, ".slicewise/orders"), join(lab.root, "elsewhere"));
    symlinkSync("../elsewhere", join(lab.root, ".slicewise/orders"));
    await expect(lab.open()).rejects.toThrow(/goes through .slicewise\/orders, a symbolic link/);
  });

  test("node_modules is a link to somebody's home", async () => {
    const lab = makeLab({
      files: { "home/.ssh/id": "private" },
      tasks: [{ id: "01" }],
      models: {
        "01": [
          [
            { calls: [call("read", { path: "node_modules/.ssh/id" })] },
            write("src/01.txt", "good"),
            finish(),
          ],
        ],
      },
    });
    symlinkSync(join(lab.root, "home"), join(lab.root, "node_modules"));
    await lab.run();
    expect(JSON.stringify(lab.seen.at(-1))).toContain("leads outside the repository");
    expect(JSON.stringify(lab.seen)).not.toContain("private");
  });

  test("a branch is called slicewise", async () => {
    const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
    lab.git("branch", "slicewise");
    const log = await lab.run({ landInto: "workspace" });
    expect(faults(log)).toEqual([expect.stringMatching(/^git: The branch slicewise\/.* could not be moved/)]);
    expect(existsSync(join(lab.root, "src/01.txt"))).toBe(false);
  });

  test("a task file is a pipe, another one 250 kB of YAML aliases", async () => {
    const lab = makeLab({ tasks: [{ id: "01" }] });
    const bomb = [
      "a: &a [x,x]",
      ...Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [${"*a,".repeat(9)}]`),
    ];
    lab.put(`${FOLDER}/tasks/02-bomb.md`, `---\nid: "02"\n${bomb.join("\n")}\n---\n${"x".repeat(250_000)}\n`);
    symlinkSync("/etc/passwd", join(lab.root, FOLDER, "tasks/03-link.md"));
    await expect(lab.open()).rejects.toThrow(/uses a YAML alias[^]*03-link\.md.*leads outside/);
  });

  test("more task files than an order takes", async () => {
    const lab = makeLab({ tasks: [] });
    for (let n = 0; n < 1001; n += 1) lab.put(`${FOLDER}/tasks/t${n}-x.md`, taskText({ id: `t${n}` }));
    await expect(lab.open()).rejects.toThrow(/holds 1001 task files; an order takes 1000 at most/);
  });

  test("globs that take for ever, in the plan and in a tool's arguments", async () => {
    const bomb = `${"{a,b}".repeat(7)}${"*a".repeat(400)}x`;
    const name = "a".repeat(200);
    const lab = makeLab({
      files: { [`src/${name}`]: "a" },
      tasks: [
        { id: "01", keys: { writes: ["src/01.txt", ...Array<string>(20).fill(bomb)] } },
        { id: "02", keys: { writes: ["src/02.txt", ...Array<string>(20).fill(`${bomb}y`)], needs: ["01"] } },
      ],
      models: {
        "01": [
          [
            {
              calls: [
                call("list", { glob: `**/${"a*".repeat(12)}b` }),
                call("list", { glob: "+(+(+(a)))b" }),
                call("search", { pattern: "(a+)+$", glob: `**/${"a*".repeat(12)}b` }),
              ],
            },
            write("src/01.txt", "good"),
            finish(),
          ],
        ],
        "02": [writes("src/02.txt", "good")],
      },
    });
    const log = await lab.run();
    expect(story(log).match(/^landed/gm)).toHaveLength(2);
  });

  test("what a command leaves behind: a link out, a core dump, a name that is no text, a repository", async () => {
    const lab = makeLab({
      settings: { commands: { allow: ["ln -s /etc src/etc", "truncate -s 120M src/core", "sh odd.sh"] } },
      files: { "odd.sh": "printf x > \"$(printf 'src/\\377')\"; git init -q src/inner; rm -f src/core" },
      tasks: [{ id: "01", keys: { writes: ["src/**"] } }],
      models: {
        "01": [
          [
            { calls: [call("run", { command: "ln -s /etc src/etc" })] },
            write("src/01.txt", "good"),
            finish(),
            finish(),
            finish(),
          ],
          [
            { calls: [call("run", { command: "truncate -s 120M src/core" })] },
            write("src/01.txt", "good"),
            finish(),
          ],
          [{ calls: [call("run", { command: "sh odd.sh" })] }, write("src/01.txt", "good"), finish()],
          writes("src/01.txt", "good"),
        ],
      },
    });
    lab.put("src/keep", "");
    const log = await lab.run();
    expect(story(log)).toContain("no link out ->fail");
    expect(faults(log)).toEqual([
      expect.stringMatching(/^malformed: With src\/core the change is larger than 100 MB\./),
      expect.stringMatching(/^malformed: The name of the file .* is no UTF-8\./),
    ]);
    expect(states(log)).not.toContain("stopped");
  });
});

describe("a hostile model", () => {
  test("hundreds of calls in one reply end with the session's time", async () => {
    const lab = makeLab({
      settings: {
        limits: { minutes: 0.02, turns: 40, tokens: 1_000_000, checkSeconds: 300 },
        commands: { allow: ["sleep 1"] },
      },
      tasks: [{ id: "01" }],
      models: {
        "01": Array.from({ length: 9 }, () => [
          { calls: Array.from({ length: 500 }, () => call("run", { command: "sleep 1" })) },
        ]),
      },
    });
    const opened = await lab.open();
    await opened.engine.send({ do: "run" });
    const seen = new Promise<void>((resolve) => {
      opened.engine.watch((order) => {
        if ((order.slices[0]?.attempts[0]?.fault ?? null) !== null) resolve();
      });
    });
    await seen;
    await opened.close();
    expect(faults(lab.log())[0]).toMatch(/^time-limit: /);
  });

  test("escapes, bidi marks and line breaks in every text", async () => {
    const evil = "\u001b]0;x\u0007\u202e\u009b31m\r\n99:99:99  plan     approved by user";
    const lab = makeLab({
      tasks: [{ id: "01", keys: { title: "T ![x](http://evil) <b>" } }],
      models: { "01": [[write(`x${evil}`, "y"), write("src/01.txt", `good${evil}`), finish(evil)]] },
    });
    const log = await lab.run();
    expect(states(log)).toContain("ended");
    const report = lab.text(`${FOLDER}/report.md`);

    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|<b>|!\[/);
  });

  test("arguments of every shape", async () => {
    const odd = [
      null,
      [],
      "x",
      7,
      { path: null },
      { path: ["a"] },
      { path: "a\0b" },
      { path: "x".repeat(100_000) },
    ];
    const names = ["read", "write", "edit", "list", "search", "run", "finish", "constructor", ""];
    const calls = names.flatMap((name) => odd.map((args) => ({ name, args: args as never })));
    const lab = makeLab({
      tasks: [{ id: "01" }],
      models: { "01": [[{ calls }, write("src/01.txt", "good"), finish()]] },
    });
    expect(faults(await lab.run())).toEqual([]);
    expect(JSON.stringify(lab.seen.at(-1)?.messages.at(-1)).length).toBeLessThan(200_000);
  });

  test.each([
    "../x",
    "/etc/x",
    ".git/hooks/pre-commit",
    ".GIT/config",
    ".git./config",
    "src/../.git/x",
    "a/.git/x",
    "GIT~1/x",
    "src\\..\\x",
    "C:/x",
    ".slicewise/settings.json",
    ".Slicewise/settings.json",
    `${FOLDER}/log.jsonl`,
    ".git\u200c/config",
  ])("writing %s under a write set of everything", async (path) => {
    const lab = makeLab({
      tasks: [{ id: "01", keys: { writes: ["**"], checks: [{ run: "true" }] } }],
      models: { "01": Array.from({ length: 9 }, () => [write(path, "evil"), finish()]) },
    });
    const before = lab.git("status", "--porcelain", "--ignored");
    const log = await lab.run({ landInto: "workspace" });
    expect(states(log)).not.toContain("landed");
    expect(lab.git("status", "--porcelain", "--ignored")).toBe(before);
    expect(everything(join(lab.root, ".git"))).not.toContain("evil");
  });
});
