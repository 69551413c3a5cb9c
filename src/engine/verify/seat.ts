/** Who sits in judgement: the reviewer chosen for a patch, and the way to reach it. */
import type { Evidence, SliceClass, Tier } from "../../core/order.ts";
import { type Reviewer, chooseReviewer } from "../../core/reviewer.ts";
import { type Performing, isFault, providerFor, unfitEffort } from "../performer.ts";
import type { Provider, Tree } from "../ports.ts";
import type { Answered } from "./ask.ts";
import type { Shown } from "./reviewPrompts.ts";

export type Seat = Reviewer & { provider: Provider };
/** `tree` is the patched one. */
export type Reviewing = { seat: Seat; tree: Tree; shown: Shown };

/** Nobody is put in another's place without a word: a reviewer that cannot be asked leaves it unknown. */
export function seatFor(run: Performing, author: Tier | null, of: SliceClass): Seat | { none: string } {
  const { config } = run.order();
  const chosen = chooseReviewer(config ?? { tiers: [] }, author, of);
  if ("none" in chosen) return chosen;
  const provider = providerFor(run, chosen.tier);
  if (isFault(provider)) return { none: provider.message };
  const unfit = unfitEffort(run, chosen.tier);
  return unfit ? { none: unfit.message } : { ...chosen, provider };
}

/** What one of `count` pieces of evidence of one question has of its time and money. */
export const sharedBy = (
  count: number,
  { ms, cost }: Pick<Answered<unknown>, "ms" | "cost">,
  { tier, family, kin, note }: Reviewer,
): Pick<Evidence, "ms" | "cost" | "reviewer"> => ({
  ms: Math.round(ms / count),
  cost: cost === null ? null : cost / count,
  reviewer: { tier, family, kin, note },
});
