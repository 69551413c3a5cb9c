/** The words of `npm run bench:verifier`: arguments in, text or JSON out. */
import { parseArgs } from "node:util";
import { suiteFolder, whyNoSuite } from "../../polyglot/suite.ts";
import { seeded } from "../router/generate.ts";
import { Unusable } from "../router/table.ts";
import { type Case, KINDS, makeCases } from "./cases.ts";
import { Bench, type Outcome } from "./judge.ts";
import { type Project, cacheFolder, hash, readProjects } from "./projects.ts";
import { json, report, told } from "./report.ts";
import { STATED } from "./reviewer.ts";
import { shuffled } from "./tests.ts";

const USAGE = "npm run bench:verifier -- [--only KIND] [--limit N] [--seed N] [--json]";
const WORDS = {
  only: { type: "string" },
  limit: { type: "string" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
} as const;

export type Options = { only: string | null; limit: number | null; seed: number; json: boolean };

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Unusable(`--${name} is "${text}"; it must be a whole number`);
  return Number(text);
}

export function readArguments(args: readonly string[]): Options {
  let read: ReturnType<typeof parseArgs<{ options: typeof WORDS }>>;
  try {
    read = parseArgs({ args: [...args], options: WORDS });
  } catch (error) {
    throw new Unusable(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const { only, limit, seed, json: wantsJson } = read.values;
  if (only !== undefined && !KINDS.some((kind) => kind === only))
    throw new Unusable(`--only is "${only}"; kinds are ${KINDS.join(", ")}`);
  return {
    only: only ?? null,
    limit: limit === undefined ? null : wholeNumber("limit", limit),
    seed: wholeNumber("seed", seed),
    json: wantsJson,
  };
}

/** Those that are asked for; of more than the limit a sample by seed, in the order they stood. */
export function chosen(cases: readonly Case[], { only, limit, seed }: Options): Case[] {
  const mine = cases.filter(({ kind }) => only === null || kind === only);
  if (limit === null || limit >= mine.length) return mine;
  const sample = new Set(shuffled(mine, seeded(hash(`${seed}:sample`))).slice(0, limit));
  return mine.filter((one) => sample.has(one));
}

/** Projects beside each other, two at a time, as the machine has cores; the cases of one after each other. */
export async function judgeAll(
  projects: readonly Project[],
  cases: readonly Case[],
  seed: number,
  progress: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<Case, Outcome>();
  const queue = projects.filter(({ name }) => cases.some(({ project }) => project === name));
  const worker = async (): Promise<void> => {
    for (let project = queue.shift(); project; project = queue.shift()) {
      const bench = new Bench(project);
      try {
        await bench.open(STATED, seed);
        for (const one of cases.filter((each) => each.project === project?.name)) {
          outcomes.set(one, await bench.judge(one));
          progress(outcomes.size);
        }
      } finally {
        await bench.close();
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return cases.flatMap((one) => outcomes.get(one) ?? []);
}

export async function run(root: string, options: Options): Promise<string> {
  const missing = whyNoSuite(root);
  if (missing)
    process.stderr.write(
      `The exercises are left out, so there are fewer cases: ${suiteFolder(root)} holds no suite. Name its folder in SLICEWISE_SUITE.\n`,
    );
  const projects = readProjects(root, options.seed, missing === null);
  const say = (words: string): void => void process.stderr.write(words);
  say(`Making cases from ${projects.length} projects (minutes at the first time, then from a cache)…\n`);
  const cases = chosen(await makeCases(projects, options.seed, cacheFolder(root)), options);
  const outcomes = await judgeAll(projects, cases, options.seed, (done) => {
    if (done % 25 === 0) say(`${done} of ${cases.length} judged\n`);
  });
  const made = report(outcomes);
  return options.json ? `${json(made)}\n` : told(made);
}

/** Exit status 0, or 2 with words on standard error when the arguments cannot be used. */
export async function main(root: string, args: readonly string[]): Promise<number> {
  try {
    process.stdout.write(await run(root, readArguments(args)));
    return 0;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    process.stderr.write(`bench:verifier: ${error.message}\n`);
    return 2;
  }
}
