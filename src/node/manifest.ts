/** What the readers of manifests share: a folder as they see it, what they find, and tolerant readers. Files are untrusted. */
import type { ProjectCommand, ProjectFacts } from "../engine/ports.ts";

/** A folder of the project. Names are relative to it, "/" between parts; what git ignores is not there. */
export type Folder = {
  /** Relative to the workspace root; "" is the root. */
  path: string;
  has(name: string): boolean;
  /** The first file below it that fits. */
  find(pattern: RegExp): string | null;
  /** Null when there is no such file, or it is no text of sensible size. */
  text(name: string): Promise<string | null>;
};

export type Shape = Exclude<ProjectFacts["shape"], "unknown">;

/** What one ecosystem's manifest in a folder tells. Commands are as typed in that folder. */
export type Found = {
  kind: string | null;
  commands: ProjectCommand[];
  scripts: readonly string[];
  targets: readonly string[];
  dependencies: readonly string[];
  shape: Shape | null;
  /** Globs of folders that belong to it: npm workspaces. */
  members: readonly string[];
};

/** `root` is the workspace's own folder: lock files and wrappers often stand only there. */
export type Ecosystem = (folder: Folder, root: Folder) => Promise<Found | null>;

export const found = (kind: string | null, told: Partial<Omit<Found, "kind">>): Found => ({
  ...{ kind, commands: [], scripts: [], targets: [], dependencies: [], shape: null, members: [] },
  ...told,
});

export type Json = Record<string, unknown>;
/** An object's own keys; {} for anything else. */
export const recordOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** Null for what is no JSON object. */
export function parseJson(text: string | null): Json | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null; // JSON.parse's way to say that it is none
  }
}

const LINE = 2000;
/** The lines of a text, long ones cut: patterns over them take bounded time. */
export const linesOf = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => (line.length > LINE ? line.slice(0, LINE) : line));

/** Tables of a TOML file by name, each with its keys and their raw values. */
export type Toml = ReadonlyMap<string, ReadonlyMap<string, string>>;

const TABLE = /^\s*\[\[?([^[\]]+)\]\]?\s*(?:#.*)?$/;
const KEY = /^\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*(.*)$/;
/** One that does not end takes the rest of its line. */
const QUOTED = /"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)/g;

/** Takes what it understands and leaves out the rest, where a strict reader would refuse the file. */
export function parseToml(text: string): Toml {
  let keys = new Map<string, string>();
  const tables = new Map([["", keys]]);
  const lines = linesOf(text).values();
  for (const line of lines) {
    const name = TABLE.exec(line)?.[1]?.replace(/["']/g, "").trim();
    const [, key, value = ""] = KEY.exec(line) ?? [];
    if (name !== undefined) {
      keys = tables.get(name) ?? new Map<string, string>();
      tables.set(name, keys);
    } else if (key !== undefined) keys.set(key.replace(/["']/g, ""), wholeValue(value, lines).trim());
  }
  return tables;
}

/** A value with the lines it goes on for: a list in brackets, a text in three quotes. */
function wholeValue(first: string, lines: Iterator<string, unknown>): string {
  const quotes = /^("""|''')/.exec(first)?.[1];
  const parts = [first];
  let open = quotes === undefined ? depthOf(first) : first.indexOf(quotes, 3) < 0 ? 1 : 0;
  while (open > 0) {
    const { value, done } = lines.next();
    if (done === true || typeof value !== "string") break;
    parts.push(value);
    open = quotes === undefined ? open + depthOf(value) : value.includes(quotes) ? 0 : 1;
  }
  return parts.join("\n");
}

function depthOf(line: string): number {
  const bare = line.replace(QUOTED, "").replace(/#.*/, "");
  return bare.split("[").length - bare.split("]").length;
}
