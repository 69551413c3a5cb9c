/** The most memory the fix takes: our process with everything it starts, git and the checks included. */
import { readFileSync } from "node:fs";
import { type Figure, atMost, median, rounded } from "./figure.ts";
import { FIX, type Vendor, VENDORS, runFix } from "./fix.ts";

const RUNS = 3;
const EVERY_MS = 4;

/**
 * Resident memory of the process and all its descendants, in kB. Pages that two of them share, such as Node's own code,
 * are counted twice; a child that has not yet become its program is its parent's memory and not counted again.
 */
function treeKb(root: number): number {
  let sum = 0;
  const open = [{ pid: root, parent: "" }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const command = proc(`/proc/${one.pid}/cmdline`);
    if (command === one.parent) continue;
    sum += Number(/^VmRSS:\s+(\d+)/m.exec(proc(`/proc/${one.pid}/status`))?.[1] ?? 0);
    const children = proc(`/proc/${one.pid}/task/${one.pid}/children`).split(" ").filter(Boolean);
    open.push(...children.map((pid) => ({ pid: Number(pid), parent: command })));
  }
  return sum;
}

/** "" for a process that has just ended. */
function proc(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

async function peakKb(main: string, vendor: Vendor): Promise<number> {
  let peak = 0;
  let timer: NodeJS.Timeout | undefined;
  await runFix({
    main,
    vendor,
    replies: FIX,
    watch: ({ child: { pid } }) => {
      timer = setInterval(() => (peak = Math.max(peak, treeKb(pid ?? 0))), EVERY_MS);
    },
  }).finally(() => clearInterval(timer));
  return peak;
}

export async function memoryFigures(main: string): Promise<Figure[]> {
  if (process.platform !== "linux") return [];
  const peaks = new Map<Vendor, number>();
  for (const vendor of VENDORS) {
    const runs: number[] = [];
    for (let at = 0; at < RUNS; at += 1) runs.push(await peakKb(main, vendor));
    peaks.set(vendor, median(runs) / 1024);
  }
  const listed = [...peaks].map(([vendor, mb]) => `${vendor} ${rounded(mb, 1)}`).join(", ");
  return [
    atMost({
      name: "peak memory of the process tree, headless, that fix",
      value: rounded(Math.max(...peaks.values()), 1),
      unit: "MB",
      reach: 120,
      how: `sum of resident memory every ${EVERY_MS} ms, the check's own Node included; median of ${RUNS} peaks, the largest of ${listed}`,
    }),
  ];
}
