import type { OverView } from "../../src/protocol/view.ts";
import { money } from "../format.ts";
import type { Page } from "../page.ts";
import { PrimaryButton } from "../ui.tsx";

const WHOSE: Record<OverView["what"], string> = {
  order: "the order's budget",
  slice: "the budget of each slice",
  day: "today's budget for this order",
};

/** One press: the budget is raised by as much as what is left should take, and the work goes on. */
export function Raise({ page, over }: { page: Page; over: OverView }) {
  const { what, slice, budget, suggested } = over;
  return (
    <PrimaryButton
      label={`Raise ${WHOSE[what]} from ${money(budget)} to ${money(suggested)} and go on`}
      title={`Raises ${WHOSE[what]} from ${money(budget)} to ${money(suggested)}`}
      onPress={() => page.send.command({ do: "raiseBudget", what, slice, to: suggested })}
    >
      Raise to {money(suggested)}
    </PrimaryButton>
  );
}
