/** `slicewise init` on real folders with real commands. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArgs } from "../../src/terminal/args.ts";
import { perform } from "../../src/terminal/commands.ts";
import { type Lab, makeLab } from "../scenarios/lab.ts";

type Ran = { status: number; out: string; err: string };

/** `stopAt` is what it says when Ctrl-C is pressed. */
async function init(lab: Lab, words: string[] = [], stopAt?: string): Promise<Ran> {
  const ran = { out: "", err: "" };
  const stop = new AbortController();
  const terminal = {
    out: (text: string) => void (ran.out += text),
    err: (text: string) => {
      ran.err += text;
      if (stopAt !== undefined && text.includes(stopAt)) setImmediate(() => stop.abort());
    },
    signal: stop.signal,
    env: { XDG_DATA_HOME: join(lab.root, "../data") },
  };
  const parsed = readArgs(["init", ...words, "--workspace", lab.root]);
  if (!("args" in parsed)) return { status: 2, out: "", err: JSON.stringify(parsed) };
  const status = await perform(parsed.args, terminal).catch((error: unknown) => {
    terminal.err(error instanceof Error ? error.message : String(error));
    return 2;
  });
  return { status, ...ran };
}

const RULES = ".slicewise/rules.md";
const MAKEFILE =
  "test:\n\ttouch made-by-test && grep -q sound state\nbuild:\n\ttest ! -e made-by-test\nlint:\n\texit 3\n";
const project = () => makeLab({ files: { Makefile: MAKEFILE, state: "sound\n" } });

test("writes what was tried, in copies: nothing is left behind, in the tree or for the next command", async () => {
  const lab = project();
  const ran = await init(lab);
  expect(ran).toMatchObject({
    status: 0,
    out: `Wrote ${RULES}. Read it, change what does not fit, and commit it.\n`,
  });
  const text = lab.text(RULES).replace(/works: \d+\.\d s/g, "works: N s");
  expect(text).toContain(
    "Commands:\n- test: `make test` (works: N s)\n- build: `make build` (works: N s)\n" +
      "- lint: `make lint` (fails on the tree as it is: exit 2)\n",
  );
  expect(ran.err).toContain("trying make test\nmake test: works: ");
  expect(existsSync(join(lab.root, "made-by-test"))).toBe(false);
  expect(lab.git("status", "--porcelain", "--", ":!.slicewise")).toBe("");
});

test("tries nothing when told so, and says what it would write when told so", async () => {
  const lab = makeLab({ files: { Makefile: "test:\n\ttouch ../ran\n" } });
  const ran = await init(lab, ["--no-try", "--print"]);
  expect(ran.status).toBe(0);
  expect(ran.out).toContain("- test: `make test`\n");
  expect(existsSync(join(lab.root, RULES))).toBe(false);
  expect(await init(lab, ["--no-try"])).toMatchObject({ status: 0, err: "" });
  expect(lab.text(RULES)).toBe(ran.out);
});

test("says what is not installed, and holds nothing against the tree for it", async () => {
  const lab = makeLab({ files: { "package.json": '{ "scripts": { "test": "no-such-program" } }' } });
  await init(lab);
  expect(lab.text(RULES)).toMatch(
    /`npm test` \(not known: It could not be started: .*no-such-program.*not found\)/,
  );
});

test.skipIf(spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]).status !== 0)(
  "what is tried is confined as checks are",
  async () => {
    const lab = makeLab({});
    const outside = join(lab.root, "../escaped");
    writeFileSync(join(lab.root, "Makefile"), `test:\n\techo x > ${outside}\n`);
    await init(lab);
    expect(existsSync(outside)).toBe(false);
  },
);

test("works in a folder without git, and on nothing at all", async () => {
  const lab = makeLab({ git: false });
  expect((await init(lab)).status).toBe(0);
  expect(lab.text(RULES)).toContain("A project without tests.");
});

test("as JSON", async () => {
  const lab = project();
  const { status, out, err } = await init(lab, ["--json"]);
  expect([status, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({
    path: RULES,
    written: true,
    text: lab.text(RULES),
    tried: [
      { command: "make test", result: "pass" },
      { command: "make build", result: "pass" },
      { command: "make lint", result: "fail", status: 2 },
    ],
  });
});

test("never overwrites: not a file, not a link, not even an empty one", async () => {
  const lab = project();
  mkdirSync(join(lab.root, ".slicewise"), { recursive: true });
  const said = `${RULES} is there already and was left as it is. See what would be written: slicewise init --print`;
  writeFileSync(join(lab.root, RULES), "");
  expect(await init(lab)).toEqual({ status: 2, out: "", err: said });
  expect(lab.text(RULES)).toBe("");
  rmSync(join(lab.root, RULES));
  symlinkSync("../elsewhere.md", join(lab.root, RULES));
  expect(await init(lab)).toEqual({ status: 2, out: "", err: said });
  expect(existsSync(join(lab.root, "elsewhere.md"))).toBe(false);
  expect((await init(lab, ["--print", "--no-try"])).status).toBe(0);
});

test("not through a folder that is a link", async () => {
  const lab = project();
  rmSync(join(lab.root, ".slicewise"), { recursive: true });
  mkdirSync(join(lab.root, "../else"));
  symlinkSync("../else", join(lab.root, ".slicewise"));
  const ran = await init(lab, ["--no-try"]);
  expect(ran).toMatchObject({
    status: 2,
    err: expect.stringContaining("a symbolic link that leads outside the repository"),
  });
  expect(existsSync(join(lab.root, "../else/rules.md"))).toBe(false);
});

test.skipIf(process.getuid?.() === 0)("says when the folder cannot be written", async () => {
  const lab = project();
  chmodSync(join(lab.root, ".slicewise"), 0o555);
  const ran = await init(lab, ["--no-try"]);
  chmodSync(join(lab.root, ".slicewise"), 0o755);
  expect(ran).toMatchObject({ status: 2, err: expect.stringContaining("permission was denied") });
});

test("Ctrl-C ends the command that is tried; nothing is written", async () => {
  const lab = makeLab({ files: { Makefile: "test:\n\tsleep 60\n" } });
  expect(await init(lab, [], "trying make test")).toMatchObject({ status: 130, out: "" });
  expect(existsSync(join(lab.root, RULES))).toBe(false);
});

test("what it writes is enforced", async () => {
  const lab = project();
  await init(lab, ["--no-try"]);
  expect(readFileSync(join(lab.root, RULES), "utf8")).toMatch(
    /^---\n# Guards[^]*\nprotect: \["\.github\/workflows\/\*\*", "LICENSE"\]\nforbid: \[\]\n---\n/,
  );
});
