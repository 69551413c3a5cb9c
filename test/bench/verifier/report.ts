/** What the bench says: how often each stage lets something wrong pass and holds something right, and what that costs. */
import { type Evidence, type Tier, type Usage, tierName } from "../../../src/core/order.ts";
import { chooseReviewer } from "../../../src/core/reviewer.ts";
import { wordiness } from "../../../src/engine/predict.ts";
import { verdictOf } from "../../../src/core/verdict.ts";
import { catalogue } from "../../../src/providers/catalogue.ts";
import { layered } from "../../../src/core/settings.ts";
import { type Kind, KINDS } from "./cases.ts";
import { AUTHOR, CLASS, LADDER, type Outcome, PANEL } from "./judge.ts";
import { type Share, share } from "./statistics.ts";

/** Each stage has the evidence of those before it and its own. */
export const STAGES = ["guards", "guards + commands", "+ functions", "+ reviewer"] as const;
export type StageName = (typeof STAGES)[number];
const SEEN: Readonly<Record<StageName, readonly string[]>> = {
  guards: ["guard"],
  "guards + commands": ["guard", "command"],
  "+ functions": ["guard", "command", "script"],
  "+ reviewer": ["guard", "command", "script", "reviewer", "adversary"],
};

export type Answer = "accepted" | "rejected" | "unknown";

/**
 * By the real rule of the verdict over the evidence of these stages. Guards alone never make a verdict: there, what none of
 * them stops counts as accepted.
 */
export function answerAt(stage: StageName, evidence: readonly Evidence[]): Answer {
  const seen = evidence.filter(({ kind }) => SEEN[stage].includes(kind));
  if (stage === "guards") {
    const worst = ["fail", "unknown"].find((result) => seen.some((one) => one.result === result));
    return worst === "fail" ? "rejected" : worst === "unknown" ? "unknown" : "accepted";
  }
  const { result } = verdictOf(seen);
  return result === "pass" ? "accepted" : result === "fail" ? "rejected" : "unknown";
}

/**
 * `falseAccept`: of wrong patches, those accepted. `falseReject`: of right ones, those not accepted, whether rejected or left to a
 * person; `waiting` is the part of all cases that are left to a person.
 */
export type Stage = {
  stage: StageName;
  falseAccept: Share;
  falseReject: Share;
  waitingRight: Share;
  waitingWrong: Share;
  costShare: number;
  timeShare: number;
};
export type KindLine = { kind: Kind; right: boolean; cases: number; errors: Record<StageName, number> };
/** `slipped` are wrong and accepted in the end; `late` are wrong and only the reviewer stopped them; `held` are right. */
export type Report = {
  cases: number;
  stages: Stage[];
  slipped: string[];
  late: string[];
  held: string[];
  kinds: KindLine[];
  /** Of all stages, by who wrote the patch and who reviews it. */
  pairs: { author: string; reviewer: string; costShare: number }[];
};

const isWrongly = (stage: StageName, { case: one, evidence }: Outcome): boolean =>
  one.right ? answerAt(stage, evidence) !== "accepted" : answerAt(stage, evidence) === "accepted";

// ── What it costs ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * An attempt at one exercise as a published run of 225 polyglot exercises had it (gpt-5 at medium effort: 2,827,261 tokens in,
 * 1,468,799 out), at the prices of whoever is the author here; and the machine by the hour.
 */
const ATTEMPT = { input: 12_600, output: 6_500, seconds: 119 };
/** Output tokens a second of a reviewer, and seconds until the first of them. */
const SPEED = 80;
const LATENCY = 1.5;
const MACHINE_HOUR = 0.1;

type Cost = { dollars: number; seconds: number };

const read = layered([{}]);
if ("problems" in read) throw new Error("the default settings are broken");
const prices = catalogue(read.settings);

function priced(tier: Tier, { input, output }: Pick<Usage, "input" | "output">): number {
  const dollars = prices.cost(tier, { input, cacheRead: 0, cacheWrite: 0, output, reasoning: 0 });
  if (dollars === null) throw new Error(`${tier.model} has no price in the catalogue`);
  return dollars;
}

const executing = (author: Tier): Cost => ({ dollars: priced(author, ATTEMPT), seconds: ATTEMPT.seconds });

/** What it thinks goes with its effort, as what attempts write does. */
const atEffort = (reviewer: Tier, { input, output, reasoning }: Usage) => ({
  input,
  output: output - reasoning + reasoning * wordiness(reviewer),
});

function verifying(stage: StageName, { evidence, calls }: Outcome, reviewer: Tier): Cost {
  const ran = evidence
    .filter(({ kind }) => SEEN[stage].includes(kind) && kind !== "reviewer")
    .reduce((all, { ms }) => all + ms / 1000, 0);
  const asked = stage === "+ reviewer" ? calls.map((usage) => atEffort(reviewer, usage)) : [];
  return {
    dollars: asked.reduce((all, usage) => all + priced(reviewer, usage), 0),
    seconds: asked.reduce((all, { output }) => all + LATENCY + output / SPEED, ran),
  };
}

/** Whom the product has review what this author wrote. */
function reviewerOf(author: Tier): Tier {
  const chosen = chooseReviewer(PANEL, author, CLASS);
  if ("none" in chosen) throw new Error(chosen.none);
  return chosen.tier;
}

/**
 * Verifying as a share of executing, in money with the machine in it, for patches of this author. Right patches count: they go
 * through every stage, and are what an order is made of; wrong ones are mostly stopped where it costs nothing.
 */
function costShare(stage: StageName, all: readonly Outcome[], author: Tier): number {
  const outcomes = all.filter(({ case: one }) => one.right);
  if (outcomes.length === 0) return 0;
  const reviewer = reviewerOf(author);
  const spent = sum(outcomes.map((one) => verifying(stage, one, reviewer)));
  return whole(spent) / (outcomes.length * whole(executing(author)));
}

const sum = (costs: readonly Cost[]): Cost => ({
  dollars: costs.reduce((all, one) => all + one.dollars, 0),
  seconds: costs.reduce((all, one) => all + one.seconds, 0),
});
const whole = ({ dollars, seconds }: Cost): number => dollars + (seconds / 3600) * MACHINE_HOUR;

// ── The report ──────────────────────────────────────────────────────────────────────────────────────────────────────

function stageOf(stage: StageName, outcomes: readonly Outcome[]): Stage {
  const right = outcomes.filter(({ case: one }) => one.right);
  const wrong = outcomes.filter(({ case: one }) => !one.right);
  const count = (of: readonly Outcome[], is: (one: Outcome) => boolean): Share =>
    share(of.filter(is).length, of.length);
  const waits = ({ evidence }: Outcome): boolean => answerAt(stage, evidence) === "unknown";
  const spent = sum(outcomes.map((one) => verifying(stage, one, reviewerOf(AUTHOR))));
  return {
    stage,
    falseAccept: count(wrong, (one) => isWrongly(stage, one)),
    falseReject: count(right, (one) => isWrongly(stage, one)),
    waitingRight: count(right, waits),
    waitingWrong: count(wrong, waits),
    costShare: costShare(stage, outcomes, AUTHOR),
    timeShare: outcomes.length === 0 ? 0 : spent.seconds / (outcomes.length * ATTEMPT.seconds),
  };
}

export function report(outcomes: readonly Outcome[]): Report {
  const kinds = KINDS.flatMap((kind): KindLine[] => {
    const mine = outcomes.filter(({ case: one }) => one.kind === kind);
    if (!mine[0]) return [];
    const errors = Object.fromEntries(
      STAGES.map((stage) => [stage, mine.filter((one) => isWrongly(stage, one)).length]),
    ) as Record<StageName, number>;
    return [{ kind, right: mine[0].case.right, cases: mine.length, errors }];
  });
  const wrongly = outcomes.filter((one) => isWrongly("+ reviewer", one));
  return {
    cases: outcomes.length,
    stages: STAGES.map((stage) => stageOf(stage, outcomes)),
    slipped: wrongly.filter(({ case: one }) => !one.right).map(({ case: { name } }) => name),
    late: outcomes
      .filter((one) => !one.case.right && isWrongly("+ functions", one) && !wrongly.includes(one))
      .map(({ case: { name } }) => name),
    pairs: LADDER.map((author) => ({
      author: tierName(author),
      reviewer: tierName(reviewerOf(author)),
      costShare: costShare("+ reviewer", outcomes, author),
    })),
    held: wrongly.filter(({ case: one }) => one.right).map(heldBy),
    kinds,
  };
}

/** A right patch that was not accepted, with what held it. */
function heldBy({ case: { name }, evidence }: Outcome): string {
  const held =
    evidence.find(({ result }) => result === "fail") ?? evidence.find(({ result }) => result !== "pass");
  return `${name} (${held ? `${held.kind} ${held.name}: ${held.why.split("\n")[0] ?? ""}` : "no evidence"})`;
}

// ── In words ────────────────────────────────────────────────────────────────────────────────────────────────────────

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** The one object of `--json`. */
export const json = ({ cases, stages, slipped }: Report): string =>
  JSON.stringify({
    cases,
    stages: stages.map(({ stage, falseAccept, falseReject, costShare }) => ({
      stage,
      falseAccept: rounded(falseAccept.share),
      falseAcceptHigh: rounded(falseAccept.high),
      falseReject: rounded(falseReject.share),
      falseRejectHigh: rounded(falseReject.high),
      costShare: rounded(costShare),
    })),
    slipped,
  });

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const interval = (one: Share): string =>
  `${percent(one.share).padStart(7)} [${percent(one.low)}, ${percent(one.high)}]`.padEnd(26);
const column = (texts: readonly (string | number)[]): string =>
  texts.map((text) => String(text).padStart(8)).join("");

export function told({ cases, stages, slipped, late, held, kinds, pairs }: Report): string {
  const list = (title: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : ["", `${title}:`, ...names.map((name) => `  ${name}`)];
  return [
    `${cases} cases: ${stages[0]?.falseReject.of ?? 0} right, ${stages[0]?.falseAccept.of ?? 0} wrong`,
    "",
    "stage              wrong accepted [95 %]     right not accepted [95 %]  of it waiting   cost    time",
    ...stages.map(
      (one) =>
        `${one.stage.padEnd(19)}${interval(one.falseAccept)}${interval(one.falseReject)} ${percent(one.waitingRight.share).padStart(12)}${percent(one.costShare).padStart(9)}${percent(one.timeShare).padStart(9)}`,
    ),
    "",
    `errors by kind      cases${column(["guards", "commands", "function", "reviewer"])}`,
    ...kinds.map(
      ({ kind, right, cases: of, errors }) =>
        `${(right ? "right: " : "wrong: ") + kind.padEnd(13)}${String(of).padStart(5)}${column(STAGES.map((stage) => errors[stage]))}`,
    ),
    "",
    "cost of all stages, by author and reviewer:",
    ...pairs.map((one) => `${percent(one.costShare).padStart(9)}  ${one.author} by ${one.reviewer}`),
    ...list("Accepted although wrong", slipped),
    ...list("Stopped by the reviewer alone", late),
    ...list("Not accepted although right", held),
    "",
  ].join("\n");
}
