import { describe, expect, test } from "vitest";
import { startedBy } from "../../src/core/critics/commands.ts";
import { type Name, isSameName, parseName } from "../../src/core/critics/names.ts";
import { wantedBy } from "../../src/core/critics/wanted.ts";

describe("startedBy reads what a command starts", () => {
  /** Each as "folder: program arguments". */
  const check = (command: string, expected: string[] | null): void =>
    expect(
      startedBy(command)?.map(
        ({ program, args, folder }) => `${folder ?? "?"}: ${[program, ...args].join(" ")}`,
      ) ?? null,
    ).toEqual(expected);
  test.each<[string, string[] | null]>([
    ["npm test", [": npm test"]],
    ["npm run a && npm run b; npm run c | tee x", [": npm run a", ": npm run b", ": npm run c", ": tee x"]],
    ["cd web && npm test", ["web: npm test"]],
    ["(cd web/a && npm test) && npm run b", ["web/a: npm test", ": npm run b"]],
    ["cd web/../api/. && make", ["api: make"]],
    ["cd .. && make", ["?: make"]],
    ['cd "$DIR" && make', ["?: make"]],
    ["CI=1 NODE_ENV=test npx vitest run", [": npx vitest run"]],
    ["env A=1 time timeout 5s npm test", [": npm test"]],
    ["! grep -q 'a b' \"x y\"", [": grep -q a b x y"]],
    ["node x.js > out.txt 2>&1 < in.txt", [": node x.js"]],
    ["npm test 2>/dev/null || true", [": npm test", ": true"]],
    ["command -v jq", [": command"]],
    ["a\\ b c", [": a b c"]],
    ["if test -f x; then npm test; fi", [": test -f x", ": npm test", ": fi"]],
    ["", []],
    ["echo $(npm test)", null],
    ["echo `npm test`", null],
    ['echo "$(npm test)"', null],
    ["cat <<EOF\nx\nEOF", null],
    ["diff <(a) <(b)", null],
    ["echo 'open", null],
    ["npm test # and more", null],
    [`echo ${"x".repeat(5000)}`, null],
  ])("%j", check);
});

describe("wantedBy says what has to be there", () => {
  /** Each as "what name"; loose ones with a question mark. */
  const check = (command: string, expected: string[]): void =>
    expect(
      (startedBy(command) ?? []).flatMap(wantedBy).map((one) => {
        if (one.what === "script") return `script ${one.folder}:${one.name}`;
        if (one.what === "file") return `file ${one.path}${one.isWhole ? "" : "?"}`;
        return one.what === "folder" ? `folder ${one.path}` : `${one.what} ${one.name}`;
      }),
    ).toEqual(expected);
  test.each<[string, string[]]>([
    ["./scripts/a.sh x/y.js", ["file scripts/a.sh"]],
    ["cd web && ../run.sh", ["file run.sh"]],
    ["node src/a.js out/b.js", ["program node", "file src/a.js"]],
    [
      "node --test test/a.test.js test/b.test.js",
      ["program node", "file test/a.test.js", "file test/b.test.js"],
    ],
    ["node --test", ["program node"]],
    ["node -e x.js", ["program node"]],
    ["node --import tsx --test a.test.ts", ["program node"]],
    ["python3 -m pytest tests/test_a.py::test_b -k 'c/d.py'", ["program python3", "file tests/test_a.py?"]],
    ["python3 -m http.server", ["program python3"]],
    ["pytest -q tests/unit --junitxml out/x.xml", ["program pytest", "folder tests/unit"]],
    ["sh -eu a.sh", ["program sh", "file a.sh"]],
    ["bash -c 'a.sh'", ["program bash"]],
    [
      "node_modules/.bin/jest --runTestsByPath a/b.spec.js",
      ["file node_modules/.bin/jest", "file a/b.spec.js?"],
    ],
    ["npx -y vitest run limit src/a.test.ts --config x.config.ts", ["program npx", "file src/a.test.ts?"]],
    ["npx -p a b x.test.ts", ["program npx"]],
    ["npm test", ["program npm", "script :test"]],
    ["npm t -- a.test.js limit", ["program npm", "script :test", "file a.test.js?"]],
    ["npm run -s lint -- --fix", ["program npm", "script :lint"]],
    ["npm --prefix web run lint", ["program npm", "script web:lint"]],
    ["npm --prefix=web run lint", ["program npm", "script web:lint"]],
    ["npm run lint --if-present", ["program npm"]],
    ["npm test -w api", ["program npm"]],
    ["npm ci", ["program npm"]],
    ["npm start", ["program npm"]],
    ["yarn jest a.test.js", ["program yarn"]],
    ["yarn test", ["program yarn", "script :test"]],
    ["pnpm -C web run build", ["program pnpm", "script web:build"]],
    ["pnpm --filter web run build", ["program pnpm"]],
    ["make", ["program make", "target "]],
    ["make -j 4 all V=1 x.o", ["program make", "target all"]],
    ["make -C sub all", ["program make"]],
    ["go test -run X ./internal/a/... ./b", ["program go", "folder internal/a", "folder b"]],
    ["go test ./...", ["program go"]],
    ["grep -q a/b.js c/d.md", ["program grep"]],
    ["$RUNNER a.js", []],
    ["node test/*.js", ["program node"]],
  ])("%s", check);
});

describe("names", () => {
  const check = (entry: string, expected: Name | null): void => expect(parseName(entry)).toEqual(expected);
  const name = (path: string | null, symbol: string | null, owner: string | null = null): Name => ({
    path,
    owner,
    symbol,
  });
  test.each<[string, Name | null]>([
    ["src/limit.js#parseLimit(argv: string[]): number", name("src/limit.js", "parseLimit")],
    ["./src/limit.js#Limit.of", name("src/limit.js", "of", "Limit")],
    ["parseLimit", name(null, "parseLimit")],
    ["export async function parseLimit(argv)", name(null, "parseLimit")],
    ["class Store", name(null, "Store")],
    ["crate::limit::parse", name(null, "parse", "crate.limit")],
    ["Store#save", name(null, "save", "Store")],
    ["src/limit.js", name("src/limit.js", null)],
    ["limit.js", name("limit.js", null)],
    ["src/limit", name("src/limit", null)],
    ["internal/limit.New(rate int) *Limiter", name("internal/limit", "New")],
    ["Page<T>", name(null, "Page")],
    ["größe", name(null, "größe")],
    ["valid?", name(null, "valid?")],
    ["the --limit flag", null],
    ["POST /orders", null],
    ["dependency: zod", null],
    ["", null],
    ["x".repeat(600), null],
    ["a/b".repeat(160) + "#(", null],
  ])("%j", check);

  test.each<[string, string, boolean]>([
    ["a.ts#one", "one", true],
    ["a.ts#one", "b.ts#one", false],
    ["src/a#one", "src/a.ts#one", true],
    ["src#one", "src/a.ts#one", true],
    ["a.ts#Cat.one", "a.ts#one", true],
    ["Cat.one", "Dog.one", false],
    ["app.Cat.one", "Cat.one", true],
    ["one", "two", false],
    ["a.ts", "a.ts#one", false],
  ])("%j and %j: %s", (a, b, expected) => {
    const [one, other] = [parseName(a), parseName(b)];
    if (!one || !other) throw new Error("no name");
    expect([isSameName(one, other), isSameName(other, one)]).toEqual([expected, expected]);
  });
});

/** Each would take minutes with a pattern that tries all ways; a counter would not show it. */
test.each([
  ["quotes", "'\"".repeat(2000)],
  ["words", "a/".repeat(2000)],
  ["signs", "!".repeat(4000)],
  ["assignments", "A=1 ".repeat(1000)],
  ["wrappers", "npx ".repeat(1000)],
  ["parentheses", "(".repeat(2000) + ")".repeat(2000)],
])("hostile %s are answered", (_name, text) => {
  expect((startedBy(text) ?? []).flatMap(wantedBy).length).toBeLessThan(5000);
  expect(() => parseName(text)).not.toThrow();
});
