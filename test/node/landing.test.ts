import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileChange, FileMode, LandedFile, Patch, Slice } from "../../src/core/order.ts";
import type { LandRequest, LandResult, Landing } from "../../src/engine/ports.ts";
import { openLanding } from "../../src/node/landing.ts";
import { openRepo } from "../../src/node/repo.ts";
import { type Files, look, marks, memoryBlobs, places, put, userGit, userRepo } from "./gitFixture.ts";

const place = places();
const going = new AbortController().signal;
const blobs = memoryBlobs();
const ORDER = "2026-01-01-x";
const BRANCH = `slicewise/${ORDER}`;
const slice: Slice = {
  id: "01", title: "t", class: "C1", needs: [], reads: [], writes: ["**"], consumes: [], produces: [], minutes: 30,
  route: "auto", checks: [], body: "",
}; // prettier-ignore

const open = (into: "branch" | "workspace", root = place.root): Landing =>
  openLanding({ workspaceRoot: root, storage: place.storage, orderId: ORDER, blobs, into });

type Side = string | Uint8Array | null;
async function change(
  path: string,
  before: Side,
  after: Side,
  mode: FileMode = "100644",
  modeBefore?: FileMode,
): Promise<FileChange> {
  const sha = async (side: Side): Promise<string | null> =>
    side === null ? null : blobs.putBytes(Buffer.from(side));
  const both = { before: await sha(before), after: await sha(after) };
  return { path, ...both, mode, ...(modeBefore ? { modeBefore } : {}), added: 1, removed: 1 };
}
const request = (patch: Patch, id = "01", attempt = 1): LandRequest => ({
  slice,
  patch,
  subject: `${id}: do it`,
  trailers: {
    "Slicewise-Slice": id,
    "Slicewise-Attempt": String(attempt),
    "Slicewise-Cost": "$0.1\nInjected: yes",
  },
});

const git = (...args: string[]): string => userGit(place.root, "-c", "core.hooksPath=/dev/null", ...args);
const onBranch = (path: string, branch = BRANCH): string => git("show", `${branch}:${path}`);
const changed = (commit = BRANCH): string => git("show", "--format=", "--name-status", commit);

/** The whole of a result that a test looks at; contents of `files` as text. */
async function told(result: LandResult): Promise<unknown> {
  if (!result.landed) return result.conflicts;
  const files = result.files.map(async ({ path, after }: LandedFile) => [path, await blobs.text(after)]);
  return Object.fromEntries(await Promise.all(files));
}

/** Everything of the user's that landing on the branch must leave alone. */
async function theirs(): Promise<unknown> {
  const gitFolder = await look(join(place.root, ".git"), ["objects", "slicewise"]);
  return {
    gitFolder,
    files: await look(place.root),
    status: git("-c", "core.fsmonitor=false", "--no-optional-locks", "status", "--porcelain"),
    stash: git("stash", "list"),
  };
}

describe("on the branch", () => {
  test("one commit with trailers, by the user, on HEAD; everything else untouched, no hook run", async () => {
    await userRepo(place, {
      "a.txt": "1\n2\n3\n",
      "keep.txt": "kept\n",
      "del.txt": "x\n",
      "run.sh": "#!/bin/sh\n",
    });
    await put(place.root, { "keep.txt": "dirty\n", "new.txt": "untracked\n" });
    git("add", "keep.txt");
    await rm(join(place.outside, "hook-ran"), { force: true });
    const before = await theirs();
    const patch = [
      await change("a.txt", "1\n2\n3\n", "1\ntwo\n3\n"),
      await change("del.txt", "x\n", null),
      await change("deep/er/n.txt", null, "n\n"),
      await change("run.sh", "#!/bin/sh\n", "#!/bin/sh\n", "100755", "100644"),
      await change("ln", null, "a.txt", "120000"),
    ];
    const result = await open("branch").land(request(patch), going);
    expect(result).toMatchObject({ landed: true, into: "branch", commit: git("rev-parse", BRANCH) });
    expect(await told(result)).toEqual({
      "a.txt": "1\ntwo\n3\n",
      "del.txt": null,
      "deep/er/n.txt": "n\n",
      "run.sh": "#!/bin/sh\n",
      ln: "a.txt",
    });
    expect(await theirs()).toEqual(before);
    expect(await marks(place)).toEqual([]);
    expect(changed()).toBe("M\ta.txt\nA\tdeep/er/n.txt\nD\tdel.txt\nA\tln\nM\trun.sh");
    expect(git("ls-tree", "-r", BRANCH)).toMatch(/100755 blob \w+\trun.sh/);
    expect(git("ls-tree", "-r", BRANCH)).toMatch(/120000 blob \w+\tln/);
    expect(git("log", "-1", "--format=%P %an %ae %cn%n%B", BRANCH)).toBe(
      `${git("rev-parse", "HEAD")} Ada ada@example.org Ada\n01: do it\n\nSlicewise-Slice: 01\nSlicewise-Attempt: 1\n` +
        `Slicewise-Cost: $0.1 Injected: yes\nSlicewise-Order: ${ORDER}`,
    );
    expect(git("fsck", "--no-dangling")).not.toMatch(/error|missing/);
  });

  test("slices follow each other; the user's commits meanwhile do not move the branch", async () => {
    await userRepo(place, { "a.txt": "a\n", "b.txt": "b\n" });
    const landing = open("branch");
    await landing.land(request([await change("a.txt", "a\n", "A\n")], "01"), going);
    await put(place.root, { "b.txt": "user\n" });
    git("commit", "-qam", "user's");
    await landing.land(request([await change("a.txt", "A\n", "AA\n")], "02"), going);
    expect(git("log", "--format=%s", BRANCH)).toBe("02: do it\n01: do it\nfirst");
    expect([onBranch("a.txt"), onBranch("b.txt")]).toEqual(["AA", "b"]);
  });

  test("the same attempt again is the same commit; another attempt is another", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const patch = [await change("a.txt", "a\n", "A\n")];
    const first = await open("branch").land(request(patch), going);
    await open("branch").land(request([await change("a.txt", "A\n", "B\n")], "02"), going);
    const again = await open("branch").land(request(patch), going);
    expect(again).toMatchObject({ landed: true, commit: first.landed && first.commit });
    expect(await told(again)).toEqual({ "a.txt": "B\n" });
    expect(git("rev-list", "--count", BRANCH)).toBe("3");
    await open("branch").land(request([await change("a.txt", "B\n", "C\n")], "01", 2), going);
    expect(git("rev-list", "--count", BRANCH)).toBe("4");
  });

  test("a slice of another order that was merged is no landing of this one", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    git(
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "01: old\n\nSlicewise-Order: other\nSlicewise-Slice: 01\nSlicewise-Attempt: 1",
    );
    await open("branch").land(request([await change("a.txt", "a\n", "A\n")]), going);
    expect(onBranch("a.txt")).toBe("A");
  });

  test("a change the branch already has makes a commit all the same, for its provenance", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const result = await open("branch").land(request([await change("a.txt", "old\n", "a\n")]), going);
    expect(result.landed).toBe(true);
    expect(changed()).toBe("");
  });

  test("a merge with what another slice landed", async () => {
    await userRepo(place, { "a.txt": "1\n2\n3\n4\n5\n" });
    const landing = open("branch");
    await landing.land(request([await change("a.txt", "1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n")], "01"), going);
    const second = await landing.land(
      request([await change("a.txt", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n")], "02"),
      going,
    );
    expect(await told(second)).toEqual({ "a.txt": "one\n2\n3\n4\nfive\n" });
    expect(onBranch("a.txt")).toBe("one\n2\n3\n4\nfive");
  });

  const before = "1\n2\n3\n";
  const conflicts: [name: string, first: Side, second: Side][] = [
    ["the same line", "1\nx\n3\n", "1\ny\n3\n"],
    ["changed there, deleted here", "1\nx\n3\n", null],
    ["deleted there, changed here", null, "1\ny\n3\n"],
    ["binary", Buffer.from([0, 1]), Buffer.from([0, 2])],
  ];
  test.each(conflicts)("a conflict leaves everything as it was: %s", async (_name, first, second) => {
    await userRepo(place, { "a.txt": before, "b.txt": "b\n" });
    const landing = open("branch");
    await landing.land(request([await change("a.txt", before, first)], "01"), going);
    const tip = git("rev-parse", BRANCH);
    const patch = [await change("b.txt", "b\n", "B\n"), await change("a.txt", before, second)];
    expect(await landing.land(request(patch, "02"), going)).toEqual({ landed: false, conflicts: ["a.txt"] });
    expect(git("rev-parse", BRANCH)).toBe(tip);
  });

  describe("with work the user has not committed", () => {
    test("the commit has the slice's change alone, the next snapshot both", async () => {
      await userRepo(place, { "a.txt": "1\n2\n3\n4\n5\n" });
      await put(place.root, { "a.txt": "dirty\n2\n3\n4\n5\n" });
      const patch = [await change("a.txt", "dirty\n2\n3\n4\n5\n", "dirty\n2\n3\n4\nslice\n")];
      const result = await open("branch").land(request(patch), going);
      expect(onBranch("a.txt")).toBe("1\n2\n3\n4\nslice");
      expect(await told(result)).toEqual({ "a.txt": "dirty\n2\n3\n4\nslice\n" });
      const next = [await change("a.txt", "dirty\n2\n3\n4\nslice\n", "dirty\n2\nthree\n4\nslice\n")];
      expect((await open("branch").land(request(next, "02"), going)).landed).toBe(true);
      expect(onBranch("a.txt")).toBe("1\n2\nthree\n4\nslice");
    });
    test("on the same lines the file goes in whole", async () => {
      await userRepo(place, { "a.txt": "1\n" });
      const result = await open("branch").land(
        request([await change("a.txt", "dirty\n", "dirty slice\n")]),
        going,
      );
      expect(await told(result)).toEqual({ "a.txt": "dirty slice\n" });
      expect(onBranch("a.txt")).toBe("dirty slice");
    });
    test("an untracked file that the slice changed or deleted", async () => {
      await userRepo(place, { "a.txt": "1\n" });
      const patch = [
        await change("new.txt", "untracked\n", "untracked\nslice\n"),
        await change("junk.txt", "junk\n", null),
      ];
      expect(await told(await open("branch").land(request(patch), going))).toEqual({
        "new.txt": "untracked\nslice\n",
        "junk.txt": null,
      });
      expect(changed()).toBe("A\tnew.txt");
    });
  });

  test("revert takes the change out again, once, and it can land once more", async () => {
    await userRepo(place, { "a.txt": "a\n", "s.sh": "s\n" });
    const patch = [
      await change("a.txt", "a\n", "A\n"),
      await change("n.txt", null, "n\n"),
      await change("s.sh", "s\n", "s\n", "100755", "100644"),
    ];
    const landing = open("branch");
    await landing.land(request(patch), going);
    const reverted = await landing.revert({ ...request(patch), subject: "Revert 01" }, going);
    expect(await told(reverted)).toEqual({ "a.txt": "a\n", "n.txt": null, "s.sh": "s\n" });
    expect(git("rev-parse", `${BRANCH}^{tree}`)).toBe(git("rev-parse", "HEAD^{tree}"));
    expect(await landing.revert(request(patch), going)).toMatchObject({
      commit: reverted.landed && reverted.commit,
    });
    await landing.land(request(patch), going);
    expect(onBranch("a.txt")).toBe("A");
    expect(git("rev-list", "--count", BRANCH)).toBe("4");
  });
  test("revert conflicts when a later slice changed the same lines", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const landing = open("branch");
    const patch = [await change("a.txt", "a\n", "A\n")];
    await landing.land(request(patch, "01"), going);
    await landing.land(request([await change("a.txt", "A\n", "B\n")], "02"), going);
    expect(await landing.revert(request(patch, "01"), going)).toEqual({
      landed: false,
      conflicts: ["a.txt"],
    });
  });

  test("eight slices at once all land, one after the other", async () => {
    const names = [1, 2, 3, 4, 5, 6, 7, 8].map(String);
    await userRepo(place, Object.fromEntries(names.map((name) => [name, "old\n"])));
    const landing = open("branch");
    const tries = names.map(async (name) =>
      landing.land(request([await change(name, "old\n", "new\n")], name), going),
    );
    const settled = await Promise.all(tries);
    expect(settled.every(({ landed }) => landed)).toBe(true);
    expect(names.map((name) => onBranch(name))).toEqual(names.map(() => "new"));
    expect(git("rev-list", "--count", BRANCH)).toBe("9");
  });

  test("line ends are stored as git's settings want them, and compared as they stand in the folder", async () => {
    await userRepo(place, { "x.txt": "1\n2\n" });
    git("config", "core.autocrlf", "true");
    const result = await open("branch").land(
      request([await change("x.txt", "1\r\n2\r\n", "1\r\n2\r\n3\r\n")]),
      going,
    );
    expect(await told(result)).toEqual({ "x.txt": "1\r\n2\r\n3\r\n" });
    expect(onBranch("x.txt")).toBe("1\n2\n3");
  });

  test("a repository with SHA-256 names", async () => {
    userGit(place.root, "init", "-q", "--object-format=sha256");
    await put(place.root, { "a.txt": "a\n", "b.txt": "b\n" });
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "first");
    const repo = openRepo({ workspaceRoot: place.root, storage: place.storage, orderId: ORDER, blobs });
    const copy = await repo.scratch(await repo.snapshot([], going), [], going);
    await put(copy.root, { "a.txt": null, "b.txt": "B\n" });
    await open("branch").land(request(await copy.patch()), going);
    expect(changed()).toBe("D\ta.txt\nM\tb.txt");
  });

  test("a file of 30 MB", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    await open("branch").land(request([await change("big.bin", null, Buffer.alloc(30_000_000, 65))]), going);
    expect(git("cat-file", "-s", `${BRANCH}:big.bin`)).toBe("30000000");
  });

  test("a workspace folder inside the repository", async () => {
    await userRepo(place, { "app/a.txt": "a\n", "a.txt": "top\n" });
    const landing = open("branch", join(place.root, "app"));
    expect(await told(await landing.land(request([await change("a.txt", "a\n", "A\n")]), going))).toEqual({
      "a.txt": "A\n",
    });
    expect(changed()).toBe("M\tapp/a.txt");
  });

  test("without a git identity the author is Slicewise", async () => {
    userGit(place.root, "init", "-q");
    await put(place.root, { "a.txt": "a\n" });
    await open("branch").land(request([await change("a.txt", "a\n", "A\n")]), going);
    expect(git("log", "--format=%an <%ae>%P", BRANCH)).toBe("Slicewise <slicewise@localhost>");
  });

  test("a folder without git: a branch on the first snapshot, in storage", async () => {
    await put(place.root, { "a.txt": "a\n", "b.txt": "b\n" });
    const repo = openRepo({ workspaceRoot: place.root, storage: place.storage, orderId: ORDER, blobs });
    await repo.snapshot([], going);
    const landing = open("branch");
    await landing.land(request([await change("a.txt", "a\n", "A\n")], "01"), going);
    await landing.land(request([await change("a.txt", "A\n", "B\n")], "02"), going);
    const home = join(place.storage, (await readdir(place.storage))[0] ?? "", "repo.git");
    expect(userGit(home, "log", "--format=%s", "--name-only", BRANCH)).toBe(
      "02: do it\n\na.txt\n01: do it\n\na.txt\nSnapshot for Slicewise\n\na.txt\nb.txt",
    );
    expect(await look(place.root, [])).toEqual({ "a.txt": "a\n", "b.txt": "b\n" });
    expect(await landing.push("origin", going)).toMatchObject({
      pushed: false,
      why: expect.stringMatching(/no git repository/),
    });
  });

  test("the branch being checked out is refused with what to do", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    const landing = open("branch");
    await landing.land(request([await change("a.txt", "a\n", "A\n")], "01"), going);
    git("checkout", "-q", BRANCH);
    const second = landing.land(request([await change("a.txt", "A\n", "B\n")], "02"), going);
    await expect(second).rejects.toMatchObject({
      fault: { kind: "git", message: expect.stringMatching(/checked out.*git switch/) },
    });
    expect((await look(place.root))["a.txt"]).toBe("A\n");
  });
  test("a branch named slicewise stands in the way: git's words and no harm", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    git("branch", "slicewise");
    const landing = open("branch").land(request([await change("a.txt", "a\n", "A\n")]), going);
    await expect(landing).rejects.toMatchObject({
      fault: { kind: "git", message: expect.stringMatching(/'refs\/heads\/slicewise' exists/) },
    });
  });
});

const HOSTILE = [
  "../x",
  "/etc/x",
  ".git/config",
  ".GIT/hooks/pre-commit",
  "a/../../x",
  ".slicewise/x",
  "sub/.git/config",
];
describe.each(["branch", "workspace"] as const)("a hostile path is refused: %s", (into) => {
  test.each(HOSTILE)("%s", async (path) => {
    await userRepo(place, { "a.txt": "a\n" });
    const before = await theirs();
    const patch = [await change("a.txt", "a\n", "A\n"), await change(path, null, "evil\n")];
    await expect(open(into).land(request(patch), going)).rejects.toThrow(/may not be written/);
    expect(await theirs()).toEqual(before);
    expect(await marks(place)).toEqual([]);
  });
});

describe("into the workspace", () => {
  test("files and commit; modes, links and empty folders as git would", async () => {
    await userRepo(place, {
      "a.txt": "a\n",
      "d/only.txt": "x\n",
      "run.sh": { run: "r\n" },
      "s.sh": "s\n",
      "private.txt": "p\n",
    });
    await chmod(join(place.root, "private.txt"), 0o600);
    const patch = [
      await change("a.txt", "a\n", "A\n"),
      await change("d/only.txt", "x\n", null),
      await change("run.sh", "r\n", "rr\n", "100755"),
      await change("s.sh", "s\n", "s\n", "100755", "100644"),
      await change("n/e/w.txt", null, "w\n"),
      await change("ln", null, "../outside/secret", "120000"),
      await change("private.txt", "p\n", "pp\n"),
    ];
    const result = await open("workspace").land(request(patch), going);
    expect(result).toMatchObject({ landed: true, into: "workspace", commit: git("rev-parse", BRANCH) });
    const expected = {
      "a.txt": "A\n",
      ln: "link → ../outside/secret",
      "n/e/w.txt": "w\n",
      "private.txt": "pp\n",
      "run.sh": "run rr\n",
      "s.sh": "run s\n",
    };
    expect(await look(place.root)).toEqual(expected);
    expect(await readdir(place.root)).not.toContain("d");
    expect(git("branch", "--show-current")).toBe("main");
    expect(git("ls-files", "-s", "private.txt")).toMatch(/^100644/);
    const again = await open("workspace").land(request(patch), going);
    expect(again).toMatchObject({ landed: true, commit: result.landed && result.commit });
    await open("workspace").revert(request(patch), going);
    expect(git("status", "--porcelain")).toBe("");
  });

  test("what the user changed meanwhile is merged, or is a conflict and nothing is written", async () => {
    const base = "1\n2\n3\n4\n5\n";
    await userRepo(place, { "a.txt": base, "b.txt": "b\n" });
    await put(place.root, { "a.txt": "user\n2\n3\n4\n5\n" });
    const landing = open("workspace");
    const result = await landing.land(
      request([await change("a.txt", base, "1\n2\n3\n4\nslice\n")], "01"),
      going,
    );
    expect(await told(result)).toEqual({ "a.txt": "user\n2\n3\n4\nslice\n" });
    expect((await look(place.root))["a.txt"]).toBe("user\n2\n3\n4\nslice\n");
    expect(onBranch("a.txt")).toBe("1\n2\n3\n4\nslice");
    const before = await theirs();
    const clash = [await change("b.txt", "b\n", "B\n"), await change("a.txt", base, "mine\n2\n3\n4\n5\n")];
    expect(await landing.land(request(clash, "02"), going)).toEqual({ landed: false, conflicts: ["a.txt"] });
    expect(await theirs()).toEqual(before);
  });

  test("a conflict on the branch takes the files back", async () => {
    await userRepo(place, { "a.txt": "1\n", "b.txt": "b\n" });
    const landing = open("branch");
    await landing.land(request([await change("a.txt", "1\n", "landed\n")], "01"), going);
    const before = await theirs();
    const patch = [await change("b.txt", "b\n", "B\n"), await change("a.txt", "1\n", "other\n")];
    expect(await open("workspace").land(request(patch, "02"), going)).toEqual({
      landed: false,
      conflicts: ["a.txt"],
    });
    expect(await theirs()).toEqual(before);
  });

  test("after a crash between files and commit, landing again makes the commit", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    await put(place.root, { "a.txt": "A\n" });
    const result = await open("workspace").land(request([await change("a.txt", "a\n", "A\n")]), going);
    expect(result.landed).toBe(true);
    expect(onBranch("a.txt")).toBe("A");
  });

  test("a linked folder that leads out of the workspace is not written through", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    await put(place.root, { away: { link: place.outside }, hooks: { link: ".git/hooks" } });
    const hooks = await look(join(place.root, ".git/hooks"));
    for (const path of ["away/x", "away/deep/x", "hooks/pre-commit"]) {
      const patch = [await change("a.txt", "a\n", "A\n"), await change(path, null, "evil\n")];
      await expect(open("workspace").land(request(patch), going)).rejects.toMatchObject({
        fault: { kind: "disk" },
      });
    }
    expect(await readdir(place.outside)).toEqual([]);
    expect(await look(join(place.root, ".git/hooks"))).toEqual(hooks);
    expect((await look(place.root))["a.txt"]).toBe("a\n");
  });

  test("a link in the place of the file is a conflict, and its target stays as it is", async () => {
    await userRepo(place, { "a.txt": "a\n" });
    await writeFile(join(place.home, "target"), "a\n");
    await put(place.root, { "a.txt": { link: join(place.home, "target") } });
    const patch = [await change("a.txt", "a\n", "A\n")];
    expect(await open("workspace").land(request(patch), going)).toEqual({
      landed: false,
      conflicts: ["a.txt"],
    });
    expect((await look(place.home))["target"]).toBe("a\n");
  });

  test("a write that fails in the middle takes back what was written", async () => {
    await userRepo(place, { "a.txt": "a\n", "z.txt": "z\n", "gone.txt": "g\n" });
    await mkdir(join(place.root, "folder/with"), { recursive: true });
    await put(place.root, { "folder/with/content": "x" });
    const before = await theirs();
    const patch = [
      await change("gone.txt", "g\n", null),
      await change("a.txt", "a\n", "A\n"),
      await change("made/n.txt", null, "n\n"),
      await change("folder", null, "a file where a folder stands\n"),
      await change("z.txt", "z\n", "Z\n"),
    ];
    await expect(open("workspace").land(request(patch), going)).rejects.toMatchObject({
      fault: { kind: "disk", message: expect.stringMatching(/could not write .*folder/) },
    });
    expect(await theirs()).toEqual(before);
  });

  test("a folder without git", async () => {
    await put(place.root, { "a.txt": "a\n" });
    const result = await open("workspace").land(request([await change("a.txt", "a\n", "A\n")]), going);
    expect(await told(result)).toEqual({ "a.txt": "A\n" });
    expect(await look(place.root, [])).toEqual({ "a.txt": "A\n" });
  });

  test("a byte order mark, CRLF and an encoding that is not UTF-8 survive a merge byte for byte", async () => {
    const bytes = (first: string, last: string): Buffer =>
      Buffer.from(`\xef\xbb\xbf${first}\r\n\xe9\r\n3\r\n${last}`, "latin1");
    await userRepo(place, { "a.txt": bytes("1", "4") });
    await put(place.root, { "a.txt": bytes("user", "4") });
    await open("workspace").land(
      request([await change("a.txt", bytes("1", "4"), bytes("1", "slice"))]),
      going,
    );
    expect(await look(place.root)).toEqual({ "a.txt": bytes("user", "slice").toString() });
  });
});

describe("push", () => {
  async function landed(files: Files = {}): Promise<string> {
    await userRepo(place, { "a.txt": "a\n", ...files });
    await open("branch").land(request([await change("a.txt", "a\n", "A\n")]), going);
    const remote = join(place.home, "remote.git");
    userGit(place.home, "init", "-q", "--bare", remote);
    git("remote", "add", "origin", remote);
    return remote;
  }
  test("brings the branch to the remote, runs no hook, and once more does nothing", async () => {
    const remote = await landed();
    expect(await open("branch").push("origin", going)).toEqual({ pushed: true });
    expect(await open("branch").push("origin", going)).toEqual({ pushed: true });
    expect(userGit(remote, "for-each-ref", "--format=%(refname)")).toBe(`refs/heads/${BRANCH}`);
    expect(await marks(place)).toEqual([]);
  });
  const failing: [name: string, remote: string, url: string | null, why: RegExp][] = [
    ["an unknown remote", "nowhere", null, /no remote.*there are: origin/],
    ["an address instead of a name", "ext::sh -c touch% ../outside/x", null, /no remote/],
    ["an option instead of a name", "--receive-pack=touch ../outside/x", null, /no remote/],
    ["a remote that is gone", "origin", "/nonexistent/x.git", /does not (appear to be|exist)/],
    [
      "a password in the address",
      "origin",
      "https://me:hunter2@127.0.0.1:1/x.git",
      /^(?!.*hunter2).*127\.0\.0\.1/s,
    ],
  ];
  test.each(failing)("says why it failed: %s", async (_name, remote, url, why) => {
    await landed();
    if (url !== null) git("remote", "set-url", "origin", url);
    const pushed = await open("branch").push(remote, going);
    expect(pushed).toMatchObject({ pushed: false, why: expect.stringMatching(why) });
    expect(await marks(place)).toEqual([]);
  });
  test("a remote that hangs is left when the order stops", async () => {
    await landed();
    git("remote", "set-url", "origin", "ssh://host/x");
    git("config", "core.sshCommand", "sleep 600; :");
    const stopping = new AbortController();
    const pushing = open("branch").push("origin", stopping.signal);
    setTimeout(() => stopping.abort(), 300);
    await expect(pushing).rejects.toMatchObject({ fault: { kind: "cancelled" } });
  });
});
