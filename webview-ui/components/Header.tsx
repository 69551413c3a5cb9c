import type { OrderView, View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { canAct, duration, isLive, savingOf, spending } from "../format.ts";
import { Icon } from "../icons.tsx";
import { PHASE } from "../news.ts";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { Raise } from "./Raise.tsx";

type Props = { page: Page; view: View; order: OrderView };

/** How far the order is, as a bar: done, needing a person, under way. */
function Progress({ order }: { order: OrderView }) {
  const count = (...at: string[]) => order.slices.filter((slice) => at.includes(slice.at)).length;
  const known = [
    ["done", order.done],
    ["approval", count("approval")],
    ["active", count("executing", "verifying", "landing")],
    ["blocked", count("stuck", "conflict")],
  ] as const;
  const rest = order.total - known.reduce((sum, [, n]) => sum + n, 0);
  const parts = [...known, ["rest", rest] as const].filter(([, n]) => n > 0);
  if (order.phase === "planning") return <div className="progress busy" aria-hidden="true" />;
  return (
    <div className="progress" aria-hidden="true">
      {parts.map(([name, n]) => (
        <span key={name} className={`progress-${name}`} style={{ flexGrow: n }} />
      ))}
    </div>
  );
}

/** The next step of an order at rest. Pause and Stop are in the view's title bar, where VS Code has its own buttons. */
function Controls({ page, order }: { page: Page; order: OrderView }) {
  const { can, over } = order;
  if (!can.run && !can.report) return null;
  const Run = over ? Button : PrimaryButton;
  return (
    <div className="actions" role="group" aria-label="Work order">
      {over && over.slice === null && <Raise page={page} over={over} />}
      {can.run && (
        <Run onPress={() => page.send.command({ do: "run" })}>
          <Icon name="run" /> Run
        </Run>
      )}
      {can.report && <Button onPress={() => page.send.act({ act: "openReport" })}>Report</Button>}
    </div>
  );
}

/** The goal, how far it is, and what it costs: the four lines a person glances at. */
export function Header({ page, view, order }: Props) {
  const { money, mtbi, phase } = order;
  // Before a slice was executed both sums are the planner's.
  const saving = money.executing === 0 ? "" : savingOf(money);
  const live = page.state.live[""];
  return (
    <header className="header">
      <div className="eyebrow">
        <span className={`phase phase-${phase}`}>{PHASE[phase]}</span>
        {view.demo && <span className="demo">recorded demo model</span>}
        <span className="links">
          {order.total > 0 && (
            <LinkButton onPress={() => page.send.act({ act: "openPlan" })}>Plan</LinkButton>
          )}
          <LinkButton onPress={() => page.send.act({ act: "openLog" })}>Log</LinkButton>
        </span>
      </div>
      <h1 title={order.goal}>{order.goal}</h1>
      <Progress order={order} />
      <p className="figures">
        <span>
          {order.total > 0 ? `${order.done} of ${order.total} · ` : ""}
          {duration(mtbi.workedMs)}
        </span>
        <span>{spending(money)}</span>
        {saving && (
          <span className="saving" title={saving}>
            {saving}
          </span>
        )}
      </p>
      {phase !== "planning" && phase !== "gate" && <p className="mtbi">{mtbi.line}</p>}
      {phase === "planning" && (
        <p className="live">
          {live?.trim() || (order.replanning === null ? "Reading the codebase…" : "Thinking it over…")}
        </p>
      )}
      {order.why && (
        <p className={isLive(phase) ? "why clamp" : "why why-halted clamp"} title={order.why}>
          {order.why}
        </p>
      )}
      {canAct(view) && <Controls page={page} order={order} />}
    </header>
  );
}
