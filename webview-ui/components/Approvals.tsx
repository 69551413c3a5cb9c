import type { OrderView, SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { checksLine, plural, shortTier, sliceCost } from "../format.ts";
import { Icon } from "../icons.tsx";
import { Button, PrimaryButton } from "../ui.tsx";
import { CardTitle } from "./CardTitle.tsx";
import { Churn } from "./Churn.tsx";
import { Section } from "./Section.tsx";
import { VerifyAgain } from "./VerifyAgain.tsx";

const SHOWN = 20;

const worst = ({ verdict }: SliceView): "pass" | "fail" | "unknown" => verdict ?? "unknown";

function Card({ page, slice }: { page: Page; slice: SliceView }) {
  const { id, files, higher, chosen } = slice;
  const { act, command } = page.send;
  const result = worst(slice);
  return (
    <article className="card" aria-label={`${id} ${slice.title}`}>
      <CardTitle page={page} slice={slice} />
      <p className="evidence">
        <Churn files={files} />
        <span className={`result result-${result}`}>
          <Icon name={result} />
          {checksLine(slice.checks)}
        </span>
        <span className="quiet">
          {chosen ? `${shortTier(chosen.tier)} · ` : ""}
          {sliceCost(slice)}
        </span>
      </p>
      {result === "unknown" && (
        <p className="quiet">The evidence does not show that it is done: look before you approve.</p>
      )}
      <div className="actions">
        <PrimaryButton label={`Review ${id}`} onPress={() => act({ act: "review", slice: id, path: null })}>
          Review
        </PrimaryButton>
        <Button label={`Approve ${id}`} onPress={() => command({ do: "approve", slice: id })}>
          Approve
        </Button>
        <Button label={`Reject ${id}…`} onPress={() => act({ act: "reject", slice: id })}>
          Reject…
        </Button>
        {result === "unknown" && <VerifyAgain page={page} id={id} />}
        {higher && (
          <Button
            label={`Higher Tier for ${id}`}
            title={`Rerun on ${higher}`}
            onPress={() => command({ do: "rerun", slice: id, tier: null })}
          >
            Higher Tier
          </Button>
        )}
      </div>
    </article>
  );
}

/** The diff gate: every passed slice with its evidence. */
export function Approvals({ page, order }: { page: Page; order: OrderView }) {
  const slices = order.slices.filter(({ at }) => at === "approval");
  if (slices.length === 0) return null;
  const more = slices.length - SHOWN;
  return (
    <Section page={page} name="approvals" title={`Awaiting approval (${slices.length})`}>
      {order.can.approveAll && slices.length > 1 && (
        <div className="actions all">
          <Button onPress={() => page.send.command({ do: "approveAll" })}>Approve All Passed</Button>
        </div>
      )}
      {slices.slice(0, SHOWN).map((slice) => (
        <Card key={slice.id} page={page} slice={slice} />
      ))}
      {more > 0 && <p className="quiet">And {plural(more, "slice")} more, marked in the plan.</p>}
    </Section>
  );
}
