/** What an adversary proposes, and what of it may be run. Pure. */
import * as z from "zod";
import type { Slice } from "./order.ts";

const Proposed = z.strictObject({
  basis: z.string().describe("the sentence of the task or of a criterion it rests on, copied word for word"),
  control: z.string().describe("the whole test file with an ordinary input: passes"),
  attack: z.string().describe("the same file with the input you found: fails when you are right"),
});
export const Attack = z.strictObject({
  why: z.string().describe("what input, what happens, what should happen; or why nothing was found"),
  test: Proposed.nullable(),
});
export type Attack = z.infer<typeof Attack>;
export type Proposed = z.infer<typeof Proposed>;

const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();
const MOST_CHARS = 20_000;
const LEAST_WORDS = 3;
/** Of the lines of an attack, the share that its control has too. */
const ALIKE = 0.5;

/**
 * Why a test may not be run, one line each; [] when it may. It must rest on a sentence of the task, reach what the patch
 * changed, and differ from its control in little: else its failure would say nothing of the patch.
 */
export function wrongWith(
  { test }: Attack,
  { title, body }: Pick<Slice, "title" | "body">,
  criteria: readonly string[],
  changed: readonly string[],
): string[] {
  if (test === null) return [];
  const { basis, control, attack } = test;
  const told = [title, body, ...criteria].map(squeezed);
  const wanted = squeezed(basis);
  const wrong: string[] = [];
  if (wanted.split(" ").length < LEAST_WORDS || !told.some((text) => text.includes(wanted)))
    wrong.push("- test.basis: these words stand neither in the task nor in its criteria");
  for (const [key, code] of [
    ["control", control],
    ["attack", attack],
  ] as const) {
    if (code.trim() === "" || code.length > MOST_CHARS)
      wrong.push(`- test.${key}: must be a test file of 1 to ${MOST_CHARS} characters`);
    else if (!changed.some((path) => code.includes(stemOf(path))))
      wrong.push(`- test.${key}: names none of the changed files (${changed.slice(0, 5).join(", ")})`);
  }
  if (squeezed(control) === squeezed(attack)) wrong.push("- test.attack: is the same as control");
  else if (likeness(control, attack) < ALIKE)
    wrong.push(
      "- test.attack: must be control with another input, and differs in more than half of its lines",
    );
  return wrong;
}

/** The file as an import or a call would name it. */
function stemOf(path: string): string {
  const parts = path.split("/");
  const name = parts.at(-1) ?? path;
  const stem = name.replace(/\..*$/, "");
  return stem === "" || /^(index|mod|lib|main|__init__)$/.test(stem) ? (parts.at(-2) ?? stem) : stem;
}

function likeness(control: string, attack: string): number {
  const linesOf = (text: string): string[] =>
    text
      .split("\n")
      .map(squeezed)
      .filter((line) => line !== "");
  const known = new Set(linesOf(control));
  const lines = linesOf(attack);
  return lines.filter((line) => known.has(line)).length / Math.max(1, lines.length);
}
