/** Old event shapes to today's, one numbered step a version. Steps are never removed: every log ever written stays readable. */
import * as z from "zod";

type Raw = Record<string, unknown>;
/**
 * From one version to the next. A step must leave an event that already has the newer shape as it is, because an old log
 * is continued with today's lines under its old header.
 */
export type Upcaster = (event: Raw) => Raw;

/** Index 0 leads from version 1 to 2. Adding a step raises {@link LOG_VERSION}. */
export const UPCASTERS: readonly Upcaster[] = [];
export const LOG_VERSION = UPCASTERS.length + 1;

/** The first line of a log. `order` is the order's id, `app` the version that made the file. */
export const LogHeader = z.strictObject({
  v: z.number().int().positive(),
  order: z.string().min(1),
  app: z.string().min(1),
});
export type LogHeader = z.infer<typeof LogHeader>;

/** Null when logs of version `v` can be read; else why not, and what to do. */
export function unreadableVersion(v: number, steps: readonly Upcaster[] = UPCASTERS): string | null {
  const newest = steps.length + 1;
  if (v <= newest) return null;
  return `was written by a newer Slicewise (log version ${v}; this one reads up to ${newest}): update Slicewise`;
}

/** Brings an event of version `from` to today's shape; the result still has to be parsed by its schema. */
export function upcast(event: Raw, from: number, steps: readonly Upcaster[] = UPCASTERS): Raw {
  return steps.slice(from - 1).reduce((older, step) => step(older), event);
}
