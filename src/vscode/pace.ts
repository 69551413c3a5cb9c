/** A function that is called as often as things happen, and runs at most so often a second; never twice at once. */

export type Paced = {
  (): void;
  /** Runs without waiting for its turn; resolves when a run that began after this call is done. */
  now(): Promise<void>;
};

/** The last call is never lost: something that happened during a run causes another one. */
export function atMost(perSecond: number, run: () => Promise<void>, failed: (error: unknown) => void): Paced {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const start = (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    running = running.then(run).catch(failed);
    return running;
  };
  const soon = (): void => {
    timer ??= setTimeout(() => void start(), 1000 / perSecond);
  };
  return Object.assign(soon, { now: start });
}
