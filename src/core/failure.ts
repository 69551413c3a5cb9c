/**
 * The smallest useful evidence in the output of a failed check: the first failing assertions with expected, got and place,
 * without the frames of runners and libraries. What follows is data about how tools print, not about what they mean.
 */
import type { Place, Verdict } from "./order.ts";
import { plainOutput } from "./testCounts.ts";

export type Failure = { text: string; place: Place | null };

type Shape = {
  /** The first line of one failure. */
  start: RegExp;
  /** The first line that no longer belongs to it. */
  stop: RegExp;
  /** Failures are looked for only below this line, where the same shape means something else above it. */
  below?: RegExp;
  /** What a failure must contain, where what succeeded looks alike. */
  has?: RegExp;
};

const SHAPES: readonly Shape[] = [
  // jest
  { start: /^ {2}● /, stop: /^(Test Suites:|Tests:|PASS |FAIL )/ },
  // vitest
  { start: /^ *FAIL {2}\S/, stop: /^⎯{3}/ },
  // node:test
  { start: /^test at .+:\d+:\d+$/, stop: /^(?!)/, below: /^✖ failing tests:$/ },
  // TAP, node:test's and others'
  { start: /^ *not ok \d+(?!.*# (skip|todo))/i, stop: /^ *(ok \d|# Subtest|\d+\.\.\d+$|\.\.\.$)/ },
  // ava
  { start: /^ {2}─+$/, stop: /^(?!)/, has: /^ {2}› / },
  // mocha, rspec, jasmine, phpunit, minitest
  {
    start: /^ {0,3}\d+\) /,
    stop: /^(Finished in|Pending:|Failed examples:|FAILURES!|ERRORS!|\d+ (runs|specs|examples|tests),)/,
    below: /^( {2}\d+ failing|Failures:|There (was|were) \d+ (failures?|errors?)|Finished in .*runs\/s.*)/,
  },
  // pytest
  { start: /^_{3,} .+ _{3,}$/, stop: /^=+ (short test summary|warnings summary|.* in [\d.]+s)/ },
  // unittest
  { start: /^(ERROR|FAIL): \S/, stop: /^(={20,}|Ran \d+ tests? in)/ },
  // rust: tests, and the compiler
  { start: /^thread '.*' (\(\d+\) )?panicked at /, stop: /^(stack backtrace:|note: |failures:|----)/ },
  { start: /^error(\[E\d+\])?: (?!could not compile|test failed)/, stop: /^(\s*=|For more information|$)/ },
  // go: tests, and the compiler
  { start: /^=== RUN /, stop: /^(--- (PASS|SKIP)|FAIL|ok|PASS|\?)/, has: /^--- FAIL: / },
  { start: /^--- FAIL: /, stop: /^(FAIL|ok|=== RUN|PASS|\?)/ },
  { start: /^panic: /, stop: /^(exit status|FAIL)/ },
  { start: /^\.?\.?\/?[\w./-]+\.go:\d+:\d+: /, stop: /^(FAIL|ok|\?)/ },
  // surefire, gradle, dotnet
  { start: /<<< (FAILURE|ERROR)!(?!.*Tests run)$/, stop: /^(\[INFO\]|\[ERROR\] Tests run|$)/ },
  { start: /^\S.* > .+ FAILED$/, stop: /^(\d+ tests? completed|$)/ },
  { start: /^ {2}Failed \S.* \[[^\]]+\]$/, stop: /^(Failed!|Passed!| {2}(Passed|Failed|Skipped) \S)/ },
  // tsc, with and without colours; and the many that print like it
  { start: /^\S+?(\(\d+,\d+\)|:\d+:\d+)(:| -) error\b/, stop: /^(Found \d+ errors?|\S.*(warning|error))/ },
  // eslint
  { start: /^ +\d+:\d+ +error +\S/, stop: /./ },
  // Python and Node.js, when nothing catches
  { start: /^Traceback \(most recent call last\):$/, stop: /^$/ },
  { start: /^\w*(Error|Exception)( \[\w+\])?: /, stop: /^(Node\.js v|$)/ },
];

const FAILURES = 3;
/** Of each: its head, which has the assertion, and its tail, which has the place. */
const HEAD_LINES = 12;
const TAIL_LINES = 4;
const READ_LINES = 60;
const LINE_CHARS = 240;

/** Frames of the runner and of libraries, backtraces, passwords of formats: true of every failure, so of no use. */
const NOISE = [
  /^\s*at .*(node:|node_modules|<anonymous>\)?$|<Jasmine>|org\.junit\.|java\.base|jdk\.internal|opentest4j)/,
  /^\s*(Test\.|Context\.|TestContext\.|async Test|Runner\.|Immediate\.|process\.)\S* \((node:|.*node_modules)/,
  /^\s*at (Test|async Test|Suite|process|async Promise|Runtime)\.\S* ?\(?(node:|.*node_modules)?/,
  /^\s*(generatedMessage|operator|code|failureType|duration_ms|compare|columnNumber|isToplevel|typeName): /,
  /^\s*(---|\.\.\.|[|>~^-]*\^+[~^]*|-{10,}\^?|_{5,}|={10,}|-{30,}|⎯+)\s*$/,
  /^\s*\d* *\|\s*$/,
  /^\s*(├|└|│)?\s*$/,
  /site-packages|\/rustc\/|^note: (run with|Some details)/,
];
const isNoise = (line: string): boolean => NOISE.some((pattern) => pattern.test(line));

const PLACES: readonly RegExp[] = [
  /File "([^"\n]+)", line (\d+)/,
  /(?:^|[\s('"›❯[])(?:file:\/\/)?((?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[A-Za-z]\w*)[:(](\d+)(?:[:,]\d+)?/,
  / in ((?:[\w@.+-]+\/)*[\w@.+-]+\.\w+):line (\d+)/,
];

/** The first place in the repository that these lines name; those of libraries and of the runtime are not in it. */
function placeIn(lines: readonly string[]): Place | null {
  for (const line of lines) {
    if (/node_modules|site-packages|node:internal|\/rustc\//.test(line)) continue;
    for (const pattern of PLACES) {
      const [, path = "", at = ""] = pattern.exec(line.replace(/\.\//g, "")) ?? [];
      const number = Number(at);
      if (path !== "" && number > 0 && number < 10_000_000 && !/(^|\/)\.\.?(\/|$)/.test(path))
        return { path, line: number };
    }
  }
  return null;
}

/** Where the copy stands says nothing; it is another one next time. */
const withoutRoot = (text: string, root: string): string =>
  root === ""
    ? text
    : text.replaceAll(`file://${root}/`, "").replaceAll(`${root}/`, "").replaceAll(root, ".");

/** What `go test -json` wraps line by line, as it was printed. */
const fromEvents = (text: string): string =>
  text.startsWith('{"Time":')
    ? text.replace(
        /^\{"Time":.*$\n?/gm,
        (line) => /"Output":"(.*)"\}/.exec(line)?.[1]?.replace(/\\n$/, "\n") ?? "",
      )
    : text;

/** Lines from a failure's first to its last, the next failure's first excluded. */
function blocks(lines: readonly string[], { start, stop, below, has }: Shape): string[][] {
  const from = below ? lines.findIndex((line) => below.test(line)) + 1 : 0;
  if (below && from === 0) return [];
  const found: string[][] = [];
  for (let at = from; at < lines.length && found.length < FAILURES; at += 1) {
    if (!start.test(lines[at] ?? "")) continue;
    const block = [lines[at] ?? ""];
    let next = at + 1;
    while (next < lines.length && block.length < READ_LINES) {
      const line = lines[next] ?? "";
      if (start.test(line) || stop.test(line)) break;
      block.push(line);
      next += 1;
    }
    if (!has || block.some((line) => has.test(line))) found.push(block);
    if (below && stop.test(lines[next] ?? "")) break;
    at = next - 1;
  }
  return found;
}

/** eslint names a file once, above its problems. */
function withFile(lines: readonly string[], block: string[]): string[] {
  if (!/^ +\d+:\d+ +error/.test(block[0] ?? "")) return block;
  const at = lines.indexOf(block[0] ?? "");
  const file = lines.slice(0, at).findLast((line) => /^\S+\.\w+$/.test(line)) ?? "";
  const [, row = "", rest = ""] = /^ +(\d+:\d+) +error +(.*)$/.exec(block[0] ?? "") ?? [];
  return [`${file}:${row} ${rest.replace(/ {2,}/g, "  ")}`];
}

const isTelling = (line: string, at: number, all: readonly string[]): boolean =>
  !isNoise(line) && !(line.trim() === "" && (all[at - 1] ?? "").trim() === "");

function short(block: readonly string[]): string {
  const kept = block.filter(isTelling).map((line) => line.slice(0, LINE_CHARS).trimEnd());
  if (kept.length <= HEAD_LINES + TAIL_LINES) return kept.join("\n").trim();
  return [...kept.slice(0, HEAD_LINES), "…", ...kept.slice(-TAIL_LINES)].join("\n").trim();
}

/** What failed, from what a check printed in the copy at `root`; null when nothing in it looks like a failure. */
export function failureIn(output: string, root = ""): Failure | null {
  const lines = withoutRoot(fromEvents(plainOutput(output)), root).split("\n");
  for (const shape of SHAPES) {
    const found = blocks(lines, shape).map((block) => withFile(lines, block));
    if (found.length === 0) continue;
    const shown = found.map(short).filter((one) => one !== "");
    return { text: shown.join("\n\n"), place: placeIn(shown.flatMap((one) => one.split("\n"))) };
  }
  return null;
}

/** What goes back to the attempt: for each failed check its name and its failing lines, already as small as they get. */
export const evidenceFor = ({ evidence }: Verdict): { name: string; why: string }[] =>
  evidence.filter(({ result }) => result === "fail").map(({ name, why }) => ({ name, why }));
