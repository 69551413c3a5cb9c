/** What a slice builds on, and who makes it: the common form of names, files to read, and what checks start. */
import type { Finding } from "../order.ts";
import type { Ground } from "./ground.ts";
import { isBefore } from "./reach.ts";

/** Something a slice cannot do without and the base tree does not have, or has in another state. */
export type Requirement = {
  at: number;
  key: string;
  kind: "name" | "file" | "check";
  what: string;
  /** Slices that make it, the likeliest first. */
  providers: readonly number[];
  /** The tree has one, too: who makes it changes it. */
  isThere: boolean;
  /** How bad it is when its makers come too late. */
  severity: Finding["severity"];
  /** What to say when nobody makes it; null: nothing. */
  missing: Missing | null;
  files: readonly string[];
};
export type Missing = { severity: Finding["severity"]; message: string; remedy: string };

/** `late`: only slices that wait for this one make it. */
export function stateOf(
  { before, isLanded }: Ground,
  { at, providers }: Requirement,
): "met" | "missing" | "unordered" | "late" {
  if (providers.length === 0) return "missing";
  if (providers.some((one) => one === at || isLanded(one) || isBefore(before, one, at))) return "met";
  return providers.some((one) => !isBefore(before, at, one)) ? "unordered" : "late";
}

export const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];
export const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
