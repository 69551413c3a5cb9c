/** Where a patch may reach: the write set, what the team protects, and what changes only when it is named. */
import { matcher } from "../../core/globs.ts";
import type { Slice } from "../../core/order.ts";
import type { TeamRules } from "../ports.ts";
import { type Changed, fail, type Guard } from "./guard.ts";
import { isTestPath } from "./paths.ts";

export const writeSet: Guard = {
  name: "write set",
  find: ({ writes }, patch) => {
    const inside = matcher(writes);
    const outside = patch.map(({ path }) => path).filter((path) => !inside(path));
    if (outside.length === 0) return [];
    const tests = outside.filter(isTestPath);
    const what =
      tests.length > 0
        ? ` (${tests.length === outside.length ? "tests" : `tests: ${tests.join(", ")}`})`
        : "";
    return [
      fail(
        `Changed outside the write set: ${outside.join(", ")}${what}. ${outside.length === 1 ? "It was" : "They were"} put back: do the task without.`,
      ),
    ];
  },
};

/** Whoever later writes to a link's name would write to where it leads. */
export const noLinkOut: Guard = {
  name: "no link out",
  find: (_slice, _patch, changed) =>
    changed.flatMap(({ path, after, isLink }) =>
      isLink && after !== null && leadsOut(path, after)
        ? [fail(`${path} is a link that leads out of the workspace, to ${after}. Remove it.`)]
        : [],
    ),
};

function leadsOut(path: string, target: string): boolean {
  if (/^([/\\~]|[A-Za-z]:)/.test(target)) return true;
  let depth = path.split("/").length - 1;
  for (const part of target.split(/[/\\]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/**
 * Files that decide how everything else is built, checked and tried. A glob such as `**` does not mean them: a pattern
 * has to say so in its own text.
 */
const NAMED_ONLY: { what: string; is: RegExp }[] = [
  {
    what: "a lock file",
    is: /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|cargo\.lock|go\.sum|gemfile\.lock|composer\.lock|packages\.lock\.json|gradle\.lockfile|\*\.lock)$/i,
  },
  {
    what: "a CI file",
    is: /^(\.github|\.gitlab|\.circleci|\.buildkite|\.azure-pipelines|\.woodpecker|\.teamcity)(\/|$)|(^|\/)(\.gitlab-ci[^/]*\.ya?ml|\.travis\.yml|jenkinsfile[^/]*|azure-pipelines[^/]*\.ya?ml|bitbucket-pipelines\.yml|appveyor\.yml|\.drone\.ya?ml|codecov\.ya?ml)$/i,
  },
  {
    what: "a test runner's configuration",
    is: /(^|\/)((jest|vitest|vite|karma|playwright|cypress|wdio|ava|tap|nyc|c8)\.(config|workspace|setup|conf)\.[\w*.]+|\.mocharc[\w.*]*|\.nycrc[\w.*]*|\.c8rc[\w.*]*|\.taprc|pytest\.ini|\.coveragerc|tox\.ini|noxfile\.py|phpunit\.xml[\w.]*|\.rspec|\.simplecov|nextest\.toml|tarpaulin\.toml)$/i,
  },
  {
    what: "a linter's configuration",
    is: /(^|\/)(\.?eslint(rc|ignore|\.config)[\w.*]*|biome\.jsonc?|\.oxlintrc\.json|tslint\.json|\.pylintrc|\.flake8|mypy\.ini|\.?ruff\.toml|pyrightconfig\.json|\.?clippy\.toml|\.golangci[\w.*]*|checkstyle[\w.-]*\.xml|pmd[\w.-]*\.xml|spotbugs[\w.-]*\.xml|\.rubocop[\w.]*\.yml|phpstan[\w.]*|psalm\.xml[\w.]*)$/i,
  },
];

/** The order's own folder: its checks are frozen, its log is the truth. No write set reaches in there. */
const OURS = /^\.slicewise(\/|$)/i;

/** Some file systems do not tell these spellings apart. */
const folded = (path: string): string => path.normalize("NFC").toLowerCase();

/** A pattern speaks of a kind of file when its own text, wildcards and all, is of that kind. */
function isNamed(path: string, is: RegExp, writes: readonly string[]): boolean {
  return writes.some((glob) => glob === path || (is.test(glob.replace(/\/+$/, "")) && matcher([glob])(path)));
}

/** Why a path may not change although a write set covers it; null when it may. */
function keptBack(path: string, writes: readonly string[]): string | null {
  if (OURS.test(folded(path))) return "belongs to the order itself: its checks are frozen";
  const special = NAMED_ONLY.find(({ is }) => is.test(path) && !isNamed(path, is, writes));
  return special
    ? `is ${special.what}: only a slice whose write set names it, not just covers it, may change it`
    : null;
}

export const namedOnly: Guard = {
  name: "named files",
  find: ({ writes }, patch) => {
    const inside = matcher(writes);
    return patch.flatMap(({ path }) => {
      const why = inside(path) ? keptBack(path, writes) : null;
      return why ? [fail(`${path} ${why}. It was put back: do the task without.`)] : [];
    });
  },
};

export type Enforced = Required<TeamRules>["enforced"];
export const enforcedBy = (rules: readonly TeamRules[]): Enforced => ({
  protect: rules.flatMap(({ enforced }) => enforced?.protect ?? []),
  forbid: rules.flatMap(({ enforced }) => enforced?.forbid ?? []),
});

/** Protected files change only when a slice names the very path. */
function keeps({ writes }: Pick<Slice, "writes">, { protect }: Enforced): (path: string) => boolean {
  const isProtected = matcher(protect.map(folded));
  return (path) => isProtected(folded(path)) && !writes.includes(path);
}

/** Why a slice may not change a path; null when it may. */
export function refusal(
  { writes }: Pick<Slice, "writes">,
  rules: readonly TeamRules[],
): (path: string) => string | null {
  const isInside = matcher(writes);
  const isKept = keeps({ writes }, enforcedBy(rules));
  return (path) => {
    if (!isInside(path)) return `is outside the write set (${writes.join(", ")})`;
    return isKept(path) ? "is protected by the team's rules" : keptBack(path, writes);
  };
}

/** What the team's rules enforce: protected files stay, forbidden text is not added. */
export const rulesGuard = (enforced: Enforced): Guard => ({
  name: "team rules",
  find: (slice, patch, changed) => {
    const isKept = keeps(slice, enforced);
    const kept = patch
      .filter(({ path }) => isKept(path))
      .map(({ path }) =>
        fail(
          `${path} is protected by the team's rules: only a slice whose write set names it may change it. It was put back: do the task without.`,
        ),
      );
    return [...kept, ...enforced.forbid.flatMap((text) => forbidden(text, changed))];
  },
});

function forbidden(text: string, changed: readonly Changed[]) {
  // In all changed files: what only moved from one to another is not new.
  const total = (side: "before" | "after"): number =>
    changed.reduce((sum, one) => sum + occurrences(one[side], text), 0);
  const adding = changed.find(({ before, after }) => occurrences(after, text) > occurrences(before, text));
  if (!adding || total("after") <= total("before")) return [];
  return [fail(`${adding.path} adds \`${text}\`, which the team's rules forbid.`)];
}

const occurrences = (whole: string | null | undefined, text: string): number =>
  (whole ?? "").split(text).length - 1;
