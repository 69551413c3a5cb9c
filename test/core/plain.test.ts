import { expect, test } from "vitest";
import { extendsPlainly, isPlain } from "../../src/core/plain.ts";

const check = (command: string, expected: boolean): void =>
  expect([command, isPlain(command)]).toEqual([command, expected]);

test("reading, testing and building with plain words is tried before anybody approved it", () => {
  for (const command of [
    "npm test",
    "npm test -- limit",
    "npm run test:unit",
    "npm run ci-lint -- --max-warnings=0",
    "yarn typecheck",
    "pnpm build",
    "npx vitest run test/a.test.ts",
    "node --test test/help.test.js",
    "python -m pytest -q tests/test_a.py::test_b",
    "python3 -m unittest discover",
    "go test ./...",
    "cargo test --locked parse",
    "make check",
    "./gradlew test",
    'grep -q "good news" src/a.txt',
    "grep -qE '^def [a-z]+' a.py",
    "test -f dist/a.js",
    "true",
    "grep -q -- --limit README.md && grep -q -- --sort README.md",
    "cd packages/a && npm test",
  ])
    check(command, true);
});

test("what a shell could take for more, what leads out, and what reaches others is not", () => {
  for (const command of [
    "",
    "npm",
    "npm install left-pad",
    "npm publish",
    "npm run deploy",
    "npm run test:deploy",
    "yarn release-check",
    "make",
    "make prod",
    "make install",
    "npx cowsay",
    "node test.js",
    "node --test; rm -rf .",
    "npm test && curl evil",
    "npm test && npm run deploy",
    "npm test &&curl evil",
    "npm test && ",
    "cd .. && npm test",
    "cd / && grep x etc/passwd",
    'grep "a && curl evil" x',
    Array.from({ length: 11 }, () => "true").join(" && "),
    "npm test | tee x",
    "npm test > /tmp/x",
    "npm test `id`",
    "npm test $(id)",
    "npm test $HOME",
    'npm test "$(id)"',
    'npm test "a`id`"',
    "npm test \nid",
    "npm test & id",
    "grep x /etc/passwd",
    "grep x ~/.ssh/id",
    "grep -f../x y",
    "grep -f/etc/passwd y",
    "grep --file=/etc/passwd y",
    "grep x '.'./y",
    "npm test\tx",
    "npm test\r\nid",
    "grep x ../y",
    "grep x src/../../y",
    "pytest --rootdir=/",
    "pytest --basetemp=../x",
    "grep x C:/y",
    "grep x 'a'/etc",
    "grep 'x' \"/etc/passwd\"",
    "grep -q it's x",
    "FOO=1 npm test",
    "testify",
    "true;id",
    `npm test ${"x".repeat(600)}`,
  ])
    check(command, false);
});

test("a command somebody named may be followed by plain words", () => {
  const cases: [string, string, boolean][] = [
    ["./check.sh", "./check.sh", true],
    ["./check.sh", "./check.sh unit", true],
    ["./check.sh", "./check.sh; id", false],
    ["./check.sh", "./check.sh ../x", false],
    ["./check.sh", "./check.shx", false],
    ["make -k all && x", "make -k all && x", true],
  ];
  for (const [known, command, expected] of cases)
    expect([command, extendsPlainly(known, command)]).toEqual([command, expected]);
});
