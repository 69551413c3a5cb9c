import { describe, expect, test } from "vitest";
import { allows } from "../../src/engine/execute.ts";
import { nearest } from "../../src/engine/nearest.ts";
import { cut } from "../../src/engine/tools.ts";
import { bench } from "./bench.ts";

type Edit = { old: string; new: string };

describe("edit", () => {
  /** The file after the edits, or what the model is told. */
  async function check(before: string, edits: Edit[], expected: string | RegExp): Promise<void> {
    const one = bench({ "a.txt": before });
    const answer = await one.call("edit", { path: "a.txt", edits });
    if (typeof expected === "string") {
      expect(answer).toEqual({ text: "Edited a.txt." });
      expect(one.files.get("a.txt")).toBe(expected);
    } else {
      expect(answer).toMatchObject({ failed: true, text: expect.stringMatching(expected) as string });
      expect(one.files.get("a.txt")).toBe(before);
    }
  }

  test.each<[string, string, Edit[], string | RegExp]>([
    ["one", "a\nb\nc\n", [{ old: "b", new: "B" }], "a\nB\nc\n"],
    [
      "several, in order",
      "a b c",
      [
        { old: "a", new: "x" },
        { old: "x b", new: "y" },
      ],
      "y c",
    ],
    ["deleting", "a\nb\n", [{ old: "b\n", new: "" }], "a\n"],
    ["letters of replacement patterns", "cost", [{ old: "cost", new: "$& $1 $$" }], "$& $1 $$"],
    [
      "none found",
      "a\nbeta\nc",
      [{ old: "betta", new: "x" }],
      /Edit 1 of 1 in a\.txt: the old text does not occur\. Nearest lines:\n1: a\n2: beta\n3: c\n Nothing was changed\./,
    ],
    ["found twice", "a\nb\na\n", [{ old: "a", new: "x" }], /more than once \(lines 1 and 3\)/],
    ["found twice, overlapping itself", "aaa", [{ old: "aa", new: "x" }], /more than once/],
    [
      "the second one not found: nothing changes",
      "a b",
      [
        { old: "a", new: "x" },
        { old: "z", new: "y" },
      ],
      /Edit 2 of 2/,
    ],
    ["nothing left to change", "a", [{ old: "a", new: "a" }], /leave a\.txt as it was/],
    ["CRLF is kept", "a\r\nb\r\nc\r\n", [{ old: "a\nb", new: "x\ny" }], "x\r\ny\r\nc\r\n"],
    ["CRLF is kept where one line becomes two", "a\r\nb\r\n", [{ old: "b", new: "x\ny" }], "a\r\nx\r\ny\r\n"],
    ["CRLF given as CRLF", "a\r\nb\r\n", [{ old: "a\r\nb", new: "x\r\ny" }], "x\r\ny\r\n"],
    ["CRLF given for a file without it", "a\nb\n", [{ old: "a\r\nb", new: "x\r\ny" }], "x\ny\n"],
    ["both line ends, where it has LF", "a\r\nb\nc\n", [{ old: "b\nc", new: "x\ny" }], "a\r\nx\ny\n"],
    ["both line ends, where it has CRLF", "a\r\nb\r\nc\nd", [{ old: "a\nb", new: "x\ny" }], "x\r\ny\r\nc\nd"],
  ])("%s", (_name, before, edits, expected) => check(before, edits, expected));

  test.each([
    ["src/b.ts", ["src/a.ts"]],
    ["src/../secret", ["src/**"]],
    ["/src/a.ts", ["src/**"]],
    ["app/i/page.tsx", ["app/[id]/*.tsx"]],
  ])("%s is outside %j: refused, recorded, and the file is not read", async (path, writes) => {
    const one = bench({ [path]: "a" }, { writes });
    for (const [name, args] of [
      ["edit", { path, edits: [{ old: "a", new: "b" }] }],
      ["write", { path, text: "b" }],
    ] as const) {
      const answer = await one.call(name, args);
      expect(answer).toMatchObject({
        failed: true,
        text: expect.stringContaining("outside the write set") as string,
      });
    }
    expect([one.files.get(path), one.refused.length]).toEqual(["a", 2]);
  });
  test("the same path written another way is the same file", async () => {
    const one = bench({ "src/a.ts": "a" }, { writes: ["src/a.ts"] });
    await one.call("edit", { path: "./src/a.ts", edits: [{ old: "a", new: "b" }] });
    expect(one.refused).toEqual([]);
  });
});

describe("read", () => {
  const text = Array.from({ length: 1000 }, (_, at) => `line ${at + 1}`).join("\n");
  test.each<[object, RegExp]>([
    [{ path: "f" }, /^line 1\n[^]*line 400\n\[600 more lines: read from 401\]$/],
    [{ path: "f", from: 401 }, /^line 401\n[^]*line 800\n\[200 more lines: read from 801\]$/],
    [{ path: "f", from: 999 }, /^line 999\nline 1000$/],
    [{ path: "f", from: 2, to: 3 }, /^line 2\nline 3$/],
    [{ path: "f", from: null, to: null }, /^line 1\n/],
    [{ path: "nowhere" }, /does not exist/],
  ])("%j", async (args, expected) =>
    expect((await bench({ f: text }).call("read", args)).text).toMatch(expected),
  );
  test("a second look at what has not changed is one line, until it changes", async () => {
    const one = bench({ f: "a" });
    await one.call("read", { path: "f" });
    expect((await one.call("read", { path: "f" })).text).toBe("f is unchanged since you read it.");
    await one.call("write", { path: "f", text: "longer" });
    expect((await one.call("read", { path: "f" })).text).toBe("longer");
  });
});

describe("run", () => {
  test.each<[string, Parameters<typeof bench>[1], string, string[]]>([
    ["known", { known: ["npm test"], result: { output: "ok" } }, "exit 0\nok", ["npm test"]],
    ["permitted", { permit: "yes" }, "exit 0\n", ["npm test"]],
    ["refused by the user", { permit: "no" }, "Not run: the user refused it.", []],
    [
      "with nobody to ask",
      { permit: "unattended" },
      "Not run: it is neither a check of this task nor allowed.",
      [],
    ],
    ["failing", { permit: "yes", result: { status: 3, output: "bad" } }, "exit 3\nbad", ["npm test"]],
    ["too long", { permit: "yes", result: { status: null, ended: "timeout" } }, "timeout\n", ["npm test"]],
  ])("%s", async (_name, given, expected, ran) => {
    const one = bench({}, given);
    const { text } = await one.call("run", { command: "npm test" });
    expect(text.startsWith(expected)).toBe(true);
    expect([one.ran, one.refused.length]).toEqual([ran, ran.length === 0 ? 1 : 0]);
  });
  test("a long output is a preview, and the whole stands where it says", async () => {
    const output = `${"noise\n".repeat(2000)}AssertionError: 1 !== 2\n${"noise\n".repeat(2000)}`;
    const one = bench({}, { permit: "yes", result: { status: 1, output } });
    const { text } = await one.call("run", { command: "x" });
    expect(text.length).toBeLessThan(2300);
    expect(text).toContain("AssertionError: 1 !== 2");
    expect(one.files.get(/characters: (.+)\]/.exec(text)?.[1] ?? "")).toBe(output);
  });
});

describe("allowed commands", () => {
  test.each<[string, string]>([
    ["npm test", "npm test"],
    ["npm test *", "npm test -- limit"],
    ["npm test *", "npm test src/a-b.test.ts --grep=x"],
    ["npm run *", "npm run build:all"],
  ])("%j lets %j run", (pattern, command) => expect(allows(pattern, command)).toBe(true));

  const HOSTILE = [
    "\n",
    "\r",
    "; ",
    " && ",
    " || ",
    " | ",
    " & ",
    " > f",
    " < f",
    "$(x)",
    "${x}",
    "$x",
    "`x`",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "~",
    "!x",
    "#x",
    "\\",
    "'x'",
    '"x"',
    "(x)",
    "\0",
    "\t",
    "\u2028",
    "^",
  ];
  test.each(HOSTILE)("npm test * does not let %j through", (evil) => {
    for (const command of [
      `npm test ${evil}`,
      `npm test a${evil}rm b`,
      `npm test a${evil}`,
      `npm test${evil}a`,
    ])
      expect([command, allows("npm test *", command)]).toEqual([command, false]);
  });
  test.each<[string, string]>([
    ["npm test", "npm test -- x"],
    ["npm test", "npm  test"],
    ["npm test *", "npm testing"],
    ["npm test *", "npm run"],
    ["*", "rm"],
    ["npm*", "npm test"],
    ["", "rm"],
    ["npm test *", "rm; npm test x"],
  ])("%j does not let %j run", (pattern, command) => expect(allows(pattern, command)).toBe(false));
});

describe("cut", () => {
  test.each<[string, string, number, string]>([
    ["short", "abc", 10, "abc"],
    ["exact", "abcdefghij", 10, "abcdefghij"],
    ["long", "a".repeat(50) + "b".repeat(50), 20, `${"a".repeat(10)}\n…\n${"b".repeat(10)}`],
  ])("%s", (_name, text, chars, expected) => expect(cut(text, chars)).toBe(expected));
  test("what tells of a failure comes first", () => {
    const text = `${"x\n".repeat(500)}Error: here\n${"y\n".repeat(500)}`;
    expect(cut(text, 100)).toMatch(/^Error: here\n…\n/);
  });
  test("is bounded however many lines tell of failures", () => {
    for (const chars of [40, 400, 2000])
      expect(cut("error ".repeat(5000), chars).length).toBeLessThan(chars + 10);
  });
});

describe("nearest lines", () => {
  test.each<[string, string, string, string]>([
    ["one line", "one\ntwo\nthree\nfour", "thre", "2: two\n3: three\n4: four"],
    ["indented otherwise", "if (x) {\n\treturn 1;\n}", "  return 1;", "1: if (x) {\n2: \treturn 1;\n3: }"],
    ["several lines", "a\nalpha();\nbeta();\nz", "alpha();\nbetta();", "1: a\n2: alpha();\n3: beta();\n4: z"],
    ["at the end", "x\ny\nlast", "lst", "2: y\n3: last"],
    ["in an empty file", "", "x", "1: "],
  ])("%s", (_name, whole, want, expected) => expect(nearest(whole, want)).toBe(expected));
  test("in a file with the longest lines there may be", () => {
    const whole = Array.from({ length: 10_000 }, (_, at) => `${at} ${"abcdefghij".repeat(20)}`).join("\n");
    expect(
      nearest(whole, Array.from({ length: 12 }, () => `77 ${"jihgfedcba".repeat(20)}`).join("\n")),
    ).toMatch(/^\d+: /);
  });
});
