import type { CalibrationView, OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { calibrationLine } from "../format.ts";
import { Section } from "./Section.tsx";

const Line = ({ what, of }: { what: string; of: CalibrationView | null }) => (
  <div>
    <dt>{what}</dt>
    <dd>{of === null ? "unknown" : calibrationLine(of)}</dd>
  </div>
);

/** How true predictions came, once slices have landed. */
export function Predictions({ page, order }: { page: Page; order: OrderView }) {
  const { cost, time } = order.calibration;
  const first = cost ?? time;
  if (first === null) return null;
  return (
    <Section
      page={page}
      name="predictions"
      title="Predictions"
      facts={`${first.ratio.toFixed(1)}\u00a0× as predicted`}
      byDefault="folded"
    >
      <dl className="ledger">
        <Line what="Cost" of={cost} />
        <Line what="Time of the models" of={time} />
      </dl>
      <p className="quiet">
        What landed slices took, against what was predicted before they began. Four of five should lie within
        their interval.
      </p>
    </Section>
  );
}
