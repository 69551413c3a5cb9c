/** The planted plans: small plans with known faults, written as a planner writes them, and what the critics say of each. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { type BaseFacts, criticise, namesIn } from "../../src/core/critics.ts";
import { type Finding, Slice, TriedCheck } from "../../src/core/order.ts";

const FilesOf = z.record(z.string(), z.array(z.string()));
/** `defines` is signatures by file. */
const BaseTree = z.strictObject({
  files: z.array(z.string()),
  defines: FilesOf,
  scripts: FilesOf.default({}),
  targets: z.array(z.string()).default([]),
  dependencies: z.array(z.string()).default([]),
});
const Tried = z.union([z.enum(["pass", "fail", "unknown"]), TriedCheck.partial()]);
const Planted = z.strictObject({
  name: z.string(),
  base: z.string(),
  /** A folder with so many more files that a glob over it is no small set. */
  crowd: z.string().optional(),
  programs: z
    .array(z.string())
    .default([..."diff git go grep make node npm npx pnpm pytest python3 sh".split(" ")]),
  functions: z.array(z.string()).default([]),
  tried: z.record(z.string(), Tried).default({}),
  landed: z.array(z.string()).default([]),
  slices: z.array(Slice),
  /** One critic each, with the ids of the slices its finding names. None: nothing is wrong. */
  faults: z.array(z.record(z.string(), z.array(z.string()))).default([]),
});
export type Planted = z.infer<typeof Planted> & { file: string };

const CROWD = 60;

/** `folder` is test/plans. Throws when a plan is not as it should be: they are part of the repository. */
export function readPlanted(folder: string): { plans: Planted[]; factsOf: (plan: Planted) => BaseFacts } {
  const bases = z.record(z.string(), BaseTree).parse(parse(readFileSync(join(folder, "bases.yaml"), "utf8")));
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml") && name !== "bases.yaml");
  const plans = files.toSorted().flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((doc) => ({
      ...Planted.parse(doc.toJS()),
      file,
    })),
  );
  const factsOf = (plan: Planted): BaseFacts => {
    const tree = bases[plan.base];
    if (!tree) throw new Error(`${plan.file}: ${plan.name}: no base ${plan.base}`);
    return facts(plan, tree);
  };
  return { plans, factsOf };
}

function facts(plan: Planted, tree: z.infer<typeof BaseTree>): BaseFacts {
  const crowd = Array.from({ length: plan.crowd ? CROWD : 0 }, (_, at) => `${plan.crowd ?? ""}/file${at}.ts`);
  const wanted = new Set(namesIn(plan.slices));
  const definitions = new Map<string, { path: string; signature: string }[]>();
  for (const [path, signatures] of Object.entries(tree.defines))
    for (const signature of signatures)
      for (const name of wanted)
        if (nameOf(signature) === name)
          definitions.set(name, [...(definitions.get(name) ?? []), { path, signature }]);
  return {
    files: [...tree.files, ...crowd].toSorted(),
    definitions,
    scripts: tree.scripts,
    targets: tree.targets,
    dependencies: tree.dependencies,
    programs: new Set(plan.programs),
    functions: plan.functions,
    tried: Object.entries(plan.tried).map(([command, one]) => triedCheck(command, one)),
  };
}

/** "Allow" of "func (l *Limiter) Allow(key string) bool" */
const nameOf = (signature: string): string | undefined =>
  /^(?:class|def|type|func(?: \([^)]*\))?)?\s*([\w$]+)/.exec(signature)?.[1];

function triedCheck(command: string, one: z.infer<typeof Tried>): TriedCheck {
  const given = typeof one === "string" ? { result: one } : one;
  const status = { pass: 0, fail: 1, unknown: null }[given.result ?? "fail"];
  return TriedCheck.parse({ command, result: "fail", status, why: "", ms: 10, output: null, ...given });
}

/** "resolve conflicts: 01 02", whichever of them is named first. */
const told = (critic: string, ids: readonly string[]): string => `${critic}: ${ids.toSorted().join(" ")}`;
export const tellFinding = ({ critic, slices }: Finding): string => told(critic, slices);
export const faultsOf = ({ faults }: Planted): string[] =>
  faults.flatMap((one) => Object.entries(one).map(([critic, ids]) => told(critic, ids)));

export type Outcome = { plan: Planted; found: string[]; missed: string[]; falseAlarms: string[] };

export function judge(plan: Planted, given: BaseFacts): Outcome {
  const said = criticise(plan.slices, given, new Set(plan.landed)).map(tellFinding);
  const wanted = faultsOf(plan);
  return {
    plan,
    found: wanted.filter((one) => said.includes(one)),
    missed: wanted.filter((one) => !said.includes(one)),
    falseAlarms: said.filter((one) => !wanted.includes(one)),
  };
}
