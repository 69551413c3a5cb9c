/** What no plan may have, whatever the tree is like. */
import type { Finding, Slice } from "../order.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { isBefore } from "./reach.ts";

/** A planner may propose 200. Task files written by hand have a bound, too. */
const MOST_SLICES = 1000;

/** The one finding of a plan that is not looked at any further. */
export function unreadable(slices: readonly Slice[]): Finding | null {
  if (slices.length > MOST_SLICES) {
    const message = `The plan has ${slices.length} slices; an order takes ${MOST_SLICES} at most.`;
    return finding("too many slices", "error", [], { message, remedy: "Make several orders of it." });
  }
  if (slices.length > 0) return null;
  const remedy = "Add a task file under tasks/, or plan again.";
  return finding("empty", "error", [], { message: "The plan has no slices.", remedy });
}

export const structure = (ground: Ground): Finding[] => [
  ...duplicates(ground.slices),
  ...unknownNeeds(ground),
  ...cycles(ground),
  ...escapes(ground),
];

function duplicates(slices: readonly Slice[]): Finding[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of slices) (seen.has(id) ? twice : seen).add(id);
  return [...twice].map((id) =>
    finding("duplicate id", "error", [id], {
      message: `The id ${id} is used by more than one slice.`,
      remedy: "Give each slice an id of its own.",
      key: "id",
    }),
  );
}

function unknownNeeds({ slices, open }: Ground): Finding[] {
  const ids = new Set(slices.map(({ id }) => id));
  return open.flatMap(({ slice: { id, needs } }) =>
    needs.flatMap((need, at) => {
      if (ids.has(need)) return [];
      const message = `Slice ${id} needs ${need}, which does not exist.`;
      return [
        finding("unknown id", "error", [id], { message, remedy: "Correct `needs`.", key: `needs.${at}` }),
      ];
    }),
  );
}

/** Rings of slices that wait for each other, one finding each. */
function cycles({ slices, open, before }: Ground): Finding[] {
  const told = new Set<number>();
  return open.flatMap(({ at }) => {
    if (told.has(at) || !isBefore(before, at, at)) return [];
    const ring = slices.flatMap((_, other) =>
      isBefore(before, at, other) && isBefore(before, other, at) ? [other] : [],
    );
    for (const one of ring) told.add(one);
    return [cycle(ring.flatMap((one) => slices[one] ?? []))];
  });
}

function cycle(ring: readonly Slice[]): Finding {
  const ids = ring.map(({ id }) => id);
  const [first] = ids;
  const itself = ids.length === 1 && first !== undefined;
  return finding("cycle", "error", ids, {
    message: itself ? `Slice ${first} needs itself.` : `Slices ${ids.join(", ")} wait for each other.`,
    remedy: itself ? "Take it out of its own `needs`." : "Take one of their `needs` out.",
    key: "needs",
    ...(itself ? { fix: { do: "removeNeed" as const, slice: first, need: first } } : {}),
  });
}

const ESCAPE = /^([/\\]|[A-Za-z]:)|(^|[/\\{,])\.\.([/\\},]|$)|\0|^~|(^|[/{,])\.git([/},]|$)/i;
/** A path or glob that leads out of the workspace, or into its .git. */
export const isEscaping = (path: string): boolean => ESCAPE.test(path) || path.includes("\\");

function escapes({ open }: Ground): Finding[] {
  return open.flatMap(({ slice }) => {
    const { id, reads, writes, checks } = slice;
    const scripts = checks.map((check) => ("script" in check ? check.script : ""));
    const named: [string, string][] = [
      ...reads.map((path, at): [string, string] => [path, `reads.${at}`]),
      ...writes.map((path, at): [string, string] => [path, `writes.${at}`]),
      ...scripts.map((path, at): [string, string] => [path, `checks.${at}.script`]),
    ];
    return named
      .filter(([path]) => isEscaping(path))
      .map(([path, key]) =>
        finding("escaping path", "error", [id], {
          message: `Slice ${id} names ${path}, which leaves the workspace.`,
          remedy: 'Use paths relative to its root, with "/".',
          files: [path],
          key,
        }),
      );
  });
}
