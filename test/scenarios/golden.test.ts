/** Whole orders as stories of their logs. Renew with: npx vitest run -u test/scenarios */
import { describe, expect, test } from "vitest";
import type { Opened } from "../../src/compose.ts";
import type { WorkOrder } from "../../src/core/state.ts";
import { ORDER, type Setting, call, finish, makeLab, send, story, write, writes } from "./lab.ts";

const one = (id: string, keys: Record<string, unknown> = {}) => ({ id, keys });

describe("orders that need nobody", () => {
  const cases: Record<string, Setting> = {
    "one slice": { tasks: [one("01")], models: { "01": [writes("src/01.txt", "good\n")] } },
    "a slice waits for what it needs and sees it": {
      settings: { parallel: 1 },
      tasks: [one("01"), one("02", { needs: ["01"], reads: ["src/01.txt"] })],
      models: {
        "01": [writes("src/01.txt", "good\n")],
        "02": [
          [
            ({ messages }) =>
              write(
                "src/02.txt",
                messages.some(({ text }) => text.includes("## src/01.txt")) ? "good\n" : "bad\n",
              ),
            finish(),
          ],
        ],
      },
    },
    "overlapping write sets never run together": {
      tasks: [one("01", { writes: ["src/**"] }), one("02", { writes: ["src/02.txt"] })],
      models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] },
    },
    "failing evidence goes back twice, then effort, then the tier": {
      tasks: [one("01")],
      models: {
        "01": [
          [
            write("src/01.txt", "bad 1\n"),
            finish(),
            write("src/01.txt", "bad 2\n"),
            finish(),
            write("src/01.txt", "bad 3\n"),
            finish(),
          ],
          [
            write("src/01.txt", "bad 4\n"),
            finish(),
            write("src/01.txt", "bad 5\n"),
            finish(),
            write("src/01.txt", "bad 6\n"),
            finish(),
          ],
          writes("src/01.txt", "good\n"),
        ],
      },
    },
    "what is outside the write set is refused, and caught when a command wrote it": {
      settings: { commands: { allow: ["cp src/seed.txt test/a.txt"] } },
      files: { "src/seed.txt": "seed\n", "test/a.txt": "a\n" },
      tasks: [one("01")],
      models: {
        "01": [
          [
            write("test/a.txt", "weaker\n"),
            {
              calls: [
                call("run", { command: "rm -rf test" }),
                call("run", { command: "cp src/seed.txt test/a.txt" }),
                ...(write("src/01.txt", "good\n") as { calls: [] }).calls,
              ],
            },
            finish(),
            finish("I leave the test alone."),
          ],
        ],
      },
    },
    "an executor that is blocked, silent or idle climbs": {
      tasks: [one("01")],
      models: {
        "01": [
          [finish("", "the boundary is wrong")],
          [finish("nothing to do")],
          writes("src/01.txt", "good\n"),
        ],
      },
    },
  };
  for (const [name, setting] of Object.entries(cases)) {
    test(name, async () => {
      const lab = makeLab({ ...setting, settings: { parallel: 1, ...setting.settings } });
      expect(story(await lab.run())).toMatchSnapshot();
      expect(lab.landed("src/01.txt")).toBe("good");
    });
  }
});

test("all tiers used up: stuck, with the last evidence, and a person can go on", async () => {
  const bad = [0, 1, 2].flatMap((n) => [write("src/01.txt", `bad ${n}\n`), finish()]);
  const lab = makeLab({
    tasks: [one("01")],
    models: { "01": [bad, bad, bad, bad, bad, bad, writes("src/01.txt", "good\n")] },
  });
  expect(story(await lab.run())).toMatchSnapshot();
  const after = await lab.run({}, (opened) =>
    send(opened, {
      do: "rerun",
      slice: "01",
      tier: { provider: "lab", model: "claude-opus-5-5", effort: "max" },
    }),
  );
  expect(after.at(-1)).toMatchObject({ type: "ended", result: "done" });
});

test("review: plan gate, approval, a rejection whose reason reaches the next briefing", async () => {
  const lab = makeLab({
    settings: { autonomy: "review" },
    tasks: [one("01")],
    models: { "01": [writes("src/01.txt", "good but long\n"), writes("src/01.txt", "good\n")] },
  });
  await lab.run();
  expect(lab.log().at(-1)?.type).toBe("criticised");
  await lab.run({}, (opened) => send(opened, { do: "approvePlan" }));
  expect(lab.log().at(-1)).toMatchObject({ type: "judged", verdict: { result: "pass" } });
  await lab.run({}, (opened) => send(opened, { do: "reject", slice: "01", reason: "Make it shorter." }));
  expect(lab.seen.at(-2)?.messages[0]?.text).toContain("A person rejected it: Make it shorter.");
  await lab.run({}, (opened) => send(opened, { do: "approve", slice: "01" }));
  expect(story(lab.log())).toMatchSnapshot();
  expect(lab.landed("src/01.txt")).toBe("good");
  expect(lab.git("status", "--porcelain", "--", "src")).toBe("");
});

test("evidence that proves nothing waits for a person, even under full autonomy", async () => {
  const lab = makeLab({
    tasks: [
      one("01", { checks: [{ run: "true", before: "fail" }] }),
      one("02", { checks: [] }),
      one("03", { checks: [{ expect: "reads well" }] }),
    ],
    models: {
      "01": [writes("src/01.txt", "x\n")],
      "02": [writes("src/02.txt", "x\n")],
      "03": [writes("src/03.txt", "x\n")],
    },
  });
  const verdicts = (await lab.run()).flatMap((entry) =>
    entry.type === "judged" ? [entry.verdict.result] : [],
  );
  expect(verdicts).toEqual(["unknown", "unknown", "unknown"]);
  expect(lab.log().some(({ type }) => type === "approved")).toBe(false);
});

test("the user changed the same lines meanwhile: a conflict, never an overwrite", async () => {
  const lab = makeLab({
    settings: { autonomy: "review" },
    files: { "src/01.txt": "one\ntwo\n" },
    tasks: [one("01")],
    models: { "01": [writes("src/01.txt", "one\ngood\n"), writes("src/01.txt", "one\nmine and good\n")] },
  });
  await lab.run({ landInto: "workspace" });
  await lab.run({ landInto: "workspace" }, (opened) => send(opened, { do: "approvePlan" }));
  lab.put("src/01.txt", "one\nmine\n");
  await lab.run({ landInto: "workspace" }, (opened) => send(opened, { do: "approve", slice: "01" }));
  expect(lab.log().at(-1)).toMatchObject({ type: "conflicted", paths: ["src/01.txt"] });
  expect(lab.text("src/01.txt")).toBe("one\nmine\n");
  await lab.run({ landInto: "workspace" }, (opened) => send(opened, { do: "retry", slice: "01" }));
  expect(lab.seen.at(-1)?.messages[0]?.text).toContain("mine");
});

test("a budget is never exceeded: the call is not made, and goes on when it is raised", async () => {
  const setting = { tasks: [one("01")], models: { "01": [writes("src/01.txt", "good\n")] } };
  const lab = makeLab({ ...setting, settings: { budget: { slice: 0.001 } } });
  const entries = await lab.run();
  expect(entries.at(-1)).toMatchObject({ type: "faulted", fault: { kind: "money-limit" } });
  expect(lab.seen).toHaveLength(0);
  const raised = { ...lab.host().settings, budget: { order: null, slice: 5, day: null } };
  await lab.run({ settings: raised }, (opened) => send(opened, { do: "retry", slice: "01" }));
  expect(lab.landed("src/01.txt")).toBe("good");
});

test("a task file edited after approval is an amendment, checked before it runs", async () => {
  const lab = makeLab({
    tasks: [one("01"), one("02", { needs: ["01"] })],
    models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/other.txt", "good\n")] },
  });
  lab.put(`.slicewise/orders/${ORDER}/tasks/02-task.md`, "");
  const edited = `---\nid: "02"\ntitle: Other\nclass: C1\nneeds: ["01"]\nwrites: [src/other.txt]\nchecks: [{ run: "grep -q good src/other.txt", before: fail }]\n---\nDo it.\n`;
  lab.put(`.slicewise/orders/${ORDER}/tasks/02-task.md`, edited);
  const opened = await lab.open({
    logged: (entry) => {
      if (entry.type === "planApproved")
        lab.put(`.slicewise/orders/${ORDER}/tasks/02-task.md`, edited.replace("Do it.", "Do it well."));
    },
  });
  await opened.engine.idle();
  await opened.close();
  expect(lab.log().filter(({ type }) => type === "amended")).toHaveLength(1);
  expect(lab.landed("src/other.txt")).toBe("good");
});

test("an edited task file does not cut off what runs beside it", async () => {
  const lab = makeLab({
    tasks: [
      one("01", { checks: [{ run: "sleep 0.5; grep -q good src/01.txt", before: "fail" }] }),
      one("02", { needs: ["01"] }),
    ],
    models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] },
  });
  const opened = await lab.open({
    logged: (entry) => {
      if (entry.type === "produced" && entry.slice === "01")
        void opened.engine.send({ do: "reclass", slice: "02", class: "C2" });
    },
  });
  await opened.engine.idle();
  await opened.close();
  expect(lab.log().filter(({ type }) => type === "attempted")).toHaveLength(2);
  expect(lab.text(`.slicewise/orders/${ORDER}/tasks/02-task.md`)).toContain("class: C2");
  expect(lab.log().at(-1)).toMatchObject({ type: "ended", result: "done" });
});

test("a push that fails is said, tried again, and never blocks", async () => {
  const lab = makeLab({
    settings: { git: { push: "origin" } },
    tasks: [one("01")],
    models: { "01": [writes("src/01.txt", "good\n")] },
  });
  lab.git("remote", "add", "origin", `${lab.root}/../nowhere.git`);
  const types = (await lab.run()).map(({ type }) => type);
  expect(types.filter((type) => type === "pushFailed")).toHaveLength(3);
  expect(types.at(-1)).toBe("ended");
});

test("what landed is pushed to the named remote", async () => {
  const lab = makeLab({
    settings: { git: { push: "origin" } },
    tasks: [one("01")],
    models: { "01": [writes("src/01.txt", "good\n")] },
  });
  lab.git("init", "-q", "--bare", "../there.git");
  lab.git("remote", "add", "origin", `${lab.root}/../there.git`);
  expect((await lab.run()).map(({ type }) => type)).toContain("pushed");
  expect(lab.git("--git-dir", "../there.git", "show", `slicewise/${ORDER}:src/01.txt`)).toBe("good");
});

const reached = (opened: Opened, ready: (order: WorkOrder) => boolean): Promise<void> =>
  new Promise((resolve) => {
    if (ready(opened.engine.order())) resolve();
    opened.engine.watch((order) => ready(order) && resolve());
  });

test("stop cuts off at once and uses up no try; run goes on", async () => {
  const lab = makeLab({ tasks: [one("01")], models: { "01": [[{ breaks: "stall" }]] } });
  const opened = await lab.open();
  await reached(opened, ({ slices }) => slices[0]?.progress.at === "executing");
  await send(opened, { do: "stop" });
  await opened.engine.idle();
  expect(opened.engine.order().slices[0]).toMatchObject({
    progress: { at: "waiting" },
    attempts: [{ fault: { kind: "cancelled" } }],
  });
  expect(await opened.engine.send({ do: "stop" })).toMatchObject({ refused: "Nothing is running." });
  await opened.close();
  const again = await lab.open();
  await send(again, { do: "run" });
  await reached(again, ({ slices }) => slices[0]?.attempts.length === 2);
  await again.close();
  const efforts = lab.log().flatMap((entry) => (entry.type === "routed" ? [entry.route.tier.effort] : []));
  expect(efforts).toEqual(["low", "low"]);
});

test("pause lets what runs finish and starts nothing new", async () => {
  const lab = makeLab({
    settings: { parallel: 1 },
    tasks: [one("01"), one("02")],
    models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] },
  });
  const opened = await lab.open({
    logged: (entry) => {
      if (entry.type === "attempted") void opened.engine.send({ do: "pause" });
    },
  });
  await opened.engine.idle();
  expect(opened.engine.order().slices.map(({ progress }) => progress.at)).toEqual(["done", "waiting"]);
  await opened.close();
  await lab.run({}, (later) => send(later, { do: "run" }));
  expect(lab.log().at(-1)).toMatchObject({ type: "ended", result: "done" });
});

test("a landed slice is taken back out, and only it", async () => {
  const lab = makeLab({
    files: { "src/01.txt": "old\n" },
    settings: { autonomy: "supervised" },
    tasks: [one("01"), one("02", { checks: [{ expect: "reads well" }] })],
    models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "x\n")] },
  });
  const go = { landInto: "workspace" as const };
  await lab.run(go);
  await lab.run(go, (opened) => send(opened, { do: "approvePlan" }));
  expect(lab.text("src/01.txt")).toBe("good\n");
  await lab.run(go, (opened) => send(opened, { do: "revert", slice: "01" }));
  expect(lab.text("src/01.txt")).toBe("old\n");
  expect(lab.log().at(-1)).toMatchObject({ type: "reverted", slice: "01" });
});

test("a command nobody named is asked for, and the answer holds for the order", async () => {
  const runs = { calls: [call("run", { command: "echo hello" }), call("run", { command: "echo hello" })] };
  const lab = makeLab({ tasks: [one("01")], models: { "01": [[runs, ...writes("src/01.txt", "good\n")]] } });
  const opened = await lab.open({
    strangeCommands: "ask",
    logged: (entry) => {
      if (entry.type === "asked") void opened.engine.send({ do: "answer", id: entry.id, answer: "order" });
    },
  });
  await opened.engine.idle();
  await opened.close();
  expect(lab.log().filter(({ type }) => type === "asked")).toHaveLength(1);
  expect(lab.seen[1]?.messages.at(-1)?.text).toBe("exit 0\nhello\n\n\nexit 0\nhello\n");
});

test("a landing the world prevented is tried again as it was approved", async () => {
  const lab = makeLab({ tasks: [one("01")], models: { "01": [writes("src/01.txt", "good\n")] } });
  const prevented = {
    land: () =>
      Promise.reject(
        Object.assign(new Error("no"), { fault: { kind: "disk", message: "The disk is full." } }),
      ),
  };
  const broken = { revert: prevented.land, push: prevented.land, ...prevented };
  await lab.run({ landing: () => broken });
  expect(lab.log().at(-1)).toMatchObject({ type: "faulted", during: "land" });
  await lab.run({}, (opened) => send(opened, { do: "retry", slice: "01" }));
  expect(lab.landed("src/01.txt")).toBe("good");
  expect(lab.log().filter(({ type }) => type === "attempted")).toHaveLength(1);
});

test("a plan with errors is mended in its files and approved, without a restart", async () => {
  const lab = makeLab({
    settings: { autonomy: "supervised" },
    tasks: [one("01", { needs: ["02"] }), one("02", { needs: ["01"] })],
    models: { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] },
  });
  const opened = await lab.open();
  await opened.engine.idle();
  expect(await opened.engine.send({ do: "approvePlan" })).toMatchObject({
    refused: expect.stringContaining("wait for each other") as string,
  });
  const path = `.slicewise/orders/${ORDER}/tasks/02-task.md`;
  const mended = lab.text(path).replace('needs: ["01"]', "needs: []");
  lab.put(path, "---\nid: [");
  expect(await opened.engine.send({ do: "approvePlan" })).toMatchObject({
    refused: expect.stringContaining("02-task.md") as string,
  });
  lab.put(path, mended);
  await send(opened, { do: "approvePlan" });
  await opened.engine.idle();
  await opened.close();
  expect(lab.log().at(-1)).toMatchObject({ type: "ended", result: "done" });
});

test("a folder without git works through a repository of our own", async () => {
  const lab = makeLab({ git: false, tasks: [one("01")], models: { "01": [writes("src/01.txt", "good\n")] } });
  await lab.run({ landInto: "workspace" });
  expect(lab.log().at(-1)).toMatchObject({ type: "ended", result: "done" });
  expect(lab.text("src/01.txt")).toBe("good\n");
});
