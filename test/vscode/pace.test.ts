import { expect, it } from "vitest";
import { atMost } from "../../src/vscode/pace.ts";

it("runs once for many calls, never twice at once, and again for a call that came during a run", async () => {
  const seen: string[] = [];
  const paced = atMost(
    1000,
    async () => {
      seen.push("begin");
      await Promise.resolve();
      seen.push("end");
    },
    () => undefined,
  );
  paced();
  paced();
  const first = paced.now();
  const second = paced.now();
  await Promise.all([first, second]);
  expect(seen).toEqual(["begin", "end", "begin", "end"]);
});

it("tells what a run throws, and goes on", async () => {
  const told: unknown[] = [];
  let runs = 0;
  const paced = atMost(
    1000,
    () => (runs++ === 0 ? Promise.reject(new Error("no")) : Promise.resolve()),
    (error) => told.push(error),
  );
  await paced.now();
  await paced.now();
  expect(runs).toBe(2);
  expect(told).toEqual([new Error("no")]);
});
