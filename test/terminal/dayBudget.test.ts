/** The day's budget over two real processes: two orders of one workspace at once, against the model server. */
import { type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Entry } from "../../src/core/event.ts";
import type { Reply, ScriptRequest } from "../../src/providers/scripted.ts";
import { type ModelServer, startModelServer } from "../contract/modelServer.ts";
import { type Ended, buildProgram, runProgram } from "../node/childProgram.ts";
import { scratchFolder } from "../node/scratchFolder.ts";
import { LADDER, type Lab, makeLab, script, taskText, writes } from "../scenarios/lab.ts";

/** A call costs 0.05 $ and could cost a little above 0.08: after five of them a sixth is not sure to fit. */
const DAY = 0.32;
const usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 10_000, reasoning: 0 };
const IDS = { one: ["01", "02", "03"], two: ["11", "12", "13"] };
type Name = keyof typeof IDS;

const folder = scratchFolder();
let program = "";
beforeAll(() => {
  program = buildProgram(
    folder,
    "slicewise",
    'import { main } from "../terminal/main.ts"; process.exitCode = await main();',
  );
}, 60_000);

/** Both orders, three slices of two calls each, in one workspace. `before` decides when a request is answered. */
async function twoOrders(day: number, before: (request: ScriptRequest) => Promise<unknown>) {
  const all = [...IDS.one, ...IDS.two];
  const answers = script(Object.fromEntries(all.map((id) => [id, [writes(`src/${id}.txt`, "good\n")]])));
  const server = await startModelServer({
    reply: async (request): Promise<Reply> => {
      await before(request);
      return { ...answers(request), usage };
    },
  });
  const lab = makeLab({});
  for (const [name, ids] of Object.entries(IDS)) {
    lab.put(`.slicewise/orders/2026-11-28-${name}/order.md`, `Make ${name} good\n`);
    for (const id of ids)
      lab.put(`.slicewise/orders/2026-11-28-${name}/tasks/${id}-task.md`, taskText({ id }));
  }
  const raise = (to: number): void => lab.put(".slicewise/settings.json", settings(server, to));
  raise(day);
  return { lab, server, raise };
}

const settings = ({ urls }: ModelServer, day: number): string =>
  JSON.stringify({
    tiers: LADDER.slice(0, 1),
    providers: { lab: { kind: "anthropic", baseUrl: urls.anthropic, keyEnv: "LAB_TEST_KEY" } },
    ...{ autonomy: "full", parallel: 3, budget: { day } },
    prices: { "claude-haiku-5-5": { input: 1, output: 5 } },
  });

function start(
  lab: Lab,
  name: Name,
  env: Record<string, string>,
): { child: ChildProcess; ended: Promise<Ended> } {
  const words = ["run", name, "--workspace", lab.root, "--no-sandbox"];
  return runProgram(process.execPath, ["--no-warnings", program, ...words], {
    ...{ PATH: process.env.PATH, HOME: folder, LAB_TEST_KEY: "lab-test-key" },
    ...env,
  });
}

const logOf = (lab: Lab, name: Name): Entry[] =>
  readFileSync(join(lab.root, `.slicewise/orders/2026-11-28-${name}/log.jsonl`), "utf8")
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Entry);
const spentIn = (log: readonly Entry[]): number =>
  log.reduce((sum, entry) => sum + (entry.type === "called" ? (entry.cost ?? 0) : 0), 0);
const landedIn = (log: readonly Entry[]): string[] =>
  log.flatMap((entry) => (entry.type === "landed" ? [entry.slice] : [])).toSorted();
const callsOf = ({ journal }: ModelServer): number => journal.filter(({ api }) => api !== "models").length;
const slow = () => new Promise((resolve) => setTimeout(resolve, 150));

test("two orders that run at once stay within the day together, and go on when it is raised", async () => {
  const { lab, server, raise } = await twoOrders(DAY, slow);
  const env = { XDG_DATA_HOME: join(lab.root, "../data") };
  const both = () =>
    Promise.all([start(lab, "one", env).ended, start(lab, "two", env).ended]).then((all) =>
      all.map(({ status }) => status),
    );
  const statuses = await both();
  const logs = [logOf(lab, "one"), logOf(lab, "two")];
  const spent = logs.reduce((sum, log) => sum + spentIn(log), 0);
  expect(spent).toBeLessThanOrEqual(DAY);
  // What the server answered is what was billed.
  expect(callsOf(server)).toBe(Math.round(spent / 0.05));
  expect(spent).toBeGreaterThan(DAY - 0.15);
  expect(statuses).toContain(1);
  raise(5);
  expect(await both()).toEqual([0, 0]);
  expect([landedIn(logOf(lab, "one")), landedIn(logOf(lab, "two"))]).toEqual([IDS.one, IDS.two]);
  expect(callsOf(server)).toBe(12);
  await server.close();
}, 120_000);

test("one is killed in the middle of its calls: what it had set aside counts, until the budget is raised", async () => {
  const hanging = new Set<string>();
  let isOpen = false;
  const { lab, server, raise } = await twoOrders(DAY, async ({ messages }) => {
    const id = /^# Task (1\d):/m.exec(messages.map((one) => ("text" in one ? one.text : "")).join("\n"))?.[1];
    if (id === undefined || isOpen) return;
    hanging.add(id);
    await new Promise(() => undefined);
  });
  const env = { XDG_DATA_HOME: join(lab.root, "../data") };
  const killed = start(lab, "two", env);
  await expect.poll(() => hanging.size, { timeout: 60_000 }).toBe(3);
  killed.child.kill("SIGKILL");
  await killed.ended;
  // Three calls, at 0.08 each, may have been billed: nothing more is sure to fit.
  const refused = await start(lab, "one", env).ended;
  expect(refused.status).toBe(1);
  expect(refused.output).toContain("of it for calls of processes that were killed");
  expect(spentIn(logOf(lab, "one"))).toBe(0);
  isOpen = true;
  // Nor when its own order opens again: nobody knows whether these calls were billed.
  expect((await start(lab, "two", env).ended).status).toBe(1);
  expect(spentIn(logOf(lab, "two"))).toBe(0);
  raise(2 * DAY);
  await start(lab, "two", env).ended;
  await start(lab, "one", env).ended;
  const all = [...logOf(lab, "one"), ...logOf(lab, "two")];
  expect(spentIn(all)).toBeGreaterThan(0.2);
  expect(spentIn(all)).toBeLessThanOrEqual(2 * DAY - 3 * 0.08);
  await server.close();
}, 120_000);
