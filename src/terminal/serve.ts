/** `slicewise serve`: the sidebar's own messages as JSON lines on standard input and output. */
import { createInterface } from "node:readline";
import { type Opened, APP, findOrder, openOrder } from "../compose.ts";
import { tierName } from "../core/order.ts";
import { listing } from "../overview.ts";
import { PROTOCOL, ToHost, type ToView } from "../protocol/messages.ts";
import type { OrderSummary, OrderView, View } from "../protocol/view.ts";
import { type Listing, workspaceView } from "../protocol/workspace.ts";
import type { Args } from "./args.ts";
import { type Status, type Terminal, hostFor, usageError } from "./host.ts";

/** Until the input ends or Ctrl-C. Snapshots at most 20 a second. */
export async function serve(args: Args, terminal: Terminal): Promise<Status> {
  const send = (message: ToView): void => terminal.out(`${JSON.stringify(message)}\n`);
  const host = await hostFor({ ...args, json: true }, terminal);
  const { logged: _logged, ...quiet } = host;
  const opened = await pick(args, {
    ...quiet,
    strangeCommands: "ask",
    watch: ({ slice, kind, text }) => send({ type: "delta", slice, kind, text }),
  });
  let rev = 0;
  // Reading the other orders' logs is for a greeting; a running order is drawn up to 20 times a second.
  let listed: Listing = [];
  const snapshot = async (list: () => Promise<Listing>): Promise<void> => {
    rev += 1;
    try {
      listed = await list();
      send({ type: "snapshot", protocol: PROTOCOL, view: await viewOf(opened, listed, rev) });
    } catch (error) {
      // The files may be gone or half saved; the next change draws again.
      send({ type: "refused", why: error instanceof Error ? error.message : String(error) });
    }
  };
  const greet = (): Promise<void> => snapshot(() => listing(host.workspaceRoot));
  const drawn = (): Promise<void> => snapshot(() => Promise.resolve(listed));
  const stop = opened?.engine.watch(coalesced(() => void drawn()));
  const lines = createInterface({ input: process.stdin });
  const end = (): void => lines.close();
  terminal.signal.addEventListener("abort", end);
  for await (const line of lines) await take(line, opened, greet, send);
  stop?.();
  await opened?.close();
  return terminal.signal.aborted ? 130 : 0;
}

async function pick(args: Args, host: Parameters<typeof openOrder>[0]): Promise<Opened | null> {
  const word = args.words[0];
  if (word === undefined) return null;
  const found = await findOrder(host.workspaceRoot, word);
  if ("error" in found) throw usageError(found.error);
  return openOrder(host, found.id);
}

async function take(
  line: string,
  opened: Opened | null,
  greet: () => Promise<void>,
  send: (message: ToView) => void,
): Promise<void> {
  const message = ToHost.safeParse(parsed(line));
  if (!message.success)
    return send({ type: "refused", why: `no message of protocol ${PROTOCOL}: ${line.slice(0, 200)}` });
  switch (message.data.type) {
    case "hello":
      return greet();
    case "act":
      return send({ type: "refused", why: "acts need an editor; here there is none." });
    case "command": {
      if (!opened) return send({ type: "refused", why: "no order is open: slicewise serve ORDER" });
      const refusal = await opened.engine.send(message.data.command);
      if (refusal) send({ type: "refused", why: refusal.refused });
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // no message, and answered as one that is none
  }
}

/** At most one call in 50 ms, the last one never lost. */
function coalesced(call: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      call();
    }, 50);
  };
}

async function viewOf(opened: Opened | null, listed: Listing, rev: number): Promise<View> {
  const order = opened ? await opened.view() : null;
  const ladder = (opened?.ladder ?? []).map((tier) => ({
    tier,
    name: tierName(tier),
    efforts: opened?.world.catalogue.info(tier)?.efforts ?? [],
  }));
  return {
    rev,
    app: APP,
    host: "ready",
    hostWhy: "",
    demo: false,
    ladder,
    order,
    orders: listed.map(({ order: one }) => (one.id === order?.id ? summaryOf(order) : one)),
    workspace: workspaceView(listed, opened?.engine.order() ?? null),
  };
}

const summaryOf = ({ id, goal, phase, done, total }: OrderView): OrderSummary => ({
  id,
  goal,
  phase,
  done,
  total,
});
