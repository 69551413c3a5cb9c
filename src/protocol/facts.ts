/** What is to be known of one piece of evidence beside its result, each in a few words. */
import type { Evidence } from "../core/order.ts";
import { executed } from "../core/testCounts.ts";

/** "5 tests ran, 3 before", "2 skipped", "flaky", "not confined", "tests of 2 files counted by patterns: weaker evidence". */
export function factsOf({
  tests,
  flaky,
  sandboxed,
  patterns = [],
}: Pick<Evidence, "tests" | "flaky" | "sandboxed" | "patterns">): string[] {
  const facts: string[] = [];
  if (tests) {
    const { before, after } = tests;
    const ran = executed(after);
    facts.push(`${ran} ${ran === 1 ? "test" : "tests"} ran${before ? `, ${executed(before)} before` : ""}`);
    if (after.skipped > 0) facts.push(`${after.skipped} skipped`);
  }
  if (flaky) facts.push("flaky");
  if (sandboxed === false) facts.push("not confined");
  if (patterns.length > 0) {
    const files = patterns.length === 1 ? "1 file" : `${patterns.length} files`;
    facts.push(`tests of ${files} counted by patterns: weaker evidence`);
  }
  return facts;
}
