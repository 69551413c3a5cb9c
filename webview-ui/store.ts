/**
 * The one truth of the webview: the last snapshot, the live lines beside it, and what the user opened, folded and
 * scrolled to. `receive` is pure; `makeStore` adds the subscription and keeps the state in the host's drawer.
 */
import { PROTOCOL, type View } from "../src/protocol/view.ts";
import type { ToView } from "../src/protocol/messages.ts";
import type { Host } from "./host.ts";
import { newsOf } from "./news.ts";

export type Ui = {
  /** The order the rest of it belongs to. */
  order: string | null;
  /** Ids of the slices whose rows are open. */
  open: string[];
  /** Sections the user folded or unfolded, by name; absent means the section's own default. */
  folded: Record<string, boolean>;
  /** Key of the row that has, or last had, the keyboard focus. */
  active: string | null;
  /** What is being written to the planner; null while nothing is. */
  draft: string | null;
};

export type State = {
  view: View | null;
  /** A hello is unanswered: the next snapshot counts whatever its rev, because the host may be a new one. */
  greeting: boolean;
  /** The host speaks another protocol; only a reload of the window helps. */
  outdated: boolean;
  /** Why the last command could not be done. */
  refusal: string | null;
  /** The latest line of what streams in, by slice id; "" is the order itself (planning). */
  live: Readonly<Record<string, string>>;
  /** For the live region: what changed with the last snapshot. */
  news: string;
  ui: Ui;
};

export const NO_UI: Ui = { order: null, open: [], folded: {}, active: null, draft: null };
export const START: State = {
  view: null,
  greeting: true,
  outdated: false,
  refusal: null,
  live: {},
  news: "",
  ui: NO_UI,
};

const LINE = 160;
const MOVING = new Set(["executing", "verifying", "landing"]);

type Delta = Extract<ToView, { type: "delta" }>;

/**
 * The line to show after a delta: fragments of streaming text are joined and keep their end, everything else is a line of
 * its own and keeps its beginning. A line
 * that was ended keeps its line break, so that the next fragment starts another.
 */
export function lineAfter(line: string, { kind, text }: Delta): string {
  const streams = kind === "text" || kind === "thinking";
  const whole = streams ? line + text : text;
  const lines = whole.split("\n").filter((one) => one.trim() !== "");
  const end = streams && whole.endsWith("\n") ? "\n" : "";
  const last = lines.at(-1) ?? "";
  return (streams ? last.slice(-LINE) : last.slice(0, LINE)) + end;
}

/** Live lines of slices that no longer move are dropped. */
function stillLive(live: State["live"], view: View): State["live"] {
  const moving = new Set((view.order?.slices ?? []).filter(({ at }) => MOVING.has(at)).map(({ id }) => id));
  if (view.order?.phase === "planning") moving.add("");
  const kept = Object.entries(live).filter(([slice]) => moving.has(slice));
  return kept.length === Object.keys(live).length ? live : Object.fromEntries(kept);
}

function receiveSnapshot(state: State, view: View): State {
  if (!state.greeting && state.view && view.rev < state.view.rev) return state;
  const order = view.order?.id ?? null;
  const ui = order === state.ui.order ? state.ui : { ...NO_UI, folded: state.ui.folded, order };
  return {
    ...state,
    view,
    ui,
    greeting: false,
    outdated: false,
    live: stillLive(state.live, view),
    news: newsOf(state.view, view) || state.news,
  };
}

/** What the webview knows after a message of the host. */
export function receive(state: State, message: ToView): State {
  switch (message.type) {
    case "snapshot":
      if (message.protocol !== PROTOCOL) return { ...state, outdated: true };
      return receiveSnapshot(state, message.view);
    case "delta": {
      const slice = message.slice ?? "";
      return { ...state, live: { ...state.live, [slice]: lineAfter(state.live[slice] ?? "", message) } };
    }
    case "refused":
      return { ...state, refusal: message.why };
  }
}

/** `scroll` is in pixels. It stands outside the state, because nothing is drawn again for it. */
type Saved = { protocol: number; view: View | null; ui: Ui; scroll: number };

/** What an earlier page left in the drawer. A drawer of another protocol is as good as empty. */
export function restore(saved: unknown): { state: State; scroll: number } {
  const kept = saved as Partial<Saved> | null | undefined;
  if (!kept || kept.protocol !== PROTOCOL || !kept.ui) return { state: START, scroll: 0 };
  return {
    state: { ...START, view: kept.view ?? null, ui: { ...NO_UI, ...kept.ui } },
    scroll: kept.scroll ?? 0,
  };
}

export type Store = {
  get(): State;
  subscribe(listener: () => void): () => void;
  /** Asks the host for a snapshot and accepts it whatever its rev. */
  hello(): void;
  take(message: ToView): void;
  changeUi(change: Partial<Ui>): void;
  /** Pixels; where the scrolling part stood. */
  scroll(): number;
  /** Remembers the place without drawing again. */
  keepScroll(pixels: number): void;
  /** The row that shall have the focus as soon as it is drawn. */
  wantFocus(key: string): void;
  /** Some row is still wanted and not drawn yet. */
  wantsFocus(): boolean;
  /** True once for the row that was wanted. */
  takeFocus(key: string): boolean;
  dismissRefusal(): void;
  /** Writes the drawer now instead of soon. */
  save(): void;
};

/** Runs a function once, later; injected so that tests decide when. */
export type Later = (run: () => void, ms: number) => void;

const DELTA_MS = 100;
const SAVE_MS = 300;

export function makeStore(host: Host, later: Later): Store {
  let { state, scroll } = restore(host.getState());
  const listeners = new Set<() => void>();
  const waiting: Delta[] = [];
  let saving = false;
  let wanted: string | null = null;

  const save = () => {
    saving = false;
    host.setState({ protocol: PROTOCOL, view: state.view, ui: state.ui, scroll } satisfies Saved);
  };
  const saveSoon = () => {
    if (saving) return;
    saving = true;
    later(() => saving && save(), SAVE_MS);
  };
  const become = (next: State) => {
    if (next === state) return;
    const kept = next.view === state.view && next.ui === state.ui;
    if (next.ui.order !== state.ui.order) scroll = 0;
    state = next;
    for (const listener of listeners) listener();
    if (!kept) saveSoon();
  };
  /** However fast text streams, the view is drawn ten times a second for it at most. */
  const takeDelta = (delta: Delta) => {
    waiting.push(delta);
    if (waiting.length > 1) return;
    later(() => become(waiting.splice(0).reduce<State>(receive, state)), DELTA_MS);
  };

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hello: () => {
      state = { ...state, greeting: true };
      host.postMessage({ type: "hello", protocol: PROTOCOL });
    },
    take: (message) => (message.type === "delta" ? takeDelta(message) : become(receive(state, message))),
    changeUi: (change) => become({ ...state, ui: { ...state.ui, ...change } }),
    scroll: () => scroll,
    keepScroll: (pixels) => {
      scroll = pixels;
      saveSoon();
    },
    wantFocus: (key) => {
      wanted = key;
    },
    wantsFocus: () => wanted !== null,
    takeFocus: (key) => {
      if (wanted !== key) return false;
      wanted = null;
      return true;
    },
    dismissRefusal: () => become({ ...state, refusal: null }),
    save,
  };
}
