import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check, Evidence } from "../../src/core/order.ts";
import { commands } from "../../src/engine/verify/commands.ts";
import { type Setting, verifyLab } from "./verifyLab.ts";

const run = (command: string, before: "fail" | "pass" | "any" = "fail"): Check => ({ run: command, before });
const BASE = { "a.txt": "old\n", "keep.txt": "kept\n" };
const PATCH = { "a.txt": "new\n" };

async function check(given: Partial<Setting> & { checks: Check[] }, expected: Partial<Evidence>[]) {
  const lab = verifyLab({ base: BASE, patch: PATCH, ...given });
  const found = await commands(lab);
  expect(found).toEqual(expected.map((one) => expect.objectContaining(one)));
  return { lab, found };
}

describe("commands, on base and patch", () => {
  test("red to green", () =>
    check({ checks: [run("grep -q new a.txt")] }, [{ result: "pass", before: "fail", flaky: false }]));
  test("red: the base tree is not even asked", async () => {
    const { lab } = await check({ checks: [run("grep -q newer a.txt || { echo 'want newer'; exit 3; }")] }, [
      { result: "fail", before: null, why: "exit 3\nwant newer" },
    ]);
    expect(lab.made).toEqual({ base: 0, patched: 1 });
  });
  test("the first failure is the last one looked at", () =>
    check({ checks: [run("false"), run("true")] }, [{ name: "false", result: "fail" }]));
  test("flaky", async () => {
    const flips = `f=../$(basename $PWD).n; test -e $f && exit 0; touch $f; exit 1`;
    const { found, lab } = await check({ checks: [run(flips, "any")] }, [
      { result: "pass", flaky: true, why: expect.stringMatching(/^Flaky/) },
    ]);
    expect(lab.kept.get(found[0]?.output ?? "")).toContain("--- with the patch, second run ---");
  });
  test("what one builds the next finds, on the base tree too", async () => {
    const checks = [
      run("mkdir -p ignored && cp a.txt ignored/built", "any"),
      run("grep -q new ignored/built"),
      run("test -e ignored/built", "pass"),
    ];
    const { lab } = await check({ checks }, [
      { result: "pass", before: null },
      { result: "pass", before: "fail", why: "" },
      { result: "pass", before: "pass" },
    ]);
    expect(lab.made).toEqual({ base: 1, patched: 1 });
  });
  test("what a base tree did is known the next time", async () => {
    const lab = verifyLab({ base: BASE, patch: PATCH, checks: [run("grep -q new a.txt")] });
    await commands(lab);
    await commands(lab);
    expect(lab.made).toEqual({ base: 1, patched: 2 });
  });
  test("a check that edits what it checks helps nobody after it", async () => {
    const { lab } = await check(
      { checks: [run("echo newer > a.txt", "any"), run("grep -q newer a.txt", "any")] },
      [{ result: "pass" }, { result: "fail" }],
    );
    expect(lab.made.patched).toBeGreaterThanOrEqual(2);
  });
});

describe("a check that misbehaves", () => {
  test("deletes its own folder: the next one finds another", () =>
    check({ checks: [run('rm -rf "$PWD"; exit 0', "any"), run("grep -q new a.txt")] }, [
      { result: "pass" },
      { result: "pass", before: "fail" },
    ]));
  test("hangs, with a child that hangs", () =>
    check({ seconds: 1, checks: [run("echo waiting; sleep 600 & sleep 600", "any")] }, [
      { result: "fail", why: "Took longer than 1 s and was ended. Its last lines:\nwaiting" },
    ]));
  test("prints without end", async () => {
    const { found, lab } = await check(
      {
        seconds: 60,
        checks: [
          run("head -c 200000000 /dev/zero | tr '\\0' x; echo; echo 'Error: too much'; exit 1", "any"),
        ],
      },
      [{ result: "fail" }],
    );
    expect(lab.kept.get(found[0]?.output ?? "")?.length).toBeLessThan(2_100_000);
    expect(found[0]?.why).toContain("Error: too much");
    expect(found[0]?.why.length).toBeLessThan(2000);
  });
  test("forks until it is stopped", () =>
    check({ seconds: 2, checks: [run("for i in $(seq 40); do (sleep 300 &) ; done; sleep 300", "any")] }, [
      { result: "fail" },
    ]));
  test("wants a terminal", () =>
    check({ checks: [run('test -t 0 || { echo "the input device is not a TTY"; exit 1; }')] }, [
      { result: "unknown", why: expect.stringMatching(/^It seems to need a terminal/) },
    ]));
  test("waits for somebody to type", () =>
    check({ checks: [run("read answer", "any")] }, [{ result: "fail" }]));
  test("hides what its runner reports", () =>
    check({ checks: [run("printf 'Tests:       1 failed, 2 passed, 3 total\\n'")] }, [
      {
        result: "fail",
        why: expect.stringMatching(/^exit 0, but 1 test failed: this command hides failures/),
      },
    ]));
  test("runs fewer tests than before", () =>
    check(
      {
        base: { "a.txt": "5" },
        patch: { "a.txt": "3" },
        checks: [
          run('printf "# tests $(cat a.txt)\\n# pass $(cat a.txt)\\n# fail 0\\n# cancelled 0\\n"', "pass"),
        ],
      },
      [
        {
          result: "fail",
          why: expect.stringMatching(/^exit 0, but only 3 tests ran; before the change it was 5/),
          tests: {
            before: { passed: 5, failed: 0, skipped: 0 },
            after: { passed: 3, failed: 0, skipped: 0 },
          },
        },
      ],
    ));
  test("leaves nothing behind", async () => {
    const { lab } = await check({ checks: [run("touch x; exit 0", "any")] }, [{ result: "pass" }]);
    expect(existsSync(join(lab.home, "base", "x"))).toBe(false);
  });
});
