/** The team's first rules file: what a project of this kind keeps to, as data, with its own commands filled in. Pure. */
import type { TriedCheck } from "../core/order.ts";
import type { ProjectCommand, ProjectFacts } from "../engine/ports.ts";

/** More are only noise in every briefing. */
const MOST_COMMANDS = 8;

const ALWAYS = [
  "Match the style of the files around; leave lines alone that the task does not concern.",
  "No new dependency unless the task names it.",
];

const BY_SHAPE: Record<ProjectFacts["shape"], readonly string[]> = {
  library: [
    "What the package offers to others is its interface: no name, parameter or result of it changes unless the task says so.",
    "What is offered anew has a test and a line of documentation.",
  ],
  service: [
    "What comes from outside is checked where it enters; errors are answered in the form the service already has.",
    "No secret and no personal data in a log.",
    "A change of stored data is a new migration; one that exists is never edited.",
  ],
  "web app": [
    "Components and styles that exist are used before new ones are made.",
    "All that can be clicked can be reached by keyboard, and has a name for a screen reader.",
    "No key and no secret in code that reaches the browser.",
  ],
  extension: [
    "Manifest and code agree: what is contributed is registered, and the other way round.",
    "Activation does nothing that can wait; what is registered is disposed of.",
  ],
  "command line": [
    "Flags, output and exit status are the interface: none of them changes unless the task says so.",
    "Errors go to standard error, with an exit status other than 0.",
  ],
  unknown: [],
};

const WITH_TESTS = [
  "A change of behaviour comes with a test that fails without it; no test is skipped or weakened.",
];
const LEGACY = [
  "There are no tests yet: before behaviour is changed, a test is written that holds what the code does now.",
  "What looks wrong and is not the task stays as it is, and is reported.",
];

type Guarded = { protect: readonly string[]; forbid: readonly string[] };
const EVERYWHERE: Guarded = { protect: [".github/workflows/**", "LICENSE"], forbid: [] };

/** What only a slice that names it may change, and what is never added. Lock files are written by a tool, not by hand. */
const BY_KIND: Record<string, Guarded & { name: string; rules: readonly string[] }> = {
  npm: {
    name: "npm",
    rules: [],
    protect: ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"],
    forbid: ["debugger;", "describe.only(", "it.only(", "test.only("],
  },
  python: {
    name: "Python",
    rules: ["New functions have type hints where the file has them."],
    protect: ["poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock"],
    forbid: ["breakpoint()", "import pdb"],
  },
  go: {
    name: "Go",
    rules: ["Errors are wrapped with what was being done, and never dropped."],
    protect: ["go.sum"],
    forbid: ['panic("not implemented', 'panic("unimplemented'],
  },
  rust: {
    name: "Rust",
    rules: ["No unwrap and no expect on what can fail outside of tests; no unsafe unless the task says so."],
    protect: ["Cargo.lock"],
    forbid: ["todo!(", "unimplemented!(", "dbg!("],
  },
  java: {
    name: "Java",
    rules: ["No exception is caught and dropped."],
    protect: ["mvnw", ".mvn/**", "gradlew", "gradle/wrapper/**"],
    forbid: [".printStackTrace()", "@Disabled", "@Ignore"],
  },
  dotnet: {
    name: ".NET",
    rules: [],
    protect: ["**/packages.lock.json"],
    forbid: ["new NotImplementedException("],
  },
  php: { name: "PHP", rules: [], protect: ["composer.lock"], forbid: ["var_dump("] },
  ruby: { name: "Ruby", rules: [], protect: ["Gemfile.lock"], forbid: ["binding.pry", "byebug"] },
};

/** `.slicewise/rules.md`; `tried` is what its commands did on the tree as it is. */
export function rulesFor(facts: ProjectFacts, tried: readonly TriedCheck[]): string {
  const kinds = kindsOf(facts);
  const guarded = [...kinds, EVERYWHERE];
  const protect = guarded.flatMap((one) => one.protect);
  const forbid = guarded.flatMap((one) => one.forbid);
  const rules = [
    ...ALWAYS,
    ...BY_SHAPE[facts.shape],
    ...kinds.flatMap((kind) => kind.rules),
    ...(facts.hasTests ? WITH_TESTS : LEGACY),
    `Only a task that names the very file changes ${listed(protect)}. (enforced)`,
    ...(forbid.length > 0 ? [`Nothing adds ${listed(forbid)}. (enforced)`] : []),
  ];
  const commands = commandsToShow(facts).map((one) => commandLine(one, tried));
  return [
    "---",
    "# Guards hold every slice to these two lists. `protect`: files that change only when a write set names them.",
    "# `forbid`: text that no patch adds.",
    `protect: ${JSON.stringify(protect).replaceAll('","', '", "')}`,
    `forbid: ${JSON.stringify(forbid).replaceAll('","', '", "')}`,
    "---",
    `${kindText(facts)} Every slice keeps these rules.`,
    "",
    ...rules.map((rule) => `- ${rule}`),
    ...(commands.length > 0 ? ["", "Commands:", ...commands] : []),
    "",
  ].join("\n");
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

const kindsOf = ({ kinds }: ProjectFacts) =>
  kinds.flatMap((kind) => (Object.hasOwn(BY_KIND, kind) ? (BY_KIND[kind] ?? []) : []));

function kindText(facts: ProjectFacts): string {
  const { shape, hasTests } = facts;
  const kinds = kindsOf(facts).map(({ name }) => name);
  const what = shape === "unknown" ? "project" : shape;
  const article = /^[aeiou]/.test(what) ? "An" : "A";
  const made = kinds.length > 0 ? ` (${kinds.join(", ")})` : "";
  return `${article} ${what}${made}${hasTests ? "" : " without tests"}.`;
}

/** The commands that say whether a tree is sound: not what starts a program or rewrites files. The root's come first. */
export function commandsToShow({ commands }: Pick<ProjectFacts, "commands">): ProjectCommand[] {
  const once = new Map(commands.map((one) => [one.command, one]));
  return [...once.values()]
    .filter(({ does, command }) => does !== "start" && (does !== "format" || /check|verify/.test(command)))
    .slice(0, MOST_COMMANDS);
}

function commandLine({ does, command }: ProjectCommand, tried: readonly TriedCheck[]): string {
  const result = tried.find((one) => one.command === command);
  return `- ${does}: \`${command}\`${result ? ` (${resultText(result)})` : ""}`;
}

/** "works: 3.1 s", "fails on the tree as it is: exit 1", or why it is not known. */
export function resultText({ result, status, why, ms }: TriedCheck): string {
  if (result === "pass") return `works: ${(ms / 1000).toFixed(1)} s`;
  if (result === "unknown") return `not known: ${why}`;
  return `fails on the tree as it is: ${status === null ? "ended by a signal" : `exit ${status}`}`;
}
