import type { OrderView, OverView, SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { plural } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Button, PrimaryButton } from "../ui.tsx";
import { AskButton } from "./AskChanges.tsx";
import { CardTitle } from "./CardTitle.tsx";
import { Confirm } from "./Confirm.tsx";
import { Raise } from "./Raise.tsx";
import { Section } from "./Section.tsx";

const SHOWN = 10;

const NEXT = {
  conflict: "Your files changed meanwhile. Settle the conflict in the merge editor, then try again.",
  stuck: "Change the task file or the route, or rerun it on a higher tier.",
  over: "Its work is kept: raised, it goes on where it was.",
};

type Props = { page: Page; slice: SliceView; over: OverView | null; asks: boolean };
function Card({ page, slice, over, asks }: Props) {
  const { id, at, higher, note } = slice;
  const conflict = at === "conflict";
  const failure = slice.attempts.at(-1)?.firstFailure;
  const { command, act } = page.send;
  return (
    <article className="card" aria-label={`${id} ${slice.title}`}>
      <CardTitle page={page} slice={slice} />
      <p className="clamp" title={note}>
        {note || (conflict ? "Landing it would overwrite your changes." : "All tiers failed it.")}
      </p>
      {failure && !conflict && failure !== note && <pre className="code clamp">{failure}</pre>}
      <p className="quiet">{NEXT[over ? "over" : conflict ? "conflict" : "stuck"]}</p>
      <div className="actions">
        {conflict && (
          <PrimaryButton
            label={`Resolve ${id}`}
            onPress={() => act({ act: "review", slice: id, path: null })}
          >
            Resolve
          </PrimaryButton>
        )}
        {over && <Raise page={page} over={over} />}
        {!conflict && !over && higher && (
          <PrimaryButton
            label={`Higher Tier for ${id}`}
            title={`Rerun on ${higher}`}
            onPress={() => command({ do: "rerun", slice: id, tier: null })}
          >
            Higher Tier
          </PrimaryButton>
        )}
        <Button label={`Try Again ${id}`} onPress={() => command({ do: "retry", slice: id })}>
          Try Again
        </Button>
        {asks && (
          <AskButton page={page} draft={`Slice ${id}: `} label={`Ask for Changes… because of ${id}`} />
        )}
        <Confirm
          words="Drop"
          label={`Drop ${id}`}
          question={`Drop slice ${id}? What needs it cannot run.`}
          keep="Keep"
          reason="Reason (optional)"
          onConfirm={(why) => command({ do: "drop", slice: id, why: why || "dropped by the user" })}
        />
      </div>
    </article>
  );
}

/** Slices that cannot go on without a person: why, and the next step. */
export function Blocked({ page, order }: { page: Page; order: OrderView }) {
  const blocked = order.slices.filter(({ at }) => at === "stuck" || at === "conflict");
  if (blocked.length === 0) return null;
  const more = blocked.length - SHOWN;
  return (
    <Section
      page={page}
      name="blocked"
      title="Needs you"
      facts={
        <>
          <Icon name="stuck" /> {blocked.length}
        </>
      }
    >
      {blocked.slice(0, SHOWN).map((slice) => (
        <Card
          key={slice.id}
          page={page}
          slice={slice}
          over={order.over?.slice === slice.id ? order.over : null}
          asks={order.can.askChanges && slice.at === "stuck"}
        />
      ))}
      {more > 0 && <p className="quiet">And {plural(more, "slice")} more, marked in the plan.</p>}
    </Section>
  );
}
