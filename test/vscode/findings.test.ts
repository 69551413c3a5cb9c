/** What the Problems panel says of an order. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/core/order.ts";
import type { OrderFile } from "../../src/engine/ports.ts";
import { problemsOf } from "../../src/vscode/findings.ts";

const TASK = ".slicewise/orders/limit/tasks/01-a.md";
const finding = (given: Partial<Finding>): Finding => ({
  critic: "already true",
  severity: "warning",
  slices: ["01"],
  message: "The check passes.",
  remedy: "Repair it.",
  ...given,
});
const file = (given: Partial<OrderFile>): OrderFile => ({
  path: TASK,
  line: 4,
  key: "class",
  message: "must be one of C1, C2, C3, C4",
  ...given,
});

describe("problems of an order", () => {
  const table: [what: string, findings: Finding[], broken: OrderFile[], expected: string[]][] = [
    ["none", [], [], []],
    [
      "a finding at its line and key",
      [finding({ at: { path: TASK, line: 9 }, key: "checks.0.run" })],
      [],
      [`${TASK}:9 checks.0.run warning (already true) The check passes. Repair it.`],
    ],
    [
      "a finding without a place stands at the order",
      [finding({ severity: "error", critic: "empty", remedy: "" })],
      [],
      [".slicewise/orders/limit/order.md:1 null error (empty) The check passes."],
    ],
    [
      "a file that cannot be read",
      [],
      [file({})],
      [`${TASK}:4 class error (task file) \`class\` must be one of C1, C2, C3, C4`],
    ],
    [
      "the file itself",
      [],
      [file({ line: 1, key: null, message: "has no front matter" })],
      [`${TASK}:1 null error (task file) The file has no front matter`],
    ],
    [
      "what the file says now is newer than what was found of it",
      [
        finding({ critic: "task file", at: { path: TASK, line: 2 } }),
        finding({ at: { path: TASK, line: 9 } }),
        finding({ critic: "task file", at: { path: "other.md", line: 2 } }),
      ],
      [file({})],
      [
        `${TASK}:9 null warning (already true) The check passes. Repair it.`,
        "other.md:2 null warning (task file) The check passes. Repair it.",
        `${TASK}:4 class error (task file) \`class\` must be one of C1, C2, C3, C4`,
      ],
    ],
  ];
  it.each(table)("%s", (_, findings, broken, expected) =>
    expect(
      problemsOf({ id: "limit", findings }, broken).map(
        ({ path, line, key, severity, code, text }) => `${path}:${line} ${key} ${severity} (${code}) ${text}`,
      ),
    ).toEqual(expected),
  );
  it("carries the fix", () => {
    const fix = { do: "addNeed", slice: "02", need: "01" } as const;
    expect(problemsOf({ id: "limit", findings: [finding({ fix })] }, [])[0]?.fix).toEqual(fix);
  });
});
