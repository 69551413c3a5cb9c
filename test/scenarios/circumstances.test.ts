/** What happens around an order while it runs: other processes, the user's own edits, git, clocks and a half saved file. */
import { appendFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import type { WorkOrder } from "../../src/core/state.ts";
import { type Lab, ORDER, finish, makeLab, send, story, taskText, write, writes } from "./lab.ts";

const FOLDER = `.slicewise/orders/${ORDER}`;
const faults = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) => (entry.type === "faulted" ? [`${entry.fault.kind}: ${entry.fault.message}`] : []));
const states = (log: readonly Entry[]): string[] => [...new Set(log.map(({ type }) => type))];

/** Runs the lab while the clock is set to another time at every event; the order as it is then. */
async function underSetClock(lab: Lab, time: () => number): Promise<WorkOrder> {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const opened = await lab.open();
    opened.engine.watch(() => vi.setSystemTime(time()));
    await opened.engine.idle();
    await opened.close();
    expect(opened.engine.broken()).toBeNull();
    return opened.engine.order();
  } finally {
    vi.useRealTimers();
  }
}

test("a clock that is set back during a call", async () => {
  let minute = 60;
  const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
  await underSetClock(lab, () => Date.UTC(2026, 10, 21, 10, (minute -= 1)));
  expect(states(lab.log())).toContain("ended");
});

test("a clock that is set forward for an hour at every turn uses up no time limit, and is no work", async () => {
  let hour = 10;
  const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
  const order = await underSetClock(lab, () => Date.UTC(2026, 10, 21, (hour += 1)));
  expect(order.clock.workedMs).toBeLessThan(60_000);
  const log = lab.log();
  expect(faults(log)).toEqual([]);
  expect(log.some(({ skew = 0 }) => skew >= 3_500_000)).toBe(true);
  expect(log.flatMap((entry) => (entry.type === "called" ? [entry.ms] : [])).every((ms) => ms < 60_000)).toBe(
    true,
  );
  expect(states(log)).toContain("ended");
});

test("the order's folder is deleted while it runs", async () => {
  const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
  const opened = await lab.open();
  rmSync(join(lab.root, FOLDER), { recursive: true });
  await opened.engine.idle();
  expect(opened.engine.broken()?.message).toMatch(/append to .*log\.jsonl: it was removed/);
  await opened.close();
  expect(lab.git("branch", "--list", "slicewise/*")).toBe("");
});

test("somebody else appends to the log", async () => {
  const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
  const opened = await lab.open();
  appendFileSync(join(lab.root, FOLDER, "log.jsonl"), "x\n");
  await opened.engine.idle();
  expect(opened.engine.broken()?.message).toMatch(/somebody else changed it/);
  await opened.close();
  expect(lab.text(`${FOLDER}/log.jsonl`)).toMatch(/x\n$/);
});

test("two processes on one order", async () => {
  const lab = makeLab({ tasks: [{ id: "01" }], models: { "01": [writes("src/01.txt", "good")] } });
  const opened = await lab.open();
  await expect(lab.open()).rejects.toThrow(/The order is open elsewhere \(process/);
  await opened.engine.idle();
  await opened.close();
  expect(states(lab.log())).toContain("ended");
});

test("a task file is half saved, and one edited, while others run", async () => {
  const lab = makeLab({
    settings: { parallel: 1 },
    tasks: [{ id: "01" }, { id: "02", keys: { needs: ["01"] } }, { id: "03", keys: { needs: ["02"] } }],
    models: {
      "01": [
        [
          () => {
            lab.put(
              `${FOLDER}/tasks/02-task.md`,
              taskText({ id: "02", keys: { needs: ["01"], minutes: 20 } }),
            );
            lab.put(`${FOLDER}/tasks/03-task.md`, "---\nid: 03\ntit");
            return write("src/01.txt", "good");
          },
          finish(),
        ],
      ],
      "02": [writes("src/02.txt", "good")],
      "03": [writes("src/03.txt", "good")],
    },
  });
  const first = await lab.run();
  expect(story(first).match(/^landed .*/gm)).toEqual(["landed 01", "landed 02"]);
  expect(faults(first)).toEqual([expect.stringMatching(/^bad-file: /)]);
  lab.put(`${FOLDER}/tasks/03-task.md`, taskText({ id: "03", keys: { needs: ["02"] } }));
  const then = await lab.run({}, (opened) => send(opened, { do: "retry", slice: "03" }));
  expect(states(then)).toContain("ended");
});

test("a cycle that was edited in and out again", async () => {
  const lab = makeLab({
    settings: { parallel: 1 },
    tasks: [{ id: "01" }, { id: "02" }, { id: "03" }],
    models: {
      "01": [
        [
          () => {
            lab.put(`${FOLDER}/tasks/02-task.md`, taskText({ id: "02", keys: { needs: ["03"] } }));
            lab.put(`${FOLDER}/tasks/03-task.md`, taskText({ id: "03", keys: { needs: ["02"] } }));
            return write("src/01.txt", "good");
          },
          finish(),
        ],
      ],
      "02": [writes("src/02.txt", "good")],
      "03": [writes("src/03.txt", "good")],
    },
  });
  expect(states(await lab.run())).not.toContain("ended");
  lab.put(`${FOLDER}/tasks/03-task.md`, taskText({ id: "03" }));
  const log = await lab.run({}, (opened) => send(opened, { do: "run" }));
  expect(story(log).match(/^landed .*/gm)).toEqual(["landed 01", "landed 03", "landed 02"]);
});

test("the user edits the file, and switches the branch, while the slice is executed", async () => {
  const lab = makeLab({
    files: { "src/01.txt": "one\ntwo\nthree\nfour\nfive\n" },
    tasks: [{ id: "01" }],
    models: {
      "01": [
        [
          () => {
            lab.git("switch", "-q", "-c", "other");
            lab.put("src/01.txt", "mine\ntwo\nthree\nfour\nfive\n");
            return write("src/01.txt", "one\ntwo\nthree\nfour\ngood\n");
          },
          finish(),
        ],
      ],
    },
  });
  await lab.run({ landInto: "workspace" });
  expect(lab.text("src/01.txt")).toBe("mine\ntwo\nthree\nfour\ngood\n");
  expect(lab.git("branch", "--show-current")).toBe("other");
});

test("git collects garbage, and an index.lock is left, in between", async () => {
  const lab = makeLab({
    tasks: [{ id: "01" }, { id: "02", keys: { needs: ["01"] } }],
    models: {
      "01": [
        [
          () => {
            lab.git("reflog", "expire", "--expire=now", "--all");
            lab.git("gc", "-q", "--prune=now");
            lab.put(".git/index.lock", "");
            return write("src/01.txt", "good");
          },
          finish(),
        ],
      ],
      "02": [writes("src/02.txt", "good")],
    },
  });
  expect(states(await lab.run({ landInto: "workspace" }))).toContain("ended");
});

test("stop, drop and rerun in every state", async () => {
  const models = { "01": Array.from({ length: 9 }, () => writes("src/01.txt", "good")) };
  for (const at of ["executing", "verifying", "landing"]) {
    for (const act of ["stop", "drop", "rerun"] as const) {
      const lab = makeLab({ tasks: [{ id: "01" }], models });
      const opened = await lab.open();
      const done = new Promise<void>((resolve) => {
        const off = opened.engine.watch((order) => {
          if (order.slices[0]?.progress.at !== at) return;
          off();
          const command =
            act === "stop"
              ? { do: act }
              : act === "drop"
                ? { do: act, slice: "01", why: "x" }
                : { do: act, slice: "01", tier: null };
          void opened.engine.send(command).then(() => resolve());
        });
      });
      await done;
      await opened.engine.idle();
      expect(opened.engine.broken()).toBeNull();
      await opened.close();
      const log = await lab.run({}, async (again) => void (await again.engine.send({ do: "run" })));
      expect([at, act, states(log)]).toEqual([at, act, expect.arrayContaining(["ended"])]);
      expect(states(log)).not.toContain("warned");
    }
  }
});

test("the workspace cannot be written to any more when the slice lands", async () => {
  const lab = makeLab({
    tasks: [{ id: "01", keys: { writes: ["a/**", "z/**"], checks: [{ run: "test -f z/f" }] } }],
    models: { "01": [[write("a/f", "new"), write("z/f", "new"), finish()]] },
  });
  lab.put("z", "a file where the slice needs a folder");
  lab.git("add", "-A");
  const log = await lab.run({ landInto: "workspace" });
  expect(existsSync(join(lab.root, "a/f"))).toBe(false);
  expect(states(log)).not.toContain("landed");
  expect(lab.text("z")).toBe("a file where the slice needs a folder");
});

test("what the user asks for wins over what the order's file says", async () => {
  const lab = makeLab({ tasks: [{ id: "01" }] });
  lab.put(`${FOLDER}/order.md`, "---\nautonomy: full\n---\nDo it\n");
  expect(states(await lab.run({ autonomy: "review" }))).not.toContain("planApproved");
});
