import type { OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { plain, plural } from "../format.ts";
import { Icon, type IconName } from "../icons.tsx";
import { LinkButton } from "../ui.tsx";
import { Section } from "./Section.tsx";

type Change = NonNullable<OrderView["amendment"]>["changes"][number];

const SHOWN = 50;
const ICON: Record<Change["what"], IconName> = { added: "added", changed: "changed", dropped: "dropped" };

/** Short values stand side by side, longer ones below each other. */
const SHORT = 48;
const isShort = ({ before, after }: Change["keys"][number]): boolean => before.length + after.length <= SHORT;

const Key = ({ change }: { change: Change["keys"][number] }) => {
  const { key, before, after } = change;
  return (
    <div className={isShort(change) ? "key-change short" : "key-change"}>
      <dt>{key}</dt>
      <dd>
        {before !== "" && (
          <del>
            <span className="hidden">before: </span>
            {plain(before)}
          </del>
        )}
        {after !== "" && (
          <ins>
            <span className="hidden">after: </span>
            {plain(after)}
          </ins>
        )}
      </dd>
    </div>
  );
};

const ChangeRow = ({ page, change }: { page: Page; change: Change }) => (
  <li className={`plan-change plan-${change.what}`}>
    <Icon name={ICON[change.what]} />
    <div>
      <p>
        <span className="hidden">{change.what}: </span>
        <LinkButton label={`Show slice ${change.slice}`} onPress={() => page.show(change.slice)}>
          {change.slice}
        </LinkButton>{" "}
        <span className="plan-title">{change.title}</span>
      </p>
      {change.why && <p className="quiet">{change.why}</p>}
      {change.keys.length > 0 && (
        <dl>
          {change.keys.map((key) => (
            <Key key={key.key} change={key} />
          ))}
        </dl>
      )}
    </div>
  </li>
);

/** The planner's last amendment as a diff of the plan: open where it is to be approved, folded afterwards. */
export function Amendment({ page, order }: { page: Page; order: OrderView }) {
  const { amendment, amendments, rejectedPaths, phase } = order;
  if (!amendment) return null;
  const { why, changes } = amendment;
  const more = changes.length - SHOWN;
  return (
    <Section
      page={page}
      name={`amendment ${amendments}`}
      title={amendments > 1 ? `Plan amended (${amendments})` : "Plan amended"}
      facts={plural(changes.length, "change")}
      byDefault={phase === "gate" ? "open" : "folded"}
    >
      <p>{why}</p>
      <ul className="plan-changes">
        {changes.slice(0, SHOWN).map((change) => (
          <ChangeRow key={change.slice} page={page} change={change} />
        ))}
      </ul>
      {more > 0 && <p className="quiet">And {plural(more, "slice")} more.</p>}
      {rejectedPaths.length > 0 && (
        <details className="lines-of">
          <summary>{plural(rejectedPaths.length, "rejected path")}</summary>
          <ul>
            {rejectedPaths.map((line, i) => (
              <li key={`${i} ${line}`}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}
