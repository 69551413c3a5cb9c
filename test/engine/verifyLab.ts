/** A folder as a repository, real commands, and no engine: what the stages of a verification are tried on. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";
import type { Check, Patch } from "../../src/core/order.ts";
import { type ShellOptions, openShell } from "../../src/node/shell.ts";
import type { Repo } from "../../src/engine/ports.ts";
import type { Trial } from "../../src/engine/verify/verifying.ts";
import { slice } from "../core/orders.ts";

const shaOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

export type Lab = Trial & {
  /** Texts of blobs by hash. */
  kept: ReadonlyMap<string, string>;
  /** How many copies were made, of the base tree and with the patch. */
  made: { base: number; patched: number };
  home: string;
};
export type Setting = {
  base: Record<string, string>;
  /** What the patch writes; null deletes. */
  patch: Record<string, string | null>;
  checks: Check[];
  seconds?: number;
  shell?: Partial<ShellOptions>;
};

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

export function verifyLab({ base, patch, checks, seconds = 60, shell = {} }: Setting): Lab {
  const home = mkdtempSync(join(tmpdir(), "slicewise-verify-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const put = (root: string, path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const origin = join(home, "base");
  mkdirSync(origin);
  for (const [path, text] of Object.entries(base)) put(origin, path, text);
  const kept = new Map<string, string>();
  const keep = (text: string): string => (kept.set(shaOf(text), text), shaOf(text));
  const made = { base: 0, patched: 0 };
  const changes: Patch = Object.entries(patch).map(([path, text]) => ({
    path,
    before: base[path] === undefined ? null : keep(base[path]),
    after: text === null ? null : keep(text),
    mode: "100644",
    added: 1,
    removed: 0,
  }));
  const difference = (root: string): Patch => {
    const names = new Set(
      [...filesIn(root), ...Object.keys(base)].filter((path) => !path.startsWith("ignored/")),
    );
    const now = (path: string): string | null => {
      try {
        return readFileSync(join(root, path), "utf8");
      } catch {
        return null;
      }
    };
    return [...names].flatMap((path): Patch => {
      const [before, after] = [base[path] ?? null, now(path)];
      if (before === after) return [];
      return [
        {
          path,
          before: before && shaOf(before),
          after: after && shaOf(after),
          mode: "100644",
          added: 1,
          removed: 0,
        },
      ];
    });
  };
  const scratch: Repo["scratch"] = async (_from, applied) => {
    made[applied.length === 0 ? "base" : "patched"] += 1;
    const root = mkdtempSync(join(home, "copy-"));
    cpSync(origin, root, { recursive: true });
    for (const { path, after } of applied) {
      if (after === null) rmSync(join(root, path));
      else put(root, path, kept.get(after) ?? "");
    }
    return {
      root,
      patch: async () => difference(root),
      dispose: async () => rmSync(root, { recursive: true, force: true }),
    };
  };
  return {
    ...{ kept, made, home, patch: changes, base: "base", attempt: 1, signal: new AbortController().signal },
    slice: slice("01", { writes: ["**"], checks }),
    world: {
      repo: { scratch, snapshot: missing, head: missing, files: missing },
      shell: openShell({ redact: String, ...shell }),
      blobs: {
        putText: async (text) => keep(text),
        putBytes: async (bytes) => keep(new TextDecoder().decode(bytes)),
        get: async (sha) => new TextEncoder().encode(kept.get(sha) ?? ""),
        path: (sha) => sha,
      },
      watch: () => undefined,
      settings: { limits: { turns: 40, tokens: 1_000_000, minutes: 20, checkSeconds: seconds } },
    },
  };
}

const missing = (): Promise<never> =>
  Promise.reject(new Error("a stage of a verification does not ask for this"));
