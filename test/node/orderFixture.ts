import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Slice } from "../../src/core/order.ts";
import { scratchFolder } from "./scratchFolder.ts";

export const folder = scratchFolder();
export const ID = "2026-11-21-limit-flag";
export const WHERE = `.slicewise/orders/${ID}`;

/** A workspace whose order has these files. */
export function workspace(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(folder, "ws-"));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, WHERE, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return root;
}

export const TASK = `---
id: "01"
title: Parse --limit
class: C2                        # C1 | C2 | C3 | C4
needs: []                        # slice ids: partial order
reads: [src/cli.js]              # globs: what the briefing must contain or point at
writes: [src/limit.js, test/limit.test.js]   # globs: the authority boundary
consumes: []
produces: ["src/limit.js#parseLimit(argv: string[]): number"]
minutes: 20                      # human estimate
route: auto                      # or "provider/model@effort"
checks:
  - run: npm test -- limit       # a command: exit status 0
    before: fail
  - script: checks/01-limit.mjs
  - expect: "\`parseLimit\` rejects negative numbers"
---
The objective.

Second paragraph.
`;
export const SLICE: Slice = {
  id: "01",
  title: "Parse --limit",
  class: "C2",
  needs: [],
  reads: ["src/cli.js"],
  writes: ["src/limit.js", "test/limit.test.js"],
  consumes: [],
  produces: ["src/limit.js#parseLimit(argv: string[]): number"],
  minutes: 20,
  route: "auto",
  checks: [
    { run: "npm test -- limit", before: "fail" },
    { script: "checks/01-limit.mjs" },
    { expect: "`parseLimit` rejects negative numbers" },
  ],
  body: "The objective.\n\nSecond paragraph.",
};
/** Where each key of TASK stands. */
export const LINES = {
  ...{ id: 2, title: 3, class: 4, needs: 5, reads: 6, "reads.0": 6, writes: 7, "writes.0": 7, "writes.1": 7 },
  ...{ consumes: 8, produces: 9, "produces.0": 9, minutes: 10, route: 11, checks: 12 },
  ...{ "checks.0": 13, "checks.0.run": 13, "checks.0.before": 14 },
  ...{ "checks.1": 15, "checks.1.script": 15, "checks.2": 16, "checks.2.expect": 16 },
};
