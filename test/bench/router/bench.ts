/** The router measured on a table of outcomes, beside the best single model, the oracle, fixed cascades and chance. */
import { type Surveyed, chooseLadder } from "../../../src/core/router/survey.ts";
import { type SecondCheck, verifierAt, verifiersOf } from "../../../src/core/router/verifiers.ts";
import { emptyPast } from "../../../src/core/router/past.ts";
import { type Calibration, calibration } from "../../../src/core/router/predict.ts";
import type { Rung, Verifier } from "../../../src/core/router/terms.ts";
import type { Policy } from "../../../src/core/settings.ts";
import { seeded } from "./generate.ts";
import {
  type Course,
  type Way,
  type World,
  anywhere,
  cascade,
  learned,
  run,
  surveyed,
  verdicts,
} from "./replay.ts";
import { type Instance, type Outcome, Unusable, instancesOf, tierOf } from "./table.ts";

/** What a run of the bench is told. `replays`: how often all of it is done again with another luck of the verifier. */
export type Options = {
  fa: number;
  fr: number;
  models: string[] | null;
  suite: string | null;
  seed: number;
  replays: number;
  secondCheck: boolean;
  policies: readonly Policy[];
};

/** Shares of the scored instances; `low` and `high` bound `resolved` in 95 of 100 bootstrap samples of the instances. */
export type Line = {
  policy: string;
  resolved: number;
  silentWrong: number;
  costRatio: number | null;
  attempts: number;
  low: number;
  high: number;
};

export type Report = {
  bestSingle: { model: string; resolved: number; cost: number | null };
  oracle: { resolved: number; costRatio: number | null };
  policies: Line[];
};

/** What the text says beside the report. */
export type Notes = {
  ladder: string[];
  scored: number;
  set: string;
  routes: [string, number][];
  calibration: Calibration | null;
};

/** The correlation between the errors of the two checks of the lowest tiers. */
export const CORRELATION = 0.3;
/** An attempt is this many steps long before anything is known of it. */
export const STEPS = 30;
/** A tier has to have been tried on this share of the instances to be compared at all. */
const COVERED = 0.9;
const SAMPLES = 1000;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

const outcomesOf = (instances: readonly Instance[], tier: string): Outcome[] =>
  instances.flatMap(({ tries }) => tries.get(tier) ?? []);
/** Mean dollars of a tier's tries, null when none has any. */
function dollars(instances: readonly Instance[], tier: string): number | null {
  const costs = known(outcomesOf(instances, tier).map(({ cost }) => cost));
  return costs.length > 0 ? mean(costs) : null;
}

/** What a catalogue would say of a tier: its price by the step, times as many steps as an attempt is held to take. */
function listed(instances: readonly Instance[], tier: string): number | null {
  const priced = outcomesOf(instances, tier).filter(({ cost, steps }) => cost !== null && steps !== null);
  const steps = priced.reduce((sum, one) => sum + (one.steps ?? 0), 0);
  return steps > 0 ? (STEPS * priced.reduce((sum, one) => sum + (one.cost ?? 0), 0)) / steps : null;
}

/** Every tier on these instances, as a benchmark tells it. */
const surveyOf = (tiers: readonly string[], instances: readonly Instance[]): Surveyed[] =>
  tiers.map((tier) => {
    const outcomes = outcomesOf(instances, tier);
    const steps = known(outcomes.map((outcome) => outcome.steps));
    return {
      rung: {
        tier,
        model: outcomes[0]?.model ?? tier,
        cost: dollars(instances, tier),
        seconds: steps.length > 0 ? mean(steps) : null,
        rate: null,
      },
      tries: instances.map(({ tries }) => {
        const outcome = tries.get(tier);
        return outcome ? { right: outcome.resolved, cost: outcome.cost } : null;
      }),
    };
  });

const named = (models: readonly string[], instances: readonly Instance[]): Rung[] =>
  models.map((tier) => {
    const outcomes = outcomesOf(instances, tier);
    const counted = known(outcomes.map(({ steps }) => steps)).length > 0;
    return {
      tier,
      model: outcomes[0]?.model ?? tier,
      cost: listed(instances, tier),
      seconds: counted ? STEPS : null,
      rate: null,
    };
  });

/** Everything of one replay: what is scored, on which ladder, with what past. */
type Setting = { scored: Instance[]; world: World; past: ReturnType<typeof emptyPast>; set: string };

/** The ladder with its verifiers: as named, or made by our own code from the instances that are not scored. */
function ladderOf(
  all: readonly Instance[],
  first: readonly Instance[],
  tiers: readonly string[],
  options: Options,
): Pick<World, "ladder" | "verifiers"> {
  // Rungs of a model stand in order of their effort.
  const inOrder = (rungs: readonly Rung[]): Rung[] => rungs.map((rung, at) => ({ ...rung, effort: at }));
  const one: Verifier = { falseAccept: options.fa, falseReject: options.fr, cost: 0, seconds: 0 };
  const second = (rungs: readonly Rung[]): SecondCheck | null =>
    options.secondCheck ? { cost: stepOf(rungs), seconds: 1, correlation: CORRELATION } : null;
  if (options.models) {
    const ladder = inOrder(named(options.models, all));
    return { ladder, verifiers: verifiersOf(ladder, one, second(ladder)) };
  }
  const best = bestOf(first, tiers);
  const surveyed = surveyOf(tiers, first);
  const review = second(surveyed.flatMap(({ rung }) => (rung.tier === best ? [rung] : [])));
  const ladder = inOrder(chooseLadder(surveyed, (place) => verifierAt(place, one, review)));
  if (ladder.length === 0) throw new Unusable("no model has a cost: name a ladder with --models");
  return { ladder, verifiers: verifiersOf(ladder, one, review) };
}

function settingsOf(all: readonly Instance[], tiers: readonly string[], options: Options): Setting[] {
  const means = new Map(tiers.map((tier) => [tier, dollars(all, tier)]));
  const costOf = (outcome: Outcome): number => outcome.cost ?? means.get(tierOf(outcome)) ?? 0;
  const third = options.models ? 0 : Math.floor(all.length / 3);
  const first = all.slice(0, third);
  const made = ladderOf(all, first, tiers, options);
  const has = ({ tries }: Instance): boolean => made.ladder.every(({ tier }) => tries.has(tier));
  const scored = all.slice(third).filter(has);
  return verdicts(all, options.seed, options.replays).map((judge) => {
    const world: World = { ...made, judge, costOf };
    const past = third > 0 ? surveyed(first, world) : emptyPast();
    return { scored, world, past, set: third > 0 ? `the first ${third} instances` : "the arguments" };
  });
}

/** What a second check costs: a review is about one step of the dearest tier. */
const stepOf = (ladder: readonly Rung[]): number =>
  Math.max(0, ...ladder.map(({ cost, seconds }) => (cost ?? 0) / Math.max(1, seconds ?? STEPS)));

/** The ways of routing that are measured, by name, each with the tiers it may use and how they are verified. */
function waysOf(
  { world, past }: Setting,
  best: string,
  once: Verifier,
  policies: readonly Policy[],
  seed: number,
): [string, Way, World][] {
  const rungs = world.ladder.map(({ tier }) => tier);
  const timed = world.ladder.some(({ seconds }) => seconds !== null);
  const ours = policies.filter((policy) => policy !== "speed" || timed);
  const [bottom = "", top = ""] = [rungs[0], rungs.at(-1)];
  const middle = rungs[Math.floor(rungs.length / 2)] ?? top;
  const cascades = [
    [bottom, top],
    [bottom, middle, top],
    [bottom, rungs[1] ?? top, top],
  ]
    .map((tiers) => [...new Set(tiers)])
    .filter(
      (tiers, at, all) => tiers.length > 1 && all.findIndex((one) => one.join() === tiers.join()) === at,
    );
  const rung: Rung = { tier: best, model: best, cost: null, seconds: null, rate: null };
  return [
    ...ours.map((policy): [string, Way, World] => [policy, learned(policy, world, past), world]),
    [`always ${best}`, cascade([best]), { ...world, ladder: [rung], verifiers: [once] }],
    ...cascades.map((tiers): [string, Way, World] => [
      `cascade of ${tiers.length}: ${tiers.join(" → ")}`,
      cascade(tiers),
      world,
    ]),
    ["random", anywhere(world.ladder, seeded(seed)), world],
  ];
}

/** The tier that is right most often by itself, the cheaper one of equals; by the truth, which no router sees. */
function bestOf(scored: readonly Instance[], tiers: readonly string[]): string {
  const ranked = tiers
    .map((tier) => ({
      tier,
      right: outcomesOf(scored, tier).filter(({ resolved }) => resolved).length,
      cost: dollars(scored, tier) ?? Infinity,
    }))
    .toSorted((a, b) => b.right - a.right || a.cost - b.cost);
  return ranked[0]?.tier ?? "";
}

/** What became of every instance in every replay, one list an instance. */
export type Courses = Course[][];

function lineOf(policy: string, courses: Courses, single: number | null, seed: number): Line {
  const random = seeded(seed);
  const all = courses.flat();
  const share = (landed: Course["landed"], of: readonly Course[]): number =>
    mean(of.map((course) => (course.landed === landed ? 1 : 0)));
  const right = courses.map((of) => share("right", of));
  const samples = Array.from({ length: SAMPLES }, () =>
    mean(right.map(() => right[Math.floor(random() * right.length)] ?? 0)),
  ).toSorted((a, b) => a - b);
  return {
    policy,
    resolved: mean(right),
    silentWrong: share("wrong", all),
    costRatio: single ? mean(all.map(({ cost }) => cost)) / single : null,
    attempts: mean(all.map(({ tiers }) => tiers.length)),
    low: samples[Math.floor(0.025 * SAMPLES)] ?? 0,
    high: samples[Math.ceil(0.975 * SAMPLES) - 1] ?? 0,
  };
}

/** The cheapest tier that is right, for every instance; what none gets right costs it nothing. */
function oracleOf(scored: readonly Instance[], world: World, single: number | null): Report["oracle"] {
  const found = scored.map(({ tries }) => {
    const costs = [...tries.values()].filter(({ resolved }) => resolved).map(world.costOf);
    return costs.length > 0 ? Math.min(...costs) : null;
  });
  const costRatio = single ? known(found).reduce((sum, cost) => sum + cost, 0) / found.length / single : null;
  return { resolved: known(found).length / Math.max(1, found.length), costRatio };
}

/** Names of the table out of words between commas: a name may hold commas itself, the longest one wins. */
export function namesIn(words: readonly string[], names: readonly string[]): string[] {
  if (words.length === 0) return [];
  for (let end = words.length; end > 0; end -= 1) {
    const name = words.slice(0, end).join(", ");
    const found = names.find((one) => one.replaceAll(/,\s*/g, ", ") === name);
    if (found !== undefined) return [found, ...namesIn(words.slice(end), names)];
  }
  throw new Unusable(
    `no outcome of "${words[0] ?? ""}"; the table has ${names.map((name) => `"${name}"`).join(", ")}`,
  );
}

/** The instances asked for, and the tiers tried on nearly all of them. */
function selected(
  outcomes: readonly Outcome[],
  { suite, models: words }: Options,
): { all: Instance[]; tiers: string[]; models: string[] | null } {
  const suites = [...new Set(outcomes.map((outcome) => outcome.suite))];
  const of = outcomes.filter((outcome) => suite === null || outcome.suite === suite);
  if (of.length === 0)
    throw new Unusable(`no outcome of suite "${suite ?? ""}"; the table has ${suites.join(", ")}`);
  const all = instancesOf(of);
  const names = [...new Set(of.map(tierOf))];
  const models = words && [...new Set(namesIn(words, names))];
  const covered = (tier: string): boolean => outcomesOf(all, tier).length >= COVERED * all.length;
  return { all, tiers: names.filter((tier) => covered(tier) || models?.includes(tier)), models };
}

export function bench(
  outcomes: readonly Outcome[],
  asked: Options,
): { report: Report; notes: Notes; courses: ReadonlyMap<string, Courses> } {
  const { all, tiers, models } = selected(outcomes, asked);
  const options = { ...asked, models };
  const settings = settingsOf(all, tiers, options);
  const scored = settings[0]?.scored ?? [];
  if (scored.length === 0)
    throw new Unusable("no instance on which all of the ladder was tried is left to be scored");
  const best = bestOf(scored, tiers);
  const single = dollars(scored, best);
  const once: Verifier = { falseAccept: options.fa, falseReject: options.fr, cost: 0, seconds: 0 };
  const byPolicy = new Map<string, Courses>();
  settings.forEach((setting, replay) => {
    for (const [name, way, world] of waysOf(setting, best, once, options.policies, options.seed + replay)) {
      const courses = byPolicy.get(name) ?? scored.map(() => []);
      run(scored, way, world).forEach((course, at) => courses[at]?.push(course));
      byPolicy.set(name, courses);
    }
  });
  const first = settings[0];
  const resolved = mean(outcomesOf(scored, best).map((outcome) => (outcome.resolved ? 1 : 0)));
  const lines = [...byPolicy].map(([policy, courses]) => lineOf(policy, courses, single, options.seed));
  return {
    report: {
      bestSingle: { model: best, resolved, cost: single },
      oracle: first ? oracleOf(scored, first.world, single) : { resolved: 0, costRatio: null },
      policies: lines,
    },
    notes: notesOf(first, scored, byPolicy.get("balanced") ?? []),
    courses: byPolicy,
  };
}

function notesOf(first: Setting | undefined, scored: readonly Instance[], balanced: Courses): Notes {
  const routes = new Map<string, number>();
  for (const { tiers } of balanced.flat()) {
    const route = tiers.join(" → ");
    routes.set(route, (routes.get(route) ?? 0) + 1 / balanced.flat().length);
  }
  const predicted = balanced
    .flat()
    .flatMap((course) => (course.predicted ? [{ predicted: course.predicted, spent: course.cost }] : []));
  return {
    ladder: first?.world.ladder.map(({ tier }) => tier) ?? [],
    set: first?.set ?? "",
    scored: scored.length,
    routes: [...routes].toSorted((a, b) => b[1] - a[1]).slice(0, 4),
    calibration: calibration(predicted),
  };
}
