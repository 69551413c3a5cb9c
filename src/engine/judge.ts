/** What is wrong with a plan on the base tree: its own structure first, then the facts of the tree, then its tried checks. */
import { type BaseFacts, criticise, namesIn, programsIn } from "../core/critics.ts";
import type { Finding, Slice, TriedCheck } from "../core/order.ts";
import type { WorkOrder } from "../core/state.ts";
import type { Performing } from "./performer.ts";
import type { ProjectFacts } from "./ports.ts";
import { tryChecks } from "./tries.ts";

/** Slices with the paths of the verification functions that go with them. Those of `landed` are no longer open. */
export type Draft = { slices: Slice[]; landed: ReadonlySet<string>; functions: readonly string[] };
/** `tried` and `base` are absent when nothing could be, or need be, tried. */
export type Judged = { findings: Finding[]; tried?: TriedCheck[]; base?: string };

/** More are of no use to anybody, and each stands in the log. */
const MOST_FINDINGS = 300;

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === "error");

/** A slice that was dropped is no part of the plan. */
export function draftOf({ slices }: WorkOrder, functions: readonly string[]): Draft {
  const kept = slices.filter(({ progress }) => progress.at !== "dropped");
  const landed = kept.filter(({ progress }) => progress.at === "done").map(({ slice }) => slice.id);
  return { slices: kept.map(({ slice }) => slice), landed: new Set(landed), functions };
}

export async function judge(run: Performing, draft: Draft, signal: AbortSignal): Promise<Judged> {
  const structure = criticise(draft.slices, null, draft.landed);
  if (hasErrors(structure)) return { findings: some(structure) };
  const project = await run.world.project.facts(signal);
  const facts = await factsFor(run, draft, project, signal);
  const open = draft.slices.filter(({ id }) => !draft.landed.has(id));
  const commands = open.flatMap(({ checks }) =>
    checks.flatMap((one) => ("run" in one ? [one.run.trim()] : [])),
  );
  if (commands.length === 0) return { findings: some(criticise(draft.slices, facts, draft.landed)) };
  const tries = await tryChecks(run, commands, project, signal);
  const tried = tries.base === null ? [] : tries.tried;
  const findings = criticise(draft.slices, { ...facts, tried }, draft.landed);
  if (tries.base !== null) return { findings: some(findings), tried, base: tries.base };
  return { findings: some([...findings, untriable(tries.why)]) };
}

const some = (findings: Finding[]): Finding[] =>
  findings.length <= MOST_FINDINGS
    ? findings
    : [
        ...findings.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST_FINDINGS),
        more(findings.length - MOST_FINDINGS),
      ];
const weight = ({ severity }: Finding): number => (severity === "error" ? 0 : 1);

const more = (count: number): Finding => ({
  critic: "too many findings",
  severity: "warning",
  slices: [],
  message: `${count} more findings are not listed.`,
  remedy: "Settle these first.",
});

const untriable = (why: string): Finding => ({
  critic: "not tried",
  severity: "warning",
  slices: [],
  message: `No check could be tried on the tree as it is: ${why}`,
  remedy: "Settle that, or let the checks run for the first time with their slices.",
});

async function factsFor(
  { world, order }: Performing,
  { slices, functions }: Draft,
  project: ProjectFacts,
  signal: AbortSignal,
): Promise<BaseFacts> {
  const names = namesIn(slices);
  const [files, found, programs] = await Promise.all([
    world.repo.files(),
    // The map of a large repository is not made for nothing.
    names.length === 0 ? new Map<never, never>() : world.codeMap.definitions(names, signal),
    world.project.programs(programsIn(slices)),
  ]);
  const definitions = [...found].map(
    ([name, all]) => [name, all.map(({ path, symbol }) => ({ path, signature: symbol.signature }))] as const,
  );
  const { scripts, targets, dependencies } = project;
  return {
    ...{
      files: withLanded(files, order()),
      definitions: new Map(definitions),
      scripts,
      targets,
      dependencies,
    },
    ...{ programs, functions, tried: [] },
  };
}

/** What landed on the order's branch is there for the slices that follow, though not in the workspace. */
function withLanded(files: readonly string[], { overlay }: WorkOrder): string[] {
  const gone = new Set(overlay.filter(({ after }) => after === null).map(({ path }) => path));
  const there = overlay.filter(({ after }) => after !== null).map(({ path }) => path);
  return [...new Set([...files, ...there])].filter((path) => !gone.has(path));
}
