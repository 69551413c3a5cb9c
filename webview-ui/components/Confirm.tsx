import { useState } from "react";
import { Button, LinkButton, PrimaryButton, TextField } from "../ui.tsx";

type Props = {
  /** The words on the button; what is asked is the same with a question mark. */
  words: string;
  label: string;
  question: string;
  keep: string;
  /** The label of a field for a reason; without it no reason is asked. */
  reason?: string;
  look?: "button" | "link";
  onConfirm: (reason: string) => void;
};

/** A button for what cannot be taken back: the first press asks, in place. */
export function Confirm({ words, label, question, keep, reason, look = "button", onConfirm }: Props) {
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState("");
  const Opener = look === "link" ? LinkButton : Button;
  if (!asking)
    return (
      <Opener label={label} onPress={() => setAsking(true)}>
        {words}…
      </Opener>
    );
  return (
    <div className="confirm" role="group" aria-label={question}>
      <p>{question}</p>
      {reason && <TextField label={reason} value={why} onType={setWhy} />}
      <div className="actions">
        <PrimaryButton
          onPress={() => {
            setAsking(false);
            onConfirm(why.trim());
          }}
        >
          {words}
        </PrimaryButton>
        <Button onPress={() => setAsking(false)}>{keep}</Button>
      </div>
    </div>
  );
}
