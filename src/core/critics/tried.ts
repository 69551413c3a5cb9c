/** What the checks did on the base tree: already true, not true, no answer; and slices that no check can judge. */
import { isUnstartable } from "../commandRuns.ts";
import type { Before, Finding, Fix, Slice, TriedCheck } from "../order.ts";
import { type Started, commandsOf } from "./commands.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { isTest } from "./paths.ts";
import { isBefore } from "./reach.ts";
import { type Requirement, short } from "./requirements.ts";

type Run = { place: number; run: string; before: Before };

const runsOf = ({ checks }: Slice): Run[] =>
  checks.flatMap((check, place) => ("run" in check ? [{ place, ...check }] : []));

/** `requirements` of a check explain why it could not be found. */
export function triedChecks(ground: Ground, requirements: readonly Requirement[]): Finding[] {
  const explained = new Set(requirements.map(({ at, key }) => `${at} ${key}`));
  return ground.open.flatMap(({ at, slice }) =>
    runsOf(slice).flatMap((check) => {
      const result = ground.tried(check.run);
      if (!result || explained.has(`${at} checks.${check.place}.run`)) return [];
      return judged(ground, { at, slice, check }, result);
    }),
  );
}

type Tried = { at: number; slice: Slice; check: Run };

function judged(ground: Ground, one: Tried, before: TriedCheck): Finding[] {
  const { at, check } = one;
  const { result, why } = before;
  if (isUnstartable(before.status)) return changesTools(ground, at) ? [] : [unfound(one, why)];
  // Why a check was not tried is told with the checks; here stands only what went wrong.
  if (result === "unknown") return why.startsWith(NOT_TRIED) ? [] : [unanswered(one, why)];
  if (check.before === "fail" && result === "pass" && !mayTurnRed(ground, at, check.run))
    return [alreadyTrue(ground, one)];
  return check.before === "pass" && result === "fail" && !isAfterOthers(ground, at) ? [untrue(one, why)] : [];
}

/** How `why` of a check begins that was not run on the base tree, and so says nothing about it. */
const NOT_TRIED = "not tried";

const quoted = ({ slice, check }: Tried): string => `\`${short(check.run)}\` of slice ${slice.id}`;

const unfound = (one: Tried, why: string): Finding =>
  finding("missing precondition", "error", [one.slice.id], {
    message: `${quoted(one)} could not be started on this machine: ${why}`,
    remedy: "Install what it starts, or check with another command.",
    key: `checks.${one.check.place}.run`,
  });

const unanswered = (one: Tried, why: string): Finding =>
  finding("unverifiable", "warning", [one.slice.id], {
    message: `${quoted(one)} gave no answer on the tree as it is: ${why}`,
    remedy: "Check with a command that ends.",
    key: `checks.${one.check.place}.run`,
  });

const untrue = (one: Tried, why: string): Finding =>
  finding("missing precondition", "warning", [one.slice.id], {
    message: `${quoted(one)} should pass on the tree as it is, and fails: ${why}`,
    remedy: "Mend the project first, or check with a command that passes.",
    key: `checks.${one.check.place}.before`,
  });

function alreadyTrue({ tried }: Ground, one: Tried): Finding {
  const { slice, check } = one;
  const { id } = slice;
  const runs = runsOf(slice);
  const isProven = runs.some(
    ({ run, before }) => run !== check.run && before !== "pass" && tried(run)?.result === "fail",
  );
  const isAllDone =
    runs.length === slice.checks.length && runs.every(({ run }) => tried(run)?.result === "pass");
  const fix: Fix = isProven
    ? { do: "setBefore", slice: id, check: check.place, before: "pass" }
    : { do: "drop", slice: id };
  return finding("already true", "warning", [id], {
    message: `${quoted(one)} should fail on the tree as it is, and passes: it proves nothing, or the work is done.`,
    remedy: isProven
      ? "Another check fails now; let this one be `before: pass`."
      : "Give a check that fails now; if the work is done, drop the slice.",
    key: `checks.${check.place}.before`,
    ...(isProven || isAllDone ? { fix } : {}),
  });
}

// ── What slices before it may change ────────────────────────────────────────────────────────────────────────────────

/** Also what has landed: a check may have been tried on the tree before that. */
const earlier = ({ slices, before }: Ground, at: number): readonly Slice[] =>
  slices.filter((_, other) => isBefore(before, other, at));

const isAfterOthers = (ground: Ground, at: number): boolean => earlier(ground, at).length > 0;

/** A slice before it adds tests, or changes what the command names: then it may well fail when its turn comes. */
const mayTurnRed = (ground: Ground, at: number, command: string): boolean =>
  earlier(ground, at).some(({ writes }) =>
    writes.some(
      (glob) => isTest(glob) || MANIFEST.test(glob) || command.includes(glob) || glob.includes("**"),
    ),
  );

const MANIFEST =
  /(^|\/)(package(-lock)?\.json|[\w-]+-lock\.yaml|pyproject\.toml|requirements[\w.-]*\.txt|go\.mod|Cargo\.toml|Gemfile|composer\.json|Makefile|pom\.xml|build\.gradle(\.kts)?)$/;

/** What is not there may be installed by the slice itself, or before it. */
const changesTools = (ground: Ground, at: number): boolean =>
  [...earlier(ground, at), ground.slices[at]].some((slice) =>
    slice?.writes.some((glob) => MANIFEST.test(glob)),
  );

// ── Unverifiable ────────────────────────────────────────────────────────────────────────────────────────────────────

export function unverifiable({ open, started }: Ground): Finding[] {
  return open.flatMap(({ slice }) => {
    const { id, checks } = slice;
    if (checks.some((check) => "script" in check)) return [];
    const commands = commandsOf(slice);
    if (commands.length === 0)
      return [
        finding("unverifiable", "warning", [id], {
          message: `Slice ${id} has no executable check: a person has to judge it.`,
          remedy: "Add a `run` check.",
          key: "checks",
        }),
      ];
    if (!commands.every((command) => cannotFail(command, started(command)))) return [];
    return [
      finding("unverifiable", "warning", [id], {
        message: `No check of slice ${id} can fail: \`${short(commands[0] ?? "")}\` passes whatever was done.`,
        remedy: "Give a command whose exit status depends on the work.",
        key: `checks.${checks.findIndex((check) => "run" in check)}.run`,
      }),
    ];
  });
}

/** The end of a command is read so far. */
const TAIL = 200;
function cannotFail(command: string, started: readonly Started[]): boolean {
  if (/(\|\||;)\s*(true|:|exit 0)\s*$/.test(command.slice(-TAIL))) return true;
  return started.length > 0 && started.every(saysNothing);
}

/** Passes on any tree. */
function saysNothing({ program, args }: Started): boolean {
  if (program === "git")
    return /^(status|log)$/.test(args[0] ?? "") || (args[0] === "diff" && args.length === 1);
  if (program === "exit") return args[0] === "0";
  return /^(true|:|echo|printf|pwd)$/.test(program) || (args.length === 1 && args[0] === "--version");
}
