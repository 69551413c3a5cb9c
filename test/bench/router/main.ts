/** The words of `npm run bench:router`: arguments in, text or JSON out. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { POLICIES } from "../../../src/core/settings.ts";
import { type Line, type Notes, type Options, type Report, bench } from "./bench.ts";
import { Unusable, parseCsv, readTable } from "./table.ts";
import { tables } from "./tables.ts";

const USAGE =
  'npm run bench:router -- FILE.csv [--fa 0.05] [--fr 0.05] [--models "a,b,c"] [--suite NAME] [--seed N] [--replays N] [--second-check] [--json]\nnpm run bench:router -- --tables (many generated ones)';

const WORDS = {
  fa: { type: "string", default: "0.05" },
  fr: { type: "string", default: "0.05" },
  models: { type: "string" },
  suite: { type: "string" },
  seed: { type: "string", default: "1" },
  replays: { type: "string", default: "5" },
  "second-check": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

function numberOf(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= low && value <= high))
    throw new Unusable(`--${name} is "${text}"; it must be a number from ${low} to ${high}`);
  return value;
}

function readArguments(args: readonly string[]): { file: string; json: boolean; options: Options } {
  let read: ReturnType<typeof parseArgs<{ options: typeof WORDS; allowPositionals: true }>>;
  try {
    read = parseArgs({ args: [...args], options: WORDS, allowPositionals: true });
  } catch (error) {
    throw new Unusable(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const { values, positionals } = read;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new Unusable(`one table of outcomes is wanted\n${USAGE}`);
  const models =
    values.models === undefined ? null : (parseCsv(values.models)[0] ?? []).map((name) => name.trim());
  return {
    file,
    json: values.json,
    options: {
      fa: numberOf("fa", values.fa, 0, 0.49),
      fr: numberOf("fr", values.fr, 0, 0.49),
      models: models && models.filter((name) => name !== ""),
      suite: values.suite ?? null,
      seed: Math.round(numberOf("seed", values.seed, 0, 2 ** 31)),
      replays: Math.round(numberOf("replays", values.replays, 1, 100)),
      secondCheck: values["second-check"],
      policies: POLICIES,
    },
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Unusable(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const ratio = (value: number | null): string => (value === null ? "unknown" : value.toFixed(2));

const row = ({ policy, resolved, low, high, silentWrong, costRatio, attempts }: Line): string =>
  [
    percent(resolved).padStart(7),
    `[${percent(low)}, ${percent(high)}]`.padEnd(17),
    percent(silentWrong).padStart(7),
    ratio(costRatio).padStart(8),
    attempts.toFixed(2).padStart(8),
    ` ${policy}`,
  ].join("  ");

function told({ bestSingle, oracle, policies }: Report, notes: Notes): string {
  const { calibration } = notes;
  return [
    `ladder, from ${notes.set}: ${notes.ladder.join(" < ")}`,
    `${notes.scored} instances scored`,
    `best single model  ${percent(bestSingle.resolved)} at ${bestSingle.cost === null ? "unknown cost" : `$${bestSingle.cost.toFixed(3)} an instance`}: ${bestSingle.model}`,
    `oracle             ${percent(oracle.resolved)} at ${ratio(oracle.costRatio)} of its cost`,
    "",
    "resolved  [95 % bootstrap]     wrong      cost  attempts  policy",
    ...policies.map(row),
    "",
    ...notes.routes.map(([route, share]) => `balanced went ${percent(share).padStart(6)}  ${route}`),
    ...(calibration
      ? [
          `predicted cost: ${percent(calibration.inside)} of instances within the 80 % interval, spent/predicted ${calibration.ratio.toFixed(2)}`,
        ]
      : []),
    "",
  ].join("\n");
}

/** Exit status 0, or 2 with words on standard error when the file or the arguments cannot be used. */
export function main(args: readonly string[]): number {
  try {
    if (args.length === 1 && args[0] === "--tables") {
      tables((line) => process.stdout.write(`${line}\n`));
      return 0;
    }
    const { file, json, options } = readArguments(args);
    const { report, notes } = bench(readTable(textOf(file)), options);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : told(report, notes));
    return 0;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    process.stderr.write(`bench:router: ${error.message}\n`);
    return 2;
  }
}
