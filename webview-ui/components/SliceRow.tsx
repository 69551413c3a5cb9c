import type { SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { checksAmong, churn, modelOf, sliceCost, sliceTime } from "../format.ts";
import { Icon } from "../icons.tsx";
import { AT } from "../news.ts";
import { Lines } from "./Churn.tsx";

/** How many checks passed, while it matters. */
function Checks({ slice }: { slice: SliceView }) {
  const { at, files } = slice;
  const checks = checksAmong(slice.checks);
  if (at === "approval") return <Lines {...churn(files)} />;
  const settled = checks.filter(({ result }) => result !== "pending").length;
  if ((at !== "executing" && at !== "verifying") || settled === 0) return null;
  const passed = checks.filter(({ result }) => result === "pass").length;
  const label = `${passed} of ${checks.length} checks pass`;
  return (
    <span className="tally" title={label}>
      <span className="hidden">{label}</span>
      <span aria-hidden="true">
        {passed}/{checks.length} <Icon name="pass" />
      </span>
    </span>
  );
}

/** What it is doing now: the live line while it moves, else the note; short where it only waits for others. */
function Note({ slice, live }: { slice: SliceView; live: string | undefined }) {
  if (slice.at === "done") return null;
  const waits = /^waits for (.+)$/.exec(slice.note)?.[1];
  if (waits === undefined) return live || slice.note;
  return (
    <>
      <span className="hidden">{slice.note}</span>
      <span aria-hidden="true">⇠ {waits}</span>
    </>
  );
}

export const SliceRow = ({ page, slice }: { page: Page; slice: SliceView }) => {
  const live = page.state.live[slice.id]?.trim();
  const time = sliceTime(slice);
  const { model, effort } = modelOf(slice);
  return (
    <>
      <Icon name="chevron" />
      <div role="gridcell" className="cell-title">
        <span className="state" title={AT[slice.at]}>
          <Icon name={slice.at} />
          <span className="hidden">{AT[slice.at]}</span>
        </span>
        <span className="id">{slice.id}</span>{" "}
        <span className="title" title={slice.title}>
          {slice.title}
        </span>
        <Checks slice={slice} />
      </div>
      <div role="gridcell" className="cell-class">
        {slice.class}
      </div>
      <div role="gridcell" className="cell-model" title={slice.chosen?.why ?? slice.route}>
        <span className="model">{model}</span>
        <span>{effort}</span>
      </div>
      <div role="gridcell" className="note" title={slice.note}>
        <Note slice={slice} live={live} />
      </div>
      <div role="gridcell" className="cost">
        {sliceCost(slice)}
        {time && <span className="time"> · {time}</span>}
        {slice.critical && <span className="hidden">, on the critical path</span>}
      </div>
    </>
  );
};
