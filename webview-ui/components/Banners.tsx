import type { ReactNode } from "react";
import type { OrderView, View } from "../../src/protocol/view.ts";
import { plain, plural } from "../format.ts";
import type { Page } from "../page.ts";
import { Icon } from "../icons.tsx";
import { IconButton, LinkButton } from "../ui.tsx";

const Banner = ({ children }: { children: ReactNode }) => (
  <div className="banner">
    <Icon name="warning" />
    <div>{children}</div>
  </div>
);

const HOST: Partial<Record<View["host"], string>> = {
  untrusted: "This folder is not trusted: plans can be read, nothing is executed.",
  virtual: "This is a virtual workspace: nothing can be executed here.",
  "no-folder": "No folder is open: nothing can be executed.",
  "no-models": "No model is set up: nothing can be executed.",
  error: "Slicewise cannot work here.",
};

const SHOWN = 20;

/** The plan's ground moved: which files, one press away. */
function Drift({ drift: { paths, words } }: { drift: NonNullable<OrderView["drift"]> }) {
  const more = paths.length - SHOWN;
  return (
    <Banner>
      {words}
      <details>
        <summary>{plural(paths.length, "file")}</summary>
        <ul className="paths">
          {paths.slice(0, SHOWN).map((path) => (
            <li key={path}>{plain(path)}</li>
          ))}
          {more > 0 && <li>and {more} more</li>}
        </ul>
      </details>
    </Banner>
  );
}

/** What keeps an open order from going on, what was refused last, and the order's warnings. */
export function Banners({ page, view }: { page: Page; view: View }) {
  const { refusal } = page.state;
  const host = view.order ? HOST[view.host] : undefined;
  return (
    <div className="banners">
      {refusal !== null && (
        <div className="banner refusal">
          <Icon name="stuck" />
          <div>{refusal}</div>
          <IconButton label="Dismiss" onPress={() => page.store.dismissRefusal()}>
            <Icon name="close" />
          </IconButton>
        </div>
      )}
      {host && (
        <Banner>
          {view.hostWhy || host}{" "}
          {view.host === "untrusted" && (
            <LinkButton onPress={() => page.send.act({ act: "manageTrust" })}>Manage trust</LinkButton>
          )}
          {view.host === "no-models" && (
            <LinkButton onPress={() => page.send.act({ act: "chooseModels" })}>Choose models</LinkButton>
          )}
        </Banner>
      )}
      {view.order?.drift && <Drift drift={view.order.drift} />}
      {view.order && view.order.replanFault !== null && (
        <Banner>
          <span className="clamp" title={view.order.replanFault}>
            The planner did not amend the plan: {view.order.replanFault}
          </span>
        </Banner>
      )}
      {(view.order?.warnings ?? []).map((warning, i) => (
        <Banner key={`${i} ${warning}`}>
          <span className="clamp" title={warning}>
            {warning}
          </span>
        </Banner>
      ))}
    </div>
  );
}
