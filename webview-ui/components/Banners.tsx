import type { ReactNode } from "react";
import type { View } from "../../src/protocol/view.ts";
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
