import type { View, WeekView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { duration, money, plural } from "../format.ts";
import { Section } from "./Section.tsx";

type Workspace = NonNullable<View["workspace"]>;
/** `label` has room in a narrow sidebar; `name` is what is heard. */
type Series = {
  label: string;
  name: string;
  of: (week: WeekView) => number | null;
  text: (figure: number) => string;
  /** What a gap means. */
  gap: string;
};

/** Drawn in a box that is stretched: a week is 10 wide. `null` is not enough data, and a gap. */
const [SLOT, HIGH] = [10, 20];
/** Fewer weeks stand at the right of an empty picture, so that one bar is no wall. */
const LEAST = 12;

const SERIES: readonly Series[] = [
  {
    label: "MTBI",
    name: "MTBI until then",
    of: ({ untilMs }) => untilMs,
    text: duration,
    gap: "not enough data",
  },
  { label: "Work", name: "Work", of: ({ workedMs }) => workedMs, text: duration, gap: "" },
  { label: "Stops", name: "Interventions", of: ({ interventions }) => interventions, text: String, gap: "" },
  { label: "Money", name: "Money", of: ({ dollars }) => dollars, text: money, gap: "cost unknown" },
];

/** One row of bars; the words say the same as far as words can, and the table says all of it. */
function Bars({
  series: { label, name, of, text, gap },
  weeks,
}: {
  series: Series;
  weeks: readonly WeekView[];
}) {
  const figures = weeks.map(of);
  const most = figures.reduce<number>((max, one) => Math.max(max, one ?? 0), 0);
  const last = figures.at(-1) ?? null;
  const slots = Math.max(LEAST, weeks.length);
  const words =
    most === 0
      ? `${name} by week: ${last === null ? gap : "none"}`
      : `${name} by week: ${last === null ? gap : text(last)} in the last, ${text(most)} at most`;
  return (
    <div className="weeks-row">
      <span aria-hidden="true">{label}</span>
      <svg viewBox={`0 0 ${slots * SLOT} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <title>{words}</title>
        {figures.map((figure, at) => {
          // What is not nothing is seen.
          const height = figure ? Math.max(1, (figure / most) * HIGH) : 0;
          const x = (slots - weeks.length + at) * SLOT + 1;
          return <rect key={at} x={x} y={HIGH - height} width={SLOT - 2} height={height} />;
        })}
      </svg>
      <span aria-hidden="true">{last === null ? "–" : text(last)}</span>
    </div>
  );
}

const Week = ({ week: { week, workedMs, interventions, mtbi, dollars } }: { week: WeekView }) => (
  <tr>
    <th scope="row">
      <time dateTime={week}>{week.slice(5)}</time>
    </th>
    <td>{duration(workedMs)}</td>
    <td>{interventions}</td>
    <td>{mtbi === "not enough data" ? <span title={mtbi}>–</span> : mtbi}</td>
    <td>{dollars === null ? <span title="cost unknown">?</span> : money(dollars)}</td>
  </tr>
);

/** Weeks in which something was done, newest first. */
const Table = ({ weeks }: { weeks: readonly WeekView[] }) => (
  <details className="lines-of">
    <summary>Week by week</summary>
    <table className="weeks">
      <thead>
        <tr>
          {["Week of", "Work", "Stops", "MTBI", "Money"].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks
          .filter(({ workedMs, interventions, dollars }) => workedMs + interventions + (dollars ?? 1) > 0)
          .toReversed()
          .map((week) => (
            <Week key={week.week} week={week} />
          ))}
      </tbody>
    </table>
  </details>
);

const NAMED = 5;

const Unread = ({ unread }: Pick<Workspace, "unread">) => (
  <p className="quiet">
    Not counted, because {unread.length === 1 ? "its log" : "their logs"} cannot be read:{" "}
    {unread.slice(0, NAMED).join(", ")}
    {unread.length > NAMED && ` and ${unread.length - NAMED} more`}
  </p>
);

/** All orders of the workspace together: how long they worked without a person, and what they cost, by week. */
export function Workspace({ page, view }: { page: Page; view: View }) {
  const all = view.workspace;
  if (all === null) return null;
  const { mtbi, weeks, spent, unpriced, orders } = all;
  return (
    <Section
      page={page}
      name="workspace"
      title="This workspace"
      facts={money(spent)}
      byDefault={view.order ? "folded" : "open"}
    >
      <p>{mtbi.line}</p>
      <p className="quiet">
        {plural(orders, "order")}, {duration(mtbi.workedMs)} of work on their own,{" "}
        {plural(mtbi.interventions, "intervention")}, {money(spent)}
        {unpriced > 0 && spent !== null && ` + ${plural(unpriced, "call")} of unknown cost`}
      </p>
      {weeks.length > 0 && (
        <>
          <div className="weeks-picture">
            {SERIES.map((series) => (
              <Bars key={series.name} series={series} weeks={weeks} />
            ))}
          </div>
          <Table weeks={weeks} />
        </>
      )}
      {all.unread.length > 0 && <Unread unread={all.unread} />}
    </Section>
  );
}
