/** What the runs of one command, on the base tree and with the patch, are worth as evidence. */
import { failureIn } from "./failure.ts";
import type { Before, Evidence } from "./order.ts";
import { type TestCounts, executed, sumOf, testCounts } from "./testCounts.ts";

/** One run of a command. `status` is null when it was killed or could not be started. */
export type Ran = {
  ended: "exit" | "timeout" | "aborted" | "unstartable";
  status: number | null;
  output: string;
};
export type Runs = {
  command: string;
  /** What the slice says it must do on the base tree. */
  wanted: Before;
  seconds: number;
  /** Where the copies stood: it is taken out of what is shown. */
  roots: readonly string[];
  /** With the patch: once, and once more when the first failed. */
  after: readonly Ran[];
  /** On the base tree: none when it was not tried there, a second when the first failed and had to. */
  before: readonly Ran[];
  isOffline: boolean;
};
export type Judged = Pick<Evidence, "result" | "why" | "before" | "flaky"> & Partial<Evidence>;

/** How shells say that there is no such program, or that it cannot be started. */
const UNSTARTABLE: readonly (number | null)[] = [126, 127, 9009];
export const isUnstartable = (status: number | null): boolean => UNSTARTABLE.includes(status);

const WHY_CHARS = 1500;
/** A gap in the output, as whoever captured it marks it. */
const GAP = /\[… [\d,]+ bytes left out …\]/;
const countsOf = ({ output }: Ran): TestCounts => testCounts(output, !GAP.test(output));
const isGreen = ({ ended, status }: Ran): boolean => ended === "exit" && status === 0;
const failedIn = (counts: TestCounts): number => sumOf(counts.values()).failed;

/** The last run counts; an earlier one that failed makes it flaky. */
const shownOf = (runs: readonly Ran[]): Ran | undefined => runs.find(isGreen) ?? runs[0];
const isFlaky = (runs: readonly Ran[]): boolean => runs.some(isGreen) && !runs.every(isGreen);

/** Whether the base tree has anything to say: not of what fails by its own fault, nor where nothing can be compared. */
export function asksBase({ wanted, after, isOffline }: Omit<Runs, "before">): boolean {
  const shown = shownOf(after);
  if (!shown || shown.ended !== "exit") return false;
  if (!isGreen(shown)) return lack(shown.output, isOffline) !== null;
  return wanted !== "any" || countsOf(shown).size > 0;
}

export function judgeRuns(runs: Runs): Judged {
  const after = shownOf(runs.after);
  if (!after) return { result: "unknown", why: "It was not run.", before: null, flaky: false };
  const base = baseOf(runs);
  const counts = countsOf(after);
  const known = runs.before[0] ? countsOf(shownOf(runs.before) ?? runs.before[0]) : null;
  const tests =
    counts.size === 0
      ? {}
      : {
          tests: {
            before: known && known.size > 0 ? sumOf(known.values()) : null,
            after: sumOf(counts.values()),
          },
        };
  const flaky = isFlaky(runs.after) || (isFlaky(runs.before) && runs.wanted === "fail");
  const alone = notGreen(runs, after, base);
  if (alone) return { before: base, flaky, ...tests, ...alone };
  return { before: base, flaky, ...tests, ...green(runs, counts, known, base) };
}

/** Red only when it ended by itself, and twice where that matters; green only when its runner reports no failure either. */
function baseOf({ before }: Runs): Evidence["before"] {
  const shown = shownOf(before);
  if (!shown || shown.ended !== "exit") return null;
  return isGreen(shown) && failedIn(countsOf(shown)) === 0 ? "pass" : "fail";
}

type Word = Pick<Evidence, "result" | "why"> & Partial<Evidence>;
const word = (result: Evidence["result"], why: string): Word => ({ result, why });

function notGreen(runs: Runs, after: Ran, base: Evidence["before"]): Word | null {
  if (after.ended === "timeout") return { ...word("fail", timeout(runs, after)) };
  if (after.ended === "unstartable") return word("unknown", `Could not be started: ${after.output.trim()}`);
  if (after.ended === "aborted") return word("unknown", "Stopped before it ended.");
  if (isGreen(after)) return null;
  const lacking = lack(after.output, runs.isOffline);
  if (lacking && base !== "pass") return word("unknown", `${lacking}\n${failureText(runs, after).why}`);
  const { why, place } = failureText(runs, after);
  return { result: "fail", why: `${exitOf(after)}${tally(after)}\n${why}`.trim(), ...(place && { place }) };
}

const exitOf = ({ status }: Ran): string => `exit ${status ?? "by signal"}`;

function tally(ran: Ran): string {
  const { passed, failed } = sumOf(countsOf(ran).values());
  return failed === 0 ? "" : ` · ${failed} of ${passed + failed} tests failed`;
}

function timeout({ seconds }: Runs, { output }: Ran): string {
  const last = output.trim().split("\n").slice(-3).join("\n").slice(-400);
  return `Took longer than ${seconds} s and was ended.${last === "" ? " It printed nothing." : ` Its last lines:\n${last}`}`;
}

function failureText({ roots }: Runs, { output }: Ran): { why: string; place?: Evidence["place"] } {
  const bare = roots.reduce((text, root) => text.replaceAll(`${root}/`, "").replaceAll(root, "."), output);
  const found = failureIn(bare);
  if (!found || found.text === "") return { why: ends(bare.trim()) };
  return { why: ends(found.text), ...(found.place && { place: found.place }) };
}

/** Head and tail: where nothing looks like a failure, the end says most. */
function ends(text: string): string {
  if (text.length <= WHY_CHARS) return text;
  return `${text.slice(0, WHY_CHARS / 3)}\n…\n${text.slice((-WHY_CHARS * 2) / 3)}`;
}

/** Exit status 0 with the patch: what still keeps it from being a pass, or what has to be said of it. */
function green(runs: Runs, counts: TestCounts, known: TestCounts | null, base: Evidence["before"]): Word {
  const lying = saysFailed(runs, counts, known);
  if (lying) return lying;
  const fewer = tooFew(runs, counts, known, base);
  if (fewer) return fewer;
  if (runs.wanted === "fail" && base === "pass") return word("unknown", provesNothing(runs));
  if (isFlaky(runs.after)) return word("pass", "Flaky: failed once, passed when run again.");
  if (runs.wanted === "any") return word("pass", "");
  if (base === null) return word("pass", notOnBase(runs));
  const isOdd = runs.wanted === "pass" && base === "fail";
  return word("pass", isOdd ? "Failed before the change although it was expected to pass." : "");
}

const provesNothing = ({ before }: Runs): string =>
  isFlaky(before)
    ? "Passes, but it is flaky: before the change it failed once and passed when run again, so it proves nothing. Repair the check or judge it yourself."
    : "Passes, but passed before the change too: it proves nothing. Repair the check or judge it yourself.";

function notOnBase({ before, seconds }: Runs): string {
  const ended = before[0]?.ended;
  const what =
    ended === "timeout"
      ? `took longer than ${seconds} s`
      : ended === "unstartable"
        ? "could not be started"
        : "was not run";
  return `Passes; before the change it ${what}, so that is no red to green.`;
}

/** A runner that reports failures and still exits with 0, or a script that swallows its status. */
function saysFailed(
  { after, before, roots, ...runs }: Runs,
  counts: TestCounts,
  known: TestCounts | null,
): Word | null {
  const failed = failedIn(counts);
  if (failed === 0) return null;
  const shown = shownOf(after);
  const same = runs.wanted !== "fail" && known !== null && before.some(isGreen) && failedIn(known) >= failed;
  const what = `exit 0, but ${failed} ${failed === 1 ? "test" : "tests"} failed`;
  if (same)
    return word(
      "unknown",
      `${what}, as before the change: this command hides failures. Repair the check or judge it yourself.`,
    );
  const { why, place } = shown ? failureText({ ...runs, after, before, roots }, shown) : { why: "" };
  return {
    result: "fail",
    why: `${what}: this command hides failures.\n${why}`.trim(),
    ...(place && { place }),
  };
}

/** What picks tests by name skips the others: how many those are says nothing. */
const PICKS =
  /(^|\s)(-t|-g|-k|-m|--testNamePattern|--test-name-pattern|--grep|--fgrep|--match|--filter|-run)(\s|=)/;

function tooFew(
  runs: Runs,
  counts: TestCounts,
  known: TestCounts | null,
  base: Evidence["before"],
): Word | null {
  const all = sumOf(counts.values());
  const had = known ? sumOf(known.values()) : null;
  if (counts.size > 0 && executed(all) === 0) {
    const none =
      all.skipped > 0 ? `No test was executed: all ${all.skipped} are skipped.` : "No test was executed.";
    const isLoss = runs.wanted === "fail" || (had !== null && executed(had) > 0);
    return word(isLoss ? "fail" : "unknown", `exit 0, but it proves nothing. ${none}`);
  }
  if (!known) return null;
  for (const [runner, before] of known) {
    // A red run may have stopped early, and counts a file that does not load as a test: what passed in it is sure.
    const least = base === "pass" ? executed(before) : before.passed;
    const now = counts.get(runner);
    if (!now && least === 0) continue;
    if (!now)
      return word(
        "fail",
        `exit 0, but ${runner} no longer says what it ran; before the change it ran ${least}. Run the same tests again.`,
      );
    if (executed(now) < least) return word("fail", missing(runner, executed(now), least));
    const isSkip =
      now.skipped > before.skipped && executed(now) + now.skipped <= executed(before) + before.skipped;
    if (isSkip && !PICKS.test(runs.command)) return word("fail", skipping(now.skipped - before.skipped));
  }
  return null;
}

const nouns = (runner: string, count: number): string =>
  `${runner === "go packages" ? "package" : "test"}${count === 1 ? "" : "s"}`;
const missing = (runner: string, now: number, least: number): string =>
  `exit 0, but only ${now} ${nouns(runner, now)} ran; before the change it was ${least}. Bring back what is missing or skipped.`;
const skipping = (more: number): string =>
  `exit 0, but ${more} more ${nouns("", more)} ${more === 1 ? "is" : "are"} skipped than before the change. Let them run.`;

const NETWORK =
  /\b(EAI_AGAIN|ENETUNREACH|ENOTFOUND|Temporary failure in name resolution|Could not resolve host|Network is unreachable|getaddrinfo|Name or service not known|no such host|dial tcp|Failed to resolve|UnknownHostException)\b/;
const TERMINAL =
  /(not a (tty|terminal)|inappropriate ioctl for device|setRawMode is not a function|\/dev\/tty|EOF when reading a line|the input device is not a TTY)/i;

/** What a check needed and does not have here; null when its output tells of nothing of the kind. */
function lack(output: string, isOffline: boolean): string | null {
  if (isOffline && NETWORK.test(output))
    return "It seems to need the network, which checks do not have. Let it do without, or allow it with `slicewise.sandbox.network`.";
  if (TERMINAL.test(output))
    return "It seems to need a terminal, which checks do not have: nobody is there to type. Let it do without.";
  return null;
}
