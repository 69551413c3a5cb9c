import type { OrderView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { plain } from "../format.ts";
import { Button, LinkButton, PrimaryButton } from "../ui.tsx";
import { Section } from "./Section.tsx";

/** Commands that neither the checks nor the settings name: an attempt waits for the answer. */
export function Questions({ page, order }: { page: Page; order: OrderView }) {
  if (order.asks.length === 0) return null;
  return (
    <Section page={page} name="questions" title="Questions" facts={order.asks.length}>
      {order.asks.map(({ id, slice, command }) => {
        const answer = (answer: "once" | "order" | "no") => () =>
          page.send.command({ do: "answer", id, answer });
        return (
          <article key={id} className="card" aria-label={`Slice ${slice} asks to run a command`}>
            <p>
              <LinkButton label={`Show slice ${slice}`} onPress={() => page.show(slice)}>
                {slice}
              </LinkButton>{" "}
              asks to run
            </p>
            <pre className="code">{plain(command)}</pre>
            <div className="actions">
              <PrimaryButton onPress={answer("once")}>Allow Once</PrimaryButton>
              <Button onPress={answer("order")}>Allow for This Order</Button>
              <Button onPress={answer("no")}>Refuse</Button>
            </div>
          </article>
        );
      })}
    </Section>
  );
}
