/** What both hosts compose alike: an order's lock, log, files, repository, providers and engine. Knows no editor. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { apply, fold } from "./core/apply.ts";
import type { Entry } from "./core/event.ts";
import type { Tier } from "./core/order.ts";
import type { Settings } from "./core/settings.ts";
import { phaseOf, type Step, type WorkOrder } from "./core/state.ts";
import { begin, isByHand, planByHand } from "./engine/begin.ts";
import { Engine } from "./engine/engine.ts";
import { faultError } from "./engine/performer.ts";
import type {
  Blobs,
  Catalogue,
  Day,
  Delta,
  Landing,
  Log,
  OrderFile,
  OrderFiles,
  OrderOnDisk,
  Provider,
  Tree,
  World,
} from "./engine/ports.ts";
import { expectedCost, expectedMs } from "./engine/predict.ts";
import { openBlobs } from "./node/blobs.ts";
import { openDay } from "./node/day.ts";
import { openCodeMap } from "./node/codeMap/codeMap.ts";
import { openLanding } from "./node/landing.ts";
import { takeLock } from "./node/lock.ts";
import { systemClock } from "./node/clock.ts";
import { openLog, readLog } from "./node/log.ts";
import { openOrderFiles, problemText } from "./node/orderFiles.ts";
import { listOrders as listIds, type OrderPaths, orderPaths, refuseLinks } from "./node/orders.ts";
import { openOtherOrders } from "./node/otherOrders.ts";
import { openProject } from "./node/project.ts";
import { makeRedact, secretsOf } from "./node/redact.ts";
import { type OpenRepo, openRepo } from "./node/repo.ts";
import { openFunctionRunner } from "./node/functionRunner.ts";
import { openSandbox } from "./node/sandbox.ts";
import { openShell } from "./node/shell.ts";
import { openTree } from "./node/tree.ts";
import { connect, secretsIn } from "./connect.ts";
import { configOf, rebudget, refine } from "./orderConfig.ts";
import { project } from "./protocol/project.ts";
import type { OrderView } from "./protocol/view.ts";

export { createOrder, findOrder } from "./node/orders.ts";

export const APP = "0.1.0";
const SWEEP_AFTER_MS = 10_000;

export type LandingParts = { blobs: Blobs; orderId: string; workspaceRoot: string; storage: string };
export type Host = {
  workspaceRoot: string;
  /** A private folder outside the workspace. */
  storage: string;
  settings: Settings;
  /** What the user asks for this time: it wins over what the order's own file says. */
  autonomy?: Settings["autonomy"];
  /** Dollars for the order, likewise. */
  budget?: number;
  /** Where this user's orders of all workspaces hold the day's budget; by default in `storage`. */
  days?: string;
  /** Provider id → key; without one the provider's usual environment variable is used. */
  keys: ReadonlyMap<string, string>;
  strangeCommands: World["strangeCommands"];
  landInto: "branch" | "workspace";
  /** An editor lands through its own buffers. */
  landing?(parts: LandingParts): Landing;
  /** The steps that may be started: all of them, unless the host only looks, plans or answers. */
  steps?: ReadonlySet<Step["do"]>;
  /** What task files without a plan are: a plan written by hand, or the beginning of one that the planner completes. */
  drafts?: "plan" | "complete";
  /** Path of a ripgrep binary; searches are slower without. */
  ripgrep?: string;
  watch(delta: Delta): void;
  logged?(entry: Entry): void;
  /** More providers by id: the labelled demo. */
  extraProviders?: ReadonlyMap<string, Provider>;
};

export type Opened = {
  engine: Engine;
  world: World;
  files: OrderFiles;
  blobs: Blobs;
  folder: string;
  orderId: string;
  logPath: string;
  ladder: Tier[];
  view(): Promise<OrderView>;
  /** Takes in the budgets of settings that were changed while it is open. */
  setBudget(settings: Settings): Promise<void>;
  close(): Promise<void>;
};

/** Broken order files, each with file, line and key. */
export type ProblemsError = Error & { problems: OrderFile[] };
const problemsError = (problems: OrderFile[]): ProblemsError =>
  Object.assign(new Error(problems.map(problemText).join("\n")), { problems });

/**
 * Takes the order's lock, loads its log strictly, takes in what its files say, and starts the engine. Rejects with
 * `problems` for broken files, or with a `fault` for a lock that is held, a bad log or a disk that refuses.
 */
export async function openOrder(host: Host, orderId: string): Promise<Opened> {
  const paths = orderPaths(host.workspaceRoot, orderId);
  await refuseLinks(host.workspaceRoot, orderId);
  const lease = await lockOrder(paths);
  try {
    return await openLocked(host, paths, lease);
  } catch (error) {
    await lease.release();
    throw error;
  }
}

type Lease = { lost(): string; release(): Promise<void> };

async function lockOrder(paths: OrderPaths): Promise<Lease> {
  let lost = "";
  const lock = await takeLock(paths.lock, { now: systemClock.now, onLost: (why) => void (lost = why) });
  if ("refused" in lock) throw faultError({ kind: "disk", message: lock.refused });
  return { lost: () => lost, release: lock.lease.release };
}

async function openLocked(host: Host, paths: OrderPaths, lease: Lease): Promise<Opened> {
  const redact = makeRedact([
    ...host.keys.values(),
    ...secretsOf(process.env),
    ...secretsIn(host.settings, process.env),
  ]);
  const files = openOrderFiles(host.workspaceRoot, paths.id);
  const disk = await files.read();
  const { now, awake } = systemClock;
  const log = await openLog(paths.log, { order: paths.id, app: APP, now, awake, redact });
  try {
    const settings = asked(merged(host.settings, disk), host);
    const { world, connected, repo } = worldOf(host, paths, {
      ...{ settings, files, redact, day: await dayFor(host, paths) },
      log: guarded(log, lease.lost, host.logged),
    });
    const config = configOf(settings, connected);
    const found = { loaded: fold(paths.id, log.entries), disk, config, cut: log.cut };
    const opening = { drafts: host.drafts ?? "plan", runs: host.steps?.has("execute") ?? true };
    const broken = disk.problems.filter(
      ({ path }) => isByHand(found, opening.drafts) || path.endsWith("order.md"),
    );
    if (broken.length > 0) throw problemsError(broken);
    const order = await begin(world, found, opening);
    const engine = new Engine(world, order, host.steps);
    connected.onListed(() => {
      refine(engine, settings, connected).catch(noted(world, "What a provider listed could not be taken in"));
    });
    sweepLater(world, repo);
    const close = async (): Promise<void> => {
      connected.hangUp();
      await engine.close();
      await world.codeMap.close();
      await world.day.close();
      await log.close();
      await lease.release();
    };
    const view = viewer(engine, files, world.catalogue);
    const { blobs } = world;
    return {
      engine,
      world,
      files,
      blobs,
      folder: paths.folder,
      orderId: paths.id,
      logPath: paths.log,
      ladder: config.tiers,
      setBudget: async (now) =>
        rebudget(engine, world.catalogue, asked(merged(now, await files.read()), host)),
      view,
      close,
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

type Made = Pick<World, "settings" | "files" | "redact" | "log" | "day">;
function worldOf(host: Host, paths: OrderPaths, made: Made) {
  const { workspaceRoot, storage, ripgrep, watch, strangeCommands } = host;
  const { settings, redact } = made;
  const blobs = openBlobs(paths.blobs, redact);
  const parts: LandingParts = { blobs, orderId: paths.id, workspaceRoot, storage };
  const repo = openRepo(parts);
  const note = (text: string): void => watch({ slice: null, attempt: null, kind: "note", text });
  const connected = connect(settings, host.keys, process.env, note);
  const { providers, catalogue } = connected;
  for (const [id, provider] of host.extraProviders ?? []) providers.set(id, provider);
  const sandbox = openSandbox({ ...settings.sandbox, workspaceRoot, caches: join(storage, "caches") });
  const tree = (root: string): Tree => openTree(root, { ripgrep, linked: ["node_modules"] });
  const world: World = {
    ...made,
    orderId: paths.id,
    workspaceRoot,
    clock: systemClock,
    blobs,
    others: openOtherOrders({ workspaceRoot, orderId: paths.id, storage }),
    repo,
    catalogue,
    providers,
    landing: host.landing ? host.landing(parts) : openLanding({ ...parts, into: host.landInto }),
    tree,
    shell: openShell({ redact, wrap: sandbox }),
    functions: openFunctionRunner({ redact, sandbox }),
    codeMap: openCodeMap({ repo, root: workspaceRoot, storage }),
    project: openProject(workspaceRoot),
    strangeCommands,
    watch,
  };
  return { world, connected, repo };
}

/** Of work beside the order: that it failed is said, and stops nothing. */
const noted =
  ({ watch }: World, what: string) =>
  (error: unknown): void =>
    watch({
      ...{ slice: null, attempt: null, kind: "note" as const },
      text: `${what}: ${error instanceof Error ? error.message : String(error)}`,
    });

/** Copies that dead processes left behind go when there is time. */
function sweepLater(world: World, repo: OpenRepo): void {
  const sweep = (): void => {
    repo.sweep().catch(noted(world, "Old copies could not be removed"));
  };
  setTimeout(sweep, SWEEP_AFTER_MS).unref();
}

/** Nothing is written once the lock is somebody else's. */
const guarded = (log: Log, lost: () => string, logged?: (entry: Entry) => void): Log => ({
  append: async (event) => {
    if (lost()) throw faultError({ kind: "disk", message: lost() });
    const entry = await log.append(event);
    logged?.(entry);
    return entry;
  },
});

/** An order's own front matter wins over the settings; the day is not its to spend, but it may ask for less of it. */
function merged(settings: Settings, { overrides }: OrderOnDisk): Settings {
  const { order, slice, day } = settings.budget;
  const own = overrides.budget;
  const least = Math.min(day ?? Infinity, own?.day ?? Infinity);
  const budget = {
    order: own?.order ?? order,
    slice: own?.slice ?? slice,
    day: Number.isFinite(least) ? least : null,
  };
  return { ...settings, ...overrides, budget };
}

/** What the user asks for this time. */
const asked = (settings: Settings, { autonomy = settings.autonomy, budget }: Host): Settings => ({
  ...settings,
  autonomy,
  budget: { ...settings.budget, ...(budget !== undefined && { order: budget }) },
});

/** Orders of this workspace count for the day whether or not they are known to it. */
async function dayFor({ workspaceRoot, storage, days }: Host, { id, log, lock }: OrderPaths): Promise<Day> {
  const others = (await listIds(workspaceRoot)).filter((one) => one !== id);
  return openDay({
    folder: days ?? join(storage, "days"),
    ...{ log, lock },
    others: others.map((one) => orderPaths(workspaceRoot, one).log),
    now: systemClock.now,
  });
}

/**
 * Draws the order now. The files are read again only at the plan gate, where people edit them, and when the plan changed:
 * a running order is drawn up to 20 times a second.
 */
function viewer(engine: Engine, files: OrderFiles, catalogue: Catalogue): () => Promise<OrderView> {
  let read: { findings: WorkOrder["findings"]; assumptions: string[] } | null = null;
  return async () => {
    const order = engine.order();
    const stale = read === null || read.findings !== order.findings || phaseOf(order) === "gate";
    if (stale) read = { findings: order.findings, assumptions: assumptionsOf((await files.read()).scope) };
    return project(engine.order(), {
      assumptions: read?.assumptions ?? [],
      predict: expectedCost(catalogue),
      expectMs: expectedMs,
    });
  };
}

async function viewOf(order: WorkOrder, files: OrderFiles, catalogue: Catalogue): Promise<OrderView> {
  const { scope } = await files.read();
  const assumptions = assumptionsOf(scope);
  return project(order, { assumptions, predict: expectedCost(catalogue), expectMs: expectedMs });
}

/** The list under the heading *Assumptions* of scope.md. */
export function assumptionsOf(scope: string): string[] {
  const part = /^#+ *Assumptions *\n([^]*?)(?=^#|$(?![^]))/im.exec(scope)?.[1] ?? "";
  return part.split("\n").flatMap((line) => /^\s*[-*] +(.+)/.exec(line)?.[1] ?? []);
}

/** The order as its log says, without taking its lock. */
export async function folded(workspaceRoot: string, id: string): Promise<WorkOrder> {
  const { log } = orderPaths(workspaceRoot, id);
  // An order that was just made, or written by hand, has no log before it is opened.
  return fold(id, existsSync(log) ? (await readLog(log)).entries : []);
}

/** Before there is a plan in its log, what its files say: the goal of one just made, the tasks of one written by hand. */
export async function withFiles(workspaceRoot: string, order: WorkOrder): Promise<WorkOrder> {
  if (order.planned) return order;
  const disk = await openOrderFiles(workspaceRoot, order.id).read();
  const named = { ...order, goal: order.goal || disk.goal };
  return disk.tasks.length === 0 ? named : withTasks(named, disk);
}

/** The order as log and files say, without taking its lock. */
export const peek = async (workspaceRoot: string, id: string): Promise<WorkOrder> =>
  withFiles(workspaceRoot, await folded(workspaceRoot, id));

/** What `show` draws: the order as its log says. */
export async function peekView(
  workspaceRoot: string,
  id: string,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<OrderView> {
  const order = await peekRouted(workspaceRoot, id, settings, env);
  return viewOf(order, openOrderFiles(workspaceRoot, id), connect(settings, new Map(), env).catalogue);
}

/** Read-only: the order as its log says; one that was never opened on the ladder the settings give now. */
export async function peekRouted(
  workspaceRoot: string,
  id: string,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<WorkOrder> {
  const order = await peek(workspaceRoot, id);
  if (order.config) return order;
  const disk = await openOrderFiles(workspaceRoot, id).read();
  return { ...order, config: configOf(merged(settings, disk), connect(settings, new Map(), env)) };
}

/** A hand-written order that was never run still shows its slices. */
const withTasks = (order: WorkOrder, disk: OrderOnDisk): WorkOrder =>
  apply(order, { ...planByHand(disk, { commit: null, files: {} }), seq: order.seq, at: order.at });
