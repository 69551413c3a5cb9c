/**
 * The orders that are open in this window, one engine a workspace folder, and the one snapshot of them that sidebar,
 * status bar, notices and context keys draw from.
 */
import {
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  type WorkspaceFolder,
  l10n,
  workspace,
} from "vscode";
import type { Command, Refusal } from "../core/event.ts";
import type { Delta } from "../engine/ports.ts";
import type { OrderSummary, OrderView, View } from "../protocol/view.ts";
import { atMost } from "./pace.ts";
import type { OpenOrder, Setup, Works } from "./works.ts";

/** Snapshots a second, at most. */
const PER_SECOND = 20;
const LAST_ORDERS = "slicewise.lastOrders";

/** The folder that is shown, and what was found out about it. */
type Shown = {
  folder: WorkspaceFolder;
  setup: Setup | null;
  problem: string;
  orders: OrderSummary[];
  peeked: OrderView | null;
};
type Live = { folder: WorkspaceFolder; open: OpenOrder; unwatch: () => void };

export type Session = ReturnType<typeof openSession>;

export function openSession(
  context: Pick<ExtensionContext, "workspaceState" | "extension">,
  works: () => Promise<Works>,
  log: LogOutputChannel,
) {
  const changed = new EventEmitter<View>();
  const news = new EventEmitter<Delta>();
  const live = new Map<string, Live>();
  let shown: Shown | null = null;
  let asked: Command["do"] | null = null;
  let latest: View = emptyView(String(context.extension.packageJSON.version));
  /** Openings and closings happen one after the other. */
  let queue: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work, work);
    queue = done.catch(() => undefined);
    return done;
  };
  const keyOf = (folder: WorkspaceFolder): string => folder.uri.toString();
  const current = (): Live | null => (shown ? (live.get(keyOf(shown.folder)) ?? null) : null);

  async function draw(): Promise<void> {
    const order = current() ? ((await current()?.open.view()) ?? null) : (shown?.peeked ?? null);
    latest = {
      ...latest,
      rev: latest.rev + 1,
      ...placeOf(shown, current()),
      order,
      orders: ordersOf(shown, order),
    };
    changed.fire(latest);
  }
  const drawSoon = atMost(PER_SECOND, draw, (error) => log.error(String(error)));

  /** Looks at the folder anew: its settings, keys and orders. */
  async function look(folder: WorkspaceFolder): Promise<Shown> {
    const { setup, list } = await works();
    const found = workspace.isTrusted ? await setup(folder) : { problem: "" };
    const ready =
      "problem" in found ? { setup: null, problem: found.problem } : { setup: found, problem: "" };
    return { folder, ...ready, orders: await list(folder), peeked: null };
  }

  async function closeIn(folder: WorkspaceFolder): Promise<void> {
    const one = live.get(keyOf(folder));
    if (!one) return;
    live.delete(keyOf(folder));
    one.unwatch();
    await one.open.close();
  }

  async function openIn(folder: WorkspaceFolder, orderId: string): Promise<void> {
    const { open, peek } = await works();
    if (live.get(keyOf(folder))?.open.orderId !== orderId) await closeIn(folder);
    shown = await look(folder);
    if (!shown.setup || live.has(keyOf(folder))) {
      if (!shown.setup) shown = { ...shown, peeked: await peek(folder, orderId) };
      return drawSoon.now();
    }
    try {
      const opened = await open(folder, shown.setup, orderId, (delta) => news.fire(delta));
      live.set(keyOf(folder), { folder, open: opened, unwatch: opened.engine.watch(drawSoon) });
      await remember(folder, orderId);
      shown = { ...shown, orders: await (await works()).list(folder) };
    } catch (error) {
      shown = { ...shown, problem: wordsOf(error), peeked: await peek(folder, orderId).catch(() => null) };
      throw error;
    } finally {
      await drawSoon.now();
    }
  }

  const remembered = (): Record<string, string> => context.workspaceState.get(LAST_ORDERS, {});
  const remember = (folder: WorkspaceFolder, orderId: string): Thenable<void> =>
    context.workspaceState.update(LAST_ORDERS, { ...remembered(), [keyOf(folder)]: orderId });

  /** Shows what there is, and reopens the orders used last: the engine goes on where no person is needed. */
  async function resume(): Promise<void> {
    const folders = onDisk();
    for (const folder of folders.toReversed()) {
      const last = remembered()[keyOf(folder)];
      shown = await look(folder);
      if (last !== undefined && shown.orders.some(({ id }) => id === last)) {
        await openIn(folder, last).catch((error: unknown) => log.warn(wordsOf(error)));
      }
    }
    if (folders.length === 0) shown = null;
    await drawSoon.now();
  }

  /** Settings or keys have changed: an order takes them in when nothing of it runs. */
  async function reconfigure(): Promise<void> {
    if (!shown) return;
    const before = JSON.stringify(shown.setup?.settings);
    const keysBefore = JSON.stringify([...(shown.setup?.keys ?? [])]);
    const { folder } = shown;
    shown = { ...(await look(folder)), peeked: shown.peeked };
    await drawSoon.now();
    const same =
      before === JSON.stringify(shown.setup?.settings) &&
      keysBefore === JSON.stringify([...(shown.setup?.keys ?? [])]);
    const one = live.get(keyOf(folder));
    if (!one || same) return;
    await one.open.engine.idle();
    if (live.get(keyOf(folder)) !== one) return;
    await inTurn(async () => {
      await closeIn(folder);
      await openIn(folder, one.open.orderId);
    });
  }

  return {
    view: (): View => latest,
    onView: changed.event,
    onDelta: news.event,
    works,
    log,
    showLog: (): void => log.show(),
    /** The order that is shown, when its engine is here. */
    open: (): OpenOrder | null => current()?.open ?? null,
    folder: (): WorkspaceFolder | null => shown?.folder ?? null,
    setup: (): Setup | null => shown?.setup ?? null,
    /** What the user asked for last. */
    asked: (): Command["do"] | null => asked,
    /** Resolves when all openings asked for so far are done. */
    settled: (): Promise<unknown> => queue,
    redraw: (): Promise<void> => drawSoon.now(),
    resume: (): Promise<void> => inTurn(resume),
    reconfigure,
    /** Rejects, in words for the user, when the order cannot be opened; what can be read of it is shown all the same. */
    openOrder: (folder: WorkspaceFolder, orderId: string): Promise<void> =>
      inTurn(() => openIn(folder, orderId)),
    /** Looks at a folder's settings without opening an order. */
    show: (folder: WorkspaceFolder): Promise<void> =>
      inTurn(async () => {
        shown = await look(folder);
        await drawSoon.now();
      }),
    send: async (command: Command): Promise<Refusal | null> => {
      const one = current();
      asked = command.do;
      if (one) return one.open.engine.send(command);
      return { refused: latest.hostWhy || l10n.t("No order is open. Plan one, or resume one, first.") };
    },
    dispose: async (): Promise<void> => {
      changed.dispose();
      news.dispose();
      await Promise.all([...live.values()].map(({ folder }) => closeIn(folder)));
    },
  };
}

/** Workspace folders that are on this machine's disk. */
export const onDisk = (): readonly WorkspaceFolder[] =>
  (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");

const emptyView = (app: string): View => ({
  rev: 0,
  app,
  host: "no-folder",
  hostWhy: "",
  demo: false,
  order: null,
  orders: [],
  ladder: [],
});

function placeOf(shown: Shown | null, one: Live | null): Pick<View, "host" | "hostWhy" | "demo" | "ladder"> {
  const ladder = shown?.setup?.ladder ?? [];
  const demo = shown?.setup?.demo ?? false;
  const place = (host: View["host"], hostWhy = ""): Pick<View, "host" | "hostWhy" | "demo" | "ladder"> => ({
    host,
    hostWhy,
    demo,
    ladder,
  });
  if ((workspace.workspaceFolders ?? []).length === 0) return place("no-folder");
  if (!shown)
    return place(
      "virtual",
      l10n.t("Slicewise needs files on disk: it works in copies of the folder and runs checks there."),
    );
  if (!workspace.isTrusted) return place("untrusted");
  const broken = one?.open.engine.broken();
  if (broken) return place("error", broken.message);
  if (shown.problem !== "") return place("error", shown.problem);
  return place(ladder.length > 0 ? "ready" : "no-models");
}

/** Newest first; the open order as it is now. */
function ordersOf(shown: Shown | null, order: OrderView | null): OrderSummary[] {
  const summaries = shown?.orders ?? [];
  if (!order) return summaries;
  const { id, goal, phase, done, total } = order;
  return summaries.map((one) => (one.id === id ? { id, goal, phase, done, total } : one));
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
