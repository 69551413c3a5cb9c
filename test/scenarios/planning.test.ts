/** Plans as the planner proposes them: checked, sent back, kept, completed; and the checks tried before anybody is paid. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import type { Reply } from "../../src/providers/scripted.ts";
import { ORDER, type Lab, call, last, makeLab, send, story, taskText, writes } from "./lab.ts";
import { plan, planned, proposes } from "./proposals.ts";

const FOLDER = `.slicewise/orders/${ORDER}`;
const good = { "01": [writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] };
const review = { autonomy: "review" };

const asked = (lab: Lab, turn: number): string => lab.seen[turn]?.messages.at(-1)?.text ?? "";
const faults = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) => (entry.type === "faulted" ? [entry.fault.message] : []));

test("a goal becomes a plan with functions, its checks are tried, and it runs to its end", async () => {
  const functions = [{ path: "checks/02-look.mjs", code: "export default async () => {};" }];
  const lab = makeLab({
    files: {
      "AGENTS.md": "Use tabs.\n",
      "package.json": '{ "scripts": { "test": "grep -q lab README.md" } }\n',
    },
    plan: [
      { calls: [call("read", { path: "README.md" })] },
      proposes(plan([planned("01"), planned("02", { needs: ["01"] })], { functions })),
    ],
    models: good,
  });
  expect(story(await lab.run())).toMatchSnapshot();
  const first = lab.seen[0]?.messages[0]?.text ?? "";
  expect(first).toContain("Use tabs.");
  expect(first).toContain("# Goal\nMake it good");
  expect(first).toMatch(/test: `npm test`.*: passes on the tree as it is/);
  expect(lab.text(`${FOLDER}/checks/02-look.mjs`)).toBe(`${functions[0]?.code}\n`);
  const made = last(lab.log(), "planned");
  expect(Object.keys(made?.stamp.files ?? {})).toEqual(["README.md"]);
  expect(made?.stamp.commit).toBe(lab.git("rev-parse", "HEAD"));
});

describe("a proposal goes back", () => {
  const cycle = plan([planned("01", { needs: ["02"] }), planned("02", { needs: ["01"] })]);

  test("with the exact errors of the critics, and is mended", async () => {
    const lab = makeLab({ settings: review, plan: [proposes(cycle), proposes(plan([planned("01")]))] });
    const log = await lab.run();
    expect(asked(lab, 1)).toContain("Slices 01, 02 wait for each other.");
    expect(last(log, "planned")?.slices.map(({ slice }) => slice.id)).toEqual(["01"]);
    expect(last(log, "criticised")?.findings).toEqual([]);
  });

  test("twice at most: then it is kept as it is, and its findings go to the user", async () => {
    const lab = makeLab({ settings: review, plan: [proposes(cycle), proposes(cycle), proposes(cycle)] });
    const log = await lab.run();
    expect(lab.seen).toHaveLength(3);
    expect(last(log, "planned")?.by).toBe("planner");
    expect(last(log, "criticised")?.findings).toMatchObject([{ critic: "cycle", severity: "error" }]);
    const opened = await lab.open();
    expect(await opened.engine.send({ do: "approvePlan" })).toMatchObject({
      refused: expect.stringContaining("wait for each other") as string,
    });
    await opened.close();
  });

  test("malformed in three ways: a fault that says where it is kept", async () => {
    const raw: Reply = { calls: [{ name: "propose_plan", raw: '{"context": "half' }] };
    const lab = makeLab({
      settings: review,
      plan: [proposes({ slices: [] }), proposes(plan([planned("01", { class: "C9" })])), raw],
    });
    const [message = ""] = faults(await lab.run());
    expect(message).toMatch(/refused 3 times.*no valid JSON/s);
    const kept = /is kept in (\S+)\./.exec(message)?.[1] ?? "";
    expect(lab.text(kept.slice(lab.root.length + 1))).toBe('{"context": "half');
  });

  test("a sound one is not given up for a worse one", async () => {
    const warned = plan([planned("01", { checks: [] })]);
    const lab = makeLab({ settings: review, plan: [proposes(warned), proposes(cycle), proposes({})] });
    const log = await lab.run();
    expect(asked(lab, 1)).toContain("has no executable check");
    expect(last(log, "planned")?.slices.map(({ slice }) => slice.id)).toEqual(["01"]);
  });

  test("the vendor fails after a proposal that could be read: it is kept", async () => {
    const lab = makeLab({ settings: review, plan: [proposes(cycle), { status: 400, message: "no" }] });
    expect(last(await lab.run(), "planned")?.slices).toHaveLength(2);
  });

  test("an edge the planner left out is added, and the order says so", async () => {
    const two = plan([planned("01", { writes: ["src/01.txt"] }), planned("02", { writes: ["src/01.txt"] })]);
    const lab = makeLab({ settings: review, plan: [proposes(two), proposes(two), proposes(two)] });
    const log = await lab.run();
    expect(last(log, "warned")?.message).toContain("which the planner left out");
    expect(last(log, "planned")?.slices.flatMap(({ slice }) => slice.needs)).toHaveLength(1);
  });
});

describe("checks are tried on the base tree", () => {
  const tried = async (check: string, settings = {}): Promise<unknown> => {
    const lab = makeLab({
      settings: { ...review, ...settings },
      tasks: [{ id: "01", keys: { checks: [{ run: check }] } }],
    });
    const { tried: all = [] } = last(await lab.run(), "criticised") ?? {};
    return all.map(({ result, status, why, output }) => [result, status, why, output !== null]);
  };
  test.each<[string, string, object, unknown[]]>([
    ["one that passes", "grep -q lab README.md", {}, ["pass", 0, "", false]],
    ["one that fails", "grep lab nothing.txt", {}, ["fail", 2, expect.stringMatching(/nothing.txt/), true]],
    [
      "a program that is not there",
      "nosuch",
      { autonomy: "full" },
      ["unknown", 127, expect.stringMatching(/could not be started.*nosuch/), true],
    ],
    [
      "one that hangs",
      "sleep 9",
      { autonomy: "full", limits: { checkSeconds: 0.2 } },
      ["unknown", null, expect.stringMatching(/still ran/), false],
    ],
    [
      "nothing that could do harm",
      "touch /tmp/x",
      {},
      ["unknown", null, expect.stringMatching(/^not tried: it is no plain/), false],
    ],
    ["what the settings allow", "echo hi", { commands: { allow: ["echo *"] } }, ["pass", 0, "", false]],
  ])("%s", async (_name, check, settings, expected) =>
    expect(await tried(check, settings)).toEqual([expected]),
  );

  test("each in a copy of its own, which is gone afterwards; the workspace is untouched", async () => {
    const lab = makeLab({
      tasks: [
        { id: "01", keys: { checks: [{ run: "test ! -e made && touch made" }] } },
        { id: "02", keys: { checks: [{ run: "test ! -e made && touch  made" }] } },
      ],
    });
    const opened = await lab.open({ steps: new Set(["criticise"]) });
    await opened.engine.idle();
    await opened.close();
    expect(last(lab.log(), "criticised")?.tried?.map(({ result }) => result)).toEqual(["pass", "pass"]);
    expect(lab.git("status", "--porcelain", "--", "made")).toBe("");
  });

  test("once: an edit has only what is new tried, and a run of an approved order nothing", async () => {
    const ran: string[] = [];
    const watch = ({ kind, text }: { kind: string; text: string }): void =>
      void (kind === "check" && ran.push(text));
    const lab = makeLab({ settings: review, tasks: [{ id: "01" }], models: good });
    const opened = await lab.open({ watch });
    await opened.engine.idle();
    const checks = [{ run: "grep -q good src/01.txt", before: "fail" }, { run: "grep -q lab README.md" }];
    lab.put(`${FOLDER}/tasks/01-task.md`, taskText({ id: "01", keys: { checks } }));
    await send(opened, { do: "approvePlan" });
    expect(ran).toEqual(["grep -q good src/01.txt", "grep -q lab README.md"]);
    await opened.close();
    ran.length = 0;
    const again = await lab.open({ watch, steps: new Set(["criticise"]) });
    await again.engine.idle();
    await again.close();
    expect(ran).toEqual([]);
  });
});

describe("the order's files", () => {
  test("a broken one is a finding at its line, and gone when it is mended", async () => {
    const lab = makeLab({ settings: review, tasks: [{ id: "01" }, { id: "02" }] });
    const opened = await lab.open();
    await opened.engine.idle();
    const path = `${FOLDER}/tasks/02-task.md`;
    lab.put(path, `---\nid: "02"\ntitel: x\n---\n`);
    await send(opened, { do: "reread" });
    await opened.engine.idle();
    expect(last(lab.log(), "criticised")?.findings[0]).toMatchObject({ severity: "error", at: { path } });
    lab.put(path, taskText({ id: "02" }));
    await send(opened, { do: "reread" });
    await opened.engine.idle();
    expect(last(lab.log(), "criticised")?.findings).toEqual([]);
    await opened.close();
  });

  test("a finding stands at the line of its key", async () => {
    const lab = makeLab({ settings: review, tasks: [{ id: "01", keys: { needs: ["07"] } }] });
    const { findings = [] } = last(await lab.run(), "criticised") ?? {};
    const path = `${FOLDER}/tasks/01-task.md`;
    const line =
      lab
        .text(path)
        .split("\n")
        .findIndex((text) => text.startsWith("needs")) + 1;
    expect(findings[0]).toMatchObject({ critic: "unknown id", at: { path, line } });
  });

  test("a verification function that is changed, added or removed is an edit of the plan", async () => {
    const functions = [{ path: "checks/01-a.mjs", code: "export default async () => {};" }];
    const checks = [{ kind: "script", text: "checks/01-a.mjs", before: null }];
    const lab = makeLab({
      settings: review,
      plan: [proposes(plan([planned("01", { checks })], { functions }))],
    });
    const opened = await lab.open();
    await opened.engine.idle();
    lab.put(`${FOLDER}/checks/01-a.mjs`, "export default async () => { /* weaker */ };\n");
    await send(opened, { do: "reread" });
    await opened.engine.idle();
    expect(last(lab.log(), "amended")).toMatchObject({ by: "user", changed: [] });
    rmSync(join(lab.root, FOLDER, "checks/01-a.mjs"));
    await send(opened, { do: "reread" });
    await opened.engine.idle();
    expect(opened.engine.order().functions).toEqual({});
    expect(last(lab.log(), "criticised")?.findings.map(({ severity }) => severity)).toContain("error");
    await opened.close();
  });

  test("a task file that is deleted while the plan waits is a dropped slice", async () => {
    const lab = makeLab({ settings: review, tasks: [{ id: "01" }, { id: "02" }], models: good });
    const opened = await lab.open();
    await opened.engine.idle();
    rmSync(join(lab.root, FOLDER, "tasks/02-task.md"));
    await send(opened, { do: "approvePlan" });
    await opened.engine.idle();
    expect(opened.engine.order().slices.map(({ progress }) => progress.at)).toEqual(["approval", "dropped"]);
    await opened.close();
  });
});

describe("what a person began", () => {
  test("a scope alone is completed, and every word of it kept", async () => {
    const lab = makeLab({
      settings: review,
      plan: [proposes(plan([planned("01")], { assumptions: ["Node 20"] }))],
    });
    lab.put(`${FOLDER}/scope.md`, "## Decisions\n- Mine: no new dependency\n");
    const log = await lab.run();
    expect(lab.seen[0]?.messages[0]?.text).toContain("- Mine: no new dependency");
    expect(last(log, "planned")?.by).toBe("planner");
    expect(lab.text(`${FOLDER}/scope.md`)).toMatch(/- Mine: no new dependency[^]*Node 20/);
  });

  test("tasks without checks are completed when that is asked for; their ids stay", async () => {
    const lab = makeLab({
      settings: review,
      plan: [
        proposes(plan([planned("02")])),
        proposes(plan([planned("api"), planned("02", { needs: ["api"] })])),
      ],
    });
    lab.put(`${FOLDER}/tasks/api-first.md`, "---\nid: api\ntitle: Mine\n---\nMy own words.\n");
    const log = await lab.run({ drafts: "complete" });
    expect(asked(lab, 1)).toContain("api was begun by hand and is missing");
    expect(
      last(log, "planned")
        ?.slices.map(({ slice }) => slice.id)
        .toSorted(),
    ).toEqual(["02", "api"]);
    const text = lab.text(`${FOLDER}/tasks/api-first.md`);
    expect(text).toContain("title: Mine");
    expect(text).toContain("My own words.");
    expect(text).toContain("checks:");
  });
});

describe("bad input", () => {
  test("cycles and unknown ids by hand: findings at their place, and nothing lost", async () => {
    const bad = [
      { id: "01", keys: { needs: ["02", "zz"] } },
      { id: "02", keys: { needs: ["01"] } },
    ];
    const lab = makeLab({ settings: review, tasks: bad });
    const { findings = [], tried } = last(await lab.run(), "criticised") ?? {};
    expect(findings.map(({ critic }) => critic)).toEqual(expect.arrayContaining(["cycle", "unknown id"]));
    for (const { at } of findings) expect(at?.path).toMatch(/tasks\/0[12]-task\.md$/);
    // Nothing is run for a plan that cannot stand.
    expect(tried).toBeUndefined();
    for (const { id } of bad) expect(lab.text(`${FOLDER}/tasks/${id}-task.md`)).toContain(`id: "${id}"`);
  });

  test("what the planner proposes and no file can hold is kept, and said", async () => {
    const out = plan([planned("01", { writes: ["../x"] }), planned("01")]);
    const lab = makeLab({ settings: review, plan: [proposes(out), proposes(out), proposes(out)] });
    const [message = ""] = faults(await lab.run());
    expect(message).toMatch(
      /01 is used by more than one slice.*\.\.\/x, which leaves the workspace.*is kept in/s,
    );
  });

  test("5,000 task files", async () => {
    const lab = makeLab({ settings: review, tasks: [] });
    for (let n = 0; n < 5000; n += 1) lab.put(`${FOLDER}/tasks/t${n}-x.md`, taskText({ id: `t${n}` }));
    await expect(lab.open()).rejects.toThrow(/holds 5000 task files; an order takes 1000 at most/);
  });
});
