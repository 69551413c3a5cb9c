/** Reads the order's files again and lets the critics look at the plan; an edited file becomes an amendment first. */
import type { Finding } from "../core/order.ts";
import type { WorkOrder } from "../core/state.ts";
import { editsOf } from "./edits.ts";
import { draftOf, judge } from "./judge.ts";
import type { Performer } from "./performer.ts";
import type { OrderFile, TaskFile } from "./ports.ts";

/**
 * A broken file keeps a plan from being approved. Afterwards it stops only its own slice, when that is to start: it may be
 * half saved.
 */
export const criticise: Performer<"criticise"> = async (_step, run, signal) => {
  const { event, disk } = await editsOf(run.world.files, run.order);
  const { approved } = run.order();
  const broken = disk.problems.map((problem) => problemFinding(problem, approved ? "warning" : "error"));
  if (broken.length > 0 && !approved) return [{ type: "criticised", findings: broken }];
  if (event) return [event];
  const asked = planOf(run.order());
  const judged = await judge(run, draftOf(run.order(), Object.keys(disk.functions)), signal);
  // An edit came in meanwhile: what was judged no longer stands, and is judged again.
  if (planOf(run.order()) !== asked) return [];
  const findings = [...broken, ...judged.findings.map((one) => placed(one, disk.tasks))];
  return [{ type: "criticised", ...judged, findings }];
};

/** Names what the critics look at. */
const planOf = ({ slices, functions }: WorkOrder): string =>
  JSON.stringify([
    slices.map(({ slice: { id }, hash, progress }) => [id, hash, progress.at === "dropped"]),
    functions,
  ]);

const problemFinding = ({ path, line, key, message }: OrderFile, severity: Finding["severity"]): Finding => ({
  critic: "task file",
  severity,
  slices: [],
  message: `${path}:${line}${key ? ` ${key}` : ""}: ${message}`,
  remedy: "Mend the file.",
  at: { path, line },
  ...(key !== null && { key }),
});

/** At the line of its key in the task file of its first slice; of a key that is not there, where its nearest parent is. */
function placed(finding: Finding, tasks: readonly TaskFile[]): Finding {
  const file = tasks.find(({ slice }) => slice.id === finding.slices[0]);
  return file ? { ...finding, at: { path: file.path, line: lineOf(file.lines, finding.key) } } : finding;
}

function lineOf(lines: TaskFile["lines"], key = ""): number {
  for (let name = key; name !== ""; name = name.replace(/\.?[^.]*$/, "")) {
    const line = lines[name];
    if (line !== undefined) return line;
  }
  return 1;
}
