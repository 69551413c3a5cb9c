/** The critics on a plan of 1,000 slices, and on the planted plans. */
import { type BaseFacts, criticise, namesIn, programsIn } from "../../src/core/critics.ts";
import { Slice } from "../../src/core/order.ts";
import { type Figure, atLeast, atMost, median, rounded } from "./figure.ts";
import { examined } from "./plans.ts";
import { quiet } from "./quiet.ts";

const SLICES = 1000;
const MODULES = 250;
const FILES_EACH = 40;
const RUNS = 9;

/** A module's slices wait for its first one; every tenth sweeps over its module by a glob, and every fortieth over all tests. */
function largePlan(): { slices: Slice[]; facts: BaseFacts } {
  const id = (at: number): string => String(at + 1).padStart(4, "0");
  const slices = Array.from({ length: SLICES }, (_, at) => {
    const module = `src/module${at % MODULES}`;
    const part = Math.floor(at / MODULES);
    const glob = at % 10 === 0 ? [`${module}/**/*.css`] : [];
    const sweep = at % 40 === 0 ? ["**/*.snap"] : [];
    const isFirst = part === 0;
    return Slice.parse({
      id: id(at),
      title: `Part ${part} of module ${at % MODULES}`,
      class: "C2",
      needs: isFirst ? [] : [id(at - MODULES)],
      reads: [`${module}/file0.ts`, "src/index.ts", "docs/style.md"],
      writes: [
        `${module}/part${part}.ts`,
        `${module}/part${part}.test.ts`,
        "CHANGELOG.md",
        ...glob,
        ...sweep,
      ],
      consumes: isFirst
        ? [`${module}/file0.ts#open${at % MODULES}`]
        : [`${module}/part${part - 1}.ts#make${at - MODULES}`],
      produces: [`${module}/part${part}.ts#make${at}(name: string): Promise<void>`],
      checks: [
        { run: `npx vitest run ${module}/part${part}.test.ts`, before: "fail" },
        { run: "npm run lint", before: "pass" },
      ],
      body: `Write part ${part}. It is used by what comes after it, and keeps the style of the files around it. `.repeat(
        12,
      ),
    });
  });
  const folders = Array.from({ length: MODULES }, (_, at) => `src/module${at}`);
  const files = folders.flatMap((folder) =>
    Array.from({ length: FILES_EACH }, (_, at) => `${folder}/file${at}.ts`),
  );
  const defined = folders.map(
    (folder, at) => [`open${at}`, [{ path: `${folder}/file0.ts`, signature: "" }]] as const,
  );
  return {
    slices,
    facts: {
      files: [...files, "CHANGELOG.md", "docs/style.md", "package.json", "src/index.ts"].toSorted(),
      definitions: new Map(defined),
      scripts: { "": ["lint", "test"] },
      targets: [],
      dependencies: ["vitest"],
      programs: new Set(programsIn(slices)),
      functions: [],
      tried: slices.flatMap(({ checks }) =>
        checks.flatMap((check) =>
          "run" in check
            ? [
                {
                  command: check.run,
                  result: check.before === "pass" ? "pass" : "fail",
                  status: check.before === "pass" ? 0 : 1,
                  why: "",
                  ms: 10,
                  output: null,
                } as const,
              ]
            : [],
        ),
      ),
    },
  };
}

/** `root` is the repository. */
export async function criticFigures(root: string): Promise<Figure[]> {
  const { slices, facts } = largePlan();
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await quiet();
    const start = performance.now();
    namesIn(slices);
    programsIn(slices);
    criticise(slices, facts);
    times.push(performance.now() - start);
  }
  const { tallies, plans, clean } = examined(root);
  const sum = (of: (one: (typeof tallies)[number]) => number): number =>
    tallies.reduce((all, one) => all + of(one), 0);
  const planted = sum(({ planted }) => planted);
  return [
    atMost({
      name: "critics on a plan of 1,000 slices",
      value: rounded(median(times), 0),
      unit: "ms",
      reach: 200,
      how: `median of ${RUNS}; a tree of ${facts.files.length} files, ${criticise(slices, facts).length} findings; the first one ${(times[0] ?? 0).toFixed(0)} ms`,
    }),
    atLeast({
      name: "faults found in planted plans",
      value: sum(({ found }) => found),
      unit: `of ${planted}`,
      reach: planted,
      how: `${plans} plans, ${clean} of them clean; npm run bench:plans prints each critic`,
    }),
    atMost({
      name: "false alarms in planted plans",
      value: sum(({ falseAlarms }) => falseAlarms),
      unit: "",
      reach: 0,
      how: "findings that no plan was written for",
    }),
  ];
}
