import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 150;
const LONGEST_MS = 15_000;
/** Share of all cores that others may use while we measure. */
const OTHERS = 0.1;

const busy = (): { used: number; all: number } =>
  cpus().reduce(
    (sum, { times: { user, nice, sys, idle, irq } }) => ({
      used: sum.used + user + nice + sys + irq,
      all: sum.all + user + nice + sys + irq + idle,
    }),
    { used: 0, all: 0 },
  );

/** Waits until nobody else works on this machine, at most 15 s: a time is then ours and not what others left of it. */
export async function quiet(): Promise<void> {
  for (const started = performance.now(); performance.now() - started < LONGEST_MS;) {
    const before = busy();
    await sleep(LOOK_MS);
    const after = busy();
    if ((after.used - before.used) / Math.max(1, after.all - before.all) <= OTHERS) return;
  }
}
