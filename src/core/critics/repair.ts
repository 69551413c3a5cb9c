/** Remedies that need no judgement, applied to slices. */
import { CLASSES, type Check, type Finding, type Fix, type Slice } from "../order.ts";

/** What could not be applied is left, with all that has no fix. A drop is never applied by itself: work would be lost. */
export function repair(
  slices: readonly Slice[],
  findings: readonly Finding[],
): { slices: Slice[]; left: Finding[] } {
  // Merges first: what is said of the slice that goes is then done to the one that stays.
  const order = [...findings].sort((a, b) => turnOf(a) - turnOf(b));
  const into = new Map<string, string>();
  let now = [...slices];
  const left = new Set<Finding>();
  for (const one of order) {
    const fix = one.fix && renamed(one.fix, into);
    const fixed = fix ? applied(now, fix) : null;
    if (fixed === null) left.add(one);
    else now = fixed;
    if (fixed !== null && fix?.do === "merge" && fix.from !== fix.into) into.set(fix.from, fix.into);
  }
  return { slices: now, left: findings.filter((one) => left.has(one)) };
}

const TURNS: readonly (Fix["do"] | undefined)[] = ["setBefore", "removeNeed", "merge", "addNeed"];
const turnOf = ({ fix }: Finding): number => (TURNS.indexOf(fix?.do) + TURNS.length + 1) % (TURNS.length + 1);

function renamed(fix: Fix, into: ReadonlyMap<string, string>): Fix {
  const now = (id: string): string => {
    let last = id;
    for (let next = into.get(last); next !== undefined; next = into.get(last)) last = next;
    return last;
  };
  if (fix.do === "merge") return { ...fix, into: now(fix.into), from: now(fix.from) };
  if (fix.do === "addNeed" || fix.do === "removeNeed")
    return { ...fix, slice: now(fix.slice), need: now(fix.need) };
  // A merged slice's checks have other places.
  return fix;
}

/** Null when the fix does not fit these slices, or would make a cycle. What is so already is applied. */
function applied(slices: readonly Slice[], fix: Fix): Slice[] | null {
  switch (fix.do) {
    case "addNeed":
      return withNeed(slices, fix.slice, fix.need);
    case "removeNeed":
      return changed(slices, fix.slice, (one) => ({
        ...one,
        needs: one.needs.filter((need) => need !== fix.need),
      }));
    case "setBefore":
      return changed(slices, fix.slice, (one) => {
        const check = one.checks[fix.check];
        if (!check || !("run" in check)) return null;
        return { ...one, checks: one.checks.with(fix.check, { ...check, before: fix.before }) };
      });
    case "merge":
      return merged(slices, fix.into, fix.from);
    case "drop":
      return null;
  }
}

function changed(slices: readonly Slice[], id: string, change: (one: Slice) => Slice | null): Slice[] | null {
  const at = slices.findIndex((one) => one.id === id);
  const one = slices[at];
  const now = one ? change(one) : null;
  return now === null ? null : slices.with(at, now);
}

function withNeed(slices: readonly Slice[], id: string, need: string): Slice[] | null {
  if (id === need) return [...slices];
  if (!slices.some((one) => one.id === need) || reaches(slices, need, id)) return null;
  return changed(slices, id, (one) =>
    one.needs.includes(need) ? one : { ...one, needs: [...one.needs, need] },
  );
}

/** Whether `from` waits for `to`, over any number of others. */
function reaches(slices: readonly Slice[], from: string, to: string): boolean {
  const needs = new Map(slices.map((one) => [one.id, one.needs]));
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(needs.get(id) ?? []));
  }
  return false;
}

const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

function merged(slices: readonly Slice[], intoId: string, fromId: string): Slice[] | null {
  if (intoId === fromId) return [...slices];
  const [into, from] = [intoId, fromId].map((id) => slices.find((one) => one.id === id));
  if (!into || !from) return null;
  const rest = slices
    .filter((one) => one !== from)
    .map((one) =>
      one === into ? both(into, from) : { ...one, needs: renamedNeeds(one.needs, from.id, into.id) },
    );
  const whole = rest.find((one) => one.id === intoId);
  return whole?.needs.some((need) => reaches(rest, need, intoId)) ? null : rest;
}

const renamedNeeds = (needs: readonly string[], from: string, into: string): string[] =>
  unique(needs.map((need) => (need === from ? into : need)));

function both(into: Slice, from: Slice): Slice {
  const produces = unique([...into.produces, ...from.produces]);
  const checks = [
    ...into.checks,
    ...from.checks.filter((one) => !into.checks.some((other) => same(one, other))),
  ];
  return {
    ...into,
    title: `${into.title}; ${from.title}`.slice(0, 120),
    class: CLASSES[Math.max(CLASSES.indexOf(into.class), CLASSES.indexOf(from.class))] ?? into.class,
    needs: unique([...into.needs, ...from.needs]).filter((need) => need !== into.id && need !== from.id),
    reads: unique([...into.reads, ...from.reads]),
    writes: unique([...into.writes, ...from.writes]),
    consumes: unique([...into.consumes, ...from.consumes]).filter((name) => !produces.includes(name)),
    produces,
    minutes: into.minutes + from.minutes,
    route: into.route === from.route ? into.route : "auto",
    checks,
    body: `${into.body.trim()}\n\n${from.body.trim()}`.trim(),
  };
}

const same = (a: Check, b: Check): boolean => JSON.stringify(a) === JSON.stringify(b);
