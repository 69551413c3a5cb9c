/** Real input: 25 exercises as one order, and how many of them come home as the reference solves them. */
import { type Figure, atLeast, rounded } from "./figure.ts";
import { copyProgram } from "../polyglot/program.ts";
import { landedFiles, run, serveExecutors } from "../polyglot/scenario.ts";
import { installHarness, readSuite, suiteFolder, whyNoSuite } from "../polyglot/suite.ts";
import { dispose, makeWorkspace, solutionOf } from "../polyglot/workspace.ts";

/** None, and why on standard error, when the suite is not there. */
export async function polyglotFigures(root: string): Promise<Figure[]> {
  const missing = whyNoSuite(root);
  if (missing) {
    console.error(missing);
    return [];
  }
  const exercises = readSuite(suiteFolder(root));
  const workspace = makeWorkspace(exercises, installHarness(root));
  const server = await serveExecutors(exercises);
  try {
    const started = performance.now();
    const { status, err } = await run({ main: copyProgram(root), workspace, server });
    const seconds = rounded((performance.now() - started) / 1000, 0);
    if (status !== 0) console.error(err);
    const files = landedFiles(workspace);
    const right = exercises.filter((one) => files.get(solutionOf(one)) === one.solution);
    return [
      atLeast({
        name: "polyglot exercises landed as one order",
        value: right.length,
        unit: `of ${exercises.length}`,
        reach: exercises.length,
        how: `byte for byte the reference; every fifth first attempt spoiled, one that tampers; real Jest, ${seconds} s in all`,
      }),
    ];
  } finally {
    await server.close();
    dispose(workspace);
  }
}
