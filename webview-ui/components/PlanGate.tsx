import { type OrderView, triedOnBase } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { between, money, plain, plural, roughly, shortName, timeLine } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { AskButton, AskForm, isAsking } from "./AskChanges.tsx";
import { Confirm } from "./Confirm.tsx";
import { Findings } from "./Findings.tsx";
import { Section } from "./Section.tsx";

/** What keeps the plan from running; an order that is over has none. */
export const errorsOf = ({ findings, phase }: OrderView): number =>
  phase === "ended" ? 0 : findings.filter(({ severity }) => severity === "error").length;

type Props = { page: Page; order: OrderView };

const beside = ({ predicted, predictedRange, predictedTop, money: { topTier } }: OrderView): string => {
  const range = between(predictedRange, money);
  const interval = range === "" ? "" : ` (${range} in 4 of 5 cases)`;
  const own =
    predicted === null ? "The predicted cost is unknown" : `${money(predicted)} predicted${interval}`;
  const known = topTier !== null && typeof predictedTop === "number";
  return known ? `${own}, ${money(predictedTop)} with ${shortName(topTier)} for everything` : own;
};

/** What the checks' commands did on the base tree; those that say nothing, or the wrong thing, by name. */
function BaseTree({ page, order }: Props) {
  const { tried, odd } = triedOnBase(order.slices);
  if (tried.length === 0) return null;
  const words = `${plural(tried.length, "check")} tried on the base tree`;
  if (odd.length === 0) return <p className="quiet">{words}: as the plan says.</p>;
  return (
    <details className="lines-of">
      <summary>
        {words}, {odd.length} not as the plan says
      </summary>
      <ul>
        {odd.slice(0, 50).map(({ id, name, base }, i) => (
          <li key={`${i} ${name}`}>
            <LinkButton label={`Show slice ${id}`} onPress={() => page.show(id)}>
              {id}
            </LinkButton>{" "}
            <code>{plain(name)}</code> {plain(base.words)}
          </li>
        ))}
      </ul>
    </details>
  );
}

const Assumptions = ({ lines }: { lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <details className="lines-of">
      <summary>{plural(lines.length, "assumption")}</summary>
      <ul>
        {lines.map((line, i) => (
          <li key={`${i} ${line}`}>{line}</li>
        ))}
      </ul>
    </details>
  );

function Actions({ page, order, errors }: Props & { errors: number }) {
  const { can } = order;
  if (can.askChanges && isAsking(page)) return <AskForm page={page} />;
  return (
    <div className="actions gate-actions">
      {can.approvePlan && (
        <PrimaryButton onPress={() => page.send.command({ do: errors > 0 ? "reread" : "approvePlan" })}>
          {errors > 0 ? "Check Again" : "Approve Plan"}
        </PrimaryButton>
      )}
      {can.askChanges && <AskButton page={page} draft="" />}
      <Button onPress={() => page.send.act({ act: "openPlan" })}>Open Plan</Button>
      {can.discard && (
        <Confirm
          words="Discard"
          label="Discard the plan"
          question="Discard this plan? Its files stay on disk."
          keep="Keep"
          reason="Reason (optional)"
          onConfirm={(reason) => page.send.command({ do: "discard", reason })}
        />
      )}
    </div>
  );
}

/** Away from the gate, what a stuck slice shows to be wrong with the plan is said here. */
const Asking = ({ page, order }: Props) =>
  order.can.askChanges && isAsking(page) ? (
    <Section page={page} name="asking" title="Change the plan">
      <AskForm page={page} />
    </Section>
  ) : null;

/** The planner is at it again: why, and the way to stop it. */
function Replanning({ page, order }: Props) {
  const now = order.phase === "planning";
  return (
    <Section page={page} name="replanning" title="Amending the plan">
      <p className="replanning">
        <Icon name={now ? "executing" : "waiting"} />
        <span>
          {now
            ? "The planner is amending the plan: "
            : "The planner amends the plan when the order goes on: "}
          {order.replanning}
        </span>
      </p>
      {now && order.can.stop && (
        <div className="actions">
          <Button onPress={() => page.send.command({ do: "stop" })}>Stop</Button>
        </div>
      )}
    </Section>
  );
}

/** An approved plan in which a change has made errors: nothing new starts before they are mended. */
const Broken = ({ page, order }: Props) => (
  <Section page={page} name="gate" title="The plan has errors">
    <Findings page={page} findings={order.findings} />
    {order.can.askChanges && isAsking(page) ? (
      <AskForm page={page} />
    ) : (
      <div className="actions gate-actions">
        {order.can.askChanges && <AskButton page={page} draft="" />}
        <Button onPress={() => page.send.act({ act: "openPlan" })}>Open Plan</Button>
      </div>
    )}
  </Section>
);

/** Nothing is executed before the plan, or its amendment, was read and approved here. */
export function PlanGate({ page, order }: Props) {
  const errors = errorsOf(order);
  if (order.replanning !== null) return <Replanning page={page} order={order} />;
  if (order.phase !== "gate")
    return errors > 0 ? <Broken page={page} order={order} /> : <Asking page={page} order={order} />;
  const time = timeLine(order.time);
  const slow = between(order.time.sumRange, roughly);
  return (
    <Section
      page={page}
      name="gate"
      title="Plan gate"
      facts={`${plural(order.total, "slice")} · ${money(order.predicted)}`}
    >
      <div>
        <p>{beside(order)}</p>
        {time && (
          <p>
            {time} {slow && <span className="quiet">({slow})</span>}
          </p>
        )}
      </div>
      {errors > 0 && (
        <p className="quiet">Mend {plural(errors, "error")} in the plan before it can be approved.</p>
      )}
      <Findings page={page} findings={order.findings} />
      <BaseTree page={page} order={order} />
      <Assumptions lines={order.assumptions} />
      <Actions page={page} order={order} errors={errors} />
    </Section>
  );
}
