import type { OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { money, plural, shortName } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { Confirm } from "./Confirm.tsx";
import { Section } from "./Section.tsx";

type Finding = OrderView["findings"][number];

/** Errors first: they keep the plan from being approved. */
const bySeverity = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));

const Findings = ({ page, findings }: { page: Page; findings: readonly Finding[] }) => (
  <ul className="findings">
    {bySeverity(findings).map(({ critic, severity, slices, message, remedy }, i) => (
      <li key={`${critic} ${i}`} className={`finding ${severity}`}>
        <Icon name={severity === "error" ? "stuck" : "warning"} />
        <div>
          <span className="hidden">{severity}: </span>
          {message}
          {slices.map((slice) => (
            <span key={slice}>
              {" "}
              <LinkButton label={`Show slice ${slice}`} onPress={() => page.show(slice)}>
                {slice}
              </LinkButton>
            </span>
          ))}
          {remedy && <p className="quiet">{remedy}</p>}
        </div>
      </li>
    ))}
  </ul>
);

const beside = ({ predicted, predictedTop, money: { topTier } }: OrderView): string => {
  const own = predicted === null ? "The predicted cost is unknown" : `${money(predicted)} predicted`;
  const known = topTier !== null && typeof predictedTop === "number";
  return known ? `${own}, ${money(predictedTop)} with ${shortName(topTier)} for everything.` : `${own}.`;
};

/** Nothing is executed before the plan was read and approved here. */
export function PlanGate({ page, order }: { page: Page; order: OrderView }) {
  if (order.phase !== "gate" && !order.can.approvePlan) return null;
  const errors = order.findings.filter(({ severity }) => severity === "error").length;
  return (
    <Section
      page={page}
      name="gate"
      title="Plan gate"
      facts={`${plural(order.total, "slice")} · ${money(order.predicted)}`}
    >
      <p>{beside(order)}</p>
      {errors > 0 && (
        <p className="quiet">Mend {plural(errors, "error")} in the plan before it can be approved.</p>
      )}
      {order.findings.length > 0 && <Findings page={page} findings={order.findings} />}
      {order.assumptions.length > 0 && (
        <details className="assumptions">
          <summary>{plural(order.assumptions.length, "assumption")}</summary>
          <ul>
            {order.assumptions.map((line, i) => (
              <li key={`${i} ${line}`}>{line}</li>
            ))}
          </ul>
        </details>
      )}
      <div className="actions">
        {order.can.approvePlan && (
          <PrimaryButton onPress={() => page.send.command({ do: "approvePlan" })}>
            {errors > 0 ? "Check Again" : "Approve Plan"}
          </PrimaryButton>
        )}
        <Button onPress={() => page.send.act({ act: "openPlan" })}>Open Plan</Button>
        <Confirm
          words="Discard"
          label="Discard the plan"
          question="Discard this plan? Its files stay on disk."
          keep="Keep"
          reason="Reason (optional)"
          onConfirm={(reason) => page.send.command({ do: "discard", reason })}
        />
      </div>
    </Section>
  );
}
