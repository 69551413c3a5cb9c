/** Real repositories in a temporary folder, as a user has them, with everything of theirs that must not change. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Blobs } from "../../src/engine/ports.ts";

export type Files = Record<string, string | Uint8Array | { link: string } | { run: string } | null>;

/** A user with settings of their own and no others: nothing of the machine's global git settings is read. */
const USER = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

export function userGit(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    env: { ...process.env, ...USER },
    stdio: ["ignore", "pipe", "pipe"],
  })
    .toString()
    .trimEnd();
}

export async function put(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    await rm(file, { force: true, recursive: true });
    if (content === null) continue;
    await mkdir(dirname(file), { recursive: true });
    if (typeof content === "object" && "link" in content) await symlink(content.link, file);
    else if (typeof content === "object" && "run" in content) {
      await writeFile(file, content.run);
      await chmod(file, 0o755);
    } else await writeFile(file, content);
  }
}

/** Every file below a folder as text: `link → x`, `run ` before an executable; long ones by hash. `.git` is left out. */
export async function look(root: string, skip = [".git"]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (skip.includes(name)) continue;
      const stat = await lstat(join(root, path));
      if (stat.isDirectory()) await walk(path);
      else if (stat.isSymbolicLink()) found[path] = `link → ${await readlink(join(root, path))}`;
      else {
        const bytes = await readFile(join(root, path));
        const text = bytes.length > 300 ? createHash("sha256").update(bytes).digest("hex") : bytes.toString();
        found[path] = (stat.mode & 0o100 ? "run " : "") + text;
      }
    }
  };
  await walk("");
  return found;
}

export type Memory = Blobs & { text(sha: string | null): Promise<string | null> };

export function memoryBlobs(): Memory {
  const kept = new Map<string, Uint8Array>();
  const putBytes = async (bytes: Uint8Array): Promise<string> => {
    const sha = createHash("sha256").update(bytes).digest("hex");
    kept.set(sha, Uint8Array.from(bytes));
    return sha;
  };
  const get = async (sha: string): Promise<Uint8Array> => {
    const bytes = kept.get(sha);
    if (bytes === undefined) throw new Error(`no blob ${sha}`);
    return bytes;
  };
  return {
    putBytes,
    putText: (text) => putBytes(Buffer.from(text)),
    get,
    path: (sha) => sha,
    text: async (sha) => (sha === null ? null : Buffer.from(await get(sha)).toString()),
  };
}

export type Place = { root: string; storage: string; outside: string; home: string };

/** A fresh folder tree for every test; `home` is the HOME of git, empty but for what a test writes there. */
export function places(): Place {
  const place: Place = { root: "", storage: "", outside: "", home: "" };
  let base = "";
  const before = {
    HOME: process.env.HOME,
    XDG: process.env.XDG_CONFIG_HOME,
    NOSYSTEM: process.env.GIT_CONFIG_NOSYSTEM,
  };
  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), "slicewise-git-")));
    for (const name of ["root", "outside", "home"] as const) await mkdir((place[name] = join(base, name)));
    place.storage = join(base, "storage");
    process.env.HOME = place.home;
    delete process.env.XDG_CONFIG_HOME;
    process.env.GIT_CONFIG_NOSYSTEM = "1";
  });
  afterEach(async () => {
    for (const [key, value] of [
      ["HOME", before.HOME],
      ["XDG_CONFIG_HOME", before.XDG],
      ["GIT_CONFIG_NOSYSTEM", before.NOSYSTEM],
    ] as const) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
    await rm(base, { recursive: true, force: true });
  });
  return place;
}

const HOOKS = [
  "pre-commit", "post-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-push", "commit-msg",
  "prepare-commit-msg", "post-merge", "pre-auto-gc", "fsmonitor-watchman", "post-rewrite",
]; // prettier-ignore

/** A repository with one commit, a stash, an identity, and hooks that leave a mark when they run. */
export async function userRepo(place: Place, files: Files): Promise<void> {
  const { root, outside } = place;
  userGit(root, "init", "-q", "-b", "main");
  userGit(root, "config", "user.name", "Ada");
  userGit(root, "config", "user.email", "ada@example.org");
  await put(root, files);
  userGit(root, "add", "-A");
  userGit(root, "commit", "-q", "-m", "first", "--allow-empty");
  await put(root, { "stashed.txt": "stashed\n" });
  userGit(root, "stash", "-q", "-u");
  await setTraps(join(root, ".git", "hooks"), outside);
  userGit(root, "config", "core.fsmonitor", join(root, ".git/hooks/fsmonitor-watchman"));
}

export async function setTraps(folder: string, outside: string): Promise<void> {
  const run = `#!/bin/sh\necho "$0" >> '${join(outside, "hook-ran")}'\n`;
  await put(folder, Object.fromEntries(HOOKS.map((name) => [name, { run }])));
}

/** Fails when any program of the repository was started by us. */
export const marks = async (place: Place): Promise<string[]> => readdir(place.outside);
