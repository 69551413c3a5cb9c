/** Rules that are disabled, thresholds that sink, scripts that always succeed, work left undone; and what only looks so. */
import { describe, expect, test } from "vitest";
import { rulesKept, thresholdsKept } from "../../../src/engine/guards/lowered.ts";
import { runnerLeftAlone } from "../../../src/engine/guards/runner.ts";
import { snapshotsKept } from "../../../src/engine/guards/snapshots.ts";
import { subjectNotMocked } from "../../../src/engine/guards/tests.ts";
import { noDebugger, noStub } from "../../../src/engine/guards/unfinished.ts";
import type { Slice } from "../../../src/core/order.ts";
import { type Files, findings } from "./reading.ts";

type Row = [what: string, files: Files, expected: RegExp | null, over?: Partial<Slice>];
const one = (path: string, before: string | null, after: string | null): Files => ({
  [path]: [before, after],
});

function table(name: string, guard: Parameters<typeof findings>[0], rows: Row[]): void {
  describe(name, () => {
    test.each<Row>(rows)("%s", async (_what, files, expected, over) => {
      const found = await findings(guard, files, over);
      if (expected === null) return expect(found).toEqual([]);
      expect(found).not.toEqual([]);
      for (const line of found) expect(line).toMatch(/^(fail|unknown): \S+:\d+/);
      expect(found.join("\n")).toMatch(expected);
    });
  });
}

const LOUD = "const rule = 'eslint-disable-next-line'; // say eslint\n";
table("rules kept", rulesKept, [
  [
    "eslint-disable",
    one("a.js", "a();\n", "// eslint-disable-next-line no-undef\na();\n"),
    /^fail: a\.js:1 disables a rule \(eslint-disable-next-line\)/,
  ],
  ["in a new file", one("a.ts", null, "/* eslint-disable */\na();\n"), /^fail: a\.ts:1/],
  ["ts-ignore", one("a.ts", "a();\n", "\n// @ts-ignore\na();\n"), /^fail: a\.ts:2/],
  ["ts-expect-error", one("a.tsx", "a();\n", "// @ts-expect-error no types\na();\n"), /^fail/],
  ["ts-nocheck", one("a.ts", "a();\n", "// @ts-nocheck\na();\n"), /^fail/],
  ["type: ignore", one("a.py", "a()\n", "a()  # type: ignore[arg-type]\n"), /^fail: a\.py:1/],
  ["noqa", one("a.py", "a()\n", "a()  # noqa: F401\n"), /^fail/],
  ["pylint", one("a.py", "a()\n", "a()  # pylint: disable=all\n"), /^fail/],
  ["no cover", one("a.py", "a()\n", "a()  # pragma: no cover\n"), /^fail/],
  [
    "allow",
    one("a.rs", "fn a() {}\n", "#[allow(dead_code)]\nfn a() {}\n"),
    /^fail: a\.rs:1.*allow\(dead_code/,
  ],
  ["allow for a file", one("a.rs", "fn a() {}\n", "#![allow(unused)]\nfn a() {}\n"), /^fail/],
  [
    "SuppressWarnings",
    one("A.java", "class A { }\n", '@SuppressWarnings("unchecked")\nclass A { }\n'),
    /^fail: A\.java:1/,
  ],
  ["nolint", one("a.go", "package a\n", "package a //nolint:all\n"), /^fail/],
  ["rubocop", one("a.rb", "a\n", "a # rubocop:disable Lint/Void\n"), /^fail/],
  ["without a grammar", one("a.kt", "a()\n", "// noinspection All\na()\n"), /^fail/],
  ["istanbul", one("a.js", "a();\n", "/* istanbul ignore next */\na();\n"), /^fail/],
  [
    "it was there",
    one("a.js", "// eslint-disable-next-line\na();\n", "// eslint-disable-next-line\na(1);\n"),
    null,
  ],
  [
    "it moved",
    {
      "a.js": ["// eslint-disable-next-line no-undef\na();\n", ""],
      "b.js": [null, "// eslint-disable-next-line no-undef\na();\n"],
    },
    null,
  ],
  ["it is gone", one("a.js", "// eslint-disable-next-line\na();\n", "a();\n"), null],
  ["in a string", one("a.js", "", LOUD), null],
  [
    "the slice asks for it",
    one("a.ts", "a();\n", "// @ts-expect-error\na();\n"),
    null,
    { body: "Mark the call with @ts-expect-error." },
  ],
]);

const PACKAGE = `{
  "scripts": { "test": "jest", "lint": "eslint ." },
  "jest": { "coverageThreshold": { "global": { "branches": 80, "lines": 90 } } }
}
`;
const config = (path: string, text: string, from: string | RegExp, to: string): Files =>
  one(path, text, text.replace(from, to));
const TSCONFIG = '{ "compilerOptions": { "strict": true, "noUnusedLocals": true, "target": "es2022" } }\n';
const PYPROJECT =
  '[tool.coverage.report]\nfail_under = 90\n\n[tool.mypy]\nstrict = true\n\n[tool.ruff.lint]\nignore = ["E501"]\n';
const ESLINT = 'export default [{ rules: { "no-undef": "error", eqeqeq: ["error", "always"] } }];\n';
table("thresholds kept", thresholdsKept, [
  [
    "coverage sinks",
    config("package.json", PACKAGE, "80", "50"),
    /^fail: package\.json:3 lowers the bar: `branches` was 80 and is 50/,
  ],
  ["coverage rises", config("package.json", PACKAGE, "80", "85"), null],
  [
    "coverage is no longer looked at",
    config("package.json", PACKAGE, /, *\n *"jest".*/, ""),
    /^fail.*no longer sets/,
  ],
  [
    "|| true",
    config("package.json", PACKAGE, '"jest"', '"jest || true"'),
    /^fail: package\.json:2.*whatever happens: `\|\| true`/,
  ],
  ["; exit 0", config("package.json", PACKAGE, '"jest"', '"jest; exit 0"'), /^fail/],
  ["passWithNoTests", config("package.json", PACKAGE, '"jest"', '"jest --passWithNoTests"'), /^fail/],
  ["snapshots are written anew", config("package.json", PACKAGE, '"jest"', '"jest -u"'), /^fail/],
  [
    "the script does nothing",
    config("package.json", PACKAGE, '"jest"', '"echo ok"'),
    /^fail.*takes the script `test` away/,
  ],
  [
    "the script does nothing, and the slice speaks of tests",
    config("package.json", PACKAGE, '"jest"', '"echo ok"'),
    /^fail.*takes the script `test` away/,
    { body: "All its tests must pass. Change the code, not a test." },
  ],
  [
    "the script does nothing, as asked for",
    config("package.json", PACKAGE, '"jest"', '"echo ok"'),
    null,
    { body: "Remove the script `test`." },
  ],
  [
    "the script is gone",
    config("package.json", PACKAGE, '"test": "jest", ', ""),
    /^fail.*takes the script `test` away/,
  ],
  ["a new script", config("package.json", PACKAGE, '"lint"', '"build": "tsc", "lint"'), null],
  [
    "a new dependency",
    config("package.json", PACKAGE, '"scripts"', '"dependencies": { "a": "^1.2.3" },\n  "scripts"'),
    null,
  ],
  [
    "strict is off",
    config("tsconfig.json", TSCONFIG, '"strict": true', '"strict": false'),
    /^fail: tsconfig\.json:1 no longer sets `strict`/,
  ],
  [
    "a check is taken out",
    config("tsconfig.json", TSCONFIG, ' "noUnusedLocals": true,', ""),
    /^fail.*noUnusedLocals/,
  ],
  ["another target", config("tsconfig.json", TSCONFIG, "es2022", "es2024"), null],
  ["fail_under", config("pyproject.toml", PYPROJECT, "90", "10"), /^fail.*fail_under/],
  [
    "mypy is less strict",
    config("pyproject.toml", PYPROJECT, "strict = true", "strict = false"),
    /^fail.*strict/,
  ],
  [
    "one more rule is ignored",
    config("pyproject.toml", PYPROJECT, '"E501"', '"E501", "F401"'),
    /^fail.*leaves more out: `ignore`/,
  ],
  ["one rule less is ignored", config("pyproject.toml", PYPROJECT, '"E501"', ""), null],
  [
    "a rule is off",
    config("eslint.config.js", ESLINT, '"no-undef": "error"', '"no-undef": "off"'),
    /^fail: eslint\.config\.js:1 turns the rule `no-undef` to off/,
  ],
  ["a rule only warns", config("eslint.config.js", ESLINT, '["error"', '["warn"'), /^fail.*eqeqeq.*to warn/],
  [
    "a rule is gone",
    config("eslint.config.js", ESLINT, '"no-undef": "error", ', ""),
    /^fail.*no longer has the rule `no-undef`/,
  ],
  ["a rule more", config("eslint.config.js", ESLINT, '"no-undef"', '"no-var": "error", "no-undef"'), null],
  [
    "CI goes on",
    config(
      ".github/workflows/ci.yml",
      "jobs:\n  test:\n    steps:\n      - run: npm test\n",
      "npm test",
      "npm test || true",
    ),
    /^fail.*ci\.yml:4/,
  ],
  [
    "CI may fail",
    config(
      ".github/workflows/ci.yml",
      "jobs:\n  test:\n    steps:\n      - run: npm test\n",
      "    steps",
      "    continue-on-error: true\n    steps",
    ),
    /^fail/,
  ],
  [
    "the slice says so",
    config("package.json", PACKAGE, "80", "70"),
    null,
    { body: "Lower `branches` to 70." },
  ],
  [
    "the config is new",
    one("jest.config.js", null, "module.exports = { coverageThreshold: { global: { branches: 1 } } };"),
    null,
  ],
]);

table("no stub", noStub, [
  ["to be implemented", one("a.js", "", "function a() {\n  // TO" + "DO: implement\n}\n"), /^fail: a\.js:2/],
  [
    "not implemented",
    one("a.js", "", 'function a() {\n  throw new Error("not implemented");\n}\n'),
    /^fail: a\.js:2/,
  ],
  ["NotImplementedError", one("a.py", "", "def a():\n    raise NotImplementedError\n"), /^fail: a\.py:2/],
  [
    "of an abstract class",
    one("a.py", "", "class A(ABC):\n    def a(self):\n        raise NotImplementedError\n"),
    null,
  ],
  [
    "of an abstract method",
    one("a.py", "", "class A:\n    @abstractmethod\n    def a(self):\n        raise NotImplementedError\n"),
    null,
  ],
  ["panic", one("a.go", "", 'package a\nfunc A() { panic("not implemented") }\n'), /^fail: a\.go:2/],
  ["another panic", one("a.go", "", 'package a\nfunc A() { panic("bad state") }\n'), null],
  ["todo!", one("a.rs", "", "fn a() -> u32 { to" + "do!() }\n"), /^fail: a\.rs:1/],
  ["unimplemented!", one("a.rs", "", "fn a() -> u32 { unimplemented!() }\n"), /^fail/],
  [
    "Java",
    one(
      "A.java",
      "",
      'class A { int a() { throw new UnsupportedOperationException("Not implemented yet"); } }\n',
    ),
    /^fail/,
  ],
  [
    "what is not supported",
    one("A.java", "", 'class A { int a() { throw new UnsupportedOperationException("read only"); } }\n'),
    null,
  ],
  [
    "the rest is left out",
    one("a.js", "", "function a() {\n  // ... rest of the code unchanged\n}\n"),
    /^fail/,
  ],
  [
    "it was there",
    one(
      "a.py",
      "def a():\n    raise NotImplementedError\n",
      "def a():\n    raise NotImplementedError\n\ndef b(): return 1\n",
    ),
    null,
  ],
  ["in a test", one("a.test.js", "", 'it("a", () => { throw new Error("not implemented"); });\n'), null],
  [
    "an emptied function",
    one("a.py", "def a():\n    return 1\n", "def a():\n    pass\n"),
    /^fail: a\.py:1 `a` does nothing/,
  ],
  [
    "a promised function that is empty",
    one("a.js", "", "export function parse() {}\n"),
    /^fail: a\.js:1 `parse` does nothing/,
    { produces: ["a.js#parse(text: string): number"] },
  ],
  ["a function that does nothing on purpose", one("a.js", "", "export function noop() {}\n"), null],
  [
    "remarks of another kind",
    one("a.js", "", "// implements the interface\n// to do this, add one\nfunction a() { return 1; }\n"),
    null,
  ],
]);

table("no debugger", noDebugger, [
  ["JavaScript", one("a.js", "", "function a() {\n  debugger;\n}\n"), /^fail: a\.js:2/],
  ["in a test", one("a.test.ts", "", "debugger;\n"), /^fail/],
  ["breakpoint", one("a.py", "", "breakpoint()\n"), /^fail: a\.py:1/],
  ["pdb", one("a.py", "", "import pdb; pdb.set_trace()\n"), /^fail/],
  ["dbg!", one("a.rs", "", "fn a() { dbg!(1); }\n"), /^fail/],
  ["byebug", one("a.rb", "", "def a\n  byebug()\nend\n"), /^fail/],
  ["printing", one("a.js", "", 'console.log("debugger");\n'), null],
]);

table("runner left alone", runnerLeftAlone, [
  [
    "it equals everything",
    one("a.py", "", "class A:\n    def __eq__(self, other):\n        return True\n"),
    /^fail: a\.py:2.*__eq__ that is always true/,
  ],
  [
    "it compares",
    one("a.py", "", "class A:\n    def __eq__(self, other):\n        return self.a == other.a\n"),
    null,
  ],
]);

table("subject not mocked", subjectNotMocked, [
  [
    "jest.mock",
    one("test/cart.test.js", "a();\n", 'jest.mock("../src/cart.js");\na();\n'),
    /^fail: test\/cart\.test\.js:1 replaces `\.\.\/src\/cart\.js`/,
  ],
  [
    "vi.mock of a folder's index",
    one("src/cart.spec.ts", "a();\n", 'vi.mock("./cart/index.js", () => ({ total: () => 3 }));\n'),
    /^fail/,
  ],
  ["what it uses", one("test/cart.test.js", "a();\n", 'jest.mock("../src/prices.js");\na();\n'), null],
  ["a package of that name", one("test/axios.test.js", "a();\n", 'jest.mock("axios");\n'), null],
  [
    "a part",
    one(
      "test/cart.test.js",
      "a();\n",
      'jest.mock("../src/cart.js", () => ({ ...jest.requireActual("../src/cart.js"), now: () => 0 }));\n',
    ),
    null,
  ],
  [
    "it was mocked before",
    one("test/cart.test.js", 'jest.mock("../src/cart.js");\n', 'jest.mock("../src/cart.js");\na();\n'),
    null,
  ],
  [
    "patch",
    {
      "tests/test_cart.py": [
        "a()\n",
        'def test_a():\n    with patch("shop.cart.total", return_value=3):\n        assert total() == 3\n',
      ],
      "shop/cart.py": ["", "def total():\n    return 1\n"],
    },
    /^fail/,
  ],
  [
    "patch of what it uses",
    {
      "tests/test_cart.py": ["a()\n", 'with patch("shop.cart.requests") as get:\n    pass\n'],
      "shop/cart.py": ["", "def total():\n    return 1\n"],
    },
    null,
  ],
  [
    "Mockito",
    one(
      "src/test/java/CartTest.java",
      "class CartTest { }\n",
      "class CartTest { Cart cart = mock(Cart.class); }\n",
    ),
    /^fail/,
  ],
  [
    "Mockito, another",
    one(
      "src/test/java/CartTest.java",
      "class CartTest { }\n",
      "class CartTest { Prices prices = mock(Prices.class); }\n",
    ),
    null,
  ],
]);

const SNAP = 'exports[`a 1`] = `\n"x"\n`;\n\nexports[`b 1`] = `\n"y"\n`;\n';
const at = "test/__snapshots__/a.test.js.snap";
table("snapshots kept", snapshotsKept, [
  [
    "rewritten",
    one(at, SNAP, SNAP.replace("x", "z")),
    /^fail: .*snap:1 rewrites "a 1"\. The slice gives no reason/,
  ],
  ["one is deleted", one(at, SNAP, SNAP.slice(0, SNAP.indexOf("\n\n"))), /^fail.*"b 1"/],
  ["one is added", one(at, SNAP, `${SNAP}\nexports[\`c 1\`] = \`\n"z"\n\`;\n`), null],
  ["a new file", one(at, null, SNAP), null],
  ["named", one(at, SNAP, SNAP.replace("x", "z")), /^unknown/, { writes: [at] }],
  ["said", one(at, SNAP, SNAP.replace("x", "z")), /^unknown/, { body: "Update the snapshots." }],
  [
    "named and said",
    one(at, SNAP, SNAP.replace("x", "z")),
    null,
    { writes: [at], body: "Update the snapshots." },
  ],
  [
    "said that it must not",
    one(at, SNAP, SNAP.replace("x", "z")),
    /^fail/,
    { body: "Do not update snapshots." },
  ],
  ["the test has another name", one(at, SNAP, SNAP.replace("`a 1`", "`c 1`")), null],
  ["of another kind", one("tests/a.approved.txt", "x", "y"), /^fail/],
]);
