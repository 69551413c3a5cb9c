/** What every critic has in common: the shape of a finding, and what is known of the base tree. */
import type { Finding, TriedCheck } from "../order.ts";

/** What the critics know of the base tree. Paths are relative to the workspace root, with "/". */
export type BaseFacts = {
  files: readonly string[];
  /** Of the names the plan mentions (see `namesIn`): where the tree defines them. */
  definitions: ReadonlyMap<string, readonly { path: string; signature: string }[]>;
  /** Names of package scripts by folder, "" for the root; an absent folder has no package.json. */
  scripts: Readonly<Record<string, readonly string[]>>;
  /** Make targets of the root. */
  targets: readonly string[];
  dependencies: readonly string[];
  /** Of the programs the checks start (see `programsIn`): those found on PATH. */
  programs: ReadonlySet<string>;
  /** Verification functions that exist, relative to the order's folder: "checks/01-limit.mjs". */
  functions: readonly string[];
  /** What check commands did on the base tree. */
  tried: readonly TriedCheck[];
};

type Words = Pick<Finding, "message" | "remedy"> & Partial<Pick<Finding, "files" | "key" | "fix">>;

export const finding = (
  critic: string,
  severity: Finding["severity"],
  slices: readonly string[],
  words: Words,
): Finding => ({ critic, severity, slices: [...slices], ...words });
