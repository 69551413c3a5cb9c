import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dayOf, openDay } from "../../src/node/day.ts";
import { takeLock } from "../../src/node/lock.ts";
import { scratchFolder } from "./scratchFolder.ts";

const NEVER = new AbortController().signal;
const NOW = "2026-11-28T12:00:00.000Z";
const called = (cost: number | null, at = new Date().toISOString()): string =>
  `${JSON.stringify({ seq: 1, at, type: "called", cost })}\n`;

function place(name = "a") {
  const home = scratchFolder();
  const log = join(home, `${name}.jsonl`);
  writeFileSync(log, '{"v":1}\n');
  return { home, folder: join(home, "days"), log };
}
const open = (folder: string, log: string, others: string[] = [], now = () => new Date().toISOString()) =>
  openDay({ folder, log, others, now });
const holds = async (day: ReturnType<typeof open>, dollars: number, budget: number, signal = NEVER) => {
  const answer = await day.reserve(dollars, budget, signal);
  return "spent" in answer ? answer.spent : answer.release;
};

test("what the logs say was spent today counts, in this order's and in others'", async () => {
  const { home, folder, log } = place();
  const other = join(home, "b.jsonl");
  writeFileSync(other, called(1) + called(null) + called(9, "2026-01-01T00:00:00.000Z"));
  appendFileSync(log, called(2));
  const day = open(folder, log, [other, join(home, "gone.jsonl")]);
  expect(await holds(day, 1, 3.5)).toBe(3);
  expect(await holds(day, 0.5, 3.5)).toBeTypeOf("function");
  appendFileSync(other, `${called(0.25)}{"type":"called" torn`);
  expect(await holds(day, 1, 3.9)).toBe(3.25);
});

test("an order of another workspace is known by what it announced", async () => {
  const [one, two] = [place("one"), place("two")];
  const first = open(one.folder, one.log);
  await first.reserve(0, null, NEVER);
  appendFileSync(one.log, called(4));
  expect(await holds(open(one.folder, two.log), 1, 4.5)).toBe(4);
});

test("what another has set aside is waited for, and what never fits is not", async () => {
  const { home, folder, log } = place();
  const [one, two] = [open(folder, log), open(folder, join(home, "two.jsonl"))];
  const release = await holds(one, 3, 4);
  if (typeof release === "number") throw new Error("not reserved");
  expect(await holds(two, 5, 4)).toBe(0);
  const later = holds(two, 2, 4);
  const first = await Promise.race([
    later,
    new Promise((resolve) => setTimeout(() => resolve("waits"), 300)),
  ]);
  expect(first).toBe("waits");
  appendFileSync(log, called(1));
  await release();
  expect(await later).toBeTypeOf("function");
});

test("of many that ask at once none exceeds it", async () => {
  const { home, folder } = place();
  const asked = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const log = join(home, `${n}.jsonl`);
      const day = open(folder, log);
      const stop = AbortSignal.timeout(1500);
      const release = await holds(day, 1, 3, stop);
      return typeof release === "number" ? 0 : 1;
    }),
  );
  const made = asked.reduce<number>((sum, one) => sum + one, 0);
  expect(made).toBeLessThanOrEqual(3);
  expect(made).toBeGreaterThan(0);
});

test("what a dead process had set aside counts until its order is opened again", async () => {
  const { home, folder, log } = place();
  const day = dayOf(new Date().toISOString());
  mkdirSync(join(folder, day), { recursive: true });
  const { hostname } = await import("node:os");
  const dead = { log: join(home, "dead.jsonl"), pid: 2 ** 30, host: hostname(), held: 3 };
  writeFileSync(join(folder, day, "dead.json"), JSON.stringify(dead));
  writeFileSync(join(folder, day, "broken.json"), "{");
  expect(await holds(open(folder, log), 2, 4)).toBe(3);
});

test("also when its own order is opened again, and again", async () => {
  const { folder, log } = place();
  const day = dayOf(new Date().toISOString());
  const { hostname } = await import("node:os");
  const path = join(folder, day, `${createHash("sha256").update(log).digest("hex").slice(0, 32)}.json`);
  const killed = (more: object = {}) =>
    writeFileSync(path, JSON.stringify({ log, pid: 2 ** 30, host: hostname(), held: 3, ...more }));
  mkdirSync(join(folder, day), { recursive: true });
  killed();
  const first = open(folder, log);
  expect(await holds(first, 2, 4)).toBe(3);
  expect(await holds(first, 1, 4)).toBeTypeOf("function");
  killed({ held: 0.5, lost: 3 });
  expect(await holds(open(folder, log), 1, 4)).toBe(3.5);
  // Another order sees it, too.
  expect(await holds(open(folder, `${log}.other`), 1, 4)).toBe(3.5);
});

test("a process's number that another has now is told by the order's lock", async () => {
  const { home, folder, log } = place();
  const day = dayOf(new Date().toISOString());
  mkdirSync(join(folder, day), { recursive: true });
  const { hostname } = await import("node:os");
  const lock = join(home, "lock");
  const one = { log: join(home, "one.jsonl"), lock, pid: process.pid, host: hostname(), held: 3 };
  writeFileSync(join(folder, day, "one.json"), JSON.stringify(one));
  const asked = () => holds(open(folder, log), 2, 4, AbortSignal.timeout(300));
  expect(await asked()).toBe(3);
  const taken = await takeLock(lock, { now: () => NOW, onLost: () => undefined });
  if (!("lease" in taken)) throw new Error(taken.refused);
  // It lives: what it holds is waited for, and is nothing that was spent.
  expect(await asked()).toBe(0);
  utimesSync(lock, new Date(0), new Date(0));
  expect(await asked()).toBe(3);
  await taken.lease.release();
});

test("a new day begins with nothing, and old ones are forgotten", async () => {
  const { folder, log } = place();
  let now = NOW;
  for (const old of ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"])
    mkdirSync(join(folder, old), { recursive: true });
  appendFileSync(log, called(3, NOW));
  const day = open(folder, log, [], () => now);
  expect(await holds(day, 2, 4)).toBe(3);
  now = "2026-11-30T12:00:00.000Z";
  appendFileSync(log, called(1, now));
  expect(await holds(day, 2, 4)).toBeTypeOf("function");
  expect(readdirSync(folder)).toHaveLength(7);
});
