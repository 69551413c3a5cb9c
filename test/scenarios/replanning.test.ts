/** Plans that evidence, the user or the repository proves wrong: amended by the planner, checked again, gone on with. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Opened } from "../../src/compose.ts";
import { apply } from "../../src/core/apply.ts";
import type { Entry } from "../../src/core/event.ts";
import { type WorkOrder, emptyOrder } from "../../src/core/state.ts";
import { verifyLog } from "../../src/node/log.ts";
import {
  ORDER,
  type Lab,
  type Setting,
  finish,
  last,
  makeLab,
  send,
  story,
  taskText,
  write,
  writes,
} from "./lab.ts";
import { amendment, planned, proposes } from "./proposals.ts";

const FOLDER = `.slicewise/orders/${ORDER}`;
const bad = [0, 1, 2].flatMap((n) => [write("src/01.txt", `bad ${n}\n`), finish()]);
const two = [{ id: "01" }, { id: "02", keys: { needs: ["01"] } }];
const review = { autonomy: "review" };

const types = (log: readonly Entry[]): string[] => log.map(({ type }) => type);
const planner = (lab: Lab): string[] =>
  lab.seen
    .filter(({ toolNames }) => toolNames.includes("propose_plan"))
    .map(({ messages }) => messages.at(-1)?.text ?? "");
const approve = (opened: Opened): Promise<void> => send(opened, { do: "approvePlan" });

/** Both tries of a slice on two models fail; then the planner gives it another way. */
const doubted: Setting = {
  settings: {
    tiers: [
      { provider: "lab", model: "claude-haiku-5-5", effort: null },
      { provider: "lab", model: "claude-sonnet-5-5", effort: null },
    ],
    models: { "claude-haiku-5-5": { efforts: ["medium"] }, "claude-sonnet-5-5": { efforts: ["medium"] } },
    parallel: 1,
  },
  tasks: two,
  amend: [
    [
      proposes(
        amendment([planned("01", { body: "Do it otherwise." }), planned("03", { needs: ["01"] })], {
          dropped: [{ slice: "02", why: "03 does it" }],
          rejected: ["writing bad into src/01.txt: the check wants good"],
          decisions: ["Only good will do"],
        }),
      ),
    ],
  ],
  models: {
    "01": [bad, bad, writes("src/01.txt", "good\n")],
    "03": [writes("src/03.txt", "good\n")],
  },
};

test("two models fail a slice: the planner amends what is left, on the evidence, and it is done", async () => {
  const lab = makeLab(doubted);
  expect(story(await lab.run())).toMatchSnapshot();
  const [told = ""] = planner(lab);
  expect(told).toContain(
    "The attempts at slice 01 failed. Failed on lab/claude-haiku-5-5 and lab/claude-sonnet-5-5.",
  );
  expect(told).toContain("grep -q good src/01.txt failed:");
  expect(told).toContain('"id":"02"');
  expect(lab.text(`${FOLDER}/scope.md`)).toMatch(/Rejected paths[^]*writing bad into src\/01\.txt/);
  expect(() => lab.text(`${FOLDER}/tasks/02-task.md`)).toThrow();
  expect(
    lab.seen
      .at(-3)
      ?.messages.map(({ text }) => text)
      .join("\n"),
  ).toContain("Only good will do");
  expect(lab.landed("src/03.txt")).toBe("good");
});

const wider = planned("01", { writes: ["src/01.txt", "lib/x.txt"] });
const blocked: Setting = {
  tasks: [{ id: "01" }],
  amend: [[proposes(amendment([wider]))]],
  models: {
    "01": [
      [finish("", "lib/x.txt must change, too")],
      [write("lib/x.txt", "x\n"), write("src/01.txt", "good\n"), finish()],
    ],
  },
};

/** Of the order in which an executor is blocked; the power is cut after each of them. */
const EVENTS = 24;

describe("the power is cut, whatever the planner is at", () => {
  const check = async (lab: Lab, context: string): Promise<Entry[]> => {
    const log = await lab.run();
    expect(log.at(-1), context).toMatchObject({ type: "ended", result: "done" });
    expect([lab.landed("src/01.txt"), lab.landed("lib/x.txt")], context).toEqual(["good", "x"]);
    expect(await verifyLog(`${lab.root}/${FOLDER}/log.jsonl`), context).toMatchObject({ ok: true });
    return log;
  };
  for (let after = 1; after <= EVENTS; after += 1) {
    test(`after event ${after}`, async () => {
      const lab = makeLab(blocked);
      let seen = 0;
      const cut = new Error("power cut");
      const logged = (): void => {
        seen += 1;
        if (seen >= after) throw cut;
      };
      await lab.run({ logged }).catch((error: unknown) => {
        if (error !== cut) throw error;
      });
      expect(lab.log()).toHaveLength(after);
      const log = await check(lab, `cut after ${after}: ${lab.log().at(-1)?.type}`);
      expect(log.filter(({ type }) => type === "landed")).toHaveLength(1);
    });
  }

  test("between the files it has written and the log", async () => {
    const lab = makeLab(blocked);
    const opened = await lab.open({
      logged: (entry) => {
        if (entry.type === "amended") void opened.engine.close();
      },
    });
    await opened.engine.idle();
    await opened.close();
    const path = `${FOLDER}/log.jsonl`;
    const lines = lab.text(path).split("\n");
    lab.put(
      path,
      `${lines
        .slice(
          0,
          lines.findIndex((line) => line.includes('"type":"amended"')),
        )
        .join("\n")}\n`,
    );
    await check(lab, "files without their event");
  });
});

describe("an executor says that its boundary is wrong", () => {
  test("under full autonomy its write set is widened by policy", async () => {
    const lab = makeLab(blocked);
    expect(story(await lab.run())).toMatchSnapshot();
    expect(planner(lab)[0]).toContain("lib/x.txt must change, too");
    expect(lab.landed("lib/x.txt")).toBe("x");
  });

  test("in review the amended plan waits at the gate, and what is approved is what it says then", async () => {
    const lab = makeLab({ ...blocked, settings: review });
    await lab.run();
    await lab.run({}, approve);
    expect(types(lab.log()).slice(-2)).toEqual(["amended", "criticised"]);
    const opened = await lab.open();
    expect(opened.engine.order()).toMatchObject({
      approved: false,
      amendments: [{ changes: [{ slice: "01" }] }],
    });
    await approve(opened);
    await opened.engine.idle();
    expect(opened.engine.order().slices[0]?.progress.at).toBe("approval");
    await opened.close();
  });

  test("an amendment that changes nothing lets the slice climb", async () => {
    const lab = makeLab({
      ...blocked,
      amend: [[proposes(amendment([]))]],
      models: { "01": [[finish("", "no")], writes("src/01.txt", "good\n")] },
    });
    const log = await lab.run();
    expect(last(log, "amended")).toMatchObject({ changed: [], by: "planner" });
    expect(log.at(-1)).toMatchObject({ type: "ended" });
    expect(log.filter(({ type }) => type === "planApproved")).toHaveLength(1);
  });

  test("a planner that cannot be had, too", async () => {
    const lab = makeLab({
      ...blocked,
      amend: [[{ status: 400, message: "no" }]],
      models: { "01": [[finish("", "no")], writes("src/01.txt", "good\n")] },
    });
    const log = await lab.run();
    expect(last(log, "faulted")).toMatchObject({ during: "replan", slice: null });
    expect(log.at(-1)).toMatchObject({ type: "ended" });
  });
});

describe("what an amendment may not do goes back with the reason", () => {
  const check = async (proposal: Record<string, unknown>, expected: string | RegExp): Promise<void> => {
    const lab = makeLab({
      settings: review,
      tasks: two,
      amend: [[proposes(proposal), proposes(amendment([]))]],
      models: { "01": [writes("src/01.txt", "good\n")], "02": [] },
    });
    await lab.run();
    const opened = await lab.open();
    await approve(opened);
    await opened.engine.idle();
    await send(opened, { do: "approve", slice: "01" });
    await opened.engine.idle();
    await send(opened, { do: "askChanges", words: "Shorter, please." });
    await opened.engine.idle();
    await opened.close();
    expect(planner(lab)[0]).toContain("The user asks for changes: Shorter, please.");
    expect(planner(lab)[1]).toMatch(expected);
    expect(lab.landed("src/01.txt")).toBe("good");
  };
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["changing what has landed", amendment([planned("01")]), /01 has landed and stands/],
    [
      "dropping what has landed",
      amendment([], { dropped: [{ slice: "01", why: "x" }] }),
      /01 has landed and stands/,
    ],
    [
      "dropping what nobody knows",
      amendment([], { dropped: [{ slice: "99", why: "x" }] }),
      /there is no slice 99/,
    ],
    ["one id twice", amendment([planned("02"), planned("02")]), /id 02 is used by more than one slice/],
    ["needs that nobody makes", amendment([planned("02", { needs: ["77"] })]), /Slice 02 needs 77/],
    ["no amendment at all", { slices: [] }, /why: Invalid input/],
  ])("%s", (_name, proposal, expected) => check(proposal, expected));
});

test("a rejection that concerns the plan, and changes that are asked for at the gate", async () => {
  const lab = makeLab({
    settings: review,
    tasks: [{ id: "01" }],
    amend: [
      [proposes(amendment([planned("01", { body: "Do it in one word." })]))],
      [proposes(amendment([planned("01", { title: "One word" })]))],
    ],
    models: { "01": [writes("src/01.txt", "good and long\n"), writes("src/01.txt", "good\n")] },
  });
  await lab.run();
  await lab.run({}, approve);
  await lab.run({}, (opened) =>
    send(opened, { do: "reject", slice: "01", reason: "One word!", replan: true }),
  );
  expect(planner(lab)[0]).toContain("for a reason that concerns the plan: One word!");
  await lab.run({}, (opened) => send(opened, { do: "askChanges", words: "Say so in the title." }));
  const opened = await lab.open();
  expect(opened.engine.order()).toMatchObject({
    approved: false,
    slices: [{ slice: { title: "One word" } }],
  });
  await approve(opened);
  await opened.engine.idle();
  await send(opened, { do: "approve", slice: "01" });
  await opened.engine.idle();
  await opened.close();
  expect(lab.landed("src/01.txt")).toBe("good");
});

test("the user edits a slice while the planner amends it: the edit is taken in, and the planner told", async () => {
  const lab = makeLab({
    settings: review,
    tasks: two,
    amend: [
      [
        () => {
          lab.put(
            `${FOLDER}/tasks/02-task.md`,
            taskText({ id: "02", keys: { needs: ["01"], title: "Mine" } }),
          );
          return proposes(amendment([planned("02", { needs: ["01"], title: "Its own" })]));
        },
        proposes(amendment([planned("02", { needs: ["01"], title: "Mine and its own" })])),
      ],
    ],
  });
  await lab.run();
  const log = await lab.run({}, (opened) => send(opened, { do: "askChanges", words: "Better titles." }));
  expect(planner(lab)[1]).toMatch(/the user edited 02 meanwhile.*"title":"Mine"/s);
  expect(log.flatMap((entry) => (entry.type === "amended" ? [entry.by] : []))).toEqual(["user", "planner"]);
  expect(lab.text(`${FOLDER}/tasks/02-task.md`)).toContain("Mine and its own");
});

describe("the repository moves under the plan", () => {
  const read: Setting = {
    settings: { parallel: 1 },
    files: { "lib/a.txt": "a\n", "lib/b.txt": "b\n" },
    tasks: [
      {
        id: "01",
        keys: {
          reads: ["lib/a.txt"],
          checks: [{ run: "test -f lib/b.txt && grep -q good src/01.txt", before: "fail" }],
        },
      },
    ],
    models: { "01": [writes("src/01.txt", "good\n")] },
  };
  const paused = async (lab: Lab): Promise<void> => {
    const opened = await lab.open();
    await opened.engine.idle();
    await approve(opened);
    await send(opened, { do: "stop" });
    await opened.engine.idle();
    await opened.close();
  };
  const go = (opened: Opened): Promise<void> => send(opened, { do: "run" });

  test("what it read changed: said, checked again, and then gone on with", async () => {
    const lab = makeLab({ ...read, settings: { autonomy: "supervised", parallel: 1 } });
    await paused(lab);
    lab.put("lib/a.txt", "changed\n");
    const log = await lab.run({}, go);
    const from = types(log).lastIndexOf("resumed");
    expect(types(log).slice(from, from + 3)).toEqual(["resumed", "drifted", "criticised"]);
    expect(log.at(-1)).toMatchObject({ type: "ended" });
  });

  test("what the order itself landed is no drift", async () => {
    const lab = makeLab({
      ...read,
      settings: { autonomy: "supervised", parallel: 1 },
      tasks: [
        ...(read.tasks ?? []),
        { id: "02", keys: { needs: ["01"], reads: ["src/01.txt"], checks: [] } },
      ],
      models: { ...read.models, "02": [writes("src/02.txt", "x\n")] },
    });
    const here = { landInto: "workspace" as const };
    await lab.run(here);
    await lab.run(here, approve);
    expect(lab.text("src/01.txt")).toBe("good\n");
    await lab.run(here, (opened) => send(opened, { do: "approve", slice: "02" }));
    expect(types(lab.log())).not.toContain("drifted");
    expect(lab.log().at(-1)).toMatchObject({ type: "ended" });
  });

  describe("somebody edits what a slice made", () => {
    const here = { landInto: "workspace" as const };
    const tasks = [{ id: "01" }, { id: "02", keys: { needs: ["01"] } }];
    const models = { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] };
    const stateOf = (lab: Lab): WorkOrder => lab.log().reduce(apply, emptyOrder(ORDER));
    const counted = (lab: Lab): unknown[] => stateOf(lab).clock.acts.map(({ what }) => what);
    const edited = ["edited a slice's files"];

    test("while the last one awaits approval", async () => {
      const lab = makeLab({ settings: { autonomy: "review", parallel: 1 }, tasks, models });
      await lab.run(here);
      await lab.run(here, approve);
      await lab.run(here, (opened) => send(opened, { do: "approve", slice: "01" }));
      await lab.run(here, (opened) => {
        lab.put("src/01.txt", "mended by hand\n");
        return send(opened, { do: "approve", slice: "02" });
      });
      expect(types(lab.log()).slice(-2)).toEqual(["drifted", "ended"]);
      expect(counted(lab)).toEqual(edited);
    });
    test("after all has ended, once", async () => {
      const lab = makeLab({ settings: { autonomy: "full", parallel: 1 }, tasks, models });
      await lab.run(here);
      expect(lab.log().at(-1)).toMatchObject({ type: "ended" });
      expect(counted(lab)).toEqual([]);
      lab.put("src/02.txt", "mended by hand\n");
      lab.put("other.txt", "mine\n");
      await lab.run(here);
      await lab.run(here);
      expect(types(lab.log()).filter((type) => type === "drifted")).toHaveLength(1);
      expect(counted(lab)).toEqual(edited);
      expect(stateOf(lab).ended).not.toBeNull();
    });
  });

  test("the plan does not stand any more: the planner amends it", async () => {
    const moved = planned("01", { reads: ["lib/c.txt"] });
    const lab = makeLab({
      ...read,
      settings: { autonomy: "supervised", parallel: 1 },
      amend: [[proposes(amendment([moved]))]],
    });
    await paused(lab);
    lab.git("mv", "lib/a.txt", "lib/c.txt");
    const log = await lab.run({}, go);
    expect(last(log, "drifted")?.files).toEqual([{ path: "lib/a.txt", now: null }]);
    expect(last(log, "replanAsked")).toMatchObject({ reason: { kind: "moved", slice: null }, by: "policy" });
    expect(planner(lab)[0]).toMatch(/The repository changed under the plan.*lib\/a\.txt/);
    await lab.run({}, approve);
    expect(lab.landed("src/01.txt")).toBe("good");
  });
});

test("a task file is deleted, and another half saved, while a slice is executed", async () => {
  const lab = makeLab({
    settings: { autonomy: "supervised", parallel: 1 },
    tasks: [{ id: "01" }, { id: "02" }, { id: "03" }],
    models: {
      "01": [
        [
          () => {
            rmSync(join(lab.root, FOLDER, "tasks/02-task.md"));
            lab.put(`${FOLDER}/tasks/03-task.md`, '---\nid: "03"\ntit');
            return write("src/01.txt", "good\n");
          },
          finish(),
        ],
      ],
      "03": [writes("src/03.txt", "good\n")],
    },
  });
  const opened = await lab.open();
  await opened.engine.idle();
  await approve(opened);
  await opened.engine.idle();
  expect(lab.landed("src/01.txt")).toBe("good");
  await send(opened, { do: "reread" });
  await opened.engine.idle();
  expect(opened.engine.order().findings?.find(({ critic }) => critic === "task file")).toMatchObject({
    severity: "warning",
  });
  lab.put(`${FOLDER}/tasks/03-task.md`, taskText({ id: "03" }));
  await send(opened, { do: "reread" });
  await opened.engine.idle();
  if (opened.engine.order().slices[2]?.progress.at === "stuck")
    await send(opened, { do: "retry", slice: "03" });
  await opened.engine.idle();
  expect(opened.engine.order().slices.map(({ progress }) => progress.at)).toEqual([
    "done",
    "dropped",
    "done",
  ]);
  await opened.close();
});
