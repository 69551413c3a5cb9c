/** How long it takes to come back to an order with a very long log: every line parsed by its schema, every hash checked. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fold } from "../../src/core/apply.ts";
import type { Event } from "../../src/core/event.ts";
import { LOG_VERSION } from "../../src/core/upcast.ts";
import { readLog } from "../../src/node/log.ts";
import { type Figure, atMost, median, rounded } from "./figure.ts";
import { quiet } from "./quiet.ts";

const EVENTS = 100_000;
const SLICES = 200;
const RUNS = 3;

const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const tier = { provider: "anthropic", model: "claude-haiku-5-5", effort: "low" } as const;
const usage = { input: 2100, cacheRead: 900, cacheWrite: 0, output: 400, reasoning: 100 };
const idOf = (at: number): string => String(at + 1).padStart(2, "0");

const slices = Array.from({ length: SLICES }, (_, at) => ({
  hash: sha(`task ${at}`),
  slice: {
    ...{
      id: idOf(at),
      title: `Slice ${at + 1}`,
      class: "C2",
      needs: [],
      reads: ["src/**"],
      writes: [`src/${at}.js`],
    },
    ...{
      consumes: [],
      produces: [],
      minutes: 30,
      route: "auto",
      body: "Do it.",
      checks: [{ run: "npm test", before: "fail" }],
    },
  },
})) as Extract<Event, { type: "planned" }>["slices"];

/** What an order mostly logs: calls, with an attempt or a refusal now and then. */
function eventAt(at: number): Event {
  if (at === 0) return { type: "opened", goal: "A very long order" };
  if (at === 1) return { type: "planned", slices, stamp: { commit: null, files: {} }, by: "file" };
  const slice = idOf(at % SLICES);
  const attempt = 1 + Math.floor(at / (SLICES * 100));
  if (at % 50 === 0)
    return {
      type: "refused",
      slice,
      attempt,
      tool: "write",
      what: "test/a.js",
      why: "outside the write set",
    };
  if (at % 100 < 2 || at < SLICES + 2)
    return { type: "attempted", slice, attempt, round: 0, tier, briefing: sha(slice), base: "0".repeat(40) };
  return { type: "called", slice, attempt, role: "executor", tier, usage, ms: 2000, cost: 0.002, top: 0.04 };
}

function logText(order: string): string {
  const lines = [JSON.stringify({ v: LOG_VERSION, order, app: "0.1.0" })];
  const at = "2026-11-21T10:00:00.000Z";
  for (let seq = 1; seq <= EVENTS; seq += 1)
    lines.push(JSON.stringify({ seq, at, ...eventAt(seq - 1), prev: sha(lines.at(-1) ?? "") }));
  return `${lines.join("\n")}\n`;
}

export async function logFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "slicewise-bench-"));
  try {
    const file = join(folder, "log.jsonl");
    writeFileSync(file, logText("long"));
    const times: number[] = [];
    const folds: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await quiet();
      const started = performance.now();
      const { entries } = await readLog(file);
      const read = performance.now();
      const order = fold("long", entries);
      times.push(performance.now() - started);
      folds.push(performance.now() - read);
      if (order.seq !== EVENTS) throw new Error(`${order.seq} events were folded`);
    }
    return [
      atMost({
        name: `loading a log of ${EVENTS.toLocaleString("en-US")} events`,
        value: rounded(median(times) / 1000, 2),
        unit: "s",
        reach: 3,
        how: `read, schema, hash chain and fold over ${SLICES} slices; median of ${RUNS}`,
      }),
      atMost({
        name: "folding them alone",
        value: rounded(median(folds) / 1000, 2),
        unit: "s",
        reach: 1,
        how: `all that is known of the order, its money and its clock included; median of ${RUNS}`,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
