import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import type { OrderView, View } from "../src/protocol/view.ts";
import { Amendment } from "./components/Amendment.tsx";
import { Approvals } from "./components/Approvals.tsx";
import { isAsking } from "./components/AskChanges.tsx";
import { Banners } from "./components/Banners.tsx";
import { Blocked } from "./components/Blocked.tsx";
import { EmptyState, Orders } from "./components/EmptyState.tsx";
import { Graph } from "./components/Graph.tsx";
import { Header } from "./components/Header.tsx";
import { Money } from "./components/Money.tsx";
import { Predictions } from "./components/Predictions.tsx";
import { PlanGate, errorsOf } from "./components/PlanGate.tsx";
import { Questions } from "./components/Questions.tsx";
import { SliceGrid } from "./components/SliceGrid.tsx";
import { Workspace } from "./components/Workspace.tsx";
import { canAct } from "./format.ts";
import type { Send } from "./host.ts";
import { type Page, pageOf } from "./page.ts";
import type { Store } from "./store.ts";

/** The scrolling part remembers its place, also over a reload. */
function useScroll(store: Store, order: string) {
  // State, not a ref: the virtual rows must be drawn again once the element is there.
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  useLayoutEffect(() => {
    if (!element) return;
    element.scrollTop = store.scroll();
    const keep = () => store.keepScroll(element.scrollTop);
    element.addEventListener("scroll", keep, { passive: true });
    return () => element.removeEventListener("scroll", keep);
  }, [element, store, order]);
  return { element, setElement };
}

const Dock = ({ page, order }: { page: Page; order: OrderView }) => {
  const asking = order.can.askChanges && isAsking(page);
  const waits =
    order.asks.length > 0 ||
    order.phase === "gate" ||
    order.replanning !== null ||
    asking ||
    errorsOf(order) > 0;
  const at = new Set(order.slices.map((slice) => slice.at));
  if (!waits && !at.has("approval") && !at.has("conflict") && !at.has("stuck")) return null;
  return (
    <aside className="dock" aria-label="Waiting for you">
      <Questions page={page} order={order} />
      <PlanGate page={page} order={order} />
      <Blocked page={page} order={order} />
      <Approvals page={page} order={order} />
    </aside>
  );
};

function Order({ page, view, order }: { page: Page; view: View; order: OrderView }) {
  const { element, setElement } = useScroll(page.store, order.id);
  return (
    <>
      <div className="scroll" ref={setElement}>
        <Header page={page} view={view} order={order} />
        <Banners page={page} view={view} />
        <Amendment page={page} order={order} />
        <SliceGrid page={page} view={view} order={order} scroll={element} />
        <Graph page={page} order={order} />
        <Money page={page} order={order} />
        <Predictions page={page} order={order} />
        <Workspace page={page} view={view} />
        <Orders page={page} view={view} />
      </div>
      {canAct(view) && <Dock page={page} order={order} />}
    </>
  );
}

const Empty = ({ page, view }: { page: Page; view: View }) => (
  <div className="scroll">
    <Banners page={page} view={view} />
    <EmptyState page={page} view={view} />
    <Workspace page={page} view={view} />
    <Orders page={page} view={view} />
  </div>
);

export function App({ store, send }: { store: Store; send: Send }) {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const page = pageOf(state, store, send);
  useEffect(() => () => store.save(), [store]);
  const { view } = state;
  return (
    <main className="app" aria-busy={view === null}>
      {state.outdated ? (
        <p className="notice">
          Slicewise was updated. Reload the window to go on: “Developer: Reload Window”.
        </p>
      ) : (
        view &&
        (view.order ? (
          <Order page={page} view={view} order={view.order} />
        ) : (
          <Empty page={page} view={view} />
        ))
      )}
      <div className="hidden" role="status" aria-live="polite" aria-atomic="true">
        {state.refusal ?? state.news}
      </div>
    </main>
  );
}
