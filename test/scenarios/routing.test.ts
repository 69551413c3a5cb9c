/** What one order taught the next: recalled into its log, which alone explains its routes; said in a terminal. */
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openOrder } from "../../src/compose.ts";
import { remembered } from "../../src/core/tested.ts";
import { openOtherOrders } from "../../src/node/otherOrders.ts";
import { readLog } from "../../src/node/log.ts";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import { type Lab, ORDER, finish, last, makeLab, taskText, write, writes } from "./lab.ts";

const SECOND = "2026-11-22-second";
const bad = [0, 1, 2].flatMap((n) => [write("src/01.txt", `bad ${n}\n`), finish()]);

const twoOrders = (): Lab => {
  const lab = makeLab({
    tasks: [{ id: "01" }],
    models: { "01": [bad, writes("src/01.txt", "good\n")], "02": [writes("src/02.txt", "good\n")] },
  });
  lab.put(`.slicewise/orders/${SECOND}/order.md`, "---\npolicy: quality\n---\nMore of it\n");
  lab.put(`.slicewise/orders/${SECOND}/tasks/02-task.md`, taskText({ id: "02" }));
  return lab;
};

async function runSecond(lab: Lab): Promise<Awaited<ReturnType<typeof readLog>>["entries"]> {
  const opened = await openOrder(lab.host(), SECOND);
  await opened.engine.idle();
  await opened.close();
  return (await readLog(join(lab.root, `.slicewise/orders/${SECOND}/log.jsonl`))).entries;
}

async function slicewise(lab: Lab, ...words: string[]): Promise<{ status: number; out: string }> {
  let out = "";
  const parsed = readArgs([...words, "--workspace", lab.root]);
  if (!("args" in parsed)) throw new Error(JSON.stringify(parsed));
  const terminal = {
    out: (text: string) => void (out += text),
    err: () => undefined,
    signal: new AbortController().signal,
    env: {},
  };
  return { status: await perform(parsed.args, terminal), out };
}

test("an order begins with what the others have shown, and its log alone explains its routes", async () => {
  const lab = twoOrders();
  const first = await lab.run();
  expect(first.map(({ type }) => type)).not.toContain("recalled");
  const entries = await runSecond(lab);
  const past = last(entries, "recalled")?.past;
  expect(past?.orders).toBe(1);
  expect(past && remembered(past)).toMatchObject([
    {
      class: "C1",
      trials: [
        { tier: "lab/claude-haiku-5-5@low", accepted: false },
        { tier: expect.stringMatching(/haiku/) as string, accepted: true },
      ],
    },
  ]);
  const routed = last(entries, "routed");
  expect(routed?.decision?.question["policy"]).toBe("quality");
  expect(routed?.route.predicted).toBeGreaterThan(0);
  expect(await slicewise(lab, "replay-routes", SECOND)).toEqual({
    status: 0,
    out: "1 routing decision: 1 agrees, 0 differ\n",
  });
  const explained = await slicewise(lab, "route", SECOND, "02", "--explain");
  expect(explained.out).toMatch(/^02 \(C1\): lab\/claude-\S+\n/);
  for (const word of ["until done", "→", "predicted: $", "policy: quality"])
    expect(explained.out).toContain(word);
  expect((await slicewise(lab, "report", ORDER)).out).toMatch(
    /## Predictions\n- cost: \d+\.\d\d times what was predicted; [01] of 1 slices/,
  );
});

test("a log whose decision was altered, hashes and all, is told", async () => {
  const lab = twoOrders();
  await lab.run();
  const path = join(lab.root, `.slicewise/orders/${ORDER}/log.jsonl`);
  const { createHash } = await import("node:crypto");
  let prev = "";
  const lines = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line, at) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      const changed = entry["type"] === "routed" ? { ...entry, by: "user" } : entry;
      const text = JSON.stringify(at === 0 ? changed : { ...changed, prev });
      prev = createHash("sha256").update(text).digest("hex");
      return text;
    });
  const copy = join(lab.root, "copy.jsonl");
  writeFileSync(copy, `${lines.join("\n")}\n`);
  const { status, out } = await slicewise(lab, "replay-routes", copy);
  expect(status).toBe(1);
  expect(out).toMatch(
    /^differs: event \d+, slice 01, attempt 1, lab\/claude-haiku-5-5@low: made again from the log before it, its by is another$/m,
  );
});

test("a log that cannot be read or belongs to another order is said and skipped; what did not change is not read again", async () => {
  const lab = twoOrders();
  await lab.run();
  const log = (id: string): string => join(lab.root, `.slicewise/orders/${id}/log.jsonl`);
  for (const [id, text] of [
    ["2026-11-19-broken", "no log\n"],
    ["2026-11-20-foreign", readFileSync(log(ORDER), "utf8")],
  ] as const) {
    mkdirSync(dirname(log(id)), { recursive: true });
    writeFileSync(log(id), text);
  }
  const entries = await runSecond(lab);
  const said = entries.flatMap((entry) => (entry.type === "warned" ? [entry.message] : []));
  expect(said).toEqual([
    expect.stringMatching(/^Nothing was learned from the order 2026-11-19-broken: .*it is no JSON/) as string,
    `Nothing was learned from the order 2026-11-20-foreign: its log belongs to the order "${ORDER}"`,
  ]);
  expect(last(entries, "recalled")?.past.orders).toBe(1);
  const others = openOtherOrders({
    workspaceRoot: lab.root,
    orderId: SECOND,
    storage: join(lab.root, "../storage"),
  });
  // Times that `utimes` can set again: whole seconds.
  const second = Math.floor(statSync(log(ORDER)).mtimeMs / 1000);
  utimesSync(log(ORDER), second, second);
  const { past } = await others.shown();
  renameSync(log(ORDER), `${log(ORDER)}.away`);
  expect((await others.shown()).past.orders).toBe(0);
  renameSync(`${log(ORDER)}.away`, log(ORDER));
  expect((await others.shown()).past).toEqual(past);
  // Same size, same time: what is kept tells what it showed. Then it grew by a torn line, and is read again.
  const { mtime, atime } = statSync(log(ORDER));
  const text = readFileSync(log(ORDER), "utf8");
  writeFileSync(log(ORDER), text.replaceAll("good", "evil"));
  utimesSync(log(ORDER), atime, mtime);
  expect((await others.shown()).past).toEqual(past);
  writeFileSync(log(ORDER), text);
  appendFileSync(log(ORDER), "torn");
  expect((await others.shown()).past).toEqual(past);
  // Opened again: what was said is not said again, and nothing new is recalled.
  const again = await runSecond(lab);
  expect(again.filter(({ type }) => type === "warned" || type === "recalled")).toHaveLength(3);
});
