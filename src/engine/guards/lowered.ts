/** Bars are not lowered: no rule is disabled, no threshold sinks, no script is made to succeed, above what was there. */
import type { Slice } from "../../core/order.ts";
import { type Changed, fail, type Finding, type Guard } from "./guard.ts";
import { lineOf } from "./content.ts";
import { asksFor, speaksOf } from "./said.ts";

/** `eslint-disable`, `# type: ignore`, `#[allow(…)]`: counted over all files, because code moves with its remarks. */
export const rulesKept: Guard = {
  name: "rules kept",
  find: (slice, _patch, changed) => {
    const had = counted(changed, "before");
    return [...counted(changed, "after")].flatMap(([what, places]) => {
      const more = places.length - (had.get(what)?.length ?? 0);
      if (more <= 0 || speaksOf(slice, what.replace(/[\s(].*$/, ""))) return [];
      const here = places.filter(({ isNew }) => isNew).slice(0, 3);
      return here.length === 0
        ? []
        : [
            fail(
              `${here.map(({ at }) => at).join(", ")} disables a rule (${what}). Mend what the rule finds instead.`,
            ),
          ];
    });
  },
};

type Place = { at: string; isNew: boolean };
function counted(changed: readonly Changed[], side: "before" | "after"): Map<string, Place[]> {
  const all = new Map<string, Place[]>();
  for (const { path, facts, before } of changed) {
    const old = new Set((before ?? "").split("\n").map((line) => line.trim()));
    const lines =
      (side === "after" ? changed.find((one) => one.path === path)?.after : before)?.split("\n") ?? [];
    for (const { kind, what, line } of facts?.[side]?.marks ?? []) {
      if (kind !== "suppression") continue;
      all.set(what, [
        ...(all.get(what) ?? []),
        { at: `${path}:${line}`, isNew: !old.has((lines[line - 1] ?? "").trim()) },
      ]);
    }
  }
  return all;
}

export const thresholdsKept: Guard = {
  name: "thresholds kept",
  find: (slice, _patch, changed) =>
    changed.flatMap((one) => (isConfig(one.path) && one.before ? lowered(slice, one) : [])),
};

const isConfig = (path: string): boolean =>
  /(^|\/)(package\.json|tsconfig[\w.-]*\.json|jsconfig\.json|composer\.json|deno\.jsonc?|biome\.jsonc?|\.(nycrc|c8rc|taprc|mocharc|eslintrc|oxlintrc)[\w.]*|(jest|vitest|vite|karma|eslint|nyc|playwright)\.config\.\w+|eslint\.config\.\w+|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.coveragerc|mypy\.ini|\.flake8|\.pylintrc|ruff\.toml|\.ruff\.toml|cargo\.toml|clippy\.toml|\.golangci\.ya?ml|codecov\.ya?ml|\.codecov\.ya?ml|pom\.xml|build\.gradle(\.kts)?|phpunit\.xml(\.dist)?|makefile|justfile|\.rubocop\.yml|rakefile|noxfile\.py|[\w.-]+\.mk)$|^\.github\/.*\.ya?ml$|(^|\/)\.gitlab-ci\.yml$/i.test(
    path,
  );

/** The longest configuration that is compared; a longer one is nobody's. */
const LONGEST = 400_000;

function lowered(slice: Slice, { path, before, after }: Changed): Finding[] {
  if (after === null) return [];
  const [old, now] = [(before ?? "").slice(0, LONGEST), after.slice(0, LONGEST)];
  return [...numbers(path, old, now), ...strictness(path, old, now), ...scripts(path, old, now)].filter(
    ({ why }) => !isStated(slice, /`([^`]+)`/.exec(why)?.[1] ?? "`"),
  );
}

/** A word that every slice uses, such as "test", states nothing by itself: it must be asked for as the script it names. */
const isStated = (slice: Slice, key: string): boolean =>
  /^(test|lint|check|typecheck|types?)$/.test(key)
    ? asksFor(
        slice,
        new RegExp(
          `\\bscripts?\\W{1,3}${key}\\b|\\b${key}\\b\\W{1,3}scripts?\\b|\\bnpm (run )?${key}\\b`,
          "i",
        ),
      )
    : speaksOf(slice, key);

const NUMBER =
  /["']?\b(branches|functions|lines|statements|fail[_-]under|fail-under|cov-fail-under|minimum(?:_coverage)?|threshold|coverageThreshold|target|min-?(?:coverage|lines|msi)|score|lowUpperBound|check-coverage|max-warnings|max-complexity|complexity|max-line-length)\b["']?\s*(?:[:=]|\s)\s*["']?(-?\d+(?:\.\d+)?)%?/gi;
/** Here more is less strict. */
const UPWARDS = /max|complexity/i;

function numbers(path: string, old: string, now: string): Finding[] {
  const read = (text: string): Map<string, { value: number; line: number }> => {
    const seen = new Map<string, number>();
    return new Map(
      [...text.matchAll(NUMBER)].slice(0, 500).map(({ 1: key = "", 2: value, index }) => {
        const name = key.toLowerCase();
        seen.set(name, (seen.get(name) ?? 0) + 1);
        return [
          `${name} ${seen.get(name)}`,
          { value: Number(value), line: text.slice(0, index).split("\n").length },
        ];
      }),
    );
  };
  const after = read(now);
  return [...read(old)].flatMap(([key, { value }]) => {
    const name = key.replace(/ \d+$/, "");
    const found = after.get(key);
    if (!found) return [fail(`${path}:1 no longer sets \`${name}\`, which was ${value}. Put it back.`)];
    const isLower = UPWARDS.test(name) ? found.value > value : found.value < value;
    return isLower
      ? [
          fail(
            `${path}:${found.line} lowers the bar: \`${name}\` was ${value} and is ${found.value}. Put it back.`,
          ),
        ]
      : [];
  });
}

const STRICT =
  /["']?\b(strict\w*|no[A-Z]\w*|alwaysStrict|exactOptionalPropertyTypes|useUnknownInCatchVariables|check_untyped_defs|disallow_\w+|warn_\w+|no_implicit_\w+|strict_\w+|forbidOnly|check-?[cC]overage|errorOnDeprecated|bail|failOn\w*|failIfNoTests|allowUnusedLabels)\b["']?\s*[:=]\s*["']?(true|True|false|False)/g;
const OFF = /["']?([@\w/-]+)["']?\s*:\s*\[?\s*["']?(off|0|warn|1|error|2)["']?\s*[,\]}\n]/g;
const IGNORES =
  /["']?\b(ignore_errors|skipLibCheck|ignore_missing_imports|passWithNoTests|allowOnly|disable_error_code|ignore|extend-ignore|per-file-ignores|disable|testPathIgnorePatterns|coveragePathIgnorePatterns|modulePathIgnorePatterns|collect_ignore|norecursedirs|omit|exclude_lines|exclude|ignorePatterns|globalIgnores|dangerouslyIgnoreUnhandledErrors|retries?|retry)\b["']?\s*[:=]\s*/g;

function strictness(path: string, old: string, now: string): Finding[] {
  const read = (text: string, pattern: RegExp): Map<string, string> =>
    new Map(
      [...text.matchAll(pattern)]
        .slice(0, 2000)
        .map(([, key = "", value = ""]) => [key, value.toLowerCase()]),
    );
  const was = read(old, STRICT);
  const is = read(now, STRICT);
  const flags = [...was]
    .filter(([key, value]) => value === "true" && is.get(key) !== "true")
    .map(([key]) => fail(`${path}:${lineWith(now, key)} no longer sets \`${key}\`. Put it back.`));
  const isLinter = /eslint|oxlint|biome|package\.json$/i.test(path);
  const [rulesWere, rulesAre] = isLinter
    ? [read(old, OFF), read(now, OFF)]
    : [new Map<string, string>(), new Map<string, string>()];
  const rank = (value: string | undefined): number =>
    value === undefined ? 2 : /off|0/.test(value) ? 0 : /warn|1/.test(value) ? 1 : 2;
  const rules = [...rulesAre]
    .filter(([key, value]) => rank(value) < rank(rulesWere.get(key)))
    .map(([key, value]) =>
      fail(
        `${path}:${lineWith(now, key)} turns the rule \`${key}\` to ${value}. Put it back, and mend what it finds.`,
      ),
    );
  const gone = [...rulesWere]
    .filter(([key, value]) => rank(value) === 2 && !rulesAre.has(key) && !now.includes(key))
    .map(([key]) => fail(`${path}:1 no longer has the rule \`${key}\`. Put it back.`));
  return [...flags, ...rules, ...gone, ...ignored(path, old, now)];
}

/** Lists of what is not looked at may not grow. */
function ignored(path: string, old: string, now: string): Finding[] {
  const read = (text: string): Map<string, string> =>
    new Map(
      [...text.matchAll(IGNORES)]
        .slice(0, 200)
        .map(({ 0: whole, 1: key = "", index }) => [key, listAfter(text, index + whole.length)]),
    );
  const was = read(old);
  return [...read(now)].flatMap(([key, value]) => {
    const before = was.get(key) ?? "";
    if (value === before || /^(false|0|\[\]|null|none)$/i.test(value) || value.length <= before.length)
      return [];
    return [
      fail(
        `${path}:${lineWith(now, key)} leaves more out: \`${key}\` is ${value.slice(0, 80)}. Put it back as it was.`,
      ),
    ];
  });
}

/** A value, or a bracketed list over several lines. */
function listAfter(text: string, from: number): string {
  const rest = text.slice(from, from + 4000);
  const list = /^\[[^\]]*\]/.exec(rest) ?? /^[^\n,}]*(?:\n[ \t]+[^\n]*)*/.exec(rest);
  return (list?.[0] ?? "").replace(/\s+/g, "").replace(/[,;]$/, "");
}

const lineWith = (text: string, key: string): number =>
  lineOf(text, new RegExp(key.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")));

/** What makes a command succeed whatever happens. */
const MADE_GREEN =
  /\|\|\s*(?:true|:|exit 0|echo\b)|;\s*(?:true|exit 0)\b|--passWithNoTests|--pass-with-no-tests|continue-on-error:\s*true|allow_failure:\s*true|--no-verify|--exit-zero|\bset \+e\b|--testNamePattern|--deselect\b|--ignore[= ](?!-)\S*test|\s-k\s+["']not |--forceExit|--force-exit|maven\.test\.failure\.ignore|-DskipTests|testFailureIgnore|ignoreFailures|--update-?snapshots?\b|(?:jest|vitest)\b[^"\n]*\s-u\b|--snapshot-update/gi;

function scripts(path: string, old: string, now: string): Finding[] {
  const had = new Set(old.split("\n").map((line) => line.trim().replace(/,$/, "")));
  const count = (text: string): number => text.match(MADE_GREEN)?.length ?? 0;
  if (count(now) <= count(old)) return [...emptied(path, old, now)];
  const lines = now.split("\n").flatMap((line, at) => {
    const found = had.has(line.trim().replace(/,$/, "")) ? null : line.slice(0, 2000).match(MADE_GREEN);
    return found
      ? [
          fail(
            `${path}:${at + 1} makes a command succeed whatever happens: \`${found[0].trim()}\`. Put it back as it was.`,
          ),
        ]
      : [];
  });
  return [...lines, ...emptied(path, old, now)];
}

const TEST_SCRIPT = /"(test[\w:.-]*|lint[\w:.-]*|check[\w:.-]*|typecheck|types?)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;
/** A script of tests that was something, and now does nothing. */
function emptied(path: string, old: string, now: string): Finding[] {
  if (!/package\.json$|composer\.json$/.test(path)) return [];
  const read = (text: string): Map<string, string> =>
    new Map(
      [...text.matchAll(TEST_SCRIPT)].slice(0, 200).map(([, key = "", value = ""]) => [key, value.trim()]),
    );
  const is = read(now);
  return [...read(old)].flatMap(([key]) => {
    const value = is.get(key);
    if (value !== undefined && !/^(|true|:|exit 0|echo\b[^&|;]*)$/.test(value)) return [];
    return [
      fail(
        `${path}:${value === undefined ? 1 : lineWith(now, `"${key}"`)} takes the script \`${key}\` away. Put it back.`,
      ),
    ];
  });
}
