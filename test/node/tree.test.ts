import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/node/sha256.ts";
import { openTree } from "../../src/node/tree.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const signal = new AbortController().signal;
const { rgPath } = createRequire(import.meta.url)("@vscode/ripgrep") as { rgPath: string };

function repository(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(folder, "repo-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
/** A repository with every kind of thing that is not to be reached, and the folder outside it. */
function hostile(): { root: string; outside: string } {
  const outside = mkdtempSync(join(folder, "outside-"));
  writeFileSync(join(outside, "secret.txt"), "secret");
  mkdirSync(join(outside, "node_modules/pkg"), { recursive: true });
  writeFileSync(join(outside, "node_modules/pkg/index.js"), "pkg");
  symlinkSync(join(outside, "secret.txt"), join(outside, "node_modules/pkg/escape"));
  const root = repository({
    "src/a.js": "a\n",
    ".git/config": "git",
    "sub/.git/HEAD": "ref",
    "src/é.txt": "é",
  });
  symlinkSync(join(outside, "secret.txt"), join(root, "file-link"));
  symlinkSync(outside, join(root, "folder-link"));
  symlinkSync(join(outside, "new.txt"), join(root, "dangling"));
  symlinkSync("src/a.js", join(root, "inner-link"));
  symlinkSync("src", join(root, "inner-folder"));
  symlinkSync(".git", join(root, "git-link"));
  symlinkSync("loop", join(root, "loop"));
  symlinkSync(join(outside, "node_modules"), join(root, "node_modules"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  return { root, outside };
}

describe("reading", () => {
  const { root } = hostile();
  writeFileSync(join(root, "big.txt"), "x".repeat(2_000_001));
  writeFileSync(join(root, "binary"), Uint8Array.from([65, 0, 66]));
  writeFileSync(join(root, "latin1"), Uint8Array.from([65, 0xe9, 66]));
  const tree = openTree(root, { linked: ["node_modules"] });
  const reads = (path: string, text: string) =>
    it(path, async () => expect(await tree.read(path)).toMatchObject({ text, sha: sha256(text) }));
  reads("src/a.js", "a\n");
  reads("./src//a.js", "a\n");
  reads("src/é.txt", "é");
  reads("inner-link", "a\n");
  reads("inner-folder/a.js", "a\n");
  reads("node_modules/pkg/index.js", "pkg");

  const refuses = (path: string, why: string) =>
    it(JSON.stringify(path), async () =>
      expect(await tree.read(path)).toEqual({ error: `${JSON.stringify(path)} ${why}` }),
    );
  const absolute =
    "is an absolute path; give it relative to the root of the repository, such as src/index.js";
  const up = 'leads outside with ".."; give a path below the root of the repository';
  const link = "leads outside the repository through a symbolic link; it cannot be read";
  const git = "is inside .git, which is off limits";
  refuses("/etc/passwd", absolute);
  refuses(join(root, "src/a.js"), absolute);
  refuses("C:/x", absolute);
  refuses("\\\\host\\x", absolute);
  refuses("..", up);
  refuses("src/../../x", up);
  refuses("src/../src/a.js", up);
  refuses("src\\a.js", 'contains a backslash; put "/" between the parts');
  refuses("src/a.js\0.txt", "contains a NUL character; give a plain relative path");
  refuses("", "names no file; give the path of a file");
  refuses("./", "names no file; give the path of a file");
  refuses("file-link", link);
  refuses("folder-link/secret.txt", link);
  refuses("node_modules/pkg/escape", link);
  refuses("dangling", "does not exist; list the folder to see what does");
  refuses("loop", "cannot be reached (ELOOP)");
  refuses(".git/config", git);
  refuses(".GIT/config", git);
  refuses("sub/.git/HEAD", git);
  refuses("git-link/config", git);
  refuses("git~1/config", git);
  refuses("src", "is a folder; give the path of a file");
  refuses("fifo", "is no regular file; it cannot be read");
  refuses("src/none.js", "does not exist; list the folder to see what does");
  refuses("src/a.js/b", "does not exist; list the folder to see what does");
  refuses("big.txt", "is larger than 2 MB");
  refuses("binary", "is no UTF-8 text; it cannot be read or edited");
  refuses("latin1", "is no UTF-8 text; it cannot be read or edited");

  it("a linked folder only when it is named", async () => {
    expect(await openTree(root).read("node_modules/pkg/index.js")).toEqual({
      error: `"node_modules/pkg/index.js" ${link}`,
    });
  });

  for (const [text, lines] of [
    ["", 0],
    ["a", 1],
    ["a\n", 1],
    ["a\r\nb", 2],
    ["\uFEFFa\n\n", 2],
  ] as const) {
    it(`counts the lines of ${JSON.stringify(text)} and keeps every byte`, async () => {
      writeFileSync(join(root, "lines.txt"), text);
      expect(await tree.read("lines.txt")).toEqual({ text, lines, sha: sha256(text) });
    });
  }
});

describe("writing", () => {
  it("makes folders and files, and keeps text as it is given", async () => {
    const root = repository({});
    const tree = openTree(root);
    const text = "\uFEFFa\r\nb";
    expect(await tree.write("new/deep/a.txt", text)).toEqual({ sha: sha256(text), created: true });
    expect(readFileSync(join(root, "new/deep/a.txt"), "utf8")).toBe(text);
    expect(await tree.write("new/deep/a.txt", "b")).toEqual({ sha: sha256("b"), created: false });
    expect(readFileSync(join(root, "new/deep/a.txt"), "utf8")).toBe("b");
  });

  it("keeps a file's mode, and the other names of a file", async () => {
    const root = repository({ "run.sh": "old", "one.txt": "old" });
    chmodSync(join(root, "run.sh"), 0o755);
    linkSync(join(root, "one.txt"), join(folder, "other-name.txt"));
    const tree = openTree(root);
    await tree.write("run.sh", "new");
    await tree.write("one.txt", "new");
    expect(statSync(join(root, "run.sh")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(root, "one.txt"), "utf8")).toBe("new");
    expect(readFileSync(join(folder, "other-name.txt"), "utf8")).toBe("old");
  });

  const { root, outside } = hostile();
  const tree = openTree(root, { linked: ["node_modules"] });
  const before = execFileSync("ls", ["-lR", "--time-style=full-iso", outside]).toString();
  const refuses = (path: string, why: string, whyRemove = why) =>
    it(JSON.stringify(path), async () => {
      expect(await tree.write(path, "evil")).toEqual({ error: `${JSON.stringify(path)} ${why}` });
      expect(await tree.remove(path)).toEqual({ error: `${JSON.stringify(path)} ${whyRemove}` });
      expect(execFileSync("ls", ["-lR", "--time-style=full-iso", outside]).toString()).toBe(before);
    });
  refuses("../x", 'leads outside with ".."; give a path below the root of the repository');
  refuses(
    "/tmp/x",
    "is an absolute path; give it relative to the root of the repository, such as src/index.js",
  );
  refuses(".git/hooks/pre-commit", "is inside .git, which is off limits");
  refuses("sub/.git/config", "is inside .git, which is off limits");
  refuses("file-link", "is a symbolic link that leads outside the repository");
  refuses("dangling", "is a symbolic link that leads outside the repository");
  refuses(
    "folder-link/new.txt",
    "goes through folder-link, a symbolic link that leads outside the repository",
  );
  refuses(
    "folder-link/a/b/new.txt",
    "goes through folder-link, a symbolic link that leads outside the repository",
  );
  refuses(
    "node_modules/pkg/index.js",
    "goes through node_modules, a symbolic link that leads outside the repository",
  );
  refuses("inner-link", "is a symbolic link; use src/a.js, where it points");
  refuses("inner-folder/a.js", "goes through inner-folder, a symbolic link; use src, where it points");
  refuses("src", "is a folder; give the path of a file");
  refuses("fifo", "is no regular file");
  refuses("src/a.js/b", "cannot be: src/a.js is a file, not a folder");

  it("what the system refuses is an answer", async () => {
    expect(await openTree("/proc/self").write("none/x", "y")).toEqual({
      error: expect.stringMatching(/^could not write none\/x: .*\. .*, then go on\.$/),
    });
    expect(await tree.write("a".repeat(300), "y")).toEqual({
      error: expect.stringContaining("ENAMETOOLONG"),
    });
    expect(await tree.write("big.txt", "x".repeat(2_000_001))).toEqual({
      error: '"big.txt" would be larger than 2 MB; write less',
    });
    expect(await tree.write("folder/", "y")).toEqual({
      error: '"folder/" is a folder; give the path of a file',
    });
    expect(existsSync(join(root, "folder"))).toBe(false);
  });

  it("removes a file, and says when there is none", async () => {
    const repo = repository({ "a.txt": "a" });
    expect(await openTree(repo).remove("a.txt")).toBe(true);
    expect(existsSync(join(repo, "a.txt"))).toBe(false);
    expect(await openTree(repo).remove("a.txt")).toEqual({ error: '"a.txt" does not exist' });
    expect(readlinkSync(join(root, "loop"))).toBe("loop");
  });
});

const FILES = {
  ...{
    "src/a.js": "const limit = 1;\nfoo(bar\n",
    "src/b/c.ts": "LIMIT\nlimit\r\n",
    "top.js": "x limit\n",
    ".env.sample": "limit=2\n",
  },
  ...{
    "built/out.js": "limit\n",
    ".gitignore": "built/\n",
    "bin.dat": Uint8Array.from([0, 108, 105, 109, 105, 116]),
  },
  "long.txt": `${"y".repeat(300)} limit ${"z".repeat(5000)}\n`,
};
function gitRepository(): string {
  const root = repository({ ...FILES, "gone.js": "limit\n" });
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, stdio: "ignore" });
  git("init", "-q");
  git("add", ".");
  execFileSync("rm", [join(root, "gone.js")]);
  writeFileSync(join(root, "new.js"), "untracked limit\n");
  symlinkSync("/etc", join(root, "src/etc"));
  return root;
}

describe("listing", () => {
  const root = gitRepository();
  const check = (glob: string, expected: unknown) =>
    it(glob, async () => expect(await openTree(root).list(glob)).toEqual(expected));
  check("**/*.js", ["new.js", "src/a.js", "top.js"]);
  check("*.ts", ["src/b/c.ts"]);
  check("src", ["src/a.js", "src/b/c.ts", "src/etc"]);
  check("src/b/", ["src/b/c.ts"]);
  check("{top,new}.js", ["new.js", "top.js"]);
  check("nothing/**", []);
  check("../**", { error: '"../**" leads outside the repository with ".."; give a glob below its root' });
  check("/etc/*", { error: '"/etc/*" is absolute; give it relative to the root of the repository' });

  it("walks where there is no git, around dependencies and links", async () => {
    const plain = repository({ ...FILES, "node_modules/x/index.js": "limit" });
    symlinkSync("/etc", join(plain, "etc"));
    expect(await openTree(plain).list("**/*.{js,ts}")).toEqual([
      "built/out.js",
      "src/a.js",
      "src/b/c.ts",
      "top.js",
    ]);
    expect(await openTree(plain).list("etc/**")).toEqual([]);
  });

  it("starts no program a repository names", async () => {
    const evil = gitRepository();
    const proof = join(evil, "proof");
    execFileSync("git", ["config", "core.fsmonitor", `touch ${proof}; false`], { cwd: evil });
    await openTree(evil).list("**");
    expect(existsSync(proof)).toBe(false);
  });
});

describe.each([
  ["ripgrep", realpathSync(rgPath)],
  ["no ripgrep", undefined],
])("searching with %s", (_, ripgrep) => {
  const root = gitRepository();
  const search = (pattern: string, glob: string | null = null, limit = 100, abort = signal) =>
    openTree(root, { ripgrep }).search(pattern, glob, limit, abort);
  const check = (name: string, pattern: string, glob: string | null, expected: unknown) =>
    it(name, async () => expect(await search(pattern, glob)).toEqual(expected));

  check("gives path, line and text, by path", "\\blimit\\b", "*.{js,ts}", [
    "new.js:1:untracked limit",
    "src/a.js:1:const limit = 1;",
    "src/b/c.ts:2:limit",
    "top.js:1:x limit",
  ]);
  check("below a folder", "limit", "src", ["src/a.js:1:const limit = 1;", "src/b/c.ts:2:limit"]);
  check("in hidden files", "limit", ".env*", [".env.sample:1:limit=2"]);
  check("nothing", "nowhere", null, []);
  check("no .git, even when all is asked for", "repositoryformatversion", "**", []);
  check("a pattern that is no expression as it stands", "foo(bar", null, ["src/a.js:2:foo(bar"]);
  check("with colons", "const .*;", "src/a.js", ["src/a.js:1:const limit = 1;"]);
  check("a glob that leads out", "x", "../**", {
    error: '"../**" leads outside the repository with ".."; give a glob below its root',
  });
  check("an empty pattern", "", null, { error: "the pattern is empty; give a regular expression" });

  it("passes over ignored and binary files and cuts long lines", async () => {
    const found = (await search("limit")) as string[];
    expect(found.map((line) => line.split(":")[0])).toEqual([
      ".env.sample",
      "long.txt",
      "new.js",
      "src/a.js",
      "src/b/c.ts",
      "top.js",
    ]);
    expect(found[1]?.length).toBeLessThan(450);
  });
  it("stops at the limit", async () => expect(await search("limit", null, 2)).toHaveLength(2));
  it("stops when cancelled", async () => {
    expect(await search("limit", null, 9, AbortSignal.abort())).toEqual({
      error: "the search was cancelled",
    });
    const control = new AbortController();
    const found = search("(a+)+$", null, 9, control.signal);
    control.abort();
    expect([[], { error: "the search was cancelled" }]).toContainEqual(await found);
  });
});

it("gives up a search that never ends, and stays alive meanwhile", async () => {
  const root = repository({ "a.txt": `${"a".repeat(1900)}!\n` });
  let beats = 0;
  const timer = setInterval(() => beats++, 50);
  expect(await openTree(root).search("(a+)+$", null, 9, signal)).toEqual({
    error: 'the search for "(a+)+$" took longer than 5 s; use a simpler pattern or a narrower glob',
  });
  clearInterval(timer);
  expect(beats).toBeGreaterThan(10);
});

it("says when ripgrep cannot be started", async () => {
  expect(await openTree(repository({}), { ripgrep: "/nowhere/rg" }).search("x", null, 9, signal)).toEqual({
    error: "ripgrep (/nowhere/rg) could not be started: spawn /nowhere/rg ENOENT",
  });
});
