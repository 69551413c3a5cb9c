import { type ReactNode, useState } from "react";
import type { AttemptView, FileView, SliceView, View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { between, canAct, duration, money, plain, plural, roughly, shortName, sliceTime } from "../format.ts";
import { Icon, type IconName } from "../icons.tsx";
import { LinkButton } from "../ui.tsx";
import { Alternatives } from "./Alternatives.tsx";
import { Checks, checksTitle } from "./Checks.tsx";
import { Lines } from "./Churn.tsx";
import { RouteEditor } from "./RouteEditor.tsx";
import { SliceActions } from "./SliceActions.tsx";

type Props = { page: Page; slice: SliceView };
const LONG = 480;

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="part">
    <h3>{title}</h3>
    {children}
  </section>
);

/** Prose of the task file, as text: it is not ours, so nothing in it is interpreted. */
function Objective({ body }: { body: string }) {
  const [whole, setWhole] = useState(body.length <= LONG);
  const shown = whole ? body : `${body.slice(0, LONG).trimEnd()}…`;
  return (
    <Part title="Objective">
      <p className="prose">{shown}</p>
      {!whole && <LinkButton onPress={() => setWhole(true)}>Show all</LinkButton>}
    </Part>
  );
}

function RoutePart({ page, view, slice }: Props & { view: View }) {
  const { chosen, predicted, spent, attempts, top } = slice;
  const tier = chosen && `${chosen.tier.model}${chosen.tier.effort === null ? "" : `@${chosen.tier.effort}`}`;
  const time = sliceTime(slice);
  const range = between(slice.predictedRange, money);
  const times = between(slice.predictedMsRange, roughly);
  const cost = [
    predicted === null
      ? "predicted cost unknown"
      : `${money(predicted)} predicted${range === "" ? "" : ` (${range})`}`,
    ...(attempts.length > 0 ? [spent === null ? "spent unknown" : `${money(spent)} spent`] : []),
    ...(attempts.length > 0 && top !== null ? [`${money(top)} for the same tokens on the top tier`] : []),
    ...(time ? [`about ${time}${times === "" ? "" : ` (${times})`}`] : []),
    `${slice.minutes} min for a person`,
    ...(slice.critical ? ["on the critical path"] : []),
  ];
  return (
    <Part title="Route">
      {slice.open && canAct(view) ? (
        <RouteEditor page={page} view={view} slice={slice} />
      ) : (
        <p>
          {slice.class} · {shortName(chosen ? `${chosen.tier.provider}/${tier}` : slice.route)}
        </p>
      )}
      <p className="figures">{cost.join(" · ")}</p>
      {chosen?.why && <p className="quiet">{chosen.why}</p>}
      <Alternatives slice={slice} />
    </Part>
  );
}

const ATTEMPT_ICON: Record<AttemptView["result"], IconName> = {
  pass: "pass",
  fail: "fail",
  unknown: "unknown",
  running: "executing",
  fault: "warning",
  rejected: "fail",
};

const Attempt = ({ attempt }: { attempt: AttemptView }) => (
  <li className={`evidence-row result-${attempt.result}`}>
    <Icon name={ATTEMPT_ICON[attempt.result]} />
    <div>
      <div className="evidence-line">
        <span className="name">
          <span className="hidden">{attempt.result}: </span>
          {attempt.n} · {shortName(attempt.tier)}
        </span>
        <span className="quiet">
          {duration(attempt.ms)} · {money(attempt.cost)}
        </span>
      </div>
      {attempt.outcome && <p className="quiet">{attempt.outcome}</p>}
      {attempt.firstFailure && <pre className="code clamp">{attempt.firstFailure}</pre>}
    </div>
  </li>
);

const LETTER: Record<FileView["change"], string> = { added: "A", modified: "M", deleted: "D" };

const File = ({ page, slice, file }: Props & { file: FileView }) => (
  <li className="file">
    <span className={`letter change-${file.change}`} title={file.change} aria-hidden="true">
      {LETTER[file.change]}
    </span>
    <LinkButton
      label={`Review ${file.path}, ${file.change}`}
      title={file.path}
      onPress={() => page.send.act({ act: "review", slice: slice.id, path: file.path })}
    >
      {plain(file.path)}
    </LinkButton>
    <Lines added={file.added} removed={file.removed} />
  </li>
);

const Jumps = ({ page, words, ids }: { page: Page; words: string; ids: readonly string[] }) =>
  ids.length === 0 ? null : (
    <p>
      <span className="quiet">{words}</span>{" "}
      {ids.map((id) => (
        <LinkButton key={id} label={`Show slice ${id}`} onPress={() => page.show(id)}>
          {id}
        </LinkButton>
      ))}
    </p>
  );

/** Everything known of one slice, with what can be done to it. */
export function SliceDetail({ page, view, slice }: Props & { view: View }) {
  const { attempts, checks, files, needs, feeds, report, commit } = slice;
  return (
    <div role="gridcell" aria-colspan={5} className="detail">
      {slice.body.trim() !== "" && <Objective body={slice.body.trim()} />}
      <RoutePart page={page} view={view} slice={slice} />
      {attempts.length > 0 && (
        <Part title="Attempts">
          <ul>
            {attempts.map((attempt) => (
              <Attempt key={attempt.n} attempt={attempt} />
            ))}
          </ul>
        </Part>
      )}
      {checks.length > 0 && (
        <Part title={checksTitle(slice)}>
          <Checks page={page} slice={slice} />
        </Part>
      )}
      {files.length > 0 && (
        <Part title={plural(files.length, "changed file")}>
          <ul>
            {files.map((file) => (
              <File key={file.path} page={page} slice={slice} file={file} />
            ))}
          </ul>
        </Part>
      )}
      {report && (
        <Part title="The executor's words">
          <p className="prose">{report}</p>
        </Part>
      )}
      {(needs.length > 0 || feeds.length > 0 || commit !== null) && (
        <Part title="Place in the plan">
          <div className="jumps">
            <Jumps page={page} words="needs" ids={needs} />
            <Jumps page={page} words="feeds" ids={feeds} />
          </div>
          {commit !== null && (
            <p>
              <span className="quiet">commit</span> <code>{commit.slice(0, 10)}</code>
            </p>
          )}
        </Part>
      )}
      <SliceActions page={page} view={view} slice={slice} />
    </div>
  );
}
