import type { Page } from "../page.ts";
import { Button, PrimaryButton, TextArea } from "../ui.tsx";

/** What is being written is kept with the page: a sidebar that was hidden meanwhile has it still. */
export const isAsking = ({ state }: Page): boolean => state.ui.draft !== null;

/** `draft` is what the words begin with. */
export const AskButton = ({ page, draft, label }: { page: Page; draft: string; label?: string }) => (
  <Button label={label} onPress={() => page.store.changeUi({ draft })}>
    Ask for Changes…
  </Button>
);

/** The planner amends what is left, from these words. */
export function AskForm({ page }: { page: Page }) {
  const draft = page.state.ui.draft ?? "";
  const words = draft.trim();
  const close = () => page.store.changeUi({ draft: null });
  const send = () => {
    if (words === "") return;
    page.send.command({ do: "askChanges", words });
    close();
  };
  return (
    <div className="confirm" role="group" aria-label="Ask for changes">
      <TextArea
        label="What should be different? The planner amends the plan."
        value={draft}
        onType={(text) => page.store.changeUi({ draft: text })}
        onSend={send}
        onEscape={close}
      />
      <div className="actions">
        <PrimaryButton off={words === ""} title="Ctrl+Enter" onPress={send}>
          Send
        </PrimaryButton>
        <Button onPress={close}>Cancel</Button>
      </div>
    </div>
  );
}
