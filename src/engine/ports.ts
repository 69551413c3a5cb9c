/** The whole outside world, on one page. Everything that takes time or can fail stands behind one of these. */
import type { CodeFacts } from "../core/codeFacts.ts";
import type { Effort, Fault, LandedFile, Patch, Sha, Slice, Tier, Usage } from "../core/order.ts";
import type { Entry, Event } from "../core/event.ts";
import type { ProjectFacts } from "../core/projectFacts.ts";
import type { Settings } from "../core/settings.ts";

export type { ProjectCommand, ProjectFacts } from "../core/projectFacts.ts";
import type { Recalled } from "../core/tested.ts";

// ── Models ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A function a model may call. `schema` is JSON Schema for an object; strict vendors get it with all keys required. */
export type ToolSpec = { name: string; description: string; schema: Record<string, unknown> };
/** `args` is parsed JSON, or `badArgs` the raw text when it was no JSON; either way the tool answers the model. */
export type ToolCall = { id: string; name: string; args: unknown; badArgs?: string };
export type ToolResult = { id: string; text: string; failed: boolean };
/**
 * A conversation in no vendor's dialect. `opaque` is what a vendor wants back unchanged (reasoning items, signed
 * thinking); it is only ever read by the provider that made it.
 */
export type Message =
  | { role: "user"; text: string }
  | { role: "assistant"; text: string; calls: ToolCall[]; opaque?: { provider: string; items: unknown } }
  | { role: "tool"; results: ToolResult[] };

/**
 * One request. The order is stable byte for byte, so that caches hit: tools, system, messages. `messages[0]` is what all
 * slices of an order share when `sharedPrefix` is 1. `output` asks for one JSON value of that schema instead of text.
 */
export type Prompt = {
  tools: ToolSpec[];
  system: string;
  messages: Message[];
  sharedPrefix: 0 | 1;
  /** The name of the one tool that must be called, or null for the model's own choice. */
  mustCall: string | null;
  output: { name: string; schema: Record<string, unknown> } | null;
  maxOutput: number;
  /** Same for all requests that share a prefix: order and model. */
  cacheKey: string;
};

export type ModelEvent =
  | { type: "text"; delta: string }
  | { type: "thinking"; delta: string }
  | { type: "call"; call: ToolCall }
  | { type: "retrying"; fault: Fault; waitMs: number }
  | {
      type: "done";
      message: Extract<Message, { role: "assistant" }>;
      stop: "end" | "tools" | "length";
      usage: Usage;
      /** Dollars it cost by the endpoint's own word; absent when it does not say. */
      reported?: number;
      /** What was wrong with the vendor's own count: see core/usage.ts. */
      odd?: string;
    }
  /** `usage` is what was used until then, estimated when the vendor had not said; null when nothing was. */
  | { type: "fault"; fault: Fault; usage: Usage | null; reported?: number; odd?: string };

/** US dollars per million tokens; a kind that is left out is unknown. `cacheWriteHour` is for what is kept an hour. */
export type Prices = {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  cacheWriteHour?: number;
};

/**
 * `long` are the prices of a request with more than `over` input tokens, cached ones included; `peak` those of hours of the
 * day, "HH:MM" UTC, the end excluded; `later` those that replace all of them from a day (ISO 8601, UTC), the next one first.
 */
export type PriceTable = Prices & {
  long?: Prices & { over: number };
  peak?: (Prices & { from: string; to: string })[];
  later?: (Omit<PriceTable, "later"> & { day: string })[];
};

/** What is known of a model; null is unknown, never 0. Efforts are only those it accepts; prices a listing may name. */
export type ModelInfo = {
  id: string;
  context: number | null;
  maxOutput: number | null;
  efforts: Effort[] | null;
  defaultEffort: Effort | null;
  tools: boolean | null;
  prices?: Prices;
};

export interface Provider {
  id: string;
  /** Asks the vendor for its models. May fail: rejects with a Fault-shaped error. */
  models(signal: AbortSignal): Promise<ModelInfo[]>;
  /** What `models` answered in this session, whoever asked; null before it did. */
  listed?(): readonly ModelInfo[] | null;
  /** Never throws. The last event, always, is `done` or `fault`. */
  stream(tier: Tier, prompt: Prompt, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** A stream will be asked for soon: loads what that takes, while others work. */
  warm?(): void;
}

export interface Catalogue {
  /** Null for a model nobody has told us about. */
  info(tier: Pick<Tier, "provider" | "model">): ModelInfo | null;
  /** US dollars of a call made `at` (ISO 8601; without, today at the dearest hour); null when a price it needs is unknown. */
  cost(tier: Pick<Tier, "provider" | "model">, usage: Usage, at?: string): number | null;
  /** Share of bounded slices (C2) a tier is held to get right before anything was learned; null when nobody has said. */
  rate?(tier: Tier): number | null;
}

/** What this user's orders spend in a day of the local calendar on this machine, whichever process runs them. */
export interface Day {
  /**
   * Sets dollars aside unless they could exceed the budget (then `spent` is what is spent or lost, `lost` what of it killed
   * processes had set aside: nobody knows what of that was billed); waits for others' calls when it fits without. With no
   * budget it only makes the order known. Rejects with a Fault when the disk refuses.
   */
  reserve(dollars: number, budget: number | null, signal: AbortSignal): Promise<DayAnswer>;
  close(): Promise<void>;
}
export type DayAnswer = { release(): Promise<void> } | { spent: number; lost: number };

// ── The order on disk ───────────────────────────────────────────────────────────────────────────────────────────────

export interface Log {
  /** Resolves when the event is on disk (fdatasync). Rejects when the disk refused it; then nothing may be done. */
  append(event: Event): Promise<Entry>;
}

/** Long text and file contents by content. `putText` redacts secrets; `putBytes` keeps every byte. */
export interface Blobs {
  putText(text: string): Promise<Sha>;
  putBytes(bytes: Uint8Array): Promise<Sha>;
  /** Rejects when the blob is missing or its content does not hash to its name. */
  get(sha: Sha): Promise<Uint8Array>;
  /** Where a blob stands on disk, for a person or a tool to open. */
  path(sha: Sha): string;
}

export type OrderFile = { path: string; line: number; key: string | null; message: string };
/** `lines` is where each front-matter key stands, by dotted path ("needs", "writes.0", "checks.1.run"), from 1. */
export type TaskFile = { slice: Slice; hash: Sha; path: string; lines: Readonly<Record<string, number>> };
/** A verification function of the order; `path` is relative to the order's folder: checks/01-limit.mjs. */
export type CheckFunction = { path: string; code: string };
/**
 * A rules file. `folder` is what it rules, relative to the workspace root: "" for all of it. `enforced` is what guards hold
 * every patch to: files only a slice that names them may change, and text no patch may add. `problems` say what of that
 * cannot be read.
 */
export type TeamRules = {
  path: string;
  folder: string;
  text: string;
  enforced?: { protect: string[]; forbid: string[] };
  problems?: OrderFile[];
};
/** What the order's folder says now. `problems` are errors with file, line and key; slices with a problem are left out. */
export type OrderOnDisk = {
  goal: string;
  overrides: Partial<Pick<Settings, "autonomy" | "budget" | "tiers" | "policy">>;
  scope: string;
  rules: string;
  tasks: TaskFile[];
  /** Verification functions by path, with their hashes. */
  functions: Readonly<Record<string, Sha>>;
  problems: OrderFile[];
};
export type PlanTexts = { scope: string; rules: string; slices: Slice[]; functions: CheckFunction[] };
export type Planned = { tasks: TaskFile[]; functions: Readonly<Record<string, Sha>> };
export interface OrderFiles {
  read(): Promise<OrderOnDisk>;
  readTask(id: string): Promise<TaskFile | OrderFile[]>;
  /** A verification function as it stands now, with its hash; what is wrong with the file, or null when there is none. */
  readFunction(path: string): Promise<(CheckFunction & { hash: Sha }) | OrderFile | null>;
  /** Writes scope.md, rules.md, tasks/ and checks/; never overwrites a file that exists with other content. */
  writePlan(texts: PlanTexts): Promise<Planned>;
  /** What a person began, as it stands: relative path → text of scope.md, rules.md and tasks/; for a planner to complete. */
  drafts(): Promise<ReadonlyMap<string, string>>;
  /** Like writePlan, but keeps every word that is there: adds what is missing, keys and sections included. */
  completePlan(texts: PlanTexts): Promise<Planned>;
  /**
   * Writes changed and added slices over files whose hash is `expected`, removes the files of dropped ones, and adds to
   * *Decisions* and *Rejected paths* of scope.md. A file that was edited meanwhile is a Fault `bad-file`; then nothing is
   * written.
   */
  amendPlan(amendment: {
    slices: Slice[];
    dropped: string[];
    expected: ReadonlyMap<string, Sha>;
    functions: CheckFunction[];
    decisions: string[];
    rejected: string[];
  }): Promise<Planned>;
  /** Changes front-matter keys and nothing else of the file. */
  setKeys(id: string, keys: Partial<Pick<Slice, "route" | "class">>): Promise<TaskFile | OrderFile[]>;
  writeReport(markdown: string): Promise<void>;
  /** The team's rules for every order: .slicewise/rules.md, and AGENTS.md and CLAUDE.md of the root and of any folder. */
  teamRules(): Promise<TeamRules[]>;
}

/** What the workspace's other orders have shown of models; `skipped` are logs nothing was learned from. */
export interface OtherOrders {
  shown(): Promise<{ past: Recalled; skipped: { order: string; why: string }[] }>;
}

// ── The repository ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A frozen tree of the user's files as they are now, unsaved buffers excepted. `commit` is the user's HEAD or null. */
export type Snapshot = { id: string; commit: string | null };

/** An isolated working copy. `root` is absolute, outside the workspace. Paths given to its methods are relative to it. */
export interface Scratch {
  root: string;
  /** The difference to the snapshot it was made from, contents kept in blobs. Dependency folders are never part of it. */
  patch(): Promise<Patch>;
  dispose(): Promise<void>;
}
export interface Repo {
  /** Index, stash, branch and hooks of the user are untouched. */
  /** `overlay` is put over the user's files: what landed on the order's branch but not in the workspace. */
  snapshot(overlay: LandedFile[], signal: AbortSignal): Promise<Snapshot>;
  /** The user's HEAD commit, null without git or commits. Reads only. */
  head(): Promise<string | null>;
  /** Also from a snapshot of an earlier process, by its logged id. `patch` is applied to the copy. */
  scratch(from: Snapshot, patch: Patch, signal: AbortSignal): Promise<Scratch>;
  /** All files git does not ignore, sorted, relative, with "/" between parts. */
  files(): Promise<string[]>;
}

export type LandRequest = { slice: Slice; patch: Patch; trailers: Record<string, string>; subject: string };
export type LandResult =
  | { landed: true; commit: string; into: "branch" | "workspace"; files: LandedFile[] }
  | { landed: false; conflicts: string[] };
export interface Landing {
  /** Content-guarded: now == after is already landed; now == before is written; else a 3-way merge; never an overwrite. */
  land(request: LandRequest, signal: AbortSignal): Promise<LandResult>;
  /** Takes a landed patch back out by the same rules. */
  revert(request: LandRequest, signal: AbortSignal): Promise<LandResult>;
  push(remote: string, signal: AbortSignal): Promise<{ pushed: true } | { pushed: false; why: string }>;
}

// ── Files and commands inside a scratch, or inside the workspace for the planner ────────────────────────────────────

export type FileText = { text: string; sha: Sha; lines: number };
/** Confined to a root: every path is resolved, symlinks too; what leads outside, or is no regular text file, is an Err. */
export type Err = { error: string };
export interface Tree {
  read(path: string): Promise<FileText | Err>;
  write(path: string, text: string): Promise<{ sha: Sha; created: boolean } | Err>;
  remove(path: string): Promise<true | Err>;
  list(glob: string): Promise<string[] | Err>;
  /** Regular expression search, `path:line:text` lines, at most `limit`; long lines cut. */
  search(pattern: string, glob: string | null, limit: number, signal: AbortSignal): Promise<string[] | Err>;
}

export type CommandLimits = { seconds: number; outputBytes: number };
export type CommandResult = {
  /** Null when it was killed by a signal or could not be started. */
  status: number | null;
  /** stdout and stderr as they came, head and tail kept when longer than the limit, secrets redacted. */
  output: string;
  ms: number;
  ended: "exit" | "timeout" | "aborted" | "unstartable";
  /** Absent when nothing confined it. */
  confined?: Confinement;
};
/** Runs one shell command in its own process group, environment scrubbed of keys; a sandbox takes the same place. */
export interface Shell {
  run(command: string, cwd: string, limits: CommandLimits, signal: AbortSignal): Promise<CommandResult>;
}

/** What held a command, and whether it could reach the network. */
export type Confinement = { by: string; network: boolean };
/** What to start instead of the system's shell. Without `confined` nothing holds it; `refused` says why it may not run. */
export type Confined = { file: string; args: string[]; confined?: Confinement } | { refused: string };
/** The place of a sandbox: how to run `command` in `cwd`, which it may write to or only read. */
export type Sandbox = (command: string, cwd: string, access: "write" | "read") => Promise<Confined>;

/** What a verification function may ask: both reject with words for its author. `root` is the copy's absolute path. */
export type FunctionAccess = {
  root: string;
  read(path: string): Promise<string>;
  run(command: string): Promise<Pick<CommandResult, "status" | "output">>;
};
export type FunctionResult = Pick<CommandResult, "output" | "ms" | "confined"> & {
  /** `broken`: the function itself is wrong (it cannot be loaded, or ended without a result), so nothing is known. */
  ended: "passed" | "failed" | "broken" | "timeout" | "aborted" | "unstartable";
  /** What it threw, or why there is no result; "" when it passed. What it printed is `output`, and never a result. */
  message: string;
  /** The line of the function that threw, from 1. */
  line: number | null;
};
/** Runs a verification function apart from everything: it can only ask, and return or throw. */
export interface FunctionRunner {
  run(
    check: CheckFunction,
    access: FunctionAccess,
    limits: CommandLimits,
    signal: AbortSignal,
  ): Promise<FunctionResult>;
}

/** A definition in a source file. Lines count from 1; `signature` is its head without the body, on one line. */
export type CodeSymbol = {
  name: string;
  kind: "function" | "method" | "class" | "interface" | "type" | "enum" | "module" | "constant" | "variable";
  line: number;
  endLine: number;
  signature: string;
  exported: boolean;
  /** The class, trait or module it stands in; null at the top. */
  parent: string | null;
};
/** Symbols and imports of the whole repository, by tree-sitter. Loads its grammars when it is first asked. */
export interface CodeMap {
  /** An outline ranked for the goal, cut to about `tokens` tokens. */
  map(goal: string, tokens: number, signal: AbortSignal): Promise<string>;
  /** The definitions in one text, in order; empty for a language without a grammar. `path` tells the language. */
  symbols(path: string, text: string): Promise<CodeSymbol[]>;
  /** What guards ask of one text; null for a language without a grammar. Never rejects: what is too much is unread. */
  facts(path: string, text: string): Promise<CodeFacts | null>;
  /** Where the workspace defines each of these names; names it does not define are left out. */
  definitions(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, { path: string; symbol: CodeSymbol }[]>>;
  close(): Promise<void>;
}

/** What kind of project the workspace is. Reads files and git only; runs nothing of the project. */
export interface Project {
  facts(signal: AbortSignal): Promise<ProjectFacts>;
  /** Which of these programs can be found on PATH. */
  programs(names: readonly string[]): Promise<ReadonlySet<string>>;
}

// ── The host ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  /** ISO 8601 UTC, milliseconds. */
  now(): string;
  /** Milliseconds awake since some moment: for how long things take. Nobody sets it, and it stands still while the machine sleeps. */
  awake(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Droppable news for whoever watches; the truth is in the log. */
export type Delta = {
  slice: string | null;
  attempt: number | null;
  kind: "text" | "thinking" | "tool" | "check" | "note";
  text: string;
};

/** Everything an engine and its performers reach for. Composed by extension.ts, headless.ts and the tests. */
export interface World {
  orderId: string;
  settings: Settings;
  clock: Clock;
  log: Log;
  blobs: Blobs;
  files: OrderFiles;
  others: OtherOrders;
  repo: Repo;
  landing: Landing;
  /** A confined tree over any root we own. */
  tree(root: string): Tree;
  workspaceRoot: string;
  shell: Shell;
  functions: FunctionRunner;
  codeMap: CodeMap;
  project: Project;
  providers: ReadonlyMap<string, Provider>;
  catalogue: Catalogue;
  day: Day;
  /** What to do with a command neither the slice's checks nor the settings name. */
  strangeCommands: "ask" | "refuse" | "allow";
  /** Replaces every secret we hold or recognise. */
  redact(text: string): string;
  watch(delta: Delta): void;
}
