/** What the editor side needs of the rest, as one page of functions; editorHost.ts has them, loaded at first use. */
import type { WorkspaceEdit, WorkspaceFolder } from "vscode";
import type { Command, Refusal } from "../core/event.ts";
import type { Fault, Fix, Slice, Tier } from "../core/order.ts";
import type { Settings } from "../core/settings.ts";
import type { WorkOrder } from "../core/state.ts";
import type { Blobs, Delta, ModelInfo, OrderFile, OrderFiles, PriceTable } from "../engine/ports.ts";
import type { ToHost } from "../protocol/messages.ts";
import type { OrderView, View } from "../protocol/view.ts";
import type { Listing } from "../protocol/workspace.ts";
import type { KeyName } from "./keys.ts";

export type OpenOrder = {
  engine: {
    order(): WorkOrder;
    send(command: Command): Promise<Refusal | null>;
    watch(listener: () => void): () => void;
    idle(): Promise<void>;
    broken(): Fault | null;
  };
  blobs: Blobs;
  files: Pick<OrderFiles, "read" | "readTask">;
  orderId: string;
  /** Absolute. */
  folder: string;
  logPath: string;
  view(): Promise<OrderView>;
  /** Takes in the budgets of settings that were changed while it is open. */
  setBudget(settings: Settings): Promise<void>;
  /** Calls `changed` when one of the order's files was written; returns what stops it. */
  watchFiles(changed: () => void, failed: (error: unknown) => void): () => void;
  close(): Promise<void>;
};

/** A folder ready to work in: its settings, keys and models. */
export type Setup = {
  settings: Settings;
  keys: ReadonlyMap<string, string>;
  keyNames: KeyName[];
  ladder: View["ladder"];
  demo: boolean;
};

/**
 * A model at an effort that could become a tier, with what is known of it. `attempt` is US dollars of one at a bounded slice,
 * `pricedBy` who says its prices; `ends` the day its vendor switches it off, "" when it has; `estimated` that nobody counts its
 * tokens; null is unknown.
 */
export type Candidate = {
  tier: Tier;
  attempt: number | null;
  prices: PriceTable | null;
  pricedBy: string | null;
  tools: boolean | null;
  efforts: readonly string[] | null;
  ends: string | null;
  offered: boolean | null;
  rate: number | null;
  estimated: boolean;
};

/** What task files without a plan are: a plan written by hand, or the beginning of one that the planner completes. */
export type Opening = "plan" | "complete";

export type Works = {
  /** A message of the sidebar; `problem` says why what came is none. */
  message(raw: unknown): ToHost | { problem: string };
  /** Reads "provider/model@effort" back. */
  tier(route: string): Tier;
  /** Providers that are there without any setting. */
  keyNames(): KeyName[];
  /** `problem` says which setting is wrong, and where. */
  setup(folder: WorkspaceFolder): Promise<Setup | { problem: string }>;
  /** Rejects, in words for the user, when the order's lock is held, its files are broken or the disk refuses. */
  open(
    folder: WorkspaceFolder,
    setup: Setup,
    orderId: string,
    watch: (delta: Delta) => void,
    how: Opening,
  ): Promise<OpenOrder>;
  /** Makes the order's folder; answers its id. */
  create(folder: WorkspaceFolder, goal: string): Promise<string>;
  /** Newest first. */
  list(folder: WorkspaceFolder): Promise<Listing>;
  /** All of them together; `open` is the order whose engine runs here. */
  workspace(listing: Listing, open: WorkOrder | null): View["workspace"];
  /** Ids of orders somebody wrote and nobody opened yet, newest first. */
  begun(folder: WorkspaceFolder): Promise<string[]>;
  /** The order as its log says; nothing is locked, nothing runs. */
  peek(folder: WorkspaceFolder, orderId: string): Promise<OrderView>;
  /** Whether the order's files differ from what its engine knows, and which of them cannot be read. */
  edits(open: OpenOrder): Promise<{ edited: boolean; broken: OrderFile[] }>;
  /** What a finding's fix changes in the order's task files; `folder` is the order's. Rejects with what to do by hand. */
  editOf(folder: string, fix: Fix): Promise<WorkspaceEdit>;
  /** Offsets of a front-matter key's value in a task file's text; null when it is not there. */
  extentOf(text: string, key: string): { start: number; end: number } | null;
  /** A slice as its task file would be. */
  taskFile(slice: Slice): { name: string; text: string };
  /**
   * Writes .slicewise/rules.md from what the project is, trying its commands; `note` hears what is going on. An existing
   * file is left as it is.
   */
  initRules(
    folder: WorkspaceFolder,
    setup: Setup,
    note: (text: string) => void,
    signal: AbortSignal,
  ): Promise<{ path: string; written: boolean }>;
  /** Models a provider offers, asked over the network. */
  models(setup: Setup, provider: string, signal: AbortSignal): Promise<ModelInfo[]>;
  /** Of these models, or of those the catalogue knows when the provider did not name any, each at every effort it takes. */
  candidates(setup: Setup, provider: string, models: readonly ModelInfo[] | null): Candidate[];
  candidate(setup: Setup, tier: Tier): Candidate;
  /** Providers whose models can be chosen: with a key, with an address of their own, and the editor itself. */
  sources(setup: Setup): string[];
  /** The ladder that is used when the settings name none. */
  madeLadder(setup: Setup): Tier[];
  /** The goal the recorded demo model knows, when the folder is a copy of the sample. */
  demoGoal(setup: Setup): string | null;
};
