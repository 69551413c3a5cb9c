/** Cases before the real verifier: a world as the hosts compose it, with a real repository, real copies and real commands. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Opened, openOrder } from "../../../src/compose.ts";
import { connect } from "../../../src/connect.ts";
import { fold } from "../../../src/core/apply.ts";
import type { Entry, Event } from "../../../src/core/event.ts";
import type { Evidence, Patch, Slice, Tier, Usage } from "../../../src/core/order.ts";
import { lineCounts } from "../../../src/core/patch.ts";
import { type Settings, layered } from "../../../src/core/settings.ts";
import type { WorkOrder } from "../../../src/core/state.ts";
import type { Panel } from "../../../src/core/reviewer.ts";
import type { Performing } from "../../../src/engine/performer.ts";
import type { Snapshot } from "../../../src/engine/ports.ts";
import { routingOf } from "../../../src/engine/predict.ts";
import { verify } from "../../../src/engine/verify/verify.ts";
import { scripted } from "../../../src/providers/scripted.ts";
import type { Case } from "./cases.ts";
import { plannedFunction } from "./planned.ts";
import type { Project, Task } from "./projects.ts";
import { type Quality, reviewerScript } from "./reviewer.ts";
import { baseFiles, put } from "./truth.ts";

const ORDER = "bench";
const VENDORS = ["anthropic", "openai"];
/** No key of anybody: the vendors' places are taken by the script. */
const KEYS = new Map(VENDORS.map((id) => [id, `no-key-for-${id}`]));
const HOME = connect(settingsOf({}), KEYS, {});
/** The ladder of somebody who has keys for both. */
export const LADDER = HOME.ladder;
/** What the product chooses reviewers by, for that ladder. */
export const PANEL: Panel = {
  tiers: LADDER,
  reviewers: HOME.reviewers,
  routing: routingOf(HOME.catalogue, "balanced", { tiers: LADDER, reviewers: HOME.reviewers }),
};
/** Of every slice of the bench. */
export const CLASS = "C2";
/** Who wrote the patches, a rung in the middle; the reviewer is whom the product chooses for that author. */
export const AUTHOR: Tier = LADDER[Math.floor(LADDER.length / 2)] ?? missing();
function missing(): never {
  throw new Error("the product has no default ladder");
}
/** Of one run of a check; long, because the machine may have other work. */
const CHECK_SECONDS = 120;

function settingsOf(own: Record<string, unknown>): Settings {
  const read = layered([own]);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

/** What came of a case: the evidence as the verifier found it, and the tokens of its model calls. */
export type Outcome = { case: Case; evidence: Evidence[]; calls: Usage[] };

export class Bench {
  private readonly home = mkdtempSync(join(tmpdir(), "slicewise-verifier-"));
  private readonly bases = new Map<string, Promise<Snapshot>>();
  private readonly functions = new Set<string>();
  private now: Case | null = null;
  private opened: Opened | null = null;
  private readonly project: Project;

  constructor(project: Project) {
    this.project = project;
  }

  private get root(): string {
    return join(this.home, "ws");
  }

  /** Makes the project's repository, with an order whose verification functions are frozen in it. */
  async open(quality: Quality, seed: number): Promise<void> {
    const { project, root } = this;
    put(root, baseFiles(project));
    symlinkSync(project.packages, join(root, "node_modules"));
    const git = (...args: string[]): void => void execFileSync("git", args, { cwd: root, stdio: "ignore" });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-qm", project.name);
    const order = `.slicewise/orders/${ORDER}`;
    put(root, { [`${order}/order.md`]: "Make it right.\n" });
    for (const task of project.tasks) {
      const code = plannedFunction(task.title, task.tests);
      if (code !== null) {
        this.functions.add(task.id);
        put(root, { [`${order}/${functionOf(task)}`]: code });
      }
      put(root, { [`${order}/tasks/${task.id}.md`]: taskText(task) });
    }
    this.opened = await openOrder(this.host(quality, seed), ORDER);
  }

  private host(quality: Quality, seed: number): Parameters<typeof openOrder>[0] {
    const script = reviewerScript(
      () => {
        if (!this.now) throw new Error("the reviewer is asked about no case");
        return this.now;
      },
      quality,
      seed,
    );
    return {
      workspaceRoot: this.root,
      storage: join(this.home, "storage"),
      settings: settingsOf({ limits: { checkSeconds: CHECK_SECONDS } }),
      keys: KEYS,
      strangeCommands: "refuse",
      landInto: "branch",
      watch: () => undefined,
      // Nothing is started: the bench calls the verifier itself.
      steps: new Set(),
      extraProviders: new Map(VENDORS.map((id) => [id, scripted({ id, script, retries: 0 })])),
    };
  }

  async judge(one: Case): Promise<Outcome> {
    const task = this.project.tasks.find(({ id }) => id === one.task);
    if (!this.opened || !task) throw new Error(`${one.name}: no project was opened for it`);
    const { world, engine } = this.opened;
    this.now = one;
    const base = await this.baseOf(task, one);
    const patch = await this.patchOf(task, one);
    const order = orderOf(engine.order(), sliceOf(task, one, this.functions.has(task.id)), base, patch);
    const calls: Usage[] = [];
    const run: Performing = {
      world,
      order: () => order,
      record: async (event) => {
        if (event.type === "called") calls.push(event.usage);
        return { ...event, seq: 0, at: world.clock.now() };
      },
      until: () => Promise.resolve(),
      reserve: () => Promise.resolve({ release: () => undefined }),
    };
    const step = { do: "verify", slice: task.id, attempt: 1, round: 0, patch } as const;
    const events = await verify(step, run, new AbortController().signal);
    const judged = events.find((event) => event.type === "judged");
    if (!judged) throw new Error(`${one.name}: the verifier gave no verdict`);
    return { case: one, evidence: judged.verdict.evidence, calls };
  }

  private baseOf(task: Task, { base }: Case): Promise<Snapshot> {
    const key = `${task.id}\n${base}`;
    const known = this.bases.get(key);
    if (known) return known;
    const made = this.snapshot(task, base);
    this.bases.set(key, made);
    return made;
  }

  private async snapshot(task: Task, base: string): Promise<Snapshot> {
    if (!this.opened) throw new Error("not open");
    const { world } = this.opened;
    const after = await world.blobs.putBytes(Buffer.from(base));
    const overlay = [{ path: task.source, after, mode: "100644" as const }];
    return world.repo.snapshot(overlay, new AbortController().signal);
  }

  private async patchOf(task: Task, { base, files }: Case): Promise<Patch> {
    if (!this.opened) throw new Error("not open");
    const { blobs } = this.opened.world;
    const before: Record<string, string> = { ...baseFiles(this.project), [task.source]: base };
    const patch: Patch = [];
    for (const [path, text] of Object.entries(files)) {
      const old = before[path] ?? null;
      if (old === text) continue;
      patch.push({
        path,
        before: old === null ? null : await blobs.putBytes(Buffer.from(old)),
        after: text === null ? null : await blobs.putBytes(Buffer.from(text)),
        mode: "100644",
        ...lineCounts(old, text),
      });
    }
    return patch;
  }

  async close(): Promise<void> {
    await this.opened?.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

const functionOf = ({ id }: Task): string => `checks/${id}.mjs`;

const CRITERION = "It does what the task asks, for every input, and takes no test away.";

function sliceOf(task: Task, { base, writes }: Case, hasFunction: boolean): Slice {
  const keeps = base === task.reference;
  return {
    id: task.id,
    title: task.title,
    class: CLASS,
    needs: [],
    reads: task.tests.flatMap(({ path, visible }) => (visible === null ? [] : [path])),
    writes: [...writes],
    consumes: [],
    produces: [],
    minutes: 30,
    route: "auto",
    checks: [
      { run: task.command, before: keeps ? "pass" : "fail" },
      ...(hasFunction ? [{ script: functionOf(task) }] : []),
      { expect: CRITERION },
    ],
    body: `${task.title} in \`${task.source}\`. All its tests must pass.`,
  };
}

const taskText = ({ id, title, source, command }: Task): string =>
  `---\nid: ${id}\ntitle: ${title}\nclass: C2\nwrites: [${source}]\nchecks:\n  - run: ${JSON.stringify(command)}\n---\n${title}.\n`;

/** The order as it stands when an attempt's patch waits for its verdict. */
function orderOf(opened: WorkOrder, slice: Slice, base: Snapshot, patch: Patch): WorkOrder {
  const { config, functions } = opened;
  if (!config) throw new Error("the order is not configured");
  const route = { tier: AUTHOR, why: "", predicted: null };
  const sha = "0".repeat(64);
  const events: Event[] = [
    { type: "opened", goal: "Make it right." },
    { type: "configured", config },
    {
      type: "planned",
      slices: [{ slice, hash: sha }],
      stamp: { commit: null, files: {} },
      by: "file",
      functions: { ...functions },
    },
    { type: "planApproved", by: "user" },
    { type: "routed", slice: slice.id, attempt: 1, route, by: "router" },
    { type: "attempted", slice: slice.id, attempt: 1, round: 0, tier: AUTHOR, briefing: sha, base: base.id },
    {
      type: "produced",
      ...{ slice: slice.id, attempt: 1, round: 0, patch, transcript: sha, ms: 0 },
      report: { done: "Done.", learned: "", blocked: null },
    },
  ];
  const at = (seq: number): string => new Date(1_764_288_000_000 + seq * 1000).toISOString();
  const entries = events.map((event, seq): Entry => ({ ...event, seq: seq + 1, at: at(seq) }));
  return fold(ORDER, entries);
}
