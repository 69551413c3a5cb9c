/** The power is cut after every single event of an order; each time the order is opened again and must end the same. */
import { describe, expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import { verifyLog } from "../../src/node/log.ts";
import { ORDER, type Lab, type Setting, finish, makeLab, write, writes } from "./lab.ts";

const setting: Setting = {
  tasks: [{ id: "01" }, { id: "02", keys: { needs: ["01"], reads: ["src/01.txt"] } }],
  models: {
    "01": [writes("src/01.txt", "good\n")],
    "02": [[write("src/02.txt", "bad\n"), finish(), write("src/02.txt", "good\n"), finish()]],
  },
};

/** 5 until the plan is approved, 8 for slice 01, 13 for slice 02 with its two rounds, and the end. */
const EVENTS = 27;

class PowerCut extends Error {}

/** Runs until the `after`-th event is on disk, then nothing more gets through. Null when the order ended before. */
async function runUntil(lab: Lab, after: number): Promise<Entry | null> {
  let seen = 0;
  let last: Entry | null = null;
  await lab
    .run({
      logged: (entry) => {
        seen += 1;
        if (seen < after) return;
        last ??= entry;
        throw new PowerCut();
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof PowerCut)) throw error;
    });
  return last;
}

async function check(after: number): Promise<boolean> {
  const lab = makeLab(setting);
  const cut = await runUntil(lab, after);
  if (!cut) return false;
  const entries = await lab.run();
  const context = `cut after ${after}: ${cut.type}`;
  expect(entries.at(-1), context).toMatchObject({ type: "ended", result: "done" });
  expect(lab.landed("src/01.txt"), context).toBe("good");
  expect(lab.landed("src/02.txt"), context).toBe("good");
  const commits = lab.git("log", "--format=%s", `main..slicewise/${ORDER}`).split("\n");
  expect(commits, context).toEqual(["02: Task 02", "01: Task 01"]);
  expect(await verifyLog(`${lab.root}/.slicewise/orders/${ORDER}/log.jsonl`), context).toMatchObject({
    ok: true,
  });
  expect(lab.git("status", "--porcelain", "--", "src", "README.md"), context).toBe("");
  return true;
}

describe("the power is cut after event", () => {
  // One more than the order writes when nothing cuts it off finds it ended.
  for (let after = 1; after <= EVENTS + 1; after += 1) {
    test(String(after), async () => {
      const wasCut = await check(after);
      expect(wasCut).toBe(after <= EVENTS);
    });
  }
});
