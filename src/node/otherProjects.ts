/** Go, Rust, Java, .NET, PHP, Ruby and make: what their manifests tell of a folder. */
import type { ProjectCommand } from "../engine/ports.ts";
import {
  type Ecosystem,
  type Shape,
  found,
  linesOf,
  parseJson,
  parseToml,
  recordOf,
  textsOf,
} from "./manifest.ts";

type Does = ProjectCommand["does"];
const commands = (from: string, texts: Partial<Record<Does, string>>): ProjectCommand[] =>
  Object.entries(texts).map(([does, command]) => ({ does: does as Does, command, from }));
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
const anyOf = (names: readonly string[], dependencies: readonly string[]): boolean =>
  dependencies.some((one) => names.some((name) => one === name || one.startsWith(`${name}/`)));

const GO_SERVERS = [
  "github.com/gin-gonic/gin",
  "github.com/labstack/echo",
  "github.com/go-chi/chi",
  "github.com/gofiber/fiber",
  "github.com/gorilla/mux",
  "google.golang.org/grpc",
];

export const go: Ecosystem = async (folder) => {
  const text = await folder.text("go.mod");
  if (text === null) return null;
  const lines = linesOf(text).map((line) => line.replace(/^\s*require\s+/, ""));
  const dependencies = lines.flatMap((line) => /^\s*([\w.-]+\.[\w.-]+\/\S+)\s+v\d/.exec(line)?.[1] ?? []);
  const isMain = folder.has("main.go") || folder.find(/^cmd\/([^/]+\/)?main\.go$/) !== null;
  const lint = folder.find(/^\.golangci\.(ya?ml|toml|json)$/);
  return found("go", {
    commands: [
      ...commands("go.mod", { test: "go test ./...", build: "go build ./..." }),
      ...(lint === null
        ? commands("go.mod", { lint: "go vet ./..." })
        : commands(lint, { lint: "golangci-lint run" })),
      ...(folder.has("main.go") ? commands("main.go", { start: "go run ." }) : []),
    ],
    dependencies,
    shape: anyOf(GO_SERVERS, dependencies) ? "service" : isMain ? "command line" : "library",
  });
};

const RUST_SERVERS = ["axum", "actix-web", "rocket", "warp", "tonic", "poem", "salvo"];

export const rust: Ecosystem = async (folder) => {
  const text = await folder.text("Cargo.toml");
  if (text === null) return null;
  const toml = parseToml(text);
  const dependencies = [...toml].flatMap(([table, keys]) => {
    const [, own, single] = /^(.*\.)?(?:dev-|build-)?dependencies(?:\.(.+))?$/.exec(table)?.slice(0, 3) ?? [];
    if (single !== undefined) return [single];
    return own !== undefined || /dependencies$/.test(table)
      ? [...keys.keys()].map((key) => key.split(".")[0] ?? key)
      : [];
  });
  const isMain = folder.has("src/main.rs") || toml.has("bin");
  const isLibrary = folder.has("src/lib.rs") || toml.has("lib");
  const shape: Shape | null =
    anyOf(RUST_SERVERS, dependencies) && isMain
      ? "service"
      : isMain
        ? "command line"
        : isLibrary
          ? "library"
          : null;
  return found("rust", {
    commands: commands("Cargo.toml", {
      ...{
        test: "cargo test",
        build: "cargo build",
        types: "cargo check",
        lint: "cargo clippy",
        format: "cargo fmt --check",
      },
      ...(isMain && { start: "cargo run" }),
    }),
    dependencies,
    shape,
  });
};

const JAVA_SERVERS = /spring-boot|quarkus|micronaut|dropwizard|helidon|jakarta\.servlet|vertx-web/;

export const java: Ecosystem = async (folder, root) => {
  const pom = await folder.text("pom.xml");
  const gradleFile = ["build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle"].find(
    (name) => folder.has(name),
  );
  if (pom === null && gradleFile === undefined) return null;
  if (pom !== null) {
    const wrapper = folder.has("mvnw") ? "./mvnw" : "mvn";
    const dependencies = matches(pom, /<artifactId>\s*([\w.-]{1,200})\s*<\/artifactId>/g);
    const texts = { test: `${wrapper} test`, build: `${wrapper} package -DskipTests` };
    return found("java", {
      commands: commands("pom.xml", texts),
      dependencies,
      shape: javaShape(pom, folder.find(/^src\/main\/.*Main\.java$/)),
    });
  }
  const name = gradleFile ?? "";
  const text = (await folder.text(name)) ?? "";
  const above = folder.path === "" ? "./" : "../".repeat(folder.path.split("/").length);
  const wrapper = folder.has("gradlew") ? "./gradlew" : root.has("gradlew") ? `${above}gradlew` : "gradle";
  const dependencies = matches(text, /["']([\w.-]{1,100}:[\w.-]{1,100})(?::[^"'\n]{0,100})?["']/g);
  const texts = { test: `${wrapper} test`, build: `${wrapper} assemble`, lint: `${wrapper} check` };
  return found("java", {
    commands: commands(name, texts),
    dependencies,
    shape: javaShape(text, /\bapplication\b|mainClass/.exec(text)?.[0] ?? null),
  });
};

const javaShape = (text: string, main: string | null): Shape =>
  JAVA_SERVERS.test(text) ? "service" : main !== null ? "command line" : "library";

export const dotnet: Ecosystem = async (folder) => {
  const solution = folder.find(/^[^/]+\.slnx?$/);
  const project = folder.find(/^[^/]+\.(cs|fs|vb)proj$/);
  const from = solution ?? project;
  if (from === null) return null;
  const text = (project && (await folder.text(project))) ?? "";
  const shape: Shape | null = /Microsoft\.NET\.Sdk\.Web/.test(text)
    ? "service"
    : /<OutputType>\s*Exe/i.test(text)
      ? "command line"
      : project !== null
        ? "library"
        : null;
  const texts = { test: "dotnet test", build: "dotnet build", format: "dotnet format --verify-no-changes" };
  const dependencies = matches(text, /<PackageReference\s+Include="([^"]{1,200})"/g);
  return found("dotnet", { commands: commands(from, texts), dependencies, shape });
};

const PHP_SERVERS = [
  "laravel",
  "symfony/framework-bundle",
  "symfony/http-kernel",
  "slim",
  "cakephp/cakephp",
  "codeigniter4",
];
const PHP_SCRIPTS: Partial<Record<Does, readonly string[]>> = {
  test: ["test", "tests", "phpunit"],
  lint: ["lint", "cs", "phpcs"],
  types: ["phpstan", "analyse", "analyze", "psalm"],
};

export const php: Ecosystem = async (folder) => {
  const json = parseJson(await folder.text("composer.json"));
  if (json === null) return null;
  const scripts = Object.keys(recordOf(json["scripts"]));
  const named = Object.entries(PHP_SCRIPTS).flatMap(([does, names]) => {
    const script = names.find((name) => scripts.includes(name));
    return script === undefined
      ? []
      : commands(`composer.json scripts.${script}`, { [does]: `composer run ${script}` });
  });
  const config = folder.find(/^phpunit(\.dist)?\.xml(\.dist)?$/);
  const unit =
    config !== null && !named.some(({ does }) => does === "test")
      ? commands(config, { test: "vendor/bin/phpunit" })
      : [];
  const needed = Object.keys(recordOf(json["require"])).filter((name) => name.includes("/"));
  return found("php", {
    commands: [...unit, ...named],
    dependencies: [...needed, ...Object.keys(recordOf(json["require-dev"]))],
    shape: anyOf(PHP_SERVERS, needed)
      ? "service"
      : json["type"] === "library"
        ? "library"
        : textsOf(json["bin"]).length > 0
          ? "command line"
          : null,
  });
};

export const ruby: Ecosystem = async (folder) => {
  const gemfile = await folder.text("Gemfile");
  const gemspec = folder.find(/^[^/]+\.gemspec$/);
  if (gemfile === null && gemspec === null) return null;
  const gems = linesOf(gemfile ?? "").flatMap((line) => /^\s*gem\s+["']([\w.-]+)["']/.exec(line)?.[1] ?? []);
  const runner = gemfile === null ? "" : "bundle exec ";
  const test = folder.find(/^spec\/.*_spec\.rb$/)
    ? commands("spec/", { test: `${runner}rspec` })
    : folder.has("bin/rails")
      ? commands("bin/rails", { test: "bin/rails test" })
      : folder.has("Rakefile")
        ? commands("Rakefile", { test: `${runner}rake test` })
        : [];
  const lint = folder.has(".rubocop.yml") ? commands(".rubocop.yml", { lint: `${runner}rubocop` }) : [];
  return found("ruby", {
    commands: [...test, ...lint],
    dependencies: gems,
    shape: gems.some((gem) => ["rails", "sinatra", "hanami", "grape"].includes(gem))
      ? "service"
      : gemspec !== null
        ? "library"
        : null,
  });
};

const TARGETS: Record<Does, readonly string[]> = {
  test: ["test", "tests", "check"],
  build: ["build", "all"],
  lint: ["lint"],
  types: ["types", "typecheck"],
  format: ["format-check", "fmt-check", "fmt", "format"],
  start: ["run", "start", "serve"],
};

export const make: Ecosystem = async (folder) => {
  const name = ["GNUmakefile", "makefile", "Makefile"].find((one) => folder.has(one));
  const text = name === undefined ? null : await folder.text(name);
  if (name === undefined || text === null) return null;
  const targets = linesOf(text).flatMap((line) =>
    (/^([A-Za-z0-9][\w ./-]*)::?(?![=:])/.exec(line)?.[1] ?? "").split(/\s+/).filter((one) => one !== ""),
  );
  return found(null, {
    targets: [...new Set(targets)],
    commands: Object.entries(TARGETS).flatMap(([does, names]) => {
      const target = names.find((one) => targets.includes(one));
      return target === undefined ? [] : commands(`${name} ${target}`, { [does]: `make ${target}` });
    }),
  });
};
