import type { OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { money, plural, savingOf, shortName } from "../format.ts";
import { Section } from "./Section.tsx";

const PARTS = ["planning", "executing", "verifying", "failed"] as const;
const NAMES = {
  planning: "Planning",
  executing: "Executing",
  verifying: "Verifying",
  failed: "Failed attempts",
};

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
        {all.topTier !== null && (
          <div>
            <dt>Same tokens on {shortName(all.topTier)}</dt>
            <dd>{money(all.top)}</dd>
          </div>
        )}
      </dl>
      {saving && <p className="saving">{saving}</p>}
      {all.unpriced > 0 && (
        <p className="quiet">
          {plural(all.unpriced, "call")} of unknown cost: the price of the model is not known.
        </p>
      )}
    </Section>
  );
}
