/**
 * Which tier an attempt gets: of the rungs the rule leaves, the one of least expected cost, by what the log says and nothing
 * else; what the user named wins. Pure, and worked out once for what an order knows by now.
 */
import { unfinished } from "./attempts.ts";
import { checksSeen } from "./checks.ts";
import { doubtedAfter } from "./doubt.ts";
import { CLASSES, type Slice, type SliceClass, type Tier, modelName, parseTier, tierName } from "./order.ts";
import { higher, isLowTier, mayFollow, strengthOf, wholeLadder } from "./route.ts";
import { type Decision, type Question, decide } from "./router/decide.ts";
import { shortened } from "./router/logged.ts";
import { type Past, believe, fold, resultOf } from "./router/past.ts";
import type { Belief, Failure, Rung, Tried, Verifier } from "./router/terms.ts";
import { checkedTwice } from "./router/verifiers.ts";
import type { Config, Policy } from "./settings.ts";
import type { Attempt, SliceState, WorkOrder } from "./state.ts";
import { type Recalled, type Tested, isTry, remembered, trialOf } from "./tested.ts";

/** `decision` is null where the router knows nothing of the tier: its model is not on the ladder. */
export type Choice = { tier: Tier; why: string; by: "router" | "user" | "climb"; decision: Decision | null };

/** Rates of a verifier of which nothing was learned yet, and the verdicts they are worth. */
const FALSE_ACCEPT = 0.05;
const FALSE_REJECT = 0.05;
const RATE_WORTH = 20;
/** What lands alone from the lowest tiers has two kinds of evidence; else a person looks. Neither costs a call. */
const SECOND = { cost: 0, seconds: 0, correlation: 0.3 };
/** Significant digits of what a decision is made of: what differs by less is the same. */
const DIGITS = 5;
/** After failures seen less often than this, nothing is known but the difficulty. */
const SELDOM = 0.5;

/** All that is known of tiers at one moment, with what followed from it so far. */
type Lore = {
  tried: () => readonly Tried[];
  past: Past;
  verifier: Verifier;
  beliefs: Map<string, Believed>;
  decisions: Map<string, Decision>;
  /** What slices that stand alike get first, and what there would be without any rule: asked for every slice at every drawing. */
  first: Map<string, Choice | null>;
  free: Map<string, Decision>;
  /** The same without what one slice has shown itself. */
  without: Map<string, Lore>;
};
type Believed = { ladder: Rung[]; verifiers: Verifier[]; belief: Belief };

/** Of other orders: all that was tried there, and what follows from it. */
type Elsewhere = { tried: readonly Tried[]; past: Past };
const elsewheres = new WeakMap<Recalled, Elsewhere>();
const lores = new WeakMap<readonly Tested[], { recalled: Recalled | null; config: Config; lore: Lore }>();

function elsewhere(recalled: Recalled | null): Elsewhere {
  if (!recalled) return { tried: [], past: fold([]) };
  const known = elsewheres.get(recalled);
  if (known) return known;
  const tried = remembered(recalled);
  const made = { tried, past: fold(tried) };
  elsewheres.set(recalled, made);
  return made;
}

/** What people said of verdicts moves the rate of false accepts; false rejects are never seen. */
function verifierOf(recalled: Recalled | null, tested: readonly Tested[]): Verifier {
  const sum = (of: "passes" | "wrong"): number =>
    tested.reduce((all, one) => all + one[of], recalled?.[of] ?? 0);
  const falseAccept = (FALSE_ACCEPT * RATE_WORTH + sum("wrong")) / (RATE_WORTH + sum("passes"));
  return { falseAccept: Math.min(0.5, falseAccept), falseReject: FALSE_REJECT, cost: 0, seconds: 0 };
}

const newLore = (recalled: Recalled | null, tested: readonly Tested[]): Lore => ({
  tried: () => [...elsewhere(recalled).tried, ...tested],
  past: fold(tested, elsewhere(recalled).past),
  verifier: verifierOf(recalled, tested),
  beliefs: new Map(),
  decisions: new Map(),
  first: new Map(),
  free: new Map(),
  without: new Map(),
});

function loreOf({ recalled, tested }: WorkOrder, config: Config): Lore {
  const known = lores.get(tested);
  if (known && known.recalled === recalled && known.config === config) return known.lore;
  const lore = newLore(recalled, tested);
  lores.set(tested, { recalled, config, lore });
  return lore;
}

/** What a slice's own tries showed is reckoned with as its failures, not a second time as experience. */
function loreFor(order: WorkOrder, config: Config, id: string): Lore {
  const all = loreOf(order, config);
  if (!order.tested.some(({ slice }) => slice === id)) return all;
  const others = order.tested.filter(({ slice }) => slice !== id);
  const lore = all.without.get(id) ?? newLore(order.recalled, others);
  all.without.set(id, lore);
  return lore;
}

const policyOf = ({ routing }: Config): Policy => routing?.policy ?? "balanced";

/** What slices of a kind have in common for a decision. `judged`: what they make is judged by a model, too. */
type Kind = { class: SliceClass; judged: boolean };

const kindOf = ({ class: of, checks }: Pick<Slice, "class" | "checks">): Kind => ({
  class: of,
  judged: of === "C3" || of === "C4" || checks.some((check) => "expect" in check),
});

/** Dollars of having it judged: 0 where it is not, null where the price is unknown. */
function judgedCost(tier: string, kind: Kind, { routing }: Config): number | null {
  const costs = kind.judged ? routing?.facts[tier]?.review : undefined;
  return costs ? (costs[CLASSES.indexOf(kind.class)] ?? null) : 0;
}

/** So much harder is each class than the one before, in logits of the share that comes out right. */
const CLASS_STEP = 0.55;

/** A share known of bounded work (C2), for slices of a class. */
function rateAt(rate: number | null, at: number): number | null {
  if (rate === null) return null;
  const sure = Math.min(0.98, Math.max(0.02, rate));
  const moved = Math.log(sure / (1 - sure)) - CLASS_STEP * (at - CLASSES.indexOf("C2"));
  return Number((1 / (1 + Math.exp(-moved))).toPrecision(3));
}

/** What is paid for an attempt is unknown as long as what is paid for its check is. */
function rungOf(tier: Tier, kind: Kind, config: Config): Rung {
  const facts = config.routing?.facts[tierName(tier)];
  const at = CLASSES.indexOf(kind.class);
  const isPriced = judgedCost(tierName(tier), kind, config) !== null;
  const effort = strengthOf(tier, config);
  return {
    tier: tierName(tier),
    model: modelName(tier),
    ...(effort >= 0 && { effort }),
    cost: isPriced ? (facts?.cost[at] ?? null) : null,
    seconds: facts?.seconds[at] ?? null,
    rate: rateAt(facts?.rate ?? null, at),
  };
}

function believed(lore: Lore, kind: Kind, tiers: readonly Tier[], config: Config): Believed {
  const key = [nameOf(kind), ...tiers.map(tierName)].join(" ");
  const known = lore.beliefs.get(key);
  if (known) return known;
  const ladder = tiers.map((tier) => rungOf(tier, kind, config));
  const twice = checkedTwice(lore.verifier, SECOND);
  const foreseen = (tier: string): number | null => judgedCost(tier, kind, config);
  const { seconds, times } = checksSeen(lore.tried(), kind.class, foreseen);
  const verifiers = tiers.map((tier) => {
    const rates = isLowTier(tier, config) ? twice : lore.verifier;
    return shortened({ ...rates, cost: times * (foreseen(tierName(tier)) ?? 0), seconds }, DIGITS);
  });
  const whole = believe(kind.class, ladder, lore.past, verifiers);
  const after = whole.after.filter(({ foreseen }) => foreseen >= SELDOM);
  const made = { ladder, verifiers, belief: shortened({ ...whole, after }, DIGITS) };
  lore.beliefs.set(key, made);
  return made;
}

function failuresOf(tried: readonly Attempt[], { tiers }: Belief): Failure[] {
  return tried.flatMap((attempt) => {
    const trial = trialOf(attempt, false);
    const of = tiers.find(({ tier }) => tier === trial.tier);
    const usual = { cost: of?.cost?.rejected ?? null, seconds: of?.seconds?.rejected ?? null };
    const result = resultOf(trial, usual);
    return result === "accepted" ? [] : [{ tier: trial.tier, result }];
  });
}

/** `only`: tiers that may be chosen; null for any, efforts that the ladder does not name included. */
type Ask = {
  slice: Pick<Slice, "id" | "class" | "checks">;
  replans: number;
  tried: readonly Attempt[];
  only: readonly Tier[] | null;
  end: Question["end"];
};

function decideFor(order: WorkOrder, config: Config, ask: Ask): Decision {
  const { slice, tried, only, end } = ask;
  const lore = tried.length === 0 ? loreOf(order, config) : loreFor(order, config, slice.id);
  const kind = kindOf(slice);
  const tiers = ladderFor(order, config, ask);
  const { ladder, verifiers, belief } = believed(lore, kind, tiers, config);
  const doubted = doubtedAfter(order, ask);
  const named = new Set([...config.tiers, ...(only ?? tiers)].map(tierName));
  const question: Question = {
    ladder: ladder.map((rung) => (named.has(rung.tier) ? rung : { ...rung, unnamed: true })),
    ...{ belief, verifiers, policy: policyOf(config), failed: failuresOf(tried, belief) },
    ...(only && { only: only.map(tierName) }),
    ...(doubted !== null && { doubted }),
    ...(end && { end }),
  };
  const { failed } = question;
  const key = JSON.stringify([kind, question.only, doubted, end, failed, ladder.map(({ tier }) => tier)]);
  const known = lore.decisions.get(key) ?? decide(question);
  lore.decisions.set(key, known);
  return known;
}

/** What was tried stands on it, of a model that is gone too: its failure counts. */
function ladderFor({ gone }: WorkOrder, config: Config, { tried, only }: Ask): Tier[] {
  const were = tried.map(({ tier }) => tier);
  const names = new Set(were.map(tierName));
  return wholeLadder(config, [...were, ...(only ?? [])]).filter(
    (tier) => !gone.includes(modelName(tier)) || names.has(tierName(tier)),
  );
}

/** What would be decided for an untried slice, were everything on the ladder left to the router. */
export function decideFreely(
  order: WorkOrder,
  config: Config,
  slice: Pick<Slice, "class" | "checks">,
): Decision {
  const { free } = loreOf(order, config);
  const any = { slice: { ...slice, id: "" }, replans: 0, tried: [], only: null, end: undefined };
  const key = [nameOf(kindOf(slice)), doubtedAfter(order, any), ...order.gone].join("\n");
  const made = free.get(key) ?? decideFor(order, config, any);
  free.set(key, made);
  return made;
}

const nameOf = (kind: Kind): string => `${kind.class}${kind.judged ? " judged" : ""}`;

/** Of an attempt with a tier after these tries, or after none where the rule leaves no such one. Null: its model is not on the ladder. */
export function decideOn(
  order: WorkOrder,
  config: Config,
  { slice, replans }: SliceState,
  { tried, tier }: { tried: readonly Attempt[]; tier: Tier },
): Decision | null {
  const after = (tries: readonly Attempt[]): Decision =>
    decideFor(order, config, { slice, replans, tried: tries, only: [tier], end: "go on" });
  const ruled = after(tried);
  const decision = ruled.tier === null ? after([]) : ruled;
  return decision.tier === null ? null : decision;
}

export const triesOf = ({ attempts, since }: SliceState): Attempt[] => attempts.slice(since).filter(isTry);

/**
 * The tier of the slice's next attempt. What the user named comes first; else the router chooses among what the rule leaves.
 * Null when nothing is left, or when the planner can be asked and that is cheaper than going on.
 */
export function choose(order: WorkOrder, state: SliceState): Choice | null {
  const { config } = order;
  if (!config) return null;
  const { slice, wish } = state;
  const tried = triesOf(state);
  const named = wish ?? (tried.length === 0 && slice.route !== "auto" ? parseTier(slice.route) : null);
  if (named) return byUser(order, config, state, named);
  const begun = unfinished(state);
  if (begun) return goesOn(order, config, state, begun.tier);
  if (tried.length > 0) return byRule(order, config, state, tried);
  const { first } = loreOf(order, config);
  const key = [nameOf(kindOf(slice)), doubtedAfter(order, state), ...order.gone].join("\n");
  const known = first.get(key);
  if (known !== undefined) return known;
  const made = byRule(order, config, state, tried);
  first.set(key, made);
  return made;
}

function byRule(
  order: WorkOrder,
  config: Config,
  state: SliceState,
  tried: readonly Attempt[],
): Choice | null {
  const { slice, replans } = state;
  const tiers = tried.map(({ tier }) => tier);
  const doubted = doubtedAfter(order, state);
  if (doubted !== null && new Set(tiers.map(modelName)).size >= doubted) return null;
  const may = mayFollow(tiers, config, order.gone);
  const lowest = may[0];
  if (!lowest) return null;
  const end = tried.length > 0 && doubted !== null ? "stop" : "go on";
  const decision = decideFor(order, config, { slice, replans, tried, only: may, end });
  const tier = may.find((one) => tierName(one) === decision.tier);
  const by = tried.length > 0 ? "climb" : "router";
  const left = leftOut(order, config);
  if (tier) return { tier, why: `${decision.why}${left}`, by, decision };
  const isKnown = decision.alternatives.some((one) => may.some((rung) => tierName(rung) === one.tier));
  if (isKnown) return null;
  const last = tried.at(-1);
  return {
    tier: lowest,
    why: `${last ? `${tierName(last.tier)} failed: ` : ""}next tier${left}`,
    by,
    decision: null,
  };
}

function byUser(order: WorkOrder, config: Config, state: SliceState, tier: Tier): Choice {
  const decision = decideOn(order, config, state, { tried: [], tier });
  const words = state.wish ? "rerun asked for by the user" : "named in the task file";
  const best = decision?.alternatives[0];
  const other = best && best.tier !== decision.tier ? `; the router would take ${best.tier}` : "";
  return { tier, why: `${words}${other}`, by: "user", decision };
}

/** A session that ran out of money is not begun anew by another model. */
function goesOn(order: WorkOrder, config: Config, state: SliceState, tier: Tier): Choice {
  const tried = triesOf(state);
  const by = tried.length > 0 ? "climb" : "router";
  const why = "goes on with the session that a budget had stopped";
  return { tier, why, by, decision: decideOn(order, config, state, { tried, tier }) };
}

function leftOut({ gone }: WorkOrder, { tiers }: Config): string {
  const models = gone.filter((model) => tiers.some((tier) => modelName(tier) === model));
  return models.length === 0 ? "" : `; ${models.join(", ")} left out: unknown to its vendor`;
}

/** The tier a rerun "one higher" takes: above the last attempt's, else above the one it would start on. */
export function rerunTier(order: WorkOrder, state: SliceState): Tier | null {
  const from = state.attempts.at(-1)?.tier ?? choose(order, state)?.tier;
  return from && order.config ? higher(from, order.config, order.gone) : null;
}
