import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Ran, type Runs, asksBase, judgeRuns } from "../../src/core/commandRuns.ts";

const outputOf = (name: string): string =>
  readFileSync(new URL(`../outputs/${name}.txt`, import.meta.url), "utf8");
const green = (output = ""): Ran => ({ ended: "exit", status: 0, output });
const red = (output = "", status: number | null = 1): Ran => ({ ended: "exit", status, output });
const ended = (how: Ran["ended"], output = ""): Ran => ({ ended: how, status: null, output });
const jest = (passed: number, failed = 0, skipped = 0): string =>
  `Tests:       ${failed} failed, ${skipped} skipped, ${passed} passed, ${passed + failed + skipped} total\n`;
const runsOf = (given: Partial<Runs>): Runs => ({
  command: "npm test",
  wanted: "fail",
  seconds: 5,
  roots: ["/repo"],
  after: [green()],
  before: [red(), red()],
  isOffline: false,
  ...given,
});

type Row = [
  name: string,
  given: Partial<Runs>,
  expected: { result: string; before: string | null; flaky?: true; why: RegExp },
];

describe("a command's runs", () => {
  test.each<Row>([
    ["red to green", {}, { result: "pass", before: "fail", why: /^$/ }],
    ["green before", { before: [green()] }, { result: "unknown", before: "pass", why: /proves nothing/ }],
    [
      "red to green that was flaky before",
      { before: [red(), green()] },
      { result: "unknown", before: "pass", flaky: true, why: /flaky: before the change it failed once/ },
    ],
    ["must stay green", { wanted: "pass", before: [green()] }, { result: "pass", before: "pass", why: /^$/ }],
    [
      "was to be green",
      { wanted: "pass", before: [red()] },
      { result: "pass", before: "fail", why: /Failed before the change/ },
    ],
    ["alone", { wanted: "any", before: [] }, { result: "pass", before: null, why: /^$/ }],
    [
      "flaky",
      { after: [red(), green()] },
      { result: "pass", before: "fail", flaky: true, why: /^Flaky: failed once/ },
    ],
    [
      "twice red",
      { after: [red("boom"), red("bang")] },
      { result: "fail", before: "fail", why: /^exit 1\nboom$/ },
    ],
    [
      "killed",
      { after: [red("", null)], before: [] },
      { result: "fail", before: null, why: /^exit by signal$/ },
    ],
    [
      "hanging",
      { after: [ended("timeout", "a\nwaiting\n")], before: [] },
      { result: "fail", before: null, why: /^Took longer than 5 s.*last lines:\na\nwaiting$/s },
    ],
    [
      "hanging in silence",
      { after: [ended("timeout")], before: [] },
      { result: "fail", before: null, why: /It printed nothing\.$/ },
    ],
    [
      "not started",
      { after: [ended("unstartable", "no sh")], before: [] },
      { result: "unknown", before: null, why: /no sh$/ },
    ],
    [
      "stopped",
      { after: [ended("aborted")], before: [] },
      { result: "unknown", before: null, why: /^Stopped/ },
    ],
    ["never run", { after: [], before: [] }, { result: "unknown", before: null, why: /not run/ }],
    [
      "hung before",
      { before: [ended("timeout")] },
      { result: "pass", before: null, why: /took longer than 5 s, so that is no red to green/ },
    ],
    [
      "not started before",
      { before: [ended("unstartable")] },
      { result: "pass", before: null, why: /could not be started, so that is no red/ },
    ],

    [
      "failures and exit 0",
      { after: [green(outputOf("jest"))] },
      {
        result: "fail",
        before: "fail",
        why: /exit 0, but 2 tests failed: this command hides failures\.\n● limit › bad/,
      },
    ],
    [
      "failures and exit 0 before, none after",
      { after: [green(jest(4))], before: [green(jest(3, 1))] },
      { result: "pass", before: "fail", why: /^$/ },
    ],
    [
      "failures and exit 0, as ever",
      { wanted: "pass", after: [green(jest(3, 1))], before: [green(jest(3, 1))] },
      { result: "unknown", before: "fail", why: /1 test failed, as before the change/ },
    ],
    [
      "no test at all",
      { after: [green(outputOf("jest-none"))] },
      { result: "fail", before: "fail", why: /No test was executed\./ },
    ],
    [
      "no test, now as ever",
      { wanted: "any", after: [green(outputOf("mocha-none"))], before: [green(outputOf("mocha-none"))] },
      { result: "unknown", before: "pass", why: /No test was executed/ },
    ],
    [
      "all skipped",
      { after: [green(jest(0, 0, 4))] },
      { result: "fail", before: "fail", why: /all 4 are skipped/ },
    ],
    [
      "as many",
      { wanted: "pass", after: [green(jest(5))], before: [green(jest(5))] },
      { result: "pass", before: "pass", why: /^$/ },
    ],
    [
      "more",
      { wanted: "pass", after: [green(jest(6))], before: [green(jest(5))] },
      { result: "pass", before: "pass", why: /^$/ },
    ],
    [
      "fewer",
      { wanted: "pass", after: [green(jest(3))], before: [green(jest(5))] },
      { result: "fail", before: "pass", why: /only 3 tests ran; before the change it was 5/ },
    ],
    [
      "fewer, on any base",
      { wanted: "any", after: [green(jest(3))], before: [green(jest(5))] },
      { result: "fail", before: "pass", why: /only 3 tests ran/ },
    ],
    [
      "one skipped instead",
      { wanted: "pass", after: [green(jest(4, 0, 1))], before: [green(jest(5))] },
      { result: "fail", before: "pass", why: /only 4 tests ran/ },
    ],
    [
      "the red one is gone",
      { after: [green(jest(4))], before: [red(jest(4, 1)), red(jest(4, 1))] },
      { result: "pass", before: "fail", why: /^$/ },
    ],
    [
      "the red one is skipped",
      { after: [green(jest(4, 0, 1))], before: [red(jest(4, 1)), red(jest(4, 1))] },
      { result: "fail", before: "fail", why: /1 more test is skipped/ },
    ],
    [
      "the red one and a green one are gone",
      { after: [green(jest(3))], before: [red(jest(4, 1)), red(jest(4, 1))] },
      { result: "fail", before: "fail", why: /only 3 tests ran; before the change it was 4/ },
    ],
    [
      "picked by name, the rest skipped",
      { command: "npx jest -t ok", after: [green(jest(1, 0, 6))], before: [red(jest(0, 1, 6)), red()] },
      { result: "pass", before: "fail", why: /^$/ },
    ],
    [
      "another runner",
      { wanted: "pass", after: [green(outputOf("pytest-green"))], before: [green(jest(5))] },
      { result: "fail", before: "pass", why: /jest no longer says what it ran; before the change it ran 5/ },
    ],
    [
      "a suite that did not load before",
      { after: [green(jest(7))], before: [red(outputOf("jest-broken")), red(outputOf("jest-broken"))] },
      { result: "pass", before: "fail", why: /^$/ },
    ],
    [
      "fewer packages",
      {
        wanted: "pass",
        after: [green("ok  \ta\t0.1s\n")],
        before: [green("ok  \ta\t0.1s\nok  \tb\t0.1s\n")],
      },
      { result: "fail", before: "pass", why: /only 1 package ran; before the change it was 2/ },
    ],

    [
      "no network",
      { isOffline: true, after: [red("getaddrinfo EAI_AGAIN x.io"), red()], before: [red(), red()] },
      { result: "unknown", before: "fail", why: /needs? the network/ },
    ],
    [
      "no network, but green before",
      { isOffline: true, after: [red("getaddrinfo EAI_AGAIN x.io"), red()], before: [green()] },
      { result: "fail", before: "pass", why: /EAI_AGAIN/ },
    ],
    [
      "the network is there, the host is not",
      { after: [red("getaddrinfo EAI_AGAIN x.io"), red()], before: [] },
      { result: "fail", before: null, why: /EAI_AGAIN/ },
    ],
    [
      "no terminal",
      { after: [red("stdin is not a tty"), red()], before: [red(), red()] },
      { result: "unknown", before: "fail", why: /needs? a terminal/ },
    ],
  ])("%s", (_name, given, { why, ...expected }) => {
    const found = judgeRuns(runsOf(given));
    expect(found).toMatchObject({ flaky: false, ...expected });
    expect(found.why).toMatch(why);
  });

  test("say what was executed before and after", () =>
    expect(judgeRuns(runsOf({ after: [green(jest(5))], before: [red(jest(3, 2)), red()] })).tests).toEqual({
      before: { passed: 3, failed: 2, skipped: 0 },
      after: { passed: 5, failed: 0, skipped: 0 },
    }));
  test("name the first failing place, without the copy's own", () => {
    const found = judgeRuns(
      runsOf({ after: [red("src/a.ts(3,7): error TS1: no\n".replace("src", "/repo/src"))] }),
    );
    expect(found).toMatchObject({ place: { path: "src/a.ts", line: 3 } });
    expect(found.why).not.toContain("/repo");
  });
  test("a megabyte of noise becomes a few lines", () => {
    const noise = "compiling something\n".repeat(50_000);
    expect(judgeRuns(runsOf({ after: [red(noise + outputOf("jest") + noise)] })).why.length).toBeLessThan(
      1600,
    );
    expect(judgeRuns(runsOf({ after: [red(noise)] })).why.length).toBeLessThan(1600);
  });
});

describe("the base tree is asked", () => {
  const asks = (given: Partial<Runs>): boolean => asksBase(runsOf(given));
  test.each<[string, Partial<Runs>, boolean]>([
    ["when it must be red there", {}, true],
    ["not when it is red with the patch", { after: [red(), red()] }, false],
    ["not when nothing can be compared", { wanted: "any" }, false],
    ["when tests were counted", { wanted: "any", after: [green(jest(2))] }, true],
    [
      "when something was missing that may have been missing before",
      { after: [red("not a tty"), red()] },
      true,
    ],
    ["not after a time-out", { after: [ended("timeout")] }, false],
  ])("%s", (_name, given, expected) => expect(asks(given)).toBe(expected));
});
