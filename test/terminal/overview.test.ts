/** The list of a workspace's orders, over logs on disk: what is read once, what is read again, what does no harm. */
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { NO_USAGE } from "../../src/core/order.ts";
import { openLog } from "../../src/node/log.ts";
import { listing, overview } from "../../src/overview.ts";
import { workspaceView } from "../../src/protocol/workspace.ts";
import { filed, order as folded, slice, tier } from "../core/orders.ts";
import { scratchFolder } from "../node/scratchFolder.ts";

const folder = scratchFolder();
let count = 0;

const planned: Event[] = [
  { type: "opened", goal: "a goal" },
  { type: "planned", slices: [filed(slice("01"))], stamp: { commit: null, files: {} }, by: "planner" },
];
const call = (cost: number | null): Event => ({
  ...{ type: "called", slice: null, attempt: null, role: "planner", tier: tier("m"), usage: NO_USAGE },
  ...{ ms: 1, cost, top: null },
});

/** A workspace with one order a list of events; ids are "2026-11-01-o0" and so on. */
async function workspace(...orders: Event[][]): Promise<{ root: string; log: (at: number) => string }> {
  const root = join(folder, `w${count++}`);
  const home = (at: number): string => join(root, `.slicewise/orders/2026-11-01-o${at}`);
  const log = (at: number): string => join(home(at), "log.jsonl");
  for (const [at, events] of orders.entries()) {
    mkdirSync(home(at), { recursive: true });
    writeFileSync(join(home(at), "order.md"), `goal ${at}\n`);
    if (events.length > 0) await write(log(at), events);
  }
  return { root, log };
}

async function write(path: string, events: readonly Event[], at = "2026-11-21T10:00:00.000Z"): Promise<void> {
  const log = await openLog(path, { order: "o", app: "0.1.0", now: () => at });
  for (const event of events) await log.append(event);
  await log.close();
}

/** Other bytes of the same length under the same time: only who reads them can tell. */
function spoil(path: string): void {
  const { atime, mtime } = statSync(path);
  // Whole milliseconds first: what is set back is then exactly what was.
  writeFileSync(path, readFileSync(path, "utf8").replace("a goal", "a gaol"));
  utimesSync(path, atime, mtime);
}
const settle = (path: string): void =>
  utimesSync(path, new Date(1_700_000_000_000), new Date(1_700_000_000_000));

test("a log is read once, and again when it has changed", async () => {
  const { root, log } = await workspace([...planned, call(2)]);
  settle(log(0));
  expect((await listing(root)).map(({ order }) => order.goal)).toEqual(["a goal"]);
  spoil(log(0));
  expect((await listing(root)).map(({ order, why }) => [order.goal, why])).toEqual([["a goal", null]]);
  utimesSync(log(0), new Date(), new Date());
  expect((await listing(root)).map(({ order, why }) => [order.phase, why])).toEqual([
    ["failed", expect.stringContaining("one of the two was altered")],
  ]);
});

test("what is appended is counted", async () => {
  const { root, log } = await workspace([...planned, call(2)]);
  expect((await overview(root)).dollars).toBe(2);
  await write(log(0), [call(3)]);
  expect((await overview(root)).dollars).toBe(5);
});

test("before there is a plan in the log the files speak, whatever the log's time", async () => {
  const { root } = await workspace(planned.slice(0, 1), []);
  const goals = async () => (await listing(root)).map(({ order, tally }) => [order.goal, tally !== null]);
  expect(await goals()).toEqual([
    ["a goal", true],
    ["goal 1", false],
  ]);
  writeFileSync(join(root, ".slicewise/orders/2026-11-01-o1/order.md"), "another goal\n");
  expect((await goals())[1]).toEqual(["another goal", false]);
});

test("a log that cannot be read, and one of another version, are named and spoil no sum", async () => {
  const { root, log } = await workspace([...planned, call(2)], [...planned, call(4)], planned);
  writeFileSync(log(1), readFileSync(log(1), "utf8").replace('"cost":4', '"cost":"4 EUR"'));
  writeFileSync(log(2), '{"v":99,"order":"o","app":"9"}\n');
  const all = await listing(root);
  expect(workspaceView(all, null)).toMatchObject({
    ...{ orders: 1, spent: 2, unpriced: 0 },
    unread: ["2026-11-01-o1", "2026-11-01-o2"],
  });
  expect(all.map(({ why }) => why)).toEqual([
    null,
    expect.stringContaining("log.jsonl:4: the log cannot be trusted"),
    expect.stringContaining("log.jsonl:1: the log cannot be trusted"),
  ]);
});

test("a log with a time that is none is refused, not folded into a week that is none", async () => {
  const { root, log } = await workspace([...planned]);
  writeFileSync(log(0), readFileSync(log(0), "utf8").replace("2026-11-21", "2026-13-45"));
  expect(await overview(root)).toMatchObject({
    orders: 0,
    unread: [{ why: expect.stringContaining('"at" is no time such as') }],
  });
});

test("the order that is open counts as its engine knows it, once", async () => {
  const { root } = await workspace([...planned, call(2)], [...planned, call(1)]);
  const open = { ...folded([...planned, call(2), call(7)]), id: "2026-11-01-o0" };
  expect(workspaceView(await listing(root), open)).toMatchObject({ orders: 2, spent: 10 });
  expect(workspaceView(await listing(root), { ...open, id: "new" })).toMatchObject({ orders: 3, spent: 12 });
});

test("nothing was opened: nothing is shown", async () => {
  const { root } = await workspace([]);
  expect(workspaceView(await listing(root), null)).toBeNull();
});

test("a workspace without a price has no price, week by week", async () => {
  const { root } = await workspace([...planned, call(null)]);
  expect(workspaceView(await listing(root), null)).toMatchObject({
    ...{ spent: null, unpriced: 1 },
    weeks: [{ week: "2026-11-16", dollars: null }],
  });
});
