/** The workspace as the sidebar shows it: its orders, and all of them together by week. */
import { spentOrUnknown } from "../core/cost.ts";
import { ENOUGH, mtbiOf, mtbiWords } from "../core/mtbiWords.ts";
import { NO_MONEY, type WorkOrder } from "../core/state.ts";
import { type Tally, type WeekTally, noWeek, tallyOf, together } from "../core/workspace.ts";
import type { OrderSummary, WeekView, WorkspaceView } from "./view.ts";

/** One order. `tally` is null when it was never opened, or when its log cannot be read, and `why` says why. */
export type Listed = { order: OrderSummary; tally: Tally | null; why: string | null };
/** The orders of a workspace, oldest first. */
export type Listing = readonly Listed[];

/** Half a year: what a picture 250 px wide can hold. */
export const WEEKS = 26;
const WEEK_MS = 7 * 86_400_000;

/** `open` is the order whose engine runs here: it is further than its log was when that was read. */
export function workspaceView(listing: Listing, open: WorkOrder | null): WorkspaceView | null {
  const others = listing.filter(({ order }) => order.id !== open?.id);
  const tallies = others.flatMap(({ tally }) => tally ?? []);
  const unread = others.filter(({ why }) => why !== null).map(({ order }) => order.id);
  if (open) tallies.push(tallyOf(open));
  if (tallies.length + unread.length === 0) return null;
  const all = together(tallies);
  return {
    orders: all.orders,
    unread,
    spent: known(all),
    unpriced: all.unpriced,
    mtbi: mtbiOf(all),
    weeks: weekViews(all.weeks),
  };
}

const known = ({ dollars, unpriced }: Pick<WeekTally, "dollars" | "unpriced">): number | null =>
  spentOrUnknown({ ...NO_MONEY, spent: dollars, unpriced });

/** The last weeks with what was reached by then; weeks without work are weeks, too. */
function weekViews(weeks: readonly WeekTally[]): WeekView[] {
  const last = weeks.at(-1);
  if (!last) return [];
  const shown = lastWeeks(last.week);
  let [workedMs, interventions, next] = [0, 0, 0];
  return shown.flatMap((week) => {
    let own = noWeek(week);
    for (let one = weeks[next]; one && one.week <= week; one = weeks[++next]) {
      workedMs += one.workedMs;
      interventions += one.interventions;
      if (one.week === week) own = one;
    }
    if (next === 0) return [];
    const untilMs = interventions < ENOUGH ? null : workedMs / interventions;
    const { unpriced, ...rest } = own;
    const dollars = known({ dollars: own.dollars, unpriced });
    return [{ ...rest, dollars, mtbi: mtbiWords(own.workedMs, own.interventions).text, untilMs }];
  });
}

const lastWeeks = (last: string): string[] =>
  Array.from({ length: WEEKS }, (_, at) =>
    new Date(Date.parse(last) - (WEEKS - 1 - at) * WEEK_MS).toISOString().slice(0, 10),
  );
