import type { OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { duration, inTurn, money, plural, savingOf, shortName } from "../format.ts";
import { Section } from "./Section.tsx";

const [WIDE, HIGH] = [240, 36];

/** Money over time, as a line that only rises; the words say the same. */
function Line({ line }: { line: OrderView["money"]["line"] }) {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return null;
  const [from, to] = [Date.parse(first.at), Date.parse(last.at)];
  const x = (at: string): number => (to > from ? ((Date.parse(at) - from) / (to - from)) * WIDE : WIDE);
  const y = (dollars: number): number => HIGH - 2 - (dollars / last.dollars) * (HIGH - 4);
  const points = line.map(({ at, dollars }) => `${x(at).toFixed(1)},${y(dollars).toFixed(1)}`).join(" ");
  const words = `Money over time: ${money(first.dollars)} at first, ${money(last.dollars)} after ${duration(Math.max(0, to - from))}`;
  return (
    <svg
      className="money-line"
      viewBox={`0 0 ${WIDE} ${HIGH}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <polyline points={points} />
    </svg>
  );
}

const ROLES = { planner: "Planner", executor: "Executors", reviewer: "Reviewers" };

/** What each model took, by what it was asked for. */
const Roles = ({ roles }: { roles: OrderView["money"]["roles"] }) => (
  <div className="roles">
    {roles.map(({ role, models }) => (
      <div key={role}>
        <h3>{ROLES[role]}</h3>
        <dl className="ledger" aria-label={`${ROLES[role]} by model`}>
          {models.map(({ name, spent, calls }) => (
            <div key={name}>
              <dt title={`${name}, ${plural(calls, "call")}`}>{shortName(name)}</dt>
              <dd>{money(spent)}</dd>
            </div>
          ))}
        </dl>
      </div>
    ))}
  </div>
);

const PARTS = ["planning", "executing", "verifying", "failed"] as const;
const NAMES = {
  planning: "Planning",
  executing: "Executing",
  verifying: "Verifying",
  failed: "Failed attempts",
};

const BUDGETS = [
  ["Budget of the order", "budget"],
  ["Budget of each slice", "sliceBudget"],
  ["Budget of the day", "dayBudget"],
] as const;

/** Where the money went, and what one model for everything would have cost. */
export function Money({ page, order }: { page: Page; order: OrderView }) {
  const all = order.money;
  const sum = PARTS.reduce((total, part) => total + (all[part] ?? 0), 0);
  if (sum === 0 && all.unpriced === 0) return null;
  const saving = savingOf(all);
  return (
    <Section page={page} name="money" title="Money" facts={money(all.spent)} byDefault="folded">
      {sum > 0 && (
        <div className="money-bar" aria-hidden="true">
          {PARTS.filter((part) => (all[part] ?? 0) > 0).map((part) => (
            <span key={part} className={`money-${part}`} style={{ flexGrow: (all[part] ?? 0) / sum }} />
          ))}
        </div>
      )}
      <dl className="ledger">
        {PARTS.map((part) => (
          <div key={part}>
            <dt>
              <span className={`swatch money-${part}`} />
              {NAMES[part]}
            </dt>
            <dd>{money(all[part])}</dd>
          </div>
        ))}
        <div className="sum">
          <dt>Spent</dt>
          <dd>{money(all.spent)}</dd>
        </div>
        {order.predicted !== null && (
          <div>
            <dt>Predicted for all slices</dt>
            <dd>{money(order.predicted)}</dd>
          </div>
        )}
        {BUDGETS.map(([name, key]) =>
          all[key] === null ? null : (
            <div key={key}>
              <dt>{name}</dt>
              <dd>{money(all[key])}</dd>
            </div>
          ),
        )}
        {all.tops.length > 0 && (
          <div>
            <dt>Same tokens on {inTurn(all.tops)}</dt>
            <dd>{money(all.top)}</dd>
          </div>
        )}
      </dl>
      {all.roles.length > 0 && <Roles roles={all.roles} />}
      <Line line={all.line} />
      {saving && <p className="saving">{saving}</p>}
      {all.how && <p className="quiet">{all.how}</p>}
      {all.reported && <p className="quiet">{all.reported}</p>}
      {all.unpriced > 0 && (
        <p className="quiet">
          {plural(all.unpriced, "call")} of unknown cost: the price of the model is not known.
        </p>
      )}
    </Section>
  );
}
