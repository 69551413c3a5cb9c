import { describe, expect, it } from "vitest";
import { PROTOCOL, type View } from "../../src/protocol/view.ts";
import type { ToView } from "../../src/protocol/messages.ts";
import type { Host, ToHost } from "../../webview-ui/host.ts";
import { newsOf } from "../../webview-ui/news.ts";
import { type Later, START, type State, lineAfter, makeStore, receive } from "../../webview-ui/store.ts";
import { FIXTURES } from "./fixtures.ts";

const at = (rev: number): View => ({ ...FIXTURES.running, rev });
const snapshot = (view: View, protocol = PROTOCOL): ToView => ({ type: "snapshot", protocol, view });
const delta = (slice: string | null, kind: string, text: string): ToView => ({
  type: "delta",
  slice,
  kind,
  text,
});
const greeted: State = { ...START, greeting: false };

/** The running fixture with some slices in other states. */
const moved = (states: Record<string, string>, more: object = {}): View => {
  const view = structuredClone<View>(FIXTURES.running);
  for (const slice of view.order?.slices ?? [])
    Object.assign(slice, states[slice.id] ? { at: states[slice.id] } : {});
  Object.assign(view.order ?? {}, more);
  return view;
};

describe("receive", () => {
  const check = (
    name: string,
    messages: ToView[],
    facts: (state: State) => unknown,
    wanted: unknown,
    from = greeted,
  ) => it(name, () => expect(facts(messages.reduce(receive, from))).toEqual(wanted));
  const rev = (state: State) => state.view?.rev;

  check("takes a first snapshot", [snapshot(at(3))], rev, 3);
  check("takes a newer one", [snapshot(at(3)), snapshot(at(9))], rev, 9);
  check("takes the same rev again", [snapshot(at(3)), snapshot(at(3))], rev, 3);
  check("drops an older one", [snapshot(at(9)), snapshot(at(3))], rev, 9);
  check("takes a lower rev after hello", [snapshot(at(1))], rev, 1, { ...START, view: at(500) });
  check("after that answer older ones are dropped again", [snapshot(at(5)), snapshot(at(2))], rev, 5, {
    ...START,
    view: at(500),
  });
  check(
    "refuses another protocol",
    [snapshot(at(3), PROTOCOL + 1)],
    (state) => [state.outdated, rev(state)],
    [true, undefined],
  );
  check("says why a command was refused", [{ type: "refused", why: "no" }], (state) => state.refusal, "no");
  check(
    "keeps the latest line per slice",
    [delta("03", "note", "one"), delta("06", "note", "two"), delta("03", "note", "three")],
    (state) => state.live,
    { "03": "three", "06": "two" },
  );
  check(
    "drops live lines of slices that stand still",
    [delta("03", "note", "a"), delta("04", "note", "b"), snapshot(at(2))],
    (state) => state.live,
    { "03": "a" },
  );
  const ui = {
    order: FIXTURES.running.order?.id ?? "",
    open: ["03"],
    folded: { money: false },
    active: "03",
    draft: "split 03",
  };
  check("keeps open rows over snapshots of one order", [snapshot(at(2))], (state) => state.ui, ui, {
    ...greeted,
    ui,
  });
  const other = { ...FIXTURES.running, rev: 4, order: { ...FIXTURES.running.order, id: "another" } } as View;
  check(
    "closes them for another order",
    [snapshot(other)],
    (state) => state.ui,
    { order: "another", open: [], folded: { money: false }, active: null, draft: null },
    { ...greeted, ui },
  );
});

describe("lineAfter", () => {
  const check = (line: string, kind: string, text: string, wanted: string) =>
    it(`${JSON.stringify(line)} + ${kind} ${JSON.stringify(text)}`, () =>
      expect(lineAfter(line, { type: "delta", slice: "01", kind, text })).toBe(wanted));
  check("", "text", "abc", "abc");
  check("abc", "text", "def", "abcdef");
  check("abc", "text", "\nnext", "next");
  check("abc", "text", "\n", "abc\n");
  check("abc\n", "text", "def", "def");
  check("abc", "thinking", " more", "abc more");
  check("abc", "tool", "read src/a.js", "read src/a.js");
  check("abc", "check", "npm test\n1 passed\n", "1 passed");
  check("", "text", "x".repeat(500), "x".repeat(160));
  check("", "text", `${"x".repeat(100)}${"y".repeat(160)}`, "y".repeat(160));
  check("", "check", `${"x".repeat(160)}yy`, "x".repeat(160));
});

describe("newsOf", () => {
  const check = (name: string, before: View | null, after: View, wanted: string) =>
    it(name, () => expect(newsOf(before, after)).toBe(wanted));
  const still = moved({});
  check("nothing to compare with", null, still, "");
  check("nothing changed", still, moved({}), "");
  check("another order", { ...still, order: null }, still, "");
  check("one slice", still, moved({ "03": "approval" }), "03 Stream cut-off: awaiting approval.");
  check(
    "the planner is asked again",
    still,
    moved({}, { phase: "planning", replanning: "slice 03: failed" }),
    "Order planning. The planner is amending the plan.",
  );
  check(
    "the plan was amended",
    moved({}, { phase: "planning", replanning: "slice 03: failed" }),
    moved({}, { amendment: { why: "It has to be split.", changes: [] }, amendments: 1 }),
    "Order running. Plan amended: It has to be split.",
  );
  check("the phase", still, moved({}, { phase: "paused" }), "Order paused.");
  check(
    "at most three slices",
    still,
    moved({ "01": "waiting", "03": "stuck", "04": "done", "05": "executing", "06": "approval" }),
    "01 Parse --limit: waiting. 03 Stream cut-off: stuck. 04 Docs and help: done. 2 more changed.",
  );
  check(
    "a question",
    still,
    moved({}, { asks: [{ id: "q", slice: "03", command: "ls" }] }),
    "Slice 03 asks to run a command.",
  );
});

describe("makeStore", () => {
  /** A store whose timers run when told, over a drawer. */
  function bench(saved: unknown) {
    const sent: ToHost[] = [];
    const drawer = { state: saved };
    const timers: (() => void)[] = [];
    const host: Host = {
      postMessage: (message) => sent.push(message),
      getState: () => drawer.state,
      setState: (state) => {
        drawer.state = structuredClone(state);
      },
    };
    const later: Later = (run) => timers.push(run);
    const store = makeStore(host, later);
    let drawn = 0;
    store.subscribe(() => drawn++);
    return { store, sent, drawer, tick: () => timers.splice(0).forEach((run) => run()), drawn: () => drawn };
  }

  it("says hello and takes the answer whatever its rev", () => {
    const { store, sent } = bench({ protocol: PROTOCOL, view: at(90), ui: START.ui });
    expect(store.get().view?.rev).toBe(90);
    store.hello();
    store.take(snapshot(at(1)));
    expect([sent, store.get().view?.rev]).toEqual([[{ type: "hello", protocol: PROTOCOL }], 1]);
  });

  it("comes back to the same state after it was destroyed", () => {
    const first = bench(undefined);
    first.store.take(snapshot(at(4)));
    first.store.changeUi({ open: ["03"], active: "03" });
    first.store.keepScroll(120);
    first.tick();
    const second = bench(first.drawer.state);
    expect(second.store.get().view).toEqual(at(4));
    expect(second.store.get().ui).toMatchObject({ open: ["03"], active: "03" });
    expect(second.store.scroll()).toBe(120);
  });

  it.each([
    ["nothing", undefined],
    ["another protocol", { protocol: -1, view: at(3), ui: START.ui }],
    ["rubbish", "x"],
  ])("starts empty over %s", (_, saved) => expect(bench(saved).store.get()).toEqual(START));

  it("draws once for many deltas", () => {
    const { store, tick, drawn } = bench(undefined);
    for (let i = 0; i < 1000; i++) store.take(delta("03", "text", `${i}\n`));
    expect(drawn()).toBe(0);
    tick();
    expect([drawn(), store.get().live["03"]]).toEqual([1, "999\n"]);
  });

  it("writes the drawer once for many snapshots", () => {
    const { store, drawer, tick } = bench(undefined);
    for (let rev = 1; rev < 50; rev++) store.take(snapshot(at(rev)));
    expect(drawer.state).toBeUndefined();
    tick();
    expect(drawer.state).toMatchObject({ view: { rev: 49 } });
  });

  it("gives the focus to the wanted row once", () => {
    const { store } = bench(undefined);
    store.wantFocus("03");
    expect([store.takeFocus("02"), store.takeFocus("03"), store.takeFocus("03")]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
