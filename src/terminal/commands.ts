/** The headless commands: each opens what it needs, does its one thing, and answers with an exit status. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type Opened,
  APP,
  createOrder,
  findOrder,
  openOrder,
  peek,
  peekRouted,
  peekView,
} from "../compose.ts";
import type { Command } from "../core/event.ts";
import { blocking } from "../core/next.ts";
import { RouteChoice, parseTier } from "../core/order.ts";
import { replayRoutes } from "../core/replay.ts";
import { type Step, sliceOf } from "../core/state.ts";
import { reportText } from "../engine/report.ts";
import { readLog, verifyLog } from "../node/log.ts";
import { orderPaths } from "../node/orders.ts";
import { listing, overview } from "../overview.ts";
import type { Args, CommandName } from "./args.ts";
import { briefingText } from "./brief.ts";
import { type Status, type Terminal, hostFor, rootOf, settingsFor, usageError } from "./host.ts";
import { init } from "./init.ts";
import { models } from "./models.ts";
import { nextActs, orderText, plain, sliceText, statusLines } from "./print.ts";
import { explained, explanationText, replayText } from "./routeText.ts";
import { overviewText } from "./overviewText.ts";
import { serve } from "./serve.ts";

const DONE: Status = 0;
const WAITING: Status = 1;
const BAD: Status = 2;
const STOPPED: Status = 130;

type Run = (args: Args, terminal: Terminal) => Promise<Status>;

async function orderOf(args: Args): Promise<{ root: string; id: string }> {
  const root = await rootOf(args);
  const word = args.words[0];
  if (word === undefined) throw usageError(`${args.command} needs an ORDER. See: slicewise status`);
  const found = await findOrder(root, word);
  if ("error" in found) throw usageError(found.error);
  return { root, id: found.id };
}

async function logOf(args: Args): Promise<string> {
  const { root, id } = await orderOf(args);
  return orderPaths(root, id).log;
}

function sliceWord(args: Args): string {
  const slice = args.words[1];
  if (slice === undefined)
    throw usageError(`${args.command} needs a SLICE. See: slicewise show ${args.words[0] ?? "ORDER"}`);
  return slice;
}

const PLANNING: ReadonlySet<Step["do"]> = new Set(["plan", "criticise"]);
const ANSWERING: ReadonlySet<Step["do"]> = new Set(["criticise"]);

/** Runs the engine until nothing is left to do or a person is needed; Ctrl-C closes it in good order. */
async function work(opened: Opened, args: Args, terminal: Terminal): Promise<Status> {
  const stop = (): void => void opened.engine.close();
  terminal.signal.addEventListener("abort", stop);
  try {
    await opened.engine.idle();
    const broken = opened.engine.broken();
    if (broken) terminal.err(`${broken.message}\n`);
    const view = await opened.view();
    if (args.json) terminal.out(`${JSON.stringify({ type: "view", view })}\n`);
    else terminal.out(`\n${orderText(view)}\n${nextActs(view)}`);
    if (terminal.signal.aborted) return STOPPED;
    if (broken) return broken.kind === "disk" ? BAD : WAITING;
    if (args.command === "plan") return view.phase === "failed" ? WAITING : DONE;
    return view.phase === "ended" ? DONE : WAITING;
  } finally {
    terminal.signal.removeEventListener("abort", stop);
    await opened.close();
  }
}

const plan: Run = async (args, terminal) => {
  if (args.complete) return complete(args, terminal);
  const goal = args.words.join(" ").trim();
  if (goal === "") throw usageError('plan needs a goal: slicewise plan "Add a --limit flag"');
  const host = await hostFor(args, terminal);
  const { id, folder } = await createOrder(host.workspaceRoot, goal, new Date().toISOString().slice(0, 10));
  if (!args.json) terminal.out(`order    ${id}\n         ${folder}\n`);
  return work(await openOrder({ ...host, steps: PLANNING }, id), args, terminal);
};

/** The planner fills in what a person began: a scope, or tasks without checks. */
const complete: Run = async (args, terminal) => {
  const host = await hostFor(args, terminal);
  const { id } = await orderOf(args);
  const opened = await openOrder({ ...host, steps: PLANNING, drafts: "complete" }, id);
  const { planned, planFault } = opened.engine.order();
  if (planned) {
    await opened.close();
    throw usageError(`${id} has a plan already. Change its task files, or ask for changes of the plan.`);
  }
  if (planFault) await opened.engine.send({ do: "run" });
  return work(opened, args, terminal);
};

const run: Run = async (args, terminal) => {
  const host = await hostFor(args, terminal);
  const { id } = await orderOf(args);
  const opened = await openOrder(host, id);
  const order = opened.engine.order();
  if (order.halted || order.planFault || (order.approved && blocking(order))) {
    const refusal = await opened.engine.send({ do: "run" });
    if (refusal) terminal.err(`${refusal.refused}\n`);
  }
  return work(opened, args, terminal);
};

/** A command that only writes down an answer; the next run acts on it. */
async function answer(args: Args, terminal: Terminal, commands: (id: string) => Command[]): Promise<Status> {
  const host = await hostFor(args, terminal);
  const { id } = await orderOf(args);
  const opened = await openOrder({ ...host, steps: ANSWERING }, id);
  try {
    await opened.engine.idle();
    for (const command of commands(id)) {
      const refusal = await opened.engine.send(command);
      if (refusal) {
        terminal.err(`${refusal.refused}\n`);
        return BAD;
      }
    }
    await opened.engine.idle();
    const { ended, discarded } = opened.engine.order();
    const over = ended !== null || discarded !== null;
    if (!args.json) terminal.out(over ? "Done.\n" : `Noted. slicewise run ${id} goes on from here.\n`);
    return DONE;
  } finally {
    await opened.close();
  }
}

const approve: Run = (args, terminal) =>
  answer(args, terminal, () => {
    const slices = args.words.slice(1);
    if (args.all) return [{ do: "approveAll" }];
    return slices.length === 0 ? [{ do: "approvePlan" }] : slices.map((slice) => ({ do: "approve", slice }));
  });

const ask: Run = (args, terminal) => {
  const words = args.words.slice(1).join(" ").trim();
  if (words === "") throw usageError('ask needs words: slicewise ask ORDER "Split the second slice"');
  return answer(args, terminal, () => [{ do: "askChanges", words }]);
};

const reject: Run = (args, terminal) =>
  answer(args, terminal, () => {
    const slice = args.words[1];
    return [
      slice === undefined
        ? { do: "discard", reason: args.reason }
        : { do: "reject", slice, reason: args.reason, replan: args.replan },
    ];
  });

function routeWord(text: string | null | undefined): string {
  const route = RouteChoice.safeParse(text);
  if (!route.success)
    throw usageError(`"${text ?? ""}" is no route: it must be auto or PROVIDER/MODEL@EFFORT.`);
  return route.data;
}

const rerun: Run = (args, terminal) => {
  const tier = args.on === null ? null : parseTier(routeWord(args.on));
  return answer(args, terminal, () => [{ do: "rerun", slice: sliceWord(args), tier }]);
};
const route: Run = (args, terminal) => {
  if (args.explain) return explain(args, terminal);
  const wanted = routeWord(args.words[2]);
  return answer(args, terminal, () => [{ do: "reroute", slice: sliceWord(args), route: wanted }]);
};
/** Reads only: the last decision of the log, or what would be decided now. */
const explain: Run = async (args, terminal) => {
  const { root, id } = await orderOf(args);
  const wanted = sliceWord(args);
  const order = await peekRouted(root, id, await settingsFor(args, root), terminal.env);
  const state = sliceOf(order, wanted);
  if (!state) throw usageError(`there is no slice ${wanted} in ${id}.`);
  const found = explained(order, state);
  terminal.out(args.json ? `${JSON.stringify(found)}\n` : plain(explanationText(found)));
  return DONE;
};

const replayLog: Run = async (args, terminal) => {
  const word = args.words[0];
  if (word === undefined) throw usageError("replay-routes needs an ORDER or the path of a log.jsonl");
  const file = resolve(word);
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  const { header, entries } = await readLog(isFile ? file : await logOf(args));
  const replayed = replayRoutes(header?.order ?? "", entries);
  if (args.json) for (const one of replayed) terminal.out(`${JSON.stringify(one)}\n`);
  else terminal.out(plain(replayText(replayed)));
  return replayed.some(({ result }) => result === "differs") ? WAITING : DONE;
};

const drop: Run = (args, terminal) =>
  answer(args, terminal, () => [
    { do: "drop", slice: sliceWord(args), why: args.reason || "dropped by the user" },
  ]);
const verify: Run = (args, terminal) =>
  answer(args, terminal, () => [{ do: "verify", slice: sliceWord(args) }]);
const retry: Run = (args, terminal) =>
  answer(args, terminal, () => [{ do: "retry", slice: sliceWord(args) }]);
const revert: Run = (args, terminal) =>
  answer(args, terminal, () => [{ do: "revert", slice: sliceWord(args) }]);

const status: Run = async (args, terminal) => {
  const orders = (await listing(await rootOf(args))).map(({ order }) => order);
  if (args.json) for (const order of orders) terminal.out(`${JSON.stringify(order)}\n`);
  else terminal.out(statusLines(orders));
  return DONE;
};

const show: Run = async (args, terminal) => {
  const { root, id } = await orderOf(args);
  const view = await peekView(root, id, await settingsFor(args, root), terminal.env);
  const wanted = args.words[1];
  const slice = view.slices.find((one) => one.id === wanted);
  if (wanted !== undefined && !slice) throw usageError(`there is no slice ${wanted} in ${id}.`);
  const text = slice ? sliceText(slice) : `${orderText(view)}\n${nextActs(view)}`;
  terminal.out(args.json ? `${JSON.stringify(slice ?? view)}\n` : text);
  return DONE;
};

const brief: Run = async (args, terminal) => {
  const { root, id } = await orderOf(args);
  const slice = sliceWord(args);
  const text = await briefingText(
    { root, id, settings: await settingsFor(args, root), env: terminal.env },
    slice,
  );
  terminal.out(args.json ? `${JSON.stringify({ slice, briefing: text })}\n` : plain(`${text}\n`));
  return DONE;
};

const checkLog: Run = async (args, terminal) => {
  const { root, id } = await orderOf(args);
  const result = await verifyLog(orderPaths(root, id).log);
  if (args.json) terminal.out(`${JSON.stringify(result)}\n`);
  else
    terminal.out(
      result.ok ? `${result.lines} lines, unbroken.\n` : plain(`line ${result.line}: ${result.why}\n`),
    );
  return result.ok ? DONE : BAD;
};

/** Of all orders of the workspace. */
const reportAll: Run = async (args, terminal) => {
  const all = await overview(await rootOf(args));
  terminal.out(args.json ? `${JSON.stringify(all)}\n` : plain(overviewText(all)));
  return DONE;
};

const report: Run = async (args, terminal) => {
  if (args.words.length === 0) return reportAll(args, terminal);
  const { root, id } = await orderOf(args);
  const text = reportText(await peek(root, id));
  terminal.out(args.json ? `${JSON.stringify({ order: id, report: text })}\n` : plain(text));
  return DONE;
};

const RUNS: Record<CommandName, Run> = {
  init,
  plan,
  run,
  models,
  status,
  show,
  approve,
  ask,
  reject,
  rerun,
  route,
  drop,
  "replay-routes": replayLog,
  verify,
  retry,
  revert,
  brief,
  "verify-log": checkLog,
  report,
  serve,
};

export async function perform(args: Args, terminal: Terminal): Promise<Status> {
  return RUNS[args.command](args, terminal);
}

export const version = `slicewise ${APP}\n`;
