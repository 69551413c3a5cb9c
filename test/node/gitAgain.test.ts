/** A git command run again and again, with a real git: each answer is that of a git started anew. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { git } from "../../src/node/git.ts";
import { gitAgain } from "../../src/node/gitAgain.ts";
import { places, put, userGit } from "./gitFixture.ts";
import { scratchFolder } from "./scratchFolder.ts";

const place = places();
const LIST = ["ls-files", "-t", "-co", "-z"];

/** Of this process. */
const children = (): number[] =>
  readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );

async function repository() {
  userGit(place.root, "init", "-q");
  await put(place.root, { "a.ts": "a\n" });
  return { cwd: place.root, list: gitAgain(LIST, { cwd: place.root }) };
}

test("each answer is git's own: of no files, of odd names, of many", async () => {
  userGit(place.root, "init", "-q");
  const list = gitAgain(LIST, { cwd: place.root });
  const same = async () => expect(await list()).toBe(await git(LIST, { cwd: place.root }));
  await same();
  await same();
  await put(place.root, { "ends\n0\n": "", "0\n": "", "é 'q' \"$x\"": "", "-n": "" });
  await same();
  await put(place.root, Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`many/${at}\n`, ""])));
  await same();
});

test("asked at once, each is answered", async () => {
  const { list } = await repository();
  expect(await Promise.all([list(), list(), list()])).toEqual(Array(3).fill("? a.ts\0"));
});

test("what git refuses is said as git says it, and the next is answered", async () => {
  const { cwd, list } = await repository();
  await list();
  await list();
  const kept = readFileSync(join(cwd, ".git/HEAD"));
  rmSync(join(cwd, ".git/HEAD"));
  await expect(list()).rejects.toThrow(/git ls-files failed in .*\n.*not a git repository/s);
  await put(cwd, { ".git/HEAD": kept });
  expect(await list()).toBe("? a.ts\0");
  rmSync(cwd, { recursive: true });
  await expect(list()).rejects.toThrow(/folder is gone/);
});

test.skipIf(!existsSync("/proc/self/task"))("a shell that was ended is another time started", async () => {
  const { cwd, list } = await repository();
  const others = new Set(children());
  await list();
  await list();
  const [shell, ...more] = children().filter((one) => !others.has(one));
  expect(more).toEqual([]);
  process.kill(shell ?? 0, "SIGKILL");
  await put(cwd, { "b.ts": "" });
  expect(await list()).toBe("? a.ts\0? b.ts\0");
  expect(await list()).toBe("? a.ts\0? b.ts\0");
});

test("it keeps no process alive, and outlives none", async () => {
  const { cwd } = await repository();
  const outfile = join(scratchFolder(), "program.mjs");
  const contents = `import { gitAgain } from "./src/node/gitAgain.ts";
    const list = gitAgain(${JSON.stringify(LIST)}, { cwd: process.argv[2] });
    for (const _ of [1, 2, 3]) console.log(await list());`;
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    ...{ outfile, bundle: true, platform: "node", format: "esm" },
  });
  // It waits for the end of its output, which the shell does not hold.
  const said = execFileSync(process.execPath, [outfile, cwd], { timeout: 20_000 });
  expect(said.toString()).toBe("? a.ts\0\n".repeat(3));
});
