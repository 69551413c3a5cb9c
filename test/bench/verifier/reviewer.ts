/**
 * A reviewer of stated quality instead of a model: it knows the truth and is wrong as often as it is told to be, by seed. It
 * answers the real reviewer's question in the real form, and what it says goes through the real checks of quotes.
 */
import type { Script } from "../../../src/providers/scripted.ts";
import { tokens } from "../../../src/engine/tokens.ts";
import { seeded } from "../router/generate.ts";
import type { Case } from "./cases.ts";
import { hash } from "./projects.ts";

/** Shares of wrong patches it finds, and of right ones it accuses all the same. */
export type Quality = { finds: number; accuses: number };
export const STATED: Quality = { finds: 0.7, accuses: 0.05 };

/** Tokens a model thinks at medium effort before it answers such a question: our assumption. */
const THINKING = 800;

/** `current` tells which case is before it. */
export function reviewerScript(current: () => Case, { finds, accuses }: Quality, seed: number): Script {
  return (request) => {
    const { name, right, files } = current();
    const luck = seeded(hash(`${seed}:reviewer:${name}`))();
    const accused = right ? luck < accuses : luck < finds;
    const [quote] = Object.entries(files).flatMap(([path, text]) => lineOf(path, text));
    const text = JSON.stringify({
      criteria: [
        {
          id: "1",
          verdict: accused ? "not met" : quote ? "met" : "cannot tell",
          reason: accused ? "This is not what the task asks." : "This does what the task asks.",
          quotes: quote ? [quote] : [],
          missing: null,
        },
      ],
    });
    const asked = tokens(request.system + request.messages.map((one) => one.text).join("\n"));
    const usage = {
      ...{ input: asked, cacheRead: 0, cacheWrite: 0 },
      ...{ output: tokens(text) + THINKING, reasoning: THINKING },
    };
    return { text, usage };
  };
}

/** A line that can be quoted. */
function lineOf(path: string, text: string | null): { path: string; line: number; text: string }[] {
  const lines = (text ?? "").split("\n");
  const at = lines.findIndex((line) => /[A-Za-z]{3}/.test(line) && line.length < 200);
  return at < 0 ? [] : [{ path, line: at + 1, text: lines[at] ?? "" }];
}
