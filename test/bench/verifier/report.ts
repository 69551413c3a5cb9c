/** What the bench says: how often each stage lets something wrong pass and holds something right, and what that costs. */
import type { Evidence } from "../../../src/core/order.ts";
import { verdictOf } from "../../../src/core/verdict.ts";
import { tokens } from "../../../src/engine/tokens.ts";
import { catalogue } from "../../../src/providers/catalogue.ts";
import { layered } from "../../../src/core/settings.ts";
import { type Kind, KINDS } from "./cases.ts";
import { AUTHOR, type Outcome } from "./judge.ts";
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
};

const isWrongly = (stage: StageName, { case: one, evidence }: Outcome): boolean =>
  one.right ? answerAt(stage, evidence) !== "accepted" : answerAt(stage, evidence) === "accepted";

// ── What it costs ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * An attempt as our own briefings and sessions go: the fixed prompt and the briefing (the file, its tests, the task), asked four
 * times (look, write, run, finish), what came before read from the cache, thinking twice as much as is written.
 */
const TURNS = 4;
const FIXED = 900;
const WORDS_PER_TURN = 120;
const THINKING = 2;
/** Output tokens a second, seconds until the first of them, and dollars of an hour of this machine. */
const SPEED = 80;
const LATENCY = 1.5;
const MACHINE_HOUR = 0.1;

type Cost = { dollars: number; seconds: number };

const prices = (() => {
  const read = layered([{}]);
  if ("problems" in read) throw new Error("the default settings are broken");
  return catalogue(read.settings);
})();

function executing({ case: { base, files }, evidence }: Outcome): Cost {
  const shown = FIXED + tokens(base);
  const written = Object.values(files).reduce((sum, text) => sum + tokens(text ?? ""), 0);
  const output = (written + TURNS * WORDS_PER_TURN) * (1 + THINKING);
  const usage = {
    ...{ input: shown + written, cacheWrite: 0, cacheRead: (TURNS - 1) * shown },
    ...{ output, reasoning: (output * THINKING) / (1 + THINKING) },
  };
  const dollars = prices.cost({ provider: "anthropic", model: AUTHOR.model }, usage);
  if (dollars === null) throw new Error(`${AUTHOR.model} has no price in the catalogue`);
  // The author runs the tests once itself.
  const ran = evidence.filter(({ kind }) => kind === "command").reduce((sum, { ms }) => sum + ms, 0);
  return { dollars, seconds: output / SPEED + TURNS * LATENCY + ran / 1000 };
}

function verifying(stage: StageName, { evidence, dollars }: Outcome): Cost {
  const seen = evidence.filter(({ kind }) => SEEN[stage].includes(kind));
  const ran = seen.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const asked = stage === "+ reviewer" && dollars > 0;
  return { dollars: asked ? dollars : 0, seconds: ran + (asked ? LATENCY + REVIEW_TOKENS / SPEED : 0) };
}
const REVIEW_TOKENS = 900;

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
  const spent = sum(outcomes.map((one) => verifying(stage, one)));
  const worked = sum(outcomes.map(executing));
  return {
    stage,
    falseAccept: count(wrong, (one) => isWrongly(stage, one)),
    falseReject: count(right, (one) => isWrongly(stage, one)),
    waitingRight: count(right, waits),
    waitingWrong: count(wrong, waits),
    costShare: outcomes.length === 0 ? 0 : whole(spent) / whole(worked),
    timeShare: outcomes.length === 0 ? 0 : spent.seconds / worked.seconds,
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

export function told({ cases, stages, slipped, late, held, kinds }: Report): string {
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
    ...list("Accepted although wrong", slipped),
    ...list("Stopped by the reviewer alone", late),
    ...list("Not accepted although right", held),
    "",
  ].join("\n");
}
