/** Too large, too small: what one person does in 15 to 60 minutes, in a small and exact set of files. */
import type { Finding, Slice } from "../order.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";

const LEAST_MINUTES = 15;
const MOST_MINUTES = 60;
/** Files named one by one. */
const MOST_NAMED = 12;
/** Files of the tree that its patterns and folders name together. */
const MOST_MATCHED = 40;

export const size = (ground: Ground): Finding[] =>
  ground.open.flatMap(({ at, slice }) => [...minutes(slice), ...writeSet(ground, at, slice)]);

function minutes({ id, minutes: given }: Slice): Finding[] {
  if (given > MOST_MINUTES) {
    const message = `Slice ${id} is estimated at ${given} minutes; a slice should take ${LEAST_MINUTES} to ${MOST_MINUTES}.`;
    return [finding("too large", "warning", [id], { message, remedy: "Split it.", key: "minutes" })];
  }
  if (given >= LEAST_MINUTES) return [];
  const message = `Slice ${id} is estimated at ${given} minutes; a slice should take ${LEAST_MINUTES} to ${MOST_MINUTES}.`;
  const remedy = "Make one slice of it and another one that it belongs to.";
  return [finding("too small", "warning", [id], { message, remedy, key: "minutes" })];
}

function writeSet({ base, writeSets }: Ground, at: number, { id, writes }: Slice): Finding[] {
  const paths = (writeSets.all[at]?.writes ?? []).filter(
    ({ isPlain, isFile, text }) => isPlain && (isFile || !base?.isFolder(text)),
  );
  const named = new Set(paths.map(({ text }) => text)).size;
  const remedy = "Split it, or name only what it has to write.";
  const key = "writes";
  if (named > MOST_NAMED) {
    const message = `Slice ${id} may write ${named} files; more than ${MOST_NAMED} is too much to be one task.`;
    return [finding("too large", "warning", [id], { message, remedy, key })];
  }
  const matched = writes.reduce((sum, glob) => sum + (base?.count(glob, MOST_MATCHED + 1) ?? 0), 0);
  if (matched <= MOST_MATCHED) return [];
  const message = `Slice ${id} may write more than ${MOST_MATCHED} files that are there: ${writes.join(", ").slice(0, 100)}.`;
  return [finding("too large", "warning", [id], { message, remedy, key })];
}
