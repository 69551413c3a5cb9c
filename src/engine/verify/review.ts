/**
 * The reviewer: what no command shows, judged criterion by criterion by a model that did not write it; then, for hard slices,
 * an adversary. Only asked when nothing before has failed. What could not be reviewed is unknown, and says why.
 */
import { shownBy } from "../../core/alreadyShown.ts";
import type { Evidence, Slice } from "../../core/order.ts";
import { type Judged, Review, judge, pathsIn, plainPath } from "../../core/review.ts";
import type { Tree } from "../ports.ts";
import { code, oneLine } from "../quote.ts";
import { cut } from "../tools.ts";
import { attack, standing } from "./adversary.ts";
import { type Answered, ask } from "./ask.ts";
import { REVIEWER_SYSTEM, reviewRequest } from "./reviewPrompts.ts";
import { type Reviewing, seatFor, sharedBy } from "./seat.ts";
import { shownOf } from "./shown.ts";
import { type Expect, type Verifying, evidenceOf } from "./verifying.ts";

const WHY_CHARS = 1200;
const isHard = ({ class: of }: Pick<Slice, "class">): boolean => of === "C3" || of === "C4";

/** `before` is what was found so far: a criterion that it shows is not asked. */
export async function review(context: Verifying, before: readonly Evidence[]): Promise<Evidence[]> {
  const expected = context.slice.checks
    .filter((check): check is Expect => "expect" in check)
    .map(({ expect }) => ({ expect, by: shownBy(expect, before) }));
  const shown = expected.flatMap(({ expect, by }) => (by ? [notAsked(expect, by)] : []));
  // What a reviewer said before the money ran out was paid for.
  const judged = context.found.filter(({ kind, name }) => kind === "reviewer" && isAsked(name, expected));
  const criteria = expected.flatMap(({ expect, by }) =>
    by || judged.some(({ name }) => name === expect) ? [] : [expect],
  );
  return [...shown, ...judged, ...(await reviewed(context, criteria, judged))];
}

const isAsked = (name: string, expected: readonly { expect: string; by: unknown }[]): boolean =>
  expected.some(({ expect, by }) => expect === name && !by);

/** Of the kind of what shows it, so that it makes no evidence stronger. */
const notAsked = (name: string, by: readonly Evidence[]): Evidence =>
  evidenceOf({
    kind: by.find(({ kind }) => kind !== "guard")?.kind ?? "guard",
    name,
    result: "pass",
    why: `Shown by ${by.map((one) => code(one.name)).join(" and ")}; no reviewer was asked.`,
  });

/** `before` is what was judged before: the second pass sees those criteria as well, and depends on them. */
async function reviewed(
  context: Verifying,
  criteria: readonly string[],
  before: readonly Evidence[],
): Promise<Evidence[]> {
  const { slice, run, tier, patch, base, world, signal } = context;
  const hard = isHard(slice);
  if (criteria.length === 0 && !hard) return [];
  const seat = seatFor(run, tier, slice.class);
  if ("none" in seat) return unreviewed(criteria, hard, seat.none);
  // What a test refuted before is refuted as long as it fails, and costs nothing to see.
  const refuted = await standing(context);
  if (refuted) return [refuted];
  const scratch = await world.repo.scratch({ id: base, commit: null }, patch, signal);
  try {
    const tree = world.tree(scratch.root);
    const shown = await shownOf(context, tree);
    if ("none" in shown) return unreviewed(criteria, hard, shown.none);
    const reviewing = { seat, tree, shown };
    const judged = await judgeAll(context, criteria, reviewing);
    const isOpen = [...before, ...judged].some(({ result }) => result !== "pass");
    if (!hard || isOpen || signal.aborted) return judged;
    const all = [...before.map(({ name }) => name), ...criteria];
    return [...judged, ...(await attack(context, all, reviewing))];
  } finally {
    await scratch.dispose();
  }
}

/** Why nobody looked, for each criterion; a hard slice's second pass is said to be left out as well. */
function unreviewed(criteria: readonly string[], hard: boolean, why: string): Evidence[] {
  const said = criteria.map((name) =>
    evidenceOf({ kind: "reviewer", name, result: "unknown", why: `Not reviewed: ${why} Judge it yourself.` }),
  );
  const left = evidenceOf({
    kind: "adversary",
    name: "adversary",
    result: "unknown",
    why: `Skipped: ${why}`,
  });
  return hard ? [...said, left] : said;
}

async function judgeAll(
  { run, world, slice, attempt, patch, signal }: Verifying,
  criteria: readonly string[],
  { seat, tree, shown }: Reviewing,
): Promise<Evidence[]> {
  if (criteria.length === 0) return [];
  world.watch({ slice: slice.id, attempt, kind: "check", text: `reviewer ${seat.tier.model}` });
  const changed = patch.flatMap(({ path, after }) => (after === null ? [] : [path]));
  const judging = async (answer: Review): Promise<ReturnType<typeof judge>> =>
    judge(criteria, answer, await textsOf(tree, [...changed, ...pathsIn(answer)]));
  const answered = await ask<Review>(
    run,
    {
      ...{
        tier: seat.tier,
        provider: seat.provider,
        slice: slice.id,
        attempt,
        name: "review",
        schema: Review,
        maxOutput: isHard(slice) ? 16_000 : 8_000,
      },
      system: REVIEWER_SYSTEM,
      request: reviewRequest(slice, criteria, shown),
      wrongWith: async (answer) => (await judging(answer)).wrong,
    },
    signal,
  );
  const judged = answered.answer ? (await judging(answered.answer)).judged : [];
  const output = await world.blobs.putText(answered.said.join("\n\n--- next answer ---\n"));
  return criteria.map((name, at) =>
    evidenceOf({
      ...{ kind: "reviewer", name, output, quotes: judged[at]?.quotes ?? [] },
      ...wordsOf(judged[at], answered),
      ...sharedBy(criteria.length, answered, seat),
    }),
  );
}

async function textsOf(tree: Tree, paths: readonly string[]): Promise<Map<string, string>> {
  const once = [...new Set(paths.map(plainPath))];
  const read = await Promise.all(once.map(async (path) => [path, await tree.read(path)] as const));
  return new Map(read.flatMap(([path, file]) => ("error" in file ? [] : [[path, file.text] as const])));
}

function wordsOf(
  judged: Judged | undefined,
  { why, over }: Answered<Review>,
): Pick<Evidence, "result" | "why" | "over"> {
  // It goes on when there is money: nobody needs to judge it instead.
  const counts = judged?.void === null;
  if (over && !counts) return { result: "unknown", why: `Not reviewed yet: ${why}`, over };
  if (!judged) return { result: "unknown", why: `Not reviewed: ${why} Judge it yourself.` };
  const said = cut(judged.reason.trim(), WHY_CHARS);
  if (judged.void !== null) {
    const words = said === "" ? "" : ` It said: ${said}`;
    return { result: "unknown", why: `The reviewer's answer does not count: ${judged.void}.${words}` };
  }
  if (judged.result !== "fail") return { result: judged.result, why: said };
  const places = judged.quotes.map(
    ({ path, line, text }) => `${path}:${line}: ${oneLine(text).slice(0, 160)}`,
  );
  return { result: "fail", why: [said, ...places].join("\n") };
}
