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
  window,
  workspace,
} from "vscode";
import type { Command, Refusal } from "../core/event.ts";
import type { Delta } from "../engine/ports.ts";
import type { View } from "../protocol/view.ts";
import { type Paced, atMost } from "./pace.ts";
import { type Shown, emptyView, onDisk, ordersOf, placeOf } from "./place.ts";
import type { OpenOrder, Opening, Setup, Works } from "./works.ts";

/** Snapshots a second, at most. */
const PER_SECOND = 20;
const LAST_ORDERS = "slicewise.lastOrders";
/** After a reload the window that was here before may hold the lock for some seconds more. */
const RETRY = { times: 15, ms: 1000 };

type Live = { folder: WorkspaceFolder; open: OpenOrder; unwatch: () => void };
type Memory = Pick<ExtensionContext, "workspaceState">;

const keyOf = (folder: WorkspaceFolder): string => folder.uri.toString();
const fingerprint = (setup: Setup | null): string =>
  JSON.stringify([setup?.settings, [...(setup?.keys ?? [])]]);

export class Session {
  readonly #changed = new EventEmitter<View>();
  readonly #news = new EventEmitter<Delta>();
  readonly #live = new Map<string, Live>();
  readonly #memory: Memory;
  readonly #drawSoon: Paced;
  #shown: Shown | null = null;
  #asked: Command["do"] | null = null;
  #latest: View;
  /** Openings and closings happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  readonly onView = this.#changed.event;
  readonly onDelta = this.#news.event;
  readonly log: LogOutputChannel;
  /** Loads the engine at its first call. */
  readonly works: () => Promise<Works>;

  constructor(app: string, memory: Memory, works: () => Promise<Works>, log: LogOutputChannel) {
    this.#latest = emptyView(app);
    this.#memory = memory;
    this.works = works;
    this.log = log;
    this.#drawSoon = atMost(
      PER_SECOND,
      () => this.#draw(),
      (error) => log.error(String(error)),
    );
  }

  /** The newest snapshot. */
  view(): View {
    return this.#latest;
  }

  /** The order that is shown, when its engine is here. */
  open(): OpenOrder | null {
    return this.#shown ? (this.#live.get(keyOf(this.#shown.folder))?.open ?? null) : null;
  }

  folder(): WorkspaceFolder | null {
    return this.#shown?.folder ?? null;
  }

  setup(): Setup | null {
    return this.#shown?.setup ?? null;
  }

  /** What the user asked for last. */
  asked(): Command["do"] | null {
    return this.#asked;
  }

  async send(command: Command): Promise<Refusal | null> {
    this.#asked = command.do;
    const open = this.open();
    if (open) return open.engine.send(command);
    return { refused: this.#latest.hostWhy || l10n.t("No order is open. Plan one, or resume one, first.") };
  }

  /** Something changed that no event of the log says. */
  redraw(): void {
    this.#drawSoon();
  }

  /** Resolves when all openings asked for so far are done. */
  settled(): Promise<unknown> {
    return this.#queue;
  }

  /** Looks at a folder's settings without opening an order. */
  show(folder: WorkspaceFolder): Promise<void> {
    return this.#inTurn(async () => {
      this.#shown = await look(folder, await this.works());
      await this.#drawSoon.now();
    });
  }

  /** Rejects, in words for the user, when the order cannot be opened; what can be read of it is shown all the same. */
  openOrder(folder: WorkspaceFolder, orderId: string, how: Opening = "plan"): Promise<void> {
    return this.#inTurn(() => this.#openIn(folder, orderId, how));
  }

  /** Shows what there is, and reopens the orders used last: their engines go on where no person is needed. */
  async resume(): Promise<void> {
    const folders = onDisk();
    if (folders.length === 0) this.#shown = null;
    for (const folder of folders.toReversed()) {
      await this.show(folder);
      const last = this.#remembered()[keyOf(folder)];
      if (last === undefined || !this.#shown?.listing.some(({ order }) => order.id === last)) continue;
      const open = (): Promise<void> => this.openOrder(folder, last);
      await patiently(open, () => this.setup() !== null).catch(
        (error: unknown) => void this.#notOpened(wordsOf(error)),
      );
    }
    await this.#drawSoon.now();
  }

  /** Settings or keys have changed: an order takes budgets in at once, and the rest when nothing of it runs. */
  async reconfigure(): Promise<void> {
    const folder = this.folder();
    if (!folder) return;
    const before = fingerprint(this.setup());
    await this.#inTurn(async () => {
      const { peeked = null, problem = "" } = this.#shown ?? {};
      const now = await look(folder, await this.works());
      this.#shown = { ...now, peeked, problem: now.problem || (peeked ? problem : "") };
    });
    await this.#drawSoon.now();
    const one = this.#live.get(keyOf(folder));
    if (!one || before === fingerprint(this.setup())) return;
    const { settings } = this.setup() ?? {};
    if (settings) await one.open.setBudget(settings);
    await one.open.engine.idle();
    if (this.#live.get(keyOf(folder)) !== one) return;
    await this.#inTurn(async () => {
      await this.#closeIn(folder);
      await this.#openIn(folder, one.open.orderId, "plan");
    });
  }

  async dispose(): Promise<void> {
    this.#changed.dispose();
    this.#news.dispose();
    await Promise.all([...this.#live.values()].map(({ folder }) => this.#closeIn(folder)));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work, work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #draw(): Promise<void> {
    const open = this.open();
    const order = open ? await open.view() : (this.#shown?.peeked ?? null);
    const [place, shown] = [placeOf(this.#shown, open), this.#shown];
    const all = shown && (await this.works()).workspace(shown.listing, open?.engine.order() ?? null);
    this.#latest = {
      ...this.#latest,
      ...place,
      rev: this.#latest.rev + 1,
      order,
      orders: ordersOf(shown, order),
      workspace: all,
    };
    this.#changed.fire(this.#latest);
  }

  async #closeIn(folder: WorkspaceFolder): Promise<void> {
    const one = this.#live.get(keyOf(folder));
    if (!one) return;
    this.#live.delete(keyOf(folder));
    one.unwatch();
    await one.open.close();
  }

  async #openIn(folder: WorkspaceFolder, orderId: string, how: Opening): Promise<void> {
    const { open, peek, list } = await this.works();
    if (this.#live.get(keyOf(folder))?.open.orderId !== orderId) await this.#closeIn(folder);
    const shown = await look(folder, await this.works());
    this.#shown = shown;
    try {
      if (!shown.setup) {
        this.#shown = { ...shown, peeked: await peek(folder, orderId) };
      } else if (!this.#live.has(keyOf(folder))) {
        const opened = await open(folder, shown.setup, orderId, (delta) => this.#news.fire(delta), how);
        this.#live.set(keyOf(folder), { folder, open: opened, unwatch: opened.engine.watch(this.#drawSoon) });
        await this.#memory.workspaceState.update(LAST_ORDERS, {
          ...this.#remembered(),
          [keyOf(folder)]: orderId,
        });
        this.#shown = { ...shown, listing: await list(folder) };
      }
    } catch (error) {
      this.#shown = {
        ...shown,
        problem: wordsOf(error),
        peeked: await peek(folder, orderId).catch(() => null),
      };
      throw error;
    } finally {
      await this.#drawSoon.now();
    }
  }

  /** Order ids by folder. */
  #remembered(): Record<string, string> {
    return this.#memory.workspaceState.get(LAST_ORDERS, {});
  }

  async #notOpened(why: string): Promise<void> {
    this.log.warn(why);
    const again = l10n.t("Try Again");
    if ((await window.showWarningMessage(why, again)) === again) await this.resume();
  }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The folder anew: its settings, keys and orders. An untrusted folder's settings are not even read. */
async function look(folder: WorkspaceFolder, { setup, list }: Works): Promise<Shown> {
  const found = workspace.isTrusted ? await setup(folder) : { problem: "" };
  const ready = "problem" in found ? { setup: null, problem: found.problem } : { setup: found, problem: "" };
  return { folder, ...ready, listing: await list(folder), peeked: null };
}

async function patiently(open: () => Promise<void>, mayHelp: () => boolean): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      return await open();
    } catch (error) {
      if (n === RETRY.times || !mayHelp()) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY.ms));
    }
  }
}
