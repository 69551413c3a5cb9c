/** The critics: what is wrong with a plan, and what a machine can mend of it. Pure; what they know of the tree is given. */
import { asked } from "./critics/asked.ts";
import { conflicts } from "./critics/conflicts.ts";
import { consumed } from "./critics/consumed.ts";
import { existing } from "./critics/existing.ts";
import type { BaseFacts } from "./critics/finding.ts";
import { groundOf } from "./critics/ground.ts";
import { preconditions } from "./critics/preconditions.ts";
import { redundant } from "./critics/redundant.ts";
import { readFiles } from "./critics/reads.ts";
import { size } from "./critics/size.ts";
import { structure, unreadable } from "./critics/structure.ts";
import { triedChecks, unverifiable } from "./critics/tried.ts";
import type { Finding, Slice } from "./order.ts";

export { programsIn } from "./critics/commands.ts";
export type { BaseFacts } from "./critics/finding.ts";
export { namesIn } from "./critics/names.ts";
export { repair } from "./critics/repair.ts";
export { isEscaping } from "./critics/structure.ts";

/**
 * What is wrong with a plan, errors first. Without facts only what the plan itself says is criticised. Landed slices are
 * context: no finding is about them alone, and no fix edits one.
 */
export function criticise(
  slices: readonly Slice[],
  facts: BaseFacts | null = null,
  landed: ReadonlySet<string> = new Set(),
): Finding[] {
  const refused = unreadable(slices);
  if (refused) return [refused];
  const ground = groundOf(slices, facts, landed);
  const requirements = [...consumed(ground), ...readFiles(ground), ...asked(ground)];
  const found = [
    ...structure(ground),
    ...conflicts(ground, requirements),
    ...preconditions(ground, requirements),
    ...triedChecks(ground, requirements),
    ...unverifiable(ground),
    ...existing(ground),
    ...redundant(ground),
    ...size(ground),
  ];
  const rank = ({ severity }: Finding): number => (severity === "error" ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b));
}
