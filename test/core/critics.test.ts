import { describe, expect, test } from "vitest";
import { type BaseFacts, criticise, isEscaping, namesIn, programsIn } from "../../src/core/critics.ts";
import type { Finding, Slice, TriedCheck } from "../../src/core/order.ts";
import { slice } from "./orders.ts";

/** A tree in which nothing is missing for what {@link slice} says. */
const facts = (over: Partial<BaseFacts> = {}): BaseFacts => ({
  files: [],
  definitions: new Map(),
  scripts: { "": ["test", "build"] },
  targets: [],
  dependencies: [],
  programs: new Set("git go make node npm npx pnpm pytest python3 sh yarn".split(" ")),
  functions: [],
  tried: [],
  ...over,
});
const defined = (places: Record<string, string[]>): BaseFacts["definitions"] =>
  new Map(
    Object.entries(places).map(([name, paths]) => [name, paths.map((path) => ({ path, signature: name }))]),
  );
const tried = (
  command: string,
  result: TriedCheck["result"],
  over: Partial<TriedCheck> = {},
): TriedCheck => ({
  ...{
    command,
    result,
    status: { pass: 0, fail: 1, unknown: null }[result],
    why: "why",
    ms: 9,
    output: null,
  },
  ...over,
});
const run = (command: string, before: "fail" | "pass" | "any" = "any") => ({ run: command, before });

const fixOf = ({ fix }: Finding): string => {
  if (!fix) return "";
  const { do: what, ...rest } = fix;
  return ` (${what} ${Object.values(rest).join(" ")})`;
};
/** "critic: slices @key (fix)", errors with an exclamation mark. */
const tell = (one: Finding): string =>
  `${one.critic}${one.severity === "error" ? "!" : ""}: ${one.slices.join(" ")}${one.key ? ` @${one.key}` : ""}${fixOf(one)}`;

type Given = { slices: Slice[]; facts?: BaseFacts | null; landed?: string[] };
const check = ({ slices, facts: base = null, landed = [] }: Given, expected: string[]): void => {
  const found = criticise(slices, base, new Set(landed));
  expect(found.map(tell)).toEqual(expected);
  for (const { message, remedy } of found) expect(`${message} ${remedy}`).toMatch(/^[A-Z`].*\.$/);
};
function table(name: string, rows: [string, Given, string[]][]): void {
  describe(name, () => {
    test.each(rows)("%s", (_name, given, expected) => check(given, expected));
  });
}

table("structure", [
  ["sound", { slices: [slice("01"), slice("02", { needs: ["01"] })] }, []],
  ["empty", { slices: [] }, ["empty!: "]],
  ["one id twice", { slices: [slice("01"), slice("01", { writes: ["x"] })] }, ["duplicate id!: 01 @id"]],
  [
    "one id thrice is one finding",
    { slices: [slice("01"), slice("01", { writes: ["x"] }), slice("01", { writes: ["y"] })] },
    ["duplicate id!: 01 @id"],
  ],
  [
    "an unknown need",
    { slices: [slice("01", { needs: ["01a", "07"] }), slice("01a")] },
    ["unknown id!: 01 @needs.1"],
  ],
  [
    "a need of itself",
    { slices: [slice("01", { needs: ["01"] })] },
    ["cycle!: 01 @needs (removeNeed 01 01)"],
  ],
  [
    "two that wait for each other",
    { slices: [slice("01", { needs: ["02"] }), slice("02", { needs: ["01"] })] },
    ["cycle!: 01 02 @needs"],
  ],
  [
    "two rings, one behind the other, are two findings",
    {
      slices: [
        slice("01", { needs: ["02"] }),
        slice("02", { needs: ["01"] }),
        slice("03", { needs: ["02", "04"] }),
        slice("04", { needs: ["03"] }),
      ],
    },
    ["cycle!: 01 02 @needs", "cycle!: 03 04 @needs"],
  ],
  [
    "who only depends on a cycle, or is only needed by it, is not in it",
    {
      slices: [
        slice("01"),
        slice("02", { needs: ["03", "01"] }),
        slice("03", { needs: ["02"] }),
        slice("04", { needs: ["03"] }),
        slice("05", { needs: ["04"] }),
      ],
    },
    ["cycle!: 02 03 @needs"],
  ],
  [
    "a diamond is no cycle",
    {
      slices: [
        slice("01"),
        slice("02", { needs: ["01"] }),
        slice("03", { needs: ["01"] }),
        slice("04", { needs: ["02", "03"] }),
      ],
    },
    [],
  ],
  [
    "leaving the workspace",
    {
      slices: [
        slice("01", { reads: ["../x"], writes: ["a", "/etc/passwd"], checks: [{ script: "../y.mjs" }] }),
      ],
    },
    ["escaping path!: 01 @reads.0", "escaping path!: 01 @writes.1", "escaping path!: 01 @checks.0.script"],
  ],
  [
    "more slices than are looked at",
    {
      slices: Array.from({ length: 5000 }, (_, at) => slice(`s${at}`, { needs: ["nobody"], writes: ["**"] })),
    },
    ["too many slices!: "],
  ],
]);

test.each<[string, boolean]>([
  ["src/a.ts", false],
  ["src/..a.ts", false],
  ["src/a..b/c", false],
  [".github/workflows/x.yml", false],
  [".gitignore", false],
  ["src/.gitkeep", false],
  ["app/[...slug]/page.tsx", false],
  ["app/(..)photo/page.tsx", false],
  ["**", false],
  ["/etc/passwd", true],
  ["..", true],
  ["../x", true],
  ["src/../../x", true],
  ["src/..", true],
  ["src/{a,..}/x", true],
  ["{..,src}/x", true],
  ["{.git,src}/x", true],
  ["C:/x", true],
  ["c:\\x", true],
  ["\\\\host\\x", true],
  ["~/x", true],
  [".git", true],
  [".git/hooks/pre-commit", true],
  ["sub/.GIT/config", true],
  ["src\\x", true],
  ["a\0b", true],
])("%j escapes: %s", (path, expected) => expect(isEscaping(path)).toBe(expected));

const here = facts({ files: ["a.ts", "b.ts", "c.ts", "package.json", "src/x.ts"] });
table("resolve conflicts", [
  [
    "one writes a folder, the other a file of it",
    { slices: [slice("01", { writes: ["src/**"] }), slice("02", { writes: ["src/x.ts"] })] },
    ["resolve conflicts: 02 01 @needs (addNeed 02 01)"],
  ],
  [
    "the same file, in order",
    { slices: [slice("01", { writes: ["x"] }), slice("02", { writes: ["x"], needs: ["01"] })] },
    [],
  ],
  [
    "the same file, in order over a third",
    {
      slices: [
        slice("01", { writes: ["x"] }),
        slice("02", { needs: ["01"] }),
        slice("03", { writes: ["x"], needs: ["02"] }),
      ],
    },
    [],
  ],
  [
    "the same file to a file system without case",
    { slices: [slice("01", { writes: ["A.ts"] }), slice("02", { writes: ["./a.ts"] })] },
    ["resolve conflicts: 02 01 @needs (addNeed 02 01)"],
  ],
  [
    "other files",
    { slices: [slice("01", { writes: ["src/*.ts"] }), slice("02", { writes: ["src/*.js"] })] },
    [],
  ],
  [
    "a file is no folder for a pattern",
    { slices: [slice("01", { writes: ["**/*.snap"] }), slice("02", { writes: ["src/x.ts"] })] },
    [],
  ],
  [
    "two routes",
    { slices: [slice("01", { writes: ["app/[id]/page.tsx"] }), slice("02", { writes: ["app/i/page.tsx"] })] },
    [],
  ],
  [
    "of many that write a file each waits for the one before, and for no other",
    { slices: ["01", "02", "03", "04"].map((id) => slice(id, { writes: ["x.md"] })) },
    [
      "resolve conflicts: 02 01 @needs (addNeed 02 01)",
      "resolve conflicts: 03 02 @needs (addNeed 03 02)",
      "resolve conflicts: 04 03 @needs (addNeed 04 03)",
    ],
  ],
  [
    "an edge that another one implies is not proposed",
    {
      slices: [
        slice("01", { writes: ["x"], needs: ["02"] }),
        slice("02"),
        slice("03", { writes: ["x", "src/02.ts"] }),
      ],
    },
    ["resolve conflicts: 03 01 @needs (addNeed 03 01)"],
  ],
  [
    "who changes a file comes after who reads it",
    { slices: [slice("01", { writes: ["a.ts"] }), slice("02", { reads: ["a.ts"] })], facts: here },
    ["resolve conflicts: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "without the tree it is not known who comes first",
    { slices: [slice("01", { writes: ["a.ts"] }), slice("02", { reads: ["a.ts"] })] },
    ["resolve conflicts: 02 01 @needs"],
  ],
  [
    "who makes a file comes before who reads it",
    { slices: [slice("01", { reads: ["new.ts"] }), slice("02", { writes: ["new.ts"] })], facts: here },
    ["resolve conflicts!: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "who makes a name comes before who uses it, though it changes a file that is read",
    {
      slices: [
        slice("01", { writes: ["a.ts"], produces: ["a.ts#one(x: number)"] }),
        slice("02", { reads: ["a.ts"], consumes: ["a.ts#one"] }),
      ],
      facts: { ...here, definitions: defined({ one: ["a.ts"] }) },
    },
    ["resolve conflicts: 02 01 @needs (addNeed 02 01)"],
  ],
  [
    "forced both ways: merged",
    {
      slices: [
        slice("01", { reads: ["a.ts"], writes: ["b.ts"] }),
        slice("02", { reads: ["b.ts"], writes: ["a.ts"] }),
      ],
      facts: here,
    },
    ["resolve conflicts: 01 02 @writes (merge 01 02)"],
  ],
  [
    "the needs settle what would be forced both ways",
    {
      slices: [
        slice("01", { reads: ["a.ts"], writes: ["b.ts"] }),
        slice("02", { reads: ["b.ts"], writes: ["a.ts"], needs: ["01"] }),
      ],
      facts: here,
    },
    [],
  ],
  [
    "a ring of three readers is no reason to merge",
    {
      slices: [
        slice("01", { reads: ["a.ts"], writes: ["b.ts"] }),
        slice("02", { reads: ["b.ts"], writes: ["c.ts"] }),
        slice("03", { reads: ["c.ts"], writes: ["a.ts"] }),
      ],
      facts: here,
    },
    ["resolve conflicts: 03 01 @needs (addNeed 03 01)", "resolve conflicts: 02 03 @needs (addNeed 02 03)"],
  ],
  [
    "a glob of many files is read for orientation",
    {
      slices: [slice("01", { reads: ["big/*.ts"] }), slice("02", { writes: ["big/1.ts"] })],
      facts: facts({ files: Array.from({ length: 13 }, (_, at) => `big/${at}.ts`) }),
    },
    [],
  ],
  [
    "a glob of few is not",
    {
      slices: [slice("01", { reads: ["big/*.ts"] }), slice("02", { writes: ["big/1.ts"] })],
      facts: facts({ files: Array.from({ length: 12 }, (_, at) => `big/${at}.ts`) }),
    },
    ["resolve conflicts: 02 01 @needs (addNeed 02 01)"],
  ],
  [
    "what landed has no conflicts left",
    { slices: [slice("01", { writes: ["x"] }), slice("02", { writes: ["x"] })], landed: ["01"] },
    [],
  ],
]);

table("missing precondition: names", [
  [
    "nobody makes it",
    { slices: [slice("01", { consumes: ["src/x.ts#gone"] })], facts: here },
    ["missing precondition: 01 @consumes.0"],
  ],
  [
    "nobody makes the file either",
    { slices: [slice("01", { consumes: ["src/y.ts#gone"] })], facts: here },
    ["missing precondition!: 01 @consumes.0"],
  ],
  [
    "without the tree nothing is said",
    { slices: [slice("01", { consumes: ["src/y.ts#gone", "gone"] })] },
    [],
  ],
  [
    "the tree defines it",
    {
      slices: [slice("01", { consumes: ["one"] })],
      facts: { ...here, definitions: defined({ one: ["a.ts"] }) },
    },
    [],
  ],
  [
    "it landed",
    {
      slices: [slice("01", { produces: ["one"] }), slice("02", { consumes: ["one"] })],
      facts: here,
      landed: ["01"],
    },
    [],
  ],
  [
    "its maker has no place before it",
    {
      slices: [slice("01", { consumes: ["one(x)"] }), slice("02", { produces: ["function one(x: number)"] })],
      facts: here,
    },
    ["missing precondition!: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "nor without the tree, but then it may be there",
    { slices: [slice("01", { consumes: ["one"] }), slice("02", { produces: ["one"] })] },
    ["missing precondition: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "one of two makers is before it",
    {
      slices: [
        slice("01", { produces: ["one"] }),
        slice("02", { produces: ["one"], consumes: ["one"], needs: ["01"] }),
        slice("03", { consumes: ["one"], needs: ["01"] }),
      ],
      facts: here,
    },
    [],
  ],
  [
    "another file's name is another name",
    {
      slices: [
        slice("01", { produces: ["a.ts#one"], writes: ["a.ts"] }),
        slice("02", { consumes: ["b.ts#one"], needs: ["01"] }),
      ],
      facts: here,
    },
    ["missing precondition: 02 @consumes.0"],
  ],
  [
    "another owner's, too",
    {
      slices: [
        slice("01", { produces: ["a.ts#Cat.speak"], writes: ["a.ts"] }),
        slice("02", { consumes: ["Dog.speak"], needs: ["01"] }),
      ],
      facts: here,
    },
    ["missing precondition: 02 @consumes.0"],
  ],
  [
    "prose is left to people",
    {
      slices: [slice("01", { consumes: ["the --limit flag", "zod", "node:fs"] })],
      facts: { ...here, dependencies: ["zod"] },
    },
    [],
  ],
  [
    "unless both say the same",
    {
      slices: [slice("01", { consumes: ["The limit flag"] }), slice("02", { produces: ["the limit flag"] })],
      facts: here,
    },
    ["missing precondition: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "a language nobody maps",
    { slices: [slice("01", { consumes: ["src/x.kt#gone"] })], facts: facts({ files: ["src/x.kt"] }) },
    [],
  ],
]);

const checked = (command: string, over: Partial<Slice> = {}): Slice =>
  slice("01", { checks: [run(command)], ...over });
const missing = "missing precondition!: 01 @checks.0.run";
table("missing precondition: files and commands", [
  [
    "a file to read",
    { slices: [slice("01", { reads: ["gone.ts"] })], facts: here },
    ["missing precondition!: 01 @reads.0"],
  ],
  ["a folder to read", { slices: [slice("01", { reads: ["src", "src/", "."] })], facts: here }, []],
  [
    "a glob without files",
    { slices: [slice("01", { reads: ["docs/**"] })], facts: here },
    ["missing precondition: 01 @reads.0"],
  ],
  [
    "a glob another slice fills",
    {
      slices: [slice("01", { reads: ["docs/*.md"], needs: ["02"] }), slice("02", { writes: ["docs/a.md"] })],
      facts: here,
    },
    [],
  ],
  [
    "what it makes itself",
    { slices: [slice("01", { reads: ["new.ts"], writes: ["new.ts"] })], facts: here },
    [],
  ],
  [
    "what is ignored",
    { slices: [slice("01", { reads: ["node_modules/a/x.d.ts", ".env", "dist/x.js"] })], facts: here },
    [],
  ],
  [
    "what is behind a link",
    { slices: [slice("01", { reads: ["link/x.ts"] })], facts: facts({ files: ["link"] }) },
    [],
  ],
  ["a program", { slices: [checked("cargo test")], facts: here }, [missing]],
  [
    "a program that did run",
    { slices: [checked("cargo test")], facts: { ...here, tried: [tried("cargo test", "fail")] } },
    [],
  ],
  [
    "a program that did not",
    {
      slices: [checked("npm run build")],
      facts: { ...here, tried: [tried("npm run build", "unknown", { status: 127 })] },
    },
    [missing],
  ],
  [
    "one that the slice installs",
    {
      slices: [checked("npm run build", { writes: ["package.json"] })],
      facts: { ...here, tried: [tried("npm run build", "fail", { status: 127 })] },
    },
    [],
  ],
  ["a package script", { slices: [checked("npm run nope && npm test")], facts: here }, [missing]],
  [
    "a package script of a folder",
    { slices: [checked("cd web && npm test")], facts: { ...here, scripts: { "": ["test"], web: [] } } },
    [missing],
  ],
  ["the nearest package counts", { slices: [checked("cd src/deep && npm test")], facts: here }, []],
  [
    "a package nobody listed",
    { slices: [checked("cd sub && npm test")], facts: facts({ files: ["sub/package.json"] }) },
    [],
  ],
  [
    "a script that comes with another slice",
    { slices: [checked("npm run nope"), slice("02", { writes: ["package.json"] })], facts: here },
    ["missing precondition!: 01 02 @needs (addNeed 01 02)"],
  ],
  ["no package at all", { slices: [checked("npm test")], facts: facts({ scripts: {} }) }, [missing]],
  [
    "a make target",
    { slices: [checked("make -s all extra")], facts: facts({ files: ["Makefile"], targets: ["all"] }) },
    [missing],
  ],
  ["make without a Makefile", { slices: [checked("make")], facts: here }, [missing]],
  [
    "targets may be included",
    { slices: [checked("make extra")], facts: facts({ files: ["Makefile", "more.mk"] }) },
    [],
  ],
  ["a script file", { slices: [checked("./scripts/run.sh")], facts: here }, [missing]],
  [
    "a script file of its own",
    { slices: [checked("sh scripts/run.sh", { writes: ["scripts/*.sh"] })], facts: here },
    [],
  ],
  ["a test file", { slices: [checked("npx vitest run test/x.test.ts")], facts: here }, [missing]],
  [
    "a test file below a folder",
    { slices: [checked("npx vitest run x.test.ts")], facts: facts({ files: ["test/x.test.ts"] }) },
    [],
  ],
  [
    "a test file of a later slice",
    { slices: [checked("node --test x.test.js"), slice("02", { writes: ["x.test.js"] })], facts: here },
    ["missing precondition!: 01 02 @needs (addNeed 01 02)"],
  ],
  [
    "what a command before it may make",
    { slices: [checked("npm run build && node lib/x.js")], facts: here },
    ["missing precondition: 01 @checks.0.run"],
  ],
  [
    "commands that are not plain",
    {
      slices: [checked("x=$(cat gone) && node $x"), slice("02", { checks: [run("node -e 'x'; node *.js")] })],
      facts: here,
    },
    [],
  ],
  [
    "what passes needs nothing",
    {
      slices: [checked("cargo test && ./gone.sh")],
      facts: { ...here, tried: [tried("cargo test && ./gone.sh", "pass")] },
    },
    [],
  ],
  [
    "a verification function",
    {
      slices: [slice("01", { checks: [{ script: "checks/01-a.mjs" }, { script: "checks/01-b.mjs" }] })],
      facts: { ...here, functions: ["checks/01-a.mjs"] },
    },
    ["missing precondition!: 01 @checks.1.script"],
  ],
  [
    "a check that should pass and fails",
    {
      slices: [slice("01", { checks: [run("npm test", "pass")] })],
      facts: { ...here, tried: [tried("npm test", "fail")] },
    },
    ["missing precondition: 01 @checks.0.before"],
  ],
  [
    "unless others come before it",
    {
      slices: [slice("01"), slice("02", { needs: ["01"], checks: [run("npm test", "pass")] })],
      facts: { ...here, tried: [tried("npm test", "fail")] },
    },
    [],
  ],
]);

table("contradictory order", [
  [
    "the maker waits for the user",
    {
      slices: [slice("01", { needs: ["02"], produces: ["one"] }), slice("02", { consumes: ["one"] })],
      facts: here,
    },
    ["contradictory order!: 01 02 @needs (removeNeed 01 02)"],
  ],
  [
    "and uses what that one makes",
    {
      slices: [
        slice("01", { needs: ["02"], produces: ["one"], consumes: ["two"] }),
        slice("02", { consumes: ["one"], produces: ["two"] }),
      ],
      facts: here,
    },
    ["contradictory order!: 01 02 @needs"],
  ],
  [
    "who only changes what the tree has may come later",
    {
      slices: [
        slice("01", { needs: ["02"], writes: ["a.ts"], produces: ["one"] }),
        slice("02", { consumes: ["one"] }),
      ],
      facts: { ...here, definitions: defined({ one: ["a.ts"] }) },
    },
    [],
  ],
  [
    "each makes what the other uses",
    {
      slices: [
        slice("01", { produces: ["one"], consumes: ["two"] }),
        slice("02", { produces: ["two"], consumes: ["one"] }),
      ],
      facts: here,
    },
    ["contradictory order!: 01 02 @consumes (merge 01 02)"],
  ],
]);

table("use existing objects", [
  [
    "the tree has it",
    {
      slices: [slice("01", { produces: ["src/01.ts#shorten"] })],
      facts: { ...here, definitions: defined({ shorten: ["src/x.ts"] }) },
    },
    ["use existing objects: 01 @produces.0"],
  ],
  [
    "it changes what is there",
    {
      slices: [slice("01", { writes: ["src/x.ts"], produces: ["src/x.ts#shorten"] })],
      facts: { ...here, definitions: defined({ shorten: ["src/x.ts"] }) },
    },
    [],
  ],
  [
    "it moves what is there",
    {
      slices: [slice("01", { writes: ["src/x.ts", "b.ts"], produces: ["b.ts#shorten"] })],
      facts: { ...here, definitions: defined({ shorten: ["src/x.ts"] }) },
    },
    [],
  ],
  [
    "it wraps what is there",
    {
      slices: [slice("01", { consumes: ["src/x.ts#shorten"], produces: ["src/01.ts#shorten"] })],
      facts: { ...here, definitions: defined({ shorten: ["src/x.ts"] }) },
    },
    [],
  ],
  [
    "a later slice takes the old one away",
    {
      slices: [
        slice("01", { produces: ["src/01.ts#shorten"] }),
        slice("02", { needs: ["01"], writes: ["src/x.ts"] }),
      ],
      facts: { ...here, definitions: defined({ shorten: ["src/x.ts"] }) },
    },
    [],
  ],
  [
    "a name that many have",
    {
      slices: [slice("01", { produces: ["src/01.ts#render", "src/01.ts#Props"] })],
      facts: { ...here, definitions: defined({ render: ["a.ts"], Props: ["b.ts"] }) },
    },
    [],
  ],
  [
    "a custom of the project",
    {
      slices: [slice("01", { produces: ["src/01.ts#toView"] })],
      facts: { ...here, definitions: defined({ toView: ["a.ts", "b.ts", "c.ts", "src/x.ts"] }) },
    },
    [],
  ],
  [
    "another language's",
    {
      slices: [slice("01", { produces: ["src/01.ts#shorten"] })],
      facts: { ...here, definitions: defined({ shorten: ["x.py"] }) },
    },
    [],
  ],
  [
    "two make it",
    {
      slices: [
        slice("01", { produces: ["src/01.ts#shorten"] }),
        slice("02", { produces: ["src/02.ts#shorten"] }),
      ],
    },
    ["use existing objects: 02 01 @produces.0"],
  ],
  [
    "one goes on with what the other made",
    {
      slices: [slice("01", { produces: ["shorten"] }), slice("02", { needs: ["01"], produces: ["shorten"] })],
    },
    [],
  ],
  [
    "what landed is there",
    {
      slices: [
        slice("01", { produces: ["src/01.ts#shorten"] }),
        slice("02", { produces: ["src/02.ts#shorten"] }),
      ],
      landed: ["02"],
    },
    ["use existing objects: 01 02 @produces.0"],
  ],
  [
    "a dependency",
    {
      slices: [slice("01", { body: "Run `npm install zod@4 -D`." })],
      facts: { ...here, dependencies: ["zod"] },
    },
    ["use existing objects: 01"],
  ],
  [
    "a dependency that is new",
    {
      slices: [slice("01", { body: "Run `npm install left-pad`. Do not npm install zod." })],
      facts: { ...here, dependencies: ["zod"] },
    },
    [],
  ],
]);

const made = (over: Partial<Slice>): Slice => slice("01", { checks: [run("npm test", "pass")], ...over });
table("redundant work", [
  [
    "the same set-up",
    {
      slices: [slice("01", { body: "npm install yaml first" }), slice("02", { body: "First `npm i yaml`." })],
    },
    ["redundant work: 01 02 @checks"],
  ],
  [
    "other packages",
    { slices: [slice("01", { body: "npm install yaml" }), slice("02", { body: "npm install zod" })] },
    [],
  ],
  [
    "set-up before checks",
    { slices: [checked("npm ci && npm test"), slice("02", { checks: [run("npm ci && npm test")] })] },
    ["redundant work: 01 02 @checks"],
  ],
  [
    "a check that is the set-up",
    { slices: [checked("npm ci"), slice("02", { checks: [run("npm ci")] })] },
    [],
  ],
  [
    "the same slice twice",
    {
      slices: [
        slice("01", { title: "One", writes: ["x"] }),
        slice("02", { title: "one ", writes: ["x"], needs: ["01"] }),
      ],
    },
    ["redundant work: 02 01 @title (drop 02)"],
  ],
  [
    "an output for nobody",
    { slices: [made({ writes: ["new.ts"], produces: ["new.ts#shorten"] })], facts: here },
    ["redundant work: 01 @produces.0"],
  ],
  [
    "one that is consumed",
    {
      slices: [
        made({ writes: ["new.ts"], produces: ["new.ts#shorten"] }),
        slice("02", { needs: ["01"], consumes: ["shorten"] }),
      ],
      facts: here,
    },
    [],
  ],
  [
    "one that is spoken of",
    {
      slices: [
        made({ writes: ["new.ts"], produces: ["new.ts#shorten"] }),
        slice("02", { needs: ["01"], body: "Use shorten()." }),
      ],
      facts: here,
    },
    [],
  ],
  [
    "one that is tested",
    { slices: [made({ writes: ["new.ts", "new.test.ts"], produces: ["new.ts#shorten"] })], facts: here },
    [],
  ],
  [
    "one that a check must turn green",
    {
      slices: [
        slice("01", { writes: ["new.ts"], produces: ["new.ts#shorten"], checks: [run("npm test", "fail")] }),
      ],
      facts: here,
    },
    [],
  ],
  [
    "one that changes what is there",
    { slices: [made({ writes: ["new.ts", "a.ts"], produces: ["new.ts#shorten"] })], facts: here },
    [],
  ],
]);

const failing = (over: Partial<Slice> = {}): Slice =>
  slice("01", { checks: [run("npm test", "fail")], ...over });
const passes = { ...here, tried: [tried("npm test", "pass"), tried("npm run build", "fail")] };
table("already true", [
  ["it passes now", { slices: [failing()], facts: passes }, ["already true: 01 @checks.0.before (drop 01)"]],
  [
    "a person judges, too",
    { slices: [failing({ checks: [run("npm test", "fail"), { expect: "is nice" }] })], facts: passes },
    ["already true: 01 @checks.0.before"],
  ],
  [
    "another check fails now",
    {
      slices: [failing({ checks: [run("npm run build", "fail"), run(" npm test ", "fail")] })],
      facts: passes,
    },
    ["already true: 01 @checks.1.before (setBefore 01 1 pass)"],
  ],
  ["it may pass", { slices: [slice("01", { checks: [run("npm test")] })], facts: passes }, []],
  [
    "tests come before it",
    { slices: [failing({ needs: ["02"] }), slice("02", { writes: ["test/x.test.ts"] })], facts: passes },
    [],
  ],
  [
    "code comes before it",
    { slices: [failing({ needs: ["02"] }), slice("02")], facts: passes },
    ["already true: 01 @checks.0.before (drop 01)"],
  ],
  ["it landed", { slices: [failing()], facts: passes, landed: ["01"] }, []],
]);

table("unverifiable", [
  [
    "nothing executable",
    { slices: [slice("01", { checks: [{ expect: "is nice" }] }), slice("02", { checks: [] })] },
    ["unverifiable: 01 @checks", "unverifiable: 02 @checks"],
  ],
  ["a script is executable", { slices: [slice("01", { checks: [{ script: "checks/01.mjs" }] })] }, []],
  [
    "a command that cannot fail",
    { slices: [checked("npm test || true"), slice("02", { checks: [run("echo ok; exit 0")] })] },
    ["unverifiable: 01 @checks.0.run", "unverifiable: 02 @checks.0.run"],
  ],
  ["one of two can", { slices: [slice("01", { checks: [run("true"), run("npm test")] })] }, []],
  [
    "it hangs",
    {
      slices: [slice("01")],
      facts: { ...here, tried: [tried("npm test", "unknown", { why: "It still ran after 60 s." })] },
    },
    ["unverifiable: 01 @checks.0.run"],
  ],
  [
    "it was not tried",
    {
      slices: [slice("01")],
      facts: { ...here, tried: [tried("npm test", "unknown", { why: "not tried: no time" })] },
    },
    [],
  ],
]);

const crowd = facts({ files: Array.from({ length: 41 }, (_, at) => `big/${at}.ts`) });
table("too large, too small", [
  [
    "minutes",
    {
      slices: [
        slice("01", { minutes: 61 }),
        slice("02", { minutes: 14 }),
        slice("03", { minutes: 15 }),
        slice("04", { minutes: 60 }),
      ],
    },
    ["too large: 01 @minutes", "too small: 02 @minutes"],
  ],
  [
    "files by name",
    {
      slices: [
        slice("01", { writes: ["{a,b,c}/{1,2,3,4}.ts"] }),
        slice("02", { writes: ["d/{1,2,3,4,5,6,7,8,9,a,b,c,d}.ts"] }),
      ],
    },
    ["too large: 02 @writes"],
  ],
  [
    "files by pattern",
    { slices: [slice("01", { writes: ["big/*.ts"] })], facts: crowd },
    ["too large: 01 @writes"],
  ],
  ["a folder", { slices: [slice("01", { writes: ["big"] })], facts: crowd }, ["too large: 01 @writes"]],
  [
    "forty files",
    {
      slices: [slice("01", { writes: ["big/?.ts", "big/[1-4]?.ts", "big/1*.ts", "big/2*.ts"] })],
      facts: crowd,
    },
    [],
  ],
]);

test("namesIn and programsIn ask for what can be looked up", () => {
  const one = slice("01", {
    consumes: ["src/a.ts#Store.save(note)", "the flag", "a.ts"],
    produces: ["class Note", "src/b.py#def parse(text)"],
    checks: [
      run("CI=1 npx vitest && ./x.sh | grep -q ok; test -f x"),
      run("$(danger)"),
      { script: "checks/1.mjs" },
    ],
  });
  expect(namesIn([one, one])).toEqual(["save", "Note", "parse"]);
  expect(programsIn([one, one])).toEqual(["npx", "grep"]);
});

describe("a thousand slices are read through in one go", () => {
  const name = (at: number): string => String(at).padStart(4, "0");
  const many = (over: (at: number) => Partial<Slice>): Slice[] =>
    Array.from({ length: 1000 }, (_, at) => slice(name(at), over(at)));
  const before = (at: number): string[] => (at === 0 ? [] : [name(at - 1)]);
  test.each<[string, Slice[], number]>([
    [
      "a chain over one folder",
      many((at) => ({ needs: before(at), writes: ["src/**", `lib/${at}/*.ts`] })),
      0,
    ],
    ["folders of their own", many((at) => ({ writes: [`lib/${at}/*.ts`] })), 0],
    ["one file for all", many(() => ({ writes: ["CHANGELOG.md"] })), 999],
    ["a ring", many((at) => ({ needs: [name((at + 999) % 1000)], writes: [`lib/${at}/*.ts`] })), 1],
    [
      "each needs all before it",
      many((at) => ({ needs: Array.from({ length: at }, (_, one) => name(one)) })),
      0,
    ],
    [
      "hostile globs",
      many((at) => ({
        writes: [`${"*a".repeat(200)}${at}`, `${"**/a/".repeat(100)}${at}`, "{a,b}".repeat(150)],
      })),
      999,
    ],
    ["one name for all", many((at) => ({ consumes: ["one", "two"], produces: [`src/${at}.ts#one`] })), 0],
  ])("%s", (_name, slices, expected) => {
    const found = criticise(slices, facts()).filter(({ critic }) => /conflicts|cycle/.test(critic));
    expect(found.length).toBe(expected);
  });
});
