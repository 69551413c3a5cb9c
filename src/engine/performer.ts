/** What a performer works with, beside the step it was given. */
import type { Entry, Event } from "../core/event.ts";
import { type Fault, Fault as FaultSchema, type Tier, type Usage } from "../core/order.ts";
import type { SliceState, Step, WorkOrder } from "../core/state.ts";
import { sliceOf } from "../core/state.ts";
import type { Delta, ModelEvent, Provider, World } from "./ports.ts";
import type { Told } from "./reply.ts";

export type Performing = {
  world: World;
  /** The order as it is now, not as it was when the step began. */
  order(): WorkOrder;
  /** Resolves once the event is on disk; only then may what it announces be done. */
  record(event: Event): Promise<Entry>;
  /** Resolves when `ready` first holds of the order. Rejects when the step is cut off. */
  until(ready: (order: WorkOrder) => boolean): Promise<void>;
  /** Sets money aside for a call; a Fault when the order's or the slice's budget could be exceeded. */
  reserve(
    slice: string | null,
    tier: Tier,
    input: number,
    output: number,
  ): Promise<{ release(): void } | Fault>;
};

export type Performer<K extends Step["do"]> = (
  step: Extract<Step, { do: K }>,
  run: Performing,
  signal: AbortSignal,
) => Promise<Event[]>;
export type Performers = { [K in Exclude<Step["do"], "record">]: Performer<K> };

export const isFault = (value: object): value is Fault => "kind" in value && "message" in value;

/** How adapters and performers say that the world let them down: an Error that carries a Fault. */
export const faultError = (fault: Fault): Error & { fault: Fault } =>
  Object.assign(new Error(fault.message), { fault });

export function faultOf(error: unknown): Fault | null {
  const fault = error instanceof Error && "fault" in error ? FaultSchema.safeParse(error.fault) : null;
  return fault?.success ? fault.data : null;
}

/** What was made, or the world's fault as a value; a bug stays a bug. */
export const orFault = async <T extends object>(made: Promise<T>): Promise<T | Fault> =>
  made.catch((error: unknown) => {
    const fault = faultOf(error);
    if (fault) return fault;
    throw error;
  });

/** The slice of a step; a step of a slice that is gone is a bug. */
export function stateOf({ order }: Performing, id: string): SliceState {
  const state = sliceOf(order(), id);
  if (!state) throw new Error(`step for unknown slice ${id}`);
  return state;
}

export function providerFor({ world }: Performing, tier: Tier): Provider | Fault {
  const provider = world.providers.get(tier.provider);
  if (provider) return provider;
  const known = [...world.providers.keys()].join(", ");
  const message = `No provider "${tier.provider}" is set up (known: ${known}). Add it to \`slicewise.providers\` or choose another model.`;
  return { kind: "unknown-model", message };
}

/** An effort the catalogue knows the model does not take is refused here, never replaced by another. */
export function unfitEffort({ world }: Performing, tier: Tier): Fault | null {
  const accepted = world.catalogue.info(tier)?.efforts;
  if (tier.effort === null || !accepted || accepted.includes(tier.effort)) return null;
  const takes =
    accepted.length > 0 ? `It takes ${accepted.join(", ")}.` : "It takes none: set effort to null.";
  const message = `${tier.model} does not take the effort "${tier.effort}". ${takes} Change the route or \`slicewise.tiers\`.`;
  return { kind: "unsupported", message };
}

/** A model the catalogue knows to take no tools cannot execute; it is told, and no other is put in its place. */
export function unfitTools({ world }: Performing, tier: Tier): Fault | null {
  if (world.catalogue.info(tier)?.tools !== false) return null;
  const message = `${tier.model} takes no tools, and an executor works with nothing else. Change the route or \`slicewise.tiers\`.`;
  return { kind: "unsupported", message };
}

/** Why this tier cannot execute, as far as it is known without asking; null when it can. */
export const unfitFor = (run: Performing, tier: Tier): Fault | null => {
  const provider = providerFor(run, tier);
  return isFault(provider) ? provider : (unfitEffort(run, tier) ?? unfitTools(run, tier));
};

/**
 * Logs one model call with its price, and what it would have cost on the top tier. What the endpoint says it charges goes
 * before what is reckoned from tokens; a call on the top tier's own model is compared with itself.
 */
export async function recordCall(
  { world, order, record }: Performing,
  call: {
    slice: string | null;
    attempt: number | null;
    role: "planner" | "executor" | "reviewer";
    tier: Tier;
  },
  usage: Usage,
  ms: number,
  { odd, reported, waitedMs = 0 }: Partial<Told> = {},
): Promise<void> {
  const top = order().config?.tiers.at(-1) ?? call.tier;
  const at = world.clock.now();
  const cost = reported ?? world.catalogue.cost(call.tier, usage, at);
  const isTop = top.provider === call.tier.provider && top.model === call.tier.model;
  await record({
    type: "called",
    ...call,
    usage,
    ms,
    cost,
    top: isTop ? cost : world.catalogue.cost(top, usage, at),
    ...(reported !== undefined && { reported: true as const }),
    ...(odd !== undefined && { odd }),
    ...(waitedMs > 0 && { waitedMs }),
  });
}

/** Turns a model's stream into droppable news. */
export function watcher({ world }: Performing, slice: string | null, attempt: number | null) {
  return (event: ModelEvent | { type: "tool"; text: string }): void => {
    const delta = news(event);
    if (delta) world.watch({ slice, attempt, ...delta });
  };
}

function news(event: ModelEvent | { type: "tool"; text: string }): Pick<Delta, "kind" | "text"> | null {
  switch (event.type) {
    case "text":
    case "thinking":
      return { kind: event.type, text: event.delta };
    case "tool":
      return { kind: "tool", text: event.text };
    case "retrying":
      return {
        kind: "note",
        text: `${event.fault.message} Trying again in ${Math.ceil(event.waitMs / 1000)} s.`,
      };
    default:
      return null;
  }
}
