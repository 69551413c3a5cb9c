/** Orders of a workspace taken together: money, work and interventions, in all and by week. Acts are merged within an order. */
import { interventionsAt, weekOf } from "./mtbi.ts";
import type { Clockwork, Money, WorkOrder } from "./state.ts";

/** What is kept of an order, so that its log is read once. */
export type Tally = { id: string; money: Money; clock: Clockwork };

export const tallyOf = ({ id, money, clock }: WorkOrder): Tally => ({ id, money, clock });

export type WeekTally = Clockwork["weeks"][number] & { interventions: number };
/** `weeks` are oldest first; weeks in which nothing was done are left out. */
export type Workspace = {
  orders: number;
  dollars: number;
  unpriced: number;
  workedMs: number;
  interventions: number;
  accepted: number;
  reverted: number;
  weeks: WeekTally[];
};

export const noWeek = (week: string): WeekTally => ({
  ...{ week, workedMs: 0, accepted: 0, reverted: 0, dollars: 0, unpriced: 0, interventions: 0 },
});

export function together(tallies: readonly Tally[]): Workspace {
  const weeks = new Map<string, WeekTally>();
  const add = (week: string, more: Partial<WeekTally>): void => {
    const before = weeks.get(week) ?? noWeek(week);
    weeks.set(week, {
      week,
      workedMs: before.workedMs + (more.workedMs ?? 0),
      accepted: before.accepted + (more.accepted ?? 0),
      reverted: before.reverted + (more.reverted ?? 0),
      dollars: before.dollars + (more.dollars ?? 0),
      unpriced: before.unpriced + (more.unpriced ?? 0),
      interventions: before.interventions + (more.interventions ?? 0),
    });
  };
  for (const { clock } of tallies) {
    for (const one of clock.weeks) add(one.week, one);
    for (const at of interventionsAt(clock.acts)) add(weekOf(at), { interventions: 1 });
  }
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((all, one) => all + of(one), 0);
  return {
    orders: tallies.length,
    dollars: sum(({ money }) => money.spent),
    unpriced: sum(({ money }) => money.unpriced),
    workedMs: sum(({ clock }) => clock.workedMs),
    interventions: sum(({ clock }) => interventionsAt(clock.acts).length),
    accepted: sum(({ clock }) => clock.accepted),
    reverted: sum(({ clock }) => clock.reverted),
    weeks: [...weeks.values()].toSorted((a, b) => (a.week < b.week ? -1 : 1)),
  };
}
