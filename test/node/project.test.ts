import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { ProjectFacts } from "../../src/engine/ports.ts";
import { parseToml } from "../../src/node/manifest.ts";
import { findPrograms } from "../../src/node/programs.ts";
import { openProject } from "../../src/node/project.ts";
import { scratchFolder } from "./scratchFolder.ts";

const folder = scratchFolder();
const never = new AbortController().signal;
const python = process.platform === "win32" ? "python" : "python3";

type Files = Record<string, string | Uint8Array>;
function workspace(files: Files): string {
  const root = mkdtempSync(join(folder, "project-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
const factsOf = (files: Files) => openProject(workspace(files)).facts(never);
const json = (value: unknown) => JSON.stringify(value);

/** Commands as "does: command". */
const commandsOf = ({ commands }: ProjectFacts) => commands.map(({ does, command }) => `${does}: ${command}`);

describe("what a project is", () => {
  const check = (
    name: string,
    files: Files,
    kinds: string[],
    shape: ProjectFacts["shape"],
    commands: string[],
  ) =>
    it(name, async () => {
      const facts = await factsOf(files);
      expect({ kinds: facts.kinds, shape: facts.shape, commands: commandsOf(facts) }).toEqual({
        kinds,
        shape,
        commands,
      });
    });

  check("nothing", {}, [], "unknown", []);
  check(
    "an npm library",
    {
      "package.json": json({
        exports: "./a.js",
        scripts: {
          test: "vitest",
          build: "tsc",
          lint: "eslint .",
          typecheck: "tsc",
          format: "prettier -w .",
        },
      }),
      "package-lock.json": "{}",
    },
    ["npm"],
    "library",
    [
      "test: npm test",
      "build: npm run build",
      "lint: npm run lint",
      "types: npm run typecheck",
      "format: npm run format",
    ],
  );
  check(
    "pnpm by its lock file",
    { "package.json": json({ bin: "a", scripts: { test: "x", compile: "x" } }), "pnpm-lock.yaml": "" },
    ["npm"],
    "command line",
    ["test: pnpm test", "build: pnpm run compile"],
  );
  check(
    "yarn by packageManager, whatever lock file",
    {
      "package.json": json({
        private: true,
        packageManager: "yarn@4.1.0",
        dependencies: { express: "1" },
        scripts: { test: "x", start: "x" },
      }),
      "package-lock.json": "",
    },
    ["npm"],
    "service",
    ["test: yarn test", "start: yarn run start"],
  );
  check(
    "bun runs its script, not its own runner",
    { "package.json": json({ dependencies: { "react-dom": "1" }, scripts: { test: "x" } }), "bun.lock": "" },
    ["npm"],
    "web app",
    ["test: bun run test"],
  );
  check(
    "an extension",
    { "package.json": json({ engines: { vscode: "^1" }, main: "a" }) },
    ["npm"],
    "extension",
    [],
  );
  check(
    "the test that npm init writes is none",
    {
      "package.json": json({
        private: true,
        main: "index.js",
        scripts: { test: 'echo "Error: no test specified" && exit 1' },
      }),
    },
    ["npm"],
    "unknown",
    [],
  );
  check(
    "a published react component is a library",
    { "package.json": json({ exports: {}, dependencies: { "react-dom": "1" } }) },
    ["npm"],
    "library",
    [],
  );
  check(
    "npm workspaces",
    {
      "package.json": json({ private: true, workspaces: ["packages/*"], scripts: { test: "x" } }),
      "yarn.lock": "",
      "packages/a/package.json": json({ exports: "./a", scripts: { test: "x" } }),
      "packages/b/package.json": json({
        private: true,
        dependencies: { fastify: "5" },
        scripts: { build: "x" },
      }),
      "packages/b/deep/package.json": json({ bin: "x", scripts: { build: "x" } }),
      "packages/c d;rm/package.json": json({ scripts: { test: "x" } }),
    },
    ["npm"],
    "service",
    ["test: yarn test", "test: cd packages/a && yarn test", "build: cd packages/b && yarn run build"],
  );
  check(
    "pnpm workspaces",
    {
      "package.json": json({ private: true }),
      "pnpm-workspace.yaml": "packages:\n  - 'libs/**'\n  - '!libs/x'\n",
      "pnpm-lock.yaml": "",
      "libs/one/a/package.json": json({ exports: "./a", scripts: { test: "x" } }),
    },
    ["npm"],
    "library",
    ["test: cd libs/one/a && pnpm test"],
  );
  check(
    "pytest by its table",
    { "pyproject.toml": '[project]\nname = "a"\n[tool.pytest.ini_options]\n[tool.ruff]\n[tool.mypy]\n' },
    ["python"],
    "library",
    [`test: ${python} -m pytest`, `types: ${python} -m mypy .`, `lint: ${python} -m ruff check .`],
  );
  check(
    "poetry",
    {
      "pyproject.toml":
        '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3"\nflask = "*"\n[tool.poetry.group.dev.dependencies]\npytest = "*"\nblack = "*"\n',
    },
    ["python"],
    "service",
    ["test: poetry run pytest", "format: poetry run black --check ."],
  );
  check(
    "uv",
    {
      "pyproject.toml":
        '[project]\nname = "a"\ndependencies = [\n  "httpx[http2]>=1", # a comment ]\n]\n[project.scripts]\na = "a:main"\n[dependency-groups]\ndev = ["pytest>=8"]\n',
      "uv.lock": "",
    },
    ["python"],
    "command line",
    ["test: uv run pytest"],
  );
  check(
    "hatch",
    {
      "pyproject.toml":
        '[project]\nname = "a"\n[tool.hatch.envs.default]\ndependencies = ["x"]\n[tool.pytest.ini_options]\n',
    },
    ["python"],
    "library",
    ["test: hatch run pytest"],
  );
  check(
    "tox in setup.cfg",
    {
      "setup.cfg":
        "[metadata]\nname = a\n[options]\ninstall_requires =\n  requests>=2\n[tox:tox]\nenvlist = py3\n[flake8]\nmax-line-length = 99\n",
    },
    ["python"],
    "library",
    ["test: tox", `lint: ${python} -m flake8`],
  );
  check("unittest", { "setup.py": "", "tests/test_a.py": "" }, ["python"], "unknown", [
    `test: ${python} -m unittest`,
  ]);
  check(
    "Go, a command",
    { "go.mod": "module example.com/a\n\ngo 1.22\n", "main.go": "" },
    ["go"],
    "command line",
    ["test: go test ./...", "build: go build ./...", "lint: go vet ./...", "start: go run ."],
  );
  check(
    "Go, a service",
    {
      "go.mod": "module a.b/c\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n)\n",
      "cmd/api/main.go": "",
      ".golangci.yml": "",
    },
    ["go"],
    "service",
    ["test: go test ./...", "build: go build ./...", "lint: golangci-lint run"],
  );
  check(
    "Rust, a library",
    {
      "Cargo.toml":
        '[package]\nname = "a"\n[dependencies]\nserde = { version = "1", features = ["derive"] }\n',
      "src/lib.rs": "",
    },
    ["rust"],
    "library",
    [
      "test: cargo test",
      "build: cargo build",
      "types: cargo check",
      "lint: cargo clippy",
      "format: cargo fmt --check",
    ],
  );
  check("Rust, a command", { "Cargo.toml": "[package]\n[[bin]]\nname='x'\n" }, ["rust"], "command line", [
    "test: cargo test",
    "build: cargo build",
    "types: cargo check",
    "lint: cargo clippy",
    "format: cargo fmt --check",
    "start: cargo run",
  ]);
  check(
    "Maven with its wrapper",
    {
      "pom.xml":
        "<project><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
      mvnw: "",
    },
    ["java"],
    "service",
    ["test: ./mvnw test", "build: ./mvnw package -DskipTests"],
  );
  check(
    "Gradle with its wrapper",
    {
      "build.gradle.kts":
        'plugins { application }\ndependencies { implementation("com.google.guava:guava:33.0") }',
      gradlew: "",
    },
    ["java"],
    "command line",
    ["test: ./gradlew test", "build: ./gradlew assemble", "lint: ./gradlew check"],
  );
  check("Gradle without", { "build.gradle": "plugins { id 'java-library' }" }, ["java"], "library", [
    "test: gradle test",
    "build: gradle assemble",
    "lint: gradle check",
  ]);
  check(
    "the root's wrapper, one level below",
    { gradlew: "", "settings.gradle": "", "app/build.gradle": "" },
    ["java"],
    "library",
    [
      "test: ./gradlew test",
      "build: ./gradlew assemble",
      "lint: ./gradlew check",
      "test: cd app && ../gradlew test",
      "build: cd app && ../gradlew assemble",
      "lint: cd app && ../gradlew check",
    ],
  );
  check(
    ".NET",
    {
      "a.sln": "",
      "a.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PackageReference Include="Dapper" /></Project>',
    },
    ["dotnet"],
    "service",
    ["test: dotnet test", "build: dotnet build", "format: dotnet format --verify-no-changes"],
  );
  check(
    "PHP",
    {
      "composer.json": json({ type: "library", require: { php: "8", "a/b": "1" }, scripts: { lint: "x" } }),
      "phpunit.xml.dist": "",
    },
    ["php"],
    "library",
    ["test: vendor/bin/phpunit", "lint: composer run lint"],
  );
  check("Ruby", { Gemfile: "source 'x'\ngem 'rails', '7'\n", "spec/a_spec.rb": "" }, ["ruby"], "service", [
    "test: bundle exec rspec",
  ]);
  check(
    "make",
    {
      Makefile: ".PHONY: test\nCC := gcc\nVAR ::= 1\ntest build: a.c\n\t$(CC) a.c\nlint:: x\nout/%.o: %.c\n",
    },
    [],
    "unknown",
    ["test: make test", "build: make build", "lint: make lint"],
  );
  check(
    "several at once, and one level below",
    {
      "package.json": json({ private: true, scripts: { test: "x" } }),
      "server/go.mod": "module a.b/c",
      "server/main.go": "",
    },
    ["npm", "go"],
    "command line",
    [
      "test: npm test",
      "test: cd server && go test ./...",
      "build: cd server && go build ./...",
      "lint: cd server && go vet ./...",
      "start: cd server && go run .",
    ],
  );
});

describe("facts beside", () => {
  it("name scripts by folder, make targets and dependencies", async () => {
    const facts = await factsOf({
      "package.json": json({
        workspaces: { packages: ["a"] },
        scripts: { x: "1", "y:z": "2", bad: 3 },
        dependencies: { b: "1" },
        devDependencies: { a: "1" },
      }),
      "a/package.json": json({ scripts: { x: "1" }, peerDependencies: { c: "1", b: "1" } }),
      Makefile: "all: a b\na:\nb:\n",
    });
    expect(facts).toMatchObject({
      scripts: { "": ["x", "y:z"], a: ["x"] },
      targets: ["all", "a", "b"],
      dependencies: ["a", "b", "c"],
    });
    expect(facts.commands).toContainEqual({ does: "build", command: "make all", from: "Makefile all" });
  });

  it.each<[string, Files, boolean]>([
    ["a test file", { "src/a.test.ts": "" }, true],
    ["a Go test", { "a_test.go": "" }, true],
    ["a folder of tests", { "tests/run.sh": "" }, true],
    ["a Java test", { "src/ATest.java": "" }, true],
    ["tests inside Rust sources", { "src/lib.rs": "#[cfg(test)]\nmod t { #[test] fn a() {} }" }, true],
    ["Rust without", { "src/lib.rs": "fn a() {}" }, false],
    ["a text about tests", { "tests/README.md": "", "src/contest.ts": "", "latest.js": "" }, false],
  ])("say whether there are tests: %s", async (_name, files, expected) => {
    expect((await factsOf(files)).hasTests).toBe(expected);
  });

  it("know the state of git", async () => {
    const root = workspace({ "a.txt": "1" });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        cwd: root,
        encoding: "utf8",
      });
    expect((await openProject(root).facts(never)).git).toBeNull();
    git("init", "-q", "-b", "trunk");
    expect((await openProject(root).facts(never)).git).toEqual({
      branch: "trunk",
      commit: null,
      changed: 1,
      recent: [],
    });
    git("add", ".");
    for (let n = 1; n <= 12; n++) git("commit", "-q", "--allow-empty", "-m", `change ${n}\n\nbody`);
    writeFileSync(join(root, "new one.txt"), "");
    writeFileSync(join(root, "a.txt"), "2");
    const facts = await openProject(root).facts(never);
    expect(facts.git).toEqual({
      branch: "trunk",
      commit: git("rev-parse", "HEAD").trim(),
      changed: 2,
      recent: Array.from({ length: 10 }, (_, n) => `change ${12 - n}`),
    });
    git("checkout", "-q", "--detach");
    expect((await openProject(root).facts(never)).git?.branch).toBeNull();
  });

  it("leave out what git ignores", async () => {
    const root = workspace({
      ".gitignore": "vendor/\n",
      "vendor/package.json": json({ scripts: { test: "x" } }),
    });
    execFileSync("git", ["init", "-q"], { cwd: root });
    expect(await openProject(root).facts(never)).toMatchObject({ kinds: [], commands: [] });
  });
});

describe("a hostile project does no harm", () => {
  const wrong = (value: unknown) => ({
    name: value,
    scripts: value,
    dependencies: value,
    workspaces: value,
    engines: value,
    bin: value,
    packageManager: value,
    private: value,
  });
  const long = "x".repeat(200_000);
  test.each<[string, Files]>([
    ["no JSON", { "package.json": "{", "composer.json": "[]", "pnpm-workspace.yaml": "a: [" }],
    [
      "no text",
      {
        "package.json": Uint8Array.from([0xff, 0]),
        "go.mod": Uint8Array.from([0xff]),
        "Cargo.toml": Uint8Array.from([0]),
      },
    ],
    ["texts for objects", { "package.json": json(wrong("x")) }],
    ["numbers for objects", { "package.json": json(wrong(7)) }],
    ["lists for objects", { "package.json": json(wrong([[], {}, null, 1])) }],
    ["null for objects", { "package.json": json(wrong(null)) }],
    [
      "__proto__",
      {
        "package.json":
          '{"scripts":{"__proto__":"x","constructor":"y"},"dependencies":{"__proto__":{"a":1}}}',
      },
    ],
    [
      "nested deeply",
      {
        "package.json": `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
        "pnpm-workspace.yaml": "[".repeat(20_000),
      },
    ],
    [
      "a YAML bomb",
      {
        "package.json": "{}",
        "pnpm-workspace.yaml": `a: &a [x,x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? "a" : `b${n - 1}`},*${n === 0 ? "a" : `b${n - 1}`}]`).join("\n")}\npackages: *b29\n`,
      },
    ],
    [
      "lines without end",
      {
        Makefile: `${"a ".repeat(120_000)}`,
        "pyproject.toml": `[${long}\nx = [${'"\\'.repeat(100_000)}`,
        "setup.cfg": `[${long}\n${long}`,
        "go.mod": `require ${long}`,
        Gemfile: `gem '${long}`,
        "pom.xml": `<artifactId>${" ".repeat(200_000)}`,
        "build.gradle": "'a".repeat(100_000),
      },
    ],
    [
      "a list that never ends",
      {
        "pyproject.toml": `x = [\n${"[\n".repeat(100_000)}`,
        "Cargo.toml": `x = """\n${"'\n".repeat(100_000)}`,
      },
    ],
    [
      "thousands of folders",
      Object.fromEntries(
        Array.from({ length: 1500 }, (_, n) => [`d${n}/package.json`, json({ scripts: { test: "x" } })]),
      ),
    ],
    [
      "globs without end",
      { "package.json": json({ workspaces: ["{a,b}".repeat(40), "*".repeat(900), "../**", "/etc/**"] }) },
    ],
  ])("%s", async (_name, files) => {
    const facts = await factsOf(files);
    expect(facts.commands.length).toBeLessThanOrEqual(60);
    expect(facts.shape).toBeTypeOf("string");
    expect(Object.getPrototypeOf(facts.scripts)).toBe(Object.prototype);
  });

  it("a manifest that leads out is not followed", async () => {
    const elsewhere = workspace({ "package.json": json({ scripts: { test: "x" }, bin: "x" }) });
    const root = workspace({});
    symlinkSync(join(elsewhere, "package.json"), join(root, "package.json"));
    execFileSync("git", ["init", "-q"], { cwd: root });
    expect(await openProject(root).facts(never)).toMatchObject({ commands: [], shape: "unknown" });
  });

  it("a stop is heeded", async () => {
    const root = workspace({ a: "" });
    execFileSync("git", ["init", "-q"], { cwd: root });
    await expect(openProject(root).facts(AbortSignal.abort())).rejects.toThrow(
      "Stopped while git was running.",
    );
  });
});

describe("TOML", () => {
  it("is read as far as it is understood", () => {
    const text = `a = 1 # c\n"b c" = 'x'\n[t."u"] # d\nlist = [\n  "x ] y", # ]\n  'z'\n]\nafter = true\ntext = """\n[no.table]\nk = 1\n"""\nlast = "\\"]"\n[[bin]]\nname = "n"\nnonsense\n`;
    expect([...parseToml(text)].map(([name, keys]) => [name, Object.fromEntries(keys)])).toEqual([
      ["", { a: "1 # c", "b c": "'x'" }],
      [
        "t.u",
        {
          list: "[\n  \"x ] y\", # ]\n  'z'\n]",
          after: "true",
          text: '"""\n[no.table]\nk = 1\n"""',
          last: '"\\"]"',
        },
      ],
      ["bin", { name: '"n"' }],
    ]);
  });
});

describe.skipIf(process.platform === "win32")("programs", () => {
  const root = workspace({ "bin/tool": "", "bin/text": "", "outer.sh": "" });
  const elsewhere = workspace({ onpath: "", hidden: "" });
  chmodSync(join(root, "bin/tool"), 0o755);
  chmodSync(join(elsewhere, "onpath"), 0o755);
  chmodSync(join(elsewhere, "hidden"), 0o755);
  const off = workspace({ secret: "" });
  chmodSync(join(off, "secret"), 0o755);
  test.each<[string, boolean]>([
    ["onpath", true],
    ["bin", false],
    ["nothing-of-that-name", false],
    ["bin/tool", true],
    ["./bin/tool", true],
    ["bin/text", false],
    ["bin/", false],
    ["../outer", false],
    [join(elsewhere, "onpath"), true],
    [join(off, "secret"), false],
    [join(root, "bin/tool"), true],
    ["", false],
    ["on\0path", false],
    ["x".repeat(5000), false],
  ])("%j", async (name, expected) => {
    const env = { PATH: `:relative:${elsewhere}:/nowhere` };
    expect((await findPrograms(root, [name], env)).has(name)).toBe(expected);
  });
  it("are found on this machine's own PATH", async () => {
    expect(await openProject(root).programs(["sh", "git", "no-such-program"])).toEqual(
      new Set(["sh", "git"]),
    );
  });
});
