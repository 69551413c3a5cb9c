/** Logs of earlier versions, kept for ever: each must load by its chain and schema, and fold to the same end. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fold } from "../../src/core/apply.ts";
import { replayRoutes } from "../../src/core/replay.ts";
import { readLog } from "../../src/node/log.ts";

const folder = import.meta.dirname;

test.each(readdirSync(folder).filter((name) => name.endsWith(".jsonl")))("%s", async (name) => {
  const { header, entries, torn } = await readLog(join(folder, name));
  const order = fold(header?.order ?? "", entries);
  expect({
    torn,
    result: order.ended?.result,
    slices: order.slices.map(
      ({ slice, progress, attempts }) => `${slice.id} ${progress.at} ${attempts.length}`,
    ),
    calls: order.money.calls,
    spent: order.money.spent.toFixed(4),
    workedMs: order.clock.workedMs,
  }).toMatchSnapshot();
  const replayed = replayRoutes(header?.order ?? "", entries);
  expect(replayed.length).toBeGreaterThan(0);
  expect(replayed.filter(({ result }) => result === "differs")).toEqual([]);
});
