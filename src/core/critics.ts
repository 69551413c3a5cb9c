/** Structural critics: what no plan may have. The planner's table of critics grows here. */
import { compileFolded, overlapping } from "./globs.ts";
import type { Finding, Slice } from "./order.ts";

const finding = (
  critic: string,
  severity: Finding["severity"],
  slices: string[],
  message: string,
  remedy: string,
): Finding => ({
  critic,
  severity,
  slices,
  message,
  remedy,
});

/** A planner may propose 200. Task files written by hand have a bound, too: every pair of them is compared. */
const MOST_SLICES = 1000;

export function criticise(slices: readonly Slice[]): Finding[] {
  if (slices.length > MOST_SLICES) {
    const message = `The plan has ${slices.length} slices; an order takes ${MOST_SLICES} at most.`;
    return [finding("too many slices", "error", [], message, "Make several orders of it.")];
  }
  return [
    ...(slices.length === 0
      ? [
          finding(
            "empty",
            "error",
            [],
            "The plan has no slices.",
            "Add a task file under tasks/, or plan again.",
          ),
        ]
      : []),
    ...duplicates(slices),
    ...unknownNeeds(slices),
    ...cycles(slices),
    ...escapes(slices),
    ...unordered(slices),
    ...unverifiable(slices),
  ];
}

function duplicates(slices: readonly Slice[]): Finding[] {
  const ids = slices.map(({ id }) => id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) =>
    finding(
      "duplicate id",
      "error",
      [id],
      `The id ${id} is used by more than one slice.`,
      "Give each slice an id of its own.",
    ),
  );
}

function unknownNeeds(slices: readonly Slice[]): Finding[] {
  const ids = new Set(slices.map(({ id }) => id));
  return slices.flatMap(({ id, needs }) =>
    needs
      .filter((need) => !ids.has(need))
      .map((need) =>
        finding(
          "unknown id",
          "error",
          [id],
          `Slice ${id} needs ${need}, which does not exist.`,
          "Correct `needs`.",
        ),
      ),
  );
}

/** Slices that wait for each other: taken away is what can run, and what nobody left waits for, until nothing more can. */
function cycles(slices: readonly Slice[]): Finding[] {
  let left = [...slices];
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const ids = new Set(left.map(({ id }) => id));
    const needed = new Set(left.flatMap(({ needs }) => needs));
    left = left.filter(({ id, needs }) => needed.has(id) && needs.some((need) => ids.has(need)));
  }
  if (left.length === 0) return [];
  const stuck = left.map(({ id }) => id);
  return [
    finding(
      "cycle",
      "error",
      stuck,
      `Slices ${stuck.join(", ")} wait for each other.`,
      "Take one of their `needs` out.",
    ),
  ];
}

const ESCAPE = /^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|\0|^~|(^|\/)\.git(\/|$)/i;
/** A path or glob that leads out of the workspace, or into its .git. */
export const isEscaping = (path: string): boolean => ESCAPE.test(path) || path.includes("\\");

function escapes(slices: readonly Slice[]): Finding[] {
  return slices.flatMap(({ id, reads, writes }) =>
    [...reads, ...writes]
      .filter(isEscaping)
      .map((path) =>
        finding(
          "escaping path",
          "error",
          [id],
          `Slice ${id} names ${path}, which leaves the workspace.`,
          'Use paths relative to its root, with "/".',
        ),
      ),
  );
}

/** Unordered slices that may write the same file are run one after the other; the plan should say in which order. */
function unordered(slices: readonly Slice[]): Finding[] {
  const before = ancestors(slices);
  const writes = slices.map((slice) => compileFolded(slice.writes));
  const found: Finding[] = [];
  for (const [at, one] of slices.entries()) {
    for (const [after, other] of slices.slice(at + 1).entries()) {
      const [mine, theirs] = [writes[at], writes[at + 1 + after]];
      if (!mine || !theirs || !overlapping(mine, theirs)) continue;
      if (before.get(one.id)?.has(other.id) || before.get(other.id)?.has(one.id)) continue;
      const pair = [one.id, other.id];
      found.push(
        finding(
          "resolve conflicts",
          "warning",
          pair,
          `Slices ${pair.join(" and ")} may write the same file and have no order.`,
          "Add one to the other's `needs`, or make their write sets smaller.",
        ),
      );
    }
  }
  return found;
}

/** All slices that must land before each one. Cycles end, because nothing is visited twice. */
function ancestors(slices: readonly Slice[]): Map<string, Set<string>> {
  const needs = new Map(slices.map((slice) => [slice.id, slice.needs]));
  return new Map(
    slices.map(({ id }) => {
      const seen = new Set<string>();
      const open = [...(needs.get(id) ?? [])];
      for (let need = open.pop(); need !== undefined; need = open.pop()) {
        if (seen.has(need)) continue;
        seen.add(need);
        open.push(...(needs.get(need) ?? []));
      }
      return [id, seen];
    }),
  );
}

function unverifiable(slices: readonly Slice[]): Finding[] {
  return slices
    .filter(({ checks }) => !checks.some((check) => "run" in check || "script" in check))
    .map(({ id }) =>
      finding(
        "unverifiable",
        "warning",
        [id],
        `Slice ${id} has no executable check: a person has to judge it.`,
        "Add a `run` check.",
      ),
    );
}
