/** What the critics find in the planted plans, critic by critic. */
import { join } from "node:path";
import { type Outcome, faultsOf, judge, readPlanted } from "../plans/planted.ts";

export type Tally = { critic: string; planted: number; found: number; missed: number; falseAlarms: number };

/** `root` is the repository. */
export function examined(root: string): { tallies: Tally[]; wrong: string[]; plans: number; clean: number } {
  const { plans, factsOf } = readPlanted(join(root, "test/plans"));
  const outcomes = plans.map((plan) => judge(plan, factsOf(plan)));
  const criticOf = (told: string): string => told.slice(0, told.indexOf(":"));
  const critics = new Set(
    outcomes.flatMap(({ plan, falseAlarms }) => [...faultsOf(plan), ...falseAlarms]).map(criticOf),
  );
  const count = (critic: string, of: (outcome: Outcome) => string[]): number =>
    outcomes.flatMap(of).filter((told) => criticOf(told) === critic).length;
  const tallies = [...critics].toSorted().map((critic) => ({
    critic,
    planted: count(critic, ({ plan }) => faultsOf(plan)),
    found: count(critic, ({ found }) => found),
    missed: count(critic, ({ missed }) => missed),
    falseAlarms: count(critic, ({ falseAlarms }) => falseAlarms),
  }));
  const wrong = outcomes.flatMap(({ plan, missed, falseAlarms }) => [
    ...missed.map((told) => `missed       ${told}  (${plan.file}: ${plan.name})`),
    ...falseAlarms.map((told) => `false alarm  ${told}  (${plan.file}: ${plan.name})`),
  ]);
  return {
    tallies,
    wrong,
    plans: plans.length,
    clean: plans.filter(({ faults }) => faults.length === 0).length,
  };
}

export function table({ tallies, wrong, plans, clean }: ReturnType<typeof examined>): string {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((all, tally) => all + of(tally), 0);
  const total: Tally = {
    critic: `${plans} plans, ${clean} of them clean`,
    planted: sum(({ planted }) => planted),
    found: sum(({ found }) => found),
    missed: sum(({ missed }) => missed),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms),
  };
  const row = (name: string, ...cells: (string | number)[]): string =>
    name.padEnd(30) + cells.map((cell) => String(cell).padStart(13)).join("");
  return [
    row("critic", "planted", "found", "missed", "false alarms"),
    ...[...tallies, total].map((one) => row(one.critic, one.planted, one.found, one.missed, one.falseAlarms)),
    ...wrong,
  ].join("\n");
}
