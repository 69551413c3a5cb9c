/**
 * Which commands of a plan may be tried before anybody approved it. A plan is a model's word, so only what reads, tests
 * or builds is: a well-known runner followed by plain words, which no shell takes for anything but words.
 */

/** A package script or target that says what it is for: "test", "test:unit", "ci-lint". */
const CHECK =
  "(?:[\\w-]+[:.-])*(?:tests?|checks?|lint|types?|typecheck|tsc|build|compile|verify|validate|unit|spec|e2e|integration|smoke|ci)(?:[:._-][\\w:.-]+)?";
const RUNNERS = [
  `(?:npm|pnpm|yarn|bun) (?:test|(?:run|run-script) ${CHECK}(?= |$))`,
  `(?:pnpm|yarn|bun) ${CHECK}`,
  "npx (?:vitest|jest|mocha|ava|tap|tsc|eslint)",
  "node --(?:test|check)",
  "deno test",
  "(?:python3?|py) -m (?:pytest|unittest|mypy|compileall)",
  "(?:uv|poetry|pdm) run pytest",
  "pytest|mypy|tox",
  "go (?:test|vet|build)",
  "cargo (?:test|check|clippy|build)",
  `make (?:-s )?${CHECK}`,
  "ctest",
  "(?:mvn|\\./mvnw)(?: -q)? (?:test|verify|compile)",
  "(?:gradle|\\./gradlew) (?:test|check|build)",
  "dotnet (?:test|build)",
  "composer test|(?:vendor/bin/|\\./vendor/bin/)?phpunit",
  "(?:bundle exec )?(?:rspec|rake test)",
  "grep|test|true|false|cmp|diff|cd",
];
const RUNNER = new RegExp(`^(?:${RUNNERS.join("|")})(?= |$)`);
/** Whatever a script of such a name does, it does it to somebody else. */
const OUTWARD =
  /(?:^|[^a-z])(?:publish|deploy|release|push|upload|migrate|seed|prod|production)(?:[^a-z]|$)/i;

const MOST_PARTS = 10;
const LONGEST = 500;
const WORD = /^(?:[\w@%+=:,./-]+|"[\w @+=:,./#*?[\](){}^-]*"|'[\w @+=:,./#*?[\]{}^$-]*')$/;
/** Leads out of the tree: absolute, home, a drive, or up; as an option's value, too. */
const OUT = /(?:^|[=:,]|^-[\w-]*)[/~]|(?<!\.)\.\.(?:[/=:,]|$)|^[A-Za-z]:/;
/** Nothing stands between words but spaces: a line's end is another command, and 'a'b one word. */
const SPACED = /^ *(?:(?:"[^"]*"|'[^']*'|[^\s"']+)(?: +|$))*$/;

/** Words that mean nothing to a shell and lead to nothing outside the tree. */
export function isPlainText(text: string): boolean {
  if (text.length > LONGEST || !SPACED.test(text)) return false;
  const words = text.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.every((word) => WORD.test(word) && !OUT.test(word.replace(/^["']|["']$/g, "")));
}

/** Well-known runners with plain words behind them, one after another while they succeed. */
export const isPlain = (command: string): boolean => {
  const parts = command.split(" && ");
  return parts.length <= MOST_PARTS && parts.every(isOne);
};

function isOne(command: string): boolean {
  const runner = RUNNER.exec(command)?.[0];
  return runner !== undefined && !OUTWARD.test(runner) && isPlainText(command);
}

/** `known` itself, or with plain words behind it. */
export const extendsPlainly = (known: string, command: string): boolean =>
  command === known || (command.startsWith(`${known} `) && isPlainText(command.slice(known.length)));
