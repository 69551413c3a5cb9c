import type { Send } from "./host.ts";
import { rowKey } from "./rows.ts";
import type { State, Store } from "./store.ts";

/** What every part of the page may use. */
export type Page = {
  state: State;
  send: Send;
  store: Store;
  /** Opens the row of a slice and moves the focus to it. */
  show(slice: string): void;
  /** A section the user folded or unfolded; `open` is the default. */
  section(name: string, open: "open" | "folded"): { open: boolean; toggle(): void };
};

/** Made anew for each state: plain data and functions over the store. */
export function pageOf(state: State, store: Store, send: Send): Page {
  return {
    state,
    store,
    send,
    show: (slice) => {
      const open = [...new Set([...state.ui.open, slice])];
      store.changeUi({ open, active: rowKey(slice), folded: { ...state.ui.folded, plan: false } });
      store.wantFocus(rowKey(slice));
    },
    section: (name, byDefault) => {
      const folded = state.ui.folded[name] ?? byDefault === "folded";
      return {
        open: !folded,
        toggle: () => store.changeUi({ folded: { ...state.ui.folded, [name]: !folded } }),
      };
    },
  };
}
