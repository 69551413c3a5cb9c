/** A proposal as it is checked and written: its slices in our own shape, its scope as text. Pure. */
import * as z from "zod";
import { isEscaping, repair } from "../core/critics.ts";
import { Amendment, type Check, type Finding, Plan, Slice } from "../core/order.ts";
import { problems } from "./toolLoop.ts";

type Planned = Plan["slices"][number];

export function toSlice(planned: Planned): Slice {
  const checks: Check[] = planned.checks.map(({ kind, text, before }) =>
    kind === "run"
      ? { run: text, before: before ?? "any" }
      : kind === "script"
        ? { script: text }
        : { expect: text },
  );
  return Slice.parse({ ...planned, checks, route: "auto" });
}

/** What the schema says; then what a task file takes, which is a little less. */
const readBy =
  <T extends { slices: Planned[] }>(schema: z.ZodType<T>) =>
  (args: unknown): T | { wrong: string } => {
    const parsed = schema.safeParse(args);
    if (!parsed.success) return { wrong: problems(parsed.error) };
    const slices = parsed.data.slices.map((slice) => ({ ...slice, checks: [], route: "auto" }));
    const bad = z.object({ slices: z.array(Slice) }).safeParse({ slices });
    if (!bad.success) return { wrong: problems(bad.error) };
    const unfit = unwritable(parsed.data.slices);
    return unfit.length === 0 ? parsed.data : { wrong: unfit.slice(0, 20).join("\n") };
  };

/** What could not stand in task files, however often it is criticised. */
function unwritable(slices: readonly Planned[]): string[] {
  const ids = slices.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  const outside = slices.flatMap(({ id, reads, writes }) =>
    [...reads, ...writes].filter(isEscaping).map((path) => ({ id, path })),
  );
  return [
    ...twice.map((id) => `- slices: the id ${id} is used by more than one slice.`),
    ...outside.map(({ id, path }) => `- slices: ${id} names ${path}, which leaves the workspace.`),
  ];
}

export const readPlan = readBy(Plan);
export const readAmendment = readBy(Amendment);

/** Edges that conflicts demand, added where the planner left them out; what else is wrong needs judgement. */
export function ordered(slices: Slice[], findings: readonly Finding[]): { slices: Slice[]; words: string[] } {
  const edges = findings.filter(({ fix }) => fix?.do === "addNeed");
  const { slices: now, left } = repair(slices, edges);
  const added = edges.filter((one) => !left.includes(one));
  const words = added.flatMap(({ fix, message }) =>
    fix?.do === "addNeed"
      ? [`${fix.slice} now needs ${fix.need}, which the planner left out: ${message}`]
      : [],
  );
  return { slices: now, words };
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join("");

export const rulesText = ({ rules }: Pick<Plan, "rules">): string => bullets(rules);

/** `scope.md`: the headings are read again by people and by the sidebar (Assumptions). */
export function scopeText(proposal: Plan): string {
  const sections: [string, string][] = [
    ["Context", `${proposal.context.trim()}\n`],
    ["Invariants", bullets(proposal.invariants)],
    ["Non-goals", bullets(proposal.nonGoals)],
    ["Decisions", bullets(proposal.decisions)],
    ["Assumptions", bullets(proposal.assumptions)],
    ["Rejected paths", bullets(proposal.rejected)],
  ];
  return sections
    .filter(([, text]) => text.trim() !== "")
    .map(([title, text]) => `## ${title}\n${text}`)
    .join("\n");
}
