import { type OrderView, fixTitle } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { plain, plural } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Button, LinkButton } from "../ui.tsx";

type Finding = OrderView["findings"][number];

const SHOWN = 50;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Where it stands in the task files, and without that the slices it is about. */
function Places({ page, finding: { at, key, slices } }: { page: Page; finding: Finding }) {
  if (at)
    return (
      <LinkButton
        title={`${at.path}:${at.line}`}
        onPress={() => page.send.act({ act: "openAt", path: at.path, line: at.line })}
      >
        {plain(nameOf(at.path))}:{at.line}
        {key && ` ${key}`}
      </LinkButton>
    );
  return slices.map((slice) => (
    <LinkButton key={slice} label={`Show slice ${slice}`} onPress={() => page.show(slice)}>
      {slice}
    </LinkButton>
  ));
}

function Row({ page, finding }: { page: Page; finding: Finding }) {
  const { severity, message, remedy, fix } = finding;
  return (
    <li className={`finding ${severity}`}>
      <Icon name={severity === "error" ? "stuck" : "warning"} />
      <div>
        <p>
          <span className="hidden">{severity}: </span>
          {message}
        </p>
        {remedy && <p className="quiet">{remedy}</p>}
        <div className="finding-acts">
          <Places page={page} finding={finding} />
          {fix && (
            <Button
              label={`Fix: ${fixTitle(fix)}`}
              title={fixTitle(fix)}
              onPress={() => page.send.act({ act: "fix", fix })}
            >
              Fix
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

/** What the critics found, each with its place, its remedy, and the fix where it needs no judgement. */
export function Findings({ page, findings }: { page: Page; findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const more = findings.length - SHOWN;
  return (
    <>
      <ul className="findings" aria-label="Findings">
        {findings.slice(0, SHOWN).map((finding, i) => (
          <Row key={`${finding.critic} ${i}`} page={page} finding={finding} />
        ))}
      </ul>
      {more > 0 && <p className="quiet">And {plural(more, "finding")} more, in the Problems panel.</p>}
    </>
  );
}
