/** Which criteria need no reviewer, as tables: what is said, what was shown, by what. */
import { expect, test } from "vitest";
import { shownBy } from "../../src/core/alreadyShown.ts";
import type { Evidence } from "../../src/core/order.ts";

const of = (kind: Evidence["kind"], name: string, more: Partial<Evidence> = {}): Evidence => ({
  ...{ kind, name, result: "pass", why: "", before: null, flaky: false, ms: 0, output: null },
  ...more,
});
const SHOWN = [
  of("guard", "tests kept"),
  of("guard", "write set"),
  of("command", "npm test"),
  of("command", "npx tsc  --noEmit"),
  of("command", "npm run flaky", { flaky: true }),
  of("command", "npm run lint", { result: "unknown" }),
  of("script", "checks/01-limit.mjs"),
];

function check(criterion: string, expected: string | null): void {
  const found = shownBy(criterion, SHOWN);
  expect(found && found.map(({ name }) => name).join(" + ")).toBe(expected);
}

test.each<[string, string | null]>([
  ["`npm test` passes.", "npm test"],
  ["The command `npx tsc --noEmit` exits with status 0", "npx tsc  --noEmit"],
  ["Running `npm test` still succeeds and `checks/01-limit.mjs` passes.", "npm test + checks/01-limit.mjs"],
  ["All tests pass with `npm test`, and no test is removed, skipped or weakened.", "npm test + tests kept"],
  ["It takes no test away; touches no file outside its write set.", "tests kept + write set"],
  ["`npm test` passes. `npm test` is green.", "npm test"],
])("%s is shown", check);

test.each([
  ["a part that nothing shows", "`npm test` passes and the cache is bounded."],
  ["a condition", "`npm test` passes when the cache is empty."],
  ["a denial", "`npm test` no longer passes."],
  ["a command that was not run", "`npm run build` passes."],
  ["one of its words only", "`test` passes."],
  ["a flaky pass", "`npm run flaky` passes."],
  ["an unknown one", "`npm run lint` passes."],
  ["no command named: which tests ran is not known to be all", "All tests pass."],
  ["what is written, not what is run", "`npm test` is documented in README.md."],
  ["more than the guard holds", "No test is changed."],
  ["a code span that is not closed", "`npm test passes."],
  ["a guard's name in place of a command", "`tests kept` passes."],
  ["a forged place of a span", "\u00010\u0001 passes."],
  ["nothing", "."],
])("%s is left to a reviewer", (_name, criterion) => check(criterion, null));
