/** How long the program takes for itself: until its first request, and from a reply to the next request. */
import type { ScriptCall } from "../../src/providers/scripted.ts";
import { type Figure, atMost, median, rounded } from "./figure.ts";
import { FILES, FIX, type Vendor, VENDORS, runFix } from "./fix.ts";
import { quiet } from "./quiet.ts";

const STARTS = 9;
const TURNS = 16;

/** A different line each time, so that every answer is a real one and the tool itself costs next to nothing. */
const READS: ScriptCall[][] = Array.from({ length: TURNS }, (_, at) => [
  { name: "read", args: { path: "src/limit.js", from: 1 + (at % 8), to: 1 + (at % 8) } },
]);

export async function timeFigures(main: string): Promise<Figure[]> {
  const starts = new Map<Vendor, number>();
  const gaps = new Map<Vendor, number>();
  for (const vendor of VENDORS) {
    starts.set(vendor, await medianStart(main, vendor));
    gaps.set(vendor, await medianGap(main, vendor));
  }
  return [
    atMost({
      name: "headless start of run to its first request",
      value: rounded(Math.max(...starts.values()) / 1000, 3),
      unit: "s",
      reach: 0.3,
      how: `spawn to request received, copy of ${FILES} files and log included; median of ${STARTS}, the slowest of ${listed(starts)} ms`,
    }),
    atMost({
      name: "own time per turn",
      value: rounded(Math.max(...gaps.values()), 1),
      unit: "ms",
      reach: 20,
      how: `reply sent to next request received, one read call in it; median of ${TURNS}, the slowest of ${listed(gaps)} ms`,
    }),
  ];
}

const listed = (values: ReadonlyMap<Vendor, number>): string =>
  [...values].map(([vendor, ms]) => `${vendor} ${rounded(ms, 1)}`).join(", ");

async function medianStart(main: string, vendor: Vendor): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < STARTS; at += 1) {
    await quiet();
    const { spawned, turns } = await runFix({ main, vendor, replies: FIX });
    times.push((turns[0]?.asked ?? Number.NaN) - spawned);
  }
  return median(times);
}

async function medianGap(main: string, vendor: Vendor): Promise<number> {
  await quiet();
  const { turns } = await runFix({ main, vendor, replies: [...READS, ...FIX] });
  const read = turns.slice(0, TURNS + 1);
  return median(read.slice(1).map(({ asked }, at) => asked - (read[at]?.replied ?? Number.NaN)));
}
