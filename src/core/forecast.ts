/** What is still to come, and how true it was foretold: of each slice, of the order. Folded from the state; never kept beside it. */
import { choose, decideFreely, decideOn, triesOf } from "./choose.ts";
import { CLASSES, type Tier, tierName } from "./order.ts";
import type { Decision } from "./router/decide.ts";
import { type Calibration, type Prediction, calibration, predict } from "./router/predict.ts";
import type { Foretold, SliceState, WorkOrder } from "./state.ts";

const forecasts = new WeakMap<Decision, Foretold>();

/** Decisions are shared by slices that stand alike: each is predicted from once. */
function foretoldBy(decision: Decision): Foretold {
  const known = forecasts.get(decision);
  if (known) return known;
  const made = { cost: predict([decision], "cost"), seconds: predict([decision], "seconds") };
  forecasts.set(decision, made);
  return made;
}

/** What a slice has ahead of it. "nothing": it is done, waits for a person, or was dropped. Null: it cannot be told. */
type Ahead = Decision | "nothing" | null;

function aheadOf(order: WorkOrder, state: SliceState): Ahead {
  const { progress, attempts } = state;
  if (progress.at === "waiting") return choose(order, state)?.decision ?? null;
  const last = attempts.at(-1);
  if ((progress.at !== "executing" && progress.at !== "verifying") || !last) return "nothing";
  if (!order.config) return null;
  // As it stood when the attempt began, by what is known now.
  const tried = triesOf(state).filter(({ n }) => n < last.n);
  return decideOn(order, order.config, state, { tried, tier: last.tier });
}

const plus = (one: Prediction | null, amount: number | null): Prediction | null =>
  one === null || amount === null
    ? null
    : { expected: one.expected + amount, low: one.low + amount, high: one.high + amount };

/** Dollars of a slice before the attempt under way; null when a price is unknown. */
function spentBefore({ attempts, progress, money }: SliceState): number | null {
  if (money.unpriced > 0) return null;
  const isRunning = progress.at === "executing" || progress.at === "verifying";
  return money.spent - (isRunning ? (attempts.at(-1)?.money.spent ?? 0) : 0);
}

/** `whole` is what the slice takes in all, what was spent on it included; `left` what is ahead of it, null for nothing. */
export type SliceForecast = { whole: Foretold; left: Foretold | null };
export type Forecast = {
  slices: ReadonlyMap<string, SliceForecast>;
  /** Of all slices that were not dropped, what was spent on them included. Dollars. */
  cost: Prediction | null;
  /** Of what is left, one after another. Seconds. */
  seconds: Prediction | null;
};

const NONE: Prediction = { expected: 0, low: 0, high: 0 };
const UNKNOWN: Foretold = { cost: null, seconds: null };

export function forecast(order: WorkOrder): Forecast {
  const open = order.slices.filter(({ progress }) => progress.at !== "dropped");
  const ahead = new Map(open.map((state) => [state.slice.id, aheadOf(order, state)]));
  const decisions = [...ahead.values()].filter((one): one is Decision | null => one !== "nothing");
  const known = decisions.filter((one) => one !== null);
  const all = (unit: "cost" | "seconds"): Prediction | null => {
    if (known.length < decisions.length) return null;
    return known.length === 0 ? NONE : predict(known, unit);
  };
  const spent = open.map(spentBefore);
  const before = spent.some((one) => one === null)
    ? null
    : spent.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const slices = order.slices.map((state): [string, SliceForecast] => [
    state.slice.id,
    sliceForecast(state, ahead.get(state.slice.id) ?? null),
  ]);
  return { slices: new Map(slices), cost: plus(all("cost"), before), seconds: all("seconds") };
}

function sliceForecast(state: SliceState, ahead: Ahead): SliceForecast {
  if (ahead === "nothing") return { whole: state.foretold ?? UNKNOWN, left: null };
  if (ahead === null) return { whole: state.foretold ?? UNKNOWN, left: UNKNOWN };
  const left = foretoldBy(ahead);
  return { whole: { cost: plus(left.cost, spentBefore(state)), seconds: left.seconds }, left };
}

/** What starting with a tier is expected to cost, by class C1 to C4; `until` tells whether climbing on failure is in it. Dollars. */
export type Choice = { tier: string; cost: (number | null)[]; until: "done" | "tried" };

/** What may be chosen in a route: the rungs until the slice is done, other efforts of their models for one attempt. */
export function choices(order: WorkOrder): Choice[] {
  const { config } = order;
  if (!config) return [];
  const untried = CLASSES.map((kind) => decideFreely(order, config, { class: kind, checks: [] }));
  const rungs = new Set(untried.flatMap(({ alternatives }) => alternatives.map(({ tier }) => tier)));
  const reckoned = [...rungs].map((tier): Choice => {
    const cost = untried.map(
      ({ alternatives }) => alternatives.find((one) => one.tier === tier)?.cost ?? null,
    );
    return { tier, cost, until: "done" };
  });
  const others = Object.entries(config.routing?.facts ?? {}).filter(([tier]) => !rungs.has(tier));
  return [...reckoned, ...others.map(([tier, { cost }]): Choice => ({ tier, cost, until: "tried" }))];
}

/** What all slices would take with this tier for everything; null when a price is unknown. */
export function costWith(order: WorkOrder, tier: Tier): number | null {
  const { config } = order;
  if (!config) return null;
  const costs = order.slices
    .filter(({ progress }) => progress.at !== "dropped")
    .map(({ slice }) => {
      const { alternatives } = decideFreely(order, config, slice);
      return alternatives.find((one) => one.tier === tierName(tier))?.cost ?? null;
    });
  return costs.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

/** How true predictions came, over the slices that landed: dollars, and seconds of models and checks. Null: nothing to compare. */
export function foretoldTrue(order: WorkOrder): { cost: Calibration | null; seconds: Calibration | null } {
  const done = order.slices.filter(({ progress }) => progress.at === "done");
  const cost = done.flatMap(({ foretold, money }) =>
    foretold?.cost && money.unpriced === 0 ? [{ predicted: foretold.cost, spent: money.spent }] : [],
  );
  const seconds = done.flatMap(({ foretold, attempts }) => {
    const own = attempts.reduce((sum, { took }) => sum + took.ms, 0);
    const ms = own + attempts.reduce((sum, { verifyingMs }) => sum + verifyingMs, 0);
    return foretold?.seconds && own > 0 ? [{ predicted: foretold.seconds, spent: ms / 1000 }] : [];
  });
  return { cost: calibration(cost), seconds: calibration(seconds) };
}
