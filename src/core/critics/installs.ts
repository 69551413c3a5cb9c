/** Set-up that slices ask for: packages to install, environments to make. */
import type { Slice } from "../order.ts";
import { type Started, commandsOf } from "./commands.ts";

/** `text` is the same for two ways to spell one command; `packages` are what it names. */
export type Install = { text: string; packages: string[] };

const VERBS = [
  /^(?:npm|pnpm|bun) (?:install|i|add|ci)\b/,
  /^yarn(?: add| install|$)/,
  /^(?:\S*\/)?pip3? install\b/,
  /^python3? -m (?:pip install|venv)\b/,
  /^(?:uv|poetry|cargo) add\b/,
  /^(?:uv sync|poetry install|bundle install|composer install)\b/,
  /^(?:go get|gem install|composer require)\b/,
  /^docker[ -]compose up\b/,
];

/** Scripts that prepare something, by their names. */
const PREPARES =
  /^(?:(?:npm|pnpm|yarn|bun)(?: run)?|make) (?:(?:db|database)[:_-]?\w*|set-?up|bootstrap|seed|migrate|codegen|generate|prepare)\b/;

/** Prose is only believed where it names a package: "npm ci" in it may be somebody else's. */
const IN_PROSE =
  /\b(?<command>(?:npm|pnpm|bun) (?:install|i|add)|yarn add|pip3? install|(?:uv|poetry|cargo) add|go get|gem install|composer require) (?<rest>[\w@/.=<>~^ :-]{1,200})/g;
const HINT = /install| i |add|go get|require/;
const NEGATED = /\b(not|never|without|instead of|no need to|n't)\b[^.]*$/i;
/** A body is read so far. */
const PROSE = 8000;

export function installedBy(
  slice: Pick<Slice, "checks" | "body">,
  started: (command: string) => readonly Started[],
): Install[] {
  // What a command ends with is what it checks; what comes before prepares it.
  const checked = commandsOf(slice)
    .flatMap((command) => started(command).slice(0, -1))
    .map(({ program, args }) => [program, ...args].join(" "));
  const told = [...(HINT.test(slice.body) ? slice.body.slice(0, PROSE).matchAll(IN_PROSE) : [])].flatMap(
    ({ groups, index }) => {
      const words = (groups?.["rest"] ?? "").split(/ (?!-|@?[a-z0-9][\w./-]*[@=\d-])/)[0] ?? "";
      return NEGATED.test(slice.body.slice(Math.max(0, index - 24), index))
        ? []
        : [`${groups?.["command"] ?? ""} ${words}`];
    },
  );
  return [
    ...checked.filter((text) => PREPARES.test(text) || VERBS.some((verb) => verb.test(text))),
    ...told.filter((text) => packagesOf(text).length > 0),
  ].map((text) => ({ text: normal(text), packages: packagesOf(text) }));
}

const normal = (text: string): string =>
  [...text.replace(/^(npm|pnpm|bun) (i|add)\b/, "$1 install").matchAll(/\S+/g)]
    .map(([word]) => word)
    .filter((word, at) => at < 2 || !/^-(-save.*|[DESdP]|-dev)$/.test(word))
    .join(" ");

const packagesOf = (text: string): string[] => {
  const verb = VERBS.find((one) => one.test(text));
  const words = (verb ? text.replace(verb, "") : "").split(" ").filter((word) => word !== "");
  if (/venv\b|compose/.test(text) || words.some((word) => /^-[re]$/.test(word))) return [];
  return words.flatMap(
    (word) =>
      /^(@[\w.-]+\/[\w.-]+|[A-Za-z][\w.-]*(?:\/[\w./-]+)?)/.exec(word)?.[0].replace(/[.,-]+$/, "") ?? [],
  );
};
