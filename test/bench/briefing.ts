/** Briefings of the demo's order and of the polyglot order, as attempts would start from them; counted by o200k. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { Event } from "../../src/core/event.ts";
import { type Slice, Plan } from "../../src/core/order.ts";
import { briefingOf } from "../../src/engine/brief.ts";
import type { Briefing } from "../../src/engine/briefing.ts";
import { rulesText, scopeText, toSlice } from "../../src/engine/proposal.ts";
import { executorTools } from "../../src/engine/tools.ts";
import { openCodeMap } from "../../src/node/codeMap/codeMap.ts";
import { openOrderFiles } from "../../src/node/orderFiles.ts";
import { openTree } from "../../src/node/tree.ts";
import { Recording } from "../../src/providers/recorded.ts";
import { approved, done, order as orderOf } from "../core/orders.ts";
import { readSuite, suiteFolder, whyNoSuite } from "../polyglot/suite.ts";
import { ORDER, dispose, makeWorkspace, solutionOf } from "../polyglot/workspace.ts";
import { type Figure, atMost, median } from "./figure.ts";

/** Of a slice C1 to C3, both parts together. */
const REACH = 4000;

export type Measured = { slice: Slice; briefing: Briefing; tokens: number };

type Prepared = {
  /** Of the repository, built: the threads of the code map are. */
  built: string;
  root: string;
  id: string;
  slices: readonly Slice[];
  /** Brings what the slice lands into the tree. */
  land(slice: Slice): Promise<void>;
};

/** In an order in which they can run; each from a tree in which everything before it has landed. */
async function measured({ built, root, id, slices, land }: Prepared): Promise<Measured[]> {
  const thread = pathToFileURL(join(built, "dist/codeMap.cjs"));
  const tree = openTree(root);
  const codeMap = openCodeMap({ repo: { files: async () => [] }, root, storage: null, thread });
  const found: Measured[] = [];
  const landed: Event[] = [];
  const left = [...slices];
  const ready = ({ needs }: Slice): boolean =>
    needs.every((need) => found.some(({ slice }) => slice.id === need));
  for (let at = left.findIndex(ready); at >= 0; at = left.findIndex(ready)) {
    const [slice] = left.splice(at, 1) as [Slice];
    const order = orderOf([...approved(slices), ...landed]);
    const briefing = await briefingOf({ files: openOrderFiles(root, id), tree, codeMap }, order, slice, []);
    const tokens = countTokens(briefing.shared) + countTokens(briefing.own);
    found.push({ slice, briefing, tokens });
    await land(slice);
    landed.push(...done(slice.id));
  }
  await codeMap.close();
  if (left.length > 0) throw new Error(`never ready: ${left.map(({ id: one }) => one).join(", ")}`);
  return found;
}

/** The recorded plan over the sample, each slice after what its recorded attempts wrote. */
export async function demoBriefings(root: string): Promise<Measured[]> {
  const home = mkdtempSync(join(tmpdir(), "slicewise-briefing-"));
  try {
    cpSync(join(root, "media/sample"), home, { recursive: true });
    const recording = Recording.parse(
      JSON.parse(readFileSync(join(root, "media/sample-model.json"), "utf8")),
    );
    const proposal = Plan.parse(
      recording.plan.flatMap(({ calls }) => calls ?? []).find(({ name }) => name === "propose_plan")?.args,
    );
    const slices = proposal.slices.map(toSlice);
    const texts = { scope: scopeText(proposal), rules: rulesText(proposal) };
    mkdirSync(join(home, ".slicewise/orders/demo"), { recursive: true });
    await openOrderFiles(home, "demo").writePlan({ ...texts, slices, functions: [] });
    const land = (slice: Slice): Promise<void> =>
      replay(home, recording.tasks[slice.id]?.at(-1)?.flat() ?? []);
    return await measured({ built: root, root: home, id: "demo", slices, land });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Edits and writes as the executor's own tools make them. */
async function replay(root: string, replies: Recording["plan"]): Promise<void> {
  const tools = executorTools({
    scratch: { root, patch: async () => [], dispose: async () => undefined },
    tree: openTree(root),
    shell: { run: () => Promise.reject(new Error("nothing is run here")) },
    refusal: () => null,
    limits: { seconds: 1, outputBytes: 1000 },
    isKnown: () => false,
    permit: async () => "no",
    refused: async () => undefined,
  });
  for (const { name, args } of replies.flatMap(({ calls }) => calls)) {
    const tool = tools.find(({ spec }) => spec.name === name);
    if (!tool || !["edit", "write"].includes(name)) continue;
    const answer = await tool.run(tool.args.parse(args), new AbortController().signal);
    if (answer.failed) throw new Error(answer.text);
  }
}

/** The 25 exercises; each lands its reference. Null, with the reason on standard error, when the suite is not there. */
export async function polyglotBriefings(root: string): Promise<Measured[] | null> {
  const missing = whyNoSuite(root);
  if (missing) {
    console.error(missing);
    return null;
  }
  const exercises = readSuite(suiteFolder(root));
  const solutions = new Map(exercises.map((one) => [one.id, one]));
  // Nothing is run, so the packages need not be there.
  const workspace = makeWorkspace(exercises, join(root, "node_modules"));
  try {
    const { tasks } = await openOrderFiles(workspace.folder, ORDER).read();
    const land = async ({ id }: Slice): Promise<void> => {
      const exercise = solutions.get(id);
      if (exercise) writeFileSync(join(workspace.folder, solutionOf(exercise)), exercise.solution);
    };
    return await measured({
      built: root,
      root: workspace.folder,
      id: ORDER,
      slices: tasks.map(({ slice }) => slice),
      land,
    });
  } finally {
    dispose(workspace);
  }
}

export async function briefingFigures(root: string): Promise<Figure[]> {
  const orders = { demo: await demoBriefings(root), polyglot: await polyglotBriefings(root) };
  return Object.entries(orders).flatMap(([name, all]) => (all ? [figure(name, all)] : []));
}

function figure(name: string, all: readonly Measured[]): Figure {
  const sizes = all.filter(({ slice }) => slice.class !== "C4").map(({ tokens }) => tokens);
  const largest = all.find(({ tokens }) => tokens === Math.max(...sizes));
  return atMost({
    name: `largest briefing of the ${name} order`,
    value: Math.max(...sizes),
    unit: "tokens",
    reach: REACH,
    how: `slice ${largest?.slice.id} of ${sizes.length} of class C1 to C3, median ${median(sizes)}; o200k, what slices share included`,
  });
}
