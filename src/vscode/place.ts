/** Where we are and what can be done there, as the snapshot says it. */
import { Uri, type WorkspaceFolder, l10n, workspace } from "vscode";
import type { OrderSummary, OrderView, View } from "../protocol/view.ts";
import type { Listing } from "../protocol/workspace.ts";
import type { OpenOrder, Setup } from "./works.ts";

/** The folder that is shown, and what was found out about it. `peeked` is an order that can only be read. */
export type Shown = {
  folder: WorkspaceFolder;
  setup: Setup | null;
  problem: string;
  listing: Listing;
  peeked: OrderView | null;
};

/** Workspace folders that are on this machine's disk. */
export const onDisk = (): readonly WorkspaceFolder[] =>
  (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");

/** A path as data has it, below the root; null when it leads out. */
export function below(root: Uri, path: string): Uri | null {
  const uri = Uri.joinPath(root, path);
  return uri.path.startsWith(`${root.path.replace(/\/$/, "")}/`) ? uri : null;
}

export const emptyView = (app: string): View => ({
  rev: 0,
  app,
  host: "no-folder",
  hostWhy: "",
  demo: false,
  order: null,
  orders: [],
  workspace: null,
  ladder: [],
});

export function placeOf(
  shown: Shown | null,
  open: OpenOrder | null,
): Pick<View, "host" | "hostWhy" | "demo" | "ladder"> {
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
  const broken = open?.engine.broken();
  if (broken) return place("error", broken.message);
  if (shown.problem !== "") return place("error", shown.problem);
  return place(ladder.length > 0 ? "ready" : "no-models");
}

/** Newest first; the open order as it is now. */
export function ordersOf(shown: Shown | null, order: OrderView | null): OrderSummary[] {
  const summaries = (shown?.listing ?? []).map((one) => one.order);
  if (!order) return summaries;
  const { id, goal, phase, done, total } = order;
  return summaries.map((one) => (one.id === id ? { id, goal, phase, done, total } : one));
}
