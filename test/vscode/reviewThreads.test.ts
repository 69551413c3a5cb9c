/** Which findings stand at which lines, while there is something to look at. */
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../src/core/order.ts";
import type { Event } from "../../src/core/event.ts";
import { threadsOf } from "../../src/vscode/reviewThreads.ts";
import { approved, attempted, evidence, into, order, produced, routed, slice, tier } from "../core/orders.ts";

const finding = (over: Partial<Evidence> = {}): Evidence =>
  evidence({
    ...{ kind: "reviewer", name: "reads well", result: "fail", why: "It does not.\nsrc/01.ts:2: x" },
    reviewer: { tier: tier("judge", "low"), family: "judge", kin: false, note: "" },
    quotes: [{ path: "src/01.ts", line: 2, text: "x" }],
    ...over,
  });
const judged = (...found: Evidence[]): Event => ({
  ...{ type: "judged", slice: "01", attempt: 1, round: 0, ms: 1 },
  verdict: { result: "unknown", strong: false, evidence: found },
});
const threads = (found: Evidence[], ...then: Event[]) =>
  threadsOf(
    order([
      ...approved([slice("01")]),
      routed("01"),
      attempted("01"),
      produced("01"),
      judged(...found),
      ...then,
    ]),
  );
const about = { check: "reads well", path: "src/01.ts", line: 2 };
const note = (text: string, at: typeof about | null = about): Event => ({
  ...{ type: "noted", slice: "01", attempt: 1, about: at, text, by: "user" },
});

test("a finding stands at its line, with who found it and why", () => {
  expect(threads([finding()])).toMatchObject([
    { slice: "01", about, result: "fail", by: "p/judge@low (judge)", reason: "It does not.", open: true },
  ]);
});

describe("there is none", () => {
  test.each<[string, Evidence[]]>([
    ["of a command", [evidence()]],
    ["without a line", [finding({ quotes: [] })]],
    ["in a file that was not changed", [finding({ quotes: [{ path: "src/02.ts", line: 1, text: "x" }] })]],
  ])("%s", (_name, found) => expect(threads(found)).toEqual([]));
  test.each(["waiting", "executing", "verifying", "stuck", "dropped"] as const)(
    "while its slice is %s",
    (at) => expect(threadsOf(order([...approved([slice("01")]), ...into[at]("01")]))).toEqual([]),
  );
  test("once it was rejected", () => {
    const rejected: Event = { type: "rejected", slice: "01", attempt: 1, reason: "", by: "user" };
    expect(threads([finding()], rejected)).toEqual([]);
  });
});

test("the same line twice is one thread, two lines are two", () => {
  const line = { path: "src/01.ts", line: 2, text: "x" };
  expect(threads([finding({ quotes: [line, line, { ...line, line: 3 }] })])).toHaveLength(2);
});

test("answers stand in the thread they were given in", () => {
  const found = threads(
    [finding()],
    note("first"),
    note("elsewhere", { ...about, line: 9 }),
    note("of all", null),
  );
  expect(found.map(({ answers }) => answers)).toEqual([["first"]]);
  expect(found[0]?.key).toBe(threads([finding()])[0]?.key);
});
