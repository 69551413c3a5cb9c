import type { ReactNode } from "react";
import type { View } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { PHASE } from "../news.ts";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { Section } from "./Section.tsx";

type Props = { page: Page; view: View };
type Words = { title: string; text: string; buttons: ReactNode };

function wordsOf({ page, view }: Props): Words {
  const { act } = page.send;
  const button = (words: string, what: Parameters<typeof act>[0]) => (
    <Button onPress={() => act(what)}>{words}</Button>
  );
  const primary = (words: string, what: Parameters<typeof act>[0]) => (
    <PrimaryButton onPress={() => act(what)}>{words}</PrimaryButton>
  );
  switch (view.host) {
    case "no-folder":
      return {
        title: "Open a folder",
        text: "A work order changes the files of a folder. Open the one you want to work on, or try the sample.",
        buttons: button("Try the Sample", { act: "trySample" }),
      };
    case "untrusted":
      return {
        title: "This folder is not trusted",
        text: "Checks run commands of the folder, so nothing is executed until you trust it. Plans can be read.",
        buttons: primary("Manage Trust", { act: "manageTrust" }),
      };
    case "virtual":
      return {
        title: "A virtual workspace",
        text: "Slices run in copies on disk, which this workspace does not have. Open the folder from disk or in a remote.",
        buttons: null,
      };
    case "no-models":
      return {
        title: "Choose your models",
        text: "Slicewise runs on your own keys: set one, or name an endpoint of your own. Nothing is sent before you plan.",
        buttons: (
          <>
            {primary("Set API Key…", { act: "setKey" })}
            {button("Choose Models…", { act: "chooseModels" })}
            {button("Try the Sample", { act: "trySample" })}
          </>
        ),
      };
    case "error":
      return { title: "Slicewise cannot work here", text: "", buttons: null };
    case "ready":
      return {
        title: "State a goal once",
        text: "A strong model plans it in slices, the cheapest model that gets each right executes them, checks prove them, and you approve diffs.",
        buttons: (
          <>
            {primary("Plan Work Order…", { act: "plan" })}
            {view.orders.length === 0 && !view.demo && button("Try the Sample", { act: "trySample" })}
          </>
        ),
      };
  }
}

/** The one thing to do next. */
export function EmptyState({ page, view }: Props) {
  const { title, text, buttons } = wordsOf({ page, view });
  return (
    <div className="empty">
      {view.demo && <span className="demo">recorded demo model</span>}
      <h1>{title}</h1>
      {view.hostWhy && <p>{view.hostWhy}</p>}
      {text && <p>{text}</p>}
      {buttons && <div className="stack">{buttons}</div>}
    </div>
  );
}

/** Recent orders, newest first as the host sends them. */
export function Orders({ page, view }: Props) {
  const orders = view.orders.filter(({ id }) => id !== view.order?.id);
  if (orders.length === 0) return null;
  return (
    <Section
      page={page}
      name="orders"
      title="Recent orders"
      facts={orders.length}
      byDefault={view.order ? "folded" : "open"}
    >
      <ul className="orders">
        {orders.map(({ id, goal, phase, done, total }) => (
          <li key={id}>
            <LinkButton
              label={`Open ${goal}`}
              title={id}
              onPress={() => page.send.act({ act: "openOrder", order: id })}
            >
              {goal}
            </LinkButton>
            <span className="quiet">
              {PHASE[phase]} · {done} of {total}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
