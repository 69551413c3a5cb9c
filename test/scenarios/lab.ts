/**
 * A whole Slicewise without an editor: a real folder, a real git, real commands, the real engine; only the models answer
 * from a script. Scenarios read the log it leaves.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Host, type Opened, openOrder } from "../../src/compose.ts";
import type { Entry, EventOf } from "../../src/core/event.ts";
import { layered } from "../../src/core/settings.ts";
import {
  type Reply,
  type Script,
  type ScriptCall,
  type ScriptRequest,
  scripted,
} from "../../src/providers/scripted.ts";

export const ORDER = "2026-11-21-lab";

/** What an executor answers: by task and attempt, one reply a turn. A function sees the request. */
export type Turn = Reply | ((request: ScriptRequest) => Reply);
export type Tasks = Record<string, Turn[][]>;

export const call = (name: string, args: Record<string, unknown>): ScriptCall => ({ name, args });
export const write = (path: string, text: string): Reply => ({ calls: [call("write", { path, text })] });
export const finish = (done = "done", blocked: string | null = null): Reply => ({
  calls: [call("finish", { done, learned: "", blocked })],
});
/** Write one file and report. */
export const writes = (path: string, text: string): Turn[] => [write(path, text), finish()];

/** What the planner answers: to the goal, and to each request for an amendment in turn, the last one again and again. */
export type Planning = { plan?: Turn[]; amend?: Turn[][] };
/** What reviewers and adversaries answer, one after the other over the whole order. */
export type Reviewing = { reviews?: Turn[]; attacks?: Turn[] };

export function script(
  tasks: Tasks,
  { plan = [], amend = [], reviews = [], attacks = [] }: Planning & Reviewing = {},
  seen: ScriptRequest[] = [],
) {
  let amendments = 0;
  const judging: Record<string, Turn[]> = { review: [...reviews], attack: [...attacks] };
  const planner = (told: string, turn: number): Turn[] | undefined => {
    if (!told.includes("# Why the plan is doubted")) return plan;
    if (turn === 0) amendments += 1;
    return amend[Math.min(amendments, amend.length) - 1];
  };
  return (request: ScriptRequest): Reply => {
    seen.push(request);
    const turn = request.messages.filter(({ role }) => role === "assistant").length;
    const told = request.messages
      .filter(({ role }) => role === "user")
      .map(({ text }) => text)
      .join("\n");
    const id = /^# Task (\S+):/m.exec(told)?.[1] ?? "";
    const tried = told.match(/^Attempt \d+ \(/gm)?.length ?? 0;
    const turns = request.toolNames.includes("propose_plan") ? planner(told, turn) : (tasks[id] ?? [])[tried];
    const reply = request.output === null ? turns?.[turn] : judging[request.output]?.shift();
    if (!reply)
      return { status: 400, message: `no reply for task ${id}, try ${tried + 1}, turn ${turn + 1}` };
    return typeof reply === "function" ? reply(request) : reply;
  };
}

/** The ladder of every scenario: haiku takes efforts, so climbing raises effort first. */
export const LADDER = [
  { provider: "lab", model: "claude-haiku-5-5", effort: "low" },
  { provider: "lab", model: "claude-sonnet-5-5", effort: "medium" },
  { provider: "lab", model: "claude-opus-5-5", effort: "high" },
];

export type Task = { id: string; keys?: Record<string, unknown>; body?: string };

export function taskText({ id, keys = {}, body = "Do it." }: Task): string {
  const all = {
    id,
    title: `Task ${id}`,
    class: "C1",
    writes: [`src/${id}.txt`],
    checks: [{ run: `grep -q good src/${id}.txt`, before: "fail" }],
    ...keys,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join("\n")}\n---\n${body}\n`;
}

export type Setting = {
  files?: Record<string, string>;
  tasks?: Task[];
  goal?: string;
  settings?: Record<string, unknown>;
  models?: Tasks;
  git?: boolean;
} & Planning &
  Reviewing;

export type Lab = {
  root: string;
  seen: ScriptRequest[];
  host(more?: Partial<Host>): Host;
  open(more?: Partial<Host>): Promise<Opened>;
  /** Opens, runs until a person is needed, closes; the entries of the log so far. */
  run(more?: Partial<Host>, during?: (opened: Opened) => Promise<void>): Promise<Entry[]>;
  log(): Entry[];
  git(...args: string[]): string;
  put(path: string, text: string): void;
  text(path: string): string;
  /** A file on the order's branch. */
  landed(path: string): string;
};

export function makeLab(setting: Setting): Lab {
  const home = mkdtempSync(join(tmpdir(), "slicewise-lab-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const root = join(home, "ws");
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  for (const [path, text] of Object.entries({ "README.md": "lab\n", ...setting.files })) put(path, text);
  if (setting.git !== false) {
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("-c", "user.name=Lab", "-c", "user.email=lab@localhost", "commit", "-qm", "start");
  }
  put(`.slicewise/orders/${ORDER}/order.md`, `${setting.goal ?? "Make it good"}\n`);
  for (const task of setting.tasks ?? [])
    put(`.slicewise/orders/${ORDER}/tasks/${task.id}-task.md`, taskText(task));
  const seen: ScriptRequest[] = [];
  const answers = script(setting.models ?? {}, setting, seen);
  const host = (more: Partial<Host> = {}): Host => hostOf(home, root, setting, answers, more);
  const log = (): Entry[] =>
    readFileSync(join(root, `.slicewise/orders/${ORDER}/log.jsonl`), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line) as Entry);
  const open = (more?: Partial<Host>): Promise<Opened> => openOrder(host(more), ORDER);
  return {
    root,
    seen,
    host,
    open,
    log,
    git,
    put,
    run: async (more, during = () => Promise.resolve()) => {
      const opened = await open(more);
      try {
        await opened.engine.idle();
        await during(opened);
        await opened.engine.idle();
      } finally {
        await opened.close();
      }
      return log();
    },
    text: (path) => readFileSync(join(root, path), "utf8"),
    landed: (path) => git("show", `slicewise/${ORDER}:${path}`),
  };
}

function hostOf(home: string, root: string, setting: Setting, answers: Script, more: Partial<Host>): Host {
  const wanted = {
    tiers: LADDER,
    // Who has no answers for a planner has none.
    planner: setting.plan || setting.amend ? LADDER[2] : null,
    providers: { lab: { kind: "anthropic" } },
    autonomy: "full",
    ...setting.settings,
  };
  const settings = layered([wanted]);
  if ("problems" in settings) throw new Error(JSON.stringify(settings.problems));
  const lab = scripted({ id: "lab", script: answers, retries: 0 });
  return {
    workspaceRoot: root,
    storage: join(home, "storage"),
    settings: settings.settings,
    keys: new Map(),
    strangeCommands: "refuse",
    landInto: "branch",
    watch: () => undefined,
    extraProviders: new Map([["lab", lab]]),
    ...more,
  };
}

/** Sends a command that must be taken. */
export async function send(opened: Opened, command: Parameters<Opened["engine"]["send"]>[0]): Promise<void> {
  expect(await opened.engine.send(command)).toBeNull();
}

export const last = <T extends Entry["type"]>(log: readonly Entry[], type: T): EventOf<T> | undefined =>
  log.findLast((entry): entry is Entry & EventOf<T> => entry.type === type);

/** The log as a story: one line an event, without what differs from run to run. */
export function story(entries: readonly Entry[]): string {
  return `${entries.map(line).join("\n")}\n`;
}

function line(entry: Entry): string {
  const who = "slice" in entry && entry.slice !== null ? ` ${entry.slice}` : "";
  return `${entry.type}${who}${detail(entry)}`;
}

const functions = (all: Readonly<Record<string, string>> = {}): string =>
  Object.keys(all)
    .map((path) => ` ${path}`)
    .join("");

function detail(entry: Entry): string {
  switch (entry.type) {
    case "attempted":
      return ` ${entry.attempt}.${entry.round} ${entry.tier.model}@${entry.tier.effort}`;
    case "routed":
      return ` ${entry.by}: ${entry.route.tier.model}@${entry.route.tier.effort}`;
    case "called":
      return ` ${entry.role}`;
    case "judged":
      return ` ${entry.verdict.result}${entry.verdict.strong ? " strong" : ""}: ${entry.verdict.evidence
        .filter(({ kind, result }) => kind !== "guard" || result !== "pass")
        .map(({ name, before, result }) => `${name} ${before ?? "-"}>${result}`)
        .join("; ")}`;
    case "faulted":
      return ` ${entry.during} ${entry.fault.kind}`;
    case "refused":
      return ` ${entry.tool} ${entry.what}`;
    case "produced":
      return ` ${entry.patch.map(({ path, added, removed }) => `${path} +${added} -${removed}`).join(", ")}`;
    case "approved":
    case "rejected":
    case "planApproved":
      return ` by ${entry.by}`;
    case "planned":
      return ` by ${entry.by}: ${entry.slices.map(({ slice }) => slice.id).join(" ")}${functions(entry.functions)}`;
    case "amended":
      return ` by ${entry.by}:${entry.changed.map(({ slice }) => ` ${slice.id}`).join("")}${entry.dropped.map(({ slice }) => ` -${slice}`).join("")}${functions(entry.functions)}`;
    case "criticised":
      return [
        ...(entry.tried ?? []).map(({ command, result }) => ` (${command} ${result})`),
        ...entry.findings.map(({ severity, critic }) => ` ${severity}:${critic}`),
      ].join("");
    case "replanAsked":
      return ` by ${entry.by}: ${entry.reason.kind}${entry.reason.slice === null ? "" : ` ${entry.reason.slice}`}`;
    case "drifted":
      return ` ${entry.files.map(({ path, now }) => `${path}${now === null ? " gone" : ""}`).join(", ")}`;
    case "stuck":
      return ` ${"kind" in entry.why ? entry.why.kind : entry.why.result}`;
    case "conflicted":
      return ` ${entry.paths.join(", ")}`;
    case "ended":
      return ` ${entry.result}`;
    default:
      return "";
  }
}
