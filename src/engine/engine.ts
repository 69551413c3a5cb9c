/**
 * One inbox of a closed union; the only caller of apply and of log.append. Performers run beside it: after every event
 * the steps that `next` names are started, and those it no longer names are cut off.
 */
import { apply } from "../core/apply.ts";
import { decide, isRefusal } from "../core/decide.ts";
import type { Command, Entry, Event, Refusal } from "../core/event.ts";
import { next } from "../core/next.ts";
import type { Fault, Tier } from "../core/order.ts";
import { type Step, type WorkOrder, stepName } from "../core/state.ts";
import { execute } from "./execute.ts";
import { land, push, revert } from "./land.ts";
import { type Performer, type Performers, type Performing, faultOf } from "./performer.ts";
import { criticise, drift, plan } from "./plan.ts";
import type { World } from "./ports.ts";
import { report } from "./report.ts";
import { reserve } from "./reserve.ts";
import { verify } from "./verify.ts";

const performers: Performers = { plan, criticise, execute, verify, land, push, report };

type Message =
  | { kind: "event"; event: Event; done: (entry: Entry) => void; failed: (error: unknown) => void }
  | { kind: "command"; command: Command; answer: (refusal: Refusal | null) => void }
  | { kind: "finished"; name: string; events: Event[] }
  | { kind: "failed"; name: string; step: Step; error: unknown };

export type Engine = {
  order(): WorkOrder;
  /** Null when it was done; a Refusal says why not. Resolves when what it caused is on disk. */
  send(command: Command): Promise<Refusal | null>;
  /** Called after every event, in order. Returns what unsubscribes. */
  watch(listener: (order: WorkOrder) => void): () => void;
  /** Resolves when nothing runs and nothing can start without a person; rejects never. */
  idle(): Promise<void>;
  /** Why the engine itself stopped: the log could not be written, or a bug. Null while it is sound. */
  broken(): Fault | null;
  /** Cuts off what runs and waits for it. What was open is logged as interrupted, so that it starts again. */
  close(): Promise<void>;
};

type Running = { abort: AbortController; done: Promise<void> };

/** `order` is the fold of the log so far. Work starts at once. */
export function startEngine(world: World, folded: WorkOrder): Engine {
  let order = folded;
  let broken: Fault | null = null;
  let closing = false;
  const running = new Map<string, Running>();
  const listeners = new Set<(order: WorkOrder) => void>();
  const inbox: Message[] = [];
  let draining: Promise<void> | null = null;

  const post = (message: Message): void => {
    inbox.push(message);
    draining ??= drain();
  };

  async function drain(): Promise<void> {
    await Promise.resolve();
    for (let message = inbox.shift(); message; message = inbox.shift()) {
      await handle(message);
      if (inbox.length === 0) await settle();
    }
    draining = null;
    notify();
  }

  async function handle(message: Message): Promise<void> {
    switch (message.kind) {
      case "event":
        return append(message.event).then(message.done, (error: unknown) => {
          breakDown(error);
          message.failed(error);
        });
      case "command":
        return answer(message.command).then(message.answer);
      case "finished":
        running.delete(message.name);
        return appendAll(message.events);
      case "failed":
        running.delete(message.name);
        return stepFailed(message.step, message.error);
    }
  }

  async function append(event: Event): Promise<Entry> {
    if (broken) throw new Error(broken.message);
    const entry = await world.log.append(event);
    order = apply(order, entry);
    notify();
    return entry;
  }

  async function appendAll(events: readonly Event[]): Promise<void> {
    for (const event of events) {
      if (broken) return;
      await append(event).catch(breakDown);
    }
  }

  /** Without its log the engine may do nothing more: everything is cut off, the order stays as it is on disk. */
  function breakDown(error: unknown): void {
    broken ??= faultOf(error) ?? {
      kind: "bug",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
    for (const { abort } of running.values()) abort.abort();
    notify();
  }

  /** The world's faults are facts of the order; anything else is a bug and stops it, keeping the log. */
  async function stepFailed(step: Step, error: unknown): Promise<void> {
    const fault = faultOf(error);
    if (closing || broken) return;
    if (fault && step.do !== "record") return appendAll([faultedStep(step, fault)]);
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return appendAll([
      { type: "stopped", why: world.redact(`Bug in ${stepName(step)}: ${why}`), by: "policy" },
    ]);
  }

  async function answer(command: Command): Promise<Refusal | null> {
    if (broken) return { refused: broken.message };
    const answered = await answerTo(command);
    if (isRefusal(answered)) return answered;
    await appendAll(answered);
    return broken ? { refused: (broken as Fault).message } : null;
  }

  async function answerTo(command: Command): Promise<Event[] | Refusal> {
    const synced = command.do === "approvePlan" ? await sync() : null;
    if (synced) return synced;
    const decided = decide(order, command);
    if (isRefusal(decided)) return decided;
    if (command.do === "reroute") return edited(command.slice, { route: command.route });
    if (command.do === "reclass") return edited(command.slice, { class: command.class });
    if (command.do === "revert")
      return revert(command.slice, performing(new AbortController().signal), new AbortController().signal);
    return decided;
  }

  /** The task file is the interface: a changed class or route is written there, and is an amendment like any other. */
  async function edited(
    id: string,
    keys: Parameters<World["files"]["setKeys"]>[1],
  ): Promise<Event[] | Refusal> {
    const file = await world.files.setKeys(id, keys);
    if (Array.isArray(file))
      return { refused: file.map(({ path, line, message }) => `${path}:${line}: ${message}`).join("\n") };
    return [
      {
        type: "amended",
        changed: [{ slice: file.slice, hash: file.hash }],
        dropped: [],
        by: "user",
        why: "changed in the sidebar or by command",
      },
    ];
  }

  /** What was approved is what the files say: edits since the last check are taken in, and checked, first. */
  async function sync(): Promise<Refusal | null> {
    const { changed, dropped, problems } = await drift(performing(new AbortController().signal));
    if (problems.length > 0)
      return { refused: problems.map(({ path, line, message }) => `${path}:${line}: ${message}`).join("\n") };
    if (changed.length + dropped.length === 0) return null;
    await appendAll([{ type: "amended", changed, dropped, by: "user", why: "task files were edited" }]);
    const checked = await criticise(
      { do: "criticise" },
      performing(new AbortController().signal),
      new AbortController().signal,
    );
    await appendAll(checked);
    return null;
  }

  /** Brings what runs in line with what the state asks for. */
  async function settle(): Promise<void> {
    while (!broken && !closing) {
      const steps = next(order);
      const fact = steps.find((step) => step.do === "record");
      if (fact?.do === "record") {
        await appendAll([fact.event]);
        continue;
      }
      const wanted = new Map(steps.map((step) => [stepName(step), step]));
      for (const [name, { abort }] of running) if (!wanted.has(name)) abort.abort();
      for (const [name, step] of wanted) if (!running.has(name)) start(name, step);
      return;
    }
  }

  function start(name: string, step: Step): void {
    if (step.do === "record") return;
    const abort = new AbortController();
    const perform = performers[step.do] as Performer<typeof step.do>;
    const done = Promise.resolve()
      .then(() => perform(step, performing(abort.signal), abort.signal))
      .then(
        (events) =>
          post({ kind: "finished", name, events: abort.signal.aborted ? cutOff(step, events) : events }),
        (error: unknown) => post({ kind: "failed", name, step, error: abort.signal.aborted ? null : error }),
      );
    running.set(name, { abort, done });
  }

  const reservations = { total: 0, bySlice: new Map<string, number>() };

  const performing = (signal: AbortSignal): Performing => ({
    world,
    order: () => order,
    record: (event) => new Promise((done, failed) => post({ kind: "event", event, done, failed })),
    until: (ready) => until(ready, signal),
    reserve: (slice: string | null, tier: Tier, input: number, output: number) =>
      reserve(reservations, order, world.catalogue, { slice, tier, input, output }),
  });

  function until(ready: (order: WorkOrder) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (ready(order)) finish(resolve);
        else if (signal.aborted || broken) finish(() => reject(new Error("cut off")));
      };
      const finish = (how: () => void): void => {
        listeners.delete(check);
        signal.removeEventListener("abort", check);
        how();
      };
      listeners.add(check);
      signal.addEventListener("abort", check);
      check();
    });
  }

  const notify = (): void => {
    for (const listener of [...listeners]) listener(order);
  };

  const engine: Engine = {
    order: () => order,
    send: (command) => new Promise((resolve) => post({ kind: "command", command, answer: resolve })),
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    idle: async () => {
      while (draining || running.size > 0)
        await (draining ?? Promise.race([...running.values()].map(({ done }) => done)));
    },
    broken: () => broken,
    close: async () => {
      closing = true;
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
      while (draining) await draining;
    },
  };
  draining = drain().then(() => settle());
  void draining.then(() => {
    draining = null;
    notify();
  });
  return engine;
}

/** What a step that was cut off still has to say: an attempt left open is closed, the rest is worth nothing. */
function cutOff(step: Step, events: Event[]): Event[] {
  if (step.do === "land") return events;
  const fault = events.find((event) => event.type === "faulted");
  return fault ? [{ ...fault, fault: { kind: "cancelled", message: "Stopped before it ended." } }] : [];
}

function faultedStep(step: Exclude<Step, { do: "record" }>, fault: Fault): Event {
  if (step.do === "execute" || step.do === "verify" || step.do === "land") {
    return { type: "faulted", slice: step.slice, attempt: step.attempt, during: step.do, fault };
  }
  return { type: "faulted", slice: null, attempt: null, during: "plan", fault };
}
