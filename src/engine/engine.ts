/**
 * One inbox of a closed union; the only caller of apply and of log.append. Performers run beside it: after every event
 * the steps that `next` names are started, and those it no longer names are cut off.
 */
import { apply } from "../core/apply.ts";
import { isRefusal } from "../core/decide.ts";
import type { Command, Entry, Event, Refusal } from "../core/event.ts";
import { next } from "../core/next.ts";
import type { Fault } from "../core/order.ts";
import { type Step, type WorkOrder, stepName } from "../core/state.ts";
import { type Turn, answerTo } from "./answer.ts";
import { execute } from "./execute.ts";
import { land, push } from "./land.ts";
import { type Performer, type Performers, type Performing, faultOf } from "./performer.ts";
import { criticise } from "./criticise.ts";
import { plan } from "./plan.ts";
import type { World } from "./ports.ts";
import { replan } from "./replan.ts";
import { report } from "./report.ts";
import { noReservations, reserving } from "./reserve.ts";
import { verify } from "./verify/verify.ts";

type WorkStep = Exclude<Step, { do: "record" }>;
const performers: Performers = { plan, replan, criticise, execute, verify, land, push, report };

/** "checking": it has to be sent again once the plan was checked. */
type Answer = Refusal | "checking" | null;
type Message =
  | { kind: "event"; event: Event; done: (entry: Entry) => void; failed: (error: unknown) => void }
  | { kind: "command"; command: Command; turn: Turn; answer: (answer: Answer) => void }
  | { kind: "finished"; name: string; events: Event[] }
  | { kind: "failed"; name: string; step: WorkStep; error: unknown };

type Running = { abort: AbortController; done: Promise<void> };
type Listener = (order: WorkOrder) => void;

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
const ALL_STEPS: ReadonlySet<Step["do"]> = new Set([
  "record",
  ...(Object.keys(performers) as WorkStep["do"][]),
]);
const NEVER = new AbortController().signal;

export class Engine {
  #order: WorkOrder;
  #broken: Fault | null = null;
  #closing = false;
  #draining: Promise<void> | null = null;
  readonly #world: World;
  readonly #steps: ReadonlySet<Step["do"]>;
  readonly #inbox: Message[] = [];
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<Listener>();
  readonly #reservations = noReservations();
  readonly #closed = new AbortController();

  /** `folded` is the fold of the log so far. Work starts at once; of `steps` only, when the host only looks or plans. */
  constructor(world: World, folded: WorkOrder, steps: ReadonlySet<Step["do"]> = ALL_STEPS) {
    this.#world = world;
    this.#steps = steps;
    this.#order = folded;
    this.#draining = this.#drain();
  }

  order(): WorkOrder {
    return this.#order;
  }

  /** Why the engine itself stopped: the log could not be written, or a bug. Null while it is sound. */
  broken(): Fault | null {
    return this.#broken;
  }

  /**
   * Null when it was done; a Refusal says why not. Resolves when what it caused is on disk. A command that depends on files
   * that changed meanwhile waits until the plan was checked again.
   */
  async send(command: Command): Promise<Refusal | null> {
    for (let turn: Turn = "sent"; ; turn = "checked") {
      const answer = await new Promise<Answer>((answered) =>
        this.#post({ kind: "command", command, turn, answer: answered }),
      );
      if (answer !== "checking") return answer;
      if (!(await checked(this, this.#closed.signal)))
        return { refused: "Closed before the plan was checked again." };
    }
  }

  /** Records a fact that neither a step nor a command brings, such as changed settings. */
  note(event: Event): Promise<unknown> {
    return this.#performing(NEVER).record(event);
  }

  /** Called after every event, in order. Returns what unsubscribes. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when nothing runs and nothing can start without a person. */
  async idle(): Promise<void> {
    while (this.#draining || this.#running.size > 0) {
      await (this.#draining ?? Promise.race([...this.#running.values()].map(({ done }) => done)));
    }
  }

  /** Cuts off what runs and waits for it. What was cut off uses up no try and starts again when the order is reopened. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#closed.abort();
    this.#abortAll();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    while (this.#draining) await this.#draining;
  }

  #post(message: Message): void {
    this.#inbox.push(message);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    try {
      do {
        for (let message = this.#inbox.shift(); message; message = this.#inbox.shift())
          await this.#handle(message);
        await this.#settle();
      } while (this.#inbox.length > 0);
    } catch (error) {
      this.#breakDown(error);
    }
    this.#draining = null;
    this.#notify();
  }

  async #handle(message: Message): Promise<void> {
    switch (message.kind) {
      case "event":
        return this.#append(message.event).then(message.done, (error: unknown) => {
          this.#breakDown(error);
          message.failed(error);
        });
      case "command":
        return message.answer(await this.#answer(message.command, message.turn));
      case "finished":
        this.#running.delete(message.name);
        return this.#appendAll(message.events);
      case "failed":
        this.#running.delete(message.name);
        return this.#stepFailed(message.step, message.error);
    }
  }

  async #append(event: Event): Promise<Entry> {
    if (this.#broken) throw new Error(this.#broken.message);
    const entry = await this.#world.log.append(event);
    this.#order = apply(this.#order, entry);
    this.#notify();
    return entry;
  }

  async #appendAll(events: readonly Event[]): Promise<void> {
    for (const event of events) {
      if (this.#broken) return;
      await this.#append(event).catch((error: unknown) => this.#breakDown(error));
    }
  }

  /** Without its log the engine may do nothing more: everything is cut off, the order stays as it is on disk. */
  #breakDown(error: unknown): void {
    this.#broken ??= faultOf(error) ?? { kind: "bug", message: stackOf(error) };
    this.#abortAll();
    this.#notify();
  }

  #abortAll(): void {
    for (const { abort } of this.#running.values()) abort.abort();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener(this.#order);
  }

  /** The world's faults are facts of the order; anything else is a bug: it stops the order and keeps the log. */
  async #stepFailed(step: WorkStep, error: unknown): Promise<void> {
    const fault = faultOf(error);
    if (fault) return this.#appendAll([faultedStep(step, fault)]);
    const why = this.#world.redact(`Bug in ${stepName(step)}: ${stackOf(error)}`);
    return this.#appendAll([{ type: "stopped", why, by: "policy" }]);
  }

  async #answer(command: Command, turn: Turn): Promise<Answer> {
    if (this.#broken) return { refused: this.#broken.message };
    const append = (events: readonly Event[]): Promise<void> => this.#appendAll(events);
    const answering = answerTo(command, this.#performing(NEVER), append, turn);
    const answered = await answering.catch((error: unknown): Refusal => {
      const fault = faultOf(error);
      if (!fault) this.#breakDown(error);
      return { refused: fault?.message ?? stackOf(error) };
    });
    if (answered === "checking" || isRefusal(answered)) return answered;
    await this.#appendAll(answered);
    return this.broken() ? { refused: this.broken()?.message ?? "" } : null;
  }

  /** Brings what runs in line with what the state asks for. */
  async #settle(): Promise<void> {
    for (;;) {
      if (this.#broken || this.#closing) return;
      const steps = next(this.#order);
      const fact = steps.find((step) => step.do === "record");
      if (!fact || !this.#steps.has("record"))
        return this.#reconcile(steps.filter((step) => step.do !== "record"));
      await this.#appendAll([fact.event]);
    }
  }

  #reconcile(steps: readonly WorkStep[]): void {
    const wanted = new Map(steps.map((step) => [stepName(step), step]));
    for (const [name, { abort }] of this.#running) if (!wanted.has(name)) abort.abort();
    for (const [name, step] of wanted) {
      if (!this.#running.has(name) && this.#steps.has(step.do)) this.#start(name, step);
    }
  }

  #start(name: string, step: WorkStep): void {
    const abort = new AbortController();
    const ended = outcome(name, step, this.#performing(abort.signal), abort.signal);
    this.#running.set(name, { abort, done: ended.then((message) => this.#post(message)) });
  }

  #performing(signal: AbortSignal): Performing {
    return {
      world: this.#world,
      order: () => this.#order,
      record: (event) => new Promise((done, failed) => this.#post({ kind: "event", event, done, failed })),
      until: (ready) => until(this, ready, signal),
      reserve: reserving({ held: this.#reservations, order: () => this.#order, ...this.#world, signal }),
    };
  }
}

/** Resolves when `ready` holds of the order; rejects when `signal` aborts or the engine breaks down first. */
function until(engine: Engine, ready: (order: WorkOrder) => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (how: () => void): void => {
      unwatch();
      signal.removeEventListener("abort", check);
      how();
    };
    const check = (): void => {
      if (ready(engine.order())) finish(resolve);
      else if (signal.aborted || engine.broken()) finish(() => reject(new Error("cut off")));
    };
    const unwatch = engine.watch(check);
    signal.addEventListener("abort", check);
    check();
  });
}

/** What a step came to. One that was cut off says only what it still has to say. */
function outcome(name: string, step: WorkStep, run: Performing, signal: AbortSignal): Promise<Message> {
  // The one cast: the performer found under `do` takes that very step.
  const perform = performers[step.do] as Performer<WorkStep["do"]>;
  const finished = (events: Event[]): Message => ({ kind: "finished", name, events });
  return Promise.resolve()
    .then(() => perform(step, run, signal))
    .then(
      (events) => finished(signal.aborted ? cutOff(step, events) : events),
      (error: unknown) =>
        signal.aborted ? finished(cutOff(step, [])) : { kind: "failed", name, step, error },
    );
}

/** The plan was checked, or will not be before somebody acts. */
const isChecked = ({ findings, halted, planFault, discarded }: WorkOrder): boolean =>
  findings !== null || halted?.by === "stop" || planFault !== null || discarded !== null;

/** False when the engine closed or broke down first. */
const checked = (engine: Engine, closed: AbortSignal): Promise<boolean> =>
  until(engine, isChecked, closed).then(
    () => true,
    () => false,
  );

/**
 * What a step that was cut off still has to say. A landing that got through is a fact; an attempt left open is closed as
 * cancelled; a verification simply starts again.
 */
function cutOff(step: WorkStep, events: Event[]): Event[] {
  if (step.do === "land" || step.do === "push" || step.do === "replan") return events;
  // Task files that were written are a plan, whoever stopped meanwhile.
  if (step.do === "plan") return events.filter(({ type }) => type !== "faulted");
  if (step.do !== "execute") return [];
  return [faultedStep(step, { kind: "cancelled", message: "Stopped before it ended." })];
}

function faultedStep(step: WorkStep, fault: Fault): Event {
  if (step.do === "execute" || step.do === "verify" || step.do === "land") {
    return { type: "faulted", slice: step.slice, attempt: step.attempt, during: step.do, fault };
  }
  const during = step.do === "replan" ? "replan" : "plan";
  return { type: "faulted", slice: null, attempt: null, during, fault };
}
