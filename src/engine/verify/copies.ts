/** A copy that checks run in, one after another: fresh at first, and fresh again whenever one has changed its files. */
import type { Patch } from "../../core/order.ts";
import type { Scratch } from "../ports.ts";
import type { Trial } from "./verifying.ts";

export type Copies = {
  /** Made when it is first asked for. What checks leave in ignored files, such as a build, stays. */
  root(): Promise<string>;
  /** Called after a check: gives the copy up when its files are no longer what they were. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export function openCopies({ world, base, signal }: Trial, patch: Patch): Copies {
  let copy: Scratch | null = null;
  const close = async (): Promise<void> => {
    const old = copy;
    copy = null;
    await old?.dispose();
  };
  return {
    root: async () => (copy ??= await world.repo.scratch({ id: base, commit: null }, patch, signal)).root,
    settle: async () => {
      if (copy && !(await isAsGiven(copy, patch))) await close();
    },
    close,
  };
}

/** A copy that can no longer be read is none: a check may have deleted it. */
async function isAsGiven(copy: Scratch, patch: Patch): Promise<boolean> {
  const found = await copy.patch().catch(() => null);
  if (found?.length !== patch.length) return false;
  const state = (changes: Patch): string[] =>
    changes.map(({ path, after, mode }) => `${path}\0${after}\0${mode}`).toSorted();
  return state(found).join("\n") === state(patch).join("\n");
}
