import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LandedFile, Patch } from "../../src/core/order.ts";
import type { Scratch } from "../../src/engine/ports.ts";
import { openRepo } from "../../src/node/repo.ts";
import {
  type Files,
  look,
  marks,
  memoryBlobs,
  places,
  put,
  setTraps,
  userGit,
  userRepo,
} from "./gitFixture.ts";

const place = places();
const going = new AbortController().signal;
const blobs = memoryBlobs();
const open = (workspaceRoot = place.root) =>
  openRepo({ workspaceRoot, storage: place.storage, orderId: "2026-01-01-x", blobs });

async function copyOf(patch: Patch = [], overlay: LandedFile[] = []): Promise<Scratch> {
  const repo = open();
  return repo.scratch(await repo.snapshot(overlay, going), patch, going);
}

/** A patch as a person would read it: path → [before, after, mode, +, -]. */
async function shown(patch: Patch): Promise<Record<string, unknown[]>> {
  const rows = patch.map(async (change) => {
    const [before, after] = await Promise.all([blobs.text(change.before), blobs.text(change.after)]);
    const mode = change.modeBefore ? `${change.modeBefore}→${change.mode}` : change.mode;
    return [change.path, [before, after, mode, change.added, change.removed]];
  });
  return Object.fromEntries(await Promise.all(rows));
}

const TRACKED: Files = {
  "a.txt": "one\ntwo\n",
  "src/b.js": "b\n",
  "gone.txt": "gone\n",
  "old-name.txt": "renamed content\n",
  "run.sh": { run: "#!/bin/sh\n" },
  link: { link: "a.txt" },
  "plain.sh": "#!/bin/sh\n",
  ".gitignore": "ignored.txt\nnode_modules/\n",
};

async function dirty(): Promise<void> {
  await put(place.root, {
    "a.txt": "one\nchanged\n",
    "gone.txt": null,
    "old-name.txt": null,
    "new-name.txt": "renamed content\n",
    "untracked/deep.txt": "untracked\n",
    "untracked/with space ü\n.txt": "odd name\n",
    "ignored.txt": "ignored\n",
    "plain.sh": { run: "#!/bin/sh\n" },
    link: { link: "src/b.js" },
    "fresh-link": { link: "nowhere" },
    ".slicewise/orders/x/order.md": "ours\n",
  });
}
const DIRTY = {
  ".gitignore": "ignored.txt\nnode_modules/\n",
  "a.txt": "one\nchanged\n",
  "fresh-link": "link → nowhere",
  link: "link → src/b.js",
  "new-name.txt": "renamed content\n",
  "plain.sh": "run #!/bin/sh\n",
  "run.sh": "run #!/bin/sh\n",
  "src/b.js": "b\n",
  "untracked/deep.txt": "untracked\n",
  "untracked/with space ü\n.txt": "odd name\n",
};

describe("a snapshot is the tree as it is now, and changes nothing of the user's", () => {
  const states: [name: string, prepare: () => Promise<void>, expected: Record<string, string>][] = [
    ["a dirty tree", dirty, DIRTY],
    ["partly staged, partly not", async () => {
      await put(place.root, { "a.txt": "staged\n", "only-staged.txt": "x\n" });
      userGit(place.root, "add", "-A");
      await dirty();
      await put(place.root, { "only-staged.txt": null });
    }, DIRTY],
    ["an intent to add", async () => {
      await dirty();
      userGit(place.root, "add", "-N", "untracked/deep.txt");
    }, DIRTY],
    ["a detached HEAD", async () => {
      userGit(place.root, "checkout", "-q", "--detach");
      await dirty();
    }, DIRTY],
    ["a merge in progress", async () => {
      const git = (...args: string[]): string => userGit(place.root, "-c", "core.hooksPath=/dev/null", ...args);
      git("checkout", "-q", "-b", "other");
      await put(place.root, { "a.txt": "theirs\n" });
      git("commit", "-qam", "theirs");
      git("checkout", "-q", "main");
      await put(place.root, { "a.txt": "ours\n" });
      git("commit", "-qam", "ours");
      expect(() => git("merge", "-q", "other")).toThrow();
      await dirty();
    }, DIRTY],
    ["a split index", async () => {
      userGit(place.root, "-c", "core.hooksPath=/dev/null", "update-index", "--split-index");
      await dirty();
    }, DIRTY],
    ["a compressed index with our own folder tracked", async () => {
      await put(place.root, { ".slicewise/rules.md": "rules\n" });
      userGit(place.root, "-c", "core.hooksPath=/dev/null", "add", "-A");
      userGit(place.root, "-c", "core.hooksPath=/dev/null", "update-index", "--index-version", "4");
      await dirty();
    }, DIRTY],
    ["our own folder tracked", async () => {
      await put(place.root, { ".slicewise/rules.md": "rules\n" });
      userGit(place.root, "-c", "core.hooksPath=/dev/null", "add", "-A");
      await dirty();
    }, DIRTY],
  ]; // prettier-ignore
  test.each(states)("%s", async (_name, prepare, expected) => {
    await userRepo(place, TRACKED);
    await prepare();
    await rm(join(place.outside, "hook-ran"), { force: true });
    const before = await look(join(place.root, ".git"), []);
    const files = await look(place.root);
    const copy = await copyOf();
    expect(await look(copy.root)).toEqual(expected);
    await put(copy.root, { "made.txt": "x\n" });
    expect(Object.keys(await shown(await copy.patch()))).toEqual(["made.txt"]);
    await copy.dispose();
    expect(await look(join(place.root, ".git"), [])).toEqual(before);
    expect(await look(place.root)).toEqual(files);
    expect(await marks(place)).toEqual([]);
  });

  test("a repository without a commit", async () => {
    userGit(place.root, "init", "-q");
    await put(place.root, { "a.txt": "a\n" });
    const repo = open();
    const snapshot = await repo.snapshot([], going);
    expect(snapshot.commit).toBeNull();
    expect(await repo.head()).toBeNull();
    expect(await look((await repo.scratch(snapshot, [], going)).root)).toEqual({ "a.txt": "a\n" });
  });
  test("a folder without git: dependencies and our folder left out, its own ignore rules kept", async () => {
    await put(place.root, {
      "a.txt": "a\n",
      "node_modules/x/i.js": "",
      ".slicewise/x": "",
      "b.log": "",
      ".gitignore": "*.log\n",
    });
    const repo = open();
    const copy = await repo.scratch(await repo.snapshot([], going), [], going);
    expect(await look(copy.root)).toEqual({
      ".gitignore": "*.log\n",
      "a.txt": "a\n",
      node_modules: `link → ${join(place.root, "node_modules")}`,
    });
    expect(await repo.files()).toEqual([".gitignore", "a.txt"]);
    await put(place.root, { "a.txt": "changed\n", "c.txt": "c\n" });
    const second = await repo.scratch(await repo.snapshot([], going), [], going);
    expect(await look(second.root)).toMatchObject({ "a.txt": "changed\n", "c.txt": "c\n" });
    expect(await copy.patch()).toEqual([]);
    expect(await readdir(place.root)).not.toContain(".git");
  });
  test("a linked worktree of the user's, whose objects are borrowed themselves", async () => {
    await userRepo(place, TRACKED);
    const clone = join(place.home, "clone");
    userGit(place.home, "clone", "-q", "--shared", place.root, clone);
    userGit(clone, "worktree", "add", "-q", join(place.home, "linked"));
    const repo = open(join(place.home, "linked"));
    const copy = await repo.scratch(await repo.snapshot([], going), [], going);
    expect((await look(copy.root))["a.txt"]).toBe("one\ntwo\n");
  });
  test("line ends as the user's settings have them, mixed ones too", async () => {
    await userRepo(place, { "x.txt": "x\n", ".gitattributes": "*.crlf eol=crlf\n" });
    userGit(place.root, "config", "core.autocrlf", "true");
    userGit(place.root, "config", "core.safecrlf", "true");
    await put(place.root, { "y.txt": "1\r\n2\r\n", "z.crlf": "z\r\n", "mixed.txt": "1\r\n2\n" });
    const copy = await copyOf();
    expect(await look(copy.root)).toMatchObject({ "y.txt": "1\r\n2\r\n", "z.crlf": "z\r\n" });
    await put(copy.root, { "y.txt": "1\r\n2\r\n3\r\n" });
    expect(await shown(await copy.patch())).toEqual({
      "y.txt": ["1\r\n2\r\n", "1\r\n2\r\n3\r\n", "100644", 1, 0],
    });
  });
  test("repositories inside, with and without a commit, and files that cannot be read do no harm", async () => {
    await userRepo(place, TRACKED);
    for (const name of ["inner", "empty"]) {
      await mkdir(join(place.root, name));
      userGit(join(place.root, name), "init", "-q");
      await put(join(place.root, name), { "x.txt": "x\n" });
    }
    const inner = join(place.root, "inner");
    userGit(inner, "-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "x", "--allow-empty");
    const before = await look(place.root, []);
    const copy = await copyOf();
    expect(await look(copy.root)).toMatchObject({ "a.txt": "one\ntwo\n" });
    expect(await copy.patch()).toEqual([]);
    expect(await look(place.root, [])).toEqual(before);
  });
});

describe("a workspace folder inside a repository", () => {
  const FILES = {
    "package.json": "{}\n",
    ".gitignore": "node_modules\n.env\n",
    "app/main.js": "main\n",
    "lib/lib.js": "lib\n",
  };
  test("its copy has the repository around it; the patch is the folder's", async () => {
    await userRepo(place, FILES);
    await put(place.root, {
      "node_modules/dep/i.js": "dep",
      "app/new.js": "new\n",
      "stray.txt": "stray",
      "lib/lib.js": "dirty\n",
    });
    await put(place.root, { "app/.env": "SECRET=1", "app/.slicewise/x": "ours" });
    const repo = open(join(place.root, "app"));
    const copy = await repo.scratch(await repo.snapshot([], going), [], going);
    const around = join(copy.root, "..");
    expect(await look(around)).toEqual({
      ".gitignore": "node_modules\n.env\n",
      "app/main.js": "main\n",
      "app/new.js": "new\n",
      "lib/lib.js": "dirty\n",
      node_modules: `link → ${join(place.root, "node_modules")}`,
      "package.json": "{}\n",
    });
    await put(copy.root, { "main.js": "changed\n", "../lib/lib.js": "outside\n" });
    expect(await shown(await copy.patch())).toEqual({ "main.js": ["main\n", "changed\n", "100644", 1, 1] });
    expect(await repo.files()).toEqual(["main.js", "new.js"]);
  });
  test("that the repository ignores is a folder without git", async () => {
    await userRepo(place, { ".gitignore": "tmp\n" });
    await put(place.root, { "tmp/mine.txt": "mine\n" });
    const repo = open(join(place.root, "tmp"));
    const snapshot = await repo.snapshot([], going);
    expect(snapshot.commit).toBeNull();
    expect(await look((await repo.scratch(snapshot, [], going)).root)).toEqual({ "mine.txt": "mine\n" });
    expect(await repo.files()).toEqual(["mine.txt"]);
  });
});

describe("a patch", () => {
  test("has every kind of change, and applies again", async () => {
    await userRepo(place, { ...TRACKED, "bin.dat": Buffer.from([0, 1, 2]), "no-end": "x" });
    const copy = await copyOf();
    await put(copy.root, {
      "a.txt": "one\ntwo\nthree\n",
      "bin.dat": Buffer.from([0, 9]),
      "gone.txt": null,
      "new/n.txt": "n\n",
      "plain.sh": { run: "#!/bin/sh\n" },
      link: "now a file\n",
      "src/b.js": { link: "../a.txt" },
      "no-end": "x\n",
      "ignored.txt": "ignored",
      ".slicewise/x": "ours",
    });
    const patch = await copy.patch();
    const expected = {
      "a.txt": ["one\ntwo\n", "one\ntwo\nthree\n", "100644", 1, 0],
      "bin.dat": ["\0\x01\x02", "\0\t", "100644", 0, 0],
      "gone.txt": ["gone\n", null, "100644", 0, 1],
      link: ["a.txt", "now a file\n", "120000→100644", 1, 1],
      "new/n.txt": [null, "n\n", "100644", 1, 0],
      "no-end": ["x", "x\n", "100644", 1, 1],
      "plain.sh": ["#!/bin/sh\n", "#!/bin/sh\n", "100644→100755", 0, 0],
      "src/b.js": ["b\n", "../a.txt", "100644→120000", 1, 1],
    };
    expect(await shown(patch)).toEqual(expected);
    const again = await copyOf(patch);
    expect(await shown(await again.patch())).toEqual(expected);
    expect(await look(again.root)).toMatchObject({
      "plain.sh": "run #!/bin/sh\n",
      "src/b.js": "link → ../a.txt",
    });
  });
  test("does not depend on what the attempt did with git", async () => {
    await userRepo(place, TRACKED);
    const copy = await copyOf();
    await put(copy.root, { "a.txt": "x\n" });
    const who = ["-c", "user.name=m", "-c", "user.email=m"];
    expect(userGit(copy.root, "status", "--porcelain")).toBe(" M a.txt");
    userGit(copy.root, ...who, "commit", "-qam", "by the attempt");
    userGit(copy.root, "rm", "-q", "--cached", "src/b.js");
    expect(Object.keys(await shown(await copy.patch()))).toEqual(["a.txt"]);
  });
  test("a folder becomes a file and a file a folder", async () => {
    await userRepo(place, { "d/x": "x\n", f: "f\n" });
    const copy = await copyOf();
    await put(copy.root, { d: "file now\n", f: null });
    await put(copy.root, { "f/y": "y\n" });
    const patch = await copy.patch();
    expect(await look((await copyOf(patch)).root)).toEqual({ d: "file now\n", "f/y": "y\n" });
  });
  test("names that git refuses are left out, and hide nothing else", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const copy = await copyOf();
    await put(copy.root, {
      ".GIT/hooks/pre-commit": "x",
      "git~1/config": "x",
      "a.txt": "changed\n",
      "z.txt": "z\n",
    });
    expect(Object.keys(await shown(await copy.patch()))).toEqual(["a.txt", "z.txt"]);
  });
  test("a file of 60 MB", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const copy = await copyOf();
    await put(copy.root, { "big.bin": Buffer.alloc(60_000_000, 7) });
    const patch = await copy.patch();
    expect(patch.map(({ path, before }) => [path, before])).toEqual([["big.bin", null]]);
    expect((await blobs.get(patch[0]?.after ?? "")).length).toBe(60_000_000);
  });
  test("programs that an attempt plants in its copy are not started", async () => {
    await userRepo(place, { "a.txt": "a\n", "sub/s.txt": "s\n" });
    const copy = await copyOf();
    const evil = join(place.outside, "evil-ran");
    await rm(join(copy.root, ".git"));
    userGit(copy.root, "init", "-q");
    for (const key of [
      "core.fsmonitor",
      "filter.evil.clean",
      "filter.evil.smudge",
      "diff.external",
      "core.sshCommand",
    ]) {
      userGit(copy.root, "config", key, `touch '${evil}'; cat`);
    }
    await setTraps(join(copy.root, ".git/hooks"), place.outside);
    await put(copy.root, { ".gitattributes": "* filter=evil diff=evil\n", "a.txt": "changed\n" });
    const nested = join(copy.root, "nested");
    await mkdir(nested);
    userGit(nested, "init", "-q");
    userGit(nested, "-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "x", "--allow-empty");
    userGit(nested, "config", "core.fsmonitor", `touch '${evil}'`);
    await put(nested, { "x.txt": "x\n" });
    expect(Object.keys(await shown(await copy.patch()))).toEqual([".gitattributes", "a.txt"]);
    expect(Object.keys(await shown(await copy.patch()))).toEqual([".gitattributes", "a.txt"]);
    expect(await marks(place)).toEqual([]);
  });
});

describe("dependency folders", () => {
  test("are linked in at any depth up to four, and are never in a patch", async () => {
    await userRepo(place, {
      ".gitignore": "node_modules/\n.venv\nbuild\n",
      "p/q/r/s/t/x.js": "x\n",
      "vendor/kept.go": "kept\n",
    });
    await put(place.root, {
      "node_modules/a/i.js": "a",
      "p/node_modules/b/i.js": "b",
      "p/q/r/s/node_modules/c/i.js": "c",
      "p/q/r/s/t/node_modules/d/i.js": "d",
      ".venv/bin/python": "py",
      "build/out.js": "built",
    });
    const copy = await copyOf();
    const links = Object.entries(await look(copy.root)).filter(([, content]) => content.startsWith("link"));
    const expected = [".venv", "node_modules", "p/node_modules", "p/q/r/s/node_modules"];
    expect(links).toEqual(expected.map((path) => [path, `link → ${join(place.root, path)}`]));
    expect(await copy.patch()).toEqual([]);
    await put(copy.root, { ".gitignore": "", "p/node_modules": null });
    await put(copy.root, { "p/node_modules/own/i.js": "own" });
    expect(Object.keys(await shown(await copy.patch()))).toEqual([".gitignore"]);
    await copy.dispose();
    expect((await look(place.root))["node_modules/a/i.js"]).toBe("a");
  });
  test("a patch cannot be written through them", async () => {
    await userRepo(place, { ".gitignore": "node_modules/\n" });
    await put(place.root, { "node_modules/a/i.js": "a" });
    const after = await blobs.putText("evil");
    const patch: Patch = [
      { path: "node_modules/a/i.js", before: null, after, mode: "100644", added: 1, removed: 0 },
    ];
    await expect(copyOf(patch)).rejects.toMatchObject({ fault: { kind: "disk" } });
    expect((await look(place.root))["node_modules/a/i.js"]).toBe("a");
    const homes = await readdir(place.storage);
    expect(await readdir(join(place.storage, homes[0] ?? "", "wt"))).toEqual([]);
  });
});

test("an overlay stands over the user's files, deletions and executables too", async () => {
  await userRepo(place, TRACKED);
  await put(place.root, { "a.txt": "user's\n" });
  const overlay: LandedFile[] = [
    { path: "a.txt", after: await blobs.putText("landed\n"), mode: "100644" },
    { path: "gone.txt", after: null, mode: "100644" },
    { path: "made/x.sh", after: await blobs.putText("x\n"), mode: "100755" },
    { path: "src", after: await blobs.putText("a file now\n"), mode: "100644" },
  ];
  const copy = await copyOf([], overlay);
  const seen = await look(copy.root);
  expect(seen).toMatchObject({ "a.txt": "landed\n", "made/x.sh": "run x\n", src: "a file now\n" });
  expect(seen).not.toHaveProperty("gone.txt");
  expect(await copy.patch()).toEqual([]);
  expect((await look(place.root))["a.txt"]).toBe("user's\n");
});

test("a snapshot is found again by another process, after the user's repository lost the commit", async () => {
  await userRepo(place, TRACKED);
  await dirty();
  const { id } = await open().snapshot([], going);
  expect(await look((await open().scratch({ id, commit: null }, [], going)).root)).toEqual(DIRTY);
  await expect(open().scratch({ id: "1".repeat(40), commit: null }, [], going)).rejects.toThrow(
    /cannot be brought back/,
  );
  await expect(open().scratch({ id: "--help", commit: null }, [], going)).rejects.toThrow(
    /names no snapshot/,
  );
});

test("a file changed in the very moment of the last commit is not taken for unchanged", async () => {
  await userRepo(place, { "a.txt": "aaaa\n" });
  for (const content of ["bbbb\n", "cccc\n", "dddd\n"]) {
    await writeFile(join(place.root, "a.txt"), content);
    userGit(place.root, "-c", "core.hooksPath=/dev/null", "add", "a.txt");
    const next = content.replace(/./g, "z");
    await writeFile(join(place.root, "a.txt"), next);
    expect((await look((await copyOf()).root))["a.txt"]).toBe(next);
  }
});

test("three attempts at once, each with a copy of its own", async () => {
  await userRepo(place, TRACKED);
  const copies = await Promise.all([1, 2, 3].map(() => copyOf()));
  await Promise.all(copies.map(({ root }, at) => put(root, { "a.txt": `${at}\n` })));
  const patches = await Promise.all(copies.map((copy) => copy.patch().then(shown)));
  expect(patches.map((patch) => patch["a.txt"]?.[1])).toEqual(["0\n", "1\n", "2\n"]);
});

test("sweep removes what dead processes left, and nothing else", async () => {
  await userRepo(place, TRACKED);
  const repo = open();
  const living = await repo.scratch(await repo.snapshot([], going), [], going);
  const dead = execFileSync(process.execPath, ["-p", "process.pid"]).toString().trim();
  const home = join(place.storage, (await readdir(place.storage))[0] ?? "");
  await put(home, {
    [`wt/${dead}-0123456789ab/x`]: "x",
    [`repo.git/worktrees/${dead}-0123456789ab/HEAD`]: "x",
  });
  await put(home, { [`${dead}-0123456789ab.index`]: "x" });
  expect(await repo.sweep()).toBe(1);
  expect(await repo.sweep()).toBe(0);
  expect(await readdir(join(home, "wt"))).toHaveLength(1);
  expect((await readdir(home)).sort()).toEqual(["repo.git", "wt"]);
  expect(await living.patch()).toEqual([]);
});

test("files() lists what is there, not what is deleted, ignored or ours", async () => {
  await userRepo(place, TRACKED);
  await dirty();
  expect(await open().files()).toEqual(Object.keys(DIRTY).sort());
});

describe("what cannot be done says what, where and what to do", () => {
  test("git is missing", async () => {
    const { PATH } = process.env;
    process.env.PATH = place.outside;
    try {
      await expect(open().snapshot([], going)).rejects.toMatchObject({
        fault: { kind: "git", message: expect.stringMatching(/git is not installed.*Install git/s) },
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
  test("storage cannot be written", async () => {
    await writeFile(place.storage, "a file");
    await expect(open().snapshot([], going)).rejects.toMatchObject({ fault: { kind: "disk" } });
  });
  test("storage lies in the workspace", async () => {
    const repo = openRepo({ workspaceRoot: place.root, storage: join(place.root, "s"), orderId: "x", blobs });
    await expect(repo.snapshot([], going)).rejects.toThrow(/lies inside the workspace/);
  });
  test("an order's id that is no ref", async () => {
    const repo = openRepo({ workspaceRoot: place.root, storage: place.storage, orderId: "../x", blobs });
    await expect(repo.snapshot([], going)).rejects.toThrow(/cannot name a branch/);
  });
  test("stopped in the middle", async () => {
    await userRepo(place, TRACKED);
    const repo = open();
    const snapshot = await repo.snapshot([], going);
    await expect(repo.scratch(snapshot, [], AbortSignal.abort())).rejects.toMatchObject({
      fault: { kind: "cancelled" },
    });
    await expect(repo.snapshot([], AbortSignal.abort())).rejects.toMatchObject({
      fault: { kind: "cancelled" },
    });
    const home = join(place.storage, (await readdir(place.storage))[0] ?? "");
    expect(await readdir(join(home, "wt"))).toEqual([]);
  });
  test("after a failure the next call tries again", async () => {
    await userRepo(place, TRACKED);
    await writeFile(place.storage, "a file");
    const repo = open();
    await expect(repo.snapshot([], going)).rejects.toThrow();
    await rm(place.storage);
    expect((await repo.snapshot([], going)).commit).toMatch(/^[0-9a-f]{40}$/);
  });
  test.skipIf(process.getuid?.() === 0)("a file nobody may read is left out, not fatal", async () => {
    await userRepo(place, TRACKED);
    await put(place.root, { "secret.txt": "x" });
    await chmod(join(place.root, "secret.txt"), 0);
    expect(await look((await copyOf()).root)).not.toHaveProperty("secret.txt");
  });
});
