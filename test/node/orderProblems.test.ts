import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openOrderFiles, problemText } from "../../src/node/orderFiles.ts";
import { sha256 } from "../../src/node/sha256.ts";
import { ID, TASK, WHERE, workspace } from "./orderFixture.ts";

describe("problems name file, line and key", () => {
  const check = (name: string, files: Record<string, string | Uint8Array>, problems: string[]) =>
    it(name, async () => {
      const root = workspace({ "order.md": "Do it.", ...files });
      const read = await openOrderFiles(root, ID).read();
      expect(read.problems.map((p) => problemText(p).replace(`${WHERE}/`, ""))).toEqual(problems);
      expect(read.tasks).toEqual([]);
    });
  const task = (name: string, from: string | RegExp, to: string, ...problems: string[]) => {
    if (TASK.replace(from, to) === TASK) throw new Error(`${name}: nothing was replaced`);
    check(
      name,
      { "tasks/01-a.md": TASK.replace(from, to) },
      problems.map((p) => `tasks/01-a.md:${p}`),
    );
  };

  task(
    "unknown key",
    "minutes: 20",
    "minuts: 20",
    "10 minuts: is not a key of a task file; remove or rename it",
  );
  task(
    "unknown key in a check",
    "    before: fail",
    "    befor: fail",
    "14 checks[0].befor: is not a key of checks[0]; remove or rename it",
  );
  task("missing key", "class: C2", "#", "1 class: is missing; add it");
  task("text for a number", "minutes: 20", "minutes: long", "10 minutes: must be a number, not text");
  task("number for text", 'id: "01"', "id: 01", "2 id: must be text, not a number; put it in quotes");
  task("text for a list", "needs: []", "needs: all", "5 needs: must be a list, not text");
  task("empty for a list", "needs: []", "needs:", "5 needs: must be a list, not empty");
  task(
    "number in a list",
    "needs: []",
    "needs: [01]",
    "5 needs[0]: must be text, not a number; put it in quotes",
  );
  task("no such class", "C2 ", "C9 ", "4 class: must be one of C1, C2, C3, C4");
  task(
    "no such before",
    "before: fail",
    "before: red",
    "14 checks[0].before: must be one of fail, pass, any",
  );
  task("bad route", "route: auto", "route: cheap", '11 route: must be "auto" or "provider/model@effort"');
  task("bad effort", "route: auto", "route: a/b@huge", '11 route: must be "auto" or "provider/model@effort"');
  task("no minutes", "minutes: 20", "minutes: 0", "10 minutes: must be greater than 0");
  task("long title", "Parse --limit", "x".repeat(121), "3 title: must not be longer than 120 characters");
  task("writes nothing", /writes: \[.*\]/, "writes: []", "7 writes: must not be empty");
  task(
    "two kinds in a check",
    "    before: fail",
    "    expect: green",
    "13 checks[0]: must have exactly one of run, script, expect",
  );
  task(
    "no check at all",
    /- run: .*\n.*before: fail/,
    "- [npm, test]",
    "13 checks[0]: must have exactly one of run, script, expect",
  );
  task(
    "checks no list",
    /checks:\n(.*\n)*---/,
    "checks: npm test\n---",
    "12 checks: must be a list, not text",
  );
  task("empty command", /run: .*/, 'run: ""', "13 checks[0].run: must not be empty");
  task(
    "several at once",
    /class: C2[^]*minutes: 20/,
    "class: C7\nx: 1\nwrites: [a]\nminutes: x",
    "4 class: must be one of C1, C2, C3, C4",
    "5 x: is not a key of a task file; remove or rename it",
    "7 minutes: must be a number, not text",
  );

  const glob = (bad: string, why: string) =>
    task(
      `glob ${JSON.stringify(bad)}`,
      "reads: [src/cli.js]",
      `reads: [ok, ${JSON.stringify(bad)}]`,
      `6 reads[1]: ${JSON.stringify(bad)} ${why}`,
    );
  const outside = 'leads outside the repository with ".."; give a glob below its root';
  const absolute = "is absolute; give it relative to the root of the repository";
  glob("../x", outside);
  glob("a/../../x", outside);
  glob("{a,../b}", outside);
  glob("/etc/passwd", absolute);
  glob("~/x", absolute);
  glob("C:/x", absolute);
  glob("a\\b", 'contains a backslash; put "/" between the parts');
  glob("a\0b", "contains a NUL character; give a glob such as src/**");
  glob(" ", "is empty; give a glob such as src/**");
  glob("!src/**", "is a negation; name what is meant, not what is not");
  glob(".git/config", "names .git, which is off limits");
  glob("x/.GIT/hooks/*", "names .git, which is off limits");
  task("script outside", "checks/01-limit.mjs", "../x.mjs", `15 checks[1].script: ${outside}`);

  task(
    "no YAML",
    "needs: []",
    "needs: [",
    "6 reads: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  );
  task("key twice", "minutes: 20", "class: C1", "10 class: is not valid YAML: Map keys must be unique");
  task(
    "anchor and alias",
    /needs: \[\].*\nreads: .*/,
    "needs: &a []\nreads: *a",
    "5 needs: has a YAML anchor; remove it",
    "6 reads: uses a YAML alias; write the value out",
  );
  task("tag", "title: Parse", "title: !!str Parse", "3 title: has a YAML tag; remove it");
  task(
    "unknown tag",
    "minutes: 20",
    "minutes: !js/function 20",
    "10 minutes: is not valid YAML: Unresolved tag: !js/function",
  );
  task(
    "__proto__",
    "minutes: 20",
    "__proto__: { x: 1 }",
    "10 __proto__: is not a key of a task file; remove or rename it",
  );
  task(
    "no front matter",
    /^---\n/,
    "",
    '1 has no front matter; begin the file with a line "---", keys, and a line "---"',
  );
  task(
    "front matter without end",
    /\n---\nThe/,
    "\nThe",
    '1 the front matter does not end; put a line "---" after its last key',
  );
  task(
    "id and name differ",
    '"01"',
    '"02"',
    '2 id: "02" does not match the file\'s name 01-a.md; name it 02-….md',
  );

  check("a list for front matter", { "tasks/01-a.md": "---\n- a\n---\n" }, [
    'tasks/01-a.md:2 must be lines of the form "key: value"',
  ]);
  check("an empty file", { "tasks/01-a.md": "" }, [
    'tasks/01-a.md:1 has no front matter; begin the file with a line "---", keys, and a line "---"',
  ]);
  check(
    "the same id twice",
    { "tasks/01-a.md": TASK, "tasks/01-b.md": TASK.replace('id: "01"', '# first\nid: "01"') },
    [
      `tasks/01-a.md:2 id: "01" is the id of ${WHERE}/tasks/01-b.md, too; give one of them another id`,
      `tasks/01-b.md:3 id: "01" is the id of ${WHERE}/tasks/01-a.md, too; give one of them another id`,
    ],
  );
  check("too large a file", { "tasks/01-a.md": TASK + "x".repeat(256_000) }, [
    `tasks/01-a.md:1 "${WHERE}/tasks/01-a.md" is larger than 256 kB`,
  ]);
  check("no UTF-8", { "tasks/01-a.md": Uint8Array.from([0x2d, 0xff, 0xfe]) }, [
    "tasks/01-a.md:1 is no UTF-8 text; save it as UTF-8",
  ]);
  check("order.md: unknown key", { "order.md": "---\nautonomy: full\nmodel: x\n---\nDo." }, [
    "order.md:3 model: is not a key of order.md; remove or rename it",
  ]);
  check(
    "order.md: bad tier",
    { "order.md": "---\ntiers:\n  - provider: a\n    model: b\n    effort: huge\n---\nDo." },
    ["order.md:5 tiers[0].effort: must be one of none, minimal, low, medium, high, xhigh, max"],
  );
  check("order.md: no goal", { "order.md": "---\n# nothing\n---\n\n" }, [
    "order.md:4 has no goal; write it below the front matter",
  ]);
  check("order.md: empty", { "order.md": " \n" }, ["order.md:1 has no goal; write it into the file"]);

  it("order.md missing", async () => {
    const read = await openOrderFiles(workspace({ "scope.md": "x" }), ID).read();
    expect(read.problems.map(problemText)).toEqual([
      `${WHERE}/order.md:1 does not exist; write the goal into it`,
    ]);
  });

  it("a slice nobody wrote", async () => {
    const files = openOrderFiles(workspace({ "order.md": "x", "tasks/01-a.md": TASK }), ID);
    expect(await files.readTask("07")).toEqual([
      { path: `${WHERE}/tasks`, line: 1, key: null, message: "holds no file for slice 07; add 07-….md" },
    ]);
  });

  it("a task file that leads out of the workspace", async () => {
    const root = workspace({ "order.md": "x", "tasks/02-b.md": "" });
    symlinkSync("/etc/passwd", join(root, WHERE, "tasks/01-a.md"));
    const read = await openOrderFiles(root, ID).read();
    expect(read.problems[0]?.message).toContain("leads outside the repository through a symbolic link");
  });

  it("verification functions that are none: links, pipes, floods", async () => {
    const root = workspace({
      "order.md": "x",
      "checks/01-a.mjs": "a",
      "checks/data.json": "{}",
      "kept.mjs": "b",
    });
    const at = (name: string) => join(root, WHERE, "checks", name);
    symlinkSync("01-a.mjs", at("02-inside.mjs"));
    symlinkSync("/etc/hostname", at("03-out.mjs"));
    execFileSync("mkfifo", [at("04-pipe.mjs")]);
    writeFileSync(at("05-huge.mjs"), "x".repeat(256_001));
    writeFileSync(at("06-bytes.mjs"), Uint8Array.from([0xff, 0xfe]));
    const read = await openOrderFiles(root, ID).read();
    expect(read.functions).toEqual({ "checks/01-a.mjs": sha256("a") });
    const quoted = (name: string) => `${WHERE}/checks/${name}:1 "${WHERE}/checks/${name}"`;
    expect(read.problems.map(problemText)).toEqual([
      `${quoted("02-inside.mjs")} is a symbolic link; use ${WHERE}/checks/01-a.mjs, where it points`,
      `${quoted("03-out.mjs")} is a symbolic link that leads outside the repository`,
      `${quoted("04-pipe.mjs")} is no regular file; it cannot be read`,
      `${quoted("05-huge.mjs")} is larger than 256 kB`,
      `${WHERE}/checks/06-bytes.mjs:1 is no UTF-8 text; save it as UTF-8`,
    ]);
  });

  it("more verification functions than anybody means", async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`checks/${n}.mjs`, ""]));
    const read = await openOrderFiles(workspace({ "order.md": "x", ...many }), ID).read();
    expect(read.functions).toEqual({});
    expect(read.problems.map(problemText)).toEqual([
      `${WHERE}/checks:1 holds 1001 verification functions; an order takes 1000 at most`,
    ]);
  });

  it("a folder of verification functions that is a link", async () => {
    const root = workspace({ "order.md": "x", "other/01-a.mjs": "a" });
    symlinkSync("other", join(root, WHERE, "checks"));
    const read = await openOrderFiles(root, ID).read();
    expect(read.functions).toEqual({});
    expect(read.problems.map(problemText)[0]).toContain("goes through");
  });

  it("a flood of brackets or of lines is an answer, not a crash", async () => {
    for (const bomb of [
      "x: " + "[".repeat(100_000),
      "x: " + "{a: ".repeat(30_000),
      "- ".repeat(100_000),
      "a: |\n" + " \n".repeat(100_000),
    ]) {
      const root = workspace({ "order.md": "x", "tasks/01-a.md": `---\n${bomb}\n---\n` });
      expect((await openOrderFiles(root, ID).read()).problems.length).toBeGreaterThan(0);
    }
  });
});
