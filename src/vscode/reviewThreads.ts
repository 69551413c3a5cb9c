/** What of a reviewer's findings stands as threads on the proposed files of an order. Pure. */
import type { Evidence, Sha } from "../core/order.ts";
import type { About } from "../core/event.ts";
import type { SliceState, WorkOrder } from "../core/state.ts";

/** One finding at one place. `key` is the same as long as it is the same finding; `sha` is the file it stands in. */
export type Thread = {
  key: string;
  slice: string;
  about: About;
  sha: Sha;
  result: Evidence["result"];
  /** "demo-gpt/gpt-6-sol@medium (gpt)". */
  by: string;
  reason: string;
  note: string;
  /** What people answered here, oldest first. */
  answers: string[];
  /** Somebody can still be told. */
  open: boolean;
};

/** Places where what was proposed is not being replaced, and can be looked at. */
const SHOWN: ReadonlySet<SliceState["progress"]["at"]> = new Set(["approval", "landing", "conflict", "done"]);

export const threadsOf = ({ slices }: Pick<WorkOrder, "slices">): Thread[] => slices.flatMap(ofSlice);

function ofSlice({ slice, progress, attempts }: SliceState): Thread[] {
  const last = attempts.at(-1);
  if (!last || !SHOWN.has(progress.at) || !("patch" in progress)) return [];
  const files = new Map(progress.patch.map(({ path, after }) => [path, after]));
  const found = (last.verdicts.at(-1)?.evidence ?? []).flatMap((evidence) =>
    (evidence.quotes ?? []).flatMap(({ path, line }): Thread[] => {
      const sha = files.get(path);
      if (!sha || !evidence.reviewer) return [];
      const about = { check: evidence.name, path, line };
      const { tier, family, note } = evidence.reviewer;
      const effort = tier.effort === null ? "" : `@${tier.effort}`;
      const answers = (last.notes ?? []).filter((one) => isSame(one.about, about)).map(({ text }) => text);
      return [
        {
          key: JSON.stringify([slice.id, last.n, about, sha]),
          ...{ slice: slice.id, about, sha, result: evidence.result, note, answers },
          by: `${tier.provider}/${tier.model}${effort} (${family})`,
          reason: evidence.why.split("\n")[0] ?? "",
          open: progress.at === "approval",
        },
      ];
    }),
  );
  return found.filter(({ key }, at) => found.findIndex((other) => other.key === key) === at);
}

const isSame = (a: About | null, b: About): boolean =>
  a !== null && a.check === b.check && a.path === b.path && a.line === b.line;
