/** What a guard is: a pure function over a slice, its patch and the texts and facts of the changed files. */
import type { CodeFacts } from "../../core/codeFacts.ts";
import type { Evidence, Patch, Slice } from "../../core/order.ts";

/**
 * A changed file with its text before and after the patch; null when there is none. A link's text is its target. What a
 * file already held is nobody's fault now. `facts` are those of the texts; null where there is no text, or none was asked for.
 */
export type Changed = {
  path: string;
  before?: string | null;
  after: string | null;
  isLink?: boolean;
  facts?: { before: CodeFacts | null; after: CodeFacts | null };
};

/** What a guard found. `unknown`: a person must look. `why` names file and line, and says what to do. */
export type Finding = { result: "fail" | "unknown"; why: string };
export type Guard = {
  name: string;
  find(slice: Slice, patch: Patch, changed: readonly Changed[]): Finding[];
};

export const fail = (why: string): Finding => ({ result: "fail", why });
export const unsure = (why: string): Finding => ({ result: "unknown", why });

/** So many findings of one guard are told; who mends them sees the rest the next time. */
const TOLD = 8;

export function guard(
  guards: readonly Guard[],
  slice: Slice,
  patch: Patch,
  changed: readonly Changed[],
): Evidence[] {
  return guards.map(({ name, find }) => {
    const found = find(slice, patch, changed);
    const failed = found.filter(({ result }) => result === "fail");
    const shown = [...failed, ...found.filter(({ result }) => result !== "fail")].map(({ why }) => why);
    const rest = shown.length > TOLD ? [`… and ${shown.length - TOLD} more.`] : [];
    return {
      kind: "guard",
      name,
      result: failed.length > 0 ? "fail" : found.length > 0 ? "unknown" : "pass",
      why: [...shown.slice(0, TOLD), ...rest].join("\n"),
      before: null,
      flaky: false,
      ms: 0,
      output: null,
    };
  });
}
