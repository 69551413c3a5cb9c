/**
 * Whether a tier is still what it was: a running test (Page's cumulative sum) of its verdicts against what it has shown, in
 * both directions. What was seen of a changed tier before is nearly forgotten, without waiting for it to fade.
 */

/** Odds of acceptance that count as changed, for the better or the worse. */
const ODDS = 4;
/** Evidence for a change, in nats, at which it is believed; by chance less than once in a thousand verdicts. */
const CONVINCED = 12;
/** Verdicts of "even odds" that a tier is held to have had. */
const HELD = 2;

/** Verdicts so far, with the evidence for either change and the verdicts since that evidence began. Changed in place. */
export type Watch = { accepted: number; all: number; better: Run; worse: Run };
type Run = { evidence: number; accepted: number; rejected: number };

const quiet = (): Run => ({ evidence: 0, accepted: 0, rejected: 0 });
export const unwatched = (): Watch => ({ accepted: 0, all: 0, better: quiet(), worse: quiet() });
export const copied = ({ better, worse, ...sums }: Watch): Watch => ({
  ...sums,
  better: { ...better },
  worse: { ...worse },
});

/** Takes one more verdict in; the verdicts of the new time when the tier has changed, else null. */
export function watched(watch: Watch, accepted: boolean): { accepted: number; rejected: number } | null {
  const usual = (watch.accepted + HELD / 2) / (watch.all + HELD);
  move(watch.better, accepted, usual, ODDS);
  move(watch.worse, accepted, usual, 1 / ODDS);
  const { better, worse } = watch;
  const changed = better.evidence > CONVINCED ? better : worse.evidence > CONVINCED ? worse : null;
  watch.accepted = changed ? changed.accepted : watch.accepted + (accepted ? 1 : 0);
  watch.all = changed ? changed.accepted + changed.rejected : watch.all + 1;
  if (changed) [watch.better, watch.worse] = [quiet(), quiet()];
  return changed;
}

function move(run: Run, accepted: boolean, usual: number, odds: number): void {
  const other = (odds * usual) / (1 - usual + odds * usual);
  run.evidence += Math.log(accepted ? other / usual : (1 - other) / (1 - usual));
  if (accepted) run.accepted += 1;
  else run.rejected += 1;
  if (run.evidence <= 0) run.evidence = run.accepted = run.rejected = 0;
}
