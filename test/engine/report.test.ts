/** What an order's report says its evidence does not show. */
import { expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { type Evidence, NO_USAGE, type Slice } from "../../src/core/order.ts";
import { reportText } from "../../src/engine/report.ts";
import {
  LADDER,
  approved,
  attempted,
  config,
  evidence,
  landed,
  order,
  passed,
  produced,
  routed,
  slice,
  tier,
  userApproved,
} from "../core/orders.ts";

const TITLE = "## What the evidence does not show\n";

function doubts(found: readonly Evidence[], over: Partial<Slice> = {}): string {
  const verdict = { result: "pass" as const, strong: true, evidence: [...found] };
  const said: Event = { type: "judged", slice: "01", attempt: 1, round: 0, verdict, ms: 1 };
  const events = [routed("01"), attempted("01"), produced("01"), said, userApproved("01"), landed("01")];
  const text = reportText(order([...approved([slice("01", over)]), ...events]));
  return sectionOf(text);
}
const sectionOf = (text: string): string => text.split(TITLE)[1]?.split("\n\n")[0] ?? "no such section";

test.each<[string, Evidence[], Partial<Slice>, string]>([
  ["all of it", [evidence()], {}, "- Nothing was left open: each check of what landed was verified."],
  [
    "unknown and not looked at",
    [evidence(), evidence({ kind: "reviewer", name: "Is | so", result: "unknown" })],
    { checks: [{ run: "npm test", before: "any" }, { expect: "Is | so" }, { script: "checks/01.mjs" }] },
    "- 01: not verified, a person approved it so: Is \\| so; checks/01.mjs",
  ],
  [
    "not confined",
    [evidence({ sandboxed: false }), evidence({ name: "npm run lint", sandboxed: true })],
    {},
    "- 01: ran not confined, there was no sandbox: npm test",
  ],
  [
    "not parsed",
    [
      evidence(),
      evidence({ kind: "guard", name: "tests kept", patterns: [{ path: "A.kt", existed: true }] }),
    ],
    {},
    "- 01: tests counted by patterns, which is weaker evidence: A.kt",
  ],
])("%s", (_name, found, over, expected) => expect(doubts(found, over)).toBe(expected));

test("what has not landed is not spoken of", () => {
  const text = reportText(order([...approved([slice("01")]), ...passed("01")]));
  expect(sectionOf(text)).toBe("- Nothing landed.");
});

const autonomy = (events: readonly Event[]): string | undefined =>
  reportText(order([...approved([slice("01")]), ...events]))
    .split("## Autonomy\n")[1]
    ?.trim();

test("autonomy is told in the words of the terminal and the sidebar", () => {
  expect(autonomy([])).toBe(
    "2 min of autonomous work, 0 interventions. MTBI ≥ 40 s · no intervention · 0 reverted",
  );
  const rejected: Event = { type: "rejected", slice: "01", attempt: 1, reason: "", by: "user" };
  expect(autonomy([...passed("01"), rejected])).toMatch(
    /^4 min of autonomous work, 1 intervention\. MTBI not enough data \(.+\) · 0 slices per intervention · 0 reverted$/,
  );
});

test("what the same tokens would have cost is told with the top tiers it was reckoned on", () => {
  const call: Event = {
    ...{ type: "called", slice: null, attempt: null, role: "planner", tier: tier("small", "low") },
    ...{ usage: NO_USAGE, ms: 1, cost: 1, top: 5 },
  };
  const shorter: Event = { type: "configured", config: config({ tiers: LADDER.slice(0, 2) }) };
  expect(reportText(order([...approved([slice("01")]), call, shorter, call]))).toContain(
    "- the same tokens on p/huge@high, then p/middle@low: $10.00; saved 80 %\n",
  );
});
