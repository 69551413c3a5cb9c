/** What slices really produced: signatures read from what landed, not from what was planned. */
import { type WorkOrder } from "../core/state.ts";
import type { Performing } from "./performer.ts";
import type { Landed } from "./plannerPrompts.ts";

/** Of one slice, and of one file in bytes of its text. */
const MOST_FILES = 20;
const MOST_CHARS = 200_000;
const SIGNATURES = 30;

export async function producedBy(run: Performing, order: WorkOrder): Promise<Landed[]> {
  const done = order.slices.flatMap(({ slice, progress }) =>
    progress.at === "done" ? [{ slice, patch: progress.patch }] : [],
  );
  return Promise.all(
    done.map(async ({ slice, patch }) => {
      const there = patch.filter(({ after }) => after !== null).slice(0, MOST_FILES);
      const found = await Promise.all(there.map((file) => signaturesIn(run, file.path, file.after ?? "")));
      const files = patch.map(({ path, after }) => (after === null ? `${path} (deleted)` : path));
      return { id: slice.id, title: slice.title, files, signatures: found.flat().slice(0, SIGNATURES) };
    }),
  );
}

async function signaturesIn({ world }: Performing, path: string, blob: string): Promise<string[]> {
  const bytes = await world.blobs.get(blob);
  if (bytes.length > MOST_CHARS) return [];
  const symbols = await world.codeMap.symbols(path, new TextDecoder().decode(bytes));
  const offered = symbols.filter(({ exported, parent }) => exported && parent === null);
  return offered.map(({ signature }) => `${path}: ${signature}`);
}
