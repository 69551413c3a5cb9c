/** The command line, read strictly: an unknown word or flag is refused with what is known. */
import { parseArgs } from "node:util";
import { Autonomy } from "../core/order.ts";

export const COMMANDS = {
  init: "init                        begin .slicewise/rules.md from what the project is (--no-try; --print)",
  plan: 'plan "GOAL"                 plan an order and stop at the plan gate (--complete ORDER: one that was begun by hand)',
  run: "run ORDER                   run until done, or until a person is needed",
  models: "models                      the ladder: prices, efforts, roles, and where each fact is from",
  status: "status                      list the orders of the workspace",
  show: "show ORDER [SLICE]          plan, states, verdicts and cost",
  approve: "approve ORDER [SLICE …]     approve the plan, or slices (--all: all that passed)",
  ask: 'ask ORDER "WORDS"           ask the planner to change what is left of the plan',
  reject:
    "reject ORDER [SLICE]        reject a slice, or discard the plan (--reason TEXT; --replan: the plan is wrong)",
  verify: "verify ORDER SLICE          verify what a slice made once more, without a new attempt",
  rerun: "rerun ORDER SLICE           rerun a slice one tier higher (--on PROVIDER/MODEL@EFFORT)",
  route:
    "route ORDER SLICE ROUTE     change a route: auto or PROVIDER/MODEL@EFFORT (--explain, without ROUTE: why it is as it is)",
  "replay-routes":
    "replay-routes LOG           make every routing decision of an order again (its id, or a log file); exit 1 when one differs",
  drop: "drop ORDER SLICE            take a slice out of the order (--reason TEXT)",
  retry: "retry ORDER SLICE           try a stuck or conflicting slice again",
  revert: "revert ORDER SLICE          take a landed slice back out",
  brief: "brief ORDER SLICE           print the briefing, for any other agent",
  "verify-log": "verify-log ORDER            show that nothing in the log was altered",
  report: "report [ORDER]              print an order's report, or money and MTBI of all orders by week",
  serve: "serve [ORDER]               speak the sidebar's messages as JSON lines",
} as const;
export type CommandName = keyof typeof COMMANDS;

export const USAGE = `slicewise: plan once, run bounded slices, verify by evidence

${Object.values(COMMANDS)
  .map((line) => `  slicewise ${line}`)
  .join("\n")}

  --workspace DIR       the folder to work in (default: here)
  --json                JSON lines instead of text
  --autonomy A          review | supervised | full
  --land L              branch (default) | workspace: also write into the working tree
  --budget N            let the order spend N dollars in all, this time
  --allow-commands      run commands that neither a check nor the settings name
  --no-sandbox          do not confine what is run   --network  let it reach the network
  --help  --version

ORDER is an id, a unique part of it, or its folder.
Exit status: 0 done, 1 stuck or waiting for a person, 2 bad arguments or files, 130 stopped.
`;

export type Args = {
  command: CommandName;
  words: string[];
  workspace: string;
  json: boolean;
  autonomy: Autonomy | null;
  /** Dollars. */
  budget: number | null;
  land: "branch" | "workspace";
  allowCommands: boolean;
  noSandbox: boolean;
  network: boolean;
  all: boolean;
  complete: boolean;
  reason: string;
  replan: boolean;
  noTry: boolean;
  print: boolean;
  on: string | null;
  explain: boolean;
};
export type ParsedArgs = { args: Args } | { print: "usage" | "version" } | { wrong: string };

const OPTIONS = {
  workspace: { type: "string", default: "." },
  json: { type: "boolean", default: false },
  autonomy: { type: "string" },
  land: { type: "string", default: "branch" },
  budget: { type: "string" },
  "allow-commands": { type: "boolean", default: false },
  "no-sandbox": { type: "boolean", default: false },
  network: { type: "boolean", default: false },
  all: { type: "boolean", default: false },
  complete: { type: "boolean", default: false },
  reason: { type: "string", default: "" },
  replan: { type: "boolean", default: false },
  "no-try": { type: "boolean", default: false },
  print: { type: "boolean", default: false },
  on: { type: "string" },
  explain: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

export function readArgs(argv: readonly string[]): ParsedArgs {
  const parsed = parse(argv);
  if ("wrong" in parsed) return parsed;
  const { values, positionals } = parsed;
  if (values.version) return { print: "version" };
  const [command, ...words] = positionals;
  if (values.help || command === undefined || command === "help") return { print: "usage" };
  if (!Object.hasOwn(COMMANDS, command))
    return { wrong: `there is no command "${command}". There are: ${Object.keys(COMMANDS).join(", ")}.` };
  const autonomy = values.autonomy === undefined ? null : Autonomy.safeParse(values.autonomy);
  if (autonomy && !autonomy.success)
    return { wrong: `--autonomy is "${values.autonomy}": it must be review, supervised or full.` };
  const { land } = values;
  if (land !== "branch" && land !== "workspace")
    return { wrong: `--land is "${land}": it must be branch or workspace.` };
  const budget = values.budget === undefined ? null : Number(values.budget);
  if (budget !== null && !(budget > 0 && Number.isFinite(budget)))
    return { wrong: `--budget is "${values.budget}": it must be a sum in dollars, such as 2.50.` };
  return {
    args: {
      command: command as CommandName,
      words,
      land,
      budget,
      workspace: values.workspace,
      json: values.json,
      autonomy: autonomy?.data ?? null,
      allowCommands: values["allow-commands"],
      noSandbox: values["no-sandbox"],
      network: values.network,
      all: values.all,
      complete: values.complete,
      reason: values.reason,
      replan: values.replan,
      noTry: values["no-try"],
      print: values.print,
      on: values.on ?? null,
      explain: values.explain,
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}
