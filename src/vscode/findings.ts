/** What VS Code's Problems panel says of an order: the critics' findings, and files that cannot be read. Pure. */
import type { Fix } from "../core/order.ts";
import type { OrderFile } from "../engine/ports.ts";
import type { OrderView } from "../protocol/view.ts";

/** `path` is relative to the workspace root, `line` counts from 1; `key` is a front-matter key: "needs", "writes.0". */
export type Problem = {
  path: string;
  line: number;
  key: string | null;
  severity: "error" | "warning";
  /** The critic. */
  code: string;
  text: string;
  fix: Fix | null;
};

/** The critic that says a file cannot be read. */
const TASK_FILE = "task file";

/** `broken` is what the files say now: it is newer than what the critics found of the same file. */
export function problemsOf(
  { id, findings }: Pick<OrderView, "id" | "findings">,
  broken: readonly OrderFile[],
): Problem[] {
  const known = new Set(broken.map(({ path }) => path));
  const found = findings
    .filter(({ critic, at }) => critic !== TASK_FILE || !at || !known.has(at.path))
    .map(({ critic, severity, message, remedy, at, key, fix }): Problem => ({
      path: at?.path ?? `.slicewise/orders/${id}/order.md`,
      line: at?.line ?? 1,
      key: key ?? null,
      severity,
      code: critic,
      text: `${message} ${remedy}`.trim(),
      fix: fix ?? null,
    }));
  const files = broken.map(({ path, line, key, message }): Problem => ({
    ...{ path, line, key, severity: "error", code: TASK_FILE, fix: null },
    text: `${key === null ? "The file" : `\`${key}\``} ${message}`,
  }));
  return [...found, ...files];
}
