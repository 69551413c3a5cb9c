import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openOrderFiles, problemText } from "../../src/node/orderFiles.ts";
import { folder, ID, workspace } from "./orderFixture.ts";

type Files = Record<string, string>;
function open(files: Files, links: Files = {}) {
  const root = workspace({ "order.md": "Do it." });
  const at = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(at(path), content);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, at(path));
  return { root, order: openOrderFiles(root, ID) };
}
const rulesOf = (files: Files, links?: Files) => open(files, links).order.teamRules();
const OURS = ".slicewise/rules.md";

describe("the team's rules", () => {
  /** Each as [path, folder, text]. */
  const check = (name: string, files: Files, expected: [string, string, string][], links?: Files) =>
    it(name, async () => {
      const rules = await rulesOf(files, links);
      expect(rules.map(({ path, folder: ruled, text }) => [path, ruled, text])).toEqual(expected);
    });

  check("are none where there are no files", {}, []);
  check(
    "come from three places of the root",
    { [OURS]: "one\n", "AGENTS.md": "two\n", "CLAUDE.md": "three\n" },
    [
      [OURS, "", "one"],
      ["AGENTS.md", "", "two"],
      ["CLAUDE.md", "", "three"],
    ],
  );
  check(
    "and from any folder, for what is in it, the nearest to the root first",
    {
      "b/c/AGENTS.md": "deep",
      "b/CLAUDE.md": "b",
      "a/AGENTS.md": "a",
      "AGENTS.md": "root",
      "a/agents.md": "no",
      "a/NOTES.md": "no",
    },
    [
      ["AGENTS.md", "", "root"],
      ["a/AGENTS.md", "a", "a"],
      ["b/CLAUDE.md", "b", "b"],
      ["b/c/AGENTS.md", "b/c", "deep"],
    ],
  );
  check("are said once for a folder", { "AGENTS.md": "x", "CLAUDE.md": "x", "a/AGENTS.md": "x" }, [
    ["AGENTS.md", "", "x"],
  ]);
  check("but to each of two folders", { "a/AGENTS.md": "x", "a/b/CLAUDE.md": "x", "ab/AGENTS.md": "x" }, [
    ["a/AGENTS.md", "a", "x"],
    ["ab/AGENTS.md", "ab", "x"],
  ]);
  check(
    "are said once when one file is a link to the other",
    { "AGENTS.md": "two" },
    [["AGENTS.md", "", "two"]],
    { "CLAUDE.md": "AGENTS.md" },
  );
  check(
    "are not those of dependencies or of ours",
    { "node_modules/a/AGENTS.md": "x", ".slicewise/orders/x/AGENTS.md": "x" },
    [],
  );
  check("empty ones say nothing", { [OURS]: " \n", "AGENTS.md": "" }, []);
  check(
    "say what was not read",
    {},
    [
      [
        "CLAUDE.md",
        "",
        '(Not read: "CLAUDE.md" leads outside the repository through a symbolic link; it cannot be read.)',
      ],
    ],
    { "CLAUDE.md": "/etc/passwd" },
  );

  it("leave out what git ignores", async () => {
    const { root, order } = open({ "AGENTS.md": "a", "out/AGENTS.md": "b", ".gitignore": "out/\n" });
    execFileSync("git", ["init", "-q"], { cwd: root });
    expect((await order.teamRules()).map(({ path }) => path)).toEqual(["AGENTS.md"]);
  });

  it("are cut at 32 kB each, and at 50 files", async () => {
    const files = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`d${n + 10}/AGENTS.md`, `${n}`]));
    const rules = await rulesOf({ ...files, "AGENTS.md": "x".repeat(100_000) });
    expect(rules).toHaveLength(51);
    expect(rules[0]?.text).toContain("[… 68,000 bytes left out …]");
    expect(rules[0]?.text.length).toBeLessThan(32_100);
    expect(rules[50]).toEqual({
      path: "d59/AGENTS.md",
      folder: "",
      text: "(Not read: 21 more rules files, from d59/AGENTS.md on: the limit is 50.)",
    });
  });
});

describe("what is enforced", () => {
  const check = (name: string, text: string, expected: object) =>
    it(name, async () =>
      expect(await rulesOf({ [OURS]: text })).toEqual([{ path: OURS, folder: "", ...expected }]),
    );

  check("nothing without front matter", "- be kind\n", { text: "- be kind" });
  check(
    "stands in the front matter, and is put into words where it is not",
    "---\nprotect: [yarn.lock, db/**] # mine\nforbid: ['debugger;']\n---\n- Leave yarn.lock alone. (enforced)\n",
    {
      text: "- Leave yarn.lock alone. (enforced)\n- Do not change db/**, unless the task names the very file. (enforced)\n- Do not add `debugger;`. (enforced)",
      enforced: { protect: ["yarn.lock", "db/**"], forbid: ["debugger;"] },
    },
  );
  check("half of it is enough, CRLF too", "---\r\nforbid:\r\n  - TODO\r\n---\r\n", {
    text: "- Do not add `TODO`. (enforced)",
    enforced: { protect: [], forbid: ["TODO"] },
  });

  const wrong = (name: string, text: string, ...problems: string[]) =>
    it(name, async () => {
      const { order } = open({ [OURS]: text });
      const [rules] = await order.teamRules();
      expect(rules).not.toHaveProperty("enforced");
      expect(rules?.problems?.map(problemText)).toEqual(problems.map((problem) => `${OURS}:${problem}`));
      expect((await order.read()).problems).toEqual(rules?.problems);
    });
  wrong(
    "an unknown key",
    "---\nprotec: [a]\n---\n",
    "2 protec: is not a key of .slicewise/rules.md; remove or rename it",
  );
  wrong("a text for a list", "---\n# c\nforbid: x\n---\n", "3 forbid: must be a list, not text");
  wrong(
    "a number",
    "---\nforbid:\n  - a\n  - 7\n---\n",
    "4 forbid[1]: must be text, not a number; put it in quotes",
  );
  wrong("blank text, which every patch adds", "---\nforbid: [' ']\n---\n", "2 forbid[0]: must not be blank");
  wrong(
    "a path that leads out",
    "---\nprotect: [../a]\n---\n",
    '2 protect[0]: "../a" leads outside the repository with ".."; give a glob below its root',
  );
  wrong(
    "no YAML",
    "---\nprotect: [\n---\n",
    "3 protect: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  );
  wrong(
    "no end",
    "---\nprotect: []\n",
    '1 the front matter does not end; put a line "---" after its last key',
  );

  it("is not lost with a file that cannot be read", async () => {
    const { order } = open({}, { [OURS]: join(mkdtempSync(join(folder, "else-")), "rules.md") });
    const [rules] = await order.teamRules();
    expect(rules?.problems?.map(problemText)).toEqual([
      `${OURS}:1 ${JSON.stringify(OURS)} does not exist; list the folder to see what does`,
    ]);
  });
});
