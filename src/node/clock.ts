/** The clock of this machine: the time of day, which may be set, and how long it has been awake, which may not. */
import { performance } from "node:perf_hooks";
import type { Clock } from "../engine/ports.ts";

/** So often it is looked whether the machine slept, in milliseconds. */
const BEAT_MS = 5_000;
/** A beat that comes so late was slept through: no event loop is held up that long. */
const ASLEEP_MS = 30_000;

/**
 * Milliseconds awake, from a time that runs on while the machine sleeps, as it does on macOS and Windows. To be asked at every
 * beat: what passes between two askings beyond {@link ASLEEP_MS} was sleep.
 */
export function awakeTime(monotonic: () => number): () => number {
  let last = monotonic();
  let asleep = 0;
  return () => {
    const now = monotonic();
    if (now - last > ASLEEP_MS) asleep += now - last - BEAT_MS;
    last = now;
    return now - asleep;
  };
}

/** Beats from the first time it is asked; does not keep a process alive. */
function beating(): () => number {
  let awake: (() => number) | null = null;
  return () => {
    if (awake === null) {
      awake = awakeTime(() => performance.now());
      setInterval(awake, BEAT_MS).unref();
    }
    return awake();
  };
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  awake: beating(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done);
    }),
};
