/** Missing precondition: what a slice builds on, and neither the tree has nor a slice makes. */
import type { Finding } from "../order.ts";
import { finding } from "./finding.ts";
import type { Ground } from "./ground.ts";
import { type Requirement, stateOf } from "./requirements.ts";

export function preconditions(ground: Ground, requirements: readonly Requirement[]): Finding[] {
  const told = new Set<string>();
  return requirements.flatMap((one) => {
    const { at, key, missing, files } = one;
    if (missing === null || stateOf(ground, one) !== "missing") return [];
    // A command may ask for the same thing twice.
    const once = `${at} ${key} ${missing.message}`;
    if (told.has(once)) return [];
    told.add(once);
    const { severity, message, remedy } = missing;
    return [
      finding("missing precondition", severity, [ground.idOf(at)], {
        message,
        remedy,
        files: [...files],
        key,
      }),
    ];
  });
}
