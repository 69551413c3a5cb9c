import type { SliceView, View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { canAct, shortName } from "../format.ts";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { Confirm } from "./Confirm.tsx";
import { VerifyAgain } from "./VerifyAgain.tsx";

const SETTLED = new Set<SliceView["at"]>(["done", "dropped", "landing"]);

/** What can be done to a slice in its state. What cannot is not drawn. */
export function SliceActions({ page, view, slice }: { page: Page; view: View; slice: SliceView }) {
  const { id, at, attempts, files, higher, verdict } = slice;
  const { act, command } = page.send;
  const acts = canAct(view);
  const open = acts && !SETTLED.has(at);
  const tried = open && attempts.length > 0;
  return (
    <div className="slice-actions">
      <div className="actions">
        {files.length > 0 && (
          <PrimaryButton label={`Review ${id}`} onPress={() => act({ act: "review", slice: id, path: null })}>
            Review
          </PrimaryButton>
        )}
        {open && at === "approval" && (
          <>
            <Button label={`Approve ${id}`} onPress={() => command({ do: "approve", slice: id })}>
              Approve
            </Button>
            <Button label={`Reject ${id}…`} onPress={() => act({ act: "reject", slice: id })}>
              Reject…
            </Button>
          </>
        )}
        {open && at === "approval" && verdict === "unknown" && <VerifyAgain page={page} id={id} />}
        {tried && higher !== null && (
          <Button
            label={`Rerun on ${shortName(higher)}, slice ${id}`}
            title={higher}
            onPress={() => command({ do: "rerun", slice: id, tier: null })}
          >
            Rerun on {shortName(higher)}
          </Button>
        )}
        {tried && (
          <Button label={`Rerun on… for ${id}`} onPress={() => act({ act: "rerunOn", slice: id })}>
            Rerun on…
          </Button>
        )}
        {open && (at === "stuck" || at === "conflict") && (
          <Button label={`Try Again ${id}`} onPress={() => command({ do: "retry", slice: id })}>
            Try Again
          </Button>
        )}
      </div>
      <div className="links">
        <LinkButton label={`Briefing of ${id}`} onPress={() => act({ act: "openBriefing", slice: id })}>
          Briefing
        </LinkButton>
        <LinkButton label={`Task file of ${id}`} onPress={() => act({ act: "openTask", slice: id })}>
          Task File
        </LinkButton>
        {acts && at === "done" && (
          <Confirm
            look="link"
            words="Revert"
            label={`Revert ${id}`}
            question={`Take the changes of slice ${id} back out of your files?`}
            keep="Keep"
            onConfirm={() => command({ do: "revert", slice: id })}
          />
        )}
        {open && (
          <Confirm
            look="link"
            words="Drop"
            label={`Drop ${id}`}
            question={`Drop slice ${id}? What needs it cannot run.`}
            keep="Keep"
            reason="Reason (optional)"
            onConfirm={(why) => command({ do: "drop", slice: id, why: why || "dropped by the user" })}
          />
        )}
      </div>
    </div>
  );
}
